// What the two ends of a file tell each other, as bytes: chunks of it, and reports
// on them. The layouts are docs/SEALED.md's ("Files"); numbers are of chunks.

export const CHUNK_BYTES = 16 * 1024; // of the file, in one chunk
export const REPORT_BYTES = 1 + 4 + 4;
const CHUNK_TEXT_BYTES = 1 + 4 + CHUNK_BYTES;

export const CHUNK = 0;
export const WANT = 1; // taker: I have every chunk below next; send those below upto
export const AGAIN = 2; // taker: the same, and begin again at next
export const DONE = 3; // taker: the file is whole and its sum is right
export const QUIT = 4; // taker: I take no more
export const WITHDRAWN = 5; // offerer: there is no more to take

export const chunksOf = (size) => Math.max(1, Math.ceil(size / CHUNK_BYTES)); // an empty file has one too

// encodeChunk fills data, at most CHUNK_BYTES, up with zeros.
export function encodeChunk(n, data) {
  const text = new Uint8Array(CHUNK_TEXT_BYTES);
  new DataView(text.buffer).setUint32(1, n);
  text.set(data, 5);
  return text;
}

export function encodeReport({ kind, next = 0, upto = 0 }) {
  const text = new Uint8Array(REPORT_BYTES);
  const view = new DataView(text.buffer);
  view.setUint8(0, kind);
  view.setUint32(1, next);
  view.setUint32(5, upto);
  return text;
}

// decode reads a text on a file of so many chunks: {kind: CHUNK, n, data}, or a
// report {kind, next, upto}; null for what is neither.
export function decode(text, chunks) {
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  if (text.length === CHUNK_TEXT_BYTES && text[0] === CHUNK) {
    const n = view.getUint32(1);
    return n < chunks ? { kind: CHUNK, n, data: text.subarray(5) } : null;
  }
  if (text.length !== REPORT_BYTES) return null;
  const report = { kind: text[0], next: view.getUint32(1), upto: view.getUint32(5) };
  const known = report.kind >= WANT && report.kind <= WITHDRAWN;
  return known && report.next <= chunks && report.upto <= chunks ? report : null;
}

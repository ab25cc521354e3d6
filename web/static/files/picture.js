// What a picture tells about itself beside what it shows: where and when it was
// taken, with which camera, by whom, and its smaller self from before it was cut.
// Knows the containers of JPEG, PNG and WebP, and keeps of each what is known to
// count for how it looks; all else is left out, also what stands behind the end.
// Nothing is decoded, so what is kept stays as it was, to the byte.

// A picture that can't be read to its end. What it may tell is not known, so it
// is not sent by itself: people are asked.
export class PictureError extends Error {}
const broken = () => new PictureError("The picture's inside could not be read.");

// HEAD_BYTES of a file's beginning tell isPicture whether it is one of the three.
export const HEAD_BYTES = 12;
export const isPicture = (head) => kinds.some(({ begins }) => begins(head));

// strip returns null for what is none of the three; else {parts, removed}: parts
// are [start, end] ranges of bytes that stay, or bytes that stand in for others;
// removed says whether they differ from the whole. Throws a PictureError.
export function strip(bytes) {
  const kind = kinds.find(({ begins }) => begins(bytes));
  if (!kind) return null;
  const parts = joined(kind.keep(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length)));
  const same = parts.length === 1 && parts[0][0] === 0 && parts[0][1] === bytes.length;
  return { parts, removed: !same };
}

const kinds = [
  { begins: (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff, keep: keepJPEG },
  { begins: (b) => ascii(b, 0, 8) === "\u0089PNG\r\n\u001a\n", keep: keepPNG },
  { begins: (b) => ascii(b, 0, 4) === "RIFF" && ascii(b, 8, 12) === "WEBP", keep: keepWebP },
];

// ---- JPEG (ITU T.81, annex B): segments, each with a marker ----

const SOI = 0xd8, EOI = 0xd9, SOS = 0xda, APP0 = 0xe0, APP1 = 0xe1, APP2 = 0xe2, APP14 = 0xee, APP15 = 0xef, COM = 0xfe;
const standsAlone = (marker) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

function keepJPEG(bytes, view) {
  const parts = [[0, 2]];
  let turn = 1; // upright, until the picture says otherwise
  let scanned = false;
  let at = 2;
  while (at < bytes.length) {
    const start = at;
    if (bytes[at] !== 0xff) throw broken();
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === EOI) {
      parts.push([start, at]);
      return turned(parts, turn);
    }
    if (standsAlone(marker)) {
      parts.push([start, at]);
      continue;
    }
    if (marker === undefined || marker === 0 || marker === SOI || at + 2 > bytes.length) throw broken();
    const end = at + view.getUint16(at);
    const body = at + 2;
    if (end < body || end > bytes.length) throw broken();
    if (marker === APP1 && ascii(bytes, body, body + 6) === "Exif\0\0") turn = orientation(bytes, body + 6, end) ?? turn;
    if (marker === APP0 && ascii(bytes, body, body + 5) === "JFIF\0" && end - body >= 14) parts.push(...withoutThumbnail(bytes, start, body, end));
    else if (marker < APP0 || (marker > APP15 && marker !== COM) || looks(bytes, marker, body, end)) parts.push([start, end]);
    at = end;
    if (marker !== SOS) continue;
    scanned = true;
    at = endOfScan(bytes, end);
    parts.push([end, at]);
  }
  if (!scanned) throw broken();
  return turned(parts, turn); // cut off within the picture itself: it shows what is there
}

// looks: an application's segment that counts for the colours.
function looks(bytes, marker, body, end) {
  return (marker === APP2 && ascii(bytes, body, Math.min(end, body + 12)) === "ICC_PROFILE\0") ||
    (marker === APP14 && ascii(bytes, body, Math.min(end, body + 5)) === "Adobe");
}

// withoutThumbnail keeps a JFIF header's first fourteen bytes, of which the last
// two say that there is no smaller picture.
function withoutThumbnail(bytes, start, body, end) {
  if (end === body + 14) return [[start, end]];
  return [new Uint8Array([0xff, APP0, 0, 16, ...bytes.subarray(body, body + 12), 0, 0])];
}

// endOfScan returns where the next marker stands behind entropy-coded data.
export function endOfScan(bytes, at) {
  for (;; at++) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return bytes.length;
    const next = bytes[at + 1];
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
}

// orientation reads which way up the picture is from its Exif (a TIFF header and
// its first directory): 1 to 8, or null.
export function orientation(bytes, start, end) {
  const tiff = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  if (tiff.byteLength < 8) return null;
  const little = tiff.getUint16(0) === 0x4949;
  if (!little && tiff.getUint16(0) !== 0x4d4d) return null;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return null;
  const entries = tiff.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.byteLength) return null;
    if (tiff.getUint16(entry, little) !== 0x0112) continue;
    const turn = tiff.getUint16(entry + 8, little);
    return turn >= 1 && turn <= 8 ? turn : null;
  }
  return null;
}

// turned adds an Exif that says nothing but which way up, where that is needed.
function turned(parts, turn) {
  if (turn === 1) return parts;
  const exif = new Uint8Array([
    0xff, APP1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, // "Exif"
    0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, // one entry, most significant byte first
    0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0,
  ]);
  return [parts[0], exif, ...parts.slice(1)];
}

// ---- PNG (ISO 15948): chunks of length, type, content, sum ----

// Beside the critical ones, whose names begin with a capital.
const pngLooks = new Set(["tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", "sBIT", "bKGD", "pHYs", "sPLT", "hIST", "acTL", "fcTL", "fdAT"]);

function keepPNG(bytes, view) {
  const parts = [[0, 8]];
  for (let at = 8; at + 12 <= bytes.length;) {
    const type = ascii(bytes, at + 4, at + 8);
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length || !/^[A-Za-z]{4}$/.test(type)) throw broken();
    if (/^[A-Z]/.test(type) || pngLooks.has(type)) parts.push([at, end]);
    if (type === "IEND") return parts;
    at = end;
  }
  throw broken();
}

// ---- WebP (RFC 9649): RIFF chunks of type, length, content, even ----

const webpLooks = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]);
const frameLooks = new Set(["VP8 ", "VP8L", "ALPH"]);
const FRAME_HEADER = 16; // bytes of an ANMF before its own chunks
const TELLS = 0x08 | 0x04; // flags of VP8X: there is Exif, there is XMP

function keepWebP(bytes, view) {
  const whole = 8 + view.getUint32(4, true);
  if (whole > bytes.length || whole < 20) throw broken();
  const parts = [];
  let size = 4;
  riff(bytes, view, 12, whole, (type, at, end) => {
    if (type === "ANMF") {
      if (end - at < 8 + FRAME_HEADER) throw broken();
      riff(bytes, view, at + 8 + FRAME_HEADER, end, (inner) => { if (!frameLooks.has(inner)) throw broken(); });
    }
    if (!webpLooks.has(type)) return;
    size += end - at;
    if (type === "VP8X" && bytes[at + 8] & TELLS) {
      const flags = bytes.slice(at, end);
      flags[8] &= ~TELLS;
      parts.push(flags);
    } else {
      parts.push([at, end]);
    }
  });
  const head = bytes.slice(0, 12);
  new DataView(head.buffer).setUint32(4, size, true);
  return [size + 8 === whole ? [0, 12] : head, ...parts];
}

// riff tells of each chunk from at to end, padding counted in.
function riff(bytes, view, at, end, tell) {
  while (at < end) {
    if (at + 8 > end) throw broken();
    const length = view.getUint32(at + 4, true);
    const next = at + 8 + length + (length & 1);
    if (next > end) throw broken();
    tell(ascii(bytes, at, at + 4), at, next);
    at = next;
  }
}

// ---- Parts ----

// joined makes one range of those that touch.
function joined(parts) {
  const out = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (Array.isArray(part) && Array.isArray(last) && last[1] === part[0]) out[out.length - 1] = [last[0], part[1]];
    else out.push(part);
  }
  return out;
}

const ascii = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));

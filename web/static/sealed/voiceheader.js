// What stands before the sealed bytes of a frame of voice (RFC 9605, section 4.3): the key id and
// the counter, each in as few bytes as hold it. The twin of header.go in Go's rooms/seal/sframe.

export const MAX_COUNTER = 2 ** 48 - 1; // also of key ids

// header is what stands before a frame's sealed bytes, in its one form.
export function header(kid, counter) {
  const [k, c] = [bytesOf(kid), bytesOf(counter)];
  return Uint8Array.from([(nibble(kid, k) << 4) | nibble(counter, c), ...k, ...c]);
}

function bytesOf(n) {
  const bytes = [];
  if (n >= 8) for (let rest = n; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

const nibble = (n, bytes) => (bytes.length === 0 ? n : 8 | (bytes.length - 1));

// readHeader reads one in that form: {kid, counter, length}; null: it is none, or has a
// number that is higher than any that a member may name.
export function readHeader(frame) {
  let at = 1;
  const number = (first) => {
    if (first < 8) return first;
    const size = first - 7;
    let n = 0;
    for (let i = 0; i < size; i++) n = n * 256 + frame[at + i];
    const shortest = frame[at] !== 0 && n >= 8;
    at += size;
    return shortest && n <= MAX_COUNTER ? n : NaN; // also where bytes are missing
  };
  if (frame.length === 0) return null;
  const [kid, counter] = [number(frame[0] >> 4), number(frame[0] & 15)];
  return Number.isNaN(kid) || Number.isNaN(counter) ? null : { kid, counter, length: at };
}

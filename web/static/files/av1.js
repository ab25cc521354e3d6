// What AV1 says of its own size, before anything of it is decoded: each sequence header in
// a run of units (AV1 bitstream specification, 5.3 to 5.5).

const SEQUENCE = 1; // kinds of unit
const FRAMES = [3, 6]; // a frame's head, and a frame with its head

// sizesIn returns what each sequence header says: {width, height}, and pixels, the most that
// a frame may say by itself: one of a still picture has no size of its own, any other may
// have one of as many bits. next is told of each unit.
export function sizesIn(bytes, next) {
  const found = [];
  for (const { kind, from, to } of units(bytes)) {
    next();
    if (kind === SEQUENCE) found.push(sequence(new Bits(bytes.subarray(from, to))));
  }
  return found;
}

// framesIn returns how many frames are in it, of which a still picture has one; layers and
// what is never shown are decoded, too.
export function framesIn(bytes) {
  let frames = 0;
  for (const { kind } of units(bytes)) if (FRAMES.includes(kind)) frames++;
  return frames;
}

// units are those one after the other: {kind, from, to}.
function* units(bytes) {
  for (let at = 0; at < bytes.length;) {
    const head = bytes[at++];
    if (head & 0x80) throw new RangeError("no unit");
    if (head & 4) at++; // its layer
    let size = bytes.length - at;
    if (head & 2) ({ size, at } = leb128(bytes, at));
    if (size < 0 || at + size > bytes.length) throw new RangeError("beyond the end");
    yield { kind: head >> 3, from: at, to: at + size };
    at += size;
  }
}

function leb128(bytes, at) {
  let size = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError("beyond the end");
    size += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { size, at };
  }
  throw new RangeError("no size");
}

class Bits {
  #bytes;
  #at = 0;

  constructor(bytes) { this.#bytes = bytes; }

  take(n) {
    let value = 0;
    for (; n > 0; n--, this.#at++) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError("beyond the end");
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  // takeLong passes a number whose length stands before it (uvlc).
  takeLong() {
    let zeros = 0;
    while (this.take(1) === 0) if (++zeros > 32) throw new RangeError("no number");
    this.take(zeros);
  }
}

function sequence(bits) {
  bits.take(4); // its profile, and whether it is a still picture
  const reduced = bits.take(1) === 1;
  if (reduced) bits.take(5);
  else operatingPoints(bits);
  const [across, down] = [bits.take(4) + 1, bits.take(4) + 1];
  const [width, height] = [bits.take(across) + 1, bits.take(down) + 1];
  return { width, height, pixels: reduced ? width * height : 2 ** (across + down) };
}

// operatingPoints passes what stands before the size: times, and how much a decoder needs.
function operatingPoints(bits) {
  let delays = 0; // bits of each, where there are some
  if (bits.take(1)) {
    bits.take(64);
    if (bits.take(1)) bits.takeLong();
    if (bits.take(1)) {
      delays = bits.take(5) + 1;
      bits.take(42);
    }
  }
  const displays = bits.take(1);
  for (let points = bits.take(5) + 1; points > 0; points--) {
    bits.take(12);
    if (bits.take(5) > 7) bits.take(1);
    if (delays > 0 && bits.take(1)) bits.take(2 * delays + 1);
    if (displays && bits.take(1)) bits.take(4);
  }
}

// The bytes of one picture, and how many parts of it were read.

const MAX_PARTS = 20_000; // segments, chunks, blocks, boxes and units: a picture has a few dozen, one that moves a few for each that it shows; more is no picture

export class Parts extends DataView {
  #read = 0;

  constructor(bytes) { super(bytes.buffer, bytes.byteOffset, bytes.length); }

  // next is told of each part.
  next() { if (++this.#read > MAX_PARTS) throw new RangeError("too many parts"); }

  // bytes are those from one place to another, which are there.
  bytes(at, end) {
    if (end > this.byteLength || at > end) throw new RangeError("beyond the end");
    return new Uint8Array(this.buffer, this.byteOffset + at, end - at);
  }
}

// letters are empty beyond the end.
export function letters(view, at, n) {
  return at + n <= view.byteLength ? String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, n)) : "";
}

// What a picture says of itself before anything of it is decoded: which kind it is,
// how many pixels it wants, which way up, whether it moves. Knows the containers of
// PNG, JPEG, GIF, WebP and AVIF. What another decoder could read otherwise has no size.
// Whatever the bytes are, it ends within one pass, and after a few thousand parts.

import { orientation } from "./picture.js";

const MAX_PARTS = 5000; // segments, chunks, blocks or boxes before the picture, of which one has a few dozen; more is no picture

export const types = { png: "image/png", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", avif: "image/avif" };

// kindOf returns which kind of picture bytes begin as, or undefined.
export const kindOf = (bytes) => Object.keys(readers).find((each) => readers[each].begins(new Parts(bytes)));

// headerOf returns {kind, width, height, pixels, moves}: the size as it is seen, and the
// most pixels that a part of it asks for. Null for anything else, and for what ends
// before it says so.
export function headerOf(bytes) {
  const view = new Parts(bytes);
  const kind = kindOf(bytes);
  if (!kind) return null;
  try {
    const { width, height, pixels = 0, moves = false } = readers[kind].read(view) ?? {};
    return width > 0 && height > 0 ? { kind, width, height, pixels: Math.max(pixels, width * height), moves } : null;
  } catch (error) {
    if (error instanceof RangeError) return null; // read beyond the end, or too many parts
    throw error;
  }
}

// The bytes of one picture, and how many parts of it were read.
class Parts extends DataView {
  #read = 0;

  constructor(bytes) { super(bytes.buffer, bytes.byteOffset, bytes.length); }

  // next is told of each part.
  next() { if (++this.#read > MAX_PARTS) throw new RangeError("too many parts"); }
}

const readers = {
  png: { begins: (view) => letters(view, 0, 8) === "\u0089PNG\r\n\u001a\n", read: readPNG },
  jpeg: { begins: (view) => letters(view, 0, 3) === "\u00ff\u00d8\u00ff", read: readJPEG },
  gif: { begins: (view) => /^GIF8[79]a$/.test(letters(view, 0, 6)), read: readGIF },
  webp: { begins: (view) => letters(view, 0, 4) === "RIFF" && letters(view, 8, 4) === "WEBP", read: readWebP },
  avif: { begins: (view) => letters(view, 0, 3) === "\0\0\0" && letters(view, 4, 4) === "ftyp" && brands(view).some((brand) => brand === "avif" || brand === "avis"), read: readAVIF },
};

// ---- PNG (ISO 15948) ----

function readPNG(view) {
  if (view.getUint32(8) !== 13 || letters(view, 12, 4) !== "IHDR") return null;
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  // What makes it move stands before the picture.
  for (let at = 8; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    view.next();
    const type = letters(view, at + 4, 4);
    if (type === "acTL") return { ...size, moves: true };
    if (type === "IDAT") break;
  }
  return size;
}

// ---- JPEG (ITU T.81, annex B) ----

// hasLength: the markers of segments that may stand before a frame. All others stand alone,
// or decoders differ in what they make of them.
const hasLength = (marker) => [0xc4, 0xcc, 0xdb, 0xdc, 0xdd, 0xfe].includes(marker) || (marker >= 0xe0 && marker <= 0xef);

function readJPEG(view) {
  let turn = 1;
  for (let at = 2; ;) {
    view.next();
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) { // begins a frame
      return turned({ width: view.getUint16(at + 7), height: view.getUint16(at + 5) }, turn > 4);
    }
    const length = view.getUint16(at + 2);
    if (!hasLength(marker) || length < 2) return null;
    const end = at + 2 + length;
    if (marker === 0xe1 && letters(view, at + 4, 6) === "Exif\0\0" && end <= view.byteLength) {
      turn = orientation(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at + 10, end) ?? turn;
    }
    at = end;
  }
}

const turned = ({ width, height, ...rest }, quarter) => (quarter ? { width: height, height: width, ...rest } : { width, height, ...rest });

// ---- GIF (89a) ----

// A first frame that is larger than the screen is drawn all the same.
function readGIF(view) {
  const table = (flags) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  let { width, height } = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  let frames = 0;
  for (let at = 13 + table(view.getUint8(10)); at < view.byteLength;) {
    view.next();
    const block = view.getUint8(at);
    if (block === 0x2c) {
      if (++frames > 1) break;
      width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      at += 11 + table(view.getUint8(at + 9));
    } else if (block === 0x21) {
      if (view.getUint8(at + 1) === 0xf9 && view.getUint8(at + 2) !== 4) return null; // of which some read four bytes all the same
      at += 2;
    } else {
      break;
    }
    while (at < view.byteLength && view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
    at++;
  }
  return frames > 0 ? { width, height, moves: frames > 1 } : null;
}

// ---- WebP (RFC 9649) ----

function readWebP(view) {
  switch (letters(view, 12, 4)) {
    case "VP8 ": return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X": {
      const three = (at) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
      return { width: three(24), height: three(27), moves: (view.getUint8(20) & 0x02) !== 0 };
    }
    default: return null;
  }
}

// ---- AVIF (boxes of ISO 14496-12 and 23008-12) ----

function readAVIF(view) {
  const meta = boxes(view).find(({ type }) => type === "meta");
  if (!meta) return null;
  const within = boxes(view, meta.body + 4, meta.end);
  const primary = within.find(({ type }) => type === "pitm");
  const properties = within.find(({ type }) => type === "iprp");
  if (!primary || !properties) return null;
  const id = view.getUint8(primary.body) ? view.getUint32(primary.body + 4) : view.getUint16(primary.body + 4);
  const described = boxes(view, properties.body, properties.end);
  const container = described.find(({ type }) => type === "ipco");
  if (!container) return null;
  const all = boxes(view, container.body, container.end);
  const sizeOf = ({ body }) => ({ width: view.getUint32(body + 4), height: view.getUint32(body + 8) });
  let size = null;
  let quarter = false;
  for (const index of described.filter(({ type }) => type === "ipma").flatMap((box) => ofItem(view, box, id))) {
    const property = all[index - 1];
    if (property?.type === "ispe") size ??= sizeOf(property);
    if (property?.type === "irot") quarter = (view.getUint8(property.body) & 1) === 1;
  }
  if (!size) return null;
  const sizes = [...all.filter(({ type }) => type === "ispe").map(sizeOf), ...tracks(view)];
  const pixels = sizes.reduce((most, { width, height }) => Math.max(most, width * height), 0);
  return { ...turned(size, quarter), pixels, moves: brands(view).includes("avis") };
}

// ofItem returns the numbers of an item's properties, from 1.
function ofItem(view, { body, end }, item) {
  const wide = view.getUint8(body) > 0;
  const long = (view.getUint8(body + 3) & 1) === 1;
  const found = new Set();
  let at = body + 8;
  for (let entries = view.getUint32(body + 4); entries > 0 && at < end; entries--) {
    view.next();
    const id = wide ? view.getUint32(at) : view.getUint16(at);
    at += wide ? 4 : 2;
    for (let n = view.getUint8(at++); n > 0; n--, at += long ? 2 : 1) {
      if (id === item) found.add(long ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f);
    }
  }
  return [...found];
}

// tracks returns the sizes of what moves.
function tracks(view) {
  let here = boxes(view);
  for (const type of ["moov", "trak", "mdia", "minf", "stbl", "stsd"]) {
    here = here.filter((box) => box.type === type).flatMap(({ body, end }) => (type === "stsd" ? boxes(view, body + 8, end) : boxes(view, body, end)));
  }
  return here.map(({ body }) => ({ width: view.getUint16(body + 24), height: view.getUint16(body + 26) }));
}

// boxes returns the boxes from one place to another: {type, body, end}.
function boxes(view, at = 0, until = view.byteLength) {
  const found = [];
  while (at + 8 <= until) {
    let body = at + 8;
    let size = view.getUint32(at);
    if (size === 1) {
      size = Number(view.getBigUint64(body));
      body += 8;
    } else if (size === 0) {
      size = until - at; // up to the end
    }
    const end = at + size;
    if (end < body || end > until) break;
    view.next();
    found.push({ type: letters(view, at + 4, 4), body, end });
    at = end;
  }
  return found;
}

// brands returns what an AVIF's first box says it is; such a box is shorter than 256 bytes:
// what begins with one of as many begins as an icon does.
function brands(view) {
  const end = Math.min(view.getUint32(0), view.byteLength);
  const found = [];
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) found.push(letters(view, at, 4)); // but the version
  return found;
}

// letters are empty beyond the end.
function letters(view, at, n) {
  return at + n <= view.byteLength ? String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, n)) : "";
}

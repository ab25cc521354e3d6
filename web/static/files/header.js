// What a picture says of itself before anything of it is decoded: which kind it is,
// how many pixels it wants, which way up, whether it moves. Knows the containers of
// PNG, JPEG, GIF and WebP; avif.js those of AVIF. What another decoder could read otherwise
// has no size, and so has what says in two places how large it is, and more in the one that a
// decoder may go by. Whatever the bytes are, it ends within one pass, and after so many parts.

import { brands, readAVIF } from "./avif.js";
import { letters, Parts } from "./parts.js";
import { endOfScan, orientation } from "./picture.js";

export const types = { png: "image/png", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", avif: "image/avif" };

// kindOf returns which kind of picture bytes begin as, or undefined.
export const kindOf = (bytes) => Object.keys(readers).find((each) => readers[each].begins(new Parts(bytes)));

// headerOf returns {kind, width, height, pixels, passed, played, moves}: the size as it is
// seen; the most pixels that a part of it asks for; how many a decoder passes over, each time
// counted, to draw it, and to play it once. Null for anything else, and for what ends before
// it says so.
export function headerOf(bytes) {
  const view = new Parts(bytes);
  const kind = kindOf(bytes);
  if (!kind) return null;
  try {
    const { width, height, pixels: asked = 0, passes = 1, frames = 1, passed = 0, played = 0, moves = false } = readers[kind].read(view) ?? {};
    if (!(width > 0 && height > 0)) return null;
    const pixels = Math.max(asked, width * height);
    return { kind, width, height, pixels, passed: Math.max(passed, pixels * passes), played: Math.max(played, pixels * frames), moves };
  } catch (error) {
    if (error instanceof RangeError) return null; // read beyond the end, or too many parts
    throw error;
  }
}

const readers = {
  png: { begins: (view) => letters(view, 0, 8) === "\u0089PNG\r\n\u001a\n", read: readPNG },
  jpeg: { begins: (view) => letters(view, 0, 3) === "\u00ff\u00d8\u00ff", read: readJPEG },
  gif: { begins: (view) => /^GIF8[79]a$/.test(letters(view, 0, 6)), read: readGIF },
  webp: { begins: (view) => letters(view, 0, 4) === "RIFF" && letters(view, 8, 4) === "WEBP", read: readWebP },
  avif: { begins: (view) => letters(view, 0, 3) === "\0\0\0" && letters(view, 4, 4) === "ftyp" && brands(view).some((brand) => brand === "avif" || brand === "avis"), read: (view) => turnedBy(readAVIF(view)) },
};

// ---- PNG (ISO 15948) ----

function readPNG(view) {
  if (view.getUint32(8) !== 13 || letters(view, 12, 4) !== "IHDR") return null;
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  let moves = false; // what says so stands before the picture
  let begun = false;
  let frames = 0;
  for (let at = 33; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    const type = letters(view, at + 4, 4);
    if (type !== "IDAT" && type !== "fdAT" || view.getUint32(at) < SMALL) view.next();
    if (type === "IHDR" || (type === "fcTL" && !fits(view, at + 8, size))) return null;
    if (type === "IEND") break;
    begun ||= type === "IDAT";
    if (type === "acTL" && !begun) moves = true;
    if (type === "fcTL") frames++;
  }
  return { ...size, frames, moves };
}

const SMALL = 1024; // bytes of a picture in one chunk, of which writers make larger ones

// fits says whether one of the pictures that make it move is within it.
function fits(view, at, { width, height }) {
  if (at + 20 > view.byteLength) return true; // cut off
  const [wide, high, left, top] = [4, 8, 12, 16].map((more) => view.getUint32(at + more));
  return left + wide <= width && top + high <= height;
}

// ---- JPEG (ITU T.81, annex B) ----

// hasLength: the markers of segments that may stand before a frame. All others stand alone,
// or decoders differ in what they make of them.
const hasLength = (marker) => [0xc4, 0xcc, 0xdb, 0xdc, 0xdd, 0xfe].includes(marker) || (marker >= 0xe0 && marker <= 0xef);

const beginsFrame = (marker) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
const EOI = 0xd9, SOS = 0xda, DNL = 0xdc;

// A second frame, or a number of lines behind the first scan, would be another size.
function readJPEG(view) {
  let turn = 1;
  let size = null;
  for (let at = 2; ;) {
    view.next();
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (beginsFrame(marker)) {
      if (size) return null;
      size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    } else if (size && marker === SOS) {
      const passes = scansIn(view, at, size);
      return passes === null ? null : turned({ ...size, passes }, turn > 4);
    } else if (!hasLength(marker)) {
      return null;
    }
    const length = view.getUint16(at + 2);
    if (length < 2) return null;
    const end = at + 2 + length;
    if (marker === 0xe1 && letters(view, at + 4, 6) === "Exif\0\0" && end <= view.byteLength) {
      turn = orientation(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at + 10, end) ?? turn;
    }
    at = end;
  }
}

// scansIn returns how many scans there are, each of which goes over the whole picture; null
// where something from the first on says another size. What is broken there shows what came
// before.
function scansIn(view, at, { height }) {
  let scans = 0;
  const bytes = view.bytes(0, view.byteLength);
  while (at + 4 <= bytes.length) {
    view.next();
    const marker = bytes[at + 1];
    const long = hasLength(marker) || marker === SOS;
    if (marker === EOI) break;
    if (beginsFrame(marker) || (marker === DNL && view.getUint16(at + 4) > height)) return null;
    if (marker === SOS) scans++;
    at = long ? at + 2 + view.getUint16(at + 2) : at + (marker === 0xff ? 1 : 2);
    if (!long || marker === SOS || bytes[at] !== 0xff) at = endOfScan(bytes, at);
  }
  return scans;
}

// turnedBy turns what says itself that it is.
const turnedBy = (header) => header && turned(header, header.quarter);

const turned = ({ width, height, ...rest }, quarter) => (quarter ? { width: height, height: width, ...rest } : { width, height, ...rest });

// ---- GIF (89a) ----

// A first frame that is larger than the screen is drawn all the same; of a later one it is
// counted how much it asks for.
function readGIF(view) {
  const table = (flags) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  let { width, height } = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  let frames = 0;
  let pixels = 0;
  for (let at = 13 + table(view.getUint8(10)); at < view.byteLength;) {
    view.next();
    const block = view.getUint8(at);
    if (block === 0x2c) {
      if (frames > 0 && at + 10 > view.byteLength) break; // cut off
      const [left, top, wide, high] = [1, 3, 5, 7].map((more) => view.getUint16(at + more, true));
      pixels = Math.max(pixels, Math.max(width, left + wide) * Math.max(height, top + high));
      if (++frames === 1) [width, height] = [Math.max(width, left + wide), Math.max(height, top + high)];
      at += 11 + table(view.getUint8(at + 9));
    } else if (block === 0x21) {
      if (frames > 0 && at + 3 > view.byteLength) break;
      if (view.getUint8(at + 1) === 0xf9 && view.getUint8(at + 2) !== 4) return null; // of which some read four bytes all the same
      at += 2;
    } else {
      break;
    }
    while (at < view.byteLength && view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
    at++;
  }
  return frames > 0 ? { width, height, pixels, frames, moves: frames > 1 } : null;
}

// ---- WebP (RFC 9649) ----

function readWebP(view) {
  const { type, body, end } = chunks(view, 12, view.byteLength).next().value ?? {};
  if (type !== "VP8X") return codedAs(view, { type, body });
  const size = { width: three(view, body + 4) + 1, height: three(view, body + 7) + 1 };
  let pictures = 0;
  for (const chunk of chunks(view, end, view.byteLength)) {
    if (chunk.type !== "ANMF") {
      const coded = codedAs(view, chunk);
      if (!coded) continue;
      if (coded.width !== size.width || coded.height !== size.height) return null;
    } else if (!movesWithin(view, chunk, size)) {
      return null;
    }
    pictures++;
  }
  return pictures > 0 ? { ...size, frames: pictures, moves: (view.getUint8(body) & 0x02) !== 0 } : null;
}

const three = (view, at) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);

// codedAs returns the size that a chunk's own picture says, or null for what is none.
function codedAs(view, { type, body }) {
  if (type === "VP8 ") return { width: view.getUint16(body + 6, true) & 0x3fff, height: view.getUint16(body + 8, true) & 0x3fff };
  if (type !== "VP8L") return null;
  const bits = view.getUint32(body + 1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

// movesWithin says whether one of the pictures that make it move is within it, and is what
// its head says.
function movesWithin(view, { body, end }, size) {
  const [left, top, width, height] = [2 * three(view, body), 2 * three(view, body + 3), three(view, body + 6) + 1, three(view, body + 9) + 1];
  if (left + width > size.width || top + height > size.height) return false;
  for (const chunk of chunks(view, body + 16, end)) {
    const coded = codedAs(view, chunk);
    if (coded && (coded.width !== width || coded.height !== height)) return false;
  }
  return true;
}

// chunks are those from one place to another: {type, body, end}. The last may be cut off.
function* chunks(view, at, until) {
  while (at + 8 <= until) {
    view.next();
    const end = at + 8 + view.getUint32(at + 4, true);
    yield { type: letters(view, at, 4), body: at + 8, end };
    at = end + (end & 1); // each begins at an even place
  }
}

// How large an AVIF is: what its boxes say (ISO 14496-12 and 23008-12), and what the AV1 in
// it says, which is what a decoder makes room for. Where that is more than the boxes say, or
// they don't say where it is, it has no size.

import { framesIn, sizesIn } from "./av1.js";
import { letters } from "./parts.js";

// A file's items may name the same bytes again and again; together they are this many times
// the file at most, since all of them are read.
const MAX_AGAIN = 4;

// readAVIF returns {width, height, pixels, passed, played, moves, quarter}, before it is
// turned; or null.
export function readAVIF(view) {
  const all = boxes(view);
  const meta = all.find(({ type }) => type === "meta");
  if (!meta) return null;
  const items = itemsOf(view, boxes(view, meta.body + 4, meta.end));
  if (!items) return null;
  let pixels = items.sizes.reduce((most, size) => Math.max(most, area(size)), 0);
  let passed = 0; // of all items together: which of them are decoded is up to who decodes
  for (const item of items.all.values()) {
    const found = item.type === "av01" ? codedIn(view, item) : item.type === "grid" ? gridIn(view, item, items.all) : 0;
    if (found === null) return null;
    pixels = Math.max(pixels, found);
    passed += found * (item.frames ?? 1);
  }
  let played = 0;
  for (const track of tracks(view, all)) {
    const found = track.samples.reduce((most, bytes) => (most === null ? null : within(sizesIn(bytes, () => view.next()), track, most)), area(track));
    if (found === null) return null;
    pixels = Math.max(pixels, found);
    played += found * track.samples.reduce((frames, bytes) => frames + framesIn(bytes), 0);
  }
  const { primary } = items;
  if (!primary || !/^(av01|grid)$/.test(primary.type) || !primary.size) return null;
  return { ...primary.size, pixels, passed, played, moves: brands(view).includes("avis"), quarter: primary.quarter };
}

const area = ({ width, height }) => width * height;

// within returns the most pixels that sequence headers ask for, or null if one is larger than
// what the boxes say, if they say it.
function within(coded, size, most = 0) {
  if (size && coded.some(({ width, height }) => width > size.width || height > size.height)) return null;
  return coded.reduce((sum, { pixels }) => Math.max(sum, pixels), most);
}

// codedIn returns how many pixels an item of AV1 asks for; null: more than its boxes say, or
// nobody knows.
function codedIn(view, item) {
  if (item.coded !== undefined) return item.coded;
  const content = item.content();
  const coded = sizesIn(content, () => view.next());
  item.frames = framesIn(content);
  item.coded = coded.length > 0 ? within([...coded, ...item.configured], item.size) : null;
  return item.coded;
}

// gridIn does so with one that is put together from others, of which each is decoded.
function gridIn(view, item, all) {
  const { content, parts, size } = item;
  const bytes = content();
  const [, flags, down, across] = bytes;
  const given = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [width, height] = flags & 1 ? [given.getUint32(4), given.getUint32(8)] : [given.getUint16(4), given.getUint16(6)];
  if (!size || width > size.width || height > size.height) return null;
  let largest = 0;
  item.frames = 1;
  for (const id of parts) {
    const part = all.get(id);
    const found = part?.type === "av01" ? codedIn(view, part) : null;
    if (found === null) return null;
    largest = Math.max(largest, found);
    item.frames = Math.max(item.frames, part.frames);
  }
  return Math.max(width * height, (down + 1) * (across + 1) * largest);
}

// itemsOf returns what the boxes say of each item, {all: id → {type, size, quarter,
// configured, parts, content()}, primary}, and all the sizes that they say.
function itemsOf(view, within) {
  const one = (name) => within.find(({ type }) => type === name);
  const [pitm, iprp, iinf, iloc] = ["pitm", "iprp", "iinf", "iloc"].map(one);
  if (!pitm || !iprp || !iinf || !iloc) return null;
  const all = new Map();
  const first = iinf.body + (view.getUint8(iinf.body) ? 8 : 6);
  for (const { type, body } of boxes(view, first, iinf.end)) {
    const version = view.getUint8(body);
    if (type !== "infe" || version < 2) continue;
    const id = version > 2 ? view.getUint32(body + 4) : view.getUint16(body + 4);
    all.set(id, { type: letters(view, body + (version > 2 ? 10 : 8), 4), size: undefined, quarter: false, configured: [], parts: [], content: nowhere });
  }
  const sizes = describe(view, iprp, all);
  locate(view, iloc, one("idat"), all);
  const iref = one("iref");
  if (iref) refer(view, iref, all);
  const id = view.getUint8(pitm.body) ? view.getUint32(pitm.body + 4) : view.getUint16(pitm.body + 4);
  return { all, sizes, primary: all.get(id) };
}

const nowhere = () => { throw new RangeError("nowhere"); };

// describe gives items their properties, and returns all sizes among these.
function describe(view, { body, end }, all) {
  const described = boxes(view, body, end);
  const container = described.find(({ type }) => type === "ipco");
  const properties = (container ? boxes(view, container.body, container.end) : []).map((box) => property(view, box));
  for (const box of described.filter(({ type }) => type === "ipma")) {
    const wide = view.getUint8(box.body) > 0;
    const long = (view.getUint8(box.body + 3) & 1) === 1;
    let at = box.body + 8;
    for (let entries = view.getUint32(box.body + 4); entries > 0 && at < box.end; entries--) {
      view.next();
      const item = all.get(wide ? view.getUint32(at) : view.getUint16(at));
      at += wide ? 4 : 2;
      for (let n = view.getUint8(at++); n > 0; n--, at += long ? 2 : 1) {
        const { size, quarter, coded } = properties[(long ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f) - 1] ?? {};
        if (!item) continue;
        item.size ??= size;
        item.quarter = quarter ?? item.quarter;
        if (coded) item.configured = coded;
      }
    }
  }
  return properties.map(({ size }) => size).filter(Boolean);
}

// property reads one, of which it returns size, quarter or coded.
function property(view, { type, body, end }) {
  switch (type) {
    case "ispe": return { size: { width: view.getUint32(body + 4), height: view.getUint32(body + 8) } };
    case "irot": return { quarter: (view.getUint8(body) & 1) === 1 };
    case "av1C": return { coded: sizesIn(view.bytes(body + 4, end), () => view.next()) };
    default: return {};
  }
}

// locate gives items their bytes.
function locate(view, { body, end }, idat, all) {
  const version = view.getUint8(body);
  const [sizes, bases] = [view.getUint8(body + 4), view.getUint8(body + 5)];
  let at = body + 6;
  const take = (n) => {
    if (at + n > end) throw new RangeError("beyond the end");
    let value = 0;
    for (; n > 0; n--) value = value * 256 + view.getUint8(at++);
    return value;
  };
  let again = MAX_AGAIN * view.byteLength;
  for (let items = take(version < 2 ? 2 : 4); items > 0; items--) {
    view.next();
    const item = all.get(take(version < 2 ? 2 : 4));
    const method = version > 0 ? take(2) & 15 : 0;
    const elsewhere = take(2) > 0 || method > 1 || (method === 1 && !idat);
    const base = take(bases >> 4);
    const [from, until] = method === 1 && idat ? [idat.body, idat.end] : [0, view.byteLength];
    const extents = [];
    for (let n = take(2); n > 0; n--) {
      view.next();
      if (version > 0) take(bases & 15);
      const begin = from + base + take(sizes >> 4);
      const length = take(sizes & 15) || until - begin;
      extents.push([begin, begin + length]);
      again -= length;
    }
    if (item && !elsewhere && again >= 0) item.content = () => joined(extents.map(([begin, to]) => view.bytes(begin, to)));
    else if (item) item.content = nowhere;
  }
}

function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

// refer gives items those that they are put together from.
function refer(view, { body, end }, all) {
  const wide = view.getUint8(body) > 0;
  const idAt = (at) => (wide ? view.getUint32(at) : view.getUint16(at));
  const width = wide ? 4 : 2;
  for (const reference of boxes(view, body + 4, end)) {
    if (reference.type !== "dimg") continue;
    const item = all.get(idAt(reference.body));
    let at = reference.body + width;
    const count = view.getUint16(at);
    at += 2;
    for (let n = 0; n < count && item; n++, at += width) {
      view.next();
      item.parts.push(idAt(at));
    }
  }
}

// tracks returns what moves: {width, height, samples}.
function tracks(view, all) {
  let here = all;
  for (const type of ["moov", "trak", "mdia", "minf", "stbl"]) here = here.filter((box) => box.type === type).flatMap(({ body, end }) => (type === "stbl" ? [{ body, end }] : boxes(view, body, end)));
  return here.flatMap(({ body, end }) => {
    const tables = Object.fromEntries(boxes(view, body, end).map((box) => [box.type, box]));
    if (!tables.stsd) return [];
    const entries = boxes(view, tables.stsd.body + 8, tables.stsd.end);
    return entries.map((entry) => ({
      width: view.getUint16(entry.body + 24), height: view.getUint16(entry.body + 26),
      samples: entry.type === "av01" ? [...boxes(view, entry.body + 78, entry.end).filter(({ type }) => type === "av1C").map((box) => view.bytes(box.body + 4, box.end)), ...samplesOf(view, tables)] : [],
    }));
  });
}

// samplesOf returns the bytes of each of a track's pictures.
function samplesOf(view, { stsz, stsc, stco, co64 }) {
  const offsets = stco ?? co64;
  if (!stsz || !stsc || !offsets) throw new RangeError("nowhere");
  const [same, count] = [view.getUint32(stsz.body + 4), view.getUint32(stsz.body + 8)];
  const chunks = view.getUint32(offsets.body + 4);
  const runs = view.getUint32(stsc.body + 4);
  const samples = [];
  let run = 0;
  for (let chunk = 0; chunk < chunks && samples.length < count; chunk++) {
    view.next();
    if (run + 1 < runs && view.getUint32(stsc.body + 8 + 12 * (run + 1)) <= chunk + 1) run++;
    let at = stco ? view.getUint32(offsets.body + 8 + 4 * chunk) : Number(view.getBigUint64(offsets.body + 8 + 8 * chunk));
    for (let n = view.getUint32(stsc.body + 12 + 12 * run); n > 0 && samples.length < count; n--) {
      view.next();
      const size = same || view.getUint32(stsz.body + 12 + 4 * samples.length);
      samples.push(view.bytes(at, at + size));
      at += size;
    }
  }
  return samples;
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
export function brands(view) {
  const end = Math.min(view.getUint32(0), view.byteLength);
  const found = [];
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) found.push(letters(view, at, 4)); // but the version
  return found;
}

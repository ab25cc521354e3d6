// What a picture says of itself is read before anything of it is decoded, and what
// would fill a device's memory is not drawn, whatever the bytes are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { draw, DRAWS_FOR, judge, MAX_BYTES, MAX_PASSED, MAX_PIXELS, plays } from "../static/files/drawing.js";
import { headerOf } from "../static/files/header.js";
import { avif, jpeg, png, progressive, webp } from "./pictures.mjs";

const text = (s) => Buffer.from(s, "latin1");
const join = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
const u16 = (n) => [n >> 8 & 255, n & 255];
const u32 = (n) => [...u16(n >>> 16), ...u16(n & 65535)];
const little16 = (n) => u16(n).reverse();
const little = (n) => u32(n).reverse();

// ---- Pictures that programs write, as far as a header goes ----

const pngOf = (width, height, ...chunks) => {
  const head = join(png.subarray(0, 33), ...chunks, png.subarray(33));
  head.set(u32(width), 16);
  head.set(u32(height), 20);
  return head;
};
const chunk = (type, body) => [...u32(body.length), ...text(type), ...body, 0, 0, 0, 0];

const frame = (width, height, x = 0, y = 0) => [0x21, 0xf9, 4, 0, 10, 0, 0, 0,
  0x2c, ...little16(x), ...little16(y), ...little16(width), ...little16(height), 0, 2, 2, 0x44, 0x01, 0];
const gifOf = (width, height, ...frames) => join(text("GIF89a"), little16(width), little16(height), [0x80, 0, 0], new Uint8Array(6), ...frames, [0x3b]);

const little24 = (n) => little(n).slice(0, 3);
const riff = (type, ...body) => { const all = join(...body); return join(text(type), little(all.length), all, all.length % 2 ? [0] : []); };
const vp8 = (width, height) => riff("VP8 ", [0, 0, 0, 0x9d, 1, 0x2a], little16(width), little16(height), [0]);
const vp8l = (width, height) => riff("VP8L", [0x2f], little(((width - 1) | ((height - 1) << 14)) >>> 0));
const webpWith = (...chunks) => join(text("RIFF"), little(4 + join(...chunks).length), text("WEBP"), ...chunks);
const canvas = (width, height, flags = 0) => riff("VP8X", [flags, 0, 0, 0], little24(width - 1), little24(height - 1));
const moment = (width, height, coded = vp8l(width, height), x = 0, y = 0) => riff("ANMF", little24(x / 2), little24(y / 2), little24(width - 1), little24(height - 1), [10, 0, 0, 0], coded);
const webpOf = (width, height, flags = 0) => webpWith(canvas(width, height, flags), flags & 2 ? moment(width, height) : vp8l(width, height));

const box = (type, ...body) => { const all = join(...body); return join(u32(8 + all.length), text(type), all); };
const full = (version, flags) => [version, 0, 0, flags];
const ispe = (width, height) => box("ispe", full(0, 0), u32(width), u32(height));

// coded is AV1 as far as its sequence header: of a still picture, or of any, which may have
// times and several ways to be decoded.
function coded(width, height, { still = true, times = false, bits = Math.max(32 - Math.clz32(width - 1), 32 - Math.clz32(height - 1), 1) } = {}) {
  const put = (value, n) => [...Array(n)].map((_, i) => Math.floor(value / 2 ** (n - 1 - i)) & 1);
  const before = still ? [0, 0, 0, 1, 1, ...put(8, 5)] : [0, 0, 0, 0, 0,
    ...(times ? [1, ...put(1, 32), ...put(25, 32), 1, 0, 0, 1, 0, 1, 1, ...put(9, 5), ...put(90_000, 32), ...put(9, 5), ...put(9, 5)] : [0]),
    1, ...put(1, 5), ...[8, 7].flatMap((level) => [...put(1, 12), ...put(level, 5), ...(level > 7 ? [0] : []), ...(times ? [1, ...put(7, 10), ...put(7, 10), 0] : []), 1, ...put(3, 4)])];
  const all = [...before, ...put(bits - 1, 4), ...put(bits - 1, 4), ...put(width - 1, bits), ...put(height - 1, bits), ...put(0, 24)];
  const bytes = [];
  for (let at = 0; at < all.length; at += 8) bytes.push(Number.parseInt(all.slice(at, at + 8).join("").padEnd(8, "0"), 2));
  return join([0x12, 0], [0x0a, bytes.length], bytes, [0x32, 3, 1, 2, 3]);
}

// avifOf has a second item (its alpha, in programs), an item's numbers of either width, and
// may be a grid of such items.
function avifOf(width, height, { brand = "avif", wide = false, quarters = 0, other = [width, height], track = [], says = coded(width, height), alpha = coded(...other), configured = [], samples = [says], grid = null, extents = 1 } = {}) {
  const number = (n) => (wide ? u32(n) : u16(n));
  const kinds = grid ? ["av01", "grid"] : ["av01", "av01"];
  const contents = [alpha, grid ? join([0, 0, grid.down - 1, grid.across - 1], u16(width), u16(height)) : says];
  const places = contents.map((content, i) => {
    const begin = i === 0 ? 0 : contents[0].length;
    const cut = Math.floor(content.length / extents);
    return [...Array(extents)].flatMap((_, n) => [...u32(begin + n * cut), ...u32(n === extents - 1 ? content.length - n * cut : cut)]);
  });
  const head = box("ftyp", text(brand), u32(0), text("mif1"), text(brand === "avis" ? "avis" : "miaf"));
  return join(
    head, box("mdat", ...samples),
    box("meta", full(0, 0),
      box("hdlr", full(0, 0), new Uint8Array(20)),
      box("pitm", full(wide ? 1 : 0, 0), number(2)),
      box("iinf", full(0, 0), u16(2), ...kinds.map((kind, i) => box("infe", full(wide ? 3 : 2, 0), number(i + 1), u16(0), text(kind), [0]))),
      box("iloc", full(wide ? 2 : 1, 0), [0x44, 0], wide ? u32(2) : u16(2), ...places.flatMap((place, i) => [number(i + 1), u16(1), u16(0), u16(extents), place])),
      box("idat", ...contents),
      ...grid ? [box("iref", full(wide ? 1 : 0, 0), box("dimg", number(2), u16(grid.down * grid.across), ...[...Array(grid.down * grid.across)].map(() => number(1))))] : [],
      box("iprp",
        box("ipco", ispe(...other), box("pixi", full(0, 0), [3, 8, 8, 8]), ispe(width, height), box("irot", [quarters]), box("av1C", [0x81, 0, 12, 0], configured)),
        box("ipma", full(wide ? 1 : 0, 0), u32(2), number(1), [1, 1], number(2), [4, 0x80 | 3, 2, 4, 5]))),
    ...track.length === 0 ? [] : [box("moov", box("trak", box("mdia", box("minf", box("stbl",
      box("stsd", full(0, 0), u32(1), box("av01", new Uint8Array(24), u16(track[0]), u16(track[1]), new Uint8Array(50))),
      box("stsz", full(0, 0), u32(0), u32(samples.length), ...samples.map(({ length }) => u32(length))),
      box("stsc", full(0, 0), u32(1), u32(1), u32(samples.length), u32(1)),
      box("stco", full(0, 0), u32(1), u32(head.length + 8)))))))]);
}

const exif = (turn) => {
  const body = [...text("Exif\0\0MM"), ...u16(42), ...u32(8), ...u16(1), ...u16(0x0112), ...u16(3), ...u32(1), ...u16(turn), 0, 0, ...u32(0)];
  return [0xff, 0xe1, ...u16(body.length + 2), ...body];
};
const turned = (turn) => join(jpeg.subarray(0, 20), exif(turn), jpeg.subarray(20));

const pictures = { jpeg, progressive, turned: turned(6), png, moving: pngOf(16, 8, chunk("acTL", u32(2))), gif: gifOf(16, 8, frame(16, 8)), webp, extended: webpOf(16, 8), avif: avifOf(16, 8) };

test("how large a picture is, and which way up", () => {
  for (const [name, picture] of Object.entries(pictures)) {
    const { width, height, pixels } = headerOf(picture);
    assert.deepEqual([width, height, pixels], name === "turned" ? [8, 16, 128] : [16, 8, 128], name);
  }
  assert.deepEqual([headerOf(avif).width, headerOf(avif).height], [80, 120]);
  for (const turn of [1, 2, 3, 4]) assert.equal(headerOf(turned(turn)).width, 16);
  for (const turn of [5, 6, 7, 8]) assert.equal(headerOf(turned(turn)).width, 8);
  const [simple, lossless] = [webpWith(vp8(16, 8)), webpWith(vp8l(16, 8))];
  for (const each of [simple, lossless, avifOf(16, 8, { wide: true }), avifOf(8, 16, { quarters: 1 }), avifOf(16, 8, { quarters: 2 }), avifOf(16, 8, { extents: 3 }),
    avifOf(16, 8, { says: coded(16, 8, { still: false }) }), avifOf(16, 8, { says: coded(16, 8, { still: false, times: true }) }),
    avifOf(16, 8, { other: [8, 8], grid: { across: 2, down: 1 } }), avifOf(16, 8, { other: [8, 8], wide: true, grid: { across: 2, down: 1 } }),
    webpWith(canvas(16, 8, 0x10), riff("ALPH", [0]), vp8(16, 8)), webpWith(canvas(16, 8), riff("ICCP", [1, 2, 3]), vp8l(16, 8), riff("EXIF", [1]))]) {
    assert.deepEqual([headerOf(each).width, headerOf(each).height], [16, 8]);
  }
});

test("what moves says so", () => {
  const moving = [pictures.moving, gifOf(4, 4, frame(4, 4), frame(4, 4)), webpOf(4, 4, 2), avifOf(4, 4, { brand: "avis" })];
  for (const picture of moving) assert.equal(headerOf(picture).moves, true);
  for (const picture of [jpeg, png, webp, gifOf(4, 4, frame(4, 4)), webpOf(4, 4, 0x10), avifOf(4, 4)]) assert.equal(headerOf(picture).moves, false);
});

test("no picture of 30,000 by 30,000 is drawn, however it says so", () => {
  const huge = 30_000;
  const large = join(jpeg);
  const at = Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xc0]));
  large.set([...u16(huge), ...u16(huge)], at + 5);
  const bombs = {
    png: pngOf(huge, huge), "png of most": pngOf(0xffffffff, 0xffffffff), jpeg: large,
    gif: gifOf(huge, huge, frame(1, 1)), "gif's first frame": gifOf(1, 1, frame(huge, huge)), "gif's place": gifOf(1, 1, frame(1, 1, huge, huge)),
    webp: webpWith(canvas(huge, huge, 2), moment(4, 4)), "webp of one": webpOf(16_000, 16_000), avif: avifOf(huge, huge), "avif's other part": avifOf(16, 8, { other: [huge, huge] }), "avif's track": avifOf(16, 8, { brand: "avis", track: [huge, huge] }),
  };
  for (const [name, bytes] of Object.entries(bombs)) {
    const { why, header } = judge(bytes, "holiday.png");
    assert.equal(why, "pixels", name);
    assert.equal(header, undefined, name);
  }
  assert.equal(judge(pngOf(8000, 8000), "a.png").header.pixels, MAX_PIXELS);
  assert.equal(judge(pngOf(8000, 8001), "a.png").why, "pixels");
});

// Each format says in more than one place how large it is.
test("no picture is larger inside than it says outside", () => {
  const huge = 30_000;
  const sof = (width, height, marker = 0xc2) => [0xff, marker, 0, 11, 8, ...u16(height), ...u16(width), 1, 1, 0x11, 0];
  const at = Buffer.from(jpeg).indexOf(Buffer.from([0xff, 0xda]));
  const end = jpeg.length - 2;
  const fctl = (width, height, x = 0, y = 0) => chunk("fcTL", [...u32(0), ...u32(width), ...u32(height), ...u32(x), ...u32(y), 0, 1, 0, 1, 0, 0]);
  const moved = (...more) => join(pngOf(16, 8, chunk("acTL", u32(2)), fctl(16, 8)).subarray(0, -12), ...more, chunk("IEND", []));
  const refused = {
    "jpeg: a second frame": join(jpeg.subarray(0, at), sof(huge, huge), jpeg.subarray(at)),
    "jpeg: one behind the scan": join(jpeg.subarray(0, end), sof(huge, huge), jpeg.subarray(end)),
    "jpeg: one behind another scan": join(progressive.subarray(0, -2), sof(huge, huge), progressive.subarray(-2)),
    "jpeg: more lines behind the scan": join(jpeg.subarray(0, end), [0xff, 0xdc, 0, 4, ...u16(huge)], jpeg.subarray(end)),
    "png: two headers": pngOf(16, 8, chunk("IHDR", [...u32(huge), ...u32(huge), 8, 2, 0, 0, 0])),
    "png: a header behind": moved(chunk("IHDR", [...u32(huge), ...u32(huge), 8, 2, 0, 0, 0])),
    "png: a first frame": pngOf(16, 8, chunk("acTL", u32(2)), fctl(huge, huge)),
    "png: a later frame": moved(fctl(huge, huge)),
    "png: a frame's place": moved(fctl(16, 8, 1, 0)),
    "webp: lossy": webpWith(canvas(16, 8), vp8(16_000, 16_000)),
    "webp: lossless": webpWith(canvas(16, 8), vp8l(16_000, 16_000)),
    "webp: a second": webpWith(canvas(16, 8), vp8l(16, 8), vp8l(16_000, 16_000)),
    "webp: a frame": webpWith(canvas(16, 8, 2), moment(16_000, 16_000)),
    "webp: a frame's place": webpWith(canvas(16, 8, 2), moment(16, 8, vp8l(16, 8), 2)),
    "webp: within a frame": webpWith(canvas(16, 8, 2), moment(16, 8, vp8(16_000, 16_000))),
    "webp: within a later frame": webpWith(canvas(16, 8, 2), moment(16, 8), moment(8, 8, vp8l(16_000, 16_000))),
    "webp: nothing": webpWith(canvas(16, 8)),
    "avif: its coding": avifOf(16, 8, { says: coded(huge, huge) }),
    "avif: a little more": avifOf(16, 8, { says: coded(17, 8) }),
    "avif: its coding of several parts": avifOf(16, 8, { says: coded(huge, huge), extents: 4 }),
    "avif: its second coding": avifOf(16, 8, { says: join(coded(16, 8), coded(huge, huge)) }),
    "avif: its alpha": avifOf(16, 8, { alpha: coded(huge, huge) }),
    "avif: what it is configured as": avifOf(16, 8, { configured: coded(huge, huge) }),
    "avif: a moving picture": avifOf(16, 8, { brand: "avis", track: [16, 8], samples: [coded(huge, huge)] }),
    "avif: a later one": avifOf(16, 8, { brand: "avis", track: [16, 8], samples: [coded(16, 8), coded(huge, huge)] }),
    "avif: no coding": avifOf(16, 8, { says: join([0x12, 0]) }),
    "avif: a grid's part": avifOf(16, 8, { other: [8, 8], alpha: coded(huge, huge), grid: { across: 2, down: 1 } }),
  };
  for (const [name, bytes] of Object.entries(refused)) assert.equal(headerOf(bytes), null, name);
  // What asks for more than is seen is counted as what it asks for.
  const large = {
    "gif: a later frame": gifOf(16, 8, frame(16, 8), frame(huge, huge)),
    "avif: a grid of many": avifOf(16, 8, { other: [4000, 4000], grid: { across: 8, down: 8 } }),
    "avif: frames with sizes of their own": avifOf(16, 8, { says: coded(16, 8, { still: false, bits: 16 }) }),
  };
  for (const [name, bytes] of Object.entries(large)) assert.equal(judge(bytes, "a.png").why, "pixels", name);
  // A grid in its boxes as it is in itself.
  const grid = avifOf(16, 8, { other: [8, 8], grid: { across: 2, down: 1 } });
  const inside = Buffer.from(grid).indexOf(Buffer.from([0, 0, 0, 1, 0, 16, 0, 8]));
  grid.set([...u16(huge), ...u16(huge)], inside + 4);
  assert.equal(headerOf(grid), null, "a grid's own size");
  for (const fine of [moved(fctl(8, 8, 8, 0)), gifOf(16, 8, frame(16, 8), frame(4, 4, 12, 4)), webpWith(canvas(16, 8, 2), moment(16, 8), moment(4, 4, vp8(4, 4), 12, 4)),
    avifOf(16, 8, { brand: "avis", track: [16, 8], samples: [coded(16, 8), coded(16, 8, { still: false })] })]) {
    assert.deepEqual([headerOf(fine).width, headerOf(fine).height, headerOf(fine).moves], [16, 8, true]);
  }
});

// A decoder passes over the first two bytes, and finds the picture behind them; whoever takes
// them for a segment with a length comes out within its comment, at a small one.
const decoy = (...alone) => {
  const of = (width, height) => [0xff, 0xc0, 0, 11, 8, ...u16(height), ...u16(width), 1, 1, 0x11, 0];
  const comment = Buffer.alloc(0xfffd, join([0xff, 0xc0, 0, 11, 8], u16(64), u16(64), [1, 1, 0x11, 0]));
  return [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((shift) => {
    const filled = Buffer.alloc(0xfffd);
    comment.copy(filled, shift);
    return join([0xff, 0xd8, 0xff, ...alone], [0xff, 0xe0, 0, 16], text("JFIF\0"), [1, 1, 0, 0, 1, 0, 1, 0, 0], [0xff, 0xfe, 0xff, 0xff], filled, of(20_000, 20_000));
  });
};

test("no marker hides a picture's size behind another's", () => {
  const long = [0xc4, 0xcc, 0xdb, 0xdc, 0xdd, 0xfe, ...Array.from({ length: 16 }, (_, i) => 0xe0 + i)]; // have a length, and every decoder reads it
  for (let marker = 0; marker < 0xff; marker++) {
    if (long.includes(marker) || (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8)) continue; // nor what begins a frame itself
    for (const each of decoy(marker)) assert.equal(headerOf(each), null, `ff${marker.toString(16)}`);
    for (const each of decoy(0xff, marker)) assert.equal(headerOf(each), null, `ffff${marker.toString(16)}`);
  }
  for (const marker of [0, 1, 0xd0, 0xd7, 0xd8, 0xd9, 0xda]) { // also later
    for (const at of [20, 89]) assert.equal(headerOf(join(jpeg.subarray(0, at), [0xff, marker], jpeg.subarray(at))), null);
  }
});

test("what one decoder reads otherwise than another has no size", () => {
  const short = join(text("GIF89a"), little16(16), little16(8), [0, 0, 0], [0x21, 0xf9, 1, 0, 0], frame(16, 8).slice(8)); // some read four bytes all the same
  assert.equal(headerOf(short), null, "gif");
  const icon = avifOf(16, 8); // begins as an icon does
  for (const each of [1, 2]) {
    const first = join([0, 0, each, 0], icon.subarray(4, 24), new Uint8Array(each * 256 - 24), icon.subarray(24));
    assert.equal(headerOf(first), null, "avif");
  }
  const head = join(pngOf(16, 8));
  head[11] = 14;
  assert.equal(headerOf(head), null);
});

test("a picture larger than its header says is not shown", async (t) => {
  let closed = 0;
  let painted = 0;
  const made = { width: 20_000, height: 20_000, close: () => closed++ };
  globalThis.createImageBitmap = async () => made;
  t.after(() => { delete globalThis.createImageBitmap; });
  const canvas = { width: 64, height: 64, getContext: () => ({ drawImage: () => painted++ }) };
  const header = { kind: "jpeg", width: 64, height: 64, pixels: 64 * 64 };
  assert.equal(await draw(canvas, jpeg, header), "broken");
  assert.deepEqual([closed, painted], [1, 0]);
  Object.assign(made, { width: 64, height: 64 });
  assert.equal(await draw(canvas, jpeg, header), "");
  assert.deepEqual([closed, painted], [2, 1]);
});

test("a picture that is decoded for too long makes room for the next, and says so", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => { delete globalThis.createImageBitmap; });
  let closed = 0;
  const fine = { width: 64, height: 64, close: () => closed++ };
  const asked = [];
  let begun;
  globalThis.createImageBitmap = () => new Promise((resolve) => { asked.push(resolve); begun(); });
  const next = () => new Promise((resolve) => { begun = resolve; });
  const canvas = { width: 64, height: 64, getContext: () => ({ drawImage() {} }) };
  const header = { kind: "jpeg", width: 64, height: 64, pixels: 64 * 64 };
  let here = next();
  const [slow, after] = [draw(canvas, jpeg, header), draw(canvas, jpeg, header)];
  await here;
  assert.equal(asked.length, 1, "one after the other");
  here = next();
  t.mock.timers.tick(DRAWS_FOR);
  assert.equal(await slow, "slow");
  await here;
  asked[1](fine);
  assert.equal(await after, "");
  asked[0](fine); // at last
  await new Promise(setImmediate);
  assert.equal(closed, 2);
});

// A scan of a few bytes that a decoder goes over the whole picture for.
const scansOf = (width, height, scans) => join([0xff, 0xd8, 0xff, 0xc2, 0, 11, 8], u16(height), u16(width), [1, 1, 0x11, 0],
  ...Array(scans).fill([0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0, 0x7f, 0xfe]), [0xff, 0xd9]);

test("what is small, and is gone over again and again, is not drawn", () => {
  const said = (bytes) => judge(bytes, "a")?.why;
  assert.equal(headerOf(scansOf(8000, 8000, 3)).passed, 3 * 8000 * 8000);
  assert.equal(headerOf(progressive).passed / headerOf(progressive).pixels, 10, "as a program writes it");
  assert.equal(said(scansOf(8000, 8000, 10)), undefined);
  assert.equal(said(scansOf(8000, 8000, MAX_PASSED / MAX_PIXELS)), undefined);
  assert.equal(said(scansOf(8000, 8000, MAX_PASSED / MAX_PIXELS + 1)), "slow");
  assert.equal(said(scansOf(8000, 8000, 19_000)), "slow");
  assert.equal(said(scansOf(64, 64, 1000)), undefined);
  const layers = (n) => avifOf(1024, 1024, { says: join(coded(1024, 1024), ...Array(n).fill([0x32, 3, 1, 2, 3])) });
  assert.equal(said(layers(3)), undefined);
  assert.equal(said(layers(1000)), "slow", "an AVIF's layers");
  const parts = avifOf(4000, 4000, { other: [1000, 1000], alpha: join(coded(1000, 1000), ...Array(99).fill([0x32, 3, 1, 2, 3])), grid: { across: 4, down: 4 } });
  assert.equal(said(parts), "slow", "layers of a grid's parts");
});

test("what has too many frames stands still", () => {
  const times = (n, one) => Array(n).fill(one);
  const fctl = (width, height) => chunk("fcTL", join(u32(0), u32(width), u32(height), u32(0), u32(0), new Uint8Array(6)));
  const moving = (n) => ({
    gif: gifOf(1024, 1024, ...times(n, frame(16, 16))),
    apng: pngOf(1024, 1024, chunk("acTL", u32(n)), ...times(n, fctl(1024, 1024))),
    webp: webpWith(canvas(1024, 1024, 2), ...times(n, moment(1024, 1024))),
    avif: avifOf(1024, 1024, { brand: "avis", track: [1024, 1024], samples: times(n, coded(1024, 1024)) }),
  });
  for (const [name, bytes] of Object.entries(moving(50))) assert.ok(plays(judge(bytes, "a").header), name);
  for (const [name, bytes] of Object.entries(moving(1100))) assert.equal(plays(judge(bytes, "a").header), false, name);
});

test("what is none, is a drawing, or too large, is not drawn", () => {
  const said = (bytes, name) => judge(join(bytes), name)?.why;
  assert.equal(said(text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), "mark.svg"), "svg");
  assert.equal(said(png, "mark.SVGZ"), "svg");
  assert.equal(said(text("<svg xmlns='http://www.w3.org/2000/svg'/>"), "mark.png"), "not");
  assert.equal(said(text("<script>alert(1)</script>"), "a.jpeg"), "not");
  assert.equal(said([], "a.avif"), "not");
  assert.equal(said(pngOf(0, 8), "a.png"), "not");
  assert.equal(judge(text("of a meeting"), "notes.txt"), null);
  assert.ok(judge(png, "notes.txt").header); // whatever it is called
  const long = new Uint8Array(MAX_BYTES + 1);
  long.set(png);
  assert.equal(said(long, "a.png"), "bytes");
});

test("what is no picture, or ends too early, has no header", () => {
  for (const bytes of [[], text("%PDF-1.7 of some length"), text("RIFF    WEBPVP9 "), text("RIFF    WAVEfmt "), [0xff, 0xd8, 0xff], [0xff, 0xd8, 0xff, 0xe0, 0, 0], text("\0\0\0\u0018ftypheic\0\0\0\0mif1heic")]) {
    assert.equal(headerOf(join(bytes)), null);
  }
  for (const picture of Object.values(pictures)) for (let n = 0; n <= Math.min(picture.length, 400); n++) whole(headerOf(picture.slice(0, n)));
});

// whole: a header has a size, or there is none.
function whole(header) {
  if (header === null) return;
  for (const n of [header.width, header.height, header.pixels]) assert.ok(Number.isInteger(n) && n > 0, JSON.stringify(header));
  assert.ok(header.pixels >= header.width * header.height);
}

test("any bytes are read to an end, and to a size or none", () => {
  let seed = 18;
  const random = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
  const kinds = [...Object.values(pictures), avif];
  let headers = 0;
  for (let i = 0; i < 30_000; i++) {
    const bytes = join(kinds[random(kinds.length)]);
    for (let n = random(6); n >= 0; n--) {
      const at = random(Math.min(bytes.length, 300));
      bytes[at] = [0, 1, 0xff, 0x7f, 0x80, random(256)][random(6)];
    }
    const header = headerOf(bytes.subarray(0, random(4) === 0 ? random(bytes.length) : bytes.length));
    whole(header);
    if (header) headers++;
    const judged = judge(bytes, "a.png");
    assert.ok(judged.why ? judged.values : judged.header.pixels <= MAX_PIXELS);
  }
  assert.ok(headers > 3000, `${headers} of them have a header`);
});

test("many small parts are no picture, and not read to their end", () => {
  const many = (part, most) => Buffer.alloc(part.length * Math.floor(most), Buffer.from(part));
  const size = MAX_BYTES;
  for (const [name, bytes] of [
    ["segments", join([0xff, 0xd8], many([0xff, 0xe0, 0, 2], size / 4))],
    ["segments without a length", join([0xff, 0xd8], many([0xff, 0xe0, 0, 0], size / 4))],
    ["filling", join([0xff, 0xd8], many([0xff], size))],
    ["chunks", join(png.subarray(0, 33), many(chunk("tEXt", []), size / 12))],
    ["blocks", join(gifOf(4, 4).subarray(0, 19), many([0x21, 0xff, 0], size / 3))],
    ["parts of a block", join(gifOf(4, 4).subarray(0, 19), [0x21, 0xff], many([1, 1], size / 2))],
    ["boxes", join(box("ftyp", text("avif"), u32(0)), many([...u32(8), ...text("free")], size / 8))],
    ["empty chunks", join(png.subarray(0, 33), new Uint8Array(size - 33))],
    ["tracks", join(box("ftyp", text("avif"), u32(0)), avifOf(4, 4).subarray(24), box("moov", many(box("trak", many(box("mdia"), 999)), 999)))],
    ["units", avifOf(16, 8, { says: join(coded(16, 8), many([0x12, 0], size / 4)) })],
    ["pictures of a track", avifOf(16, 8, { brand: "avis", track: [16, 8], samples: Array(30_000).fill(coded(16, 8)) })],
    ["properties", join(box("ftyp", text("avif"), u32(0)), box("meta", full(0, 0), box("pitm", full(0, 0), u16(2)), box("iinf", full(0, 0), u16(0)), box("iloc", full(0, 0), u16(0), u16(0)), box("iprp",
      box("ipco", ispe(4, 4)), box("ipma", full(0, 0), u32(0xffffffff), many([...u16(2), 2, 1, 1], size / 5)))))],
  ]) {
    const begun = process.cpuUsage(); // not the clock's: others may be at work here
    assert.equal(headerOf(bytes), null, name);
    assert.ok(process.cpuUsage(begun).user < 1_000_000, name);
  }
});

test("what is too large to be shown is not read first", () => {
  for (const begins of [jpeg, png, gifOf(4, 4), webp, avif]) {
    const bytes = new Uint8Array(MAX_BYTES + 1);
    bytes.set(begins.subarray(0, 40));
    assert.deepEqual(judge(bytes, "a"), { why: "bytes", values: [] });
  }
  assert.equal(judge(new Uint8Array(MAX_BYTES + 1), "a.zip"), null);
  assert.equal(judge(new Uint8Array(MAX_BYTES + 1), "a.png").why, "not");
});

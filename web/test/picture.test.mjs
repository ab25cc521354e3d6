// What pictures tell about themselves is left out, and nothing else of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PictureError, strip } from "../static/files/picture.js";
import { jpeg, png, progressive, webp } from "./pictures.mjs";

const text = (s) => Buffer.from(s, "latin1");
const join = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
const built = (bytes, { parts }) => join(...parts.map((part) => (Array.isArray(part) ? bytes.subarray(...part) : part)));
const stripped = (bytes) => built(bytes, strip(bytes));
const secret = "SECRET-59.91N-10.75E";
const tells = (bytes) => Buffer.from(bytes).includes("SECRET");
const u16 = (n) => [n >> 8, n & 255];
const u32 = (n) => [...u16(n >>> 16), ...u16(n & 65535)];
const little = (n) => u32(n).reverse();

// ---- JPEG ----

const segment = (marker, body) => [0xff, marker, ...u16(body.length + 2), ...body];
const after = (bytes, at, ...parts) => join(bytes.subarray(0, at), ...parts, bytes.subarray(at));

// exif has a camera's name, a place, and which way up, in either order of bytes.
function exif(turn, order = "MM") {
  const [two, four] = order === "MM" ? [u16, u32] : [(n) => u16(n).reverse(), little];
  return [...text("Exif\0\0"), ...text(order), ...two(42), ...four(8), ...two(2),
    ...two(0x010f), ...two(2), ...four(secret.length), ...four(38),
    ...two(0x0112), ...two(3), ...four(1), ...two(turn), ...two(0),
    ...four(0), ...text(secret)];
}

const turnOf = (bytes) => {
  const at = Buffer.from(bytes).indexOf("Exif\0\0MM", "latin1");
  return at < 0 ? 1 : bytes[at + 25];
};

test("a JPEG loses what cameras and editors write into it", () => {
  const icc = segment(0xe2, [...text("ICC_PROFILE\0"), 1, 1, 9, 9]);
  const adobe = segment(0xee, [...text("Adobe"), 0, 100, 0, 0, 0, 0, 1]);
  for (const [name, picture] of [["baseline", jpeg], ["progressive", progressive]]) {
    const plain = stripped(picture);
    assert.ok(plain.length > 250 && plain[0] === 0xff && plain.at(-1) === 0xd9, name);
    const head = 20; // behind SOI and JFIF
    const dirty = join(after(picture, head,
      segment(0xe1, exif(6)), segment(0xe1, text(`http://ns.adobe.com/xap/1.0/\0<x>${secret}</x>`)),
      segment(0xe2, text(`MPF\0${secret}`)), segment(0xe2, text(`FPXR\0${secret}`)), icc,
      segment(0xe0, text(`JFXX\0${secret}`)), segment(0xed, text(`Photoshop 3.0\0${secret}`)),
      adobe, segment(0xeb, text(secret)), segment(0xfe, text(secret))), text(`ftypmp42 ${secret}`));
    assert.ok(tells(dirty));
    const clean = stripped(dirty);
    assert.ok(strip(dirty).removed && !tells(clean), name);
    for (const kept of [icc, adobe]) assert.ok(Buffer.from(clean).includes(Buffer.from(kept)), name);
    assert.equal(turnOf(clean), 6);
    assert.deepEqual(stripped(clean), clean, `${name}, twice`);
    assert.deepEqual(strip(clean).parts.filter((part) => !Array.isArray(part)).length, 1); // the turn is written anew
    // What is left is the picture as it was, but for what was kept beside it.
    const bare = Buffer.concat([Buffer.from(clean)]);
    for (const picked of [plain.subarray(20)]) assert.ok(bare.includes(Buffer.from(picked.subarray(picked.length - 200))), name);
  }
});

test("which way up a picture is stays, whoever wrote it", () => {
  for (const order of ["MM", "II"]) {
    for (let turn = 1; turn <= 8; turn++) assert.equal(turnOf(stripped(after(jpeg, 20, segment(0xe1, exif(turn, order))))), turn);
  }
  for (const turn of [0, 9, 65535]) assert.equal(turnOf(stripped(after(jpeg, 20, segment(0xe1, exif(turn))))), 1);
});

test("a smaller picture in the header goes, the header stays", () => {
  const thumbnail = [...text("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 2, 1, ...text(secret)];
  const dirty = join(jpeg.subarray(0, 2), segment(0xe0, thumbnail), jpeg.subarray(20));
  assert.deepEqual([...stripped(dirty).subarray(2, 20)], segment(0xe0, [...thumbnail.slice(0, 12), 0, 0]));
  assert.ok(!tells(stripped(dirty)));
});

test("a clean picture goes as it is", () => {
  const noComment = stripped(progressive);
  for (const [name, picture] of [["jpeg", jpeg], ["progressive", noComment], ["png", stripped(png)], ["webp", webp]]) {
    assert.deepEqual(strip(picture), { parts: [[0, picture.length]], removed: false }, name);
  }
});

// ---- PNG ----

const crc = (bytes) => {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let i = 0; i < 8; i++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
};
const chunk = (type, body) => [...u32(body.length), ...text(type), ...body, ...u32(crc([...text(type), ...body]))];

test("a PNG loses its texts, times and what nobody knows", () => {
  const head = 8 + 25; // behind IHDR
  const dirty = join(after(png, head, ...["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "caBX", "prVt"].map((type) => chunk(type, text(secret))), chunk("gAMA", u32(45455))),
    text(secret));
  assert.ok(tells(dirty));
  const clean = stripped(dirty);
  assert.ok(!tells(clean) && Buffer.from(clean).includes("gAMA"));
  assert.deepEqual(stripped(clean), clean);
  assert.deepEqual(clean, after(stripped(png), head, chunk("gAMA", u32(45455))));
});

// ---- WebP ----

const riffChunk = (type, body) => [...text(type), ...little(body.length), ...body, ...(body.length & 1 ? [0] : [])];

test("a WebP loses Exif, XMP and what nobody knows, and says so in its header", () => {
  const dirty = join(webp, riffChunk("EXIF", text(secret)), riffChunk("XMP ", text(`${secret}!`)), riffChunk("JUNK", text(secret)));
  dirty[20] |= 0x08 | 0x04;
  new DataView(dirty.buffer).setUint32(4, dirty.length - 8, true);
  const clean = stripped(join(dirty, text(secret)));
  assert.deepEqual(clean, webp);
});

test("an animation stays whole", () => {
  const picture = webp.subarray(12 + 18); // chunks behind VP8X
  const frame = riffChunk("ANMF", [...new Uint8Array(16), ...picture.subarray(8 + 456)]);
  const body = [...webp.subarray(12, 30), ...riffChunk("ANIM", new Uint8Array(6)), ...frame];
  const moving = join(text("RIFF"), little(body.length + 4), text("WEBP"), body);
  assert.equal(strip(moving).removed, false);
  const hidden = riffChunk("ANMF", [...new Uint8Array(16), ...riffChunk("JUNK", text(secret))]);
  const hiding = [...body, ...hidden];
  assert.throws(() => strip(join(text("RIFF"), little(hiding.length + 4), text("WEBP"), hiding)), PictureError);
});

// ---- Hostile ones ----

test("other files are no pictures", () => {
  for (const other of ["", "GIF89a", "%PDF-1.7", "RIFF....AVI ", "\x89PN", "\xff\xd8", "\xff"]) assert.equal(strip(new Uint8Array(text(other))), null, other);
});

test("a picture that is cut off shows what is there, or is not looked into", () => {
  const dirty = after(jpeg, 20, segment(0xe1, exif(6)));
  for (const [name, picture] of [["jpeg", dirty], ["png", png], ["webp", webp]]) {
    let broken = 0;
    for (let length = 12; length < picture.length; length++) {
      const cut = picture.slice(0, length);
      try {
        const got = strip(cut);
        if (got) assert.ok(!tells(built(cut, got)), `${name}, ${length} bytes`);
      } catch (error) {
        assert.ok(error instanceof PictureError, `${name}, ${length} bytes: ${error}`);
        broken++;
      }
    }
    assert.ok(broken > 50, `${name}: ${broken}`);
  }
});

test("whatever is changed in a picture, it ends, and is a part of what there was", { timeout: 60_000 }, () => {
  let random = 11;
  const below = (n) => (random = (random * 48271) % 2147483647) % n;
  const pictures = [after(progressive, 20, segment(0xe1, exif(3, "II"))), png, webp];
  let refused = 0;
  for (let run = 0; run < 30_000; run++) {
    const bytes = pictures[run % 3].slice(0, 12 + below(700));
    for (let flips = below(4); flips >= 0; flips--) bytes[3 + below(bytes.length - 3)] = [0, 255, 0xe1, 0xda, below(256)][below(5)];
    try {
      const got = strip(bytes);
      if (!got) continue;
      let end = 0;
      for (const part of got.parts) {
        if (!Array.isArray(part)) continue;
        assert.ok(part[0] >= end && part[1] > part[0] && part[1] <= bytes.length, JSON.stringify(got.parts));
        end = part[1];
      }
    } catch (error) {
      assert.ok(error instanceof PictureError, String(error.stack));
      refused++;
    }
  }
  assert.ok(refused > 1000 && refused < 30_000, String(refused));
});

test("costs no more than linear", { timeout: 20_000 }, () => {
  const many = (part, times) => new Uint8Array(Buffer.alloc(part.length * times, Buffer.from(part)));
  for (const [name, bytes] of [
    ["fill", join([0xff, 0xd8, 0xff], many([0xff], 4 << 20))],
    ["segments", join([0xff, 0xd8], many([0xff, 0xfe, 0, 2], 300_000))],
    ["restarts", join([0xff, 0xd8, 0xff, 0xda, 0, 2], many([0xff, 0xd0, 0xff, 0], 1 << 20))],
    ["chunks", join(png.subarray(0, 33), many(chunk("gAMA", []), 200_000))],
    ["frames", join(text("RIFF"), little(4 + 8 * 200_000), text("WEBP"), many(riffChunk("ALPH", []), 200_000))],
  ]) {
    try {
      strip(bytes);
    } catch (error) {
      assert.ok(error instanceof PictureError, `${name}: ${error}`);
    }
  }
});

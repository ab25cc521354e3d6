// What its owner is asked before a file is offered: whether what was pasted or
// dropped shall go, shown as it is, and whether a picture that could not be looked
// into shall. Pictures are drawn from memory, small; nothing here has an address.

import { el } from "../view/dom.js";
import { ask } from "../view/sheet.js";
import { sizeOf } from "./card.js";

const MAX_BYTES = 32 * 1024 * 1024; // of a picture that is shown
const MAX_PIXELS = 64_000_000; // a picture of more would take a quarter of a gigabyte to show
const SIDE = 320; // px, the longer one, of what is shown
const MOST = 20; // files that are listed; more are counted

// offered promises whether these shall be offered. kind: open or sealed.
export async function offered(files, kind, text) {
  const shown = files.slice(0, MOST);
  const rows = await Promise.all(shown.map(async (file) => el("li", {},
    await preview(file, text),
    el("p", { class: "file-name" }, el("bdi", {}, file.name), " ", el("span", { class: "file-size" }, sizeOf(file.size, text))))));
  return ask({
    id: "offered",
    title: text("offerTitle", files.length),
    body: [
      el("ul", { class: "offered-files" }, ...rows),
      files.length > shown.length ? el("p", {}, text("offerMore", files.length - shown.length)) : null,
      el("p", { class: "file-kind", data: { kind } }, text(`kind.${kind}`)),
    ],
    no: text("cancel"),
    yes: text("offer"),
  });
}

// asItIs promises whether a picture that could not be looked into shall be offered.
export function asItIs(name, text) {
  return ask({ id: "unread", title: text("unreadTitle"), body: [el("p", {}, text("unread", name))], no: text("dont"), yes: text("offerAnyway") });
}

// preview promises a small drawing of a picture; null of anything else, and of a
// picture that is too large to be drawn or can't be.
async function preview(file, text) {
  if (file.size > MAX_BYTES) return null;
  try {
    const size = sizeIn(new Uint8Array(await file.slice(0, MAX_BYTES).arrayBuffer()));
    if (!size || size.width * size.height > MAX_PIXELS) return null;
    const scale = Math.min(1, SIDE / Math.max(size.width, size.height));
    const picture = await createImageBitmap(file, {
      resizeWidth: Math.max(1, Math.round(size.width * scale)), resizeHeight: Math.max(1, Math.round(size.height * scale)), resizeQuality: "medium",
    });
    const canvas = el("canvas", { width: String(picture.width), height: String(picture.height), role: "img", "aria-label": text("previewOf", file.name) });
    canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
    return canvas;
  } catch {
    return null;
  }
}

// sizeIn returns {width, height} as a PNG, GIF, WebP or JPEG says of itself, before
// anything of it is decoded; null for anything else.
export function sizeIn(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const letters = (at, n) => String.fromCharCode(...bytes.subarray(at, at + n));
  try {
    if (letters(0, 8) === "\u0089PNG\r\n\u001a\n") return { width: view.getUint32(16), height: view.getUint32(20) };
    if (/^GIF8[79]a$/.test(letters(0, 6))) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (letters(0, 4) === "RIFF" && letters(8, 4) === "WEBP") return sizeInWebP(letters(12, 4), view);
    return letters(0, 3) === "\u00ff\u00d8\u00ff" ? sizeInJPEG(view) : null;
  } catch {
    return null; // it ends before it says so
  }
}

function sizeInWebP(kind, view) {
  switch (kind) {
    case "VP8 ": return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X": {
      const three = (at) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
      return { width: three(24), height: three(27) };
    }
    default: return null;
  }
}

// A JPEG says its size in the segment that begins a frame.
function sizeInJPEG(view) {
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    if (marker === 0xff) at++;
    else at += 2 + view.getUint16(at + 2);
  }
}

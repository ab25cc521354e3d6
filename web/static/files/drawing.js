// A picture as it is drawn on the page: from memory, small, and only what a header
// says is within bounds. Nothing here has an address, but what moves while it does.

import { headerOf, kindOf, types } from "./header.js";
import { el } from "../view/dom.js";

export const MAX_BYTES = 32 * 1024 * 1024; // of a picture that is shown
export const MAX_PIXELS = 64_000_000; // a picture of more would take a quarter of a gigabyte to show
export const MAX_MOVING = 16_000_000; // pixels of what moves: a browser holds several pictures of it at once
const NAMED = /\.(a?png|jpe?g|jfif|gif|webp|avif)$/i;
const DRAWING = /\.svgz?$/i;

let turn = Promise.resolve(); // pictures are decoded one after the other, since each may need much

// judge says what a file is to somebody who would look at it: {header} of a picture
// that can be drawn, {why, values} of one that can't, null of what is none and does not
// say it was.
export function judge(bytes, name) {
  if (DRAWING.test(name)) return { why: "svg", values: [] };
  const large = bytes.length > MAX_BYTES; // of which nothing is read but how it begins
  if (large && kindOf(bytes)) return { why: "bytes", values: [] };
  const header = large ? null : headerOf(bytes);
  if (!header) return NAMED.test(name) ? { why: "not", values: [] } : null;
  if (header.pixels > MAX_PIXELS) return { why: "pixels", values: [header.width, header.height] };
  return { header };
}

// canvasFor returns what a picture is drawn into, as large as it will be.
export function canvasFor({ width, height }, side, label) {
  const scale = Math.min(1, side / Math.max(width, height));
  return el("canvas", {
    width: String(Math.max(1, Math.round(width * scale))), height: String(Math.max(1, Math.round(height * scale))),
    role: "img", "aria-label": label,
  });
}

// draw draws a picture's bytes, of one that moves the first. It promises whether it
// could be; what turns out larger than its header said is not, here nor anywhere later.
export function draw(canvas, bytes, { kind, pixels }) {
  const drawn = turn.then(async () => {
    const picture = await createImageBitmap(new Blob([bytes], { type: types[kind] }));
    try {
      if (picture.width * picture.height > pixels) return false;
      const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
      const [width, height] = [picture.width * scale, picture.height * scale];
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    } finally {
      picture.close();
    }
    return true;
  }).catch(() => false);
  turn = drawn;
  return drawn;
}

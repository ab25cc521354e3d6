// A picture as it is drawn on the page: from memory, small, and only what a header
// says is within bounds. Nothing here has an address, but what moves while it does.

import { headerOf, kindOf, types } from "./header.js";
import { el } from "../view/dom.js";

export const MAX_BYTES = 32 * 1024 * 1024; // of a picture that is shown
export const MAX_PIXELS = 64_000_000; // a picture of more would take a quarter of a gigabyte to show
const MAX_MOVING = 16_000_000; // pixels of what moves: a browser holds several pictures of it at once
// Pixels that a decoder passes over, each time counted, as a picture in many scans or layers
// has them gone over again and again: as many as a photograph of MAX_PIXELS in ten scans, as
// programs write it, and some more; some seconds of a phone's work.
export const MAX_PASSED = 16 * MAX_PIXELS;
export const DRAWS_FOR = 10_000; // ms that others wait for a picture at most: what its header can't tell takes longer
const NAMED = /\.(a?png|jpe?g|jfif|gif|webp|avif)$/i;
const DRAWING = /\.svgz?$/i;

let turn = Promise.resolve(); // pictures are decoded one after the other, since each may need much, but no longer than DRAWS_FOR

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
  if (header.passed > MAX_PASSED) return { why: "slow", values: [] };
  return { header };
}

// plays says whether one that moves may do so.
export const plays = ({ pixels, played }) => pixels <= MAX_MOVING && played <= MAX_PASSED;

// canvasFor returns what a picture is drawn into, as large as it will be.
export function canvasFor({ width, height }, side, label) {
  const scale = Math.min(1, side / Math.max(width, height));
  return el("canvas", {
    width: String(Math.max(1, Math.round(width * scale))), height: String(Math.max(1, Math.round(height * scale))),
    role: "img", "aria-label": label,
  });
}

// draw draws a picture's bytes, of one that moves the first. It promises "", or why it could
// not be drawn: broken, slow. What turns out larger than its header said is not, here nor
// anywhere later; what takes too long is given up, so that the next has its turn.
export function draw(canvas, bytes, header) {
  const drawn = turn.then(async () => {
    let late = 0;
    const over = new Promise((resolve) => { late = setTimeout(() => resolve("slow"), DRAWS_FOR); });
    const decoded = createImageBitmap(new Blob([bytes], { type: types[header.kind] }));
    try {
      const picture = await Promise.race([decoded, over]);
      if (picture !== "slow") return paint(canvas, picture, header);
      decoded.then((each) => each.close(), () => {}); // nothing ends it before
      return "slow";
    } finally {
      clearTimeout(late);
    }
  }).catch(() => "broken");
  turn = drawn;
  return drawn;
}

function paint(canvas, picture, { pixels }) {
  try {
    if (picture.width * picture.height > pixels) return "broken";
    const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    return "";
  } finally {
    picture.close();
  }
}

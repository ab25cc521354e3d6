// What its owner is asked before a file is offered: whether what was pasted or
// dropped shall go, shown as it is, and whether a picture that could not be looked
// into shall. Pictures are drawn from memory, small; nothing here has an address.

import { el } from "../view/dom.js";
import { ask } from "../view/sheet.js";
import { sizeOf } from "./card.js";
import { canvasFor, draw, judge, MAX_BYTES } from "./drawing.js";

const SIDE = 320; // px, the longer one, of what is shown

// offered promises whether these shall be offered, and that many are left out. kind: open
// or sealed.
export async function offered(files, left, kind, text) {
  const rows = await Promise.all(files.map(async (file) => {
    const shown = await preview(file, text);
    const name = el("p", { class: "file-name" }, el("bdi", {}, file.name), " ", el("span", { class: "file-size" }, sizeOf(file.size, text)));
    return el("li", {}, ...shown(name));
  }));
  return ask({
    id: "offered",
    title: text("offerTitle", files.length),
    body: [
      el("ul", { class: "offered-files" }, ...rows),
      left > 0 ? el("p", { class: "file-left" }, text("leftOut", left)) : null,
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

// preview promises what stands around a file's name: a small drawing of a picture, in its
// place before it is drawn, or why there is none; nothing of anything else.
async function preview(file, text) {
  let bytes;
  try {
    bytes = new Uint8Array(await file.slice(0, MAX_BYTES + 1).arrayBuffer());
  } catch {
    return (name) => [name]; // a folder, or gone: the desk says so
  }
  const { header, why, values } = judge(bytes, file.name) ?? {};
  const unshown = (reason, ...of) => el("p", { class: "file-line" }, text(reason === "slow" ? "unshown.slowOwn" : `unshown.${reason}`, ...of));
  if (why) return (name) => [name, unshown(why, ...values)];
  if (!header) return (name) => [name];
  const canvas = canvasFor(header, SIDE, text("previewOf", file.name));
  draw(canvas, bytes, header).then((reason) => { if (reason) canvas.replaceWith(unshown(reason)); });
  return (name) => [canvas, name];
}

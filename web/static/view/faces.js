// A face stands before a name: a mark made of a person's id alone, the same in every
// page and terminal of a room (rooms/behaviour/faces.json). Fetched while the page comes
// in; it adds faces to names that others draw, and knows nothing of who they are.

import { colourOf, colours } from "./dom.js";
import { fnv } from "../text/limits.js";

export const style = "../style/faces.css";

// The shapes, in their order, in a square of 16.
export const shapes = {
  circle: "M12 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0z",
  square: "M4.5 4.5h7v7h-7z",
  diamond: "M8 3l5 5-5 5-5-5z",
  up: "M8 3.5l5 9H3z",
  down: "M8 12.5l5-9H3z",
  right: "M12.5 8l-9 5V3z",
  left: "M3.5 8l9 5V3z",
  ring: "M13 8A5 5 0 1 1 3 8a5 5 0 0 1 10 0zM10.5 8a2.5 2.5 0 1 0-5 0 2.5 2.5 0 0 0 5 0z",
  frame: "M3.5 3.5h9v9h-9zM6 6v4h4V6z",
  kite: "M8 2.5L13.5 8 8 13.5 2.5 8zM8 6L6 8l2 2 2-2z",
  plus: "M6.5 3h3v3.5H13v3H9.5V13h-3V9.5H3v-3h3.5z",
  cross: "M4.8 2.7L8 5.9l3.2-3.2 2.1 2.1L10.1 8l3.2 3.2-2.1 2.1L8 10.1l-3.2 3.2-2.1-2.1L5.9 8 2.7 4.8z",
};

// faceOf is the digits of the id's hash in twelves, from the last one: the colour, the
// shape, and how far the second colour is from the first. The terminal computes the same.
export function faceOf(id) {
  const colour = colourOf(id);
  const rest = Math.floor(fnv(id) / colours);
  const names = Object.keys(shapes);
  return { shape: names[rest % names.length], colour, second: (colour + 1 + (Math.floor(rest / names.length) % (colours - 1))) % colours };
}

const SVG = "http://www.w3.org/2000/svg";

// drawFace draws it, for eyes alone: whose it is stands beside it.
export function drawFace(id) {
  const { shape, colour, second } = faceOf(id);
  const face = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ class: `face hue-${second}`, viewBox: "0 0 16 16", "aria-hidden": "true" })) face.setAttribute(name, value);
  path.setAttribute("class", `hue-${colour}`);
  path.setAttribute("d", shapes[shape]);
  face.append(path);
  return face;
}

// Where names have faces: of who speaks, at the top of what they say, and of who is here.
const named = ".message.head > header > .nick:first-of-type, .divider + .message > header > .nick, .action > .line > .nick, .whisper > header, .offer > header > .nick, .crown > .nick, .who > .nick";

// watch gives faces to names within a box, now and whenever one comes into it.
export function watch(...boxes) {
  const give = (name) => {
    const nick = name.matches(".nick") ? name : name.querySelector(".nick");
    const place = name.matches(".whisper > header") ? name : nick;
    const id = name.closest(".whisper")?.dataset.from ?? nick?.dataset.member;
    if (!id || place.previousSibling?.matches?.(".face") || place.querySelector(".face")) return;
    if (place === nick) nick.before(drawFace(id));
    else place.prepend(drawFace(id));
  };
  const observer = new MutationObserver((changes) => {
    const added = new Set(changes.flatMap(({ addedNodes }) => [...addedNodes]));
    for (const node of added) {
      if (node.nodeType !== Node.ELEMENT_NODE || !node.isConnected) continue;
      if (node.matches(named)) give(node);
      for (const name of node.querySelectorAll(named)) give(name);
      if (node.matches(".divider")) for (const name of node.parentNode.querySelectorAll(".divider + .message > header > .nick")) give(name);
    }
  });
  for (const box of boxes) {
    for (const name of box.querySelectorAll(named)) give(name);
    observer.observe(box, { childList: true, subtree: true });
  }
}

// A person's name as an element: isolated from the direction of what surrounds
// it, in that person's colour.

import { el } from "./dom.js";

export const colours = 12;

export function nickOf({ id, nick }) {
  return el("bdi", { class: `nick hue-${colourOf(id)}`, data: { member: id } }, nick);
}

// colourOf is the same on every screen that sees them: FNV-1a, 32 bits, of the
// member id's UTF-8 bytes, mod colours. The terminal computes the same.
export function colourOf(memberID) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(memberID)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash % colours;
}

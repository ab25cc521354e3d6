// A person's name as an element: isolated from the direction of what surrounds
// it, in that person's colour.

import { colourOf } from "./colour.js";
import { el } from "./dom.js";

export function nickOf({ id, nick }) {
  return el("bdi", { class: `nick hue-${colourOf(id)}`, data: { member: id } }, nick);
}

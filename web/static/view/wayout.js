// The way out of a room that one is not in any more. It leads to the front page; but where
// that would take other rooms of the window along, it closes this one alone. Both stand
// there, and style/rooms.css shows the one that is meant.

import { button } from "./dom.js";
import { later } from "../text/laterstrings.js";

// text is the page's. closeRoom returns the button that stands before the link to the front page. What it asks
// for, rooms/rooms.js does.
export function closeRoom(text) {
  return button(later(text)("closeRoom"), () => document.dispatchEvent(new Event("close-room")), { class: "close-room" });
}

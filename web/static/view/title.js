// What one sees of the room from another tab: the title and its icon, with how much is
// unread, and that something is wrong.

import { byId } from "./dom.js";

const SHOWN = 9; // counts above are "many" in the favicon
// Not fetched: when it is needed there may be nowhere to fetch it from.
const ALARM = "data:image/svg+xml," + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#b91c1c"/><path d="M16 6v12m0 4v4" stroke="#fff" stroke-width="4"/></svg>');

export class Title {
  #assets;
  #drawn = "";

  constructor(assets) {
    this.#assets = assets;
  }

  // draw shows the count of unread messages, and of those that call you, the room's name,
  // and whether there is reason for alarm.
  draw(name, count, alarm, calls) {
    document.title = `${alarm ? "(!) " : ""}${count > 0 ? `(${count}${calls > 0 ? ` @${calls}` : ""}) ` : ""}${name} · sotto`;
    const shown = calls || count;
    const icon = shown ? `${calls ? "calls" : "unread"}-${shown > SHOWN ? "many" : shown}` : "mark";
    const href = alarm ? ALARM : `${this.#assets}/icons/${icon}.svg`;
    if (href === this.#drawn) return;
    this.#drawn = byId("favicon").href = href;
  }
}

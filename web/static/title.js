// How much is unread, where one sees it from another tab: in the title and the
// favicon.

import { byId } from "./dom.js";

const SHOWN = 9; // counts above are "many" in the favicon

export class Title {
  #assets;
  #drawn = "";

  constructor(assets) {
    this.#assets = assets;
  }

  // draw shows the count of unread messages, and the room's name.
  draw(name, count) {
    const title = name ? `${name} · sotto` : "sotto";
    document.title = count > 0 ? `(${count}) ${title}` : title;
    const icon = count === 0 ? "mark" : `unread-${count > SHOWN ? "many" : count}`;
    if (icon === this.#drawn) return;
    this.#drawn = icon;
    byId("favicon").href = `${this.#assets}/icons/${icon}.svg`;
  }
}

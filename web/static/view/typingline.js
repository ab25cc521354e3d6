// Who is typing, one quiet line. It takes its place always, so that nothing
// moves when somebody begins.

import { byId, fill, nickOf } from "./dom.js";
import { later } from "../text/laterstrings.js";

export class TypingLine {
  #line = byId("typing");
  #room;
  #text;
  #timer = 0;

  constructor({ room, text }) {
    this.#room = room;
    this.#text = later(text);
  }

  draw() {
    clearTimeout(this.#timer);
    const who = this.#room.typing(Date.now());
    this.#line.replaceChildren(...this.#words(who));
    if (who.length > 0) this.#timer = setTimeout(() => this.draw(), 1000);
  }

  #words(who) {
    switch (who.length) {
      case 0: return [];
      case 1: return fill(this.#text("typing1"), nickOf(who[0]));
      case 2: return fill(this.#text("typing2"), nickOf(who[0]), nickOf(who[1]));
      default: return [this.#text("typingMany")];
    }
  }
}

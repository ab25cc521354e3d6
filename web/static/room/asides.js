// What one is told of who is away, once for each time that they are: why, when one whispers
// to them; and when one says something that one is shown as away still. Fetched with the
// first who is away. The twin of Asides in Go's package rooms, held to the same script
// (rooms/behaviour/asides.json).

import { later } from "../text/laterstrings.js";

export class Asides {
  #room;
  #text;
  #told = new Set(); // of whom, by id

  // text is the page's.
  constructor(room, text) {
    this.#room = room;
    this.#text = later(text);
  }

  // happen takes a frame that the room has taken, and returns what one is told because of
  // it, or "". One's own copies have an op.
  happen({ t, op, resumed, seq, member, from, to }) {
    const you = this.#room.you?.id;
    switch (t) {
      case "welcome":
        if (!resumed) this.#told.clear();
        break;
      case "left":
        this.#told.delete(member.id);
        break;
      case "aside":
        if (seq > 0) this.#told.delete(member.id); // else it goes with a welcome
        if (!op || member.id !== you) break;
        if (member.aside === undefined) return this.#text("asideOver");
        return this.#text(member.aside ? "asideYoursWhy" : "asideYours", member.aside);
      case "said":
        if (op && this.#tells(you)) return this.#text("asideStill");
        break;
      case "whispered":
        if (from.id === you && this.#tells(to.id)) {
          const why = this.#room.asideOf(to.id);
          return this.#text(why ? "asideWhy" : "asideOf", this.#room.members.get(to.id).nick, why);
        }
    }
    return "";
  }

  // tells: somebody is away, and it was not said yet.
  #tells(id) {
    if (this.#room.asideOf(id) === undefined || this.#told.has(id)) return false;
    this.#told.add(id);
    return true;
  }
}

// From one room to another in the same place, where a member asks to be followed: the
// address changes, and what was read stays above what follows. Going back in the
// browser's history goes back to the room, by the same door. Fetched when somebody first
// goes anywhere. What opens a room beside this one is rooms/rooms.js.
//
// A sealed room's page goes to another sealed room alone: its words are not mixed with
// those that a server can read.

import { byId } from "./dom.js";
import { later } from "../text/laterstrings.js";
import { foldRoomName } from "../text/limits.js";
import { frontIn } from "../text/several.js";

const MAX_TOKEN = 64; // letters; the server refuses what has more

export class Passage {
  #entrance;
  #room;
  #session;
  #page;
  #composer;
  #text;
  #onGone;

  // entrance: {connection, name, link, several}, of which name and link are kept up, and
  // several says that an address may name other rooms than this one; page: what
  // page.js has of it. onGone is called when the page is another room's.
  constructor({ entrance, room, session, page, composer, onGone }) {
    this.#page = page;
    this.#composer = composer;
    this.#text = later(page.text);
    this.#entrance = entrance;
    this.#room = room;
    this.#session = session;
    this.#onGone = onGone;
  }

  // go enters the room of that name. how may have socket(), which opens the first socket
  // there; or be the way into another sealed room: {name, link, command, made, move()}.
  go(name, how = {}) {
    const { connection } = this.#entrance;
    if (how.move) {
      this.#into(how);
    } else if (name !== this.#entrance.name) {
      // A frame's own address is seen by nobody, and has no history.
      history[window.frameElement ? "replaceState" : "pushState"](null, "", `${this.#page.prefix}/r/${name}`);
      this.#enter(name, how.socket);
    } else if (connection.phase === "open") {
      this.#note("hereAlready", name);
    } else {
      connection.retryNow();
    }
  }

  // follow goes where the address says: somebody went back in the history, or on, or put
  // an invitation behind it, which no log sees there.
  follow() {
    if (this.#page.sealed) return;
    const token = frontIn(location.hash) ? "" : location.hash.slice(1, MAX_TOKEN + 2);
    const name = foldRoomName(decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? ""));
    if (name !== null && name !== this.#entrance.name && !this.#entrance.several) this.#enter(name);
    const { connection } = this.#entrance;
    if (token && connection.phase === "open") this.used(!connection.watch);
    if (!token || connection.phase === "open") return;
    connection.invite = token;
    if (connection.phase !== "connecting") connection.retryNow();
  }

  // used takes an invitation out of the address once it was answered: until then a page that
  // is loaded anew needs it again, and has nowhere else to keep it. One by which a screen
  // watches stays, since that has to come back by itself.
  used(now = this.#entrance.connection.invite === undefined) {
    if (this.#page.sealed || !now || !location.hash || frontIn(location.hash)) return;
    history.replaceState(null, "", location.pathname + location.search);
  }

  #enter(name, socket) {
    const { ssh, url } = this.#page;
    this.#into({ name, link: `${url}/r/${name}`, command: `${ssh} ${name}`, move: () => this.#entrance.connection.move(name, socket) });
  }

  #into({ name, link, command, made = false, move }) {
    const from = this.#entrance.name;
    const { amends } = this.#composer;
    const { value } = byId("message");
    const typed = amends !== null && value.trim() !== "" && value !== amends.text;
    this.#room.log.addNote([this.#text("moved", from, name)], "moved");
    if (typed) this.#note("changeMoved", from, name);
    this.#composer.answer(null, false, typed);
    Object.assign(this.#entrance, { name, link, made, taken: false });
    byId("room-name").textContent = name;
    byId("link").textContent = link;
    const shown = byId("ssh-command");
    if (shown) shown.textContent = command;
    this.#room.depart();
    move();
    this.#session.moved();
    this.#onGone();
  }

  #note(key, ...values) {
    this.#room.log.addNote([this.#text(key, ...values)]);
  }
}

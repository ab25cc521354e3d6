// A room whose messages fade: what was said for longer than the rule leaves the screen,
// this page's memory, and what of it stands elsewhere.
//
// When something was said is the server's to say, by its clock, which may be wrong by
// ours: what came soonest after it was said tells by how much.

import { byId } from "../view/dom.js";

export class Fade {
  #room;
  #log;
  #timeline;
  #composer;
  #seconds = 0;
  #timer = 0;
  #next = Infinity; // when what fades next was said

  constructor({ room, timeline, composer }) {
    this.#room = room;
    this.#log = room.log;
    this.#timeline = timeline;
    this.#composer = composer;
    this.#log.watch((what, { at, kind }) => {
      if (what === "added" && at !== undefined && kind !== "day" && at < this.#next) this.#fade();
    });
    document.addEventListener("visibilitychange", () => this.#fade()); // timers of a page that slept are late
  }

  // after says after how many seconds it fades; 0: never.
  after(seconds) {
    if (seconds === this.#seconds) return;
    this.#seconds = seconds;
    this.#fade();
  }

  #fade() {
    clearTimeout(this.#timer);
    this.#next = Infinity;
    if (this.#seconds === 0) return;
    const until = Date.now() - this.#room.skew - this.#seconds * 1000;
    if (this.#log.forget(until)) this.#gone();
    for (const { at, kind } of this.#log.entries) if (at < this.#next && kind !== "day") this.#next = at;
    if (this.#next < Infinity) this.#timer = setTimeout(() => this.#fade(), Math.min(Math.max(this.#next - until, 0) + 50, LONGEST));
  }

  // gone takes what is left of it elsewhere: what answers it quotes it, what is typed may
  // answer it, what was typed can be called back, and what was read aloud stands there.
  #gone() {
    this.#timeline.refresh();
    this.#composer.forget((seq) => this.#log.said(seq) === undefined);
    byId("announcer").replaceChildren();
  }
}

const LONGEST = 3_600_000; // ms; a timer of weeks overflows in some browsers

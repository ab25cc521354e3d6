// A room whose messages fade: what was said for longer than the rule leaves the screen,
// this page's memory, and what of it stands elsewhere.
//
// When something was said is the server's to say, by its clock, which may be wrong by
// ours: what came soonest after it was said tells by how much.

import { byId } from "../view/dom.js";

export class Fade {
  #log;
  #timeline;
  #composer;
  #seconds = 0;
  #timer = 0;
  #skew = Infinity; // ms from when something was said to when it came, at the least

  constructor({ room, timeline, composer }) {
    this.#log = room.log;
    this.#timeline = timeline;
    this.#composer = composer;
    const now = Date.now();
    for (const { at } of this.#log.entries) this.#met(now, at);
    this.#log.watch((what, { at, kind }) => {
      if (what !== "added" || at === undefined || kind === "day") return;
      this.#met(Date.now(), at);
      if (this.#seconds > 0 && this.#timer === 0) this.#fade();
    });
    document.addEventListener("visibilitychange", () => this.#fade()); // timers of a page that slept are late
  }

  // after says after how many seconds it fades; 0: never.
  after(seconds) {
    if (seconds === this.#seconds) return;
    this.#seconds = seconds;
    this.#fade();
  }

  #met(now, at) {
    if (at !== undefined) this.#skew = Math.min(this.#skew, now - at);
  }

  #fade() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#seconds === 0) return;
    const until = Date.now() - this.#skew - this.#seconds * 1000;
    if (this.#log.forget(until)) this.#gone();
    const next = this.#log.entries.find(({ at }) => at !== undefined);
    if (next) this.#timer = setTimeout(() => this.#fade(), Math.min(Math.max(next.at - until, 0) + 50, LONGEST));
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

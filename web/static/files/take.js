// The taker's end of one transfer: which chunk comes next, what to report, and
// when silence has lasted too long. Bookkeeping alone: no bytes, no keys, no
// clock; the time in ms is passed in. The twin of take in Go's rooms/files.

import { AGAIN, WANT } from "./text.js";

// How many chunks one page asks for beyond those it has, over all that it takes
// at once: less than the server holds for it. WINDOW_LEAST is what each has at
// least, so that it never waits for its own report alone.
export const WINDOW = 8;
export const WINDOW_LEAST = 2;
export const AGAIN_AFTER = 2000; // ms of silence before the taker asks again; where
export const AGAIN_LATEST = 20_000; // chunks come more slowly, longer, up to this
export const GIVE_UP_AFTER = 75_000; // ms either end waits: longer than a place waits for its lost connection

export class Take {
  next = 0; // every chunk below it is here

  #chunks;
  #upto = 0; // asked for
  #reported = -1; // the next that was missing when that was last told
  #moved; // ms when the last chunk was of use
  #heard; // ms when the last one came, or was asked for
  #patience = AGAIN_AFTER;

  constructor(chunks, now) {
    this.#chunks = chunks;
    this.#moved = this.#heard = now;
  }

  get whole() { return this.next === this.#chunks; }

  // ask returns a report that wants a window of chunks beyond those that are here.
  ask(window, kind = WANT) {
    this.#upto = Math.min(this.next + window, this.#chunks);
    return { kind, next: this.next, upto: this.#upto };
  }

  // chunk takes the arrival of chunk n: {use} says whether its bytes are the next
  // of the file, {answer} what to report, or null.
  chunk(n, window, now) {
    this.#heard = now;
    if (n < this.next) return { use: false, answer: null }; // what was asked for twice
    if (n > this.next) {
      if (this.#reported === this.next) return { use: false, answer: null };
      this.#reported = this.next;
      return { use: false, answer: this.ask(window, AGAIN) };
    }
    this.next++;
    this.#patience = Math.min(Math.max(AGAIN_AFTER, 4 * (now - this.#moved)), AGAIN_LATEST);
    this.#moved = now;
    const few = this.#upto - this.next <= window / 2 && this.#upto < this.#chunks;
    return { use: true, answer: few ? this.ask(window) : null };
  }

  // tick looks at the time: {answer} is what to ask again, or null; {expired}
  // says that there was too much silence.
  tick(window, now) {
    if (now - this.#moved >= GIVE_UP_AFTER) return { answer: null, expired: true };
    if (now - this.#heard < this.#patience) return { answer: null, expired: false };
    this.#heard = now;
    this.#patience = Math.min(2 * this.#patience, AGAIN_LATEST);
    return { answer: this.ask(window, AGAIN), expired: false };
  }

  // due is when tick has something to do.
  get due() {
    return Math.min(this.#moved + GIVE_UP_AFTER, this.#heard + this.#patience);
  }
}

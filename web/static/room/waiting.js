// What somebody entered faster than the room takes it: lines in their order, one of
// them on its way at a time. The twin of Go's rooms/waiting, whose comments say
// what it guarantees; rooms/behaviour/waiting.json is what both are held to. It has
// no clock and no connection: whoever has both says what happened.

import { byteLength, limits } from "../text/limits.js";

export const MAX_LINES = limits.textLines; // that wait; whoever pastes more sends them as one
export const MAX_BYTES = 16 * limits.textBytes; // of their texts together
// How long a line waits that came too early, and between one and the next from then
// on, in ms: what one more takes at the usual rate. It doubles when that is too short.
export const PAUSE = 500;
export const LONGEST_PAUSE = 8 * PAUSE;
const MAX_SLOW = 36e5; // ms; the longest that a rule makes people wait

export class Waiting {
  lines = []; // that wait, in order
  sent = null; // the line on its way

  #bytes = 0;
  #pause = 0;
  #due = 0; // ms; when the first may go, 0: at once

  // add takes a line {text, …} in, or returns false when too much waits already.
  add(line) {
    const bytes = byteLength(line.text);
    if (this.lines.length >= MAX_LINES || (this.lines.length > 0 && this.#bytes + bytes > MAX_BYTES)) return false;
    this.lines.push(line);
    this.#bytes += bytes;
    return true;
  }

  // next is the line that goes out now, or null; it is on its way then, until said,
  // early, refused or lost is told of it.
  next(now) {
    if (this.sent || this.lines.length === 0 || now < this.#due) return null;
    this.sent = this.lines.shift();
    this.#bytes -= byteLength(this.sent.text);
    this.#due = 0;
    return this.sent;
  }

  // due is when next has a line, if that is for the clock to say, or 0.
  get due() { return this.sent || this.lines.length === 0 ? 0 : this.#due; }

  // said: the line on its way has come back from the room.
  said(now) { this.#answered(now); }

  // early: it was refused for the rate, and waits again in front of the others; or, with
  // wait, by a rule of the room that lets it go after so many ms.
  early(now, wait) {
    if (wait === undefined) this.#pause = Math.min(Math.max(2 * this.#pause, PAUSE), LONGEST_PAUSE);
    this.lines.unshift(this.sent);
    this.#bytes += byteLength(this.sent.text);
    this.#answered(now);
    if (wait !== undefined) this.#due = now + Math.min(Math.max(wait, PAUSE), MAX_SLOW);
  }

  // refused: it was refused for good, and is returned.
  refused(now) {
    const line = this.sent;
    this.#answered(now);
    return line;
  }

  // takeBack returns what waits, in order, and forgets it.
  takeBack() {
    const lines = this.lines;
    this.lines = [];
    this.#bytes = this.#due = 0;
    if (!this.sent) this.#pause = 0;
    return lines;
  }

  // lost returns all that has not come back from the room, in order, and forgets it.
  lost() {
    const lines = this.sent ? [this.sent] : [];
    this.sent = null;
    return [...lines, ...this.takeBack()];
  }

  #answered(now) {
    this.sent = null;
    if (this.lines.length === 0) this.#pause = 0;
    if (this.#pause > 0) this.#due = now + this.#pause;
  }
}

// What is being typed, apart from any text field: your own history, what a
// failed message gives back, and when a text is too long to send. Nothing here
// is kept beyond the page.

import { byteLength, limits } from "../text/limits.js";

const HISTORY_MOST = 100; // lines; only this page's own memory

export class History {
  #lines = [];
  #at = 0; // index into lines; lines.length is the draft below them
  #draft = "";

  // add remembers a line that was sent and goes back below the newest.
  add(line) {
    if (line !== this.#lines.at(-1)) this.#lines.push(line);
    if (this.#lines.length > HISTORY_MOST) this.#lines.shift();
    this.#at = this.#lines.length;
    this.#draft = "";
  }

  // forget forgets the lines with some words, or all.
  forget(words = "") {
    this.#lines = this.#lines.filter((line) => !line.includes(words));
    this.#at = this.#lines.length;
    this.#draft = "";
  }

  // older returns the line before, or null at the oldest. The draft is kept.
  older(current) {
    if (this.#at === 0) return null;
    if (this.#at === this.#lines.length) this.#draft = current;
    return this.#lines[--this.#at];
  }

  // newer returns the line after, at last the draft, or null below it.
  newer() {
    if (this.#at === this.#lines.length) return null;
    this.#at++;
    return this.#at === this.#lines.length ? this.#draft : this.#lines[this.#at];
  }
}

// A command, or what may be one that went wrong: commands/parse.js says which. Speech is
// not fetched for, so this must let nothing through that parse would not say.
const COMMANDING = /(?:^|[\v\f\u0085])(?:[^\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{Nd}\n\r\v\f\u2028\u2029]|[\p{DI}\u{13441}\u{13442}6-8６-８])*?([/／\\＼﹨⁁-⁄∕∖⧵-⧹╱╲⟋-⟍〳㇓\u001b\u0080-\u009f]|[mｍ][sｓ]|[rｒ][eｅ]|[hｈ][oｏ][sｓ])/imu;

// commanding says whether a text may be something else than speech, or have such a line.
export const commanding = (line) => COMMANDING.test(line);

// A command that may bring another room to the front, however its letters are written.
const LEADS = /^\W*(join|leave|quit|go|leap)\b/i;

// leadsAway says whether a line may lead to another room, so that what is typed after it is
// for no room before that is decided.
export const leadsAway = (line) => commanding(line) && LEADS.test(line.normalize("NFKC").replace(/\p{DI}/gu, ""));

// measure says how a text stands to what the server takes, which leaves out blank lines
// before it and blanks behind: {bytes, lines, over: boolean, near: boolean}
export function measure(text) {
  const said = text.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
  const bytes = byteLength(said);
  const lines = said.split("\n").length;
  const over = bytes > limits.textBytes || lines > limits.textLines;
  return { bytes, lines, over, near: bytes > limits.textBytes * 0.8 };
}

// sends says whether a key press sends: Enter, Ctrl-Enter or Cmd-Enter, while no input
// method is composing. Safari ends a composition with a keydown whose keyCode is 229.
export function sends(event) {
  return event.key === "Enter" && !event.shiftKey && !event.altKey && !event.isComposing && event.keyCode !== 229;
}

// giveBack returns what the field should hold after a text came back unsent:
// the text itself when the field is empty, else what was there, unchanged.
export function giveBack(field, text) {
  return field.trim() === "" ? { value: text, taken: true } : { value: field, taken: false };
}

// What a search finds in a room: the messages that hold some words, the newest first, and
// which of them is shown. Knows no DOM. The terminal finds alike (rooms/behaviour/find.json):
// a letter in every case, and no accent left out.

import { clean } from "../text/clean.js";
import { plain } from "../text/markup.js";

export const MOST = 100; // characters that can be looked for
const AT_ONCE = 1 << 18; // UTF-16 units that are looked through in one turn: a few milliseconds in any script
const ENTRY = 64; // what an entry counts beside its words

const MARKED = /[*_~`>]/; // what may be no part of the words as they are shown

// patternOf finds words in a text, without what is in no text that is shown; null: there is nothing to look for. A pattern with u
// and i folds as Unicode's simple case folding does, and so does the terminal.
export function patternOf(words) {
  const sought = [...clean(`|${words}|`).replace(/^\||\|$/g, "")].slice(0, MOST).join(""); // blanks at its ends count
  return sought === "" ? null : new RegExp(sought.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "giu");
}

export class Hits {
  found = []; // entries, the newest first

  #log;
  #seen;
  #pattern = null;
  #nth = -1; // which of found is shown
  #next = 0; // the key of the entry to look at next; 0: all were

  // seen(entry) says whether an entry is to be seen at all.
  constructor(log, seen) {
    this.#log = log;
    this.#seen = seen;
  }

  get pattern() { return this.#pattern; }
  get at() { return this.found[this.#nth]; }
  get nth() { return this.#nth + 1; }
  // looking says that not everything was looked through.
  get looking() { return this.#next > 0; }

  // look looks for something else, or for nothing.
  look(words) {
    this.#pattern = patternOf(words);
    this.found = [];
    this.#nth = -1;
    this.#next = this.#pattern ? this.#log.last?.key ?? 0 : 0;
    this.lookOn();
  }

  // lookOn looks through some more, and shows the first hit.
  lookOn() {
    const { entries } = this.#log;
    const first = entries[0]?.key ?? Infinity; // keys rise by one
    for (let left = AT_ONCE; left > 0 && this.#next >= first; this.#next--) {
      const entry = entries[this.#next - first];
      left -= ENTRY + (entry.text?.length ?? 0);
      if (this.#matches(entry)) this.found.push(entry);
    }
    if (this.#next < first) this.#next = 0;
    if (this.#nth < 0) this.go(1);
  }

  // go shows the hit that is so many older, and says whether there is one.
  go(by) {
    const nth = this.#nth + by;
    if (nth < 0 || nth >= this.found.length) return false;
    this.#nth = nth;
    return true;
  }

  // holds says whether that entry is a hit.
  holds({ key }) { return this.found[this.#place(key)]?.key === key; }

  // take takes what happened to an entry of the log, and says whether that makes a
  // difference to what is found.
  take(what, entry) {
    if (!this.#pattern || !/^(added|changed|dropped)$/.test(what)) return false;
    if (entry.key <= this.#next) return false; // it will be looked at
    const had = this.holds(entry);
    const has = what !== "dropped" && this.#matches(entry);
    if (has === had) return false;
    const i = this.#place(entry.key);
    return has ? this.#put(i, entry) : this.#drop(i);
  }

  // ignored drops what is not to be seen any more.
  ignored() {
    for (let i = this.found.length - 1; i >= 0; i--) if (!this.#seen(this.found[i])) this.#drop(i);
  }

  // place is where in found an entry of that key stands, or would.
  #place(key) {
    let low = 0;
    let high = this.found.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.found[middle].key > key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #put(i, entry) {
    this.found.splice(i, 0, entry);
    if (this.#nth >= i) this.#nth++;
    return true;
  }

  #drop(i) {
    this.found.splice(i, 1);
    if (this.#nth > i || this.#nth >= this.found.length) this.#nth--;
    return true;
  }

  #matches(entry) {
    if (!/^(said|whisper)$/.test(entry.kind) || entry.gone || !this.#seen(entry)) return false;
    const words = [entry.text, ...(entry.options ?? [])].join("\n");
    return words.search(this.#pattern) >= 0 || (MARKED.test(words) && plain(words).search(this.#pattern) >= 0);
  }
}

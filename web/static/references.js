// Which message a number stands for, in a sealed room: members number events each
// for themselves, so an answer names a message by its sender and their count.

const MOST = 2000; // messages that can be answered

export class References {
  #numbers = new Map(); // "member:number" → seq
  #messages = new Map(); // seq → {from, n}

  // add: the message ref, {from, n}, has the number seq on this page.
  add(ref, seq) {
    this.#numbers.set(keyOf(ref), seq);
    this.#messages.set(seq, ref);
    if (this.#messages.size <= MOST) return;
    const [[oldest, old]] = this.#messages;
    this.#messages.delete(oldest);
    this.#numbers.delete(keyOf(old));
  }

  // message returns {from, n} for a number, or undefined.
  message(seq) { return this.#messages.get(seq); }
  // number returns the seq of {from, n}, or undefined.
  number(ref) { return this.#numbers.get(keyOf(ref)); }

  clear() {
    this.#numbers.clear();
    this.#messages.clear();
  }
}

const keyOf = ({ from, n }) => `${from}:${n}`;

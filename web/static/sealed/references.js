// Which message a number stands for, in a sealed room: members number events each
// for themselves, so an answer names what was said by its hash, in hex. Nobody can be
// quoted with what they did not answer.

const MOST = 2000; // messages that can be answered

export class References {
  #numbers = new Map(); // hash → seq
  #hashes = new Map(); // seq → hash

  // add: the message of that hash has the number seq on this page.
  add(hash, seq) {
    this.#numbers.set(hash, seq);
    this.#hashes.set(seq, hash);
    if (this.#hashes.size <= MOST) return;
    const [[oldest, old]] = this.#hashes;
    this.#hashes.delete(oldest);
    this.#numbers.delete(old);
  }

  // hash returns that of a number, or undefined.
  hash(seq) { return this.#hashes.get(seq); }
  // number returns the seq of a hash, or undefined.
  number(hash) { return this.#numbers.get(hash); }

  clear() {
    this.#numbers.clear();
    this.#hashes.clear();
  }
}

// The offerer's end of one file: who takes it, how far they are, and which chunk
// goes to whom next. Bookkeeping alone, as in take.js. The twin of give in
// Go's rooms/files.

import { AGAIN_LATEST, GIVE_UP_AFTER, WINDOW } from "./take.js";
import { AGAIN, DONE, QUIT, WANT } from "./text.js";

// Who takes one file at the same time. Whoever comes later gets on when one of
// them is done.
export const MAX_TAKERS = 64;

export class Give {
  taken = 0; // how many have it

  #chunks;
  #takers = new Map(); // member id → {have, next, upto, heard, served}

  constructor(chunks) {
    this.#chunks = chunks;
  }

  get takers() { return [...this.#takers.keys()]; }

  // least is how many chunks the taker has who has least.
  get least() {
    return Math.min(...[...this.#takers.values()].map(({ have }) => have));
  }

  // report takes what one who takes tells, and says whether that changed what a
  // person sees.
  report(from, { kind, next, upto }, now) {
    let taker = this.#takers.get(from);
    if (kind === WANT || kind === AGAIN) {
      if (!taker) {
        if (this.#takers.size >= MAX_TAKERS) return false; // they ask again
        taker = { have: 0, next, upto: 0, heard: now, served: -Infinity };
        this.#takers.set(from, taker);
      }
      taker.heard = now;
      taker.have = Math.max(taker.have, next);
      taker.upto = Math.min(upto, next + 2 * WINDOW); // nobody may ask for more than a queue holds
      if (taker.next < next || kind === AGAIN) taker.next = next;
      return true;
    }
    if (!taker || (kind !== DONE && kind !== QUIT)) return false;
    if (kind === DONE) this.taken++;
    return this.forget(from);
  }

  // forget drops a taker and says whether there was one.
  forget(id) { return this.#takers.delete(id); }

  // tick forgets those of whom nothing was heard, and says whether there were any.
  // Whoever has been sent everything and says nothing is sent the last chunk again:
  // perhaps it was their report that was lost.
  tick(now) {
    let any = false;
    for (const [id, taker] of this.#takers) {
      if (now - taker.heard >= GIVE_UP_AFTER) any = this.forget(id);
      else if (this.#sent(taker) && now - taker.served >= AGAIN_LATEST) taker.next--;
    }
    return any;
  }

  // due is when tick has something to do.
  get due() {
    return Math.min(...[...this.#takers.values()].map((taker) => (
      Math.min(taker.heard + GIVE_UP_AFTER, this.#sent(taker) ? taker.served + AGAIN_LATEST : Infinity))));
  }

  // sent says whether somebody was sent everything.
  #sent({ next, upto }) { return next === this.#chunks && upto === next; }

  // waiting is since when somebody may be sent a chunk and was not, or Infinity.
  get waiting() { return this.#eager()?.served ?? Infinity; }

  // pass says which chunk goes next and to whom: to whoever has waited longest,
  // and to all who stand at the same place, so that nobody waits for anybody.
  // Null when there is nothing to send.
  pass(now) {
    const first = this.#eager();
    if (!first) return null;
    const n = first.next;
    const to = [];
    for (const [id, taker] of this.#takers) {
      if (taker.next !== n || taker.upto <= n) continue;
      taker.next = n + 1;
      taker.served = now;
      to.push(id);
    }
    return { n, to };
  }

  #eager() {
    let longest = null;
    for (const taker of this.#takers.values()) {
      if (taker.next < taker.upto && (!longest || taker.served < longest.served)) longest = taker;
    }
    return longest;
  }
}

// Who comes, goes and is away in a sealed room, as the server says it: nobody is met
// whose hello does not prove that they hold the link, or under another's id. Knows
// neither what they say nor who they say they are.

import { isNow, newDoubt } from "./doubts.js";
import { newLapses } from "./lapses.js";
import { memberOf } from "./people.js";
import { newSpoken } from "./spoken.js";
import { fromBase64url, SealError } from "./seal.js";
import { MAX_HELLOS } from "./session.js";

export class Comings {
  #here;
  #doubts;
  #lapses;
  #statements;
  #clock;
  #keys = new Map(); // for whom the server's ids stand, in all places of this page

  constructor({ here, doubts, lapses, statements, clock }) {
    this.#here = here;
    this.#doubts = doubts;
    this.#lapses = lapses;
    this.#statements = statements;
    this.#clock = clock;
  }

  // meet checks the hello of somebody whom the server shows. before: they were here
  // when we came.
  async meet(session, member, before) {
    if (this.#here.people.byID.has(member.id)) return;
    try {
      const peer = await session.add(fromBase64url(member.hello ?? "") ?? new Uint8Array(), before);
      const error = this.#stands(member.id, peer.id);
      if (error) {
        session.remove(peer.id);
        throw error;
      }
      this.#here.people.add({
        ...memberOf(member), nick: "", aside: undefined, peer: peer.id, public: peer.key, before, since: this.#clock.now(), awaySince: this.#clock.now(), backSince: -Infinity,
        shown: false, greeted: false, owed: false, told: false, toldAt: 0, twofold: 0, disputes: 0, key: "", silent: false, gone: false, heardAt: 0, skipped: 0, tally: null, missed: false, doubt: newDoubt(), lapses: newLapses(), spoken: newSpoken(),
      });
    } catch (error) {
      this.#doubts.notLetIn(error.kind);
    }
  }

  // stands notes that what the server calls somebody stands for that key, and returns
  // an error if it stands for another: whoever is whispered to, or ignored, by it is
  // meant.
  #stands(id, key) {
    const known = this.#keys.get(id);
    if (known ? known !== key : this.#keys.size >= MAX_HELLOS) return new SealError(known ? "used" : "full", "");
    this.#keys.set(id, key);
    return null;
  }

  // part forgets somebody, and the keys shared with them.
  async part(session, id, reason) {
    const person = this.#here.people.byID.get(id);
    if (!person || person === this.#here.you) return;
    session.remove(person.peer);
    if (person.shown) this.#lapses.end(person);
    await this.#here.left(person, reason);
    if (person === this.#here.lostTo && this.#here.greeting === 0) await this.#statements.name();
  }

  away({ id, away = false }) {
    const person = this.#here.people.byID.get(id);
    if (!person || (person.away ?? false) === away) return;
    isNow(person, away, this.#clock.now());
    this.#here.away(person);
  }
}

// What holds of us in a sealed room until we say otherwise: our name, a topic that we set,
// that we are away. It is what we said last, and what happened: what is still on its way may
// be refused. Who was told who we are before it happened, and was not sealed it, is told
// again. Knows how none of it is sealed.

const kinds = ["nick", "topic", "aside"]; // of payloads that say what holds
const AGAIN_AFTER = 1000; // ms in which those are gathered whom it is said to again

export class Statements {
  at = Infinity; // ms; when it is said again

  #here;
  #sending;
  #say;

  // here is the SealedRoom; say(payload) promises that it was said to all.
  constructor({ here, sending, say }) {
    this.#here = here;
    this.#sending = sending;
    this.#say = say;
  }

  // happened notes that what a message of ours says holds from now on.
  happened({ payload, message }, now) {
    if (!kinds.includes(payload.t)) return;
    const missed = new WeakSet([...this.#here.people.byID.values()].filter(({ told, peer }) => told && !message.receivers.has(peer)));
    this.#here.stated.set(payload.t, { payload, missed });
    this.missed(payload.t, now);
  }

  // missed has what holds of a kind said again in a moment, if somebody who is shown missed it.
  missed(kind, now) { if (this.#isMissed(kind)) this.at = Math.min(this.at, now + AGAIN_AFTER); }

  // shown: somebody is shown now, who may have missed what holds.
  shown(now) { for (const kind of kinds) this.missed(kind, now); }

  // name says what we are called, if we lost the name that some were told: not to those
  // who were here before us and see for themselves who had it first, as long as that one is
  // here. Whoever is shown after it has missed it, so on the way in it waits for all.
  async name() {
    const { you, people, lostTo } = this.#here;
    const told = [...people.byID.values()].filter((person) => person.told);
    if (!lostTo || (people.byID.get(lostTo.id) === lostTo && told.every(({ before }) => before))) return;
    this.#here.lostTo = null;
    if (told.length > 0) await this.#say({ t: "nick", nick: you.nick });
  }

  // again says once more, to all who missed it within a moment at once, what holds. Where
  // something else of the kind is on its way, what becomes of that decides.
  async again() {
    this.at = Infinity;
    for (const kind of kinds) {
      if (this.#isMissed(kind) && !this.#sending.last(kind)) await this.#say(this.#here.stated.get(kind).payload);
    }
  }

  #isMissed(kind) {
    const { people, stated } = this.#here;
    return [...people.byID.values()].some((person) => person.shown && stated.get(kind)?.missed.has(person));
  }

  // forget: the place is another.
  forget() { this.at = Infinity; }
}

// What holds of us in a sealed room until we say otherwise: our name, and a topic that we
// set. Who was told who we are before we said it, and whose own word was on its way then,
// was not sealed it: they are told again. Knows how none of it is sealed.

const AGAIN_AFTER = 1000; // ms in which those are gathered whom it is said to again

export class Statements {
  at = Infinity; // ms; when it is said again

  #here;
  #say;

  // here is the SealedRoom; say(payload) promises that it was said to all.
  constructor({ here, say }) {
    this.#here = here;
    this.#say = say;
  }

  // missed notes that somebody who is shown now was not sealed what we said meanwhile.
  missed(person, now) {
    person.behind = true;
    this.at = Math.min(this.at, now + AGAIN_AFTER);
  }

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

  // again says once more, to all who missed it within a moment at once, what holds.
  async again() {
    this.at = Infinity;
    const { people, stated } = this.#here;
    const behind = [...people.byID.values()].filter((person) => person.behind);
    for (const person of behind) person.behind = false;
    for (const { number, payload } of [...stated.values()]) {
      if (behind.some(({ toldAt }) => number > toldAt)) await this.#say(payload);
    }
  }

  // forget: the place is another.
  forget() { this.at = Infinity; }
}

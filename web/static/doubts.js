// What does not add up in a sealed room, told to the person in it: strangers at the
// door, messages that nobody sealed, and members who are shown other people. Told
// less and less often, so that nobody can shout by it.

const DIFFER_FOR = 5000; // ms that two members may see different people before it is said
// How many rosters of that time are remembered: a room's worth of people who come
// at once. If more do, what is late may be called different.
const MAX_PAST = 64;

// worthSaying: the first, second, fourth, eighth … time of the same thing, so that
// a hostile server can't fill the page with warnings.
const worthSaying = (n) => (n & (n - 1)) === 0;

export class Doubts {
  #clock;
  #notice;
  #ghosts = 0;
  #forged = 0;
  #own = ""; // hash of whom we see
  #past = []; // {hash, until} of whom we saw before, oldest first

  // notice(code, text, value) tells the person.
  constructor({ clock, notice }) {
    this.#clock = clock;
    this.#notice = notice;
  }

  // ghost: somebody without the room's key was shown to us.
  ghost() {
    this.#ghosts++;
    if (!worthSaying(this.#ghosts)) return;
    this.#notice("ghost", `Somebody without this room’s key tried to come in (${this.#ghosts} so far). They were not let in and can read nothing.`, this.#ghosts);
  }

  // forged: something did not prove to be genuine.
  forged() {
    this.#forged++;
    if (!worthSaying(this.#forged)) return;
    this.#notice("forged", `Something reached you that no member of this room sealed, or that came twice (${this.#forged} so far). It was dropped. The server or the network may be tampering.`, this.#forged);
  }

  // arrived begins a place: nobody is seen yet.
  arrived() {
    this.#own = "";
    this.#past = [];
  }

  // see notes the hash of whom we see now. What others say they see is measured
  // against it.
  see(hash, people) {
    if (hash === this.#own) return;
    const now = this.#clock.now();
    this.#past = this.#past.filter(({ until }) => now - until < DIFFER_FOR).slice(1 - MAX_PAST);
    this.#past.push({ hash: this.#own, until: now });
    this.#own = hash;
    for (const person of people) if (person.roster === hash) person.differs = 0;
  }

  // compare notes whom a member sees. For a moment after a change, the state
  // before it is no difference: the change may not have reached them. When several
  // people come at once, that goes for each of the states between.
  compare(person, roster) {
    const now = this.#clock.now();
    person.roster = roster;
    const late = ({ hash, until }) => roster === hash && now - until < DIFFER_FOR;
    if (roster === this.#own || this.#past.some(late)) {
      person.differs = 0;
      person.told = false;
    } else if (person.differs === 0) {
      person.differs = now;
    }
  }

  // tell tells of differences that have lasted, and returns when to look again.
  tell(people, now) {
    let until = Infinity;
    for (const person of people) {
      if (person.differs === 0 || person.told) continue;
      const due = person.differs + DIFFER_FOR;
      if (now < due) {
        until = Math.min(until, due);
        continue;
      }
      person.told = true;
      this.#notice("roster_differs", `${person.nick} is shown other people in this room than you are. The server may be hiding somebody. Compare /verify.`, person.nick);
    }
    return until;
  }
}

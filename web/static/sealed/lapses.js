// What members of a sealed room did seal, and this page can't read. It is not the server
// who is to blame for that. Each is counted in a line, and there are fewer and fewer lines,
// so that nobody fills a page by it. The twin of lapses.go in Go's rooms/seal.

// What a server does to somebody's voice is told in the same way.
//
// ms that the next of them wait for a line once one was told, twice as long each time
const PAUSE = 10_000;
const LONGEST_PAUSE = 600_000;

const lines = {
  unknown_kind: (nick, n) => `${nick}’s program sent something that this version does not know (${n} so far).`,
  unreadable: (nick, n) => `${nick} sealed something that can’t be read (${n} so far). Their program does not keep to the rules.`,
  voice_changed: (nick, n) => `The server changed, swapped or repeated what ${nick} says in voice (frames so far: ${n}). None of that is played.`,
  voice_late: (nick, n) => `What ${nick} says in voice comes too late to be played (${n} s of it so far): the server or the line keeps it back.`,
  voice_withheld: (nick, n) => `Nothing comes of what ${nick} says in voice, who is not muted as the server says (so far: ${n}): the server or the line keeps it back.`,
  voice_keyless: (nick) => `You can’t hear ${nick}: the key of their voice did not come. The server may keep it back.`,
};

// newLapses is a person's before there are any.
export const newLapses = () => Object.fromEntries(Object.keys(lines).map((code) => [code, newCount()]));
const newCount = () => ({ count: 0, told: 0, next: -Infinity, pause: 0 });

export class Lapses {
  #clock;
  #notice;

  // notice(code, text, ...values) tells the person.
  constructor({ clock, notice }) {
    this.#clock = clock;
    this.#notice = notice;
  }

  // add counts one of somebody's: code says what about it can't be read.
  add(person, code) {
    person.lapses[code].count++;
    this.look([person], this.#clock.now());
  }

  // end: they are about to leave, and what was counted has its line now.
  end(person) {
    for (const each of Object.values(person.lapses)) each.next = -Infinity;
    this.look([person], this.#clock.now());
  }

  // look tells of what is due, and returns when to look again.
  look(people, now) {
    let next = Infinity;
    for (const { nick, lapses = {} } of people) {
      for (const [code, each] of Object.entries(lapses)) {
        if (each.told === each.count) continue;
        if (now < each.next) {
          next = Math.min(next, each.next);
          continue;
        }
        each.told = each.count;
        each.pause = Math.min(2 * each.pause || PAUSE, LONGEST_PAUSE);
        each.next = now + each.pause;
        this.#notice(code, lines[code](nick, each.count), nick, each.count);
      }
    }
    return next;
  }
}

// What members of a sealed room did seal, and this page can't read. It is not the server
// who is to blame for that. Each is counted in a line, and there are fewer and fewer lines,
// so that nobody fills a page by it. The twin of lapses.go in Go's rooms/seal.

// ms that the next of them wait for a line once one was told, twice as long each time
const PAUSE = 10_000;
const LONGEST_PAUSE = 600_000;

const lines = {
  unknown_kind: (nick, n) => `${nick}’s program sent something that this version does not know (${n} so far).`,
  unreadable: (nick, n) => `${nick} sealed something that can’t be read (${n} so far). Their program does not keep to the rules.`,
};

// newLapses is a person's before there are any.
export const newLapses = () => ({ unknown_kind: newCount(), unreadable: newCount() });
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

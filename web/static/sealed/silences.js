// Members from whom nothing comes in a sealed room, and what somebody said before it could
// be sealed to us. The twin of silence.go and tally.go in Go's rooms/seal.

import { ASK_AGAIN, isAway, MOST_PARTS, noSum, SILENT_AFTER, someOf, worthSaying } from "./doubts.js";

const QUIET_AFTER = 10_000; // ms without a word, after which what we say asks for a sign of life
// ms that our own questions may take to come back before their silence counts all the
// same: longer than a page takes to give up a line that is stuck.
const STALLED_AFTER = 30_000;
// ms that a member may owe us an answer in sum, whatever keeps it back: our own line, a
// room that is busy, or a server that makes one of them last. An honest room is busy for
// seconds.
const UNANSWERED_FOR = 60_000;
const ONE_LOSS = 60_000; // ms that the loss of a connection can last without the place
const GATHER_FOR = 1000; // ms in which names are gathered of who came meanwhile

// How somebody who says nothing was told of by name.
const NAMED_AWAY = 1;
const NAMED_SILENT = 2;

// Silences are members from whom nothing comes: their machine sleeps, or the server keeps
// back what they send. Which, nobody but they can know; both are told in one line, whoever
// else knows them.
export class Silences {
  #clock;
  #notice;
  #waits;
  #late = []; // who came in while this end was not there to be told
  #lateSince = 0;
  #addedUp = 0; // ms; until when the time of those who owe an answer was

  // notice(code, text, ...values) tells the person; waits(person) says whether a question
  // to them could not leave yet.
  constructor({ clock, notice, waits }) {
    this.#clock = clock;
    this.#notice = notice;
    this.#waits = waits;
  }

  // listen wants a sign of life from those of whom nothing came for a while, now that we
  // have said something that they should have.
  listen(people) {
    const now = this.#clock.now();
    for (const person of people) if (person.doubt && now - person.heardAt >= QUIET_AFTER) this.want(person);
  }

  // linger wants one too where the server does not say for long that it took what we said,
  // at since, and returns when to look again.
  linger(people, since, now) {
    if (now < since + STALLED_AFTER) return since + STALLED_AFTER;
    this.listen(people.filter(({ shown }) => shown));
    return now + QUIET_AFTER;
  }

  want(person) { if (person?.shown && person.doubt) person.doubt.wanted ||= this.#clock.now(); }

  // heard: something came from a member, which is all that a sign of life is.
  heard(person) {
    const { nick, doubt } = person;
    person.heardAt = this.#clock.now();
    doubt.wanted = 0;
    if (doubt.unheard) this.#notice("heard_again", `${nick} is heard again.`, nick);
    doubt.unheard = false;
    if (doubt.since === 0) Object.assign(doubt, { asked: 0, pending: 0, refused: false, question: null, ...noSum() });
  }

  // addUp adds the time that has passed as things are, before they change. Time in which
  // our connection is lost does not count, but for what is more than one loss can last; nor
  // does time in which nobody looked, since this machine slept.
  addUp(people, now, down) {
    const passed = now - this.#addedUp;
    this.#addedUp = now;
    for (const person of people) {
      const { doubt } = person;
      if (!doubt?.pending || isAway(person, now)) continue;
      if (down && doubt.excused < ONE_LOSS) doubt.excused += passed;
      else doubt.waited += down ? passed : Math.min(passed, ASK_AGAIN);
    }
  }

  // overdueInSum returns those who owe an answer for too long in sum, and when to look
  // again.
  overdueInSum(people, now, down) {
    const silent = [];
    let next = Infinity;
    for (const person of people) {
      const { doubt } = person;
      if (!doubt?.pending || isAway(person, now)) continue;
      const left = UNANSWERED_FOR - doubt.waited + (down ? Math.max(0, ONE_LOSS - doubt.excused) : 0);
      if (left > 0) next = Math.min(next, now + left);
      else silent.push(person);
    }
    return { silent, next };
  }

  // overdue says whether somebody who was asked had their time to answer. It begins when
  // our question has come back, and the newest has to be back too: what they had answered
  // before came over the same line. A line that brings nothing at all is no silence of
  // theirs, unless it stays so, and it is none while it is we who are slow: not beyond a sum.
  overdue(person, now) {
    const { doubt } = person;
    if (doubt.pending === 0) return false;
    const [since, patience] = doubt.refused ? [doubt.pending, ASK_AGAIN]
      : doubt.question ? [doubt.out, SILENT_AFTER] : [doubt.pending, STALLED_AFTER];
    if (now - since < patience) return false;
    if (!this.#waits(person)) return true;
    doubt.pending = now;
    return false;
  }

  // unheard: nothing comes from a member who was asked.
  unheard({ nick, doubt, heardAt }) {
    if (doubt.unheard || !worthSaying(++doubt.silences)) return;
    doubt.unheard = true;
    const seconds = Math.floor((this.#clock.now() - heardAt) / 1000);
    this.#notice("unheard", `Nothing has come from ${nick} for ${seconds} seconds. Their machine sleeps, or the server keeps back what they send.`, nick, seconds);
  }

  // vouch notes whom a member knows who have said nothing here, {person, nick} each, and
  // tells of them by the name that they have there, once for all who know them.
  vouch({ nick: by, doubt }, silent) {
    const now = this.#clock.now();
    for (const { person } of silent) person.vouched = true;
    const due = silent.filter(({ person }) => (isAway(person, now) ? !person.named : (person.named ?? 0) < NAMED_SILENT && now >= person.since + SILENT_AFTER));
    if (due.length === 0 || !worthSaying(++doubt.tellings)) return;
    for (const { person, nick } of due.slice(0, MOST_PARTS)) {
      person.named = isAway(person, now) ? NAMED_AWAY : NAMED_SILENT;
      if (person.named === NAMED_AWAY) {
        this.#notice("absent", `${nick} is here too, says ${by}, and away just now. They get nothing that you say until they are back.`, nick, by);
      } else {
        this.#notice("unconfirmed.named", `${nick} is here too, says ${by}, and says nothing to you. They get nothing that you say. Their machine sleeps, or the server keeps back what they send.`, nick, by);
      }
    }
  }

  // miss: somebody who came in later had said something to all before they knew us.
  miss(person) {
    person.missed = true;
    if (this.#late.length === 0) this.#lateSince = this.#clock.now();
    this.#late.push(person);
  }

  // forget: the place is another.
  forget() { this.#late = []; }

  // missed tells of them, and returns when to look again.
  missed(now) {
    if (this.#late.length === 0) return Infinity;
    if (now < this.#lateSince + GATHER_FOR) return this.#lateSince + GATHER_FOR;
    const shown = someOf(this.#late.splice(0));
    this.#notice("unsealed", `You missed what ${shown.join(", ")} said on coming in: it was sealed before they knew that you are here.`, shown);
    return Infinity;
  }
}

// Tally counts what somebody says to all from their first word here, when they had said
// so much before, to the first of those that comes here: what they say meanwhile is not
// sealed to us.
export class Tally {
  #said;
  #lost = 0;
  #over = false;

  constructor(said) { this.#said = said; }

  // add returns how many are missing that no number of ours tells. What is sealed to us
  // alone tells of them too: perhaps nothing else comes.
  add({ all, number, missing }) {
    if (this.#over) return 0;
    this.#lost += missing;
    this.#over = all;
    const unsealed = Math.max(0, (all ? number - 1 : number) - this.#said - this.#lost);
    this.#said += unsealed;
    return unsealed;
  }
}

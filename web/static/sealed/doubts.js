// What does not add up in a sealed room, told to the person in it: strangers at the
// door, messages that nobody sealed, members who say nothing, and members who are
// shown other people. The twin of doubt.go in Go's rooms/seal; docs/SEALED.md is the
// scheme ("Views"). Told less and less often, so that nobody can shout by it.

export const SILENT_AFTER = 10_000; // ms that somebody may hold the link and say nothing before it is said
const STRANGER_FOR = 60_000; // ms until their keys are forgotten
const ASK_AFTER = 2000; // ms that a difference may last before its cause is asked for
export const ASK_AGAIN = 5000; // ms between two questions to one member
const ASK_SELDOM = 30_000; // where they are said to be silent: it waits for a machine that sleeps
// ms that somebody whose connection is lost, as the server tells, is not expected to say
// anything: a place waits no longer than a minute.
const AWAY_FOR = 65_000;
const QUESTION_EVERY = 2000; // ms between two questions, each to all who are due
export const ANSWER_EVERY = 1000; // ms between two answers, one for all who ask
// How many people a list of those who are shown may name for each ANSWER_EVERY until the
// next: a full room in which everybody owes one would be kept busy by lists alone.
export const LISTED_FOR = 16;
export const BUSY_ANSWER_EVERY = 3000; // while something else waits to leave
export const MOST_PARTS = 3; // differences, or names, that are told at a time: the others with the next
const MAX_VIEWS = 4096; // that one question remembers

// worthSaying: the first, second, fourth, eighth … time of the same thing, so that
// a hostile server can't fill the page with warnings.
export const worthSaying = (n) => (n & (n - 1)) === 0;

// someOf names some members, as many as are told at a time.
export function someOf(people) {
  const names = people.map(({ nick }) => nick);
  return names.length > MOST_PARTS ? [...names.slice(0, MOST_PARTS), "…"] : names;
}

// noSum is where the time begins in which a member owes us an answer, in ms: what waited
// of it, what was excused since the connection was lost, and whether the server gave back a
// question meanwhile. Only an answer begins it anew: each other thing that does, a server
// could bring about in time.
export const noSum = () => ({ waited: 0, excused: 0, taken: false });

// newDoubt is what we make at first of whom somebody shows. Times are ms, and 0 where
// there is none; what noDoubt has begins anew when both ends show the same again:
//
//   since      when what they show began to differ
//   early      nothing says that it differs but the first word of a newcomer, who could
//              not show us yet
//   asked      when they were asked last
//   pending    when they were asked first without an answer
//   refused    the server did not take a question of those
//   weak       what an answer differed in that may have been on its way → since when
//   told       what was told as a difference → the names that were said
//   said       something was told that is to be taken back
//   waited, excused, taken: how long they owe an answer (noSum)
//
//   heard      the hash of what they showed when they spoke last
//   question   what we have shown since our question was out, until the answer
//   out        when a question came back first, if that is later than pending
//   wanted     since when they are to give a sign of life
//   unheard    it was told that they give none
//   silences   times that they did not answer, for good: nobody shouts by being silent
//   tellings   times that they differed, for good: nor by making people up
//   questions  ours to them that may still be answered
//   asks       they asked us, and have no answer yet
const noDoubt = () => ({ since: 0, early: false, asked: 0, pending: 0, refused: false, weak: new Map(), told: new Map(), said: false, ...noSum() });
export const newDoubt = () => ({ ...noDoubt(), heard: "", question: null, out: 0, wanted: 0, unheard: false, silences: 0, tellings: 0, questions: 0, asks: false });

// isAway says whether somebody's connection is lost, as far as that can be.
export const isAway = ({ away, awaySince }, now) => Boolean(away) && now - awaySince < AWAY_FOR;

// isNow notes what the server says of somebody's connection. Who is lost again soon
// after is lost since the first time: otherwise a server could say so for ever. Who is
// back has the time that all have to say who they are.
export function isNow(person, away, now) {
  if (!away && !person.shown && isAway(person, now)) person.since = now;
  person.away = away;
  if (!away) person.backSince = now;
  else if (now - person.backSince >= AWAY_FOR) person.awaySince = now;
}

// Question is whom this end has shown since it asked.
class Question {
  views = new Set();
  names = new Map(); // id → the names they were shown by
  left = new Set(); // ids of those who were not shown all the time

  note(view, shown) {
    const here = new Set();
    for (const { peer, nick } of shown) {
      here.add(peer);
      if (!this.names.has(peer)) {
        this.names.set(peer, new Set());
        if (this.views.size > 0) this.left.add(peer); // came later
      }
      this.names.get(peer).add(nick);
    }
    for (const peer of this.names.keys()) if (!here.has(peer)) this.left.add(peer);
    this.views.add(view);
  }

  // differences says how an answer differs from all that was shown here: {id, matter, sure,
  // part} each, where part is [kind, names…]; a sure one can't be a question of who came
  // first to whom. Whoever is away may have come back as somebody new, and is none; who is
  // unconfirmed here is a "silent" one.
  differences(from, answer, { met, away, unconfirmed, you }) {
    const all = [];
    const add = (id, sure, ...part) => all.push({ id, matter: `${part[0]} ${id}`, sure, part });
    const listed = new Set(answer.map(({ id }) => id));
    for (const { id, nick } of answer) {
      const names = this.names.get(id);
      if (!names && !unconfirmed(id) && away(id)) continue;
      if (!names && unconfirmed(id)) {
        add(id, false, "silent", nick);
      } else if (!names) {
        add(id, !met(id), "differsShown", from, nick);
      } else if (!names.has(nick)) {
        add(id, false, "differsCalled", from, [...names].sort()[0], nick);
      }
    }
    for (const [id, names] of this.names) {
      if (listed.has(id) || this.left.has(id) || away(id)) continue;
      if (id === you) add(id, false, "differsYou", from);
      else add(id, false, "differsMissing", from, [...names].sort()[0]);
    }
    return all.sort((a, b) => (`${a.part}` < `${b.part}` ? -1 : 1));
  }
}

// isTold says whether a member was quoted already with what another says now.
function isTold({ matter, part: [kind, , ...names] }, people) {
  return kind !== "differsMissing" && [...people].some(({ doubt }) => doubt?.told.get(matter) === `${names}`);
}

// differs says whether they show other people than we do, as far as we know.
const differs = ({ since, early }) => since > 0 && !early;

// heardSince says whether a difference can't be a question of somebody's silence: who is
// not shown somewhere may be asleep, and is then not heard here either.
const heardSince = ({ part: [kind] }, person, since) => kind !== "differsMissing" || !person || person.heardAt > since;

export class Doubts {
  #clock;
  #notice;
  #silences;
  #lapses;
  #ghosts = 0;
  #forged = 0;
  #strangers = 0;
  #untaken = 0;
  #questioned = -Infinity; // ms; when questions left last
  #view = "";

  // notice(code, text, ...values) tells the person; silences and lapses are those of the room.
  constructor({ clock, notice, silences, lapses }) {
    this.#clock = clock;
    this.#notice = notice;
    this.#silences = silences;
    this.#lapses = lapses;
  }

  // notLetIn: somebody was shown to us who is not taken: a ghost, or of another
  // version, or here before.
  notLetIn(kind) {
    this.#ghosts++;
    if (!worthSaying(this.#ghosts)) return;
    const who = {
      version: "Somebody whose program speaks another version of sealed rooms tried to come in",
      used: "Somebody who had left was shown once more",
      full: "Somebody could not be let in, since the room is full",
    }[kind] ?? "Somebody without this room’s key tried to come in";
    this.#notice(kind in { version: 1, used: 1, full: 1 } ? `ghost.${kind}` : "ghost", `${who} (${this.#ghosts} so far). They were not let in and can read nothing.`, this.#ghosts);
  }

  // forged: something did not prove to be genuine.
  forged() {
    this.#forged++;
    if (!worthSaying(this.#forged)) return;
    this.#notice("forged", `Something reached you that no member of this room sealed, or that came twice (${this.#forged} so far). It was dropped. The server or the network may be tampering.`, this.#forged);
  }

  // see notes whom this end shows from now on: a hash, and {peer, nick} each.
  see(view, shown, people) {
    this.#view = view;
    for (const person of people) {
      const { doubt } = person;
      if (!doubt) continue; // ourselves
      if (doubt.heard === view) this.#agree(person);
      if (doubt.question?.views.size >= MAX_VIEWS) doubt.question = null;
      doubt.question?.note(view, shown);
    }
  }

  // agrees says whether they showed then whom we show now.
  agrees({ doubt }) { return doubt.heard === this.#view; }

  // compare notes whom a member showed when they spoke.
  compare(person, view, first) {
    const { doubt } = person;
    const early = first && !person.before;
    doubt.heard = view;
    if (view === this.#view) return this.#agree(person);
    doubt.early = early && (doubt.since === 0 || doubt.early);
    doubt.since ||= this.#clock.now();
  }

  #agree({ nick, doubt }) {
    if (doubt.said) this.#notice("roster_agrees", `${nick} and you are shown the same people again.`, nick);
    Object.assign(doubt, noDoubt());
  }

  // asked: our question to somebody is out, in the room's order.
  asked({ doubt }, shown) {
    if (doubt.asked === 0) return; // it needs no answer any more
    [doubt.question, doubt.taken] = [new Question(), true];
    if (doubt.out < doubt.pending) doubt.out = this.#clock.now();
    doubt.question.note(this.#view, shown);
  }

  // answered takes what a member says that they show. met(id) says whether somebody
  // was here at any time; people are those who are, by their keys' ids; you is our own.
  answered(person, view, answer, { met, people, you }) {
    const { nick, doubt } = person;
    const { question } = doubt;
    const now = this.#clock.now();
    if (doubt.questions === 0) return this.#lapses.add(person, "unreadable"); // nobody asked
    doubt.questions--;
    if (!question) return; // it can't be compared before our question is back, or needs not to be
    Object.assign(doubt, { question: null, pending: 0, refused: false, ...noSum() });
    if (question.views.has(view)) return this.#agree(person);
    const fresh = [];
    const silent = [];
    const away = (id) => people.has(id) && isAway(people.get(id), now);
    const unconfirmed = (id) => people.has(id) && !people.get(id).shown;
    for (const each of question.differences(nick, answer, { met, away, unconfirmed, you })) {
      const { id, matter, sure, part } = each;
      const since = doubt.weak.get(matter);
      if (part[0] === "silent") silent.push({ person: people.get(id), nick: part[1] });
      else if (doubt.told.has(matter) || isTold(each, people.values())) continue;
      else if (sure || (since !== undefined && heardSince(each, people.get(id), since))) fresh.push(each);
      else if (since === undefined) {
        doubt.weak.set(matter, now); // may be on its way: asked once more
        this.#silences.want(people.get(id));
      }
    }
    this.#silences.vouch(person, silent);
    if (fresh.length > 0) this.#differ(doubt, fresh.slice(0, MOST_PARTS));
  }

  // same takes a step for an answer if we were asking: its header says whom they show.
  same(person, view) {
    if (!person.doubt.question?.views.has(view)) return;
    person.doubt.question = null;
    this.#agree(person);
  }

  // differ tells of differences, if one is due: what is not told now the next answer
  // says again.
  #differ(doubt, fresh) {
    if (!worthSaying(++doubt.tellings)) return;
    doubt.said = true;
    for (const { matter, part } of fresh) doubt.told.set(matter, `${part.slice(2)}`);
    this.#notice("roster_differs", "The server may be hiding somebody, or who says so makes it up. Compare /verify.", fresh.map(({ part }) => part));
  }

  // silent tells that members gave no answer in time. Whom the server let no question
  // reach, as far as it shows, can't be blamed for that.
  #silent(people) {
    const asked = ({ doubt }) => doubt.taken || doubt.question;
    for (const person of people.filter(asked)) this.#saysNothing(person);
    const unasked = people.filter((person) => !asked(person) && !person.doubt.unheard);
    if (unasked.length === 0 || !worthSaying(++this.#untaken)) return;
    for (const { doubt } of unasked) doubt[differs(doubt) ? "said" : "unheard"] = true;
    const names = someOf(unasked);
    this.#notice("untaken", `Your page asks ${names.join(", ")} whom they are shown, and the server takes no such question. It is too busy, or it is hiding somebody. Compare /verify.`, names);
  }

  // saysNothing notes that a member gave no answer in time, whoever kept it back.
  #saysNothing(person) {
    const { nick, doubt } = person;
    if (!differs(doubt)) return this.#silences.unheard(person);
    if (!worthSaying(++doubt.silences)) return;
    doubt.said = true;
    this.#notice("roster_silent", `${nick} is shown other people than you are, and does not say whom. The server may be hiding somebody. Compare /verify.`, nick);
  }

  // disagree tells of what a member told others otherwise than us: what they said shows
  // it, or they say so of others.
  disagree(person, { twofold }, others) {
    const { nick } = person;
    if (twofold && worthSaying(++person.twofold)) {
      this.#notice("twofold", `${nick} told others something else than you. What you read here may not be what they read.`, nick);
    }
    for (const about of others.filter(({ shown }) => shown)) {
      if (!worthSaying(++person.disputes)) continue;
      this.#notice("twofold.said", `${nick} was told something else by ${about.nick} than you were. ${about.nick} tells people different things, or ${nick} makes it up.`, nick, about.nick);
    }
  }

  // excuse takes the ms in which the connection was lost off what others took for an
  // answer.
  excuse(people, lost) {
    for (const { doubt } of people) {
      for (const at of ["since", "asked", "pending", "out", "wanted"]) if (doubt?.[at] > 0) doubt[at] += lost;
    }
  }

  // closeSums tells of those who owe an answer for too long in sum, whose sums begin anew,
  // and returns when to look again. down says that our connection is lost.
  closeSums(people, now, down) {
    const { silent, next } = this.#silences.overdueInSum(people, now, down);
    this.#silent(silent);
    for (const { doubt } of silent) Object.assign(doubt, noSum());
    return next;
  }

  // ask returns whom to ask now, about differences that last and for signs of life, and
  // when to look again. Nothing is expected of who is away.
  ask(people, now) {
    const asked = [];
    const silent = [];
    let next = Infinity;
    for (const person of people) {
      const { doubt, shown } = person;
      if (!shown || !doubt || (doubt.since === 0 && doubt.wanted === 0)) continue;
      if (isAway(person, now)) {
        Object.assign(doubt, { asked: 0, pending: 0, refused: false, question: null });
        next = Math.min(next, person.awaySince + AWAY_FOR);
        continue;
      }
      const due = Math.min(doubt.wanted || Infinity, doubt.since === 0 ? Infinity : doubt.since + ASK_AFTER);
      const again = doubt.asked === 0 ? due : doubt.asked + (doubt.unheard ? ASK_SELDOM : ASK_AGAIN);
      const at = Math.max(again, this.#questioned + QUESTION_EVERY);
      if (now < at) {
        next = Math.min(next, at);
        continue;
      }
      if (this.#silences.overdue(person, now)) silent.push(person);
      asked.push(person);
      next = Math.min(next, now + ASK_AGAIN);
    }
    this.#silent(silent);
    for (const { doubt } of asked) {
      doubt.pending ||= now;
      [doubt.asked, doubt.question] = [now, null];
    }
    if (asked.length > 0) this.#questioned = now;
    return { due: asked, next };
  }

  // watch tells of those who hold the link and say nothing, calls gone for whoever
  // did so for too long, and returns when to look again.
  watch(people, now, gone) {
    let next = Infinity;
    for (const person of people) {
      if (person.shown || person.gone) continue;
      if (isAway(person, now)) {
        next = Math.min(next, person.awaySince + AWAY_FOR);
        continue;
      }
      if (now < person.since + SILENT_AFTER) {
        next = Math.min(next, person.since + SILENT_AFTER);
        continue;
      }
      if (person.vouched && now < person.since + 2 * SILENT_AFTER) { // they are told of by name
        next = Math.min(next, person.since + 2 * SILENT_AFTER);
      } else if (!person.silent && !person.named) {
        person.silent = true;
        if (worthSaying(++this.#strangers)) {
          this.#notice("unconfirmed", `Somebody with this room’s link came in and says nothing (${this.#strangers} so far). They get nothing that you say. Or the server keeps back what they send.`, this.#strangers);
        }
      }
      if (now < person.since + STRANGER_FOR) {
        next = Math.min(next, person.since + STRANGER_FOR);
        continue;
      }
      person.gone = true;
      gone(person);
    }
    return next;
  }
}

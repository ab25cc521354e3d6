// What a member's end says in a sealed room without being asked by its person: who we
// are, whom we show, questions about differences that last, and steps. It says each when
// it is due, and tells when to look again. Knows how none of it is sealed.

import { ANSWER_EVERY, BUSY_ANSWER_EVERY, LISTED_FOR } from "./doubts.js";

export class Duties {
  #here;
  #doubts;
  #silences;
  #lapses;
  #sending;
  #later;
  #say;
  #stepping = false; // whether a step is about to be sealed
  #telling = false; // whether somebody is about to be told who we are
  #answered = { same: -Infinity, list: -Infinity }; // ms; when questions were answered last

  // here is the SealedRoom; later(task) runs a task in the order of everything else;
  // say(payload, ...people) promises that it was said to those of them who are here.
  constructor({ here, doubts, silences, lapses, sending, later, say }) {
    this.#here = here;
    this.#doubts = doubts;
    this.#silences = silences;
    this.#lapses = lapses;
    this.#sending = sending;
    this.#later = later;
    this.#say = say;
  }

  // look sees to what time brings, and returns when to look again: strangers who say
  // nothing, differences that last, pairs that should step. open says whether anybody
  // could answer.
  look(session, now, open) {
    const people = [...this.#here.people.byID.values()];
    const silent = Math.min(this.#silences.missed(now), this.#doubts.watch(people, now, ({ peer }) => session.remove(peer)));
    this.#here.count();
    const summed = Math.min(silent, this.#lapses.look(people, now), this.#doubts.closeSums(people, now, !open));
    if (!open) return summed;
    const lingered = Math.min(summed, this.#silences.linger(people, this.#sending.saidSince, now));
    const asked = this.#doubts.ask(people, now);
    this.#question(asked.due.filter((person) => !this.#sending.asks(person)));
    if (this.#sending.suspended) return Math.min(lingered, asked.next);
    const replied = this.#reply(people, now);
    if (this.#sending.slow) return Math.min(lingered, asked.next, replied); // what waits carries the shares
    const { due, next } = session.due(now, people.filter(({ shown }) => shown).map(({ peer }) => peer));
    const peers = due.map((peer) => this.#here.people.byPeer.get(peer));
    if (peers.length > 0 && !this.#stepping) {
      this.#stepping = true;
      this.#later(async () => {
        await this.#say({ t: "step" }, ...peers);
        this.#stepping = false;
      });
    }
    return Math.min(lingered, asked.next, replied, this.#stepping ? Infinity : next);
  }

  // question asks members whom they show, with one message.
  #question(due) {
    if (due.length === 0 || !this.#sending.hasRoom("ask")) return;
    for (const { doubt } of due) doubt.questions++;
    this.#later(() => this.#say({ t: "ask" }, ...due));
  }

  // reply answers all who ask with one message, or with two, more seldom while something
  // else waits, and returns when to look again. Who asks and shows whom we show needs no
  // list of them: the header of a step says the same. A long list leaves more seldom.
  #reply(people, now) {
    const asking = people.filter(({ doubt }) => doubt?.asks);
    if (asking.length === 0 || !this.#sending.hasRoom("view")) return Infinity; // until something leaves
    const every = this.#sending.slow ? BUSY_ANSWER_EVERY : ANSWER_EVERY;
    const shown = () => this.#here.shown.map(({ peer, nick }) => ({ id: peer, nick }));
    const list = Math.max(every, (ANSWER_EVERY * this.#here.shown.length) / LISTED_FOR);
    return Math.min(
      this.#answer(asking.filter((person) => this.#doubts.agrees(person)), () => ({ t: "step" }), "same", every, now),
      this.#answer(asking.filter((person) => !this.#doubts.agrees(person)), () => ({ t: "view", shown: shown() }), "list", list, now),
    );
  }

  #answer(to, payload, kind, every, now) {
    if (to.length === 0) return Infinity;
    const at = this.#answered[kind] + every;
    if (now < at) return at;
    this.#answered[kind] = now;
    for (const { doubt } of to) doubt.asks = false;
    this.#later(() => this.#say(payload(), ...to));
    return Infinity;
  }

  // sayView says whom we show, now that everybody has said who they are: what we told them
  // until then showed fewer to each, and all would have to ask.
  sayView() {
    const told = this.#here.people.shown.filter((person) => person.told);
    if (told.length > 0) this.#later(() => this.#say({ t: "step" }, ...told));
  }

  // introduce answers all who greeted us, and tells all who told us who they are, with
  // one message each, behind what came with theirs. What has no room now is told later.
  introduce() {
    const all = () => [...this.#here.people.byID.values()];
    if (this.#telling || !this.#here.you || !this.#sending.hasRoom("step") || !all().some(({ greeted, owed }) => greeted || owed)) return;
    this.#telling = true;
    this.#later(async () => {
      try {
        const greeted = all().filter((person) => person.greeted);
        if (greeted.length > 0 && this.#sending.hasRoom("step")) {
          for (const person of greeted) person.greeted = false;
          await this.#say({ t: "step" }, ...greeted);
        }
        if (this.#here.you) await this.#confirm(...all().filter(({ owed }) => owed));
      } finally {
        this.#telling = false;
      }
    });
  }

  // tellWhoIsShown tells those who we are whom this end shows, and who would take nothing
  // else of it.
  tellWhoIsShown() { return this.#confirm(...[...this.#here.people.byID.values()].filter(({ owed, shown }) => owed && shown)); }

  // confirm tells some members who we are. Those who are not shown get a message of their
  // own, which says neither what the topic is nor whom we show.
  async #confirm(...owed) {
    for (const known of [false, true]) {
      const to = owed.filter(({ shown }) => shown === known);
      if (to.length === 0 || !this.#sending.hasRoom("confirm")) continue;
      for (const person of to) [person.owed, person.told] = [false, true];
      const { topic, aside, greeting, you } = this.#here;
      const tells = known && greeting === 0;
      await this.#say({ t: "confirm", nick: you.nick, topic: tells && topic.at > 0 ? topic : undefined, aside: tells && aside.on ? { text: aside.text } : undefined }, ...to);
    }
  }
}

// What a sealed message of somebody's does here, if it can be opened: a gap where some are
// missing before it, who somebody is, a doubt that ends or begins, and what they say.
// Knows no ciphers and no server.

import { isDishonest, isLate } from "./mending.js";
import { forAll, decode } from "./payload.js";
import { fromBase64url, hex } from "./seal.js";
import { isToAll, senderOf } from "./session.js";
import { Tally } from "./silences.js";

export class Hearing {
  #here;
  #doubts;
  #silences;
  #lapses;
  #statements;
  #voice; // Spoken
  #session; // () => that of our place, or null
  #clock;
  #date;

  constructor({ here, doubts, silences, lapses, statements, session, voice, clock, date }) {
    this.#voice = voice;
    this.#here = here;
    this.#doubts = doubts;
    this.#silences = silences;
    this.#lapses = lapses;
    this.#statements = statements;
    this.#session = session;
    this.#clock = clock;
    this.#date = date;
  }

  // opens opens what the server passed on, and says whether it is genuine.
  async opens(frame) {
    const person = this.#here.people.byID.get(frame.from.id);
    const body = fromBase64url(frame.body) ?? new Uint8Array();
    // The sender's id stands in the header. It is compared before anything is
    // opened, which can be done but once.
    // What a stranger says to all is nothing that anybody here is to be told of.
    if (!person || senderOf(body) !== person.peer || (!person.shown && isToAll(body))) return false;
    let opened;
    try {
      opened = await this.#session().open(body, fromBase64url(frame.wrap) ?? new Uint8Array(), this.#clock.now());
    } catch {
      return false;
    }
    if (opened.greeting) person.greeted = true; // nobody's words: they say first who they are
    return opened.greeting || this.#hears(person, opened, frame.at);
  }

  // hears takes what somebody sealed, and says false of what nobody would have.
  async #hears(person, opened, at) {
    person.skipped += opened.missing;
    const payload = decode(opened.text);
    if (!person.shown && !["confirm", "step"].includes(payload?.t)) return false; // a stranger writes on nobody's screen
    this.#count(person, opened);
    if (payload?.t === "") {
      this.#lapses.add(person, "unknown_kind");
      return true;
    }
    if (!payload || forAll(payload.t) !== opened.all) {
      this.#lapses.add(person, "unreadable");
      return true;
    }
    const first = !person.shown;
    if (first) {
      person.owed = !person.told && (person.before || payload.t === "confirm");
      if (payload.t === "step") return true;
      await this.#show(person, payload, opened);
    }
    this.#silences.heard(person);
    this.#doubts.compare(person, hex(opened.view.hash), first);
    this.#doubts.disagree(person, opened, (this.#session()?.compare(opened) ?? []).map((id) => this.#here.people.byPeer.get(id)));
    await this.#happens(person, payload, opened, { first, at });
    return true;
  }

  // count shows how many messages are missing before this one.
  #count(person, opened) {
    let unsealed = person.tally?.add(opened) ?? 0;
    if (unsealed > 0 && !person.before && !person.missed) {
      this.#silences.miss(person);
      unsealed = 0;
    }
    person.skipped += unsealed;
    if (person.shown) this.#gap(person);
  }

  // gap tells of what is missing of somebody who is shown, by the name that they go by now.
  #gap(person) {
    if (person.skipped > 0) this.#here.gap(person.skipped, person);
    person.skipped = 0;
  }

  // show shows somebody who said who they are.
  async #show(person, { nick }, opened) {
    await this.#here.show(person, nick);
    this.#gap(person);
    if (this.#here.greeting === 0) await this.#statements.name();
    person.tally = new Tally(opened.number);
    if (person.told && this.#session().said > person.toldAt) {
      person.greeted = true; // what answers a greeting says so
    }
    this.#statements.shown(this.#clock.now());
    if (!person.before && opened.number > 0) this.#silences.miss(person);
  }

  async #happens(person, payload, opened, { first, at }) {
    switch (payload.t) {
      case "confirm": // says who somebody is, once; to all that is said by other words
        if (first && person.before && payload.aside) this.#here.setAside(person, { on: true, ...payload.aside });
        if (first && person.before && payload.topic) this.#here.learnTopic(person, payload.topic, this.#date());
        return;
      case "step":
        return this.#doubts.same(person, hex(opened.view.hash));
      case "voice":
        this.#voice.keyed(person, payload);
        return;
      case "ask":
        person.doubt.asks = true;
        return;
      case "view":
        return this.#doubts.answered(person, hex(opened.view.hash), payload.shown, {
          met: (id) => this.#session().met(id), people: this.#here.people.byPeer, you: this.#here.you.peer,
        });
    }
    // What nobody may do changes nothing. No honest program asks for some of it; what came
    // too late is missing, since what keeps it back may be the server. The rest was
    // overtaken, or is about what never came here, and then there is nothing to show.
    const why = await this.#here.happened(payload, person, { at, now: this.#clock.now(), hash: hex(opened.hash), to: this.#here.you });
    if (isDishonest(why)) this.#lapses.add(person, "unreadable");
    if (isLate(why)) this.#here.gap(1, person);
  }
}

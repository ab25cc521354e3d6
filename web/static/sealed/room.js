// A sealed room as its member's own end shows it: the frames of any room, in the clear
// and numbered anew, and what they are made of: who is here, under which names, what it
// is about. Knows no keys but those that stand in a view, and no connection.

import { changesOf, Comparison } from "./comparison.js";
import { mends, Recent, withoutWords } from "./mending.js";
import { isPlaceholder, memberOf, People, personOf } from "./people.js";
import { References } from "./references.js";
import { hex } from "./seal.js";
import { newSpoken, voiceOf } from "./spoken.js";
import { generateNick } from "../data/words.js";

const MAX_SKEW = 86_400_000; // ms from our own clock that a topic's time may be

export class SealedRoom {
  you = null; // null: there is no place
  people = new People();
  topic = { text: "", at: 0 };
  rules = { door: "open" };
  references = new References();
  recent = new Recent();
  greeting = 0; // ms; until when the welcome waits for the others' names; 0: it does not
  view = noView; // whom this end shows
  lostTo = null; // who has our name now, and we have not said so
  stated = new Map(); // of ours, what holds until it is said otherwise: kind → {payload, missed: who}

  #room;
  #onView;
  #wish;
  #seq = 0;
  #voice; // whether the server offers it
  #since; // ms; since when this place has missed what was said in the last one
  #out = []; // frames that are ready
  #afterwards = []; // what waits for the welcome
  #unconfirmed = 0; // as was last told
  #comparison = new Comparison();
  #outdated = []; // what is to be told that words that were shown hold no more

  // room is the Room; onView(view, shown) is told whom this end shows from now on; wish is
  // the name to ask for.
  constructor(room, onView, wish = generateNick()) {
    this.#room = room;
    this.#wish = wish;
    this.#onView = onView;
  }

  // wish is what this person wants to be called.
  get wish() { return this.#wish; }

  // name is what the people here call it: it has none but its number, and
  // no open room is called like that.
  get name() { return `sealed:${this.#room.name.slice(0, 6)}`; }

  // ---- What is told ----

  // takeOut gives away what is ready.
  takeOut() { return this.#out.splice(0); }

  // emit tells a frame; while the welcome waits, after it. Who is here, what the topic is
  // and what the rules are the welcome will tell itself.
  emit(frame) {
    if (this.greeting === 0) this.#out.push(frame);
    else if (!["joined", "left", "renamed", "away", "aside", "topic", "rules", "host"].includes(frame.t)) this.#afterwards.push(frame);
  }

  notice(code, text, ...values) { this.emit({ t: "notice", own: true, code, text, values }); }
  refuse(op, code, message) { this.emit({ t: "error", own: true, code, message, op }); }

  // gap tells that so many messages of somebody's are missing.
  gap(missed, person) { this.emit({ t: "gap", missed, seq: this.#seq, from: personOf(person) }); }

  // welcomed: the welcome waits no longer.
  welcomed() {
    this.greeting = 0;
    this.#out.push(this.#welcome(false), ...this.#asides(), ...this.#afterwards.splice(0));
  }

  // back tells that the place was taken back.
  back() { if (this.greeting === 0) this.#out.push(this.#welcome(true), ...this.#asides()); }

  // asides go with a welcome: who of those who are shown is away.
  #asides() { return this.people.shown.filter(({ aside }) => aside !== undefined).map((person) => ({ t: "aside", member: memberOf(person) })); }

  #welcome(resumed) {
    return {
      t: "welcome", v: 1, room: this.name, kind: "sealed", topic: this.topic.text,
      you: memberOf(this.you), members: this.people.shown.map(memberOf), rules: this.rules, seq: this.#seq, resumed, since: this.#since, voice: this.#voice,
    };
  }

  // ---- A place ----

  // begin begins a place: of a member whom the server calls so, with that peer's key. voice
  // says that the server offers it.
  begin(member, me, since, voice) {
    this.#voice = voice;
    this.people = new People();
    this.references.clear();
    this.recent = new Recent();
    this.view = noView;
    this.stated.clear();
    this.#since = since;
    this.#unconfirmed = 0;
    this.lostTo = null;
    this.you = { ...memberOf({ ...member, aside: undefined }), peer: me.id, public: me.key, shown: true, key: "", spoken: newSpoken() };
  }

  // sitDown puts this end itself among the people, in the order in which they came.
  sitDown() {
    if (this.people.byID.has(this.you.id)) return;
    this.people.add(this.you);
    this.people.name(this.you, this.#wish);
  }

  // greet lets the welcome wait until then.
  async greet(until) {
    this.greeting = until;
    const taken = this.#comparison.renewed();
    if (taken) this.emit(taken);
    await this.see();
  }

  end() {
    this.you = null;
    this.greeting = 0;
    this.#afterwards = [];
  }

  // ---- Whom this end shows ----

  // shown is {peer, key, nick} of each.
  get shown() {
    return this.people.shown.map((person) => ({ peer: person.peer, key: person.public, nick: person.nick }));
  }

  // see notes whom it shows from now on.
  async see() {
    const { shown } = this;
    const hash = await this.#room.viewOf(shown);
    if (hex(hash) === hex(this.view.hash)) return;
    this.view = { epoch: this.view.epoch + 1, hash };
    this.#onView(this.view, shown);
    for (const outdate of this.#outdated.splice(0)) outdate(shown);
    const taken = this.#comparison.changed(hex(hash), shown);
    if (taken) this.emit(taken);
  }

  // show shows somebody who has said who they are, and tells of whoever lost a name by it.
  async show(person, claim) {
    const lost = this.people.introduce(person, claim);
    if (lost) this.emit({ t: "renamed", seq: ++this.#seq, member: memberOf(lost.loser), was: lost.was });
    if (lost?.loser === this.you) {
      this.lostTo = person;
      this.notice("nick_taken", "That name, or one that looks like it, is taken in this room.");
    }
    person.shown = true;
    this.emit({ t: "joined", seq: ++this.#seq, member: memberOf(person) });
    if (person.spoken.in) this.emit(voiceOf(person));
    await this.see();
  }

  async left(person, reason) {
    this.people.remove(person);
    this.recent.left(person.peer);
    if (!person.shown) return;
    const why = reason === "removed" ? "nothing is sealed to them from here on" : undefined;
    this.emit({ t: "left", seq: ++this.#seq, member: memberOf(person), reason, why });
    this.#disputeOver(this.people.endDispute(person, ""));
    await this.see();
  }

  // governed tells who governs the room now, or how.
  governed(frame) { this.emit({ ...frame, seq: ++this.#seq }); }

  away(person) { if (person.shown) this.emit({ t: "away", seq: ++this.#seq, member: memberOf(person) }); }

  // count tells how many hold the link and are not shown, when that has changed.
  count() {
    if (this.people.unconfirmed === this.#unconfirmed) return;
    this.#unconfirmed = this.people.unconfirmed;
    this.emit({ t: "unconfirmed", count: this.#unconfirmed });
  }

  // ---- The safety words ----

  // verify returns the words, as numbers, whom they are about, when they were compared,
  // and a promise of who changed, once they hold no more.
  async verify() {
    const { shown, you } = this;
    const outdated = new Promise((resolve) => {
      this.#outdated.push((now) => resolve(this.you.peer === you.peer ? changesOf(shown, now) : [["cameAnew"]]));
    });
    this.#comparison.read(hex(this.view.hash), shown);
    const names = [this.you.nick, ...shown.filter(({ peer }) => peer !== this.you.peer).map(({ nick }) => nick)];
    return { numbers: await this.#room.wordsFor(shown), names, comparedAt: this.#comparison.at, outdated };
  }

  // compared notes that those were the same for all.
  compared(now) {
    const told = this.#comparison.agreed(now, hex(this.view.hash), this.shown);
    if (told) this.emit(told);
    else this.notice("unread", "You have not looked at the words yet: /verify shows them, and whom they are about.");
  }

  // ---- What is said ----

  // happened makes frames of a payload, or returns why it changes nothing. at is when, by
  // the server's clock, and now by ours; hash names it; to is whom a whisper is for; op is
  // ours, if it is.
  async happened(payload, from, { at, now, hash, to, op }) {
    if (mends(payload)) return this.#mend(payload, from, at, op);
    switch (payload.t) {
      case "say": {
        const { text, action, options, re } = payload;
        const seq = ++this.#seq;
        this.emit({ t: "said", seq, at, from: personOf(from), text, action: action || undefined, options: options ?? undefined, re: re ? this.references.number(re) : undefined, op });
        this.#remember(hash, { seq, by: from.peer, at, here: now, options: options?.length });
        return;
      }
      case "whisper":
        this.emit({ t: "whispered", at, from: personOf(from), to: personOf(to), text: payload.text, op });
        return;
      case "leap":
        this.emit({ t: "leapt", at, from: personOf(from), key: payload.key, op });
        return;
      case "offer": {
        const seq = ++this.#seq;
        this.emit({ t: "offered", seq, at, from: personOf(from), file: payload.file, op });
        this.#remember(hash, { seq, by: from.peer, at, here: now, file: true });
        return;
      }
      case "nick":
        return this.#rename(from, payload.nick, op);
      case "topic":
        return this.setTopic(from, { text: payload.text, at }, op);
      case "aside":
        return this.setAside(from, payload, op);
      case "typing":
        if (from !== this.you) this.emit({ t: "typing", member: { id: from.id } });
    }
  }

  // remember notes what was said: it can be answered, reacted to, changed and taken back.
  #remember(hash, message) {
    this.references.add(hash, message.seq);
    this.recent.add(hash, message);
  }

  // mayMend judges what is asked here about something said, behind payloads that have not
  // happened yet.
  mayMend(op, now, before) {
    return this.recent.asked(op, { you: this.you.peer, now, before });
  }

  // mend tells what was done with something said, or returns why nothing was.
  #mend(payload, from, at, op) {
    const why = this.recent.judge(payload, from.peer, at);
    if (why) return why;
    const re = this.recent.happened(payload, from.peer);
    const frame = { seq: ++this.#seq, from: personOf(from), re, op };
    if (payload.t === "retract") [this.#out, this.#afterwards] = [this.#out, this.#afterwards].map((frames) => withoutWords(frames, re));
    if (payload.t === "react") this.emit({ t: "reacted", ...frame, emoji: payload.emoji, on: payload.on });
    else if (payload.t === "retract") this.emit({ t: "retracted", ...frame });
    else this.emit({ t: "amended", ...frame, text: payload.text });
    return null;
  }

  async #rename(person, claim, op) {
    const was = person.nick;
    const ended = this.people.endDispute(person, claim);
    this.people.name(person, claim);
    if (person === this.you) this.lostTo = null;
    if (person === this.you && !isPlaceholder(person.nick)) this.#wish = person.nick;
    if (person.nick !== was) this.emit({ t: "renamed", seq: ++this.#seq, member: memberOf(person), was, op });
    this.#disputeOver(ended);
    await this.see();
  }

  // disputeOver tells that a dispute about a name is over, and who has it.
  #disputeOver(dispute) {
    if (dispute) this.emit({ t: "renamed", seq: ++this.#seq, member: memberOf(dispute.winner), was: dispute.was });
  }

  // learnTopic takes what a newcomer is told by somebody who was there.
  learnTopic(from, { text, at }, now) {
    const told = Math.abs(at - now) < MAX_SKEW ? at : now;
    if (told > this.topic.at) this.setTopic(from, { text, at: told });
  }

  // aside is whether this person is away, and why: {on, text}.
  get aside() { return { on: this.you.aside !== undefined, text: this.you.aside ?? "" }; }

  // setAside notes that somebody is away, or back, and tells of it if that is news, or was
  // asked for here.
  setAside(person, { on, text }, op) {
    const aside = on ? text : undefined;
    if (person.aside === aside && !op) return;
    person.aside = aside;
    this.emit({ t: "aside", seq: ++this.#seq, member: memberOf(person), op });
  }

  setTopic(from, topic, op) {
    const changed = topic.text !== this.topic.text;
    this.topic = topic;
    if (from !== this.you) this.stated.delete("topic");
    if (changed || op) this.emit({ t: "topic", seq: ++this.#seq, from: personOf(from), text: topic.text, op });
  }
}

const noView = { epoch: 0, hash: new Uint8Array(32) };

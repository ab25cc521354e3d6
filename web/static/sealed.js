// A sealed room made to look like an open one: on this side of it are the frames
// of any room, in the clear; on the other, a Connection that carries hellos and
// sealed messages. The twin of Seat in Go's rooms/seal; docs/SEALED.md is the
// scheme. Knows no DOM, and no socket but through the connection.
//
// It promises the same about an op as a Connection does: its copy comes back, or
// a refusal, or it is handed to onUnsent. What was under way when a connection
// was lost is sent again by itself: nobody can receive it twice.
//
// Encryption takes its time and messages have an order, so all that happens
// here, in either direction, goes through one queue.

import { Connection } from "./connection.js";
import { ANSWER_EVERY, BUSY_ANSWER_EVERY, Doubts, isAway, isNow, newDoubt, worthSaying } from "./doubts.js";
import { Allowance, intent, SAY_BURST, SAY_RATE, tooFast } from "./intent.js";
import { decode, encode, forAll } from "./payload.js";
import { memberOf, People, personOf } from "./people.js";
import { limits } from "./protocol.js";
import { References } from "./references.js";
import { base64url, fromBase64url, hex, Room } from "./seal.js";
import { SealedOutbox } from "./sealedoutbox.js";
import { senderOf, Session } from "./sealsession.js";
import { generateNick } from "./words.js";

const CONFIRM_WAIT = 2000; // ms that a welcome waits for those who are here to say who they are
const MAX_SKEW = 86_400_000; // ms from our own clock that a topic's time may be
// ms that the server may leave open what became of what was under way at a loss, while
// all that is said here waits
const BARRIER_WAIT = 30_000; // what a place keeps takes that long over 70 kbit/s
const KEYS_LIVE = 60_000; // ms that a place whose connection is lost keeps its keys
// Sealed messages that wait to be opened. More come only from a flood; what does
// not fit shows as missing, by its sender's counter.
const MAX_WAITING = 1024;

export class Sealed {
  kind = "sealed";

  #room;
  #name;
  #connection;
  #clock;
  #onFrames;
  #onPhase;
  #onUnsent;

  #queue = Promise.resolve();
  #queued = 0; // tasks in it
  #waiting = 0; // sealed messages among them
  #ids = 0;
  #out = []; // frames for onFrames
  #afterwards = []; // what waits for the welcome
  #expiry = null; // what cancels the death of the keys, while the connection is lost
  #wake = { at: Infinity, cancel: () => {} };

  #session = null; // of the place we have
  #coming = null; // of the place that was asked for
  #you = null;
  #wish = generateNick();
  #early = []; // ops from before the first welcome
  #people = new People();
  #topic = { text: "", at: 0 };
  #seq = 0; // events are numbered anew on this side
  #since; // ms; since when this place has missed what was said in the last one
  #references = new References();
  #outbox;
  #ops = 0; // sealed messages handed to the connection so far
  #last = new Uint8Array(16); // the hash of our newest message to all that happened
  #barriers = 0;
  #barrierBy = Infinity; // when the answer to the one that is out is overdue
  #downAt = 0; // ms; since when the connection is not open; 0: it is
  #lost = true; // whether no welcome has come since it was not
  #leaving = "left"; // what is said of ops that leave() cuts off
  #greeting = 0; // until when the welcome waits; 0: it does not
  #doubts;
  #view = { epoch: 0, hash: new Uint8Array(32) }; // whom we show
  #counted = 0; // strangers that were last told of
  #stepping = false; // whether a step is about to be sealed
  #telling = false; // whether somebody is about to be told who we are
  #answered = -Infinity; // ms; when questions were answered last
  #compared = null; // {at, view, shown} of the safety words, while that holds
  #read = null; // the same of those that were shown last
  #typed = -Infinity;
  #allowance = new Allowance(SAY_RATE, SAY_BURST);

  // enter opens a room by its secret. The rest is as for a Connection; join()
  // makes it go.
  static async enter({ secret, openSocket, clock, hints, onFrames, onPhase, onUnsent }) {
    const s = new Sealed();
    s.#room = await Room.open(secret);
    s.#name = nameOf(s.#room);
    s.#clock = clock;
    s.#doubts = new Doubts({ clock, notice: (...words) => s.#notice(...words) });
    s.#outbox = new SealedOutbox({
      clock, seal: (entry, first) => s.#seal(entry, first), send: (frame) => s.#connection.signal(frame), later: (task) => s.#enqueue(task),
    });
    s.#onFrames = onFrames;
    s.#onPhase = onPhase;
    s.#onUnsent = onUnsent;
    s.#connection = new Connection({
      room: s.#room.name, hello: () => s.#enqueue(() => s.#hello()), openSocket, clock, hints,
      onFrames: (frames) => frames.forEach((frame) => s.#receive(frame)),
      onPhase: () => s.#phaseChanged(),
      onUnsent,
    });
    return s;
  }

  get phase() { return this.#connection.phase; }
  get reason() { return this.#connection.reason; }
  get lostAt() { return this.#connection.lostAt; }
  get askedAt() { return this.#connection.askedAt; }
  get reached() { return this.#connection.reached; }
  get buffered() { return this.#connection.buffered; }

  // name is what the people here call the room: it has none but its number.
  get name() { return this.#name; }

  join() { this.#connection.join(); }
  retryNow() { this.#connection.retryNow(); }

  // leave says goodbye, after what is being sealed, and forgets the keys.
  leave(why = "left") {
    this.#leaving = why;
    if (this.#queued === 0) this.#connection.leave();
    else this.#enqueue(() => this.#connection.leave());
  }

  // ready says whether send takes an op.
  get ready() { return this.#connection.ready; }

  // send does an op, as a Connection's.
  send(op) {
    if (op.t === "held") return this.#connection.send(op);
    if (!this.ready) return null;
    const identified = { ...op, id: `s${++this.#ids}` };
    this.#enqueue(() => this.#do(identified).catch((error) => this.#refuse(identified, "not_allowed", error.message)));
    return identified.id;
  }

  // signal sends typing, and what its sender has sealed and keeps account of.
  signal(op) {
    if (op.t === "pass" && this.#you) this.#connection.signal(op);
    if (op.t === "typing" && this.phase === "open") this.#enqueue(() => this.#typing());
  }

  // verify returns the words to read aloud, as numbers, and whom they are about, by
  // name, you first: {numbers, names}; null before there is a place.
  verify() {
    return this.#enqueue(async () => {
      if (!this.#session) return null;
      const shown = this.#shown();
      this.#read = { view: hex(this.#view.hash), shown };
      const names = [this.#you.nick, ...shown.filter(({ peer }) => peer !== this.#you.peer).map(({ nick }) => nick)];
      return { numbers: await this.#room.wordsFor(shown), names, comparedAt: this.#compared?.at ?? 0 };
    });
  }

  // compared notes that the words that verify returned last were the same for all. It
  // holds until somebody comes, goes or changes their name; who did while they were
  // read is told instead.
  compared() {
    return this.#enqueue(() => {
      if (!this.#session) return;
      if (!this.#read) return this.#notice("unread", "You have not looked at the words yet: /verify shows them, and whom they are about.");
      this.#compared = { at: this.#clock.now(), ...this.#read };
      if (this.#holds()) this.#emit({ t: "compared", at: this.#compared.at, people: this.#compared.shown.length });
    });
  }

  // idle promises that all that came or was asked for so far is done.
  idle() { return this.#enqueue(() => {}); }

  // ---- The queue ----

  #enqueue(task) {
    this.#queued++;
    const result = this.#queue.then(task);
    this.#queue = result
      .catch((error) => globalThis.reportError?.(error)) // a mistake of ours
      .then(() => {
        this.#queued--;
        this.#handOut();
      });
    return result;
  }

  #receive(frame) {
    if (frame.t === "passed") { // has no order, and whoever takes it opens it
      if (this.#greeting === 0 && this.#people.byID.get(frame.from?.id)?.shown) this.#onFrames([frame]);
      return;
    }
    const theirs = frame.t === "sealed" && frame.from?.id !== this.#you?.id;
    if (theirs && this.#waiting >= MAX_WAITING) return;
    if (theirs) this.#waiting++;
    const back = this.#lost;
    if (frame.t === "welcome") this.#lost = false;
    this.#enqueue(async () => {
      if (theirs) this.#waiting--;
      if (this.phase === "left") return;
      try {
        await this.#take(frame, back);
      } catch (error) {
        this.#suspect(); // a frame that is not what the protocol says
        globalThis.reportError?.(error); // or a mistake of ours
      }
    });
  }

  // handOut gives away what is ready, and sees to it that the rest will be.
  #handOut() {
    const now = this.#clock.now();
    this.#tellOwed();
    if (now >= this.#barrierBy) {
      this.#barrierBy = Infinity;
      this.#connection.end({ own: true, code: "unanswered", message: "The server did not say within half a minute what became of what was on its way when the connection was lost. The connection was ended." });
    }
    if (this.#greeting > 0) {
      if (now < this.#greeting && this.#people.unconfirmed) return this.#wakeAt(Math.min(this.#greeting, this.#barrierBy));
      this.#greeting = 0;
      this.#out.push(this.#welcome(false), ...this.#afterwards.splice(0));
      for (const op of this.#early.splice(0)) this.#enqueue(() => this.#do(op));
    }
    this.#wakeAt(Math.min(this.#look(now), this.#barrierBy));
    if (this.#out.length > 0) this.#onFrames(this.#out.splice(0));
  }

  // look sees to what time brings, and returns when to look again: strangers who say
  // nothing, differences that last, pairs that should step.
  #look(now) {
    if (!this.#session) return Infinity;
    const people = [...this.#people.byID.values()];
    const silent = this.#doubts.watch(people, now, ({ peer }) => this.#session.remove(peer));
    this.#count();
    if (this.phase !== "open") return silent; // nobody could answer
    const asked = this.#doubts.ask(people, now);
    for (const person of asked.due) if (!this.#outbox.asks(person)) this.#enqueue(() => this.#tell({ t: "ask" }, person));
    if (this.#outbox.holding) return Math.min(silent, asked.next);
    const replied = this.#reply(people, now);
    const { due, next } = this.#session.due(now);
    const peers = due.map((peer) => this.#people.byPeer.get(peer)).filter((person) => person?.shown);
    if (peers.length > 0 && !this.#stepping) {
      this.#stepping = true;
      this.#enqueue(async () => {
        await this.#tell({ t: "step" }, ...peers);
        this.#stepping = false;
      });
    }
    return Math.min(silent, asked.next, replied, this.#stepping ? Infinity : next);
  }

  // reply answers all who ask with one message, once nothing else waits, and returns
  // when to look again.
  #reply(people, now) {
    const asking = people.filter(({ doubt }) => doubt?.asks);
    if (asking.length === 0) return Infinity;
    const every = this.#outbox.slow ? BUSY_ANSWER_EVERY : ANSWER_EVERY;
    if (now < this.#answered + every) return this.#answered + every;
    if (!this.#outbox.hasRoom("view")) return Infinity; // until something leaves
    this.#answered = now;
    for (const { doubt } of asking) doubt.asks = false;
    this.#enqueue(() => this.#tell({ t: "view", shown: this.#shown().map(({ peer, nick }) => ({ id: peer, nick })) }, ...asking));
    return Infinity;
  }

  // count tells how many hold the link and are not shown, when that has changed.
  #count() {
    if (this.#people.unconfirmed === this.#counted) return;
    this.#counted = this.#people.unconfirmed;
    this.#emit({ t: "unconfirmed", count: this.#counted });
  }

  #wakeAt(at) {
    if (at === this.#wake.at) return;
    this.#wake.cancel();
    this.#wake = { at, cancel: () => {} };
    if (at === Infinity) return;
    this.#wake.cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#wake.at = Infinity;
      this.#handOut();
    });
  }

  // emit hands a frame out; while the welcome waits, after it. Who is here and
  // what the topic is the welcome will tell itself.
  #emit(frame) {
    if (this.#greeting === 0) this.#out.push(frame);
    else if (!["joined", "left", "renamed", "away", "topic"].includes(frame.t)) this.#afterwards.push(frame);
  }

  #phaseChanged() {
    if (this.phase !== "open") {
      this.#lost = true;
      this.#downAt ||= this.#clock.now();
    } else if (this.#downAt > 0) {
      this.#doubts.excuse(this.#people.byID.values(), this.#clock.now() - this.#downAt);
      this.#downAt = 0;
    }
    if (this.phase === "waiting") this.#barrierBy = Infinity;
    if (this.phase === "waiting" && this.#session) {
      this.#outbox.hold("away");
      this.#expiry ??= this.#clock.after(KEYS_LIVE, () => this.#enqueue(() => this.#expire()));
    }
    if (this.phase === "open") this.#keep();
    if (this.phase === "left") this.#stop(this.#leaving);
    if (this.phase === "refused" || this.phase === "ended") this.#enqueue(() => this.#stop("unknown")); // after what still came
    this.#onPhase(this);
  }

  // keep takes back that the keys were to die.
  #keep() {
    this.#expiry?.();
    this.#expiry = null;
  }

  // expire forgets the keys of a place that can't be taken back any more.
  #expire() {
    if (this.#expiry) this.#forget();
    this.#expiry = null;
  }

  #stop(why) {
    this.#keep();
    for (const op of this.#early.splice(0)) this.#onUnsent(op, why);
    this.#giveUp(why);
    this.#forget();
  }

  // ---- What we do ----

  async #hello() {
    this.#coming = await Session.begin(this.#room);
    return base64url(await this.#coming.hello());
  }

  async #do(op) {
    if (!this.#you || this.#greeting > 0) { // who is here is not known yet
      if (this.phase === "connecting" || this.phase === "open") this.#early.push(op);
      else this.#onUnsent(op, this.phase === "left" ? "left" : "unknown");
      return;
    }
    const { payload, to, code, message } = intent(op, {
      people: this.#people, you: this.#you,
      reference: (seq) => this.#references.hash(seq), maySay: () => this.#allowance.take(this.#clock.now()) === 0,
    });
    if (code) this.#refuse(op, code, message);
    else if (to) await this.#pack(op, payload, to);
    else await this.#pack(op, payload);
  }

  async #typing() {
    const now = this.#clock.now();
    if (!this.#you || now - this.#typed < limits.typingEvery || this.#outbox.slow) return;
    this.#typed = now;
    await this.#pack(null, { t: "typing" });
  }

  // pack makes a message of a payload, for everybody who is shown or for some.
  async #pack(op, payload, ...to) {
    if (!this.#session || !this.#outbox.hasRoom(payload.t)) {
      if (op) this.#refuse(op, "not_allowed", "The connection is not up to that yet. Try again in a moment.");
      return;
    }
    const all = forAll(payload.t);
    const receivers = all ? this.#people.shown.filter((person) => person !== this.#you) : to;
    const message = this.#session.compose(encode(payload), all, receivers.map(({ peer }) => peer));
    await this.#outbox.add({ op, payload, to, message });
  }

  // tell tells some members what nobody asked us to say. What can't be told now is
  // told later or not at all.
  async #tell(payload, ...to) {
    const here = to.filter(({ id, peer }) => this.#people.byID.get(id)?.peer === peer && this.#session?.linked(peer));
    if (here.length > 0) await this.#pack(null, payload, ...here);
  }

  // seal seals a message for those who are here now.
  async #seal({ message }, first) {
    if (first) this.#session.last = this.#last; // what was sealed after that did not happen
    const { body, wraps } = await this.#session.seal(message, this.#clock.now());
    return {
      t: "seal",
      id: (++this.#ops).toString(16),
      body: base64url(body),
      wraps: Object.entries(wraps).map(([peer, wrap]) => ({ to: this.#people.byPeer.get(peer).id, wrap: base64url(wrap) })),
    };
  }

  #refuse(op, code, message) {
    this.#emit({ t: "error", own: true, code, message, op });
  }

  // giveUp hands back what nobody can know the fate of.
  #giveUp(why) {
    for (const { op } of this.#outbox.giveUp()) if (op) this.#onUnsent(op, why);
  }

  #forget() {
    this.#session?.forget();
    this.#session = null;
    this.#you = null;
    this.#outbox.holding = "";
    this.#barrierBy = Infinity;
    this.#greeting = 0;
    this.#afterwards = [];
  }

  // ---- What we hear ----

  async #take(frame, back) {
    if (frame.t !== "welcome" && !this.#you) return this.#suspect(); // there is no place for it to happen in
    switch (frame.t) {
      case "welcome":
        return this.#arrive(frame, back);
      case "joined":
        return this.#meet(frame.member, false);
      case "left":
        return this.#part(frame.member.id, frame.reason);
      case "away":
        return this.#away(frame.member);
      case "sealed":
        return frame.from.id === this.#you.id ? this.#ownCopy(frame) : this.#open(frame);
      case "gap":
        return; // excuses nothing: what is missing shows by itself
      case "synced":
        if (frame.id === this.#outbox.holding) await this.#sealAnew();
        return;
      case "error":
        return this.#refused(frame);
      case "notice": // none of its words is this end's
        return this.#emit({ t: "notice", code: frame.code, text: frame.text });
      case "held":
        return this.#emit(frame);
      default:
        return this.#suspect(); // in a sealed room nothing else is said
    }
  }

  // arrive begins a place, or goes on with it after a lost connection: not without one,
  // since all that is said waits from then on.
  async #arrive(frame, back) {
    const resumed = frame.resumed === true;
    const asked = resumed ? back && this.#you !== null && frame.you.id === this.#you.id : this.#coming !== null;
    if (frame.kind !== "sealed" || frame.room !== this.#room.name || !asked) {
      this.#connection.end({ own: true, code: "other_place", message: "The server put us into another place than the sealed one that was asked for. The connection was ended." });
      return;
    }
    if (resumed) {
      if (this.#greeting === 0) this.#out.push(this.#welcome(true));
      this.#outbox.hold(`seal${++this.#barriers}`);
      this.#connection.signal({ t: "sync", id: this.#outbox.holding });
      this.#barrierBy = this.#clock.now() + BARRIER_WAIT;
      return;
    }
    this.#giveUp("unknown");
    this.#forget();
    this.#session = this.#coming;
    this.#coming = null;
    this.#people = new People();
    this.#references.clear();
    this.#since = frame.since;
    this.#view = { epoch: 0, hash: new Uint8Array(32) };
    this.#last = new Uint8Array(16);
    this.#counted = 0;
    this.#you = { ...memberOf(frame.you), peer: this.#session.me.id, public: this.#session.me.key, shown: true, key: "" };
    for (const member of frame.members) {
      if (member.id !== this.#you.id) {
        await this.#meet(member, true);
      } else if (!this.#people.byID.has(member.id)) {
        this.#people.add(this.#you);
        this.#people.name(this.#you, this.#wish);
      }
    }
    this.#greeting = this.#clock.now() + CONFIRM_WAIT;
    this.#renewed();
    await this.#see();
    const greeting = await this.#session.greet();
    if (greeting) await this.#outbox.add({ op: null, payload: { t: "" }, to: [], message: greeting });
  }

  #welcome(resumed) {
    return {
      t: "welcome", v: 1, room: this.#name, kind: "sealed", topic: this.#topic.text,
      you: memberOf(this.#you), members: this.#people.shown.map(memberOf), seq: this.#seq, resumed, since: this.#since,
    };
  }

  // meet checks the hello of somebody whom the server shows. before: they were here
  // when we came.
  async #meet(member, before) {
    if (this.#people.byID.has(member.id)) return;
    try {
      const peer = await this.#session.add(fromBase64url(member.hello ?? "") ?? new Uint8Array(), before);
      this.#people.add({
        ...memberOf(member), nick: "", peer: peer.id, public: peer.key, before, since: this.#clock.now(), awaySince: this.#clock.now(), backSince: -Infinity,
        shown: false, greeted: false, owed: false, told: false, unknown: 0, key: "", silent: false, gone: false, doubt: newDoubt(),
      });
    } catch (error) {
      this.#doubts.notLetIn(error.kind);
    }
  }

  // part forgets somebody, and the keys shared with them.
  async #part(id, reason) {
    const person = this.#people.byID.get(id);
    if (!person || person === this.#you) return;
    this.#people.remove(person);
    this.#session.remove(person.peer);
    if (!person.shown) return;
    this.#emit({ t: "left", seq: ++this.#seq, member: memberOf(person), reason });
    await this.#see();
  }

  #away({ id, away = false }) {
    const person = this.#people.byID.get(id);
    if (!person || (person.away ?? false) === away) return;
    isNow(person, away, this.#clock.now());
    if (person.shown) this.#emit({ t: "away", seq: ++this.#seq, member: memberOf(person) });
  }

  // confirm tells some members who we are.
  async #confirm(...to) {
    if (to.length === 0 || !this.#outbox.hasRoom("confirm")) return;
    for (const person of to) [person.owed, person.told] = [false, true];
    const topic = this.#topic.at === 0 || this.#greeting > 0 ? undefined : this.#topic;
    return this.#tell({ t: "confirm", nick: this.#you.nick, topic }, ...to);
  }

  // open opens what the server passed on.
  async #open(frame) {
    const person = this.#people.byID.get(frame.from.id);
    const body = fromBase64url(frame.body) ?? new Uint8Array();
    // The sender's id stands in the header. It is compared before anything is
    // opened, which can be done but once.
    if (!person || senderOf(body) !== person.peer) return this.#suspect();
    let opened;
    try {
      opened = await this.#session.open(body, fromBase64url(frame.wrap) ?? new Uint8Array(), this.#clock.now());
    } catch {
      return this.#suspect();
    }
    if (opened.greeting) { // nobody's words: they say first who they are
      person.greeted = true;
      return;
    }
    const payload = decode(opened.text);
    if (!person.shown && !["confirm", "step"].includes(payload?.t)) return this.#suspect(); // a stranger writes on nobody's screen
    if (opened.missing > 0) this.#emit({ t: "gap", missed: opened.missing, seq: this.#seq });
    if (payload?.t === "") return worthSaying(++person.unknown) && this.#notice("unknown_kind", `${person.nick || "Somebody"}’s program sent something that this version does not know.`, person.nick);
    if (!payload || forAll(payload.t) !== opened.all) return this.#suspect();
    const first = !person.shown;
    if (first) {
      person.owed = !person.told && (person.before || payload.t === "confirm");
      if (payload.t === "step") return;
      this.#introduce(person, payload.nick);
      person.shown = true;
      this.#emit({ t: "joined", seq: ++this.#seq, member: memberOf(person) });
      await this.#see();
    }
    this.#doubts.compare(person, hex(opened.view.hash));
    if (opened.twofold) this.#notice("twofold", `${person.nick} told others something else than you, or the server made it seem so. What you read here may not be what they read.`, person.nick);
    if (payload.t === "confirm") { // says who somebody is, once; to all that is said by other words
      const { topic } = payload;
      const now = this.#clock.now();
      const at = topic && Math.abs(topic.at - now) < MAX_SKEW ? topic.at : now;
      if (first && person.before && topic && at > this.#topic.at) this.#setTopic(person, { text: topic.text, at });
    } else if (payload.t === "ask") {
      person.doubt.asks = true;
    } else if (payload.t === "view") {
      this.#doubts.answered(person, hex(opened.view.hash), payload.shown, {
        met: (id) => this.#session.met(id), you: this.#you.peer,
        away: (id) => this.#people.byPeer.has(id) && isAway(this.#people.byPeer.get(id), this.#clock.now()),
      });
    } else {
      await this.#happened(payload, person, { at: frame.at, hash: hex(opened.hash), to: this.#you });
    }
  }

  // tellOwed answers all who greeted us, and tells all who told us who they are, with
  // one message each, behind what came with theirs. What has no room now is told later.
  #tellOwed() {
    const all = () => [...this.#people.byID.values()];
    if (this.#telling || !this.#you || !this.#outbox.hasRoom("step") || !all().some(({ greeted, owed }) => greeted || owed)) return;
    this.#telling = true;
    this.#enqueue(async () => {
      try {
        const greeted = all().filter((person) => person.greeted);
        if (greeted.length > 0 && this.#outbox.hasRoom("step")) {
          for (const person of greeted) person.greeted = false;
          await this.#tell({ t: "step" }, ...greeted);
        }
        if (this.#you) await this.#confirm(...all().filter(({ owed }) => owed));
      } finally {
        this.#telling = false;
      }
    });
  }

  // shown is whom this end shows: {peer, key, nick} each.
  #shown() {
    return this.#people.shown.map((person) => ({ peer: person.peer, key: person.public, nick: person.nick }));
  }

  // see notes whom this end shows from now on.
  async #see() {
    const shown = this.#shown();
    const hash = await this.#room.viewOf(shown);
    if (hex(hash) === hex(this.#view.hash)) return;
    this.#view = { epoch: this.#view.epoch + 1, hash };
    this.#session.see(this.#view);
    this.#doubts.see(hex(hash), shown, this.#people.byID.values());
    this.#holds();
  }

  // holds takes a comparison back that does not hold any more, says who changed, and
  // whether it did.
  #holds() {
    const was = this.#compared;
    if (!was || was.view === hex(this.#view.hash)) return was !== null;
    this.#compared = null;
    const shown = this.#shown();
    const before = new Map(was.shown.map(({ peer, nick }) => [peer, nick]));
    const now = new Map(shown.map(({ peer, nick }) => [peer, nick]));
    const changes = [];
    for (const [peer, nick] of now) {
      if (!before.has(peer)) changes.push(["cameIn", nick]);
      else if (before.get(peer) !== nick) changes.push(["renamedTo", before.get(peer), nick]);
    }
    for (const [peer, nick] of before) if (!now.has(peer)) changes.push(["wentAway", nick]);
    this.#emit({ t: "compared", at: 0, changes });
    return false;
  }

  // renewed takes a comparison back since this end has a new place, with a new key.
  #renewed() {
    if (this.#compared) this.#emit({ t: "compared", at: 0, changes: [["cameAnew"]] });
    this.#compared = this.#read = null;
  }

  // introduce names somebody by their first message, and tells of whoever lost a
  // name by it. Our own name gives way only until our welcome: afterwards people
  // know us by it.
  #introduce(person, claim) {
    const lost = this.#people.introduce(person, this.#greeting > 0 ? this.#you : null, claim);
    if (lost) this.#emit({ t: "renamed", seq: ++this.#seq, member: memberOf(lost.loser), was: lost.was });
  }

  // ownCopy is our own message coming back in the room's order: it happened.
  async #ownCopy(frame) {
    const { entry, late = [] } = this.#outbox.happened(frame.body);
    if (!entry) return this.#suspect();
    for (const { op: refused } of late) if (refused) this.#refuse(refused, tooFast.code, tooFast.message);
    const { op, payload, to, message } = entry;
    if (message.all) this.#last = message.hash;
    if (payload.t !== "") await this.#happened(payload, this.#you, { at: frame.at, hash: hex(message.hash), to: to[0], op });
    await this.#outbox.flush();
  }

  // happened makes frames of a payload.
  async #happened(payload, from, { at, hash, to, op }) {
    switch (payload.t) {
      case "say": {
        const { text, action, re } = payload;
        const seq = ++this.#seq;
        this.#emit({ t: "said", seq, at, from: personOf(from), text, action: action || undefined, re: re ? this.#references.number(re) : undefined, op });
        this.#references.add(hash, seq);
        return;
      }
      case "whisper":
        this.#emit({ t: "whispered", at, from: personOf(from), to: personOf(to), text: payload.text, op });
        return;
      case "offer":
        this.#emit({ t: "offered", seq: ++this.#seq, at, from: personOf(from), file: payload.file, op });
        return;
      case "nick":
        return this.#rename(from, payload.nick, op);
      case "topic":
        return this.#setTopic(from, { text: payload.text, at }, op);
      case "typing":
        if (from !== this.#you) this.#emit({ t: "typing", member: { id: from.id } });
        return;
      case "ask":
        if (from === this.#you && to.doubt) this.#doubts.asked(to, this.#shown());
    }
  }

  async #rename(person, claim, op) {
    const was = person.nick;
    this.#people.name(person, claim);
    if (person === this.#you) this.#wish = person.nick;
    if (person.nick === was) return;
    this.#emit({ t: "renamed", seq: ++this.#seq, member: memberOf(person), was, op });
    await this.#see();
  }

  #setTopic(from, topic, op) {
    const changed = topic.text !== this.#topic.text;
    this.#topic = topic;
    if (changed || op) this.#emit({ t: "topic", seq: ++this.#seq, from: personOf(from), text: topic.text, op });
  }

  // sealAnew: the own copies of what was under way did not come, so it did not happen.
  async #sealAnew() {
    this.#barrierBy = Infinity;
    await this.#outbox.anew(async (entry) => {
      if (entry.message.greets) {
        entry.message = await this.#session.greet();
        return entry.message !== null; // otherwise all have answered
      }
      if (entry.payload.t !== "whisper" || this.#people.byID.get(entry.to[0].id) === entry.to[0]) return true;
      this.#refuse(entry.op, "undelivered", "Whoever it was for has left.");
      return false;
    });
  }

  // refused passes on that an op of ours did not happen.
  async #refused(frame) {
    const entry = this.#outbox.refused(frame.id, frame.code === "rate_limited");
    if (entry === undefined) return this.#emit(frame);
    if (entry?.payload.t === "ask") entry.to[0].doubt.refused = true;
    if (entry?.op) this.#emit({ ...frame, op: entry.op });
    await this.#outbox.flush();
  }

  #notice(code, text, ...values) {
    this.#emit({ t: "notice", own: true, code, text, values });
  }

  // suspect: what came did not prove to be genuine.
  #suspect() {
    if (this.phase !== "left") this.#doubts.forged();
  }
}

// nameOf is what members call a sealed room: it has no name but its number.
const nameOf = (room) => `sealed-${room.name.slice(0, 6)}`;

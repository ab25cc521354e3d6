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
import { Doubts } from "./doubts.js";
import { Allowance, intent, SAY_BURST, SAY_RATE, tooFast } from "./intent.js";
import { decode, encode } from "./payload.js";
import { memberOf, People, personOf } from "./people.js";
import { limits } from "./protocol.js";
import { References } from "./references.js";
import { base64url, fromBase64url, hex, Room, Session } from "./seal.js";
import { generateNick } from "./words.js";

const CONFIRM_WAIT = 2000; // ms that a welcome waits for those who are here to say who they are
const KEYS_LIVE = 60_000; // ms that a place whose connection is lost keeps its keys
const MAX_UNSENT = 256; // messages that may wait for their own copy
// How many of them may be on their way at a time, and how many leave at once before
// they are paced by the server's own rate, in messages a second. Both are half of
// the server's burst, so that none is refused: whatever the network does to the
// time between them, in no span does the server meet more than what was on its way
// before, one burst of ours, and what our rate let out in it.
const FLIGHT_MOST = 64;
const SEAL_RATE = 8;
const SEAL_BYTES = 64 * 1024; // a second, of bodies; twice as many at once
// A room whose slower readers are behind takes less than that for a while. What it
// refused is sent again as it is, after a pause of ms that doubles.
const PAUSE = 500;
const LONGEST_PAUSE = 4000;
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
  #unsent = []; // {op, frame, payload, at, to, flying}: its own copy has not come
  #pace = new Allowance(SEAL_RATE, FLIGHT_MOST);
  #bytes = new Allowance(SEAL_BYTES, 2 * SEAL_BYTES);
  #pause = 0; // ms; 0: the room takes what it is sent
  #notBefore = 0; // ms; when it is tried again
  #go = null; // what cancels the next look at what may leave
  #barriers = 0;
  #holding = ""; // while it is set, what is sealed waits: for a connection, then for the
  // answer to the barrier of this id, behind which all is sent again in order
  #leaving = "left"; // what is said of ops that leave() cuts off
  #greeting = 0; // until when the welcome waits; 0: it does not
  #doubts;
  #excused = 0; // missing messages that the server has told of already
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

  // safetyWords returns the numbers of the twelve words to read aloud, or null
  // before there is a place.
  safetyWords() {
    return this.#enqueue(() => this.#session?.safetyWords() ?? null);
  }

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
    this.#enqueue(async () => {
      if (theirs) this.#waiting--;
      if (this.phase === "left") return;
      try {
        await this.#take(frame);
      } catch (error) {
        this.#suspect(); // a frame that is not what the protocol says
        globalThis.reportError?.(error); // or a mistake of ours
      }
    });
  }

  // handOut gives away what is ready, and sees to it that the rest will be.
  #handOut() {
    const now = this.#clock.now();
    if (this.#greeting > 0) {
      if (now < this.#greeting && this.#people.unconfirmed) return this.#wakeAt(this.#greeting);
      this.#greeting = 0;
      this.#out.push(this.#welcome(false), ...this.#afterwards.splice(0));
    }
    this.#wakeAt(this.#doubts.tell(this.#people.byID.values(), now));
    if (this.#out.length > 0) this.#onFrames(this.#out.splice(0));
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
    if (this.phase === "waiting" && this.#session) {
      this.#holding = "away";
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
    if (!this.#you) {
      if (this.phase === "connecting" || this.phase === "open") this.#early.push(op);
      else this.#onUnsent(op, this.phase === "left" ? "left" : "unknown");
      return;
    }
    const { payload, to, code, message } = intent(op, {
      people: this.#people, you: this.#you,
      reference: (seq) => this.#references.message(seq), maySay: () => this.#allowance.take(this.#clock.now()) === 0,
    });
    if (code) this.#refuse(op, code, message);
    else await this.#pack(op, payload, to);
  }

  async #typing() {
    const now = this.#clock.now();
    if (!this.#you || now - this.#typed < limits.typingEvery || this.#unsent.some(({ flying }) => !flying)) return;
    this.#typed = now;
    await this.#pack(null, { t: "typing" });
  }

  // pack seals a payload for everybody or for one, sends it, and keeps it until
  // its own copy has come back.
  async #pack(op, payload, to) {
    if (this.#unsent.length >= MAX_UNSENT) {
      if (op) this.#refuse(op, "not_allowed", "The connection is not up to that yet. Try again in a moment.");
      return;
    }
    const sealed = await this.#session.seal(encode(payload), to ? [to.peer] : undefined);
    const frame = {
      t: "seal",
      id: sealed.number.toString(16),
      body: base64url(sealed.body),
      wraps: Object.entries(sealed.wraps).map(([peer, wrap]) => ({ to: this.#people.byPeer.get(peer).id, wrap: base64url(wrap) })),
    };
    this.#unsent.push({ op, frame, payload, to, at: { from: this.#session.me.id, n: sealed.number }, flying: false });
    this.#flush();
  }

  // flush sends what was sealed, in that order, as much as may leave now. What was
  // refused waits until nothing sealed later is on its way, since receivers take
  // nothing that comes behind it, and goes alone.
  #flush() {
    this.#go?.();
    this.#go = null;
    const first = this.#unsent.findIndex(({ flying }) => !flying);
    const most = this.#pause > 0 ? 1 : FLIGHT_MOST;
    if (this.#holding || first < 0 || first >= most || this.#unsent.slice(first).some(({ flying }) => flying)) return;
    const now = this.#clock.now();
    const next = this.#unsent[first];
    const size = next.frame.body.length * 3 / 4;
    const wait = Math.max(this.#notBefore - now, this.#pace.wait(now), this.#bytes.wait(now, size));
    if (wait > 0) {
      this.#go = this.#clock.after(wait, () => this.#flush());
      return;
    }
    this.#pace.take(now);
    this.#bytes.take(now, size);
    next.flying = true;
    this.#connection.signal(next.frame);
    this.#flush();
  }

  // settled takes the i-th of the unsent out: the server has answered it.
  #settled(i) {
    const [settled] = this.#unsent.splice(i, 1);
    this.#flush();
    return settled;
  }

  #refuse(op, code, message) {
    this.#emit({ t: "error", code, message, op });
  }

  // giveUp hands back what nobody can know the fate of.
  #giveUp(why) {
    for (const { op } of this.#unsent.splice(0)) if (op) this.#onUnsent(op, why);
  }

  #forget() {
    this.#session?.forget();
    this.#session = null;
    this.#you = null;
    this.#holding = "";
    this.#greeting = 0;
    this.#afterwards = [];
  }

  // ---- What we hear ----

  async #take(frame) {
    if (frame.t !== "welcome" && !this.#you) return this.#suspect(); // there is no place for it to happen in
    switch (frame.t) {
      case "welcome":
        return this.#arrive(frame);
      case "joined": {
        await this.#meet(frame.member);
        await this.#rosterChanged();
        const person = this.#people.byID.get(frame.member.id);
        if (person) await this.#confirm(person);
        return;
      }
      case "left":
        this.#part(frame.member.id, frame.reason);
        return this.#rosterChanged();
      case "away":
        return this.#away(frame.member);
      case "sealed":
        return frame.from.id === this.#you.id ? this.#ownCopy(frame) : this.#open(frame);
      case "gap":
        if (!Number.isSafeInteger(frame.missed)) return this.#suspect();
        this.#excused += frame.missed;
        return this.#emit({ t: "gap", missed: frame.missed, seq: this.#seq });
      case "synced":
        if (frame.id === this.#holding) this.#sendAgain();
        return;
      case "error":
        return this.#refused(frame);
      case "notice":
      case "held":
        return this.#emit(frame);
      default:
        return this.#suspect(); // in a sealed room nothing else is said
    }
  }

  // arrive begins a place, or goes on with it after a lost connection.
  async #arrive(frame) {
    const resumed = frame.resumed === true;
    const asked = resumed ? this.#you !== null && frame.you.id === this.#you.id : this.#coming !== null;
    if (frame.kind !== "sealed" || frame.room !== this.#room.name || !asked) {
      this.#connection.end({ code: "other_place", message: "The server put us into another place than the sealed one that was asked for. The connection was ended." });
      return;
    }
    if (resumed) {
      if (this.#greeting === 0) this.#out.push(this.#welcome(true));
      this.#holding = `seal${++this.#barriers}`;
      this.#connection.signal({ t: "sync", id: this.#holding });
      return;
    }
    this.#giveUp("unknown");
    this.#forget();
    this.#session = this.#coming;
    this.#coming = null;
    this.#people = new People();
    this.#references.clear();
    this.#excused = 0;
    this.#since = frame.since;
    this.#doubts.arrived();
    this.#you = { ...memberOf(frame.you), peer: this.#session.me.id, shown: true, key: "", differs: 0, told: false };
    for (const member of frame.members) {
      if (member.id !== this.#you.id) {
        await this.#meet(member);
      } else if (!this.#people.byID.has(member.id)) {
        this.#people.add(this.#you);
        this.#people.name(this.#you, this.#wish);
      }
    }
    for (const person of this.#people.byID.values()) person.before = person !== this.#you;
    await this.#rosterChanged();
    this.#greeting = this.#clock.now() + CONFIRM_WAIT;
    await this.#confirm();
    for (const op of this.#early.splice(0)) await this.#do(op);
  }

  #welcome(resumed) {
    return {
      t: "welcome", v: 1, room: this.#name, kind: "sealed", topic: this.#topic.text,
      you: memberOf(this.#you), members: this.#people.shown.map(memberOf), seq: this.#seq, resumed, since: this.#since,
    };
  }

  // meet checks the hello of somebody whom the server shows.
  async #meet(member) {
    if (this.#people.byID.has(member.id)) return;
    let peer = null;
    try {
      peer = await this.#session.add(fromBase64url(member.hello ?? "") ?? new Uint8Array());
    } catch {
      // Whatever was wrong with it, nobody with the secret said it.
    }
    if (peer === null || peer === this.#session.me.id || this.#people.byPeer.has(peer)) {
      this.#doubts.ghost();
      return;
    }
    this.#people.add({ ...memberOf(member), nick: "", peer, shown: false, key: "", roster: "", differs: 0, told: false });
  }

  // part forgets somebody, and the keys shared with them.
  #part(id, reason) {
    const person = this.#people.byID.get(id);
    if (!person || person === this.#you) return;
    this.#people.remove(person);
    this.#session.remove(person.peer);
    if (person.shown) this.#emit({ t: "left", seq: ++this.#seq, member: memberOf(person), reason });
  }

  #away({ id, away = false }) {
    const person = this.#people.byID.get(id);
    if (!person || (person.away ?? false) === away) return;
    person.away = away;
    if (person.shown) this.#emit({ t: "away", seq: ++this.#seq, member: memberOf(person) });
  }

  // confirm tells one member, or all, who we are: only somebody with the secret
  // and a fresh key can.
  #confirm(to) {
    const topic = this.#topic.at === 0 ? undefined : this.#topic;
    return this.#pack(null, { t: "confirm", nick: this.#you.nick, topic }, to);
  }

  // open opens what the server passed on.
  async #open(frame) {
    const person = this.#people.byID.get(frame.from.id);
    const body = fromBase64url(frame.body) ?? new Uint8Array();
    // The sender's id stands in the header. It is compared before anything is
    // opened, which can be done but once.
    if (!person || hex(body.slice(17, 25)) !== person.peer) return this.#suspect();
    let opened;
    try {
      opened = await this.#session.open(body, fromBase64url(frame.wrap) ?? new Uint8Array());
    } catch {
      return this.#suspect();
    }
    const missing = opened.missing - this.#excused;
    this.#excused = Math.max(0, -missing);
    if (missing > 0) this.#emit({ t: "gap", missed: missing, seq: this.#seq });
    this.#doubts.compare(person, hex(opened.rosterHash));
    const payload = decode(opened.plaintext);
    if (!payload) return this.#suspect();
    if (!person.shown) {
      this.#introduce(person, payload.nick ?? "");
      person.shown = true;
      this.#emit({ t: "joined", seq: ++this.#seq, member: memberOf(person) });
    }
    this.#happened(payload, person, { at: frame.at, ref: { from: opened.from, n: opened.number }, to: this.#you });
  }

  // introduce names somebody by their first message, and tells of whoever lost a
  // name by it. Our own name gives way only until our welcome: afterwards people
  // know us by it.
  #introduce(person, claim) {
    const lost = this.#people.introduce(person, this.#greeting > 0 ? this.#you : null, claim);
    if (lost) this.#emit({ t: "renamed", seq: ++this.#seq, member: memberOf(lost.loser), was: lost.was });
  }

  // ownCopy is our own message coming back in the room's order: it happened.
  #ownCopy(frame) {
    const i = this.#unsent.findIndex((u) => u.frame.body === frame.body);
    if (i < 0) return this.#suspect();
    this.#pause = 0;
    // What was refused before it can't be sent as it is any more.
    const late = this.#unsent.splice(0, i).filter(({ op }) => op);
    for (const { op } of late) this.#refuse(op, tooFast.code, tooFast.message);
    const { op, payload, to, at } = this.#settled(0);
    this.#happened(payload, this.#you, { at: frame.at, ref: at, to, op });
  }

  // happened makes frames of a payload.
  #happened(payload, from, { at, ref, to, op }) {
    const time = Number.isSafeInteger(at) ? at : this.#clock.now();
    switch (payload.t) {
      case "say": {
        const { text, action, re } = payload;
        const seq = ++this.#seq;
        this.#emit({ t: "said", seq, at: time, from: personOf(from), text, action: action || undefined, re: re ? this.#references.number(re) : undefined, op });
        this.#references.add(ref, seq);
        return;
      }
      case "whisper":
        this.#emit({ t: "whispered", at: time, from: personOf(from), to: personOf(to), text: payload.text, op });
        return;
      case "offer":
        this.#emit({ t: "offered", seq: ++this.#seq, at: time, from: personOf(from), file: payload.file, op });
        return;
      case "confirm":
        if (payload.topic && payload.topic.at > this.#topic.at) this.#setTopic(from, payload.topic);
        if (from !== this.#you) this.#rename(from, payload.nick);
        return;
      case "nick":
        return this.#rename(from, payload.nick, op);
      case "topic":
        return this.#setTopic(from, { text: payload.text, at: time }, op);
      case "typing":
        if (from !== this.#you) this.#emit({ t: "typing", member: { id: from.id } });
    }
  }

  #rename(person, claim, op) {
    const was = person.nick;
    this.#people.name(person, claim);
    if (person === this.#you) this.#wish = person.nick;
    if (person.nick !== was) this.#emit({ t: "renamed", seq: ++this.#seq, member: memberOf(person), was, op });
  }

  #setTopic(from, topic, op) {
    const changed = topic.text !== this.#topic.text;
    this.#topic = topic;
    if (changed || op) this.#emit({ t: "topic", seq: ++this.#seq, from: personOf(from), text: topic.text, op });
  }

  // sendAgain: the own copies of these did not come, so they did not happen.
  #sendAgain() {
    this.#holding = "";
    for (const each of this.#unsent) each.flying = false;
    this.#flush();
  }

  // refused passes on that an op of ours did not happen.
  #refused(frame) {
    const i = this.#unsent.findIndex((u) => u.frame.id === frame.id);
    if (i < 0) return this.#emit(frame);
    if (frame.code === "rate_limited") {
      this.#pause = Math.min(Math.max(2 * this.#pause, PAUSE), LONGEST_PAUSE);
      this.#notBefore = this.#clock.now() + this.#pause;
      this.#unsent[i].flying = false;
      return this.#flush();
    }
    const { op } = this.#settled(i);
    if (op) this.#refuse(op, frame.code, frame.message);
  }

  #notice(code, text, value) {
    this.#emit({ t: "notice", code, text, value });
  }

  // suspect: what came did not prove to be genuine.
  #suspect() {
    if (this.phase !== "left") this.#doubts.forged();
  }

  async #rosterChanged() {
    this.#doubts.see(hex(await this.#session.rosterHash()), this.#people.byID.values());
  }
}

// nameOf is what members call a sealed room: it has no name but its number.
const nameOf = (room) => `sealed-${room.name.slice(0, 6)}`;

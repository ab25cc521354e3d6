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

import { Connection } from "../net/connection.js";
import { Allowance } from "./allowance.js";
import { Comings } from "./comings.js";
import { Doubts } from "./doubts.js";
import { Fates } from "./fates.js";
import { Governing } from "./governing.js";
import { Hearing } from "./hearing.js";
import { Lapses } from "./lapses.js";
import { intent, LEAP_RATE, SAY_BURST, SAY_RATE } from "./intent.js";
import { encode, forAll } from "./payload.js";
import { limits } from "../text/limits.js";
import { base64url, hex, Room } from "./seal.js";
import { Duties } from "./duties.js";
import { Sending } from "./sending.js";
import { SealedRoom } from "./room.js";
import { Session } from "./session.js";
import { Spoken } from "./spoken.js";
import { Silences } from "./silences.js";
import { Statements } from "./statements.js";
import { steady, TaskQueue } from "./tasks.js";

const CONFIRM_WAIT = 2000; // ms that a welcome waits for those who are here to say who they are
const ALONE_WAIT = 3 * CONFIRM_WAIT; // where none of them has: nobody may be told that they are alone while others are on their way
const KEYS_LIVE = 60_000; // ms that a place whose connection is lost keeps its keys
// Sealed messages that wait to be opened. More come only from a flood; what does
// not fit shows as missing, by its sender's counter.
const MAX_WAITING = 1024;

export class Sealed {
  kind = "sealed";

  #room;
  #here; // SealedRoom: what this end shows of it
  #connection;
  #clock;
  #date; // ms, as people read it: what is told to them
  #onFrames;
  #onPhase;
  #onUnsent;

  #queue;
  #waiting = 0; // sealed messages in it
  #ids = 0;
  #heldDue = 0; // how often the server is to show what it holds about this place
  #expiry = null; // what cancels the death of the keys, while the connection is lost

  #session = null; // of the place we have
  #coming = null; // of the place that was asked for
  #early = []; // ops from before the first welcome
  #sending;
  #ops = 0; // sealed messages handed to the connection so far
  #downAt = 0; // ms; since when the connection is not open; 0: it is
  #lost = true; // whether no welcome has come since it was not
  #leaving = "left"; // what is said of ops that leave() cuts off
  #doubts;
  #silences;
  #duties;
  #typed = -Infinity;
  #statements;
  #comings;
  #hearing;
  #fates;
  #governing;
  #spoken;
  #allowance = new Allowance(SAY_RATE, SAY_BURST);
  #leaps = new Allowance(LEAP_RATE, 1);

  // enter opens a room by its secret, under a name if one is given. The rest is as for a
  // Connection; join() makes it go.
  static async enter({ secret, nick, openSocket, clock: wall, hints, onFrames, onPhase, onUnsent }) {
    const s = new Sealed();
    s.#room = await Room.open(secret);
    s.#here = new SealedRoom(s.#room, (view, shown) => {
      s.#session.see(view);
      s.#doubts.see(hex(view.hash), shown, s.#here.people.byID.values());
    }, nick);
    s.#date = wall.now;
    const clock = s.#clock = steady(wall);
    s.#queue = new TaskQueue(clock, () => s.#handOut());
    const notice = (...words) => s.#here.notice(...words);
    s.#silences = new Silences({ clock, notice, waits: (person) => s.#sending.waits(person) });
    const lapses = new Lapses({ clock, notice });
    s.#doubts = new Doubts({ clock, notice, silences: s.#silences, lapses });
    const [later, say] = [(task) => s.#queue.add(task), (payload, ...to) => s.#tell(payload, ...to)];
    s.#sending = new Sending({ clock, seal: (entry) => s.#seal(entry), send: (frame) => s.#connection.signal(frame), later });
    s.#duties = new Duties({ here: s.#here, doubts: s.#doubts, silences: s.#silences, lapses, sending: s.#sending, later, say });
    s.#statements = new Statements({ here: s.#here, sending: s.#sending, say: (payload) => s.#pack(null, payload) });
    s.#governing = new Governing(s.#here);
    const voice = s.#spoken = new Spoken({ here: s.#here, room: s.#room, sending: s.#sending, clock, wall: s.#date, later, say });
    const session = () => s.#session;
    s.#comings = new Comings({ here: s.#here, doubts: s.#doubts, lapses, statements: s.#statements, clock });
    s.#hearing = new Hearing({ here: s.#here, doubts: s.#doubts, silences: s.#silences, lapses, statements: s.#statements, session, voice, clock, date: s.#date });
    s.#fates = new Fates({ here: s.#here, doubts: s.#doubts, silences: s.#silences, sending: s.#sending, statements: s.#statements, session, voice, clock });
    s.#onFrames = onFrames;
    s.#onPhase = onPhase;
    s.#onUnsent = onUnsent;
    s.#connection = new Connection({
      room: s.#room.name, hello: () => s.#queue.add(() => s.#hello()), openSocket, clock: wall, hints,
      onFrames: (frames) => frames.forEach((frame) => s.#receive(frame)),
      onPhase: () => s.#phaseChanged(),
      onUnsent: (op, why) => onUnsent(s.#governing.ownOf(op), why),
    });
    return s;
  }

  get phase() { return this.#connection.phase; }
  get reason() { return this.#connection.reason; }
  get lostAt() { return this.#connection.lostAt; }
  get askedAt() { return this.#connection.askedAt; }
  get reached() { return this.#connection.reached; }
  get buffered() { return this.#connection.buffered; }

  get name() { return this.#here.name; }
  get nick() { return this.#here.wish; }

  join(knock) { this.#connection.join(knock); }
  end(reason) { this.#connection.end(reason); }
  retryNow() { this.#connection.retryNow(); }

  // leave says goodbye, after what is being sealed, and forgets the keys.
  leave(why = "left") {
    this.#leaving = why;
    if (this.#queue.length === 0) this.#connection.leave();
    else this.#queue.add(() => this.#connection.leave());
  }

  // ready says whether send takes an op.
  get ready() { return this.#connection.ready; }

  // send does an op, as a Connection's.
  send(op) {
    if (op.t === "held") {
      this.#heldDue++;
      return this.#connection.send(op);
    }
    if (!this.ready) return null;
    const identified = { ...op, id: `s${++this.#ids}` };
    this.#queue.add(() => this.#do(identified).catch((error) => this.#here.refuse(identified, "not_allowed", error.message)));
    return identified.id;
  }

  // signal sends typing, and what its sender has sealed and keeps account of.
  signal(op) {
    if ((op.t === "pass" || op.t === "voice") && this.#here.you) this.#connection.signal(op);
    if (op.t === "typing" && this.phase === "open") this.#queue.add(() => this.#typing());
  }

  talk(VoiceKeys, part) { return this.#queue.add(() => this.#spoken.talk(VoiceKeys, part)); } // for voice.js, as speaks
  speaks(peer, speaking) { this.#queue.add(() => this.#spoken.speaks(peer, speaking)); }

  // verify returns the words to read aloud, as numbers, and whom they are about, by
  // name, you first: {numbers, names, comparedAt, outdated}; null before there is a place.
  verify() {
    return this.#queue.add(async () => {
      return this.#session && this.#here.verify();
    });
  }

  // compared notes that the words that verify returned last were the same for all. It
  // holds until somebody comes, goes or changes their name; who did while they were
  // read is told instead.
  compared() {
    return this.#queue.add(() => {
      if (this.#session) this.#here.compared(this.#date());
    });
  }

  // idle promises that all that came or was asked for so far is done.
  idle() { return this.#queue.add(() => {}); }

  // ---- The queue ----

  #receive(frame) {
    if (frame.t === "passed") { // has no order, and whoever takes it opens it
      if (this.#here.greeting === 0 && this.#here.people.byID.get(frame.from?.id)?.shown) this.#onFrames([frame]);
      return;
    }
    const theirs = frame.t === "sealed" && frame.from?.id !== this.#here.you?.id;
    if (theirs && this.#waiting >= MAX_WAITING) return;
    if (theirs) this.#waiting++;
    const back = this.#lost;
    if (frame.t === "welcome") this.#lost = false;
    this.#queue.add(async () => {
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
    this.#addUp();
    this.#duties.introduce();
    if (now >= this.#sending.by) {
      this.#sending.by = Infinity;
      this.#connection.end({ own: true, code: "unanswered", message: "The server did not say within half a minute what became of what was on its way when the connection was lost. The connection was ended." });
    }
    if (this.#here.greeting > 0) {
      const by = this.#here.greeting + (this.#here.people.shown.length === 1 ? ALONE_WAIT - CONFIRM_WAIT : 0);
      if (now < by && this.#here.people.unconfirmed) return this.#queue.lookAt(Math.min(by, this.#sending.by));
      this.#here.welcomed();
      this.#duties.sayView();
      this.#queue.add(() => this.#statements.name());
      for (const op of this.#early.splice(0)) this.#queue.add(() => this.#do(op));
    }
    if (now >= this.#statements.at) {
      this.#statements.forget();
      this.#queue.add(() => this.#statements.again());
    }
    const talked = this.#spoken.look(now);
    const again = this.#session ? this.#duties.look(this.#session, now, this.phase === "open") : Infinity;
    this.#queue.lookAt(Math.min(again, talked, this.#statements.at, this.#sending.by));
    const frames = this.#here.takeOut();
    if (frames.length > 0) this.#onFrames(frames);
  }

  // addUp adds up the time of those who owe an answer, as things were until now.
  #addUp() { this.#silences.addUp(this.#here.people.byID.values(), this.#clock.now(), this.#downAt > 0); }

  #phaseChanged() {
    this.#addUp();
    if (this.phase !== "open") {
      this.#lost = true;
      this.#downAt ||= this.#clock.now();
    } else if (this.#downAt > 0) {
      this.#doubts.excuse(this.#here.people.byID.values(), this.#clock.now() - this.#downAt);
      this.#downAt = 0;
    }
    if (this.phase === "waiting" && this.#session) {
      this.#sending.suspend();
      this.#expiry ??= this.#clock.after(KEYS_LIVE, () => this.#queue.add(() => this.#expire()));
    }
    if (this.phase === "open") this.#keep();
    if (this.phase === "left") this.#stop(this.#leaving);
    if (this.phase === "refused" || this.phase === "ended") this.#queue.add(() => this.#stop("unknown")); // after what still came
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
    if (!this.#here.you || this.#here.greeting > 0) { // who is here is not known yet
      if (this.phase === "connecting" || this.phase === "open") this.#early.push(op);
      else this.#onUnsent(op, this.phase === "left" ? "left" : "unknown");
      return;
    }
    const { ask, payload, to, code, message } = this.#governing.asks(op) ? this.#governing.asked(op) : intent(op, {
      people: this.#here.people, you: this.#here.you, aside: this.#sending.last("aside") ?? this.#here.aside,
      reference: (seq) => this.#here.references.hash(seq), mending: (about) => this.#here.mayMend(about, this.#clock.now(), this.#sending.payloads),
      maySay: () => this.#allowance.take(this.#clock.now()) === 0,
      mayLeap: () => this.#leaps.take(this.#clock.now()) === 0,
    });
    if (code) this.#here.refuse(op, code, message);
    else if (ask) this.#ask(op, ask);
    else if (to) await this.#pack(op, payload, ...[to].flat());
    else await this.#pack(op, payload);
  }

  // ask asks the server for what it decides.
  #ask(op, asked) { if (this.#connection.send(asked) === null) this.#onUnsent(op, "lost"); }

  async #typing() {
    const now = this.#clock.now();
    if (!this.#here.you || now - this.#typed < limits.typingEvery || this.#sending.slow) return;
    // Who is about to be shown would miss something, and not know that it was no more than that.
    if ([...this.#here.people.byID.values()].some(({ told, shown }) => told && !shown)) return;
    this.#typed = now;
    await this.#pack(null, { t: "typing" });
  }

  // pack makes a message of a payload, for everybody who is shown or for some.
  async #pack(op, payload, ...to) {
    if (!this.#session || !this.#sending.hasRoom(payload.t)) {
      if (op) this.#here.refuse(op, "not_allowed", "The connection is not up to that yet. Try again in a moment.");
      return;
    }
    const all = forAll(payload.t);
    if (payload.t !== "confirm") await this.#duties.tellWhoIsShown(); // before anything else is sealed to them
    if (!this.#session) return op && this.#do(op);
    const receivers = all ? this.#here.people.shown.filter((person) => person !== this.#here.you) : to;
    const session = this.#session;
    const message = await session.compose(encode(payload), all, receivers.map(({ peer }) => peer));
    if (session !== this.#session) return op && this.#do(op); // the place is gone meanwhile
    if (payload.t === "confirm") for (const person of to) person.toldAt = message.number;
    message.blind = receivers.some(({ shown }) => !shown);
    await this.#sending.add({ op, payload, to, message });
  }

  // tell tells some members what nobody asked us to say. What can't be told now is
  // told later or not at all.
  async #tell(payload, ...to) {
    const here = to.filter(({ id, peer }) => this.#here.people.byID.get(id)?.peer === peer && this.#session?.linked(peer));
    for (const known of [false, true]) { // a message to anybody who is not shown does not say whom we show
      const some = here.filter(({ shown }) => shown === known);
      if (some.length > 0) await this.#pack(null, payload, ...some);
    }
  }

  // seal seals a message for those who are here now.
  async #seal({ message }) {
    const { body, wraps } = await this.#session.seal(message, this.#clock.now());
    return {
      t: "seal",
      id: (++this.#ops).toString(16),
      body: base64url(body),
      wraps: Object.entries(wraps).map(([peer, wrap]) => ({ to: this.#here.people.byPeer.get(peer).id, wrap: base64url(wrap) })),
    };
  }

  // giveUp hands back what nobody can know the fate of.
  #giveUp(why) {
    for (const { op } of this.#sending.giveUp()) if (op) this.#onUnsent(op, why);
  }

  #forget() {
    this.#spoken.end();
    this.#session?.forget();
    this.#session = null;
    this.#here.end();
    this.#silences.forget();
    this.#sending.release();
    this.#statements.forget();
  }

  // ---- What we hear ----

  async #take(frame, back) {
    this.#addUp();
    if (!this.#here.you) {
      if (frame.t === "waiting" || frame.code === "delayed") return this.#here.emit(frame); // at the door
      if (frame.t !== "welcome") return this.#suspect(); // there is no place for it to happen in
    }
    switch (frame.t) {
      case "welcome":
        return this.#arrive(frame, back);
      case "joined":
        return this.#comings.meet(this.#session, frame.member, false);
      case "left":
        return this.#comings.part(this.#session, frame.member.id, frame.reason);
      case "away":
        return this.#comings.away(frame.member);
      case "sealed":
        if (!(await (frame.from.id === this.#here.you.id ? this.#fates.happened(frame) : this.#hearing.opens(frame)))) this.#suspect();
        return;
      case "voice":
        return this.#spoken.take(frame);
      case "gap":
        return; // excuses nothing: what is missing shows by itself
      case "synced":
        return this.#sending.answers(frame.id) && this.#fates.sealAnew();
      case "error":
        return this.#fates.refused({ ...frame, op: this.#governing.ownOf(frame.op) });
      case "notice": // none of its words is this end's
        if (frame.code === "host" && !this.#governing.madeRoom()) return this.#suspect();
        if (frame.code === "nick_taken" || frame.code === "bad_nick") return this.#suspect(); // it knows no names
        return this.#here.emit({ t: "notice", code: frame.code, text: frame.text });
      case "held": // pages of its words
        if (this.#heldDue === 0) return this.#suspect();
        this.#heldDue--;
        return this.#here.emit(frame);
      default: // in a sealed room nothing else is said
        if (!this.#governing.says(frame)) this.#suspect();
    }
  }

  // arrive begins a place, or goes on with it after a lost connection: not without one,
  // since all that is said waits from then on.
  async #arrive(frame, back) {
    const resumed = frame.resumed === true;
    const asked = resumed ? back && this.#here.you !== null && frame.you.id === this.#here.you.id : this.#coming !== null;
    if (frame.kind !== "sealed" || frame.room !== this.#room.name || !asked) {
      this.#connection.end({ own: true, code: "other_place", message: "The server put us into another place than the sealed one that was asked for. The connection was ended." });
      return;
    }
    if (resumed) {
      if (!this.#governing.follow(frame.rules)) this.#suspect();
      this.#spoken.back();
      this.#here.back();
      this.#sending.suspend();
      this.#connection.signal(this.#sending.ask());
      return;
    }
    this.#giveUp("unknown");
    this.#forget();
    this.#session = this.#coming;
    this.#coming = null;
    this.#here.begin(frame.you, this.#session.me, frame.since, frame.voice);
    await this.#spoken.begin();
    if (!this.#governing.begin(frame.rules, frame.members.length <= 1)) this.#suspect();
    for (const member of frame.members) {
      if (member.id === frame.you.id) this.#here.sitDown();
      else await this.#comings.meet(this.#session, member, true);
    }
    this.#here.sitDown(); // also where the server leaves this end out
    await this.#here.greet(this.#clock.now() + CONFIRM_WAIT);
    const greeting = await this.#session.greet();
    if (greeting) await this.#sending.add({ op: null, payload: { t: "" }, to: [], message: greeting });
  }

  // suspect: what came did not prove to be genuine.
  #suspect() {
    if (this.phase !== "left") this.#doubts.forged();
  }
}

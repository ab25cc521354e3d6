// One person's connection to one room: it comes back by itself, looked at or not,
// brings back what was said meanwhile, and never says anything twice. Knows no DOM:
// the socket, the clock and the network's hints are given to it.
//
// Phases:
//
//   connecting  the first time, or again after a loss
//   open        welcomed; frames flow
//   waiting     lost; the next attempt waits for its time
//   knocking    somebody inside decides whether we come in
//   refused     the room did not take us in; `reason` says why
//   ended       the server ended it and coming back would not help
//   left        we said goodbye
//
// What it promises about an op that was sent: either its copy comes back, or
// the server refuses it, or it is handed to onUnsent, exactly one of these.

import { decode, encode } from "./protocol.js";
import { Pulse } from "./pulse.js";

const FIRST_RETRY = 500; // ms; doubled after each failure
const LAST_RETRY = 30_000; // ms
const HELD = 10_000; // ms that a connection lasts for the pauses to begin anew, whoever welcomes and breaks off
const WELCOME_WITHIN = 10_000; // ms from opening a socket to the welcome
// How long a lost place is asked back, in ms: an answer comes before the keys of a
// sealed room die, 60 s after the loss.
const ASK_BACK = 60_000 - WELCOME_WITHIN;
const ACK_EVERY = 1000; // ms; the server wants one every 2 s while something arrives
// The server wants an ack every 32 KiB. A UTF-16 unit is at most three bytes of
// UTF-8, so that many units are less than that in any script.
const ACK_UNITS = 10 * 1024;
// Hints may come in dozens, from a network that flaps; what was tried just now is
// not tried again.
const HINT_REST = 1000; // ms
const DELAY_ENDS = 75_000; // ms; servers that can't reach each other let nobody wait for longer than a minute
const KNOCK_ENDS = 330_000; // ms; a server answers a knock within 5 minutes
const CONNECTED = 1; // WebSocket.OPEN
const ownBarrier = /^(back|probe|doneo)\d+$/;

export class Connection {
  phase = "connecting";
  reason = null; // {code, message} of a refusal or an end, of a knock's with knocked
  lostAt = 0; // ms; 0 while connected
  reached = false; // whether a socket was ever open
  you = null; // your member id in this place
  invite; // the token of an invitation, until it let us in or was refused; who watches may need it again
  watch; // true: we read and say nothing

  #room;
  #nick;
  #hello;
  #openSocket;
  #first; // the same for the next attempt alone
  #clock;
  #onFrames;
  #onPhase;
  #onUnsent;

  #socket = null;
  #ticket = null;
  #knock = null; // what is said at the door; null: one joins
  #fresh = false; // a place was asked for that is to be no other's successor
  #seq = 0;
  #wseq = 0;
  #failures = 0;
  #bye = null;
  #ids = 0;
  #pending = new Map(); // id → {op, sent}
  #barrier = null; // {id, suspects, why} after a return: what became of them if nothing else comes
  #unacked = 0; // units received since the last ack
  #gap = 0; // the last number that a gap covers
  #acked = 0; // seq + wseq of the last ack
  #heardAt = 0; // ms; when something last came, 0: nothing has in this room
  #triedAt = -Infinity; // ms; when the last attempt began
  #welcomedAt = Infinity; // ms; when it led into the room, if it did
  #pulse;
  #cancel = { retry: noop, ack: noop, welcome: noop };

  // openSocket() returns a WebSocket; clock is {now(), after(ms, fn) → cancel,
  // random()}; hints(fn) has fn called whenever this may be a good moment to try.
  // hello() promises what enters a sealed room as a fresh member; in an open one
  // there is none. onPhase is told of a new phase, and when askedAt begins to count.
  constructor({ room, nick, hello, openSocket, clock, hints, onFrames, onPhase, onUnsent }) {
    this.#room = room;
    this.#nick = nick;
    this.#hello = hello;
    this.#openSocket = openSocket;
    this.#clock = clock;
    this.#onFrames = onFrames;
    this.#onPhase = onPhase;
    this.#onUnsent = onUnsent;
    this.#pulse = new Pulse(clock, {
      buffered: () => this.buffered,
      waits: () => this.#pending.size > 0,
      probe: (stalled) => this.#transmit({ t: stalled ? "held" : "sync", id: `probe${++this.#ids}` }),
      told: () => onPhase(this),
      silent: () => {
        this.lostAt = this.askedAt;
        this.#lost();
      },
    });
    hints(() => this.#hinted());
  }

  // join opens the first connection, or a fresh place after an end. With a line, which
  // may be empty, it knocks: then somebody inside decides.
  join(knock = null) {
    this.#knock = knock;
    this.#ticket = null;
    this.#fresh = true;
    this.#failures = 0;
    this.reason = null;
    this.#connect();
  }

  // askedAt is since when nothing came that could answer what was sent, in ms; 0: it did.
  get askedAt() { return this.#pulse.askedAt; }

  // ready says whether send takes an op: it goes out now, or after the welcome that
  // join asked for. What is for the people of a place that was lost is for no others.
  get ready() { return this.phase === "open" || (this.phase === "connecting" && this.#fresh); }

  // send does an op. It returns the op's id, and null when there is no connection to
  // send it by.
  send(op) {
    if (!this.ready) return null;
    const id = `o${++this.#ids}`;
    const identified = { ...op, id };
    this.#pending.set(id, { op: identified, sent: this.phase === "open" });
    if (this.phase === "open") this.#say(identified);
    return id;
  }

  // signal sends what may get lost, or what its sender keeps account of itself.
  signal(op) {
    if (this.phase === "open") this.#say(op);
  }

  // buffered is how many bytes wait in the socket.
  get buffered() { return this.#socket?.bufferedAmount ?? 0; }

  // leave says goodbye and stays away until join. What it can't account for any
  // more is handed to onUnsent with why.
  leave(why = "left") {
    this.#transmit({ t: "leave" });
    this.#detach();
    if (this.#heardAt > 0) this.#heardAt = this.#clock.now();
    this.#unsent([...this.#pending.keys()], why);
    this.#enter("left");
  }

  // move leaves this room for another, whose first socket first() opens, if it is given.
  move(room, first) {
    this.leave("moved");
    this.#first = first;
    this.#room = room;
    this.invite = undefined;
    this.#heardAt = 0;
    this.join();
  }

  // end gives the place up for a reason of this side's own.
  end(reason) {
    this.#detach();
    this.reason = reason;
    this.#unsent([...this.#pending.keys()], "unknown");
    this.#enter("ended");
  }

  // retryNow tries at once: somebody asked for it.
  retryNow() {
    if (this.phase === "waiting" || this.phase === "connecting") this.#connect();
    else if (this.phase !== "open") this.join();
  }

  #connect() {
    this.#detach();
    this.#bye = null;
    this.#unacked = 0;
    this.#triedAt = this.#clock.now();
    this.#enter("connecting");
    let socket;
    try {
      socket = (this.#first ?? this.#openSocket)();
      this.#first = undefined;
    } catch {
      return this.#lost(); // the browser forbids it, now or for good
    }
    this.#socket = socket;
    socket.onopen = () => this.#sendJoin();
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = () => this.#lost();
    this.#cancel.welcome = this.#clock.after(WELCOME_WITHIN, () => this.#lost());
  }

  #sendJoin() {
    this.reached = true;
    if (this.lostAt > 0 && this.#clock.now() - this.lostAt > ASK_BACK) this.#ticket = null;
    if (this.#ticket !== null) return this.#transmit({ t: "join", ticket: this.#ticket, seq: this.#seq, wseq: this.#wseq });
    const join = { t: this.#knock === null ? "join" : "knock", room: this.#room, nick: this.watch ? undefined : this.#nick, resume: true, invite: this.invite, watch: this.watch, text: this.#knock || undefined };
    if (!this.#hello) return this.#transmit(join);
    const socket = this.#socket;
    this.#hello().then((hello) => {
      if (socket === this.#socket) this.#transmit({ ...join, nick: undefined, hello });
    });
  }

  // transmit gives an op to the socket. One that is not open yet would throw, and
  // one that is closing tells so by its event.
  #transmit(op) {
    if (this.#socket?.readyState === CONNECTED) this.#socket.send(encode(op));
  }

  // say transmits what the server shall be heard after.
  #say(op) {
    this.#transmit(op);
    // What comes of these bears no id: it came before the answer to this.
    if (/^(remove|burn)$/.test(op.t)) this.#transmit({ t: "sync", id: `done${op.id}` });
    this.#pulse.asked();
  }

  #received(data) {
    let frames;
    try {
      frames = decode(data, this.#clock.now());
    } catch {
      return this.#foreign();
    }
    this.#pulse.heard();
    this.#unacked += data.length;
    let fresh = [];
    const handOut = () => {
      if (fresh.length > 0) this.#onFrames(fresh);
      fresh = [];
    };
    for (const frame of frames) {
      if (!this.#socket) break; // the frame before ended it
      if (frame.t === "synced" && frame.id === this.#barrier?.id) {
        handOut(); // what came before the barrier is told before what did not
        this.#passed();
      } else if (this.#take(frame)) {
        fresh.push(frame);
      }
    }
    handOut();
    if (this.phase !== "open") return;
    this.#heardAt = this.#clock.now();
    this.#armAck();
    this.#pulse.watch();
  }

  // take keeps the books and says whether the frame is to be shown.
  #take(frame) {
    const delayed = frame.t === "notice" && frame.code === "unreachable"; // before the welcome
    if (this.phase !== "open" && !delayed && !/^(welcome|waiting|bye|error)$/.test(frame.t)) return this.#foreign();
    switch (frame.t) {
      case "welcome":
        this.#welcomed(frame);
        return true;
      case "waiting":
        this.#cancel.welcome();
        this.#cancel.welcome = this.#clock.after(KNOCK_ENDS, () => this.#lost());
        this.#enter("knocking");
        return true;
      case "bye":
        this.#bye = frame;
        return false;
      case "synced":
        this.#pending.delete(frame.id.replace(/^done/, ""));
        return !ownBarrier.test(frame.id);
      case "held":
        if (ownBarrier.test(frame.id)) return false;
        break;
      case "notice":
        if (this.phase !== "open") {
          this.#cancel.welcome();
          this.#cancel.welcome = this.#clock.after(DELAY_ENDS, () => this.#lost());
          frame.code = "delayed";
        } else if (/^(un)?reachable$/.test(frame.code)) this.#pulse.stalls(frame.code === "unreachable");
        break;
      case "error":
        if (this.phase !== "open") return this.#notLetIn(frame);
        break;
      case "gap":
        if (this.#barrier) this.#barrier.why = "unknown"; // their copies may be in it
        this.#seq = this.#gap = Math.max(this.#seq, frame.seq ?? 0);
        return true;
      case "whispered":
      case "leapt":
      case "sealed":
        if (frame.wseq <= this.#wseq) return false;
        this.#wseq = frame.wseq;
        break;
      default:
        if (frame.seq === undefined) break;
        // What changed behind a gap bears the gap's last number.
        if (frame.seq <= this.#seq && !(frame.seq === this.#gap && frame.t !== "said")) return false;
        this.#seq = frame.seq;
    }
    if (frame.id !== undefined) {
      frame.op = this.#pending.get(frame.id)?.op;
      this.#pending.delete(frame.id);
    }
    if (frame.t === "renamed" && frame.member.id === this.you) this.#nick = frame.member.nick;
    return true;
  }

  #welcomed(frame) {
    this.#cancel.welcome();
    this.#fresh = false;
    this.#knock = null;
    if (!this.watch) this.invite = undefined;
    const returned = frame.resumed === true;
    if (!this.#hello) frame.kind = "open"; // nothing is sealed here, whatever the server says
    // Since when another place than the last has missed what was said here.
    frame.since = !returned && this.#heardAt > 0 ? this.#heardAt : undefined;
    this.#ticket = frame.ticket ?? null;
    this.you = frame.you.id;
    this.#nick = frame.you.nick;
    this.#welcomedAt = this.#clock.now();
    const sent = [...this.#pending].filter(([, op]) => op.sent).map(([id]) => id);
    if (returned) {
      // The new ticket is good once a frame came after it, and the answer to
      // this one comes after every op that the old connection still delivered.
      this.#barrier = { id: `back${++this.#ids}`, suspects: sent, why: "lost" };
      this.#say({ t: "sync", id: this.#barrier.id });
    } else {
      this.#seq = frame.seq;
      this.#wseq = 0;
      this.#unsent(sent, "unknown");
    }
    this.#enter("open");
    if (!returned) this.#ack(); // only who was heard has a place to come back to
    for (const entry of this.#pending.values()) {
      if (entry.sent) continue;
      entry.sent = true;
      this.#say(entry.op);
    }
  }

  #passed() {
    const { suspects, why } = this.#barrier;
    this.#barrier = null;
    this.#unsent(suspects, why);
  }

  // foreign handles what is not our protocol: a proxy's words, or a broken server. Who
  // was never let in learns that; who was comes back, as after a loss.
  #foreign() {
    if (!this.#fresh) return this.#lost();
    this.#knock = null; // nobody at a door answered
    this.#refuse({ code: "foreign", message: "" });
  }

  // notLetIn handles an error in answer to a join. A spent ticket is only news:
  // the place is gone, so take a new one on the same connection.
  #notLetIn(frame) {
    if (frame.code !== "bad_ticket" || this.#ticket === null) return this.#refuse(frame);
    this.#ticket = null;
    this.#sendJoin();
  }

  // refuse: we are not in, and don't try again by ourselves.
  #refuse({ code, message }) {
    this.#detach();
    if (code === "no_invite") this.invite = undefined; // the next attempt goes by the door
    this.reason = { code, message, knocked: this.#knock !== null };
    for (const [id, { sent }] of [...this.#pending]) this.#unsent([id], sent ? "unknown" : "lost");
    this.#enter("refused");
  }

  #lost() {
    this.#detach();
    this.#barrier = null;
    if (this.#bye && !this.#bye.retry) {
      this.reason = this.#bye;
      this.#unsent([...this.#pending.keys()], "unknown");
      this.#enter("ended");
      return;
    }
    if (this.#knock !== null) return this.#refuse(this.#bye ?? { code: "knock_lost", message: "" }); // nobody knocks without knowing
    this.reason = this.#bye;
    if (this.#clock.now() - this.#welcomedAt >= HELD) this.#failures = 0;
    this.#welcomedAt = Infinity;
    const ceiling = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** this.#failures++);
    this.#enter("waiting");
    const delay = ceiling / 2 + (this.#clock.random() * ceiling) / 2;
    this.#cancel.retry = this.#clock.after(delay, () => this.#connect());
  }

  // hinted: the network or the person came back. What waits goes now, and begins
  // to count its failures anew; an open connection has to show that it survived.
  #hinted() {
    if (this.phase === "open") this.#pulse.probe();
    if (this.phase !== "waiting" || this.#clock.now() - this.#triedAt < HINT_REST) return;
    this.#failures = 0;
    this.#connect();
  }

  #armAck() {
    if (this.#seq + this.#wseq === this.#acked) return;
    if (this.#unacked >= ACK_UNITS) {
      this.#ack();
    } else if (this.#cancel.ack === noop) {
      this.#cancel.ack = this.#clock.after(ACK_EVERY, () => this.#ack());
    }
  }

  #ack() {
    this.#cancel.ack();
    this.#cancel.ack = noop;
    this.#unacked = 0;
    this.#acked = this.#seq + this.#wseq;
    if (this.phase === "open") this.#transmit({ t: "ack", seq: this.#seq, wseq: this.#wseq });
  }

  #unsent(ids, why) {
    for (const id of ids) {
      const entry = this.#pending.get(id);
      this.#pending.delete(id);
      if (entry) this.#onUnsent(entry.op, why);
    }
  }

  #enter(phase) {
    this.phase = phase;
    if (phase === "open" || phase === "left") this.lostAt = 0;
    else if (this.lostAt === 0) this.lostAt = this.#clock.now();
    this.#onPhase(this);
  }

  // detach forgets the socket and all that was to happen; whatever it still says is
  // not heard.
  #detach() {
    for (const cancel of Object.values(this.#cancel)) cancel();
    this.#cancel = { retry: noop, ack: noop, welcome: noop };
    this.#pulse.stop();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }
}

function noop() {}

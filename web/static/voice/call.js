// One person's part in a room's voice: joined muted, kept up while the room's connection
// is, brought back a few times when it is lost, and ended at once. Knows no DOM; the
// browser's parts are given to it.
//
// States:
//
//   out      not in voice; `why` says why not any more, or not yet
//   asking   the browser asks for the microphone
//   joining  on the way
//   in       others are heard, and hear what is not muted
//   again    lost; `tries` says how often it was tried since, 0 while the room's own
//            connection is lost, too
//
// In a sealed room nothing is sent or heard that is not sealed here: every sender and
// receiver has what seals set on it before an answer is applied, or there is no voice.

import { LOOK_EVERY, Pulse } from "./pulse.js";
import { answered, offered } from "./sdp.js";

export const SLOTS = { open: 6, sealed: 15 }; // others who are heard at once
export const TRIES = 5; // attempts to come back
const FIRST_TRIES = 1; // and to come in, after the first: where nothing reaches the server, nothing will
const WITHIN = 10_000; // ms from an offer to being connected
const FIRST_RETRY = 250; // ms; doubled after each failure
const UNSURE = 1500; // ms that a browser may be unsure of a connection
const HELD = 10_000; // ms that a connection lasts for the attempts to begin anew
const TELL_EVERY = 150; // ms between two times that the server is told of muting
// How long silence is sent before the server is told that we are muted or gone, in ms.
// Where packets just end, whoever listens is played what those may have been for a while.
const FADE = 80;

export class Call {
  state = "out";
  why = null; // null, a key of strings behind "why.", or {said}: the server's own sentence
  tries = 0;
  muted = true;

  #make;
  #microphone;
  #sound;
  #clock;
  #signal;
  #protection;
  #ready;
  #kept;
  #onChange;

  #turn = 0; // what was begun before this changed comes to nothing
  #connection = null;
  #sender = null;
  #guard = null; // of a sealed room
  #answer = null; // {id, resolve, reject}
  #connectedAt = 0;
  #gone = noop; // ends what still sends silence
  #told = true; // muted, as the server was last told
  #toldAt = -Infinity;
  #mutedAt = -Infinity;
  #cancel = { within: noop, retry: noop, unsure: noop, look: noop, tell: noop };

  // make() returns an RTCPeerConnection. signal(op) sends a frame that may get lost.
  // ready() says whether the room's connection is up, kept() whether a host keeps us from
  // speaking. protection, in a sealed room alone,
  // promises {protect(sender or receiver), close()}. onChange() is called when anything of
  // what stands above changed.
  constructor({ make, microphone, sound, clock, signal, ready, kept = () => false, protection = null, onChange }) {
    this.#make = make;
    this.#microphone = microphone;
    this.#sound = sound;
    this.#clock = clock;
    this.#signal = signal;
    this.#ready = ready;
    this.#kept = kept;
    this.#protection = protection;
    this.#onChange = onChange;
  }

  // kept: nobody hears us, whatever we do, since a host keeps us from speaking.
  get kept() { return this.#kept(); }

  // been: one was in since one asked to join.
  get been() { return this.#connectedAt > 0; }

  get sealed() { return this.#protection !== null; }

  // join is called in a click, which lets sound be played. It asks for the microphone, and
  // joins without one where there is none to be had.
  async join() {
    if (this.state !== "out") return;
    this.#gone();
    const turn = ++this.#turn;
    this.why = null;
    this.tries = 0;
    this.#connectedAt = 0;
    this.muted = true;
    this.#microphone.mute(true);
    this.#sound.open();
    this.#enter("asking");
    await this.#microphone.open();
    if (turn === this.#turn) this.#connect();
  }

  // mute says whether the others hear silence from here.
  mute(muted) {
    if (this.state === "out" || (!muted && (this.kept || !this.#microphone.track))) return;
    if (muted && !this.muted) this.#mutedAt = this.#clock.now();
    this.muted = muted;
    this.#microphone.mute(muted);
    this.#tell();
    this.#onChange();
  }

  // governed: a host may have changed who may speak. Who may again is muted still.
  governed() { if (this.kept && !this.muted) this.mute(true); }

  // device: the microphone is another one, or gone.
  device() {
    if (!this.#microphone.track) this.mute(true);
    this.#sender?.replaceTrack(this.#microphone.track).catch(() => {});
    this.#onChange();
  }

  // leave ends it, at once.
  leave() {
    if (this.state === "out") return;
    const fades = this.state === "in" && !this.muted;
    const [connection, guard] = [this.#connection, this.#guard];
    if (fades) {
      connection.onconnectionstatechange = null;
      this.#sender.replaceTrack(this.#sound.silence).catch(noop);
      this.#connection = this.#guard = null;
    }
    const cancel = fades ? this.#clock.after(FADE, () => this.#gone()) : noop;
    this.#gone = () => {
      this.#gone = noop;
      cancel();
      this.#signal({ t: "voice", on: false, id: "voice" });
      if (fades) connection.close();
      if (fades) guard?.close();
    };
    if (!fades) this.#gone();
    this.#end(null);
  }

  // phase: the room's connection is up, lost for now, or over.
  phase(over) {
    if (over) this.#gone();
    if (this.state === "out") return;
    if (over) this.#end(null);
    else if (!this.#ready() && this.state !== "asking") this.#wait();
    else if (this.#ready() && this.state === "again" && this.tries === 0) this.#retry();
  }

  // take takes what the server says of our part: the answer, a refusal, or, of ourselves,
  // that we are out.
  take({ t, id, answer, code, message, wait, out }) {
    const ours = id !== undefined && id === this.#answer?.id;
    if (t === "error" && ours) {
      this.#answer.reject(/^(rate_limited|too_soon)$/.test(code) ? new Early(wait || 1000) : new Refusal(message));
    } else if (t === "error" && /^(rate_limited|too_soon)$/.test(code)) {
      this.#told = null;
      this.#cancel.tell();
      this.#cancel.tell = this.#clock.after(wait || 1000, () => this.#tell());
    } else if (t === "error" && this.state === "in") {
      this.mute(true);
      this.why = { said: message };
      this.#onChange();
    } else if (ours && answer) {
      this.#answer.resolve(answer);
    } else if (out && this.state === "in") {
      this.#lost();
    }
  }

  async #connect() {
    const turn = ++this.#turn;
    if (!this.#ready()) return this.#wait();
    this.#enter(this.tries > 0 ? "again" : "joining");
    this.#cancel.within = this.#clock.after(WITHIN, () => this.#lost("unreached"));
    try {
      await this.#offer(turn);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (error instanceof Refusal) this.#end({ said: error.message });
      else if (error instanceof Unsealed) this.#end("unsealed");
      else if (error instanceof SyntaxError) this.#end("answer");
      else this.#lost("unreached", error instanceof Early ? error.wait : 0);
    }
  }

  // offer makes a connection and has the server answer. It throws what is wrong.
  async #offer(turn) {
    if (this.sealed && !this.#guard) {
      const guard = await this.#protection().catch(() => null);
      if (turn !== this.#turn) return guard?.close();
      if (!guard) throw new Unsealed();
      this.#guard = guard;
    }
    const connection = this.#connection = this.#make();
    const { track } = this.#microphone;
    const { sender } = connection.addTransceiver(track ?? "audio", { direction: "sendonly" });
    this.#sender = sender;
    const slots = SLOTS[this.sealed ? "sealed" : "open"];
    const receivers = Array.from({ length: slots }, () => connection.addTransceiver("audio", { direction: "recvonly" }).receiver);
    const ends = [sender, ...receivers];
    if (this.sealed) this.#protect(ends);
    connection.onconnectionstatechange = () => { if (turn === this.#turn) this.#moved(connection.connectionState); };
    await connection.setLocalDescription(await connection.createOffer());
    if (turn !== this.#turn) return;
    const answer = await this.#ask(`voice${turn}`, offered(connection.localDescription.sdp, this.sealed));
    if (turn !== this.#turn) return;
    if (this.sealed && !ends.every(({ transform }) => transform)) throw new Unsealed();
    const sdp = answered(answer, this.sealed);
    this.#sound.hear(receivers.map((receiver) => receiver.track));
    await connection.setRemoteDescription({ type: "answer", sdp });
    if (turn === this.#turn && this.#microphone.track !== sender.track) await sender.replaceTrack(this.#microphone.track); // it changed meanwhile
  }

  // protect has every end sealed, or throws.
  #protect(ends) {
    try {
      for (const each of ends) this.#guard.protect(each);
    } catch {
      throw new Unsealed();
    }
    if (!ends.every(({ transform }) => transform)) throw new Unsealed();
  }

  // ask promises the server's answer to an offer.
  #ask(id, offer) {
    return new Promise((resolve, reject) => {
      this.#answer = { id, resolve, reject };
      this.#told = this.muted;
      this.#signal({ t: "voice", on: true, muted: this.muted, offer, id });
    });
  }

  // moved: the connection is another way than it was.
  #moved(state) {
    this.#cancel.unsure();
    if (state === "connected") this.#connected();
    if (state === "disconnected") this.#cancel.unsure = this.#clock.after(UNSURE, () => this.#lost());
    if (state === "failed" || state === "closed") this.#lost("unreached");
  }

  #connected() {
    if (this.state === "in") return;
    this.#cancel.within();
    this.#connectedAt = this.#clock.now();
    this.why = null;
    this.#look(new Pulse());
    this.#enter("in");
    this.#tell();
  }

  // look sees, again and again, whether anything comes.
  #look(pulse) {
    const turn = this.#turn;
    this.#cancel.look = this.#clock.after(LOOK_EVERY, async () => {
      const stats = await this.#connection.getStats().catch(() => null);
      if (turn !== this.#turn || this.state !== "in") return;
      if (stats && pulse.lost(stats.values(), this.#clock.now())) this.#lost();
      else this.#look(pulse);
    });
  }

  // lost tries anew, as often as it may, and no sooner than in so many ms.
  #lost(why = "lost", wait = 0) {
    if (this.state === "out") return;
    const held = this.state === "in" && this.#clock.now() - this.#connectedAt >= HELD;
    if (held) this.tries = 0;
    this.#drop();
    if (this.tries >= (this.been ? TRIES : FIRST_TRIES)) return this.#end(why);
    if (!this.#ready()) return this.#wait();
    const delay = Math.max(wait, this.tries === 0 ? 0 : FIRST_RETRY * 2 ** this.tries);
    this.tries++;
    this.#enter("again");
    if (delay === 0) this.#connect();
    else this.#cancel.retry = this.#clock.after(delay, () => this.#connect());
  }

  // wait: there is nothing to be tried before the room's connection is back.
  #wait() {
    this.#drop();
    this.tries = 0;
    this.#enter("again");
  }

  #retry() {
    this.tries = 1;
    this.#connect();
  }

  // tell tells the server whether we are muted, if it knows otherwise, and not all the time.
  #tell() {
    if (this.state !== "in" || this.#told === this.muted) return;
    this.#cancel.tell();
    const now = this.#clock.now();
    const due = Math.max(this.#toldAt + TELL_EVERY, this.muted ? this.#mutedAt + FADE : 0) - now;
    if (due > 0) {
      this.#cancel.tell = this.#clock.after(due, () => this.#tell());
      return;
    }
    this.#toldAt = now;
    this.#told = this.muted;
    this.#signal({ t: "voice", on: true, muted: this.muted, id: "voice" });
  }

  // end is the end of it: of the connection, the microphone and what is heard.
  #end(why) {
    this.#drop();
    this.#guard?.close();
    this.#guard = null;
    this.#microphone.close();
    this.#sound.close();
    this.muted = true;
    this.tries = 0;
    this.why = why;
    this.#enter("out");
  }

  // drop forgets the connection and all that was to happen.
  #drop() {
    this.#turn++;
    for (const cancel of Object.values(this.#cancel)) cancel();
    this.#cancel = { within: noop, retry: noop, unsure: noop, look: noop, tell: noop };
    this.#answer = null;
    this.#sender = null;
    const connection = this.#connection;
    this.#connection = null;
    this.#sound.hear([]);
    if (!connection) return;
    connection.onconnectionstatechange = null;
    connection.close();
  }

  #enter(state) {
    this.state = state;
    this.#onChange();
  }
}

class Refusal extends Error {}
class Unsealed extends Error {}

class Early extends Error {
  constructor(wait) {
    super("early");
    this.wait = wait;
  }
}

function noop() {}

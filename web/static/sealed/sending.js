// What a member of a sealed room has on its way out: messages whose own copies have
// not come back, in the order of their numbers. Each is sealed when it leaves, for
// those who are here then; what a lost connection swallowed is sealed anew. Knows no
// socket and no people: what seals and sends is given to it.

import { Allowance } from "./allowance.js";

const MOST = 256; // messages that may wait
// How many more may that make people known to each other: nobody stays unshown since
// others ask for much.
const RESERVED = 32;
// How many of them may be on their way at a time, and how many leave at once before
// they are paced by the server's own rate, in messages a second. Both are half of
// the server's burst, so that none is refused: whatever the network does to the
// time between them, in no span does the server meet more than what was on its way
// before, one burst of ours, and what our rate let out in it.
const FLIGHT_MOST = 64;
const SEAL_RATE = 8;
const SEAL_BYTES = 64 * 1024; // a second, of bodies; twice as many at once
// A room whose slower readers are behind takes less than that for a while. What it
// refused is sealed anew after a pause of ms that doubles.
const PAUSE = 500;
const LONGEST_PAUSE = 4000;
// ms that the server may leave open what became of what was under way at a loss, while
// all that is said here waits
const BARRIER_WAIT = 30_000; // what a place keeps takes that long over 70 kbit/s

export class Sending {
  suspended = false; // everything waits: for a connection, then for the answer to a
  // barrier, behind which all is sealed anew in order
  by = Infinity; // when that answer is overdue; Infinity: no barrier is out

  #barrier = ""; // its id
  #barriers = 0; // so far, to number them
  #entries = []; // {op, payload, to, message, since, frame, flying}
  #pace = new Allowance(SEAL_RATE, FLIGHT_MOST);
  #bytes = new Allowance(SEAL_BYTES, 2 * SEAL_BYTES);
  #pause = 0; // ms; 0: the room takes what it is sent
  #notBefore = 0; // ms; when it is tried again
  #newest = ""; // the id of what was refused last, if the room was not told that we know
  #go = null; // what cancels the next look at what may leave
  #clock;
  #seal;
  #send;
  #later;

  // seal(entry) promises the frame of a message. send(frame) hands it to the connection;
  // later(task) runs a task in the order of everything else.
  constructor({ clock, seal, send, later }) {
    this.#clock = clock;
    this.#seal = seal;
    this.#send = send;
    this.#later = later;
  }

  // hasRoom says whether one more of a kind may wait.
  hasRoom(kind) { return this.#entries.length < MOST + (["confirm", "step"].includes(kind) ? RESERVED : 0); }
  // asks says whether a question to somebody is on its way.
  asks(person) { return this.#entries.some(({ payload, to }) => payload.t === "ask" && to.includes(person)); }
  // waits says whether one could not leave yet.
  waits(person) { return this.#entries.some(({ payload, to, flying }) => !flying && payload.t === "ask" && to.includes(person)); }
  // saidSince is since when something that was said has not happened; Infinity: nothing
  // waits.
  get saidSince() { return this.#entries.find(({ payload }) => payload.t === "say")?.since ?? Infinity; }
  // payloads are what was sealed and has not happened yet, or waits to be.
  get payloads() { return this.#entries.map(({ payload }) => payload); }
  // last is what is on its way of a kind, the newest of it.
  last(kind) { return this.payloads.findLast(({ t }) => t === kind); }
  // slow says that something waits that could not leave yet.
  get slow() { return this.#entries.some(({ flying }) => !flying); }

  // add takes a message: op is what was asked for, or null; payload what is said; to
  // the people it is for, empty for everybody.
  add(entry) {
    this.#entries.push({ ...entry, since: this.#clock.now(), frame: null, flying: false });
    return this.flush();
  }

  // flush seals and sends as much as may leave now, in order. What was refused waits
  // until nothing sealed later is on its way, since receivers take nothing that comes
  // behind it, and goes alone.
  async flush() {
    this.#go?.();
    this.#go = null;
    for (;;) {
      const first = this.#entries.findIndex(({ flying }) => !flying);
      const most = this.#pause > 0 ? 1 : FLIGHT_MOST;
      if (this.suspended || first < 0 || first >= most || this.#entries.slice(first).some(({ flying }) => flying)) return;
      const entry = this.#entries[first];
      const now = this.#clock.now();
      const size = entry.message.text.length;
      const wait = Math.max(this.#notBefore - now, this.#pace.wait(now), this.#bytes.wait(now, size));
      if (wait > 0) {
        this.#go = this.#clock.after(wait, () => this.#later(() => this.flush()));
        return;
      }
      this.#pace.take(now);
      this.#bytes.take(now, size);
      entry.frame = await this.#seal(entry);
      if (this.suspended || this.#entries[first] !== entry) continue; // lost meanwhile
      entry.flying = true;
      // Until it hears that we know, the room takes nothing that could be behind that.
      if (this.#newest) this.#send({ t: "sync", id: "known", refused: this.#newest });
      this.#newest = "";
      this.#send(entry.frame);
    }
  }

  // happened takes out the message that a frame is, and those before it that were
  // refused and can't be said any more: {entry, late}. After a loss some that are held
  // back have happened all the same.
  happened(body) {
    const i = this.#entries.findIndex(({ frame }) => frame?.body === body);
    if (i < 0) return {};
    this.#pause = 0;
    const late = this.suspended ? [] : this.#entries.slice(0, i).filter(({ flying }) => !flying);
    const entry = this.#entries[i];
    this.#entries = this.#entries.filter((each) => each !== entry && !late.includes(each));
    return { entry, late };
  }

  // refused takes out the message of that id, or, if only for now, lets it wait.
  refused(id, forNow) {
    const i = this.#entries.findIndex(({ frame, flying }) => flying && frame.id === id);
    if (i < 0) return undefined;
    if (!forNow) return this.#entries.splice(i, 1)[0];
    Object.assign(this.#entries[i], { frame: null, flying: false });
    this.#newest = id;
    const now = this.#clock.now();
    if (now < this.#notBefore) return null; // not once for each that was on its way
    this.#pause = Math.min(LONGEST_PAUSE, 2 * this.#pause || PAUSE);
    this.#notBefore = now + this.#pause;
    return null;
  }

  // suspend keeps everything back, from a loss until it is known what happened.
  suspend() {
    this.suspended = true;
    this.by = Infinity;
    for (const entry of this.#entries) entry.flying = false;
  }

  // ask returns a barrier whose answer says what happened.
  ask() {
    this.#barrier = `seal${++this.#barriers}`;
    this.by = this.#clock.now() + BARRIER_WAIT;
    return { t: "sync", id: this.#barrier };
  }

  // answers says whether this is the barrier's that everything waits for.
  answers(id) { return this.suspended && id === this.#barrier; }

  // release lets go what was kept back.
  release() {
    this.suspended = false;
    this.by = Infinity;
  }

  // anew lets all go again, since none of them happened. keep(entry) promises whether
  // there is still anybody to say it to.
  async anew(keep) {
    this.release();
    const entries = this.#entries.splice(0);
    for (const entry of entries) if (await keep(entry)) this.#entries.push(entry);
    await this.flush();
  }

  // giveUp hands back what nobody can know the fate of.
  giveUp() {
    this.#go?.();
    this.#go = null;
    return this.#entries.splice(0);
  }
}

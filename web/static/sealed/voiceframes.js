// The frames of a sealed room's voice: SFrame (RFC 9605), cipher suite 0x0005. The twin of
// Go's rooms/seal/sframe, held to the same vectors and scripts; docs/SEALED.md has the
// formulas, under "Voice". Runs in a worker; knows no page, no connection and no track.
//
// What does not open, came again, in another place, too late or on somebody else's track gives
// nothing, and says why: unknown, broken, replayed, moved, late, swapped, closed.

import { header, readHeader } from "./voiceheader.js";

const subtle = globalThis.crypto?.subtle;
const encoder = new TextEncoder();

export const TAG_BYTES = 16;
export const BASE_BYTES = 64;
const MAX_HEADER = 17;
export const OVERHEAD = MAX_HEADER + TAG_BYTES;
export const MAX_FRAME = 1000 - OVERHEAD; // bytes; with what is added the server forwards it
const SUITE = 0x0005; // AES_256_GCM_SHA512_128

// A key id is 24 bits of its sender's part in the voice, 20 of the generation, 4 of the step.
const TAG_UNIT = 2 ** 24;
const TOP_TAG = 2 ** 23; // of every tag, so that all headers are as long
const GENERATIONS = 2 ** 20;
export const MAX_STEP = 15;
export const MAX_KID = 2 ** 48 - 1;
const FRAME_TIME = 20; // ms that one counter stands for
const MAX_AHEAD = 25; // counters that a sender may be ahead of the time

export const LATE_AFTER = 2000; // ms that a frame may come later than others of its sender
export const TURN_WITHIN = 1000; // ms that a sender may go on with a key after it made the next
const MAX_SENDERS = 63; // whose keys are held
// Counters that a frame may be back from the newest that opened, with that one, and still be
// played: 24 behind it, 480 ms. A bad network reorders by 200, and there are two on the way; a
// player waits for no more.
const WINDOW = 25;
// Counters back of which it is known whether they opened: 5 s. What comes again within them is
// repeated, and what is behind by more no network kept back.
const MEMORY = 256;
const MAX_GENERATIONS = 2; // of one sender
const DRIFT = 2000; // two clocks differ by less than one part of so many
const TRIES_BURST = 8; // steps ahead that are computed before they proved to be genuine
const TRIES_EVERY = 250; // ms, until one more may be
const SLOT_IDLE = 5000; // ms that a sender is unheard before another track may bring them

const kidOf = (tag, generation, step) => tag * TAG_UNIT + (generation % GENERATIONS) * (MAX_STEP + 1) + step;
export const splitKID = (kid) => ({ tag: Math.floor(kid / TAG_UNIT), generation: Math.floor((kid % TAG_UNIT) / (MAX_STEP + 1)), step: kid % (MAX_STEP + 1) });

// ---- Keys ----

async function derived(base, info, bytes) {
  const k = await subtle.importKey("raw", base, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await subtle.deriveBits({ name: "HKDF", hash: "SHA-512", salt: new Uint8Array(), info }, k, 8 * bytes));
}

// ratcheted promises the next step's base key, of which nobody gets back.
export const ratcheted = (base) => derived(base, encoder.encode("SFrame 1.0 Ratchet"), BASE_BYTES);

// sealerOf promises what seals and opens by a key id's key: {key, salt}.
export async function sealerOf(base, kid) {
  const label = (name) => {
    const info = new Uint8Array([...encoder.encode(`SFrame 1.0 Secret ${name} `), ...new Uint8Array(10)]);
    const view = new DataView(info.buffer, info.length - 10);
    view.setUint32(0, Math.floor(kid / 2 ** 32));
    view.setUint32(4, kid % 2 ** 32);
    view.setUint16(8, SUITE);
    return info;
  };
  const [raw, salt] = [await derived(base, label("key"), 32), await derived(base, label("salt"), 12)];
  const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  raw.fill(0);
  return { key, salt };
}

function nonceOf({ salt }, counter) {
  const nonce = salt.slice();
  for (let i = 11, rest = counter; rest > 0; i--, rest = Math.floor(rest / 256)) nonce[i] ^= rest % 256;
  return nonce;
}

const joined = (a, b) => {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
};

export async function sealFrame(sealer, kid, counter, metadata, frame) {
  const head = header(kid, counter);
  const sealed = await subtle.encrypt({ name: "AES-GCM", iv: nonceOf(sealer, counter), additionalData: joined(head, metadata) }, sealer.key, frame);
  return joined(head, new Uint8Array(sealed));
}

// openFrame promises what a frame holds, whose header was read; it rejects if it does not open.
export async function openFrame(sealer, { counter, length }, metadata, sealed) {
  const additionalData = joined(sealed.subarray(0, length), metadata);
  return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv: nonceOf(sealer, counter), additionalData }, sealer.key, sealed.subarray(length)));
}

// ---- What is said here ----

// Keys are one end's own, for one part in a room's voice. What seals by them is elsewhere,
// and gets no more than what seals: {kid, sealer}, each time another one holds.
export class Keys {
  begun; // ms, by the wall clock

  #use;
  #tag;
  #generation = 0;
  #step = 0;
  #base;
  #pending = null; // {kid, base} of the next generation, by which nothing is sealed yet
  #elapsed;
  #closed = false;

  // begin begins with a fresh key. wall is a wall clock in ms, since a machine's sleep is to
  // count.
  static async begin(use, wall = Date.now) {
    const s = new Keys();
    s.#use = use;
    s.#tag = TOP_TAG + (crypto.getRandomValues(new Uint32Array(1))[0] >>> 9);
    s.begun = wall();
    s.#elapsed = steadily(s.begun, wall);
    s.#base = crypto.getRandomValues(new Uint8Array(BASE_BYTES));
    use({ kid: s.#kid, sealer: await sealerOf(s.#base, s.#kid) });
    return s;
  }

  get #kid() { return kidOf(this.#tag, this.#generation, this.#step); }
  get #counter() { return Math.floor(this.#elapsed() / FRAME_TIME); }

  // key is what somebody is to be given who is to hear what is sealed from now on.
  key() { return { kid: this.#kid, counter: this.#counter, base: this.#base.slice() }; }

  // ratchet goes on to the next step, from which nobody gets back to those before: who has the
  // key follows. False: the generation has no more.
  async ratchet() {
    if (this.#step === MAX_STEP || this.#closed) return false;
    const before = this.#base;
    const base = await ratcheted(before);
    const kid = this.#kid + 1;
    const sealer = await sealerOf(base, kid);
    if (this.#closed) return false;
    before.fill(0);
    this.#base = base;
    this.#step++;
    this.#use({ kid, sealer });
    return true;
  }

  // fresh makes the key of the next generation, to be given to all, with which turn begins.
  fresh() {
    const generation = (this.#pending ? splitKID(this.#pending.kid).generation : this.#generation) + 1;
    this.#pending?.base.fill(0);
    this.#pending = { kid: kidOf(this.#tag, generation, 0), base: crypto.getRandomValues(new Uint8Array(BASE_BYTES)) };
    return { kid: this.#pending.kid, counter: this.#counter, base: this.#pending.base.slice() };
  }

  // turn seals by the key that fresh made last.
  async turn() {
    if (!this.#pending || this.#closed) return;
    const { kid, base } = this.#pending;
    this.#pending = null;
    const sealer = await sealerOf(base, kid);
    if (this.#closed) return base.fill(0);
    this.#base.fill(0);
    this.#generation = splitKID(kid).generation;
    [this.#step, this.#base] = [0, base];
    this.#use({ kid, sealer });
  }

  // close overwrites them.
  close() {
    this.#closed = true;
    this.#base.fill(0);
    this.#pending?.base.fill(0);
    this.#pending = null;
  }
}

// Sealing seals frames by the key that holds.
export class Sealing {
  #metadata;
  #elapsed;
  #key = null; // {kid, sealer}
  #next = 0; // the first counter that was not used

  // metadata goes into every frame's tag. begun is when the keys were, and wall their clock.
  constructor(metadata, begun, wall = Date.now) {
    this.#metadata = metadata;
    this.#elapsed = steadily(begun, wall);
  }

  use(key) { this.#key = key; }

  // seal promises a sealed frame; it rejects where nothing is to leave. A counter never comes
  // again, and is never behind the time, nor much ahead of it: by the counter receivers find
  // out what was kept back.
  async seal(frame) {
    if (!this.#key) throw new Error("closed");
    if (frame.length > MAX_FRAME) throw new Error("long");
    const now = Math.floor(this.#elapsed() / FRAME_TIME);
    const counter = Math.max(this.#next, now);
    if (counter > now + MAX_AHEAD) throw new Error("fast");
    this.#next = counter + 1;
    return sealFrame(this.#key.sealer, this.#key.kid, counter, this.#metadata, frame);
  }

  // close forgets the key. Nothing is sealed after it.
  close() { this.#key = null; }
}

// steadily is the ms that passed since then, by a clock that is never set back.
function steadily(begun, wall) {
  let [last, ahead] = [begun, 0];
  return () => {
    ahead += Math.max(0, last - wall() - ahead);
    last = Math.max(last, wall() + ahead);
    return last - begun;
  };
}

// ---- What is heard ----

// Ring holds the keys of those whom one end hears.
export class Ring {
  talkers = new Map(); // member → what is known of their frames
  closed = false;
  came = 0; // frames, on all tracks, whatever they were
  now;

  #adding = Promise.resolve(); // one key after the other
  #coming = new Set(); // {member, over} of those keys

  // now is a clock in ms that is never set.
  constructor(now = () => performance.now()) { this.now = now; }

  // add takes a key that a member sealed to this end: {kid, counter, base}, and promises
  // whether it was; it is not if theirs were removed meanwhile. metadata goes into the tags of
  // their frames: another's key opens nothing.
  add(member, metadata, key) {
    const coming = { member, over: false };
    this.#coming.add(coming);
    return this.#adding = this.#adding.then(() => this.#add(coming, metadata, key));
  }

  async #add(coming, metadata, { kid, counter, base }) {
    const sealer = await sealerOf(base, kid);
    this.#coming.delete(coming);
    if (this.closed || coming.over) return false;
    const { member } = coming;
    const now = this.now();
    const { tag, generation, step } = splitKID(kid);
    const early = now - counter * FRAME_TIME;
    let talker = this.talkers.get(member);
    if (talker?.tag !== tag) {
      if (!talker && this.talkers.size >= MAX_SENDERS) return false;
      const counts = talker?.counts ?? { opened: 0, changed: 0, late: 0, last: -Infinity };
      if (talker) forget(talker); // they came into the voice anew
      talker = { member, metadata, tag, generations: [], seen: new Array(MEMORY).fill(-1), places: [], newest: 0, earliest: early, measured: now, slot: null, tries: 0, tried: -Infinity, counts };
      this.talkers.set(member, talker);
    }
    measure(talker, early, now);
    talker.generations = talker.generations.filter(({ number }) => number !== generation);
    for (const each of talker.generations) each.ends = Math.min(each.ends, now + TURN_WITHIN + LATE_AFTER);
    if (talker.generations.length === MAX_GENERATIONS) talker.generations.shift().base.fill(0);
    talker.generations.push({ number: generation, step, base: base.slice(), sealer, before: null, was: 0, until: Infinity, ends: Infinity });
    return true;
  }

  // remove forgets a member's keys.
  remove(member) {
    for (const coming of this.#coming) coming.over ||= coming.member === member;
    if (this.talkers.has(member)) forget(this.talkers.get(member));
    this.talkers.delete(member);
  }

  // counts is what came of each: {opened, changed, late, last}; last is ms of now's clock.
  counts() { return new Map([...this.talkers].map(([member, { counts }]) => [member, { ...counts }])); }

  // unbind notes that all tracks are new: whoever was heard may come on any.
  unbind() { for (const talker of this.talkers.values()) talker.slot = null; }

  // close forgets all keys. Nothing opens after it.
  close() {
    this.closed = true;
    for (const member of [...this.talkers.keys()]) this.remove(member);
  }

  receiver() { return new Receiver(this); }
}

function forget(talker) {
  for (const { base } of talker.generations) base.fill(0);
  [talker.generations, talker.slot] = [[], null];
}

// measure notes how early something of theirs came, and returns how much later that was
// than what came earliest.
function measure(talker, early, now) {
  talker.earliest = Math.min(talker.earliest + (now - talker.measured) / DRIFT, early);
  talker.measured = now;
  return early - talker.earliest;
}

function prune(talker, now) {
  talker.generations = talker.generations.filter(({ ends, base }) => {
    if (now > ends) base.fill(0);
    return now <= ends;
  });
  for (const each of talker.generations) if (now > each.until) each.before = null;
}

function mayTry(talker, now) {
  const off = Math.floor((now - talker.tried) / TRIES_EVERY);
  if (off > 0) [talker.tries, talker.tried] = [Math.max(0, talker.tries - off), now];
  if (talker.tries >= TRIES_BURST) return false;
  talker.tries++;
  return true;
}

// openBy promises {frame} of a talker's by the key that it names, or {why}. A step that is
// ahead is taken once a frame of it has opened.
async function openBy(talker, head, sealed, now) {
  const { generation, step } = splitKID(head.kid);
  const of = talker.generations.find(({ number }) => number === generation);
  if (!of) return { why: "unknown" };
  const tries = async (sealer) => {
    try {
      return { frame: await openFrame(sealer, head, talker.metadata, sealed) };
    } catch {
      return { why: "broken" };
    }
  };
  if (step === of.step) return tries(of.sealer);
  if (step < of.step && of.before && step === of.was) return tries(of.before);
  if (step < of.step || !mayTry(talker, now)) return { why: "unknown" };
  let base = of.base.slice();
  for (let n = of.step; n < step; n++) {
    const next = await ratcheted(base);
    base.fill(0);
    base = next;
  }
  const ahead = await sealerOf(base, head.kid);
  const opened = await tries(ahead);
  if (opened.frame && of.step < step && talker.generations.includes(of)) {
    of.base.fill(0);
    Object.assign(of, { before: of.sealer, was: of.step, until: now + LATE_AFTER, step, base, sealer: ahead });
  } else {
    base.fill(0);
  }
  return opened;
}

// keeps says whether a frame is played behind those that were said before it and before those
// that were said after it.
function keeps(talker, counter, at) {
  return talker.places.every((other) => {
    const later = (at - other.at) | 0; // these numbers begin anew after 2³²
    return counter > other.counter ? later > 0 : later < 0;
  });
}

// Receiver is one track on which frames come: of one member, as long as they are heard.
export class Receiver {
  #ring;
  #talker = null; // that it is bound to

  constructor(ring) { this.#ring = ring; }

  // open promises {frame, from}, or {why, from}: there is nothing of that to be played. at is
  // the RTP time at which it is, by which players put in order what a network did not keep so;
  // it is the server's word, so only what keeps to the order of the counters is played.
  async open(sealed, at) {
    const ring = this.#ring;
    if (ring.closed) return { why: "closed" };
    if (sealed.length === 0) return { why: "broken" }; // browsers make such where nothing came
    ring.came++;
    const head = readHeader(sealed);
    if (!head || sealed.length < head.length + TAG_BYTES || sealed.length > MAX_FRAME + OVERHEAD) {
      if (this.#talker) this.#talker.counts.changed++; // by the track alone: nothing else is known of it
      return { why: "broken" };
    }
    const now = ring.now();
    const { tag } = splitKID(head.kid);
    let refused = { why: "unknown" };
    for (const talker of [...ring.talkers.values()].filter((each) => each.tag === tag)) { // two may have drawn one
      prune(talker, now);
      const { frame, why } = await openBy(talker, head, sealed, now);
      const from = talker.member;
      if (ring.closed) return { why: "closed" };
      if (ring.talkers.get(from) !== talker) return { why: "unknown" }; // gone meanwhile
      if (frame) {
        const not = this.#take(talker, head.counter, at, now);
        return not ? { why: not, from } : { frame, from };
      }
      if (why === "broken") refused = { why, from, talker };
    }
    if (refused.talker) refused.talker.counts.changed++;
    return { why: refused.why, from: refused.from };
  }

  // take judges a genuine frame of a member's, counts it, and says why it is dropped.
  #take(talker, counter, at, now) {
    const { counts } = talker;
    const bound = this.#talker;
    const other = bound && bound !== talker && bound.slot === this && now - bound.counts.last <= SLOT_IDLE;
    if (other || (talker.slot && talker.slot !== this && now - counts.last <= SLOT_IDLE)) {
      counts.changed++;
      return "swapped";
    }
    if (counter + MEMORY < talker.newest || talker.seen[counter % MEMORY] === counter) {
      counts.changed++;
      return "replayed";
    }
    if (measure(talker, now - counter * FRAME_TIME, now) > LATE_AFTER) {
      counts.late++;
      return "late";
    }
    if (talker.slot !== this) talker.places = [];
    if (!keeps(talker, counter, at)) {
      counts.changed++;
      return "moved";
    }
    if (counter + WINDOW < talker.newest) {
      counts.late++;
      return "late";
    }
    if (bound && bound !== talker && bound.slot === this) bound.slot = null;
    [this.#talker, talker.slot] = [talker, this];
    talker.seen[counter % MEMORY] = counter;
    talker.places[counter % WINDOW] = { counter, at };
    talker.newest = Math.max(talker.newest, counter + 1);
    counts.opened++;
    counts.last = now;
    return "";
  }
}

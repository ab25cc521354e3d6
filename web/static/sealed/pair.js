// What two members of a sealed room share, at one of the two ends: a root that goes
// on in steps, and a chain of keys for each direction. The twin of pair.go and
// chain.go in Go's rooms/seal; docs/SEALED.md is the scheme ("Pairs"). Knows no
// messages and no clock but the times it is given.
//
// WebCrypto has no ML-KEM that this project can test, so this end neither offers a
// key for it nor answers one.

import { Memory } from "./past.js";
import { agree, expand, forged, ghost, hmac, isPublicKey, join, SealError, sha256, u32 } from "./seal.js";

export const STEP_EVERY = 120_000; // ms that a pair which talks goes on with one share
const BLOCK_KEYS = 64; // keys in a block of a chain
const MAX_SKIP = BLOCK_KEYS * BLOCK_KEYS; // keys that may be passed over at once
// How much of a sender's that proves to be nothing is looked at: so many at once, and
// one more each so many ms. Each may cost 127 hashes and a step of the pair.
const FAILURES = 256;
const FAILURE_EVERY = 1000 / 16;

const nothing = new Uint8Array();
const replay = () => new SealError("replay", "A message came a second time, or behind one that was sent after it; it was dropped.");
const far = () => new SealError("far", "A message skips more than can be missing; it was dropped.");

// isKEMKey says whether that is a key for ML-KEM-768, or nothing: its first 1,152 bytes are
// numbers below 3329 of twelve bits each (FIPS 203, 7.2). Hosts that could use it look, so
// that all hosts decide alike.
function isKEMKey(key) {
  for (let at = 0; at < Math.min(key.length, 1152); at += 3) {
    if ((key[at] | ((key[at + 1] & 15) << 8)) >= 3329 || ((key[at + 1] >> 4) | (key[at + 2] << 4)) >= 3329) return false;
  }
  return true;
}

// Chain gives a key for each message, in two levels, and forgets.
export class Chain {
  next = 0; // the counter of the key that is next
  #outer;
  #inner;

  static async from(key) {
    const chain = new Chain();
    await chain.#begin(key);
    return chain;
  }

  async #begin(outer) {
    const inner = await expand(outer, "inner");
    const next = await expand(outer, "outer");
    this.forget();
    [this.#outer, this.#inner] = [next, inner];
  }

  // step returns the next key, bound to a context, and forgets how to make it.
  async step(context) {
    const key = await expand(this.#inner, "wrap", context);
    await this.#skip();
    return key;
  }

  async #skip() {
    if (++this.next % BLOCK_KEYS === 0) return this.#begin(this.#outer);
    const inner = await expand(this.#inner, "next");
    this.#inner.fill(0);
    this.#inner = inner;
  }

  // at returns a copy that stands at counter n; the chain itself stays.
  async at(n) {
    if (n < this.next) throw replay();
    if (n - this.next > MAX_SKIP) throw far();
    const ahead = new Chain();
    [ahead.next, ahead.#outer, ahead.#inner] = [this.next, this.#outer.slice(), this.#inner.slice()];
    while (Math.floor(ahead.next / BLOCK_KEYS) < Math.floor(n / BLOCK_KEYS)) {
      await ahead.#begin(ahead.#outer);
      ahead.next += BLOCK_KEYS - (ahead.next % BLOCK_KEYS);
    }
    while (ahead.next < n) await ahead.#skip();
    return ahead;
  }

  forget() {
    this.#outer?.fill(0);
    this.#inner?.fill(0);
  }
}

// Pair. Its phases: "met", "greeted" (at the newcomer's end, once the greeting is
// sealed), "linked" (both chains are there).
export class Pair {
  id;
  key; // the peer's public one
  newcomer; // whether this end came later than the peer
  phase = "met";

  step = 0; // steps made, by either end
  repeat = nothing; // our newest share, until the peer has shown that it knows it
  in = null; // Chain
  out = null;
  inStep = 0; // which steps began them
  outStep = 0;

  sent = 0; // messages to and from the peer so far
  heard = 0;
  number = 0; // of its newest message to all; 0: none was heard
  past = nothing; // what binds that and all before
  remembered = new Memory(); // the same, of its newest
  lost = 0; // missing messages since then: some of them may have been to all

  greet; // seals the greeting
  #room;
  #me;
  #draw;
  #root;
  #ours = null; // {privateKey, key} of our newest share, until the peer has stepped on from it
  #theirs = null; // its newest share
  #offered = null; // H of the ML-KEM key that the greeting offered, or of nothing
  #stepped = 0; // ms when the newest step was made
  #talked = false; // since then
  #failures = 0;
  #failed = 0; // ms when one was taken off last

  // between begins a pair; throws a ghost for a key of low order. me: {id, key},
  // privateKey ours; draw promises fresh key pairs.
  static async between({ room, me, privateKey, peer, newcomer, draw }) {
    const shared = await agree(privateKey, peer.key);
    if (!shared) throw ghost();
    const pair = new Pair();
    [pair.id, pair.key, pair.newcomer, pair.#room, pair.#me, pair.#draw] = [peer.id, peer.key, newcomer, room, me, draw];
    [pair.greet, pair.#root] = await (newcomer ? room.begin(shared, me, peer) : room.begin(shared, peer, me));
    shared.fill(0);
    return pair;
  }

  // greeted notes, at the newcomer's end, that the greeting of this text is out.
  async greeted(text) {
    this.phase = "greeted";
    this.#offered = await sha256(text.subarray(32));
  }

  // answer takes up, at the host's end, what a greeting says, and makes the first step.
  async answer(text, now) {
    const share = text.slice(0, 32);
    if ((text.length !== 32 && text.length !== 32 + 1184) || !isPublicKey(share) || !isKEMKey(text.subarray(32))) throw forged();
    this.#offered = await sha256(text.subarray(32));
    this.#theirs = share;
    await this.stepOn(now);
    this.greet.fill(0);
  }

  // turn says whether the next step is this end's.
  get turn() { return this.phase === "linked" && (this.step % 2 === 1) === this.newcomer; }

  // dueAt is when this end should step, in ms; Infinity: not before something is said.
  get dueAt() { return this.turn && this.#talked ? this.#stepped + STEP_EVERY : Infinity; }

  talked() { this.#talked = true; }

  // stepOn makes this end's step.
  async stepOn(now) {
    const share = await this.#draw();
    const next = await this.#mix({ who: [this.#me.key, this.key], share: share.key, other: this.#theirs, privateKey: share.privateKey, theirs: this.#theirs });
    this.out?.forget();
    [this.out, this.outStep] = [await Chain.from(next.chain), next.step];
    if (next.step === 1) {
      [this.in, this.inStep] = [await Chain.from(next.back), 1];
      this.phase = "linked";
    }
    [this.#ours, this.repeat] = [share, share.key];
    this.#take(next, now);
  }

  // mix computes a step and changes nothing. who: the public key of whoever steps,
  // and that of the other; their shares follow in the same order.
  async #mix({ who, share, other, privateKey, theirs }) {
    const step = this.step + 1;
    const secret = await agree(privateKey, theirs);
    if (!secret) throw forged();
    const prk = await hmac(this.#root, secret);
    const context = join(this.#room.id, u32(step), ...who, share, other, this.#offered, await sha256(nothing));
    const next = { step, root: await expand(prk, "root", context), chain: await expand(prk, "chain", context) };
    if (step === 1) next.back = await expand(prk, "back", context);
    secret.fill(0);
    prk.fill(0);
    return next;
  }

  #take(next, now) {
    this.#root.fill(0);
    [this.#root, this.step, this.#stepped, this.#talked] = [next.root, next.step, now, false];
    next.chain.fill(0);
    next.back?.fill(0);
  }

  // reach finds the chain, at its key, that a wrap was made with, and the step that
  // began it if that is new here. It changes nothing. greeting: {privateKey, key} of
  // the share that ours offered.
  async reach({ step, counter, share }, greeting) {
    if (step === 0 || step > this.step + 1) throw forged();
    if (step === this.step + 1) {
      const ours = step === 1 && this.phase === "greeted" ? greeting : this.#ours;
      if (!share || !ours || this.turn || this.phase === "met") throw forged(); // there is no such step to make
      const next = await this.#mix({ who: [this.key, this.#me.key], share, other: ours.key, privateKey: ours.privateKey, theirs: share });
      const chain = await Chain.from(next.chain);
      try {
        return { chain: await chain.at(counter), next, share };
      } catch (error) {
        this.drop({ next });
        throw error;
      } finally {
        chain.forget();
      }
    }
    if (this.phase !== "linked" || this.#began(step) !== this.inStep) throw replay();
    return { chain: await this.in.at(counter) };
  }

  // drop overwrites what reach found, if its message proved to be nothing.
  drop({ chain, next }) {
    chain?.forget();
    for (const key of [next?.root, next?.chain, next?.back]) key?.fill(0);
  }

  // follow goes on with what reach found, once its message has proved to be genuine.
  async follow({ chain, next, share }, now) {
    this.in?.forget();
    this.in = chain;
    if (next) {
      [this.inStep, this.#theirs] = [next.step, share];
      if (next.step === 1) {
        [this.out, this.outStep] = [await Chain.from(next.back), 1];
        this.phase = "linked";
        this.greet.fill(0);
      }
      [this.#ours, this.repeat] = [null, nothing]; // the peer has gone on from it
      this.#take(next, now);
    }
    this.#talked = true;
  }

  // began says which step began the chain that the peer uses once it knows of so many.
  #began(step) {
    const theirs = (step % 2 === 0) === !this.newcomer;
    return theirs || step === 1 ? step : step - 1;
  }

  // tooMany says whether to look at nothing more of this peer's for now.
  tooMany(now) {
    const off = Math.floor((now - this.#failed) / FAILURE_EVERY);
    if (off > 0) [this.#failures, this.#failed] = [Math.max(0, this.#failures - off), now];
    return this.#failures >= FAILURES;
  }

  failed() { this.#failures++; }

  // forget overwrites what the pair shares.
  forget() {
    this.#root.fill(0);
    this.greet.fill(0);
    this.in?.forget();
    this.out?.forget();
    this.#ours = null;
  }
}


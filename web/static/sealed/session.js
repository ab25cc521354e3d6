// One end's state in a sealed room: itself, and what it shares with every peer. The
// twin of session.go and open.go in Go's rooms/seal; docs/SEALED.md is the scheme
// ("Messages"), with every layout. Bytes go in and come out.

import { aes, equal, expand, forged, hex, isPublicKey, join, newKeys, PUBLIC_BYTES, readU32, SealError, sha256, u32, unhex, VERSION } from "./seal.js";
import { Pair } from "./pair.js";
import { addressed, after, BESIDE_BYTES, nameOf, newSalt, Owed, pastOf, readAddressed } from "./past.js";

export const HEADER_BYTES = 122;
export const MAX_PLAINTEXT = 32768 - 4; // bytes
const MAX_SAID = MAX_PLAINTEXT - BESIDE_BYTES;
export const MAX_MEMBERS = 64;
export const MAX_HELLOS = 65_536; // hellos that one session takes
const STEPS_AT_ONCE = 8; // pairs that step with one message
const MIN_PADDED = 256;
const TAG_BYTES = 16;
const WRAPPED_BYTES = 32 + TAG_BYTES; // a message key
const WRAP_HEAD = 13;
const CIPHERTEXT_BYTES = 1088; // of ML-KEM-768

const MAX_COUNT = 2 ** 31 - 1; // the highest number of a message

const TO_ALL = 1; // of a header
const WITH_SHARE = 1; // of a wrap
const WITH_CIPHERTEXT = 2;
const AS_GREETING = 4;

const none = new Uint8Array();
const replay = () => new SealError("replay", "A message came a second time, or behind one that was sent after it; it was dropped.");

// Session's methods must not overlap: callers queue them.
export class Session {
  me; // {id, key}
  said = 0; // messages to all so far
  past; // what binds them

  #room;
  #private;
  #draw;
  #peers = new Map();
  #hellos = new Set(); // everybody who ever was a peer
  #greeting = null; // {privateKey, key} of the share in our greeting, until all have answered
  #view = { epoch: 0, hash: new Uint8Array(32) };
  #owed = new Owed();

  // begin takes a fresh identity, or keys that are given by tests, as is what
  // draws fresh shares.
  static async begin(room, keys, draw = newKeys) {
    const s = new Session();
    keys ??= await newKeys();
    s.#room = room;
    s.#private = keys.privateKey;
    s.#draw = draw;
    s.me = await room.peer(keys.key);
    s.#hellos.add(s.me.id);
    s.past = await pastOf(room.id, s.me.id);
    return s;
  }

  hello() { return this.#room.hello(this.me); }

  // see says whom this end shows from now on, {epoch, hash}; every message carries it.
  see(view) { this.#view = view; }

  // add begins a pair with whoever said that hello, and returns {id, key}. newcomer:
  // they were here before this end, which then has to greet them. Throws ghost,
  // version, used, full.
  async add(hello, newcomer) {
    const peer = await this.#room.meet(hello);
    if (this.#hellos.has(peer.id)) throw new SealError("used", "Somebody was shown who had left already; they were not let in again.");
    if (this.#peers.size >= MAX_MEMBERS - 1) throw new SealError("full", `A sealed room holds ${MAX_MEMBERS} people.`);
    if (this.#hellos.size >= MAX_HELLOS) throw new SealError("full", "Too many have come and gone in this room; make a new one.");
    const pair = await Pair.between({ room: this.#room, me: this.me, privateKey: this.#private, peer, newcomer, draw: () => this.#draw(peer.id) });
    this.#peers.set(peer.id, pair);
    this.#hellos.add(peer.id);
    return peer;
  }

  // remove forgets what is shared with a peer, whose hello is used up.
  remove(id) {
    this.#peers.get(id)?.forget();
    this.#peers.delete(id);
    this.#owed.forget(id);
    this.#greeted();
  }

  // forget overwrites what is shared with everybody. The session is of no use after it.
  forget() {
    for (const id of [...this.#peers.keys()]) this.remove(id);
    this.#private = this.#greeting = null;
  }

  #greeted() {
    for (const { newcomer, phase } of this.#peers.values()) if (newcomer && phase !== "linked") return;
    this.#greeting = null;
  }

  linked(id) { return this.#peers.get(id)?.phase === "linked"; }
  // met says whether a peer was here at any time of this session.
  met(id) { return this.#hellos.has(id); }

  // compose numbers a text for some peers, each of whom must be linked, and promises a
  // message, {text, all, number, past, receivers, greets, blind, hash}, which stays the same
  // when it is sealed anew. hash names it, if it is to all. A blind one says nothing of whom
  // this end shows: somebody reads it who is not shown. salt is given only by tests.
  async compose(text, all, to, salt = newSalt()) {
    if (text.length > MAX_SAID) throw new SealError("long", `A sealed message holds at most ${MAX_SAID} bytes.`);
    if (!to.every((id) => this.linked(id))) throw new SealError("gone", "That person is not in the room any more.");
    const receivers = new Map(to.map((id) => [id, this.#peers.get(id).sent++]));
    const message = { text, all, number: this.said, past: this.past, receivers, greets: false, blind: false, hash: none };
    if (!all) return message;
    message.number = ++this.said;
    message.text = addressed(salt, this.#owed.take(), text);
    this.past = await after(this.past, this.said, message.text);
    return { ...message, hash: nameOf(this.past) };
  }

  // greet composes the greeting for everybody who was here before; null if there is nobody.
  async greet() {
    const hosts = [...this.#peers.values()].filter(({ newcomer, phase }) => newcomer && phase !== "linked");
    if (hosts.length === 0) return null;
    this.#greeting ??= await this.#draw(this.me.id);
    for (const host of hosts) await host.greeted(this.#greeting.key);
    return { text: this.#greeting.key, all: false, number: 0, past: this.past, receivers: new Map(hosts.map(({ id }) => [id, 0])), greets: true, blind: true, hash: none };
  }

  // seal seals a message to those of its receivers who are still here: {body, wraps}.
  // When it is sealed again, all that were sealed after it must be too, in their order.
  // key is given only by tests.
  async seal(message, now, key = crypto.getRandomValues(new Uint8Array(32))) {
    const body = await this.#body(message, key);
    const sum = await sha256(body);
    const wraps = {};
    let steps = 0;
    for (const [id, number] of message.receivers) {
      const pair = this.#peers.get(id);
      if (!pair) continue;
      const bound = join(sum, unhex(id));
      if (message.greets) {
        if (pair.phase === "greeted") wraps[id] = await wrapGreeting(pair, key, bound);
        continue;
      }
      if (steps < STEPS_AT_ONCE && pair.dueAt <= now) {
        await pair.stepOn(now);
        steps++;
      }
      wraps[id] = await wrap(pair, number, key, bound);
    }
    key.fill(0);
    return { body, wraps };
  }

  async #body({ text, all, number, past, blind }, key) {
    const view = await masked(blind ? new Uint8Array(32) : this.#view.hash, key);
    const commit = (await expand(key, "commit")).slice(0, 16);
    const header = join(
      new Uint8Array([VERSION]), this.#room.id, unhex(this.me.id), new Uint8Array([all ? TO_ALL : 0]),
      u32(number), u32(this.#view.epoch), view, past, commit,
    );
    return join(header, await aes("encrypt", await expand(key, "body"), pad(text), header));
  }

  // due returns those of some peers, by id, with whom this end should step now, and when to
  // ask again.
  due(now, among) {
    const due = [];
    let next = Infinity;
    for (const pair of among.map((id) => this.#peers.get(id)).filter((each) => each)) {
      if (pair.dueAt > now) next = Math.min(next, pair.dueAt);
      else if (due.length < STEPS_AT_ONCE) due.push(pair.id);
      else next = now;
    }
    return { due, next };
  }

  // open opens a body by our own wrap of its key: {from, greeting, hash, text, all, number,
  // missing, view, twofold, claims}. A message that is refused changes nothing.
  async open(body, sealed, now) {
    const header = readHeader(body, this.#room.id);
    const pair = this.#peers.get(header.from);
    if (!pair || pair.tooMany(now)) throw forged();
    try {
      return await this.#openFrom(pair, header, body, sealed, now);
    } catch (error) {
      const why = error instanceof SealError ? error : forged(); // WebCrypto says no more than "no"
      if (why.kind !== "replay") pair.failed(); // it cost something to find out
      throw why;
    }
  }

  async #openFrom(pair, header, body, sealed, now) {
    const sum = await sha256(body);
    const bound = join(sum, unhex(this.me.id));
    const opened = { from: header.from, greeting: false, hash: none, all: header.all, number: header.number, view: header.view, missing: 0, twofold: false, claims: [] };
    if (sealed[0] === AS_GREETING) {
      if (pair.newcomer || pair.phase !== "met" || header.all || sealed.length !== 1 + WRAPPED_BYTES) throw forged();
      const key = await aes("decrypt", await expand(pair.greet, "wrap", bound), sealed.slice(1), join(bound, sealed.slice(0, 1)));
      await pair.answer((await openBody(header, body, key)).text, now);
      return { ...opened, greeting: true };
    }
    const w = readWrap(sealed);
    if ((header.all && pair.number > 0 && header.number <= pair.number) || w.number < pair.heard) throw replay();
    const reached = await pair.reach(w, this.#greeting);
    let { past } = header;
    try {
      const key = await aes("decrypt", await reached.chain.step(bound), w.sealed, join(bound, w.head));
      Object.assign(opened, await openBody(header, body, key));
      if (header.all) {
        past = await after(past, header.number, opened.text);
        opened.hash = nameOf(past);
        ({ claims: opened.claims, said: opened.text } = readAddressed(opened.text));
      }
    } catch {
      pair.drop(reached);
      throw forged();
    }

    // Genuine: what it says of itself counts.
    await pair.follow(reached, now);
    this.#greeted();
    if (w.step >= pair.outStep) pair.repeat = new Uint8Array(); // the peer has our newest share
    opened.missing = w.number - pair.heard;
    pair.heard = w.number + 1;
    pair.lost += opened.missing;
    if (header.all) {
      const next = pair.number > 0 && header.number === pair.number + 1;
      opened.twofold = next && !equal(header.past, pair.past);
      if (pair.number > 0) opened.missing += Math.max(0, header.number - pair.number - 1 - pair.lost); // to others, and not to us
      pair.remembered.add(header.number, past);
      this.#owed.add({ about: header.from, number: header.number, past }, next);
      [pair.number, pair.past, pair.lost] = [header.number, past, 0];
    } else {
      opened.twofold = pair.number > 0 && header.number === pair.number && !equal(past, pair.past);
    }
    return opened;
  }

  // compare compares what somebody was told by others with what this end was, and
  // returns the ids of those who told the two different things, or are said to have.
  compare({ from, claims }) {
    return claims.filter(({ about, number, past }) => {
      const ours = about === from ? null : this.#peers.get(about)?.remembered.get(number);
      return ours && !equal(ours, past);
    }).map(({ about }) => about);
  }
}

async function wrap(pair, number, key, bound) {
  const flags = pair.repeat.length > 0 ? WITH_SHARE : 0;
  const head = join(new Uint8Array([flags]), u32(pair.step), u32(pair.out.next), u32(number), pair.repeat);
  pair.talked();
  return join(head, await aes("encrypt", await pair.out.step(bound), key, join(bound, head)));
}

async function wrapGreeting(pair, key, bound) {
  const head = new Uint8Array([AS_GREETING]);
  return join(head, await aes("encrypt", await expand(pair.greet, "wrap", bound), key, join(bound, head)));
}

// readHeader reads what stands before a body's sealed text, unproved.
function readHeader(body, room) {
  if (body.length < HEADER_BYTES + MIN_PADDED + TAG_BYTES || body[0] !== VERSION || !equal(body.subarray(1, 17), room)) throw forged();
  const flags = body[33];
  const header = {
    from: senderOf(body), all: flags === TO_ALL, number: readU32(body, 34),
    view: { epoch: readU32(body, 38), hash: body.slice(42, 74) }, past: body.slice(74, 106), commit: body.slice(106, 122),
  };
  if (flags > TO_ALL || header.number > MAX_COUNT || (header.all && header.number === 0)) throw forged();
  return header;
}

// senderOf is whom a body names as its sender, which only opening it can prove; of
// what can't be a body it is nobody.
export const senderOf = (body) => (body.length < HEADER_BYTES ? "" : hex(body.subarray(17, 33)));

// isToAll is what a body says of itself, unproved: that it is for all who are shown.
export const isToAll = (body) => body.length >= HEADER_BYTES && body[33] === TO_ALL;

function readWrap(bytes) {
  if (bytes.length < WRAP_HEAD) throw forged();
  const lengths = { 0: 0, [WITH_SHARE]: PUBLIC_BYTES, [WITH_SHARE | WITH_CIPHERTEXT]: PUBLIC_BYTES + CIPHERTEXT_BYTES };
  const more = lengths[bytes[0]];
  // A ciphertext answers a key for ML-KEM, which this end never offers.
  if (more === undefined || more > PUBLIC_BYTES || bytes.length !== WRAP_HEAD + more + WRAPPED_BYTES) throw forged();
  const head = bytes.slice(0, WRAP_HEAD + more);
  const share = more === 0 ? null : head.slice(WRAP_HEAD);
  if (share && !isPublicKey(share)) throw forged();
  const number = readU32(bytes, 9);
  if (number > MAX_COUNT) throw forged();
  return { head, step: readU32(bytes, 1), counter: readU32(bytes, 5), number, share, sealed: bytes.slice(head.length) };
}

// masked is a view as a header bears it, and the other way round: it can be told from
// guesses at names, so whoever can't open the message must not see it.
async function masked(view, key) {
  const mask = await expand(key, "view");
  return mask.map((byte, i) => byte ^ view[i]);
}

// openBody opens a body by its key, which its header is bound to: {text, view}.
async function openBody(header, body, key) {
  try {
    if (!equal((await expand(key, "commit")).slice(0, 16), header.commit)) throw forged();
    const text = unpad(await aes("decrypt", await expand(key, "body"), body.slice(HEADER_BYTES), body.slice(0, HEADER_BYTES)));
    return { text, view: { epoch: header.view.epoch, hash: await masked(header.view.hash, key) } };
  } finally {
    key.fill(0);
  }
}

function padded(n) {
  let size = MIN_PADDED;
  while (size < n + 4) size *= 2;
  return size;
}

function pad(text) {
  const out = new Uint8Array(padded(text.length));
  out.set(u32(text.length));
  out.set(text, 4);
  return out;
}

function unpad(bytes) {
  const n = readU32(bytes);
  if (n > MAX_PLAINTEXT || padded(n) !== bytes.length || bytes.subarray(4 + n).some((b) => b !== 0)) throw forged();
  return bytes.slice(4, 4 + n);
}

// The files of one room as one page gives and takes them: it keeps the books of
// every offer, seals and opens what is passed, and holds what was taken until it
// is saved. Knows no DOM, and no socket but through the connection; the twin of
// Desk in Go's rooms/files. What is taken is, byte for byte, the file that was offered,
// or is dropped. It never decides to take: a person does. All of it is this page's
// memory, and goes with it.

import { cleanFileName } from "../text/filename.js";
import { Give } from "./give.js";
import { MAX_FILE, Offer, sift } from "./offer.js";
import { fileOf, FileKey, sha256 } from "./seal.js";
import { Take, WINDOW, WINDOW_LEAST } from "./take.js";
import { Theirs } from "./theirs.js";
import { AGAIN, CHUNK, CHUNK_BYTES, decode, DONE, encodeReport, QUIT, WANT, WITHDRAWN } from "./text.js";
import { Allowance } from "../sealed/allowance.js";
import { base64url, fromBase64url } from "../sealed/seal.js";

export const MAX_OFFERS = 4; // offered at once
export const MAX_TAKES = 4; // taken at once
const MAX_ENDED = 16; // offers that ended, and files that came, and are remembered to tell whoever asks
const MAX_TO = 64; // people that something is passed to at once, as the server has it
const MAX_WAITING = 256; // bodies that wait to be opened: more come only from a flood
const PASS_RATE = 200; // a second, chunks and reports: below what the server lets through, so that none is refused
const PASS_BURST = 32; // at once after a pause: a page in the background is woken rarely
const REFUSED_FOR = 250; // ms without a pass after the server found them too many all the same
const MAX_BUFFERED = 128 * 1024; // bytes that wait in the socket: words shall not wait long behind them
const BUFFER_CHECK = 20; // ms until the socket is looked at again
const PASS_ID = "file"; // what the server's errors about our passes bear

export class Desk {
  #connection;
  #clock;
  #onChange;

  #here = new Set(); // ids of the others who are
  #offers = new Set(); // all that this page knows and has not let go of
  #gives = new Map(); // file id → Offer of ours
  #takes = new Map(); // "member file id" → Offer under way
  #pending = new Map(); // file's key → Offer of ours whose own copy has not come
  #ended = new Map(); // file id → FileKey
  #had = new Map(); // "member file id" → Offer that came whole
  #theirs = new Theirs();
  #reports = new Map(); // "member file id" → {key, report, to}: to be passed, the newest of each
  #turn = false; // reports and chunks go in turns
  #inbox = Promise.resolve();
  #waiting = 0;
  #allowance = new Allowance(PASS_RATE, PASS_BURST);
  #pumping = false;
  #asked = false; // for chunks, since the pump last looked
  #wake = { at: Infinity, cancel: () => {} };
  #pace = () => {};

  // connection: send, signal, phase, buffered, of a Connection or a Sealed;
  // onChange(offer) is told whenever something of it may look different.
  constructor({ connection, clock, onChange }) {
    this.#connection = connection;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  // held is how many bytes of others' files this page holds or makes room for.
  get held() { return [...this.#offers].reduce((bytes, { content, mine, file }) => bytes + (!mine && content ? file.size : 0), 0); }

  // atRisk: something would be lost with this page that nobody could have again at
  // once: a file that came and was not saved, or one that is on its way.
  get atRisk() {
    return [...this.#offers].some(({ alive, mine, give }) => alive && (!mine || give.takers.length > 0));
  }

  // ---- What a person does ----

  // sift is as of offer.js, with what is offered now.
  sift(files) { return sift(files, MAX_OFFERS - this.#gives.size); }

  // offer offers a Blob to the room. It promises "" or why not: big, many,
  // offline, unreadable. onKey(key) is called just before it goes out.
  async offer(blob, name, onKey = () => {}) {
    if (blob.size > MAX_FILE) return "big";
    if (this.#gives.size >= MAX_OFFERS) return "many";
    let sum;
    try {
      sum = await sha256(await blob.arrayBuffer());
    } catch {
      return "unreadable"; // a folder, or gone
    }
    const key = await FileKey.fresh();
    const file = { name: cleanFileName(name), size: blob.size, key: base64url(key.bytes), sum: base64url(sum) };
    if (this.#gives.size >= MAX_OFFERS) return "many"; // meanwhile
    onKey(file.key);
    if (this.#connection.phase !== "open" || this.#connection.send({ t: "offer", file }) === null) return "offline";
    const offer = new Offer({ file, mine: true, key });
    offer.give = new Give(offer.chunks);
    offer.content = blob;
    this.#gives.set(key.id, offer);
    this.#pending.set(file.key, offer);
    return "";
  }

  // known returns the Offer of an "offered" frame's file. here says whether who
  // offered it still is.
  known({ file, from, mine }, here) {
    const own = mine ? this.#pending.get(file.key) : undefined;
    if (own) this.#pending.delete(file.key);
    const offer = own ?? new Offer({ file, from, mine });
    offer.from = from;
    if (!own && (mine || !here)) this.#end(offer, mine ? "lost" : "left");
    this.#offers.add(offer);
    if (!mine) { // before what was passed about it since is read
      const learnt = this.#theirs.learn(offer, (each) => this.#offers.has(each));
      this.#inbox = this.#inbox.then(() => learnt);
    }
    return offer;
  }

  // take begins to take. It promises "" or why not: offline, many, full.
  async take(offer) {
    if (this.#connection.phase !== "open") return "offline";
    if ([...this.#offers].filter(({ state }) => state === "taking").length >= MAX_TAKES) return "many";
    if (this.held + offer.file.size > MAX_FILE) for (const each of this.#offers) if (each.state === "saved") this.release(each);
    if (this.held + offer.file.size > MAX_FILE) return "full";
    offer.state = "taking";
    offer.why = "";
    offer.content = new ArrayBuffer(offer.file.size);
    const take = offer.take = new Take(offer.chunks, this.#clock.now());
    this.#onChange(offer);
    const id = `${offer.from.id} ${(await offer.key()).id}`;
    if (offer.take !== take) return ""; // cancelled meanwhile
    if (this.#takes.has(id)) { // their program offered it twice as one
      this.#end(offer, "withdrawn");
      return "";
    }
    this.#takes.set(id, offer);
    this.#tell(offer, take.ask(this.#window));
    return "";
  }

  decline(offer) {
    this.#stop(offer, "offered", "declined");
  }

  // cancel ends what is under way, or withdraws what is ours.
  cancel(offer) {
    if (offer.mine) this.#withdraw(offer, "cancelled");
    else this.#quit(offer, "offered", "cancelled");
  }

  // saved: the file was given to the browser.
  saved(offer) {
    offer.state = "saved";
    this.#onChange(offer);
  }

  // release lets go of what is held of a file that was taken.
  release(offer) {
    if (offer.state !== "whole" && offer.state !== "saved") return;
    this.#stop(offer, offer.gone ? "ended" : "offered", offer.gone || "released");
  }

  // forget: nobody sees that offer any more, and it was not alive.
  forget(offer) {
    offer.content = null;
    this.#offers.delete(offer);
    this.#theirs.forget(offer);
  }

  // close lets go of everything: the page is being left.
  close() {
    this.#wake.cancel();
    this.#wake.at = Infinity;
    this.#pace();
    for (const offer of [...this.#offers, ...this.#gives.values()]) this.#end(offer, "lost");
    for (const each of [this.#offers, this.#gives, this.#takes, this.#pending, this.#ended, this.#had, this.#theirs, this.#reports]) each.clear();
  }

  // ---- What happens ----

  // apply takes what the room tells, after the room's own books.
  apply(frame) {
    switch (frame.t) {
      case "passed":
        return this.#passed(frame);
      case "joined":
        this.#here.add(frame.member.id);
        return;
      case "left":
        return this.#parted(frame.member.id);
      case "away": // their end is back, and may have lost what was on its way
        if (!frame.member.away) this.#askAgain(({ from }) => from.id === frame.member.id);
        return;
      case "welcome":
        this.#here = new Set(frame.members.map(({ id }) => id));
        this.#here.delete(frame.you.id);
        if (frame.resumed) this.#askAgain(() => true);
        else this.#placeLost(this.#here);
        this.#pump();
        return;
      case "error":
        if (frame.id !== PASS_ID || frame.code !== "rate_limited") return;
        this.#allowance.pause(this.#clock.now(), REFUSED_FOR);
    }
  }

  // refused: an offer of ours did not happen, or nobody knows whether it did.
  refused({ file }) {
    const offer = this.#pending.get(file.key);
    if (offer) this.#withdraw(offer, "lost");
    this.#pending.delete(file.key);
  }

  // over: the connection will not come back by itself.
  over() { this.#placeLost(new Set()); }

  // placeLost: nobody knows us any more by who we were. Those who are still here
  // have what they offered.
  #placeLost(here) {
    for (const offer of this.#gives.values()) this.#end(offer, "lost");
    for (const each of [this.#gives, this.#pending, this.#ended, this.#had, this.#reports]) each.clear();
    for (const offer of this.#offers) {
      if (!here.has(offer.from.id)) this.#lose(offer, "lost");
      else if (offer.state === "taking") this.#stop(offer, "offered", "lost");
    }
  }

  #parted(id) {
    this.#here.delete(id);
    for (const offer of this.#gives.values()) if (offer.give.forget(id)) this.#onChange(offer);
    for (const offer of this.#offers) if (offer.from.id === id && !offer.mine) this.#lose(offer, "left");
  }

  // lose ends an offer of somebody who is gone; what is here already stays.
  #lose(offer, why) {
    if (offer.state === "whole" || offer.state === "saved") offer.gone = why;
    else if (offer.state !== "ended") this.#end(offer, why);
  }

  #passed({ from, body }) {
    const bytes = typeof body === "string" ? fromBase64url(body) : null;
    const file = bytes ? fileOf(bytes) : "";
    const of = `${from.id} ${file}`;
    let offer = this.#takes.get(of) ?? this.#gives.get(file) ?? this.#had.get(of) ?? this.#theirs.find(from.id, file);
    const ended = offer ? undefined : this.#ended.get(file);
    if ((!offer && !ended && !this.#theirs.learns) || this.#waiting >= MAX_WAITING) return;
    this.#waiting++;
    this.#inbox = this.#inbox.then(async () => {
      offer ??= ended ? undefined : this.#theirs.find(from.id, file);
      if (!offer && !ended) return;
      const text = await (ended ?? await offer.key()).open(bytes);
      const said = text && decode(text, offer ? offer.chunks : 2 ** 32);
      if (!said) return;
      if (ended) this.#reportedEnded(ended, from.id, said);
      else if (offer.mine) this.#reported(offer, from.id, said);
      else await this.#arrived(offer, said);
    }).catch((error) => globalThis.reportError?.(error)).then(() => {
      this.#waiting--;
      this.#arm();
    });
  }

  // arrived takes a chunk, or the news that there will be no more.
  async #arrived(offer, { kind, n, data }) {
    const had = offer.state === "whole" || offer.state === "saved";
    if (had && kind === CHUNK) return this.#tell(offer, { kind: DONE }); // they did not hear it
    if (kind === WITHDRAWN) return this.#lose(offer, "withdrawn");
    if (offer.state !== "taking" || kind !== CHUNK) return;
    const { use, answer } = offer.take.chunk(n, this.#window, this.#clock.now());
    if (use) {
      const at = n * CHUNK_BYTES;
      new Uint8Array(offer.content, at).set(data.subarray(0, offer.file.size - at));
      this.#onChange(offer);
    }
    if (answer) this.#tell(offer, answer);
    if (offer.take?.whole) await this.#check(offer);
  }

  // check compares the sum of what arrived with the one that was offered.
  async #check(offer) {
    const { take } = offer;
    const { id } = await offer.key();
    const right = base64url(await sha256(offer.content)) === offer.file.sum;
    if (offer.take !== take) return; // cancelled meanwhile
    if (!right) return this.#quit(offer, "offered", "damaged");
    this.#tell(offer, { kind: DONE });
    remember(this.#had, `${offer.from.id} ${id}`, offer);
    this.#untake(offer);
    offer.state = "whole";
    offer.gone = "";
    this.#onChange(offer);
  }

  #reported(offer, from, said) {
    if (said.kind === CHUNK || offer.state !== "offered") return;
    if (offer.give.report(from, said, this.#clock.now())) this.#onChange(offer);
    this.#pump();
  }

  // ---- What we tell ----

  get #window() {
    return Math.max(WINDOW_LEAST, Math.floor(WINDOW / Math.max(1, this.#takes.size)));
  }

  async #tell(offer, report) {
    this.#report(await offer.key(), report, [offer.from.id]);
  }

  #reportedEnded(key, from, { kind }) {
    if (kind === WANT || kind === AGAIN) this.#report(key, { kind: WITHDRAWN }, [from]);
  }

  #report(key, report, to) {
    this.#reports.set(`${to} ${key.id}`, { key, report, to });
    this.#arm();
    this.#pump();
  }

  #pass(body, to) {
    this.#allowance.take(this.#clock.now());
    this.#connection.signal({ t: "pass", id: PASS_ID, to, body });
  }

  #askAgain(which) {
    for (const offer of this.#takes.values()) if (which(offer)) this.#tell(offer, offer.take.ask(this.#window, AGAIN));
  }

  // pump passes what is to be reported and the chunks that were asked for, as fast
  // as the server and the socket take them.
  async #pump() {
    this.#asked = true;
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#asked) {
        this.#asked = false;
        while (this.#mayPass() && await this.#passNext());
      }
    } finally {
      this.#pumping = false;
    }
    this.#arm();
  }

  // mayPass says whether something may go now; if not, it looks again in time.
  #mayPass() {
    if (this.#connection.phase !== "open") return false;
    const wait = this.#connection.buffered > MAX_BUFFERED ? BUFFER_CHECK : this.#allowance.wait(this.#clock.now());
    if (wait === 0) return true;
    this.#pace();
    this.#pace = this.#clock.after(wait, () => this.#pump());
    return false;
  }

  // passNext passes one thing; false: there is none.
  async #passNext() {
    this.#turn = !this.#turn;
    return this.#turn ? await this.#passReport() || await this.#passChunk() : await this.#passChunk() || await this.#passReport();
  }

  async #passReport() {
    const [next] = this.#reports;
    if (!next) return false;
    const [id, { key, report, to }] = next;
    this.#reports.delete(id);
    this.#pass(base64url(await key.seal(encodeReport(report))), to);
    return true;
  }

  // passChunk passes a chunk, to whoever has waited longest.
  async #passChunk() {
    let offer = null;
    for (const each of this.#gives.values()) if (each.give.waiting < (offer?.give.waiting ?? Infinity)) offer = each;
    const next = offer?.give.pass(this.#clock.now());
    if (!next) return false;
    try {
      const body = await offer.chunk(next.n);
      if (offer.state === "offered") this.#pass(body, next.to);
    } catch {
      this.#withdraw(offer, "unreadable"); // it changed, or went
    }
    return true;
  }

  // ---- How it ends ----

  // withdraw ends an offer of ours, and tells all who are here: whoever has not begun to take
  // it is not to try. Who is cut off meanwhile learns it when they do.
  async #withdraw(offer, why) {
    this.#end(offer, why);
    const key = await offer.key();
    this.#gives.delete(key.id);
    remember(this.#ended, key.id, key);
    const to = [...this.#here];
    while (to.length > 0) this.#report(key, { kind: WITHDRAWN }, to.splice(0, MAX_TO));
  }

  // quit ends a take and tells the other end.
  #quit(offer, state, why) {
    if (offer.state !== "taking") return;
    this.#stop(offer, state, why);
    this.#tell(offer, { kind: QUIT });
  }

  #end(offer, why) { this.#stop(offer, "ended", why); }

  #stop(offer, state, why) {
    this.#untake(offer);
    offer.state = state;
    offer.why = why;
    offer.content = null;
    this.#onChange(offer);
  }

  #untake(offer) {
    offer.take = null;
    for (const [id, each] of this.#takes) if (each === offer) this.#takes.delete(id);
  }

  // ---- Time ----

  // arm sees to it that silence is noticed.
  #arm() {
    let at = Infinity;
    for (const { take } of this.#takes.values()) at = Math.min(at, take.due);
    for (const { give } of this.#gives.values()) at = Math.min(at, give.due);
    if (at === this.#wake.at) return;
    this.#wake.cancel();
    this.#wake = { at, cancel: () => {} };
    if (at === Infinity) return;
    this.#wake.cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#wake.at = Infinity;
      this.#tick();
    });
  }

  #tick() {
    const now = this.#clock.now();
    for (const offer of [...this.#takes.values()]) {
      const { answer, expired } = offer.take.tick(this.#window, now);
      if (expired) this.#quit(offer, "offered", "silent");
      else if (answer) this.#tell(offer, answer);
    }
    for (const offer of this.#gives.values()) if (offer.give.tick(now)) this.#onChange(offer);
    this.#arm();
    this.#pump();
  }
}

function remember(known, id, value) {
  known.set(id, value);
  if (known.size > MAX_ENDED) known.delete(known.keys().next().value);
}

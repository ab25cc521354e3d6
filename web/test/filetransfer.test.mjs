// The two ends of a transfer: first their bookkeeping, with the time passed in;
// then whole desks that pass bytes to each other by a room that loses, repeats,
// reorders and changes them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk, MAX_OFFERS } from "../static/files/desk.js";
import { Give, MAX_TAKERS } from "../static/files/give.js";
import { MAX_FILE } from "../static/files/offer.js";
import { FileKey } from "../static/files/seal.js";
import { AGAIN_AFTER, GIVE_UP_AFTER, Take, WINDOW } from "../static/files/take.js";
import { AGAIN, CHUNK_BYTES, DONE, encodeChunk, encodeReport, QUIT, WANT, WITHDRAWN } from "../static/files/text.js";
import { base64url, fromBase64url } from "../static/sealed/seal.js";
import { FakeClock } from "./fakes.mjs";

test("a taker asks for a window, and for more when half of it is used up", () => {
  const take = new Take(100, 0);
  assert.deepEqual(take.ask(8), { kind: WANT, next: 0, upto: 8 });
  const answers = [0, 1, 2, 3].map((n) => take.chunk(n, 8, 10).answer);
  assert.deepEqual(answers, [null, null, null, { kind: WANT, next: 4, upto: 12 }]);
});

test("a taker takes each chunk once, in order, and tells of a hole once", () => {
  const take = new Take(100, 0);
  take.ask(8);
  assert.ok(take.chunk(0, 8, 0).use);
  assert.deepEqual(take.chunk(0, 8, 0), { use: false, answer: null });
  assert.deepEqual(take.chunk(2, 8, 0), { use: false, answer: { kind: AGAIN, next: 1, upto: 9 } });
  assert.deepEqual(take.chunk(3, 8, 0), { use: false, answer: null });
  assert.ok(take.chunk(1, 8, 0).use);
  assert.equal(take.chunk(3, 8, 0).answer.kind, AGAIN); // another hole
  assert.equal(take.next, 2);
});

test("a taker asks again after silence, more and more patiently, and gives up", () => {
  const take = new Take(100, 0);
  take.ask(8);
  assert.equal(take.tick(8, AGAIN_AFTER - 1).answer, null);
  const asked = [];
  for (let now = 0; !take.tick(8, now).expired; now = take.due) if (now > 0) asked.push(now);
  assert.deepEqual(asked, [2000, 6000, 14_000, 30_000, 50_000, 70_000]);
  assert.equal(take.due, GIVE_UP_AFTER);
});

test("a taker does not ask for what lies behind the end", () => {
  const take = new Take(3, 0);
  assert.deepEqual(take.ask(8), { kind: WANT, next: 0, upto: 3 });
  for (const n of [0, 1, 2]) assert.equal(take.chunk(n, 8, 0).answer, null);
  assert.ok(take.whole);
});

test("an offerer sends those at the same place the same chunk, and holds up nobody", () => {
  const give = new Give(1000);
  give.report("quick", { kind: WANT, next: 0, upto: 8 }, 0);
  give.report("slow", { kind: WANT, next: 0, upto: 2 }, 0);
  const passes = [];
  for (let pass; (pass = give.pass(passes.length));) passes.push([pass.n, pass.to.join("+")]);
  assert.deepEqual(passes, [[0, "quick+slow"], [1, "quick+slow"], [2, "quick"], [3, "quick"], [4, "quick"], [5, "quick"], [6, "quick"], [7, "quick"]]);
  give.report("quick", { kind: WANT, next: 8, upto: 16 }, 10);
  assert.deepEqual(give.pass(10), { n: 8, to: ["quick"] });
  assert.equal(give.least, 0);
});

test("who asks for the same again and again slows only themselves", () => {
  const give = new Give(1000);
  give.report("good", { kind: WANT, next: 0, upto: 8 }, 0);
  const served = { good: 0, bad: 0 };
  for (let now = 1; now <= 100; now++) {
    give.report("bad", { kind: AGAIN, next: 50, upto: 66 }, now);
    const { to } = give.pass(now);
    for (const each of to) served[each]++;
    give.report("good", { kind: WANT, next: served.good, upto: served.good + 8 }, now);
  }
  assert.ok(served.good >= 50, JSON.stringify(served));
});

test("nobody may ask for more than a queue holds, and want never goes back", () => {
  const give = new Give(1000);
  give.report("greedy", { kind: WANT, next: 0, upto: 4000 }, 0);
  let sent = 0;
  while (give.pass(0)) sent++;
  assert.equal(sent, 2 * WINDOW);
  give.report("greedy", { kind: WANT, next: 3, upto: 19 }, 0);
  assert.equal(give.pass(0).n, 16);
  give.report("greedy", { kind: AGAIN, next: 3, upto: 19 }, 0);
  assert.equal(give.pass(0).n, 3);
});

test("takers end, and silent ones are forgotten", () => {
  const give = new Give(1000);
  assert.equal(give.report("nobody", { kind: DONE, next: 0, upto: 0 }, 0), false);
  for (const id of ["a", "b", "c"]) give.report(id, { kind: WANT, next: 0, upto: 1 }, 0);
  give.report("a", { kind: DONE, next: 0, upto: 0 }, 5);
  give.report("b", { kind: QUIT, next: 0, upto: 0 }, 5);
  assert.deepEqual([give.takers, give.taken], [["c"], 1]);
  assert.equal(give.tick(GIVE_UP_AFTER - 1), false);
  assert.equal(give.due, GIVE_UP_AFTER);
  assert.ok(give.tick(GIVE_UP_AFTER));
  for (let i = 0; i <= MAX_TAKERS; i++) give.report(`t${i}`, { kind: WANT, next: 0, upto: 1 }, 0);
  assert.equal(give.takers.length, MAX_TAKERS);
});

// ---- Whole desks ----

// What runs outside of this thread is counted.
let underWay = 0;
for (const [host, names] of [[crypto.subtle, ["digest", "encrypt", "decrypt", "importKey", "sign"]], [Blob.prototype, ["arrayBuffer"]]]) {
  for (const name of names) {
    const does = host[name];
    host[name] = function (...given) {
      underWay++;
      return does.apply(this, given).finally(() => { underWay--; });
    };
  }
}

// Hall is a room in which desks sit. meddle(pass) returns what becomes of what is
// passed: a list of {from, to, body}, with `to` one member.
class Hall {
  clock = new FakeClock();
  meddle = (pass) => [pass];
  passed = 0;
  #desks = new Map();
  #seq = 0;

  sit(id) {
    const person = { id, nick: id };
    const connection = {
      phase: "open", buffered: 0, sent: [],
      send: (op) => {
        connection.sent.push(op);
        if (op.t === "offer") this.offered.push({ seq: ++this.#seq, file: op.file, from: person });
        return "o1";
      },
      signal: ({ to, body }) => {
        if (connection.phase !== "open") return;
        this.passed++;
        for (const each of to) for (const pass of this.meddle({ from: id, to: each, body })) {
          this.#desks.get(pass.to)?.apply({ t: "passed", from: { id: pass.from }, body: pass.body });
        }
      },
    };
    const changes = [];
    const desk = new Desk({ connection, clock: this.clock, onChange: (offer) => changes.push(offer.state) });
    for (const [other, at] of this.#desks) {
      at.apply({ t: "joined", member: person });
      desk.apply({ t: "joined", member: { id: other } });
    }
    this.#desks.set(id, desk);
    return { id, desk, connection, changes, sees: ({ file, from }, here = true) => desk.known({ file, from, mine: from.id === id }, here) };
  }

  offered = [];

  // settle waits until nothing more happens at this time: what a desk waits for is
  // under way elsewhere, and its continuations run before the next turn.
  async settle() {
    do await new Promise((resolve) => setImmediate(resolve));
    while (underWay > 0);
  }

  // until lets time pass, in steps, until something is so.
  async until(what, { step = 100, most = 200_000 } = {}) {
    for (let t = 0; !what(); t += step) {
      assert.ok(t < most, "it never came to that");
      this.clock.advance(step);
      await this.settle();
    }
  }
}

const fileOf = (size) => Uint8Array.from({ length: size }, (_, i) => (i * 2654435761) >>> 24);
const blobOf = (content) => new Blob([content]);

// transfer offers a file from anna to these, who take it.
async function transfer(size, ...takers) {
  const hall = new Hall();
  const anna = hall.sit("anna");
  const content = fileOf(size);
  assert.equal(await anna.desk.offer(blobOf(content), "plan.pdf"), "");
  const [offered] = hall.offered;
  const own = anna.sees(offered);
  const others = takers.map((id) => {
    const at = hall.sit(id);
    return { ...at, offer: at.sees(offered) };
  });
  for (const { desk, offer } of others) assert.equal(await desk.take(offer), "");
  return { hall, anna, own, others, content, offered };
}

const holds = ({ offer }, content) => assert.ok(Buffer.from(offer.content).equals(Buffer.from(content)), "the file is another");

for (const size of [0, 1, 5 * CHUNK_BYTES + 77]) test(`a file of ${size} bytes goes whole, and both ends say so`, async () => {
  const { hall, own, others: [bert], content } = await transfer(size, "bert");
  await hall.until(() => bert.offer.state === "whole");
  holds(bert, content);
  await hall.until(() => own.give.taken === 1);
  assert.equal(own.bytes, 0);
  assert.equal(bert.offer.bytes, content.length);
  assert.equal(bert.desk.held, content.length);
});

test("what is lost, repeated, reordered or changed makes no difference", async () => {
  const { hall, own, others: [bert], content } = await transfer(60 * CHUNK_BYTES, "bert");
  let random = 7;
  const chance = () => (random = (random * 48271) % 2147483647) / 2147483647;
  let kept = null;
  const done = { lost: 0, twice: 0, late: 0, changed: 0 };
  hall.meddle = (pass) => {
    const dice = chance();
    if (dice < 0.1) return done.lost++, [];
    if (dice < 0.2) return done.twice++, [pass, pass];
    if (dice < 0.25) {
      const body = fromBase64url(pass.body);
      body[Math.floor(chance() * body.length)] ^= 1 << Math.floor(chance() * 8);
      return done.changed++, [{ ...pass, body: base64url(body) }];
    }
    const now = kept ? [pass, kept] : [pass];
    kept = null;
    if (dice < 0.35) return done.late++, (kept = pass), [];
    return now;
  };
  await hall.until(() => bert.offer.state === "whole", { most: 600_000 });
  for (const [what, times] of Object.entries(done)) assert.ok(times > 2, `${what}: ${times}`);
  holds(bert, content);
  hall.meddle = (pass) => [pass];
  await hall.until(() => own.give.takers.length === 0);
});

test("a lost done is asked for again", async () => {
  const { hall, own, others: [bert], content } = await transfer(3 * CHUNK_BYTES, "bert");
  hall.meddle = (pass) => (pass.from === "bert" && own.give.takers.length > 0 ? [] : [pass]);
  await hall.until(() => bert.offer.state === "whole");
  assert.equal(own.give.taken, 0);
  hall.meddle = (pass) => [pass];
  await hall.until(() => own.give.taken === 1, { step: 1000, most: 25_000 });
  holds(bert, content);
});

test("a slow taker does not hold up a quick one", async () => {
  const { hall, others: [quick, slow], content, own } = await transfer(100 * CHUNK_BYTES, "quick", "slow");
  hall.meddle = (pass) => (pass.from === "slow" || pass.to === "slow" ? [] : [pass]);
  const begun = hall.clock.now();
  await hall.until(() => quick.offer.state === "whole");
  assert.ok(hall.clock.now() - begun < 2000, `${hall.clock.now() - begun} ms`);
  holds(quick, content);
  assert.equal(slow.offer.state, "taking");
  hall.meddle = (pass) => [pass];
  await hall.until(() => slow.offer.state === "whole");
  holds(slow, content);
  await hall.until(() => own.give.taken === 2);
});

test("chunks come from the offerer alone", async () => {
  const { hall, others: [bert], offered } = await transfer(3 * CHUNK_BYTES, "bert");
  const key = await FileKey.of(fromBase64url(offered.file.key));
  const forged = base64url(await key.seal(encodeChunk(0, new Uint8Array(CHUNK_BYTES).fill(1))));
  bert.desk.apply({ t: "passed", from: { id: "mallory" }, body: forged });
  await hall.until(() => bert.offer.state === "whole");
});

test("a file whose sum is wrong is dropped", async () => {
  const { hall, own, others: [bert], offered } = await transfer(2 * CHUNK_BYTES, "bert");
  const key = await FileKey.of(fromBase64url(offered.file.key));
  bert.desk.apply({ t: "passed", from: { id: "anna" }, body: base64url(await key.seal(encodeChunk(0, new Uint8Array(CHUNK_BYTES).fill(1)))) });
  await hall.until(() => bert.offer.state === "offered");
  assert.deepEqual([bert.offer.why, bert.offer.content, bert.desk.held], ["damaged", null, 0]);
  await hall.until(() => own.give.takers.length === 0);
  assert.equal(own.give.taken, 0);
  assert.equal(await bert.desk.take(bert.offer), "");
  await hall.until(() => bert.offer.state === "whole");
});

test("withdrawing ends an offer for who has it, who never began and who hears of it at the same moment", async () => {
  const { hall, anna, own, others: [bert], offered } = await transfer(CHUNK_BYTES, "bert");
  const [carl, dora] = ["carl", "dora"].map((id) => hall.sit(id));
  const carls = carl.sees(offered);
  await hall.until(() => bert.offer.state === "whole");
  const doras = dora.sees(offered);
  anna.desk.cancel(own);
  await hall.until(() => carls.state === "ended" && doras.state === "ended");
  assert.deepEqual([carls.why, doras.why, bert.offer.state, bert.offer.gone], ["withdrawn", "withdrawn", "whole", "withdrawn"]);

  // Nobody ends somebody else's.
  const next = hall.sit("eve");
  assert.equal(await anna.desk.offer(blobOf(fileOf(10)), "b.txt"), "");
  const second = hall.offered.at(-1);
  anna.sees(second);
  const seen = bert.sees(second);
  const key = await FileKey.of(fromBase64url(second.file.key));
  bert.desk.apply({ t: "passed", from: { id: next.id }, body: base64url(await key.seal(encodeReport({ kind: WITHDRAWN }))) });
  await hall.settle();
  assert.equal(seen.state, "offered");
});

test("silence ends a transfer at both ends", async () => {
  const { hall, own, others: [bert] } = await transfer(100 * CHUNK_BYTES, "bert");
  hall.meddle = () => [];
  await hall.until(() => bert.offer.state === "offered", { step: 1000 });
  assert.equal(bert.offer.why, "silent");
  await hall.until(() => own.give.takers.length === 0, { step: 1000 });
  assert.equal(own.state, "offered");
});

test("cancelling, withdrawing and leaving end it, and the other end is told", async () => {
  const cancelled = await transfer(500 * CHUNK_BYTES, "bert");
  await cancelled.hall.until(() => cancelled.own.bytes > 0);
  cancelled.others[0].desk.cancel(cancelled.others[0].offer);
  await cancelled.hall.until(() => cancelled.own.give.takers.length === 0);
  assert.deepEqual([cancelled.others[0].offer.state, cancelled.others[0].offer.why, cancelled.others[0].offer.content], ["offered", "cancelled", null]);

  const { hall, anna, own, others: [bert], offered } = await transfer(500 * CHUNK_BYTES, "bert");
  await hall.until(() => own.bytes > 0);
  anna.desk.cancel(own);
  await hall.until(() => bert.offer.state === "ended");
  assert.deepEqual([own.state, own.content, bert.offer.why], ["ended", null, "withdrawn"]);
  const carl = hall.sit("carl");
  const late = carl.sees(offered);
  await carl.desk.take(late);
  await hall.until(() => late.state === "ended");
  assert.equal(late.why, "withdrawn");

  const left = await transfer(500 * CHUNK_BYTES, "bert");
  left.others[0].desk.apply({ t: "left", member: { id: "anna" } });
  left.anna.desk.apply({ t: "left", member: { id: "bert" } });
  assert.deepEqual([left.others[0].offer.state, left.others[0].offer.why, left.own.give.takers], ["ended", "left", []]);
});

test("a lost connection goes on where it was, a lost place does not", async () => {
  const { hall, anna, own, others: [bert], content } = await transfer(200 * CHUNK_BYTES, "bert");
  await hall.until(() => bert.offer.bytes > 20 * CHUNK_BYTES);
  bert.connection.phase = "waiting";
  hall.clock.advance(30_000);
  await hall.settle();
  bert.connection.phase = "open";
  bert.desk.apply({ t: "welcome", resumed: true, you: { id: "bert" }, members: [{ id: "anna" }] });
  const begun = hall.clock.now();
  await hall.until(() => bert.offer.state === "whole");
  assert.ok(hall.clock.now() - begun < 3000, "it asked again at once");
  holds(bert, content);
  anna.desk.apply({ t: "welcome", resumed: false, you: { id: "anna" }, members: [{ id: "bert" }] });
  assert.deepEqual([own.state, own.why], ["ended", "lost"]);
  bert.desk.apply({ t: "welcome", resumed: false, you: { id: "bert" }, members: [] });
  assert.equal(bert.offer.state, "whole", "what is here stays");
  bert.desk.release(bert.offer);
  assert.deepEqual([bert.offer.state, bert.offer.content], ["ended", null]);
});

test("a page holds no more than the greatest file, and lets go of what was saved", async () => {
  const hall = new Hall();
  const bert = hall.sit("bert");
  const file = (size, n) => ({ name: "x", size, key: base64url(new Uint8Array(32).fill(n)), sum: base64url(new Uint8Array(32)) });
  const offers = [MAX_FILE / 2, MAX_FILE / 2 - 1, 2].map((size, n) => bert.sees({ file: file(size, n), from: { id: "anna", nick: "anna" } }));
  assert.equal(await bert.desk.take(offers[0]), "");
  assert.equal(await bert.desk.take(offers[1]), "");
  assert.equal(await bert.desk.take(offers[2]), "full");
  offers[0].state = "whole"; // as if it had come
  bert.desk.saved(offers[0]);
  assert.equal(await bert.desk.take(offers[2]), "");
  assert.deepEqual([offers[0].state, offers[0].content, bert.desk.held], ["offered", null, MAX_FILE / 2 + 1]);
  bert.desk.close();
  assert.equal(bert.desk.held, 0);
  for (const { content } of offers) assert.equal(content, null);
});

test("what can't be offered is not", async () => {
  const hall = new Hall();
  const anna = hall.sit("anna");
  assert.equal(await anna.desk.offer({ size: MAX_FILE + 1 }, "x"), "big");
  assert.equal(await anna.desk.offer({ size: 5, arrayBuffer: () => Promise.reject(new Error("a folder")) }, "x"), "unreadable");
  anna.connection.phase = "waiting";
  assert.equal(await anna.desk.offer(blobOf(fileOf(5)), "x"), "offline");
  anna.connection.phase = "open";
  for (let i = 0; i < MAX_OFFERS; i++) assert.equal(await anna.desk.offer(blobOf(fileOf(5)), "../../.x\u202e"), "");
  assert.equal(await anna.desk.offer(blobOf(fileOf(5)), "x"), "many");
  const sent = hall.offered.map(({ file }) => file);
  assert.equal(new Set(sent.map(({ key }) => key)).size, MAX_OFFERS, "each has a key of its own");
  assert.ok(sent.every(({ name }) => name === "x"));
});

test("of many files it is known before which can be offered, and which not and why", async () => {
  const { desk } = new Hall().sit("anna");
  const sift = (...sizes) => {
    const { going, left } = desk.sift(sizes.map((size) => ({ size })));
    return [going.map(({ size }) => size), left.map(({ file: { size }, why }) => `${size} ${why}`)];
  };
  const big = MAX_FILE + 1;
  assert.deepEqual(sift(1, 2, 3, 4, 5, 6), [[1, 2, 3, 4], ["5 many", "6 many"]]);
  assert.deepEqual(sift(big, 1, 2, 3, 4), [[1, 2, 3, 4], [`${big} big`]], "what is too large takes no place");
  assert.equal(await desk.offer(blobOf(fileOf(5)), "x"), "");
  assert.deepEqual(sift(1, 2, 3, 4), [[1, 2, 3], ["4 many"]]);
  for (let i = 1; i < MAX_OFFERS; i++) await desk.offer(blobOf(fileOf(5)), "x");
  assert.deepEqual(sift(1), [[], ["1 many"]]);
});

test("a file that changes while it goes is withdrawn", async () => {
  const hall = new Hall();
  const [anna, bert] = [hall.sit("anna"), hall.sit("bert")];
  const content = fileOf(100 * CHUNK_BYTES);
  const slice = (from, to) => ({ arrayBuffer: async () => {
    if (from > 20 * CHUNK_BYTES) throw new Error("it changed");
    return content.slice(from, to).buffer;
  } });
  await anna.desk.offer({ size: content.length, arrayBuffer: async () => content.buffer, slice }, "log.txt");
  const own = anna.sees(hall.offered[0]);
  const offer = bert.sees(hall.offered[0]);
  await bert.desk.take(offer);
  await hall.until(() => offer.state === "ended");
  assert.deepEqual([own.state, own.why, offer.why], ["ended", "unreadable", "withdrawn"]);
});

test("chunks go no faster than the server lets them, and wait for the socket", async () => {
  const { hall, anna, others: [bert] } = await transfer(600 * CHUNK_BYTES, "bert");
  const begun = hall.clock.now();
  await hall.until(() => bert.offer.state === "whole", { step: 10 });
  const took = hall.clock.now() - begun;
  assert.ok(took >= (600 - 32) * 5 && took < 6000, `${took} ms for 600 chunks`);
  const other = await transfer(50 * CHUNK_BYTES, "bert");
  await other.hall.settle();
  const before = other.others[0].offer.bytes;
  other.anna.connection.buffered = 1 << 20;
  other.hall.clock.advance(1000);
  await other.hall.settle();
  assert.ok(other.others[0].offer.bytes - before <= 2 * CHUNK_BYTES);
  other.anna.connection.buffered = 0;
  await other.hall.until(() => other.others[0].offer.state === "whole");
  anna.desk.close();
});

test("what is cancelled and taken again at once comes whole", async () => {
  const { hall, own, others: [bert], content } = await transfer(20 * CHUNK_BYTES, "bert");
  await hall.until(() => bert.offer.bytes > 0);
  bert.desk.cancel(bert.offer);
  const again = bert.desk.take(bert.offer);
  bert.desk.cancel(bert.offer);
  assert.deepEqual(await Promise.all([again, bert.desk.take(bert.offer)]), ["", ""]);
  assert.equal(bert.offer.bytes, 0);
  await hall.until(() => bert.offer.state === "whole");
  holds(bert, content);
  await hall.until(() => own.give.takers.length === 0);
});

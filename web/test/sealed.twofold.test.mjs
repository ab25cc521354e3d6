// Who tells two people different things is found out, and nobody else seems to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressed, after, newSalt, readAddressed } from "../static/sealed/past.js";
import { encode as encodePayload } from "../static/sealed/payload.js";
import { base64url, newSecret, Room } from "../static/sealed/seal.js";
import { Session } from "../static/sealed/session.js";
import { setting } from "./sealedroom.mjs";

const text = (s) => new TextEncoder().encode(s);
const say = (words) => encodePayload({ t: "say", text: words });

// dice are numbers below n that look random, the same each time (mulberry32).
const dice = (seed) => (n) => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
  return ((t ^ (t >>> 14)) >>> 0) % n;
};

// Gathering is sessions that have met, and who seems to them to have told two things.
class Gathering {
  all = [];
  noticed = new Set();
  opened = 0;
  #room;

  static async of(n) {
    const g = new Gathering();
    g.#room = await Room.open(newSecret());
    for (let i = 0; i < n; i++) await g.arrive();
    return g;
  }

  async arrive() {
    const newcomer = await Session.begin(this.#room);
    for (const host of this.all) {
      await host.add(await newcomer.hello(), false);
      await newcomer.add(await host.hello(), true);
    }
    const greeting = this.all.length > 0 && await newcomer.seal(await newcomer.greet(), 0);
    for (const host of this.all) {
      await host.open(greeting.body, greeting.wraps[host.me.id], 0);
      await this.tell(host, false, [newcomer]);
      await this.tell(newcomer, false, [host]);
    }
    this.all.push(newcomer);
  }

  others(than) { return this.all.filter((session) => session !== than); }
  compose(from, all, to) { return from.compose(text(`${Math.random()}`), all, to.map(({ me }) => me.id)); }

  // pass gives some what was sealed, if they take it.
  async pass({ body, wraps }, to) {
    for (const session of to) {
      const opened = await session.open(body, wraps[session.me.id], 0).catch(({ kind }) => assert.equal(kind, "replay"));
      if (!opened) continue;
      this.opened++;
      for (const id of [...(opened.twofold ? [opened.from] : []), ...session.compare(opened)]) this.noticed.add(id);
    }
  }

  async tell(from, all, to) { await this.pass(await from.seal(await this.compose(from, all, to), 0), to); }
}

test("whatever a server drops and has sealed anew, nobody honest seems to have told two things", async () => {
  for (let seed = 0; seed < 5; seed++) {
    const roll = dice(seed);
    const g = await Gathering.of(4);
    for (let round = 0; round < 25; round++) {
      if (round === 10) await g.arrive(); // who knows nothing of what was before
      const from = g.all[roll(g.all.length)];
      const others = g.others(from);
      const under = [];
      for (let n = 1 + roll(3); n > 0; n--) under.push(await (roll(4) > 0 ? g.compose(from, true, others) : g.compose(from, false, [others[roll(others.length)]])));
      for (let n = 1 + roll(3); n > 0; n--) { // as often all is sealed
        for (const message of under) {
          const sealed = await from.seal(message, 0);
          await g.pass(sealed, others.filter(({ me }) => sealed.wraps[me.id] && roll(3) > 0));
        }
      }
    }
    assert.ok(g.opened > 50);
    assert.deepEqual([...g.noticed], [], `seed ${seed}`);
  }
});

test("two tellings show once both have said something, whatever is said and skipped behind them", async () => {
  for (let seed = 0; seed < 25; seed++) {
    const roll = dice(1000 + seed);
    const g = await Gathering.of(4);
    const [mallory, anna, bob] = g.all;
    const [numbers, pasts, sent] = [new Map([[anna, 0], [bob, 0]]), new Map([[anna, mallory.past], [bob, mallory.past]]), new Map([[anna, 9], [bob, 9]])];
    const speak = async (past, number, ...to) => {
      const words = addressed(newSalt(), [], text(`${Math.random()}`));
      const receivers = new Map();
      for (const session of to) {
        sent.set(session, sent.get(session) + 1 + roll(3)); // some seem to have been dropped
        receivers.set(session.me.id, sent.get(session));
        numbers.set(session, number);
        pasts.set(session, await after(past, number, words));
      }
      await g.pass(await mallory.seal({ text: words, all: true, number, past, receivers, greets: false }, 0), to);
    };
    const next = (...to) => Math.max(...to.map((session) => numbers.get(session))) + 1 + roll(2) * roll(3);
    for (let n = roll(3); n > 0; n--) await speak(pasts.get(anna), next(anna, bob), anna, bob);
    if (roll(2) === 0) await g.tell(anna, true, g.others(anna));
    const two = next(anna, bob);
    for (const session of [anna, bob]) await speak(pasts.get(session), two, session);
    for (let n = roll(6); n > 0; n--) {
      const to = [[anna], [bob], [anna, bob]][roll(3)];
      await speak(pasts.get([anna, bob][roll(2)]), next(...to), ...to);
    }
    for (const from of [anna, bob]) await g.tell(from, true, g.others(from));
    assert.deepEqual([...g.noticed], [mallory.me.id], `seed ${seed}`);
  }
});

test("what is owed of one sender is bounded, and a whisper binds what was said to all", async () => {
  const g = await Gathering.of(3);
  const [mallory, anna, bob] = g.all;
  for (let i = 0; i < 20; i++) {
    await g.compose(mallory, true, []); // for nobody
    await g.tell(mallory, true, [anna]);
  }
  const { claims } = readAddressed((await g.compose(anna, true, [bob])).text);
  assert.deepEqual(claims.map(({ about, number }) => [about, number]), [2, 4, 6, 8, 10, 12, 14, 40].map((n) => [mallory.me.id, n]));
  await g.tell(mallory, false, [anna]);
  assert.equal(g.noticed.size, 0);
  mallory.past = mallory.past.with(0, mallory.past[0] ^ 1);
  await g.tell(mallory, false, [anna]);
  assert.equal(g.noticed.size, 1);
});

test("what binds what was said tells nothing of it, and nothing of a whisper", async () => {
  const g = await Gathering.of(2);
  const [anna, bob] = g.all;
  const before = anna.past;
  await g.tell(anna, false, [bob]);
  assert.deepEqual(anna.past, before);
  const values = new Set();
  for (const guess of [text("yes"), addressed(new Uint8Array(16), [], text("yes"))]) values.add(`${await after(before, 1, guess)}`);
  for (let i = 0; i < 10; i++) {
    Object.assign(anna, { past: before, said: 0 });
    await anna.compose(text("yes"), true, []);
    values.add(`${anna.past}`);
  }
  assert.equal(values.size, 12);
});

test("a text whose claims are cut or too many is not genuine", () => {
  const claim = { about: "0a".repeat(16), number: 7, past: new Uint8Array(32).fill(9) };
  const whole = addressed(newSalt(), [claim, claim], text("hello"));
  assert.deepEqual(readAddressed(whole), { claims: [claim, claim], said: text("hello") });
  for (let n = 0; n < 17 + 2 * 52; n++) assert.throws(() => readAddressed(whole.slice(0, n)), { kind: "forged" }, `${n} bytes`);
  assert.deepEqual(readAddressed(whole.slice(0, 17 + 2 * 52)).said, new Uint8Array());
  assert.throws(() => readAddressed(addressed(newSalt(), Array(9).fill(claim), text(""))), { kind: "forged" });
});

test("own copies that are kept back make nobody seem to have told two things, and answers stand where they belong", async () => {
  const { ends: [anna, bob], clock, server, settle, enter } = await setting("anna", "bob");
  for (const words of ["one", "two"]) {
    server.meddle = (frame, place) => (frame.t === "sealed" && frame.id && place === bob.place ? [] : [frame]);
    bob.sealed.send({ t: "say", text: words });
    await settle();
    server.meddle = (frame) => [frame];
    const heard = anna.last("said");
    assert.equal(heard.text, words);
    server.cut(bob.place);
    clock.advance(1000);
    await settle();
    const own = bob.last("said");
    anna.sealed.send({ t: "say", text: "an answer", re: heard.seq });
    await settle();
    assert.deepEqual([own.text, bob.last("said").re], [words, own.seq]);
  }
  const carl = await enter("carl");
  for (const { sealed } of [bob, anna, carl, bob]) {
    sealed.send({ t: "say", text: "still here" });
    await settle();
  }
  for (const { notices, all } of [anna, bob, carl]) {
    assert.deepEqual(notices().filter((code) => code !== "forged"), [], "what came twice is told of as that");
    assert.deepEqual(all("gap"), []);
  }
});

test("a skipped number hides no two tellings, and who says so is named", async () => {
  const { ends: [anna, bob], secret, server, settle, clock } = await setting("anna", "bob");
  const mallory = await Session.begin(await Room.open(secret));
  const came = [];
  const socket = server.open();
  socket.onmessage = ({ data }) => came.push(JSON.parse(data));
  await settle();
  socket.send(JSON.stringify({ t: "join", room: server.room, hello: base64url(await mallory.hello()), resume: true, seq: 0, wseq: 0 }));
  const peers = new Map(); // the server's id of a member, by the key's
  for (const { id, hello } of came[0].members.slice(0, 2)) peers.set((await mallory.add(Buffer.from(hello, "base64url"), true)).id, id);
  const [first, second] = peers.keys();
  const tell = async (message) => {
    const { body, wraps } = await mallory.seal(await message, clock.now());
    socket.send(JSON.stringify({ t: "seal", id: "1", body: base64url(body), wraps: Object.entries(wraps).map(([id, wrap]) => ({ to: peers.get(id), wrap: base64url(wrap) })) }));
    await settle();
    for (const { body: theirs, wrap } of came.splice(0).filter((frame) => frame.wrap)) await mallory.open(Buffer.from(theirs, "base64url"), Buffer.from(wrap, "base64url"), clock.now());
  };
  await tell(mallory.greet());
  await tell(mallory.compose(encodePayload({ t: "confirm", nick: "mallory" }), false, [first, second]));
  const { said, past } = mallory;
  await tell(mallory.compose(say("lunch?"), true, [first]));
  Object.assign(mallory, { said, past }); // once more
  await tell(mallory.compose(say("shall mallory get the root password?"), true, [second]));
  await mallory.compose(say("never sent"), true, []);
  await tell(mallory.compose(say("and now?"), true, [first, second]));
  assert.deepEqual([anna, bob].map(({ last }) => last("said").text), ["and now?", "and now?"]);
  assert.deepEqual([anna, bob].flatMap(({ all }) => all("gap")).map(({ missed }) => missed), [1, 1]);
  bob.sealed.send({ t: "say", text: "yes, of course!" });
  await settle();
  assert.deepEqual(anna.notices(), ["twofold.said"]);
  assert.match(anna.last("notice").text, /^bob was told something else by mallory than you were\./);
  anna.sealed.send({ t: "say", text: "what?" });
  await settle();
  assert.deepEqual(bob.notices(), ["twofold.said"]);
});

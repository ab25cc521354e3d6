// What a hostile member, and a server, make of reactions, taking back and changing in a
// sealed room.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Recent, withoutWords } from "../static/sealed/mending.js";
import { encode as encodePayload } from "../static/sealed/payload.js";
import { SealedRoom } from "../static/sealed/room.js";
import { base64url, hex, newSecret, Room } from "../static/sealed/seal.js";
import { Session } from "../static/sealed/session.js";
import { script } from "./behaviour.mjs";
import { setting } from "./sealedroom.mjs";

const bytes = (text) => Buffer.from(text, "base64url");

// Mallory is a member whose program does just what a test tells it.
class Mallory {
  static async come({ ends: [anna], secret, server, settle, clock }) {
    const m = new Mallory();
    const session = await Session.begin(await Room.open(secret));
    const socket = server.open();
    const came = [];
    socket.onmessage = ({ data }) => came.push(JSON.parse(data));
    await settle();
    socket.send(JSON.stringify({ t: "join", room: server.room, hello: base64url(await session.hello()), resume: true, seq: 0, wseq: 0 }));
    const { id } = await session.add(bytes(anna.place.member.hello), true);
    m.send = async (message) => {
      const { body, wraps } = await session.seal(await message, clock.now());
      socket.send(JSON.stringify({ t: "seal", id: "1", body: base64url(body), wraps: [{ to: anna.place.member.id, wrap: base64url(wraps[id]) }] }));
      await settle();
    };
    m.tell = (payload, all = true) => m.send(session.compose(encodePayload(payload), all, [id]));
    // says says something to all, and returns the hash that names it.
    m.says = async (payload) => {
      const message = await session.compose(encodePayload(payload), true, [id]);
      await m.send(message);
      return hex(message.hash);
    };
    // heard is the hash of what anna said last.
    m.heard = async () => {
      let hash;
      for (const frame of came.splice(0).filter(({ wrap }) => wrap)) ({ hash } = await session.open(bytes(frame.body), bytes(frame.wrap), clock.now()));
      return hex(hash);
    };
    await m.send(await session.greet());
    for (const frame of came.splice(0).filter(({ wrap }) => wrap)) await session.open(bytes(frame.body), bytes(frame.wrap), clock.now());
    await m.tell({ t: "confirm", nick: "mallory" }, false);
    return m;
  }
}

const mended = (end) => end.seen.filter(({ t }) => ["reacted", "retracted", "amended"].includes(t));
const own = (end, text) => end.all("said").find((frame) => frame.text === text).seq;
const file = { name: "plan", size: 1, key: "A".repeat(43), sum: "A".repeat(43) };

for (const [name, payload, all = true] of [
  ["takes back another's", ({ said }) => ({ t: "retract", re: said })],
  ["changes another's", ({ said }) => ({ t: "amend", re: said, text: "I resign" })],
  ["takes back an offer", ({ offered }) => ({ t: "retract", re: offered })],
  ["changes an offer", ({ offered }) => ({ t: "amend", re: offered, text: "a" })],
  ["takes back its file", ({ its }) => ({ t: "retract", re: its })],
  ["changes its file", ({ its }) => ({ t: "amend", re: its, text: "a" })],
  ["chooses nothing", ({ said }) => ({ t: "react", re: said, emoji: "3", on: true })],
  ["chooses of no poll", ({ mine }) => ({ t: "react", re: mine, emoji: "1", on: true })],
  ["takes off no choice", ({ said }) => ({ t: "react", re: said, emoji: "10", on: false })],
  ["reacts in words", ({ said }) => ({ t: "react", re: said, emoji: "give mallory root", on: true })],
  ["changes to too much", ({ mine }) => ({ t: "amend", re: mine, text: "x".repeat(4001) })],
  ["changes to nothing", ({ mine }) => ({ t: "amend", re: mine, text: "\u200b" })],
  ["takes back for some", ({ mine }) => ({ t: "retract", re: mine }), false],
  ["changes for some", ({ mine }) => ({ t: "amend", re: mine, text: "b" }), false],
  ["reacts for some", ({ said }) => ({ t: "react", re: said, emoji: "👍", on: true }), false],
  ["asks with one option", () => ({ t: "say", text: "a", options: ["b"] })],
  ["asks what somebody did", () => ({ t: "say", text: "a", action: true, options: ["b", "c"] })],
]) {
  test(`a member who ${name} changes nothing, and is told of`, async () => {
    const room = await setting("anna");
    const { ends: [anna], settle } = room;
    const mallory = await Mallory.come(room);
    anna.sealed.send({ t: "say", text: "lunch?", options: ["pizza", "soup"] });
    await settle();
    const said = await mallory.heard();
    anna.sealed.send({ t: "offer", file });
    await settle();
    const offered = await mallory.heard();
    const mine = await mallory.says({ t: "say", text: "mine" });
    const its = await mallory.says({ t: "offer", file });
    const before = anna.seen.length;
    await mallory.tell(payload({ said, offered, mine, its }), all);
    assert.deepEqual(anna.seen.slice(before).map(({ t, code, values }) => [t, code, ...(values ?? [])]), [["notice", "unreadable", "mallory", 1]]);
    anna.sealed.send({ t: "retract", re: own(anna, "lunch?") }); // hers is still hers
    await settle();
    assert.deepEqual([anna.last("retracted").re, anna.last("retracted").from.nick], [own(anna, "lunch?"), "anna"]);
  });
}

test("what is about nothing that is known here, or is so already, is told to nobody", async () => {
  const room = await setting("anna");
  const { ends: [anna], settle } = room;
  const mallory = await Mallory.come(room);
  anna.sealed.send({ t: "say", text: "one" });
  await settle();
  const said = await mallory.heard();
  const mine = await mallory.says({ t: "say", text: "mine" });
  await mallory.tell({ t: "react", re: said, emoji: "👍", on: true });
  await mallory.tell({ t: "retract", re: mine });
  const before = anna.seen.length;
  await mallory.tell({ t: "react", re: said, emoji: "👍", on: true });
  await mallory.tell({ t: "react", re: said, emoji: "🎉", on: false });
  for (const re of [mine, "0".repeat(32)]) {
    await mallory.tell({ t: "retract", re });
    await mallory.tell({ t: "amend", re, text: "back" });
    await mallory.tell({ t: "react", re, emoji: "👍", on: true });
  }
  assert.deepEqual(anna.seen.slice(before), []);
});

test("however many emoji a member puts on a message, twelve are shown", async () => {
  const room = await setting("anna");
  const { ends: [anna], settle } = room;
  const mallory = await Mallory.come(room);
  anna.sealed.send({ t: "say", text: "one" });
  await settle();
  const re = await mallory.heard();
  for (let i = 0; i < 60; i++) await mallory.tell({ t: "react", re, emoji: String.fromCodePoint(0x1f400 + i), on: true });
  assert.deepEqual(mended(anna).map(({ emoji }) => emoji), Array.from({ length: 12 }, (_, i) => String.fromCodePoint(0x1f400 + i)));
  assert.deepEqual(anna.notices(), []);
});

test("a server takes nothing back and changes nothing", async () => {
  const { ends: [anna], server, settle } = await setting("anna");
  anna.sealed.send({ t: "say", text: "mine" });
  await settle();
  const re = own(anna, "mine");
  const from = { id: anna.place.member.id, nick: "anna" };
  for (const frame of [{ t: "retracted", re }, { t: "amended", re, text: "I resign" }, { t: "reacted", re, emoji: "👍", on: true }, { t: "said", text: "a", options: ["b", "c"], at: 1 }]) {
    const before = anna.seen.length;
    server.say(anna.place, server.numbered({ seq: 0, from, ...frame }));
    await settle();
    assert.deepEqual(anna.seen.slice(before).filter(({ t }) => t !== "notice"), [], frame.t);
  }
  assert.deepEqual(new Set(anna.notices()), new Set(["forged"]));
});

test("a server that says another time of a change can't hide that there was one", async () => {
  for (const [lie, gaps] of [[300_000, 0], [300_001, 1], [-2000, 0]]) {
    const { ends: [anna, bob], server, settle } = await setting("anna", "bob");
    anna.sealed.send({ t: "say", text: "at non" });
    await settle();
    server.meddle = (frame, place) => [frame.t === "sealed" && place === bob.place ? { ...frame, at: frame.at + lie } : frame];
    anna.sealed.send({ t: "amend", re: own(anna, "at non"), text: "at noon" });
    await settle();
    assert.equal(anna.last("amended").text, "at noon");
    assert.deepEqual([bob.all("gap").length, bob.all("amended").length, bob.notices()], [gaps, 1 - gaps, []], `${lie} ms`);
  }
});

test("what was taken back before anybody was handed it is said without its words", async () => {
  const here = new SealedRoom(await Room.open(newSecret()), () => {});
  here.begin({ id: "1", nick: "", via: "web" }, { id: "aa".repeat(16), key: new Uint8Array(32) });
  here.sitDown();
  const say = (payload, hash) => here.happened(payload, here.you, { at: 0, now: 0, hash });
  for (const waits of [true, false]) { // for the welcome, and not
    here.greeting = waits ? 1 : 0;
    await say({ t: "say", text: "the PIN is 4711", options: ["yes, 4711", "no"] }, `h${waits}`);
    await say({ t: "amend", re: `h${waits}`, text: "the PIN is 0815" });
    await say({ t: "say", text: "other", re: `h${waits}` }, `other${waits}`);
    await say({ t: "retract", re: `h${waits}` });
    if (waits) here.welcomed();
    const frames = here.takeOut().filter(({ t }) => t !== "welcome");
    assert.deepEqual(frames.map(({ t, text, gone }) => [t, text, gone]), [["said", "", true], ["amended", "", undefined], ["said", "other", undefined], ["retracted", undefined, undefined]]);
    assert.doesNotMatch(JSON.stringify(frames), /4711|0815/);
    assert.deepEqual(frames.slice(1).map(({ re }) => re), [frames[0].seq, frames[0].seq, frames[0].seq]);
  }
});

test("of frames that wait, only those of a message lose their words", () => {
  const frames = [
    { t: "said", seq: 4, text: "the PIN", options: ["a", "b"], re: 2, op: null }, { t: "said", seq: 5, text: "other", re: 4 },
    { t: "amended", seq: 6, re: 4, text: "the PIN!" }, { t: "amended", seq: 7, re: 5, text: "others" }, { t: "reacted", seq: 8, re: 4, emoji: "👍", on: true },
  ];
  assert.deepEqual(withoutWords(frames, 4), [
    { t: "said", seq: 4, text: "", options: undefined, re: 2, op: null, gone: true }, frames[1],
    { t: "amended", seq: 6, re: 4, text: "" }, frames[3], frames[4],
  ]);
});

test("a thousand messages are remembered, those counted that were taken back", () => {
  const recent = new Recent();
  for (let n = 0; n < 3000; n++) {
    recent.add(`${n}`, { seq: n, by: "anna", at: 0, here: 0 });
    if (n % 3 === 0) recent.happened({ t: "retract", re: `${n}` }, "anna");
  }
  const known = (n) => recent.judge({ t: "retract", re: `${n}` }, "anna", 0) === null;
  assert.deepEqual([1999, 2000, 2001, 2002, 2998].map(known), [false, true, false, true, true]);
});

for (const { name, steps } of script("remembered").scenes) {
  test(`remembered: ${name}`, () => {
    const recent = new Recent();
    const said = new Map(); // by each, what was not taken back
    let n = 0;
    const isKnown = (hash) => recent.judge({ t: "react", re: hash, emoji: "🎉", on: true }, "somebody", 0) === null;
    for (const { says, times = 1, takesBack, known } of steps) {
      for (let i = 0; says && i < times; i++) {
        said.set(says, [...(said.get(says) ?? []), `${++n}`]);
        recent.add(`${n}`, { seq: n, by: says, at: 0, here: 0 });
        assert.equal(recent.hash(n), `${n}`);
      }
      if (takesBack) {
        const oldest = said.get(takesBack).find(isKnown);
        recent.happened({ t: "retract", re: oldest }, takesBack);
        said.set(takesBack, said.get(takesBack).filter((hash) => hash !== oldest));
      }
      for (const [who, want] of Object.entries(known ?? {})) {
        const all = said.get(who).map(isKnown);
        assert.deepEqual(all, all.map((_, i) => i >= all.length - want), `the newest ${want} of ${who}`);
      }
    }
  });
}

test("of who left it is counted what they put on, and their kind stays", () => {
  const recent = new Recent();
  recent.add("one", { seq: 1, by: "anna", at: 0, here: 0, options: 2 });
  const react = (who, emoji, on) => {
    const payload = { t: "react", re: "one", emoji, on };
    const why = recent.judge(payload, who, 0);
    if (!why) recent.happened(payload, who);
    return why;
  };
  for (let n = 0; n < 2000; n++) {
    assert.equal(react(`guest${n}`, "👍", true), null);
    recent.left(`guest${n}`);
  }
  assert.equal(react("anna", "👍", true), null);
  assert.equal(react("anna", "👍", false), null);
  const fit = Array.from({ length: 60 }, (_, i) => react("bob", String.fromCodePoint(0x1f400 + i), true)).filter((why) => why === null);
  assert.equal(fit.length, 9, "beside one that nobody here has on it, and two options");
  assert.equal(react("bob", "👍", false).code, "not_allowed");
  assert.equal(react("bob", "2", true), null);
});

// What a line asks of the room by which somebody governs it, as lines in a terminal do.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { FakeClock } from "./fakes.mjs";
import { Room } from "../static/room/room.js";
import { Session } from "../static/room/session.js";
import { tableOf, texts } from "../static/text/strings.js";
import { script } from "./behaviour.mjs";

const english = texts("en", await tableOf("en"));
const [you, ...others] = [["01", "ear"], ["02", "bob"], ["03", "cleo"]].map(([id, nick]) => ({ id, nick, via: "web" }));

const enter = () => {
  const room = new Room();
  const sent = [];
  const shown = [];
  const aloud = [];
  const session = new Session({
    room, clock: new FakeClock(), text: english, onOutgoing: () => {},
    connection: { phase: "open", ready: true, send: (op) => `o${sent.push(op)}` },
    ui: { ignoredChanged: () => {}, theme: () => ({}), showRules: (what) => shown.push(what), showVoice: (on) => aloud.push(on) },
  });
  room.apply({ t: "welcome", v: 1, room: "tea", kind: "open", you, members: [you, ...others], seq: 0 }, 1);
  return { room, sent, session, shown, aloud };
};

for (const { type, asks } of script("asked").lines) {
  test(type, async () => {
    const { sent, session } = enter();
    const problem = await session.submit(type, 0, 2);
    assert.equal(problem === "", asks !== null, problem);
    assert.deepEqual(sent.map((op) => JSON.parse(JSON.stringify(op))), asks ? [asks] : []);
  });
}

test("talking aloud is the page's to do, and letting speak the room's", async () => {
  const { room, sent, session, aloud } = enter();
  for (const line of ["/voice", "/voice off", "/voice OFF"]) assert.equal(await session.submit(line, 0, 2), "");
  assert.deepEqual(aloud, [true, false, false]);
  assert.deepEqual(sent, []);
  room.apply({ t: "joined", seq: 1, member: { id: "09", nick: "off", via: "web" } }, 1);
  assert.equal(await session.submit("/voice off", 0, 2), "");
  assert.deepEqual(sent, [{ t: "speak", to: "09", on: true }]);
});

test("a name that changes hands while a host types it means nobody yet", async () => {
  const { room, sent, session } = enter();
  room.apply({ t: "left", seq: 1, member: others[0], reason: "quit" }, 3);
  room.apply({ t: "joined", seq: 2, member: { ...others[0], id: "09" } }, 4);
  assert.match(await session.submit("/remove bob", 0, 2), /Somebody else goes by the name .*bob.* now, so nothing was done/);
  assert.equal(await session.submit("/remove bob", 0, 5), "");
  assert.deepEqual(sent.map(({ to }) => to), ["09"]);
});

test("yes and no answer the vote that runs, and mean people where none does", async () => {
  const { room, sent, session } = enter();
  assert.match(await session.submit("/vote yes", 0, 2), /Nobody is asked anything just now/);
  room.apply({ t: "vote", seq: 1, member: others[1], ends: Date.now() + 60_000, needed: 3 }, Date.now());
  for (const line of ["/vote no", "/vote YES"]) assert.equal(await session.submit(line, 0, 2), "");
  assert.deepEqual(sent, [{ t: "vote", to: "03", yes: false }, { t: "vote", to: "03", yes: true }]);
  assert.deepEqual(room.log.entries.filter(({ kind }) => kind === "note").map(({ lines }) => lines[0]), ["You answer no.", "You answer yes."]);
  room.apply({ t: "vote", seq: 2, member: others[1], over: true }, Date.now());
  room.apply({ t: "joined", seq: 3, member: { id: "09", nick: "Yes", via: "web" } }, 1);
  assert.equal(await session.submit("/vote yes", 0, 2), "");
  assert.deepEqual(sent.at(-1), { t: "vote", to: "09", yes: true });
});

test("a host asks all to follow but those who are named, and goes nowhere with nobody", async () => {
  const { room, sent, session, shown } = enter();
  assert.match(await session.submit("/leap", 0, 2), /Only a host/);
  assert.match(await session.submit("/go", 0, 2), /Nobody here goes on in another room/);
  room.apply({ t: "host", seq: 1, member: { ...you, host: true } }, 1);
  room.apply({ t: "joined", seq: 2, member: { id: "08", nick: "", via: "web", watch: true } }, 1);
  for (const [line, why] of [["/leap ghost", /Nobody here is called ghost/], ["/leap ?!", /Nobody here is called/], ["/leap ear", /leave yourself behind/], ["/leap bob cleo", /Nobody would follow you/]]) {
    assert.match(await session.submit(line, 0, 2), why);
  }
  assert.equal(await session.submit("/leap", 0, 2), "");
  assert.equal(await session.submit("/leap @Bob:", 0, 2), "");
  room.apply({ t: "left", seq: 3, member: others[0], reason: "quit" }, 3);
  room.apply({ t: "joined", seq: 4, member: { ...others[0], id: "09" } }, 4);
  assert.match(await session.submit("/leap cleo bob", 0, 2), /Somebody else goes by the name/);
  room.leapt = { room: "den", from: others[1] };
  assert.equal(await session.submit("/go", 0, 2), "");
  assert.deepEqual(shown, [{ leap: ["02", "03"] }, { leap: ["03"] }, "go"]);
  assert.deepEqual(sent, []);
});

test("a sealed room's link is its key, so no invitation is asked for", async () => {
  const { room, sent, session } = enter();
  room.apply({ t: "welcome", v: 1, room: "tea", kind: "sealed", you, members: [you, ...others], seq: 0 }, 1);
  for (const line of ["/invite once", "/invite 10m"]) assert.match(await session.submit(line, 0, 2), /link is its key, and bears no invitation/);
  assert.deepEqual(sent, []);
});

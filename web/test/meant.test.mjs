// Which message a command is about, as lines in a terminal mean it.

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
const { happened, lines } = script("meant");

// enter comes into a room where so much has happened.
function enter(frames = happened) {
  const room = new Room();
  const sent = [];
  const session = new Session({
    room, clock: new FakeClock(), text: english, onOutgoing: () => {},
    connection: { phase: "open", ready: true, send: (op) => `o${sent.push(op)}` },
    ui: { ignoredChanged: () => {}, theme: () => ({}) },
  });
  room.apply({ t: "welcome", v: 1, room: "tea", kind: "open", you, members: [you, ...others], seq: 0 }, 1);
  for (const frame of frames) room.apply(frame, 1);
  return { room, sent, session };
}

for (const { type, asks } of lines) {
  test(type, async () => {
    const { sent, session } = enter();
    const problem = await session.submit(type, 0, 2);
    assert.equal(problem === "", asks !== null, problem);
    assert.deepEqual(sent.map((op) => JSON.parse(JSON.stringify(op))), asks ? [asks] : []);
  });
}

test("alone it says who reacted", async () => {
  const { room, session } = enter();
  assert.equal(await session.submit("/react", 0, 2), "");
  assert.deepEqual(room.log.entries.at(-1).lines, ["To what cleo said: ❤️ bob"]);
  room.ignored.set("02", "bob");
  await session.submit("/react", 0, 2);
  assert.deepEqual(room.log.entries.at(-1).lines, ["To what Dora said: 👍 ear"]);
  assert.match(await enter([]).session.submit("/react", 0, 2), /Nobody has reacted/);
});

test("what is on its way still is not passed over", async () => {
  const { sent, session } = enter();
  await session.submit("a slip", 0, 2);
  for (const line of ["/retract", "/amend x"]) assert.match(await session.submit(line, 0, 2), /on its way/);
  assert.deepEqual(sent.map(({ t }) => t), ["say"]);
});

test("what was said in another room is not meant", async () => {
  const { room, sent, session } = enter();
  room.depart();
  room.apply({ t: "welcome", v: 1, room: "den", kind: "open", you, members: [you, ...others], seq: 0 }, 1);
  for (const line of ["/react 👍", "/react 1", "/retract", "/amend x"]) assert.notEqual(await session.submit(line, 0, 2), "");
  assert.deepEqual(sent, []);
});

test("what is a file is not taken back, and it is said why, until something else is said", async () => {
  const { room, sent, session } = enter();
  for (const line of ["/retract", "/retract cleo"]) assert.match(await session.submit(line, 0, 2), /^A file is offered until its sender stops that/);
  room.apply({ t: "said", seq: 90, at: 1, from: you, text: "a slip" }, 1);
  room.apply({ t: "said", seq: 91, at: 1, from: others[1], text: "a slip" }, 1);
  for (const line of ["/retract", "/retract cleo"]) assert.equal(await session.submit(line, 0, 2), "");
  assert.deepEqual(sent.map(({ t, re }) => [t, re]), [["retract", 90], ["retract", 91]]);
});

test("a number answers a poll, whoever is called so, and is a name only where no poll is to be seen", async () => {
  const one = { t: "joined", seq: 90, member: { id: "09", nick: "1", via: "web" } };
  const asked = async (frames, ignored, line) => {
    const { room, sent, session } = enter([...frames, one]);
    if (ignored) room.ignored.set("03", "cleo"); // whose poll it is
    await session.submit(line, 0, 2);
    return sent.map(({ t, re, to }) => [t, re ?? to]);
  };
  assert.deepEqual(await asked(happened, false, "/vote 1"), [["react", 5]]);
  assert.deepEqual(await asked(happened, true, "/vote 1"), [["vote", "09"]]);
  assert.deepEqual(await asked([], false, "/vote 1"), [["vote", "09"]]);
  assert.match(await enter([]).session.submit("/vote 1", 0, 2), /There is no poll here/);
});

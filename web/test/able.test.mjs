// What can be done with a message, in the place where it was said and after it was left.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { Room } from "../static/room/room.js";
import { able } from "../static/view/actions.js";

const people = (you) => ({ you, members: [you, { id: "h", nick: "heron", via: "web" }] });
const you = { id: "me", nick: "low-fern", via: "web", host: true };

// enter returns a room with words of others' and of your own, and a whisper of each.
function enter() {
  const room = new Room();
  room.apply({ t: "welcome", room: "den", kind: "open", ...people(you), seq: 0 }, 0);
  const heron = { id: "h", nick: "heron" };
  room.apply({ t: "said", seq: 1, at: 0, from: heron, text: "theirs" }, 0);
  room.apply({ t: "said", seq: 2, at: 0, from: you, text: "yours" }, 0);
  room.apply({ t: "whispered", at: 0, from: heron, to: you, text: "to you" }, 0);
  room.apply({ t: "whispered", at: 0, from: you, to: heron, text: "by you" }, 0);
  return room;
}

// offered returns what is offered with each of them: {its words: [actions]}.
function offered(room) {
  const lines = room.log.entries.filter(({ kind }) => /^(said|whisper)$/.test(kind)).map((entry) => {
    const { seq, from, to, kind, text } = entry;
    const can = able(room, seq ? entry : undefined, { from: from.id, to: to?.id, kind }, 0);
    assert.equal(can.copy, true, "wherever it was said");
    return [text, Object.keys(can).filter((each) => can[each] && each !== "copy")];
  });
  return Object.fromEntries(lines);
}

test("what can be done with a message where it was said", () => {
  assert.deepEqual(offered(enter()), {
    theirs: ["react", "reply", "whisper", "retract", "ignore"],
    yours: ["react", "reply", "amend", "retract"],
    "to you": ["reply", "ignore"],
    "by you": ["reply"],
  });
});

test("the offer of a file is reacted to, and has no words", () => {
  const room = enter();
  const heron = { id: "h", nick: "heron" };
  room.apply({ t: "offered", seq: 3, at: 0, from: heron, file: { name: "plan.pdf", size: 1, key: "k", sum: "s" } }, 0);
  room.apply({ t: "offered", seq: 4, at: 0, from: you, file: { name: "map.png", size: 1, key: "l", sum: "s" } }, 0);
  const can = (seq, id) => {
    const all = able(room, room.log.numbered(seq), { from: id, kind: "offer" }, 0);
    return Object.keys(all).filter((each) => all[each]);
  };
  assert.deepEqual([can(3, "h"), can(4, you.id)], [["react", "whisper", "ignore"], ["react"]]);
  room.depart();
  assert.deepEqual([can(3, "h"), can(4, you.id)], [[], []]);
});

const nothing = { theirs: [], yours: [], "to you": [], "by you": [] };

for (const [what, room, seq] of [["another room", "hut", 0], ["the same room, anew", "den", 1]]) {
  test(`nothing is offered with what was said before one came to ${what}`, () => {
    const left = enter();
    left.apply({ t: "welcome", room, kind: "open", ...people({ ...you, id: "me2" }), seq }, 0);
    assert.deepEqual(offered(left), nothing);
  });
}

test("nothing is offered with what was said in a room that one is leaving", () => {
  const room = enter();
  room.depart();
  const { theirs, yours } = offered(room);
  assert.deepEqual({ theirs, yours }, { theirs: [], yours: [] });
});

// Who is away, as a screen and lines in a terminal tell it.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { FakeClock } from "./fakes.mjs";
import { Asides } from "../static/room/asides.js";
import { Room } from "../static/room/room.js";
import { Session, typed } from "../static/room/session.js";
import { tableOf, texts } from "../static/text/strings.js";
import { script } from "./behaviour.mjs";

const english = texts("en", await tableOf("en"));
const people = [["b2", "anna"], ["c3", "carl"], ["a1", "quiet-otter"]].map(([id, nick]) => ({ id, nick, via: "web" }));

function entered() {
  const room = new Room();
  room.apply({ t: "welcome", v: 1, room: "den", kind: "open", you: people[2], members: people, rules: { door: "open" }, seq: 1 }, 0);
  return room;
}

for (const { name, steps } of script("asides").scenarios) {
  test(name, () => {
    const room = entered();
    const asides = new Asides(room, english);
    for (const { frame, told, seen, ignore, unignore } of steps) {
      if (frame) {
        room.apply(frame, 0);
        assert.equal(asides.happen({ ...frame, op: frame.id && {} }), told, JSON.stringify(frame));
      }
      if (ignore) room.ignored.set(ignore, "anna");
      if (unignore) room.ignored.delete(unignore);
      if (!seen) continue;
      const away = [...room.members.keys()].filter((id) => room.asideOf(id) !== undefined).map((id) => [id, room.asideOf(id)]);
      assert.deepEqual(Object.fromEntries(away), seen);
    }
    assert.ok(room.log.entries.every(({ kind }) => kind !== "gap"), "the script's numbers don't follow each other");
  });
}

test("the commands and what becomes of them", async () => {
  const room = entered();
  const sent = [];
  const session = new Session({
    room, text: english, onOutgoing: () => {},
    clock: new FakeClock(),
    connection: { phase: "open", ready: true, kind: "open", send: (op) => `o${sent.push(op)}` },
    ui: { theme: () => ({}), giveBack: () => false },
  });
  const notes = () => room.log.entries.filter(({ kind }) => kind === "note").map(({ lines }) => lines.join());
  const takes = async (frame) => {
    room.apply(frame, 0);
    session.take(frame);
    await new Promise((resolve) => { setTimeout(resolve, 0); });
  };
  assert.equal(await session.submit("/back"), "");
  assert.deepEqual(sent, []);
  assert.match(notes().at(-1), /not shown as away/);
  assert.equal(await session.submit("/away lunch "), "");
  assert.deepEqual(sent, [{ t: "aside", on: true, text: "lunch" }]);
  await takes({ t: "aside", seq: 2, member: { ...people[2], aside: "lunch" }, op: { ...sent[0], id: "o1" } });
  assert.match(notes().at(-1), /shown as away in this room: lunch/);
  assert.equal(await session.submit("/back"), "");
  assert.deepEqual(sent.at(-1), { t: "aside", on: false });
  assert.equal(typed(sent[0], room), "/away lunch");
  assert.equal(typed({ t: "aside", on: true }, room), "/away");
  assert.equal(typed(sent[1], room), "/back");
});

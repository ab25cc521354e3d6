// What is unread, by the script that the terminal is held to as well.
import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import { Room } from "../static/room/room.js";
import { Unread } from "../static/room/unread.js";

const T0 = new Date(2026, 0, 5, 12, 0, 0).getTime();

for (const { name, steps } of script("unread").cases) {
  test(`unread: ${name}`, () => {
    const room = new Room();
    const unread = new Unread();
    const you = { id: "me", nick: "low-fern", via: "web" };
    const people = { "low-fern": you, otter: { id: "o", nick: "otter", via: "ssh" }, heron: { id: "h", nick: "heron", via: "ssh" } };
    room.log.watch((what, entry) => { if (what === "added") unread.take(entry, room.ignored); });
    room.apply({ t: "welcome", room: "tea", kind: "open", you, members: [you, people.otter], seq: 0 }, T0);
    let seq = 0;
    let looking = true;
    let atEnd = true;
    const attend = (look = looking, end = atEnd) => unread.attend(looking = look, atEnd = end);
    const numbers = new Map(); // text → seq
    const texts = new Map([[0, ""]]); // key → text
    room.log.watch((what, entry) => texts.set(entry.key, entry.text ?? entry.file?.name));
    const happens = (t, more) => room.apply({ t, seq: ++seq, at: T0, ...more }, T0);
    const says = (by, text, more) => {
      if (by === "low-fern") attend(looking, true);
      numbers.set(text, seq + 1);
      happens("said", { from: people[by], text, ...more });
    };
    const does = {
      say: ({ by, text, re }) => says(by, text, { re: numbers.get(re) }),
      act: ({ by, text }) => says(by, text, { action: true }),
      whisper: ({ by, text }) => room.apply({ t: "whispered", wseq: 1, at: T0, from: people[by], to: you, text }, T0),
      offer: ({ by, text }) => happens("offered", { from: people[by], file: { name: text, size: 1, key: "k", sum: "s" } }),
      mute: ({ by }) => room.ignored.set(people[by].id, by),
      joined: ({ by }) => happens("joined", { member: people[by] }),
      left: ({ by }) => happens("left", { member: people[by], reason: "quit" }),
      renamed: ({ by }) => happens("renamed", { member: { ...people[by], nick: "grey-heron" }, was: by }),
      topic: ({ by, text }) => happens("topic", { from: people[by], text }),
      gap: () => room.apply({ t: "gap", missed: 3, seq }, T0),
      away: () => attend(false),
      back: () => attend(true),
      up: () => attend(looking, false),
      end: () => attend(looking, true),
      first: () => unread.seen(),
      esc: () => unread.read(),
    };
    for (const [i, step] of steps.entries()) {
      if (step.do) {
        does[step.do](step);
        continue;
      }
      const { count, calls, divider, first } = unread;
      assert.deepEqual({ count, calls, divider: texts.get(divider), first: texts.get(first) }, step, `step ${i + 1}`);
    }
  });
}

test("a knock that nobody looked at is unread, and the log is not divided for it", () => {
  const unread = new Unread();
  const knock = { kind: "knock", key: 0, from: { id: "", nick: "mia" }, mentions: true };
  const state = ({ count, calls, first, divider }) => [count, calls, first, divider];
  unread.attend(true, false); // it stands above the log
  assert.equal(unread.take(knock, new Map()), true);
  assert.deepEqual(state(unread), [0, 0, 0, 0]);
  unread.attend(false, true);
  assert.equal(unread.take(knock, new Map()), true);
  assert.deepEqual(state(unread), [1, 1, 0, 0]);
  unread.take({ kind: "said", key: 7, from: { id: "o", nick: "otter" } }, new Map());
  assert.deepEqual(state(unread), [2, 1, 7, 7]);
});

// What a search finds, by the script that the terminal is held to as well.
import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import { MAX_MESSAGES } from "../static/room/log.js";
import { Room } from "../static/room/room.js";
import { Hits, patternOf } from "../static/room/hits.js";

const { words, cases } = script("find");
const T0 = new Date(2026, 0, 5, 12, 0, 0).getTime();
const lynx = { id: "l", nick: "brave-lynx", via: "ssh" };
const you = { id: "me", nick: "low-fern", via: "web" };

for (const { text, find, found } of words) {
  test(`find: ${JSON.stringify(find)} in ${JSON.stringify(text)}`, () => {
    const pattern = patternOf(find);
    assert.deepEqual(pattern ? [...text.matchAll(pattern)].map(([each]) => each) : [], found);
  });
}

// Table is a room in which somebody looks for something.
class Table {
  room = new Room();
  hits = new Hits(this.room.log, (entry) => this.room.seen(entry) !== null);
  #seq = 0;
  #said = [0]; // number → seq

  constructor() {
    this.room.log.watch((what, entry) => this.hits.take(what, entry));
    this.#apply({ t: "welcome", room: "tea", kind: "open", you, members: [you, lynx], seq: 0 });
  }

  play({ say = [], amend, retract, fade, ignore, hear, find, older, newer }) {
    for (const text of say) {
      this.#happens({ t: "said", from: lynx, text });
      this.#said.push(this.#seq);
    }
    if (amend) this.#happens({ t: "amended", from: lynx, re: this.#said[amend[0]], text: amend[1] });
    if (retract) this.#happens({ t: "retracted", from: lynx, re: this.#said[retract] });
    if (fade) this.room.log.forget(this.room.log.entries.filter(({ kind }) => kind === "said")[fade - 1].at);
    if (ignore || hear) {
      if (ignore) this.room.ignored.set(lynx.id, lynx.nick);
      else this.room.ignored.delete(lynx.id);
      this.hits.ignored();
    }
    if (find !== undefined) this.hits.look(find);
    if (older) this.hits.go(1);
    if (newer) this.hits.go(-1);
  }

  get at() { return this.hits.at && this.#said.indexOf(this.hits.at.seq); }

  #happens(frame) {
    this.#seq++;
    this.#apply({ ...frame, seq: this.#seq, at: T0 + this.#seq * 60_000 });
  }

  #apply(frame) { this.room.apply(frame, T0); }
}

for (const { name, steps } of cases) {
  test(`find: ${name}`, () => {
    const table = new Table();
    for (const [i, step] of steps.entries()) {
      table.play(step);
      const { hits } = table;
      if (step.shown) assert.deepEqual([`${hits.nth} of ${hits.found.length}`, table.at], [step.shown, step.at], `step ${i + 1}`);
    }
  });
}

test("a full log is looked through in turns, and none of them is long", () => {
  const table = new Table();
  for (let i = 0; i < MAX_MESSAGES; i++) table.play({ say: [`the ${i}th ${"x".repeat(120)}${i % 3 ? "" : " Otter"}`] });
  const { hits } = table;
  hits.look("otter");
  assert.ok(hits.looking, "everything at once");
  assert.equal(hits.nth, 1, "the first hit is there at once");
  let turns = 1;
  for (; hits.looking; turns++) hits.lookOn();
  assert.ok(turns > 3 && turns < 12, `${turns} turns`);
  assert.equal(hits.found.length, Math.ceil(MAX_MESSAGES / 3));
  assert.ok(hits.found.every(({ key }, i) => i === 0 || key < hits.found[i - 1].key), "not the newest first");
});

test("what comes while the search goes on is found once", () => {
  const table = new Table();
  for (let i = 0; i < 2000; i++) table.play({ say: ["otter".padEnd(400)] });
  table.hits.look("otter");
  const [early, late] = [table.room.log.entries[3], table.room.log.entries.at(-2)];
  table.play({ say: ["an otter"] });
  table.room.log.amend(early.seq, lynx, "badger", false);
  table.room.log.amend(late.seq, lynx, "badger", false);
  while (table.hits.looking) table.hits.lookOn();
  assert.equal(table.hits.found.length, 1999);
  assert.equal(new Set(table.hits.found).size, 1999);
});

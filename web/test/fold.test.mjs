// What is folded, by the script that the terminal is held to as well.
import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import { Log, MAX_MESSAGES } from "../static/room/log.js";

const { cases, tall } = script("fold");

// Table is a log that a script is played on.
class Table {
  log = new Log();
  #now = new Date(2026, 0, 5, 12, 0, 0).getTime();
  #seq = 0;
  #away = false;
  #off = false;

  constructor(rows) {
    this.log.folding.screen = { rows, columns: 60 };
    this.log.watch((what, entry) => {
      if (what !== "added" || !this.#away || !isWords(entry)) return;
      this.#away = false;
      this.log.divide();
    });
  }

  play({ say = 0, rows, every, after = 60_000, by = "otter", calls, whisper, action, do: does }) {
    const names = by.split(" and ");
    for (let i = 0; i < say; i++) {
      this.#now += i === 0 ? after : every;
      const who = names[i % names.length];
      const mine = who === "low-fern";
      const from = { id: mine ? "me" : who, nick: who };
      const text = Array.from({ length: rows }, () => `message ${this.#seq}`).join("\n");
      if (whisper) this.log.addWhisper({ at: this.#now, from, to: { id: "me", nick: "low-fern" }, text, mine });
      else this.log.addSaid({ seq: ++this.#seq, at: this.#now, from, text, action: action === true, re: 0, mine, mentions: calls === true });
    }
    switch (does) {
      case "joined": this.log.addPresence({ what: "joined", id: "l", nick: "lark" }); break;
      case "topic": this.log.addTopic({ id: "otter", nick: "otter" }, "tea"); break;
      case "away": this.#away = true; break;
      case "up": this.log.wait(true); break;
      case "end": this.log.wait(false); break;
      case "off": case "on": this.#off = does === "off"; break;
    }
  }

  // looks is what stands there, as the script writes it.
  looks() {
    const shown = [];
    const folds = new Set();
    for (const entry of this.log.entries.filter(isWords)) {
      if (entry.fold && !this.#off) {
        if (!folds.has(entry.fold)) shown.push(-entry.fold.size);
        folds.add(entry.fold);
      } else if (shown.at(-1) > 0) shown[shown.length - 1]++;
      else shown.push(1);
    }
    return shown;
  }
}

const isWords = ({ kind }) => kind === "said" || kind === "whisper";

for (const { name, screen, steps } of cases) {
  test(`fold: ${name}`, () => {
    const table = new Table(screen);
    for (const [i, step] of steps.entries()) {
      if (step.shown) assert.deepEqual(table.looks(), step.shown, `step ${i + 1}`);
      else table.play(step);
    }
  });
}

for (const { name, screen, shown, off, ...say } of tall) {
  test(`fold a tall message: ${name}`, () => {
    const table = new Table(screen);
    table.play({ say: 1, ...say });
    const { shape } = table.log.last;
    assert.deepEqual(shape && !off ? [shape.begin, -shape.more, 1] : [say.rows], shown);
  });
}

test("a line that is broken counts as many rows as it takes", () => {
  const table = new Table(10);
  table.log.folding.screen.columns = 40;
  table.log.addSaid({ seq: 1, at: 0, from: { id: "o" }, text: "x".repeat(4000), mine: false, mentions: false });
  assert.deepEqual(table.log.last.shape, { begin: 3, more: 96 });
  for (const [text, rows] of [["界".repeat(1000), 50], ["한국어 ".repeat(100), 17.5], ["ｗｉｄｅ".repeat(100), 20], ["🎉".repeat(400), 20], ["س".repeat(1000), 25]]) {
    table.log.addSaid({ seq: 2, at: 0, from: { id: "o" }, text, mine: false, mentions: false });
    assert.equal(table.log.last.shape.more, Math.ceil(rows) - 4, text.slice(0, 4));
  }
});

test("what is folded leaves the memory like everything else", () => {
  const table = new Table(20);
  table.play({ say: MAX_MESSAGES + 500, rows: 1, every: 10 });
  assert.deepEqual(table.looks(), [-(MAX_MESSAGES - 1), 1]);
  table.play({ do: "up" });
  table.play({ say: MAX_MESSAGES + 500, rows: 1, every: 10, by: "heron" });
  assert.deepEqual(table.looks(), [MAX_MESSAGES]);
  table.play({ do: "end" });
  assert.deepEqual(table.looks(), [20, -(MAX_MESSAGES - 21), 1]);
});

test("a fold counts the lines behind it", () => {
  const fold = (table) => table.log.entries.findLast((entry) => entry.fold)?.fold;
  const table = new Table(20);
  table.play({ say: 30, rows: 1, every: 100 });
  assert.deepEqual([fold(table).size, fold(table).lines], [9, 9]);
  table.play({ say: 10, rows: 40, every: 100 });
  table.play({ say: 1, rows: 1, every: 0, by: "heron" });
  assert.deepEqual([fold(table).size, fold(table).lines], [6, 6 * 40], "tall ones count in full");
});

test("what leaves the memory leaves the count of its fold", () => {
  const table = new Table(20);
  table.play({ say: 20, rows: 2, every: 100 });
  const { fold } = table.log.entries.find((entry) => entry.fold);
  assert.deepEqual([fold.size, fold.lines], [9, 18]);
  table.log.folding.screen.columns = 10; // however wide the page becomes
  table.play({ say: MAX_MESSAGES - 6, rows: 1, every: 1000, by: "heron" });
  assert.deepEqual([fold.size, fold.lines], [5, 10]);
});

test("the lines behind a fold are as many in every window", () => {
  for (const columns of [20, 200]) {
    const table = new Table(20);
    table.log.folding.screen.columns = columns;
    for (let i = 0; i < 60; i++) table.log.addSaid({ seq: i + 1, at: i * 100, from: { id: "o" }, text: "word ".repeat(30), mine: false, mentions: false });
    const { fold } = table.log.entries.find((entry) => entry.fold);
    assert.equal(fold.lines, fold.size);
  }
});

test("a fold knows whose words it hides", () => {
  const table = new Table(20);
  table.play({ say: 60, rows: 1, every: 100, by: "otter and heron" });
  const { fold } = table.log.entries.find((entry) => entry.fold);
  assert.deepEqual([fold.size, [...fold.people].sort()], [33, ["heron", "otter"]]);
});

// Lines wait here as they do in the terminal: rooms/behaviour/waiting.json says what
// a step means.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byteLength } from "../static/text/limits.js";
import { LONGEST_PAUSE, MAX_BYTES, MAX_LINES, PAUSE, Waiting } from "../static/room/waiting.js";
import { script } from "./behaviour.mjs";

const { most, mostBytes, pause, longestPause, scripts } = script("waiting");
const texts = (lines) => lines.map(({ text }) => text);

test("the bounds are the terminal's", () => {
  assert.deepEqual([MAX_LINES, MAX_BYTES, PAUSE, LONGEST_PAUSE], [most, mostBytes, pause, longestPause]);
});

for (const { name, steps } of scripts) {
  test(`waiting: ${name}`, () => {
    const waiting = new Waiting();
    let now = 1_000_000;
    const acts = {
      submit: (text, { times = 1 }) => { full = !waiting.add({ text: text.repeat(times) }); },
      passes: (ms) => { now += ms; },
      takeBack: () => waiting.takeBack(),
      end: () => waiting.lost(),
      answer: (answer, { wait }) => ({
        said: () => waiting.said(now),
        early: () => waiting.early(now),
        soon: () => waiting.early(now, wait),
        refused: () => [waiting.refused(now)],
        undelivered: () => waiting.lost(),
      })[answer](),
    };
    let full;
    for (const [i, step] of steps.entries()) {
      full = false;
      const [kind] = Object.keys(step).filter((key) => key in acts);
      const back = acts[kind](step[kind], step) ?? [];
      const sent = waiting.next(now);
      const at = `step ${i}`;
      if (step.sentBytes) assert.equal(byteLength(sent.text), step.sentBytes, at);
      else assert.equal(sent?.text, step.sent, at);
      assert.equal(full, step.full ?? false, at);
      if (step.waits) assert.deepEqual(texts(waiting.lines), step.waits, at);
      if (step.count !== undefined) assert.equal(waiting.lines.length, step.count, at);
      assert.deepEqual(texts(back), step.back ?? [], at);
      assert.equal(waiting.due === 0 ? 0 : waiting.due - now, step.due ?? 0, at);
    }
  });
}

// Test of what a page remembers of reactions, which is bounded.

import { test } from "node:test";
import assert from "node:assert/strict";
import { Log, MAX_REACTIONS } from "../static/room/log.js";

const otter = { id: "02", nick: "quiet-otter" };

test("where there are too many reactions, the oldest messages go with theirs", () => {
  const log = new Log();
  const say = (seq) => log.addSaid({ seq, at: seq * 1000, from: otter, text: `the ${seq}th` });
  const react = (seq, people, on = true) => {
    for (let i = 0; i < people; i++) log.react(seq, { id: `p${i}`, nick: `n${i}` }, "🎉", on);
  };
  for (let seq = 1; seq <= 4; seq++) say(seq);
  const half = MAX_REACTIONS / 2;
  react(1, half);
  react(2, half);
  assert.ok(!log.trimmed && log.said(1));
  react(3, 1);
  assert.ok(log.trimmed && !log.said(1), "the oldest is gone");
  react(3, half);
  assert.ok(log.said(2) && log.said(3), "what went with it counts no more");
  react(2, half, false);
  react(4, half);
  assert.ok(log.said(2), "nor does what was taken off");
  log.retract(4, otter);
  react(2, half);
  assert.ok(log.said(2), "nor what a message had that was taken back");
  react(4, 1);
  assert.equal(log.said(4).reactions, undefined);
  log.clear();
  say(5);
  react(5, MAX_REACTIONS);
  assert.ok(log.said(5));
  log.react(5, { id: "one more", nick: "x" }, "🎉", true);
  assert.equal(log.entries.length, 1, "the newest stays");
});

// The browser's commands against the vectors that the Go package is held to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { complete, parse } from "../static/command.js";
import { script } from "./behaviour.mjs";

test("parse", () => {
  for (const { line, want } of script("parse")) {
    assert.deepEqual(parse(line), want, JSON.stringify(line));
  }
});

test("complete", () => {
  const { source: lists, vectors: cases } = script("complete");
  const source = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, () => list]));
  for (const { line, want } of cases) {
    const [before, after] = line.split("‸");
    const { start, end, candidates } = complete(before + after, before.length, source);
    assert.equal(end, before.length, JSON.stringify(line));
    assert.deepEqual(candidates.map((c) => before.slice(0, start) + c.text + "‸" + after), want, JSON.stringify(line));
    assert.equal(complete(before + after, before.length, {}).end, before.length);
  }
});

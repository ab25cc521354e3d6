// The vectors of rooms.CleanFileName, in Go, repeated by its twin.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cleanFileName } from "../static/text/filename.js";
import { byteLength } from "../static/text/limits.js";

const vectors = JSON.parse(readFileSync(new URL("../../rooms/testdata/filename.json", import.meta.url), "utf8"));

test("cleans names of files as the server does", () => {
  assert.ok(vectors.length > 25);
  for (const [name, want] of vectors) {
    assert.equal(cleanFileName(name), want, name);
    assert.equal(cleanFileName(want), want, `${want}, twice`);
    assert.ok(byteLength(want) <= 120);
  }
});

test("costs no more than linear", { timeout: 20_000 }, () => {
  for (const part of [" ", ".", ". ", "-", "\u00a0", "/", "x ", "é"]) cleanFileName(`x${part.repeat(100_000)}x`);
});

// The vectors of rooms.Clean, in Go, repeated by its twin.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clean, cleanTopic, fits } from "../static/text/clean.js";

const vectors = JSON.parse(readFileSync(new URL("../../rooms/testdata/clean.json", import.meta.url), "utf8"));

test("cleans as the server does", () => {
  assert.ok(vectors.length > 60);
  for (const { name, text, want } of vectors) {
    assert.equal(clean(text), want, name);
    assert.equal(clean(want), want, `${name}, twice`);
  }
});

test("half a surrogate pair is no character", () => {
  assert.equal(clean("a\ud800b\udc00"), "a\ufffdb\ufffd");
});

test("a topic is one line", () => {
  for (const [text, want] of [["  release\n\tparty \n", "release  party"], ["a\r\nb", "a b"], [" \u0301 ", ""]]) {
    assert.equal(cleanTopic(text), want);
  }
});

test("long and tall are too much", () => {
  assert.ok(fits("é".repeat(2000)));
  assert.ok(!fits("é".repeat(2000) + "a"));
  assert.ok(!fits("a\n".repeat(40) + "a"));
});

test("costs no more than linear", { timeout: 20_000 }, () => {
  for (const part of ["\x1b[", "\x1b]0;a", "\u009d", "\u0090a", "a\u0301\u0323", "q\u200d\u0301", " ", "\n"]) {
    clean("é" + part.repeat(100_000));
    cleanTopic(`é${part.repeat(100_000)}x`);
  }
});

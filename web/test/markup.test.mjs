// The browser's Markdown against the vectors that the Go package is held to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { parse } from "../static/text/markup.js";

const vectors = JSON.parse(readFileSync(new URL("../../rooms/markup/testdata/vectors.json", import.meta.url), "utf8"));

test("the vectors are there", () => assert.ok(vectors.length >= 60));

for (const { name, text, blocks } of vectors) {
  test(name, () => assert.deepEqual(parse(text), blocks));
}

// Two hundred thousand characters of what would make a careless parser look again and
// again. Linear, each takes a fraction of a second; otherwise, minutes.
test("the cost is linear", () => {
  const many = (s) => s.repeat(200_000 / s.length);
  for (const hostile of [
    "*a ", "_a_ **", "`a", "``` `` ` ", "```\n`````\n", "> > > > > > ", ">\n", "> a\n", "- a\n", " ", "```" + " ",
    "http://", "http://a", "https://a/)", "https://a/,", "(*a", "***a ", "~~a~~b ", "\n", "   - ", "1. ", "*_~", "http://[::",
    "http://a:", "`\u0301", "https://a/م\u200c", "م\u200c",
  ].map(many)) {
    const start = performance.now();
    parse(hostile);
    parse(hostile + "x");
    const took = performance.now() - start;
    assert.ok(took < 5_000, `${JSON.stringify(hostile.slice(0, 12))}: ${took} ms`);
  }
});

// The vectors of rooms.ParseNick, in Go, repeated by its twin.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generateNick, parseNick } from "../static/name.js";

const vectors = JSON.parse(readFileSync(new URL("../../rooms/testdata/nick.json", import.meta.url), "utf8"));

test("takes and refuses what the server does", () => {
  for (const { text, shown } of vectors) assert.equal(parseNick(text)?.shown ?? "", shown, JSON.stringify(text));
});

test("the same names look alike", () => {
  const names = vectors.filter(({ shown }) => shown !== "");
  for (const a of names) {
    for (const b of names) {
      assert.equal(parseNick(a.text).key === parseNick(b.text).key, a.key === b.key, `${a.text} and ${b.text}`);
    }
  }
});

test("a generated name is one", () => {
  for (let i = 0; i < 200; i++) {
    const name = generateNick();
    assert.equal(parseNick(name)?.shown, name);
  }
});

// The vectors of rooms.ParseNick, in Go, repeated by its twin.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { named, parseNick } from "../static/text/name.js";
import { generateNick } from "../static/data/words.js";
import { complete } from "../static/commands/complete.js";
import { script } from "./behaviour.mjs";

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

test("who is meant, and who is offered", () => {
  for (const { names, asks } of script("people").rosters) {
    for (const { typed, who, nobody = false, several = false, begins } of asks) {
      const found = named(names, typed);
      assert.deepEqual({ who: names[found.index], nobody: found.index === undefined && !found.several, several: found.several === true }, { who, nobody, several }, typed);
      const line = `/ignore ${typed}`;
      assert.deepEqual(complete(line, line.length, { members: () => names }).candidates.map(({ text }) => text), begins, typed);
    }
  }
});

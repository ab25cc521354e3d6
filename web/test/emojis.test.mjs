// What is an emoji, as rooms/emoji knows it: the same script for both.
import assert from "node:assert/strict";
import { test } from "node:test";
import { groups, parse, toned } from "../static/text/emojis.js";
import { QUICK } from "../static/data/quick.js";
import { script } from "./behaviour.mjs";

for (const { about, text, emoji } of script("emoji").cases) {
  test(`emoji: ${about}`, () => assert.equal(parse(text), emoji));
}

test("the quick ones are those of every door", () => assert.deepEqual(QUICK, script("emoji").quick));

test("every emoji of every group is one, in every tone that it takes", () => {
  assert.ok(groups.length >= 9);
  for (const { name, emojis } of groups) {
    assert.ok(name && emojis.length > 50, name);
    for (const { text, name, tones } of emojis) {
      assert.equal(parse(text), text, name);
      assert.ok(name);
      for (let tone = 0; tones && tone < 5; tone++) assert.equal(parse(toned(text, tone)), toned(text, tone), name);
    }
  }
  assert.equal(toned("👍", 2), "👍🏽");
  assert.equal(toned("☝️", 0), "☝🏻");
});

// What may have been meant by what is no room's name, as the server understands it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedFor, meantRoomName, sealedLink, tables } from "../static/text/roomname.js";
import { script } from "./behaviour.mjs";

test("what is no room's name leads to what was meant, or to nothing", () => {
  for (const { typed, name } of script("roomname").cases) assert.equal(meantRoomName(typed) ?? "", name, typed);
});

test("a sealed room's link is known for what it is", () => {
  for (const { typed, sealed = false } of script("roomname").cases) assert.equal(sealedLink(typed), sealed, typed);
  for (const language of ["en", "de", "ar"]) assert.ok(tables[language].sealedLink.length > 40);
});

test("who asked for rooms that can't be is asked whether they meant others, or told that they are too many", () => {
  assert.deepEqual(askedFor("a1"), ["roomMeant", "a1"]);
  assert.deepEqual(askedFor("a1, no-good"), ["roomsMeant", "a1, no-good"]);
  assert.deepEqual(askedFor("a, b, c, d, e, f, g, h, i"), ["tooManyRooms", 8, 9]);
  for (const language of ["en", "de", "ar"]) for (const key of ["roomMeant", "roomsMeant", "tooManyRooms"]) assert.match(tables[language][key], /\{0\}/);
});

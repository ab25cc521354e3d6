// What may have been meant by what is no room's name, as the server understands it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { meantRoomName, sealedLink, tables } from "../static/text/roomname.js";
import { script } from "./behaviour.mjs";

test("what is no room's name leads to what was meant, or to nothing", () => {
  for (const { typed, name } of script("roomname").cases) assert.equal(meantRoomName(typed) ?? "", name, typed);
});

test("a sealed room's link is known for what it is", () => {
  for (const { typed, sealed = false } of script("roomname").cases) assert.equal(sealedLink(typed), sealed, typed);
  for (const language of ["en", "de", "ar"]) assert.ok(tables[language].sealedLink.length > 40);
});

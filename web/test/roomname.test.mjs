// What may have been meant by what is no room's name, as the server understands it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { meantRoomName } from "../static/text/roomname.js";
import { script } from "./behaviour.mjs";

test("what is no room's name leads to what was meant, or to nothing", () => {
  for (const { typed, name } of script("roomname").cases) assert.equal(meantRoomName(typed) ?? "", name, typed);
});

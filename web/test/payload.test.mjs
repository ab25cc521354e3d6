// What stands inside a sealed message: a text is read as one thing by everybody.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../static/sealed/payload.js";
import { script } from "./behaviour.mjs";

const deep = "[".repeat(10_001) + "]".repeat(10_001);
const long = "x".repeat(32_000);
const newer = "\u{113b9}".repeat(1_000);
const bytesOf = ({ text, hex }) => (hex ? Buffer.from(hex, "hex") : Buffer.from(text.replace("DEEP", deep).replace("LONG", long).replace("NEWER", newer)));

// What is absent is null in a page, and an action that is none is false.
const present = (payload) => JSON.parse(JSON.stringify(payload, (key, value) => (value === null || (key === "action" && !value) ? undefined : value)));

test("a text is read as one thing by everybody", () => {
  for (const each of script("payloads").cases) {
    const have = decode(bytesOf(each));
    const said = each.text ?? each.hex;
    if (each.unknown) assert.deepEqual(have, { t: "" }, said);
    else if (each.refused) assert.equal(have, null, said);
    else assert.deepEqual(have && present(have), each.reads, said);
  }
});

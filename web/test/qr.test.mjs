// The matrices in qr.json were drawn by rsc.io/qr, level M, with the mask named
// there; each row is a number whose highest bit is the leftmost module.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { qrCode } from "../static/view/qr.js";

const known = JSON.parse(readFileSync(new URL("qr.json", import.meta.url), "utf8"));

for (const { text, rows } of known) {
  test(`draws ${text.length} characters in ${rows.length} modules as the reference does`, () => {
    const drawn = qrCode(text).map((row) => "0x" + BigInt("0b" + row.map(Number).join("")).toString(16));
    assert.deepEqual(drawn, rows);
  });
}

test("fills version 10 to the last byte and refuses one more", () => {
  assert.equal(qrCode("x".repeat(213)).length, 57);
  assert.equal(qrCode("x".repeat(214)), null);
});

// What people type or paste to come into a sealed room.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import "./page.mjs";
import { script } from "./behaviour.mjs";
import { words as bip39 } from "../static/data/bip39.js";
import { drawWords, readWords, WORDS } from "../static/sealed/passphrase.js";
import { base64url, newSecret } from "../static/sealed/seal.js";
import { linkOf, readLink } from "../static/sealed/link.js";

test("the words are the terminal's", () => {
  assert.deepEqual(bip39, readFileSync(new URL("../../rooms/bip39/words.txt", import.meta.url), "utf8").trim().split("\n"));
});

test("drawn words are of the list, and read as they are", async () => {
  const drawn = await drawWords();
  assert.equal(drawn.split(" ").length, WORDS);
  assert.deepEqual(await readWords(drawn), { words: drawn });
});

for (const { typed, ...want } of script("words").cases) {
  test(`words: ${JSON.stringify(typed)}`, async () => assert.deepEqual(await readWords(typed), want));
}

const key = base64url(newSecret());
const stands = { "KEY-3": key.slice(3), "KEY+1": `${key}x`, CAPITALS: key.toUpperCase(), SMALL: key.toLowerCase(), KEY: key, LONG: "a".repeat(60_000) };
const pasted = (typed) => typed.replace(/KEY-3|KEY\+1|CAPITALS|SMALL|KEY|LONG/g, (each) => stands[each]);

for (const { typed, server, cut, folded, none } of script("links").cases) {
  test(`link: ${JSON.stringify(typed)}`, () => {
    const have = readLink(pasted(typed));
    if (none) assert.equal(have, null);
    else if (folded) assert.deepEqual(have, { folded });
    else if (cut !== undefined) assert.deepEqual(have, { cut });
    else assert.deepEqual([have?.server, have?.secret && base64url(have.secret)], [server, key]);
  });
}

test("what is no link is soon known to be none", () => {
  const began = performance.now();
  for (const part of ["a", "/s/", "#", " ", "\n", ".", "a://", "https://a/s/#", "<"]) {
    for (const length of [4096, 60_000]) readLink(part.repeat(length).slice(0, length));
  }
  assert.ok(performance.now() - began < 1000);
});

test("a link is read back as it is written", () => {
  const secret = newSecret();
  assert.deepEqual(readLink(linkOf("https://chat.example/x", secret)), { secret, server: "https://chat.example/x" });
});

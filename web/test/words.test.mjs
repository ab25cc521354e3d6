// Word lists that two sides must have alike, and links.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import "./page.mjs";
import { words as bip39 } from "../static/bip39.js";
import { words as eff } from "../static/effwords.js";
import { drawWords, tidy, WORDS } from "../static/passphrase.js";
import { newSecret } from "../static/seal.js";
import { linkOf, secretOf } from "../static/sealedlink.js";

test("the safety words are the terminal's", () => {
  assert.deepEqual(bip39, readFileSync(new URL("../../rooms/seal/words.txt", import.meta.url), "utf8").trim().split("\n"));
});

test("the words to read aloud are 7,776 different ones", async () => {
  assert.equal(new Set(eff).size, 6 ** 5);
  const drawn = (await drawWords()).split(" ");
  assert.equal(drawn.length, WORDS);
  assert.ok(drawn.every((word) => eff.includes(word)));
});

test("words are taken as spoken: spaces don't count", () => {
  assert.equal(tidy("  one\ttwo\n three "), "one two three");
});

test("a link is read back, whole or its key alone", () => {
  const secret = newSecret();
  const link = linkOf("https://chat.example/x", secret);
  assert.match(link, /^https:\/\/chat\.example\/x\/s\/#[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(secretOf(` ${link}\n`), secret);
  assert.deepEqual(secretOf(link.split("#")[1]), secret);
  for (const other of ["", "hello", "https://chat.example/r/den", `${link}x`]) assert.equal(secretOf(other), null);
});

// The browser's frames against the examples of docs/PROTOCOL.md.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { decode, encode, serverTypes } from "../static/net/protocol.js";
import { generateNick } from "../static/data/words.js";
import { kinds } from "../static/text/reactions.js";
import { script } from "./behaviour.mjs";

// examples are the JSON lines in fences under "### From the client" and
// "### From the server".
function examples() {
  const text = readFileSync(new URL("../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const found = { client: [], server: [] };
  let from, fenced;
  for (const line of text.split("\n")) {
    if (line.startsWith("## ")) from = undefined;
    else if (line.startsWith("### From the ")) from = line.slice("### From the ".length);
    else if (line.startsWith("```")) fenced = line === "```json";
    else if (fenced) found[from].push(line);
  }
  return found;
}

const { client, server } = examples();
const then = 1767225600000; // when the examples were said

test("every documented client frame is one that the page can write", () => {
  for (const example of client) {
    const frame = JSON.parse(example);
    assert.deepEqual(JSON.parse(encode(frame)), frame);
    assert.ok(!encode(frame).includes("\n"));
  }
  assert.ok(client.length > 20);
});

test("every documented server frame is read", () => {
  for (const example of server) {
    const frame = JSON.parse(example);
    assert.deepEqual(decode(example, then), [frame]);
  }
  assert.deepEqual(serverTypes, new Set(server.map((example) => JSON.parse(example).t)));
});

test("one message carries many frames", () => {
  assert.deepEqual(decode(server.join("\n") + "\n", then), server.map((example) => JSON.parse(example)));
});

test("undefined fields are left out, unknown types passed over, half a frame refused", () => {
  assert.equal(encode({ t: "say", text: "a", id: undefined }), '{"t":"say","text":"a"}');
  assert.deepEqual(decode('{"t":"from-a-later-version"}'), []);
  assert.throws(() => decode('{"t":'));
});

const { cases } = script("foreign");

test("what a server sends is read as the terminal reads it", () => {
  for (const { frame, shown, bad = false } of cases) {
    const want = bad ? { t: "bad" } : shown && { ...shown, ...(shown.at === "now" ? { at: then } : {}) };
    const read = decode(JSON.stringify(frame), then);
    if (read[0].t === "reacted") [read[0].emoji] = kinds(new Map([[read[0].emoji, []]])).keys();
    if (want) assert.deepEqual(read, [want], JSON.stringify(frame).slice(0, 200));
  }
});

test("a code is a word", () => {
  const read = (code) => decode(JSON.stringify({ t: "bye", code, message: "x", retry: true }), then)[0].code;
  assert.equal(read("too_many"), "too_many");
  for (const code of ["\u001b[2J", "\u202e", "a b", "x".repeat(65), "", "é"]) assert.equal(read(code), "from_server", code);
});

test("a wait is no longer than a rule can make it, and none is not said", () => {
  const read = (wait) => decode(JSON.stringify({ t: "error", code: "too_soon", message: "x", wait }), then)[0].wait;
  assert.deepEqual([0, 11_800, 2 ** 53 - 1].map(read), [undefined, 11_800, 3_600_000]);
});

test("what an honest server lets through stays as it is", () => {
  const vectors = (name) => JSON.parse(readFileSync(new URL(`../../rooms/testdata/${name}.json`, import.meta.url), "utf8"));
  const read = (nick, text) => decode(JSON.stringify({ t: "said", seq: 1, at: then, from: { id: "a1", nick }, text }), then)[0];
  for (const { name, want } of vectors("clean")) assert.equal(read("anna", want).text, want, name);
  for (const { shown } of vectors("nick")) assert.equal(read(shown, "").from.nick, shown);
  for (let i = 0; i < 200; i++) {
    const name = generateNick();
    assert.equal(read(name, "").from.nick, name);
  }
});

// Whatever a server makes of a good frame, nothing comes through that could not be
// shown, and nothing that is not known.
test("no string of any frame comes through as it is", () => {
  const nasty = ["\u001b[2J", "\u202e", "\u0000", "x".repeat(50_000), "\n".repeat(99), "\u009b31m", "\u200b", "a\u0301\u0301\u0301\u0301\u0301", "q" + "\u0301\u200d".repeat(9), "\ud800", "__proto__", "", -5, 2 ** 53, 1.5, null, true, [], {}, [[]]];
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const spoil = (value) => {
    if (random(4) === 0) return nasty[random(nasty.length)];
    if (typeof value === "string") return random(2) ? value + nasty[random(11)] : nasty[random(11)] + value;
    if (Array.isArray(value)) return value.map(spoil);
    if (typeof value !== "object") return value;
    return Object.fromEntries([...Object.entries(value).map(([key, each]) => [key, random(3) ? each : spoil(each)]), [["own", "tone", "op", "values", "since"][random(5)], "x"]]);
  };
  const hidden = /[^\P{C}\n\t\u200c\u200d\p{Cn}]|\p{Bidi_Control}|(?:\p{M}[\u200c\u200d]*){4}/u;
  const check = (value, key) => {
    assert.ok(!["own", "tone", "op", "values", "since"].includes(key), key);
    if (typeof value === "number") assert.ok(Number.isSafeInteger(value) && value >= 0, key);
    else if (key === "answer") assert.match(value, /^[\r\n -~]*$/); // for a parser, and nobody's eyes
    else if (typeof value === "string") {
      if (key !== "id") assert.doesNotMatch(value, hidden, `${key}: ${JSON.stringify(value).slice(0, 80)}`);
      if (key !== "text") assert.ok(value.length <= 240 || /^[\w-]*$/.test(value), key);
      assert.ok(key !== "text" || value.split("\n").length <= 40, key);
    } else if (typeof value === "object") for (const [name, each] of Object.entries(value)) check(each, name);
  };
  const good = new Set();
  for (let i = 0; i < 20_000; i++) {
    const example = JSON.parse(server[random(server.length)]);
    for (const frame of decode(JSON.stringify({ ...spoil(example), t: example.t }), then)) {
      check(frame, "");
      if (frame.t !== "bad") good.add(frame.t);
    }
  }
  assert.deepEqual(good, serverTypes, "each type came through at least once");
});

// The browser's frames against the examples of docs/PROTOCOL.md.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { clientTypes, decode, encode, serverTypes } from "../static/protocol.js";

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

test("every documented client frame is one that the page can write", () => {
  for (const example of client) {
    const frame = JSON.parse(example);
    assert.ok(new Set(clientTypes).has(frame.t), frame.t);
    assert.deepEqual(JSON.parse(encode(frame)), frame);
    assert.ok(!encode(frame).includes("\n"));
  }
  assert.deepEqual(new Set(clientTypes), new Set(client.map((example) => JSON.parse(example).t)));
});

test("every documented server frame is read", () => {
  for (const example of server) {
    const frame = JSON.parse(example);
    assert.ok(new Set(serverTypes).has(frame.t), frame.t);
    assert.deepEqual(decode(example), [frame]);
  }
  assert.deepEqual(new Set(serverTypes), new Set(server.map((example) => JSON.parse(example).t)));
});

test("one message carries many frames", () => {
  assert.deepEqual(decode(server.join("\n") + "\n"), server.map((example) => JSON.parse(example)));
});

test("undefined fields are left out, unknown types passed over, half a frame refused", () => {
  assert.equal(encode({ t: "say", text: "a", id: undefined }), '{"t":"say","text":"a"}');
  assert.deepEqual(decode('{"t":"from-a-later-version"}'), []);
  assert.throws(() => decode('{"t":'));
});

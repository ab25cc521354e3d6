// Sealed rooms against whoever speaks version 1, with what such programs sent: words could
// be said twice, and their readers needed not be shown.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { base64url } from "../static/sealed/seal.js";
import { setting } from "./sealedroom.mjs";

const sent = JSON.parse(readFileSync(new URL("../../rooms/seal/testdata/version1.json", import.meta.url), "utf8"));
const bytes = (hex) => base64url(Uint8Array.from(Buffer.from(hex, "hex")));

test("version 1 is not spoken: it reads nothing, and nothing of it is shown", async () => {
  const { enter, server, settle } = await setting();
  const secret = Uint8Array.from(Buffer.from(sent.secret, "hex"));
  const anna = await enter("anna", secret);
  const bob = await enter("bob", secret);
  sent.hellos.forEach((hello, i) => server.all({ t: "joined", seq: 900 + i, member: { id: `old${i}`, nick: "", via: "web", hello: bytes(hello) } }));
  await settle();
  assert.deepEqual(anna.notices(), ["ghost.version", "ghost.version"], "the first and the second of three");
  const before = server.relayed.length;
  anna.sealed.send({ t: "say", text: "for bob alone" });
  await settle();
  for (const { wraps } of server.relayed.slice(before).filter(({ t }) => t === "seal")) {
    assert.deepEqual(wraps.map(({ to }) => to), [bob.place.member.id]);
  }
  for (const { from, body, wraps } of [...sent.messages, ...sent.messages]) {
    for (const wrap of wraps) server.say(bob.place, { t: "sealed", wseq: 900, at: 0, from: { id: `old${from}` }, body: bytes(body), wrap: bytes(wrap) });
  }
  await settle();
  assert.deepEqual(bob.texts(), ["anna: for bob alone"]);
  assert.equal(bob.all("whispered").length, 0);
  assert.ok(bob.notices().includes("forged"));
});

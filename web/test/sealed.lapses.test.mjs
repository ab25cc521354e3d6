// What a member did seal and nobody can read is told of as theirs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encode as encodePayload } from "../static/sealed/payload.js";
import { base64url, Room } from "../static/sealed/seal.js";
import { Session } from "../static/sealed/session.js";
import { setting } from "./sealedroom.mjs";

const text = (s) => new TextEncoder().encode(s);

for (const [said, all, code] of [
  ['{"t":"say","text":"to some"}', false, "unreadable"],
  ['{"t":"whisper","text":"to all"}', true, "unreadable"],
  ['{"t":"say","text":"a","text":"b"}', true, "unreadable"],
  ['{"t":"offer","file":{"name":"a","size":-1}}', true, "unreadable"],
  ["no object", true, "unreadable"],
  ['{"t":"view","shown":[]}', false, "unreadable"],
  ['{"t":"later"}', true, "unknown_kind"],
]) {
  test(`what can't be read is its sender's: ${said}`, async () => {
    const { ends: [anna], secret, server, settle, clock } = await setting("anna");
    const mallory = await Session.begin(await Room.open(secret));
    const came = [];
    const socket = server.open();
    socket.onmessage = ({ data }) => came.push(JSON.parse(data));
    await settle();
    socket.send(JSON.stringify({ t: "join", room: server.room, hello: base64url(await mallory.hello()), resume: true, seq: 0, wseq: 0 }));
    const [host] = came[0].members;
    const { id } = await mallory.add(Buffer.from(host.hello, "base64url"), true);
    const say = async (message) => {
      const { body, wraps } = await mallory.seal(await message, clock.now());
      socket.send(JSON.stringify({ t: "seal", id: "1", body: base64url(body), wraps: [{ to: host.id, wrap: base64url(wraps[id]) }] }));
      await settle();
    };
    await say(await mallory.greet());
    for (const frame of came.splice(0).filter(({ wrap }) => wrap)) {
      await mallory.open(Buffer.from(frame.body, "base64url"), Buffer.from(frame.wrap, "base64url"), clock.now());
    }
    await say(mallory.compose(encodePayload({ t: "confirm", nick: "mallory" }), false, [id]));
    const told = () => anna.all("notice").map(({ code, values }) => [code, ...values]);
    assert.deepEqual(told(), []);
    for (let i = 0; i < 5; i++) await say(mallory.compose(text(said), all, [id]));
    assert.deepEqual(told(), [[code, "mallory", 1]]);
    await say(mallory.compose(text(said), all, [id]));
    assert.equal(told().length, 1);
    server.part(server.places.find((each) => each.socket === socket), "quit");
    await settle();
    assert.deepEqual(told().slice(0, 2), [[code, "mallory", 1], [code, "mallory", 6]]);
  });
}

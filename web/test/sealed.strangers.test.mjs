// Sealed rooms against who holds the link, and against a server that forges and drops.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url, newSecret, Room } from "../static/sealed/seal.js";
import { Session } from "../static/sealed/session.js";
import { decode as decodePayload, encode as encodePayload } from "../static/sealed/payload.js";
import { setting } from "./sealedroom.mjs";

test("a ghost is refused and told, more and more seldom", async () => {
  const { ends: [anna], enter, server, settle } = await setting("anna", "bob");
  await enter("", newSecret());
  assert.deepEqual(anna.notices(), ["ghost"]);
  assert.deepEqual(anna.all("joined").map(({ member }) => member.nick).length, 1);
  const copied = { ...server.places[1].member, id: "mirror" };
  server.all({ t: "joined", seq: 900, member: copied });
  await settle();
  assert.deepEqual(anna.notices(), ["ghost", "ghost.used"]);
  for (const seq of [901, 902, 903]) server.all({ t: "joined", seq, member: { ...copied, id: `mirror-${seq}` } });
  await settle();
  assert.equal(anna.notices().length, 3);
});

test("a replayed hello gets nobody shown", async () => {
  const { ends: [anna], secret, server, settle } = await setting("anna");
  const room = await Room.open(secret);
  const gone = await Session.begin(room);
  server.all({ t: "joined", seq: 900, member: { id: "old", nick: "", via: "web", hello: base64url(await gone.hello()) } });
  await settle();
  assert.deepEqual(anna.all("joined"), []);
  assert.deepEqual(anna.notices(), []);
});

test("what the server calls somebody stands for one key", async () => {
  const { ends: [anna], enter, server, settle } = await setting("anna", "bob");
  const bob = server.places[1].member.id;
  const { part } = server;
  part.call(server, server.places[1], "quit");
  server.meddle = (frame, place) => {
    const text = JSON.stringify(frame);
    return [place.member.id === server.places[0].member.id && server.places[1] ? JSON.parse(text.replaceAll(server.places[1].member.id, bob)) : frame];
  };
  const join = server.all;
  server.all = function (frame) {
    if (frame.t === "joined") frame = { ...frame, member: { ...frame.member, id: bob } };
    join.call(this, frame);
  };
  await settle();
  await enter("bob");
  await settle();
  assert.equal(anna.all("joined").length, 1, "nobody else is shown in bob's place");
  assert.deepEqual(anna.notices(), ["ghost.used", "forged"]);
  anna.sealed.send({ t: "whisper", to: bob, text: "1234" });
  await settle();
  assert.equal(anna.last("error").code, "unknown_member");
});

test("who says no name is told none", async () => {
  const { ends: [anna], secret, server, settle, clock } = await setting("anna");
  anna.sealed.send({ t: "topic", text: "tea" });
  await settle();
  const stranger = await Session.begin(await Room.open(secret));
  const came = [];
  const socket = server.open();
  socket.onmessage = ({ data }) => came.push(JSON.parse(data));
  await settle();
  const hello = base64url(await stranger.hello());
  socket.send(JSON.stringify({ t: "join", room: server.room, hello, resume: true, seq: 0, wseq: 0 }));
  const [host] = came[0].members;
  const { id } = await stranger.add(Buffer.from(host.hello, "base64url"), true);
  const say = async (message) => {
    const { body, wraps } = await stranger.seal(await message, clock.now());
    socket.send(JSON.stringify({ t: "seal", id: "1", body: base64url(body), wraps: [{ to: host.id, wrap: base64url(wraps[id]) }] }));
    await settle();
  };
  const heard = async () => {
    const texts = [];
    for (const frame of came.splice(0).filter(({ wrap }) => wrap)) {
      const opened = await stranger.open(Buffer.from(frame.body, "base64url"), Buffer.from(frame.wrap, "base64url"), clock.now());
      texts.push(decodePayload(opened.text));
    }
    return texts;
  };
  await say(await stranger.greet());
  anna.sealed.send({ t: "say", text: "for nobody else" });
  await settle();
  assert.deepEqual(await heard(), [{ t: "step" }]);
  for (let i = 0; i < 3; i++) { // writes on nobody's screen
    await stranger.compose(new Uint8Array(), false, [id]); // and one is missing each time
    await say(stranger.compose(encodePayload({ t: "later" }), false, [id]));
  }
  assert.deepEqual([anna.notices(), anna.all("gap")], [["forged", "forged"], []]);
  await say(stranger.compose(encodePayload({ t: "say", text: "hello, all" }), true, [id]));
  assert.deepEqual([anna.texts(), anna.notices().length, anna.all("gap")], [["anna: for nobody else"], 3, []]);
  await say(stranger.compose(encodePayload({ t: "confirm", nick: "sam" }), false, [id]));
  assert.equal(anna.last("joined").member.nick, "sam");
  assert.deepEqual(anna.all("gap").map(({ missed, from }) => [missed, from.nick]), [[4, "sam"]], "what is missing is told of whom is shown");
  assert.deepEqual((await heard()).map(({ t, nick, topic }) => [t, nick, topic.text]), [["confirm", "anna", "tea"]]);
  await say(stranger.compose(encodePayload({ t: "confirm", nick: "sue", topic: { text: "for one", at: 2 ** 52 } }), false, [id]));
  assert.deepEqual([anna.all("renamed").length, anna.last("topic").text], [1, "tea"], "what is not for all seems to be for none");
});

test("who was here first and answers late is told a name and nothing else", async () => {
  const { ends: [anna], enter, secret, server, settle, clock } = await setting("anna");
  anna.sealed.send({ t: "topic", text: "the attic key" });
  await settle();
  const room = await Room.open(secret);
  const stranger = await Session.begin(room);
  const socket = server.open();
  const came = [];
  socket.onmessage = ({ data }) => came.push(JSON.parse(data));
  await settle();
  const hello = base64url(await stranger.hello());
  socket.send(JSON.stringify({ t: "join", room: server.room, hello, resume: true, seq: 0, wseq: 0 }));
  await stranger.add(Buffer.from(anna.place.member.hello, "base64url"), true);
  const bob = await enter("bob");
  assert.equal(bob.last("topic")?.text ?? bob.last("welcome").topic, "the attic key");
  const { id } = await stranger.add(Buffer.from(bob.place.member.hello, "base64url"), false);
  const take = async ({ body, wrap }) => stranger.open(Buffer.from(body, "base64url"), Buffer.from(wrap, "base64url"), clock.now());
  const greeting = came.splice(0).find(({ wrap, from }) => wrap && from.id === bob.place.member.id);
  assert.ok((await take(greeting)).greeting);
  const say = async (message) => {
    const { body, wraps } = await stranger.seal(message, clock.now());
    socket.send(JSON.stringify({ t: "seal", id: "1", body: base64url(body), wraps: [{ to: bob.place.member.id, wrap: base64url(wraps[id]) }] }));
    await settle();
  };
  await say(await stranger.compose(encodePayload({ t: "step" }), false, [id]));
  const opened = await take(came.find(({ wrap, from }) => wrap && from.id === bob.place.member.id));
  assert.deepEqual(decodePayload(opened.text), { t: "confirm", nick: "bob", topic: null, aside: null });
  assert.ok(opened.view.hash.every((byte) => byte === 0));

  // The server has nothing to test a guess at a name against.
  const keys = [anna, bob].map(({ place }) => Buffer.from(place.member.hello, "base64url").subarray(1, 33));
  const views = [];
  for (const shown of [[[0, "anna"]], [[1, "bob"]], [[0, "anna"], [1, "bob"]]]) views.push(Buffer.from(await room.viewOf(shown.map(([i, nick]) => ({ key: keys[i], nick })))).toString("hex"));
  const told = server.relayed.filter(({ t }) => t === "seal").map((frame) => Buffer.from(frame.body, "base64url").subarray(42, 74).toString("hex"));
  assert.ok(told.length > 5);
  for (const view of told) assert.ok(!views.includes(view));

  // And who says to be anna takes the name from her for as long as they are here.
  const shown = async () => (await bob.sealed.verify()).names;
  assert.deepEqual(await shown(), ["bob", "anna"]);
  await say(await stranger.compose(encodePayload({ t: "confirm", nick: "anna" }), false, [id]));
  assert.ok(!(await shown()).includes("anna"));
  server.part(server.places.find((each) => each.socket === socket), "quit");
  await settle();
  assert.deepEqual(await shown(), ["bob", "anna"]);
  assert.equal(bob.last("renamed").member.nick, "anna");
});

test("what is forged, replayed or in the clear is dropped and told", async () => {
  const { ends: [anna, bob], server, settle } = await setting("anna", "bob");
  let genuine;
  server.meddle = (frame, place) => {
    if (frame.t !== "sealed" || place !== anna.place || !frame.wrap) return [frame];
    genuine = frame;
    const bytes = Buffer.from(frame.body, "base64url");
    bytes[100] ^= 1;
    return [{ ...frame, body: bytes.toString("base64url") }, { ...frame, wseq: ++place.wseq }, { ...frame, wseq: ++place.wseq }];
  };
  bob.sealed.send({ t: "say", text: "one" });
  await settle();
  assert.deepEqual(anna.texts(), ["bob: one"]);
  assert.deepEqual(anna.notices(), ["forged", "forged"]);
  server.tell(anna.place, { t: "said", seq: 901, at: 1, from: { id: bob.place.member.id, nick: "bob" }, text: "I am bob" });
  server.say(anna.place, { ...genuine, wseq: ++anna.place.wseq, from: { id: "nobody" } });
  server.tell(anna.place, { t: "joined", seq: 902 });
  server.tell(anna.place, { t: "gap", missed: "many" });
  await settle();
  assert.deepEqual(anna.texts(), ["bob: one"]);
  assert.deepEqual(anna.notices(), ["forged", "forged", "forged"], "said at the 1st, 2nd, 4th, 8th …");
  server.meddle = (frame) => [frame];
  bob.sealed.send({ t: "say", text: "two" });
  await settle();
  assert.deepEqual(anna.texts(), ["bob: one", "bob: two"]);
});

test("what the server drops shows as missing", async () => {
  const { ends: [anna, bob], server, settle } = await setting("anna", "bob");
  server.meddle = (frame, place) => (frame.t === "sealed" && place === anna.place && frame.wrap ? [] : [frame]);
  for (const text of ["one", "two"]) bob.sealed.send({ t: "say", text });
  await settle();
  server.meddle = (frame) => [frame];
  bob.sealed.send({ t: "say", text: "three" });
  await settle();
  assert.deepEqual(anna.all("gap").map(({ missed }) => missed), [2]);
  server.tell(anna.place, { t: "gap", missed: 1, seq: 900 });
  server.meddle = (frame, place) => (frame.t === "sealed" && place === anna.place && frame.wrap ? [] : [frame]);
  bob.sealed.send({ t: "say", text: "four" });
  await settle();
  server.meddle = (frame) => [frame];
  bob.sealed.send({ t: "say", text: "five" });
  await settle();
  assert.deepEqual(anna.all("gap").map(({ missed }) => missed), [2, 1], "what the server owned up to is not told twice");
});

test("a word on the heels of a newcomer's first is taken", async () => {
  const { ends: [anna], enter, server, settle } = await setting("anna");
  const { say } = server;
  let said = 0;
  server.say = (place, frame) => {
    say.call(server, place, frame);
    if (place !== anna.place || frame.t !== "sealed" || !frame.wrap) return;
    if (said > 0) anna.sealed.send({ t: "whisper", to: frame.from.id, text: "for you" });
    anna.sealed.send({ t: "say", text: `word ${++said}` });
  };
  const bob = await enter("");
  await settle();
  assert.ok(said >= 2, "to the greeting and to the confirm");
  const words = Array.from({ length: said - 1 }, (_, i) => `anna: word ${i + 2}`);
  assert.deepEqual([bob.texts(), bob.notices(), bob.all("gap"), bob.all("whispered").length], [words, [], [], said - 1]);
});

test("the words are of oneself too, where a server leaves one out", async () => {
  const { ends: [anna], enter, server } = await setting("anna");
  const { say } = server;
  server.say = (place, frame) => say.call(server, place, frame.t === "welcome" ? { ...frame, members: frame.members.filter(({ id }) => id !== frame.you.id) } : frame);
  const bob = await enter("bob");
  assert.deepEqual(bob.last("welcome").members.map(({ nick }) => nick).length, 2);
  const [hers, his] = [await anna.sealed.verify(), await bob.sealed.verify()];
  assert.deepEqual(his.numbers, hers.numbers);
  assert.deepEqual(his.names, ["bob", "anna"]);
});

test("what is compared is what was read", async () => {
  const { ends: [anna], enter, settle } = await setting("anna", "bob");
  await anna.sealed.compared();
  await settle();
  assert.deepEqual(anna.notices(), ["unread"]);
  await anna.sealed.verify();
  await enter("spy");
  await anna.sealed.compared();
  await settle();
  assert.deepEqual(anna.all("compared").map(({ at, changes }) => [at, changes.at(-1)[0]]), [[0, "cameIn"]]);
  await anna.sealed.verify();
  await anna.sealed.compared();
  await settle();
  assert.equal(anna.last("compared").people, 3);
});

test("words say when they hold no more, and since whom", async () => {
  const { ends: [anna, bob], enter, settle } = await setting("anna", "bob");
  const past = [];
  const read = async () => (await anna.sealed.verify()).outdated.then((changes) => past.push(changes));
  read();
  await settle();
  anna.sealed.send({ t: "say", text: "compared?" });
  await settle();
  assert.deepEqual(past, [], "nothing changes by talking");
  await enter("carl");
  await settle();
  assert.deepEqual(past.splice(0).flat().map(([what]) => what), ["cameIn"]);
  read();
  await settle();
  bob.sealed.send({ t: "nick", nick: "robert" });
  await settle();
  assert.deepEqual(past.splice(0), [[["renamedTo", "bob", "robert"]]]);
  read();
  await settle();
  bob.sealed.leave();
  await settle();
  assert.deepEqual(past, [[["wentAway", "robert"]]]);
});

// Sealed rooms from end to end but for the socket: real keys, and a server that
// passes on what it can't read, honestly or not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url } from "../static/sealed/seal.js";
import { decode as decodePayload, encode as encodePayload } from "../static/sealed/payload.js";
import { People } from "../static/sealed/people.js";
import { foldRoomName } from "../static/text/limits.js";
import { FakeSocket } from "./fakes.mjs";
import { setting } from "./sealedroom.mjs";

test("looks like any room, to those who have the key", async () => {
  const { ends: [anna, bob], settle } = await setting("anna", "bob");
  assert.deepEqual(anna.last("welcome").kind, "sealed");
  assert.deepEqual(bob.last("welcome").members.map(({ nick }) => nick)[0], "anna");
  assert.equal(anna.last("renamed").member.nick, "bob");
  const id = anna.sealed.send({ t: "say", text: "hello  \u202edlrow" });
  await settle();
  assert.equal(bob.last("said").text, "hello  dlrow");
  assert.equal(anna.last("said").op.id, id);
  bob.sealed.send({ t: "say", text: "waves", action: true, re: bob.last("said").seq });
  bob.sealed.send({ t: "whisper", to: bob.last("said").from.id, text: "psst" });
  bob.sealed.send({ t: "topic", text: "tea at six" });
  await settle();
  const waved = anna.last("said");
  assert.deepEqual([waved.text, waved.action, waved.re], ["waves", true, anna.all("said")[0].seq]);
  assert.deepEqual([anna.last("whispered").text, anna.last("whispered").to.nick], ["psst", "anna"]);
  assert.equal(bob.last("whispered").to.nick, "anna");
  assert.equal(anna.last("topic").text, "tea at six");
  assert.deepEqual([...anna.notices(), ...bob.notices()], []);
});

test("a third is told who is here and what it is about; a leaver is gone", async () => {
  const { ends: [anna, bob], enter, settle } = await setting("anna", "bob");
  anna.sealed.send({ t: "topic", text: "tea" });
  await settle();
  const carl = await enter("carl");
  const welcome = carl.last("welcome");
  assert.deepEqual(welcome.members.map(({ nick }) => nick).slice(0, 2), ["anna", "bob"]);
  assert.equal(welcome.topic, "tea");
  assert.deepEqual((await anna.sealed.verify()).numbers, (await carl.sealed.verify()).numbers);
  assert.deepEqual((await carl.sealed.verify()).names, ["carl", "anna", "bob"]);
  bob.sealed.leave();
  await settle();
  assert.equal(anna.last("left").member.nick, "bob");
  carl.sealed.send({ t: "say", text: "without bob" });
  await settle();
  assert.deepEqual(anna.texts(), ["carl: without bob"]);
  assert.deepEqual(bob.texts(), []);
  assert.deepEqual(anna.notices(), []);
});

test("the server sees none of it", async () => {
  const { ends: [anna, bob], server, settle, secret } = await setting("anna-marker", "bob-marker"); // too long to come about in base64
  anna.sealed.send({ t: "say", text: "marker" });
  bob.sealed.send({ t: "topic", text: "marker" });
  await settle();
  const record = JSON.stringify(server.relayed);
  for (const word of ["marker", base64url(secret)]) assert.ok(!record.includes(word), word);
});

test("two of one name are told apart, and so are look-alikes", async () => {
  const { ends: [anna, other], settle } = await setting("anna", "аnna");
  assert.equal(other.last("error").code, "nick_taken");
  assert.equal(anna.all("renamed").length, 1, "only her own");
  assert.notEqual(other.last("welcome").you.nick, "anna");
  other.sealed.send({ t: "nick", nick: "not a name" });
  await settle();
  assert.equal(other.last("error").code, "bad_nick");
});

test("nobody can be called what only a number is called", () => {
  const room = new People();
  const [you, anna, forger, second] = persons(room, "you", "anna", "forger", "second");
  room.introduce(anna, "anna");
  for (const claim of ["guest-00000000", "Guest-1", "gυest-1a2b3c4d", "anna", "аnna", "not a name", ""]) {
    room.name(forger, claim);
    assert.equal(forger.nick, "guest-1a2b3c4d", claim);
  }
  room.name(second, "");
  assert.equal(second.nick, "guest-1a2b3c4e", "the number of a key can be searched for; it is not had twice");
  room.remove(forger);
  room.name(second, "anna2");
  assert.equal(second.nick, "anna2");
});

test("who had a name first", () => {
  const room = new People();
  const [you, anna, forger, carl, late] = persons(room, "you", "anna", "forger", "carl", "late");
  for (const each of [anna, forger, carl]) each.before = true;
  room.name(you, "carl");
  assert.deepEqual(room.introduce(carl, "Carl"), { loser: you, was: "carl" });
  assert.equal(carl.nick, "Carl");
  assert.equal(room.introduce(late, "carl"), null);
  assert.notEqual(late.nick, "carl");
  room.introduce(forger, "anna");
  assert.deepEqual(room.introduce(anna, "anna"), { loser: forger, was: "anna" });
  for (const each of [forger, you]) room.name(each, "anna"); // again, now that nobody seems to have it
  for (const each of [anna, forger, you]) assert.notEqual(each.nick, "anna");
  room.remove(forger);
  assert.equal(room.endDispute(forger, "").winner, anna);
  assert.equal(anna.nick, "anna");
  room.introduce(carl, "anna");
  room.remove(carl);
  room.remove(anna);
  assert.equal(room.endDispute(anna, "")?.winner, undefined);
  room.name(you, "anna");
  assert.equal(you.nick, "anna", "where both have left, the name is free");
});

// In whatever order the words of two come to an end, whoever came first has the name;
// who found both here believes neither until one of them takes another.
test("a late word makes no other name", () => {
  const ends = [[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 1, 0]].map((order) => {
    const room = new People();
    const all = persons(room, "first", "second", "third");
    for (const i of order) room.introduce(all[i], "otter");
    return all.map(({ nick }) => nick.slice(0, 6));
  });
  for (const names of ends) assert.deepEqual(names, ["otter", "guest-", "guest-"]);
  const room = new People();
  const [first, second] = persons(room, "first", "second");
  first.before = second.before = true;
  room.introduce(second, "otter");
  room.introduce(first, "otter");
  assert.notEqual(first.nick, "otter");
  assert.equal(room.endDispute(second, "OTTER"), null, "no other name");
  assert.deepEqual(room.endDispute(second, second.nick), { winner: first, was: "guest-1a2b3c4e" });
  assert.equal(first.nick, "otter");
});

// persons are people of one room, each with a key of the same number.
function persons(room, ...names) {
  return names.map((name, i) => {
    const person = { id: name, nick: "", peer: `1a2b3c4d${String(i).padStart(8, "0")}`, key: "" };
    room.add(person);
    return person;
  });
}

test("typing is no word, and does not wait behind words", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  clock.advance(5000);
  anna.sealed.signal({ t: "typing" });
  await settle();
  assert.equal(bob.all("typing").length, 1);
  for (let i = 0; i < 100; i++) anna.sealed.send({ t: "nick", nick: `anna-${i}` });
  await settle();
  clock.advance(3000);
  anna.sealed.signal({ t: "typing" });
  await settle();
  assert.equal(bob.all("typing").length, 1);
  assert.ok(server.relayed.filter(({ t }) => t === "seal").length < 100);
});

test("leaving before there is a connection is no forgery", async () => {
  const { server, enter } = await setting("anna");
  const { open } = server;
  server.open = () => new FakeSocket(); // the line is being dialled
  const bob = await enter("", undefined, ({ sealed }) => {
    sealed.send({ t: "say", text: "early" });
    sealed.leave();
  });
  assert.equal(bob.sealed.phase, "left");
  assert.deepEqual([bob.notices(), bob.unsent], [[], [["early", "left"]]]);
  server.open = open;
});

test("another place says since when it missed things", async () => {
  const { ends: [anna], clock, settle } = await setting("anna");
  assert.equal(anna.last("welcome").since, undefined);
  clock.advance(5000);
  anna.sealed.leave();
  const left = clock.now();
  clock.advance(90_000);
  anna.sealed.join();
  await settle();
  clock.advance(2000);
  await settle();
  assert.equal(anna.last("welcome").since, left);
});

test("words said before the welcome are said after it", async () => {
  const { ends: [anna], enter } = await setting("anna");
  await enter("", undefined, (bob) => bob.sealed.send({ t: "say", text: "early" }));
  assert.equal(anna.last("said").text, "early");
});

test("nothing is said faster than the room allows", async () => {
  const { ends: [anna, bob], settle } = await setting("anna", "bob");
  for (let i = 0; i < 12; i++) anna.sealed.send({ t: "say", text: `m${i}` });
  await settle();
  assert.equal(bob.all("said").length, 10);
  assert.deepEqual(anna.all("error").map(({ code, op }) => [code, op.text]), [["rate_limited", "m10"], ["rate_limited", "m11"]]);
});

test("a server that puts us into another place is left", async () => {
  const { server, enter } = await setting("anna");
  const { say } = server;
  server.say = (place, frame) => say.call(server, place, frame.t === "welcome" ? { ...frame, kind: "open" } : frame);
  const bob = await enter("");
  assert.equal(bob.sealed.phase, "ended");
  assert.equal(bob.sealed.reason.code, "other_place");
  assert.deepEqual(bob.seen, []);
});

test("leaving forgets the keys, and coming back makes new ones", async () => {
  const { ends: [anna, bob], clock, settle } = await setting("anna", "bob");
  const { numbers: before } = await anna.sealed.verify();
  bob.sealed.leave();
  await settle();
  assert.equal(await bob.sealed.verify(), null);
  bob.sealed.join();
  await settle();
  clock.advance(2000);
  await settle();
  const { numbers: after } = await anna.sealed.verify();
  assert.notDeepEqual(after, before);
  assert.deepEqual((await bob.sealed.verify()).numbers, after);
  assert.equal(bob.last("welcome").you.nick, "bob", "the name is kept");
});

test("a file is offered sealed, its name is cleaned where it arrives, and what is passed goes through", async () => {
  const { server, ends: [anna, bob], settle } = await setting("anna", "bob");
  const file = { name: "../../.ssh/the ke\u001b[2Jys", size: 7, key: "A".repeat(43), sum: "A".repeat(43) };
  const id = anna.sealed.send({ t: "offer", file });
  await settle();
  assert.deepEqual(bob.last("offered").file, { ...file, name: "the keys" });
  assert.equal(bob.last("offered").from.nick, "anna");
  assert.equal(anna.last("offered").op.id, id);
  assert.ok(!JSON.stringify(server.relayed).includes("the keys"));
  bob.sealed.signal({ t: "pass", to: [anna.place.member.id], body: "AQID" });
  bob.sealed.signal({ t: "pass", to: ["nobody"], body: "AQID" });
  await settle();
  assert.deepEqual(anna.all("passed"), [{ t: "passed", from: { id: bob.place.member.id }, body: "AQID" }]);
  server.say(anna.place, { t: "passed", from: { id: "a-stranger" }, body: "AQID" });
  await settle();
  assert.equal(anna.all("passed").length, 1);
  assert.deepEqual(anna.notices(), []);
});

test("what is no offer of a file is not shown", () => {
  const file = { name: "a", size: 1, key: "A".repeat(43), sum: "A".repeat(43) };
  const read = (change) => decodePayload(encodePayload({ t: "offer", file: { ...file, ...change } }));
  assert.deepEqual(read({ more: 1 }), { t: "offer", file });
  for (const change of [
    { name: undefined }, { name: 7 }, { size: -1 }, { size: 1.5 }, { size: 64 * 2 ** 20 + 1 }, { size: "1" },
    { key: "AAAA" }, { key: `${file.key}=` }, { key: `${"A".repeat(42)}B` }, { key: undefined }, { sum: 7 },
  ]) assert.equal(read(change), null, JSON.stringify(change));
  assert.equal(decodePayload(encodePayload({ t: "offer" })), null);
});

test("what is no frame is told of, and ends nothing", async () => {
  const { server, ends: [anna, bob], settle } = await setting("anna", "bob");
  for (const frame of [{ t: "sealed", wseq: -5, at: 1, from: { id: "x" }, body: "AA" }, { t: "sealed", wseq: 1e6, at: 1, from: null, body: 7 }, { t: "joined", seq: 99 }, { t: "left" }, { t: "welcome" }]) server.say(anna.place, frame);
  await settle();
  assert.ok(anna.notices().length > 0);
  assert.deepEqual([...new Set(anna.notices())], ["forged"]);
  bob.sealed.send({ t: "say", text: "still heard" });
  await settle();
  assert.deepEqual(anna.texts(), ["bob: still heard"]);
});

test("a whisper to somebody who left before it was said is not shown as if it had been", async () => {
  const { ends: [anna, bob], server, settle } = await setting("anna", "bob");
  const { id } = bob.place.member;
  server.meddle = (frame, place) => (frame.t === "left" && place === anna.place ? [] : [frame]);
  server.part(bob.place, "quit");
  anna.sealed.send({ t: "whisper", to: id, text: "are you there?" });
  const tell = server.meddle;
  server.meddle = (frame, place) => (frame.t === "sealed" && place === anna.place ? [{ t: "left", seq: 900, member: bob.place.member, reason: "quit" }, frame] : tell(frame, place));
  await settle();
  assert.deepEqual(anna.all("whispered"), []);
  assert.equal(anna.last("error").code, "undelivered");
});

test("no open room is called like a sealed one", async () => {
  const { ends: [anna] } = await setting("anna");
  assert.match(anna.sealed.name, /^sealed:[0-9a-f]{6}$/);
  assert.equal(foldRoomName(anna.sealed.name), null);
});

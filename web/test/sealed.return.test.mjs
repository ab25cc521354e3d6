// What becomes of what was on its way when a connection of a sealed room is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeSocket } from "./fakes.mjs";
import { setting } from "./sealedroom.mjs";

test("a cut is bridged: nothing missing, nothing twice, in order", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  anna.sealed.send({ t: "say", text: "before" });
  await settle();
  // This one dies in the socket.
  const { socket } = anna.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); };
  anna.sealed.send({ t: "say", text: "died" });
  await settle();
  server.cut(anna.place);
  assert.equal(anna.sealed.send({ t: "say", text: "meanwhile" }), null);
  bob.sealed.send({ t: "say", text: "to anna" });
  await settle();
  clock.advance(1000);
  await settle();
  anna.sealed.send({ t: "say", text: "after" });
  await settle();
  assert.deepEqual(bob.texts(), ["anna: before", "bob: to anna", "anna: died", "anna: after"]);
  assert.deepEqual(anna.texts(), bob.texts());
  assert.deepEqual([...anna.notices(), ...bob.notices(), ...anna.unsent, ...bob.all("gap")], []);
  assert.equal(anna.last("welcome").resumed, true);
});

test("the keys die with their place, a minute after a loss", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  const open = server.open;
  server.open = () => { // nobody answers
    const socket = new FakeSocket();
    queueMicrotask(() => socket.drop());
    return socket;
  };
  server.cut(anna.place);
  clock.advance(59_000);
  await settle();
  assert.ok(await anna.sealed.verify());
  clock.advance(2000);
  await settle();
  assert.equal(await anna.sealed.verify(), null);
  server.open = open;
  for (let i = 0; i < 40; i++) {
    clock.advance(1000);
    await settle();
  }
  assert.notDeepEqual(anna.last("welcome").you.id, anna.place.member.id, "somebody new");
  anna.sealed.send({ t: "say", text: "back" });
  await settle();
  assert.ok(bob.texts().some((text) => text.endsWith(": back")));
  assert.deepEqual(anna.notices(), ["roster_differs", "unconfirmed.named"]); // her old place is there still, and silent
});

test("what is being sealed at a cut keeps its order", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  const { socket } = anna.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); };
  anna.sealed.send({ t: "say", text: "died" });
  await settle();
  anna.sealed.send({ t: "say", text: "not sealed yet" });
  server.cut(anna.place);
  clock.advance(1000);
  await settle();
  anna.sealed.send({ t: "say", text: "after" });
  await settle();
  assert.deepEqual(bob.texts(), ["anna: died", "anna: not sealed yet", "anna: after"]);
  assert.deepEqual([...bob.notices(), ...anna.notices(), ...bob.all("gap")], []);
});

// As many as may wait are sent again after a return, and words behind them: never
// faster than the server lets sealed messages pass, in the order of sealing.
test("what is sent again is paced, and nothing overtakes it", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  clock.advance(60_000);
  await settle();
  let tokens = 128; // the server's own allowance
  let refused = 0;
  const { socket } = anna.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); };
  const said = [];
  const say = async (n) => {
    for (let i = 0; i < n; i++) {
      clock.advance(500);
      said.push(`m${said.length}`);
      anna.sealed.send({ t: "say", text: said.at(-1) });
      await settle();
    }
  };
  await say(12);
  server.meddle = (frame, place) => {
    if (frame.t === "sealed" && place === anna.place && frame.id && --tokens < 0) refused++;
    return [frame];
  };
  for (let i = 0; i < 150; i++) anna.sealed.send({ t: "nick", nick: `anna-${i}` }); // they cost no allowance of words
  await settle();
  server.cut(anna.place);
  clock.advance(1000);
  await settle();
  await say(1);
  assert.ok(bob.texts().length < said.length, "not all at once");
  for (let i = 0; i < 60 && bob.texts().length < said.length; i++) {
    clock.advance(1000);
    tokens += 8;
    await settle();
  }
  assert.deepEqual(bob.texts().map((text) => text.split(": ")[1]), said);
  assert.equal(bob.all("said").at(-1).from.nick, "anna-149", "what was said last was sealed last");
  assert.equal(refused, 0);
  assert.deepEqual([...anna.notices(), ...bob.notices(), ...bob.all("gap"), ...anna.all("error"), ...anna.unsent], []);
});

test("what a busy room refused is sent again as it is, and nobody misses it", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  let refusals = 3; // and all that is on its way behind the first
  server.refuses = (place) => place === anna.place && refusals-- > 0;
  const texts = ["one", "two", "three", "four"];
  for (const text of texts) anna.sealed.send({ t: "say", text });
  await settle();
  assert.deepEqual(bob.texts(), []);
  for (let i = 0; i < 12; i++) {
    clock.advance(1000);
    await settle();
  }
  assert.deepEqual(bob.all("said").map(({ text }) => text), texts);
  assert.deepEqual([...anna.all("error"), ...bob.all("gap"), ...bob.notices(), ...anna.notices(), ...anna.unsent], []);
});

test("what a server refused before something that it did not is refused to its sender", async () => {
  const { ends: [anna, bob], server, settle } = await setting("anna", "bob");
  server.keepsOrder = false;
  let first = true;
  server.refuses = (place) => place === anna.place && first && !(first = false);
  for (const text of ["one", "two"]) anna.sealed.send({ t: "say", text });
  await settle();
  assert.deepEqual(bob.all("said").map(({ text }) => text), ["two"]);
  assert.deepEqual(anna.all("error").map(({ code, op }) => [code, op.text]), [["rate_limited", "one"]]);
  assert.deepEqual(bob.all("gap").map(({ missed }) => missed), [1]);
});

test("large bodies leave no faster than the server takes them", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  let tokens = 256 * 1024;
  server.refuses = (place, { body }) => {
    tokens -= body.length * 3 / 4;
    assert.ok(tokens > 0, "too much for the server");
    return false;
  };
  const { socket } = anna.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); };
  for (let i = 0; i < 80; i++) {
    clock.advance(500);
    anna.sealed.send({ t: "say", text: "x".repeat(3900) });
    await settle();
  }
  server.cut(anna.place);
  clock.advance(500);
  await settle();
  for (let i = 0; i < 20; i++) {
    clock.advance(1000);
    tokens = Math.min(256 * 1024, tokens + 64 * 1024);
    await settle();
  }
  assert.equal(bob.all("said").length, 80);
  assert.deepEqual([...bob.all("gap"), ...anna.all("error")], []);
});

test("no other place after a return: nobody would be told that it is one", async () => {
  const { ends: [anna, bob], server, clock, settle } = await setting("anna", "bob");
  server.cut(bob.place);
  clock.advance(1000);
  await settle();
  anna.sealed.send({ t: "say", text: "one" });
  await settle();
  assert.deepEqual([bob.last("welcome").resumed, bob.texts()], [true, ["anna: one"]]);
  const place = server.places.find(({ member }) => member.id === bob.place.member.id);
  server.say(place, { t: "welcome", v: 1, room: server.room, kind: "sealed", you: { ...place.member, id: "another" }, members: [], rules: { door: "open" }, ticket: "x", seq: 1, resumed: false });
  await settle();
  assert.deepEqual([bob.sealed.phase, bob.sealed.reason?.code], ["ended", "other_place"]);
});

test("no return without a loss: it would have all wait that is said", async () => {
  const { ends: [, bob], server, settle } = await setting("anna", "bob");
  server.say(bob.place, { t: "welcome", v: 1, room: server.room, kind: "sealed", you: bob.place.member, members: [], ticket: "x", seq: 1, resumed: true });
  await settle();
  assert.equal(bob.sealed.phase, "ended");
  assert.equal(bob.sealed.reason.code, "other_place");
});

test("a return has an end, in half a minute", async () => {
  const { ends: [, bob], server, clock, settle } = await setting("anna", "bob");
  const { say } = server;
  server.say = (place, frame) => { if (frame.t !== "synced" || !frame.id.startsWith("seal")) say.call(server, place, frame); };
  server.cut(bob.place);
  clock.advance(1000);
  await settle();
  assert.equal(bob.last("welcome").resumed, true);
  bob.sealed.send({ t: "say", text: "held" });
  await settle();
  for (let second = 0; second < 28; second++) {
    clock.advance(1000);
    await settle();
  }
  assert.equal(bob.sealed.phase, "open");
  clock.advance(2000);
  await settle();
  assert.equal(bob.sealed.phase, "ended");
  assert.equal(bob.sealed.reason.code, "unanswered");
  assert.deepEqual(bob.unsent, [["held", "unknown"]]);
});

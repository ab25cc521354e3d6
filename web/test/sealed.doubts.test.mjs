// Whom two ends of a sealed room show: differences, silence, and who makes them up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url, fromBase64url, Room } from "../static/sealed/seal.js";
import { Session } from "../static/sealed/session.js";
import { encode as encodePayload } from "../static/sealed/payload.js";
import { Doubts, newDoubt } from "../static/sealed/doubts.js";
import { Silences } from "../static/sealed/silences.js";
import { FakeClock, FakeSocket } from "./fakes.mjs";
import { setting } from "./sealedroom.mjs";

test("a crowd at the door is no difference", async () => {
  const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
  const held = [];
  server.meddle = (frame, place) => {
    if (frame.t !== "sealed" || place !== bob.place || !frame.wrap) return [frame];
    held.push(frame);
    return [];
  };
  anna.sealed.send({ t: "say", text: "sealed to the two of us" });
  await settle();
  for (const nick of ["carl", "dora"]) await enter(nick); // two seconds each
  server.meddle = (frame) => [frame];
  for (const frame of held) server.tell(bob.place, { ...frame, wseq: ++bob.place.wseq });
  await settle();
  clock.advance(10_000);
  await settle();
  assert.deepEqual(bob.all("said").map(({ text }) => text), ["sealed to the two of us"]);
  assert.deepEqual(bob.notices(), ["unsealed"], "carl and dora took their names meanwhile");
});

// What a newcomer says before they know all shows fewer than the others show, to each of
// them: they say the rest by themselves.
test("a newcomer makes nobody ask", async () => {
  const { clock, server, settle } = await setting("anna", "bob", "carl", "dora", "ed", "fay");
  const before = server.relayed.length;
  for (let i = 0; i < 20; i++) {
    clock.advance(500);
    await settle();
  }
  assert.deepEqual(server.relayed.slice(before).filter(({ t }) => t === "seal"), []);
});

test("whoever is said to be away again and again excuses no difference", async () => {
  const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
  server.meddle = (frame, place) => (frame.t === "joined" && place === bob.place ? [] : [frame]);
  const carl = await enter("carl");
  let seq = 1000;
  for (let i = 0; i < 200; i++) {
    if (i % 60 === 0) {
      for (const away of [undefined, true]) for (const { place } of [bob, carl]) server.say(anna.place, { t: "away", seq: ++seq, member: { ...place.member, away } });
      bob.sealed.send({ t: "say", text: "what bob is shown" });
    }
    clock.advance(1000);
    await settle();
  }
  assert.ok(anna.all("notice").some(({ code, values }) => code === "roster_differs" && values[0][0][0] === "differsMissing"), JSON.stringify(anna.all("notice")));
});

test("a member who is hidden is told of, by name", async () => {
  const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
  server.meddle = (frame, place) => (frame.t === "joined" && place === anna.place ? [] : [frame]);
  await enter("carl");
  bob.sealed.send({ t: "say", text: "hello you two" });
  await settle();
  for (let i = 0; i < 4; i++) {
    clock.advance(1000);
    await settle();
  }
  const told = anna.all("notice").find(({ code }) => code === "roster_differs");
  assert.deepEqual(told.values, [[["differsShown", "bob", "carl"]]]);
});

for (const [what, refuses, within] of [["refused", true, 10], ["never given back", false, 35]]) {
  test(`a server by which a question is ${what} is told of, more and more seldom`, async () => {
    const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
    server.meddle = (frame, place) => (frame.t === "joined" && place === bob.place ? [] : [frame]);
    await enter("carl");
    const { socket } = bob.place;
    const { onsent } = socket;
    const kept = new Set();
    socket.onsent = (text) => {
      const passed = text.split("\n").filter((line) => {
        const frame = JSON.parse(line);
        if (frame.t !== "seal" || Buffer.from(frame.body, "base64url")[33] !== 0) return true; // for all
        kept.add(frame.id);
        if (refuses) queueMicrotask(() => server.say(bob.place, { t: "error", code: "not_allowed", message: "no", id: frame.id }));
        return !refuses;
      });
      if (passed.length > 0) onsent(passed.join("\n"));
    };
    const hide = server.meddle;
    server.meddle = (frame, place) => (frame.t === "sealed" && place === bob.place && kept.has(frame.id) ? [] : hide(frame, place));
    anna.sealed.send({ t: "say", text: "what carl reads too" });
    const pass = async (s) => {
      for (let i = 0; i < s; i++) {
        clock.advance(1000);
        await settle();
      }
    };
    await settle();
    await pass(within);
    const silences = () => bob.notices().filter((code) => code.startsWith("roster_") || code === "untaken");
    assert.deepEqual(silences(), ["untaken"]);
    await pass(100);
    const told = silences().length;
    assert.ok(told >= 4 && told <= 6, `told ${told} times`);
  });
}

test("a loss makes nobody silent", async () => {
  const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
  server.meddle = (frame, place) => (frame.t === "joined" && place === bob.place ? [] : [frame]);
  await enter("carl");
  anna.sealed.send({ t: "say", text: "what carl reads too" });
  await settle();
  const { socket } = bob.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); }; // bob's question is lost
  clock.advance(3000);
  await settle();
  const { open } = server;
  server.open = () => {
    const dead = new FakeSocket();
    queueMicrotask(() => dead.drop());
    return dead;
  };
  server.cut(bob.place);
  for (let i = 0; i < 20; i++) {
    clock.advance(1000);
    await settle();
  }
  server.open = open;
  bob.sealed.retryNow();
  await settle();
  for (let i = 0; i < 4; i++) {
    clock.advance(1000);
    await settle();
  }
  assert.equal(bob.last("welcome").resumed, true);
  assert.deepEqual(bob.notices().filter((code) => code.startsWith("roster_")), ["roster_differs"]);
});

// doubting is what one end makes of a member's answers: answer(…) is one, of whom they
// show, where we show ourselves and them.
function doubting(nick) {
  const notices = [];
  const clock = new FakeClock();
  const notice = (code, _, ...values) => notices.push([code, ...values]);
  const doubts = new Doubts({ clock, notice, silences: new Silences({ clock, notice }) });
  const person = { nick, peer: "them", shown: true, heardAt: clock.now(), doubt: newDoubt() };
  const shown = [{ peer: "you", nick: "anna" }, { peer: "them", nick }];
  doubts.see("ours", shown, [person]);
  doubts.compare(person, "theirs");
  clock.advance(2000);
  const answer = (also) => {
    assert.deepEqual(doubts.ask([person], clock.now()).due, [person]);
    person.doubt.questions++;
    doubts.asked(person, shown);
    const all = shown.map(({ peer, nick: name }) => ({ id: peer, nick: name }));
    doubts.answered(person, "theirs", [...all, ...also], { met: (id) => id.startsWith("met"), people: new Map(), you: "you" });
    clock.advance(5000);
  };
  return { notices, answer };
}

test("each difference counts by itself", () => {
  const { notices, answer } = doubting("bob");
  const carl = { id: "met-carl", nick: "carl" };
  answer([carl, { id: "met-1", nick: "mallory" }]);
  assert.deepEqual(notices, [], "it may have been on its way");
  answer([carl, { id: "met-2", nick: "mallory" }]);
  assert.deepEqual(notices, [["roster_differs", [["differsShown", "bob", "carl"]]]]);
});

test("nobody shouts by making people up", () => {
  const { notices, answer } = doubting("mallory");
  for (let i = 0; i < 60; i++) answer([{ id: `new-${i}`, nick: `eve${i}` }]);
  assert.deepEqual(notices.map(([code, [[, from]]]) => [code, from]), Array(6).fill(["roster_differs", "mallory"]));
});

test("twelve who ask every second keep nobody's words back, and no newcomer", async () => {
  const { ends: [anna], server, clock, enter, secret, settle } = await setting("anna");
  const room = await Room.open(secret);
  const stray = async (nick) => {
    const session = await Session.begin(room);
    const heard = [];
    const socket = server.open();
    await settle();
    socket.onmessage = ({ data }) => heard.push(...data.split("\n").map((line) => JSON.parse(line)));
    socket.send(JSON.stringify({ t: "join", room: room.name, hello: base64url(await session.hello()), resume: true }));
    await settle();
    const { members: [{ id: to, hello }] } = heard.find(({ t }) => t === "welcome");
    const peer = await session.add(fromBase64url(hello), true);
    let opened = 0;
    const listen = async () => {
      for (const { body, wrap } of heard.splice(0).filter((frame) => frame.t === "sealed" && frame.wrap)) {
        opened++;
        await session.open(fromBase64url(body), fromBase64url(wrap), clock.now()).catch(() => {}); // another's greeting
      }
      return opened;
    };
    const say = async (message) => {
      const { body, wraps } = await session.seal(await message, clock.now());
      socket.send(JSON.stringify({ t: "seal", id: "x", body: base64url(body), wraps: [{ to, wrap: base64url(wraps[peer.id]) }] }));
    };
    const tell = (payload) => say(session.compose(encodePayload(payload), false, [peer.id]));
    await say(await session.greet());
    await settle();
    await listen();
    await tell({ t: "confirm", nick });
    await settle();
    return { tell, listen };
  };
  const asking = [];
  for (let i = 0; i < 12; i++) asking.push(await stray(`p${i}`));
  const ask = async (times) => {
    for (let i = 0; i < times; i++) {
      for (const x of asking) {
        await x.listen();
        await x.tell({ t: "ask" });
      }
      clock.advance(1000);
      await settle();
    }
  };
  assert.equal((await anna.sealed.verify()).names.length, 13);
  const before = await asking[0].listen();
  await ask(30);
  assert.ok(await asking[0].listen() > before + 20, "nobody was answered");
  anna.sealed.send({ t: "say", text: "hello" });
  await ask(2);
  assert.deepEqual(anna.texts(), ["anna: hello"]);
  const bob = await enter("bob");
  await ask(2);
  assert.ok((await anna.sealed.verify()).names.includes("bob"));
  assert.ok((await bob.sealed.verify()).names.includes("anna"));
});

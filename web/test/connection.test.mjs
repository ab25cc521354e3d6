import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "../static/net/connection.js";
import { start } from "./connecting.mjs";
import { FakeClock, FakeHints, FakeServer, said } from "./fakes.mjs";

const texts = (shown) => shown.filter(({ t }) => t === "said").map(({ text }) => text);

test("joins with a wish to come back", () => {
  const { server, connection } = start();
  assert.deepEqual(server.took("join"), [{ t: "join", room: "tea", resume: true }]);
  assert.equal(connection.phase, "open");
});

test("what is said before the welcome is sent right after it, once", () => {
  const { server, connection } = start({ welcome: false });
  assert.notEqual(connection.send({ t: "say", text: "early" }), null);
  server.accept();
  assert.equal(server.took("say").length, 0);
  server.welcome();
  assert.deepEqual(server.took("say").map(({ text }) => text), ["early"]);
});

test("a lost connection comes back by its ticket and shows each event once", () => {
  const { server, clock, shown } = start();
  server.say(said(11), said(12), { t: "whispered", wseq: 1, at: 1, from: { id: "other", nick: "otter" }, to: { id: "me", nick: "low-fern" }, text: "psst" });
  server.cut();
  clock.advance(500);
  server.accept();
  assert.deepEqual(server.took("join"), [{ t: "join", ticket: "t1", seq: 12, wseq: 1 }]);
  server.welcome({ resumed: true, seq: 12, ticket: "t2" });
  server.say(said(12), said(13));
  assert.deepEqual(texts(shown), ["m11", "m12", "m13"]);
});

test("after coming back a barrier decides what was not sent", () => {
  const { server, clock, connection, unsent } = start();
  const first = connection.send({ t: "say", text: "arrived" });
  connection.send({ t: "say", text: "died in the socket" });
  server.cut();
  assert.equal(connection.send({ t: "say", text: "while away" }), null);
  clock.advance(500);
  server.welcome({ resumed: true, ticket: "t2" });
  const [barrier] = server.took("sync");
  connection.send({ t: "say", text: "after the return" });
  server.say(said(11, "arrived", { id: first }));
  assert.deepEqual(unsent, []);
  server.say({ t: "synced", id: barrier.id });
  assert.deepEqual(unsent, [["died in the socket", "lost"]]);
});

test("a place that is gone is taken anew, and what happened to its ops is unknown", () => {
  const { server, clock, connection, unsent, shown } = start();
  connection.send({ t: "say", text: "perhaps" });
  server.cut();
  clock.advance(500);
  server.accept();
  server.say({ t: "error", code: "bad_ticket", message: "…" });
  assert.equal(connection.ready, false, "who will be there is not known");
  assert.equal(connection.send({ t: "say", text: "to whom?" }), null);
  assert.deepEqual(server.took("join").at(-1), { t: "join", room: "tea", nick: "low-fern", resume: true });
  server.say({ t: "welcome", v: 1, room: "tea", kind: "open", you: { id: "me2", nick: "low-fern", via: "web" }, members: [], seq: 40, ticket: "t9" });
  assert.deepEqual(unsent, [["perhaps", "unknown"]]);
  assert.equal(shown.filter(({ t }) => t === "welcome").length, 2);
  assert.equal(shown.filter(({ t }) => t === "error").length, 0);
});

test("what changed behind a gap bears the gap's number and is shown", () => {
  const { server, shown } = start();
  server.say({ t: "gap", missed: 5, seq: 15 }, { t: "left", seq: 15, member: { id: "x", nick: "x", via: "ssh" }, reason: "quit" },
    { t: "joined", seq: 15, member: { id: "y", nick: "y", via: "ssh" } }, said(16));
  assert.deepEqual(shown.slice(1).map(({ t }) => t), ["gap", "left", "joined", "said"]);
});

test("acks the welcome at once, later within two seconds, and early when much arrives", () => {
  const { server, clock } = start();
  assert.deepEqual(server.took("ack"), [{ t: "ack", seq: 10, wseq: 0 }]);
  server.say(said(11));
  assert.equal(server.took("ack").length, 1);
  clock.advance(2000);
  assert.deepEqual(server.took("ack").at(-1), { t: "ack", seq: 11, wseq: 0 });
  server.say(said(12, "x".repeat(11_000)));
  assert.deepEqual(server.took("ack").at(-1), { t: "ack", seq: 12, wseq: 0 });
  clock.advance(10_000);
  assert.equal(server.took("ack").length, 3);
});

test("backs off with jitter up to its ceiling", () => {
  const { server, clock } = start();
  const waits = [];
  for (let i = 0; i < 9; i++) {
    server.cut();
    const before = server.sockets.length;
    let waited = 0;
    while (server.sockets.length === before) {
      clock.advance(125);
      waited += 125;
    }
    waits.push(waited);
  }
  assert.deepEqual(waits, [375, 750, 1500, 3000, 6000, 12000, 22500, 22500, 22500]);
});

// Whether anybody looks, and what the browser believes of the network, can make it
// sooner and never keep it from trying.
test("comes back by itself whatever it is told, and sooner on a hint", () => {
  const { server, clock, hints, connection } = start();
  for (let i = 0; i < 8; i++) {
    const before = server.sockets.length;
    server.cut();
    while (server.sockets.length === before) clock.advance(500);
  }
  const tried = server.sockets.length;
  clock.advance(1000);
  server.cut();
  hints.give();
  assert.equal(server.sockets.length, tried + 1, "30 s were to go");
  for (let i = 0; i < 50; i++) { server.cut(); hints.give(); }
  assert.equal(server.sockets.length, tried + 1, "hints in dozens are one");
  clock.advance(500);
  assert.equal(server.sockets.length, tried + 2, "after a hint it begins to count anew");
  assert.equal(connection.phase, "connecting");
});

test("a browser that lets no socket be opened is asked again", () => {
  const { server, clock, connection } = start();
  const open = server.open;
  let refusals = 0;
  const shown = [];
  const other = new Connection({
    room: "tea", clock, hints: () => {}, onFrames: () => {}, onPhase: ({ phase }) => shown.push(phase), onUnsent: () => {},
    openSocket: () => { if (++refusals < 3) throw new DOMException("insecure", "SecurityError"); return open(); },
  });
  other.join();
  assert.equal(other.phase, "waiting");
  clock.advance(2000);
  assert.equal(refusals, 3);
  server.welcome();
  assert.equal(other.phase, "open");
  assert.equal(connection.phase, "open");
});

// ---- Is anybody there? ----

test("another place in the room says since when it missed things", () => {
  const { server, clock, connection, shown } = start();
  const welcomes = () => shown.filter(({ t }) => t === "welcome").map(({ since }) => since);
  clock.advance(5000);
  server.say(said(11));
  const heard = clock.now();
  clock.advance(2000);
  server.cut();
  clock.advance(500);
  server.welcome({ resumed: true, ticket: "t2" });
  assert.deepEqual(welcomes(), [undefined, undefined]);
  const again = clock.now();
  server.cut();
  clock.advance(1000);
  server.accept();
  server.say({ t: "error", code: "bad_ticket", message: "…" });
  server.say({ t: "welcome", v: 1, room: "tea", kind: "open", you: { id: "me2", nick: "n", via: "web" }, members: [], seq: 40, ticket: "t9" });
  assert.deepEqual(welcomes().at(-1), again);
  assert.notEqual(again, heard);
  clock.advance(1000);
  connection.leave();
  const left = clock.now();
  clock.advance(60_000);
  connection.join();
  server.welcome();
  assert.deepEqual(welcomes().at(-1), left);
});

test("another room is entered on the same page, and nothing there was missed", () => {
  const { server, connection, unsent, shown } = start();
  connection.send({ t: "say", text: "perhaps" });
  connection.move("den");
  assert.deepEqual(server.sockets[0].sent.at(-1), { t: "leave" });
  assert.ok(server.sockets[0].closed);
  assert.deepEqual(unsent, [["perhaps", "moved"]]);
  server.accept();
  assert.deepEqual(server.took("join"), [{ t: "join", room: "den", nick: "low-fern", resume: true }]);
  server.say({ t: "welcome", v: 1, room: "den", kind: "open", you: { id: "x", nick: "low-fern", via: "web" }, members: [], seq: 3, ticket: "d1" });
  assert.equal(shown.at(-1).since, undefined);
});

// ---- A socket that is not open ----

test("leaving, ending and moving before the socket is open throw nothing, and later events do nothing", async () => {
  for (const act of [(c) => c.leave(), (c) => c.end({ code: "x", message: "…" }), (c) => c.move("den"), (c) => c.retryNow()]) {
    const { server, connection, clock, unsent } = start({ welcome: false });
    connection.send({ t: "say", text: "early" });
    connection.signal({ t: "typing" });
    act(connection);
    const [socket] = server.sockets;
    assert.deepEqual([socket.sent, socket.closed], [[], true]);
    await Promise.resolve();
    socket.accept();
    clock.advance(100);
    assert.ok(unsent.length <= 1);
    connection.join();
    server.welcome();
    assert.equal(connection.phase, "open");
  }
});

test("what is done while the socket closes is not lost silently", () => {
  const { server, clock, connection, unsent } = start();
  server.say(said(11));
  server.socket.readyState = 2; // the browser has heard the server's close, and tells later
  assert.notEqual(connection.send({ t: "say", text: "into the closing" }), null);
  connection.signal({ t: "typing" });
  clock.advance(2000); // an ack is due
  assert.deepEqual(server.socket.sent.map(({ t }) => t), ["join", "ack"]);
  server.cut();
  clock.advance(500);
  server.welcome({ resumed: true, ticket: "t2", seq: 11 });
  server.say({ t: "synced", id: server.took("sync")[0].id });
  assert.deepEqual(unsent, [["into the closing", "lost"]]);
});

test("a socket without a welcome is given up", () => {
  const { clock, server, connection } = start({ welcome: false });
  server.accept();
  clock.advance(10_000);
  assert.equal(connection.phase, "waiting");
});

test("an end that coming back would not help is final until asked", () => {
  const { server, clock, connection, unsent } = start();
  connection.send({ t: "say", text: "perhaps" });
  server.say({ t: "bye", code: "replaced", message: "…", retry: false });
  server.cut();
  clock.advance(120_000);
  assert.equal(connection.phase, "ended");
  assert.equal(connection.reason.code, "replaced");
  assert.deepEqual(unsent, [["perhaps", "unknown"]]);
  assert.equal(server.sockets.length, 1);
  connection.retryNow();
  assert.equal(server.sockets.length, 2);
});

test("a shutdown that invites back is followed by another attempt", () => {
  const { server, clock, connection } = start();
  server.say({ t: "bye", code: "shutdown", message: "…", retry: true });
  server.cut();
  assert.equal(connection.reason.code, "shutdown");
  clock.advance(500);
  assert.equal(server.sockets.length, 2);
});

test("leaving says goodbye and stays away", () => {
  const { server, clock, connection } = start();
  connection.leave();
  assert.equal(server.took("leave").length, 1);
  assert.ok(server.socket.closed);
  clock.advance(120_000);
  assert.equal(server.sockets.length, 1);
  connection.join();
  server.accept();
  assert.deepEqual(server.took("join"), [{ t: "join", room: "tea", nick: "low-fern", resume: true }]);
});

test("words that are no frames end the connection, not the page", () => {
  const { server, connection } = start();
  server.socket.deliver("<html>502</html>");
  assert.equal(connection.phase, "waiting");
});

test("a refused op comes back with what it was", () => {
  const { server, connection, shown } = start();
  const id = connection.send({ t: "say", text: "too fast" });
  server.say({ t: "error", code: "rate_limited", message: "…", id });
  assert.equal(shown.at(-1).op.text, "too fast");
});

// Whatever a person, a network and a server do, in any order: nothing throws, and
// each op has one fate.
test("every op has one fate, in any order of things", () => {
  for (let seed = 1; seed <= 400; seed++) {
    let state = seed;
    const draw = (n) => (state = (state * 48_271) % 0x7fff_ffff) % n;
    const server = new FakeServer();
    const clock = new FakeClock();
    const hints = new FakeHints();
    const fates = new Map(); // id → what became of it
    const fate = (id, what) => fates.set(id, [...fates.get(id) ?? [], what]);
    const taken = [];
    const connection = new Connection({
      room: "tea", openSocket: server.open, clock, hints: hints.watch, onPhase: () => {},
      onFrames: (frames) => { for (const { op, t } of frames) if (op) fate(op.id, t); },
      onUnsent: ({ id }, why) => fate(id, why),
    });
    let seq = 10;
    let ids = 0;
    const unanswered = () => server.socket.sent.filter(({ t, id }) => t === "say" && !fates.has(id));
    const you = () => ({ id: `me${ids}`, nick: "low-fern", via: "web" });
    const does = [
      () => { const id = connection.send({ t: "say", text: "x" }); if (id) taken.push(id); },
      () => { const id = connection.send({ t: "say", text: "y" }); if (id) taken.push(id); },
      () => connection.signal({ t: "typing" }),
      () => connection.leave(),
      () => connection.join(),
      () => connection.retryNow(),
      () => connection.move("den"),
      () => connection.end({ code: "x", message: "…" }),
      () => hints.give(),
      () => server.accept(),
      () => server.accept(),
      () => { ids++; server.say({ t: "welcome", v: 1, room: "tea", kind: "open", you: you(), members: [you()], seq, ticket: `t${ids}` }); },
      () => { ids++; server.say({ t: "welcome", v: 1, room: "tea", kind: "open", you: you(), members: [you()], seq, ticket: `t${ids}`, resumed: true }); },
      () => { const [op] = unanswered(); if (op) server.say(said(++seq, op.text, { id: op.id })); },
      () => { const [op] = unanswered(); if (op) server.say({ t: "error", code: "rate_limited", message: "…", id: op.id }); },
      () => server.say(said(++seq)),
      () => { for (const { id } of server.took("sync")) server.say({ t: "synced", id }); },
      () => server.say({ t: "error", code: ["bad_ticket", "room_full"][draw(2)], message: "…" }),
      () => server.say({ t: "bye", code: "x", message: "…", retry: draw(2) === 0 }),
      () => server.say({ t: "gap", missed: 2, seq: seq += 2 }),
      () => server.socket.deliver("no frame"),
      () => { server.socket.readyState = 2; },
      () => server.cut(),
      () => server.cut(),
      () => clock.advance(draw(2000)),
      () => clock.advance(draw(40_000)),
    ];
    connection.join();
    for (let i = 0; i < 200; i++) does[draw(does.length)]();
    connection.leave();
    for (const id of taken) assert.equal(fates.get(id)?.length, 1, `seed ${seed}: ${id} ${fates.get(id)}`);
  }
});

test("a room that was asked for as an open one is open, whatever the server calls it", () => {
  const { server, shown } = start({ welcome: false });
  server.welcome({ kind: "sealed" });
  assert.equal(shown[0].kind, "open");
});

test("whoever is told that the servers can't reach each other waits for longer than for a welcome", () => {
  const { server, clock, connection, shown } = start({ welcome: false });
  server.accept();
  server.took("join");
  server.say({ t: "notice", code: "unreachable", text: "…" });
  assert.deepEqual(shown.map(({ code }) => code), ["delayed"]); // nothing that was said waits yet
  clock.advance(60_000);
  assert.equal(connection.phase, "connecting");
  clock.advance(15_000);
  assert.equal(connection.phase, "waiting");
});

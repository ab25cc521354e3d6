import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "../static/connection.js";
import { FakeClock, FakeGate, FakeServer, said } from "./fakes.mjs";

function start({ welcome = true } = {}) {
  const server = new FakeServer();
  const clock = new FakeClock();
  const gate = new FakeGate();
  const shown = [];
  const unsent = [];
  const phases = [];
  const connection = new Connection({
    room: "tea", openSocket: server.open, clock, gate,
    onFrames: (frames) => shown.push(...frames),
    onPhase: ({ phase }) => phases.push(phase),
    onUnsent: (op, why) => unsent.push([op.text, why]),
  });
  connection.join();
  if (welcome) server.welcome();
  return { server, clock, gate, shown, unsent, phases, connection };
}

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
  assert.deepEqual(server.took("join").at(-1), { t: "join", room: "tea", nick: "low-fern", resume: true });
  server.say({ t: "welcome", v: 1, room: "tea", kind: "open", you: { id: "me2", nick: "low-fern", via: "web" }, members: [], seq: 40, ticket: "t9" });
  assert.deepEqual(unsent, [["perhaps", "unknown"]]);
  assert.equal(shown.filter(({ t }) => t === "welcome").length, 2);
  assert.equal(shown.filter(({ t }) => t === "error").length, 0);
});

test("what changed behind a gap bears the gap's number and is shown", () => {
  const { server, shown } = start();
  server.say({ t: "gap", missed: 5, seq: 15 }, { t: "left", seq: 15, member: { id: "x", nick: "x" }, reason: "quit" },
    { t: "joined", seq: 15, member: { id: "y", nick: "y" } }, said(16));
  assert.deepEqual(shown.slice(1).map(({ t }) => t), ["gap", "left", "joined", "said"]);
});

test("acks within two seconds, and early when much arrives", () => {
  const { server, clock } = start();
  server.say(said(11));
  assert.equal(server.took("ack").length, 0);
  clock.advance(2000);
  assert.deepEqual(server.took("ack"), [{ t: "ack", seq: 11, wseq: 0 }]);
  server.say(said(12, "x".repeat(11_000)));
  assert.deepEqual(server.took("ack").at(-1), { t: "ack", seq: 12, wseq: 0 });
  clock.advance(10_000);
  assert.equal(server.took("ack").length, 2);
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

test("waits for the network and for somebody to look", () => {
  const { server, clock, gate } = start();
  gate.set(false);
  server.cut();
  clock.advance(120_000);
  assert.equal(server.sockets.length, 1);
  gate.set(true);
  assert.equal(server.sockets.length, 2);
});

test("a connection that only looks alive is found out", () => {
  const { server, clock, gate, connection } = start();
  clock.advance(30_000);
  const [probe] = server.took("sync");
  server.say({ t: "synced", id: probe.id });
  clock.advance(29_000);
  assert.equal(connection.phase, "open");
  gate.set(true); // the network changed
  assert.equal(server.took("sync").length, 2);
  clock.advance(8000);
  assert.equal(connection.phase, "waiting");
  assert.ok(server.sockets[0].closed);
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

test("a refused entry says why and gives early words back", () => {
  const { server, connection, unsent } = start({ welcome: false });
  connection.send({ t: "say", text: "early" });
  server.accept();
  server.say({ t: "error", code: "room_full", message: "…" });
  assert.equal(connection.phase, "refused");
  assert.deepEqual(unsent, [["early", "lost"]]);
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
  server.socket.onmessage({ data: "<html>502</html>" });
  assert.equal(connection.phase, "waiting");
});

test("a refused op comes back with what it was", () => {
  const { server, connection, shown } = start();
  const id = connection.send({ t: "say", text: "too fast" });
  server.say({ t: "error", code: "rate_limited", message: "…", id });
  assert.equal(shown.at(-1).op.text, "too fast");
});

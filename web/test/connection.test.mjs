import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "../static/net/connection.js";
import { FakeClock, FakeHints, FakeServer, said } from "./fakes.mjs";

function start({ welcome = true } = {}) {
  const server = new FakeServer();
  const clock = new FakeClock();
  const hints = new FakeHints();
  const shown = [];
  const unsent = [];
  const phases = [];
  const connection = new Connection({
    room: "tea", openSocket: server.open, clock, hints: hints.watch,
    onFrames: (frames) => shown.push(...frames),
    onPhase: ({ phase }) => phases.push(phase),
    onUnsent: (op, why) => unsent.push([op.text, why]),
  });
  connection.join();
  if (welcome) server.welcome();
  return { server, clock, hints, shown, unsent, phases, connection };
}

const texts = (shown) => shown.filter(({ t }) => t === "said").map(({ text }) => text);

test("joins with a wish to come back", () => {
  const { server, connection } = start();
  assert.deepEqual(server.took("join"), [{ t: "join", room: "tea", resume: true }]);
  assert.equal(connection.phase, "open");
});

test("an invitation is shown until it let in, and no more after that", () => {
  const { server, clock, connection } = start({ welcome: false });
  connection.invite = "token";
  server.accept();
  assert.deepEqual(server.took("join"), [{ t: "join", room: "tea", resume: true, invite: "token" }]);
  server.say({ t: "error", code: "room_full", message: "…" }); // it was not used up
  connection.retryNow();
  server.accept();
  assert.equal(server.took("join").at(-1).invite, "token");
  server.welcome();
  server.cut();
  clock.advance(500);
  server.accept();
  assert.deepEqual(server.took("join").at(-1), { t: "join", ticket: "t1", seq: 10, wseq: 0 });
  server.say({ t: "error", code: "bad_ticket", message: "…" });
  assert.equal(server.took("join").at(-1).invite, undefined);
});

test("who watches has no name, and shows their invitation again when their place is gone", () => {
  const { server, clock, connection } = start({ welcome: false });
  Object.assign(connection, { invite: "token", watch: true });
  server.accept();
  const join = { t: "join", room: "tea", resume: true, invite: "token", watch: true };
  assert.deepEqual(server.took("join"), [join]);
  server.welcome();
  server.cut();
  clock.advance(500);
  server.accept();
  server.say({ t: "error", code: "bad_ticket", message: "…" });
  assert.deepEqual(server.took("join").at(-1), join);
});

test("an invitation that is not good is said so, and not shown again, nor in another room", () => {
  const { server, connection } = start({ welcome: false });
  connection.invite = "spent";
  server.accept();
  server.say({ t: "error", code: "no_invite", message: "…" });
  assert.deepEqual([connection.phase, connection.reason.code], ["refused", "no_invite"]);
  connection.retryNow();
  server.accept();
  assert.equal(server.took("join").at(-1).invite, undefined);
  connection.invite = "of tea";
  connection.move("den");
  server.accept();
  assert.deepEqual(server.took("join").at(-1), { t: "join", room: "den", resume: true });
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

test("a black hole is noticed within ten seconds of what was sent into it", () => {
  for (const act of ["send", "signal"]) {
    const { server, clock, connection } = start();
    server.say(said(11));
    clock.advance(3000);
    connection[act]({ t: act === "send" ? "say" : "typing", text: "anybody?" });
    clock.advance(4000);
    assert.equal(server.took("sync").length, 1);
    assert.equal(connection.askedAt, clock.now() - 4000);
    clock.advance(4000);
    assert.equal(connection.phase, "waiting", act);
    assert.ok(server.sockets[0].closed);
    assert.deepEqual([connection.askedAt, connection.lostAt], [0, clock.now() - 8000], "lost since nothing answered");
  }
});

test("an answer, or anything else that comes, shows that somebody is there", () => {
  const { server, clock, connection } = start();
  for (let n = 11; n < 20; n++) {
    connection.send({ t: "say", text: "hello" });
    clock.advance(3900);
    server.say(said(n));
    assert.equal(connection.askedAt, 0);
  }
  assert.equal(server.took("sync").length, 0);
  clock.advance(4000); // its own copies have not come
  const [probe] = server.took("sync");
  server.say({ t: "synced", id: probe.id });
  assert.equal(connection.phase, "open");
});

test("silence is looked into, and a connection that only looks alive is found out", () => {
  const { server, clock, hints, connection, shown } = start();
  clock.advance(15_000);
  const [probe] = server.took("sync");
  server.say({ t: "synced", id: probe.id });
  assert.equal(shown.filter(({ t }) => t === "synced").length, 0);
  clock.advance(14_000);
  assert.equal(connection.phase, "open");
  hints.give(); // the network changed
  hints.give();
  assert.equal(server.took("sync").length, 2);
  clock.advance(8000);
  assert.equal(connection.phase, "waiting");
});

test("a slow line gets twice as long each time, and a quick answer ends that", () => {
  const { server, clock, connection } = start();
  const answersAfter = (ms) => {
    connection.send({ t: "say", text: "slow" });
    clock.advance(ms);
    if (connection.phase !== "open") return false;
    server.say({ t: "synced", id: server.took("sync").at(-1)?.id ?? "none" });
    return true;
  };
  const back = () => { clock.advance(500); server.welcome({ resumed: true, ticket: "t" }); };
  assert.equal(answersAfter(12_000), false);
  back();
  assert.equal(answersAfter(12_000), true);
  assert.equal(answersAfter(17_000), false);
  back();
  assert.equal(answersAfter(31_000), true);
  assert.equal(answersAfter(1000), true);
  assert.equal(answersAfter(9000), false);
});

test("while what was sent is still leaving, nobody could answer", () => {
  const { server, clock, connection } = start();
  server.socket.bufferedAmount = 100_000;
  connection.signal({ t: "pass", to: ["x"], body: "AQID" });
  for (let left = 80_000; left > 0; left -= 20_000) {
    clock.advance(4000);
    server.socket.bufferedAmount = left;
    clock.advance(4000);
    assert.equal(connection.phase, "open", left);
  }
  clock.advance(8000);
  assert.equal(connection.phase, "waiting");
});

test("what left the socket at once is no excuse", async () => {
  const { clock, connection } = start();
  connection.send({ t: "say", text: "anybody?" });
  for (let i = 0; i < 8; i++) {
    await Promise.resolve();
    clock.advance(1000);
  }
  assert.equal(connection.phase, "waiting");
});

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

test("what comes of removing and burning bears no id, so they are answered by a barrier", () => {
  const { connection, server, unsent } = start();
  connection.send({ t: "remove", to: "o" });
  const [{ id }] = server.took("remove");
  assert.deepEqual(server.took("sync").map((each) => each.id), [`done${id}`]);
  server.say({ t: "synced", id: `done${id}` });
  connection.leave();
  assert.deepEqual(unsent, []);
});

test("at a door that knocks one waits, is let in, and comes back by a ticket", () => {
  const { connection, server, clock, shown, phases } = start({ welcome: false });
  server.accept();
  server.say({ t: "error", code: "knock", message: "Knock." });
  assert.deepEqual([connection.phase, connection.reason.code, connection.reason.knocked], ["refused", "knock", false]);
  connection.join("it is me");
  server.accept();
  assert.deepEqual(server.took("knock"), [{ t: "knock", room: "tea", resume: true, text: "it is me" }]);
  server.say({ t: "waiting", room: "tea", ahead: 2 }, { t: "waiting", room: "tea", ahead: 0 });
  assert.equal(connection.phase, "knocking");
  clock.advance(299_000); // a knock outlives what a welcome may take
  assert.equal(connection.phase, "knocking");
  server.welcome();
  assert.equal(connection.phase, "open");
  assert.deepEqual(shown.map(({ t, ahead }) => ahead ?? t), [2, "waiting", "welcome"]);
  server.cut();
  clock.advance(500);
  server.accept();
  assert.equal(server.took("knock").length, 0);
  assert.deepEqual(server.took("join").map(({ ticket }) => ticket), ["t1"]);
  assert.ok(phases.includes("waiting"));
});

test("a knock that ends is not knocked again by itself", () => {
  for (const [end, phase, code] of [
    [(server) => server.cut(), "refused", "knock_lost"],
    [(server) => server.say({ t: "error", code: "knock", message: "Nobody." }), "refused", "knock"],
    [(server) => { server.say({ t: "bye", code: "too_many", message: "Full.", retry: true }); server.cut(); }, "refused", "too_many"],
    [(server) => { server.say({ t: "bye", code: "denied", message: "No.", retry: false }); server.cut(); }, "ended", "denied"],
    [(server, clock) => clock.advance(330_000), "refused", "knock_lost"],
  ]) {
    const { connection, server, clock } = start({ welcome: false });
    connection.join("");
    server.accept();
    assert.deepEqual(server.took("knock"), [{ t: "knock", room: "tea", resume: true }]);
    server.say({ t: "waiting", room: "tea", ahead: 0 });
    end(server, clock);
    assert.deepEqual([connection.phase, connection.reason.code], [phase, code]);
    const { length } = server.sockets;
    clock.advance(600_000);
    assert.equal(server.sockets.length, length, code);
  }
});

test("who is removed, or whose room is burned, stays out", () => {
  for (const code of ["removed", "burned"]) {
    const { connection, server, clock, hints } = start();
    server.say({ t: "bye", code, message: "Gone.", retry: false });
    server.cut();
    assert.deepEqual([connection.phase, connection.reason.code], ["ended", code]);
    const { length } = server.sockets;
    clock.advance(600_000);
    hints.give();
    assert.equal(server.sockets.length, length);
  }
});

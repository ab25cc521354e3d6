// What a session does with lines that can't be said at once, or never were.
import assert from "node:assert/strict";
import { test } from "node:test";
import { english, me, sit } from "./sitting.mjs";

test("lines that came too fast go out by themselves, in order, and are never asked for again", async () => {
  const { session, asked, sent, clock, say, refuse } = sit();
  const typed = Array.from({ length: 15 }, (_, i) => `line ${i}`);
  for (const line of typed) assert.equal(await session.submit(line), "");
  const said = [];
  let tokens = 10;
  for (let i = 0; i < 60 && said.length < 15; i++) {
    const under = sent.at(-1);
    if (session.inLine > 0) {
      clock.advance(500);
      tokens++;
    } else if (tokens > 0) {
      tokens--;
      said.push(under.text);
      say();
    } else refuse("rate_limited");
  }
  assert.deepEqual(said, typed);
  assert.deepEqual(asked, []);
  assert.equal(session.outgoing.size, 0);
});

test("a new name keeps its place behind the lines that wait", async () => {
  const { session, sent, clock, say, refuse } = sit();
  for (const line of ["one", "two", "/nick wren", "three"]) assert.equal(await session.submit(line), "");
  assert.equal(sent.length, 1);
  refuse("rate_limited");
  assert.equal(session.inLine, 4);
  for (let i = 0; i < 4; i++) {
    clock.advance(500);
    if (sent.at(-1).t === "say" && session.outgoing.size > 0) say(); // nothing answers the new name
  }
  assert.deepEqual(sent.map(({ text, nick }) => text ?? nick), ["one", "one", "two", "wren", "three"]);
  assert.equal(session.outgoing.size, 0);
});

test("what waits is seen, counted, bounded, and can be taken back", async () => {
  const { session, sent, clock, refuse } = sit({ fieldBusy: true });
  for (let i = 0; i <= 40; i++) assert.equal(await session.submit(`line ${i}`), "");
  assert.equal(session.inLine, 0, "nothing shows that a room is too slow");
  assert.match(await session.submit("one more"), /^40 lines wait already\. This one stays here/);
  refuse("rate_limited");
  assert.equal(session.inLine, 41);
  assert.deepEqual([...session.outgoing.values()].map(({ op }) => op.text).slice(0, 3), ["line 0", "line 1", "line 2"]);
  assert.ok(session.atRisk);
  session.takeBack();
  assert.equal(session.inLine, 0);
  assert.deepEqual(new Set([...session.outgoing.values()].map(({ reason }) => reason)), new Set(["Taken back."]));
  assert.equal(session.outgoing.size, 41);
  clock.advance(60_000);
  assert.equal(sent.length, 1);
});

test("what the servers did not take in time comes back with all behind it", async () => {
  const { session, sent, clock, refuse } = sit({ fieldBusy: true });
  for (const line of ["one", "two", "three"]) await session.submit(line);
  refuse("unreachable");
  assert.deepEqual([...session.outgoing.values()].map(({ op }) => op.text), ["one", "two", "three"]);
  assert.ok([...session.outgoing.values()].every(({ reason }) => reason !== ""));
  clock.advance(60_000);
  assert.equal(sent.length, 1);
});

test("a short loss keeps what waits; what died with its line comes back in order", async () => {
  const { session, sent, connection, clock, say, refuse } = sit();
  for (const line of ["one", "two", "three"]) await session.submit(line);
  refuse("rate_limited");
  connection.phase = "waiting";
  session.phase();
  clock.advance(5000);
  assert.equal(sent.length, 1);
  connection.phase = "open";
  session.phase();
  say();
  clock.advance(500);
  assert.deepEqual(sent.map(({ text }) => text), ["one", "one", "two"]);
  const two = session.outgoing.get("o3").op;
  session.unsent(two, "lost");
  assert.deepEqual([...session.outgoing.values()].map(({ op, reason }) => [op.text, reason]),
    [["two", english("notSent")], ["three", english("notSent")]]);
});

test("another place is another company: nothing goes out there by itself", async () => {
  const { session, sent, room, clock, refuse } = sit();
  const welcome = { t: "welcome", room: "tea", kind: "open", you: me, members: [me], seq: 0 };
  await session.submit("early");
  session.take(welcome);
  assert.equal([...session.outgoing.values()][0].reason, "", "what was said before the first welcome is said");
  await session.submit("second");
  refuse("rate_limited");
  room.apply(welcome, 0);
  session.take(welcome);
  clock.advance(60_000);
  assert.deepEqual(sent.map(({ text }) => text), ["early"]);
  assert.equal(session.outgoing.size, 2);
});

test("what was not said when the place went is kept on the screen", async () => {
  for (const phase of ["left", "ended", "refused"]) {
    const { session, connection, refuse } = sit();
    for (const line of ["one", "two"]) await session.submit(line);
    refuse("rate_limited");
    connection.phase = phase;
    session.phase();
    assert.deepEqual([...session.outgoing.values()].map(({ op, reason }) => [op.text, reason]),
      [["one", english("unsentLeft")], ["two", english("unsentLeft")]]);
  }
});

test("what is entered while one comes back in is said there", async () => {
  const { session, connection, say } = sit();
  const welcome = { t: "welcome", room: "tea", kind: "open", you: me, members: [me], seq: 0 };
  session.take(welcome);
  connection.phase = "left";
  session.phase();
  connection.phase = "open"; // as good as: ops are taken
  for (const line of ["one", "two"]) await session.submit(line);
  session.take(welcome);
  assert.deepEqual([...session.outgoing.values()].map(({ op, reason }) => [op.text, reason]), [["one", ""], ["two", ""]]);
  say();
  say();
  assert.equal(session.outgoing.size, 0);
});

test("what was meant for one room can't be sent into another by a slip", async () => {
  const { session } = sit();
  await session.submit("for tea");
  session.unsent(session.outgoing.get("o1").op, "moved");
  session.moved();
  assert.equal(session.outgoing.get("o1").elsewhere, true);
});

test("what was not sent is offered again", async () => {
  const { session, sent } = sit();
  await session.submit("lost words");
  session.unsent(session.outgoing.get("o1").op, "lost");
  assert.match(session.outgoing.get("o1").reason, /^Not sent/);
  session.resend("o1");
  assert.deepEqual(sent.map(({ text }) => text), ["lost words", "lost words"]);
  assert.deepEqual([...session.outgoing.keys()], ["o2"]);
  session.unsent(session.outgoing.get("o2").op, "unknown");
  assert.match(session.outgoing.get("o2").reason, /may not have been sent/);
  session.discard("o2");
  assert.equal(session.outgoing.size, 0);
  assert.equal(await session.submit("/nick wren"), "");
  session.unsent({ t: "nick", nick: "wren", id: "o3" }, "lost");
  assert.match(session.outgoing.get("o3").reason, /^Not sent/, "a name that was not changed is told, too");
});

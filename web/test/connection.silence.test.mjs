// How a connection finds out that nobody is there any more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./connecting.mjs";
import { said } from "./fakes.mjs";

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

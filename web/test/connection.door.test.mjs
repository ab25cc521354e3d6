// How a connection stands before a door: with an invitation, knocking, kept out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./connecting.mjs";

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

test("a refused entry says why and gives early words back", () => {
  const { server, connection, unsent } = start({ welcome: false });
  connection.send({ t: "say", text: "early" });
  server.accept();
  server.say({ t: "error", code: "room_full", message: "…" });
  assert.equal(connection.phase, "refused");
  assert.deepEqual(unsent, [["early", "lost"]]);
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

// A fresh room that a page is in before it leaves the last one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "../static/net/connection.js";
import { enterFresh, freshName } from "../static/powers/fresh.js";
import { FakeClock, FakeHints, FakeServer, said } from "./fakes.mjs";

const settled = () => new Promise((resolve) => { setImmediate(resolve); });

// stage is a page in tea that comes into a fresh room, whose server the test is.
function stage() {
  const [server, fresh] = [new FakeServer(), new FakeServer()];
  const clock = new FakeClock();
  const shown = [];
  const connection = new Connection({
    room: "tea", openSocket: server.open, clock, hints: new FakeHints().watch,
    onFrames: (frames) => shown.push(...frames), onPhase: () => {}, onUnsent: () => {},
  });
  connection.join();
  server.welcome();
  const gone = [];
  const entering = enterFresh({ open: fresh.open, clock, nick: "low-fern", goTo: (room, { socket }) => { gone.push(room); connection.move(room, socket); } });
  entering.catch(() => {});
  return { server, fresh, clock, shown, connection, entering, gone };
}

const you = { id: "f1", nick: "low-fern", via: "web", host: true };
const welcome = (more) => ({ t: "welcome", v: 1, room: "den", kind: "open", you, members: [you], seq: 1, ticket: "t9", ...more });

test("names are ones that the server takes, and no two are the same", () => {
  const names = new Set(Array.from({ length: 100 }, freshName));
  assert.equal(names.size, 100);
  for (const name of names) assert.match(name, /^([bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz](-|$)){5}$/);
});

test("the page goes over to the place that it has there, and hears all that came meanwhile, once", async () => {
  const { server, fresh, clock, shown, connection, entering, gone } = stage();
  fresh.accept();
  const [join] = fresh.took("join");
  assert.deepEqual({ ...join, room: "" }, { t: "join", room: "", nick: "low-fern", resume: true });
  fresh.say(welcome({ room: join.room }), { t: "key", words: "otter lemon seven quiet harbor" });
  const { where, send, go } = await entering;
  assert.deepEqual(where, { room: join.room });
  send({ t: "rules", slow: 30 });
  fresh.say(said(2, "hello"));
  assert.equal(connection.phase, "open");
  assert.deepEqual([server.took("leave").length, shown.length], [0, 1]);
  go();
  await settled();
  assert.deepEqual(gone, [join.room]);
  assert.deepEqual([server.took("leave").length, server.sockets.length, fresh.sockets.length], [1, 1, 1]);
  assert.deepEqual([fresh.took("join").length, fresh.took("rules").length, connection.phase, connection.you], [1, 1, "open", "f1"]);
  assert.deepEqual(shown.slice(1).map(({ t }) => t), ["welcome", "key", "said"]);
  fresh.say(said(3, "more"));
  connection.send({ t: "say", text: "I am here" });
  assert.deepEqual([shown.at(-1).text, fresh.took("say").length], ["more", 1]);
  fresh.cut(); // and comes back there by the ticket, by sockets of its own
  clock.advance(30_000);
  server.accept();
  assert.deepEqual(server.took("join"), [{ t: "join", ticket: "t9", seq: 3, wseq: 0 }]);
});

test("a room that somebody is in is none, and its socket is let go", async () => {
  const other = { id: "o", nick: "otter", via: "web" };
  for (const frame of [welcome({ members: [other, you] }), welcome({ you: { ...you, host: undefined } }), { t: "error", code: "knock", message: "…" }]) {
    const { fresh, connection, entering } = stage();
    fresh.accept();
    fresh.say(frame);
    assert.equal(await entering, null);
    assert.equal(fresh.socket.closed, true);
    assert.equal(connection.phase, "open");
  }
});

test("where there is no way in the page stays", async () => {
  for (const fails of [({ fresh }) => fresh.cut(), ({ clock }) => clock.advance(20_000), ({ fresh }) => { fresh.accept(); fresh.say({ t: "bye", code: "too_many", message: "…", retry: true }); }]) {
    const all = stage();
    fails(all);
    await assert.rejects(all.entering);
    assert.equal(all.fresh.socket.closed, true);
    assert.equal(all.connection.phase, "open");
  }
});

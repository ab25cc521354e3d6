import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { Room } from "../static/room.js";
import { Session, typed } from "../static/session.js";
import { tableOf, texts } from "../static/strings.js";

const english = texts("en", await tableOf("en"));
const me = { id: "me", nick: "low-fern", via: "web" };
const otter = { id: "o", nick: "quiet-otter", via: "ssh" };

function sit({ online = true, fieldBusy = false } = {}) {
  const room = new Room();
  room.apply({ t: "welcome", room: "tea", kind: "open", you: me, members: [me, otter], seq: 0 }, 0);
  const sent = [];
  const desk = [];
  const ask = (name, answer = "") => (...args) => {
    desk.push([name, ...args]);
    return answer;
  };
  const connection = {
    send: (op) => (online ? `o${sent.push(op)}` : null),
    signal: (op) => sent.push(op),
    leave: () => { sent.push({ t: "leave" }); },
  };
  const session = new Session({
    room, connection, text: english, onOutgoing: () => {},
    desk: {
      showHelp: ask("help"), showPeople: ask("people"), showInvite: ask("invite"), goTo: ask("goTo"),
      showFiles: ask("files"), offerFailed: ask("offerFailed"), setNotify: ask("notify"), setTheme: ask("theme"), giveBack: ask("giveBack", !fieldBusy), ignoredChanged: ask("ignoredChanged"),
    },
  });
  const notes = () => room.log.entries.filter(({ kind }) => kind === "note").map(({ lines }) => lines[0]);
  return { room, sent, desk, session, notes };
}

test("lines and commands become ops", async () => {
  const { session, sent } = sit();
  for (const line of ["hello", "//slash", "/me waves", "/nick wren", "/topic tea", "/topic -", "/msg quiet-otter psst", "/privacy", "/quit"]) {
    assert.equal(await session.submit(line), "", line);
  }
  const plain = sent.map((op) => Object.fromEntries(Object.entries(op).filter(([, value]) => value !== undefined)));
  assert.deepEqual(plain, [
    { t: "say", text: "hello" },
    { t: "say", text: "/slash" },
    { t: "say", text: "waves", action: true },
    { t: "nick", nick: "wren" },
    { t: "topic", text: "tea" },
    { t: "topic", text: "" },
    { t: "whisper", to: "o", text: "psst" },
    { t: "held" },
    { t: "leave" },
  ]);
});

test("what can't be done is said, and nothing is sent", async () => {
  const { session, sent } = sit();
  for (const [line, reason] of [
    ["/msgg hi", /did you mean \/msg\?/],
    ["/msg", /\/msg needs NICK\. Write: \/msg NICK TEXT/],
    ["/msg nobody hi", /Nobody here is called nobody/],
    ["/reply hi", /Nobody has whispered/],
    ["/join NO SUCH", /takes less|room’s name/],
    ["/join ä", /A room’s name is made of/],
    ["/ignore low-fern", /can’t ignore yourself/],
    ["/unignore otter", /don’t ignore anybody/],
    ["/notify sometimes", /doesn’t know that word/],
    ["x".repeat(4001), /at most 4,000 bytes/],
    ["x\n".repeat(41), /at most 40 lines/],
  ]) assert.match(await session.submit(line), reason);
  assert.deepEqual(sent, []);
});

test("without a connection the text stays where it is", async () => {
  const { session } = sit({ online: false });
  assert.match(await session.submit("hello"), /stays here/);
  assert.equal(session.outgoing.size, 0);
});

test("commands of the page are asked of the desk", async () => {
  const { session, desk } = sit();
  for (const line of ["/help", "/who", "/invite", "/join Tea-2", "/notify all", "/theme dark"]) await session.submit(line);
  assert.deepEqual(desk, [["help"], ["people"], ["invite"], ["goTo", "tea-2"], ["notify", "all"], ["theme", "dark"]]);
});

test("a reply carries what it answers", async () => {
  const { session, sent } = sit();
  await session.submit("yes", 7);
  assert.equal(sent[0].re, 7);
});

test("a copy settles what was outgoing; a refusal gives it back", async () => {
  const { session, desk } = sit();
  await session.submit("one");
  await session.submit("two");
  session.take({ t: "said", op: session.outgoing.get("o1").op });
  session.take({ t: "error", code: "rate_limited", message: "Slow down.", op: session.outgoing.get("o2").op });
  assert.equal(session.outgoing.size, 0);
  assert.deepEqual(desk, [["giveBack", "two", 0, "Slow down."]]);
});

test("a refusal waits beside the room while something else is typed", async () => {
  const { session } = sit({ fieldBusy: true });
  await session.submit("two");
  session.take({ t: "error", code: "rate_limited", message: "Slow down.", op: session.outgoing.get("o1").op });
  assert.equal(session.outgoing.get("o1").reason, "Slow down.");
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
});

test("typing is told at most every two seconds", async () => {
  const { session, sent } = sit();
  for (const now of [0, 500, 1999, 2000, 3000, 4000]) session.typing(now);
  assert.equal(sent.length, 3);
});

test("what the server holds is shown field by field", async () => {
  const { session, room } = sit();
  session.take({ t: "held", fields: [{ name: "nick", value: "low-fern", why: "the name you go by" }] });
  assert.deepEqual(room.log.last.lines[1], ["nick", "low-fern", "the name you go by"]);
});

test("ignoring is said, listed and taken back", async () => {
  const { session, room, notes } = sit();
  await session.submit("/ignore @quiet-otter");
  assert.ok(room.ignored.has("o"));
  await session.submit("/ignore");
  await session.submit("/unignore quiet-otter");
  assert.equal(room.ignored.size, 0);
  assert.match(notes()[1], /You ignore: quiet-otter/);
});

test("an op is shown as it was typed", async () => {
  const { room } = sit();
  for (const [op, line] of [
    [{ t: "say", text: "hi" }, "hi"], [{ t: "say", text: "/x" }, "//x"], [{ t: "say", text: "waves", action: true }, "/me waves"],
    [{ t: "whisper", to: "o", text: "psst" }, "/msg quiet-otter psst"], [{ t: "nick", nick: "wren" }, "/nick wren"], [{ t: "topic", text: "" }, "/topic -"],
  ]) assert.equal(typed(op, room), line);
});

test("files are the desk's", async () => {
  const { session, desk, notes } = sit();
  for (const line of ["/send", "/send plan.pdf"]) assert.equal(await session.submit(line), "");
  session.take({ t: "error", id: "file", code: "rate_limited", message: "That is faster than …" });
  assert.deepEqual(notes(), []);
  const op = { t: "offer", id: "o1", file: { name: "plan.pdf" } };
  session.take({ t: "error", id: "o1", code: "too_long", message: "A file has at most 64 MiB.", op });
  session.unsent(op, "lost");
  assert.deepEqual(desk, [["files"], ["files"],
    ["offerFailed", op, english("code.too_long", "A file has at most 64 MiB.")], ["offerFailed", op, english("notSent")]]);
  assert.equal(session.outgoing.size, 0);
});

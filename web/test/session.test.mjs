import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import { english, me, otter, sit } from "./sitting.mjs";
import { decode } from "../static/net/protocol.js";
import { lazy } from "../static/net/lazy.js";
import { typed } from "../static/room/session.js";
import { note } from "../static/view/held.js";

test("lines and commands become ops", async () => {
  const { session, sent, say } = sit();
  for (const line of ["hello", "//slash", "/me waves", "/nick wren", "/topic tea", "/topic -", "/msg quiet-otter psst", "/privacy", "/quit"]) {
    assert.equal(await session.submit(line), "", line);
    if (session.outgoing.size > 0) say();
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

test("/verify knows what room it is, also before there is a place", async () => {
  for (const [kind, room, words, said] of [
    ["sealed", "", "/verify", "verify"], ["sealed", "", "/verify same", "verify"], ["sealed", "sealed", "/verify", "verify"], ["sealed", "sealed", "/verify same", "compared"],
    ["open", "open", "/verify", ""], ["open", "", "/verify", ""],
  ]) {
    const { session, asked, connection, room: here } = sit();
    here.kind = room;
    if (kind === "sealed") Object.assign(connection, { kind, compared: () => asked.push(["compared"]) });
    const told = await session.submit(words);
    assert.deepEqual([asked.map(([what]) => what).join(), /open room/.test(told)], [said, kind === "open"], `${kind}, in ${room || "none"}: ${words}`);
  }
});

test("what can't be done is said, and nothing is sent", async () => {
  const { session, sent } = sit();
  for (const [line, reason] of [
    ["/msgg hi", /did you mean \/msg\?/],
    ["/msg", /\/msg needs NICK\. Write: \/msg NICK TEXT/],
    ["/msg nobody hi", /Nobody here is called nobody/],
    ["/reply hi", /Nobody has whispered/],
    ["/join sotto join 'https://chat.example/s/#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8'", /sealed room’s link .* has not left this browser/],
    ["/join Mein Zimmer", /Do you mean \/join mein-zimmer\?/],
    ["/join ä", /Do you mean \/join a\?/],
    ["/join комната", /A room’s name is made of/],
    ["/join моя комната", /A room’s name is made of/],
    ["!msg Quiet-Otter psst", /almost a command/],
    ["hello\n;reply psst", /almost a command/],
    ["hello\n/msg quiet-otter psst", /Line 2 begins with \/msg/],
    ["/me waves\n/reply psst", /Line 2 begins with \/reply/],
    ["/ignore low-fern", /can’t ignore yourself/],
    ["/unignore otter", /don’t ignore anybody/],
    ["/notify sometimes", /doesn’t know that word/],
    ["/theme pink", /auto ✓, light, dark, contrast/],
    ["/msg low-fern psst", /^That is you\.$/],
    ["／msg Low-Fern psst", /^That is you\.$/],
    ["/nick system", /^That name is reserved\. Choose another\.$/],
    ["/nick Everyone", /reserved/],
    ["/nick ѕуstem", /reserved/],
    ["/nick Guest-7", /reserved/],
    ["x".repeat(4001), /holds 40 lines and 4,000 bytes: this has 1 and 4,001\.$/],
    ["x\n".repeat(41) + "x", /holds 40 lines and 4,000 bytes: this has 42 and 83\.$/],
    ["/me " + "x\n".repeat(1999) + "xxxx", /this has 2,000 and 4,002\.$/],
    ["/msg quiet-otter " + "é".repeat(2001), /this has 1 and 4,002\.$/],
  ]) assert.match(await session.submit(line), reason);
  assert.deepEqual(sent, []);
});

test("without a connection the text stays where it is", async () => {
  const { session } = sit({ online: false });
  assert.match(await session.submit("hello"), /stays here/);
  assert.equal(session.outgoing.size, 0);
});

test("who left and says something is told that they left", async () => {
  const { connection, session, sent } = sit();
  connection.phase = "left";
  for (const line of ["hello", "/topic tea"]) assert.equal(await session.submit(line), english("leftKept"), line);
  assert.match(english("leftKept"), /left this room/);
  assert.deepEqual(sent, []);
});

test("commands of the page are asked of the page", async () => {
  const { session, asked, notes } = sit();
  for (const line of ["/help", "/who", "/invite", "/join Tea-2", "/join https://chat.example/s/#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8", "/leave", "/notify all", "/notify", "/theme dark"]) await session.submit(line);
  assert.deepEqual(asked, [["help"], ["people"], ["invite"], ["join", "tea-2", ""], ["join", null, "https://chat.example/s/#AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8"], ["leave"], ["notify", "all"], ["notify", undefined]]);
  assert.equal(document.documentElement.dataset.theme, "dark");
  const all = "There are these themes: auto, light, dark ✓, contrast";
  assert.equal(await session.submit("/theme pink"), all);
  assert.deepEqual([await session.submit("/theme"), notes()], ["", [all]]);
});

test("themes have the names that they have in a terminal, too", async () => {
  const { session } = sit();
  for (const { name, ground, strong } of script("themes").themes) {
    assert.equal(await session.submit(`/theme ${name}`), "", name);
    assert.equal(document.documentElement.dataset.theme, strong ? "contrast" : ground, name);
  }
});

test("times are chosen, and told", async () => {
  const { session, notes } = sit();
  for (const line of ["/times", "/times on", "/times", "/times off"]) assert.equal(await session.submit(line), "");
  assert.deepEqual(notes().map((line) => line.split(".")[0]), [
    "The time stands there every five minutes", "Every message shows its time", "Every message shows its time", "The time stands there every five minutes"]);
  assert.match(await session.submit("/times sometimes"), /doesn’t know that word/);
});

test("words that call are chosen, told and taken back", async () => {
  const { session, notes, room } = sit();
  for (const line of ["/highlight", "/highlight deploy, Outage", "/highlight", "/highlight off"]) assert.equal(await session.submit(line), "");
  assert.deepEqual(notes().map((line) => line.split(/[.:]/)[0]), [
    "No words call you but your name", ...Array(2).fill("These words call you as your name does, until this page closes"), "No words call you but your name"]);
  assert.match(notes()[1], /deploy, Outage/);
  assert.match(await session.submit("/highlight " + "x ".repeat(3) + "y".repeat(65)), /at most ten words/);
  assert.deepEqual(room.words, []);
});

test("what a command opens is not waited for: the field is free at once", async () => {
  const { session, asked } = sit({ answers: new Promise(() => {}) });
  const lines = ["/help", "/invite", "/notify mentions", "/send"];
  for (const line of lines) assert.equal(await session.submit(line), "", line);
  assert.deepEqual(asked.map(([name]) => name), ["help", "invite", "notify", "files"]);
});

test("what this page does otherwise is said, and what a command does not take", async () => {
  const { session, sent, notes } = sit();
  assert.match(await session.submit("/take 1"), /button “Take”/);
  assert.match(await session.submit("/take"), /button “Take”/);
  assert.match(await session.submit("/tke"), /no such command/);
  assert.equal(await session.submit("/quit now"), "/quit takes nothing after it. Write: /quit");
  assert.match(await session.submit("/nick a b"), /^\/nick takes less than that\. Write: /);
  assert.match(await session.submit("/join Mein Zimmer"), /Do you mean \/join mein-zimmer\?/);
  assert.deepEqual([sent, notes()], [[], []]);
});

test("a reply carries what it answers, which must be of this room", async () => {
  const { session, sent, room, asked, refuse } = sit();
  await session.submit("yes", 7);
  assert.equal(sent[0].re, 7);
  refuse("too_long");
  assert.deepEqual(asked.pop(), ["giveBack", "yes", 7, "The server says: No.", false]);
  room.apply({ t: "said", seq: 20, at: 1, from: otter, text: "here" }, 1);
  room.depart();
  for (const line of ["yes", "/me nods"]) assert.match(await session.submit(line, 7), /said in another room/);
  await session.submit("yes", 27);
  assert.equal(sent[1].re, 7);
  refuse("too_long");
  assert.deepEqual(asked.pop(), ["giveBack", "yes", 27, "The server says: No.", false]);
});

test("a copy settles what was outgoing; a refusal gives it back, and the next goes", async () => {
  const { session, asked, sent, say, refuse } = sit();
  for (const line of ["one", "two", "three"]) await session.submit(line);
  assert.equal(sent.length, 1);
  say();
  refuse("too_long");
  assert.deepEqual(asked, [["giveBack", "two", 0, "The server says: No.", false]]);
  assert.deepEqual(sent.map(({ text }) => text), ["one", "two", "three"]);
  say();
  assert.equal(session.outgoing.size, 0);
});

test("a refusal waits beside the room while something else is typed", async () => {
  const { session, refuse } = sit({ fieldBusy: true });
  await session.submit("two");
  refuse("too_long");
  assert.equal(session.outgoing.get("o1").reason, "The server says: No.");
});

test("typing is told at most every two seconds", async () => {
  const { session, sent } = sit();
  for (const now of [0, 500, 1999, 2000, 3000, 4000]) session.typing(now);
  assert.equal(sent.length, 3);
});

test("what the server holds is shown field by field", () => {
  const { session, asked } = sit();
  session.take({ t: "held", fields: [{ name: "nick", value: "low-fern", why: "the name you go by" }] });
  const [[what, fields]] = asked;
  assert.equal(what, "held");
  const [lines] = note(fields, english);
  assert.deepEqual(lines[1], ["nick", "low-fern", "the name you go by"]);
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

test("files are the page's", async () => {
  const { session, asked, notes } = sit();
  for (const line of ["/send", "/send plan.pdf"]) assert.equal(await session.submit(line), "");
  session.take({ t: "error", id: "file", code: "rate_limited", message: "That is faster than …" });
  assert.deepEqual(notes(), []);
  const op = { t: "offer", id: "o1", file: { name: "plan.pdf" } };
  session.take({ t: "error", id: "o1", code: "too_long", message: "A file has at most 64 MiB.", op });
  session.unsent(op, "lost");
  assert.deepEqual(asked, [["files"], ["files"],
    ["offerFailed", op, "The server says: A file has at most 64 MiB."], ["offerFailed", op, english("notSent")]]);
  assert.equal(session.outgoing.size, 0);
});

// What a server says by a code is said in this page's words, and the rest of it stands
// behind whose words they are.
test("the server has no voice", async () => {
  const { session, notes } = sit();
  session.phase();
  await lazy("text/laterstrings.js");
  await Promise.resolve();
  for (const { frame, says } of script("foreign").cases) {
    if (says === undefined) continue;
    for (const each of decode(JSON.stringify(frame))) session.take(each);
    assert.equal(notes().at(-1), says);
  }
});

for (const { name, steps } of script("leaving").scripts) {
  test(`leaving: ${name}`, async () => {
    // Here /join leaves no room; whoever follows somebody into another one does.
    const { session, sent, say, asked, room } = sit();
    room.leapt = { room: "coffee" };
    for (const [i, step] of steps.entries()) {
      let kept = "";
      if (step.enter) kept = await session.submit(step.enter.replace("/join coffee", "/go"));
      if (step.answer) say();
      if (step.takeBack) session.takeBack();
      const went = (asked.some(([what]) => what === "rules") ? "coffee" : undefined) ?? (sent.some(({ t }) => t === "leave") ? "quit" : undefined);
      assert.deepEqual([sent.filter(({ t }) => t === "say").map(({ text }) => text), went, kept !== ""], [step.said ?? [], step.left, step.kept === true], `step ${i + 1}: ${kept}`);
    }
  });
}

test("the words of a key that whoever makes a room gets are never shown", async () => {
  const { session, notes } = sit();
  session.take({ t: "notice", code: "host", text: "Its key is \"otter lemon seven quiet harbor\"" });
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(notes().map((note) => /host/.test(note) && !/otter/.test(note)), [true]);
});

test("that the servers can't reach each other is said in this page's words, and as a problem", async () => {
  const { session, room } = sit();
  session.phase(); // which has its words fetched
  await new Promise((resolve) => setTimeout(resolve));
  for (const code of ["unreachable", "reachable"]) session.take({ t: "notice", code, text: "Noise." });
  assert.deepEqual(room.log.entries.filter(({ kind }) => kind === "note").map(({ lines, tone }) => [lines[0], tone]), [
    ["The servers that share this room can't reach each other. What you say waits until they do, or comes back to you.", "problem"],
    ["The servers that share this room reach each other again.", "plain"],
  ]);
});

test("what a host was refused is said, and what is too soon goes out by itself", async () => {
  const { session, notes, clock, sent, refuse } = sit();
  assert.equal(await session.submit("/slow 30"), "");
  session.take({ t: "error", code: "not_host", message: "Only hosts.", op: { ...sent.at(-1), id: "o1" } });
  assert.deepEqual([session.outgoing.size, notes().length], [0, 1]);
  assert.equal(await session.submit("one"), "");
  const { id } = [...session.outgoing.values()][0].op;
  session.take({ t: "error", code: "too_soon", message: "Wait.", wait: 11_000, op: { t: "say", text: "one", id } });
  assert.equal(session.inLine, 1);
  clock.advance(10_999);
  assert.equal(sent.filter(({ t }) => t === "say").length, 1);
  clock.advance(1);
  assert.equal(sent.filter(({ t }) => t === "say").length, 2);
  refuse("muted");
  assert.equal(session.inLine, 0);
});

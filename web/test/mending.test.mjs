// What becomes of what was said, by the script that the terminal is held to as well.
import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import { search } from "../static/data/emoji.js";
import { groups, toned } from "../static/text/emojis.js";
import { found, rowsOf } from "../static/mending/emojirows.js";
import { names, pressed, shown } from "../static/mending/shown.js";
import { tables } from "../static/mending/strings.js";
import { decode } from "../static/net/protocol.js";
import { Room } from "../static/room/room.js";
import { Unread } from "../static/room/unread.js";
import { tableOf, texts } from "../static/text/strings.js";

const T0 = new Date(2026, 0, 5, 12, 0, 0).getTime();

function enter() {
  const room = new Room();
  const unread = new Unread();
  const you = { id: "me", nick: "low-fern", via: "web" };
  const people = Object.fromEntries(["otter", "heron", "crane"].map((nick) => [nick, { id: nick, nick, via: "ssh" }]));
  people[you.nick] = you;
  room.log.watch((what, entry) => {
    if (what === "added") unread.take(entry, room.ignored);
    if (what === "changed" && entry.kind === "said") unread.mended(entry, room.ignored);
  });
  room.apply({ t: "welcome", room: "tea", kind: "open", you, members: Object.values(people), seq: 0 }, T0);
  let seq = 0;
  return { room, unread, people, happens: (t, more) => { room.apply({ t, seq: ++seq, at: T0, ...more }, T0); return seq; } };
}

const NEVER = 99_999;

for (const { name, steps } of script("mending").cases) {
  test(`mending: ${name}`, () => {
    const { room, unread, people, happens } = enter();
    const numbers = new Map([["never", NEVER]]); // what a step calls a message → its seq
    const about = (t) => ({ by, re, ...more }) => happens(t, { from: people[by], re: numbers.get(re), ...more });
    const says = (action) => ({ by, as, re, text, options, gone }) => {
      unread.attend(looking, true);
      numbers.set(as, happens("said", { from: people[by], text, action, options, gone, re: numbers.get(re) }));
    };
    let looking = true;
    const does = {
      say: says(false),
      act: says(true),
      whisper: ({ by, text }) => happens("whispered", { from: people[by], to: people["low-fern"], text, seq: undefined }),
      react: ({ emoji, ...step }) => about("reacted")({ ...step, emoji, on: true }),
      unreact: ({ emoji, ...step }) => about("reacted")({ ...step, emoji, on: false }),
      retract: about("retracted"),
      amend: about("amended"),
      ignore: ({ by }) => room.ignored.set(people[by].id, by),
      unignore: ({ by }) => room.ignored.delete(people[by].id),
      left: ({ by }) => happens("left", { member: people[by], reason: "quit" }),
      renamed: ({ by, text }) => {
        people[by] = { ...people[by], nick: text };
        happens("renamed", { member: people[by], was: by });
      },
      away: () => unread.attend(looking = false, true),
      back: () => unread.attend(looking = true, true),
    };
    for (const { do: what, shows = [], count, calls, ...step } of steps) {
      if (what) does[what](step);
      for (const { as, ...want } of shows) assert.deepEqual(show(room, numbers.get(as)), want, as);
      if (count !== undefined) assert.deepEqual({ count: unread.count, calls: unread.calls }, { count, calls });
    }
  });
}

// show writes a message as the script does: what it lacks is left out.
function show(room, seq) {
  const entry = room.log.said(seq);
  const { reactions, poll } = shown(entry, room);
  const by = entry.gone?.by && (entry.gone.by.id === entry.from.id ? entry.from.nick : "host");
  const is = { text: entry.text, changed: entry.changed, gone: entry.gone && true, by };
  if (reactions.length) is.reactions = reactions.map(({ emoji, people, mine }) => ({ emoji, names: people.map(({ nick }) => nick), ...(mine ? { mine } : {}) }));
  if (poll) is.poll = poll.map(({ option, people, mine }) => Object.fromEntries(Object.entries({ option, count: people.length, mine }).filter(([, value]) => value)));
  return Object.fromEntries(Object.entries(is).filter(([key, value]) => key === "text" || value));
}

test("what was taken back is nowhere in the log", () => {
  const { room, people, happens } = enter();
  const seq = happens("said", { from: people.otter, text: "unforgettable words", options: ["unforgettable", "b"] });
  happens("said", { from: people.heron, text: "an answer", re: seq });
  const told = [];
  room.log.watch((what, entry) => told.push([what, entry.text]));
  happens("retracted", { from: people.otter, re: seq });
  assert.deepEqual(told, [["changed", ""], ["quoted", "an answer"]]);
  assert.ok(!JSON.stringify(room.log.entries).includes("unforgettable"));
});

test("of a fold that something is taken back of, the lines are counted anew", () => {
  const { room, people, happens } = enter();
  room.log.folding.screen = { rows: 2, columns: 80 };
  const all = Array.from({ length: 20 }, (_, i) => happens("said", { from: people.otter, text: `line ${i}\nand another` }));
  const folded = room.log.entries.filter(({ fold }) => fold);
  const [{ fold }] = folded;
  const before = fold.lines;
  happens("retracted", { from: people.otter, re: folded[0].seq });
  assert.equal(fold.lines, before - 1);
  for (const seq of all) happens("retracted", { from: people.otter, re: seq });
  assert.equal(fold.lines, fold.size);
  room.log.forget(T0);
  assert.deepEqual([fold.size, fold.lines], [0, 0]);
});

test("words are yours to change for five minutes, by the server's clock, in the place where they were said", () => {
  const { room, people, happens } = enter();
  const mine = room.log.said(happens("said", { from: people["low-fern"], text: "mine" }));
  const other = room.log.said(happens("said", { from: people.otter, text: "other" }));
  assert.ok(room.amends(mine, T0 + 299_000));
  assert.ok(!room.amends(mine, T0 + 301_000));
  assert.ok(!room.amends(other, T0));
  happens("retracted", { from: people.otter, re: mine.seq });
  assert.ok(!room.amends(mine, T0));
  const next = room.log.said(happens("said", { from: people["low-fern"], text: "mine too" }));
  room.depart();
  assert.ok(!room.amends(next, T0));
});

test("every emoji comes through as a frame, and what is none does not", () => {
  const read = (emoji) => decode(JSON.stringify({ t: "reacted", seq: 1, from: { id: "a1", nick: "anna" }, re: 1, emoji, on: true }), T0)[0].emoji;
  for (const { text, tones } of groups.flatMap(({ emojis }) => emojis)) {
    for (const each of [text, ...(tones ? [0, 4].map((tone) => toned(text, tone)) : [])]) assert.equal(read(each), each);
  }
  for (const number of ["1", "9", "10"]) assert.equal(read(number), number);
  for (const none of ["", "0", "11", "01", "a", "👍👍", "👍 ", "<b>", "\u200d", "👍\u200d", "\u202e", "ok👍", "\u{1f3fb}\u{1f3fb}", "👍".repeat(40)]) assert.equal(read(none), "\ufffd", none);
});

test("an emoji is found by the words of its name and by its code", () => {
  const of = (words) => found(words).map(({ text }) => text);
  assert.equal(of("party pop")[0], "🎉");
  assert.equal(of(":tada:")[0], "🎉");
  assert.equal(of("+1")[0] ?? of("thumbs up")[0], "👍");
  assert.ok(of("heart").indexOf("🤍") > of("heart").indexOf("💘") && of("heart").includes("😍"));
  assert.deepEqual(of("nosuchthing"), []);
  assert.deepEqual(of("  "), []);
  assert.deepEqual(of("🎉"), ["🎉"]);
});

test("an emoji that is called just that comes before those that are called more", () => {
  const all = groups.flatMap(({ emojis }) => emojis);
  for (const { code, emoji } of search("", Infinity)) {
    const named = all.filter(({ text, name }) => text === emoji || name.toLowerCase() === code || search(code, 1000).some((each) => each.code === code && each.emoji === text)).map(({ text }) => text);
    if (/^[a-z0-9]+$/.test(code) && named.includes(emoji)) assert.ok(named.includes(found(code)[0].text), code);
  }
  assert.equal(found("fire")[0].text, "🔥");
  assert.equal(found("Fire")[0].text, "🔥");
  assert.equal(found("eyes")[0].text, "👀");
});

test("rows of emoji stand below each other, each group under its name", () => {
  const emojis = Array.from({ length: 10 }, (_, i) => ({ text: String(i) }));
  const rows = rowsOf([{ head: "one", emojis, group: 0 }, { emojis: emojis.slice(0, 4) }], 4, 40);
  assert.deepEqual(rows.map(({ head, emojis: of }) => head ?? of.length), ["one", 4, 4, 2, 4]);
  assert.deepEqual(rows.map(({ top }) => top), rows.reduce((tops, { height }, i) => [...tops, (tops[i] ?? 0) + height], [0]).slice(0, -1));
});

test("who watches asks who reacted by a press, as everybody else reacts", () => {
  const room = new Room();
  const you = { id: "me", nick: "w1", via: "web", watch: true };
  const otter = { id: "o", nick: "otter", via: "ssh" };
  room.apply({ t: "welcome", room: "tea", kind: "open", you, members: [you, otter], seq: 0 }, T0);
  room.apply({ t: "said", seq: 1, at: T0, from: otter, text: "tea?" }, T0);
  const said = room.log.said(1);
  assert.equal(pressed(said, room), "ask");
  room.members.get("me").watch = false;
  assert.equal(pressed(said, room), "react");
  room.depart();
  assert.equal(pressed(said, room), "elsewhere");
});

test("of many people some are named, and you at the end", async () => {
  const words = texts("en", { ...await tableOf("en"), ...tables.en });
  const people = (n) => Array.from({ length: n }, (_, i) => ({ id: `p${i}`, nick: `p${i}` }));
  const say = (all) => names(all, { id: "me" }, words).replace(/[\u2068\u2069]/g, "");
  assert.equal(say([{ id: "me", nick: "low-fern" }]), "you");
  assert.equal(say([{ id: "me", nick: "low-fern" }, ...people(1)]), "p0 and you");
  assert.equal(say(people(3)), "p0, p1 and p2");
  assert.match(say([...people(500), { id: "me", nick: "low-fern" }]), /^p0, .*p11, you and 488 others$/);
  assert.equal(say([]), "");
});

test("what is no emoji is shown as none, whatever a server calls it", () => {
  const { room, people, happens } = enter();
  const re = happens("said", { from: people.otter, text: "tea?" });
  const flag = "🏴" + String.fromCodePoint(...[..."nobody sees this"].map((c) => 0xe0000 + c.charCodeAt(0)), 0xe007f);
  for (const [by, emoji] of [["otter", flag], ["heron", "\u{1fffd}"], ["heron", "❤"], ["crane", "❤\ufe0f"]]) {
    happens("reacted", { from: people[by], re, emoji, on: true });
  }
  const { reactions } = shown(room.log.numbered(re), room);
  assert.deepEqual(reactions.map(({ emoji, people: who }) => [emoji, who.map(({ nick }) => nick)]), [["\ufffd", ["otter", "heron"]], ["❤\ufe0f", ["heron", "crane"]]]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import "./page.mjs";
import { Clock } from "../static/view/entry.js";
import { EntryView } from "../static/view/entry.js";
import { tableOf, texts } from "../static/text/strings.js";
import { MAX_ENTRIES, MAX_MESSAGES } from "../static/room/log.js";
import { Room } from "../static/room/room.js";

const T0 = new Date(2026, 0, 5, 12, 0, 0).getTime();
const me = { id: "me", nick: "low-fern", via: "web" };
const otter = { id: "o", nick: "quiet-otter", via: "ssh" };

function enter(members = [me, otter]) {
  const room = new Room();
  room.apply({ t: "welcome", room: "tea", kind: "open", you: me, members, seq: 0 }, T0);
  let seq = 0;
  return {
    room,
    do: (frame) => room.apply({ seq: ++seq, ...frame }, T0),
    say: (text, more = {}) => room.apply({ t: "said", seq: ++seq, at: T0, from: otter, text, ...more }, T0),
    skip: (n) => { seq += n; },
  };
}

const kinds = (room) => room.log.entries.map(({ kind }) => kind);

test("a welcome says who is here and what it is about", () => {
  const { room } = enter();
  assert.deepEqual([...room.members.keys()], ["me", "o"]);
  assert.equal(room.kind, "open");
  assert.deepEqual(kinds(room), []);
});

test("a host is asked before rules are left behind that nobody else could lift", () => {
  const { room, do: happen } = enter([{ ...me, host: true }, otter]);
  assert.equal(room.orphans, false, "there is nothing to lift");
  happen({ t: "rules", from: me, rules: { door: "locked" } });
  assert.equal(room.orphans, true);
  happen({ t: "host", member: { ...otter, host: true } });
  assert.equal(room.orphans, false, "they can make you one again");
  happen({ t: "host", member: otter });
  room.apply({ t: "key", words: "not shown by this page" }, T0);
  assert.equal(room.orphans, true);
  room.apply({ t: "key", words: "otter lemon seven quiet harbor", op: { t: "key" } }, T0);
  assert.equal(room.orphans, false, "a key is known");
  room.apply({ t: "welcome", room: "tea", kind: "open", you: me, members: [{ ...me, host: true }, otter], seq: 0, rules: { door: "locked" } }, T0);
  assert.equal(room.orphans, true, "another place, of which none is known");
  happen({ t: "left", member: otter, reason: "quit" });
  assert.equal(room.orphans, false, "with the last the rules are gone");
  happen({ t: "joined", member: { id: "w", nick: "w", watch: true } });
  assert.equal(room.orphans, false, "who watches says nothing");
});

test("messages of one person group, others begin anew", () => {
  const { room, say } = enter();
  say("a");
  say("b", { at: T0 + 60_000 });
  say("c", { from: me });
  say("d", { at: T0 + 3 * 60_000 });
  say("e", { at: T0 + 5 * 60_000 });
  for (let minute = 6; minute < 11; minute++) say("and on", { at: T0 + minute * 60_000 });
  assert.deepEqual(room.log.entries.map(({ head }) => head), [true, false, true, true, true, false, false, false, false, true]);
  assert.deepEqual(room.log.entries.map(({ stamp }) => stamp), [true, false, false, false, true, false, false, false, false, true]);
});

test("a new day has a line of its own", () => {
  const { room, say } = enter();
  say("a");
  say("b", { at: T0 + 24 * 3600_000 });
  assert.deepEqual(kinds(room), ["said", "day", "said"]);
});

test("comings, goings and new names make one line", () => {
  const { room, do: happen, say } = enter();
  const lark = { id: "l", nick: "lark", via: "web" };
  happen({ t: "joined", member: lark });
  happen({ t: "renamed", member: { ...lark, nick: "skylark" }, was: "lark" });
  happen({ t: "left", member: otter, reason: "lost" });
  say("bye", { from: lark });
  happen({ t: "left", member: lark, reason: "quit" });
  assert.deepEqual(kinds(room), ["presence", "said", "presence"]);
  assert.deepEqual(room.log.entries[0].happened.map(({ what }) => what), ["joined", "renamed", "left"]);
  assert.deepEqual([...room.members.keys()], ["me"]);
});

test("who watches goes by a number, as in a terminal, and is counted", () => {
  const { room, do: happen } = enter();
  const wall = { id: "w1", nick: "", via: "web", watch: true };
  happen({ t: "joined", member: { ...wall } });
  assert.deepEqual([room.watchers, room.members.get("w1").nick], [1, "#2853"]);
  happen({ t: "left", member: { ...wall }, reason: "lost" });
  happen({ t: "joined", member: { ...wall } });
  happen({ t: "left", member: { ...wall }, reason: "removed" });
  assert.equal(room.watchers, 0);
  assert.deepEqual(room.log.last.happened.map(({ what, nick }) => `${what} ${nick}`), ["watch #2853", "unwatch #2853", "watch #2853", "left #2853"]);
});

test("being away shows in the roster and not in the log", () => {
  const { room, do: happen } = enter();
  happen({ t: "away", member: { ...otter, away: true } });
  assert.equal(room.members.get("o").away, true);
  happen({ t: "away", member: otter });
  assert.equal(room.members.get("o").away, false);
  assert.deepEqual(kinds(room), []);
});

test("your new name is what counts as a mention", () => {
  const { room, do: happen, say } = enter();
  const changed = happen({ t: "renamed", member: { ...me, nick: "wren" }, was: "low-fern" });
  assert.ok(changed.has("you"));
  say("hello wren");
  say("hello low-fern");
  assert.deepEqual(room.log.entries.slice(1).map(({ mentions }) => mentions), [true, false]);
});

test("words that were chosen call as the name does", () => {
  for (const { words, text, calls } of script("mention").words) {
    const { room, say } = enter();
    room.words = words;
    say(text);
    assert.equal(room.log.last.mentions, calls, `${words}: ${text}`);
    say(text, { from: me });
    assert.equal(room.log.last.mentions, false, text);
  }
});

test("an answer calls whoever it answers", () => {
  for (const { name, to, text, mine, calls } of script("mention").answers) {
    const { room, say } = enter();
    say("theirs");
    say("mine", { from: me });
    say("does", { from: me, action: true });
    const re = { theirs: 1, yours: 2, "your action": 3, nothing: 99 }[to];
    say(text, { from: mine ? me : otter, re });
    assert.equal(room.log.last.mentions, calls, name);
  }
});

test("typing is shown for five seconds or until something is said", () => {
  const { room, say } = enter();
  room.apply({ t: "typing", member: { id: "o" } }, T0);
  room.apply({ t: "typing", member: { id: "me" } }, T0);
  assert.deepEqual(room.typing(T0 + 4999).map(({ nick }) => nick), ["quiet-otter"]);
  assert.deepEqual(room.typing(T0 + 5000), []);
  room.apply({ t: "typing", member: { id: "o" } }, T0);
  say("there");
  assert.deepEqual(room.typing(T0), []);
});

test("a hole is shown, with its size where it is known", () => {
  const { room, say, skip } = enter();
  say("a");
  skip(3);
  say("b");
  room.apply({ t: "gap", missed: 7, seq: 12 }, T0);
  room.apply({ t: "left", seq: 12, member: otter, reason: "quit" }, T0);
  room.apply({ t: "said", seq: 13, at: T0, from: otter, text: "c" }, T0);
  assert.deepEqual(room.log.entries.filter(({ kind }) => kind === "gap").map(({ missed }) => missed), [3, 7]);
});

test("a place taken anew shows that something is missing and since when, one taken back does not", async () => {
  const { room, say } = enter();
  say("a");
  room.apply({ t: "welcome", room: "tea", kind: "open", you: me, members: [me], seq: 1, resumed: true }, T0);
  assert.deepEqual(kinds(room), ["said"]);
  room.apply({ t: "welcome", room: "tea", kind: "open", you: { ...me, id: "me2" }, members: [me], seq: 99, since: T0 - 180_000 }, T0);
  room.apply({ t: "said", seq: 100, at: T0, from: otter, text: "b" }, T0);
  assert.deepEqual(kinds(room), ["said", "gap", "said"]);
  const { missed, from, to } = room.log.entries[1];
  assert.deepEqual([missed, from, to], [0, T0 - 180_000, T0]);
  const view = new EntryView({ room, text: texts("en", await tableOf("en")), clock: new Clock("en-GB") });
  assert.equal(view.gap(room.log.entries[1]), "You were away: what was said between 11:57 and 12:00 is not here.");
  assert.match(view.gap({ missed: 0, from: T0 - 24 * 3600_000, to: T0 }), /between Sunday 4 January, 12:00 and 12:00 is/);
  assert.equal(view.gap({ missed: 0, from: T0, to: T0 + 59_000 }), "You were away for a moment at 12:00: what was said meanwhile is not here.");
  assert.match(view.gap({ missed: 0, from: T0 + 59_000, to: T0 + 61_000 }), /between 12:00 and 12:01 is/);
  assert.equal(view.gap({ missed: 2 }), "2 messages are missing here");
  room.apply({ t: "gap", missed: 1, seq: 12, from: { id: "b", nick: "bob" } }, T0);
  assert.equal(view.gap(room.log.entries.at(-1)), "1 message of bob is missing here");
  room.apply({ t: "gap", missed: 0, seq: 12 }, T0);
  assert.equal(view.gap(room.log.entries.at(-1)), "Something may be missing here", "nobody knows how much, or whether");
});

test("a whisper is kept apart and answered by /reply", () => {
  const { room } = enter();
  room.apply({ t: "whispered", wseq: 1, at: T0, from: otter, to: me, text: "psst" }, T0);
  room.apply({ t: "whispered", wseq: 2, at: T0, from: me, to: otter, text: "yes?" }, T0);
  assert.deepEqual(room.log.entries.map(({ kind, mine }) => [kind, mine]), [["whisper", false], ["whisper", true]]);
  assert.equal(room.lastWhisper.id, "o");
});

test("the page's memory is bounded and says what it let go", () => {
  const { room, say } = enter();
  const dropped = [];
  room.log.watch((what, entry) => { if (what === "dropped") dropped.push(entry.seq); });
  for (let i = 1; i <= MAX_MESSAGES + 5; i++) say(`${i}`, { from: i % 2 ? me : otter });
  assert.equal(room.log.messages, MAX_MESSAGES);
  assert.deepEqual(dropped, [1, 2, 3, 4, 5]);
  assert.ok(room.log.trimmed);
  assert.equal(room.log.said(5), undefined);
  assert.equal(room.log.said(6).text, "6");
});

test("what happens without a word is bounded too", () => {
  const { room, say, do: happen } = enter();
  say("first");
  for (let i = 0; i < MAX_ENTRIES; i++) happen({ t: "topic", from: otter, text: `${i}` });
  assert.equal(room.log.entries.length, MAX_ENTRIES);
  assert.equal(room.log.messages, 0);
  assert.equal(room.log.said(1), undefined);
  assert.ok(room.log.trimmed);
});

test("clearing empties the log and its watchers hear of it", () => {
  const { room, say } = enter();
  const heard = [];
  say("a");
  room.log.watch((what) => heard.push(what));
  room.log.clear();
  assert.deepEqual([room.log.messages, heard], [0, ["dropped"]]);
});

test("an offered file is an entry of its own, and counts as a message", () => {
  const room = new Room();
  const you = { id: "me", nick: "low-fern", via: "web" };
  room.apply({ t: "welcome", room: "tea", kind: "open", you, members: [you], seq: 0 }, 0);
  const file = { name: "plan.pdf", size: 7, key: "k", sum: "s" };
  const at = 1_700_000_000_000;
  room.apply({ t: "offered", seq: 1, at, from: { id: "o", nick: "otter" }, file }, 0);
  room.apply({ t: "offered", seq: 2, at, from: { id: "me", nick: "low-fern" }, file }, 0);
  assert.deepEqual(room.log.entries.map(({ kind, mine, file: { name } }) => [kind, mine, name]), [["offer", false, "plan.pdf"], ["offer", true, "plan.pdf"]]);
  assert.equal(room.log.messages, 2);
  room.apply({ t: "said", seq: 3, at, from: { id: "o", nick: "otter" }, text: "look" }, 0);
  assert.ok(room.log.last.head, "who speaks after it is named");
});

// One log can hold words of several places, each of which the server numbers from
// its own beginning.
test("messages of another place keep their numbers apart", () => {
  const { room, say } = enter();
  say("a");
  say("b", { re: 1 });
  const enterAs = (name, seq) => room.apply({ t: "welcome", room: name, kind: "open", you: me, members: [me, otter], seq }, T0);
  const texts = () => room.log.entries.filter(({ kind }) => kind === "said").map(({ text, re }) => [text, room.log.said(re)?.text]);
  room.apply({ t: "whispered", wseq: 1, at: T0, from: otter, to: me, text: "psst" }, T0);
  enterAs("den", 0);
  assert.equal(room.lastWhisper, null);
  room.apply({ t: "said", seq: 1, at: T0, from: otter, text: "c" }, T0);
  room.apply({ t: "said", seq: 2, at: T0, from: me, text: "d", re: 1 }, T0);
  room.apply({ t: "said", seq: 3, at: T0, from: otter, text: "e", re: 2 }, T0);
  assert.deepEqual(texts(), [["a", undefined], ["b", "a"], ["c", undefined], ["d", "c"], ["e", "d"]]);
  assert.equal(room.log.last.mentions, true, "an answer to one's own words calls");
  const [a, b, c, d] = room.log.entries.filter(({ kind }) => kind === "said");
  assert.deepEqual([a, b, c, d].map(({ seq }) => room.seqOf(seq)), [0, 0, 1, 2]);
  assert.deepEqual([1, 2].map((seq) => room.numberOf(seq)), [c.seq, d.seq]);
  // The same room, which has begun anew, and one that went on.
  enterAs("den", 0);
  room.apply({ t: "said", seq: 1, at: T0, from: otter, text: "f" }, T0);
  assert.equal(room.seqOf(c.seq), 0);
  const { seq } = room.log.last;
  enterAs("den", 7);
  assert.equal(room.seqOf(seq), 1);
  assert.deepEqual(kinds(room).filter((kind) => kind === "gap"), []);
});

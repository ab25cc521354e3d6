// What governs a room: what a page knows of it, and how it is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { script } from "./behaviour.mjs";
import { answer, refused, running } from "../static/commands/vote.js";
import { decode } from "../static/net/protocol.js";
import { inForce, told } from "../static/powers/told.js";
import { tables } from "../static/powers/strings.js";
import { Room } from "../static/room/room.js";
import { texts } from "../static/text/strings.js";

const english = texts("en", tables.en);
const name = ({ nick }) => nick;

test("what governs a room is told as in a terminal", () => {
  for (const { name: scenario, steps, knocks, host } of script("governing").scenarios) {
    const room = new Room();
    for (const { frame, words } of steps) {
      const [read] = decode(JSON.stringify(frame));
      const before = room.log.last;
      room.apply(read, 0);
      const { last } = room.log;
      const logged = last !== before && last?.kind === "governed" ? last.frame : null;
      const atDoor = /^knock/.test(read.t); // they stand above the log
      if (atDoor) assert.equal(logged, null, scenario);
      if (read.t === "knocked" && read.outcome !== "denied") continue; // told as they come, or not at all
      const happened = atDoor ? read.nick && read : logged;
      const said = happened ? told(happened, room.you.id, english, name).join("").replaceAll("’", "'") : "";
      const named = [frame.from, frame.member, { nick: happened?.nick }].some((who) => who && said.startsWith(who.nick));
      assert.equal(named || said === "" ? said : said[0].toLowerCase() + said.slice(1), words, scenario);
    }
    if (knocks) assert.deepEqual(room.knocks.map(({ nick }) => nick), knocks, scenario);
    if (host !== undefined) assert.equal(room.members.get(room.you.id).host === true, host, scenario);
  }
});

test("a host sees their room's rules in few words, in every language", () => {
  const rules = { door: "knock", slow: 30, quiet: true, fade: 600, links: false };
  assert.deepEqual(inForce({ door: "open" }, english), []);
  assert.deepEqual(inForce(rules, english), ["newcomers knock", "quiet", "slow: 30 seconds", "fades after 10 minutes", "no links from newcomers"]);
  for (const language of ["de", "ar"]) {
    const words = inForce(rules, texts(language, tables[language]));
    assert.equal(words.length, 5);
    for (const word of words) assert.doesNotMatch(word, /[{}]|short\./);
  }
});

const you = { id: "me", nick: "low-fern", via: "web", host: true };
const otter = { id: "o", nick: "quiet-otter", via: "ssh" };
const entered = (more = {}) => {
  const room = new Room();
  room.apply({ t: "welcome", room: "tea", kind: "open", you, members: [you, otter], seq: 0, rules: { door: "open" }, ...more }, 0);
  return room;
};

test("what somebody may do is known from the welcome, and right after a return", () => {
  const room = entered();
  assert.equal(room.governed, false);
  room.apply({ t: "muted", seq: 1, member: { ...otter, muted: true }, for: 600 }, 0);
  room.apply({ t: "speak", seq: 2, member: { ...otter, muted: true, speaks: true } }, 0);
  assert.deepEqual([room.members.get("o").muted, room.members.get("o").speaks], [true, true]);
  room.apply({ t: "muted", seq: 3, member: otter, for: 0 }, 0);
  assert.deepEqual([room.members.get("o").muted, room.members.get("o").speaks], [undefined, undefined]);
  room.apply({ t: "welcome", room: "tea", kind: "open", you: { ...you, host: undefined, muted: true }, members: [{ ...you, host: undefined, muted: true }, otter], seq: 0, resumed: true, rules: { door: "open" } }, 0);
  assert.deepEqual([room.governed, room.members.get("me").host], [true, undefined]);
  room.apply({ t: "rules", seq: 4, rules: { door: "open", quiet: true } }, 0);
  assert.deepEqual(room.rules, { door: "open", quiet: true });
  room.apply({ t: "welcome", room: "tea", kind: "open", you, members: [you, otter], seq: 9, resumed: true }, 0);
  assert.deepEqual([room.governed, room.rules], [false, { door: "open" }]);
});

test("a renamed host stays one, and who comes back from being away is muted still", () => {
  const room = entered();
  room.apply({ t: "renamed", seq: 1, member: { ...you, nick: "fern" }, was: "low-fern" }, 0);
  assert.equal(room.members.get("me").host, true);
  room.apply({ t: "away", seq: 2, member: { ...otter, away: true, muted: true } }, 0);
  assert.deepEqual([room.members.get("o").away, room.members.get("o").muted], [true, true]);
});

test("who waits at the door is told of anew after each welcome, and no more than a door has", () => {
  const room = entered();
  for (let i = 0; i < 40; i++) room.apply({ t: "knocking", knock: `k${i}`, nick: `n${i}` }, 0);
  assert.equal(room.knocks.length, 32);
  room.apply({ t: "knocking", knock: "k39", nick: "n39" }, 0);
  assert.equal(room.knocks.filter(({ knock }) => knock === "k39").length, 1);
  room.apply({ t: "welcome", room: "tea", kind: "open", you, members: [you], seq: 0, resumed: true }, 0);
  assert.deepEqual(room.knocks, []);
});

test("what fades is forgotten in the log, with what happened between", () => {
  const room = entered();
  const say = (seq, at, more = {}) => room.apply({ t: "said", seq, at, from: otter, text: `m${seq}`, ...more }, 0);
  say(1, 1000);
  room.apply({ t: "topic", seq: 2, from: otter, text: "tea" }, 0);
  say(3, 2000, { re: 1 });
  say(4, 3000);
  assert.equal(room.log.forget(999), false);
  assert.equal(room.log.forget(2000), true);
  assert.deepEqual(room.log.entries.map(({ seq }) => seq), [4]);
  assert.deepEqual([room.log.messages, room.log.said(1), room.log.said(3), room.log.trimmed], [1, undefined, undefined, false]);
  say(5, 3001);
  room.log.forget(9000);
  assert.deepEqual([room.log.entries.length, room.log.messages], [0, 0]);
  assert.ok(!JSON.stringify(room.log.folding).includes("m5"));
  say(6, 9001);
  assert.equal(room.log.last.text, "m6");
  room.apply({ t: "said", seq: 7, at: 500, from: otter, text: "m7" }, 520);
  room.apply({ t: "said", seq: 8, at: 600, from: otter, text: "late" }, 9000);
  assert.equal(room.skew < 20, true);
});

const voting = (more = {}) => ({ t: "vote", seq: 1, member: otter, ends: 1_060_000, needed: 3, ...more });

test("who has been here for two minutes is asked in a vote, and nobody else", () => {
  for (const [came, frame, asked] of [
    [80_000, voting(), true],
    [80_001, voting(), false],
    [0, voting({ member: you }), false],
  ]) {
    const room = new Room();
    room.apply({ t: "welcome", room: "tea", kind: "open", you, members: [you, otter], seq: 0 }, came);
    room.apply(frame, 200_000);
    assert.equal(running(room, 200_001).asked, asked, `came ${came}, about ${frame.member.nick}`);
  }
});

test("a vote runs for a minute, by the server's clock if that is known, until it is over or they have left", () => {
  const room = entered();
  assert.equal(running(room, 0), null);
  room.apply(voting(), 200_000);
  assert.equal(running(room, 200_000).until, 260_000);
  assert.equal(running(room, 260_000), null);
  room.apply({ t: "said", seq: 2, at: 1_030_000, from: otter, text: "late" }, 205_000); // so it ends in 30 s
  assert.equal(running(room, 205_000).until, 235_000);
  room.apply({ t: "renamed", seq: 3, member: { ...otter, nick: "bob" }, was: otter.nick }, 205_001);
  assert.equal(running(room, 206_000).about.nick, "bob");
  room.apply(voting({ seq: 4, ends: undefined, over: true }), 207_000);
  assert.deepEqual([running(room, 207_000), room.members.get("o").nick], [null, "bob"]);
  room.apply(voting({ seq: 5 }), 208_000);
  assert.notEqual(running(room, 208_000), null);
  room.apply({ t: "left", seq: 6, member: otter, reason: "removed" }, 208_001);
  assert.equal(running(room, 208_001), null);
});

test("an answer is kept once it was sent, may be changed, and is none that the server refused", () => {
  const room = entered();
  const sent = [];
  const send = (op) => (sent.push(op), "");
  room.apply(voting({ op: { t: "vote", to: "o", yes: true } }), 200_000);
  assert.equal(running(room, 200_000).said, "yes");
  answer(room, false, send);
  assert.equal(running(room, 200_000).said, "no");
  assert.equal(answer(room, true, () => "no connection"), "no connection");
  assert.equal(running(room, 200_000).said, "no");
  assert.deepEqual(sent, [{ t: "vote", to: "o", yes: false }]);
  refused(room, { code: "not_allowed", op: { t: "vote", to: "me", yes: true } });
  assert.equal(running(room, 200_000).said, "no");
  refused(room, { code: "rate_limited", op: sent[0] });
  assert.deepEqual([running(room, 200_000).said, running(room, 200_000).asked], ["", true]);
  refused(room, { code: "not_allowed", op: sent[0] });
  assert.equal(running(room, 200_000).asked, false);
});

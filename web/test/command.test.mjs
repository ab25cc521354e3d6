// The browser's commands against the vectors that the Go package is held to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { complete } from "../static/commands/complete.js";
import { begins, buried, parse, slips, speech, wordsOf } from "../static/commands/parse.js";
import { commanding } from "../static/room/draft.js";
import { script } from "./behaviour.mjs";

test("parse", () => {
  for (const { line, want } of script("parse")) {
    assert.deepEqual(parse(line), want, JSON.stringify(line));
  }
});

test("nothing goes out unread that is no speech", () => {
  for (const { line, want } of script("parse")) {
    if (want.kind !== "blank" && (want.kind !== "say" || want.text !== line)) assert.ok(commanding(line), JSON.stringify(line));
    if (want.kind !== "blank" && want.kind !== "say") assert.ok(begins(line), JSON.stringify(line));
    if (want.kind === "say") assert.deepEqual(parse(speech(want.text)), want, JSON.stringify(want.text));
  }
  for (const line of ["hello", "bonjour /msg", "多謝", "3/4", ":)", "😀😀"]) assert.ok(!commanding(line), line);
});

test("what of a draft is words", () => {
  for (const { line, want } of script("parse")) {
    const words = want.kind === "say" ? want.text : ["msg", "reply"].includes(want.name) ? want.args?.text ?? "" : line;
    assert.equal(wordsOf(line), words, JSON.stringify(line));
  }
  for (const [draft, words] of [
    ["／msg bob x", "x"], ["/MSG bob x", "x"], ["  /msg  bob  x", "x"], ["\u200e/ｍｓｇ　bob　x y", "x y"], ["/msg bob x\ny", "x\ny"], ["/msg bob", ""], ["/msg", ""], ["/reply x", "x"],
    ["hello", "hello"], ["hello /msg bob x", "hello /msg bob x"], ["", ""], ["//msg bob x", "/msg bob x"],
  ]) assert.equal(wordsOf(draft), words, JSON.stringify(draft));
});

test("what is not for all is found below the first line", () => {
  for (const { text, want } of script("buried")) {
    assert.deepEqual(buried(text), want, JSON.stringify(text));
    if (want) assert.ok(commanding(text), JSON.stringify(text));
  }
});

test("what a hand makes of a whisper that misses the slash is found", () => {
  for (const { text, want } of script("slips")) {
    assert.deepEqual(slips(text), want, JSON.stringify(text));
    if (want.length > 0) assert.ok(commanding(text), JSON.stringify(text));
  }
});

test("what begins like a command is not said by accident", () => {
  for (const { line, said } of script("accident").lines) {
    const forOne = slips(line).some((nick) => ["", "pia", "bob"].includes(nick));
    assert.equal(parse(line).kind === "say" && !forOne, said, JSON.stringify(line));
    if (!said) assert.ok(commanding(line), JSON.stringify(line));
  }
});

test("however much is pasted is soon looked through", () => {
  for (const text of ["\n".repeat(1e5), ".\n".repeat(1e5), "\u2028.".repeat(1e5)]) {
    const began = performance.now();
    assert.ok(!commanding(text));
    assert.ok(performance.now() - began < 1000, JSON.stringify(text.slice(0, 4)));
  }
});

test("complete", () => {
  const { source: lists, vectors: cases } = script("complete");
  const source = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, () => list]));
  for (const { line, want } of cases) {
    const [before, after] = line.split("‸");
    const { start, end, candidates } = complete(before + after, before.length, source);
    assert.equal(end, before.length, JSON.stringify(line));
    assert.deepEqual(candidates.map((c) => before.slice(0, start) + c.text + "‸" + after), want, JSON.stringify(line));
    assert.equal(complete(before + after, before.length, {}).end, before.length);
  }
});

test("a word of a text is perhaps no name, and one of what a command is about is one", () => {
  const prose = (line) => complete(line, line.length, { members: () => ["bob"] }).prose;
  for (const line of ["b", "hello b", "/away says b", "/me b", "/msg bob tell b", "/topic b", "/remove bob b", "/poll b"]) assert.ok(prose(line), line);
  for (const line of ["/msg b", "/m", "/who b", "/ignore b", "/xyz b", "/msg"]) assert.ok(!prose(line), line);
});

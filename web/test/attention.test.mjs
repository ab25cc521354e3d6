// What calls for attention: what is chosen is said, and what stands in its way.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakePage } from "./page.mjs";
import { Attention, tables } from "../static/view/attention.js";
import { tableOf, texts } from "../static/text/strings.js";

const text = texts("en", await tableOf("en"));
const anna = { id: "a", nick: "anna" };
let elements;
let called;
let problems;

beforeEach(() => {
  elements = new Map();
  const page = globalThis.document = new FakePage();
  const element = () => ({
    checked: false, hidden: true, textContent: "", addEventListener() {}, querySelectorAll: () => [], append() {}, after() {},
    setAttribute(name, value) { if (name === "id") elements.set(value, this); },
  });
  page.getElementById = (id) => elements.get(id) ?? elements.set(id, element()).get(id);
  page.createElement = element;
  called = [];
  problems = [];
  globalThis.isSecureContext = true;
  globalThis.window = globalThis;
  allow("granted");
});

function allow(answer, works = true) {
  globalThis.Notification = class {
    static permission = "default";
    static async requestPermission() { return Notification.permission = answer; }
    constructor(head, { body }) {
      if (!works) throw new TypeError("Illegal constructor");
      called.push(body ? `${head}: ${body}` : head);
    }
  };
}

const attend = () => new Attention({ assets: "/assets", text, onProblem: (sentence) => problems.push(sentence) });
const message = (more) => ({ from: anna, text: "words", whisper: false, mentions: false, ...more });

test("a choice is said, and shown in the sheet", async () => {
  const attention = attend();
  assert.equal(await attention.choose(), "Nothing calls for you now.");
  assert.match(await attention.choose("mentions"), /^Your name, answers to you and whispers call for you while you don’t look at this page, until it closes\.$/);
  assert.ok(elements.get("notify-mentions").checked);
  assert.equal(elements.get("notify-problem").hidden, true);
  assert.match(await attention.choose(), /^Your name/);
  assert.match(await attention.choose("all"), /^Every message/);
  assert.equal(await attention.choose("off"), "Nothing calls for you now.");
});

test("what stands in its way is said with what to do about it", async () => {
  const attention = attend();
  for (const [obstacle, sentence] of [
    [() => allow("denied"), /Your name.* its settings can change that\./],
    [() => allow("default"), /Your name.* question was not answered/],
    [() => { globalThis.isSecureContext = false; }, /Your name.* plain http/],
    [() => { globalThis.isSecureContext = true; delete globalThis.Notification; }, /Your name.* has no notifications/],
  ]) {
    obstacle();
    assert.match(await attention.choose("mentions"), sentence);
    const { hidden, textContent } = elements.get("notify-problem");
    assert.ok(!hidden && textContent !== "");
  }
  await attention.choose("off");
  assert.ok(elements.get("notify-problem").hidden, "nothing is in the way of nothing");
});

test("whispers and mentions call, other words only when they were asked for", async () => {
  const attention = attend();
  for (const when of ["off", "mentions", "all"]) {
    await attention.choose(when);
    attention.call(message());
    attention.call(message({ mentions: true }));
    attention.call(message({ whisper: true }));
  }
  const [calls, whispers] = ["Somebody said your name", "A whisper for you"];
  assert.deepEqual(called, [calls, whispers, "A new message", calls, whispers]);
  elements.get("notify-text").checked = true;
  attention.call(message({ mentions: true }));
  assert.equal(called.at(-1), `${calls}: anna: words`);
});

test("a browser that allows them and makes none is told of once", async () => {
  allow("granted", false);
  const attention = attend();
  await attention.choose("all");
  attention.call(message());
  attention.call(message());
  assert.deepEqual(problems, ["This browser has no notifications for pages like this. The title still counts."]);
});

test("what is waited for is said while the browser asks, and only then", async () => {
  let answer;
  allow("granted");
  Notification.requestPermission = () => new Promise((resolve) => { answer = resolve; });
  const attention = attend();
  const told = [];
  const choice = attention.choose("mentions", (sentence) => told.push(sentence));
  assert.match(told.join(), /^The browser asks/);
  assert.equal(elements.get("notify-problem").textContent, told[0]);
  assert.equal(elements.get("notify-problem").hidden, false);
  answer("granted");
  Notification.permission = "granted";
  assert.match(await choice, /^Your name.*closes\.$/);
  assert.ok(elements.get("notify-problem").hidden);
  allow("granted");
  Notification.permission = "granted";
  await attention.choose("all", (sentence) => told.push(sentence));
  assert.equal(told.length, 1);
});

test("the sheet and the sentence name alike what calls", async () => {
  assert.ok((await attend().choose("mentions")).startsWith(tables.en.notifyMentions));
});

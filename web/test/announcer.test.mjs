// What is read to people who listen to the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FakePage } from "./page.mjs";
import { tableOf, texts } from "../static/text/strings.js";

const text = texts("en", await tableOf("en"));

class Region {
  children = [];
  append(line) {
    line.remove = () => { this.children = this.children.filter((each) => each !== line); };
    this.children.push(line);
  }

  get firstChild() { return this.children[0]; }
  get said() { return this.children.map(({ textContent }) => textContent); }
}

async function listen(t) {
  const region = new Region();
  const page = new FakePage();
  page.getElementById = () => region;
  globalThis.document = page;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { Announcer } = await import("../static/view/announcer.js");
  const { presence } = await import("../static/view/entry.js");
  return { region, announcer: new Announcer(text, presence), wait: (ms) => t.mock.timers.tick(ms) };
}

const anna = { id: "a", nick: "anna" };
const said = (words, more = {}) => ({ kind: "said", from: anna, text: words, ...more });

test("words, deeds and whispers can be told apart", async (t) => {
  const { region, announcer, wait } = await listen(t);
  announcer.message(said("one **word**"));
  announcer.message(said("waves", { action: true }));
  announcer.message(said("psst", { kind: "whisper" }));
  wait(1000);
  assert.deepEqual(region.said, ["anna: one word", "anna waves", "anna whispers to you: psst"]);
});

test("a flood is a number, and hides no whisper and nothing of one's own", async (t) => {
  const { region, announcer, wait } = await listen(t);
  for (let i = 0; i < 50; i++) announcer.message(said(`m${i}`));
  announcer.message(said("psst", { kind: "whisper" }));
  announcer.say("Not sent: the connection was lost. my words", true);
  for (let i = 0; i < 50; i++) announcer.message(said(`m${i}`));
  wait(1000);
  assert.deepEqual(region.said, ["anna whispers to you: psst", "Not sent: the connection was lost. my words", "100 new messages"]);
});

test("a flood of whispers is one too", async (t) => {
  const { region, announcer, wait } = await listen(t);
  for (let i = 0; i < 50; i++) announcer.message(said(`m${i}`, { kind: "whisper" }));
  wait(1000);
  assert.equal(region.said.length, 4);
  assert.equal(region.said.at(-1), "47 new messages");
});

test("who comes and goes is one sentence", async (t) => {
  const { region, announcer, wait } = await listen(t);
  announcer.came({ what: "joined", id: "b", nick: "bob" });
  announcer.came({ what: "joined", id: "c", nick: "cleo" });
  announcer.came({ what: "left", id: "b", nick: "bob", reason: "quit" });
  announcer.came({ what: "renamed", id: "c", nick: "clio", was: "cleo" });
  wait(5000);
  wait(1000);
  assert.deepEqual(region.said, ["cleo came in · bob came and went · cleo is now clio"]);
  for (let i = 0; i < 300; i++) announcer.came({ what: "joined", id: `x${i}`, nick: `x${i}` });
  wait(5000);
  wait(1000);
  assert.deepEqual(region.said.slice(1), ["x0, x1, x2 and 297 others came in"]);
});

test("a topic is told, and the region stays short", async (t) => {
  const { region, announcer, wait } = await listen(t);
  announcer.topic({ from: anna, text: "tea" });
  announcer.topic({ from: anna, text: "" });
  wait(1000);
  assert.deepEqual(region.said, ["anna set the topic: tea", "anna cleared the topic"]);
  for (let i = 0; i < 40; i++) {
    announcer.message(said(`m${i}`));
    wait(1000);
  }
  assert.equal(region.said.length, 20);
});

test("what happened at the door is told before what was said after it", async (t) => {
  const { region, announcer, wait } = await listen(t);
  announcer.message(said("hi"));
  announcer.came({ what: "renamed", id: "a", nick: "annab", was: "anna" });
  announcer.message(said("waves", { action: true, from: { id: "a", nick: "annab" } }));
  wait(1000);
  assert.deepEqual(region.said, ["anna: hi", "anna is now annab", "annab waves"]);
  announcer.came({ what: "joined", id: "b", nick: "bob" });
  announcer.topic({ from: { id: "b", nick: "bob" }, text: "tea" });
  wait(1000);
  announcer.came({ what: "left", id: "b", nick: "bob", reason: "quit" });
  announcer.say("bob has left.", true);
  wait(1000);
  wait(10_000);
  assert.deepEqual(region.said.slice(3), ["bob came in", "bob set the topic: tea", "bob left", "bob has left."]);
});

test("a flood of comings and words is one sentence and a number, and hides no whisper", async (t) => {
  const { region, announcer, wait } = await listen(t);
  for (let i = 0; i < 50; i++) {
    announcer.came({ what: "joined", id: `x${i}`, nick: `x${i}` });
    announcer.message(said(`m${i}`));
  }
  for (let i = 0; i < 3; i++) announcer.message(said(`psst ${i}`, { kind: "whisper" }));
  wait(1000);
  assert.deepEqual(region.said, ["x0, x1, x2 and 47 others came in", "anna whispers to you: psst 0",
    "anna whispers to you: psst 1", "anna whispers to you: psst 2", "50 new messages"]);
});

// What keys, clicks and words of the strip of voice do, on a page.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { begin, byId, click, down, media, page, up } from "./voicepage.mjs";
import { answerTo, FakeConnection, FakeTrack } from "./voicefakes.mjs";

const { Voice } = await import("../static/voice/voice.js");
const { Sound } = await import("../static/voice/sound.js");
const soon = () => new Promise((done) => setImmediate(done));

let here;
let voice;
beforeEach(() => start());
afterEach(() => voice.leave());

function start(more) {
  here = begin(more);
  voice = new Voice(here);
  byId("voice-button").addEventListener("click", (event) => voice.press(event));
}

// arrives lets the voice come about that was asked for.
async function arrives() {
  await soon();
  const { id, offer } = here.sent.findLast((op) => op.offer);
  voice.take({ t: "voice", id, answer: answerTo(offer), members: [] });
  await soon();
  FakeConnection.made.at(-1).become("connected");
}

async function join(how = () => click(byId("voice-button"))) {
  how();
  await arrives();
  assert.equal(byId("voice").dataset.state, "in");
}

const state = () => document.querySelector(".voice-state").textContent;
const open = () => media.given.at(-1).enabled;
const MUTED = "You are muted: nobody hears you.";
const TALKS = "You talk for as long as you hold.";

// held holds the space bar, and is what was true meanwhile.
function held() {
  down("Space");
  down("Space", { repeat: true });
  const was = [state(), open()];
  up("Space");
  return was;
}

test("after a click the space bar talks while it is held, and no longer", async () => {
  await join();
  assert.equal(document.activeElement.id, "message");
  for (const id of ["voice-mute", "voice-mute"]) {
    click(byId(id));
    if (!open()) assert.deepEqual(held(), [TALKS, true], id);
    else click(byId(id));
    assert.deepEqual([state(), open(), document.activeElement.id], [MUTED, false, "message"], id);
  }
});

test("the space bar talks on the buttons of voice too, and Enter presses them", async () => {
  await join();
  for (const id of ["voice-button", "voice-mute", "voice-hold"]) {
    byId(id).focus();
    assert.deepEqual(held(), [TALKS, true], id);
    assert.deepEqual([state(), open(), document.activeElement.id], [MUTED, false, id]);
  }
  byId("voice-mute").focus();
  down("Enter");
  assert.equal(open(), true);
  assert.equal(document.activeElement.id, "voice-mute", "whoever uses keys stays where they are");
  down("Space");
  up("Space");
  assert.equal(open(), false, "what is on the space bar mutes");
  byId("voice-leave").focus();
  down("Space");
  up("Space");
  assert.equal(byId("voice").dataset.state, "out");
});

test("a space bar that is held before one is in, or let go behind another window, presses nothing", async () => {
  byId("voice-button").focus();
  down("Enter");
  down("Space");
  await arrives();
  up("Space");
  assert.deepEqual([byId("voice").dataset.state, open()], ["in", false]);
  byId("voice-mute").focus();
  down("Space");
  assert.equal(open(), true);
  document.body.dispatch("blur");
  assert.equal(open(), false);
  up("Space");
  assert.equal(open(), false);
});

test("a click while a key talks changes nothing", async () => {
  await join();
  byId("voice-mute").focus();
  down("Space");
  byId("voice-mute").dispatch("click", { detail: 1 });
  assert.deepEqual([open(), byId("voice-mute").getAttribute("aria-disabled"), document.activeElement.id], [true, "true", "voice-mute"]);
  up("Space");
  assert.deepEqual([open(), byId("voice-mute").getAttribute("aria-disabled")], [false, "false"]);
});

test("on a phone a touch brings no keyboard up", async () => {
  page.coarse = true;
  await join();
  click(byId("voice-mute"));
  assert.equal(document.activeElement.id, "voice-mute");
});

test("how loud each track is that is heard", () => {
  const sound = new Sound({ onChange() {} });
  sound.open();
  const [loud, still, other] = [new FakeTrack(), new FakeTrack(), new FakeTrack()];
  loud.sample = -0.5;
  sound.hear([loud, still]);
  assert.deepEqual([loud, still, other].map((track) => sound.levelOf(track)), [0.5, 0, 0]);
  sound.hear([]);
  assert.equal(sound.levelOf(loud), 0, "it is heard no more");
  sound.close();
});

test("whom a host keeps from speaking is told so, and is muted when that ends", async () => {
  const KEPT = "A host keeps you from speaking: nobody hears you.";
  const { room } = here;
  const governs = (rules, more) => {
    room.rules = rules;
    room.members.set("me", { ...room.you, ...more });
    voice.members();
  };
  await join();
  click(byId("voice-mute"));
  for (const how of [[{ quiet: true }, {}], [{}, { muted: true }], [{ quiet: true }, { muted: true, host: true }]]) {
    governs(...how);
    assert.deepEqual([state(), open(), here.said.at(-1)], [KEPT, false, KEPT]);
    assert.deepEqual([byId("voice-mute").getAttribute("aria-disabled"), byId("voice-hold").disabled], ["true", true]);
    click(byId("voice-mute"));
    assert.deepEqual([held(), here.said.at(-1)], [[KEPT, false], KEPT]);
    governs({}, {});
    assert.deepEqual([state(), open(), here.said.at(-1)], [MUTED, false, MUTED]);
    click(byId("voice-mute"));
    assert.equal(open(), true);
  }
  for (const may of [{ host: true }, { speaks: true }]) {
    governs({ quiet: true }, may);
    assert.equal(open(), true);
  }
  click(byId("voice-mute"));
  down("Space");
  governs({ quiet: true }, {});
  assert.deepEqual([state(), open()], [KEPT, false], "in the middle of a word");
  governs({}, {});
  assert.equal(open(), false);
  up("Space");
  assert.equal(open(), false);
});

test("whoever has left the room has no microphone opened", async () => {
  for (const phase of ["left", "refused", "ended", "knocking"]) {
    start();
    here.connection.phase = phase;
    click(byId("voice-button"));
    await soon();
    assert.deepEqual([media.asked.length, here.notes, byId("voice").hidden], [0, ["You are not in the room, so there is no voice to join."], true], phase);
  }
});

test("who goes to another room is told there that the voice was left, and nothing in this one", async () => {
  start();
  assert.equal(voice.behind("den"), "", "one who is not in it");
  await join();
  const before = [here.notes.length, here.said.length];
  assert.equal(voice.behind("den"), "You left the voice of den as you went to another room.");
  assert.deepEqual([media.given[0].readyState, here.notes.length, here.said.length], ["ended", ...before]);
  assert.equal(voice.behind("den"), "", "once");
});

test("the button that is pressed is let go by a press", async () => {
  await join();
  assert.equal(byId("voice-button").getAttribute("aria-pressed"), "true");
  down("Space");
  click(byId("voice-button"));
  assert.deepEqual([byId("voice").hidden, byId("voice-button").getAttribute("aria-pressed"), media.given[0].readyState], [true, "false", "ended"]);
  up("Space");
  await join();
  assert.deepEqual(held(), [TALKS, true]);
  assert.deepEqual([state(), open()], [MUTED, false]);
});

test("who has never been in is told that they are joining still", async () => {
  click(byId("voice-button"));
  await soon();
  assert.equal(state(), "Joining the voice …");
  FakeConnection.made[0].become("failed");
  await soon();
  assert.equal(state(), "Joining the voice, second attempt …");
  await arrives();
  FakeConnection.made.at(-1).become("failed");
  assert.match(state(), /^The voice was lost. Coming back, attempt \d of 5/);
});

test("nobody is offered to join where there can be no voice", () => {
  globalThis.isSecureContext = false;
  try {
    click(byId("voice-button"));
    assert.match(state(), /^There is no voice here/);
    assert.deepEqual(["voice-again", "voice-leave"].map((id) => byId(id).hidden), [true, false]);
  } finally {
    globalThis.isSecureContext = true;
  }
  click(byId("voice-leave"));
  assert.ok(byId("voice").hidden);
});

test("whose voice is lost keeps their place among the buttons, and can mute only", async () => {
  const { connection } = here;
  await join();
  byId("voice-mute").focus();
  down("Enter");
  connection.phase = "waiting";
  voice.phase();
  assert.deepEqual([byId("voice").dataset.state, document.activeElement.id, byId("voice-mute").getAttribute("aria-disabled")], ["again", "voice-mute", "false"]);
  down("Enter");
  assert.deepEqual([here.said.at(-1), open(), byId("voice-mute").getAttribute("aria-disabled")], [MUTED, false, "true"]);
  down("Enter");
  assert.equal(open(), false);
  byId("voice-hold").focus();
  assert.equal(document.activeElement.id, "voice-mute", "there is nothing to hold");
});

test("a button that can be held no more hands the focus on", async () => {
  await join();
  byId("voice-hold").focus();
  here.room.rules = { quiet: true };
  voice.members();
  assert.equal(document.activeElement.id, "voice-mute");
});

test("one's own level stands beside one's own state, and nobody is nobody", async () => {
  await join();
  const now = document.querySelector(".voice-now").children.map((each) => each.getAttribute("class"));
  assert.deepEqual(now, ["voice-state", "voice-level still"]);
  assert.equal(document.querySelector(".voice-who").textContent, "Nobody else is in voice.");
});

test("the state keeps the place of its other words only where one can turn to them", async () => {
  const turns = () => document.querySelector(".voice-state").dataset.turns;
  await join();
  assert.equal(turns(), "true");
  click(byId("voice-leave"));
  media.answer = "NotAllowedError";
  click(byId("voice-button"));
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(document.querySelector(".voice-problem").hidden, false);
  assert.equal(turns(), "false", "whoever was refused the microphone has an empty line otherwise");
});

test("no button comes or goes when one mutes, talks or loses the voice", async () => {
  const shown = () => document.querySelector(".voice-buttons").children.filter((each) => !each.hidden && each.id !== "voice-settings").map(({ id }) => id);
  const label = () => document.querySelector(".voice-label");
  click(byId("voice-button"));
  const all = ["voice-mute", "voice-hold", "voice-leave"];
  assert.deepEqual(shown(), all, "while the browser asks");
  await soon();
  assert.deepEqual(shown(), all);
  await arrives();
  assert.deepEqual([shown(), byId("voice-hold").disabled, label().textContent, label().dataset.other], [all, false, "Unmute", "Mute"]);
  click(byId("voice-mute"));
  assert.deepEqual([shown(), byId("voice-hold").disabled, label().textContent, label().dataset.other], [all, true, "Mute", "Unmute"]);
  assert.deepEqual(["hidden", "class"].map((name) => document.querySelector(".voice-level").getAttribute(name)), [null, "voice-level"]);
  FakeConnection.made.at(-1).become("failed");
  assert.deepEqual([shown(), document.querySelector(".voice-level").hidden], [all, false]);
});

test("the button says how many are in voice, and that somebody speaks, but not while it has the focus", () => {
  const button = byId("voice-button");
  const says = () => [button.dataset.within, button.classList.contains("speaks"), button.getAttribute("aria-label")];
  const take = (id, within, more) => {
    here.room.members.set(id, { id, nick: id, voice: within ? { muted: false, speaking: false, ...more } : undefined });
    voice.take({ t: "voice", member: { id }, in: within, ...more });
  };
  take("anna", true);
  assert.deepEqual(says(), [1, false, "Voice: 1 person is in it"]);
  take("bob", true, { speaking: true });
  assert.deepEqual(says(), [2, true, "Voice: 2 people are in it, somebody speaks"]);
  here.room.ignored.set("bob", "bob");
  take("bob", true, { speaking: true });
  assert.deepEqual(says(), [2, false, "Voice: 2 people are in it"]);
  button.focus();
  take("anna", false);
  assert.deepEqual(says(), [1, false, "Voice: 2 people are in it"]);
  byId("message").focus();
  take("bob", false);
  assert.deepEqual(says(), [undefined, false, null]);
});

test("who loaded the page again is told that others are in voice, and how to come back", async () => {
  const others = () => here.room.members.set("anna", { id: "anna", nick: "anna", voice: { muted: true, speaking: false } });
  const loaded = (type, ago) => {
    globalThis.performance.getEntriesByType = () => [{ type }];
    globalThis.performance.now = () => ago;
    start();
    others();
    voice.take({ t: "voice", member: { id: "anna" }, in: true, muted: true, speaking: false });
    return byId("voice").hidden;
  };
  const { getEntriesByType, now } = performance;
  try {
    assert.ok(loaded("navigate", 1000), "a page that is new takes nobody out of anything");
    assert.ok(loaded("reload", 60_000), "who has been here for a while knows");
    assert.equal(loaded("reload", 1000), false);
  } finally {
    Object.assign(performance, { getEntriesByType, now });
  }
  assert.equal(state(), "This page was loaded again, and that leaves the voice. 1 person is in it.");
  assert.equal(here.said.at(-1), state());
  click(byId("voice-again"));
  await arrives();
  assert.equal(byId("voice").dataset.state, "in");
  click(byId("voice-leave"));
  assert.equal(byId("voice").hidden, true, "who leaves knows");
});

test("who was in voice and comes into the room again is told that they are in its voice no more", async () => {
  here.room.name = "tea";
  const phase = (now) => {
    here.connection.phase = now;
    voice.phase();
  };
  await join();
  phase("left");
  assert.equal(byId("voice").hidden, true);
  phase("connecting");
  phase("open");
  voice.members();
  assert.equal(state(), "You are in the room again, but not in its voice.");
  click(byId("voice-again"));
  await arrives();
  phase("left");
  phase("open");
  here.room.name = "another";
  voice.members();
  assert.equal(byId("voice").hidden, true, "of another room's voice there is nothing to be told");
});

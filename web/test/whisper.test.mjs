// Whom a whisper reaches, as a screen and lines in a terminal have it.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { FakeClock } from "./fakes.mjs";
import { Room } from "../static/room/room.js";
import { Session } from "../static/room/session.js";
import { tableOf, texts } from "../static/text/strings.js";
import { script } from "./behaviour.mjs";

const english = texts("en", await tableOf("en"));

for (const { name, steps } of script("whisper").scenarios) {
  test(name, async () => {
    const room = new Room();
    const sent = [];
    const session = new Session({
      room, clock: new FakeClock(), text: english, onOutgoing: () => {},
      connection: { phase: "open", ready: true, send: (op) => `o${sent.push(op)}` },
      ui: { ignoredChanged: () => {}, theme: () => ({}) },
    });
    let now = 0; // every step has its own moment
    let began = 0; // as the composer has it
    for (const { frames = [], draft, type, to } of steps) {
      now++;
      for (const frame of frames) room.apply(frame, now);
      if (draft) began = now;
      if (!type) continue;
      const before = sent.length;
      const problem = await session.submit(type, 0, began || now);
      began = problem ? now : 0;
      assert.equal(sent.length > before ? sent.at(-1).to : "", to, `${type}: ${problem}`);
      if (sent.length === before) continue;
      const op = [...session.outgoing.values()].at(-1).op;
      const frame = { t: "whispered", wseq: 0, at: 0, from: room.you, to: { id: to, nick: room.members.get(to).nick }, text: op.text, op };
      room.apply(frame, now);
      session.take(frame);
    }
    assert.ok(sent.every(({ t }) => t === "whisper"), "something went to the room");
  });
}

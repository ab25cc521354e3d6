// Ignoring, as a screen and lines in a terminal do it.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { FakeClock } from "./fakes.mjs";
import { Room } from "../static/room/room.js";
import { Session } from "../static/room/session.js";
import { tableOf, texts } from "../static/text/strings.js";
import { script } from "./behaviour.mjs";

const english = texts("en", await tableOf("en"));

// what is to be seen of the room, but for the page's own sentences
function seen(room) {
  const entries = room.log.entries.map((entry) => room.seen(entry)).filter((entry) => entry && entry.kind !== "note");
  return JSON.stringify([room.topicHidden ? "" : room.topic, room.typing(0), entries]);
}

for (const { name, steps } of script("ignore").scenarios) {
  test(name, async () => {
    const room = new Room();
    const sent = [];
    const session = new Session({
      room, text: english, onOutgoing: () => {},
      clock: new FakeClock(),
      connection: { phase: "open", ready: true, send: (op) => `o${sent.push(op)}` },
      ui: { ignoredChanged: () => {}, theme: () => ({}) },
    });
    for (const { frames = [], type, want } of steps) {
      for (const frame of frames) room.apply(frame, 0);
      if (type) await session.submit(type);
      if (!want) continue;
      const { shows = [], returns = [], hides = [], forgets = [], topic, ignored, reply } = want;
      const have = seen(room);
      for (const part of [...shows, ...returns]) assert.ok(have.includes(part), `${part} is not to be seen in ${have}`);
      for (const part of [...hides, ...forgets]) assert.ok(!have.includes(part), `${part} is to be seen in ${have}`);
      if (topic !== undefined) assert.equal(room.topicHidden ? "" : room.topic, topic);
      if (ignored) assert.deepEqual([...new Set(room.ignored.values())], ignored);
      if (reply === undefined) continue;
      await session.submit("/reply psst");
      assert.equal(sent.at(-1)?.to ?? "", reply);
    }
    assert.ok(sent.every(({ t }) => t === "whisper"), "something went to the room");
  });
}

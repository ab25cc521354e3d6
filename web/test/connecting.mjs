// A connection to a server, on a network and by a clock that tests turn.
import { Connection } from "../static/net/connection.js";
import { FakeClock, FakeHints, FakeServer } from "./fakes.mjs";

export function start({ welcome = true } = {}) {
  const server = new FakeServer();
  const clock = new FakeClock();
  const hints = new FakeHints();
  const shown = [];
  const unsent = [];
  const phases = [];
  const connection = new Connection({
    room: "tea", openSocket: server.open, clock, hints: hints.watch,
    onFrames: (frames) => shown.push(...frames),
    onPhase: ({ phase }) => phases.push(phase),
    onUnsent: (op, why) => unsent.push([op.text, why]),
  });
  connection.join();
  if (welcome) server.welcome();
  return { server, clock, hints, shown, unsent, phases, connection };
}

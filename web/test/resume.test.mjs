// A connection that is lost and comes back: rooms/behaviour/resume.json says what a
// step means. The Go client plays the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { QUIET } from "../static/view/banner.js";
import { Connection } from "../static/net/connection.js";
import { script } from "./behaviour.mjs";
import { FakeClock, FakeHints, FakeServer } from "./fakes.mjs";

const STEP = 50; // ms between two looks at whether something has happened

function isProbe({ t, id }) { return (t === "sync" || t === "held") && id.startsWith("probe"); }

class Stage {
  clock = new FakeClock();
  server = new FakeServer();
  shown = [];
  #ids = new Map(); // what the script calls an id → the client's own
  #listed = 0; // frames of the newest socket that earlier steps have seen
  #acked = 0; // and acks among them
  #met = 0; // sockets that were connected
  #down = false;
  #open = false;
  #welcomed = false;
  #silent = false;

  constructor() {
    this.connection = new Connection({
      room: "den", nick: "anna", clock: this.clock, hints: new FakeHints().watch,
      openSocket: () => {
        const socket = this.server.open();
        if (this.#down) queueMicrotask(() => socket.drop());
        return socket;
      },
      onFrames: (frames) => this.shown.push(...frames.filter(({ code }) => !/^(unreachable|delayed)$/.test(code))),
      onPhase: ({ phase, reason }) => this.#phase(phase, reason),
      onUnsent: ({ id }, why) => { if (why !== "left") this.shown.push({ t: "unsent", id, why }); },
    });
    this.connection.join();
  }

  #phase(phase, reason) {
    this.#listen();
    const open = phase === "open";
    if (open === this.#open || phase === "left" || phase === "ended" || phase === "refused") return;
    this.#open = open;
    if (this.#welcomed) this.shown.push({ t: "link", up: open, why: open ? undefined : reason?.code });
    this.#welcomed = true;
    this.#silent = false;
  }

  // What the banner shows.
  #listen() {
    const { connection: { phase, askedAt } = {}, clock } = this;
    const silent = phase === "open" && askedAt > 0 && clock.now() - askedAt >= QUIET;
    if (silent !== this.#silent && phase === "open") this.shown.push({ t: "silence", on: silent });
    this.#silent = silent;
  }

  get #sent() {
    const { sent } = this.server.socket;
    return sent.slice(this.#listed);
  }

  async #pass(ms, until = () => false) {
    for (let passed = 0; ; passed += STEP) {
      await Promise.resolve();
      this.#answerProbes();
      this.#listen();
      if (until()) return true;
      if (passed >= ms) return false;
      this.clock.advance(Math.min(STEP, ms - passed));
    }
  }

  // Probes are no part of the behaviour; a dead connection answers none.
  #answerProbes() {
    const { socket } = this.server;
    for (const frame of socket.sent) {
      if (!isProbe(frame) || frame.answered) continue;
      frame.answered = true;
      if (socket.dead) continue;
      if (frame.t === "held") this.server.say({ t: "held", id: frame.id, fields: [] });
      else if (!socket.away) this.server.say({ t: "synced", id: frame.id });
    }
  }

  async play(step) {
    await Promise.resolve();
    const [kind] = Object.keys(step);
    await this.#steps[kind](step[kind], step);
  }

  #steps = {
    connects: async (within) => {
      assert.ok(await this.#pass(within, () => this.server.sockets.length > this.#met), "no connection was asked for");
      this.#met = this.server.sockets.length;
      this.#listed = this.#acked = 0;
      this.server.accept();
    },
    network: (state) => { this.#down = state === "down"; },
    attempts: async ({ within, least, most }) => {
      const before = this.server.sockets.length;
      await this.#pass(within);
      const made = this.server.sockets.length - before;
      assert.ok(made >= least && made <= most, `${made} attempts`);
      this.#met = this.server.sockets.length;
    },
    fickle: async ({ within, least, most, welcome }) => {
      const until = this.clock.now() + within;
      const before = this.server.sockets.length;
      while (await this.#pass(until - this.clock.now(), () => this.server.sockets.length > this.#met)) {
        this.#met = this.server.sockets.length;
        this.server.accept();
        this.server.say(...welcome);
        await Promise.resolve();
        this.server.cut();
      }
      const made = this.server.sockets.length - before;
      assert.ok(made >= least && made <= most, `${made} attempts`);
    },
    sent: (want) => {
      const have = this.#sent.filter((frame) => frame.t !== "ack" && !isProbe(frame));
      this.#listed = this.server.socket.sent.length;
      this.#compare(have, want);
    },
    acked: (want) => {
      const acks = this.server.took("ack").slice(this.#acked);
      this.#acked += acks.length;
      if (want === null) assert.deepEqual(acks, []);
      else this.#compare(acks.slice(-1), [want]);
    },
    server: (frames) => {
      this.server.socket.dead = false;
      this.server.say(...frames.map((frame) => ("id" in frame ? { ...frame, id: this.#ids.get(frame.id) ?? frame.id } : frame)));
    },
    much: ({ from, to, letters }) => {
      const frames = [];
      for (let seq = from; seq <= to; seq++) frames.push({ t: "said", seq, at: 1, from: { id: "b2", nick: "bob" }, text: "x".repeat(letters) });
      this.server.say(...frames);
    },
    raw: (words) => this.server.socket.deliver(words),
    cut: () => this.server.cut(),
    dies: async (within) => {
      const { socket } = this.server;
      socket.dead = true;
      assert.ok(await this.#pass(within, () => socket.closed), "the connection was not given up");
    },
    stalls: () => { this.server.socket.dead = true; },
    log: (state) => { this.server.socket.away = state === "down"; },
    pass: (ms) => this.#pass(ms),
    do: (op, { as, taken = true }) => {
      if (op.t === "leave") return this.connection.leave();
      const id = this.connection.send(op);
      assert.equal(id !== null, taken);
      if (id) this.#ids.set(as, id);
    },
    shown: (want) => this.#compare(this.shown.splice(0), want),
    over: async (why) => {
      const { phase, reason } = this.connection;
      assert.equal(phase === "left" ? "left" : reason.code, why);
      const before = this.server.sockets.length;
      await this.#pass(120_000);
      assert.equal(this.server.sockets.length, before, "a connection is asked for");
    },
  };

  #compare(have, want) {
    assert.equal(have.length, want.length, `have ${JSON.stringify(have)}, want ${JSON.stringify(want)}`);
    want.forEach((frame, i) => {
      for (const [key, value] of Object.entries(frame)) {
        const named = key === "id" && typeof value === "string" && value.startsWith("$");
        assert.deepEqual(have[i][key] ?? null, named ? this.#id(value, have[i].id) : value, `${key} of ${JSON.stringify(have[i])}, want ${JSON.stringify(frame)}`);
      }
    });
  }

  // id is what the client calls what the script calls by a name; a new name is for
  // the id that it has just used.
  #id(name, used) {
    if (!this.#ids.has(name)) {
      assert.ok(![...this.#ids.values()].includes(used), `${used} is another's already`);
      this.#ids.set(name, used);
    }
    return this.#ids.get(name);
  }
}

const { enter, behaviours, strangers } = script("resume");

function play(name, before, steps) {
  test(`coming back: ${name}`, async () => {
    const stage = new Stage();
    for (const [i, step] of [...before, ...steps].entries()) {
      try {
        await stage.play(step);
      } catch (error) {
        error.message = `step ${i - before.length + 1}: ${error.message}`;
        throw error;
      }
    }
  });
}

for (const { name, steps } of behaviours) play(name, enter, steps);
for (const { name, steps } of strangers) play(name, [], steps);

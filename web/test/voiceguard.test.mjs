// What protects the ends of a sealed room's voice: nothing passes without it, whatever
// becomes of its worker.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { protection } from "../static/sealed/voice.js";

let workers;
let starts;

class FakeWorker {
  sent = [];
  answers = true;
  terminated = false;

  constructor(url, options) {
    assert.match(String(url), /\/sealed\/voiceworker\.js$/);
    assert.deepEqual(options, { type: "module" });
    workers.push(this);
    queueMicrotask(() => (starts ? this.onmessage({ data: { t: "ready" } }) : this.onerror({})));
  }

  postMessage(message) {
    assert.ok(!this.terminated);
    this.sent.push(message);
    if (message.t === "counts" && this.answers) this.onmessage({ data: { t: "counts", id: message.id, came: 7, of: new Map() } });
  }

  terminate() { this.terminated = true; }
}

class Track {
  stopped = false;
  stop() { this.stopped = true; }
}

class Receiver {
  transform = null;
  track = new Track();
  // A browser knows no level where packets bring none, as here.
  getSynchronizationSources() { return [{ source: 1, rtpTimestamp: Date.now(), audioLevel: undefined }]; }
}

class FakeSender {
  transform = null;
  track = new Track();
  level = 0;
  async replaceTrack(track) { this.track = track; }
  async getStats() { return new Map([["a", { type: "media-source", audioLevel: this.level }]]); }
}

const connection = () => ({
  part: null, ended: 0, spoke: [],
  async talk(VoiceKeys, part) {
    this.part = part;
    return () => { this.ended++; };
  },
  speaks(member, speaking) { this.spoke.push([member, speaking]); },
});

beforeEach(() => {
  workers = [];
  starts = true;
  Object.assign(globalThis, { Worker: FakeWorker, RTCRtpScriptTransform: class { constructor(worker, options) { Object.assign(this, { worker, options }); } } });
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});

afterEach(() => {
  mock.timers.reset();
  delete globalThis.Worker;
  delete globalThis.RTCRtpScriptTransform;
});

test("every end has what seals, of one worker", async () => {
  const room = connection();
  const guard = await protection(room);
  const [sender, one, two] = [new FakeSender(), new Receiver(), new Receiver()];
  for (const end of [sender, one, two]) guard.protect(end);
  assert.deepEqual([sender, one, two].map(({ transform }) => transform.options.track), [null, 1, 2]);
  assert.ok([sender, one, two].every(({ transform }) => transform.worker === workers[0]));
  const key = { kid: 5, counter: 0, base: new Uint8Array(64) };
  room.part.begin(new Uint8Array(32), 1);
  room.part.add("aa", new Uint8Array(32), key);
  assert.deepEqual((await room.part.counts()).came, 7);
  assert.deepEqual(workers[0].sent.map(({ t }) => t), ["anew", "begin", "add", "counts"]);
  guard.close();
  assert.ok(workers[0].terminated);
  assert.equal(room.ended, 1);
  assert.throws(() => guard.protect(new Receiver()));
  room.part.add("aa", new Uint8Array(32), key); // goes nowhere
});

test("there is no voice where nothing can seal", async () => {
  starts = false;
  await assert.rejects(protection(connection()));
  assert.ok(workers[0].terminated);
  starts = true;
  await assert.rejects(protection({ talk: async () => null }), /no place/);
  assert.ok(workers[1].terminated);
  delete globalThis.RTCRtpScriptTransform;
  await assert.rejects(protection(connection()), /can’t seal/);
  assert.equal(workers.length, 2);
});

for (const [how, dies] of Object.entries({
  "throws": (worker) => worker.onerror({}),
  "says that a frame's way failed": (worker) => worker.onmessage({ data: { t: "failed" } }),
  "does not answer": (worker, part) => {
    worker.answers = false;
    part.counts().catch(() => {});
    mock.timers.tick(5000);
  },
})) {
  test(`where the worker ${how} all tracks end`, async () => {
    const room = connection();
    const guard = await protection(room);
    const [sender, receiver] = [new FakeSender(), new Receiver()];
    for (const end of [sender, receiver]) guard.protect(end);
    const { part } = room;
    dies(workers[0], part);
    await null;
    assert.equal(sender.track, null);
    assert.ok(receiver.track.stopped);
    assert.ok(workers[0].terminated);
    assert.equal(room.ended, 1);
    assert.throws(() => guard.protect(new Receiver()));
    assert.ok(sender.transform && receiver.transform, "what seals stays where it is");
  });
}

test("who speaks is found out here", async () => {
  const room = connection();
  const levels = new Map();
  const guard = await protection(room, (track) => levels.get(track) ?? 0);
  const [sender, receiver] = [new FakeSender(), new Receiver()];
  for (const end of [sender, receiver]) guard.protect(end);
  const look = async () => {
    room.spoke = [];
    mock.timers.tick(200);
    for (let i = 0; i < 20; i++) await null;
    return room.spoke;
  };
  levels.set(receiver.track, 0.5);
  assert.deepEqual(await look(), [["", false]], "nobody knows yet whose it is");
  workers[0].onmessage({ data: { t: "from", track: 1, member: "aa" } });
  sender.level = 0.2;
  assert.deepEqual(await look(), [["", true], ["aa", true]]);
  guard.close();
  assert.deepEqual(await look(), []);
});

// Voice without a browser: what is offered, what is answered, and what becomes of both.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeClock } from "./fakes.mjs";
import { answerTo, FakeConnection, FakeMedia, FakeSound, FakeTrack } from "./voicefakes.mjs";
import { unable } from "../static/voice/able.js";
import { Call, SLOTS, TRIES } from "../static/voice/call.js";
import { Microphone } from "../static/voice/microphone.js";
import { Pulse } from "../static/voice/pulse.js";
import { answered, offered } from "../static/voice/sdp.js";
import { loudness } from "../static/voice/sound.js";
import { holds, Talk } from "../static/voice/talk.js";
import { Room } from "../static/room/room.js";

const soon = () => new Promise((done) => setImmediate(done));

let clock;
let media;
let sound;
let sent;
let up; // the room's connection is
let microphone;
let call;
let guarded; // what was to be sealed
beforeEach(() => {
  clock = new FakeClock();
  media = new FakeMedia();
  sound = new FakeSound();
  sent = [];
  up = true;
  guarded = [];
  FakeConnection.made = [];
  make();
});

function make(more = {}) {
  microphone = new Microphone({ media, onChange: () => call.device() });
  call = new Call({
    make: () => new FakeConnection(), microphone, sound, clock, signal: (op) => sent.push(op), ready: () => up, onChange: () => {}, ...more,
  });
}

const connection = () => FakeConnection.made.at(-1);
const answer = () => call.take({ t: "voice", id: sent.findLast(({ offer }) => offer).id, answer: answerTo(sent.findLast(({ offer }) => offer).offer), members: [] });

async function join() {
  call.join();
  await soon();
  answer();
  await soon();
  connection().become("connected");
  assert.equal(call.state, "in");
}

test("one joins muted, without an address, and with a fixed number of places to hear", async () => {
  call.join();
  assert.equal(call.state, "asking");
  assert.ok(sound.isOpen, "what is heard by is made in the click");
  await soon();
  assert.equal(call.state, "joining");
  assert.deepEqual(connection().transceivers.map(({ direction }) => direction), ["sendonly", ...Array(SLOTS.open).fill("recvonly")]);
  const [{ t, on, muted, offer }] = sent;
  assert.deepEqual([t, on, muted], ["voice", true, true]);
  assert.doesNotMatch(offer, /candidate|192\.168|trickle/);
  assert.match(offer, /audio-level/, "in an open room the server may know how loud");
  assert.equal(media.given[0].enabled, false);
  answer();
  await soon();
  assert.match(connection().remoteDescription.sdp, /^a=fmtp:111 .*usedtx=1.*maxaveragebitrate=32000\r$/m);
  assert.equal(sound.heard.length, SLOTS.open);
  connection().become("connected");
  assert.equal(call.state, "in");
  assert.ok(media.asked[0].audio.echoCancellation);
});

test("muting silences here at once, and the server is told not all the time", async () => {
  await join();
  sent.length = 0;
  for (const muted of [false, true, false, true, false]) call.mute(muted);
  assert.equal(media.given[0].enabled, true);
  assert.deepEqual(sent.map(({ muted }) => muted), [false]);
  clock.advance(1000);
  assert.deepEqual(sent.map(({ muted }) => muted), [false], "it knows that already");
  call.mute(true);
  assert.equal(media.given[0].enabled, false);
  assert.deepEqual(sent.map(({ muted }) => muted), [false], "silence goes first");
  clock.advance(100);
  assert.deepEqual(sent.map(({ muted }) => muted), [false, true]);
  call.take({ t: "error", id: "voice", code: "rate_limited", wait: 300 });
  clock.advance(300);
  assert.deepEqual(sent.map(({ muted }) => muted), [false, true, true], "what was refused is said again");
});

test("leaving ends the microphone, the connection and what is heard, at once", async () => {
  await join();
  const track = media.given[0];
  call.leave();
  assert.deepEqual([track.readyState, connection().signalingState, sound.isOpen, call.state], ["ended", "closed", false, "out"]);
  assert.deepEqual(sent.at(-1), { t: "voice", on: false, id: "voice" });
  clock.advance(60_000);
  assert.equal(FakeConnection.made.length, 1);
});

test("who leaves while they talk sends silence for a moment, and the microphone ends at once", async () => {
  await join();
  call.mute(false);
  const [track] = media.given;
  const first = connection();
  call.leave();
  assert.deepEqual([track.readyState, sound.isOpen, call.state, first.signalingState, first.transceivers[0].sender.track], ["ended", false, "out", "stable", sound.silence]);
  clock.advance(100);
  assert.deepEqual([first.signalingState, sent.at(-1).on], ["closed", false]);

  await join(); // and again at once
  call.mute(false);
  const second = connection();
  call.leave();
  call.join();
  assert.deepEqual([second.signalingState, sent.at(-1).on], ["closed", false]);
  await soon();
  clock.advance(1000);
  assert.equal(sent.at(-1).on, true);
  call.leave();

  await join();
  call.mute(false);
  call.leave();
  call.phase(true); // with the page
  assert.equal(connection().signalingState, "closed");
});

test("who leaves while the browser asks has no microphone open afterwards", async () => {
  let say;
  media.answer = new Promise((resolve) => { say = resolve; });
  call.join();
  call.leave();
  const track = new FakeTrack();
  say(track);
  await soon();
  assert.deepEqual([track.readyState, call.state, microphone.track, FakeConnection.made.length], ["ended", "out", null, 0]);
});

test("without a microphone one listens, and is told why", async () => {
  for (const [name, problem] of [["NotAllowedError", "refused"], ["NotFoundError", "absent"], ["NotReadableError", "busy"], ["TypeError", "absent"]]) {
    make();
    media.answer = name;
    await join();
    assert.equal(microphone.problem, problem);
    call.mute(false);
    assert.equal(call.muted, true);
    media.answer = null;
    await microphone.open(); // once more
    call.device();
    await soon();
    assert.equal(connection().transceivers[0].sender.track, microphone.track);
    call.mute(false);
    assert.deepEqual([call.muted, microphone.track.enabled, microphone.problem], [false, true, ""]);
  }
});

test("a microphone that is taken away in the middle", async () => {
  await join();
  const [track] = media.given;
  call.mute(false);
  track.hush(true);
  assert.equal(microphone.problem, "held");
  track.hush(false);
  assert.equal(microphone.problem, "");
  track.vanish();
  await soon();
  assert.deepEqual([microphone.problem, call.muted, call.state, connection().transceivers[0].sender.track], ["gone", true, "in", null]);
  assert.equal(sent.at(-1).muted, false, "told a moment ago");
  clock.advance(1000);
  assert.equal(sent.at(-1).muted, true);
});

test("what the server refuses ends it, with its words", async () => {
  call.join();
  await soon();
  call.take({ t: "error", id: sent[0].id, code: "voice", message: "The voice is full." });
  await soon();
  assert.deepEqual([call.state, call.why, media.given[0].readyState, connection().signalingState], ["out", { said: "The voice is full." }, "ended", "closed"]);
});

test("an offer that comes too soon is made again when it may be", async () => {
  call.join();
  await soon();
  call.take({ t: "error", id: sent[0].id, code: "rate_limited", wait: 4000 });
  await soon();
  clock.advance(3999);
  assert.deepEqual([call.state, sent.length], ["again", 1]);
  clock.advance(1);
  await soon();
  assert.equal(sent.length, 2);
});

test("an answer to another question is none", async () => {
  call.join();
  await soon();
  call.take({ t: "voice", id: "voice99", answer: answerTo(sent[0].offer), members: [] });
  await soon();
  assert.equal(connection().remoteDescription, null);
});

test("an answer that makes no sense ends it", async () => {
  for (const wrong of ["", "v=0\r\n", "x".repeat(1e5), "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n", "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\n"]) {
    make();
    call.join();
    await soon();
    call.take({ t: "voice", id: sent.at(-1).id, answer: wrong || "-", members: [] });
    await soon();
    assert.deepEqual([call.state, call.why], ["out", "answer"], wrong.slice(0, 30));
    assert.equal(media.given.at(-1).readyState, "ended");
  }
});

test("where nothing reaches the server one is told soon", async () => {
  call.join();
  await soon();
  for (let at = 0; at < 2; at++) {
    answer();
    await soon();
    connection().become("failed");
    await soon();
  }
  assert.deepEqual([call.state, call.why, FakeConnection.made.length], ["out", "unreached", 2]);
});

test("a server that does not answer is not waited for", async () => {
  call.join();
  await soon();
  clock.advance(10_000);
  await soon();
  clock.advance(10_000);
  assert.deepEqual([call.state, call.why], ["out", "unreached"]);
});

test("a connection that is lost comes back muted as it was, and no more than so often", async () => {
  await join();
  call.mute(false);
  clock.advance(20_000);
  const [track] = media.given;
  connection().become("failed");
  assert.deepEqual([call.state, call.tries, track.readyState], ["again", 1, "live"]);
  await soon();
  assert.equal(sent.at(-1).muted, false);
  answer();
  await soon();
  connection().become("connected");
  assert.deepEqual([call.state, call.muted, FakeConnection.made.length], ["in", false, 2]);
  assert.equal(FakeConnection.made[0].signalingState, "closed");
  for (let at = 0; call.state !== "out"; at++) {
    assert.ok(at <= TRIES, "it ends");
    connection().become("failed");
    clock.advance(10_000);
    await soon();
  }
  assert.deepEqual([call.why, track.readyState], ["unreached", "ended"]);
});

test("a browser that is unsure is waited for a little", async () => {
  await join();
  connection().become("disconnected");
  clock.advance(1000);
  connection().become("connected");
  clock.advance(10_000);
  assert.deepEqual([call.state, FakeConnection.made.length], ["in", 1]);
  connection().become("disconnected");
  clock.advance(1500);
  await soon();
  assert.deepEqual([call.state, FakeConnection.made.length], ["again", 2]);
});

test("the voice comes back with the room's connection, and not without", async () => {
  await join();
  up = false;
  call.phase(false);
  assert.deepEqual([call.state, call.tries, connection().signalingState], ["again", 0, "closed"]);
  clock.advance(60_000);
  assert.equal(FakeConnection.made.length, 1);
  up = true;
  call.phase(false);
  await soon();
  assert.equal(FakeConnection.made.length, 2);
  answer();
  await soon();
  connection().become("connected");
  assert.equal(call.state, "in");
  call.phase(true); // the room was left
  assert.deepEqual([call.state, media.given[0].readyState], ["out", "ended"]);
});

test("who is put out of the voice comes back, or hears why not", async () => {
  await join();
  call.take({ t: "voice", out: true });
  await soon();
  assert.deepEqual([call.state, FakeConnection.made.length], ["again", 2]);
  call.take({ t: "error", id: sent.at(-1).id, code: "voice", message: "A host ended it." });
  await soon();
  assert.deepEqual([call.state, call.why], ["out", { said: "A host ended it." }]);
});

// ---- Sealed rooms ----

const seals = () => ({ protect: (end) => { guarded.push(end); end.transform = {}; }, close: () => guarded.push("closed") });

test("in a sealed room everything is sealed before an answer is asked for", async () => {
  make({ protection: async () => seals() });
  call.join();
  await soon();
  const { transceivers } = connection();
  assert.equal(transceivers.length, 1 + SLOTS.sealed);
  assert.deepEqual(guarded, [transceivers[0].sender, ...transceivers.slice(1).map(({ receiver }) => receiver)]);
  assert.doesNotMatch(sent[0].offer, /audio-level|red\/|G722|PCMU|CN\/|a=fmtp:63/);
  assert.match(sent[0].offer, /^m=audio 9 UDP\/TLS\/RTP\/SAVPF 111\r$/m);
  // The server asks for what was not offered.
  call.take({ t: "voice", id: sent[0].id, answer: answerTo(connection().localDescription.sdp), members: [] });
  await soon();
  const { sdp } = connection().remoteDescription;
  assert.doesNotMatch(sdp, /audio-level|red\/|G722|PCMU|CN\//);
  assert.match(sdp, /^a=fmtp:111 .*usedtx=0;cbr=1.*maxaveragebitrate=24000\r$/m);
  connection().become("connected");
  call.leave();
  assert.equal(guarded.at(-1), "closed");
});

test("what is not sealed is not joined", async () => {
  const cases = {
    "nothing to seal by": async () => { throw new Error("no worker"); },
    "no seal": async () => null,
    "one that fails": async () => ({ protect: () => { throw new Error("no"); }, close() {} }),
    "one that does nothing": async () => ({ protect() {}, close() {} }),
    "one that leaves a receiver out": async () => ({ protect(end) { if (end.replaceTrack) end.transform = {}; }, close() {} }),
  };
  for (const [what, protection] of Object.entries(cases)) {
    make({ protection });
    sent.length = 0;
    call.join();
    await soon();
    await soon();
    assert.deepEqual([call.state, call.why, sent.length, media.given.at(-1).readyState], ["out", "unsealed", 0, "ended"], what);
    assert.ok(!sound.heard?.length, what);
  }
});

test("a seal that comes off before the answer ends it", async () => {
  make({ protection: async () => seals() });
  call.join();
  await soon();
  connection().transceivers[3].receiver.transform = null;
  answer();
  await soon();
  assert.deepEqual([call.state, call.why, connection().remoteDescription], ["out", "unsealed", null]);
  assert.ok(!sound.heard?.length);
});

// ---- The parts ----

test("an offer and an answer keep what is needed", () => {
  const sdp = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=rtpmap:111 OPUS/48000/2\r\na=fmtp:111 x=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=extmap:3/sendonly urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on\r\n";
  assert.equal(offered(sdp, true), "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 OPUS/48000/2\r\na=fmtp:111 x=1\r\n");
  assert.equal(offered(sdp, false), sdp.replace(/a=candidate.*\r\n/, ""));
  assert.match(answered(sdp, false), /candidate:1 .*\r\na=rtpmap:111 OPUS\/48000\/2\r\na=fmtp:111 minptime=10;useinbandfec=1;usedtx=1;stereo=0;maxaveragebitrate=32000\r\na=extmap/);
  assert.doesNotMatch(answered(sdp, true), /extmap|red/);
});

test("why there can be no voice in a browser", () => {
  const browser = { isSecureContext: true, RTCPeerConnection: class {}, RTCRtpScriptTransform: class {}, AudioContext: class {}, navigator: { mediaDevices: { getUserMedia() {} } } };
  assert.equal(unable(true, browser), "");
  assert.equal(unable(false, { ...browser, isSecureContext: false }), "insecure");
  assert.equal(unable(false, { ...browser, RTCPeerConnection: undefined }), "missing");
  assert.equal(unable(false, { ...browser, navigator: {} }), "missing");
  assert.equal(unable(false, { ...browser, RTCRtpScriptTransform: undefined }), "");
  assert.equal(unable(true, { ...browser, RTCRtpScriptTransform: undefined }), "unsealable");
});

test("a connection is dead that does not answer, and not one that is not asked", () => {
  const pulse = new Pulse();
  const pair = { type: "candidate-pair", nominated: true, responsesReceived: 1, requestsSent: 1, bytesReceived: 0 };
  const other = { type: "candidate-pair", nominated: false, responsesReceived: 0, requestsSent: 1 };
  assert.equal(pulse.lost([pair], 0), false);
  assert.equal(pulse.lost([pair, { ...other, requestsSent: 9 }], 9000), false, "nothing was asked by the way that is taken");
  assert.equal(pulse.lost([{ ...pair, requestsSent: 2, responsesReceived: 2 }], 9500), false);
  const asked = { ...pair, requestsSent: 3, responsesReceived: 2 };
  assert.equal(pulse.lost([asked], 12_000), false, "it may be on its way");
  assert.equal(pulse.lost([asked], 12_600), false);
  assert.equal(pulse.lost([asked], 12_700), true);
  assert.equal(pulse.lost([asked, { type: "inbound-rtp", packetsReceived: 5 }], 12_800), false, "somebody is heard");
  assert.equal(pulse.lost([{ ...asked, requestsSent: 4 }, { type: "inbound-rtp", packetsReceived: 5 }], 13_500), false, "a moment ago");
});

test("the space bar talks where it means nothing else", async () => {
  const at = (selector, value) => ({ closest: (asked) => (asked.split(", ").includes(selector) ? { value } : null) });
  const space = { code: "Space" };
  assert.ok(holds({ ...space, target: at("body") }));
  assert.ok(holds({ ...space, target: at("textarea", "") }));
  assert.ok(holds({ ...space, target: at("textarea", "  ") }));
  assert.ok(!holds({ ...space, target: at("textarea", "hello") }));
  for (const pressed of ["button", "input", "summary", "select", "dialog"]) assert.ok(!holds({ ...space, target: at(pressed) }), pressed);
  for (const more of ["repeat", "ctrlKey", "altKey", "metaKey", "shiftKey", "isComposing", "defaultPrevented"]) assert.ok(!holds({ ...space, [more]: true, target: at("body") }), more);

  const talk = new Talk({ call, onChange() {} });
  const key = (type, more) => talk.key({ type, code: "Space", target: at("body"), ...more });
  assert.equal(key("keydown"), false, "one is not in voice");
  await join();
  assert.equal(key("keydown"), true);
  assert.deepEqual([call.muted, talk.held], [false, true]);
  assert.equal(key("keydown", { repeat: true }), true);
  assert.equal(key("keyup"), true);
  assert.deepEqual([call.muted, talk.held], [true, false]);
  assert.equal(key("keyup"), false);
  call.mute(false); // by the button: it stays
  assert.equal(key("keydown"), false);
  talk.release();
  assert.equal(call.muted, false);
});

test("how loud a microphone is", () => {
  assert.equal(loudness(new Float32Array(8)), 0);
  assert.equal(loudness(new Float32Array(8).fill(1)), 1);
  assert.ok(Math.abs(loudness(new Float32Array(8).fill(0.0316)) - 0.5) < 0.01);
});

test("a room knows who is in voice, until they or their place are gone", () => {
  const room = new Room();
  const you = { id: "me", nick: "low-fern", via: "web" };
  const bob = { id: "b", nick: "bob", via: "ssh" };
  const welcome = { t: "welcome", v: 1, room: "tea", kind: "open", you, members: [you, bob], seq: 0 };
  room.apply(welcome, 1);
  assert.ok(room.apply({ t: "voice", member: { id: "b" }, in: true, muted: false, speaking: true }, 2).has("members"));
  assert.deepEqual(room.members.get("b").voice, { muted: false, speaking: true });
  room.apply({ t: "renamed", seq: 1, member: { ...bob, nick: "rob" }, was: "bob" }, 3);
  assert.deepEqual(room.members.get("b").voice, { muted: false, speaking: true });
  room.apply({ t: "voice", members: [{ id: "b", muted: true }], answer: "-" }, 4);
  assert.deepEqual(room.members.get("b").voice, { muted: true, speaking: false });
  room.apply({ t: "voice", member: { id: "ghost" }, in: true }, 5);
  assert.equal(room.members.size, 2);
  room.apply({ t: "voice", member: { id: "b" }, in: false }, 6);
  assert.equal(room.members.get("b").voice, undefined);
  room.apply({ t: "voice", member: { id: "b" }, in: true }, 7);
  room.apply({ ...welcome, seq: 1 }, 8);
  assert.equal(room.members.get("b").voice, undefined);
});

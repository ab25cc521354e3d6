// Members of a sealed room from whom nothing comes: who sleeps, who only reads, and whose
// words a server keeps back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setting } from "./sealedroom.mjs";

const passing = ({ clock, settle }) => async (seconds, after = () => {}) => {
  for (let i = 0; i < seconds; i++) {
    clock.advance(1000);
    await settle();
    if (after(i)) await settle();
  }
};

for (const [what, lost, code] of [["whom the server says to be away", true, "absent"], ["whom the server takes for one who is there", false, "unconfirmed.named"]]) {
  test(`a sleeper ${what} is told of once, and told what was missed`, async () => {
    const { ends: [anna, dora, bob], server, enter, ...rest } = await setting("anna", "dora", "bob");
    const { settle } = rest;
    const pass = passing(rest);
    await pass(5);
    const kept = [];
    let asleep = true;
    server.meddle = (frame, place) => {
      if (!asleep || place !== bob.place) return [frame];
      kept.push(frame);
      return [];
    };
    if (lost) server.away(bob.place, true);
    const carl = await enter("carl");
    await pass(35, (i) => i % 10 === 5 && [carl, anna, dora].map(({ sealed }) => sealed.send({ t: "say", text: `while bob sleeps ${i}` })));
    asleep = false;
    for (const frame of kept.splice(0)) server.tell(bob.place, frame);
    if (lost) server.away(bob.place, undefined);
    await pass(10);
    for (const { sealed } of [carl, bob, anna]) {
      sealed.send({ t: "say", text: "all are here" });
      await pass(5);
    }
    await settle();
    assert.deepEqual(carl.notices(), [code]);
    const [who, by] = carl.last("notice").values;
    assert.equal(who, "bob");
    assert.ok(["anna", "dora"].includes(by), by);
    assert.deepEqual(bob.notices(), ["unsealed"]);
    assert.deepEqual(bob.last("notice").values, [["carl"]]);
    for (const end of [anna, dora]) assert.deepEqual(end.notices(), lost ? [] : ["unheard", "heard_again"]);
    assert.equal(bob.texts().length, 3 * 2 + 3);
    const words = await Promise.all([anna, bob, carl, dora].map(({ sealed }) => sealed.verify()));
    for (const { numbers, names } of words) assert.deepEqual([numbers, names.length], [words[0].numbers, 4]);
  });
}

test("a taken name is no absence of those who hear of the newcomer last, and it is said why", async () => {
  const { ends: [anna, ...others], server, ...rest } = await setting("anna", "dora", "bob", "carl");
  const { settle } = rest;
  anna.sealed.leave();
  await settle();
  others[1].sealed.send({ t: "nick", nick: "anna" });
  await settle();
  const kept = new Map(others.map(({ place }) => [place, []]));
  server.meddle = (frame, place) => {
    if (!kept.has(place)) return [frame];
    kept.get(place).push(frame);
    return [];
  };
  anna.sealed.join();
  await settle();
  for (const [place, frames] of kept) { // one after another hears of her
    kept.delete(place);
    for (const frame of frames) server.tell(place, frame);
    await settle();
  }
  await passing(rest)(3);
  assert.deepEqual(anna.notices(), ["nick_taken"]);
  for (const end of others) assert.deepEqual(end.notices(), []);
  const words = await Promise.all([anna, ...others].map(({ sealed }) => sealed.verify()));
  for (const { numbers, names } of words) assert.deepEqual([numbers, names.length], [words[0].numbers, 4]);
});

// bySlowLine lets quick come in while the line of a member is slow: they have answered the
// greeting, and what comes of that reaches them once say(quick) is done.
async function bySlowLine(say) {
  const { ends: [anna, slow], server, enter, ...rest } = await setting("anna", "slow");
  const pass = passing(rest);
  let kept = null;
  server.meddle = (frame, place) => {
    if (place !== slow.place || !kept) return [frame];
    kept.push(frame);
    return [];
  };
  const quick = await enter(null, rest.secret, () => {
    const { deliver } = slow.place.socket;
    slow.place.socket.deliver = function (text) {
      deliver.call(this, text);
      if (JSON.parse(text).t === "sealed") kept ??= [];
    };
  });
  await pass(1);
  say(quick.sealed);
  await pass(1);
  const late = kept.splice(0);
  kept = null;
  server.meddle = (frame) => [frame];
  for (const frame of late) server.tell(slow.place, frame);
  return { anna, slow, quick, pass };
}

for (const op of [{ t: "say", text: "hi" }, { t: "typing" }]) {
  test(`what a slow line misses of a newcomer who has said no more than "${op.t}"`, async () => {
    const { slow, quick, pass } = await bySlowLine((sealed) => (op.t === "say" ? sealed.send(op) : sealed.signal(op)));
    await pass(2); // at once: who says so may leave
    const want = op.t === "say" ? ["unsealed"] : [];
    assert.deepEqual(slow.notices(), want);
    quick.sealed.send({ t: "say", text: "again" });
    await pass(5);
    assert.equal(slow.texts().length, 1);
    assert.deepEqual(slow.all("gap"), []);
    assert.deepEqual(slow.notices(), want);
  });
}

test("a name and a topic reach a slow line, and nobody takes it for a difference", async () => {
  const { anna, slow, quick, pass } = await bySlowLine((sealed) => {
    sealed.send({ t: "nick", nick: "zed" });
    sealed.send({ t: "topic", text: "lunch" });
  });
  await pass(20);
  const { numbers } = await anna.sealed.verify();
  for (const [end, told] of [[anna, []], [slow, ["unsealed"]], [quick, []]]) {
    assert.deepEqual(end.notices(), told);
    const verify = await end.sealed.verify();
    assert.deepEqual([verify.numbers, verify.names.includes("zed")], [numbers, true]);
    assert.deepEqual(end.all("topic").map(({ text }) => text), ["lunch"]);
  }
});

test("nobody is told that they are alone while others are on their way to say who they are", async () => {
  const { ends: [anna], server, enter, ...rest } = await setting("anna");
  const kept = [];
  server.meddle = (frame, place) => {
    if (place !== anna.place) return [frame];
    kept.push(frame);
    return [];
  };
  const bob = await enter();
  await passing(rest)(2);
  assert.equal(bob.last("welcome"), undefined);
  server.meddle = (frame) => [frame];
  for (const frame of kept.splice(0)) server.tell(anna.place, frame); // whose line is slow
  await rest.settle();
  assert.equal(bob.last("welcome").members.length, 2);
  server.meddle = (frame, place) => (place === anna.place || place === bob.place ? [] : [frame]);
  const carl = await enter();
  await passing(rest)(3);
  assert.equal(carl.last("welcome"), undefined);
  await passing(rest)(1);
  assert.equal(carl.last("welcome").members.length, 1);
});

test("of a member who is kept back it is said ten seconds after we spoke, and taken back", async () => {
  const { ends: [anna, bob], server, ...rest } = await setting("anna", "bob");
  const pass = passing(rest);
  await pass(20);
  let keeps = true;
  server.meddle = (frame, place) => (keeps && frame.t === "sealed" && place === anna.place && frame.from.id === bob.place.member.id ? [] : [frame]);
  anna.sealed.send({ t: "say", text: "is somebody there?" });
  await pass(9);
  assert.deepEqual(anna.notices(), []);
  await pass(7);
  assert.deepEqual(anna.notices(), ["unheard"]);
  await pass(120);
  assert.deepEqual(anna.notices(), ["unheard"]);
  keeps = false;
  bob.sealed.send({ t: "say", text: "now?" });
  await pass(1);
  assert.deepEqual(anna.notices(), ["unheard", "heard_again"]);
  assert.equal(anna.all("gap").length, 1);
});

test("who only reads is never said to be silent", async () => {
  const { ends, ...rest } = await setting("anna", "bob", "carl", "dora");
  await passing(rest)(200, (i) => i % 7 === 0 && ends[i % 2].sealed.send({ t: "say", text: "talk" }));
  for (const end of ends) assert.deepEqual(end.notices(), []);
});

test("a clock that is set back keeps no words and makes nobody silent", async () => {
  const { ends: [anna, bob], clock, settle } = await setting("anna", "bob");
  bob.sealed.send({ t: "say", text: "before" });
  await settle();
  const { now } = clock;
  clock.now = () => now() - 3_600_000; // of both: one machine
  for (let i = 0; i < 12; i++) {
    anna.sealed.send({ t: "say", text: `after ${i}` });
    await settle();
    for (let s = 0; s < 5; s++) {
      clock.advance(1000);
      await settle();
    }
  }
  assert.equal(bob.texts().filter((text) => text.startsWith("anna: after")).length, 12);
  assert.deepEqual([anna.notices(), bob.notices()], [[], []]);
});

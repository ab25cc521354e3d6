// Who governs a sealed room, as the server says it: what a welcome brings of that, what
// comes back of what was asked for, and who has no name yet. The twin of governing_test.go
// in Go's rooms/seal.
import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { setting } from "./sealedroom.mjs";
import { SealedState } from "../static/sealed/state.js";
import { tables } from "../static/sealed/strings.js";
import { texts } from "../static/text/strings.js";

const rules = { door: "knock", fade: 3600 };

test("a welcome says who governs, of what the server can decide in a sealed room", async () => {
  const { server, enter } = await setting("anna");
  let says = { rules };
  server.meddle = (frame, place) => {
    if (frame.t !== "welcome") return [frame];
    const spoken = (member) => ({ ...member, nick: "mallory", muted: true, speaks: true, host: member.id === "m1" });
    return [{ ...frame, ...says, you: spoken(frame.you), members: frame.members.map(spoken) }, { t: "host", seq: 90, member: { ...place.member, host: true } }];
  };
  server.say = meddled(server);
  const bob = await enter("bob");
  const { you, members, rules: told } = bob.last("welcome");
  assert.deepEqual(told, rules);
  assert.deepEqual(bob.all("host"), []);
  assert.equal(you.host, true);
  assert.deepEqual(members.map(({ host }) => host), [true, true]);
  for (const member of [you, ...members]) assert.ok(!("muted" in member) && !("speaks" in member) && member.nick !== "mallory");
  says = { rules: { ...rules, quiet: true } };
  const carl = await enter("carl");
  assert.deepEqual(carl.last("welcome").rules, { door: "open" });
  assert.deepEqual(carl.notices(), ["forged"]);
});

// meddled has what a server says by itself meddled with, too.
function meddled(server) {
  return (place, frame) => {
    for (const each of frame.t === "welcome" ? server.meddle(frame, place) : [frame]) place.socket?.deliver(JSON.stringify(each));
  };
}

test("an op that comes back is the one that was asked for", async () => {
  const { server, ends: [anna], settle } = await setting("anna");
  server.governs = (place, { id, knock }) => server.tell(place, { t: "error", code: "unknown_knock", message: "…", id, knock });
  server.tell(anna.place, { t: "knocking", knock: "anna-is-a-spy" });
  await settle();
  anna.sealed.send({ t: "admit", knock: anna.last("knocking").knock });
  await settle();
  assert.deepEqual([anna.last("knocking").knock, anna.last("error").op.knock], ["k1", "k1"]);
  server.governs = () => server.cut(anna.place);
  let unsent;
  anna.unsent.push = ([, why]) => { unsent = why; };
  anna.sealed.send({ t: "deny", knock: "k1" });
  await settle();
  server.part(anna.place, "lost");
  anna.sealed.retryNow();
  await settle();
  assert.equal(unsent, "unknown");
});

test("knocks of another place are nobody's here", async () => {
  const { server, ends: [anna], settle } = await setting("anna");
  const knocks = (knock) => server.tell(anna.place, { t: "knocking", knock });
  knocks("a");
  await settle();
  const { member } = anna.place;
  server.cut(anna.place);
  server.part(anna.place, "lost");
  anna.sealed.retryNow();
  await settle();
  anna.clock.advance(6000);
  await settle();
  anna.place = server.places.at(-1);
  assert.notEqual(anna.place.member.id, member.id);
  knocks("b");
  await settle();
  assert.equal(anna.last("knocking").knock, "k2");
  anna.sealed.send({ t: "admit", knock: "k1" });
  await settle();
  assert.equal(anna.last("error").code, "unknown_knock");
});

test("that nothing is sealed to who was removed is said in the page's language, and no server's reason is", async () => {
  const { server, ends: [anna, bob], settle } = await setting("anna", "bob");
  server.tell(anna.place, server.numbered({ t: "left", seq: 1, member: bob.place.member, reason: "removed", why: "bob is a spy" }));
  await settle();
  const state = new SealedState(texts("de", tables.de), String, false);
  const [left] = state.take(anna.last("left"));
  assert.deepEqual([left.member.nick, left.why], ["bob", tables.de.shutOut]);
  assert.equal(state.take({ ...left, why: undefined })[0].why, undefined);
});

test("whoever knocks at a sealed room is told how many wait before them, and of nothing forged", async () => {
  const { server, ends: [anna], enter, settle } = await setting("anna");
  let letIn;
  server.knocks = (socket, knock) => {
    letIn = () => server.join(socket, knock);
    for (const ahead of [1, 0]) server.say({ socket }, { t: "waiting", room: "tea", ahead });
  };
  const waits = (end) => end.seen.map(({ t, ahead = 0 }) => `${t} ${ahead}`);
  const told = ["waiting 1", "waiting 0"];
  const bob = await enter("", undefined, undefined, "");
  assert.equal(bob.sealed.phase, "knocking");
  assert.deepEqual(waits(bob), told);
  letIn();
  await settle();
  bob.clock.advance(2000);
  await settle();
  assert.equal(bob.last("welcome").members.length, 2);

  // Who was removed may knock again. Nobody waits who is in.
  const place = server.places.at(-1);
  server.say(place, { t: "bye", code: "removed", message: "You were removed from this room.", retry: false });
  server.cut(place);
  server.part(place, "removed");
  await settle();
  bob.seen.length = 0;
  bob.sealed.join("");
  await settle();
  assert.deepEqual(waits(bob), told);
  assert.deepEqual(anna.notices(), []);
  server.tell(anna.place, { t: "waiting", room: "tea", ahead: 3 });
  await settle();
  assert.deepEqual([anna.all("waiting"), anna.notices()], [[], ["forged"]]);
});

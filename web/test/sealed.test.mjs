// Sealed rooms from end to end but for the socket: real keys, and a server that
// passes on what it can't read, honestly or not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url, fromBase64url, newSecret, Room } from "../static/seal.js";
import { Session } from "../static/sealsession.js";
import { decode as decodePayload, encode as encodePayload } from "../static/payload.js";
import { People } from "../static/people.js";
import { Doubts, newDoubt } from "../static/doubts.js";
import { Sealed } from "../static/sealed.js";
import { FakeClock, FakeHints, FakeSocket } from "./fakes.mjs";

// SealedServer is a sealed room's server as docs/PROTOCOL.md has it: it keeps
// what each place has not seen, and passes a sealed message on with each
// member's own wrap. `meddle(frame, place)` may change what a place is sent.
class SealedServer {
  places = [];
  meddle = (frame) => [frame];
  relayed = []; // what it could record
  refuses = () => false; // whether a place's sealed message is too much for the room
  #seq = 0;

  open = () => {
    const socket = new FakeSocket((text) => { for (const line of text.split("\n")) this.#take(socket, JSON.parse(line)); });
    queueMicrotask(() => socket.accept());
    return socket;
  };

  #take(socket, frame) {
    this.relayed.push(frame);
    const place = this.places.find((each) => each.socket === socket);
    if (frame.t === "join") this.#join(socket, frame);
    if (!place) return;
    if (frame.t === "sync") this.tell(place, { t: "synced", id: frame.id });
    if (frame.t === "leave") this.part(place, "quit");
    if (frame.t === "pass") for (const each of this.places) if (frame.to.includes(each.member.id)) this.say(each, { t: "passed", from: { id: place.member.id }, body: frame.body });
    if (frame.t === "seal" && this.refuses(place, frame)) return this.tell(place, { t: "error", code: "rate_limited", message: "…", id: frame.id });
    if (frame.t === "seal") {
      const at = 1_700_000_000_000;
      for (const each of [...this.places]) {
        const wrap = frame.wraps.find(({ to }) => to === each.member.id)?.wrap;
        const own = each === place;
        if (own || wrap) this.tell(each, { t: "sealed", wseq: ++each.wseq, at, from: { id: place.member.id }, body: frame.body, ...(own ? { id: frame.id } : { wrap }) });
      }
    }
  }

  #join(socket, { ticket, seq, wseq, hello, ...rest }) {
    if (ticket) {
      const place = this.places.find((each) => each.ticket === ticket);
      place.socket = socket;
      this.say(place, this.#welcome(place, { seq, resumed: true }));
      for (const frame of place.kept.filter((each) => (each.seq ?? 0) > seq || (each.wseq ?? 0) > wseq)) this.say(place, frame);
      return;
    }
    assert.deepEqual(Object.keys(rest).sort(), ["resume", "room", "t"], "a join tells nothing else");
    const member = { id: `m${this.places.length + 1}`, nick: "", via: "web", hello };
    const place = { member, socket, kept: [], wseq: 0, ticket: `ticket-${member.id}` };
    this.all({ t: "joined", seq: ++this.#seq, member });
    this.places.push(place);
    this.room = rest.room;
    this.say(place, this.#welcome(place, { seq: this.#seq }));
  }

  #welcome(place, more) {
    const { ticket, member } = place;
    return { t: "welcome", v: 1, room: this.room, kind: "sealed", you: member, members: this.places.map((each) => each.member), ticket, ...more };
  }

  all(frame) { for (const place of this.places) this.tell(place, frame); }

  // tell keeps a frame for coming back, and sends it.
  tell(place, frame) {
    if (frame.t === "synced") return this.say(place, frame);
    for (const each of this.meddle(frame, place)) {
      place.kept.push(each);
      this.say(place, each);
    }
  }

  say(place, frame) {
    place.socket?.deliver(JSON.stringify(frame));
  }

  part(place, reason) {
    this.places.splice(this.places.indexOf(place), 1);
    this.all({ t: "left", seq: ++this.#seq, member: place.member, reason });
  }

  cut(place) {
    const { socket } = place;
    place.socket = null;
    socket.drop();
  }
}

async function setting(...nicks) {
  const clock = new FakeClock();
  clock.advance(1000);
  const server = new SealedServer();
  const secret = newSecret();
  const ends = [];
  const enter = async (nick, key = secret, atOnce = () => {}) => {
    const seen = [];
    const unsent = [];
    const sealed = await Sealed.enter({
      secret: key, openSocket: () => server.open(), clock, hints: new FakeHints().watch,
      onFrames: (frames) => seen.push(...frames), onPhase: () => {}, onUnsent: (op, why) => unsent.push([op.text, why]),
    });
    const end = {
      sealed, seen, unsent, clock,
      last: (t) => seen.findLast((frame) => frame.t === t),
      all: (t) => seen.filter((frame) => frame.t === t),
      texts: () => seen.filter(({ t }) => t === "said").map(({ from, text }) => `${from.nick}: ${text}`),
      notices: () => seen.filter(({ t }) => t === "notice").map(({ code }) => code),
    };
    ends.push(end);
    sealed.join();
    atOnce(end);
    await quiet(ends, server);
    clock.advance(2000);
    await quiet(ends, server);
    if (nick) {
      sealed.send({ t: "nick", nick });
      await quiet(ends, server);
    }
    end.place = server.places.at(-1);
    return end;
  };
  for (const nick of nicks) await enter(nick);
  return { server, clock, ends, enter, secret, settle: () => quiet(ends, server) };
}

// quiet waits until nobody has anything under way: what one end does is another's
// to take, so until nothing more comes of it.
async function quiet(ends, server) {
  const progress = () => server.relayed.length + ends.reduce((sum, { seen, sealed }) => sum + seen.length + sealed.phase.length, 0);
  for (let still = 0, before = -1; still < 5; still++) {
    for (const { sealed } of ends) await sealed.idle();
    if (progress() !== before) still = 0;
    before = progress();
  }
}

test("looks like any room, to those who have the key", async () => {
  const { ends: [anna, bob], settle } = await setting("anna", "bob");
  assert.deepEqual(anna.last("welcome").kind, "sealed");
  assert.deepEqual(bob.last("welcome").members.map(({ nick }) => nick)[0], "anna");
  assert.equal(anna.last("renamed").member.nick, "bob");
  const id = anna.sealed.send({ t: "say", text: "hello  \u202edlrow" });
  await settle();
  assert.equal(bob.last("said").text, "hello  dlrow");
  assert.equal(anna.last("said").op.id, id);
  bob.sealed.send({ t: "say", text: "waves", action: true, re: bob.last("said").seq });
  bob.sealed.send({ t: "whisper", to: bob.last("said").from.id, text: "psst" });
  bob.sealed.send({ t: "topic", text: "tea at six" });
  await settle();
  const waved = anna.last("said");
  assert.deepEqual([waved.text, waved.action, waved.re], ["waves", true, anna.all("said")[0].seq]);
  assert.deepEqual([anna.last("whispered").text, anna.last("whispered").to.nick], ["psst", "anna"]);
  assert.equal(bob.last("whispered").to.nick, "anna");
  assert.equal(anna.last("topic").text, "tea at six");
  assert.deepEqual([...anna.notices(), ...bob.notices()], []);
});

test("a third is told who is here and what it is about; a leaver is gone", async () => {
  const { ends: [anna, bob], enter, settle } = await setting("anna", "bob");
  anna.sealed.send({ t: "topic", text: "tea" });
  await settle();
  const carl = await enter("carl");
  const welcome = carl.last("welcome");
  assert.deepEqual(welcome.members.map(({ nick }) => nick).slice(0, 2), ["anna", "bob"]);
  assert.equal(welcome.topic, "tea");
  assert.deepEqual((await anna.sealed.verify()).numbers, (await carl.sealed.verify()).numbers);
  assert.deepEqual((await carl.sealed.verify()).names, ["carl", "anna", "bob"]);
  bob.sealed.leave();
  await settle();
  assert.equal(anna.last("left").member.nick, "bob");
  carl.sealed.send({ t: "say", text: "without bob" });
  await settle();
  assert.deepEqual(anna.texts(), ["carl: without bob"]);
  assert.deepEqual(bob.texts(), []);
  assert.deepEqual(anna.notices(), []);
});

test("the server sees none of it", async () => {
  const { ends: [anna, bob], server, settle, secret } = await setting("anna-marker", "bob-marker"); // too long to come about in base64
  anna.sealed.send({ t: "say", text: "marker" });
  bob.sealed.send({ t: "topic", text: "marker" });
  await settle();
  const record = JSON.stringify(server.relayed);
  for (const word of ["marker", base64url(secret)]) assert.ok(!record.includes(word), word);
});

test("two of one name are told apart, and so are look-alikes", async () => {
  const { ends: [anna, other], settle } = await setting("anna", "аnna");
  assert.equal(other.last("error").code, "nick_taken");
  assert.equal(anna.all("renamed").length, 1, "only her own");
  assert.notEqual(other.last("welcome").you.nick, "anna");
  other.sealed.send({ t: "nick", nick: "not a name" });
  await settle();
  assert.equal(other.last("error").code, "bad_nick");
});

test("nobody can be called what only a number is called", () => {
  const room = new People();
  const [you, anna, forger, second] = persons(room, "you", "anna", "forger", "second");
  room.introduce(anna, you, "anna");
  for (const claim of ["guest-00000000", "Guest-1", "gυest-1a2b3c4d", "anna", "аnna", "not a name", ""]) {
    room.name(forger, claim);
    assert.equal(forger.nick, "guest-1a2b3c4d", claim);
  }
  room.name(second, "");
  assert.equal(second.nick, "guest-1a2b3c4e", "the number of a key can be searched for; it is not had twice");
  room.remove(forger);
  room.name(second, "anna2");
  assert.equal(second.nick, "anna2");
});

test("who had a name first", () => {
  const room = new People();
  const [you, anna, forger, carl, late] = persons(room, "you", "anna", "forger", "carl", "late");
  for (const each of [anna, forger, carl]) each.before = true;
  room.name(you, "carl");
  assert.deepEqual(room.introduce(carl, you, "Carl"), { loser: you, was: "carl" });
  assert.equal(carl.nick, "Carl");
  assert.equal(room.introduce(late, you, "carl"), null);
  assert.notEqual(late.nick, "carl");
  room.introduce(forger, you, "anna");
  assert.deepEqual(room.introduce(anna, you, "anna"), { loser: forger, was: "anna" });
  for (const each of [forger, you]) room.name(each, "anna"); // again, now that nobody seems to have it
  for (const each of [anna, forger, you]) assert.notEqual(each.nick, "anna");
});

// persons are people of one room, each with a key of the same number.
function persons(room, ...names) {
  return names.map((name, i) => {
    const person = { id: name, nick: "", peer: `1a2b3c4d${String(i).padStart(8, "0")}`, key: "" };
    room.add(person);
    return person;
  });
}

test("a ghost is refused and told, more and more seldom", async () => {
  const { ends: [anna], enter, server, settle } = await setting("anna", "bob");
  await enter("", newSecret());
  assert.deepEqual(anna.notices(), ["ghost"]);
  assert.deepEqual(anna.all("joined").map(({ member }) => member.nick).length, 1);
  const copied = { ...server.places[1].member, id: "mirror" };
  server.all({ t: "joined", seq: 900, member: copied });
  await settle();
  assert.deepEqual(anna.notices(), ["ghost", "ghost.used"]);
  for (const seq of [901, 902, 903]) server.all({ t: "joined", seq, member: { ...copied, id: `mirror-${seq}` } });
  await settle();
  assert.equal(anna.notices().length, 3);
});

test("a replayed hello gets nobody shown", async () => {
  const { ends: [anna], secret, server, settle } = await setting("anna");
  const room = await Room.open(secret);
  const gone = await Session.begin(room);
  server.all({ t: "joined", seq: 900, member: { id: "old", nick: "", via: "web", hello: base64url(await gone.hello()) } });
  await settle();
  assert.deepEqual(anna.all("joined"), []);
  assert.deepEqual(anna.notices(), []);
});

test("who says no name is told none", async () => {
  const { ends: [anna], secret, server, settle, clock } = await setting("anna");
  anna.sealed.send({ t: "topic", text: "tea" });
  await settle();
  const stranger = await Session.begin(await Room.open(secret));
  const came = [];
  const socket = server.open();
  socket.onmessage = ({ data }) => came.push(JSON.parse(data));
  await settle();
  const hello = base64url(await stranger.hello());
  socket.send(JSON.stringify({ t: "join", room: server.room, hello, resume: true, seq: 0, wseq: 0 }));
  const [host] = came[0].members;
  const { id } = await stranger.add(Buffer.from(host.hello, "base64url"), true);
  const say = async (message) => {
    const { body, wraps } = await stranger.seal(message, clock.now());
    socket.send(JSON.stringify({ t: "seal", id: "1", body: base64url(body), wraps: [{ to: host.id, wrap: base64url(wraps[id]) }] }));
    await settle();
  };
  const heard = async () => {
    const texts = [];
    for (const frame of came.splice(0).filter(({ wrap }) => wrap)) {
      const opened = await stranger.open(Buffer.from(frame.body, "base64url"), Buffer.from(frame.wrap, "base64url"), clock.now());
      texts.push(decodePayload(opened.text));
    }
    return texts;
  };
  await say(await stranger.greet());
  anna.sealed.send({ t: "say", text: "for nobody else" });
  await settle();
  assert.deepEqual(await heard(), [{ t: "step" }]);
  for (let i = 0; i < 3; i++) { // writes on nobody's screen
    stranger.compose(new Uint8Array(), false, [id]); // and one is missing each time
    await say(stranger.compose(encodePayload({ t: "later" }), false, [id]));
  }
  assert.deepEqual([anna.notices(), anna.all("gap")], [["forged", "forged"], []]);
  await say(stranger.compose(encodePayload({ t: "confirm", nick: "sam" }), false, [id]));
  assert.equal(anna.last("joined").member.nick, "sam");
  assert.deepEqual((await heard()).map(({ t, nick, topic }) => [t, nick, topic.text]), [["confirm", "anna", "tea"]]);
  await say(stranger.compose(encodePayload({ t: "confirm", nick: "sue", topic: { text: "for one", at: 2 ** 52 } }), false, [id]));
  assert.deepEqual([anna.all("renamed").length, anna.last("topic").text], [1, "tea"], "what is not for all seems to be for none");
});

test("what is forged, replayed or in the clear is dropped and told", async () => {
  const { ends: [anna, bob], server, settle } = await setting("anna", "bob");
  let genuine;
  server.meddle = (frame, place) => {
    if (frame.t !== "sealed" || place !== anna.place || !frame.wrap) return [frame];
    genuine = frame;
    const bytes = Buffer.from(frame.body, "base64url");
    bytes[100] ^= 1;
    return [{ ...frame, body: bytes.toString("base64url") }, { ...frame, wseq: ++place.wseq }, { ...frame, wseq: ++place.wseq }];
  };
  bob.sealed.send({ t: "say", text: "one" });
  await settle();
  assert.deepEqual(anna.texts(), ["bob: one"]);
  assert.deepEqual(anna.notices(), ["forged", "forged"]);
  server.tell(anna.place, { t: "said", seq: 901, at: 1, from: { id: bob.place.member.id, nick: "bob" }, text: "I am bob" });
  server.say(anna.place, { ...genuine, wseq: ++anna.place.wseq, from: { id: "nobody" } });
  server.tell(anna.place, { t: "joined", seq: 902 });
  server.tell(anna.place, { t: "gap", missed: "many" });
  await settle();
  assert.deepEqual(anna.texts(), ["bob: one"]);
  assert.deepEqual(anna.notices(), ["forged", "forged", "forged"], "said at the 1st, 2nd, 4th, 8th …");
  server.meddle = (frame) => [frame];
  bob.sealed.send({ t: "say", text: "two" });
  await settle();
  assert.deepEqual(anna.texts(), ["bob: one", "bob: two"]);
});

test("what the server drops shows as missing", async () => {
  const { ends: [anna, bob], server, settle } = await setting("anna", "bob");
  server.meddle = (frame, place) => (frame.t === "sealed" && place === anna.place && frame.wrap ? [] : [frame]);
  for (const text of ["one", "two"]) bob.sealed.send({ t: "say", text });
  await settle();
  server.meddle = (frame) => [frame];
  bob.sealed.send({ t: "say", text: "three" });
  await settle();
  assert.deepEqual(anna.all("gap").map(({ missed }) => missed), [2]);
  server.tell(anna.place, { t: "gap", missed: 1, seq: 900 });
  server.meddle = (frame, place) => (frame.t === "sealed" && place === anna.place && frame.wrap ? [] : [frame]);
  bob.sealed.send({ t: "say", text: "four" });
  await settle();
  server.meddle = (frame) => [frame];
  bob.sealed.send({ t: "say", text: "five" });
  await settle();
  assert.deepEqual(anna.all("gap").map(({ missed }) => missed), [2, 1], "what the server owned up to is not told twice");
});

test("what is compared is what was read", async () => {
  const { ends: [anna], enter, settle } = await setting("anna", "bob");
  await anna.sealed.compared();
  await settle();
  assert.deepEqual(anna.notices(), ["unread"]);
  await anna.sealed.verify();
  await enter("spy");
  await anna.sealed.compared();
  await settle();
  assert.deepEqual(anna.all("compared").map(({ at, changes }) => [at, changes.at(-1)[0]]), [[0, "cameIn"]]);
  await anna.sealed.verify();
  await anna.sealed.compared();
  await settle();
  assert.equal(anna.last("compared").people, 3);
});

test("a crowd at the door is no difference", async () => {
  const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
  const held = [];
  server.meddle = (frame, place) => {
    if (frame.t !== "sealed" || place !== bob.place || !frame.wrap) return [frame];
    held.push(frame);
    return [];
  };
  anna.sealed.send({ t: "say", text: "sealed to the two of us" });
  await settle();
  for (const nick of ["carl", "dora"]) await enter(nick); // two seconds each
  server.meddle = (frame) => [frame];
  for (const frame of held) server.tell(bob.place, { ...frame, wseq: ++bob.place.wseq });
  await settle();
  clock.advance(10_000);
  await settle();
  assert.deepEqual(bob.all("said").map(({ text }) => text), ["sealed to the two of us"]);
  assert.deepEqual(bob.notices(), []);
});

test("whoever is said to be away again and again excuses no difference", async () => {
  const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
  server.meddle = (frame, place) => (frame.t === "joined" && place === bob.place ? [] : [frame]);
  const carl = await enter("carl");
  let seq = 1000;
  for (let i = 0; i < 200; i++) {
    if (i % 60 === 0) {
      for (const away of [undefined, true]) for (const { place } of [bob, carl]) server.say(anna.place, { t: "away", seq: ++seq, member: { ...place.member, away } });
      bob.sealed.send({ t: "say", text: "what bob is shown" });
    }
    clock.advance(1000);
    await settle();
  }
  assert.ok(anna.all("notice").some(({ code, values }) => code === "roster_differs" && values[0][0][0] === "differsMissing"), JSON.stringify(anna.all("notice")));
});

test("a member who is hidden is told of, by name", async () => {
  const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
  server.meddle = (frame, place) => (frame.t === "joined" && place === anna.place ? [] : [frame]);
  await enter("carl");
  bob.sealed.send({ t: "say", text: "hello you two" });
  await settle();
  for (let i = 0; i < 4; i++) {
    clock.advance(1000);
    await settle();
  }
  const told = anna.all("notice").find(({ code }) => code === "roster_differs");
  assert.deepEqual(told.values, [[["differsShown", "bob", "carl"]]]);
});

test("a cut is bridged: nothing missing, nothing twice, in order", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  anna.sealed.send({ t: "say", text: "before" });
  await settle();
  // This one dies in the socket.
  const { socket } = anna.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); };
  anna.sealed.send({ t: "say", text: "died" });
  await settle();
  server.cut(anna.place);
  assert.equal(anna.sealed.send({ t: "say", text: "meanwhile" }), null);
  bob.sealed.send({ t: "say", text: "to anna" });
  await settle();
  clock.advance(1000);
  await settle();
  anna.sealed.send({ t: "say", text: "after" });
  await settle();
  assert.deepEqual(bob.texts(), ["anna: before", "bob: to anna", "anna: died", "anna: after"]);
  assert.deepEqual(anna.texts(), bob.texts());
  assert.deepEqual([...anna.notices(), ...bob.notices(), ...anna.unsent, ...bob.all("gap")], []);
  assert.equal(anna.last("welcome").resumed, true);
});

test("the keys die with their place, a minute after a loss", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  const open = server.open;
  server.open = () => { // nobody answers
    const socket = new FakeSocket();
    queueMicrotask(() => socket.drop());
    return socket;
  };
  server.cut(anna.place);
  clock.advance(59_000);
  await settle();
  assert.ok(await anna.sealed.verify());
  clock.advance(2000);
  await settle();
  assert.equal(await anna.sealed.verify(), null);
  server.open = open;
  for (let i = 0; i < 40; i++) {
    clock.advance(1000);
    await settle();
  }
  assert.notDeepEqual(anna.last("welcome").you.id, anna.place.member.id, "somebody new");
  anna.sealed.send({ t: "say", text: "back" });
  await settle();
  assert.ok(bob.texts().some((text) => text.endsWith(": back")));
  assert.deepEqual(anna.notices(), ["roster_differs", "unconfirmed"]); // her old place is there still, and silent
});

test("what is being sealed at a cut keeps its order", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  const { socket } = anna.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); };
  anna.sealed.send({ t: "say", text: "died" });
  await settle();
  anna.sealed.send({ t: "say", text: "not sealed yet" });
  server.cut(anna.place);
  clock.advance(1000);
  await settle();
  anna.sealed.send({ t: "say", text: "after" });
  await settle();
  assert.deepEqual(bob.texts(), ["anna: died", "anna: not sealed yet", "anna: after"]);
  assert.deepEqual([...bob.notices(), ...anna.notices(), ...bob.all("gap")], []);
});

// As many as may wait are sent again after a return, and words behind them: never
// faster than the server lets sealed messages pass, in the order of sealing.
test("what is sent again is paced, and nothing overtakes it", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  clock.advance(60_000);
  await settle();
  let tokens = 128; // the server's own allowance
  let refused = 0;
  const { socket } = anna.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); };
  const said = [];
  const say = async (n) => {
    for (let i = 0; i < n; i++) {
      clock.advance(500);
      said.push(`m${said.length}`);
      anna.sealed.send({ t: "say", text: said.at(-1) });
      await settle();
    }
  };
  await say(12);
  server.meddle = (frame, place) => {
    if (frame.t === "sealed" && place === anna.place && frame.id && --tokens < 0) refused++;
    return [frame];
  };
  for (let i = 0; i < 150; i++) anna.sealed.send({ t: "nick", nick: `anna-${i}` }); // they cost no allowance of words
  await settle();
  server.cut(anna.place);
  clock.advance(1000);
  await settle();
  await say(1);
  assert.ok(bob.texts().length < said.length, "not all at once");
  for (let i = 0; i < 60 && bob.texts().length < said.length; i++) {
    clock.advance(1000);
    tokens += 8;
    await settle();
  }
  assert.deepEqual(bob.texts().map((text) => text.split(": ")[1]), said);
  assert.equal(bob.all("said").at(-1).from.nick, "anna-149", "what was said last was sealed last");
  assert.equal(refused, 0);
  assert.deepEqual([...anna.notices(), ...bob.notices(), ...bob.all("gap"), ...anna.all("error"), ...anna.unsent], []);
});

test("what a busy room refused is sent again as it is, and nobody misses it", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  let refusals = 6;
  server.refuses = (place) => place === anna.place && refusals-- > 0;
  const texts = ["one", "two", "three", "four"];
  for (const text of texts) anna.sealed.send({ t: "say", text });
  await settle();
  assert.deepEqual(bob.texts(), []);
  for (let i = 0; i < 12; i++) {
    clock.advance(1000);
    await settle();
  }
  assert.deepEqual(bob.all("said").map(({ text }) => text), texts);
  assert.deepEqual([...anna.all("error"), ...bob.all("gap"), ...bob.notices(), ...anna.notices(), ...anna.unsent], []);
});

test("what was refused before something that was not is refused to its sender", async () => {
  const { ends: [anna, bob], server, settle } = await setting("anna", "bob");
  let first = true;
  server.refuses = (place) => place === anna.place && first && !(first = false);
  for (const text of ["one", "two"]) anna.sealed.send({ t: "say", text });
  await settle();
  assert.deepEqual(bob.all("said").map(({ text }) => text), ["two"]);
  assert.deepEqual(anna.all("error").map(({ code, op }) => [code, op.text]), [["rate_limited", "one"]]);
  assert.deepEqual(bob.all("gap").map(({ missed }) => missed), [1]);
});

test("large bodies leave no faster than the server takes them", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  let tokens = 256 * 1024;
  server.refuses = (place, { body }) => {
    tokens -= body.length * 3 / 4;
    assert.ok(tokens > 0, "too much for the server");
    return false;
  };
  const { socket } = anna.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); };
  for (let i = 0; i < 80; i++) {
    clock.advance(500);
    anna.sealed.send({ t: "say", text: "x".repeat(3900) });
    await settle();
  }
  server.cut(anna.place);
  clock.advance(500);
  await settle();
  for (let i = 0; i < 20; i++) {
    clock.advance(1000);
    tokens = Math.min(256 * 1024, tokens + 64 * 1024);
    await settle();
  }
  assert.equal(bob.all("said").length, 80);
  assert.deepEqual([...bob.all("gap"), ...anna.all("error")], []);
});

test("typing is no word, and does not wait behind words", async () => {
  const { ends: [anna, bob], clock, server, settle } = await setting("anna", "bob");
  clock.advance(5000);
  anna.sealed.signal({ t: "typing" });
  await settle();
  assert.equal(bob.all("typing").length, 1);
  for (let i = 0; i < 100; i++) anna.sealed.send({ t: "nick", nick: `anna-${i}` });
  await settle();
  clock.advance(3000);
  anna.sealed.signal({ t: "typing" });
  await settle();
  assert.equal(bob.all("typing").length, 1);
  assert.ok(server.relayed.filter(({ t }) => t === "seal").length < 100);
});

test("leaving before there is a connection is no forgery", async () => {
  const { server, enter } = await setting("anna");
  const { open } = server;
  server.open = () => new FakeSocket(); // the line is being dialled
  const bob = await enter("", undefined, ({ sealed }) => {
    sealed.send({ t: "say", text: "early" });
    sealed.leave();
  });
  assert.equal(bob.sealed.phase, "left");
  assert.deepEqual([bob.notices(), bob.unsent], [[], [["early", "left"]]]);
  server.open = open;
});

test("another place says since when it missed things", async () => {
  const { ends: [anna], clock, settle } = await setting("anna");
  assert.equal(anna.last("welcome").since, undefined);
  clock.advance(5000);
  anna.sealed.leave();
  const left = clock.now();
  clock.advance(90_000);
  anna.sealed.join();
  await settle();
  clock.advance(2000);
  await settle();
  assert.equal(anna.last("welcome").since, left);
});

test("words said before the welcome are said after it", async () => {
  const { ends: [anna], enter } = await setting("anna");
  await enter("", undefined, (bob) => bob.sealed.send({ t: "say", text: "early" }));
  assert.equal(anna.last("said").text, "early");
});

test("nothing is said faster than the room allows", async () => {
  const { ends: [anna, bob], settle } = await setting("anna", "bob");
  for (let i = 0; i < 12; i++) anna.sealed.send({ t: "say", text: `m${i}` });
  await settle();
  assert.equal(bob.all("said").length, 10);
  assert.deepEqual(anna.all("error").map(({ code, op }) => [code, op.text]), [["rate_limited", "m10"], ["rate_limited", "m11"]]);
});

test("a server that puts us into another place is left", async () => {
  const { server, enter } = await setting("anna");
  const { say } = server;
  server.say = (place, frame) => say.call(server, place, frame.t === "welcome" ? { ...frame, kind: "open" } : frame);
  const bob = await enter("");
  assert.equal(bob.sealed.phase, "ended");
  assert.equal(bob.sealed.reason.code, "other_place");
  assert.deepEqual(bob.seen, []);
});

test("leaving forgets the keys, and coming back makes new ones", async () => {
  const { ends: [anna, bob], clock, settle } = await setting("anna", "bob");
  const { numbers: before } = await anna.sealed.verify();
  bob.sealed.leave();
  await settle();
  assert.equal(await bob.sealed.verify(), null);
  bob.sealed.join();
  await settle();
  clock.advance(2000);
  await settle();
  const { numbers: after } = await anna.sealed.verify();
  assert.notDeepEqual(after, before);
  assert.deepEqual((await bob.sealed.verify()).numbers, after);
  assert.equal(bob.last("welcome").you.nick, "bob", "the name is kept");
});

test("a file is offered sealed, its name is cleaned where it arrives, and what is passed goes through", async () => {
  const { server, ends: [anna, bob], settle } = await setting("anna", "bob");
  const file = { name: "../../.ssh/ke\u001b[2Jys", size: 7, key: "A".repeat(43), sum: "A".repeat(43) };
  const id = anna.sealed.send({ t: "offer", file });
  await settle();
  assert.deepEqual(bob.last("offered").file, { ...file, name: "keys" });
  assert.equal(bob.last("offered").from.nick, "anna");
  assert.equal(anna.last("offered").op.id, id);
  assert.ok(!JSON.stringify(server.relayed).includes("keys"));
  bob.sealed.signal({ t: "pass", to: [anna.place.member.id], body: "AQID" });
  bob.sealed.signal({ t: "pass", to: ["nobody"], body: "AQID" });
  await settle();
  assert.deepEqual(anna.all("passed"), [{ t: "passed", from: { id: bob.place.member.id }, body: "AQID" }]);
  server.say(anna.place, { t: "passed", from: { id: "a-stranger" }, body: "AQID" });
  await settle();
  assert.equal(anna.all("passed").length, 1);
  assert.deepEqual(anna.notices(), []);
});

test("what is no offer of a file is not shown", () => {
  const file = { name: "a", size: 1, key: "A".repeat(43), sum: "A".repeat(43) };
  const read = (change) => decodePayload(encodePayload({ t: "offer", file: { ...file, ...change } }));
  assert.deepEqual(read({ more: 1 }), { t: "offer", file });
  for (const change of [
    { name: undefined }, { name: 7 }, { size: -1 }, { size: 1.5 }, { size: 64 * 2 ** 20 + 1 }, { size: "1" },
    { key: "AAAA" }, { key: `${file.key}=` }, { key: `${"A".repeat(42)}B` }, { key: undefined }, { sum: 7 },
  ]) assert.equal(read(change), null, JSON.stringify(change));
  assert.equal(decodePayload(encodePayload({ t: "offer" })), null);
});

test("what is no frame is told of, and ends nothing", async () => {
  const { server, ends: [anna, bob], settle } = await setting("anna", "bob");
  for (const frame of [{ t: "sealed", wseq: -5, at: 1, from: { id: "x" }, body: "AA" }, { t: "sealed", wseq: 1e6, at: 1, from: null, body: 7 }, { t: "joined", seq: 99 }, { t: "left" }, { t: "welcome" }]) server.say(anna.place, frame);
  await settle();
  assert.ok(anna.notices().length > 0);
  assert.deepEqual([...new Set(anna.notices())], ["forged"]);
  bob.sealed.send({ t: "say", text: "still heard" });
  await settle();
  assert.deepEqual(anna.texts(), ["bob: still heard"]);
});

test("no return without a loss: it would have all wait that is said", async () => {
  const { ends: [, bob], server, settle } = await setting("anna", "bob");
  server.say(bob.place, { t: "welcome", v: 1, room: server.room, kind: "sealed", you: bob.place.member, members: [], ticket: "x", seq: 1, resumed: true });
  await settle();
  assert.equal(bob.sealed.phase, "ended");
  assert.equal(bob.sealed.reason.code, "other_place");
});

test("a return has an end, in half a minute", async () => {
  const { ends: [, bob], server, clock, settle } = await setting("anna", "bob");
  const { say } = server;
  server.say = (place, frame) => { if (frame.t !== "synced" || !frame.id.startsWith("seal")) say.call(server, place, frame); };
  server.cut(bob.place);
  clock.advance(1000);
  await settle();
  assert.equal(bob.last("welcome").resumed, true);
  bob.sealed.send({ t: "say", text: "held" });
  await settle();
  for (let second = 0; second < 28; second++) {
    clock.advance(1000);
    await settle();
  }
  assert.equal(bob.sealed.phase, "open");
  clock.advance(2000);
  await settle();
  assert.equal(bob.sealed.phase, "ended");
  assert.equal(bob.sealed.reason.code, "unanswered");
  assert.deepEqual(bob.unsent, [["held", "unknown"]]);
});

for (const [what, refuses, within] of [["refused", true, 10], ["never given back", false, 15]]) {
  test(`whoever a question was for that is ${what} is silent, told more and more seldom`, async () => {
    const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
    server.meddle = (frame, place) => (frame.t === "joined" && place === bob.place ? [] : [frame]);
    await enter("carl");
    const { socket } = bob.place;
    const { onsent } = socket;
    const kept = new Set();
    socket.onsent = (text) => {
      const passed = text.split("\n").filter((line) => {
        const frame = JSON.parse(line);
        if (frame.t !== "seal" || Buffer.from(frame.body, "base64url")[25] !== 0) return true; // for all
        kept.add(frame.id);
        if (refuses) queueMicrotask(() => server.say(bob.place, { t: "error", code: "not_allowed", message: "no", id: frame.id }));
        return !refuses;
      });
      if (passed.length > 0) onsent(passed.join("\n"));
    };
    const hide = server.meddle;
    server.meddle = (frame, place) => (frame.t === "sealed" && place === bob.place && kept.has(frame.id) ? [] : hide(frame, place));
    anna.sealed.send({ t: "say", text: "what carl reads too" });
    const pass = async (s) => {
      for (let i = 0; i < s; i++) {
        clock.advance(1000);
        await settle();
      }
    };
    await settle();
    await pass(within);
    const silences = () => bob.notices().filter((code) => code.startsWith("roster_"));
    assert.deepEqual(silences(), ["roster_silent"]);
    await pass(100);
    const told = silences().length;
    assert.ok(told >= 4 && told <= 6, `told ${told} times`);
  });
}

test("a loss makes nobody silent", async () => {
  const { ends: [anna, bob], server, enter, clock, settle } = await setting("anna", "bob");
  server.meddle = (frame, place) => (frame.t === "joined" && place === bob.place ? [] : [frame]);
  await enter("carl");
  anna.sealed.send({ t: "say", text: "what carl reads too" });
  await settle();
  const { socket } = bob.place;
  const { onsent } = socket;
  socket.onsent = (text) => { if (!text.includes('"seal"')) onsent(text); }; // bob's question is lost
  clock.advance(3000);
  await settle();
  const { open } = server;
  server.open = () => {
    const dead = new FakeSocket();
    queueMicrotask(() => dead.drop());
    return dead;
  };
  server.cut(bob.place);
  for (let i = 0; i < 20; i++) {
    clock.advance(1000);
    await settle();
  }
  server.open = open;
  bob.sealed.retryNow();
  await settle();
  for (let i = 0; i < 4; i++) {
    clock.advance(1000);
    await settle();
  }
  assert.equal(bob.last("welcome").resumed, true);
  assert.deepEqual(bob.notices().filter((code) => code.startsWith("roster_")), ["roster_differs"]);
});

// doubting is what one end makes of a member's answers: answer(…) is one, of whom they
// show, where we show ourselves and them.
function doubting(nick) {
  const notices = [];
  const clock = new FakeClock();
  const doubts = new Doubts({ clock, notice: (code, _, ...values) => notices.push([code, ...values]) });
  const person = { nick, peer: "them", shown: true, doubt: newDoubt() };
  const shown = [{ peer: "you", nick: "anna" }, { peer: "them", nick }];
  doubts.see("ours", shown, [person]);
  doubts.compare(person, "theirs");
  clock.advance(2000);
  const answer = (also) => {
    assert.deepEqual(doubts.ask([person], clock.now()).due, [person]);
    doubts.asked(person, shown);
    const all = shown.map(({ peer, nick: name }) => ({ id: peer, nick: name }));
    doubts.answered(person, "theirs", [...all, ...also], { met: (id) => id.startsWith("met"), away: () => false, you: "you" });
    clock.advance(5000);
  };
  return { notices, answer };
}

test("each difference counts by itself", () => {
  const { notices, answer } = doubting("bob");
  const carl = { id: "met-carl", nick: "carl" };
  answer([carl, { id: "met-1", nick: "mallory" }]);
  assert.deepEqual(notices, [], "it may have been on its way");
  answer([carl, { id: "met-2", nick: "mallory" }]);
  assert.deepEqual(notices, [["roster_differs", [["differsShown", "bob", "carl"]]]]);
});

test("nobody shouts by making people up", () => {
  const { notices, answer } = doubting("mallory");
  for (let i = 0; i < 60; i++) answer([{ id: `new-${i}`, nick: `eve${i}` }]);
  assert.deepEqual(notices.map(([code, [[, from]]]) => [code, from]), Array(6).fill(["roster_differs", "mallory"]));
});

test("twelve who ask every second keep nobody's words back, and no newcomer", async () => {
  const { ends: [anna], server, clock, enter, secret, settle } = await setting("anna");
  const room = await Room.open(secret);
  const stray = async (nick) => {
    const session = await Session.begin(room);
    const heard = [];
    const socket = server.open();
    await settle();
    socket.onmessage = ({ data }) => heard.push(...data.split("\n").map((line) => JSON.parse(line)));
    socket.send(JSON.stringify({ t: "join", room: room.name, hello: base64url(await session.hello()), resume: true }));
    await settle();
    const { members: [{ id: to, hello }] } = heard.find(({ t }) => t === "welcome");
    const peer = await session.add(fromBase64url(hello), true);
    let opened = 0;
    const listen = async () => {
      for (const { body, wrap } of heard.splice(0).filter((frame) => frame.t === "sealed" && frame.wrap)) {
        opened++;
        await session.open(fromBase64url(body), fromBase64url(wrap), clock.now()).catch(() => {}); // another's greeting
      }
      return opened;
    };
    const say = async (message) => {
      const { body, wraps } = await session.seal(message, clock.now());
      socket.send(JSON.stringify({ t: "seal", id: "x", body: base64url(body), wraps: [{ to, wrap: base64url(wraps[peer.id]) }] }));
    };
    const tell = (payload) => say(session.compose(encodePayload(payload), false, [peer.id]));
    await say(await session.greet());
    await settle();
    await listen();
    await tell({ t: "confirm", nick });
    await settle();
    return { tell, listen };
  };
  const asking = [];
  for (let i = 0; i < 12; i++) asking.push(await stray(`p${i}`));
  const ask = async (times) => {
    for (let i = 0; i < times; i++) {
      for (const x of asking) {
        await x.listen();
        await x.tell({ t: "ask" });
      }
      clock.advance(1000);
      await settle();
    }
  };
  assert.equal((await anna.sealed.verify()).names.length, 13);
  const before = await asking[0].listen();
  await ask(30);
  assert.ok(await asking[0].listen() > before + 20, "nobody was answered");
  anna.sealed.send({ t: "say", text: "hello" });
  await ask(2);
  assert.deepEqual(anna.texts(), ["anna: hello"]);
  const bob = await enter("bob");
  await ask(2);
  assert.ok((await anna.sealed.verify()).names.includes("bob"));
  assert.ok((await bob.sealed.verify()).names.includes("anna"));
});

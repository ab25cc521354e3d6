// What is typed while one goes from room to room: each word ends in one place, and is said
// in no room but the one in front when it was begun.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import "./page.mjs";
import { random } from "./fakes.mjs";
import { handOver, Typed, unsaid } from "../static/rooms/keys.js";
import { Places } from "../static/rooms/places.js";

const names = ["den", "ops", "tea", "pub"];

// Area is as much of the message field as a composer needs, with one person's keys.
class Area {
  value = "";
  style = {};
  scrollHeight = 20;
  classList = { toggle() {} };
  on = {};
  addEventListener(type, act) { this.on[type] = act; }
  setAttribute() {}
  removeAttribute() {}
  focus() {}
  setSelectionRange(start, end) { this.selectionStart = start; this.selectionEnd = end; }
  setRangeText(text, start, end) {
    this.value = this.value.slice(0, start) + text + this.value.slice(end);
    this.setSelectionRange(start + text.length, start + text.length);
  }
}

// Typist types into a window of rooms, whose answers come when the test says so.
class Typist {
  places = new Places();
  now = 0; // ms, as keys have it
  said = []; // {room, text}
  told = [];
  waits = []; // what was asked and is not answered
  #composer;

  static async of(names) {
    const { Composer } = await import("../static/view/composer.js");
    const typist = new Typist();
    typist.#composer = Composer;
    for (const name of names) typist.enter(typist.places.add({ name }));
    return typist;
  }

  enter(place) {
    const elements = new Map();
    document.getElementById = (id) => elements.get(id) ?? elements.set(id, new Area()).get(id);
    const session = { outgoing: new Map() };
    const composer = new this.#composer({
      source: {}, text: String, onTyping() {}, onEscape() {}, onUp() {}, onDraft() {}, onOver() {},
      submit: (line) => this.#submit(place, line),
    });
    const field = elements.get("message");
    Object.assign(place, { field, replying: elements.get("replying"), here: { session, composer } });
    if (place.typed) composer.ahead(place.typed.text, "ahead");
  }

  #submit(place, line) {
    if (!/^\/(join|leave)/.test(line)) return this.said.push({ room: place.name, text: line }), "";
    if (line !== "/leave" && !names.includes(line.slice("/join ".length))) return "That is no room.";
    return new Promise((done) => this.waits.push({ place, line, done }));
  }

  // press is one key, wherever the focus is.
  press(key) {
    const { front } = this.places;
    const event = { key, timeStamp: this.now += 100, defaultPrevented: false, preventDefault() {} };
    if (!front.here) return (front.typed ??= new Typed()).take({ ...event, altKey: false, ctrlKey: false, metaKey: false, isComposing: false });
    front.field.on.keydown(event);
    if (key === "Enter") return;
    front.field.setRangeText(key, front.field.value.length, front.field.value.length);
    front.field.on.input({ timeStamp: this.now, data: key });
  }

  line(text) { for (const key of [...text, "Enter"]) this.press(key); }

  // turn is what rooms.js does of the front, without what it draws.
  turn(was, held = "", forced = false) {
    const { front } = this.places;
    if (was && was !== front) held = was.here?.composer.yields() ?? "";
    handOver(held, front, "ahead", forced);
  }

  show(place) {
    const { front } = this.places;
    this.places.show(place);
    this.turn(front);
  }

  close(place, typed) {
    const { front } = this.places;
    const held = place !== front ? "" : typed ?? place.here?.composer.yields() ?? "";
    this.places.remove(place);
    if (place === front) this.turn(null, held, !place.here);
  }

  answer({ place, line, done }, refused) {
    const { list, front } = this.places;
    if (refused || !list.includes(place)) return done("refused");
    if (line.startsWith("/join")) {
      const name = line.slice(6);
      const to = this.places.find(name) ?? this.places.add({ name });
      if (place === front) this.show(to);
    } else if (list.length > 1) {
      const lost = unsaid(place);
      if (lost.length > 0 && place.warned !== lost.join("\n")) place.warned = lost.join("\n");
      else {
        this.told.push(...lost);
        this.close(place);
      }
    }
    done("");
  }
}

function typing(t) {
  globalThis.addEventListener = () => {};
  globalThis.getComputedStyle = () => ({ lineHeight: "20", paddingTop: "0", paddingBottom: "0" });
  const getElementById = document.getElementById;
  t.after(() => {
    delete globalThis.addEventListener;
    delete globalThis.getComputedStyle;
    document.getElementById = getElementById;
  });
}
const settled = () => new Promise(setImmediate);

test("what is typed for one room is said in no other, whatever order things happen in", async (t) => {
  typing(t);
  for (let seed = 1; seed <= 60; seed++) {
    const below = random(seed);
    const typist = await Typist.of(["den", "ops"]);
    t.mock.method(performance, "now", () => typist.now);
    const { places, waits, said, told } = typist;
    const began = []; // {word, room}: the room in which it was begun, "" on the way to one
    let letter = 0;
    for (let step = 0; step < 60; step++) {
      const { list, front } = places;
      const act = below(20);
      if (act < 9) { // a line, torn by whatever is between its keys
        const way = !front.here || front.here.composer.leading;
        const word = `w${++letter}.`;
        began.push({ word, room: way ? "" : front.name });
        const cut = 1 + below(word.length - 1);
        for (const key of word.slice(0, cut)) typist.press(key);
        if (waits.length > 0 && below(3) === 0) typist.answer(waits.shift(), below(2) === 0);
        await settled();
        for (const key of word.slice(cut)) typist.press(key);
        if (below(2)) typist.press("Enter");
      } else if (act < 12 && front.here && front.field.value === "" && !front.here.composer.leading) {
        typist.line(`/join ${names[below(names.length)]}`);
      } else if (act === 12 && front.here && front.field.value === "" && !front.here.composer.leading) {
        typist.line("/leave");
      } else if (act < 15 && waits.length > 0) {
        typist.answer(waits.splice(below(waits.length), 1)[0], below(3) === 0);
      } else if (act === 15) {
        typist.show(list[below(list.length)]);
      } else if (act === 16) {
        const coming = list.find(({ here }) => !here);
        if (coming && below(2)) typist.enter(coming);
        else if (coming) {
          if (coming !== front) told.push(...coming.typed?.lines ?? []);
          typist.close(coming, coming.typed?.text);
        }
      } else if (act === 17) typist.now += 2000; // one looks
      await settled();
    }
    for (const each of waits.splice(0)) typist.answer(each, true);
    await settled();
    const all = [...said.map(({ room, text }) => [room, text]), ...places.list.map(({ name, field, typed }) => [name, field?.value ?? typed?.text ?? ""]), ...told.map((line) => ["", line])];
    for (const { word, room } of began) {
      const found = all.filter(([, text]) => text.includes(word));
      assert.equal(found.length, 1, `seed ${seed}: ${word} is in ${JSON.stringify(found)} of ${JSON.stringify(all)}`);
      const [at] = found[0];
      if (room && said.some(({ text }) => text.includes(word))) assert.equal(at, room, `seed ${seed}: ${word}`);
    }
    t.mock.restoreAll();
  }
});

test("what follows a line that leads elsewhere waits for the room that comes", async (t) => {
  typing(t);
  const typist = await Typist.of(["den"]);
  t.mock.method(performance, "now", () => typist.now);
  const { places, waits, said } = typist;
  const [den] = places.list;
  typist.line("/join ops");
  typist.line("/msg bob secret");
  typist.press("/");
  typist.answer(waits.shift());
  await settled();
  for (const key of "nick x") typist.press(key);
  const [, ops] = places.list;
  assert.deepEqual([said, den.field.value, ops.typed.text], [[], "", "/msg bob secret\n/nick x"]);
  typist.enter(ops);
  typist.press("Enter");
  assert.deepEqual([said, ops.field.value], [[], "/msg bob secret\n/nick x\n"], "its person has not seen where that is");
  typist.now += 2000;
  typist.press("Enter");
  assert.deepEqual(said.map(({ room }) => room), ["ops"]);

  for (const line of ["／ＪＯＩＮ tea", " /join tea", "/Jo\u200bin tea"]) {
    den.field.value = "";
    typist.show(den);
    typist.now += 2000;
    await settled();
    for (const key of line) typist.press(key);
    const before = den.field.value;
    typist.press("Enter");
    assert.ok(den.here.composer.leading, line);
    for (const key of "hi") typist.press(key);
    if (waits.length > 0) typist.answer(waits.shift(), true);
    await settled();
    if (den.field.value !== "hi") assert.equal(den.field.value, `${before}\nhi`, "a refusal gives both back");
  }
});

test("what is clicked while it is decided which room comes is for the room that it was clicked in", async (t) => {
  typing(t);
  const message = { seq: 7, from: { nick: "bob" }, text: "three" };
  const clicks = {
    reply: [(composer) => composer.replyTo(message), "", false],
    amend: [(composer) => composer.amend(message), "three", false],
    whisper: [(composer) => composer.begin("/msg bob "), "/msg bob ", true],
  };
  for (const [name, [click, written, hidden]] of Object.entries(clicks)) {
    const typist = await Typist.of(["den"]);
    t.mock.method(performance, "now", () => typist.now);
    const { places, waits } = typist;
    const [den] = places.list;
    typist.line("/join ops");
    click(den.here.composer);
    for (const key of "hi") typist.press(key);
    typist.answer(waits.shift());
    await settled();
    const [, ops] = places.list;
    assert.deepEqual([den.field.value, ops.typed.text, den.replying.hidden ?? true], [written, "hi", hidden], name);
    t.mock.restoreAll();
  }

  // It is done where the line was refused as well, and not of a message that is gone, or in a
  // room that was left.
  for (const [refused, gone, left] of [[true, false, false], [false, true, false], [false, false, true]]) {
    const typist = await Typist.of(["den"]);
    const { places, waits } = typist;
    const [{ field, replying, here: { composer } }] = places.list;
    typist.line("/join ops");
    composer.amend({ ...message, gone: gone ? {} : undefined });
    if (left) composer.empty();
    typist.answer(waits.shift(), refused);
    await settled();
    assert.deepEqual([field.value, replying.hidden ?? true], refused ? ["three", false] : ["", true]);
  }
});

test("words that would go with a room are warned of as they are", () => {
  const composer = { text: "one", leading: false, lost: [] };
  const place = { here: { composer, session: { outgoing: new Map([["w1", { op: { text: "sent" } }]]) } } };
  assert.deepEqual(unsaid(place), ["sent", "one"]);
  composer.leading = true;
  assert.deepEqual(unsaid(place), ["sent"], "what is for the next room does not go");
  assert.deepEqual(unsaid({}), []);
  const source = readFileSync(new URL("../static/rooms/rooms.js", import.meta.url), "utf8");
  assert.match(source, /const words = unsaid\(place\)\.join\("\\n"\);\n\s+if \(place\.warned === words\) return false;/);
});

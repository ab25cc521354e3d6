// Several rooms in one window: what is told of one changes nothing of another, whatever
// order things happen in.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import "./page.mjs";
import { random, said } from "./fakes.mjs";
import { tame } from "../static/rooms/frame.js";
import { keyOf, Typed } from "../static/rooms/keys.js";
import { nameAlong, Places } from "../static/rooms/places.js";
import { Room } from "../static/room/room.js";
import { Unread } from "../static/room/unread.js";
import { frontIn, MAX_ROOMS, namesIn, roomsIn } from "../static/text/several.js";
import { tableOf, texts as textsOf } from "../static/text/strings.js";
import { Back } from "../static/view/back.js";

const me = { id: "me", nick: "low-fern" };
const names = ["den", "ops", "tea", "pub"];

// Seat is one room as main.js has it: frames go in, and what is unread is told.
class Seat {
  room = new Room();
  unread = new Unread();
  draft = "";
  told = null;
  #seq = 0;

  constructor(name, tell) {
    this.tell = tell;
    this.room.apply({ t: "welcome", room: name, kind: "open", you: me, members: [me], seq: 0 }, 0);
    this.room.log.watch((what, entry) => {
      if (what === "added" && entry.kind === "said") this.unread.take(entry, this.room.ignored);
      if (what === "changed" && entry.kind === "said") this.unread.mended(entry, this.room.ignored);
    });
  }

  take(op) {
    const { seq, text } = op;
    if (op.what === "said") this.room.apply(said(++this.#seq, text), 0);
    if (op.what === "lost") this.room.apply(said(this.#seq += 3, text), 0);
    if (op.what === "retract" && this.#seq > 0) this.room.apply({ t: "retracted", seq: ++this.#seq, re: 1 + seq % this.#seq, from: { id: "other" } }, 0);
    if (op.what === "type") this.draft += text;
    this.draw();
  }

  look(looks) {
    this.unread.attend(looks, true);
    this.draw();
  }

  draw() {
    const missed = this.room.log.entries.some(({ kind }) => kind === "gap");
    this.told = { count: this.unread.count, calls: this.unread.calls, alarm: missed, missed };
    this.tell(this.told);
  }

  // state is all of it that a person could see.
  get state() {
    const { count, calls, first, divider } = this.unread;
    return { draft: this.draft, count, calls, first, divider, said: this.room.log.entries.map(({ kind, text, gone }) => [kind, text, Boolean(gone)]) };
  }
}

test("in any order, each room is what it would be alone, and nothing behind comes to the front", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const below = random(seed);
    const places = new Places();
    const seats = new Map();
    const alone = new Map(); // the same room, in a window of its own
    const enter = (name) => {
      const place = places.add({ name });
      seats.set(place, new Seat(name, (told) => places.tell(place, told)));
      alone.set(place, new Seat(name, () => {}));
      return place;
    };
    names.slice(0, 2).forEach(enter);
    let looks = true;
    const turn = () => {
      for (const [place, seat] of seats) {
        const sees = looks && place === places.front;
        seat.look(sees);
        alone.get(place).look(sees);
      }
    };
    turn();
    for (let step = 0; step < 120; step++) {
      const { list, front } = places;
      const place = list[below(list.length)];
      const act = below(12);
      if (act === 0 && list.length < names.length) {
        enter(names.find((name) => !places.find(name)));
        assert.equal(places.front, front, "a room that is opened does not come to the front by itself");
        turn();
      } else if (act === 1 && list.length > 1) {
        places.remove(place);
        seats.delete(place);
        assert.equal(places.front === front, place !== front);
        turn();
      } else if (act === 2) {
        places.show(below(2) ? place : places.step(below(2) ? 1 : -1));
        turn();
      } else if (act === 3) {
        looks = !looks;
        turn();
      } else {
        const op = { what: ["said", "said", "lost", "retract", "type"][below(5)], text: ["hello", "low-fern, hello", "x"][below(3)], seq: below(1000) };
        seats.get(place).take(op);
        alone.get(place).take(op);
        assert.equal(places.front, front);
      }
      for (const [each, seat] of seats) assert.deepEqual(seat.state, alone.get(each).state, `seed ${seed}, step ${step}, ${each.name}`);
      const all = [...seats.values()];
      assert.deepEqual([places.sum.count, places.sum.calls], [all.reduce((n, { unread }) => n + unread.count, 0), all.reduce((n, { unread }) => n + unread.calls, 0)]);
      assert.equal(places.path, places.list.map(({ name }) => name).join("+"));
    }
  }
});

test("eight rooms are as many as there may be, and each is there once", () => {
  const places = new Places();
  for (let i = 0; i < MAX_ROOMS; i++) assert.ok(places.add({ name: `room-${i}` }));
  assert.equal(places.add({ name: "ninth" }), null);
  assert.equal(places.front.name, "room-0");
  assert.equal(places.find("room-3"), places.list[3]);
  assert.equal(places.step(-1).name, "room-7");
  places.show(places.list[7]);
  assert.equal(places.step(1).name, "room-0");
  places.remove(places.front);
  assert.equal(places.front.name, "room-6", "the one before, of the last");
  const gone = places.list[2];
  places.show(gone);
  places.remove(gone);
  assert.equal(places.front.name, "room-3", "the next one else");
  places.show(gone);
  assert.equal(places.front.name, "room-3", "what is closed is not shown");
});

test("a sealed room is found by its link alone, and is in no address", () => {
  const places = new Places();
  places.add({ name: "den" });
  const sealed = places.add({ name: "ops", sealed: true, link: "https://example.org/s/#key" });
  assert.equal(places.find("ops"), undefined);
  assert.equal(places.find("", "https://example.org/s/#key"), sealed);
  assert.equal(places.path, "den");
});

test("of a sealed room that comes to the front its name is read, and not that it has none yet", () => {
  const source = readFileSync(new URL("../static/rooms/rooms.js", import.meta.url), "utf8");
  const read = [...source.matchAll(/text\("inFront", ([^,]+),/g)].map(([, name]) => name);
  assert.deepEqual(read.sort(), ["front.here?.entrance.name ?? front.name", "here.entrance.name"]);
});

test("the address says which room is in front, and nothing of a sealed one", () => {
  const places = new Places();
  const [den, ops] = ["den", "ops"].map((name) => places.add({ name }));
  const fern = places.add({ name: "fern", sealed: true, link: "https://example.org/s/#key" });
  const said = [den, ops, fern].map((place) => {
    places.show(place);
    return [places.path, places.hash, frontIn(places.hash)];
  });
  assert.deepEqual(said, [["den+ops", "", ""], ["den+ops", "#in=ops", "ops"], ["den+ops", "", ""]]);
  places.show(ops);
  places.remove(den);
  assert.deepEqual([places.path, places.hash], ["ops", ""]);
  for (const hash of ["", "#", "#ops", "#AAAAAAAAAAAAAAAAAAAAAA", "#in=", "#in=o/ps", "#IN=ops"]) assert.equal(frontIn(hash), "", hash);
});

test("what was missed is told once, though it is read by then", () => {
  const places = new Places();
  const [den, ops, tea] = names.slice(0, 3).map((name) => places.add({ name }));
  const told = (count, calls = 0, missed = false) => ({ count, calls, alarm: missed, missed });
  places.tell(ops, told(2, 1));
  places.leave();
  places.tell(den, told(12));
  places.tell(ops, told(5, 3));
  places.tell(tea, told(0, 0, true));
  assert.deepEqual(places.back().map(({ place, ...missed }) => [place.name, missed]), [
    ["den", { count: 12, calls: 0, missed: false }], ["ops", { count: 3, calls: 2, missed: false }], ["tea", { count: 0, calls: 0, missed: true }],
  ]);
  assert.deepEqual(places.back(), []);
  places.leave();
  assert.deepEqual(places.back(), [], "nothing happened");
});

test("keys lead to rooms only where they write nothing", () => {
  const key = (key, more = {}) => keyOf({ key, altKey: true, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, ...more });
  assert.deepEqual([key("1"), key("9"), key("ArrowUp"), key("ArrowDown")], [{ at: 1 }, { at: 9 }, { step: -1 }, { step: 1 }]);
  assert.deepEqual(key("1", { shiftKey: true }), { at: 1 }); // French keyboards have digits there
  for (const none of [key("["), key("0"), key("1", { altKey: false }), key("1", { ctrlKey: true }), key("1", { metaKey: true }), key("ArrowUp", { shiftKey: true }), key("1", { isComposing: true })]) assert.equal(none, null);
});

test("names are parted by a comma, or by blanks where all are names as they stand", () => {
  for (const [typed, names] of [
    ["den,ops", ["den", "ops"]], ["den, Ops ,den", ["den", "ops"]], ["den ops  tea", ["den", "ops", "tea"]], ["den، ops", ["den", "ops"]],
    ["den", null], ["den,", null], ["Mein Zimmer", null], ["den, o/ps", null], ["café no 5", null], ["", null], ["https://example.org/s/#key, den", null],
  ]) assert.deepEqual(namesIn(typed), names, typed);
});

test("a room that is behind takes no focus and opens no sheet before it is in front", () => {
  const done = [];
  class HTMLElement { constructor(name) { this.name = name; this.isConnected = true; } focus() { done.push(`focus ${this.name}`); } }
  class HTMLDialogElement extends HTMLElement { showModal() { done.push(`sheet ${this.name}`); } }
  let front = false;
  const own = new HTMLElement("list");
  const wake = tame({ HTMLElement, HTMLDialogElement }, () => front, (element) => element === own);
  const gone = new HTMLDialogElement("gone");
  new HTMLElement("field").focus();
  new HTMLDialogElement("question").showModal();
  gone.showModal();
  own.focus();
  assert.deepEqual(done, ["focus list"]);
  gone.isConnected = false;
  front = true;
  wake();
  wake();
  new HTMLElement("field").focus();
  assert.deepEqual(done, ["focus list", "sheet question", "focus field"]);
});

test("a name goes along if it was chosen, from an open room to an open one", () => {
  const open = { name: "den", here: { room: new Room() } };
  const sealed = { name: "fern", sealed: true, here: { room: new Room() } };
  const next = { name: "ops" };
  for (const { here: { room } } of [open, sealed]) room.apply({ t: "welcome", room: "den", kind: "open", you: me, members: [me], seq: 0 }, 0);
  assert.equal(nameAlong(open, next), undefined, "the room made it up");
  for (const { here: { room } } of [open, sealed]) room.apply({ t: "renamed", member: { id: "other", nick: "joe" }, was: "x" }, 0);
  assert.equal(nameAlong(open, next), undefined, "somebody else's");
  for (const { here: { room } } of [open, sealed]) room.apply({ t: "renamed", member: { id: "me", nick: "anna" }, was: "low-fern" }, 0);
  assert.equal(nameAlong(open, next), "anna");
  assert.equal(nameAlong(sealed, next), undefined, "no server is told what it is in a sealed room");
  assert.equal(nameAlong(open, sealed), undefined, "nor is that the open one's");
  assert.equal(nameAlong(sealed, { name: "tea", sealed: true }), undefined);
  assert.equal(nameAlong({ name: "ops", nick: "anna" }, next), "anna", "brought to where one is still coming in");
});

test("the rooms of an address are the same however it is encoded", () => {
  for (const [path, names] of [
    ["/r/den", ["den"]], ["/r/den+ops", ["den", "ops"]], ["/r/den%2Bops", ["den", "ops"]], ["/chat/r/Den%2bops+t%65a", ["den", "ops", "tea"]], ["/r/den/", ["den"]], ["/", []],
  ]) assert.deepEqual(roomsIn(path), names, path);
  const main = readFileSync(new URL("../static/main.js", import.meta.url), "utf8");
  assert.doesNotMatch(main, /pathname\.(includes|split|match)/, "an address has one reader");
});

const styles = Object.fromEntries(readdirSync(new URL("../static/style/", import.meta.url)).map((name) =>
  [name, readFileSync(new URL(`../static/style/${name}`, import.meta.url), "utf8").replace(/\/\*[\s\S]*?\*\//g, "")]));
const rules = Object.entries(styles).flatMap(([name, css]) => [...css.matchAll(/([^{};]+)\{([^{}]*)\}/g)].map(([, selector, body]) => ({ name, selector: selector.trim(), body })));

test("no state of one room lays out the window of several", () => {
  for (const { name, selector, body } of rules) {
    if (name === "rooms.css" || !/grid-template|display:/.test(body)) continue;
    for (const each of selector.split(",")) {
      if (/^\s*(html\S* )?body(\.[\w-]+){2,}\S*$/.test(each)) assert.match(each, /:not\(\.several\)/, `${name}: ${each} would beat body.several`);
    }
  }
});

test("a name's own direction decides no side of what it stands in", () => {
  for (const { name, selector, body } of rules) {
    for (const each of selector.split(",")) {
      if (/(bdi|\.nick|\.quoted|\.writer)$/.test(each.trim())) assert.doesNotMatch(body, /(margin|padding|inset|border)-inline/, `${name}: ${each.trim()}`);
    }
  }
});

test("a press on a button is a click, whatever is drawn anew in it meanwhile", () => {
  const rule = rules.find(({ selector }) => selector === "button > *, summary > :not([title])");
  assert.deepEqual([rule?.name, rule?.body.trim()], ["base.css", "pointer-events: none;"]);
  for (const { selector, body, name } of rules) {
    if (/\bbutton\b.*>/.test(selector) || /\.(chip|option|go-to|rooms-button)\b.* /.test(selector)) assert.doesNotMatch(body, /pointer-events: (?!none)/, `${name}: ${selector}`);
  }
});

test("out of a room that is over one gets without leaving the others", () => {
  const source = (name) => readFileSync(new URL(`../static/${name}`, import.meta.url), "utf8");
  assert.match(source("powers/door.js"), /\[closeRoom\(page\), el\("a", \{[^}]*href: `\$\{prefix\}\/`/, "the button stands right before the link it stands for");
  assert.equal(source("powers/door.js").match(/prefix\}\//g).length, 1, "and there is no other such link");
  assert.match(source("view/banner.js"), /byId\("banner-home"\)\.before\(this\.#close\)/);
  const shown = (selector) => rules.find((each) => each.selector === selector)?.body.match(/display: ([\w-]+)/)?.[1];
  assert.equal(shown(".close-room"), "none");
  assert.equal(shown(".of-several .close-room"), "inline-block");
  assert.equal(shown(".of-several .close-room + a"), "none");
  assert.match(source("rooms/rooms.js"), /addEventListener\("close-room", \(\) => this\.#part\(place\)\)/);
});

test("what is typed on the way to a room is kept for it, and not said", () => {
  const typed = new Typed();
  const press = (key, more = {}) => typed.take({ key, altKey: false, ctrlKey: false, metaKey: false, isComposing: false, ...more });
  for (const key of ["h", "i", "x", "Backspace", " ", "ي", "😀", "Enter", "u", "Enter"]) assert.ok(press(key), key);
  for (const key of ["Shift", "Dead", "ArrowLeft", "Tab", "F1", "Process"]) assert.ok(!press(key), key);
  assert.ok(!press("2", { altKey: true }) && !press("v", { ctrlKey: true }) && !press("v", { metaKey: true }) && !press("k", { isComposing: true }));
  assert.equal(typed.draft, "hi ي😀\nu");
  for (let i = 0; i < 5000; i++) press("x");
  assert.equal([...typed.text].length, 4000);
});

test("what is pasted or dropped on the way to a room is kept for it as what is typed", () => {
  const typed = new Typed();
  const carried = (text, ...names) => ({ getData: (type) => (type === "text/plain" ? text : ""), files: names.map((name) => ({ name })) });
  const press = (key) => typed.take({ key, altKey: false, ctrlKey: false, metaKey: false, isComposing: false });
  press("a");
  assert.ok(typed.carry(carried(" paste\r\nof two")));
  press("!");
  assert.equal(typed.draft, "a paste\nof two!");
  assert.ok(typed.carry(carried("", "plan.pdf", "map.png")));
  assert.ok(typed.carry(carried("words of it", "table.csv")), "which a page takes as words");
  assert.ok(!typed.carry(carried("")));
  assert.deepEqual(typed.lines, ["a paste", "of two!words of it", "plan.pdf", "map.png"]);
  const long = "x".repeat(50_000); // the room's own field takes it, and offers it as a file
  typed.carry(carried(long));
  press("y");
  press("Backspace");
  assert.ok(typed.draft.endsWith(`it${long.slice(1)}`) || typed.draft.endsWith(`it${long}`));
  const source = (name) => readFileSync(new URL(`../static/${name}`, import.meta.url), "utf8");
  assert.match(source("rooms/rooms.js"), /here\.bring\(place\.typed\?\.files \?\? \[\]\)/);
  assert.match(source("main.js"), /frame\.t === "welcome" && brought\.length > 0/, "asked about once one is in");
});

test("without a CloseWatcher Back closes what lies over the room, and then leaves", async () => {
  const { watch } = await import("../static/view/backstep.js");
  let opened = () => {};
  const over = [];
  const document = { defaultView: {}, querySelectorAll: () => over };
  const window = { document, MutationObserver: class { constructor(fn) { opened = fn; } observe() {} } };
  const entries = ["front", "room"];
  let at = 1;
  const popped = [];
  globalThis.addEventListener = (type, fn) => popped.push(fn);
  globalThis.history = {
    get length() { return entries.length; },
    pushState: (state, title) => { assert.deepEqual([state, title], [null, ""]); entries.splice(++at, Infinity, "step"); },
    back: () => go(-1),
  };
  const go = (by) => { at += by; for (const each of popped) each(); };
  const dialog = { close: () => over.splice(over.indexOf(dialog), 1) };
  const panel = { querySelector: () => ({ click: () => over.splice(over.indexOf(panel), 1) }) };
  watch(window);
  watch(window);
  assert.equal(popped.length, 1);
  const open = (...what) => { over.push(...what); opened(); opened(); };
  open(panel, dialog);
  assert.deepEqual(entries, ["front", "room", "step"]);
  go(-1);
  assert.deepEqual([over, at], [[panel], 1], "the sheet, which is on top");
  opened(); // it is seen that something closed; a drawer is open still
  go(-1);
  assert.deepEqual([over, at, entries.length], [[], 1, 3]);
  open(dialog);
  over.length = 0; // closed by its cross
  go(-1);
  assert.equal(at, 0, "and then one press leaves");
  at = 1;
  open(dialog);
  entries.splice(++at, Infinity, "another address"); // put in by hand
  for (const each of popped) each();
  assert.deepEqual([over, at], [[dialog], 3], "which is no step back");
  delete globalThis.addEventListener;
  delete globalThis.history;
});

test("of one room the page says too, once, what was missed", async () => {
  const at = (count, calls, missed) => ({ count, calls, missed });
  const { missedSince, summary } = await import("../static/view/absence.js");
  const words = textsOf("en", await tableOf("en"));
  const told = (before, now) => summary(missedSince(before, now), words);
  assert.equal(told(at(2, 1, false), at(2, 1, false)), "");
  assert.equal(told(at(2, 1, false), at(7, 1, false)), "While you were away: 5 new.");
  assert.equal(told(at(2, 1, false), at(7, 3, true)), "While you were away: 5 new, 2 for you, something is missing.");
  assert.equal(told(at(0, 0, true), at(0, 0, true)), "", "which was told before");
  assert.equal(told(at(0, 0, false), at(0, 0, true)), "While you were away: something is missing.");
  assert.equal(told(at(3, 0, false), at(1, 0, false)), "", "taken back meanwhile");
});

test("leaving the window is asked about while it would leave several rooms", () => {
  const places = new Places();
  const den = places.add({ name: "den" });
  den.here = { connection: { phase: "open" } };
  assert.equal(places.many, false);
  const ops = places.add({ name: "ops" });
  assert.equal(places.many, true, "though its page is still on its way");
  ops.here = { connection: { phase: "waiting" } };
  assert.equal(places.many, true, "one comes back there");
  for (const phase of ["left", "refused", "ended"]) {
    ops.here.connection.phase = phase;
    assert.equal(places.many, false, phase);
  }
});

test("Back closes what lies over the room, once", () => {
  const open = new Set();
  let closed = 0;
  const back = new Back(() => { closed++; back.watch(false); });
  back.watch(true); // a browser that has none
  globalThis.CloseWatcher = class { constructor() { open.add(this); } destroy() { open.delete(this); } };
  const press = () => { for (const each of open) { open.delete(each); each.onclose(); } };
  back.watch(true);
  back.watch(true);
  assert.equal(open.size, 1);
  press();
  assert.deepEqual([closed, open.size], [1, 0]);
  back.watch(true);
  back.watch(false);
  press();
  assert.equal(closed, 1, "closed by itself");
  delete globalThis.CloseWatcher;
  const source = (name) => readFileSync(new URL(`../static/${name}`, import.meta.url), "utf8");
  for (const name of ["rooms/list.js", "view/roster.js"]) assert.match(source(name), /this\.#back\.watch\(this\.isOpen\)/, name);
});

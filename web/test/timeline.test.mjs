// Where a reader is: at the end, unless there is something to read above it first.
import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { Log } from "../static/room/log.js";

// Box is as much of an element as a timeline without entries needs: a view of 400 px on 900.
class Box {
  on = {};
  dataset = {};
  style = { setProperty() {} };
  scrollHeight = 900;
  clientHeight = 400;
  clientWidth = 390;
  #top = 0;
  get scrollTop() { return this.#top; }
  set scrollTop(to) { this.#top = Math.max(0, Math.min(to, this.scrollHeight - this.clientHeight)); }
  addEventListener(type, act) { this.on[type] = act; }
  setAttribute() {}
  append(child) { this.lastChild = child; }
  remove() {}
  before() {}
  contains() { return false; }
  getBoundingClientRect() { return { left: 0, width: 390, top: 0 }; }
}

async function timeline(t) {
  const boxes = new Map();
  const pressed = {};
  const was = { createElement: document.createElement, getElementById: document.getElementById };
  document.createElement = () => new Box();
  document.getElementById = (id) => boxes.get(id) ?? boxes.set(id, new Box()).get(id);
  document.elementFromPoint = () => null;
  globalThis.CSS = { supports: () => true };
  globalThis.addEventListener = (type, act) => { pressed[type] = act; };
  globalThis.requestAnimationFrame = () => {};
  let laidOut;
  globalThis.ResizeObserver = class { constructor(act) { laidOut = act; } observe() {} };
  t.after(() => {
    Object.assign(document, was);
    for (const name of ["CSS", "addEventListener", "requestAnimationFrame", "ResizeObserver"]) delete globalThis[name];
  });
  const { Timeline } = await import("../static/view/timeline.js");
  const log = new Log();
  const entry = new Box();
  const lines = new Timeline({ log, view: { element: () => entry }, unread: {}, text: String, onFollow() {} });
  const scroller = boxes.get("scroller");
  return { lines, log, entry, scroller, press: () => pressed.keydown(), layOut: () => laidOut(), scroll: (to) => { scroller.scrollTop = to; scroller.on.scroll(); } };
}

test("an invitation is read from its beginning, and the end is followed when it is none any more", async (t) => {
  const { lines, scroller, log, layOut, scroll } = await timeline(t);
  layOut();
  assert.equal(scroller.scrollTop, 500);
  lines.fromTop = true;
  log.addNote(["You are low-fern."]);
  layOut();
  scroll(0);
  assert.deepEqual([scroller.scrollTop, lines.following], [0, true], "what comes as one enters pushes nothing out");
  lines.fromTop = false;
  assert.deepEqual([scroller.scrollTop, lines.following], [500, true]);
});

test("who reads on below an invitation is not brought back", async (t) => {
  const { lines, scroller, layOut, scroll } = await timeline(t);
  lines.fromTop = true;
  scroll(200);
  layOut();
  assert.deepEqual([scroller.scrollTop, lines.following], [200, false]);
  scroll(490);
  layOut();
  assert.deepEqual([scroller.scrollTop, lines.following], [500, true]);
});

test("what somebody asked for is seen below an invitation", async (t) => {
  const { lines, scroller, log, press, layOut } = await timeline(t);
  lines.fromTop = true;
  press();
  layOut();
  assert.equal(scroller.scrollTop, 0, "a keyboard that comes pushes nothing out");
  log.addNote(["The colours are dark."]);
  layOut();
  assert.equal(scroller.scrollTop, 500);
});

test("an answer that is about as tall as the view is read from its beginning, though the end is near", async (t) => {
  const { lines, log, entry, scroller, layOut } = await timeline(t);
  layOut();
  entry.offsetHeight = 390;
  entry.scrollIntoView = () => { scroller.scrollTop = 480; };
  lines.begin(log.addNote(["This is what the server holds."]));
  scroller.on.scroll();
  layOut();
  assert.deepEqual([scroller.scrollTop, lines.following], [480, false]);
  scroller.scrollTop = 500;
  scroller.on.scroll();
  assert.equal(lines.following, true);
});

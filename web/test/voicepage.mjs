// As much of a page as voice needs, as strict as a browser: what is hidden or disabled has
// no focus, the space bar let go on a button presses it unless that is prevented, and a
// mouse leaves the focus on what it pressed. Import it before anything of voice.

import { FakeClock } from "./fakes.mjs";
import { FakeConnection, FakeMedia, FakeTrack } from "./voicefakes.mjs";

class Element {
  children = [];
  parent = null;
  dataset = {};
  disabled = false;
  value = "";
  #attributes = new Map();
  #listeners = [];

  constructor(name) { this.name = name; }

  setAttribute(name, value) {
    this.#attributes.set(name, String(value));
    if (name === "disabled") this.disabled = true;
  }
  getAttribute(name) { return this.#attributes.get(name) ?? null; }
  removeAttribute(name) { this.#attributes.delete(name); }
  hasAttribute(name) { return this.#attributes.has(name); }
  get id() { return this.getAttribute("id"); }
  get hidden() { return this.hasAttribute("hidden"); }
  set hidden(hidden) { hidden ? this.setAttribute("hidden", "") : this.removeAttribute("hidden"); }
  get classList() {
    const names = new Set((this.getAttribute("class") ?? "").split(" "));
    return {
      contains: (name) => names.has(name),
      toggle: (name, on) => {
        names[on ? "add" : "delete"](name);
        this.setAttribute("class", [...names].join(" "));
      },
    };
  }

  append(...nodes) {
    for (const node of nodes) {
      if (node instanceof Element) {
        node.remove();
        node.parent = this;
      }
      this.children.push(node);
    }
  }
  replaceChildren(...nodes) {
    for (const child of this.children.splice(0)) if (child instanceof Element) child.parent = null;
    this.append(...nodes);
  }
  before(node) {
    node.parent = this.parent;
    this.parent.children.splice(this.parent.children.indexOf(this), 0, node);
  }
  remove() {
    this.parent?.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }
  get lastChild() { return this.children.at(-1) ?? null; }
  get textContent() { return this.children.map((child) => child.textContent ?? child).join(""); }
  set textContent(text) { this.replaceChildren(...(text === "" ? [] : [text])); }
  contains(other) { return other === this || (other?.parent ? this.contains(other.parent) : false); }
  get all() { return this.children.filter((child) => child instanceof Element).flatMap((child) => [child, ...child.all]); }

  matches(selectors) { return selectors.split(", ").some((each) => this.#matches(each.split(" "))); }
  #matches(parts) {
    const one = parts.at(-1).replace(/:not\(\[(\w+)\]\)/g, (_, name) => `!${name}`);
    for (const [, kind, name] of one.matchAll(/(^|[#.[!])([\w-]+)\]?/g)) {
      if (!{ "": this.name === name, "#": this.id === name, ".": this.classList.contains(name), "[": this.hasAttribute(name), "!": !this.hasAttribute(name) }[kind]) return false;
    }
    if (parts.length === 1) return true;
    for (let above = this.parent; above; above = above.parent) if (above.#matches(parts.slice(0, -1))) return true;
    return false;
  }
  closest(selectors) { return this.matches(selectors) ? this : this.parent?.closest(selectors) ?? null; }
  querySelector(selectors) { return this.all.find((each) => each.matches(selectors)) ?? null; }

  checkVisibility() { return !this.hidden && (this.parent ? this.parent.checkVisibility() : this === page.body); }
  get focusable() { return /^(button|textarea|body)$/.test(this.name) && !this.disabled && this.checkVisibility(); }
  focus() { if (this.focusable) page.focused = this; }
  setPointerCapture() {}

  addEventListener(type, act) { this.#listeners.push([type, act]); }
  dispatch(type, more = {}) {
    const event = { type, target: this, defaultPrevented: false, preventDefault() { this.defaultPrevented = true; }, ...more };
    for (let at = this; at; at = at.parent) for (const [on, act] of at.#listeners) if (on === type) act(event);
    for (const [on, act] of page.listeners) if (on === type) act(event);
    return !event.defaultPrevented;
  }
}

const page = { focused: null, listeners: [], body: null, coarse: false };
page.body = new Element("body");

const media = new FakeMedia();
class Node { connect(to) { return to; } disconnect() {} }
class Analyser extends Node {
  fftSize = 2048;
  source = null;
  getFloatTimeDomainData(samples) { samples.fill(0).set(new Float32Array(Math.min(9, this.fftSize)).fill(this.source?.stream.getAudioTracks()[0].sample ?? 0)); }
}
class Source extends Node {
  constructor(stream) {
    super();
    this.stream = stream;
  }
  connect(to) {
    if (to instanceof Analyser) to.source = this;
    return to;
  }
}
globalThis.AudioContext = class {
  state = "running";
  createMediaStreamDestination() { return { stream: new MediaStream([new FakeTrack()]) }; }
  createMediaStreamSource(stream) { return new Source(stream); }
  createAnalyser() { return new Analyser(); }
  async resume() {}
  async close() {}
};
globalThis.MediaStream = class {
  constructor(tracks) { this.tracks = tracks; }
  getAudioTracks() { return this.tracks; }
};
globalThis.Audio = class {
  async play() {}
  pause() {}
};
globalThis.RTCPeerConnection = FakeConnection;
globalThis.isSecureContext = true;
globalThis.matchMedia = () => ({ matches: page.coarse });
globalThis.addEventListener = (type, act) => page.listeners.push([type, act]);
Object.defineProperty(globalThis, "navigator", { value: { languages: ["en"], mediaDevices: media } });
FakeTrack.prototype.clone = function () { return new FakeTrack(); };
globalThis.document = {
  documentElement: { dataset: {} },
  hidden: false,
  body: page.body,
  createElement: (name) => new Element(name),
  createElementNS: (_, name) => new Element(name),
  getElementById: (id) => page.body.all.find((each) => each.id === id) ?? null,
  querySelector: (selectors) => page.body.querySelector(selectors),
  addEventListener() {},
  get activeElement() { return page.focused?.focusable ? page.focused : page.body; },
};

export { media, page };
export const byId = (id) => document.getElementById(id);

// begin is a room's page whose voice nobody has asked for yet.
export function begin(more = {}) {
  const part = (name, id) => {
    const element = new Element(name);
    element.setAttribute("id", id);
    page.body.append(element);
    return element;
  };
  Object.assign(page, { focused: null, coarse: false });
  page.listeners.length = 0;
  Object.assign(media, { asked: [], answer: null, given: [] });
  FakeConnection.made = [];
  page.body.replaceChildren();
  part("button", "voice-button");
  part("form", "compose").append(part("textarea", "message"));
  page.body.append(byId("message"));
  const notes = [];
  const said = [];
  const sent = [];
  const you = { id: "me", nick: "low-fern", via: "web" };
  return {
    notes, said, sent, clock: new FakeClock(),
    room: { you, members: new Map([[you.id, you]]), ignored: new Map(), rules: {}, log: { addNote: (lines) => notes.push(lines[0]) } },
    connection: { phase: "open", signal: (op) => sent.push(op) },
    announcer: { say: (words) => said.push(words) },
    sealed: false,
    offered: () => true,
    ...more,
  };
}

// click presses something with a mouse.
export function click(element) {
  if (element.disabled || !element.checkVisibility()) return;
  element.focus();
  element.dispatch("pointerdown", { button: 0, pointerId: 1 });
  element.dispatch("pointerup", { button: 0, pointerId: 1 });
  element.dispatch("click", { detail: 1 });
}

// down and up are a key's, where the focus is.
const keys = { Space: " ", Enter: "Enter" };
export function down(code, more = {}) {
  const on = document.activeElement;
  if (on.dispatch("keydown", { code, key: keys[code], repeat: false, ...more }) && code === "Enter" && on.name === "button") on.dispatch("click", { detail: 0 });
}
export function up(code) {
  const on = document.activeElement;
  if (on.dispatch("keyup", { code, key: keys[code] }) && code === "Space" && on.name === "button") on.dispatch("click", { detail: 0 });
}

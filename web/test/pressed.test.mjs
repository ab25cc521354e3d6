// What a finger is on stays the same element while more happens.
import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { Room } from "../static/room/room.js";
import { tableOf, texts } from "../static/text/strings.js";
import { EntryView } from "../static/view/entry.js";

// Element is as much of one as a line of comings and goings needs.
class Element {
  dataset = {};
  children = [];
  on = {};
  open = false;
  className = "";
  constructor(name) { this.name = name; }
  setAttribute(name, value) {
    if (name === "class") this.className = value;
    else this[name] = true;
  }
  addEventListener(type, act) { this.on[type] = act; }
  append(...nodes) {
    for (const node of nodes) {
      this.children.push(node);
      if (node instanceof Element) node.parent = this;
    }
  }
  replaceChildren(...nodes) {
    this.children = [];
    this.append(...nodes);
  }
  remove() { this.parent.children.splice(this.parent.children.indexOf(this), 1); }
  matches(selector) { return selector === `${this.name}.presence` && /\bpresence\b/.test(this.className); }
  get firstChild() { return this.children[0]; }
  get lastChild() { return this.children.at(-1); }
  get textContent() { return this.children.map((child) => child.textContent ?? child).join(""); }
}

test("a fold of comings and goings is the same while more come and go", async (t) => {
  const { createElement } = document;
  document.createElement = (name) => new Element(name);
  t.after(() => { document.createElement = createElement; });
  const me = { id: "me", nick: "low-fern", via: "web" };
  const room = new Room();
  room.apply({ t: "welcome", room: "tea", kind: "open", you: me, members: [me], seq: 0 }, 0);
  const view = new EntryView({ room, text: texts("en", await tableOf("en")) });
  let seq = 0;
  const comes = (nick) => room.apply({ t: "joined", seq: ++seq, at: 0, member: { id: nick, nick, via: "ssh" } }, 0);
  for (const nick of ["ann", "bob", "cid", "dee", "eve"]) comes(nick);
  const entry = room.log.entries.find(({ kind }) => kind === "presence");
  const box = view.element(entry);
  const [summary] = box.children;
  assert.equal(box.name, "details");
  assert.match(summary.textContent, /ann, bob, cid/);

  comes("fay");
  assert.equal(view.element(entry, box), box);
  assert.equal(box.firstChild, summary);
  assert.match(summary.textContent, /3 others/);
  assert.equal(box.children.length, 1);

  box.open = true;
  box.on.toggle();
  assert.deepEqual(box.children.slice(1).map(({ textContent }) => textContent.split(" ")[0]), ["ann", "bob", "cid", "dee", "eve", "fay"]);
  comes("gil");
  view.element(entry, box);
  assert.equal(box.children.length, 8);
  room.ignored.set("bob", "bob");
  box.on.toggle();
  assert.equal(box.children.length, 7, "and of whom one ignores it has nothing");
});

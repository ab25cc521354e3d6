// The page's own search: a bar above what is read, in which one goes from hit to hit, the
// newest first. What is found is marked in the words without a change to them. Fetched
// when somebody first looks for something.

import { button, byId, el } from "./dom.js";
import { shorten } from "./entry.js";
import { Hits, MOST } from "../room/hits.js";
import { texts } from "../text/strings.js";

export const style = "../style/find.css";

const ON = 10; // ms between two turns of one search, in which the page does all else
const MOST_MARKS = 1000; // places that are marked at once, of those in sight
const BLOCKS = "p, pre, li, blockquote, .text, .name"; // which words don't run on beyond
const MARKS = ["found", "found-here"];

export class Find {
  #room;
  #text;
  #timeline;
  #view;
  #roster;
  #composer;
  #hits;
  #scroller = byId("scroller");
  #list = byId("timeline");
  #field;
  #count = el("span", { class: "find-count", "aria-hidden": "true" });
  #aloud = el("span", { class: "offscreen", role: "status" });
  #bar;
  #marks; // Marks, or where the browser has none, Boxes
  #ends = []; // what undoes, when the search is over, what it began
  #before = null; // where one was when it began: {following, key, top, focus}
  #turn = 0;
  #frame = 0;
  #new = false; // something else is to be looked for in the next frame

  constructor({ room, text: common, timeline, view, roster, composer }) {
    const own = tables[common.language];
    const say = texts(common.language, own);
    const text = this.#text = (key, ...values) => (key in own ? say : common)(key, ...values);
    this.#room = room;
    this.#timeline = timeline;
    this.#view = view;
    this.#roster = roster;
    this.#composer = composer;
    this.#hits = new Hits(room.log, (entry) => room.seen(entry) !== null);
    this.#field = el("input", { id: "find-field", type: "text", dir: "auto", enterkeyhint: "search", autocomplete: "off", spellcheck: "false", maxlength: String(MOST), "aria-label": text("findField"), placeholder: text("findField") });
    this.#bar = el("form", { id: "find", class: "find", role: "search", "aria-label": text("findBar"), hidden: true },
      this.#field, this.#count,
      button("↑", () => this.#go(1), { class: "find-go", "aria-label": text("findOlder"), title: text("findOlder") }),
      button("↓", () => this.#go(-1), { class: "find-go", "aria-label": text("findNewer"), title: text("findNewer") }),
      button("×", () => this.#stay(), { class: "close", "aria-label": text("findStay"), title: text("findStay") }),
      this.#aloud);
    this.#bar.addEventListener("submit", (event) => event.preventDefault());
    this.#bar.addEventListener("keydown", (event) => this.#key(event));
    this.#field.addEventListener("input", () => this.#again());
    const reading = this.#scroller.parentElement;
    reading.before(this.#bar);
    this.#marks = globalThis.Highlight && CSS.highlights ? new Marks() : new Boxes(reading);
  }

  // open begins a search, for words if there are some, or goes on with it.
  open(words) {
    this.#roster.open(false, false);
    if (this.#bar.hidden) this.#begin();
    if (words) this.#field.value = words;
    this.#field.focus();
    this.#field.select();
    this.#again();
  }

  #begin() {
    const { following } = this.#timeline;
    const top = this.#scroller.getBoundingClientRect().top;
    const [first] = this.#inSight();
    this.#before = { following, key: Number(first?.dataset.key), top: first && first.getBoundingClientRect().top - top, focus: document.activeElement };
    this.#bar.hidden = false;
    const redraw = () => this.#redraw();
    const mutations = new MutationObserver(redraw);
    mutations.observe(this.#list, { childList: true, subtree: true });
    const sizes = new ResizeObserver(redraw);
    sizes.observe(this.#scroller);
    this.#scroller.addEventListener("scroll", redraw, { passive: true });
    this.#ends = [
      this.#room.log.watch((what, entry) => { if (this.#hits.take(what, entry)) redraw(); }),
      () => mutations.disconnect(),
      () => sizes.disconnect(),
      () => this.#scroller.removeEventListener("scroll", redraw),
    ];
  }

  #end() {
    for (const end of this.#ends.splice(0)) end();
    clearTimeout(this.#turn);
    this.#hits.look("");
    this.#marks.show([], []);
    this.#aloud.textContent = "";
    this.#bar.hidden = true;
  }

  // stay ends the search at the hit.
  #stay() {
    const message = this.#elementOf(this.#hits.at);
    this.#end();
    if (message) message.focus({ preventScroll: true });
    else this.#composer.focus();
  }

  // back ends the search where one was reading before.
  #back() {
    const { following, key, top, focus } = this.#before;
    this.#end();
    if (focus?.isConnected && focus !== document.body) focus.focus({ preventScroll: true });
    else this.#composer.focus();
    if (following) return this.#timeline.end();
    const place = () => {
      const element = this.#elementOf(this.#room.log.entries.find((entry) => entry.key >= key));
      if (element) this.#scroller.scrollTop += element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - top;
    };
    place();
    requestAnimationFrame(place); // what is around it has been laid out
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const { key, shiftKey, target } = event;
    const step = target !== this.#field ? 0 : key === "Enter" ? (shiftKey ? -1 : 1) : key === "ArrowUp" ? 1 : key === "ArrowDown" ? -1 : 0;
    if (step) this.#go(step);
    else if (key === "Escape") this.#back();
    else if (key === "F3") this.#go(shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // again looks for what the field holds: once a frame, however many keys there were.
  #again() {
    this.#new = true;
    this.#redraw();
  }

  #go(by) {
    if (this.#new) this.#look();
    if (this.#hits.go(by)) this.#reveal();
    this.#redraw();
    this.#say();
  }

  #look() {
    this.#new = false;
    this.#hits.look(this.#field.value);
    this.#reveal();
    this.#later();
  }

  // later looks on in turns, until everything was looked through.
  #later() {
    clearTimeout(this.#turn);
    if (!this.#hits.looking) return this.#say();
    const shown = this.#hits.nth > 0;
    this.#turn = setTimeout(() => {
      this.#hits.lookOn();
      if (!shown) this.#reveal();
      this.#redraw();
      this.#later();
    }, ON);
  }

  #redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#bar.hidden) return;
      if (this.#new) this.#look();
      this.#hits.ignored();
      this.#count.textContent = this.#words();
      this.#mark();
    });
  }

  #words() {
    const { pattern, nth, found, looking } = this.#hits;
    if (!pattern) return "";
    if (found.length === 0) return this.#text(looking ? "findLooking" : "findNothing");
    return this.#text(looking ? "findSoFar" : "findOf", nth, found.length);
  }

  // say reads how many there are, and what the hit says.
  #say() {
    const { at } = this.#hits;
    this.#aloud.textContent = this.#words() + (at ? `. ${this.#text("says", at.from.nick, shorten(at.text))}` : "");
  }

  // reveal shows the hit, with whatever it is folded behind.
  #reveal() {
    const message = this.#elementOf(this.#hits.at);
    if (!message) return;
    const burst = message.closest("details.burst");
    if (burst) burst.open = true;
    if (message.matches(".tall:not(.open)")) this.#view.open(message);
    const [place = message] = rangesIn(message, this.#hits.pattern, 1);
    const pre = place.startContainer?.parentElement.closest(".code.long:not(.open) > pre");
    if (pre) pre.scrollTop = 1; // by which it opens
    const centre = () => {
      const { top, height } = place.getBoundingClientRect();
      const { top: above, height: screen } = this.#scroller.getBoundingClientRect();
      this.#scroller.scrollTop += top - above - Math.max((screen - height) / 2, 0);
    };
    centre();
    requestAnimationFrame(centre); // what is around it has been laid out
  }

  #elementOf(entry) { return entry && this.#list.querySelector(`[data-key="${entry.key}"]`); }

  // inSight are the messages that are seen, from above.
  *#inSight(parent = this.#list, { top, bottom } = this.#scroller.getBoundingClientRect()) {
    const { children } = parent;
    let low = 0;
    let high = children.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      let at = middle; // what is hidden stands nowhere
      while (at > low && children[at].hidden) at--;
      if (!children[at].hidden && children[at].getBoundingClientRect().bottom > top) high = at;
      else low = middle + 1;
    }
    for (const child of [...children].slice(low)) {
      if (child.hidden) continue;
      if (child.getBoundingClientRect().top >= bottom) return;
      if (child.matches(".message")) yield child;
      else if (child.matches(".chunk, .burst[open]")) yield* this.#inSight(child, { top, bottom });
    }
  }

  // mark marks what is found of what is in sight.
  #mark() {
    const { at, pattern } = this.#hits;
    const here = [];
    const others = [];
    let left = MOST_MARKS;
    for (const message of pattern ? this.#inSight() : []) {
      const key = Number(message.dataset.key);
      if (left <= 0 || !this.#hits.holds({ key })) continue;
      const ranges = rangesIn(message, pattern, left);
      left -= ranges.length;
      (key === at?.key ? here : others).push(...ranges);
    }
    this.#marks.show(others, here);
  }
}

// rangesIn returns where a message's words hold a pattern, at most so many places. Words
// may be of several elements: a part of them is a link, or bold.
function rangesIn(message, pattern, most) {
  const ranges = [];
  for (const part of message.querySelectorAll(".text, .poll .name")) {
    const nodes = [];
    let text = "";
    let block;
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement.closest(".changed, button:not(.option), .marker")) continue;
      const within = node.parentElement.closest(BLOCKS);
      if (block && block !== within) text += "\n";
      block = within;
      nodes.push({ node, from: text.length });
      text += node.data;
    }
    let i = 0;
    for (const { 0: found, index } of text.matchAll(pattern)) {
      if (ranges.length >= most) return ranges;
      const range = document.createRange();
      while (nodes[i + 1]?.from <= index) i++;
      range.setStart(nodes[i].node, index - nodes[i].from);
      const end = index + found.length;
      let last = i;
      while (nodes[last + 1]?.from < end) last++;
      range.setEnd(nodes[last].node, end - nodes[last].from);
      ranges.push(range);
    }
  }
  return ranges;
}

// Marks are the browser's own highlights.
class Marks {
  show(...ranges) {
    for (const [i, name] of MARKS.entries()) CSS.highlights.set(name, Object.assign(new Highlight(...ranges[i]), { priority: i }));
  }
}

// Boxes lie over the words, where a browser has no highlights.
class Boxes {
  #layer = el("div", { class: "find-boxes", "aria-hidden": "true" });

  constructor(reading) { reading.append(this.#layer); }

  show(...ranges) {
    const { left, top } = this.#layer.getBoundingClientRect();
    this.#layer.replaceChildren(...ranges.flatMap((each, i) => each.flatMap((range) => [...range.getClientRects()].map((rect) => {
      const box = el("div", { class: MARKS[i] });
      Object.assign(box.style, { left: `${rect.left - left}px`, top: `${rect.top - top}px`, width: `${rect.width}px`, height: `${rect.height}px` });
      return box;
    }))));
  }
}

// Its words, in the languages of text/strings.js.
export const tables = {
  en: {
    direction: "ltr",
    findBar: "Search",
    findField: "Search what this page holds",
    findOlder: "Older",
    findNewer: "Newer",
    findStay: "Close, and stay here",
    findOf: "{0} of {1}",
    findSoFar: "{0} of {1} so far",
    findLooking: "looking …",
    findNothing: "nothing found",
  },
  de: {
    direction: "ltr",
    findBar: "Suche",
    findField: "Auf dieser Seite suchen",
    findOlder: "Älter",
    findNewer: "Neuer",
    findStay: "Schließen und hier bleiben",
    findOf: "{0} von {1}",
    findSoFar: "{0} von bisher {1}",
    findLooking: "sucht …",
    findNothing: "nichts gefunden",
  },
  ar: {
    direction: "rtl",
    findBar: "بحث",
    findField: "ابحث فيما تحمله هذه الصفحة",
    findOlder: "أقدم",
    findNewer: "أحدث",
    findStay: "أغلق وابقَ هنا",
    findOf: "{0} من {1}",
    findSoFar: "{0} من {1} حتى الآن",
    findLooking: "جارٍ البحث …",
    findNothing: "لم يُعثر على شيء",
  },
};

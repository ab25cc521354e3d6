// A message that is taller than the screen: its beginning, how many rows follow, and its
// last row. All of it is there for who listens or searches. Rows are counted as they
// stand on the page, and again when it has another form: of what is out of sight, once
// it comes into sight, since until then it is not laid out.

import { button, byId, el } from "./dom.js";
import { LINES } from "./code.js";
import { later } from "../text/laterstrings.js";

export const style = "../style/tall.css";

const LONG = ".code.long > pre";
const CUT = 2; // px that a row may lack at its end and still is one that is shown

export class Tall {
  #folding;
  #text;
  #more = new WeakMap(); // message → how many rows follow its beginning
  #watcher = new ResizeObserver((seen) => {
    for (const { target } of seen) {
      const message = target.isConnected && target.closest(".tall");
      if (message) this.#count(message, message.querySelector(".text"));
      else this.#watcher.unobserve(target);
    }
  });

  // folding: {begin, screen: {rows}}, which says how much a screen shows.
  constructor(folding, text) {
    this.#folding = folding;
    this.#text = later(text);
    const list = byId("timeline");
    list.addEventListener("click", ({ target }) => {
      const more = target.closest(".more");
      if (more) this.open(more.parentElement, more.getAttribute("aria-expanded") !== "true");
    });
    // What the browser finds, or gives the focus to, is scrolled into what shows the
    // beginning.
    list.addEventListener("scroll", ({ target }) => {
      const message = target.scrollTop > 0 && target.matches(".tall .text") && target.closest(".tall");
      if (message) this.open(message, true);
    }, true);
  }

  // fold folds a message, of which about so many rows are {more}.
  fold(message, { more }) {
    const text = message.querySelector(".text");
    message.classList.add("tall");
    message.append(
      button("", undefined, { class: "more", "aria-expanded": "false" }),
      // Its end, of which the last row is in sight.
      el("div", { class: "last", "aria-hidden": "true", inert: true }, text.lastElementChild?.cloneNode(true) ?? null));
    this.#more.set(message, more);
    this.#label(message);
    for (const each of [text, ...text.querySelectorAll("pre")]) this.#watcher.observe(each);
  }

  // open shows all of a message, or its beginning and end.
  open(message, open) {
    message.classList.toggle("open", open);
    message.querySelector(".more").setAttribute("aria-expanded", open);
    this.#label(message);
    message.querySelector(".text").scrollTop = 0;
  }

  // label says what its button does.
  #label(message) {
    const open = message.classList.contains("open");
    message.querySelector(".more").textContent = open ? this.#text("showLess") : this.#text("moreRows", this.#more.get(message));
  }

  #count(message, text) {
    const { begin, screen } = this.#folding;
    const { lineHeight, direction } = getComputedStyle(text);
    const rows = rowsOf(text);
    const end = text.getBoundingClientRect().top - text.scrollTop + begin * parseFloat(lineHeight) + CUT;
    const more = rows.filter((bottom) => bottom > end).length - 1; // but the last
    // Code that is long is folded by itself, and that is enough of it.
    const spare = text.querySelector(LONG) ? begin : 0;
    const whole = rows.length <= screen.rows + spare || more < 1;
    if (!whole) {
      this.#more.set(message, more);
      this.#label(message);
    }
    message.querySelector(".last").dir = direction;
    // An element must not change its size because of its size before the next frame.
    if (whole !== message.classList.contains("whole")) requestAnimationFrame(() => message.classList.toggle("whole", whole));
  }
}

// rowsOf returns where each row of words ends, from above; of long code those that are
// shown until somebody asks for more.
function rowsOf(element) {
  const shown = new Map([...element.querySelectorAll(LONG)].map((pre) => [pre, endOf(pre)]));
  const rows = [];
  const range = document.createRange();
  const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    range.selectNodeContents(words.currentNode);
    const end = shown.get(words.currentNode.parentElement.closest("pre")) ?? Infinity;
    for (const { top, bottom } of range.getClientRects()) {
      if (bottom <= end && !(rows.at(-1) >= (top + bottom) / 2)) rows.push(bottom);
    }
  }
  return rows;
}

// endOf returns where the last line ends that is shown of folded code.
function endOf(pre) {
  const { lineHeight, paddingTop } = getComputedStyle(pre);
  return pre.getBoundingClientRect().top - pre.scrollTop + parseFloat(paddingTop) + LINES * parseFloat(lineHeight) + CUT;
}

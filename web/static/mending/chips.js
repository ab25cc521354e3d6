// The reactions to a message, in a row below it: each with how many have it, and whether
// you do; whoever asks, by pointing, by the focus or by a screen reader, hears who. More
// than fit in a row are behind a number.

import { names } from "./shown.js";
import { button, el } from "../view/dom.js";

const LEAST = 3; // chips in the narrowest row
const CHIP = 7; // columns of a screen that one is wide, about: asking the page would have it laid out for each
const OTHERS = 2; // buttons beside them

export class Chips {
  #text;
  #room;
  #open = new WeakSet(); // messages of which all are shown

  constructor({ room, text }) {
    this.#room = room;
    this.#text = text;
  }

  // draw shows them in a message: [{emoji, people, mine}]. What is as it was stays the same
  // element. may says whether another can be added, and presses whether these can be pressed.
  draw(message, reactions, may, presses) {
    const row = message.querySelector(":scope > .chips");
    if (reactions.length === 0) return this.#remove(message, row);
    const box = row ?? el("div", { class: "chips", role: "group", "aria-label": this.#text("reactions") });
    const fit = Math.max(LEAST, Math.floor(this.#room.log.folding.screen.columns / CHIP) - OTHERS);
    const open = this.#open.has(message);
    const shown = open || reactions.length <= fit ? reactions : reactions.slice(0, fit);
    const had = new Map([...box.children].map((each) => [each.dataset.emoji ?? each.className, each]));
    const all = shown.map((each) => this.#chip(had.get(each.emoji), each, presses));
    const rest = reactions.length - shown.length;
    if (rest > 0 || (open && reactions.length > fit)) all.push(this.#rest(had.get("chip rest"), rest, message, () => this.draw(message, reactions, may, presses)));
    if (may) all.push(had.get("chip add") ?? button("+", undefined, { class: "chip add", "aria-label": this.#text("react") }));
    const focused = box.contains(document.activeElement);
    for (const each of [...box.children]) if (!all.includes(each)) each.remove();
    all.forEach((each, i) => { if (box.children[i] !== each) box.insertBefore(each, box.children[i] ?? null); });
    if (focused && !box.contains(document.activeElement)) box.lastChild.focus();
    if (!row) message.append(box);
  }

  #remove(message, row) {
    if (row?.contains(document.activeElement)) message.focus({ preventScroll: true });
    row?.remove();
  }

  #chip(had, { emoji, people, mine }, presses) {
    const chip = had ?? button("", undefined, { class: "chip", data: { emoji } });
    const who = names(people, this.#room.you, this.#text);
    chip.dataset.names = who;
    chip.setAttribute("aria-pressed", mine);
    chip.setAttribute("aria-label", this.#text("chip", people.length, emoji, who));
    chip.setAttribute("aria-disabled", !presses);
    chip.replaceChildren(el("span", { class: "emoji" }, emoji), el("span", { class: "count" }, String(people.length)));
    return chip;
  }

  #rest(had, rest, message, draw) {
    const chip = had ?? button("", undefined, { class: "chip rest" });
    const open = rest === 0;
    chip.textContent = open ? "−" : `+${rest}`;
    chip.setAttribute("aria-expanded", open);
    chip.setAttribute("aria-label", open ? this.#text("fewerKinds") : this.#text("moreKinds", rest));
    chip.onclick = () => {
      if (open) this.#open.delete(message);
      else this.#open.add(message);
      draw();
    };
    return chip;
  }
}

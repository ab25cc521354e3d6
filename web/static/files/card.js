// One offered file as it stands in the timeline: what it is, how far it is, and
// what can be done with it.

import { button, el } from "../view/dom.js";

const PAINT_EVERY = 100; // ms between two looks at how far it is: as often as a person can tell
const UNIT = 1024;

// sizeOf returns a size as people read it.
export function sizeOf(bytes, text) {
  if (bytes < UNIT) return text("size.0", bytes);
  const power = bytes < UNIT * UNIT ? 1 : 2;
  const amount = bytes / UNIT ** power;
  return text(`size.${power}`, amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount));
}

export class Card {
  element;

  #offer;
  #kind;
  #text;
  #on;
  #look;
  #parts = {}; // of what changes while it is under way
  #shown = ""; // what was drawn last
  #timer = 0;
  #problem = "";

  // on: {take, decline, cancel, save, release, show, hide}, each of which is given the
  // offer; take promises why not, or "". look(offer) says whether what is here
  // can be shown: {header, shown}, {why, values}, or null of what is no picture. kind: open
  // or sealed. note: what is said of an own file beside, or "".
  constructor({ offer, kind, text, on, look = () => null, note = "" }) {
    this.#offer = offer;
    this.#look = look;
    this.#kind = kind;
    this.#text = text;
    this.#on = on;
    this.element = el("div", { class: "file", tabindex: "-1", role: "group", "aria-label": offer.file.name },
      el("p", { class: "file-name" }, el("bdi", {}, offer.file.name), " ", el("span", { class: "file-size" }, sizeOf(offer.file.size, text))),
      el("p", { class: "file-kind", data: { kind } }, text(`kind.${kind}`)),
      note === "" ? null : el("p", { class: "file-kind" }, text(note)),
      (this.#parts.rest = el("div", { class: "file-rest" })));
    this.draw();
  }

  // changed draws soon, and at once what is not just further along.
  changed() {
    if (this.#stage() !== this.#shown) this.draw();
    else this.#timer ||= setTimeout(() => { this.#timer = 0; this.#measure(); }, PAINT_EVERY);
  }

  draw() {
    const focused = this.element.contains(document.activeElement);
    this.#shown = this.#stage();
    this.#parts.rest.replaceChildren(...this.#rest().filter(Boolean));
    this.#measure();
    if (focused) (this.#parts.rest.querySelector("button") ?? this.element).focus();
  }

  // stage is what the card's build hangs on.
  #stage() {
    const { state, why, give } = this.#offer;
    const { header, shown, why: unshown } = this.#look(this.#offer) ?? {};
    return [state, why, Boolean(give?.takers.length), this.#problem, Boolean(header), shown, unshown].join();
  }

  #rest() {
    const { state, mine } = this.#offer;
    this.#parts.bar = this.#parts.line = null;
    if (mine) return state === "offered" ? this.#offered() : [this.#said()];
    switch (state) {
      case "taking":
        return [...this.#progress("progress"), this.#buttons(this.#button("cancel", "cancelThat"))];
      case "whole":
      case "saved":
        return this.#whole(state);
      case "offered":
        return [this.#said(), this.#buttons(
          this.#button("take", "takeThat", { class: this.#offer.why ? "" : "primary" }),
          this.#offer.why === "declined" ? null : this.#button("decline", "decline"))];
      default:
        return [this.#said()];
    }
  }

  // whole: theirs, and all here.
  #whole(state) {
    const showing = this.#showing("primary");
    return [this.#line(this.#text(state)), this.#unshown(), this.#buttons(
      showing,
      this.#button("save", "saveThat", { class: showing ? "" : "primary", label: state === "saved" ? "saveAgain" : "save" }),
      this.#button("release", "drop", { label: "drop" }))];
  }

  // offered: ours, as it goes to whoever takes it.
  #offered() {
    const buttons = this.#buttons(this.#showing(), this.#button("cancel", "cancelThat", { label: "withdraw" }));
    if (this.#offer.give.takers.length > 0) return [...this.#progress("progressOwn"), this.#unshown(), buttons];
    this.#parts.line = this.#line("");
    return [this.#parts.line, this.#unshown(), buttons];
  }

  // showing is a button that shows a picture, or hides it.
  #showing(tone = "") {
    const { header, shown } = this.#look(this.#offer) ?? {};
    return header ? this.#button(shown ? "hide" : "show", shown ? "hideThat" : "showThat", { class: shown ? "" : tone }) : null;
  }

  // unshown says why one is not shown.
  #unshown() {
    const { why, values } = this.#look(this.#offer) ?? {};
    return why ? this.#line(this.#text(why === "slow" && this.#offer.mine ? "unshown.slowOwn" : `unshown.${why}`, ...values)) : null;
  }

  #progress(label) {
    const { name, size } = this.#offer.file;
    this.#parts.bar = el("progress", { max: size || 1, value: 0, "aria-label": this.#text(label, name) });
    this.#parts.line = this.#line("");
    return [this.#parts.bar, this.#parts.line];
  }

  // measure says how far it is.
  #measure() {
    const { bar, line } = this.#parts;
    const { file, bytes, give } = this.#offer;
    if (bar) bar.value = bytes;
    if (!line) return;
    const parts = [];
    if (bar) parts.push(this.#text("of", sizeOf(bytes, this.#text), sizeOf(file.size, this.#text)));
    if (give?.takers.length) parts.push(this.#text("taking", give.takers.length));
    if (give?.taken) parts.push(this.#text("taken", give.taken));
    if (give && parts.length === 0) parts.push(this.#text("waiting"));
    line.textContent = parts.join(" · ");
  }

  // said is the sentence about how it ended, or why it could not begin.
  #said() {
    const { why, mine, state, give } = this.#offer;
    if (this.#problem) return this.#line(this.#problem, "problem");
    if (!why) return null;
    const key = why === "cancelled" && mine ? "cancelledOwn" : why === "lost" && state === "offered" ? "lostTake" : why;
    const sentence = this.#text(`why.${key}`);
    return this.#line(mine && give.taken ? `${sentence} ${this.#text("taken", give.taken)}.` : sentence, failures.has(why) ? "problem" : "");
  }

  #button(action, label, props = {}) {
    const { label: short = action, ...rest } = props;
    const does = async () => {
      this.#problem = (await this.#on[action](this.#offer)) ?? "";
      if (this.#problem) this.draw();
    };
    return button(this.#text(short), does, { ...rest, "aria-label": this.#text(label, this.#offer.file.name), data: { file: action } });
  }

  #buttons(...buttons) { return el("p", { class: "buttons" }, ...buttons); }
  #line(sentence, tone = "") { return el("p", { class: `file-line ${tone}` }, sentence); }
}

const failures = new Set(["damaged", "silent", "lost", "unreadable"]);

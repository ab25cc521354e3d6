// The pictures among the files that came, or go from here: which can be shown, and those
// that somebody asked to see. Each hangs in its own card. Where all of several cards that
// one person offered together, one below the other, are shown, they hang as a grid right
// below these, each with its name. Nothing is shown before a click, nothing moves without
// one, and all of it is drawn from this page's memory.

import { canvasFor, draw, judge, MAX_BYTES, plays } from "./drawing.js";
import { kindOf, types } from "./header.js";
import { button, el } from "../view/dom.js";

const SIDE = 960; // px, the longer one, of what is drawn: twice what a card is wide
export const MAX_SHOWN = 16; // at once, of 3.7 MB at most each; the oldest makes room
export const TOGETHER = 10_000; // ms between two offers that were made at once: large ones are summed before
const KIND_BYTES = 256; // that tell which kind of picture begins with them
export const PLAYS_FOR = 10_000; // ms that a picture moves: some never end by themselves

export class Exhibition {
  #text;
  #onChange;
  #seen = new Map(); // Offer → {content, judged}: of what is here
  #walls = new Map(); // Offer → what was offered together: Offer → {card, box}, in order
  #last = null; // {wall, from, at, key} of what was offered last
  #hung = new Map(); // Offer → Frame, the oldest first

  // onChange(offer) is told when another can be done with it than before.
  constructor({ text, onChange }) {
    this.#text = text;
    this.#onChange = onChange;
  }

  // meet learns of an offer, whose card that is, in what holds nothing else.
  meet(offer, { key, at, from }, card) {
    const last = this.#last;
    const together = last?.key === key - 1 && last.from === from.id && at - last.at < TOGETHER;
    const wall = together ? last.wall : new Map();
    wall.set(offer, { card, box: el("div", { class: "pictures" }) });
    this.#walls.set(offer, wall);
    this.#last = { wall, from: from.id, at, key };
  }

  // apart: its card stands elsewhere now, by itself.
  apart(offer) {
    const wall = this.#walls.get(offer);
    const own = new Map([[offer, wall.get(offer)]]);
    wall.delete(offer);
    this.#walls.set(offer, own);
    for (const each of [wall, own]) this.#arrange(each);
  }

  // look says what somebody would see of what is here of an offer: {header, shown},
  // {why, values}, or null.
  look(offer) {
    if (!(offer.mine ? ["offered"] : ["whole", "saved"]).includes(offer.state) || !offer.content) return null;
    let seen = this.#seen.get(offer);
    if (seen?.content !== offer.content) {
      seen = { content: offer.content, judged: null };
      this.#seen.set(offer, seen);
      if (offer.mine) this.#learn(offer, seen);
      else seen.judged = judge(new Uint8Array(offer.content), offer.file.name);
    }
    return seen.judged && { ...seen.judged, shown: this.#hung.has(offer) };
  }

  // learn looks into an own file, of which only a picture that can be drawn counts.
  async #learn(offer, seen) {
    const { content, file } = offer;
    try {
      const bytes = async (blob) => new Uint8Array(await blob.arrayBuffer());
      if (content.size > MAX_BYTES || !kindOf(await bytes(content.slice(0, KIND_BYTES)))) return;
      const judged = judge(await bytes(content), file.name);
      if (!judged?.header || this.#seen.get(offer) !== seen) return;
      seen.judged = judged;
    } catch {
      return; // it changed, or went: the desk says so
    }
    this.#onChange(offer);
  }

  // show hangs a picture, where it has its place before it is drawn.
  async show(offer) {
    const { header } = this.look(offer) ?? {};
    if (!header || this.#hung.has(offer)) return;
    this.#seen.get(offer).judged = { header };
    const [oldest] = this.#hung.keys();
    if (this.#hung.size === MAX_SHOWN) this.#refuse(oldest, "many");
    const frame = new Frame(offer, header, this.#text, (why) => this.#refuse(offer, why));
    this.#hung.set(offer, frame);
    this.#arrange(this.#walls.get(offer));
    this.#onChange(offer);
    frame.element.scrollIntoView({ block: "nearest" });
    await frame.draw();
  }

  hide(offer) {
    const frame = this.#hung.get(offer);
    if (!frame) return;
    frame.close();
    this.#hung.delete(offer);
    this.#arrange(this.#walls.get(offer));
    this.#onChange(offer);
  }

  // changed: what is no longer here is no longer shown.
  changed(offer) {
    if (this.look(offer)) return;
    this.#seen.delete(offer);
    this.hide(offer);
  }

  // forget: its card is gone.
  forget(offer) {
    this.hide(offer);
    this.#seen.delete(offer);
    this.#walls.get(offer).delete(offer);
    this.#walls.delete(offer);
  }

  close() {
    for (const offer of [...this.#hung.keys()]) this.hide(offer);
    this.#seen.clear();
  }

  // arrange hangs what is shown of a wall: in its card what is by itself, as a grid below
  // the last of them what stands one below the other.
  #arrange(wall) {
    const offers = [...wall.keys()];
    const run = [];
    offers.forEach((offer, i) => {
      const { card, box } = wall.get(offer);
      const frame = this.#hung.get(offer);
      if (frame) run.push(frame.element);
      const ends = frame && !this.#hung.has(offers[i + 1]);
      const hung = ends ? run.splice(0) : [];
      const place = hung.length > 1 ? card : card.firstElementChild;
      if (box.parentElement !== place) place.append(box);
      if (hung.length !== box.children.length || hung.some((each, n) => each !== box.children[n])) box.replaceChildren(...hung);
    });
  }

  // refuse hides what can't be shown any longer, and says why.
  #refuse(offer, why) {
    const seen = this.#seen.get(offer);
    if (why === "many") seen.judged = { ...seen.judged, why, values: [MAX_SHOWN] };
    else seen.judged = { why, values: [] };
    this.hide(offer);
  }
}

// One picture that is shown.
class Frame {
  element;

  #offer;
  #header;
  #text;
  #onUndrawn;
  #canvas;
  #control = null;
  #address = ""; // of what moves, while it does
  #stops = 0;

  constructor(offer, header, text, onUndrawn) {
    this.#offer = offer;
    this.#header = header;
    this.#text = text;
    this.#onUndrawn = onUndrawn;
    this.#canvas = canvasFor(header, SIDE, text("previewOf", offer.file.name));
    this.element = el("figure", { class: "picture" }, this.#canvas,
      el("figcaption", { class: "file-line picture-name" }, el("bdi", {}, offer.file.name)));
    if (!header.moves) return;
    if (!plays(header)) {
      this.element.append(el("p", { class: "file-line" }, text("still")));
      return;
    }
    this.#control = button("", () => (this.#address ? this.#stop() : this.#play()), { data: { file: "play" } });
    this.element.append(this.#control);
    this.#label();
  }

  // draw draws it, still.
  async draw() {
    const why = await draw(this.#canvas, this.#offer.content, this.#header);
    if (why) this.#onUndrawn(why);
  }

  close() {
    this.#stop();
    this.element.remove();
  }

  // play lets it move, for as long as somebody may want to look.
  #play() {
    this.#address = URL.createObjectURL(new Blob([this.#offer.content], { type: types[this.#header.kind] }));
    const { width, height } = this.#canvas;
    const moving = el("img", { src: this.#address, width: String(width), height: String(height), alt: this.#canvas.getAttribute("aria-label") });
    moving.addEventListener("error", () => this.#onUndrawn("broken"));
    this.#canvas.replaceWith(moving);
    this.#stops = setTimeout(() => this.#stop(), PLAYS_FOR);
    this.#label();
  }

  #stop() {
    clearTimeout(this.#stops);
    if (!this.#address) return;
    URL.revokeObjectURL(this.#address);
    this.#address = "";
    this.element.querySelector("img").replaceWith(this.#canvas);
    this.#label();
  }

  #label() {
    const does = this.#address ? "stop" : "play";
    this.#control.textContent = this.#text(does);
    this.#control.setAttribute("aria-label", this.#text(`${does}That`, this.#offer.file.name));
  }
}

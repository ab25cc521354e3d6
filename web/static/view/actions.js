// What can be done with a message: react, reply, whisper, copy, change, take back, ignore.
// One small toolbar goes where the pointer, the finger or the keyboard is; a finger that
// stays gets a sheet. A letter does something only with a message that an arrow key chose:
// whoever left the field, or clicked somewhere, and types on writes words. None ignores
// anybody.

import { button, byId, copy, el } from "./dom.js";
import { QUICK } from "../data/quick.js";
import { later } from "../text/laterstrings.js";

export const style = "../style/actions.css";

const STAYS = 500; // ms after which a finger stays, as phones have it
const MOVES = 10; // px within which it does
const MESSAGE = ".message, .offer"; // what something can be done with

export class Actions {
  #list = byId("timeline");
  #bar;
  #buttons;
  #room;
  #text;
  #mending;
  #on;
  #writer = el("bdi", { class: "writer", "aria-hidden": "true" }); // of a message that doesn't say so itself
  #finger = null; // that is on a message: {x, y, timer}
  #stayed = false; // one did, and is not lifted yet
  #chosen = false; // by an arrow key, since the focus came here
  #left = false; // the field, a moment ago

  // mending(use) does something with what becomes of what was said; on: {reply(entry),
  // whisper(member), ignore(member), compose()}
  constructor({ room, text: common, mending, on }) {
    const text = later(common);
    this.#room = room;
    this.#text = text;
    this.#mending = mending;
    this.#on = on;
    const quick = QUICK.map((emoji) => button(emoji, () => this.#with((each, entry) => each.react(entry, emoji)), { "aria-label": text("quick", emoji), data: { quick: emoji } }));
    this.#buttons = {
      react: button("", () => this.#do("react"), { class: "react", "aria-label": text("react"), title: text("react"), data: { action: "react" } }),
      reply: button(text("reply"), () => this.#do("reply"), { data: { action: "reply" } }),
      whisper: button(text("whisper"), () => this.#do("whisper"), { data: { action: "whisper" } }),
      copy: button(text("copy"), () => this.#do("copy"), { data: { action: "copy" } }),
      amend: button(text("amend"), () => this.#do("amend"), { data: { action: "amend" } }),
      retract: button(text("retract"), () => this.#do("retract"), { data: { action: "retract" } }),
      ignore: button(text("ignore"), () => this.#do("ignore"), { data: { action: "ignore" } }),
    };
    this.#buttons.react.append(icon());
    this.#bar = el("div", { class: "actions", id: "actions", role: "toolbar", "aria-label": text("messageActions") },
      el("span", { class: "quick" }, ...quick), ...Object.values(this.#buttons), this.#writer);
    this.#list.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse") this.#show(event.target.closest(MESSAGE));
    });
    this.#list.addEventListener("focusin", (event) => this.#focused(event));
    this.#list.addEventListener("pointerleave", () => {
      if (!this.#list.contains(document.activeElement)) this.#bar.remove();
    });
    this.#list.addEventListener("focusout", ({ relatedTarget }) => {
      if (this.#list.contains(relatedTarget) || document.querySelector("dialog[open]")) return; // from where it comes back
      this.#chosen = false;
      if (!this.#list.matches(":hover")) this.#bar.remove();
    });
    this.#list.addEventListener("click", (event) => this.#clicked(event));
    this.#list.addEventListener("pointerdown", (event) => this.#touched(event));
    for (const type of ["pointermove", "pointerup", "pointercancel"]) this.#list.addEventListener(type, (event) => this.#moved(event), { passive: true });
    // What a finger does that is lifted at last is done: no button of the sheet is meant.
    this.#list.addEventListener("touchend", (event) => { if (this.#stayed) event.preventDefault(); });
    this.#list.addEventListener("contextmenu", (event) => { if (this.#finger || this.#stayed) event.preventDefault(); });
    this.#list.addEventListener("keydown", (event) => this.#key(event));
  }

  // meet shows what can be done with the message that somebody pointed at before
  // this was here.
  meet(event) {
    if (event.type === "click") this.#clicked(event);
    else if (event.type === "focusin") this.#focused(event);
    else if (event.pointerType === "mouse") this.#show(event.target.closest(MESSAGE));
  }

  // enter puts the focus on the newest message.
  enter() {
    this.#messages().at(-1)?.focus();
    this.#chosen = false;
    this.#left = true;
  }

  // focused: a finger that presses a control of a message (an answer, a reaction, a file's
  // button, a link) means that alone, and the toolbar would cover it.
  #focused({ target }) {
    const message = target.closest(MESSAGE);
    if (target === message || this.#bar.contains(target) || target.matches(":focus-visible")) this.#show(message);
    else if (message !== this.#bar.parentElement) this.#bar.remove(); // from where it was
  }

  #clicked(event) {
    const { target } = event;
    if (this.#stayed) event.preventDefault();
    if (this.#stayed || target.closest("a, button, summary") || String(getSelection()) !== "") return;
    target.closest(MESSAGE)?.focus({ preventScroll: true });
    this.#chosen = false;
  }

  #touched({ pointerType, target, clientX: x, clientY: y }) {
    this.#stayed = false;
    const message = target.closest(MESSAGE);
    if (pointerType !== "touch" || !message || target.closest("a, summary, .actions, .file button")) return;
    this.#lift();
    this.#finger = { x, y, timer: setTimeout(() => this.#stay(message), STAYS) };
  }

  #moved({ type, clientX: x, clientY: y }) {
    if (!this.#finger) return;
    if (type !== "pointermove" || Math.hypot(x - this.#finger.x, y - this.#finger.y) > MOVES) this.#lift();
  }

  #lift() {
    clearTimeout(this.#finger?.timer);
    this.#finger = null;
  }

  // stay shows what can be done in a sheet.
  #stay(message) {
    this.#finger = null;
    this.#stayed = true;
    this.#show(message);
    if (message !== this.#bar.parentElement) return;
    const choices = Object.entries(this.#buttons).filter(([name, { hidden }]) => !hidden && name !== "react")
      .map(([name, { textContent }]) => [textContent, () => { this.#show(message); this.#do(name); }]);
    const entry = this.#entryOf(message);
    this.#mending((each) => each.sheet(entry, message, choices));
  }

  // entryOf is what the log has of a message; of a whisper, which has no number, nothing.
  #entryOf({ dataset: { seq } }) { return seq ? this.#room.log.numbered(Number(seq)) : undefined; }

  #able(message) { return able(this.#room, this.#entryOf(message), message.dataset, Date.now()); }

  #show(message) {
    if (!message) return;
    if (this.#entryOf(message)?.gone) return this.#bar.remove();
    const can = this.#able(message);
    this.#bar.firstChild.hidden = !can.react;
    for (const name in can) this.#buttons[name].hidden = !can[name];
    this.#writer.textContent = message.querySelector(".nick").textContent;
    if (message !== this.#bar.parentElement) message.append(this.#bar);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const message = event.target.closest(MESSAGE);
    const steps = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };
    const keys = { r: "reply", w: "whisper", c: "copy", e: "amend", Delete: "retract", "+": "react" };
    const left = this.#left;
    this.#left = false;
    if (event.key in steps) {
      this.#chosen = true;
      const messages = this.#messages();
      const at = messages.indexOf(message) + steps[event.key];
      if (at >= messages.length && event.key === "ArrowDown") this.#on.compose();
      else messages[Math.max(0, Math.min(messages.length - 1, at))]?.focus();
    } else if (event.key === "Escape") {
      this.#on.compose();
    } else if (message && event.key === "Enter" && event.target === message) {
      this.#show(message);
      if (message.matches(".offer")) message.querySelector("button")?.focus(); // of its card
      else this.#do("reply");
    } else if (this.#chosen && message && event.key in keys && !this.#buttons[keys[event.key]].hidden) {
      this.#show(message);
      this.#do(keys[event.key]);
    } else if (this.#chosen && message && /^[1-9]$/.test(event.key) && this.#entryOf(message)?.options) {
      this.#with((each, entry) => each.choose(entry, Number(event.key)));
    } else {
      if (left && event.key === " ") this.#on.compose(); // which would scroll
      return;
    }
    event.preventDefault();
  }

  #do(action) {
    const message = this.#bar.parentElement;
    if (!message) return;
    if (!this.#able(message)[action]) { // one went elsewhere since it was offered
      this.#room.log.addNote([this.#text("saidElsewhere")], "problem");
      return;
    }
    const { from, kind, to } = message.dataset;
    switch (action) {
      case "reply":
        if (kind === "whisper") this.#answer(message, from === this.#room.you.id ? to : from);
        else this.#on.reply(this.#entryOf(message));
        break;
      case "react":
        this.#with((each, entry) => each.pick(entry, message.contains(document.activeElement) ? document.activeElement : message));
        break;
      case "amend":
        this.#with((each, entry) => each.amend(entry));
        break;
      case "retract":
        this.#with((each, entry) => each.retract(entry, message));
        break;
      case "whisper":
        this.#answer(message, from);
        break;
      case "ignore":
        // Who left is named by the message; the first name in it may be of whom it answers.
        this.#on.ignore(this.#room.members.get(from) ??
          { id: from, nick: message.querySelector(`[data-member="${CSS.escape(from)}"]`).textContent });
        break;
      case "copy":
        this.#copy(message);
    }
  }

  // with does something with the message that has the bar.
  #with(use) {
    const entry = this.#bar.parentElement && this.#entryOf(this.#bar.parentElement);
    if (entry) this.#mending((each) => use(each, entry));
  }

  // answer whispers to somebody; what is typed next must not be taken for a whisper
  // if nobody is there to read it.
  #answer(message, id) {
    const member = this.#room.members.get(id);
    if (member) this.#on.whisper(member);
    else this.#room.log.addNote([this.#text("whispererLeft", message.querySelector(`[data-member="${CSS.escape(id)}"]`).textContent)], "problem");
  }

  async #copy(message) {
    const done = await copy(this.#entryOf(message)?.text ?? message.querySelector(".text").textContent);
    this.#buttons.copy.textContent = this.#text(done ? "copied" : "notCopied");
    setTimeout(() => { this.#buttons.copy.textContent = this.#text("copy"); }, 1500);
  }

  #messages() {
    return [...this.#list.querySelectorAll(`:is(${MESSAGE}):not([hidden], details:not([open]) *)`)];
  }
}

// able says what can be done with a message that shows an entry of the log, or a whisper,
// from one place to another: with those of a place that was left behind, which nobody has a
// number or a name for any more, nothing but what the page does by itself. The offer of a
// file has no words: it is reacted to, and its sender is there.
export function able(room, entry, { from, to, kind }, now) {
  const { id } = room.you;
  const here = entry ? room.seqOf(entry.seq) > 0 : from === id || to === id;
  const mine = entry ? entry.mine : from === id;
  const offer = entry?.kind === "offer";
  const said = here && entry !== undefined && !offer;
  return {
    react: said || (here && offer),
    reply: here && !offer,
    copy: !offer,
    whisper: here && kind !== "whisper" && !mine && room.members.has(from),
    amend: said && room.amends(entry, now),
    retract: said && (mine || (room.kind === "open" && room.members.get(id)?.host === true)),
    ignore: here && !mine,
  };
}

// icon is a face with a plus, of nodes: an icon has no words.
function icon() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M20 11a8.5 8.5 0 1 1-7-7M8.5 14a4 4 0 0 0 6 0M9 9.5v.5M14 9.5v.5M19 2v6M16 5h6");
  svg.append(path);
  return svg;
}

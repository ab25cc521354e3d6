// What can be done with a message: reply, whisper, copy, ignore. One small
// toolbar goes where the pointer, the finger or the keyboard is. A letter does
// something only with a message that an arrow key chose: whoever left the field, or
// clicked somewhere, and types on writes words. None ignores anybody.

import { button, byId, copy, el } from "./dom.js";
import { later } from "../text/laterstrings.js";

export const style = "../style/actions.css";

export class Actions {
  #list = byId("timeline");
  #bar;
  #buttons;
  #room;
  #text;
  #on;
  #chosen = false; // by an arrow key, since the focus came here
  #left = false; // the field, a moment ago

  // on: {reply(message element), whisper(member), ignore(member), compose()}
  constructor({ room, text: common, on }) {
    const text = later(common);
    this.#room = room;
    this.#text = text;
    this.#on = on;
    this.#buttons = {
      reply: button(text("reply"), () => this.#do("reply"), { data: { action: "reply" } }),
      whisper: button(text("whisper"), () => this.#do("whisper"), { data: { action: "whisper" } }),
      copy: button(text("copy"), () => this.#do("copy"), { data: { action: "copy" } }),
      ignore: button(text("ignore"), () => this.#do("ignore"), { data: { action: "ignore" } }),
    };
    this.#bar = el("div", { class: "actions", id: "actions", role: "toolbar", "aria-label": text("messageActions") },
      ...Object.values(this.#buttons));
    this.#list.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse") this.#show(event.target.closest(".message"));
    });
    this.#list.addEventListener("focusin", (event) => this.#show(event.target.closest(".message")));
    this.#list.addEventListener("pointerleave", () => {
      if (!this.#list.contains(document.activeElement)) this.#bar.remove();
    });
    this.#list.addEventListener("focusout", ({ relatedTarget }) => {
      if (this.#list.contains(relatedTarget)) return;
      this.#chosen = false;
      if (!this.#list.matches(":hover")) this.#bar.remove();
    });
    this.#list.addEventListener("click", (event) => this.#clicked(event));
    this.#list.addEventListener("keydown", (event) => this.#key(event));
  }

  // meet shows what can be done with the message that somebody pointed at before
  // this was here.
  meet(event) {
    if (event.type === "click") this.#clicked(event);
    else if (event.type === "focusin" || event.pointerType === "mouse") this.#show(event.target.closest(".message"));
  }

  // enter puts the focus on the newest message.
  enter() {
    this.#messages().at(-1)?.focus();
    this.#chosen = false;
    this.#left = true;
  }

  #clicked({ target }) {
    if (target.closest("a, button, summary") || String(getSelection()) !== "") return;
    target.closest(".message")?.focus({ preventScroll: true });
    this.#chosen = false;
  }

  #show(message) {
    if (!message || message === this.#bar.parentElement) return;
    const { from, kind } = message.dataset;
    const mine = from === this.#room.you.id;
    this.#buttons.whisper.hidden = kind === "whisper" || mine || !this.#room.members.has(from);
    this.#buttons.ignore.hidden = mine;
    message.append(this.#bar);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const message = event.target.closest(".message");
    const steps = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };
    const letters = { r: "reply", w: "whisper", c: "copy" };
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
      this.#do("reply");
    } else if (this.#chosen && message && event.key in letters && !this.#buttons[letters[event.key]].hidden) {
      this.#show(message);
      this.#do(letters[event.key]);
    } else {
      if (left && event.key === " ") this.#on.compose(); // which would scroll
      return;
    }
    event.preventDefault();
  }

  #do(action) {
    const message = this.#bar.parentElement;
    if (!message) return;
    const { from, kind, to, seq } = message.dataset;
    switch (action) {
      case "reply":
        if (kind === "whisper") this.#answer(message, from === this.#room.you.id ? to : from);
        else this.#on.reply(this.#room.log.said(Number(seq)));
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

  // answer whispers to somebody; what is typed next must not be taken for a whisper
  // if nobody is there to read it.
  #answer(message, id) {
    const member = this.#room.members.get(id);
    if (member) this.#on.whisper(member);
    else this.#room.log.addNote([this.#text("whispererLeft", message.querySelector(`[data-member="${CSS.escape(id)}"]`).textContent)], "problem");
  }

  async #copy(message) {
    const { seq } = message.dataset;
    const said = seq ? this.#room.log.said(Number(seq))?.text : undefined;
    const done = await copy(said ?? message.querySelector(".text").textContent);
    this.#buttons.copy.textContent = this.#text(done ? "copied" : "notCopied");
    setTimeout(() => { this.#buttons.copy.textContent = this.#text("copy"); }, 1500);
  }

  #messages() {
    return [...this.#list.querySelectorAll(".message:not([hidden], details:not([open]) *)")];
  }
}

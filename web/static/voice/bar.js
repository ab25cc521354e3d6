// The strip above the field that stays while one is in voice, and says why not where one
// is not: what the others hear, who speaks, what the server could hear, and the buttons.

import { TRIES } from "./call.js";
import { button, byId, el, fill, nickOf } from "../view/dom.js";
import { icon } from "../view/icon.js";

const METER_EVERY = 100; // ms
const OFF = "M9 6a3 3 0 0 1 6 0v5M9 9.5V11a3 3 0 0 0 4.5 2.6M6 11a6 6 0 0 0 9.5 4.9M12 17v4M4 3l16 18";
const DEVICES = "M4 8h9M17 8h3M15 6v4M4 16h3M11 16h9M9 14v4";
const DOWN = "M3 14.5c0-2 1-3.2 3-3.9 2-.8 4-1.1 6-1.1s4 .3 6 1.1c2 .7 3 1.9 3 3.9v1a1 1 0 0 1-1.2 1l-3-.7a1 1 0 0 1-.8-1v-1.9c-2.6-.8-5.4-.8-8 0v1.9a1 1 0 0 1-.8 1l-3 .7a1 1 0 0 1-1.2-1z"; // a handset that is laid down
const ON = "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M6 11a6 6 0 0 0 12 0M12 17v4";

export class Bar {
  #call;
  #talk;
  #microphone;
  #sound;
  #room;
  #text;
  #on;
  #timer = 0;
  #shown = "";

  #says = el("span", {});
  #state; // keeps the place of what it says when one mutes, where one can, so that nothing jumps
  #who = el("p", { class: "voice-who" });
  #honest = el("p", { class: "voice-honest" });
  #problem = el("p", { class: "voice-problem", hidden: true });
  #meter = el("meter", { class: "voice-level", min: "0", max: "1", "aria-hidden": "true" });
  #mute;
  #hold;
  #again;
  #microphoneAgain;
  #hear;
  #settings;
  #leave;
  element;

  // on: {join(event), mute(event), leave(), microphone(event), hear(event), settings()}
  constructor({ call, talk, microphone, sound, room, text, on }) {
    this.#call = call;
    this.#talk = talk;
    this.#microphone = microphone;
    this.#sound = sound;
    this.#room = room;
    this.#text = text;
    this.#on = on;
    this.#state = el("p", { class: "voice-state", data: { on: text("on"), muted: text("muted") } }, this.#says);
    this.#mute = el("button", { type: "button", id: "voice-mute", on: { click: (event) => { if (this.#mute.getAttribute("aria-disabled") !== "true") on.mute(event); } } }, icon(OFF), el("span", {}));
    this.#hold = button(text("hold"), null, { id: "voice-hold", title: text("holdSpace") });
    this.#again = button(text("joinAgain"), on.join, { id: "voice-again", class: "primary" });
    this.#microphoneAgain = button(text("microphoneAgain"), on.microphone, { id: "voice-microphone" });
    this.#hear = button(text("hear"), on.hear, { id: "voice-hear", class: "primary" });
    this.#settings = el("button", { type: "button", id: "voice-settings", "aria-haspopup": "dialog", "aria-label": text("devices"), on: { click: () => on.settings() } }, icon(DEVICES));
    this.#leave = el("button", { type: "button", id: "voice-leave", on: { click: () => on.leave() } }, icon(DOWN), el("span", { class: "voice-label" }));
    this.element = el("section", { id: "voice", class: "voice-bar", "aria-label": text("title"), hidden: true },
      el("div", { class: "voice-words" }, el("div", { class: "voice-now" }, this.#state, this.#meter), this.#who, this.#problem, this.#honest),
      el("div", { class: "voice-buttons" }, this.#hear, this.#mute, this.#hold, this.#microphoneAgain, this.#again, this.#leave, this.#settings));
    this.#holds();
    byId("compose").before(this.element);
  }

  // focus puts it where one goes on from having joined.
  focus() { (this.#mute.hidden ? this.#leave : this.#mute).focus(); }

  // draw shows how things are. why stands there while one is not in, and unable says that
  // this browser will never be.
  draw(why, unable) {
    const { state, muted, sealed, kept } = this.#call;
    const { problem, track } = this.#microphone;
    const out = state === "out";
    const inside = state === "in";
    this.element.hidden = out && !why;
    this.element.dataset.state = out ? "out" : state;
    this.#says.textContent = out ? why : this.#words(track);
    const told = out ? "" : problem ? this.#text(`microphone.${problem}`) : why;
    this.#problem.textContent = told;
    this.#problem.hidden = told === "";
    this.#honest.textContent = out ? "" : this.#text(sealed ? "sealed" : "open");
    this.#mute.hidden = this.#hold.hidden = out || (state !== "asking" && !track);
    this.#state.dataset.turns = String(!this.#mute.hidden);
    const said = this.#text(muted ? "unmute" : "mute");
    if (this.#mute.lastChild.textContent !== said) {
      this.#mute.replaceChildren(icon(muted ? OFF : ON), el("span", { class: "voice-label", data: { other: this.#text(muted ? "mute" : "unmute") } }, said));
    }
    this.#hold.disabled = !inside || kept || (!muted && !this.#talk.held);
    this.#hold.classList.toggle("held", this.#talk.held);
    this.#mute.setAttribute("aria-disabled", String(this.#talk.held || kept || (!inside && muted))); // and not disabled: it may have the focus
    this.#microphoneAgain.hidden = out || state === "asking" || !/^(refused|absent|busy|gone)$/.test(problem);
    this.#hear.hidden = !inside || !this.#sound.blocked;
    this.#again.hidden = !out || unable;
    this.#settings.hidden = out || state === "asking";
    this.#leave.lastChild.textContent = this.#text(out ? "dismiss" : "leave");
    this.#meter.hidden = out;
    this.#meter.classList.toggle("still", !inside || muted);
    this.#people(inside);
    this.#watch(inside && !muted);
  }

  #words(track) {
    const { state, muted, tries, kept, been } = this.#call;
    if (state === "asking") return this.#text("asking");
    if (state === "joining") return this.#text("joining");
    if (state === "again" && tries === 0) return this.#text("waiting");
    if (state === "again") return been ? this.#text("again", tries, TRIES) : this.#text("joiningAgain");
    if (!track) return this.#text("listening");
    if (kept) return this.#text("kept");
    return this.#text(this.#talk.held ? "holding" : muted ? "muted" : "on");
  }

  // people says who speaks, or how many there are. It is read by whoever asks.
  #people(inside) {
    const { members, you, ignored } = this.#room;
    const others = [...members.values()].filter(({ id, voice }) => voice && id !== you?.id);
    const speak = others.filter(({ id, voice }) => voice.speaking && !voice.muted && !ignored.has(id));
    const shown = !inside ? "" : [others.length, ...speak.map(({ id, nick }) => `${id} ${nick}`)].join("\n");
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (!inside) this.#who.replaceChildren();
    else if (speak.length === 1) this.#who.replaceChildren(...fill(this.#text("speaks1"), nickOf(speak[0])));
    else if (speak.length === 2) this.#who.replaceChildren(...fill(this.#text("speaks2"), ...speak.map(nickOf)));
    else if (speak.length > 2) this.#who.textContent = this.#text("speakMany", speak.length);
    else this.#who.textContent = others.length ? this.#text("others", others.length) : this.#text("alone");
  }

  #watch(measured) {
    clearInterval(this.#timer);
    this.#timer = 0;
    if (measured) this.#timer = setInterval(() => { this.#meter.value = this.#sound.level; }, METER_EVERY);
  }

  // holds has the button talk for as long as it is held: by a finger, a mouse or a key.
  #holds() {
    const hold = this.#hold;
    const release = () => this.#talk.release();
    hold.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      hold.setPointerCapture(event.pointerId);
      this.#talk.hold();
    });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) hold.addEventListener(type, release);
    hold.addEventListener("contextmenu", (event) => event.preventDefault()); // a finger that stays
    hold.addEventListener("keydown", (event) => {
      if (/^( |Enter)$/.test(event.key) && !event.repeat) this.#talk.hold();
    });
    hold.addEventListener("keyup", release);
  }
}

// Where you type. Nothing typed is ever lost by an error, an arrival or a lost
// connection: the field is emptied only when its text was taken.

import { byId } from "./dom.js";
import { commanding, giveBack, History, leadsAway, measure, sends } from "../room/draft.js";
import { limits } from "../text/limits.js";
import { shorten } from "./entry.js";
import { lazy } from "../net/lazy.js";

const TALLEST = 8; // lines before the field scrolls
const SEEN = 1000; // ms without a key, after which one has seen which room came to the front

export class Composer {
  #field = byId("message");
  #problem = byId("problem");
  #replying = byId("replying");
  #history = new History();
  #completion = null; // the list, once something could be completed
  #asking = false; // whether a line may be sent; the answer is on its way
  #again = false; // Enter was pressed meanwhile
  #leads = ""; // the line that may bring another room, while that is decided: what is typed is for that one
  #clicked = null; // what was asked for of this room meanwhile: an answer, a whisper, a change
  #ahead = null; // ms of the last key, while what stands here was begun on the way here
  #notice = ""; // what is said of that
  #source;
  #text;
  #submit;
  #onTyping;
  #onEscape;
  #onUp;
  #onDraft;
  #onOver;
  #re = 0;
  #amends = null; // the message that is amended rather than answered
  #draft = ""; // what was typed before that
  #invites = this.#field.placeholder;
  #hints = {}; // why nothing can be said, by what that comes of
  #began = 0; // ms when what stands in the field was begun

  lost = []; // lines that nobody will take any more, since the room is over

  // submit(text, re, began, amends) promises "" when it was taken, else why not. onDraft is
  // told whenever drafted may have changed, and onOver when what is typed is too long.
  // onUp() returns the message that may be changed.
  constructor({ source, text, submit, onTyping, onEscape, onUp, onDraft, onOver }) {
    this.#text = text;
    this.#submit = submit;
    this.#onTyping = onTyping;
    this.#onEscape = onEscape;
    this.#onUp = onUp;
    this.#onDraft = onDraft;
    this.#onOver = onOver;
    this.#source = source;
    for (const type of ["input", "compositionend"]) this.#field.addEventListener(type, (event) => this.#typed(event));
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    // A key that was used does nothing else, wherever the focus was and went.
    // Keyboards leave its keypress out by themselves; programs that press keys for
    // somebody may not.
    let pressed;
    addEventListener("keydown", (event) => { pressed = event; }, true);
    addEventListener("keypress", (event) => { if (pressed?.defaultPrevented) event.preventDefault(); });
    this.#field.addEventListener("blur", () => this.#completion?.close());
    byId("compose").addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#leads) this.#send();
    });
    byId("stop-replying").addEventListener("click", () => this.replyTo(null));
    this.#grow();
  }

  // drafted: something is typed and not sent.
  get drafted() { return this.#field.value.trim() !== ""; }

  get text() { return this.#field.value; }

  // leading: what is typed now is for the room that comes.
  get leading() { return this.#leads !== ""; }

  // yields hands over what was typed for the room that comes, "" where none does.
  yields() {
    if (!this.#leads) return "";
    const { value } = this.#field;
    this.#set("");
    return value;
  }

  // ahead takes what was typed before one could see this room, behind what stands here.
  // Enter says none of it before its person stopped to look; notice tells them.
  ahead(text, notice) {
    const { value } = this.#field;
    this.#set(value.trim() && text ? `${value.trimEnd()}\n${text}` : value + text);
    this.#ahead = performance.now();
    this.#notice = notice;
    if (text.trim()) this.#complain(notice);
  }

  // amends: the message that is changed, or null.
  get amends() { return this.#amends; }

  focus() {
    this.#field.focus();
  }

  // replyTo makes the next message an answer to that one, or amends it; null neither.
  replyTo(said, amends) {
    if (this.#waits(() => said?.gone || this.replyTo(said, amends))) return;
    this.answer(said, amends);
    this.focus();
  }

  // amend takes up a message's words, to change them; what is typed waits.
  amend(said) {
    if (this.#waits(() => said.gone || this.amend(said))) return;
    if (!this.#amends) this.#draft = this.#field.value;
    this.replyTo(said, true);
    this.#set(said.text);
  }

  // begin puts the start of a command before the words of what is typed.
  async begin(start) {
    if (this.#waits(() => this.begin(start))) return;
    this.focus();
    let wordsOf = String;
    try {
      if (commanding(this.#field.value)) ({ wordsOf } = await lazy("commands/parse.js"));
    } catch {
      return this.#complain(this.#text("notFetched"));
    }
    this.#set(start + wordsOf(this.#field.value));
  }

  // waits keeps what was clicked in this room while it is decided which one comes: what
  // stands in the field then is for that one, and this is not. The last click counts.
  #waits(does) {
    if (this.#leads) this.#clicked = does;
    return this.#leads !== "";
  }

  // giveBack takes a text that was not sent; false when something else is being
  // typed, which must not be overwritten.
  giveBack(text, re, reason) {
    if (this.#leads) return false; // what stands here may go to another room
    const { value, taken } = giveBack(this.#field.value, text);
    if (!taken) return false;
    this.#set(value);
    this.#re = re;
    this.#complain(reason);
    return true;
  }

  // hint says in the empty field why nothing can be said, in place of inviting; "": that does
  // not forbid it. Who is in no room learns that before what rules it has.
  hint(by, why) {
    this.#hints[by] = why;
    this.#field.placeholder = this.#hints.place || this.#hints.rules || this.#invites;
  }

  // refuse says why something was not done.
  refuse(reason) { this.#complain(reason); }

  // withdraw takes back a reason that is none any more.
  withdraw(reason) {
    if (this.#problem.textContent === reason) this.#complain("");
  }

  // forget forgets the lines that were sent, all or those with some words, and the answer
  // to a message that is gone.
  forget(gone, words) {
    this.#history.forget(words);
    if (this.#re && gone(this.#re)) this.answer(null);
  }

  // mended shows anew what the next message answers.
  mended(said) { if (this.#re === said.seq && !this.#amends) this.answer(said); }

  // empty takes away what is typed, and what was to be.
  empty() {
    this.#clicked = null;
    this.#set("");
  }

  async #send() {
    const text = this.#field.value;
    this.#again = this.#asking;
    if (text.trim() === "" || this.#asking) return;
    const re = this.#re;
    const began = this.#began;
    const amends = this.#amends !== null;
    this.focus(); // before a command may take it elsewhere
    this.#asking = true;
    this.#ahead = null;
    if (!amends && leadsAway(text)) {
      this.#leads = text;
      this.#set("");
    }
    const { leading: leads } = this;
    let problem;
    let taken = false;
    try {
      problem = await this.#submit(text, re, began, amends);
      taken = !problem;
    } finally {
      this.#asking = false; // whatever went wrong, one can go on
      if (leads) this.#arrived(taken ? "" : text);
    }
    if (leads) {
      if (taken) this.#history.add(text);
      else this.#complain(problem);
      const clicked = this.#clicked;
      if (taken && this.#re === re) this.answer(null, false, this.drafted);
      this.#clicked = null;
      return clicked?.();
    }
    const { value } = this.#field;
    if (problem) {
      this.#began = Date.now(); // from here on its author knows
      if (value === text) this.#complain(problem);
      return;
    }
    if (!/^\s*[/／]host /i.test(text)) this.#history.add(text); // it may be a key
    // What was typed on meanwhile stays.
    this.#set(value.startsWith(text) ? value.slice(text.length) : value);
    if (this.#re === re) this.answer(null, false, this.drafted);
    // Words behind a command may have been meant for one person, as it was.
    if (this.#again && (!commanding(text) || commanding(this.#field.value))) await this.#send();
  }

  // arrived: it is decided which room comes, and what is left here is this one's. A line that
  // was refused stands before it again.
  #arrived(refused) {
    const { value } = this.#field;
    this.#leads = "";
    this.#set(refused && value.trim() ? `${refused}\n${value}` : refused + value);
    if (!value.trim()) return;
    this.#ahead = performance.now();
    this.#notice = "";
  }

  // answer is replyTo without taking the focus. What was typed before a message was amended
  // comes back; with keep it is a line before.
  answer(said, amends = false, keep = false) {
    if (this.#amends && !amends) keep ? this.#draft && this.#history.add(this.#draft) : this.#set(this.#draft);
    if (!said) this.#clicked = null;
    this.#re = said?.seq ?? 0;
    this.#amends = amends ? said : null;
    this.#replying.hidden = !said;
    byId("replying-to").textContent = said ? this.#text(amends ? "changing" : "replyingTo", said.from.nick, shorten(said.text)) : "";
    byId("stop-replying").setAttribute("aria-label", this.#text(amends ? "cancelChange" : "cancelReply", "Don’t reply"));
  }

  #typed(event) {
    this.#look(event.timeStamp);
    this.#grow();
    this.#complain("");
    this.#measure();
    if (this.#leads) return;
    const text = this.#field.value;
    if (this.#completion || /[/／@＠:]/.test(text)) this.#complete((list) => list.update());
    if (!event.isComposing && event.data?.endsWith(":")) this.#complete((list) => list.expand());
    if (text !== "" && (!commanding(text) || text.startsWith("/me "))) this.#onTyping();
  }

  #key(event) {
    this.#look(event.timeStamp);
    if (event.isComposing || event.keyCode === 229) return;
    const held = this.#leads || this.#ahead !== null;
    if (held && sends(event)) {
      event.preventDefault();
      this.#break();
    } else if (this.#leads) {
      if (/^(Tab|Escape|ArrowUp|ArrowDown)$/.test(event.key)) event.preventDefault(); // they are this room's
    } else if (this.#completion?.key(event)) {
      event.preventDefault();
    } else if (sends(event)) {
      event.preventDefault();
      this.#completion?.close();
      this.#send();
    } else if (event.key === "Tab" && !event.shiftKey && this.#atWord()) {
      event.preventDefault();
      this.#complete((list) => list.tab());
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (this.#re) this.replyTo(null);
      else this.#onEscape(this.#untouched());
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      this.#recall(event);
    }
  }

  // look: a key is pressed, after a while in which one saw where one is, or not.
  #look(at) {
    if (this.#ahead !== null) this.#ahead = at - this.#ahead < SEEN ? Math.max(at, this.#ahead) : null;
  }

  // break begins a line, where Enter is not to say anything.
  #break() {
    const { selectionStart, selectionEnd } = this.#field;
    if (this.#field.value.trim()) this.#field.setRangeText("\n", selectionStart, selectionEnd, "end");
    this.#grow();
    this.#measure();
    if (!this.#leads) this.#complain(this.#notice);
  }

  // untouched returns what says whether the field was left as it is now: whoever
  // types on while something is fetched wants to type.
  #untouched() {
    const { value } = this.#field;
    return () => document.activeElement === this.#field && this.#field.value === value;
  }

  // complete asks the list; without a connection there may be none, and then
  // one types on.
  async #complete(ask) {
    try {
      const { Completion } = await lazy("view/completion.js");
      this.#completion ??= new Completion({ field: this.#field, source: this.#source, text: this.#text });
    } catch {
      return;
    }
    ask(this.#completion);
  }

  // recall goes through your own lines from the field's first and last line.
  #recall(event) {
    const { value, selectionStart, selectionEnd } = this.#field;
    if (selectionStart !== selectionEnd || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    const up = event.key === "ArrowUp";
    if (up ? value.slice(0, selectionStart).includes("\n") : value.slice(selectionEnd).includes("\n")) return;
    const said = up && value === "" && !this.#re && this.#onUp();
    if (said) {
      event.preventDefault();
      return this.amend(said);
    }
    if (this.#amends) {
      if (value !== this.#amends.text || this.#draft !== "") return;
      this.answer(null, false, true);
    }
    const line = up ? this.#history.older(value) : this.#history.newer();
    if (line === null) return;
    event.preventDefault();
    this.#set(line);
  }

  // atWord: Tab completes where a word ends; elsewhere it moves the focus on,
  // so that nobody who lives by the keyboard is caught in the field.
  #atWord() {
    const { value, selectionStart, selectionEnd } = this.#field;
    return selectionStart === selectionEnd && /\S$/.test(value.slice(0, selectionStart));
  }

  #set(value) {
    this.#field.value = value;
    this.#field.setSelectionRange(value.length, value.length);
    this.#complain("");
    this.#grow();
    this.#measure();
  }

  #grow() {
    const field = this.#field;
    this.#began = field.value && (this.#began || Date.now());
    field.style.height = "auto";
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(field);
    const tallest = TALLEST * parseFloat(lineHeight) + parseFloat(paddingTop) + parseFloat(paddingBottom);
    field.style.height = `${Math.min(field.scrollHeight, tallest)}px`;
  }

  #measure() {
    this.#onDraft();
    const { bytes, lines, over, near } = measure(this.#field.value);
    const counter = byId("counter");
    counter.hidden = !over && !near;
    counter.classList.toggle("over", over);
    counter.textContent = over
      ? this.#text("tooLong", limits.textLines, limits.textBytes, lines, bytes)
      : this.#text("bytesLeft", limits.textBytes - bytes);
    if (over && !this.#leads) this.#onOver();
  }

  #complain(reason) {
    this.#problem.textContent = reason;
    this.#problem.hidden = reason === "";
    if (reason) byId("counter").hidden = true; // one sentence is enough
    if (reason) this.#field.setAttribute("aria-invalid", "true");
    else this.#field.removeAttribute("aria-invalid");
  }
}

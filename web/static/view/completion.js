// The list of what could complete the word at the cursor: commands and names
// from the table, emoji by their codes. By keyboard, and by touch.

import { complete } from "../commands/complete.js";
import { begins } from "../commands/parse.js";
import { byId, el } from "./dom.js";
import { lazy } from "../net/lazy.js";
import { themes } from "./theme.js";

export const style = "../style/completion.css";

const MOST = 8; // candidates shown; more would cover the room

export class Completion {
  #field;
  #list = byId("completion");
  #source;
  #text;
  #emoji = null; // the module, once somebody typed a colon
  #found = null; // {value, start, end, candidates}: for what stood in the field then
  #chosen; // its index; -1 of a word of which nothing is typed, until an arrow key chooses

  // source: {members(), ignored(), knocking(), rooms()}
  constructor({ field, source, text }) {
    this.#field = field;
    this.#source = { ...source, themes: () => themes };
    this.#text = text;
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps the focus, a phone its keyboard
      const option = event.target.closest("[role=option]");
      if (option) this.#accept(Number(option.dataset.index));
    });
  }

  get open() { return this.#found !== null; }

  // update offers what fits now. Without `asked`, only commands and what they are
  // about, "@" names and emoji are offered, so that no list covers the room while one just
  // writes, be it the text of a command.
  async update(asked = false) {
    const { value, selectionStart, selectionEnd } = this.#field;
    if (selectionStart !== selectionEnd) return this.close();
    const before = value.slice(0, selectionStart);
    const word = /\S*$/.exec(before)[0];
    let found = null;
    if (/^:[\p{L}\p{N}_+-]{2,}$/u.test(word)) found = await this.#emojiFor(word, selectionStart);
    else if (asked || /^[@＠]/.test(word) || begins(value)) found = complete(value, selectionStart, this.#source);
    if (found?.prose && !asked && !/^[@＠]/.test(word)) found = null; // Enter sends what one just writes
    if (this.#field.value !== value || this.#field.selectionStart !== selectionStart) return undefined; // typed on meanwhile
    const single = found?.candidates.length === 1 && value.slice(found.start, found.end) === found.candidates[0].text.trimEnd();
    if (!found || found.candidates.length === 0 || (single && !asked)) return this.close();
    this.#found = { ...found, value, candidates: found.candidates.slice(0, MOST) };
    this.#chosen = found.start < found.end ? 0 : -1;
    return this.#draw();
  }

  // expand puts an emoji in the place of a code that was just closed, as
  // rooms/emoji has it, though one may have typed on while the table came.
  async expand() {
    const { value, selectionStart: end } = this.#field;
    const before = value.slice(0, end);
    const [, code] = /(?:^|[^\p{L}\p{N}:/]):([\w+-]+):$/u.exec(before) ?? [];
    if (!code || before.split("`").length % 2 === 0) return; // none, or in code
    const emoji = (await this.#table())?.lookup(code.toLowerCase());
    if (!emoji || this.#field.value.slice(0, end) !== before) return;
    const typedOn = this.#field.selectionStart > end;
    this.#replace(emoji, end - code.length - 2, end, typedOn ? "preserve" : "end");
  }

  // key takes a key press while the list is open; true when it was used.
  key(event) {
    if (!this.open || (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey))) return false;
    const last = this.#found.candidates.length - 1;
    switch (event.key) {
      case "ArrowDown": this.#chosen = this.#chosen === last ? 0 : this.#chosen + 1; break;
      case "ArrowUp": this.#chosen = this.#chosen < 1 ? last : this.#chosen - 1; break;
      case "Tab":
        if (event.shiftKey) return false;
        this.#accept(Math.max(0, this.#chosen));
        return true;
      case "Enter":
        if (this.#typedOut()) return false;
        this.#accept(this.#chosen);
        return true;
      case "Escape": this.close(); return true;
      default: return false;
    }
    this.#draw();
    return true;
  }

  // tab completes at once when there is one way to, else shows the ways.
  async tab() {
    await this.update(true);
    if (this.#found?.candidates.length === 1) this.#accept(0);
    return this.open;
  }

  close() {
    this.#found = null;
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }

  // typedOut: the word is already what is chosen, or nothing is, so Enter sends.
  #typedOut() {
    const { start, end, candidates } = this.#found;
    return this.#chosen < 0 || this.#field.value.slice(start, end) === candidates[this.#chosen].text.trimEnd();
  }

  // accept puts what was chosen in the place of the word, and of all that was typed
  // of it since the list came.
  #accept(index) {
    const { value, start, end, candidates } = this.#found;
    this.#replace(candidates[index].text, start, this.#field.value === value ? end : this.#field.selectionEnd, "end");
  }

  #replace(text, start, end, cursor) {
    this.#field.setRangeText(text, start, end, cursor);
    this.close();
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // table is the module of emoji; without a connection to fetch it by, nothing.
  async #table() {
    this.#emoji ??= await lazy("data/emoji.js").catch(() => null);
    return this.#emoji;
  }

  async #emojiFor(word, cursor) {
    const found = (await this.#table())?.search(word.slice(1), MOST);
    if (!found) return null;
    return {
      start: cursor - word.length,
      end: cursor,
      candidates: found.map(({ code, emoji }) => ({ text: `${emoji} `, shown: emoji, help: `:${code}:` })),
    };
  }

  #draw() {
    this.#list.replaceChildren(...this.#found.candidates.map((candidate, index) => el("li", {
      id: `candidate-${index}`,
      role: "option",
      "aria-selected": String(index === this.#chosen),
      data: { index },
    }, el("bdi", {}, candidate.shown ?? candidate.text.trimEnd()), " ", el("small", {}, this.#help(candidate)))));
    this.#list.hidden = false;
    this.#field.setAttribute("aria-activedescendant", this.#chosen < 0 ? "" : `candidate-${this.#chosen}`);
    this.#list.children[this.#chosen]?.scrollIntoView({ block: "nearest" });
  }

  #help({ text, help }) {
    const name = /^\/(\w+)/.exec(text)?.[1];
    return name ? this.#text(`command.${name}`, help) : help ?? "";
  }
}

// The picker of emoji: every one there is, by group, by search, in the tones that it
// takes, and those that were used before. Only the rows in sight are in the document.
// Fetched with the list of emoji when somebody first wants another than the quick ones;
// what was used stays in this page's memory, and goes with it.

import { found, rowsOf } from "./emojirows.js";
import { groups, toned } from "../text/emojis.js";
import { button, el } from "../view/dom.js";

export const style = "../style/picker.css";

const RECENT = 24; // emoji that are remembered
const AHEAD = 3; // rows beyond those in sight that are in the document
const SIGNS = ["😀", "👋", "🐻", "🍎", "🚗", "⚽", "💡", "🔣", "🏁"]; // of groups, in order
const TONES = [null, 0, 1, 2, 3, 4];

const recent = []; // of those that were chosen, the newest first
let tone = null; // the last that was chosen

// pick shows it, and calls choose(emoji) when one was chosen. The focus goes back to an
// element, at, or to what stands in its place.
export function pick({ text, at, choose }) {
  new Picker(text, at, choose);
}

class Picker {
  #text;
  #choose;
  #sheet;
  #search;
  #scroller;
  #list;
  #name;
  #groups;
  #rows = []; // {head} or {emojis}, each with its top and height in px
  #drawn = new Map(); // index of a row → its element
  #columns = 8;
  #at = null; // {row, column} of the emoji that a key is at
  #chosen = null;

  constructor(text, at, choose) {
    this.#text = text;
    this.#choose = choose;
    this.#search = el("input", { type: "search", "aria-label": text("search"), placeholder: text("search"), autocomplete: "off", spellcheck: "false", enterkeyhint: "go", "aria-describedby": "picker-found" });
    this.#list = el("div", { class: "rows", role: "grid", "aria-label": text("picker") });
    const coarse = matchMedia("(pointer: coarse)").matches; // no keyboard over it, before somebody wants one
    this.#scroller = el("div", { class: "list", tabindex: "-1", autofocus: coarse }, this.#list);
    if (!coarse) this.#search.autofocus = true;
    this.#name = el("p", { id: "picker-found", class: "name", role: "status" });
    this.#groups = el("div", { class: "groups", role: "group", "aria-label": text("groups") });
    const form = el("form", { method: "dialog" }, el("button", { class: "close", "aria-label": text("close") }, "×"));
    this.#sheet = el("dialog", { id: "picker", class: "picker", "aria-label": text("picker") },
      el("div", { class: "top" }, this.#search, form), this.#groups, this.#scroller,
      el("div", { class: "bottom" }, this.#name, this.#tones()));
    this.#sheet.addEventListener("close", () => {
      this.#sheet.remove();
      (at.isConnected ? at : document.getElementById("message")).focus({ preventScroll: true });
      if (this.#chosen) this.#choose(this.#chosen);
    });
    this.#sheet.addEventListener("click", ({ target }) => {
      if (target === this.#sheet) return this.#sheet.close(); // beside it
      const cell = target.closest(".cell");
      if (cell) this.#take(cell);
    });
    this.#search.addEventListener("input", () => this.#draw());
    this.#sheet.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("focusin", ({ target }) => this.#tell(target.title));
    this.#list.addEventListener("pointerover", ({ target }) => this.#tell(target.closest(".cell")?.title));
    this.#scroller.addEventListener("scroll", () => this.#show(), { passive: true });
    document.body.append(this.#sheet);
    this.#sheet.showModal();
    this.#place(at);
    this.#draw();
    new ResizeObserver(() => this.#draw()).observe(this.#scroller);
  }

  // place puts it beside what asked for it, where there is room; on a phone it is at the
  // bottom, by its style.
  #place(at) {
    const box = at.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#sheet;
    const over = box.top > height ? box.top - height - 4 : Math.min(box.bottom + 4, innerHeight - height - 8);
    this.#sheet.style.setProperty("--top", `${Math.max(over, 8)}px`);
    this.#sheet.style.setProperty("--left", `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`);
  }

  // draw makes the rows anew: what was searched, or all.
  #draw() {
    const wide = this.#list.clientWidth;
    const size = parseFloat(getComputedStyle(this.#scroller).getPropertyValue("--cell")) || 40;
    this.#columns = Math.max(1, Math.floor(wide / size));
    this.#list.style.setProperty("--columns", this.#columns);
    const words = this.#search.value.trim().toLowerCase();
    const all = words === ""
      ? [...(recent.length ? [{ head: this.#text("recent"), emojis: recent }] : []), ...groups.map(({ emojis }, i) => ({ head: this.#text(`group.${i}`), emojis, group: i }))]
      : [{ emojis: found(words) }];
    this.#rows = rowsOf(all, this.#columns, size);
    const last = this.#rows.at(-1);
    this.#list.style.height = `${last ? last.top + last.height : 0}px`;
    this.#list.setAttribute("aria-rowcount", this.#rows.length);
    for (const row of this.#drawn.values()) row.remove();
    this.#drawn.clear();
    this.#at = null;
    const count = all.reduce((sum, { emojis }) => sum + emojis.length, 0);
    this.#tell(words === "" ? "" : count ? this.#text("found", count) : this.#text("notFound"));
    if (this.#groups.childElementCount === 0) this.#groups.append(...this.#buttons());
    this.#groups.hidden = words !== "";
    if (words !== "") this.#scroller.scrollTop = 0;
    this.#show();
  }

  // show puts the rows into the document that are in sight, and takes others out of it.
  #show() {
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, this.#rows.findIndex(({ top, height }) => top + height > scrollTop) - AHEAD);
    let last = first;
    while (last < this.#rows.length - 1 && this.#rows[last].top < scrollTop + clientHeight) last++;
    last = Math.min(this.#rows.length - 1, last + AHEAD);
    for (const [i, row] of this.#drawn) {
      if ((i < first || i > last) && i !== this.#at?.row) {
        row.remove();
        this.#drawn.delete(i);
      }
    }
    for (let i = first; i <= last; i++) this.#row(i);
    const group = this.#rows.findLast(({ top, group: of }) => of !== undefined && top <= scrollTop + 8)?.group ?? -1;
    for (const each of this.#groups.children) each.setAttribute("aria-pressed", Number(each.dataset.group) === group);
  }

  // row returns a row's element, and puts it in its place.
  #row(i) {
    const had = this.#drawn.get(i);
    if (had) return had;
    const { head, emojis, top } = this.#rows[i];
    const row = head !== undefined
      ? el("div", { class: "row head", role: "row" }, el("span", { role: "gridcell" }, head))
      : el("div", { class: "row", role: "row" }, ...emojis.map((emoji, column) => this.#cell(emoji, i, column)));
    row.setAttribute("aria-rowindex", i + 1);
    row.style.top = `${top}px`;
    this.#drawn.set(i, row);
    const next = [...this.#drawn.keys()].filter((each) => each > i).sort((a, b) => a - b)[0];
    this.#list.insertBefore(row, this.#drawn.get(next) ?? null);
    return row;
  }

  #cell({ text, name, tones }, row, column) {
    const shown = tones && tone !== null ? toned(text, tone) : text;
    const here = this.#at ? this.#at.row === row && this.#at.column === column : this.#first(row, column);
    return el("div", { class: "cell", role: "gridcell", tabindex: here ? "0" : "-1", title: name, "aria-label": `${shown} ${name}`, data: { row: String(row), column: String(column) } }, shown);
  }

  #first(row, column) { return column === 0 && row === this.#rows.findIndex(({ emojis }) => emojis); }

  #buttons() {
    const jump = (group) => {
      const row = this.#rows.find((each) => each.group === group) ?? this.#rows[0];
      this.#scroller.scrollTop = row.top;
    };
    const all = groups.map((_, i) => [i, SIGNS[i], this.#text(`group.${i}`)]);
    if (recent.length) all.unshift([-1, "🕘", this.#text("recent")]);
    return all.map(([group, sign, words]) => button(sign, () => jump(group), { title: words, "aria-label": words, "aria-pressed": "false", data: { group: String(group) } }));
  }

  #tones() {
    const box = el("div", { class: "tones", role: "group", "aria-label": this.#text("tone") });
    const draw = () => { for (const each of box.children) each.setAttribute("aria-pressed", each.dataset.tone === String(tone)); };
    box.append(...TONES.map((each) => button(each === null ? "✋" : toned("✋", each), () => {
      tone = each;
      draw();
      this.#draw();
    }, { "aria-label": this.#text(`tone.${each ?? "none"}`), title: this.#text(`tone.${each ?? "none"}`), data: { tone: String(each) } })));
    draw();
    return box;
  }

  #tell(words = "") { if (this.#name.textContent !== words) this.#name.textContent = words; }

  // take chooses an emoji, which is remembered as it is.
  #take({ textContent: text, title: name }) {
    const others = recent.filter((each) => each.text !== text);
    recent.splice(0, RECENT, { text, name, tones: false }, ...others.slice(0, RECENT - 1));
    this.#chosen = text;
    this.#sheet.close();
  }

  // key goes through the emoji from the field and back, as in a sheet of cells.
  #key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, target } = event;
    const rtl = getComputedStyle(this.#list).direction === "rtl";
    const cell = target.closest(".cell");
    if (target === this.#search) {
      const [first] = this.#rows.filter(({ emojis }) => emojis);
      if (key === "ArrowDown" && first) this.#go(this.#rows.indexOf(first), 0);
      else if (key === "Enter" && first && this.#search.value.trim() !== "") this.#take(this.#row(this.#rows.indexOf(first)).firstChild);
      else if (key !== "Enter") return; // which would close it
    } else if (cell) {
      const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
      const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rows[row].height) - 1);
      if (key === "Enter" || key === " ") this.#take(cell);
      else if (key === "ArrowLeft" || key === "ArrowRight") this.#along(row, column, (key === "ArrowRight") === rtl ? -1 : 1);
      else if (key === "ArrowUp") this.#up(row, column, 1);
      else if (key === "ArrowDown") this.#down(row, column, 1);
      else if (key === "PageUp") this.#up(row, column, page);
      else if (key === "PageDown") this.#down(row, column, page);
      else if (key === "Home") this.#go(row, 0);
      else if (key === "End") this.#go(row, this.#rows[row].emojis.length - 1);
      else if (/^\S$/u.test(key)) return this.#search.focus(); // and types there
      else return;
    } else return;
    event.preventDefault();
  }

  #along(row, column, step) {
    const { emojis } = this.#rows[row];
    if (emojis[column + step]) return this.#go(row, column + step);
    const next = step > 0 ? this.#rows.findIndex((each, i) => i > row && each.emojis) : this.#rows.findLastIndex((each, i) => i < row && each.emojis);
    if (next >= 0) this.#go(next, step > 0 ? 0 : this.#rows[next].emojis.length - 1);
  }

  #up(row, column, steps) {
    const above = this.#rows.map((each, i) => (each.emojis && i < row ? i : -1)).filter((i) => i >= 0);
    if (above.length === 0) return this.#search.focus();
    this.#go(above[Math.max(0, above.length - steps)], column);
  }

  #down(row, column, steps) {
    const below = this.#rows.map((each, i) => (each.emojis && i > row ? i : -1)).filter((i) => i >= 0);
    if (below.length > 0) this.#go(below[Math.min(steps, below.length) - 1], column);
  }

  // go puts the focus on an emoji, and scrolls it into sight.
  #go(row, column) {
    const { top, height, emojis } = this.#rows[row];
    const { scrollTop, clientHeight } = this.#scroller;
    if (top < scrollTop) this.#scroller.scrollTop = row > 0 && this.#rows[row - 1].head !== undefined ? this.#rows[row - 1].top : top;
    else if (top + height > scrollTop + clientHeight) this.#scroller.scrollTop = top + height - clientHeight;
    for (const each of this.#list.querySelectorAll('.cell[tabindex="0"]')) each.tabIndex = -1;
    this.#at = { row, column: Math.min(column, emojis.length - 1) };
    const cell = this.#row(row).children[this.#at.column];
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    this.#show();
  }
}

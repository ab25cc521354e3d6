// One entry of the log as an element. Knows how things look, nothing of where
// they stand or when they go.

import { button, el, fill } from "./dom.js";
import { plain } from "./markup.js";
import { nickOf } from "./nick.js";
import { prose } from "./prose.js";

const NAMES_SHOWN = 3; // names in a line of comings and goings before "and n others"
const QUOTE_SHOWN = 120; // UTF-16 units of the quoted line above a reply

export class EntryView {
  #room;
  #text;
  #clock;
  #card;
  #open = new WeakSet(); // bursts and presence lines that somebody opened

  // card(entry, box) draws an offered file into its box, when it can.
  constructor({ room, text, clock, card }) {
    this.#card = card;
    this.#room = room;
    this.#text = text;
    this.#clock = clock;
  }

  // element returns what shows the entry, or null while it is hidden.
  element(entry) {
    const author = entry.from?.id;
    if (author !== undefined && this.#room.ignored.has(author) && isSpoken(entry)) return null;
    const element = this.#kinds[entry.kind](entry);
    element.dataset.key = entry.key;
    return element;
  }

  #kinds = {
    said: (entry) => this.#said(entry),
    whisper: (entry) => this.#whisper(entry),
    burst: (entry) => this.#burst(entry),
    presence: (entry) => this.#presence(entry),
    day: ({ at }) => el("div", { class: "entry day" }, el("span", {}, this.#clock.day(at))),
    topic: ({ from, text }) => text === ""
      ? line("topic-line", fill(this.#text("topicCleared"), nickOf(from)))
      : line("topic-line", fill(this.#text("topicSet"), nickOf(from), el("bdi", { class: "quoted" }, text))),
    gap: ({ missed }) => el("div", { class: "entry gap", data: { missed } },
      el("span", {}, missed > 0 ? this.#text("gap", missed) : this.#text("gapUnknown"))),
    note: (entry) => this.#note(entry),
    offer: (entry) => this.#offer(entry),
  };

  #said(entry) {
    const classes = ["entry", "message"];
    for (const state of ["head", "stamp", "mine", "mentions", "action"]) if (entry[state]) classes.push(state);
    if (entry.action) classes.push("head");
    const body = el("div", { class: "text", dir: "auto" }, ...prose(entry.text));
    return el("article", {
      class: classes.join(" "),
      tabindex: "-1",
      data: { seq: entry.seq, from: entry.from.id, kind: "said" },
    },
      entry.re ? this.#quote(entry.re) : null,
      entry.action
        ? el("div", { class: "line" }, el("span", { class: "star", "aria-hidden": "true" }, "*"), " ", nickOf(entry.from), " ", body)
        : el("header", { class: entry.head ? "" : "offscreen" }, nickOf(entry.from)),
      entry.action ? null : body,
      this.#time(entry.at));
  }

  #whisper(entry) {
    const who = entry.mine
      ? fill(this.#text("whisperTo"), nickOf(entry.to))
      : fill(this.#text("whisperFrom"), nickOf(entry.from));
    return el("article", {
      class: "entry message whisper head stamp" + (entry.mine ? " mine" : ""),
      tabindex: "-1",
      data: { from: entry.from.id, to: entry.to.id, kind: "whisper" },
    },
      el("header", {}, ...who),
      el("div", { class: "text", dir: "auto" }, ...prose(entry.text)),
      this.#time(entry.at));
  }

  #burst(entry) {
    const box = el("details", { class: "entry burst", open: this.#open.has(entry), data: { from: entry.from.id } },
      el("summary", {}, ...fill(this.#text("burst", entry.messages.length), null, nickOf(entry.from))));
    const show = () => {
      while (box.children.length > 1) box.lastChild.remove();
      if (box.open) box.append(...entry.messages.map((each) => this.#said({ ...each, head: false, stamp: false })));
    };
    show();
    box.addEventListener("toggle", () => { this.#remember(entry, box.open); show(); });
    return box;
  }

  #presence(entry) {
    const groups = summarise(entry.happened);
    const parts = [];
    let folded = false;
    for (const { what, people } of groups) {
      const shown = people.length > NAMES_SHOWN + 1 ? people.slice(0, NAMES_SHOWN) : people;
      folded ||= shown.length < people.length;
      for (const part of this.#happened(what, shown, people.length - shown.length)) parts.push(part);
      parts.push(" · ");
    }
    parts.pop();
    if (!folded) return line("presence", parts);
    const box = el("details", { class: "entry presence", open: this.#open.has(entry) }, el("summary", {}, ...parts));
    const show = () => {
      while (box.children.length > 1) box.lastChild.remove();
      if (!box.open) return;
      for (const each of entry.happened) box.append(el("div", {}, ...this.#happened(each.what, [each], 0)));
    };
    show();
    box.addEventListener("toggle", () => { this.#remember(entry, box.open); show(); });
    return box;
  }

  // happened: "a, b and 3 others came in", with names as elements.
  #happened(what, people, more) {
    if (what === "renamed") {
      const [{ id, nick, was }] = people;
      return fill(this.#text("renamed"), el("bdi", { class: "nick" }, was), nickOf({ id, nick }));
    }
    const names = [];
    people.forEach((person, i) => {
      if (i > 0) names.push(i === people.length - 1 && more === 0 ? this.#text("and") : this.#text("comma"));
      names.push(nickOf(person));
    });
    if (more > 0) names.push(this.#text("andOthers", more));
    const one = people.length + more === 1;
    const list = el("span", {}, ...names);
    const key = what === "left" && one && people[0].reason !== undefined ? `left.${people[0].reason}` : what;
    return fill(this.#text(key, people.length + more), null, list);
  }

  #note({ lines, tone }) {
    const [title, ...rest] = lines;
    const box = el("div", { class: `entry note ${tone}` }, el("p", {}, title));
    if (tone !== "held") return box;
    const rows = rest.filter(Array.isArray).map(([name, ...cells]) => el("tr", {},
      el("th", { scope: "row" }, name), ...cells.map((cell) => el("td", {}, el("bdi", {}, cell)))));
    box.append(el("div", { class: "wide", tabindex: "0" }, el("table", {}, el("tbody", {}, ...rows))),
      ...rest.filter((each) => !Array.isArray(each)).map((each) => el("p", {}, each)));
    return box;
  }

  #offer(entry) {
    const box = el("div", {}, el("bdi", {}, entry.file.name));
    this.#card(entry, box);
    return el("article", { class: "entry offer", data: { seq: entry.seq, from: entry.from.id } },
      el("header", {}, nickOf(entry.from), " ", this.#text("offers")), box, this.#time(entry.at));
  }

  // quote shows what is answered, as far as this page still holds it.
  #quote(seq) {
    const answered = this.#room.log.said(seq);
    if (!answered || this.#room.ignored.has(answered.from.id)) {
      return el("p", { class: "re" }, this.#text("answersUnseen"));
    }
    return el("p", { class: "re" }, button("", undefined, { class: "jump", "aria-label": this.#text("showAnswered"), data: { jump: seq } }),
      nickOf(answered.from), " ", el("bdi", { class: "quoted" }, shorten(answered.text)));
  }

  #time(at) {
    return el("time", { datetime: new Date(at).toISOString(), title: this.#clock.full(at) }, this.#clock.time(at));
  }

  #remember(entry, open) {
    if (open) this.#open.add(entry);
    else this.#open.delete(entry);
  }
}

// shorten returns the beginning of a text's words as one line.
export function shorten(text) {
  const flat = plain(text).replace(/\s+/g, " ").trim();
  return flat.length > QUOTE_SHOWN ? flat.slice(0, QUOTE_SHOWN - 1).trimEnd() + "…" : flat;
}

// summarise turns comings and goings into groups, in the order of their first:
// who came and left again within the line did both at once.
export function summarise(happened) {
  const groups = new Map();
  const place = (what, person) => {
    const key = what === "renamed" ? `renamed ${person.id} ${person.was}` : what;
    if (!groups.has(key)) groups.set(key, { what, people: [] });
    groups.get(key).people.push(person);
  };
  const left = new Set(happened.filter(({ what }) => what === "left").map(({ id }) => id));
  const came = new Set(happened.filter(({ what }) => what === "joined").map(({ id }) => id));
  for (const each of happened) {
    const both = left.has(each.id) && came.has(each.id);
    if (each.what === "renamed") place("renamed", each);
    else if (!both) place(each.what, each);
    else if (each.what === "left") place("cameAndWent", each);
  }
  return [...groups.values()];
}

function line(name, parts) {
  return el("div", { class: `entry ${name}` }, ...parts);
}

function isSpoken({ kind }) {
  return kind === "said" || kind === "whisper" || kind === "burst" || kind === "offer";
}

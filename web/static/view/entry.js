// One entry of the log as an element. Knows how things look, nothing of where
// they stand or when they go.

import { button, el, fill, nickOf } from "./dom.js";
import { lazy } from "../net/lazy.js";
import { plain } from "../text/markup.js";
import { prose } from "./prose.js";

const NAMES_SHOWN = 3; // names in a line of comings and goings before "and n others"
const RENAMES_SHOWN = 3; // changes of name in one before they are only counted
const REASONS = new Set(["lost", "slow", "shutdown"]); // to leave that are told of one person
const QUOTE_SHOWN = 120; // UTF-16 units of the quoted line above a reply

export class EntryView {
  unfolded = false; // everything is shown

  #room;
  #text;
  #clock;
  #card;
  #mend;
  #tall = null; // folds tall messages, once one came
  #open = new WeakSet(); // presence lines that somebody opened

  // card(entry, box) draws an offered file, or what governs the room, into its box,
  // when it can; mend(entry, element) what became of a message.
  constructor({ room, text, clock, card, mend }) {
    this.#card = card;
    this.#mend = mend;
    this.#room = room;
    this.#text = text;
    this.#clock = clock;
  }

  // element returns what shows the entry, or keeps its place while it is hidden: old as far
  // as that is something to press, since a press ends on what it began on or is none.
  element(entry, old) {
    const seen = this.#room.seen(entry);
    const element = seen ? this.#kinds[entry.kind](seen, entry, old) : el("div", { hidden: true });
    element.dataset.key = entry.key;
    return element;
  }

  // hides says whether an entry is not to be seen: its author is ignored.
  hides(entry) { return !this.#room.seen(entry); }

  // fold returns the box of what is folded of a burst, and count says in it how much
  // that is.
  fold({ from }) {
    return el("details", { class: "entry burst", open: this.unfolded, data: { from: from.id } }, el("summary", {}));
  }

  count(box, { from, people, size, lines }) {
    box.hidden = [...people].every((id) => this.#room.ignored.has(id));
    if (box.dataset.lines === `${size} ${lines}`) return;
    box.dataset.lines = `${size} ${lines}`;
    box.firstChild.replaceChildren(...fill(this.#text("burst", size), null, nickOf(from)));
    if (people.size > 1) box.firstChild.append(this.#text("andOthers", people.size - 1));
    if (lines !== size) box.firstChild.append(this.#text("comma"), this.#text("lines", lines));
  }

  // mend shows what became of a message.
  mend(entry, element) { if (!element.hidden) this.#mend(entry, element); }

  // open shows all of a tall message.
  open(message) { this.#tall?.open(message, true); }

  // gap says what is missing.
  gap({ missed, from, to, nick }) {
    if (missed > 0) return nick ? this.#text("gapOf", missed, nick) : this.#text("gap", missed);
    if (to === 0) return this.#text("gapMaybe");
    const [since, until] = [this.#clock.since(from, to), this.#clock.time(to)];
    return this.#text(since === until ? "gapShort" : "gapUnknown", since, until);
  }

  #kinds = {
    said: (entry) => this.#said(entry),
    whisper: (entry) => this.#whisper(entry),
    presence: (seen, entry, old) => this.#presence(seen.happened, entry, old),
    day: ({ at }) => el("div", { class: "entry day" }, el("span", {}, this.#clock.day(at))),
    topic: ({ from, text }) => text === ""
      ? row("topic-line", fill(this.#text("topicCleared"), nickOf(from)))
      : row("topic-line", fill(this.#text("topicSet"), nickOf(from), el("bdi", { class: "quoted" }, text))),
    gap: (entry) => el("div", { class: "entry gap", data: { missed: entry.missed } }, el("span", {}, this.gap(entry))),
    note: ({ lines, tone, draw }) => draw?.() ?? row(`note ${tone}`, [el("p", {}, lines[0])]),
    offer: (entry) => this.#offer(entry),
    governed: (entry) => {
      const box = row("governed", []);
      this.#card(entry, box);
      return box;
    },
  };

  // What is copied of several messages is of each the name, the time, and the words.
  #said(entry) {
    const classes = ["entry", "message"];
    const action = entry.action && !entry.gone;
    for (const state of ["head", "stamp", "mine", "mentions"]) if (entry[state]) classes.push(state);
    if (action) classes.push("action", "head");
    const body = el("div", { class: "text", dir: "auto" }, ...prose(entry.text));
    const head = this.head(entry);
    const message = el("article", {
      class: classes.join(" "),
      tabindex: "-1",
      data: { seq: entry.seq, from: entry.from.id, kind: "said" },
    },
      action ? null : el("header", {}, ...head),
      entry.re && !entry.gone ? this.#quote(entry.re) : null,
      action
        ? el("div", { class: "line" }, el("span", { class: "star", "aria-hidden": "true" }, "*"), " ", ...head, " ", body)
        : body);
    if (entry.shape) this.#shorten(message, entry.shape);
    if (entry.gone || entry.changed || entry.options || entry.reactions) this.#mend(entry, message);
    return message;
  }

  // head names the author of words, and when they said them.
  head({ from, at }) { return [nickOf(from), this.#time(at)]; }

  // shorten folds a tall message, once what does so is here; without a connection it
  // stands there in full.
  async #shorten(message, shape) {
    if (!this.#tall) {
      const { Tall } = await lazy("view/tall.js").catch(() => ({}));
      this.#tall ??= Tall && new Tall(this.#room.log.folding, this.#text);
    }
    this.#tall?.fold(message, shape);
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
      el("header", {}, ...who, this.#time(entry.at)),
      el("div", { class: "text", dir: "auto" }, ...prose(entry.text)));
  }

  #presence(happened, entry, old) {
    const { words, folded } = presence(happened, this.#text, nickOf);
    if (!folded) return row("presence", words);
    const known = old?.matches("details.presence");
    const box = known ? old : el("details", { class: "entry presence", open: this.#open.has(entry) }, el("summary", {}));
    box.firstChild.replaceChildren(...words);
    if (!known) box.addEventListener("toggle", () => { this.#remember(entry, box.open); this.#list(box, this.#room.seen(entry)?.happened ?? []); });
    this.#list(box, happened);
    return box;
  }

  // list shows one by one in an open box what happened.
  #list(box, happened) {
    while (box.children.length > 1) box.lastChild.remove();
    if (!box.open) return;
    for (const each of happened) box.append(el("div", {}, ...presence([each], this.#text, nickOf).words));
  }

  #offer(entry) {
    const box = el("div", {}, el("bdi", {}, entry.file.name));
    this.#card(entry, box);
    const offer = el("article", { class: "entry offer", tabindex: "-1", data: { seq: entry.seq, from: entry.from.id, kind: "offer" } },
      el("header", {}, nickOf(entry.from), " ", this.#text("offers"), this.#time(entry.at)), box);
    if (entry.reactions) this.#mend(entry, offer);
    return offer;
  }

  // quote shows what is answered, as far as this page still holds it.
  #quote(seq) {
    const answered = this.#room.log.said(seq);
    if (!answered || !this.#room.seen(answered)) {
      return el("p", { class: "re" }, this.#text(answered ? "answersHidden" : "answersUnseen"));
    }
    return el("p", { class: "re" }, button("", undefined, { class: "jump", "aria-label": this.#text("showAnswered"), data: { jump: seq } }),
      nickOf(answered.from), " ", el("bdi", { class: "quoted" }, answered.gone ? this.#text("gone") : shorten(answered.text)));
  }

  // time stands apart on the screen; what is copied has a space before it all the same.
  #time(at) {
    return el("time", { datetime: new Date(at).toISOString(), title: this.#clock.full(at) }, "\u00a0", this.#clock.time(at));
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

// presence words comings and goings: words are strings and what name(person) made
// of who did it; folded: not everybody is in them. The terminal words them alike
// (rooms/behaviour/presence.json).
export function presence(happened, text, name) {
  const words = [];
  let folded = false;
  for (const { what, people } of summarise(happened)) {
    if (words.length > 0) words.push(" · ");
    const shown = what === "renames" ? [] : people.length > NAMES_SHOWN + 1 ? people.slice(0, NAMES_SHOWN) : people;
    const more = people.length - shown.length;
    folded ||= more > 0;
    const [{ id, was, reason, why }] = people;
    if (what.endsWith("watch")) { // who has no name
      words.push(text(what, people.length));
      continue;
    }
    const names = shown.flatMap((person, i) => [
      i === 0 ? "" : i === people.length - 1 ? text("and") : text("comma"), name(person)]).slice(1);
    if (more > 0) names.push(text("andOthers", more));
    const key = what === "left" && people.length === 1 && REASONS.has(reason) ? `left.${reason}` : what;
    const sentence = what === "renamed"
      ? fill(text("renamed"), name({ id, nick: was }), ...names)
      : fill(text(key, people.length), null, names);
    words.push(...sentence.flat());
    if (why && what === "left.removed") words.push(`: ${why}`);
  }
  return { words, folded };
}

// summarise turns comings and goings into groups, in the order of the first that
// is in them: who came and left again within the line did both at once, unless they
// were removed. Those who were removed for one reason are a group. A name is in one once.
function summarise(happened) {
  const groups = new Map();
  const place = (key, what, person) => {
    if (!groups.has(key)) groups.set(key, { what, people: [] });
    const { people } = groups.get(key);
    if (!person.nick || key === person || !people.some(({ nick }) => nick === person.nick)) people.push(person);
  };
  const ids = (kind) => new Set(happened.filter(({ what }) => what === kind).map(({ id }) => id));
  const [came, left] = [ids("joined"), ids("left")];
  const many = happened.filter(({ what }) => what === "renamed").length > RENAMES_SHOWN;
  for (const each of happened) {
    const { what, id } = each;
    if (each.reason === "removed") place(`removed ${each.why ?? ""}`, "left.removed", each);
    else if (what === "renamed") place(many ? what : each, many ? "renames" : what, each);
    else if (!came.has(id) || !left.has(id)) place(what, what, each);
    else if (what === "left") place("both", "cameAndWent", each);
  }
  return [...groups.values()];
}

function row(name, parts) {
  return el("div", { class: `entry ${name}` }, ...parts);
}

// Clock writes times as people of a language do. Sparing: an hour and a minute, and a
// day only when it changes.
export class Clock {
  #time;
  #day;
  #full;

  constructor(language) {
    this.#time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
    this.#day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
    this.#full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });
  }

  time(at) { return this.#time.format(at); }
  day(at) { return this.#day.format(at); }
  full(at) { return this.#full.format(at); }
  // since is a time before now, with its day where that is another.
  since(at, now) { return (this.day(at) === this.day(now) ? "" : `${this.day(at)}, `) + this.time(at); }
}

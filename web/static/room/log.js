// What a page remembers of its room: a bounded list of entries in the order in
// which they happened, grouped and folded for reading. Knows no DOM and no
// socket; the room adds to it, the timeline shows it.
//
// An entry has a `key` that rises by one, a `kind`, and is not changed after
// it was added, but that a "presence" line takes more arrivals and departures,
// that words may get a `fold`, which is one object for all that stand behind it, and
// that what was said is reacted to, changed and taken back: `reactions` is then a map of
// emoji → map of id → nick, `changed` true, and `gone` who took it back, {by?}; `called`
// says that it has called you.
// Whoever watches is told "added", "changed" (with the words before, of what was said),
// "reacted", "quoted" (what it answers has changed), "folded" or "dropped", with the entry.

// The page's own memory. A message of the greatest length takes 8 KB of it, so
// a full log holds at most 80 MB and in practice far less than one.
export const MAX_MESSAGES = 10_000;
// Messages and all else that happens: people can change the topic, or come and go,
// for as long as they like without a word.
export const MAX_ENTRIES = 12_000;

// Reactions of people, on all messages together. Each takes some 100 bytes, two names and
// their place in a map: 10 MB at most. Where there are more, the oldest messages go with
// theirs, as the terminal's do.
export const MAX_REACTIONS = 100_000;

const STAMP_AFTER = 5 * 60_000; // ms; how often the time of day is shown, and who speaks
const PRESENCE_MOST = 1000; // comings and goings in one line: as many as a room can hold
const BREATH = 750; // ms that end a burst: nobody writes one message after another in less; a pipe may say two in a second
const STEADY = 4; // messages without a pause between them, after which somebody is no person who says this and that
const MOST_PACES = 100; // people of whom it is known how fast they talk
const LEAST = 3; // rows that are worth folding
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60]/g; // two columns each; what has two units is, too
const MAX_KINDS = 12; // different emoji on one message
const TALL_PART = 3; // of a screenful is how much a folded message begins with

export class Log {
  trimmed = false; // older messages have left this memory
  folding = new Folding();

  #entries = [];
  #bySeq = new Map();
  #watchers = new Set();
  #nextKey = 1;
  #messages = 0;
  #reactions = 0; // of people
  #waits = false;
  #stamped = 0;
  #day = "";

  // entries, oldest first. Not to be changed by the reader.
  get entries() { return this.#entries; }
  // messages is how many are held.
  get messages() { return this.#messages; }
  get last() { return this.#entries.at(-1); }

  watch(fn) {
    this.#watchers.add(fn);
    return () => this.#watchers.delete(fn);
  }

  // said returns the message with that seq, or undefined when it isn't held.
  said(seq) {
    const entry = this.numbered(seq);
    return entry?.kind === "said" ? entry : undefined;
  }

  // numbered returns that, or the offer of a file.
  numbered(seq) { return this.#bySeq.get(seq); }

  // addSaid takes {seq, at, from, text, action, re, mine, mentions, options, gone}.
  addSaid(message) {
    this.#beginDay(message.at);
    const stamp = this.#stamp(message.at);
    const before = this.last;
    const head = stamp || before?.kind !== "said" || before.from.id !== message.from.id || before.action;
    const said = { kind: "said", ...message, called: message.mentions, head, stamp };
    said.shape = this.folding.shape(said);
    this.#bySeq.set(said.seq, said);
    this.#messages++;
    return this.#add(said);
  }

  // react puts somebody's emoji on a message, or takes it off.
  react(seq, { id, nick }, emoji, on) {
    const entry = this.numbered(seq);
    const { reactions = new Map(), options = [], gone } = entry ?? { gone: true };
    const none = /^\d+$/.test(emoji) && !options.some((_, i) => emoji === String(i + 1));
    const people = reactions.get(emoji) ?? new Map();
    if (gone || none || people.has(id) === on || (on && people.size === 0 && reactions.size >= MAX_KINDS)) return;
    if (on) reactions.set(emoji, people.set(id, nick));
    else if (people.delete(id) && people.size === 0) reactions.delete(emoji);
    this.#reactions += on ? 1 : -1;
    entry.reactions = reactions;
    this.#tell("reacted", entry);
    this.#trim();
  }

  // retract empties a message that somebody took back.
  retract(seq, by) {
    const said = this.said(seq);
    if (said && !said.gone?.by) this.#rewrite(said, { text: "", gone: { by }, changed: false, options: undefined, reactions: undefined, mentions: false });
  }

  // amend gives a message other words, if that is its author's doing.
  amend(seq, { id }, text, mentions) {
    const said = this.said(seq);
    if (said && !said.gone && said.from.id === id && text) this.#rewrite(said, { text, mentions, changed: true });
  }

  #rewrite(said, now) {
    const was = { ...said };
    Object.assign(said, now);
    this.#reactions += reactionsOf(said) - reactionsOf(was);
    said.shape = this.folding.shape(said);
    if (said.fold) said.fold.lines += linesOf(said) - linesOf(was);
    this.#tell("changed", said, was.text);
    for (const each of this.#entries) if (each.re === said.seq) this.#tell("quoted", each);
  }

  // addWhisper takes {at, from, to, text, mine}.
  addWhisper(whisper) {
    this.#beginDay(whisper.at);
    const entry = { kind: "whisper", ...whisper, head: true, stamp: this.#stamp(whisper.at) };
    this.#messages++;
    return this.#add(entry);
  }

  // addOffer takes {seq, at, from, file, mine}; again: it was here before.
  addOffer(offer) {
    this.#beginDay(offer.at);
    this.#messages++;
    this.#bySeq.set(offer.seq, this.#add({ kind: "offer", ...offer }));
  }

  // addPresence takes {what: "joined" | "left" | "renamed" | "watch" | "unwatch", id, nick, was?, reason?, why?}
  // and folds it into the line before where it can.
  addPresence(happened) {
    const open = this.last;
    if (open?.kind === "presence" && open.happened.length < PRESENCE_MOST) {
      open.happened.push(happened);
      this.#tell("changed", open);
      return open;
    }
    return this.#add({ kind: "presence", happened: [happened] });
  }

  // addGoverned takes a frame about who may do what here, rules with what they were.
  addGoverned(frame) { return this.#add({ kind: "governed", frame }); }
  addTopic(from, text) { return this.#add({ kind: "topic", from, text }); }
  // addGap: missed is a number, or 0 when nobody knows how many, or whether; then from and to, in
  // ms, are between what. nick is whose they were, where that is known.
  addGap(missed, from = 0, to = 0, nick = "") { return this.#add({ kind: "gap", missed, from, to, nick }); }
  // addNote is a line of this page's own; draw makes an element of it that is more.
  addNote(lines, tone = "plain", draw = null) { return this.#add({ kind: "note", tone, lines, draw }); }

  // wait says that nothing may be folded for now: somebody reads further up.
  wait(waits) {
    this.#waits = waits;
    this.#foldNow();
  }

  // divide says that the newest entry stands below the divider.
  divide() { this.folding.anew(); }

  // forget forgets what was said until then, in the server's ms, with all before it, and
  // says whether that is anything.
  forget(until) {
    const last = this.#entries.findLastIndex(({ at }) => at <= until);
    for (let i = 0; i <= last; i++) this.#shift();
    return last >= 0;
  }

  clear() {
    const dropped = this.#entries;
    this.#entries = [];
    this.#bySeq.clear();
    this.#messages = this.#reactions = 0;
    this.folding.take();
    this.#stamped = 0;
    this.#day = "";
    this.trimmed = false;
    for (const entry of dropped) this.#tell("dropped", entry);
  }

  #add(entry) {
    entry.key = this.#nextKey++;
    this.#entries.push(entry);
    this.folding.take(entry);
    this.#tell("added", entry);
    this.#foldNow();
    this.#trim();
    return entry;
  }

  // beginDay adds a line for the day when a message comes from another than the last.
  #beginDay(at) {
    const day = new Date(at).toDateString();
    if (day !== this.#day && this.#day !== "") {
      this.#add({ kind: "day", at });
    }
    this.#day = day;
  }

  #foldNow() {
    if (this.#waits) return;
    for (const [fold, entry] of this.folding.foldNow()) {
      entry.fold = fold;
      this.#tell("folded", entry);
    }
  }

  #stamp(at) {
    if (at - this.#stamped < STAMP_AFTER) return false;
    this.#stamped = at;
    return true;
  }

  #trim() {
    const full = () => this.#messages > MAX_MESSAGES || this.#entries.length > MAX_ENTRIES || this.#reactions > MAX_REACTIONS;
    while (full() && this.#entries.length > 1) {
      this.trimmed = true;
      this.#shift();
    }
  }

  #shift() {
    const oldest = this.#entries.shift();
    if (isMessage(oldest)) this.#messages--;
    this.#reactions -= reactionsOf(oldest);
    if (this.#bySeq.get(oldest.seq) === oldest) this.#bySeq.delete(oldest.seq);
    if (oldest.fold) {
      oldest.fold.size--;
      oldest.fold.lines -= linesOf(oldest);
    }
    this.folding.drop(oldest);
    this.#tell("dropped", oldest);
  }

  #tell(what, entry, was) {
    for (const watcher of this.#watchers) watcher(what, entry, was);
  }
}

// linesOf counts lines as their author wrote them: that many they are at every width.
const linesOf = ({ text }) => text.split("\n").length;

// reactionsOf counts people's reactions on something.
function reactionsOf({ reactions }) {
  let all = 0;
  for (const people of reactions?.values() ?? []) all += people.size;
  return all;
}

function isMessage({ kind }) {
  return kind === "said" || kind === "whisper" || kind === "offer";
}

// Folding finds what is too much to read: of a burst, which is what one person says
// without a pause that a person makes, or several who all talk like that, what is more than a screenful, and of a message
// that is taller than a screen the middle. Nothing that is yours, or calls you, and
// never the newest. The terminal folds alike (rooms/behaviour/fold.json).
class Folding {
  screen = { rows: 20, columns: 80 }; // of the page, about

  #runs = []; // bursts of which something may have to be folded; the last may go on

  #paces = new Map(); // id → {at, run}: how many messages somebody said by then without a pause

  // take takes the newest entry, or nothing when something else happened than words.
  take(entry) {
    if (entry?.kind !== "said" || entry.mine || entry.mentions) {
      this.#last = null;
      this.#paces.clear();
      return;
    }
    const { at, from: { id } } = entry;
    const goesOn = at - this.#last?.at < BREATH;
    if (!goesOn || this.#paces.size >= MOST_PACES) this.#paces.clear();
    const pace = this.#paces.get(id);
    const run = at - pace?.at < BREATH ? pace.run + 1 : 1;
    this.#paces.set(id, { at, run });
    const steady = run >= STEADY;
    if (!goesOn || (this.#last.from !== id && !(steady && this.#last.steady))) this.#begin(id);
    Object.assign(this.#last, { at, from: id, steady });
    this.#last.entries.push(entry);
  }

  // begin anew with the newest entry, which stands below the divider.
  anew() {
    const run = this.#last;
    if (!run) return;
    const entry = run.entries.pop();
    this.#begin(run.from);
    Object.assign(this.#last, { at: run.at, steady: run.steady, entries: [entry] });
  }

  // foldNow folds what is too much by now, and returns it: [fold, entry], the fold
  // being {from, people, size, lines}.
  foldNow() {
    const folded = [];
    for (const run of this.#runs) {
      for (const entry of run.entries.splice(0, run.entries.length - 1)) {
        if (run.rows < this.screen.rows) run.rows += this.#weight(entry);
        else run.beyond.push(entry);
      }
      if (!run.fold) {
        if (run.beyond.reduce((rows, entry) => rows + this.#weight(entry), 0) < LEAST) continue;
        run.fold = { from: run.beyond[0].from, people: new Set(), size: 0, lines: 0 };
      }
      for (const entry of run.beyond.splice(0)) {
        run.fold.size++;
        run.fold.people.add(entry.from.id);
        run.fold.lines += linesOf(entry);
        folded.push([run.fold, entry]);
      }
    }
    this.#runs = this.#last ? [this.#last] : [];
    return folded;
  }

  // drop forgets the oldest entry of all.
  drop(entry) {
    const [run] = this.#runs;
    for (const entries of [run?.beyond, run?.entries]) if (entries?.[0] === entry) entries.shift();
    if (run !== this.#last && run?.entries.length === 0) this.#runs.shift();
  }

  // begin is how many rows a folded message begins with.
  get begin() { return Math.max(Math.floor(this.screen.rows / TALL_PART), 1); }

  // shape says how a message is shown: about so many rows, {more}, are folded after so
  // many, {begin}, and before the last; or all of it, null.
  shape({ kind, text, mine, mentions }) {
    const rows = this.#rows(text);
    if (kind !== "said" || mine || mentions || rows <= this.screen.rows) return null;
    return { begin: this.begin, more: rows - this.begin - 1 };
  }

  #last = null;

  #begin(from) {
    const run = this.#last;
    if (run && run.rows === 0 && run.entries.length < 2) this.#runs.pop(); // nothing of it will ever be folded
    this.#last = { from, at: 0, rows: 0, entries: [], beyond: [], fold: null };
    this.#runs.push(this.#last);
  }

  #weight(entry) {
    const shape = this.shape(entry);
    return shape ? shape.begin + 2 : this.#rows(entry.text);
  }

  // rows is about how many rows a text takes.
  #rows(text) {
    return text.replace(WIDE, "$&$&").split("\n").reduce((rows, { length }) => rows + Math.max(1, Math.ceil(length / this.screen.columns)), 0);
  }
}

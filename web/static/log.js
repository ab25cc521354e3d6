// What a page remembers of its room: a bounded list of entries in the order in
// which they happened, grouped and folded for reading. Knows no DOM and no
// socket; the room adds to it, the timeline shows it.
//
// An entry has a `key` that rises by one, a `kind`, and is not changed after
// it was added, but for the two kinds that fold: a "presence" line takes more
// arrivals and departures, a "burst" more messages of one person. Whoever
// watches is told "added", "changed" or "dropped", with the entry.

// The page's own memory. A message of the greatest length takes 8 KB of it, so
// a full log holds at most 80 MB and in practice far less than one.
export const MAX_MESSAGES = 10_000;
// Messages and all else that happens: people can change the topic, or come and go,
// for as long as they like without a word.
export const MAX_ENTRIES = 12_000;

const GROUP_FOR = 5 * 60_000; // ms; a later message begins with the name again
const STAMP_AFTER = 5 * 60_000; // ms; how sparingly the time of day is shown
const BURST_WITHIN = 2000; // ms between two messages of one burst
const BURST_SHOWN = 4; // messages of a burst that are shown before the rest folds
const BURST_MOST = 100; // messages in one fold, so that opening it stays instant
const PRESENCE_MOST = 1000; // comings and goings in one line: as many as a room can hold

export class Log {
  trimmed = false; // older messages have left this memory

  #entries = [];
  #bySeq = new Map();
  #watchers = new Set();
  #nextKey = 1;
  #messages = 0;
  #run = { from: null, at: 0, length: 0 };
  #stamped = 0;
  #day = "";

  // entries, oldest first. Not to be changed by the reader.
  get entries() { return this.#entries; }
  // messages is how many are held, those inside folds included.
  get messages() { return this.#messages; }
  get last() { return this.#entries.at(-1); }

  watch(fn) {
    this.#watchers.add(fn);
    return () => this.#watchers.delete(fn);
  }

  // said returns the message with that seq, or undefined when it isn't held.
  said(seq) { return this.#bySeq.get(seq); }

  // addSaid takes {seq, at, from, text, action, re, mine, mentions}.
  addSaid(message) {
    this.#mark(message.at);
    const run = this.#runOn(message);
    const said = { kind: "said", ...message, ...this.#heading(message.from.id, message.at) };
    this.#bySeq.set(said.seq, said);
    this.#messages++;
    const open = this.last;
    if (run > BURST_SHOWN && !message.mine && !message.mentions) {
      said.key = this.#nextKey++;
      if (open?.kind === "burst" && open.from.id === message.from.id && open.messages.length < BURST_MOST) {
        open.messages.push(said);
        open.at = said.at;
        this.#tell("changed", open);
        this.#trim();
      } else {
        this.#add({ kind: "burst", from: said.from, at: said.at, messages: [said] });
      }
    } else {
      this.#add(said);
    }
    return said;
  }

  // addWhisper takes {at, from, to, text, mine}.
  addWhisper(whisper) {
    this.#mark(whisper.at);
    this.#run.from = null;
    const entry = { kind: "whisper", ...whisper, head: true, stamp: this.#stamp(whisper.at) };
    this.#messages++;
    return this.#add(entry);
  }

  // addOffer takes {seq, at, from, file, mine}; again: it was here before.
  addOffer(offer) {
    this.#mark(offer.at);
    this.#run.from = null;
    this.#messages++;
    this.#add({ kind: "offer", ...offer });
  }

  // addPresence takes {what: "joined" | "left" | "renamed", id, nick, was?, reason?}
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

  addTopic(from, text) { return this.#add({ kind: "topic", from, text }); }
  // addGap: missed is a number, or 0 when nobody knows how many; then from and to, in
  // ms, are between what.
  addGap(missed, from = 0, to = 0) { return this.#add({ kind: "gap", missed, from, to }); }
  // addNote is a line of this page's own; draw makes an element of it that is more.
  addNote(lines, tone = "plain", draw = null) { return this.#add({ kind: "note", tone, lines, draw }); }

  clear() {
    const dropped = this.#entries;
    this.#entries = [];
    this.#bySeq.clear();
    this.#messages = 0;
    this.#run.from = null;
    this.#stamped = 0;
    this.#day = "";
    this.trimmed = false;
    for (const entry of dropped) this.#tell("dropped", entry);
  }

  #add(entry) {
    entry.key ??= this.#nextKey++;
    this.#entries.push(entry);
    this.#tell("added", entry);
    this.#trim();
    return entry;
  }

  // mark adds a line for the day when a message comes from another than the last.
  #mark(at) {
    const day = new Date(at).toDateString();
    if (day !== this.#day && this.#day !== "") {
      this.#run.from = null;
      this.#add({ kind: "day", at });
    }
    this.#day = day;
  }

  // runOn returns how many messages this person has said in one breath.
  #runOn({ from, at }) {
    const run = this.#run;
    const goesOn = run.from === from.id && at - run.at <= BURST_WITHIN && isMessage(this.last);
    run.length = goesOn ? run.length + 1 : 1;
    run.from = from.id;
    run.at = at;
    return run.length;
  }

  // heading says whether a message begins with its author's name.
  #heading(author, at) {
    const before = this.last;
    const group = before && (before.kind === "said" || before.kind === "burst") &&
      before.from.id === author && !before.action && at - before.at < GROUP_FOR;
    return { head: !group, stamp: !group && this.#stamp(at) };
  }

  #stamp(at) {
    if (at - this.#stamped < STAMP_AFTER) return false;
    this.#stamped = at;
    return true;
  }

  #trim() {
    while (this.#messages > MAX_MESSAGES || this.#entries.length > MAX_ENTRIES) {
      this.trimmed = true;
      const oldest = this.#entries.shift();
      const gone = oldest.kind === "burst" ? oldest.messages : [oldest];
      for (const message of gone) {
        if (!isMessage(message)) continue;
        this.#messages--;
        this.#bySeq.delete(message.seq);
      }
      this.#tell("dropped", oldest);
    }
  }

  #tell(what, entry) {
    for (const watcher of this.#watchers) watcher(what, entry);
  }
}

function isMessage(entry) {
  return entry?.kind === "said" || entry?.kind === "whisper" || entry?.kind === "burst" || entry?.kind === "offer";
}

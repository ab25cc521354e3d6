// A room as one page sees it: who is here, what it is about, and what was said.
// Frames go in, changes come out. Knows no socket and no DOM.
//
// The page's own memory is `log`; the members are those of the last welcome,
// kept up by what happened since. Every number of the room's order is expected
// once: a gap that the server did not explain is shown as one.

import { Log } from "./log.js";
import { fnv, limits } from "../text/limits.js";

const OPEN = { door: "open" }; // a room without rules
const MAX_KNOCKS = 32; // no room has more at its door

export class Room {
  log = new Log();
  name = "";
  kind = "";
  topic = "";
  you = null; // {id, nick}
  chosen; // the name that one took here, or brought; nothing while it is a made-up one
  rules = OPEN; // {door, slow?, quiet?, fade?, links?}, times in seconds
  keyed = false; // you have seen a key of it
  vote = null; // the last that was told of; see vote.js
  leapt = null; // who asked last to be followed into another room, and where that is
  came = 0; // ms when this place began
  knocks = []; // {knock, nick, text?} of those at the door, for whoever may let them in
  members = new Map(); // id → {id, nick, via, away?, aside?, host?, muted?, speaks?, watch?, since, voice?: {muted, speaking}}, in the order of arrival
  ignored = new Map(); // id → nick: a place is, under any name, and all that it does
  skew = Infinity; // ms from a message's time, by the server's clock, to its arrival by ours, at the least
  lastWhisper = null; // {id, nick, since} of whoever whispered to you last

  #seq = 0;
  #base = 0; // what the numbers of this place's messages are above those of the server
  #topicBy = "";
  #typing = new Map(); // id → ms when it is no longer shown
  words = []; // that call you as your name does

  // apply takes one server frame, and the time in ms, and returns what changed:
  // a set of "members" (and what they may do), "you", "topic", "typing". The log tells of
  // its own.
  apply(frame, now) {
    const changed = new Set();
    if (frame.at) this.skew = Math.min(this.skew, now - frame.at);
    for (const each of [frame.member, frame.you, ...(frame.members ?? [])]) if (each?.watch) each.nick = `#${String(fnv(each.id) % 10000).padStart(4, "0")}`; // which is no name
    if (frame.t !== "welcome" && frame.t !== "gap" && frame.seq !== undefined) this.#count(frame.seq);
    this.#handlers[frame.t]?.(frame, changed, now);
    return changed;
  }

  // The log may hold messages of other places, which were numbered anew: numberOf a
  // message is its place in all of them, by which the log knows it, and seqOf what
  // the server calls it, 0 for what it can't know.
  numberOf(seq) { return seq > 0 ? seq + this.#base : 0; }
  seqOf(number) { return Math.max(0, number - this.#base); }

  // depart: what is numbered from now on is of another place.
  depart() {
    this.#base += this.#seq;
    this.#seq = 0;
    this.lastWhisper = this.leapt = null;
  }

  // amends says whether an entry of the log is words of your own that you may change still.
  amends({ kind, mine, gone, seq, at }, now) {
    return kind === "said" && mine && !gone && this.seqOf(seq) > 0 && now - this.skew - at < limits.amendFor;
  }

  // typing returns those whose typing is shown now, you and the ignored left out.
  typing(now) {
    const who = [];
    for (const [id, until] of this.#typing) {
      if (until <= now) this.#typing.delete(id);
      else if (this.members.has(id) && !this.ignored.has(id)) who.push(this.members.get(id));
    }
    return who;
  }

  // seen returns what of an entry of the log is to be seen: nothing (null) that
  // somebody did who is ignored.
  seen(entry) {
    if (this.ignored.has(entry.from?.id)) return null;
    if (entry.kind !== "presence" || this.ignored.size === 0) return entry;
    const happened = entry.happened.filter(({ id }) => !this.ignored.has(id));
    return happened.length ? { ...entry, happened } : null;
  }

  // asideOf is why somebody is away, as far as it is not hidden: a line or "", and nothing of
  // who is not.
  asideOf(id) {
    const { aside } = this.members.get(id) ?? {};
    return aside && this.ignored.has(id) ? "" : aside;
  }

  // watchers is how many watch.
  get watchers() { return [...this.members.values()].filter(({ watch }) => watch).length; }

  // governed: there are rules, or you may not speak.
  get governed() {
    return this.rules.door !== "open" || Object.keys(this.rules).length > 1 || this.members.get(this.you?.id)?.muted === true;
  }

  // orphans: without you nobody could lift its rules, since you are its only host and have
  // not seen a key that would make you one again.
  get orphans() {
    const others = [...this.members.values()].filter(({ id, watch }) => id !== this.you?.id && !watch);
    return this.governed && !this.keyed && this.members.get(this.you?.id)?.host === true && others.length > 0 && !others.some(({ host }) => host);
  }

  // topicHidden: it was set by somebody who is ignored.
  get topicHidden() { return this.topic !== "" && this.ignored.has(this.#topicBy); }

  #handlers = {
    welcome: (frame, changed, now) => this.#welcome(frame, changed, now),
    said: (frame, changed) => {
      this.#typing.delete(frame.from.id);
      changed.add("typing");
      const { at, from, options } = frame;
      const [seq, re] = [frame.seq, frame.re ?? 0].map((each) => this.numberOf(each));
      const gone = frame.gone ? {} : undefined;
      const text = gone ? "" : frame.text;
      this.log.addSaid({ seq, at, from, text, action: frame.action === true, re, mine: from.id === this.you.id, mentions: !gone && this.#calls(from, text, re), options, gone });
    },
    reacted: ({ re, from, emoji, on }) => this.log.react(this.numberOf(re), from, emoji, on),
    retracted: ({ re, from }) => this.log.retract(this.numberOf(re), from),
    amended: ({ re, from, text }) => {
      const seq = this.numberOf(re);
      this.log.amend(seq, from, text, this.#calls(from, text, this.log.said(seq)?.re));
    },
    whispered: (frame, changed, now) => {
      const mine = frame.from.id === this.you.id;
      const { id, since } = this.lastWhisper ?? {};
      if (!mine && !this.ignored.has(frame.from.id)) this.lastWhisper = { ...frame.from, since: id === frame.from.id ? since : now };
      this.log.addWhisper({ at: frame.at, from: frame.from, to: frame.to, text: frame.text, mine });
    },
    offered: ({ seq, at, from, file }) => {
      this.log.addOffer({ seq: this.numberOf(seq), at, from, file, mine: from.id === this.you.id });
    },
    joined: ({ member }, changed, now) => {
      this.members.set(member.id, { ...member, since: now }); // when they took their name
      this.log.addPresence({ what: member.watch ? "watch" : "joined", id: member.id, nick: member.nick });
      changed.add("members");
    },
    left: ({ member, reason, why }, changed) => {
      this.members.delete(member.id);
      this.#typing.delete(member.id);
      this.log.addPresence({ what: member.watch && reason !== "removed" ? "unwatch" : "left", id: member.id, nick: member.nick, reason, why });
      changed.add("members").add("typing");
    },
    renamed: ({ member, was }, changed, now) => {
      this.#know({ ...member, since: now });
      if (this.ignored.has(member.id)) this.ignored.set(member.id, member.nick);
      if (member.id === this.you.id) {
        this.#be(member);
        this.chosen = member.nick;
        changed.add("you");
      }
      this.log.addPresence({ what: "renamed", id: member.id, nick: member.nick, was });
      changed.add("members");
    },
    topic: ({ from, text }, changed) => {
      this.topic = text ?? "";
      this.#topicBy = from.id;
      this.log.addTopic(from, this.topic);
      changed.add("topic");
    },
    rules: (frame, changed) => {
      frame.was = this.rules;
      this.rules = frame.rules;
      this.#govern(frame, changed);
    },
    host: (frame, changed) => {
      this.#govern(frame, changed);
      if (frame.member.id === this.you.id && !frame.member.host) this.knocks = [];
    },
    muted: (frame, changed) => this.#govern(frame, changed),
    speak: (frame, changed) => this.#govern(frame, changed),
    key: ({ op }) => { if (op) this.keyed = true; }, // what nobody asked for is not shown
    vote: (frame, changed, now) => {
      frame.told = now;
      this.vote = frame;
      this.log.addGoverned(frame);
      changed.add("members");
    },
    knocking: (frame) => {
      // Nobody's name is reserved at the door, so the second of one has a number behind it.
      const nick = frame.nick || "somebody";
      frame.nick = nick;
      for (let n = 2; this.knocks.some((each) => each.nick.toLowerCase() === frame.nick.toLowerCase()); n++) frame.nick = `${nick}-${n}`;
      this.knocks = [...this.knocks.filter(({ knock }) => knock !== frame.knock), frame].slice(-MAX_KNOCKS);
    },
    knocked: (frame) => {
      frame.nick = this.knocks.find(({ knock }) => knock === frame.knock)?.nick;
      this.knocks = this.knocks.filter(({ knock }) => knock !== frame.knock);
    },
    away: ({ member }, changed) => {
      this.#know(member);
      changed.add("members");
    },
    aside: ({ member }, changed) => {
      this.#know(member);
      changed.add("members");
    },
    typing: ({ member }, changed, now) => {
      if (member.id === this.you?.id) return;
      this.#typing.set(member.id, now + limits.typingFor);
      changed.add("typing");
    },
    voice: ({ member, members, in: within, muted, speaking }, changed) => {
      for (const each of members ?? []) this.#hear(each.id, true, each);
      if (member) this.#hear(member.id, within, { muted, speaking });
      changed.add("members");
    },
    gap: ({ missed, seq, from }) => {
      this.#seq = Math.max(this.#seq, seq ?? 0); // the gap ends there
      this.log.addGap(missed, 0, 0, from?.nick);
    },
  };

  #welcome(frame, changed, now) {
    const known = this.members;
    if (!frame.resumed && (frame.room !== this.name || frame.seq < this.#seq)) this.depart();
    this.name = frame.room;
    this.kind = frame.kind;
    this.topic = frame.topic ?? "";
    this.rules = frame.rules ?? OPEN;
    if (!frame.resumed) this.#topicBy = ""; // it was set before we came
    this.members = new Map(frame.members.map((member) => {
      const { nick, since } = known.get(member.id) ?? {};
      return [member.id, { ...member, since: nick === member.nick ? since : now }];
    }));
    this.#typing.clear();
    this.#be(frame.you);
    this.knocks = []; // all who wait are told of anew
    if (!frame.resumed) {
      this.#seq = frame.seq;
      this.came = now;
      this.keyed = false;
      if (frame.since) this.log.addGap(0, frame.since, now); // another place: what was said between is not ours
    }
    for (const each of ["members", "you", "topic", "typing"]) changed.add(each);
  }

  // hear notes how somebody is in the room's voice, or that they are not.
  #hear(id, within, { muted = false, speaking = false }) {
    const member = this.members.get(id);
    if (member) member.voice = within ? { muted, speaking } : undefined;
  }

  #be(person) {
    this.you = { id: person.id, nick: person.nick };
  }

  #know(member) {
    const { since, voice } = this.members.get(member.id) ?? {};
    if (this.members.has(member.id)) this.members.set(member.id, { since, voice, away: false, ...member });
  }

  // calls says whether somebody's words name you, or answer yours.
  #calls({ id }, text, re) {
    return id !== this.you.id && ([this.you.nick, ...this.words].some((name) => mentionOf(name)(text)) || this.log.said(re)?.mine === true);
  }

  // govern takes what those did who may, or the room by itself.
  #govern(frame, changed) {
    if (frame.member) this.#know(frame.member);
    this.log.addGoverned(frame);
    changed.add("members");
  }

  // count expects seq+1 and shows what is missing otherwise.
  #count(seq) {
    const missed = seq - this.#seq - 1;
    if (missed > 0) this.log.addGap(missed);
    this.#seq = seq;
  }
}

// Names hold letters, marks, numbers and -_. of any script, so a name ends where none
// of these follows; a full stop belongs to one only between two of them. The terminal
// does the same (rooms/behaviour/mention.json).
const letter = "[\\p{L}\\p{M}\\p{N}_-]";

// mentionOf returns a predicate: does this text name that nick, as a whole word, in any
// case, with or without the "@"?
export function mentionOf(nick) {
  const exact = nick.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const word = new RegExp(`(?<!${letter}|${letter}\\.)${exact}(?!${letter}|\\.${letter})`, "iu");
  return (text) => word.test(text);
}

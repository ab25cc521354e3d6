// What somebody may react to, change and take back of what was said in a sealed room. No
// server knows who said what, so each end decides for itself, and all alike, since all go by
// what is sealed, in the room's order: whose message it was, how many options it has, which
// reactions are on it. Knows none of its words. The twin of mending.go in Go's rooms/seal.

import { clean } from "../text/clean.js";
import { checkText } from "./intent.js";
import { reactionOf } from "./payload.js";

const MOST = 1000; // messages
const AMEND_FOR = 300_000; // ms after it was said
const MOST_KINDS = 12; // of reactions to one message

// Why something said stays as it is.
const unknown = { code: "unknown_message", message: "That message is not known here any more: it was not said in this room, it was taken back, or it was said too long ago." };
const notYours = { code: "not_allowed", message: "In a sealed room only who said something takes it back or changes it." };
const isFile = { code: "not_allowed", message: "A file is not taken back, nor changed. Whoever offers it stops that with /cancel." };
const late = { code: "not_allowed", message: "What was said can be changed for 5 minutes, and that was longer ago." };
const noEmoji = { code: "bad_frame", message: "A reaction is one emoji, as keyboards give it, or the number of an option of a poll." };
const noOption = { code: "bad_frame", message: "That message has no such option." };
const already = { code: "not_allowed", message: "That is so already." };
const full = { code: "not_allowed", message: `There are ${MOST_KINDS} different emoji on that message already, which is as many as fit. Choose one of them.` };

const kinds = ["react", "retract", "amend"];

// mends says whether an op or a payload is about something said.
export const mends = ({ t }) => kinds.includes(t);

// isDishonest says that no honest program asks for what there is such a reason against,
// which goes by what all ends know alike; isLate that it came too late, which may be the
// server's doing.
export const isDishonest = (why) => [notYours, isFile, noOption].includes(why);
export const isLate = (why) => why === late;

// optionOf is the option of a poll that a clean reaction chooses, from 1 on; 0: it is an
// emoji.
const optionOf = (reaction) => (/^\d+$/.test(reaction) ? Number(reaction) : 0);

// Recent is the newest messages here, by the hashes that name them: {seq, by, at, here,
// file, options, reactions}. by is whose key said it; at when, in ms by the server's clock,
// and here by ours; file, that it offers one; options, how many a poll has. A reaction is
// kept by its emoji, as {by, gone}: whose keys put it there, and how many of those have
// left, who can't take theirs off.
export class Recent {
  #messages = new Map();
  #order = []; // {hash, by}, the oldest first, with those that were taken back

  // Whoever says much drives out what they said themselves: nobody can keep another from
  // taking something back by it.
  add(hash, { seq, by, at, here, file = false, options = 0 }) {
    this.#messages.set(hash, { seq, by, at, here, file, options, reactions: new Map() });
    this.#order.push({ hash, by });
    if (this.#order.length <= MOST) return;
    const [surplus] = this.#order.splice(this.#surplus(), 1);
    this.#messages.delete(surplus.hash);
  }

  // surplus is where the oldest is of whoever has the most.
  #surplus() {
    const has = new Map();
    for (const { by } of this.#order) has.set(by, (has.get(by) ?? 0) + 1);
    const most = Math.max(...has.values());
    return this.#order.findIndex(({ by }) => has.get(by) === most);
  }

  // hash is the name of the message that has a number here, if it is known.
  hash(number) { return [...this.#messages].find(([, { seq }]) => seq === number)?.[0]; }

  // left notes that somebody is gone, whose reactions stay.
  left(who) {
    for (const { reactions } of this.#messages.values()) {
      for (const each of reactions.values()) if (each.by.delete(who)) each.gone++;
    }
  }

  // judge returns why somebody can't do with a message what a payload says, at that time,
  // or null.
  judge({ t, re, emoji, on }, who, at) {
    const message = this.#messages.get(re);
    if (!message) return unknown;
    if (t === "react") return judgeReaction(message, emoji, on, who);
    if (message.by !== who) return notYours;
    if (message.file) return isFile;
    return t === "amend" && at - message.at > AMEND_FOR ? late : null;
  }

  // asked judges what this end's person asks for, now, behind all that they asked for
  // before and that has not happened yet, and returns {payload}, or {code, message}.
  asked(op, { you, now, before }) {
    const hash = this.hash(op.re);
    const payload = payloadOf(op, hash);
    if (payload.emoji === null) return noEmoji;
    const message = this.#messages.get(hash);
    if (!message) return unknown;
    let why = this.judge(payload, you, message.at + now - message.here);
    for (const { t, re, emoji, on } of before) {
      if (re !== hash) continue;
      if (t === "retract") return unknown;
      if (payload.t === "react" && t === "react" && emoji === payload.emoji) why = on === payload.on ? already : null;
    }
    return why ?? (payload.t === "amend" ? checkText(payload.text) : null) ?? { payload };
  }

  // happened does what judge allowed, and returns the number of the message.
  happened({ t, re, emoji, on }, who) {
    const { seq, reactions } = this.#messages.get(re);
    if (t === "retract") this.#messages.delete(re);
    if (t !== "react") return seq;
    const kind = reactions.get(emoji) ?? { by: new Set(), gone: 0 };
    reactions.set(emoji, kind);
    if (on) kind.by.add(who);
    else kind.by.delete(who);
    if (kind.by.size + kind.gone === 0) reactions.delete(emoji);
    return seq;
  }
}

function judgeReaction({ options, reactions }, emoji, on, who) {
  if (optionOf(emoji) > options) return noOption;
  const kind = reactions.get(emoji);
  if (on === (kind?.by.has(who) ?? false)) return already;
  // All options of a poll count, so nobody fills one with other emoji before it is answered.
  const kinds = options + [...reactions.keys()].filter((each) => optionOf(each) === 0).length;
  return on && !kind && optionOf(emoji) === 0 && kinds === MOST_KINDS ? full : null;
}

function payloadOf({ t, emoji, on, text }, re) {
  switch (t) {
    case "react": return { t, re, emoji: reactionOf(emoji), on };
    case "retract": return { t, re };
    default: return { t, re, text: clean(text) };
  }
}

// withoutWords are frames that nobody was handed yet, in which a message has no words.
export const withoutWords = (frames, message) => frames.map((frame) => {
  if (frame.t === "said" && frame.seq === message) return { ...frame, text: "", options: undefined, gone: true };
  return frame.t === "amended" && frame.re === message ? { ...frame, text: "" } : frame;
});

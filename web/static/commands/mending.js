// Which message "/react", "/retract" and "/amend" are about, of those in a page's log, and
// what they ask of the room. The twin of the Go package rooms/mending. Knows no DOM.

import { lazy } from "../net/lazy.js";
import { kinds } from "../text/reactions.js";

const MOST_NAMED = 20; // of those who reacted in one way
const MAX_OPTIONS = 10;

// numberOf returns the number of a poll's answer that somebody typed, or 0.
export function numberOf(typed) {
  const digits = typed.replace(/^#/, "");
  return /^[1-9][0-9]?$/.test(digits) && digits <= MAX_OPTIONS ? Number(digits) : 0;
}

// meant promises what somebody typed: {emoji, number}, number 0 but of an answer to a poll; or
// null for what is no emoji. It rejects where the emoji can't be fetched.
export async function meant(typed) {
  const number = numberOf(typed);
  if (number > 0) return { emoji: String(number), number };
  const { parse } = await lazy("text/emojis.js");
  const whole = parse(typed);
  if (whole) return { emoji: whole, number: 0 };
  const { lookup } = await lazy("data/emoji.js");
  const [, opened, name, closed] = /^(:?)(.*?)(:?)$/su.exec(typed);
  const named = opened === closed ? lookup(name.toLowerCase()) : undefined;
  return named ? { emoji: parse(named) ?? named, number: 0 } : null;
}

// newest returns the newest message of this place that is there and fits, or the offer of a
// file, or undefined.
function newest(room, fits, kinds = ["said", "offer"]) {
  return room.log.entries.findLast((entry) => kinds.includes(entry.kind) && !entry.gone && room.seqOf(entry.seq) > 0 && fits(entry));
}

const shown = (room, { from }) => !room.ignored.has(from.id);

const isPoll = ({ options }) => options?.length > 0;

// polled returns whether a poll is here to choose from.
export const polled = (room) => newest(room, (each) => shown(room, each) && isPoll(each)) !== undefined;

// react returns the op that puts a reaction on a message or takes it off, of somebody by
// their id, or of others; or why there is none, as {why: [key, ...values]}.
export function react(room, { emoji, number }, by = "") {
  const fits = by ? ({ from }) => from.id === by : number > 0 ? () => true : ({ mine }) => !mine;
  const entry = newest(room, (each) => shown(room, each) && fits(each) && (number === 0 || isPoll(each)));
  if (!entry) return { why: [number > 0 ? "noPoll" : by ? "nothingTheirs" : "nothingToReact"] };
  if (number > (entry.options?.length ?? 0)) return { why: ["pollAnswers", entry.options.length] };
  return { op: { t: "react", re: room.seqOf(entry.seq), emoji, on: !entry.reactions?.get(emoji)?.has(room.you.id) } };
}

// retract returns the op that takes back the newest message of yours, or of somebody by their
// id. A file that is newer, of who is here, is what is meant: older words stay.
export function retract(room, by = "") {
  const offers = ({ id }) => id === room.you.id || room.members.has(id);
  const entry = newest(room, ({ kind, mine, from }) => (by ? from.id === by : mine) && (kind === "said" || offers(from)));
  if (entry?.kind === "offer") return { why: ["isOffered"] };
  if (!entry) return { why: [by ? "nothingTheirs" : "nothingYours"] };
  return { op: { t: "retract", re: room.seqOf(entry.seq) } };
}

// amend returns the op that gives the newest message of yours other words.
export function amend(room, text) {
  const entry = newest(room, ({ mine }) => mine, ["said"]);
  return entry ? { op: { t: "amend", re: room.seqOf(entry.seq), text } } : { why: ["nothingYours"] };
}

// authors are those whose words or files are there and who have left, the newest first, each name once.
export function authors(room) {
  const found = new Map();
  for (const { from, gone } of room.log.entries.filter(({ kind, from }) => (kind === "said" || kind === "offer") && !room.members.has(from.id)).reverse()) {
    if (!gone && !room.ignored.has(from.id) && !found.has(from.nick)) found.set(from.nick, from);
  }
  return [...found.values()];
}

// reacted returns the newest message that has reactions: {nick, ways: [{what, names, more}]}, or
// undefined; what is the emoji, or the answer that was chosen.
export function reacted(room) {
  const people = (by) => [...by].filter(([id]) => !room.ignored.has(id)).map(([, nick]) => nick);
  const some = ({ reactions }) => [...reactions?.values() ?? []].some((by) => people(by).length > 0);
  const entry = newest(room, (each) => shown(room, each) && some(each));
  if (!entry) return undefined;
  const ways = [...kinds(entry.reactions)].map(([emoji, by]) => {
    const names = people(by);
    return { what: /^\d+$/.test(emoji) ? entry.options[emoji - 1] : emoji, names: names.slice(0, MOST_NAMED), more: Math.max(0, names.length - MOST_NAMED) };
  });
  return { nick: entry.from.nick, ways: ways.filter(({ names }) => names.length > 0) };
}

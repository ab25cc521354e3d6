// The frames of sotto.v1 as the browser sees them: one JSON object a line,
// `t` is its type. Knows how frames look, not when they are sent; connection.js
// does that. docs/PROTOCOL.md is the definition.

import { byteLength, fnv, foldRoomName, limits } from "../text/limits.js";

export const subprotocol = "sotto.v1";

// What each frame of a server is made of: its fields, with how each is read where its
// name does not say so; "?" marks one that may be absent. What is not named here is
// not believed.
const frames = made({
  welcome: "v:whole room kind topic?:line you:member members rules seq:whole ticket?:token resumed?:flag voice?:flag",
  said: "seq:whole at from text action?:flag re?:whole options? gone?:flag id?",
  reacted: "seq:whole from re:whole emoji on:flag id?",
  retracted: "seq:whole from re:whole id?",
  amended: "seq:whole from re:whole text id?",
  whispered: "wseq:whole at from to:from text id?",
  sealed: "wseq:whole at from body:bytes wrap?:bytes id?",
  offered: "seq:whole at from file id?",
  passed: "from body:bytes",
  joined: "seq:whole member",
  left: "seq:whole member reason why?:cause",
  renamed: "seq:whole member was:nick id?",
  topic: "seq:whole from text:line id?",
  away: "seq:whole member",
  aside: "seq?:whole member id?",
  rules: "seq:whole from? rules why?:bridge id?",
  host: "seq:whole member id?",
  muted: "seq:whole member for id?",
  speak: "seq:whole member id?",
  vote: "seq:whole member ends?:at needed?:whole over?:flag id?",
  key: "words id?",
  knocking: "knock:token nick? text?:sentence watch?:flag",
  knocked: "knock:token outcome id?",
  leapt: "wseq:whole at from room id?",
  waiting: "room ahead",
  invited: "token?:token uses?:whole for?:whole watch?:flag id?",
  typing: "member:from",
  voice: "member?:from in?:flag muted?:flag speaking?:flag answer?:sdp members?:talkers id?",
  notice: "code text:sentence",
  gap: "missed:whole seq:whole",
  synced: "id",
  held: "id? fields",
  error: "code message:sentence wait? id?",
  bye: "code message:sentence retry?:flag why?:cause",
});
const parts = made({
  from: "id:token nick?",
  member: "id:token nick via away?:flag aside? host?:flag muted?:flag speaks?:flag watch?:flag hello?:bytes",
  rule: "door slow? quiet?:flag fade? links?",
  file: "name:line size:whole key:bytes sum:bytes",
  talker: "id:token muted?:flag speaking?:flag",
  field: "name:sentence value:sentence why:sentence",
});

export const serverTypes = new Set(Object.keys(frames));

function made(table) {
  return Object.fromEntries(Object.entries(table).map(([t, fields]) => [t, fields.split(" ").map((field) => /(\w+)(\??):?(.*)/.exec(field).slice(1))]));
}

const DAY = 86_400_000; // ms that a time may be from this machine's
const SENTENCE = 200; // bytes of a server's own words
const LINE = 240; // bytes of what is one line
const ASIDE = 200; // bytes of why somebody is away
const FIELDS = 500; // that a server may say it holds
const TALKERS = 32; // that may be in voice
const OPTIONS = 10; // of a poll
const OPTION = 80; // bytes of one

// How each kind of field is read. What is of another type, or can't be, is bad.
const readers = {
  whole: (n) => must(n, Number.isSafeInteger(n) && n >= 0),
  flag: (b) => must(b, typeof b === "boolean"),
  string: (s) => must(s, typeof s === "string"),
  bytes: (s) => must(s, /^[\w-]*$/.test(readers.string(s))),
  sdp: (s) => must(s, /^[\r\n -~]*$/.test(readers.string(s))),
  id: (s) => must(s, readers.string(s).length <= 64),
  token: (s) => must(s, /^[\w:-]{0,64}$/.test(readers.string(s))),
  code: (s) => (/^[a-z_]{1,64}$/.test(readers.string(s)) ? s : "from_server"),
  room: (s) => must(s, foldRoomName(readers.string(s)) === s),
  kind: (s) => must(s, s === "open" || s === "sealed"),
  via: (s) => among("ssh web pipe native", s, "other"),
  reason: (s) => among("lost slow shutdown removed", s, "quit"),
  bridge: (s) => among("removed flood calm", s),
  outcome: (s) => among("admitted denied", s, "gone"),
  door: (s) => must(s, among("open knock locked", s)),
  rules: (r, now) => part(parts.rule, r ?? { door: "open" }, now),
  slow: (n) => within(n, 0, 3600),
  fade: (n) => within(n, 60, DAY / 1000),
  for: (n) => within(n, 0, DAY / 1000) ?? 0,
  ahead: (n) => within(n, 0, 32),
  wait: (n) => within(n, 0, 36e5),
  links: (b) => (readers.flag(b) ? undefined : b),
  words: (s) => must(s, /^(?:[a-z]{3,8} ){4}[a-z]{3,8}$/.test(readers.string(s))),
  cause: (s) => line(s, 100) || undefined,
  at: (n, now) => (Math.abs(readers.whole(n) - now) < DAY ? n : now),
  nick: (s) => (s === "" || (name.test(readers.string(s)) && byteLength(s) <= limits.nickBytes) ? s : numbered(s)),
  text: (s) => {
    const words = visible(readers.string(s)).replace(/^\s*\n/, "").trimEnd();
    const lines = words.split("\n");
    if (byteLength(words) <= limits.textBytes && lines.length <= limits.textLines) return words;
    return cut(lines.slice(0, limits.textLines).join("\n"), limits.textBytes - 3);
  },
  options: (all) => must(all, Array.isArray(all) && all.length <= OPTIONS).map((s) => line(s, OPTION)),
  emoji: (s) => (readers.string(s).length <= 64 && emoji.test(s) ? s : "\ufffd"),
  line: (s) => line(s, LINE),
  aside: (s) => line(s, ASIDE),
  sentence: (s) => line(s, SENTENCE),
  members: (all, now) => list(all, "member", now),
  talkers: (all, now) => list(all, "talker", now).slice(0, TALKERS),
  fields: (all, now) => list(all, "field", now).slice(0, FIELDS),
};

function must(value, fits) {
  if (!fits) throw new TypeError("not a frame of sotto.v1");
  return value;
}

// among is a word if it is one of those, and else another; within a time between two,
// of which 0 is none.
const among = (words, s, other) => (words.split(" ").includes(readers.string(s)) ? s : other);
const within = (n, least, most) => (readers.whole(n) ? Math.min(Math.max(n, least), most) : undefined);

const list = (all, what, now) => must(all, Array.isArray(all)).map((each) => part(parts[what], each, now));

// part rebuilds an object of what is known of it.
function part(fields, from, now, into = {}) {
  must(from, typeof from === "object" && from !== null);
  for (const [key, optional, kind] of fields) {
    const value = Object.hasOwn(from, key) ? from[key] : null;
    if (value === null && optional) continue;
    const known = parts[kind || key] ? part(parts[kind || key], value, now) : readers[kind || key](value, now);
    if (known !== undefined) into[key] = known;
  }
  if (into.watch) { // who has no name, and no say
    if (into.nick) into.nick = "";
    for (const key of ["aside", "host", "muted", "speaks"]) delete into[key];
  }
  return into;
}

// What names are made of, but for those that speak for the server; what is none goes by
// a number of what it was. name.js says it whole.
const name = /^(?!.*[\p{Default_Ignorable_Code_Point}\p{Cs}]|.*\p{M}{4}|(?:system|server|admin|owner|sotto|everyone|all|here|you)$|guest(?!-[0-9a-f]{8}$))[\p{L}\p{Nd}\-_.][\p{L}\p{Nd}\p{M}\-_.]*$/iu;
const numbered = (s) => `guest-${fnv(s).toString(16).padStart(8, "0")}`;

// What an emoji is made of, or the number of what is chosen; text/reactions.js says which is one.
const emoji = /^(?:[1-9]|10|\p{RI}{2}|[\d#*]\ufe0f\u20e3|\p{ExtPict}[\p{EMod}\ufe0f]?(?:[\u{e0020}-\u{e007f}]+|(?:\u200d\p{ExtPict}[\p{EMod}\ufe0f]?)*))$/u;

// visible leaves what may be shown of a text: no control sequences, no controls, and
// nothing that nobody sees or that turns the direction. clean.js says it whole.
function visible(text) {
  if (/^[\n -~]*$/.test(text)) return text;
  return text
    .replace(/\r\n?|[\v\f\x85\u2028\u2029]/g, "\n")
    .replace(/(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b]|\x9d)[^\0-\x1f\x80-\x9f]*(?:\x07|\x1b\\|\x9c)/g, "")
    .replace(/(?![\n\t\u200c\u200d\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replace(/((?:\p{M}[\u200c\u200d]*){3})\p{M}[\p{M}\u200c\u200d]*/gu, "$1");
}

// line is one line of at most so many bytes.
function line(text, most) {
  const all = visible(readers.string(text).slice(0, 4 * most)).replace(/[\n\t]/g, " ").trim();
  return byteLength(all) <= most ? all : cut(all, most - 3);
}

// cut is the beginning of a text, of at most so many bytes, and that it is one.
const cut = (text, most) => new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, most)).replace(/\ufffd+$/, "").trimEnd() + "…";

// encode returns one client frame. Fields that are undefined are left out.
export function encode(op) {
  return JSON.stringify(op);
}

// decode returns the server frames in one WebSocket message, in order, of what this
// page knows of them, and with nothing in them that could not be shown. A type that it
// doesn't know is left out: a newer server may send it; a frame that makes no sense is
// of type "bad". Throws a SyntaxError on anything that isn't JSON. The twin of foreign in
// Go's rooms/wire, held to the same script (rooms/behaviour/foreign.json).
export function decode(text, now = Date.now()) {
  const read = [];
  for (const row of text.split("\n")) {
    if (row === "") continue;
    const frame = JSON.parse(row);
    const t = frame?.t;
    if (!serverTypes.has(t)) continue;
    try {
      read.push(part(frames[t], frame, now, { t }));
    } catch {
      read.push({ t: "bad" });
    }
  }
  return read;
}

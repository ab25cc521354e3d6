// What stands inside a sealed message: the twin of payload in Go's rooms/seal.
// It comes from another member's program, which may be hostile, and the server
// could not look at it: everything is checked, cleaned and bounded here.
//
//   {t: "confirm", nick, topic?: {text, at}, aside?: {text}}   who I am, the topic as I know it, and why I am away
//   {t: "say", text, action?, options?, re?}   options: of a poll; re: the hash of the message it answers
//   {t: "react", re, emoji, on}                re: of the message it is about; emoji: or the number of an option
//   {t: "retract", re}
//   {t: "amend", re, text}
//   {t: "whisper", text}
//   {t: "nick", nick}
//   {t: "topic", text}
//   {t: "aside", on, text}
//   {t: "typing"}
//   {t: "offer", file: {name, size, key, sum}} key, sum: 32 bytes each, in base64url
//   {t: "leap", key}                           the 43 characters behind "#" in the link of another room here
//   {t: "step"}                                carries a share
//   {t: "ask"}                                 whom do you show?
//   {t: "view", shown: [{id, nick}]}           these, by the ids of their keys
//   {t: "voice", kid, ctr, key}                the key of my voice, 64 bytes in base64url, by its id, and what its time stands at

import { parse } from "../text/emojis.js";
import { asideFits, clean, cleanTopic, fits, topicFits } from "../text/clean.js";
import { cleanFileName } from "../text/filename.js";
import { byteLength } from "../text/limits.js";
import { isNick } from "../text/name.js";
import { fromBase64url } from "./seal.js";

const MAX_SHOWN = 64;
const MIN_OPTIONS = 2;
const MAX_OPTIONS = 10;
const MAX_OPTION_BYTES = 80;
const MAX_FILE = 64 * 1024 * 1024; // bytes

const MAX_VOICE = 2 ** 48 - 1; // the highest id of a key of voice, and what its time stands at
const VOICE_KEY_BYTES = 64;

const MAX_NESTING = 8; // of values in each other; the deepest form has three

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }); // a BOM stays, and is refused

export const encode = (payload) => encoder.encode(JSON.stringify(payload));

// For everybody who is shown. One that came to some alone, and seems to be for all,
// was meant to mislead.
export const forAll = (t) => ["say", "react", "retract", "amend", "nick", "topic", "aside", "typing", "offer"].includes(t);

// decode returns a payload, null for what can't be shown, or {t: ""} for a kind that
// this page does not know. Of such a kind nothing else is looked at: a later version
// may mean anything by it.
export function decode(bytes) {
  let fields;
  try {
    fields = read(decoder.decode(bytes));
  } catch {
    return null;
  }
  const t = fields.get("t");
  if (typeof t !== "string") return null;
  return Object.hasOwn(forms, t) ? forms[t](fields) : { t: "" };
}

// forms read the fields of each kind; of others' fields they know nothing. What is
// absent is undefined, and nothing is null.
const forms = {
  say(fields) {
    const words = wordsOf(fields.get("text"));
    const [action, re] = [fields.get("action"), fields.get("re")];
    if (words === null || (action !== undefined && typeof action !== "boolean") || (re !== undefined && !isHash(re))) return null;
    const said = { t: "say", text: words, action: action ?? false, options: null, re: re ?? null };
    if (!fields.has("options")) return said;
    const { options } = optionsOf(fields.get("options"));
    return options && !said.action ? { ...said, options } : null;
  },
  react(fields) {
    const [re, emoji, on] = [fields.get("re"), fields.get("emoji"), fields.get("on")];
    return isHash(re) && typeof emoji === "string" && reactionOf(emoji) === emoji && typeof on === "boolean" ? { t: "react", re, emoji, on } : null;
  },
  retract(fields) {
    const re = fields.get("re");
    return isHash(re) ? { t: "retract", re } : null;
  },
  amend(fields) {
    const [re, words] = [fields.get("re"), wordsOf(fields.get("text"))];
    return isHash(re) && words !== null ? { t: "amend", re, text: words } : null;
  },
  whisper(fields) {
    const words = wordsOf(fields.get("text"));
    return words === null ? null : { t: "whisper", text: words };
  },
  topic(fields) {
    const topic = topicOf(fields.get("text"));
    return topic === null ? null : { t: "topic", text: topic };
  },
  aside(fields) {
    const [on, text] = [fields.get("on"), asideOf(fields.get("text"))];
    return typeof on === "boolean" && text !== null ? { t: "aside", on, text: on ? text : "" } : null;
  },
  confirm(fields) {
    const [nick, topic, aside] = [fields.get("nick"), fields.get("topic"), fields.get("aside")];
    if (typeof nick !== "string") return null;
    const said = { t: "confirm", nick, topic: null, aside: null };
    if (aside !== undefined) {
      const why = aside instanceof Map ? asideOf(aside.get("text")) : null;
      if (why === null) return null;
      said.aside = { text: why };
    }
    if (topic === undefined) return said;
    if (!(topic instanceof Map)) return null;
    const [text, at] = [topicOf(topic.get("text")), topic.get("at")];
    return text === null || typeof at !== "number" ? null : { ...said, topic: { text, at } };
  },
  nick(fields) {
    const nick = fields.get("nick");
    return typeof nick === "string" ? { t: "nick", nick } : null;
  },
  leap(fields) {
    const key = fields.get("key");
    return is32(key) ? { t: "leap", key } : null;
  },
  typing: () => ({ t: "typing" }),
  step: () => ({ t: "step" }),
  ask: () => ({ t: "ask" }),
  view(fields) {
    const shown = fields.get("shown");
    if (!Array.isArray(shown) || shown.length > MAX_SHOWN || !shown.every(isSeen)) return null;
    return { t: "view", shown: shown.map((m) => ({ id: m.get("id"), nick: m.get("nick") })) };
  },
  voice(fields) {
    const [kid, ctr, key] = ["kid", "ctr", "key"].map((field) => fields.get(field));
    if (![kid, ctr].every((n) => typeof n === "number" && n <= MAX_VOICE) || typeof key !== "string" || fromBase64url(key)?.length !== VOICE_KEY_BYTES) return null;
    return { t: "voice", kid, ctr, key };
  },
  offer(fields) {
    const file = fields.get("file");
    if (!(file instanceof Map)) return null;
    const [name, size, key, sum] = ["name", "size", "key", "sum"].map((field) => file.get(field));
    if (typeof name !== "string" || typeof size !== "number" || size > MAX_FILE || !is32(key) || !is32(sum)) return null;
    return { t: "offer", file: { name: cleanFileName(name), size, key, sum } };
  },
};

function wordsOf(text) {
  if (typeof text !== "string") return null;
  const words = clean(text);
  return words !== "" && fits(words) ? words : null;
}

function topicOf(text) {
  if (typeof text !== "string") return null;
  const topic = cleanTopic(text);
  return topicFits(topic) ? topic : null;
}

function asideOf(text) {
  if (typeof text !== "string") return null;
  const why = cleanTopic(text);
  return asideFits(why) ? why : null;
}

// reactionOf is an emoji, fully qualified, or the number of an option of a poll, or null.
export const reactionOf = (text) => (/^(?:[1-9]|10)$/.test(text) ? text : parse(text) ?? null);

// optionsOf cleans what can be chosen in a poll: {options}, or {code, message}. The twin of
// rooms.CleanOptions.
export function optionsOf(list) {
  if (!Array.isArray(list) || list.length < MIN_OPTIONS || list.length > MAX_OPTIONS || !list.every((each) => typeof each === "string")) {
    return { code: "bad_frame", message: `A poll has ${MIN_OPTIONS} to ${MAX_OPTIONS} options.` };
  }
  const options = list.map(cleanTopic);
  if (options.includes("")) return { code: "bad_frame", message: "There is nothing in one of those options that can be shown." };
  if (options.some((each) => byteLength(each) > MAX_OPTION_BYTES)) return { code: "too_long", message: `An option of a poll has at most ${MAX_OPTION_BYTES} bytes.` };
  if (new Set(options).size < options.length) return { code: "bad_frame", message: "Two options of that poll are the same." };
  return { options };
}

const isHash = (re) => typeof re === "string" && /^[0-9a-f]{32}$/.test(re);
const is32 = (bytes) => typeof bytes === "string" && fromBase64url(bytes)?.length === 32;

function isSeen(m) {
  if (!(m instanceof Map)) return false;
  const [id, nick] = [m.get("id"), m.get("nick")];
  return typeof id === "string" && /^[0-9a-f]{32}$/.test(id) && typeof nick === "string" && isNick(nick);
}

// A sign, a word, a number or a string of JSON, and the white space before it.
const TOKEN = /[ \t\n\r]*(?:([[\]{},:])|(true|false|null)|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"))/y;
const INTEGER = /^(?:0|[1-9][0-9]{0,15})$/;
const WORDS = { true: true, false: false, null: null };

// read reads JSON by the one grammar that docs/SEALED.md has, so that a text can't
// be read in two ways by two programs; in this it is stricter than JSON.parse, which
// takes the last of two keys. Objects are Maps, and a number that is no integer is
// null, which no field takes. It throws at what breaks the grammar.
function read(text) {
  let at = 0;
  const next = () => {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (!token) throw new SyntaxError("no JSON");
    at = TOKEN.lastIndex;
    return token;
  };
  const must = (ok) => {
    if (!ok) throw new SyntaxError("no sealed text");
  };
  // value reads what begins with a token, and stands in so many other values.
  const value = ([, sign, word, number, string], within) => {
    if (string !== undefined) return wellFormed(JSON.parse(string));
    if (number !== undefined) return INTEGER.test(number) && Number.isSafeInteger(Number(number)) ? Number(number) : null;
    if (word !== undefined) return WORDS[word];
    must((sign === "{" || sign === "[") && within < MAX_NESTING);
    const object = new Map();
    const list = [];
    const closing = sign === "{" ? "}" : "]";
    for (let token = next(); token[1] !== closing || object.size + list.length > 0; token = next()) {
      if (sign === "{") {
        must(token[4] !== undefined);
        const key = value(token, within);
        must(!object.has(key) && next()[1] === ":");
        object.set(key, value(next(), within + 1));
      } else {
        list.push(value(token, within + 1));
      }
      const [, between] = next();
      if (between === closing) break;
      must(between === ",");
    }
    return sign === "{" ? object : list;
  };
  const whole = value(next(), 0);
  must(/^[ \t\n\r]*$/.test(text.slice(at)) && whole instanceof Map);
  return whole;
}

// wellFormed puts U+FFFD where half of a pair stands alone, as Go's decoder does.
const wellFormed = (string) => string.replace(/\p{Surrogate}/gu, "\ufffd");

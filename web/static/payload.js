// What stands inside a sealed message: the twin of payload in Go's rooms/seal.
// It comes from another member's program, which may be hostile, and the server
// could not look at it: everything is checked, cleaned and bounded here.
//
//   {t: "confirm", nick, topic?: {text, at}}   who I am, and the topic as I know it
//   {t: "say", text, action?, re?}             re: the hash of the message it answers
//   {t: "whisper", text}
//   {t: "nick", nick}
//   {t: "topic", text}
//   {t: "typing"}
//   {t: "offer", file: {name, size, key, sum}} key, sum: 32 bytes each, in base64url
//   {t: "step"}                                carries a share
//   {t: "ask"}                                 whom do you show?
//   {t: "view", shown: [{id, nick}]}           these, by the ids of their keys

import { clean, cleanTopic, fits, topicFits } from "./clean.js";
import { cleanFileName } from "./filename.js";
import { isNick } from "./name.js";
import { fromBase64url } from "./seal.js";

const MAX_SHOWN = 64;
const MAX_FILE = 64 * 1024 * 1024; // bytes

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encode = (payload) => encoder.encode(JSON.stringify(payload));

// For everybody who is shown. One that came to some alone, and seems to be for all,
// was meant to mislead.
export const forAll = (t) => ["say", "nick", "topic", "typing", "offer"].includes(t);

// decode returns a payload, null for what can't be shown, or {t: ""} for a kind that
// this page does not know.
export function decode(bytes) {
  let p;
  try {
    p = JSON.parse(decoder.decode(bytes));
  } catch {
    return null;
  }
  if (typeof p !== "object" || p === null) return null;
  const { t, nick = "", text = "", action = false } = p;
  if (typeof nick !== "string" || typeof text !== "string" || typeof action !== "boolean") return null;
  switch (t) {
    case "say":
    case "whisper": {
      const words = clean(text);
      const re = p.re ?? null;
      if (words === "" || !fits(words) || (re !== null && !isHash(re))) return null;
      return { t, text: words, action, re };
    }
    case "topic": {
      const topic = cleanTopic(text);
      return topicFits(topic) ? { t, text: topic } : null;
    }
    case "confirm": {
      const topic = p.topic ?? null;
      if (topic === null) return { t, nick, topic };
      if (typeof topic.text !== "string" || !Number.isSafeInteger(topic.at)) return null;
      const words = cleanTopic(topic.text);
      return topicFits(words) ? { t, nick, topic: { text: words, at: topic.at } } : null;
    }
    case "nick":
      return { t, nick };
    case "typing":
    case "step":
    case "ask":
      return { t };
    case "view": {
      const { shown } = p;
      if (!Array.isArray(shown) || shown.length > MAX_SHOWN || !shown.every(isSeen)) return null;
      return { t, shown: shown.map(({ id, nick: name }) => ({ id, nick: name })) };
    }
    case "offer": {
      if (!isFile(p.file)) return null;
      const { name, size, key, sum } = p.file;
      return { t, file: { name: cleanFileName(name), size, key, sum } };
    }
    default:
      return typeof t === "string" ? { t: "" } : null;
  }
}

const isHash = (re) => typeof re === "string" && /^[0-9a-f]{32}$/.test(re);
const isSeen = (m) => typeof m?.id === "string" && /^[0-9a-f]{16}$/.test(m.id) && typeof m.nick === "string" && isNick(m.nick);

function isFile(file) {
  const is32 = (bytes) => typeof bytes === "string" && fromBase64url(bytes)?.length === 32;
  return typeof file?.name === "string" && Number.isInteger(file.size) && file.size >= 0 && file.size <= MAX_FILE && is32(file.key) && is32(file.sum);
}

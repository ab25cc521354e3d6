// Which texts are an emoji, by Unicode's list, which groups they belong to, and how they
// take tones. The terminal's twin is emoji.Parse in rooms/emoji.

import { all } from "../data/emojis.js";

const TONES = ["\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];
const bare = (text) => text.replaceAll("\ufe0f", "").replace(/[\u{1f3fb}-\u{1f3ff}]/gu, "");
const known = new Map(); // by its text without selectors and tones

// groups are what a keyboard shows: { name, emojis: [{ text, name, tones }] }, where tones
// says whether it takes one.
export const groups = [];

for (const line of all.trim().split("\n")) {
  if (line.startsWith("# ")) continue;
  if (line.startsWith("= ")) {
    groups.push({ name: line.slice(2), emojis: [] });
    continue;
  }
  for (const entry of line.split("; ")) {
    const [, text, mark, name] = /^(\S+?)([+*-]?)(?: (.*))?$/u.exec(entry);
    known.set(bare(text), { mark, text });
    if (mark !== "-") groups.at(-1).emojis.push({ text, name, tones: mark !== "" });
  }
}

// toned returns an emoji that takes tones in one of them: from 0, the lightest, to 4.
export function toned(text, tone) {
  const entry = known.get(bare(text));
  return inTones(entry, Array(entry.mark === "*" ? 2 : 1).fill(TONES[tone]));
}

// parse returns the one emoji that a text is, fully qualified, or undefined, as emoji.Parse in
// Go does.
export function parse(text) {
  if (text.length > 64 || /^\ufe0f|\ufe0f\ufe0f/.test(text)) return undefined;
  const entry = known.get(bare(text));
  if (!entry) return undefined;
  const found = inTones(entry, text.match(/[\u{1f3fb}-\u{1f3ff}]/gu) ?? []);
  return found?.replaceAll("\ufe0f", "") === text.replaceAll("\ufe0f", "") ? found : undefined;
}

function inTones({ mark, text }, tones) {
  if (tones.length === 0) return mark === "-" ? undefined : text;
  const [, first, rest] = /^(.)\ufe0f?(.*)$/u.exec(text);
  if (mark === "+" && tones.length === 1) return first + tones[0] + rest;
  if (tones.length === 2 && (mark === "*" || (mark === "-" && tones[0] !== tones[1]))) return first + tones[0] + rest + tones[1];
  return undefined;
}

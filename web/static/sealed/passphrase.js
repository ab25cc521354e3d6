// Words that open a sealed room, to be read aloud: seven of the BIP-39 list, drawn by
// this browser, are 77 bits. The twin of words.go in Go's rooms/seal, held to the same
// script (rooms/behaviour/words.json).

import { lazy } from "../net/lazy.js";
import { pick } from "../data/words.js";
import { settled } from "../text/characters.js";

export const WORDS = 7;

const list = async () => (await lazy("data/bip39.js")).words;

// drawWords returns fresh words with a space between them.
export async function drawWords() {
  const words = await list();
  return Array.from({ length: WORDS }, () => pick(words)).join(" ");
}

// readWords reads what somebody typed: {words}, or what is wrong with it: {wrong, near},
// the number of the word that is none of the list and the nearest that is, or {count}.
// A slip would lead into another, empty room.
export async function readWords(typed) {
  const known = await list();
  const all = fieldsOf(typed);
  const wrong = all.findIndex((word) => !known.includes(word));
  if (wrong >= 0) return { wrong: wrong + 1, near: nearest(all[wrong], known) };
  return all.length === WORDS ? { words: all.join(" ") } : { count: all.length };
}

// fieldsOf is the words that somebody typed, of the list or not. What is newer than
// Unicode 15.0 is a letter to some tables only.
export function fieldsOf(typed) {
  const old = Array.from(typed, (c) => (settled(c) ? c : " ")).join("");
  return old.normalize("NFKC").replaceAll("İ", "i").toLowerCase().split(/[^\p{L}]+/u).filter(Boolean);
}

function nearest(word, known) {
  let [near, best] = ["", 3];
  for (const candidate of known) {
    if (word.length >= 4 && candidate.startsWith(word.slice(0, 4))) return candidate;
    const slips = distance(word, candidate, best);
    if (slips < best) [near, best] = [candidate, slips];
  }
  return near;
}

// distance counts letters too many, too few or wrong, and neighbours exchanged, up to
// a bound.
function distance(a, b, bound) {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let before = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      row[j + 1] = Math.min(last[j] + (a[i] === b[j] ? 0 : 1), row[j] + 1, last[j + 1] + 1);
      if (i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j]) row[j + 1] = Math.min(row[j + 1], before[j - 1] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

// What people go by, and who is meant by a name. The twin of rooms.ParseNick in Go,
// whose comments are the definition: in a sealed room the server sees no names, so
// every receiver checks that they are ones and that no two look alike.

import { known } from "./characters.js";
import { cleanTopic } from "./clean.js";
import { byteLength, limits } from "./limits.js";
import { confusables } from "../data/confusables.js";

const MAX_RAW = 8 * limits.nickBytes; // bytes that are looked at
const MAX_COLUMNS = 16;

const SHAPE = /^[\p{L}\p{Nd}\-_.][\p{L}\p{Nd}\p{M}\-_.]*$/u;
// Invisible letters and marks, and what RFC 8264 bars: the old letters of Hangul, and
// what lengthens or repeats the letter before it.
const BARRED = /[\p{Default_Ignorable_Code_Point}\u{13441}\u{13442}\u{16fe4}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\p{Surrogate}]/u;
// Arabic digits of both kinds in one name, which RFC 5892 bars: some look alike.
const BOTH_DIGITS = /[\u0660-\u0669].*[\u06f0-\u06f9]|[\u06f0-\u06f9].*[\u0660-\u0669]/u;
const OVERMARKED = /\p{M}{4}/u;
const MARK = /\p{M}/u;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\p{Script=Nushu}\p{Script=Khitan_Small_Script}]/u;

const skeletons = new Map();
for (const entry of confusables.trim().split(/[ \n]/)) {
  const [looksLike, all] = entry.split("\t");
  for (const c of all) skeletons.set(c, looksLike);
}

// parseNick returns {shown, key}, or null if that can't be a name. Names with
// equal keys differ only in case, or look alike; a key is never shown.
export function parseNick(typed) {
  const shown = profiled(typed);
  if (shown === null || columns(shown) > MAX_COLUMNS) return null;
  const key = keyOf(shown);
  return speaks(key) ? null : { shown, key };
}

// reserved says whether what was typed would be a name, but for whom it speaks, or whose
// place it takes.
export function reserved(typed) {
  const shown = profiled(typed);
  return shown !== null && columns(shown) <= MAX_COLUMNS && speaks(keyOf(shown));
}

// speaks says whether a key is of a name that would speak for the server, or stand for
// everybody, or for who has none.
function speaks(key) {
  const plain = withoutMarks(key);
  return spokenFor.has(plain) || plain.startsWith(placeholderKey);
}

// profiled returns what was typed as a name is shown, or null if it is not made of
// what names are made of.
function profiled(typed) {
  if (typed === "" || byteLength(typed) > MAX_RAW || !known(typed)) return null;
  const shown = typed.normalize("NFKC").replace(/^[ \u1680]+|[ \u1680]+$/g, "").normalize("NFKC");
  if (byteLength(shown) > limits.nickBytes || !SHAPE.test(shown) || BARRED.test(shown) || BOTH_DIGITS.test(shown)) return null;
  return OVERMARKED.test(shown.normalize("NFD")) ? null : shown;
}

// named finds who is meant by a name that somebody typed, among names as they are
// shown: {index}, {several: true} or {}. The twin of rooms.Named in Go, whose comment
// is the definition.
export function named(names, typed) {
  const wanted = cleanTopic(typed).replace(/[\u200c\u200d\ufe0e\ufe0f]/g, "");
  const exact = only(names, (name) => name === wanted);
  const shown = profiled(wanted);
  if (exact.index !== undefined || exact.several || shown === null) return exact;
  const key = keyOf(shown);
  return only(names, (name) => keyOf(name) === key);
}

function only(names, fits) {
  const found = [...names.keys()].filter((i) => fits(names[i]));
  return found.length === 1 ? { index: found[0] } : found.length ? { several: true } : {};
}

// placeholder returns a name for somebody whose own can't be shown. Nobody can
// choose it, since parseNick refuses all that begins like it.
export function placeholder(n) {
  const shown = `guest-${n.toString(16).padStart(8, "0")}`;
  return { shown, key: keyOf(shown) };
}

export const isPlaceholder = (name) => /^guest-[0-9a-f]{8}$/.test(name);

// isNick says whether another end can show somebody by that name.
export const isNick = (name) => isPlaceholder(name) || parseNick(name)?.shown === name;

function columns(name) {
  let n = 0;
  for (const c of name) n += MARK.test(c) ? 0 : WIDE.test(c) ? 2 : 1;
  return n;
}

// keyOf folds a name to what it looks like, without case. A name that could pass
// for Latin is compared by its looks as typed, any other by those of its lower
// case; I, i and l are one.
function keyOf(name) {
  let key = fold(skeleton(name));
  if (/[^\p{ASCII}\P{L}]/u.test(key)) key = fold(skeleton(fold(name)));
  return key.replaceAll("i", "l");
}

function skeleton(name) {
  let out = "";
  for (const c of name.normalize("NFD")) out += skeletons.get(c) ?? c;
  return out.normalize("NFD");
}

// fold is Unicode's full case folding: "ẞ" and "ß" are "ss", and Cherokee alone folds to
// its capitals.
const fold = (s) => s.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ").replace(/[\u13f8-\u13fd\uab70-\uabbf]/g, (c) => c.toUpperCase());
const withoutMarks = (key) => key.normalize("NFD").replace(/\p{M}/gu, "");

// The hyphen is not in it, so that no other sign in its place makes a name of it.
const placeholderKey = keyOf("guest");

// Names that would speak for the server or stand for everybody.
const spokenFor = new Set(["system", "server", "admin", "owner", "sotto", "everyone", "all", "here", "you"].map(keyOf));

// What may be shown of a text from somebody's program. The twin of rooms.Clean
// in Go, whose comment is the definition and whose vectors hold both to it. In a
// sealed room the server can't clean, so every receiver does.

import { settled } from "./characters.js";
import { byteLength, limits } from "./limits.js";

const MAX_MARKS = 3; // on one character; living scripts need no more
const TOPIC_BYTES = 240;
const ASIDE_RUNES = 100; // of why somebody is away
const ASIDE_BYTES = 200;

const BREAK = /[\r\v\f\u0085\u2028\u2029]/;
const CONTROL = /[\u0080-\u009f\u001b]/;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u{16fe4}\u{e0000}-\u{e0fff}]/u;
const NEVER_SEEN = /[\p{Co}\p{Noncharacter_Code_Point}\u2065\ufff0-\ufff8\u{e0000}-\u{e0fff}]/u; // by every Unicode
const MARK = /\p{M}/u;
const EMPTY = "\u2800\u{1d159}\u{13441}\u{13442}"; // show nothing and take their room
// BLANK is a class of characters where nothing is to be seen.
export const BLANK = `[\\p{White_Space}${EMPTY}]`;
const SPACE = new RegExp(BLANK, "u");
const joiner = (c) => c === "\u200c" || c === "\u200d";
const variation = (c) => c === "\ufe0e" || c === "\ufe0f";

// clean returns text as it may be shown to others. clean(clean(x)) is clean(x).
export function clean(text) {
  if (/^[\n\t -~]*$/.test(text)) return trimBlank(text);
  return trimBlank(bindMarks(visible(wellFormed(text)).normalize("NFC")));
}

// cleanTopic is clean for what must be one line.
export function cleanTopic(text) {
  const line = clean(text).replace(/[\n\t]/g, " ");
  return line.slice(...within(line, SPACE));
}

// fits says whether a clean text is no longer or taller than a message may be.
export function fits(text) {
  return byteLength(text) <= limits.textBytes && text.split("\n").length <= limits.textLines;
}

export const topicFits = (topic) => byteLength(topic) <= TOPIC_BYTES;
export const asideFits = (why) => [...why].length <= ASIDE_RUNES && byteLength(why) <= ASIDE_BYTES;

const wellFormed = (text) => text.replace(/\p{Surrogate}/gu, "\ufffd");

// visible leaves out sequences, controls and invisible characters.
function visible(text) {
  let out = "";
  let broken = false; // the last thing written stands for what can't be shown
  for (let i = 0; i < text.length;) {
    const c = String.fromCodePoint(text.codePointAt(i));
    let length = c.length;
    const was = broken;
    broken = !settled(c) && !NEVER_SEEN.test(c);
    if (broken) {
      if (!was) out += "\ufffd";
    } else if (c === "\r" && text[i + 1] === "\n") {
      // the line feed that follows stands for both
    } else if (BREAK.test(c)) {
      out += "\n";
    } else if (CONTROL.test(c)) {
      length = sequence(text, i);
    } else if (c === "\n" || c === "\t" || joiner(c) || variation(c) || !INVISIBLE.test(c)) {
      out += c;
    }
    i += length;
  }
  return out;
}

// sequence returns how many units from i on, where ESC or a C1 control stands,
// are a whole control sequence (ECMA-48); if none is, 1.
function sequence(s, i) {
  const short = s[i] === "\u001b"; // the 7-bit form, two units
  const kind = short ? s[i + 1] ?? "" : String.fromCharCode(s.charCodeAt(i) - 0x40);
  const body = i + (short ? 2 : 1);
  let at;
  if (kind === "[") {
    at = span(s, span(s, body, "0", "?"), " ", "/");
    if (at < s.length && "@" <= s[at] && s[at] <= "~") return at + 1 - i;
  } else if (kind !== "" && "]PX^_".includes(kind)) {
    at = stringEnd(s, body, kind === "]");
    if (at > 0) return at - i;
  } else if (kind !== "" && " " <= kind && kind <= "/") {
    at = span(s, body, " ", "/");
    if (at < s.length && "0" <= s[at] && s[at] <= "~") return at + 1 - i;
  } else if ("0" <= kind && kind <= "~") {
    return body - i;
  }
  return 1;
}

// span returns the first index from i on whose unit is not within low and high.
function span(s, i, low, high) {
  while (i < s.length && low <= s[i] && s[i] <= high) i++;
  return i;
}

// stringEnd returns where the control string whose body starts at i ends, or 0
// if it is not terminated.
function stringEnd(s, i, osc) {
  for (; i < s.length; i++) {
    const c = s[i];
    if (c === "\u0007" && osc) return i + 1;
    if (c === "\u001b") return s[i + 1] === "\\" ? i + 2 : 0;
    if (c === "\u0018" || c === "\u001a" || (c < " " && osc)) return 0;
    if (c === "\u009c") return i + 1;
    if ("\u0080" <= c && c <= "\u009f") return 0;
  }
  return 0;
}

// bindMarks drops marks and joiners that have nothing to act on or are too many.
function bindMarks(text) {
  let out = "";
  let base = false;
  let marks = 0;
  let joined = false;
  for (const c of text) {
    let keep = true;
    if (joiner(c)) {
      keep = base && !joined;
      joined = true;
    } else if (MARK.test(c)) {
      keep = base && marks < MAX_MARKS;
      if (keep) {
        marks++;
        joined = false;
      }
    } else {
      [base, marks, joined] = [!SPACE.test(c), 0, false];
    }
    if (keep) out += c;
  }
  return out;
}

// trimBlank removes blank lines before text, and white space after it.
function trimBlank(text) {
  const [start, end] = within(text, SPACE);
  return text.slice(text.lastIndexOf("\n", start - 1) + 1, end);
}

// within returns where a text begins and ends without what its ends are made of.
// An expression for that, /x+$/, looks through every row of x again for each x.
export function within(text, ends) {
  let end = text.length;
  let c;
  while (end > 0 && ends.test(c = text.slice(text.codePointAt(end - 2) > 0xffff ? end - 2 : end - 1, end))) end -= c.length;
  let start = 0;
  while (start < end && ends.test(c = String.fromCodePoint(text.codePointAt(start)))) start += c.length;
  return [start, end];
}

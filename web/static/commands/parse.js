// What a typed line means. With complete.js the twin of the Go
// package rooms/command: same table (table.js, generated from there), same
// vectors. It knows no DOM and runs nothing; a parsed line is a plain object.
//
// A line whose first mark is a single slash is never speech: a mistyped command
// sent as text could publish what was meant for one person. What is read is what
// would be shown; see the package's comment.

import { settled } from "../text/characters.js";
import { BLANK, clean } from "../text/clean.js";
import { commands } from "./table.js";

// Signs that begin a line; see sign.go.
const LIKE_SLASH = "⁄∕⧸╱⟋〳㇓⁁";
const LIKE_BACKSLASH = "\\∖⧵⧹╲⟍";
const SLIPS = "67?.:-&";
const NEAR = "!?.,:;'\"&%=+-()|§¿¡´\\678"; // what is struck by a hand that misses the slash
const MAX_SLIP = 2; // of these
const MAX_LEAD = 64; // signs before a slash
const MAX_WORD = 64; // UTF-16 units that are looked at for a name
const MAX_AMOUNT = 1_000_000; // the largest that an amount is read as
const KEY_WORDS = 5; // of a room's key
const ANSWERS = [2, 10]; // of a poll: the fewest and the most
const WORDS = 10; // that call somebody, at most
const WORD_BYTES = 64; // in each of them, at most
const KEYED = "host"; // behind which the words of a room's key may stand
const whispering = ["msg", "reply"];
const confiding = ["ignore", "unignore", "join", KEYED, ...whispering];

const BREAKS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;
const leading = new RegExp(`^${BLANK}+`, "u");
const trailing = new RegExp(`${BLANK}+$`, "u");
export const blank = new RegExp(BLANK, "u");
const before = /^[^\p{L}\p{Nd}\p{M}\-_.－＿．]+|^\p{M}+/u; // what can stand before a name
const beside = /[^\p{L}\p{Nd}\p{M}\-_.－＿．]+$/u;
const words = /[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{Nd}\n`]/u;

// How many slips a hint forgives, and the longest name worth comparing.
const MAX_DISTANCE = 2;
const SHORT = { distance: 1, length: 4 }; // in words that are no longer
const MAX_NAME = 16;

// parse reads what a participant typed:
//   {kind: "blank"}
//   {kind: "say", text}
//   {kind: "call", name, args}            args by the table's argument names; absent ones are absent
//   {kind: "unknown", name, nearest, message}
//   {kind: "problem", name, reason, arg, message}
export function parse(line) {
  const cut = cutSign(line);
  if (!cut) {
    if (almost(line)) return problem("", "almost", "");
    return first(plain(line)).sign ? { kind: "say", text: line } : { kind: "blank" };
  }
  if (doubled(cut.after)) return { kind: "say", text: cut.before.replace(/[^\p{White_Space}]/gu, "") + cut.after };
  const [typed, rest] = cutWord(cut.after);
  const name = syntax(typed);
  if (!name) return problem("", "nameless", "");
  const entry = lookup(name);
  return entry ? read(entry, rest, ending(line) !== ending(cut.after)) : unknown(name);
}

// ending is the last character of a line: where it is not that of what cleaning left, more
// was typed than can be seen.
function ending(line) {
  return Array.from(line.replace(/[ \t\n]+$/, "").slice(-2)).at(-1);
}

// speech is what somebody types to say a text, whatever it begins with.
export function speech(text) {
  const { before } = cutSign(text) ?? {};
  return before !== undefined && text.startsWith(before) ? `${before}/${text.slice(before.length)}` : text;
}

// wordsOf returns what of a draft is for people to read: of a whisper what stands behind
// whom it is for, of what parse would say that, and otherwise all.
export function wordsOf(draft) {
  const { kind, name, args, text } = parse(draft);
  if (kind === "say") return text;
  return whispering.includes(name) ? args?.text ?? "" : draft;
}

// buried finds the first line behind a text's own first that is a command whose words
// are not for all, or nearly one: {line, name}, lines counting from 1, or null.
export function buried(text) {
  let begun = false;
  for (const [i, typed] of text.split(BREAKS).entries()) {
    const name = confided(typed);
    if (name && begun) return { line: i + 1, name };
    begun ||= first(plain(typed)).sign !== "";
  }
  return null;
}

// slips returns who may have been meant to read a line of what is speech by parse: a
// sign or two that are not quotation marks around it, at once the very name of a
// command for one person, and a name; "" is whoever a reply would be for, or nobody, as
// of a key of the room.
export function slips(text) {
  return text.split(BREAKS).map((line) => slip(plain(line))).filter((nick) => nick !== null);
}

function slip(line) {
  let at = 0;
  let sign = "";
  let signs = 0;
  for (const c of line) {
    if (!unseen(c) || (signs > 0 && blank.test(c))) {
      if (signs === MAX_SLIP || !NEAR.includes(narrow(c))) break;
      sign = narrow(c);
      signs++;
    }
    at += c.length;
  }
  const [name, behind] = cutWord(line.slice(at));
  const rest = behind.slice(first(behind).at);
  const entry = lookup(syntax(name));
  if (signs === 0 || rest === "") return null;
  if (entry?.name === KEYED && keyWords(rest)) return "";
  if (!whispering.includes(entry?.name) || quoted(sign, rest)) return null;
  return entry.args[0].kind === "member" ? bareName(cutWord(rest)[0]) || null : "";
}

// quoted says whether a sign opens what is closed again behind it, at the end of a word.
function quoted(sign, rest) {
  const closing = { "'": /'(?![\p{L}\p{Nd}])/u, '"': /"(?![\p{L}\p{Nd}])/u, "(": /\)(?![\p{L}\p{Nd}])/u }[sign];
  return closing !== undefined && closing.test(rest);
}

// confided returns the command that a line is, or a slip away from being, if what
// stands behind it is not for all.
function confided(line) {
  const cut = cutSign(line);
  if (cut ? doubled(cut.after) : !almost(line)) return "";
  const [named, rest] = cut ? cutWord(cut.after) : ["", ""];
  const typed = lower(syntax(named));
  if (!typed) { // the slash is a slip
    const letters = plain(line);
    const name = word(letters.slice(letters.search(/[A-Za-zＡ-Ｚａ-ｚ]/u)));
    return whispering.includes(name) ? name : "";
  }
  if (lookup(typed)) return confiding.includes(typed) ? typed : "";
  const slipped = (name) => typed.length <= name.length + 1 && distance(Array.from(typed), Array.from(name)) === 1;
  return whispering.find(slipped) ?? (slipped(KEYED) && keyWords(rest) ? KEYED : "");
}

// begins says whether a line begins as a command does, or as one that went wrong.
export function begins(line) {
  return cutSign(line) !== null || almost(line);
}

// cutSign splits a line that begins as a command does before and after its slash;
// what comes after is clean. Else it returns null.
function cutSign(line) {
  for (const s of [line, plain(line)]) {
    const { at, sign } = first(s);
    if (sign === "/") return { before: s.slice(0, at), after: clean("/" + s.slice(at + 1)).slice(1) };
  }
  return null;
}

// doubled says whether what follows a line's slash is another one: then it is speech.
export const doubled = (after) => narrow(after.charAt(0)) === "/";

// almost says whether a line can only have been meant as a command, though it does
// not begin with a slash.
function almost(line) {
  line = plain(line);
  const { at, sign } = first(line);
  if (!sign) return false;
  line = line.slice(at);
  const next = word(line.slice(String.fromCodePoint(line.codePointAt(0)).length));
  if (LIKE_SLASH.includes(sign) && /^[a-z]/.test(next)) return true;
  if (SLIPS.includes(sign) && whispering.includes(next)) return true;
  let i = 0;
  let lead = 0;
  for (const c of line) {
    i += c.length;
    const sign = narrow(c);
    if (sign === "/" || LIKE_SLASH.includes(sign) || LIKE_BACKSLASH.includes(sign)) {
      if (lookup(word(line.slice(i)))) return true;
    } else if (words.test(sign)) {
      return false;
    }
    if (++lead > MAX_LEAD) return false;
  }
  return false;
}

// unseen says whether a character shows nothing where there is none for it to act on.
function unseen(c) {
  return c < "\u0080" ? c <= " " || c === "\u007f" : clean(c) === "";
}

// first returns where the first character stands that is seen, and that character
// narrowed; "" if there is none.
export function first(s) {
  let at = 0;
  for (const c of s) {
    if (!unseen(c)) return { at, sign: narrow(c) };
    at += c.length;
  }
  return { at, sign: "" };
}

// plain is a line without control sequences, and without what is a letter to some tables only.
const plain = (line) => (/[\u001b\u0080-\u009f]/.test(line) || ![...line].every(settled) ? clean(line) : line);

// syntax is what a word of a command's own says: without what isn't seen, and in
// ASCII where it is written in full-width forms.
export const syntax = (s) => Array.from(s, (c) => (unseen(c) ? "" : narrow(c))).join("");

function narrow(c) {
  if (c === "﹨") return "\\";
  return "！" <= c && c <= "～" && c.length === 1 ? String.fromCharCode(c.charCodeAt(0) - 0xfee0) : c;
}

// word is the first word of s as a command's name is read, without what closes a
// quotation behind it.
const word = (s) => lower(syntax(cutWord(s.slice(0, MAX_WORD))[0])).replace(/[^a-z]+$/, "");

// lookup finds a command by its name, in any case and without the slash.
export function lookup(name) {
  const folded = lower(name);
  return commands.find((entry) => entry.name === folded);
}

// usage shows how a command is written, e.g. "/msg NICK TEXT".
export function usage(entry) {
  return ["/" + entry.name, ...entry.args.map((arg) => {
    const names = arg.kind === "choice" ? [] : [arg.name.toUpperCase()];
    const shown = [...names, ...arg.choices ?? []].join("|");
    return arg.optional ? `[${shown}]` : shown;
  })].join(" ");
}

function read(entry, rest, hidden) {
  const args = {};
  for (const arg of entry.args) {
    const typed = hidden || /[^ \t\n]/.test(rest);
    rest = rest.replace(leading, "");
    let value;
    if (whole(arg)) {
      [value, rest] = [rest.replace(trailing, ""), ""];
    } else {
      [value, rest] = cutWord(rest);
    }
    switch (arg.kind) {
      case "name": {
        let at = 0;
        for (const c of value) {
          if (!unseen(c) && narrow(c) !== "@") break;
          at += c.length;
        }
        value = value.slice(at);
        break;
      }
      case "member":
      case "ignored":
      case "knocker":
        value = bareName(value);
        break;
      case "members": // what names nobody is left, to be told so
        value = value.split(blank).filter(Boolean).map((each) => bareName(each) || each).join(" ");
        break;
      case "claimed": {
        const [name, more] = cutWord(value);
        if (!more) value = bareName(name);
        else if (!keyWords(value)) return problem(entry.name, "bad_key", arg.name);
        break;
      }
      case "amount":
        value = lower(syntax(value)) || arg.default || "";
        if (arg.choices?.includes(value)) value = "0";
        if (/[^0-9]/.test(value)) return problem(entry.name, "bad_amount", arg.name);
        if (value) value = String(Math.min(value, MAX_AMOUNT));
        break;
      case "minutes":
        value = lower(syntax(value));
        if (!value || arg.choices.includes(value)) break;
        value = value.replace(/m$/, "");
        if (!/^0*[1-9][0-9]*$/.test(value)) return problem(entry.name, "bad_amount", arg.name);
        value = String(Math.min(value, MAX_AMOUNT));
        break;
      case "command":
        value = lower(withoutPrefix(syntax(value), "/"));
        if (value && !lookup(value)) return unknown(value);
        break;
      case "choice":
        value = lower(syntax(value));
        if (value && !arg.choices.includes(value)) return problem(entry.name, "bad_choice", arg.name);
        break;
      case "room":
        value = syntax(value);
        break;
      case "theme":
        value = lower(syntax(value));
        break;
      case "emoji":
        value = Array.from(value, narrow).join("");
        break;
      case "question": {
        const poll = cutPoll(value);
        if (!poll) return problem(entry.name, "bad_poll", arg.name);
        Object.assign(args, poll);
        continue;
      }
      case "words": {
        const words = cutWords(value);
        if (words === null) return problem(entry.name, "bad_words", arg.name);
        if (!words && typed) return problem(entry.name, "no_words", arg.name);
        const word = lower(syntax(words));
        value = arg.choices.includes(word) ? word : words;
        break;
      }
      case "line":
        if (syntax(value) === "-") value = "-";
        break;
    }
    if (!value) {
      if (!arg.optional) return problem(entry.name, "missing", arg.name);
      continue;
    }
    if (arg.kind === "claimed") {
      const key = keyWords(value);
      Object.assign(args, key ? { key } : { nick: value });
      continue;
    }
    args[arg.name] = arg.kind === "line" && value === "-" ? "" : value;
  }
  if (rest.replace(leading, "")) return problem(entry.name, "extra", "");
  return { kind: "call", name: entry.name, args };
}

// whole says whether an argument is everything up to the end.
const whole = ({ kind }) => ["text", "line", "claimed", "members", "words", "question"].includes(kind);

// cutPoll splits a poll, if it has as many answers as one has, and none of them twice.
// Between two "|" may be nothing.
function cutPoll(typed) {
  const [question, ...parts] = typed.split(/[|｜]/u).map((part) => part.replace(leading, "").replace(trailing, ""));
  const answers = parts.filter(Boolean);
  const [fewest, most] = ANSWERS;
  const ok = question && new Set(answers).size === answers.length && answers.length >= fewest && answers.length <= most;
  return ok ? { question, answers } : null;
}

// cutWords are the words of a list, each once and a blank between two, or null if they are
// too many or too long. Between them are blanks or commas.
function cutWords(typed) {
  const words = [...new Set(clean(typed).split(new RegExp(`${BLANK}|[,，،、]`, "u")).filter(Boolean))];
  return words.length > WORDS || words.some((word) => new TextEncoder().encode(word).length > WORD_BYTES) ? null : words.join(" ");
}

// keyWords are the words of a room's key as the list has them, or "".
function keyWords(typed) {
  const words = typed.split(blank).filter(Boolean).map((each) => lower(syntax(bareName(each)).replace(/^[-_.]+|[-_.]+$/g, "")));
  return words.length === KEY_WORDS && words.every((each) => /^[a-z]+$/.test(each)) ? words.join(" ") : "";
}

// bareName is the name in a word that somebody is named by, or the number that who watches
// goes by.
function bareName(word) {
  let name = word;
  while (before.test(name)) name = name.replace(before, "");
  name = name.replace(beside, "");
  return /^[0-9]{4}$/.test(name) && word.includes(`#${name}`) ? `#${name}` : name;
}

function unknown(name) {
  const near = nearest(name);
  const way = "To say a line that begins with a slash, type two.";
  const message = near
    ? `There is no such command; did you mean /${near}? ${way}`
    : `There is no such command; /help lists them. ${way}`;
  return { kind: "unknown", name, nearest: near, message };
}

function problem(name, reason, arg) {
  return { kind: "problem", name, reason, arg, message: problemMessage(name, reason, arg) };
}

function problemMessage(name, reason, arg) {
  if (reason === "nameless") {
    return "A command's name follows the slash at once. To say a line that begins with a slash, type two.";
  }
  if (reason === "almost") {
    return "That is almost a command, so it was not said. A command begins with / and nothing before it; to say this, put a word before it.";
  }
  const entry = lookup(name);
  const wrong = {
    missing: `/${name} needs ${arg.toUpperCase()}.`,
    extra: entry.args.length ? `/${name} takes less than that.` : `/${name} takes nothing after it.`,
    bad_amount: `/${name} needs a whole number of ${arg}.`,
    bad_key: `/${name} needs the five words of the room's key, or one name.`,
    bad_words: `/${name} takes at most ten words, of at most 64 bytes each.`,
    no_words: `/${name} needs words that can be seen, and there are none in that.`,
    bad_poll: `/${name} needs a question and two to ten different answers, with | before each.`,
    bad_choice: `/${name} doesn't know that word.`,
  }[reason];
  return `${wrong} Write: ${usage(entry)}`;
}

// nearest returns the command that was perhaps meant by name, or "".
export function nearest(name) {
  const typed = Array.from(lower(name));
  if (typed.length === 0 || typed.length > MAX_NAME) return "";
  const elsewhere = commands.find((entry) => entry.elsewhere?.includes(typed.join("")));
  if (elsewhere) return elsewhere.name;
  const start = commands.find((entry) => entry.name.startsWith(typed.join("")));
  if (start) return start.name;
  let [near, best] = ["", Math.min((typed.length > SHORT.length ? MAX_DISTANCE : SHORT.distance) + 1, typed.length)];
  for (const entry of commands) {
    const slips = distance(typed, Array.from(entry.name));
    if (slips < best) [near, best] = [entry.name, slips];
  }
  return near;
}

// distance counts letters too many, too few or wrong, and neighbours exchanged.
function distance(a, b) {
  let before = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      row[j + 1] = Math.min(last[j] + (a[i] === b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1);
      if (i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j]) {
        row[j + 1] = Math.min(row[j + 1], before[j - 1] + 1);
      }
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

const lower = (s) => s.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const withoutPrefix = (s, prefix) => (s.startsWith(prefix) ? s.slice(prefix.length) : s);

// cutWord splits a line behind its first word.
export function cutWord(s) {
  const i = s.search(blank);
  return i < 0 ? [s, ""] : [s.slice(0, i), s.slice(i)];
}

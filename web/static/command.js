// What a typed line means, and what could complete it. The twin of the Go
// package rooms/command: same table (commands.js, generated from there), same
// vectors. It knows no DOM and runs nothing; a parsed line is a plain object.
//
// A line whose first mark is a single slash is never speech: a mistyped command
// sent as text could publish what was meant for one person.

import { commands } from "./commands.js";

// The no-break and the ideographic space are typed by phones and input methods
// where a space is meant.
const BLANKS = " \\t\\r\\n\\u00a0\\u3000";
const leading = new RegExp(`^[${BLANKS}]+`);
const trailing = new RegExp(`[${BLANKS}]+$`);
const blank = new RegExp(`[${BLANKS}]`);

// How many slips a hint forgives, and the longest name worth comparing.
const MAX_DISTANCE = 2;
const MAX_NAME = 16;

/**
 * parse reads what a participant typed:
 *   {kind: "blank"}
 *   {kind: "say", text}
 *   {kind: "call", name, args}            args by the table's argument names; absent ones are absent
 *   {kind: "unknown", name, nearest, message}
 *   {kind: "problem", name, reason, arg, message}
 */
export function parse(line) {
  if (!trim(line)) return { kind: "blank" };
  const indent = leading.exec(line)?.[0] ?? "";
  const typed = line.slice(indent.length);
  if (!typed.startsWith("/")) return { kind: "say", text: line };
  if (typed.startsWith("//")) return { kind: "say", text: indent + typed.slice(1) };

  const [name, rest] = cutWord(typed.slice(1));
  if (!name) return problem("", "nameless", "");
  const entry = lookup(name);
  return entry ? read(entry, rest) : unknown(name);
}

/** lookup finds a command by its name, in any case and without the slash. */
export function lookup(name) {
  const folded = lower(name);
  return commands.find((entry) => entry.name === folded);
}

/** usage shows how a command is written, e.g. "/msg NICK TEXT". */
export function usage(entry) {
  return ["/" + entry.name, ...entry.args.map((arg) => {
    const shown = arg.choices ? arg.choices.join("|") : arg.name.toUpperCase();
    return arg.optional ? `[${shown}]` : shown;
  })].join(" ");
}

function read(entry, rest) {
  const args = {};
  for (const arg of entry.args) {
    rest = rest.replace(leading, "");
    let value;
    if (arg.kind === "text" || arg.kind === "line") {
      [value, rest] = [rest.replace(trailing, ""), ""];
    } else {
      [value, rest] = cutWord(rest);
    }
    switch (arg.kind) {
      case "name":
      case "member":
        value = withoutPrefix(value, "@");
        break;
      case "command":
        value = lower(withoutPrefix(value, "/"));
        if (value && !lookup(value)) return unknown(value);
        break;
      case "choice":
        value = lower(value);
        if (value && !arg.choices.includes(value)) return problem(entry.name, "bad_choice", arg.name);
        break;
      case "theme":
        value = lower(value);
        break;
    }
    if (!value) {
      if (!arg.optional) return problem(entry.name, "missing", arg.name);
      continue;
    }
    args[arg.name] = arg.kind === "line" && value === "-" ? "" : value;
  }
  if (trim(rest)) return problem(entry.name, "extra", "");
  return { kind: "call", name: entry.name, args };
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
  const entry = lookup(name);
  const wrong = {
    missing: `/${name} needs ${arg.toUpperCase()}.`,
    extra: entry.args.length ? `/${name} takes less than that.` : `/${name} takes nothing after it.`,
    bad_choice: `/${name} doesn't know that word.`,
  }[reason];
  return `${wrong} Write: ${usage(entry)}`;
}

/** nearest returns the command that was perhaps meant by name, or "". */
export function nearest(name) {
  const typed = Array.from(lower(name));
  if (typed.length === 0 || typed.length > MAX_NAME) return "";
  const start = commands.find((entry) => entry.name.startsWith(typed.join("")));
  if (start) return start.name;
  let [near, best] = ["", Math.min(MAX_DISTANCE + 1, typed.length)];
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

/**
 * complete offers what the word left of the cursor could become:
 * {start, end, candidates: [{text, help}]}, offsets in UTF-16 units as
 * selectionStart counts them; no candidates means that nothing fits. Source has
 * members(), rooms() and themes(), each of which may be absent.
 */
export function complete(line, cursor, source) {
  const before = line.slice(0, cursor);
  const start = before.length - before.split(blank).at(-1).length;
  const word = before.slice(start);
  const space = blank.test(line.charAt(cursor)) ? "" : " "; // one that is there is not doubled
  const result = (candidates) => ({ start, end: cursor, candidates });

  const typed = before.replace(leading, "");
  if (!typed.startsWith("/") || typed.startsWith("//")) {
    return result(names(source, word, space, !trim(before.slice(0, start))));
  }
  const [name, rest] = cutWord(typed.slice(1));
  if (!rest) {
    return result(commands
      .filter((entry) => hasPrefix("/" + entry.name, word))
      .map((entry) => ({ text: "/" + entry.name + (entry.args.length ? space : ""), help: entry.help })));
  }
  const entry = lookup(name);
  return result(entry ? argument(entry, rest, word, space, source) : []);
}

function argument(entry, rest, word, space, source) {
  const last = entry.args.length - 1;
  if (last < 0) return [];
  const n = rest.slice(0, rest.length - word.length).split(blank).filter(Boolean).length;
  const arg = entry.args[Math.min(n, last)];
  if (arg.kind === "text" || arg.kind === "line") return names(source, word, space, false);
  if (n > last) return [];
  const follow = n === last ? "" : space;
  switch (arg.kind) {
    case "member":
      return matching(source.members, word, word.startsWith("@") ? "@" : "", follow);
    case "room":
      return matching(source.rooms, word, "", follow);
    case "theme":
      return matching(source.themes, word, "", follow);
    case "choice":
      return matching(() => arg.choices, word, "", follow);
    case "command": {
      const slash = word.startsWith("/") ? "/" : "";
      return commands
        .filter((other) => hasPrefix(slash + other.name, word))
        .map((other) => ({ text: slash + other.name, help: other.help }));
    }
    default:
      return [];
  }
}

// names completes a name in running text. Somebody who is named first in a line
// is being spoken to and gets a colon, unless "@" says so already.
function names(source, word, space, first) {
  if (!word) return [];
  if (word.startsWith("@")) return matching(source.members, word, "@", space);
  return matching(source.members, word, "", first ? ":" + space : space);
}

function matching(list, word, before, after) {
  return (list?.() ?? [])
    .filter((name) => hasPrefix(before + name, word))
    .map((name) => ({ text: before + name + after, help: "" }));
}

const trim = (s) => s.replace(leading, "").replace(trailing, "");
const lower = (s) => s.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const hasPrefix = (s, prefix) => s.toLowerCase().startsWith(prefix.toLowerCase());
const withoutPrefix = (s, prefix) => (s.startsWith(prefix) ? s.slice(prefix.length) : s);

function cutWord(s) {
  const i = s.search(blank);
  return i < 0 ? [s, ""] : [s.slice(0, i), s.slice(i)];
}

// What could complete a line that is being typed. It knows no DOM; beside parse.js the twin
// of the Go package rooms/command.

import { blank, cutWord, doubled, first, lookup, syntax } from "./parse.js";
import { commands } from "./table.js";

// complete offers what the word left of the cursor could become:
// {start, end, candidates: [{text, help}], prose}, offsets in UTF-16 units as
// selectionStart counts them; no candidates means that nothing fits, and prose that the word
// is one of a text, where a name is only perhaps meant. Source has
// members(), ignored(), knocking(), rooms() and themes(), each of which may be absent.
export function complete(line, cursor, source) {
  const before = line.slice(0, cursor);
  let start = before.length - before.split(blank).at(-1).length;
  start += first(before.slice(start)).at;
  const word = fold(before.slice(start));
  const space = blank.test(line.charAt(cursor)) ? "" : " "; // one that is there is not doubled
  const result = (candidates, prose = false) => ({ start, end: cursor, candidates, prose });

  const { at, sign } = first(before);
  const typed = before.slice(at + 1);
  if (sign !== "/" || doubled(typed)) {
    return result(names(source, word, space, !first(before.slice(0, start)).sign), true);
  }
  const [name, rest] = cutWord(typed);
  if (!rest) {
    return result(commands
      .filter((entry) => hasPrefix("/" + entry.name, syntax(before.slice(start))))
      .map((entry) => ({ text: "/" + entry.name + (entry.args.length ? space : ""), help: entry.help })));
  }
  const entry = lookup(syntax(name));
  if (!entry) return result([]);
  const earlier = rest.slice(0, rest.length - (cursor - start));
  return result(argument(entry, earlier, word, space, source), isText(argAt(entry, earlier)));
}

function argument(entry, rest, word, space, source) {
  const last = entry.args.length - 1;
  if (last < 0) return [];
  const n = wordsIn(rest);
  const arg = argAt(entry, rest);
  if (isText(arg)) return names(source, word, space, false);
  const many = arg.kind === "members";
  if (n > last && !many) return [];
  const follow = n === last && !many ? "" : space;
  switch (arg.kind) {
    case "member":
    case "members":
    case "claimed":
    case "ignored":
    case "knocker":
      return [
        ...matching({ ignored: source.ignored, knocker: source.knocking }[arg.kind] ?? source.members, word, word.startsWith("@") ? "@" : "", follow),
        ...matching(() => arg.choices, word, "", follow),
      ];
    case "room":
      return matching(source.rooms, word, "", follow);
    case "theme":
      return matching(source.themes, word, "", follow);
    case "choice":
    case "minutes":
    case "amount":
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

// argAt is the argument that stands behind so much of a command's rest.
const argAt = ({ args }, rest) => args[Math.min(wordsIn(rest), args.length - 1)];
const wordsIn = (rest) => rest.split(blank).filter(Boolean).length;
const isText = (arg) => ["text", "line", "question"].includes(arg?.kind);

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

const fold = (s) => s.normalize("NFKC").toLowerCase(); // without case and width
const hasPrefix = (s, prefix) => fold(s).startsWith(fold(prefix));

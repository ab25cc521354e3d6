// Under which name a file may be saved, whatever its sender proposed. The twin of
// rooms.CleanFileName in Go, whose comment is the definition.

import { BLANK, cleanTopic, within } from "./clean.js";
import { byteLength } from "./limits.js";

const NAME_BYTES = 120;
const NAMELESS = "file";
const TAIL = new RegExp(`[.]|${BLANK}`, "u"); // what a name does not end with
const BLANKS = new RegExp(`(${BLANK})${BLANK}+`, "gu");
const DEVICE = /^(con|prn|aux|nul|(com|lpt)[0-9])(\.|$)/i; // what Windows takes for one

// cleanFileName returns one line, no folder, not hidden, nothing that a file
// system takes for something else, no blanks in a run, at most 120 bytes. The ending
// is kept.
// cleanFileName(cleanFileName(s)) is cleanFileName(s).
export function cleanFileName(name) {
  for (;;) { // once is not enough, as is told there
    const next = once(name);
    if (next === name) return name;
    name = next;
  }
}

function once(proposed) {
  let name = cleanTopic(proposed).replace(BLANKS, "$1");
  name = trim(name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1).replace(/[<>:"|?*]/g, "_"));
  if (DEVICE.test(name)) name = `_${name}`;
  if (byteLength(name) > NAME_BYTES) {
    const dot = name.lastIndexOf(".");
    let ending = dot < 0 ? "" : name.slice(dot);
    if (byteLength(ending) > NAME_BYTES / 4) ending = "";
    name = trim(cut(name, NAME_BYTES - byteLength(ending))) + ending;
  }
  return name || NAMELESS;
}

function trim(name) {
  const rest = name.replace(/^[-. ]+/, "");
  return rest.slice(0, within(rest, TAIL)[1]);
}

// cut returns at most so many bytes of a text, whole characters.
function cut(text, most) {
  let bytes = 0;
  let out = "";
  for (const c of text) {
    bytes += byteLength(c);
    if (bytes > most) break;
    out += c;
  }
  return out;
}

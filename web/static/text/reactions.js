// What a server says that people reacted with, as it is shown.

import { parse } from "./emojis.js";

// kinds returns a message's reactions by what is shown of each: an option's number, an
// emoji fully qualified, and U+FFFD for whatever else a server calls one, as reaction in
// Go's rooms/wire does.
export function kinds(reactions = new Map()) {
  const all = new Map();
  for (const [given, people] of reactions) {
    const emoji = /^\d+$/.test(given) ? given : parse(given) ?? "\ufffd";
    all.set(emoji, new Map([...all.get(emoji) ?? [], ...people]));
  }
  return all;
}

// Which characters are the same at every end of a room, whatever Unicode an engine has.
// The twin of letters.go in Go's rooms.

import { characters } from "../data/characters.js";

// Where the characters begin and end, in turn, that Unicode 15.0 has.
const bounds = [];
for (const n of characters.trim().split(/\s/)) bounds.push((bounds.at(-1) ?? 0x80) + parseInt(n, 36));

function assigned(code) {
  if (code < 0x80) return true;
  let [from, to] = [0, bounds.length]; // of the first bound that is above it
  while (from < to) {
    const middle = (from + to) >> 1;
    if (bounds[middle] > code) to = middle;
    else from = middle + 1;
  }
  return from % 2 === 1;
}

// known says whether Unicode 15.0 has all characters of a text, and none is private.
export const known = (text) => [...text].every((c) => assigned(c.codePointAt(0)));

// settled says whether it has a character, or every later one will have a picture there.
export function settled(c) {
  const code = c.codePointAt(0);
  return (code >= 0x1f000 && code <= 0x1ffff) || assigned(code);
}

// The rows of a list of emoji, and what is found by words. Knows no DOM.

import { groups } from "../text/emojis.js";
import { search } from "../data/emoji.js";

const HEAD = 32; // px of a group's name

// What an emoji goes by: the words of its name, and of each short code.
const known = new Map(groups.flatMap(({ emojis }) => emojis).map(({ text, name }) => [text, [wordsOf(name)]]));
for (const { code, emoji } of search("", Infinity)) known.get(emoji)?.push(wordsOf(code));

function wordsOf(name) {
  return name.toLowerCase().split(/[\s_:,.()“”-]+/).filter(Boolean);
}

// rowsOf puts groups, {head, emojis, group}, into rows of so many, each with its top and
// height in px: {head, group} or {emojis}.
export function rowsOf(all, columns, size) {
  const rows = [];
  let top = 0;
  const add = (row, height) => {
    rows.push({ ...row, top, height });
    top += height;
  };
  for (const { head, emojis, group } of all) {
    if (head !== undefined) add({ head, group }, HEAD);
    for (let i = 0; i < emojis.length; i += columns) add({ emojis: emojis.slice(i, i + columns) }, size);
  }
  return rows;
}

// found returns the emoji of whose name, or of one of whose short codes, words begin as
// all those that were typed; first those called just that, then those where the first word
// does.
export function found(typed) {
  const wanted = wordsOf(typed);
  const fits = (words) => wanted.every((each) => words.some((word) => word.startsWith(each)));
  const all = groups.flatMap(({ emojis }) => emojis).filter(({ text }) => text === typed || (wanted.length > 0 && known.get(text).some(fits)));
  const rank = ({ text }) => Math.min(...known.get(text).filter(fits).map((words) => (
    words.join(" ") === wanted.join(" ") ? 0 : words[0].startsWith(wanted[0]) ? 1 : 2)));
  return all.sort((a, b) => rank(a) - rank(b)); // which is stable
}

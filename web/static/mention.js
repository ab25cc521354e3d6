// Finds a name in running text: as a whole word, in any case, with or without the
// "@". Names hold letters, marks, numbers and -_. of any script, so a name ends
// where none of these follows; a full stop belongs to one only between two of them.
// The terminal does the same (rooms/behaviour/mention.json).

const inside = "[\\p{L}\\p{M}\\p{N}_-]";

// mentionOf returns a predicate: does this text name that nick?
export function mentionOf(nick) {
  const exact = nick.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const word = new RegExp(`(?<!${inside}|${inside}\\.)${exact}(?!${inside}|\\.${inside})`, "iu");
  return (text) => word.test(text);
}

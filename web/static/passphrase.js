// Words that open a sealed room, to be read aloud: six of 7,776, drawn by this
// browser, are 77 bits. Words that somebody thought of are fewer than they seem.

import { lazy } from "./lazy.js";
import { pick } from "./words.js";

export const WORDS = 6;

// drawWords returns fresh words with a space between them.
export async function drawWords() {
  const { words } = await lazy("effwords.js");
  return Array.from({ length: WORDS }, () => pick(words)).join(" ");
}

// tidy is how typed words are taken: spaces don't count, everything else does.
export const tidy = (typed) => typed.trim().split(/\s+/).join(" ").normalize("NFC");

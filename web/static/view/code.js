// A block of code: coloured, with a button that copies it, and folded where it is long.
// Fetched when the first one is shown. Its buttons have their words in their names alone,
// so that whoever copies or searches a message meets what was said and nothing else.

import { button, copy, el } from "./dom.js";
import { text as common } from "./page.js";
import { highlight } from "../text/highlight.js";
import { later } from "../text/laterstrings.js";
import { fnv } from "../text/limits.js";

export const style = "../style/code.css";
export const LINES = 20; // of a long block that are shown
const MOST_OPENED = 100; // blocks that are remembered to be open
const SAID_FOR = 2000; // ms that it stands there whether it was copied

const text = later(common);
const opened = new Set(); // hashes of blocks that somebody opened; a message may be drawn anew

// dress makes of a <pre> what its reader can use. said: {text, lang}.
export function dress(pre, { text: said, lang }) {
  if (lang !== "") colour(pre.firstChild, said, lang);
  const box = el("div", { class: "code" });
  pre.replaceWith(box);
  box.append(pre, copier(said));
  const more = said.split("\n").length - LINES;
  if (more > 0) fold(box, pre, more, fnv(said));
}

function colour(shown, said, lang) {
  shown.replaceChildren(...highlight(said, lang).map(({ kind, text: part }) => (kind ? el("span", { class: kind }, part) : part)));
}

function copier(said) {
  const copies = button("", async () => {
    copies.setAttribute("aria-label", text(await copy(said) ? "copied" : "notCopied"));
    setTimeout(() => copies.setAttribute("aria-label", text("copy")), SAID_FOR);
  }, { class: "copy-code", "aria-label": text("copy") });
  return copies;
}

function fold(box, pre, more, hash) {
  const show = (open) => {
    box.classList.toggle("open", open);
    lines.setAttribute("aria-expanded", open);
    lines.setAttribute("aria-label", open ? text("showLess") : text("moreLines", more));
    pre.scrollTop = 0;
    opened.delete(hash);
    if (open) opened.add(hash);
    if (opened.size > MOST_OPENED) opened.delete(opened.values().next().value);
  };
  const lines = button("", () => show(!box.classList.contains("open")), { class: "more-lines", dir: text("direction") });
  box.classList.add("long");
  box.append(lines);
  show(opened.has(hash));
  // What the browser finds, or gives the focus to, is scrolled into what is shown.
  pre.addEventListener("scroll", () => { if (pre.scrollTop > 0) show(true); });
}

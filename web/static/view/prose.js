// A message's text as elements: the structure comes from markup.js, the words
// go into text nodes and nowhere else. A link's text is its own address, so
// that nobody can say one thing and lead to another. Links and code run from left
// to right in every text, or their parts would be shown in another order.

import { el } from "./dom.js";
import { lazy } from "../net/lazy.js";
import { parse } from "../text/markup.js";

// prose returns the nodes that show a message's text.
export function prose(text) {
  return parse(text).map(blockOf);
}

function blockOf(block) {
  switch (block.type) {
    case "code":
      return code(block);
    case "quote":
      return el("blockquote", {}, ...block.blocks.map(blockOf));
    case "list":
      return el("ul", { class: "list" }, ...block.items.map(item));
    default:
      return el("p", {}, ...lines(block.lines));
  }
}

function item({ marker, depth, lines: content }) {
  const shown = /\d/.test(marker) ? marker : "•";
  return el("li", { class: `depth-${depth}` }, el("span", { class: "marker" }, shown), el("span", {}, ...lines(content)));
}

function lines(content) {
  return content.flatMap((line, i) => [i > 0 ? "\n" : "", ...line.map(span)]);
}

function span({ text, bold, italic, strike, code, link }) {
  let node = text;
  if (link) node = el("a", { dir: "ltr", href: text, rel: "noreferrer noopener", target: "_blank", referrerpolicy: "no-referrer" }, text);
  if (code) node = el("code", { dir: "ltr" }, node);
  if (strike) node = el("s", {}, node);
  if (italic) node = el("em", {}, node);
  if (bold) node = el("strong", {}, node);
  return node;
}

// code is shown at once; what colours, copies and folds it comes when it is here, and
// without a connection the code stays plain.
function code(block) {
  const shown = el("pre", { dir: "ltr", tabindex: "0" }, el("code", {}, block.text));
  lazy("view/code.js").then(({ dress }) => dress(shown, block), () => {});
  return shown;
}

// What a finger that stayed on a message gets: six quick reactions and the picker, all
// that can be done with it, who reacted, and who chose what.

import { names } from "./shown.js";
import { QUICK } from "../data/quick.js";
import { button, el } from "../view/dom.js";
import { openSheet as open } from "../view/sheet.js";

// openSheet shows it: choices are [[words, do()]], react(emoji) and pick() what to react
// does, if one can; the focus goes back to an element, at.
export function openSheet({ text, at, you, choices, reactions, poll, react, pick }) {
  let then = () => {};
  const sheet = open({ id: "message-sheet", title: text("messageSheet"), close: text("close"), back: () => { at.focus({ preventScroll: true }); then(); } },
    react && el("div", { class: "quick", role: "group", "aria-label": text("reactions") },
      ...QUICK.map((emoji) => chosen(button(emoji, undefined, {
        "aria-label": text("quick", emoji),
        "aria-pressed": reactions.some((each) => each.emoji === emoji && each.mine),
      }), () => react(emoji))),
      chosen(button("+", undefined, { "aria-label": text("react") }), pick)),
    el("div", { class: "choices" }, ...choices.map(([words, does]) => chosen(button(words), does))),
    poll && el("h3", {}, text("whoChose")),
    ...(poll ?? []).map(({ option, people }) => el("p", { class: "chosen" }, el("bdi", {}, option), ": ", people.length ? text("chosenBy", people.length, names(people, you, text)) : text("nobody"))),
    reactions.length > 0 && el("h3", {}, text("whoReacted")),
    ...reactions.map(({ emoji, people }) => el("p", { class: "reacted" }, el("span", { class: "emoji" }, emoji), " ", names(people, you, text))));

  // chosen closes the sheet, and does it after that.
  function chosen(element, does) {
    element.addEventListener("click", () => {
      then = does;
      sheet.close();
    });
    return element;
  }
}

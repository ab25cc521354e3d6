// A poll in a message: what can be chosen, how many chose each and whether you did.

import { names } from "./shown.js";
import { button, el } from "../view/dom.js";

export class Poll {
  #text;
  #room;

  constructor({ room, text }) {
    this.#room = room;
    this.#text = text;
  }

  // draw shows it: [{option, people, mine}]. The buttons stay the same. may says whether
  // they can be pressed.
  draw(message, poll, may) {
    let box = message.querySelector(":scope > .poll");
    if (!box) {
      box = el("div", { class: "poll", role: "group", "aria-label": this.#text("poll") },
        ...poll.map(({ option }, i) => button("", undefined, { class: "option", data: { emoji: String(i + 1) } })), el("p", { class: "voters" }));
      message.querySelector(".text, .line").closest(".line, .text").after(box);
    }
    const voters = new Set(poll.flatMap(({ people }) => people.map(({ id }) => id))).size;
    poll.forEach(({ option, people, mine }, i) => {
      const row = box.children[i];
      const who = names(people, this.#room.you, this.#text);
      row.replaceChildren(el("bdi", { class: "name" }, option), el("span", { class: "count" }, String(people.length)));
      row.style.setProperty("--share", voters ? people.length / voters : 0);
      row.dataset.names = who;
      row.setAttribute("aria-pressed", mine);
      row.setAttribute("aria-disabled", !may);
      row.setAttribute("aria-label", this.#text("option", option, who ? this.#text("chosenBy", people.length, who) : this.#text("nobody")));
    });
    box.lastChild.textContent = voters ? this.#text("voters", voters) : "";
  }
}

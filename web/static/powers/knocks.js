// Who is at the door, above what is said, for whoever may open it.

import { button, byId, el, fill } from "../view/dom.js";

export class Knocks {
  #room;
  #text;
  #act;
  #rows = new Map(); // knock → its row
  #list = el("ul", {});
  #box;

  // act(op) does an op.
  constructor({ room, text, act }) {
    this.#room = room;
    this.#text = text;
    this.#act = act;
    this.#box = el("section", { id: "knocks", class: "knocks", "aria-label": text("atDoor"), hidden: true }, this.#list);
    byId("banner").after(this.#box);
  }

  draw(here) {
    const { knocks } = this.#room;
    for (const [knock, row] of this.#rows) {
      if (knocks.some((each) => each.knock === knock)) continue;
      const next = row.contains(document.activeElement) ? (row.nextElementSibling ?? row.previousElementSibling) : null;
      const focused = row.contains(document.activeElement);
      row.remove();
      this.#rows.delete(knock);
      if (focused) (next?.querySelector("button") ?? byId("message")).focus();
    }
    for (const each of knocks) {
      if (this.#rows.has(each.knock)) continue;
      const row = this.#row(each);
      this.#rows.set(each.knock, row);
      this.#list.append(row);
    }
    this.#box.hidden = !here || knocks.length === 0;
  }

  #row({ knock, nick, text: line }) {
    const decide = (t) => {
      this.#act({ t, knock });
      for (const each of row.querySelectorAll("button")) each.disabled = true;
      setTimeout(() => { for (const each of row.querySelectorAll("button")) each.disabled = false; }, AGAIN);
    };
    const row = el("li", { data: { knock } },
      el("p", {}, ...fill(this.#text(line ? "knocksSaying" : "knocks"), el("bdi", { class: "nick" }, nick), line ? el("bdi", { class: "quoted" }, line) : "")),
      el("span", { class: "buttons" },
        button(this.#text("letIn"), () => decide("admit"), { class: "primary", "aria-label": this.#text("letInWho", nick) }),
        button(this.#text("dont"), () => decide("deny"), { "aria-label": this.#text("dontWho", nick) })));
    return row;
  }
}

const AGAIN = 3000; // ms after which one may decide again, if nothing came of it

// What you said and the room has not yet: on its way, or come back with a
// reason, to send again or to take back into the composer.

import { button, byId, el } from "./dom.js";
import { typed } from "./session.js";

export class OutgoingView {
  #list = byId("outgoing");
  #room;
  #text;
  #on;

  // on: {resend(id), discard(id), edit(text, re) → taken?}
  constructor({ room, text, on }) {
    this.#room = room;
    this.#text = text;
    this.#on = on;
  }

  draw(outgoing) {
    this.#list.replaceChildren(...[...outgoing].map(([id, { op, reason }]) => el("li", {
      class: reason ? "unsent" : "sending",
      data: { op: id },
    },
      el("div", { class: "text", dir: "auto" }, typed(op, this.#room)),
      reason === "" ? null : el("div", { class: "reason" },
        el("span", {}, reason),
        button(this.#text("sendAgain"), () => this.#on.resend(id)),
        button(this.#text("edit"), () => this.#on.edit(id, typed(op, this.#room), op.re ?? 0)),
        button(this.#text("discard"), () => this.#on.discard(id))))));
  }
}

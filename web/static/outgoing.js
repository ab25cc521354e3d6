// What you said and the room has not yet: on its way, waiting for its turn, or come
// back with a reason, to send again or to take back into the composer.

import { button, byId, el } from "./dom.js";
import { typed } from "./session.js";

export class OutgoingView {
  #list = byId("outgoing");
  #room;
  #text;
  #on;
  #announcer;
  #told = new Map(); // id → the reason that was read out

  // on: {resend(id), discard(id), edit(id, text, re), takeBack()}
  constructor({ room, text, announcer, on }) {
    this.#announcer = announcer;
    this.#room = room;
    this.#text = text;
    this.#on = on;
  }

  // draw shows a session's outgoing, and how many of them are in line.
  draw({ outgoing, inLine }) {
    this.#tell(outgoing);
    this.#list.replaceChildren(...[...outgoing].map(([id, { op, reason, elsewhere }]) => el("li", {
      class: reason ? "unsent" : "sending",
      data: { op: id },
    },
      el("div", { class: "text", dir: "auto" }, typed(op, this.#room)),
      reason === "" ? null : el("div", { class: "reason" },
        el("span", {}, reason),
        elsewhere ? null : button(this.#text("sendAgain"), () => this.#on.resend(id)),
        button(this.#text("edit"), () => this.#on.edit(id, typed(op, this.#room), this.#room.numberOf(op.re ?? 0))),
        button(this.#text("discard"), () => this.#on.discard(id))))));
    if (inLine > 0) {
      this.#list.append(el("li", { class: "reason" },
        el("span", {}, this.#text("inLine", inLine)), button(this.#text("takeBack"), () => this.#on.takeBack())));
    }
  }

  // tell reads out what came back, once for each reason: whoever listens would
  // take it for said.
  #tell(outgoing) {
    for (const [id, { op, reason }] of outgoing) {
      if (reason !== "" && this.#told.get(id) !== reason) this.#announcer.say(`${reason} ${typed(op, this.#room)}`, true);
    }
    this.#told = new Map([...outgoing].map(([id, { reason }]) => [id, reason]));
  }
}

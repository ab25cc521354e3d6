// What you said and the room has not yet: on its way, waiting for its turn, or come
// back with a reason, to send again or to take back into the composer.

import { button, byId, el } from "./dom.js";
import { later } from "../text/laterstrings.js";
import { typed } from "../room/session.js";

export const style = "../style/outgoing.css";

export class OutgoingView {
  #list = byId("outgoing");
  #room;
  #text;
  #on;
  #announcer;
  #told = new Map(); // id → the reason that was read out
  #rows = new Map(); // id → {row, state}
  #line = null; // the row that says how many wait

  // on: {resend(id), discard(id), edit(id, text, re, reason, amends), takeBack()}
  constructor({ room, text, announcer, on }) {
    this.#announcer = announcer;
    this.#room = room;
    this.#text = later(text);
    this.#on = on;
  }

  // draw shows a session's outgoing, and how many of them are in line. What is as it
  // was stays the same element, so that nothing is taken away from under a finger.
  draw({ outgoing, inLine }) {
    this.#tell(outgoing);
    const rows = [...outgoing].map(([id, entry]) => this.#row(id, entry));
    if (inLine > 0) rows.push(this.#turn(inLine));
    const focused = this.#list.contains(document.activeElement);
    for (const shown of [...this.#list.children]) if (!rows.includes(shown)) shown.remove();
    rows.forEach((row, i) => { if (this.#list.children[i] !== row) this.#list.insertBefore(row, this.#list.children[i] ?? null); });
    for (const id of this.#rows.keys()) if (!outgoing.has(id)) this.#rows.delete(id);
    if (focused && !this.#list.contains(document.activeElement)) (this.#list.querySelector("button") ?? byId("message")).focus();
  }

  #row(id, { op, reason, elsewhere = false }) {
    const text = typed(op, this.#room);
    const state = JSON.stringify([text, reason, elsewhere]);
    const known = this.#rows.get(id);
    if (known?.state === state) return known.row;
    const row = el("li", { class: reason ? "unsent" : "sending", data: { op: id } },
      el("div", { class: "text", dir: "auto" }, text),
      reason === "" ? null : el("div", { class: "reason" },
        el("span", {}, reason),
        elsewhere ? null : button(this.#text("sendAgain"), () => this.#on.resend(id)),
        button(this.#text("edit"), () => this.#on.edit(id, text, this.#room.numberOf(op.re ?? 0), "", op.t === "amend")),
        button(this.#text("discard"), () => this.#on.discard(id))));
    this.#rows.set(id, { row, state });
    return row;
  }

  // turn says how many lines wait.
  #turn(count) {
    this.#line ??= el("li", { class: "reason" }, el("span", {}), button(this.#text("takeBack"), () => this.#on.takeBack()));
    this.#line.firstChild.textContent = this.#text("inLine", count);
    return this.#line;
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

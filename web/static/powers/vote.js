// The question whether to remove somebody, above what is said: with its answers for
// whoever is asked, and until when for all. It is told of in the room itself, so here
// nothing is read aloud; the seconds are for the eye alone.

import { answer, running } from "../commands/vote.js";
import { button, byId, el, fill, nickOf } from "../view/dom.js";

const COUNT_EVERY = 1000; // ms

export class Vote {
  #room;
  #text;
  #send;
  #timer = 0;
  #shown = ""; // what the words say
  #words = el("p", {});
  #left = el("span", { class: "left", "aria-hidden": "true" });
  #answers;
  #box;

  // send(op) does an op and says why it could not, or "".
  constructor({ room, text, send }) {
    this.#room = room;
    this.#text = text;
    this.#send = send;
    this.#answers = el("span", { class: "buttons" }, this.#button("yes"), this.#button("no"));
    this.#box = el("section", { id: "vote", class: "vote", "aria-label": text("voteTitle"), hidden: true }, this.#words, this.#left, this.#answers);
    byId("banner").after(this.#box);
  }

  draw(here) {
    clearTimeout(this.#timer);
    const now = Date.now();
    const vote = here ? running(this.#room, now) : null;
    const answers = Boolean(vote?.asked);
    if ((!vote || !answers) && this.#answers.contains(document.activeElement)) byId("message").focus();
    this.#box.hidden = !vote;
    this.#answers.hidden = !answers;
    if (!vote) {
      this.#words.replaceChildren();
      this.#shown = "";
      return;
    }
    this.#say(vote);
    const seconds = Math.ceil((vote.until - now) / 1000);
    this.#left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    for (const each of this.#answers.children) each.setAttribute("aria-pressed", String(each.dataset.answer === vote.said));
    this.#timer = setTimeout(() => this.draw(here), COUNT_EVERY);
  }

  // say says what is asked, if it is not said there already.
  #say({ about, needed, said }) {
    const key = about.id === this.#room.you.id ? "voteYou" : said ? `voteSaid.${said}` : "voteAsks";
    const shown = [key, about.nick, needed].join(" ");
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#words.replaceChildren(...fill(this.#text(key, undefined, needed), nickOf(about)));
  }

  #button(said) {
    return button(this.#text(`vote.${said}`), () => {
      if (!running(this.#room, Date.now())) return;
      answer(this.#room, said === "yes", this.#send);
      this.draw(true);
    }, { data: { answer: said }, "aria-pressed": "false" });
  }
}

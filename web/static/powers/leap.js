// Going on in another room and asking others to follow, and following somebody there. A
// host's page comes into a fresh room first, beside the one that it shows, so that nobody
// else makes it; asks the others; and goes over once this room has passed that on. Where
// anything fails it stays. The twin of Go's rooms/leaping.

import { enterFresh, within } from "./fresh.js";
import { clock, opener } from "../net/network.js";
import { button, byId, el, fill, nickOf } from "../view/dom.js";
import { prefix } from "../view/page.js";

const TRIES = 3; // rooms that are drawn: one that is taken is no chance, and three are a server that says so

export class Leap {
  #room;
  #entrance;
  #session;
  #text;
  #goTo;
  #asked = false; // this person is, and has not answered
  #answered = null; // takes what became of the question that is on its way
  #words = el("p", {});
  #box;

  // goTo(name, how) goes to another room of this page; see view/passage.js.
  constructor({ room, entrance, session, text, goTo }) {
    this.#room = room;
    this.#entrance = entrance;
    this.#session = session;
    this.#text = text;
    this.#goTo = goTo;
    this.#box = el("section", { id: "leapt", class: "vote", "aria-label": text("leapTitle"), hidden: true }, this.#words, el("span", { class: "buttons" },
      button(text("leapGo"), () => session.submit("/go"), { class: "primary", id: "leap-go" }),
      button(text("leapStay"), () => this.#stay(), { id: "leap-stay" })));
    byId("banner").after(this.#box);
  }

  // take takes that somebody asks to be followed, or what became of our own question.
  take(frame) {
    const { t, op, from, code } = frame;
    if (op?.t === "leap") this.#answered?.(t === "leapt" ? "" : code);
    if (t !== "leapt" || op || this.#room.ignored.has(from.id)) return;
    this.#room.leapt = frame;
    this.#words.replaceChildren(...fill(this.#text("leapt"), nickOf(from)));
    this.#asked = true;
    this.draw(true);
  }

  // draw shows what is asked for as long as this page is where it was.
  draw(here) {
    this.#asked &&= this.#room.leapt !== null;
    const hidden = !here || !this.#asked;
    if (hidden && this.#box.contains(document.activeElement)) byId("message").focus();
    this.#box.hidden = hidden;
  }

  // follow goes where somebody went on who asked for that last.
  async follow() {
    const { leapt } = this.#room;
    this.#asked = false;
    this.draw(true);
    if (!leapt) return;
    if (leapt.key) await this.#entrance.move(leapt.key, (how) => this.#goTo("", how));
    else this.#goTo(leapt.room);
  }

  // start goes on in a fresh room, and asks those to follow.
  async start(to) {
    if (this.#answered) return;
    this.#answered = () => {};
    this.#note("leapGoing");
    let fresh = null;
    try {
      fresh = await this.#fresh();
      if (await this.#ask({ t: "leap", ...fresh.where, to })) {
        await fresh.go();
        this.#note("leapAsked", to.length);
      } else {
        fresh.drop();
      }
    } catch (error) {
      fresh?.drop();
      this.#note(error.message === "taken" ? "leapTaken" : "leapFailed");
    } finally {
      this.#answered = null;
    }
  }

  // ask promises whether the others were asked. Why this room refuses that is told there.
  async #ask(op) {
    const answer = new Promise((resolve) => { this.#answered = resolve; });
    if (this.#entrance.connection.send(op) === null) throw new Error("no connection");
    const code = await within(answer, clock);
    return code === "";
  }

  // fresh promises a fresh room: {where, go(), drop()}, in which this person is its maker.
  async #fresh() {
    for (let tries = 0; tries < TRIES; tries++) {
      const fresh = await (this.#entrance.fresh
        ? this.#entrance.fresh((how) => this.#goTo("", how))
        : enterFresh({ open: opener(prefix), clock, nick: this.#room.you.nick, goTo: this.#goTo }));
      if (!fresh) continue;
      const { door, ...rules } = this.#room.rules; // who follows is not to knock
      if (Object.keys(rules).length > 0) fresh.send({ t: "rules", ...rules });
      return fresh;
    }
    throw new Error("taken");
  }

  #stay() {
    this.#asked = false;
    this.draw(true);
    this.#note("leapStayed");
  }

  #note(...words) { this.#room.log.addNote([this.#text(...words)]); }
}

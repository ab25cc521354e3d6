// What a sealed room is like, over its messages: how many hold its link and say
// nothing, and whether its words were compared. Words what only a member's own page
// can know, in its language.

import { byId } from "../view/dom.js";

const warnings = ["ghost", "forged", "unconfirmed", "roster_differs", "roster_silent", "untaken", "twofold", "unknown_kind", "unreadable", "voice_changed", "voice_late", "voice_withheld", "voice_keyless"];

export class SealedState {
  #text;
  #clock;
  #expecting;
  #silent = 0;
  #comparedAt = 0;

  // text is the table of sealed rooms' strings; clock(ms) words a time; expecting says
  // that the room was not made here, so that somebody may be there.
  constructor(text, clock, expecting) {
    this.#text = text;
    this.#clock = clock;
    this.#expecting = expecting;
  }

  // take takes a frame of the sealed room, and returns what is left for any room:
  // frames, of which a notice with a tone is this page's own.
  take(frame) {
    switch (frame.t) {
      case "welcome":
        if (!frame.resumed) this.#silent = this.#comparedAt = 0;
        this.#draw();
        if (frame.resumed || frame.members.length > 1 || !this.#expecting) return [frame];
        return [frame, this.#notice("plain", "expected", frame.room)];
      case "unconfirmed":
        this.#silent = frame.count;
        this.#draw();
        return [];
      case "compared":
        this.#comparedAt = frame.at;
        this.#draw();
        return [frame.at > 0
          ? this.#notice("plain", "compared", this.#clock(frame.at), frame.people)
          : this.#notice("warning", "comparedNoMore", clauses(this.#text, frame.changes))];
      case "left": // why is never the server's, who would have read it
        return [frame.why ? { ...frame, why: this.#text("shutOut") } : frame];
      case "notice":
        return [frame.own ? this.#own(frame) : frame];
      default:
        return [frame];
    }
  }

  #own({ code, text, values }) {
    const tone = warnings.includes(code.split(".")[0]) ? "warning" : "plain";
    if (code === "roster_differs") return this.#notice(tone, "code.roster_differs", clauses(this.#text, values[0]), values[0][0][1]);
    const said = values.map((value) => (Array.isArray(value) ? value.join(this.#text("comma")) : value));
    return { t: "notice", tone, text: this.#text(`code.${code}`, text, ...said) };
  }

  #notice(tone, ...words) {
    return { t: "notice", tone, text: this.#text(...words) };
  }

  #draw() {
    const parts = [this.#text("kind")];
    if (this.#comparedAt > 0) parts.push(this.#text("kindCompared", this.#clock(this.#comparedAt)));
    if (this.#silent > 0) parts.push(this.#text("kindSilent", this.#silent));
    byId("kind").textContent = parts.join(" · ");
    byId("kind").dataset.doubt = this.#silent > 0 ? "silent" : "";
    const compared = this.#comparedAt > 0;
    const verify = byId("verify-button");
    verify.hidden = false;
    verify.classList.toggle("compared", compared);
    verify.lastChild.textContent = this.#text(compared ? "isCompared" : "notCompared");
  }
}

// clauses says who came, went, or changed their name, as far as a sentence can.
export function clauses(text, parts) {
  return parts.slice(0, 3).map(([kind, ...names]) => text(kind, ...names)).join(text("comma"));
}

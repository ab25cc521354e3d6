// How the connection is, said quietly: nothing for the first seconds, then a line;
// and a page's worth when there is no room to be in. Fetched while there is a
// connection; until then the markup's own words stand for it.

import { byId } from "./dom.js";
import { later } from "../text/laterstrings.js";
import { lazy } from "../net/lazy.js";
import { closeRoom } from "./wayout.js";

export const QUIET = 5000; // ms of a loss, or of silence, before anything is shown
const COUNT_EVERY = 1000; // ms

export class Banner {
  #connection;
  #text;
  #home;
  #onTrouble;
  #timer = 0;
  #why = ""; // why this page has never reached the server, once that was looked into
  #banner = byId("banner");
  #lost = byId("banner-text").textContent;
  #tryNow = byId("retry").textContent;
  #close;

  // onTrouble(now) is told whether something is shown that should be noticed.
  constructor({ connection, text, home, onTrouble }) {
    this.#connection = connection;
    this.#text = later(text);
    this.#home = home;
    this.#onTrouble = onTrouble;
    this.#close = closeRoom(text);
    byId("banner-home").before(this.#close);
    addEventListener("online", () => this.draw());
    addEventListener("offline", () => this.draw());
  }

  // draw shows what the connection's phase means for the person.
  draw() {
    clearTimeout(this.#timer);
    const { phase, lostAt, askedAt } = this.#connection;
    if (phase === "knocking" || (phase === "open" && askedAt === 0)) return this.#hide();
    const over = phase === "left" || phase === "refused" || phase === "ended";
    const quiet = over ? 0 : (phase === "open" ? askedAt : lostAt) + QUIET - Date.now();
    if (quiet > 0 || phase === "open") this.#timer = setTimeout(() => this.draw(), quiet > 0 ? quiet : COUNT_EVERY);
    if (quiet > 0) return this.#hide();
    if (phase === "open") return this.#show(this.#text("noAnswer", Math.floor((Date.now() - askedAt) / 1000)), "");
    if (!over && !this.#connection.reached) this.#lookInto();
    this.#show(...this.#words(phase), over);
  }

  // words returns the sentence and the button's.
  #words(phase) {
    const { reason, reached } = this.#connection;
    const why = reason ? this.#text(`code.${reason.code}`, reason.own ? reason.message : this.#text("serverSays", reason.message)) : "";
    switch (phase) {
      case "left": return [this.#text("youLeft"), this.#text("comeBack")];
      case "refused": return [why, this.#text("tryAgain")];
      case "ended": return [why, this.#text("comeBack")];
    }
    if (this.#why) return [this.#why, this.#tryNow];
    if (why) return [`${why} ${this.#text("comingBack")}`, this.#tryNow];
    if (!navigator.onLine) return [this.#text("noNetwork"), this.#tryNow];
    return [reached ? this.#lost : this.#text("notYet"), this.#tryNow];
  }

  // lookInto asks what is in the way of a page that never reached its socket.
  async #lookInto() {
    const { diagnose } = await lazy("view/diagnosis.js").catch(() => ({}));
    const why = (await diagnose?.()) ?? "";
    if (this.#connection.reached || why === this.#why) return;
    this.#why = why;
    this.draw();
  }

  #show(sentence, action, over = false) {
    this.#banner.classList.toggle("over", over);
    // Seconds that are counted are not read aloud one by one.
    this.#banner.ariaLive = action === "" && !this.#banner.hidden ? "off" : "polite";
    byId("banner-text").textContent = sentence;
    byId("retry").textContent = action;
    byId("retry").hidden = action === "";
    this.#close.hidden = byId("banner-home").hidden = !over;
    byId("banner-home").href = this.#home;
    this.#banner.hidden = false;
    this.#onTrouble(this.#connection.phase !== "left");
  }

  #hide() {
    if (this.#banner.contains(document.activeElement)) byId("message").focus();
    this.#banner.hidden = true;
    this.#onTrouble(false);
  }
}

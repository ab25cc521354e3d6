// How the connection is, said quietly: nothing for the first seconds of a loss,
// then a line; and a page's worth when there is no room to be in.

import { byId } from "./dom.js";

const QUIET = 5000; // ms of a loss before anything is shown

export class Banner {
  #connection;
  #text;
  #home;
  #timer = 0;
  #banner = byId("banner");

  constructor({ connection, text, home }) {
    this.#connection = connection;
    this.#text = text;
    this.#home = home;
    byId("retry").addEventListener("click", () => this.#connection.retryNow());
    addEventListener("online", () => this.draw());
    addEventListener("offline", () => this.draw());
  }

  // draw shows what the connection's phase means for the person.
  draw() {
    clearTimeout(this.#timer);
    const { phase, lostAt } = this.#connection;
    document.documentElement.dataset.phase = phase;
    if (phase === "open") return this.#hide();
    if (phase === "connecting" || phase === "waiting") {
      const quiet = lostAt + QUIET - Date.now();
      if (quiet > 0) {
        this.#timer = setTimeout(() => this.draw(), quiet);
        return this.#hide();
      }
    }
    return this.#show(...this.#words(phase));
  }

  // words returns the sentence and what the button does, "" for no button.
  #words(phase) {
    const { reason } = this.#connection;
    const why = reason ? this.#text(`code.${reason.code}`, reason.message) : "";
    switch (phase) {
      case "left": return [this.#text("youLeft"), "comeBack"];
      case "refused": return [why, "tryAgain"];
      case "ended": return [why, "comeBack"];
      default:
        if (!navigator.onLine) return [this.#text("noNetwork"), "tryNow"];
        return [why ? `${why} ${this.#text("comingBack")}` : this.#text("lostConnection"), "tryNow"];
    }
  }

  #show(sentence, action) {
    const over = ["left", "refused", "ended"].includes(this.#connection.phase);
    this.#banner.classList.toggle("over", over);
    byId("banner-text").textContent = sentence;
    byId("retry").textContent = this.#text(action);
    byId("banner-home").hidden = !over;
    byId("banner-home").href = this.#home;
    this.#banner.hidden = false;
  }

  #hide() {
    if (this.#banner.contains(document.activeElement)) byId("message").focus();
    this.#banner.hidden = true;
  }
}

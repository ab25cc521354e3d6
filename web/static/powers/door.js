// The page of a room that one is not in: at its door, where one knocks and waits, and
// after somebody was removed from it, or it was ended for everybody.

import { tables } from "./doorstrings.js";
import { span } from "./told.js";
import { Typed } from "../rooms/keys.js";
import { texts } from "../text/strings.js";
import { button, byId, el } from "../view/dom.js";
import { language, prefix, text as page } from "../view/page.js";
import { closeRoom } from "../view/wayout.js";

const LINE = 100; // characters that may be said at the door
// anew: this page was here before, and has kept nothing of that.
const anew = () => performance.getEntriesByType("navigation")[0]?.type === "reload";

export class Door {
  #connection;
  #room;
  #session;
  #composer;
  #entrance;
  #text = texts(language, tables[language]);
  #common; // the words of what governs a room
  #onWiped;
  #shown = ""; // which page there is
  #ahead = 0; // how many wait who came before
  #line = ""; // what is said at the door
  #typed = new Typed(); // what nobody takes while this page is there
  #unsaid = el("section", { class: "unsaid", role: "status", hidden: true });
  #box = el("section", { id: "door", class: "door", "aria-labelledby": "door-title" });

  // onWiped is told when nothing is left that could be lost.
  constructor({ room, connection, session, composer, entrance, text, onWiped }) {
    this.#connection = connection;
    this.#room = room;
    this.#session = session;
    this.#composer = composer;
    this.#entrance = entrance;
    this.#common = text;
    this.#onWiped = onWiped;
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("paste", (event) => {
      if (this.#shown && !event.defaultPrevented && !event.target.closest?.("input, textarea") && this.#typed.carry(event.clipboardData)) this.#tell();
    });
  }

  // waits takes how many wait who came before.
  waits({ ahead = 0 }) {
    this.#ahead = ahead;
    this.draw();
  }

  // draw shows the page that the connection's phase asks for, if it asks for one.
  draw() {
    const { phase, reason } = this.#connection;
    if (phase === "connecting" && this.#shown) { // an answer is on its way
      for (const each of this.#box.querySelectorAll("button, input")) each.disabled = true;
      return;
    }
    const name = phase === "knocking" ? "waiting" : phase === "refused" || phase === "ended" ? this.#named(reason) : "";
    const shown = name && `${name} ${name === "waiting" ? this.#ahead : reason.code}`;
    if (shown === this.#shown && !this.#box.querySelector(":disabled")) return;
    const before = this.#shown;
    this.#shown = shown;
    document.body.classList.toggle("at-door", name !== "" && name !== "removed");
    document.body.classList.toggle("told", name !== "");
    if (!name) {
      this.#box.remove();
      if (!before) return;
      this.#composer.lost = [];
      if (this.#typed.text.trim()) this.#composer.ahead(this.#typed.text, this.#text("notSaid"));
      this.#typed = new Typed();
      this.#composer.focus();
      return;
    }
    if (name !== "burned") this.#take(); // of a burned room nothing stays, see wipe
    if (name === "burned") this.#wipe();
    this.#box.replaceChildren(...this.#pages[name](reason).filter(Boolean));
    this.#box.append(this.#unsaid);
    this.#tell();
    this.#box.dataset.page = name;
    if (!this.#box.isConnected) byId("banner").after(this.#box);
    if (before.split(" ")[0] !== name) this.#box.querySelector("h2").focus();
  }

  // take takes what stands in the composer, which nobody sees under this page.
  #take() {
    const { text } = this.#composer;
    if (text.trim()) this.#typed.put((this.#typed.text && "\n") + text);
    this.#composer.empty();
  }

  // key keeps what is typed on, since whoever types does not look.
  #key(event) {
    if (!this.#shown || event.defaultPrevented || event.target.closest?.("input, textarea, dialog")) return;
    if (/^(Enter| )$/.test(event.key) && (event.target.closest?.("button, a") || this.#typed.text === "")) return;
    if (!this.#typed.take(event)) return;
    event.preventDefault();
    this.#tell();
  }

  // tell shows what was not said, here and to whoever closes the room.
  #tell() {
    const { lines } = this.#typed;
    this.#composer.lost = lines;
    this.#unsaid.hidden = lines.length === 0;
    this.#unsaid.replaceChildren(el("p", {}, this.#text("notSaid")), ...lines.map((line) => el("p", { class: "quoted", dir: "auto" }, line)));
  }

  // named is the page of a reason; once one was shown, of any.
  #named({ code, knocked }) {
    if (code === "locked" || code === "denied" || code === "removed" || code === "burned") return code;
    return code === "knock" || knocked ? "knock" : "";
  }

  #pages = {
    knock: ({ code, message, knocked }) => {
      const sealed = this.#connection.kind === "sealed"; // its server would read a name and a line
      const field = el("input", { id: "knock-line", type: "text", dir: "auto", autocomplete: "off", enterkeyhint: "go", "aria-describedby": "knock-hint knock-problem" });
      field.value = this.#line;
      const problem = el("p", { id: "knock-problem", class: "problem", role: "alert", hidden: true });
      const knock = (event) => {
        event.preventDefault();
        const over = [...field.value.trim()].length - LINE;
        problem.hidden = over <= 0;
        problem.textContent = over > 0 ? this.#text("tooLong", over) : "";
        if (over > 0) return field.focus();
        this.#line = field.value.trim();
        this.#connection.join(this.#line);
      };
      const why = !knocked ? "" : code === "knock" ? this.#text("unanswered") : code === "knock_lost" ? this.#text("knockLost") : this.#text("serverSays", message);
      return [
        this.#title("doorClosed"), why ? el("p", { class: "problem", role: "status" }, why) : null,
        el("p", {}, this.#text(sealed ? "doorHowSealed" : "doorHow")),
        el("form", { class: "asking", novalidate: true, on: { submit: knock } },
          ...(sealed ? [] : [el("label", { for: field.id }, this.#text("line")), field, el("p", { id: "knock-hint", class: "note" }, this.#text("lineHint"))]),
          problem,
          el("p", { class: "buttons" }, el("button", { id: "knock", class: "primary" }, this.#text(knocked ? "knockAgain" : "knock")), ...this.#home())),
      ];
    },
    waiting: () => [
      this.#title("waiting"),
      el("p", { role: "status" }, this.#ahead === 0 ? this.#text("waitingFirst") : this.#text("waitingHow", this.#ahead)),
      this.#line ? el("blockquote", { dir: "auto" }, this.#line) : null,
      el("p", { class: "note" }, this.#text("fiveMinutes")),
      el("p", { class: "buttons" }, button(this.#text("goAway"), () => this.#connection.end({ code: "knock", message: "" }), { id: "go-away" })),
    ],
    denied: () => [
      this.#title("deniedTitle"), el("p", {}, this.#text("deniedHow")),
      el("p", { class: "buttons" }, button(this.#text("knockAgain"), () => this.#connection.join(), { id: "knock-again" }), ...this.#home()),
    ],
    locked: () => [
      this.#title("lockedTitle"), el("p", {}, this.#text("lockedHow")),
      anew() ? el("p", { class: "note" }, this.#text("lockedAnew")) : null,
      el("p", { class: "buttons" }, button(this.#text("tryAgain"), () => this.#connection.join(), { id: "try-again" }), ...this.#home()),
    ],
    removed: ({ why }) => {
      const { fade } = this.#room.rules;
      // In a sealed room nobody gives a reason: it would be the server's.
      const given = this.#connection.kind === "sealed" ? "" : why;
      return [
        this.#title("removedTitle"),
        given ? el("p", {}, this.#text("removedWhy"), " ", el("bdi", { class: "quoted" }, given)) : null,
        el("p", {}, fade ? this.#text("removedFades", span(fade, this.#common)) : this.#text("removedHow")), el("p", { class: "buttons" }, ...this.#home()),
      ];
    },
    burned: () => [this.#title("burnedTitle"), el("p", {}, this.#text("burnedHow")), el("p", { class: "buttons" }, ...this.#home())],
  };

  #title(key) { return el("h2", { id: "door-title", tabindex: "-1" }, this.#text(key)); }
  #home() { return [closeRoom(page), el("a", { class: "as-button", href: `${prefix}/` }, this.#text("frontPage"))]; }

  // wipe leaves nothing of the room: neither what was said nor what was to be.
  #wipe() {
    for (const sheet of document.querySelectorAll("dialog[open]")) sheet.close();
    for (const id of [...this.#session.outgoing.keys()]) this.#session.discard(id);
    this.#room.log.clear();
    this.#composer.forget(() => true);
    this.#composer.empty();
    for (const id of ["announcer", "topic", "knocks", "crown", "divider"]) byId(id)?.replaceChildren();
    this.#room.topic = "";
    this.#room.knocks = [];
    this.#room.vote = null;
    byId("topic").hidden = true;
    this.#entrance.taken = true; // there is nothing that its key opens
    this.#onWiped();
  }
}

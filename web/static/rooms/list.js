// The list of rooms: beside the one in front where there is room for it, else a sheet
// behind one button in the bar of each room.

import { Back } from "../view/back.js";
import { byId, button, el } from "../view/dom.js";

const LOCK = "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z";
const HASH = "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17";

export class List {
  #places;
  #text;
  #on;
  #narrow = matchMedia("(max-width: 70rem)");
  #rows = el("ul", {});
  #field = el("input", { id: "rooms-field", type: "text", dir: "ltr", autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: "false", maxlength: "512", enterkeyhint: "go", "aria-describedby": "rooms-problem" });
  #problem = el("p", { id: "rooms-problem", class: "problem", role: "alert", hidden: true });
  #panel;
  #shade = el("div", { id: "rooms-shade", class: "shade", hidden: true, on: { click: () => this.open(false) } });
  #back = new Back(() => this.open(false));
  #buttons = new Map(); // place → the button in its bar
  #known = new Map(); // place → {row, looks}

  // on: {show(place), leave(place), join(typed) → promise of a problem or ""}.
  constructor({ places, text, on }) {
    this.#places = places;
    this.#text = text;
    this.#on = on;
    this.#field.placeholder = text("another");
    this.#field.setAttribute("aria-label", text("another"));
    const home = byId("room").querySelector(".home").cloneNode(true);
    this.#panel = el("nav", { id: "rooms", class: "rooms", "aria-label": text("rooms") },
      el("header", {}, home, el("h2", {}, text("rooms")),
        button("×", () => this.open(false), { id: "rooms-close", class: "close", "aria-label": text("close") })),
      this.#rows,
      el("form", { class: "add", novalidate: true, on: { submit: (event) => { event.preventDefault(); this.#add(); } } },
        el("div", { class: "field" }, this.#field, el("button", { type: "submit", "aria-label": text("add"), title: text("add") }, "+")), this.#problem));
    this.#field.addEventListener("input", () => this.#complain(""));
    byId("people").after(this.#panel, this.#shade); // what skips to the message field stays first
    this.#narrow.addEventListener("change", () => { this.open(false, false); this.draw(); });
    this.open(false, false);
  }

  get isOpen() { return this.#panel.dataset.open === "true"; }
  // holds says whether something is the list's own, in whichever document it stands.
  holds(element) { return this.#panel.contains(element) || [...this.#buttons.values()].includes(element); }

  // open shows the sheet, or puts it away, and what has the focus then.
  open(show, focus = true) {
    const sheet = this.#narrow.matches;
    const was = this.isOpen;
    this.#panel.dataset.open = String(sheet && show);
    this.#panel.inert = sheet && !show;
    this.#back.watch(this.isOpen);
    this.#shade.hidden = !(sheet && show);
    for (const each of this.#buttons.values()) each.setAttribute("aria-expanded", String(sheet && show));
    if (focus && sheet && show) (this.#rows.querySelector('[aria-current="true"]') ?? byId("rooms-close")).focus();
    else if (focus && was) this.#buttons.get(this.#places.front)?.focus();
  }

  // enter gives a room's own bar the button; home is what stands there otherwise.
  enter(place, home) {
    const opens = button("", () => this.open(true), { class: "tool rooms-button", "aria-expanded": "false" });
    home.before(opens);
    this.#buttons.set(place, opens);
  }

  forget(place) {
    this.#buttons.get(place)?.remove();
    this.#buttons.delete(place);
  }

  draw() {
    const { list, front, sum } = this.#places;
    const several = list.length > 1;
    for (const [place, { row }] of this.#known) {
      if (list.includes(place)) continue;
      row.remove();
      this.#known.delete(place);
    }
    for (const place of list) this.#draw(place, place === front);
    for (const opens of this.#buttons.values()) {
      const { document } = opens.ownerDocument.defaultView;
      document.body.classList.toggle("of-several", several);
      opens.hidden = !(several && this.#narrow.matches);
      opens.setAttribute("aria-label", [this.#text("roomsButton", list.length), ...this.#counts(sum)].join(this.#text("comma")));
      opens.replaceChildren(icon("M4 7h16M4 12h16M4 17h16"), ...this.#marks(sum, 99));
    }
  }

  // draw shows a place as it is now, in the same row for as long as it is open.
  #draw(place, front) {
    const known = this.#known.get(place) ?? { row: this.#rows.appendChild(el("li", {})), looks: "" };
    this.#known.set(place, known);
    const { name, sealed } = place;
    const looks = JSON.stringify([name, sealed, front, place.count, place.calls, place.alarm]);
    if (looks === known.looks) return;
    known.looks = looks;
    known.row.className = front ? "front" : "";
    const kind = this.#text(sealed ? "sealed" : "open");
    let go = known.row.querySelector(".go-to");
    if (!go) {
      go = button("", () => this.#on.show(place), { class: "go-to" });
      known.row.append(go, button("×", () => this.#on.leave(place), { class: "close" }));
    }
    go.setAttribute("aria-current", String(front));
    go.setAttribute("aria-label", [name, kind, ...this.#counts(place)].join(this.#text("comma")));
    go.title = kind;
    go.replaceChildren(icon(sealed ? LOCK : HASH), el("bdi", {}, name), ...this.#marks(place));
    known.row.lastElementChild.setAttribute("aria-label", this.#text("leaveRoom", name));
  }

  // counts is what was missed, in words.
  #counts({ count, calls, alarm }) {
    return [count > 0 && this.#text("unread", count), calls > 0 && this.#text("calls", calls), alarm && this.#text("wrong")].filter(Boolean);
  }

  // marks is the same, in numbers up to so many: those that call you apart.
  #marks({ count, calls, alarm }, most = Infinity) {
    const upTo = (n) => (n > most ? `${most}+` : String(n));
    const mark = (name, words) => el("span", { class: `missed ${name}`, "aria-hidden": "true" }, words);
    return [alarm && mark("alarm", "!"), calls > 0 && mark("calls", `@${upTo(calls)}`), count > 0 && mark("unread", upTo(count))].filter(Boolean);
  }

  async #add() {
    const typed = this.#field.value.trim();
    if (typed === "") return;
    const problem = await this.#on.join(typed);
    this.#complain(problem);
    if (!problem) this.#field.value = "";
  }

  #complain(sentence) {
    this.#problem.textContent = sentence;
    this.#problem.hidden = sentence === "";
    if (sentence) this.#field.setAttribute("aria-invalid", "true");
    else this.#field.removeAttribute("aria-invalid");
  }
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(svg.namespaceURI, "path");
  line.setAttribute("d", path);
  for (const [name, value] of [["class", "icon"], ["viewBox", "0 0 24 24"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
  svg.append(line);
  return svg;
}

// Who is here: beside the room where there is room for it, a drawer on a phone.

import { button, byId, el, nickOf } from "./dom.js";

export class Roster {
  #room;
  #text;
  #on;
  #list = byId("members");
  #panel = byId("people");
  #toggle = byId("people-button");
  #narrow = matchMedia("(max-width: 56rem)");
  #scheduled = false;

  // on: {whisper(member), ignore(member, hide), compose()}
  constructor({ room, text, on }) {
    this.#room = room;
    this.#text = text;
    this.#on = on;
    this.#toggle.addEventListener("click", () => this.open(!this.isOpen));
    byId("people-close").addEventListener("click", () => this.open(false));
    byId("people-shade").addEventListener("click", () => this.open(false));
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen) this.open(false);
    });
    this.#narrow.addEventListener("change", () => this.open(false, false));
    this.open(false, false);
  }

  get isOpen() { return this.#panel.dataset.open === "true"; }

  // open shows the drawer on a phone; where the list is always there, it only
  // takes the focus.
  open(show, focus = true) {
    const drawer = this.#narrow.matches;
    this.#panel.dataset.open = String(drawer && show);
    this.#panel.inert = drawer && !show;
    byId("room").inert = drawer && show;
    byId("people-shade").hidden = !(drawer && show);
    this.#toggle.setAttribute("aria-expanded", String(drawer ? show : true));
    if (!focus) return;
    if (drawer && show) byId("people-close").focus();
    else if (drawer) this.#toggle.focus();
    else if (show) (this.#list.querySelector("summary") ?? byId("people-title")).focus();
  }

  // draw shows the members as they are now, at most once a frame.
  draw() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const drawn = () => {
      this.#scheduled = false;
      this.#draw();
    };
    if (document.hidden) setTimeout(drawn, 250);
    else requestAnimationFrame(drawn);
  }

  #draw() {
    const members = [...this.#room.members.values()];
    const count = members.length;
    byId("people-count").textContent = String(count);
    byId("people-title").textContent = this.#text("peopleHere", count);
    this.#toggle.setAttribute("aria-label", this.#text("peopleButton", count));
    const opened = this.#list.querySelector("details[open]")?.dataset.member;
    const focused = document.activeElement?.closest?.("#members [data-member]")?.dataset.member;
    this.#list.replaceChildren(...members.map((member) => this.#row(member, member.id === opened)));
    if (focused) this.#list.querySelector(`[data-member="${CSS.escape(focused)}"] summary`)?.focus();
  }

  #row(member, open) {
    const you = member.id === this.#room.you.id;
    const ignored = this.#room.ignored.has(member.id);
    const marks = [];
    if (you) marks.push(this.#text("you"));
    if (member.away) marks.push(this.#text("away"));
    if (ignored) marks.push(this.#text("ignored"));
    const via = el("span", { class: "via", title: this.#text(`via.${member.via}`) }, member.via);
    const state = marks.length ? el("span", { class: "state" }, marks.join(", ")) : null;
    const classes = ["member", member.away ? "away" : "", ignored ? "ignored" : ""].filter(Boolean).join(" ");
    if (you) {
      return el("li", { class: classes, data: { member: member.id } },
        el("div", { class: "who" }, nickOf(member), state, via));
    }
    return el("li", { class: classes }, el("details", { data: { member: member.id }, open, name: "member" },
      el("summary", { class: "who" }, nickOf(member), state, via),
      el("div", { class: "member-actions" },
        button(this.#text("whisper"), () => { this.open(false, false); this.#on.whisper(member); }),
        button(this.#text(ignored ? "unignore" : "ignore"), () => this.#on.ignore(member, !ignored)))));
  }
}

// Who is here: beside the room where there is room for it, a drawer on a phone.

import { Back } from "./back.js";
import { button, byId, el, nickOf } from "./dom.js";

export class Roster {
  #room;
  #text;
  #on;
  #list = byId("members");
  #panel = byId("people");
  #toggle = byId("people-button");
  #narrow = matchMedia("(max-width: 56rem)");
  #back = new Back(() => this.open(false));
  #scheduled = false;
  #rows = new Map(); // id → {row, looks}

  // on.choose(id, box) shows in a box what can be done with somebody; on.aside(away) is
  // for who says that they go away, or that they are back; on.mark(row, member) shows in a
  // row how its member is in voice.
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
    this.#back.watch(this.isOpen);
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
    const { watchers } = this.#room; // so that nobody is here unseen
    const count = members.length - watchers;
    const more = watchers > 0 ? ` · ${this.#text("watchers", watchers)}` : "";
    byId("people-count").textContent = count + more;
    byId("people-title").textContent = this.#text("peopleHere", count) + more;
    this.#toggle.setAttribute("aria-label", this.#text("peopleButton", count) + more);
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null;
    let beside;
    for (const [id, { row }] of this.#rows) {
      if (this.#room.members.has(id) && (id === this.#room.you.id) === !row.querySelector("details")) continue;
      if (row.contains(focused)) beside = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      this.#rows.delete(id);
    }
    let at = this.#list.firstChild;
    for (const member of members) {
      const row = this.#row(member);
      if (row === at) at = at.nextSibling;
      else this.#list.insertBefore(row, at);
    }
    // Whoever is at somebody in the list stays there, or beside where they were.
    if (focused?.isConnected) focused.focus();
    else if (focused) ((beside?.isConnected && beside.querySelector("summary")) || byId("people-title")).focus();
  }

  // row returns what shows a member as they are now: the same for as long as they are
  // here, so that neither the focus nor the finger is led astray.
  #row(member) {
    const { id, nick, away, via, host, muted, watch } = member;
    const you = id === this.#room.you.id;
    const ignored = this.#room.ignored.has(id);
    const known = this.#rows.get(id) ?? { row: you ? el("li", {}, el("div", { class: "who", data: { member: id } })) : this.#another(id), looks: "" };
    this.#rows.set(id, known);
    const why = this.#room.asideOf(id);
    const looks = JSON.stringify([nick, away, why, via, ignored, host, muted]);
    const { row } = known;
    const box = row.querySelector("[open] .member-actions");
    if (box) this.#on.choose(id, box);
    if (known.looks === looks) {
      this.#on.mark(row, member);
      return row;
    }
    known.looks = looks;
    const marks = [];
    if (you) marks.push(this.#text("you"));
    if (watch) marks.push(this.#text("watches"));
    if (host) marks.push(this.#text("host"));
    if (muted) marks.push(this.#text("muted"));
    if (away) marks.push(this.#text("away"));
    if (why !== undefined) marks.push(this.#text("aside"));
    if (ignored) marks.push(this.#text("ignored"));
    row.className = ["member", away || why !== undefined ? "away" : "", ignored ? "ignored" : ""].filter(Boolean).join(" ");
    row.querySelector(".who").replaceChildren(nickOf(member),
      marks.length ? el("span", { class: "state" }, marks.join(", ")) : "",
      el("span", { class: "via", title: this.#text(`via.${via}`) }, via),
      why ? el("div", { class: "why" }, el("bdi", {}, why)) : "",
      you && !watch ? el("div", { class: "mine" }, this.#aside(row, why)) : "");
    this.#on.mark(row, member);
    return row;
  }

  // aside is what one taps to go away, or to be back. What one did keeps the focus.
  #aside(row, why) {
    const known = row.querySelector(".mine button") ?? button("");
    known.textContent = this.#text(why === undefined ? "asideGo" : "asideEnd");
    known.onclick = () => this.#on.aside(why === undefined);
    return known;
  }

  // another makes the row of somebody else.
  #another(id) {
    const box = el("div", { class: "member-actions" });
    const details = el("details", { data: { member: id }, name: "member" }, el("summary", { class: "who" }), box);
    details.addEventListener("toggle", () => { if (details.open) this.#on.choose(id, box); });
    return el("li", {}, details);
  }
}

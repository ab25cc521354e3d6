// The sheets of what governs a room: its rules, as switches for hosts and as words for
// everybody else; a key; and what is asked before something can't be undone.

import { inForce, span } from "./told.js";
import { button, copyButton, el, nickOf } from "../view/dom.js";
import { ask, openSheet } from "../view/sheet.js";

const SLOW = [5, 10, 30, 60, 300, 900, 3600]; // seconds to choose from
const FADE = [60, 300, 600, 1800, 3600, 28_800, 86_400];
const REASON = 100; // bytes

export class RulesSheet {
  #room;
  #text;
  #act;
  #burn;
  #leap;
  #sheet = null; // while it is open
  #shown = "";

  // act(op) does an op; burn() asks whether the room shall end, leap() who shall come along
  // to another.
  constructor({ room, text, act, burn, leap }) {
    this.#room = room;
    this.#text = text;
    this.#act = act;
    this.#burn = burn;
    this.#leap = leap;
  }

  open() {
    if (this.#sheet?.open || document.querySelector("dialog[open]")) return;
    this.#shown = "";
    this.#sheet = openSheet({ id: "rules", title: this.#text("rulesTitle"), close: this.#text("close") }, el("div", { class: "rules-body" }));
    this.draw();
  }

  // draw shows the rules as they are now, again where a change was refused.
  draw(again = false) {
    if (!this.#sheet?.open) return;
    const { rules, members, you } = this.#room;
    const hosts = [...members.values()].filter(({ host }) => host);
    const shown = JSON.stringify([rules, hosts.map(({ id, nick }) => [id, nick])]);
    if (shown === this.#shown && !again) return;
    this.#shown = shown;
    const focused = document.activeElement?.name;
    const chosen = document.activeElement?.value;
    const body = this.#sheet.querySelector(".rules-body");
    const yours = hosts.some(({ id }) => id === you?.id);
    body.replaceChildren(
      el("p", { class: "note" }, this.#text(yours ? "yours" : "notYours")),
      ...(yours ? this.#switches(rules) : this.#words(rules)),
      hosts.length > 0
        ? el("p", { class: "hosts" }, this.#text("hosts"), " ", ...hosts.flatMap((host, i) => [i > 0 ? ", " : "", nickOf(host)]))
        : el("p", { class: "hosts" }, this.#text("noHosts")),
      yours ? el("p", { class: "buttons" },
        button(this.#text("showKey"), () => { this.#sheet.close(); this.#act({ t: "key" }); }, { id: "show-key" }),
        button(this.#text("leap"), () => { this.#sheet.close(); this.#leap(); }, { id: "leap-room" }),
        button(this.#text("burn"), () => { this.#sheet.close(); this.#burn(); }, { id: "burn-room", class: "danger" })) : "");
    if (focused) body.querySelector(`[name="${focused}"]${focused === "door" ? `[value="${chosen}"]` : ""}`)?.focus();
  }

  #words(rules) {
    const words = inForce(rules, this.#text);
    if (words.length === 0) return [el("p", {}, this.#text("noRules"))];
    return [
      el("h3", {}, this.#text("doorTitle")), el("p", {}, this.#text(`choose.${rules.door}`)),
      ...(words.length > (rules.door === "open" ? 0 : 1) ? [el("h3", {}, this.#text("speakTitle")), el("ul", { class: "in-force" },
        rules.quiet ? el("li", {}, this.#text("choose.quiet")) : "",
        rules.slow ? el("li", {}, `${this.#text("choose.slow")} ${span(rules.slow, this.#text)}`) : "",
        rules.fade ? el("li", {}, `${this.#text("choose.fade")} ${span(rules.fade, this.#text)}. ${this.#text("fadeNote")}`) : "",
        rules.links === false ? el("li", {}, this.#text("short.links")) : "")] : []),
    ];
  }

  #switches(rules) {
    const set = (rule) => this.#act({ t: "rules", ...rule });
    const doors = ["open", "knock", "locked"].map((door) => el("label", {},
      el("input", { type: "radio", name: "door", value: door, checked: door === rules.door, on: { change: () => set({ door }) } }), el("span", {}, this.#text(`choose.${door}`))));
    const all = [el("fieldset", {}, el("legend", {}, this.#text("doorTitle")), ...doors)];
    const fade = this.#choice("fade", FADE, rules.fade, set);
    if (this.#room.kind !== "open") return [...all, fade, el("p", { class: "note" }, this.#text("fadeNote"))];
    return [...all, el("fieldset", {}, el("legend", {}, this.#text("speakTitle")),
      this.#switch("quiet", rules.quiet === true, set),
      this.#switch("links", rules.links !== false, set),
      this.#choice("slow", SLOW, rules.slow, set), fade,
      el("p", { class: "note" }, this.#text("fadeNote")))];
  }

  #switch(rule, on, set) {
    return el("label", {},
      el("input", { type: "checkbox", role: "switch", name: rule, checked: on, on: { change: ({ target }) => set({ [rule]: target.checked }) } }),
      el("span", {}, this.#text(`choose.${rule}`)));
  }

  #choice(rule, times, now = 0, set) {
    const all = [0, ...new Set([...times, now])].sort((a, b) => a - b).filter((time, i) => time > 0 || i === 0);
    return el("label", { class: "choice" }, el("span", {}, this.#text(`choose.${rule}`)),
      el("select", { name: rule, on: { change: ({ target }) => set({ [rule]: Number(target.value) }) } },
        ...all.map((time) => el("option", { value: String(time), selected: time === now }, time === 0 ? this.#text("never") : span(time, this.#text)))));
  }
}

// showKey shows a key until the sheet closes; it is kept nowhere else.
export function showKey(words, text) {
  document.querySelector("dialog[open]")?.close();
  const copy = button(text("copyKey"), undefined, { class: "primary" });
  const shown = el("p", { id: "room-key", class: "room-key", dir: "ltr", lang: "en" }, words);
  copyButton(copy, () => shown.textContent, text);
  const sheet = openSheet({ id: "key", title: text("keyTitle"), close: text("close") },
    shown, el("p", { class: "buttons" }, copy), el("p", { class: "note" }, text("keyHow")));
  sheet.addEventListener("close", () => { shown.textContent = ""; });
}

// askBurn promises whether the room shall end for everybody.
export function askBurn(text) {
  document.querySelector("dialog[open]")?.close();
  return ask({ id: "burning", title: text("burnTitle"), body: [el("p", {}, text("burnHow"))], no: text("keep"), yes: text("burnNow") });
}

// askLeap promises the names of those who shall not be asked to follow into a fresh room,
// or null if nobody shall go. Who comes while it is asked is not asked either: the name of
// this room may have got out.
export function askLeap({ members, you }, text) {
  document.querySelector("dialog[open]")?.close();
  const others = [...members.values()].filter(({ id, watch }) => !watch && id !== you.id);
  const boxes = new Map(others.map(({ id }) => [id, el("input", { type: "checkbox", checked: true })]));
  return ask({
    id: "leaping",
    title: text("leapAsk"),
    body: [el("p", {}, text("leapHow")),
      el("fieldset", { class: "along" }, el("legend", {}, text("leapWho")), ...others.map((other) => el("label", {}, boxes.get(other.id), nickOf(other))))],
    no: text("leapStay"),
    yes: text("leapNow"),
  }).then((yes) => (yes ? [...members.values()].filter(({ id, watch }) => !watch && id !== you.id && !boxes.get(id)?.checked).map(({ nick }) => nick) : null));
}

// askRemove promises the reason for which somebody shall be removed, which may be empty,
// or null if they shall not.
export function askRemove(nick, reasoned, text) {
  return new Promise((resolve) => {
    const field = el("input", { id: "remove-reason", type: "text", dir: "auto", autocomplete: "off", maxlength: String(REASON) });
    const sheet = openSheet({ id: "removing", title: text("removeTitle", nick), close: text("close") },
      el("p", {}, text("removeHow")),
      el("form", { method: "dialog", class: "asking", on: { submit: () => { sheet.returnValue = "yes"; } } },
        reasoned ? el("label", { for: field.id }, text("reason")) : "",
        reasoned ? field : "",
        el("p", { class: "buttons" },
          button(text("cancel"), () => sheet.close("")),
          el("button", { class: "danger", value: "yes" }, text("removeNow")))));
    sheet.addEventListener("close", () => resolve(sheet.returnValue === "yes" ? field.value.trim() : null));
    if (reasoned) field.focus();
  });
}

// Elements, made without markup: every string ends up in a text node or an
// attribute, so nothing that anybody says can become part of the page.

import { fnv } from "../text/limits.js";

// el makes an element. Props: `class`, `data` (an object), `on` (an object of
// listeners), and attributes; undefined and false leave an attribute out.
// Children are nodes or strings; null and "" are left out.
export function el(name, props = {}, ...children) {
  const element = document.createElement(name);
  for (const [prop, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (prop === "data") Object.assign(element.dataset, value);
    else if (prop === "on") for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    else element.setAttribute(prop, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

export function button(label, onClick, props = {}) {
  return el("button", { type: "button", ...props, on: onClick ? { click: onClick } : undefined }, label);
}

export const byId = (id) => document.getElementById(id);

// fill replaces {0}, {1} … of a template by nodes, for sentences in which a
// word is an element.
export function fill(template, ...nodes) {
  return template.split(/(\{\d\})/).map((part) => {
    const place = /^\{(\d)\}$/.exec(part);
    return place ? nodes[Number(place[1])] : part;
  });
}

// copy puts text on the clipboard and says whether that worked. Where the
// clipboard API is missing (plain http), the old command does.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = el("textarea", { class: "offscreen", readonly: true, "aria-hidden": "true" });
    field.value = text;
    const host = document.querySelector("dialog[open]") ?? document.body;
    const before = document.activeElement;
    host.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    before?.focus();
    return done;
  }
}

// copyButton copies what value() returns and says so on itself for a moment.
// onCopied is told when it could be.
export function copyButton(button, value, text, onCopied = () => {}) {
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const done = await copy(value());
    button.textContent = text(done ? "copied" : "notCopied");
    if (done) onCopied();
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

export const colours = 12;

// nickOf is a person's name: isolated from the direction of what surrounds it, in that
// person's colour.
export function nickOf({ id, nick }) {
  return el("bdi", { class: `nick hue-${colourOf(id)}`, data: { member: id } }, nick);
}

// colourOf is the same on every screen that sees them: FNV-1a of the member id, mod
// colours. The terminal computes the same.
export const colourOf = (memberID) => fnv(memberID) % colours;

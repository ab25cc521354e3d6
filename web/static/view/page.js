// What every page needs first: its language and direction, the words in its
// markup, and what the server wrote into the document's data attributes.

import { lazy } from "../net/lazy.js";
import { languageOf, tableOf, texts } from "../text/strings.js";

const root = document.documentElement;

export const language = languageOf(navigator.languages ?? [navigator.language]);
export const text = texts(language, await tableOf(language, lazy));
// {prefix, assets, room, ssh, url}; see the html element of each page.
export const { prefix, assets, room, ssh, server: url } = root.dataset; // "data-url" would be held to the schemes of links
// sealed: this is the page of sealed rooms, whose name and key the server doesn't know.
export const sealed = "sealed" in root.dataset;

// speak gives the page its language. Elements name their words: data-text for
// what is inside, data-label for what is read aloud instead, data-placeholder
// for an empty field. Words that a page has for itself come before the common ones.
export function speak(own = {}) {
  root.lang = language;
  root.dir = text("direction");
  if (language === "en") return; // the markup is English
  const word = (key) => own[key] ?? text(key);
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = word(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = word(element.dataset.placeholder);
}

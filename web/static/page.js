// What every page needs first: its language and direction, the words in its
// markup, and what the server wrote into the document's data attributes.

import { languageOf, texts } from "./strings.js";

const root = document.documentElement;

export const language = languageOf(navigator.languages ?? [navigator.language]);
export const text = texts(language);
// {prefix, assets, room, ssh, url}; see the html element of each page.
export const { prefix, assets, room, ssh, url } = root.dataset;

// Elements name their words: data-text for what is inside, data-label for what
// is read aloud instead, data-placeholder for an empty field.
export function speak() {
  root.lang = language;
  root.dir = text("direction");
  if (language === "en") return; // the markup is English
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", text(element.dataset.label));
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = text(element.dataset.placeholder);
}

// Reads new messages to people who listen to the page. Polite, and no more
// than a few at a time: a flood is told as a number.

import { byId } from "./dom.js";

const EVERY = 1000; // ms between two announcements
const READ_OUT = 3; // messages read in full at once
const KEPT = 20; // announcements that stay in the region

export class Announcer {
  #region = byId("announcer");
  #waiting = [];
  #timer = 0;
  #text;

  constructor(text) {
    this.#text = text;
  }

  // say queues one sentence.
  say(sentence) {
    this.#waiting.push(sentence);
    this.#timer ||= setTimeout(() => this.#speak(), EVERY);
  }

  #speak() {
    this.#timer = 0;
    const sentences = this.#waiting.length > READ_OUT
      ? [this.#text("newMessages", this.#waiting.length)]
      : this.#waiting;
    this.#waiting = [];
    for (const sentence of sentences) {
      const line = document.createElement("p");
      line.textContent = sentence;
      this.#region.append(line);
    }
    while (this.#region.children.length > KEPT) this.#region.firstChild.remove();
  }
}

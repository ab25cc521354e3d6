// Reads what happens to people who listen to the page. Polite, and no more than a
// few things at a time: a flood is told as a number, but what is for this person
// alone is told in full, and who comes and goes in one sentence.

import { byId } from "./dom.js";
import { plain } from "../text/markup.js";

const EVERY = 1000; // ms between two announcements
const DOOR_EVERY = 5000; // ms that comings and goings are gathered for
const READ_OUT = 3; // sentences read in full at once, and those for this person beside them
const KEPT = 20; // announcements that stay in the region

export class Announcer {
  #region = byId("announcer");
  #waiting = []; // {sentence() or sentence, personal}, or at the door {happened}
  #happened = [];
  #timer = 0;
  #door = 0;
  #text;
  #presence;

  // presence(happened, text, name) words comings and goings.
  constructor(text, presence) {
    this.#text = text;
    this.#presence = presence;
  }

  // say queues one sentence; one that is personal is read however many there are.
  say(sentence, personal = false) {
    this.#pass();
    this.#queue({ sentence, personal });
  }

  // message queues what somebody says, in the words that it has when it is read. A whisper
  // must not pass for speech.
  message(message) {
    const { kind, from, action } = message;
    const words = () => plain(message.text);
    if (kind === "whisper") this.say(() => this.#text("says", this.#text("whisperFrom", from.nick), words()), true);
    else this.say(() => (message.gone ? "" : action ? `${from.nick} ${words()}` : this.#text("says", from.nick, words())));
  }

  // forget takes away what was read: something of it was taken back.
  forget() { this.#region.replaceChildren(); }

  // topic queues that somebody set it.
  topic({ from, text }) {
    this.say(this.#text(text === "" ? "topicCleared" : "topicSet", from.nick, text));
  }

  // came takes one thing that happened at the door.
  came(happened) {
    this.#happened.push(happened);
    this.#door ||= setTimeout(() => this.#pass(), DOOR_EVERY);
  }

  // pass queues what happened at the door so far: before what was said after it, as in
  // the room.
  #pass() {
    clearTimeout(this.#door);
    this.#door = 0;
    if (this.#happened.length > 0) this.#queue({ happened: this.#happened });
    this.#happened = [];
  }

  #queue(told) {
    this.#waiting.push(told);
    this.#timer ||= setTimeout(() => this.#speak(), EVERY);
  }

  #speak() {
    this.#timer = 0;
    let waiting = this.#waiting;
    this.#waiting = [];
    let read = waiting;
    if (waiting.length > READ_OUT) {
      const [door, ...doors] = waiting.filter(({ happened }) => happened);
      if (door) door.happened = [door, ...doors].flatMap(({ happened }) => happened);
      waiting = waiting.filter((each) => each === door || !each.happened);
      let most = READ_OUT;
      read = waiting.filter((each) => each === door || (each.personal && most-- > 0));
    }
    const sentences = read.map(({ sentence, happened }) => (happened
      ? this.#presence(happened, this.#text, ({ nick }) => nick).words.join("")
      : typeof sentence === "function" ? sentence() : sentence)).filter(Boolean);
    const rest = waiting.length - read.length;
    if (rest > 0) sentences.push(this.#text("newMessages", rest));
    for (const sentence of sentences) {
      const line = document.createElement("p");
      line.textContent = sentence;
      this.#region.append(line);
    }
    while (this.#region.children.length > KEPT) this.#region.firstChild.remove();
  }
}

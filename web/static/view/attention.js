// What may call for your attention beside the title: a notification or a sound,
// only when you asked for it here. Nothing of a message leaves the page unless you
// chose that too.

import { byId, el } from "./dom.js";
import { later } from "../text/laterstrings.js";
import { texts } from "../text/strings.js";

export const style = "../style/sheets.css";

export class Attention {
  when = "off"; // "off" | "mentions" | "all"

  #dialog;
  #assets;
  #text;
  #onProblem;
  #sound;
  #withText;
  #audio = null;
  #failed = false; // to make a notification
  #shown = null; // the last, and the text in it

  // onProblem(sentence) is told when somebody could not be called.
  constructor({ assets, text, onProblem }) {
    this.#assets = assets;
    this.#text = later(text);
    this.#onProblem = onProblem;
    this.#dialog = this.#sheet(text);
    this.#sound = byId("notify-sound");
    this.#withText = byId("notify-text");
    for (const choice of this.#dialog.querySelectorAll("[name=notify]")) {
      choice.addEventListener("change", () => this.choose(choice.value));
    }
    this.#sound.addEventListener("change", () => { if (this.#sound.checked) this.#beep(); });
  }

  open() { this.#dialog.showModal(); }

  #sheet({ language }) {
    const text = texts(language, tables[language]);
    const choice = (type, name, key, more) => el("label", {}, el("input", { type, id: `notify-${name}`, ...more }), el("span", {}, text(key)));
    const when = (name, key) => choice("radio", name, key, { name: "notify", value: name, checked: name === this.when });
    const sheet = el("dialog", { id: "attention", class: "sheet", "aria-labelledby": "attention-title" },
      el("form", { method: "dialog" }, el("button", { class: "close", "aria-label": byId("people-close").ariaLabel }, "×")),
      el("h2", { id: "attention-title" }, text("attentionTitle")),
      el("fieldset", {}, el("legend", {}, text("notifyIntro")), when("off", "notifyOff"), when("mentions", "notifyMentions"), when("all", "notifyAll")),
      choice("checkbox", "sound", "notifySound"), choice("checkbox", "text", "notifyText"),
      el("p", { id: "notify-problem", class: "problem", role: "status", hidden: true }));
    byId("announcer").after(sheet);
    return sheet;
  }

  // choose sets what calls, asks the browser where that is needed, and promises the
  // sentence that says what comes of it. Without a choice it says how things stand.
  // onWait(sentence) is told what is waited for.
  async choose(when = this.when, onWait = () => {}) {
    this.when = when;
    byId(`notify-${when}`).checked = true;
    const show = (sentence) => {
      byId("notify-problem").textContent = sentence;
      byId("notify-problem").hidden = sentence === "";
    };
    const problem = when === "off" ? "" : await this.#obstacle((sentence) => { show(sentence); onWait(sentence); });
    show(problem);
    return [this.#text(`notified.${when}`), problem].filter(Boolean).join(" ");
  }

  // obstacle promises why there can be no notifications, or "".
  async #obstacle(onWait) {
    if (!isSecureContext) return this.#text("notifyInsecure"); // some ask all the same, and then refuse
    if (!("Notification" in window)) return this.#text("notifyMissing");
    if (Notification.permission === "default") onWait(this.#text("notifyAsked"));
    const permission = await Notification.requestPermission();
    if (permission === "granted") return "";
    return this.#text(permission === "denied" ? "notifyDenied" : "notifyUnanswered");
  }

  // call announces one message that nobody looked at.
  call({ from, text, whisper, mentions }) {
    const calls = this.when === "all" || (this.when === "mentions" && (mentions || whisper));
    if (!calls) return;
    if (this.#sound.checked) this.#beep();
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const head = this.#text(whisper ? "notifyWhisper" : mentions ? "notifyMention" : "notifyMessage");
    try {
      const notification = new Notification(head, {
        body: this.#withText.checked ? `${from.nick}: ${text}` : "",
        icon: `${this.#assets}/icons/icon-192.png`,
        tag: "sotto",
        silent: true,
      });
      this.#shown = { notification, text };
      notification.onclick = () => {
        window.focus();
        document.dispatchEvent(new Event("called")); // of several rooms, this one
        notification.close();
      };
    } catch {
      if (!this.#failed) this.#onProblem(this.#text("notifyMissing")); // phones want a service worker for this
      this.#failed = true;
    }
  }

  // forget takes away what a notification says.
  forget(text) {
    if (this.#shown?.text !== text) return;
    this.#shown.notification.close();
    this.#shown = null;
  }

  // beep plays two soft notes, made here: no file is fetched.
  #beep() {
    this.#audio ??= new AudioContext();
    const start = this.#audio.currentTime;
    for (const [at, pitch] of [[0, 523], [0.12, 392]]) {
      const tone = this.#audio.createOscillator();
      const volume = this.#audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, start + at);
      volume.gain.linearRampToValueAtTime(0.08, start + at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + at + 0.3);
      tone.connect(volume).connect(this.#audio.destination);
      tone.start(start + at);
      tone.stop(start + at + 0.32);
    }
  }
}

// The words of the sheet, in the languages of text/strings.js.
export const tables = {
  en: {
    direction: "ltr",
    attentionTitle: "What may call for your attention",
    notifyIntro: "Only while you don’t look at this page, and only until it closes.",
    notifyOff: "Nothing",
    notifyMentions: "Your name, answers to you and whispers",
    notifyAll: "Every message",
    notifySound: "With a soft sound",
    notifyText: "With the message’s text: your system may keep it",
  },
  de: {
    direction: "ltr",
    attentionTitle: "Worauf du hingewiesen werden willst",
    notifyIntro: "Nur während du nicht auf diese Seite schaust, und nur bis sie schließt.",
    notifyOff: "Auf nichts",
    notifyMentions: "Auf deinen Namen, Antworten an dich und Geflüstertes",
    notifyAll: "Auf jede Nachricht",
    notifySound: "Mit einem leisen Ton",
    notifyText: "Mit dem Text der Nachricht: dein System hebt ihn vielleicht auf",
  },
  ar: {
    direction: "rtl",
    attentionTitle: "ما الذي ينبهك",
    notifyIntro: "فقط حين لا تنظر إلى هذه الصفحة، وفقط إلى أن تُغلق.",
    notifyOff: "لا شيء",
    notifyMentions: "اسمك والرد عليك والهمس",
    notifyAll: "كل رسالة",
    notifySound: "مع صوت خافت",
    notifyText: "مع نص الرسالة: قد يحفظه نظامك",
  },
};

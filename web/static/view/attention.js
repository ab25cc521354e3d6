// What may call for your attention beside the title: a notification or a sound,
// only when you asked for it here. Nothing of a message leaves the page unless you
// chose that too.

import { byId, el } from "./dom.js";
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
    this.#text = texts(text.language, tables[text.language]);
    this.#onProblem = onProblem;
    this.#dialog = this.#sheet(this.#text);
    this.#sound = byId("notify-sound");
    this.#withText = byId("notify-text");
    for (const choice of this.#dialog.querySelectorAll("[name=notify]")) {
      choice.addEventListener("change", () => this.choose(choice.value));
    }
    this.#sound.addEventListener("change", () => { if (this.#sound.checked) this.#beep(); });
  }

  open() { this.#dialog.showModal(); }

  #sheet(text) {
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

// Its words, in the languages of text/strings.js.
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
    "notified.off": "Nothing calls for you now.",
    "notified.mentions": "Your name, answers to you and whispers call for you while you don’t look at this page, until it closes.",
    "notified.all": "Every message calls for you while you don’t look at this page, until it closes.",
    notifyDenied: "This browser was told to allow no notifications here; its settings can change that. The title still counts.",
    notifyAsked: "The browser asks whether this page may show notifications. Its answer is waited for; the title counts meanwhile.",
    notifyUnanswered: "The browser’s question was not answered, so there are no notifications yet. The title still counts.",
    notifyInsecure: "This page came over plain http, where browsers allow no notifications. The title still counts.",
    notifyMissing: "This browser has no notifications for pages like this. The title still counts.",
    notifyMention: "Somebody said your name",
    notifyWhisper: "A whisper for you",
    notifyMessage: "A new message",
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
    "notified.off": "Jetzt ruft dich nichts.",
    "notified.mentions": "Dein Name, Antworten an dich und Geflüstertes rufen dich, während du nicht auf diese Seite schaust, bis sie schließt.",
    "notified.all": "Jede Nachricht ruft dich, während du nicht auf diese Seite schaust, bis sie schließt.",
    notifyDenied: "Dieser Browser soll hier keine Mitteilungen erlauben; das ändern seine Einstellungen. Der Titel zählt trotzdem.",
    notifyAsked: "Der Browser fragt, ob diese Seite Mitteilungen zeigen darf. Bis zur Antwort zählt der Titel.",
    notifyUnanswered: "Die Frage des Browsers blieb ohne Antwort, also gibt es noch keine Mitteilungen. Der Titel zählt trotzdem.",
    notifyInsecure: "Diese Seite kam über einfaches http, und da erlauben Browser keine Mitteilungen. Der Titel zählt trotzdem.",
    notifyMissing: "Dieser Browser hat für solche Seiten keine Mitteilungen. Der Titel zählt trotzdem.",
    notifyMention: "Jemand hat deinen Namen gesagt",
    notifyWhisper: "Dir wurde etwas zugeflüstert",
    notifyMessage: "Eine neue Nachricht",
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
    "notified.off": "لا شيء ينبّهك الآن.",
    "notified.mentions": "ينبّهك اسمك والرد عليك والهمس ما دمت لا تنظر إلى هذه الصفحة، إلى أن تُغلق.",
    "notified.all": "تنبّهك كل رسالة ما دمت لا تنظر إلى هذه الصفحة، إلى أن تُغلق.",
    notifyDenied: "قيل لهذا المتصفح ألا يسمح بالتنبيهات هنا؛ تغيّر ذلك إعداداته. العنوان يعدّ على كل حال.",
    notifyAsked: "يسأل المتصفح هل يجوز لهذه الصفحة أن تعرض تنبيهات. إلى أن يأتي الجواب يعدّ العنوان.",
    notifyUnanswered: "بقي سؤال المتصفح بلا جواب، فلا تنبيهات بعد. العنوان يعدّ على كل حال.",
    notifyInsecure: "هذه الصفحة جاءت عبر http المكشوف، ولا تسمح المتصفحات فيه بالتنبيهات. العنوان يعدّ على كل حال.",
    notifyMissing: "لا تنبيهات في هذا المتصفح لصفحات كهذه. العنوان يعدّ على كل حال.",
    notifyMention: "ذكر أحدهم اسمك",
    notifyWhisper: "همسة لك",
    notifyMessage: "رسالة جديدة",
  },
};

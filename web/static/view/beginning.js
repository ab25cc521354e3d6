// What stands above the first words: who is alone where nothing was said yet has the ways
// in, to pass on; with the first words, or when somebody comes, there is one sentence
// left. Fetched as the page comes in.

import { byId, copyButton, el } from "./dom.js";
import { lazy } from "../net/lazy.js";
import { texts } from "../text/strings.js";

export const style = "../style/beginning.css";

const words = /^(said|whisper|offer)$/; // kinds of entries

export class Beginning {
  #room;
  #entrance;
  #text;
  #say;
  #watches;
  #timeline;
  #onTaken;
  #box = byId("beginning");
  #drawn = "";

  // entrance is the way in as it is now; onTaken is told when somebody took it somewhere.
  constructor({ room, entrance, text, watches, timeline, onTaken }) {
    this.#room = room;
    this.#entrance = entrance;
    this.#text = text;
    this.#say = texts(text.language, tables[text.language]);
    this.#watches = watches;
    this.#timeline = timeline;
    this.#onTaken = onTaken;
    room.log.watch((what, { kind }) => { if (what === "added" && words.test(kind)) this.draw(); });
  }

  // draw shows what there is to say now.
  draw() {
    const { members, watchers, kind, log } = this.#room;
    const alone = members.size - watchers <= (this.#watches ? 0 : 1);
    const invites = alone && !this.#watches && !log.entries.some((entry) => words.test(entry.kind));
    const { link } = this.#entrance;
    const command = byId("ssh-command")?.textContent ?? "";
    const drawn = invites ? `${link} ${command}` : String(alone);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = this.#box.contains(document.activeElement);
    this.#box.classList.toggle("inviting", invites);
    this.#box.replaceChildren(...(invites ? this.#invitation(kind, link, command) : [el("p", {}, this.#say(alone ? "alone" : "others"))]));
    this.#timeline.fromTop = invites;
    if (focused) byId("message").focus();
  }

  #invitation(kind, link, command) {
    const sealed = kind === "sealed";
    const way = (title, value, label) => {
      const copy = el("button", { type: "button", class: "primary" }, this.#say(label));
      copyButton(copy, () => value, this.#text, this.#onTaken);
      return [el("h3", {}, this.#say(title)), el("div", { class: "command" }, el("code", { dir: "ltr" }, value), copy)];
    };
    const ways = el("div", { class: "ways" },
      el("div", { class: "lines" },
        ...way("browser", link, "copyLink"),
        ...(command ? way(sealed ? "native" : "terminal", command, "copyCommand") : [])),
      this.#picture(link));
    ways.addEventListener("copy", () => this.#onTaken()); // by hand
    return [
      el("h2", {}, this.#say("bring")),
      el("p", {}, this.#say(sealed ? "isSealed" : "isOpen")),
      ways,
      el("p", { class: "note" }, this.#say(sealed ? "linkSealed" : "linkOpen")),
    ];
  }

  // picture is the link for a phone, which shows as soon as what draws it is here.
  #picture(link) {
    const picture = el("div", { class: "qr" });
    const figure = el("figure", { hidden: true }, picture, el("figcaption", {}, this.#say("phone")));
    Promise.all([lazy("view/qr.js"), lazy("view/qrview.js")]).then(([{ qrCode }, { drawQR }]) => {
      const code = qrCode(link);
      if (code) picture.append(drawQR(code));
      figure.hidden = !code;
    }, () => {}); // the link stands there all the same
    return figure;
  }
}

export const tables = {
  en: {
    direction: "ltr",
    others: "You see what is said from now on. What was said before you came is gone.",
    alone: "Nobody else is here. What was said before you came is gone.",
    bring: "Nobody else is here yet",
    isOpen: "This is a room to talk in that forgets: it is there while somebody is in it, and what was said is gone when the last one leaves.",
    isSealed: "This is a sealed room: only those who have its link can read what is said, and it forgets all of it when the last one leaves.",
    browser: "In a browser",
    terminal: "In a terminal",
    native: "In a terminal, with sotto itself",
    copyLink: "Copy the link",
    copyCommand: "Copy the command",
    phone: "Or point a phone at this",
    linkOpen: "Whoever has the room’s name can come in. Everybody sees who does.",
    linkSealed: "The key is in the link: whoever has it while somebody is in the room can come in and read. Everybody sees who does. Pass it on where only your people read.",
  },
  de: {
    direction: "ltr",
    others: "Du siehst, was von jetzt an gesagt wird. Was vorher gesagt wurde, ist weg.",
    alone: "Niemand sonst ist hier. Was vorher gesagt wurde, ist weg.",
    bring: "Noch ist niemand sonst hier",
    isOpen: "Das ist ein Raum zum Reden, der vergisst: es gibt ihn, solange jemand darin ist, und was gesagt wurde, ist weg, wenn die letzte Person geht.",
    isSealed: "Das ist ein versiegelter Raum: nur wer seinen Link hat, kann lesen, was gesagt wird, und er vergisst alles, wenn die letzte Person geht.",
    browser: "In einem Browser",
    terminal: "In einem Terminal",
    native: "Im Terminal, mit sotto selbst",
    copyLink: "Link kopieren",
    copyCommand: "Befehl kopieren",
    phone: "Oder richte ein Telefon hierauf",
    linkOpen: "Wer den Namen des Raums hat, kann hereinkommen. Alle sehen, wer kommt.",
    linkSealed: "Der Schlüssel steckt im Link: wer ihn hat, solange jemand im Raum ist, kann hereinkommen und lesen. Alle sehen, wer kommt. Gib ihn weiter, wo nur deine Leute lesen.",
  },
  ar: {
    direction: "rtl",
    others: "ترى ما يقال من الآن. ما قيل قبل مجيئك قد زال.",
    alone: "لا أحد غيرك هنا. ما قيل قبل مجيئك قد زال.",
    bring: "لا أحد غيرك هنا بعد",
    isOpen: "هذه غرفة للحديث تنسى: تبقى ما دام فيها أحد، ويزول ما قيل حين يغادر آخرهم.",
    isSealed: "هذه غرفة مختومة: لا يقرأ ما يقال فيها إلا من عنده رابطها، وتنسى كل شيء حين يغادر آخرهم.",
    browser: "في متصفح",
    terminal: "في طرفية",
    native: "في الطرفية، ببرنامج sotto نفسه",
    copyLink: "نسخ الرابط",
    copyCommand: "نسخ الأمر",
    phone: "أو وجّه هاتفًا إلى هذا",
    linkOpen: "من عنده اسم الغرفة يستطيع الدخول. ويرى الجميع من يدخل.",
    linkSealed: "المفتاح في الرابط: من عنده هذا الرابط وفي الغرفة أحد يستطيع أن يدخل ويقرأ. ويرى الجميع من يدخل. أعطه حيث لا يقرأ إلا من تريد.",
  },
};

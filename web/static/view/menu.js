// What there is a command for and one looks for with a finger: one's name, the topic, the
// colours, search, the ways in, what calls, the rules, leaving. A button in the bar opens
// it. Fetched as the page comes in.

import { byId, el } from "./dom.js";
import { icon } from "./icon.js";
import { openSheet } from "./sheet.js";
import { setTheme, theme, themes } from "./theme.js";
import { texts } from "../text/strings.js";

export const style = "../style/menu.css";

// addMenu puts the button into the bar, and returns what opens the menu, at the field of
// something. submit(line) does a command and promises "" or why not; open: {back(), find(),
// invite(), attention(), rules(), leap(), help()}.
export function addMenu({ room, text, watches, submit, open }) {
  const say = texts(text.language, tables[text.language]);
  const opener = el("button", { type: "button", id: "menu-button", class: "tool", "aria-haspopup": "dialog", "aria-label": say("menu") }, icon("M12 5v.01M12 12v.01M12 19v.01"));
  opener.addEventListener("click", () => show());
  document.querySelector(".tools").append(opener);

  const show = (at) => {
    const asks = !watches && room.you;
    const why = room.members.get(room.you?.id)?.aside;
    const row = (what, drawn, does = () => open[what](), props) => el("li", {}, el("button", { type: "button", ...props, on: { click: () => {
      sheet.close();
      does();
    } } }, drawn, el("span", {}, say(what))));
    const many = room.members.size - room.watchers > 1; // somebody could follow
    const sheet = openSheet({ id: "menu", title: say("menu"), close: say("close"), back: () => opener.focus() },
      asks && change("name", room.you.nick, (value) => submit(`/nick ${value}`)),
      asks && change("topic", room.topicHidden ? "" : room.topic, (value) => submit(`/topic ${value}`)),
      asks && change("aside", why ?? "", (value) => submit(`/away ${value}`), why === undefined ? { bare: true, label: "asideOffer", verb: "asideGo" } : { bare: why !== "" }),
      el("fieldset", {}, el("legend", {}, say("theme")), el("div", { class: "choices" }, ...themes.map(choice))),
      el("ul", { class: "rows" },
        asks && why !== undefined ? row("back", icon("M9 15 4 10l5-5M4 10h11a5 5 0 0 1 0 10h-4")) : null,
        row("find", drawnOn("find-button")),
        !watches && room.you ? row("invite", drawnOn("invite-button")) : null,
        row("attention", drawnOn("attention-button")),
        row("rules", icon("M6 4h9l3 3v13H6zM9 9h6M9 13h6M9 17h3")),
        asks && many && room.members.get(room.you.id)?.host ? row("leap", icon("M13 4h6v16h-6M4 12h10m-4-4 4 4-4 4")) : null,
        row("help", drawnOn("help-button")),
        row("leave", icon("M14 4H5v16h9M10 12h10m-4-4 4 4-4 4"), () => submit("/quit"), { class: "leave" })));
    if (at) document.getElementById(`menu-${at}`)?.focus();
  };

  // change is a field for what stands somewhere, and why it can't be so. bare: it may be set
  // to nothing too.
  const change = (what, value, set, { bare = false, label = what, verb = "change" } = {}) => {
    const id = `menu-${what}`;
    const field = el("input", { id, type: "text", dir: "auto", value, autocomplete: "off", autocapitalize: "none", spellcheck: "false", enterkeyhint: "done", "aria-describedby": `${id}-problem` });
    const problem = el("p", { id: `${id}-problem`, class: "problem", role: "alert", hidden: true });
    const form = el("form", { class: "change" }, el("label", { for: id }, say(label)),
      el("div", { class: "field" }, field, el("button", {}, say(verb))), problem);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const typed = field.value.trim();
      if (!bare && typed === "" || typed === value && value !== "") return form.closest("dialog").close();
      problem.textContent = await set(typed);
      problem.hidden = problem.textContent === "";
      if (problem.hidden) form.closest("dialog")?.close();
    });
    return form;
  };

  const choice = (name) => {
    const radio = el("input", { type: "radio", name: "theme", value: name, checked: name === theme() });
    radio.addEventListener("change", () => setTheme(name));
    return el("label", {}, radio, say(`theme.${name}`));
  };
  return show;
}

// drawnOn is the icon of a button in the markup, once more.
function drawnOn(id) { return byId(id).querySelector(".icon").cloneNode(true); }


export const tables = {
  en: {
    direction: "ltr",
    menu: "Menu",
    close: "Close",
    name: "Your name here",
    topic: "What this room is about",
    aside: "Why you are away, if you like",
    asideOffer: "Going away? Say why, if you like",
    asideGo: "I’m away",
    back: "I’m back",
    change: "Change",
    theme: "Colours",
    "theme.auto": "As your system",
    "theme.light": "Light",
    "theme.dark": "Dark",
    "theme.contrast": "Strong",
    find: "Search",
    invite: "Bring somebody in …",
    attention: "Notifications …",
    rules: "The room’s rules …",
    leap: "Go on in a fresh room …",
    help: "Help",
    leave: "Leave the room",
  },
  de: {
    direction: "ltr",
    menu: "Menü",
    close: "Schließen",
    name: "Dein Name hier",
    topic: "Worum es in diesem Raum geht",
    aside: "Warum du abwesend bist, wenn du magst",
    asideOffer: "Gehst du weg? Sag warum, wenn du magst",
    asideGo: "Ich bin weg",
    back: "Ich bin wieder da",
    change: "Ändern",
    theme: "Farben",
    "theme.auto": "Wie dein System",
    "theme.light": "Hell",
    "theme.dark": "Dunkel",
    "theme.contrast": "Stark",
    find: "Suche",
    invite: "Jemanden hereinholen …",
    attention: "Hinweise …",
    rules: "Die Regeln des Raums …",
    leap: "In einem neuen Raum weitermachen …",
    help: "Hilfe",
    leave: "Den Raum verlassen",
  },
  ar: {
    direction: "rtl",
    menu: "القائمة",
    close: "إغلاق",
    name: "اسمك هنا",
    topic: "موضوع هذه الغرفة",
    aside: "سبب غيابك، إن شئت",
    asideOffer: "هل ستغيب؟ اذكر السبب إن شئت",
    asideGo: "أنا غائب",
    back: "عدت",
    change: "تغيير",
    theme: "الألوان",
    "theme.auto": "مثل نظامك",
    "theme.light": "فاتحة",
    "theme.dark": "داكنة",
    "theme.contrast": "قوية",
    find: "بحث",
    invite: "ادعُ أحدًا…",
    attention: "التنبيهات…",
    rules: "قواعد الغرفة…",
    leap: "المتابعة في غرفة جديدة…",
    help: "مساعدة",
    leave: "مغادرة الغرفة",
  },
};

// What there is a command for and one looks for with a finger: one's name, the topic, the
// colours, what calls, the rules, leaving. A button in the bar opens it. Fetched as the
// page comes in.

import { button, byId, el } from "./dom.js";
import { openSheet } from "./sheet.js";
import { setTheme, theme, themes } from "./theme.js";
import { texts } from "../text/strings.js";

export const style = "../style/menu.css";

const SVG = "http://www.w3.org/2000/svg";

// addMenu puts the button into the bar, and returns what opens the menu, at the field of
// something. submit(line) does a command and promises "" or why not; open: {back(),
// attention(), rules(), help()}.
export function addMenu({ room, text, watches, submit, open }) {
  const say = texts(text.language, tables[text.language]);
  const icon = document.createElementNS(SVG, "svg");
  const dots = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" })) icon.setAttribute(name, value);
  dots.setAttribute("d", "M12 5v.01M12 12v.01M12 19v.01");
  icon.append(dots);
  const opener = el("button", { type: "button", id: "menu-button", class: "tool", "aria-haspopup": "dialog", "aria-label": say("menu") }, icon);
  opener.addEventListener("click", () => show());
  document.querySelector(".tools").append(opener);

  const show = (at) => {
    const asks = !watches && room.you;
    const why = room.members.get(room.you?.id)?.aside;
    const sheet = openSheet({ id: "menu", title: say("menu"), close: say("close"), back: () => opener.focus() },
      asks && change("name", room.you.nick, (value) => submit(`/nick ${value}`)),
      asks && change("topic", room.topicHidden ? "" : room.topic, (value) => submit(`/topic ${value}`)),
      asks && change("aside", why ?? "", (value) => submit(`/away ${value}`), { bare: why !== "", verb: why === undefined ? "asideGo" : "change" }),
      why !== undefined && asks && el("p", { class: "buttons" }, button(say("asideEnd"), () => {
        sheet.close();
        open.back();
      })),
      el("fieldset", {}, el("legend", {}, say("theme")), el("div", { class: "choices" }, ...themes.map(choice))),
      el("p", { class: "buttons" }, ...["attention", "rules", "help"].map((what) => button(say(what), () => {
        sheet.close();
        open[what]();
      }))),
      el("p", { class: "buttons" }, button(say("leave"), () => {
        sheet.close();
        submit("/quit");
      }, { class: "leave" })));
    if (at) document.getElementById(`menu-${at}`)?.focus();
  };

  // change is a field for what stands somewhere, and why it can't be so. bare: it may be set
  // to nothing too.
  const change = (what, value, set, { bare = false, verb = "change" } = {}) => {
    const id = `menu-${what}`;
    const field = el("input", { id, type: "text", dir: "auto", value, autocomplete: "off", autocapitalize: "none", spellcheck: "false", enterkeyhint: "done", "aria-describedby": `${id}-problem` });
    const problem = el("p", { id: `${id}-problem`, class: "problem", role: "alert", hidden: true });
    const form = el("form", { class: "change" }, el("label", { for: id }, say(what)),
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

export const tables = {
  en: {
    direction: "ltr",
    menu: "Menu",
    close: "Close",
    name: "Your name here",
    topic: "What this room is about",
    aside: "You are away; why, if you like",
    asideGo: "Show it",
    asideEnd: "I’m back",
    change: "Change",
    theme: "Colours",
    "theme.auto": "As your system",
    "theme.light": "Light",
    "theme.dark": "Dark",
    "theme.contrast": "Strong",
    attention: "Notifications …",
    rules: "The room’s rules …",
    help: "Help",
    leave: "Leave the room",
  },
  de: {
    direction: "ltr",
    menu: "Menü",
    close: "Schließen",
    name: "Dein Name hier",
    topic: "Worum es in diesem Raum geht",
    aside: "Du bist abwesend; wenn du magst, warum",
    asideGo: "Zeigen",
    asideEnd: "Ich bin wieder da",
    change: "Ändern",
    theme: "Farben",
    "theme.auto": "Wie dein System",
    "theme.light": "Hell",
    "theme.dark": "Dunkel",
    "theme.contrast": "Stark",
    attention: "Hinweise …",
    rules: "Die Regeln des Raums …",
    help: "Hilfe",
    leave: "Den Raum verlassen",
  },
  ar: {
    direction: "rtl",
    menu: "القائمة",
    close: "إغلاق",
    name: "اسمك هنا",
    topic: "موضوع هذه الغرفة",
    aside: "أنت غائب؛ ولماذا، إن شئت",
    asideGo: "إظهار",
    asideEnd: "عدت",
    change: "تغيير",
    theme: "الألوان",
    "theme.auto": "مثل نظامك",
    "theme.light": "فاتحة",
    "theme.dark": "داكنة",
    "theme.contrast": "قوية",
    attention: "التنبيهات…",
    rules: "قواعد الغرفة…",
    help: "مساعدة",
    leave: "مغادرة الغرفة",
  },
};

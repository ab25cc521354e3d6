// The sheet that "?" opens: keys and commands. The commands are the table.

import { usage } from "../commands/parse.js";
import { commands } from "../commands/table.js";
import { byId, el } from "./dom.js";

export const style = "../style/sheets.css";

// The keys, and what they do: in English here, otherwise in the language's table.
const keys = [
  ["Enter", "key.send", "send"],
  ["Shift Enter", "key.newline", "a new line"],
  ["↑ ↓", "key.history", "what you said before"],
  ["↑", "key.amend", "change your last message, from an empty field"],
  ["Tab", "key.complete", "complete a command, a name or an :emoji:"],
  ["PgUp PgDn", "key.scroll", "further up and down"],
  ["Esc", "key.toMessages", "from the field to the messages, and back"],
  ["↑ ↓ Home End", "key.move", "from message to message"],
  ["r w c", "key.act", "reply, whisper, copy, once ↑ or ↓ chose a message"],
  ["+ e Delete 1 – 9", "key.mend", "react, change, take back, and choose in a poll, there too"],
  ["Alt ↑ ↓", "key.rooms", "from room to room, of several in one window"],
  ["Alt 1 – 9", "key.roomAt", "a room by its place in the list, where the browser leaves these keys"],
  ["Ctrl F", "key.find", "search; Enter to the older, Shift-Enter to the newer, Esc back; again: the browser’s own search"],
  ["Space", "key.talk", "held: talk, while you are in voice and muted, from outside words"],
  ["?", "key.help", "this sheet, from outside the field (or F1)"],
];

export class Help {
  #dialog = byId("help");
  #text;

  constructor(text) {
    this.#text = text;
  }

  open() {
    byId("keys").replaceChildren(...keys.flatMap(([combination, what, english]) => [
      el("dt", {}, ...combination.split(" ").flatMap((key) => [el("kbd", {}, key), " "])),
      el("dd", {}, this.#text(what, english)),
    ]));
    byId("commands").replaceChildren(...commands.flatMap((entry) => [
      el("dt", {}, el("code", { dir: "ltr" }, usage(entry))),
      el("dd", {}, this.#text(`command.${entry.name}`, entry.help)),
    ]));
    this.#dialog.showModal();
  }
}

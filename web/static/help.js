// The sheet that "?" opens: keys and commands. The commands are the table.

import { usage } from "./command.js";
import { commands } from "./commands.js";
import { byId, el } from "./dom.js";

const keys = [
  ["Enter", "key.send"],
  ["Shift Enter", "key.newline"],
  ["↑ ↓", "key.history"],
  ["Tab", "key.complete"],
  ["Esc", "key.toMessages"],
  ["↑ ↓ Home End", "key.move"],
  ["r w c i", "key.act"],
  ["?", "key.help"],
];

export class Help {
  #dialog = byId("help");
  #text;

  constructor(text) {
    this.#text = text;
    byId("help-button").addEventListener("click", () => this.open());
    addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("textarea, input, dialog");
      if (event.key === "?" && !typing && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        this.open();
      }
      if (event.key === "F1" && !this.#dialog.open) {
        event.preventDefault();
        this.open();
      }
    });
  }

  open() {
    byId("keys").replaceChildren(...keys.flatMap(([combination, what]) => [
      el("dt", {}, ...combination.split(" ").flatMap((key) => [el("kbd", {}, key), " "])),
      el("dd", {}, this.#text(what)),
    ]));
    byId("commands").replaceChildren(...commands.flatMap((entry) => [
      el("dt", {}, el("code", { dir: "ltr" }, usage(entry))),
      el("dd", {}, this.#text(`command.${entry.name}`)),
    ]));
    this.#dialog.showModal();
  }
}

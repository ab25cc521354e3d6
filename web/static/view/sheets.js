// The sheets: help, the invitation, and what may call for attention. Each is
// fetched when a button, a key or a command first asks for it.

import { byId } from "./dom.js";
import { lazy } from "../net/lazy.js";

export class Sheets {
  #sheets; // name → how to get it
  #onProblem;

  // makers: name → fn(module) → {open()}. The name is that of the module, and of the
  // button that asks for it. onProblem() is called when it can't be fetched.
  constructor(makers, onProblem) {
    this.#onProblem = onProblem;
    this.#sheets = new Map(Object.entries(makers).map(([name, make]) => {
      let made = null;
      byId(`${name}-button`).addEventListener("click", () => this.open(name));
      return [name, async () => {
        const module = await lazy(`view/${name}.js`);
        made ??= make(module);
        return made;
      }];
    }));
    addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("textarea, input, dialog");
      const asked = event.key === "?" && !typing && !event.ctrlKey && !event.metaKey;
      if (!asked && event.key !== "F1") return;
      event.preventDefault();
      if (!document.querySelector("dialog[open]")) this.open("help");
    });
  }

  // sheet promises what the maker made, or null.
  async sheet(name) {
    try {
      return await this.#sheets.get(name)();
    } catch {
      this.#onProblem();
      return null;
    }
  }

  // open shows a sheet.
  async open(name) {
    (await this.sheet(name))?.open();
  }
}

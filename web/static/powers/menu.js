// What can be done with somebody in the list of people: a whisper and ignoring, and for
// hosts what hosts may; where none is, asking all.

import { askRemove } from "./sheets.js";
import { running } from "../commands/vote.js";
import { button } from "../view/dom.js";

const MUTE = 600; // seconds
// What undoes something stands where that stood, and is the same button.
const OPPOSITES = { unignore: "ignore", unmute: "mute", unvoice: "voice", unhost: "makeHost" };

export class Menu {
  #room;
  #text;
  #act;
  #on;

  // act(op) does an op; on: {whisper(member), ignore(member, hide), whispering()}
  constructor({ room, text, act, on }) {
    this.#room = room;
    this.#text = text;
    this.#act = act;
    this.#on = on;
  }

  // draw shows it in a box. What is as it was stays the same buttons, so that neither
  // the focus nor a finger is led astray.
  draw(id, box) {
    const all = this.#all(id);
    const shown = all.map(([key]) => key).join(" ");
    if (box.dataset.shown === shown) return;
    box.dataset.shown = shown;
    const at = [...box.children].indexOf(document.activeElement);
    const held = box.children[at];
    const had = new Map([...box.children].map((each) => [each.dataset.slot, each]));
    box.replaceChildren(...all.map(([key, does]) => {
      const slot = OPPOSITES[key] ?? key;
      const each = had.get(slot) ?? button("", null, { data: { slot } });
      each.dataset.does = key;
      each.textContent = this.#text(key);
      each.onclick = does;
      return each;
    }));
    if (held) (held.isConnected ? held : box.children[at] ?? box.lastChild)?.focus();
  }

  #all(id) {
    const { members, you, rules, ignored, kind } = this.#room;
    const member = members.get(id);
    if (!member) return [];
    const mine = members.get(you?.id) ?? {};
    const remove = ["remove", () => this.#now(id, (now) => this.#remove(now))];
    const vote = [...members.values()].some((each) => each.host) ? [] : [["vote", () => this.#now(id, (now) => this.#vote(now))]];
    if (mine.watch) return [];
    if (member.watch) return mine.host ? [remove] : vote; // who watches has no name and no say
    const hide = !ignored.has(id);
    const all = [
      ["whisper", () => { this.#on.whispering(); this.#on.whisper({ id }); }],
      [hide ? "ignore" : "unignore", () => this.#now(id, (now) => this.#on.ignore(now, hide))],
    ];
    all.push(...vote);
    if (!mine.host) return all;
    const { host, muted, speaks } = member;
    if (kind === "open") { // in a sealed room the server can't tell words from what keeps it sealed
      if (muted) all.push(["unmute", () => this.#act({ t: "mute", to: id, for: 0 })]);
      else all.push(["mute", () => this.#act({ t: "mute", to: id, for: MUTE })]);
      if (speaks || (rules.quiet && !host)) all.push([speaks ? "unvoice" : "voice", () => this.#act({ t: "speak", to: id, on: !speaks })]);
    }
    all.push([host ? "unhost" : "makeHost", () => this.#act({ t: "host", to: id, on: !host })]);
    all.push(remove);
    return all;
  }

  // vote asks all, unless that would answer what they are asked already.
  #vote({ id }) {
    if (running(this.#room, Date.now())) this.#room.log.addNote([this.#text("voteRuns")], "problem");
    else this.#act({ t: "vote", to: id, yes: true });
  }

  async #remove({ id, nick }) {
    const reason = await askRemove(nick, this.#room.kind === "open", this.#text);
    if (reason !== null) this.#act({ t: "remove", to: id, reason: reason || undefined });
  }

  // now calls back with somebody as they are now, if they are still here.
  #now(id, use) {
    const member = this.#room.members.get(id);
    if (member) use(member);
  }
}

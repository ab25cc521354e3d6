// What becomes of what was said: reactions and choices below it, that it was changed or
// taken back, and whoever heard, read or answers it. Fetched when something first does;
// nothing here is in the way of a room where nothing does.

import { Chips } from "./chips.js";
import { Poll } from "./poll.js";
import { pressed, shown } from "./shown.js";
import { tables } from "./strings.js";
import { lazy } from "../net/lazy.js";
import { byId, el, fill, nickOf } from "../view/dom.js";
import { language, text as common } from "../view/page.js";
import { ask } from "../view/sheet.js";
import { plain } from "../text/markup.js";
import { later } from "../text/laterstrings.js";
import { texts } from "../text/strings.js";

export const style = "../style/mending.css";

// The page's words, with those of this.
const own = texts(language, tables[language]);
const others = later(common);
const text = (key, ...values) => (key in tables[language] ? own : others)(key, ...values);

export class Mending {
  #room;
  #session;
  #composer;
  #announcer;
  #unread;
  #on;
  #chips;
  #poll;

  // on: {calls(entry), gone(words), count()}
  constructor({ room, session, composer, announcer, unread, on }) {
    this.#room = room;
    this.#session = session;
    this.#composer = composer;
    this.#announcer = announcer;
    this.#unread = unread;
    this.#on = on;
    this.#chips = new Chips({ room, text });
    this.#poll = new Poll({ room, text });
    const list = byId("timeline");
    list.addEventListener("click", ({ target }) => {
      const at = target.closest("[data-emoji], .chips .add");
      const entry = at && this.#entryOf(at);
      if (!entry) return;
      const does = pressed(entry, room);
      if (does === "elsewhere") this.#elsewhere();
      else if (does === "ask") this.sheet(entry, at, []);
      else if (at.dataset.emoji) this.react(entry, at.dataset.emoji);
      else this.pick(entry, at);
    });
  }

  // show draws what became of a message into it.
  show(entry, message) {
    const body = message.querySelector(".text");
    if (entry.gone) {
      body.classList.add("gone");
      body.replaceChildren(el("p", {}, ...this.#gone(entry)));
      return;
    }
    if (entry.changed && !body.querySelector(".changed")) {
      const last = body.lastElementChild?.matches("p") ? body.lastElementChild : body;
      last.append(" ", el("span", { class: "changed" }, text("changed")));
    }
    const { reactions, poll } = shown(entry, this.#room);
    const may = this.#may(entry);
    const asks = pressed(entry, this.#room) === "ask";
    if (poll) this.#poll.draw(message, poll, may || asks);
    this.#chips.draw(message, reactions, may, may || asks);
  }

  // mended tells whom it may concern that a message was changed or taken back; before that
  // it was those words.
  mended(entry, was) {
    const { gone, from, mine } = entry;
    if (this.#unread.mended(entry, this.#room.ignored)) this.#on.calls(entry);
    this.#on.count();
    this.#on.gone(was);
    const lost = gone && this.#composer.amends?.seq === entry.seq;
    if (was && (gone || mine)) this.#composer.forget((seq) => gone !== undefined && seq === entry.seq, was);
    this.#composer.mended(entry);
    if (gone) this.#announcer.forget();
    if (lost) this.#interrupt();
    if (mine && (!gone || gone.by?.id === from.id)) return;
    if (!this.#room.seen(entry)) return;
    const key = !gone ? "saidChanged" : !gone.by ? "saidGoneUnknown" : gone.by.id === from.id ? "saidGone" : "saidGoneByHost";
    this.#announcer.say(() => (entry.gone && !gone ? "" : text(key, from.nick, gone ? gone.by?.nick : plain(entry.text))), mine);
  }

  // react puts your reaction on a message, or takes it off.
  react(entry, emoji) {
    const on = !entry.reactions?.get(emoji)?.has(this.#room.you.id);
    this.#act({ t: "react", emoji, on }, entry);
  }

  // pick asks which emoji, at an element, where the focus comes back to.
  pick(entry, at) {
    this.#use(lazy("mending/picker.js"), ({ pick }) => pick({ text, at, choose: (emoji) => this.react(entry, emoji) }));
  }

  // choose is the choice of a poll by its number.
  choose(entry, number) {
    if (number <= (entry.options?.length ?? 0)) this.react(entry, String(number));
  }

  // amend takes a message's words into the field.
  amend(entry) {
    if (this.#room.amends(entry, Date.now())) this.#composer.amend(entry);
    else this.#room.log.addNote([text("tooLate")], "problem");
  }

  // retract takes a message back, if whoever asks does mean it. The focus comes back to
  // an element.
  async retract(entry, at) {
    const yes = await ask({
      id: "retract", title: text("retractTitle"), no: text("retractNo"), yes: text("retractYes"), back: () => at.focus({ preventScroll: true }),
      body: [el("blockquote", {}, plain(entry.text).slice(0, QUOTED)), el("p", {}, text("retractWhat"))],
    });
    if (yes) this.#act({ t: "retract" }, entry);
  }

  // sheet shows, for a finger that stayed on a message or for who watches, all that can be done with it:
  // [[words, do()]], who reacted and who chose what; of a whisper, which has no entry, nobody
  // can.
  sheet(entry = {}, at, choices) {
    const { reactions, poll } = shown(entry, this.#room);
    this.#use(lazy("mending/sheet.js"), ({ openSheet }) => openSheet({
      text, at, choices,
      you: this.#room.you,
      reactions, poll,
      react: this.#may(entry) && ((emoji) => this.react(entry, emoji)),
      pick: () => this.pick(entry, at),
    }));
  }

  // interrupt tells whoever was changing what is gone now. Who types on would say the rest
  // of it as words of its own: the next that is sent is asked for twice.
  #interrupt() {
    this.#room.log.addNote([text("changeGone")], "problem");
    const form = byId("compose");
    const ask = (event) => {
      if ((event.type === "keydown" && (event.key !== "Enter" || event.shiftKey || event.isComposing)) || !this.#composer.drafted) return;
      event.preventDefault();
      event.stopPropagation();
      for (const type of ["keydown", "submit"]) form.removeEventListener(type, ask, true);
      this.#composer.refuse(text("changeGoneSay"));
    };
    for (const type of ["keydown", "submit"]) form.addEventListener(type, ask, true);
  }

  // may says whether one can react to a message: not to those of another place, and not
  // while one watches.
  #may({ kind, gone, seq }) {
    const { members, you } = this.#room;
    return !members.get(you.id)?.watch && /^(said|offer)$/.test(kind) && !gone && this.#room.seqOf(seq) > 0;
  }

  // act does something with a message, or says that nothing can be done with it any more:
  // what was drawn, opened or asked before one went elsewhere stands there still.
  #act(op, { seq }) {
    const re = this.#room.seqOf(seq);
    if (re > 0) this.#session.act({ ...op, re });
    else this.#elsewhere();
  }

  #elsewhere() { this.#room.log.addNote([text("saidElsewhere")], "problem"); }

  #gone({ gone, from }) {
    if (!gone.by) return [text("gone")];
    return gone.by.id === from.id ? fill(text("goneBy"), nickOf(from)) : [text("goneByHost")];
  }

  #entryOf(element) {
    const { seq } = element.closest("article").dataset;
    const entry = this.#room.log.numbered(Number(seq));
    return entry && !entry.gone ? entry : null;
  }

  async #use(module, use) {
    const here = await module.catch(() => null);
    if (here) use(here);
    else this.#room.log.addNote([text("notFetched")], "problem");
  }
}

const QUOTED = 200; // UTF-16 units of the message that is asked about

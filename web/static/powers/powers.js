// What governs a room, on its page: its rules above it, why somebody may not speak,
// who is at the door, and what can be done about it. Fetched when something governs
// the room, or when somebody asks what does; nothing here is in the way of a room that
// needs none of it.

import { Door } from "./door.js";
import { Fade } from "./fade.js";
import { Knocks } from "./knocks.js";
import { Menu } from "./menu.js";
import { askBurn, askLeap, RulesSheet, showKey } from "./sheets.js";
import { tables } from "./strings.js";
import { inForce, span, told } from "./told.js";
import { Vote } from "./vote.js";
import { refused, running } from "../commands/vote.js";
import { lazy } from "../net/lazy.js";
import { byId, button, el, fill, nickOf } from "../view/dom.js";
import { language } from "../view/page.js";
import { texts } from "../text/strings.js";

export const style = "../style/powers.css";

const text = texts(language, tables[language]);
const FOR_ALL = new Set(["rules", "host", "muted", "speak", "vote"]);

export class Powers {
  #room;
  #connection;
  #entrance;
  #announcer;
  #on;
  #sheet;
  #menu;
  #knocks;
  #vote;
  #leap = null; // a promise of it, once somebody leaps
  #session;
  #composer;
  #fade;
  #door;
  #strip = button("", () => this.open(), { id: "rules-line", class: "rules-line", "aria-haspopup": "dialog", hidden: true });
  #silence = el("p", { id: "silence", class: "silence", role: "status", hidden: true });

  // on: {whisper(member), ignore(member, hide), goTo(name, how), knock(entry), whispering(), wiped()}
  constructor({ room, connection, session, composer, announcer, timeline, entrance, on }) {
    this.#room = room;
    this.#connection = connection;
    this.#entrance = entrance;
    this.#session = session;
    this.#composer = composer;
    this.#announcer = announcer;
    this.#on = on;
    const act = (op) => this.#act(op);
    this.#menu = new Menu({ room, text, act, on });
    this.#sheet = new RulesSheet({ room, text, act, burn: () => this.open("burn"), leap: () => this.open("leap") });
    this.#knocks = new Knocks({ room, text, act });
    this.#vote = new Vote({ room, text, send: act });
    this.#fade = new Fade({ room, timeline, composer });
    this.#door = new Door({ room, connection, session, composer, entrance, text, onWiped: on.wiped });
    byId("topic").before(this.#strip);
    byId("compose").querySelector(".field").before(this.#silence);
    this.draw();
  }

  // take takes a frame, after the room has.
  take(frame) {
    if (frame.t === "key" && frame.op) showKey(frame.words, text);
    if (frame.t === "invited" && frame.op) this.#invited(frame);
    if (FOR_ALL.has(frame.t) || frame.t === "knocking") this.#announcer.say(this.#words(frame, ({ nick }) => nick).join(""), true);
    if (frame.t === "knocking" || (frame.t === "vote" && running(this.#room, Date.now())?.asked && !frame.op)) this.#calls(frame);
    if (frame.t === "leapt" || frame.op?.t === "leap") this.#leaping((each) => each.take(frame));
    if (frame.t === "leapt" && !frame.op && !this.#room.ignored.has(frame.from.id)) this.#asked(frame);
    if (frame.t === "error") refused(this.#room, frame);
    // Whoever is let in is told of as they come, and who is gone is not there any more.
    if (frame.outcome === "denied" && frame.nick) this.#room.log.addGoverned(frame);
    if (frame.t === "waiting") this.#door.waits(frame);
    if (FOR_ALL.has(frame.t) || ["welcome", "joined", "left", "renamed", "knocking", "knocked", "error"].includes(frame.t)) this.draw(frame);
  }

  // phase: the connection has changed its own.
  phase() {
    this.#door.draw();
    this.draw();
  }

  // show words what happened in a box of the timeline.
  show({ frame }, box) {
    box.replaceChildren(...this.#words(frame, nickOf));
  }

  // choose shows in a box of the list what can be done with somebody.
  choose(id, box) { this.#menu.draw(id, box); }

  // open shows the rules, or does what was asked for.
  async open(what) {
    if (what?.leap) return this.#leaping((each) => each.start(what.leap));
    if (what === "go") return this.#leaping((each) => each.follow());
    if (what === "leap") return this.#askLeap();
    if (what !== "burn") return this.#sheet.open();
    if (await askBurn(text)) this.#act({ t: "burn" });
  }

  draw(frame) {
    const { rules, members, you } = this.#room;
    const { host, muted, speaks } = members.get(you?.id) ?? {};
    const here = this.#connection.phase === "open";
    const words = inForce(rules, text);
    const line = words.join(" · ");
    this.#strip.hidden = !here || words.length === 0;
    this.#strip.textContent = line;
    this.#strip.setAttribute("aria-label", text("showRules", line));
    const mute = muted ? "muted" : rules.quiet && !host && !speaks ? "quiet" : "";
    const silence = !here ? "" : mute ? text(`silent.${mute}`) : rules.slow ? text("silent.slow", span(rules.slow, text)) : "";
    if (this.#silence.textContent !== silence) this.#silence.textContent = silence;
    this.#silence.hidden = silence === "";
    this.#composer.hint("rules", mute && here ? text(`field.${mute}`) : "");
    this.#sheet.draw(frame?.t === "error");
    this.#knocks.draw(here && (host || ![...members.values()].some((each) => each.host)));
    this.#vote.draw(here);
    if (this.#leap) this.#leaping((each) => each.draw(here));
    this.#fade.after(rules.fade ?? 0);
  }

  // askLeap asks who shall come along, and does it as /leap does, which is refused as that is.
  async #askLeap() {
    const left = await askLeap(this.#room, text);
    const problem = left ? await this.#session.submit(["/leap", ...left].join(" ")) : "";
    if (problem) this.#room.log.addNote([problem], "problem");
  }

  // leaping does something with what goes on in other rooms, in the order in which it comes.
  #leaping(use) {
    this.#leap ??= lazy("powers/leap.js").then(({ Leap }) => new Leap({
      room: this.#room, entrance: this.#entrance, session: this.#session, text, goTo: this.#on.goTo,
    })).catch((error) => { this.#leap = null; throw error; });
    this.#leap.then(use, () => this.#room.log.addNote([text("notFetched")], "problem"));
  }

  // asked tells that somebody asks to be followed.
  #asked({ from }) {
    const words = fill(text("leapt"), from.nick).join("");
    this.#room.log.addNote([words]);
    this.#on.knock({ kind: "knock", key: 0, from: { id: "", nick: from.nick }, text: words, mentions: true, knock: true });
  }

  #words(frame, name) { return told(frame, this.#room.you.id, text, name); }

  // invited shows an invitation that was asked for here, or says that there is none now.
  async #invited({ token, op }) {
    if (!token) return this.#room.log.addNote([text("uninvited")]);
    try {
      const { showInvitation } = await lazy("powers/invitation.js");
      showInvitation({ token, op, link: this.#entrance.link, command: byId("ssh-command")?.textContent, text });
    } catch {
      this.#room.log.addNote([text("notFetched")], "problem");
    }
  }

  // calls for whoever may open, or is asked: above the log, so that no divider is for it.
  #calls(frame) {
    const words = this.#words(frame, ({ nick }) => nick).join("");
    this.#on.knock({ kind: "knock", key: 0, from: { id: "", nick: frame.nick ?? frame.member.nick }, text: words, mentions: true, knock: true });
  }

  #act(op) {
    if (this.#connection.send(op) !== null) return "";
    this.#room.log.addNote([text("noConnection")], "problem");
    return text("noConnection");
  }
}

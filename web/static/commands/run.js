// What typed commands do: each becomes an op, or asks something of the page. Knows
// no DOM; the session lends it what it can do.

import { buried, lookup, parse, slips, usage } from "./parse.js";
import { amend, authors, meant, numberOf, polled, react, reacted, retract } from "./mending.js";
import { answer, running } from "./vote.js";
import { later } from "../text/laterstrings.js";
import { lazy } from "../net/lazy.js";
import { foldRoomName } from "../text/limits.js";
import { meantRoomName, sealedLink, tables } from "../text/roomname.js";

export class Runner {
  #room;
  #connection;
  #text;
  #language;
  #ui;
  #theme;
  #lent;
  #told = new Map(); // nick → id of whom it was said that they are another now

  // ui: see session.js. theme: {themes, theme(), setTheme(name), times(chosen),
  // tellWords(words)}. lent: {do(op), say(op),
  // note(line, tone), ignore(member, hide), waits()}, of which waits says that something is not said yet, and after, of which do and say return why
  // not, or "", and after goes once nothing waits.
  constructor({ room, connection, text, ui, theme, lent }) {
    this.#room = room;
    this.#connection = connection;
    this.#text = later(text);
    this.#language = text.language;
    this.#ui = ui;
    this.#theme = theme;
    this.#lent = lent;
  }

  // submit takes what was typed and promises "" when it was taken, or why it was not. t is
  // what becomes of words that are no command: they are said, or amend.
  async submit(line, re, began, t = "say") {
    const below = buried(line);
    if (below) return this.#text("buried", below.line, below.name);
    const input = parse(line);
    switch (input.kind) {
      case "say":
        for (const nick of slips(line)) {
          if (nick === "" || await this.#here(nick)) return this.#text("problem.almost");
        }
        return this.#lent.say({ t, text: input.text, re: re || undefined });
      case "blank":
        return "";
      case "call":
        return (await this.#calls[input.name](input.args, began)) ?? "";
      case "unknown":
        if (input.name === "take") return this.#text("takeHere");
        return this.#text(input.nearest ? "unknownNear" : "unknown", input.nearest);
      default:
        if (input.name === "join" && input.reason === "extra") return this.#noRoom(line.replace(/^\s*\S+\s+/, ""));
        return this.#problem(input);
    }
  }

  // noRoom says what a room's name is, or which was perhaps meant.
  #noRoom(typed) {
    if (sealedLink(typed)) return tables[this.#language].sealedLink;
    const meant = meantRoomName(typed);
    return meant ? this.#text("joinMeant", meant) : tables[this.#language].badRoom;
  }

  // meant calls back with who is meant by a name, of people, or says why nobody is.
  async #meant(people, typed, nobody, use) {
    const [exact, another] = people.filter(({ nick }) => nick === typed);
    if (exact && !another) return use(exact);
    let named;
    try {
      ({ named } = await lazy("text/name.js"));
    } catch {
      return this.#text("notFetched");
    }
    const { index, several } = named(people.map(({ nick }) => nick), typed);
    if (index === undefined) return this.#text(several ? "severalCalled" : nobody, typed);
    return use(people[index]);
  }

  // here promises whether somebody in this room, or more than one, is meant by a name.
  async #here(typed) {
    const nobody = await this.#member(typed, () => "");
    return nobody !== this.#text("nobodyCalled", typed);
  }

  // another says whether somebody took their name while the line was written, or is
  // not whom one whispered with by it. It is said once.
  #another({ id, nick, since }, began) {
    const whisper = this.#room.log.entries.findLast(({ kind, mine, from, to }) => kind === "whisper" && (mine ? to : from).nick === nick);
    const met = whisper && (whisper.mine ? whisper.to : whisper.from).id;
    const another = since > began || (met !== undefined && met !== id && this.#told.get(nick) !== id);
    if (another) this.#told.set(nick, id);
    return another;
  }

  #member(typed, use) {
    return this.#meant([...this.#room.members.values()], typed, "nobodyCalled", use);
  }

  // to does something to who is called a name.
  #to(typed, op, began) {
    return this.#member(typed, (member) => {
      if (this.#another(member, began)) return this.#text("otherNamed", member.nick);
      return this.#lent.do({ ...op, to: member.id });
    });
  }

  // decide lets in who knocks under a name, or sends them away.
  #decide(t, typed) {
    return this.#meant(this.#room.knocks, typed, "nobodyKnocks", ({ knock }) => this.#lent.do({ t, knock }));
  }

  // leap goes on in a fresh room, and asks all to follow but those who are called so.
  async #leap(nicks, began) {
    const { you, members } = this.#room;
    const left = new Set([you.id]);
    for (const nick of nicks) {
      const problem = await this.#member(nick, (member) => {
        if (member.id === you.id) return this.#text("leapYourself");
        if (this.#another(member, began)) return this.#text("otherNamed", member.nick);
        left.add(member.id);
        return "";
      });
      if (problem) return problem;
    }
    const leap = [...members.values()].filter(({ id, watch }) => !watch && !left.has(id)).map(({ id }) => id);
    if (!members.get(you.id)?.host) return this.#text("leapHost");
    if (leap.length === 0) return this.#text("leapNobody");
    this.#leave("joinWaits", () => this.#ui.showRules({ leap }));
    return "";
  }

  // leave goes away, once what waits was said; now: whoever asks twice goes at once.
  #leave(waits, go, now = false) {
    this.#lent.after({ go, now, waits: (many) => this.#text(waits, many), stays: this.#text("leavesFirst") });
  }

  #calls = {
    away: ({ text }) => this.#lent.do({ t: "aside", on: true, text }),
    back: () => {
      const { members, you } = this.#room;
      if (members.get(you?.id)?.aside === undefined && !this.#lent.waits()) return void this.#lent.note(this.#text("asideNot"));
      return this.#lent.do({ t: "aside", on: false });
    },
    help: ({ command }) => {
      const entry = lookup(command ?? "");
      if (!entry) this.#ui.showHelp();
      else this.#lent.note(`${usage(entry)}: ${this.#text(`command.${entry.name}`, entry.help)}`);
    },
    nick: async ({ nick }) => {
      // The server refuses it as well, by the code that it has for what is no name.
      const { reserved = () => false } = await lazy("text/name.js").catch(() => ({}));
      return reserved(nick) ? this.#text("nickReserved") : this.#lent.do({ t: "nick", nick });
    },
    me: ({ text }) => this.#lent.say({ t: "say", text, action: true }),
    msg: ({ nick, text }, began) => this.#member(nick, (member) => {
      if (member.id === this.#room.you.id) return this.#text("thatIsYou");
      if (this.#another(member, began)) return this.#text("otherCalled", member.nick);
      return this.#lent.say({ t: "whisper", to: member.id, text });
    }),
    reply: ({ text }, began) => {
      const to = this.#room.lastWhisper;
      if (!to) return this.#text("nobodyWhispered");
      if (!this.#room.members.has(to.id)) return this.#text("whispererLeft", to.nick);
      if (to.since > began) return this.#text("otherWhispered", to.nick);
      return this.#lent.say({ t: "whisper", to: to.id, text });
    },
    react: async ({ emoji, nick }) => {
      if (!emoji) return this.#reacted();
      let wanted;
      try {
        wanted = await meant(emoji);
      } catch {
        return this.#text("notFetched");
      }
      if (!wanted) return this.#text("noEmoji");
      return this.#author(nick, (by) => this.#mend(react(this.#room, wanted, by)));
    },
    retract: ({ nick }) => (this.#lent.waits() ? this.#text("notSaidYet") : this.#author(nick, (by) => this.#mend(retract(this.#room, by)))),
    amend: ({ text }) => (this.#lent.waits() ? this.#text("notSaidYet") : this.#mend(amend(this.#room, text))),
    poll: ({ question, answers }) => this.#lent.say({ t: "say", text: question, options: answers }),
    who: () => this.#ui.showPeople(),
    topic: ({ text }) => {
      if (text !== undefined) return this.#lent.do({ t: "topic", text });
      const { topic, topicHidden } = this.#room;
      this.#lent.note(topic === "" ? this.#text("noTopic") : topicHidden ? this.#text("topicHidden") : this.#text("topicIs", topic));
    },
    join: ({ room }) => {
      const name = foldRoomName(room);
      if (name === null && !sealedLink(room)) return this.#noRoom(room);
      return this.#ui.join(name, name === null ? room : ""); // this room stays, and so does what waits in it
    },
    invite: ({ minutes }) => {
      if (!minutes) return void this.#ui.showInvite();
      if (this.#room.kind === "sealed") return this.#text("inviteSealed");
      return this.#lent.do({ t: "invite", ...(minutes === "watch" ? { watch: true } : minutes === "once" ? { uses: 1 } : { for: minutes * 60 }) });
    },
    uninvite: () => this.#lent.do({ t: "uninvite" }),
    ignore: ({ nick }) => {
      if (!nick) return this.#listIgnored();
      return this.#member(nick, (member) => {
        if (member.id === this.#room.you.id) return this.#text("notYourself");
        this.#lent.ignore(member);
      });
    },
    unignore: ({ nick }) => {
      const { ignored } = this.#room;
      const people = [...new Set(ignored.values())].map((each) => ({ nick: each }));
      return this.#meant(people, nick, "notIgnored", (one) => {
        for (const [id, each] of [...ignored]) if (each === one.nick) this.#lent.ignore({ id, nick: each }, false);
      });
    },
    clear: () => this.#room.log.clear(),
    find: ({ text }) => { this.#ui.find(text); },
    fold: ({ what }) => { this.#lent.note(this.#text(this.#ui.setFold(what) ? "folded" : "unfolded")); },
    times: ({ what }) => { this.#lent.note(this.#text(`times.${this.#theme.times(what) ? "on" : "off"}`)); },
    highlight: ({ words }) => {
      if (words) this.#theme.tellWords(this.#room.words = words === "off" ? [] : words.split(" "));
      const chosen = this.#room.words.join(", ");
      this.#lent.note(chosen ? this.#text("highlightThese", chosen) : this.#text("highlightNone"));
    },
    notify: ({ when }) => { this.#ui.setNotify(when); }, // the browser may ask, and wait for an answer
    theme: ({ name }) => {
      const { themes, theme, setTheme } = this.#theme;
      if (setTheme(name)) return "";
      const all = this.#text("themeUnknown", themes.map((each) => (each === theme() ? `${each} ✓` : each)).join(", "));
      if (name) return all;
      this.#lent.note(all);
    },
    privacy: () => this.#lent.do({ t: "held" }),
    verify: ({ same }) => {
      if (this.#connection.kind !== "sealed") return this.#text("verifyOpen");
      if (same && this.#room.kind !== "") this.#connection.compared(); // without a place there is nothing to compare
      else this.#ui.showVerify();
    },
    seal: () => { this.#ui.showSeal(); },
    send: () => { this.#ui.showFiles(); },
    rules: () => { this.#ui.showRules(); },
    key: () => this.#lent.do({ t: "key" }),
    host: ({ key, nick }, began) => (key ? this.#lent.do({ t: "claim", key }) : this.#to(nick, { t: "host", on: true }, began)),
    unhost: ({ nick }, began) => this.#to(nick, { t: "host", on: false }, began),
    door: ({ door }) => (door ? this.#lent.do({ t: "rules", door }) : void this.#ui.showRules()),
    admit: ({ nick }) => this.#decide("admit", nick),
    deny: ({ nick }) => this.#decide("deny", nick),
    remove: ({ nick, reason }, began) => this.#to(nick, { t: "remove", reason }, began),
    vote: async ({ nick }, began) => {
      const number = numberOf(nick);
      if (number > 0 && (polled(this.#room) || !await this.#here(nick))) return this.#mend(react(this.#room, { emoji: String(number), number }));
      const said = nick.toLowerCase();
      const answers = said === "yes" || said === "no";
      if (answers && running(this.#room, Date.now())) {
        const problem = answer(this.#room, said === "yes", (op) => this.#lent.do(op));
        if (problem === "") this.#lent.note(this.#text(`voted.${said}`));
        return problem;
      }
      if (answers && !await this.#here(nick)) return this.#text("nobodyAsked");
      return this.#to(nick, { t: "vote", yes: true }, began);
    },
    mute: ({ nick, minutes }, began) => this.#to(nick, { t: "mute", for: minutes * 60 }, began),
    unmute: ({ nick }, began) => this.#to(nick, { t: "mute", for: 0 }, began),
    slow: ({ seconds }) => this.#lent.do({ t: "rules", slow: Number(seconds) }),
    quiet: ({ quiet }) => this.#lent.do({ t: "rules", quiet: quiet === "on" }),
    voice: async ({ nick }, began) => {
      const aloud = !nick || (nick.toLowerCase() === "off" && !await this.#here(nick));
      return aloud ? void this.#ui.showVoice(!nick) : this.#to(nick, { t: "speak", on: true }, began);
    },
    unvoice: ({ nick }, began) => this.#to(nick, { t: "speak", on: false }, began),
    fade: ({ minutes }) => this.#lent.do({ t: "rules", fade: minutes * 60 }),
    links: ({ links }) => this.#lent.do({ t: "rules", links: links === "on" }),
    leap: ({ nicks = "" }, began) => this.#leap(nicks.split(" ").filter(Boolean), began),
    go: () => {
      if (!this.#room.leapt) return this.#text("leapNowhere");
      this.#leave("joinWaits", () => this.#ui.showRules("go"));
    },
    burn: ({ now }) => (now ? this.#lent.do({ t: "burn" }) : void this.#ui.showRules("burn")),
    leave: () => { this.#leave("quitWaits", () => this.#ui.leave(), true); },
    quit: () => { this.#leave("quitWaits", () => { this.#connection.leave(); this.#ui.quit(); }, true); }, // all rooms of the window
  };

  // author calls back with the id of who is called a name, and "" where none is given:
  // somebody here, or who left and whose words are there.
  async #author(typed, use) {
    if (!typed) return use("");
    const why = await this.#member(typed, ({ id }) => use(id));
    if (why !== this.#text("nobodyCalled", typed)) return why;
    return this.#meant(authors(this.#room), typed, "nobodyCalled", ({ id }) => use(id));
  }

  // mend asks for what becomes of a message, or says why there is none.
  #mend({ op, why }) {
    if (why) return this.#text(...why);
    return op.t === "amend" ? this.#lent.say(op) : this.#lent.do(op);
  }

  #reacted() {
    const found = reacted(this.#room);
    if (!found) return this.#text("nobodyReacted");
    const ways = found.ways.map(({ what, names, more }) => `${what} ${[...names, ...(more > 0 ? [`+${more}`] : [])].join(", ")}`);
    this.#lent.note(this.#text("reactedTo", found.nick, ways.join("; ")));
  }

  #problem({ name, reason, arg }) {
    if (!name) return this.#text(`problem.${reason}`);
    const entry = lookup(name);
    const what = reason === "extra" && entry.args.length === 0 ? "nothing" : reason;
    return `${this.#text(`problem.${what}`, "/" + name, arg?.toUpperCase())} ${this.#text("write", usage(entry))}`;
  }

  #listIgnored() {
    const nicks = [...new Set(this.#room.ignored.values())];
    this.#lent.note(nicks.length === 0 ? this.#text("ignoringNobody") : this.#text("ignoringThese", nicks.join(", ")));
  }
}

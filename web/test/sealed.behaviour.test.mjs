// A sealed room whose server does as a script says: rooms/behaviour/sealed.json says
// what a step means. Go's sealed seat plays the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import { FakeSocket } from "./fakes.mjs";
import { setting } from "./sealedroom.mjs";
import { Part } from "./speaking.mjs";

// Commanded is what the server does to one member.
class Commanded {
  place;
  took = 0; // messages, since it refused one, or since they are back
  #server;
  #open;
  #hidden = new Set();
  #hide = false;
  #drops = 0;
  #repeats = 0;
  #held = null; // null: nothing is held back
  #refuses = 0;
  #overtakes = false; // it refuses the next message, and says so with the one behind it
  #code;
  #ops = new Map(); // of what governs the room: type → id of the last op
  asked = [];
  reached = []; // whom the last sealed message was for

  constructor(server, place) {
    this.#server = server;
    this.#open = server.open;
    this.place = place;
  }

  // pass is what the server makes of a frame.
  pass(frame) {
    if (frame.t === "joined" && this.#hide) {
      this.#hide = false;
      this.#hidden.add(frame.member.id);
    }
    if (this.#hidden.has((frame.member ?? frame.from)?.id)) return [];
    if (frame.t === "sealed" && this.#repeats > 0) {
      this.#repeats--;
      return [frame, { ...frame, wseq: ++this.place.wseq }];
    }
    if (frame.t !== "sealed" || !frame.wrap) return [frame];
    if (this.#drops > 0) {
      this.#drops--;
      return [];
    }
    if (this.#held) {
      this.#held.push(frame);
      return [];
    }
    return [frame];
  }

  refuses({ wraps }) {
    if (this.#overtakes) {
      this.#overtakes = false;
      return "overtaken";
    }
    const refused = this.#refuses-- > 0;
    this.took = refused ? 0 : this.took + 1;
    if (!refused) this.reached = wraps.map(({ to }) => to);
    return refused && this.#code;
  }

  commands = {
    drops: ({ times = 1 }) => { this.#drops = times; },
    repeats: ({ times = 1 }) => { this.#repeats = times; },
    holds: () => { this.#held = []; },
    delivers: () => this.#deliver(this.#held),
    reorders: () => this.#deliver(this.#held.reverse()),
    hides: () => { this.#hide = true; },
    mutes: () => {
      const { socket } = this.place;
      const { onsent } = socket;
      socket.onsent = (text) => {
        const taken = text.split("\n").filter((line) => JSON.parse(line).t !== "seal");
        if (taken.length > 0) onsent(taken.join("\n"));
      };
      this.commands.hears = () => { socket.onsent = onsent; };
    },
    refuses: ({ times = 1, code }) => {
      this.#refuses = times;
      this.#code = code;
    },
    overtakes: () => { this.#overtakes = true; },
    stalls: () => { this.place.socket.deliver = () => {}; },
    cuts: () => {
      this.#server.open = () => {
        const socket = new FakeSocket();
        queueMicrotask(() => socket.drop());
        return socket;
      };
      this.#server.cut(this.place);
    },
    says: ({ frame }) => this.#server.tell(this.place, this.#server.numbered({ ...frame, id: this.#ops.get(frame.id) })),
    removes: () => {
      const { place } = this;
      this.#server.say(place, { t: "bye", code: "removed", message: "You were removed from this room.", retry: false });
      place.socket.drop();
      this.#server.part(place, "removed");
    },
    ends: () => this.#server.part(this.place, "quit"),
    returns: async ({ end, settle }) => {
      this.#server.open = this.#open;
      this.took = 0;
      end.sealed.retryNow();
      await settle();
      if (!this.#server.places.includes(this.place)) this.place = this.#server.places.at(-1);
    },
  };

  // governs takes down what is asked for that governs the room.
  governs({ id, ...op }) {
    this.asked.push(op);
    this.#ops.set(op.t, id);
  }

  #deliver(held) {
    this.#held = null;
    for (const frame of held) this.#server.tell(this.place, { ...frame, wseq: ++this.place.wseq });
  }
}

class Stage {
  #setting;
  #kept = new Map(); // frames of voice
  #members = new Map(); // name → {end, server, told, words}; words: seq → what was said

  async play(step) {
    this.#setting ??= await setting();
    const member = this.#members.get(step.does ?? step.of ?? step.at);
    const [kind] = ["here", "enter", "say", "react", "unreact", "retract", "amend", "whisper", "nick", "topic", "away", "back", "asks", "compared", "leave", "pass", "voice", "voices", "keeps", "kept", "speaks", "server", "took", "asked", "reached", "shown", "verify"].filter((each) => each in step);
    await this.#steps[kind](step, member);
    await this.#setting.settle();
    this.#listen();
  }

  #listen() {
    const everybody = [...this.#members.keys()].sort();
    const called = (id) => [...this.#members].find(([, { server }]) => server.place.member.id === id)?.[0];
    for (const { end, told, words } of this.#members.values()) told.push(...end.seen.splice(0).map((frame) => lineOf(frame, everybody, words, called)).filter(Boolean));
  }

  // number is that of what was said in some words; without any it is of nothing.
  #number({ words }, said) { return [...words].find(([, each]) => each === said)?.[0] ?? 2 ** 40; }

  #send({ end, told }, op) {
    if (end.sealed.send(op) === null) told.push(`refused ${op.text}: undelivered`);
  }

  // named is a frame of the script, in which @anna stands for what the server calls her.
  #named(frame) {
    return frame && JSON.parse(JSON.stringify(frame).replace(/"@(\w+)"/g, (_, name) => JSON.stringify(this.#members.get(name).server.place.member.id)));
  }

  #of = (place) => [...this.#members.values()].find(({ server }) => server.place === place)?.server;

  // hear sees who opens a frame of somebody's; null: they had no key.
  async #hear(who, frame, heard) {
    const by = [];
    for (const [name, { part }] of this.#members) if (frame && name !== who && (await part.hears(who, frame))) by.push(name);
    assert.deepEqual(by.sort(), heard);
  }

  // speakFor has somebody speak for so many seconds, with a server that does so with what goes
  // to one member.
  async #speakFor(who, seconds, frames, to) {
    const { clock, settle } = this.#setting;
    const late = [];
    const block = [];
    let played = 0; // frames, in another order
    const meddled = {
      changes: (frame) => [frame.with(frame.length - 1, frame.at(-1) ^ 1)],
      repeats: (frame) => [frame, frame],
      replaces: () => [Uint8Array.from({ length: 64 }, (_, i) => [0x98, 1, 2, 9][i] ?? 0)],
      reverses: (frame) => {
        block.push(frame);
        return block.length === 25 ? block.splice(0).reverse() : [];
      },
      jitters: (frame) => {
        block.push(frame);
        if (block.length < 25) return [];
        const comes = (i) => i + ((i * 7) % 11); // a network takes up to 200 ms more
        return block.splice(0).map((each, i) => [each, comes(i)]).sort(([, a], [, b]) => a - b).map(([each]) => each);
      },
      delays: (frame) => {
        late.push({ frame, at: clock.now() + 3000 });
        return late.splice(0, late.filter(({ at }) => at <= clock.now()).length).map((each) => each.frame);
      },
    };
    for (let half = 0; half < 2 * seconds; half++) {
      for (let n = 0; n < 25; n++) {
        const frame = await this.#members.get(who).part.seal();
        for (const [name, { part }] of this.#members) {
          if (name === who) continue;
          const on = name === to && frames === "swaps" ? "another" : who;
          for (const each of (name === to && meddled[frames]?.(frame)) || [frame]) await part.hears(on, each, name === to && frames === "reverses" ? ++played * 960 : undefined);
        }
      }
      await settle();
      clock.advance(500);
      await settle();
    }
  }

  #steps = {
    here: async ({ here }) => {
      for (const enter of here) await this.#steps.enter({ enter });
      for (const { end } of this.#members.values()) end.seen.length = 0;
    },
    enter: async ({ enter }) => {
      const { server } = this.#setting;
      server.meddle = (frame, place) => this.#of(place)?.pass(frame) ?? [frame];
      server.refuses = (place, frame) => this.#of(place)?.refuses(frame);
      server.governs = (place, frame) => this.#of(place)?.governs(frame);
      const end = await this.#setting.enter(enter, undefined, ({ seen, unsent }) => {
        unsent.push = ([text, why]) => seen.push({ t: "error", op: { text }, code: why === "unknown" ? "uncertain" : "undelivered" }); // in the order of all
      });
      this.#members.set(enter, { end, server: new Commanded(server, end.place), told: [], words: new Map(), part: new Part(this.#setting.clock) });
    },
    say: ({ say, options, times = 1 }, member) => {
      for (let i = 0; i < times; i++) this.#send(member, { t: "say", text: say, options });
    },
    react: ({ react, to }, member) => this.#send(member, { t: "react", re: this.#number(member, to), emoji: react, on: true }),
    unreact: ({ unreact, to }, member) => this.#send(member, { t: "react", re: this.#number(member, to), emoji: unreact, on: false }),
    retract: ({ retract }, member) => this.#send(member, { t: "retract", re: this.#number(member, retract) }),
    amend: ({ amend, text }, member) => this.#send(member, { t: "amend", re: this.#number(member, amend), text }),
    whisper: ({ whisper, to }, member) => this.#send(member, { t: "whisper", text: whisper, to: this.#members.get(to).server.place.member.id }),
    nick: ({ nick }, member) => this.#send(member, { t: "nick", nick }),
    away: ({ away }, member) => this.#send(member, { t: "aside", on: true, text: away }),
    back: (step, member) => this.#send(member, { t: "aside", on: false }),
    topic: ({ topic }, member) => this.#send(member, { t: "topic", text: topic }),
    asks: ({ asks }, member) => this.#send(member, this.#named(asks)),
    compared: (_, { end }) => end.sealed.compared(),
    leave: (_, { end }) => end.sealed.leave(),
    pass: async ({ pass }) => {
      for (let i = 0; i < pass; i++) {
        this.#setting.clock.advance(1000);
        await this.#setting.settle();
      }
    },
    voice: ({ voice }, { end, part }) => (voice ? part.talk(end.sealed) : part.stop()),
    voices: ({ voices, in: within, muted = false, to }) => {
      const { id } = this.#members.get(voices).server.place.member;
      const { server } = this.#setting;
      for (const [name, { server: { place } }] of this.#members) {
        if (!to || to === name) server.say(place, { t: "voice", member: { id }, in: within, muted, speaking: true });
      }
    },
    speaks: async ({ speaks, heard, for: seconds, frames, to }) => {
      if (seconds) return this.#speakFor(speaks, seconds, frames, to);
      return this.#hear(speaks, await this.#members.get(speaks).part.seal(), heard);
    },
    keeps: async ({ keeps, as }) => { this.#kept.set(as, await this.#members.get(keeps).part.seal()); },
    kept: ({ kept, of, heard }) => this.#hear(of, this.#kept.get(kept), heard),
    server: (step, { server, end }) => server.commands[step.server]({ ...step, frame: this.#named(step.frame), end, settle: this.#setting.settle }),
    shown: ({ shown }, { told }) => assert.deepEqual(told.splice(0), shown),
    took: ({ took }, { server }) => assert.equal(server.took, took),
    asked: ({ asked }, { server }) => assert.deepEqual(server.asked.splice(0), this.#named(asked)),
    reached: ({ reached }, { server }) => {
      const names = [...this.#members].filter(([, each]) => server.reached.includes(each.server.place.member.id)).map(([name]) => name);
      assert.deepEqual(names.sort(), reached);
    },
    verify: async ({ verify, same, names }) => {
      const [first, ...others] = await Promise.all(verify.map((name) => this.#members.get(name).end.sealed.verify()));
      for (const other of others) assert.equal(String(first.numbers) === String(other.numbers), same);
      if (names) assert.deepEqual(first.names.map(nickOf), names);
    },
  };
}

// nickOf is a name as the script writes it: one that was drawn is nobody's in it.
function nickOf(is) {
  if (is.startsWith("guest-")) return "guest";
  return is.includes("-") ? "somebody" : is;
}

// lineOf is a frame as the script writes it; empty: the script does not.
function lineOf({ t, from, to, member, was, text, op, members, resumed, missed, code, count, values, topic, at, people, rules, why, words, token, needed, over, reason, knock, nick: called, outcome, seq, re, options, emoji, on, file, fields, room, key, in: within, muted, speaking }, everybody, said, whoIs) {
  const nick = (of) => nickOf(of.nick);
  const asked = op && (op.text ?? op.nick ?? op.t);
  const own = op ? ` (own ${asked})` : "";
  if (t === "said" || t === "offered") said.set(seq, text ?? file.name);
  switch (t) {
    case "welcome": {
      const here = members.map((each) => nick(each) + (each.host ? " (host)" : ""));
      return `welcome${resumed ? " back" : ""}: ${here.join(", ")}${topic ? ` (${topic})` : ""}${rulesLine(rules) === "open" ? "" : ` [${rulesLine(rules)}]`}`;
    }
    case "voice": return `${whoIs(member.id)} is ${within ? "" : "not "}in voice${muted ? ", muted" : ""}${speaking ? ", speaking" : ""}`;
    case "rules": return `rules ${rulesLine(rules)}${from ? ` by ${nick(from)}` : ""}${why ? ` (${why})` : ""}${own}`;
    case "host": return `${nick(member)} is ${member.host ? "a" : "no"} host${own}`;
    case "key": return `key ${words}${own}`;
    case "held": return `held ${fields.map(({ name }) => name).join(" ")}${own}`;
    case "vote": return over ? `no vote any more about ${nick(member)}` : `vote about ${nick(member)}, ${needed}${own}`;
    case "invited": return `invited ${token ?? ""}`.trim() + own;
    case "knocking": return `knocking ${knock} ${called ?? ""} ${text ?? ""}`.trim();
    case "knocked": return `knocked ${knock} ${outcome}${own}`;
    case "aside": return member.aside === undefined ? `${nick(member)} is back${own}` : `${nick(member)} is away${member.aside && `: ${member.aside}`}${own}`;
    case "topic": return `topic ${nick(from)}: ${text}${own}`;
    case "compared": return `compared ${at ? people : "no more"}`;
    case "joined": return `${nick(member)} came`;
    case "left": return `${nick(member)} ${reason === "removed" ? `was removed: ${why}` : "left"}`;
    case "renamed": return `${nickOf(was)} is ${nick(member)}${own}`;
    case "said": return `${nick(from)}: ${text}${options ? ` [${options.join(", ")}]` : ""}${own}`;
    case "offered": return `${nick(from)} offers ${file.name}${own}`;
    case "reacted": return `${nick(from)} ${on ? "puts" : "takes"} ${emoji} ${on ? "on" : "off"} ${said.get(re)}${own}`;
    case "retracted": return `${nick(from)} takes back ${said.get(re)}${own}`;
    case "amended": return `${nick(from)} changes ${said.get(re)}: ${text}${own}`;
    case "whispered": return `${nick(from)} to ${nick(to)}: ${text}${own}`;
    case "leapt": return `${nick(from)} leaps: ${room ?? ""}${key ?? ""}${own}`;
    case "gap": return `gap ${missed} ${nick(from)}`;
    case "error": return `refused ${asked}: ${code}`;
    case "unconfirmed": return `strangers ${count}`;
    case "notice": return ["notice", code.split(".")[0], ...everybody.filter((name) => `${text} ${JSON.stringify(values)}`.includes(name))].join(" ");
  }
  return "";
}

// rulesLine is the rules as the script writes them, all that a server can say.
function rulesLine({ door, fade, ...others }) {
  return `${door}${fade ? ` fade ${fade}` : ""}${Object.keys(others).length > 0 ? " and what no sealed room has" : ""}`;
}

for (const { name, steps } of script("sealed").scenes) {
  test(`sealed: ${name}`, async () => {
    const stage = new Stage();
    for (const [i, step] of steps.entries()) {
      try {
        await stage.play(step);
      } catch (error) {
        error.message = `step ${i + 1}: ${error.message}`;
        throw error;
      }
    }
  });
}

// One person's stay: what they say becomes ops, what the server answers goes to the
// room, and what was not sent comes back. Commands are calls.js's. Knows no DOM; everything that
// only a page can do is asked of the `desk`.
//
// The desk: showHelp(), showPeople(), showInvite(), showVerify(), showSeal(), showFiles(), goTo(room), setNotify(when),
// setTheme(name) → sentence or "", ignoredChanged(), giveBack(text, re, reason) → taken?,
// offerFailed(op, reason).

import { measure } from "./draft.js";
import { lazy } from "./lazy.js";
import { limits } from "./protocol.js";

export class Session {
  // outgoing holds what is on its way or came back: id → {op, reason}. A reason
  // of "" means that it is on its way.
  outgoing = new Map();

  #room;
  #connection;
  #text;
  #desk;
  #onOutgoing;
  #lastTyping = -Infinity;
  #calls = null; // once a command was typed
  // What commands can do here.
  #stay = {
    do: (op) => this.#do(op),
    say: (op) => this.#say(op),
    note: (line, tone) => this.#note(line, tone),
    ignore: (member, hide) => this.ignore(member, hide),
  };

  // text(key, ...values) is the table of strings.
  constructor({ room, connection, text, desk, onOutgoing }) {
    this.#room = room;
    this.#connection = connection;
    this.#text = text;
    this.#desk = desk;
    this.#onOutgoing = onOutgoing;
  }

  // submit takes what was typed and promises "" when it was taken, or the
  // sentence that says why it was not; then it stays in the composer. What may be
  // a command waits for the commands to be fetched, speech waits for nothing.
  async submit(line, re = 0) {
    if (line.trim() === "") return "";
    if (!/^\s*\//.test(line)) return this.#say({ t: "say", text: line, re: re || undefined });
    try {
      this.#calls ??= new (await lazy("calls.js")).Calls({ room: this.#room, connection: this.#connection, text: this.#text, desk: this.#desk, stay: this.#stay });
    } catch {
      return this.#text("notFetched");
    }
    return this.#calls.submit(line, re);
  }

  // typing tells the others, at most every two seconds, that words are typed.
  typing(now) {
    if (now - this.#lastTyping < limits.typingEvery) return;
    this.#lastTyping = now;
    this.#connection.signal({ t: "typing" });
  }

  // take does what a frame means beyond the room: copies and refusals of own ops.
  take(frame) {
    if (frame.op) {
      this.outgoing.delete(frame.op.id);
      if (frame.t === "error") this.#refused(frame.op, frame);
      this.#onOutgoing();
    } else if (frame.t === "error" && frame.id !== "file") { // what was passed of a file is asked for again
      this.#note(this.#reason(frame), "problem");
    }
    if (frame.t === "notice") this.#note(this.#reason(frame), warnings.has(frame.code) ? "warning" : "plain");
    if (frame.t === "held") this.#held(frame);
  }

  // unsent takes an op that the connection could not account for.
  unsent(op, why) {
    this.outgoing.delete(op.id);
    const reason = this.#text(why === "unknown" ? "maybeUnsent" : "notSent");
    if (isSpeech(op) && why !== "left") this.outgoing.set(op.id, { op, reason });
    if (op.t === "offer") this.#desk.offerFailed(op, reason);
    this.#onOutgoing();
  }

  // resend tries again what came back.
  resend(id) {
    const { op } = this.outgoing.get(id);
    const problem = this.#do(op);
    if (problem) this.outgoing.set(id, { op, reason: problem });
    else this.outgoing.delete(id);
    this.#onOutgoing();
  }

  // discard forgets what came back.
  discard(id) {
    this.outgoing.delete(id);
    this.#onOutgoing();
  }

  // ignore hides a person's words on this page, or shows them again.
  ignore({ id, nick }, hide = true) {
    if (hide) this.#room.ignored.set(id, nick);
    else this.#room.ignored.delete(id);
    this.#note(this.#text(hide ? "ignoring" : "unignoring", nick));
    this.#desk.ignoredChanged();
  }

  #say(op) {
    const { over } = measure(op.text);
    if (over) return this.#text(over === "bytes" ? "tooLongBytes" : "tooLongLines", over === "bytes" ? limits.textBytes : limits.textLines);
    return this.#do(op);
  }

  #do({ id: _, ...op }) {
    const id = this.#connection.send(op);
    if (id === null) return this.#text("offlineKept");
    if (isSpeech(op)) this.outgoing.set(id, { op: { ...op, id }, reason: "" });
    this.#onOutgoing();
    return "";
  }

  // refused gives an op back to where it was typed.
  #refused(op, error) {
    const reason = this.#reason(error);
    if (op.t === "offer") return this.#desk.offerFailed(op, reason);
    if (this.#desk.giveBack(typed(op, this.#room), op.re ?? 0, reason)) return;
    if (isSpeech(op)) this.outgoing.set(op.id, { op, reason });
    else this.#note(reason, "problem");
  }

  #held({ fields }) {
    const held = fields.map(({ name, value, why }) => [name, value, why]);
    this.#room.log.addNote([this.#text("heldTitle"), ...held, this.#text("neverTitle")], "held");
  }

  #reason({ code, message, text, value }) {
    return this.#text(`code.${code}`, message ?? text, value);
  }

  #note(line, tone) {
    this.#room.log.addNote([line], tone);
  }
}

// typed returns what somebody would type to do an op again.
export function typed(op, room) {
  switch (op.t) {
    case "whisper":
      return `/msg ${room.members.get(op.to)?.nick ?? "…"} ${op.text}`;
    case "nick":
      return `/nick ${op.nick}`;
    case "topic":
      return `/topic ${op.text || "-"}`;
    case "held":
      return "/privacy";
    default:
      if (op.action) return `/me ${op.text}`;
      return op.text.replace(/^(\s*)\//, "$1//");
  }
}

// What a sealed room's members notice and nobody should pass over.
const warnings = new Set(["ghost", "forged", "roster_differs"]);

function isSpeech(op) {
  return op.t === "say" || op.t === "whisper";
}

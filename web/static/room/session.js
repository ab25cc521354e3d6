// One person in a room: what they say becomes ops, one line at a time and in order, what
// the server answers goes to the room, and what was not sent comes back. Commands
// are commands/run.js's. Knows no DOM; what only a page can do is asked of it:
//
// ui: showHelp(), showPeople(), find(words), showInvite(), showVerify(), showSeal(), showFiles(),
// showHeld(fields), showRules(what), goTo(room), join(room, link) → promise of a problem or "", leave(), quit(), setFold(what) → folded?, setNotify(when), ignoredChanged(),
// theme() → promise of view/theme.js, showVoice(on), giveBack(text, re, reason, amends) → taken?,
// offerFailed(op, reason).

import { commanding, measure } from "./draft.js";
import { lazy } from "../net/lazy.js";
import { limits } from "../text/limits.js";
import { Waiting } from "./waiting.js";

export class Session {
  #room;
  #connection;
  #clock;
  #text;
  #words; // the same, and what codes mean once that was fetched
  #ui;
  #onOutgoing;
  #lastTyping = -Infinity;
  #runner = null; // once a command was typed
  #waiting = new Waiting(); // lines, in the order in which they were entered
  #wake = () => {}; // cancels the next look at what waits
  #back = new Map(); // what came back: id → {op, reason, elsewhere}
  #lines = 0; // so far, to number them
  #asides = null; // a promise of what tells of who is away, since somebody was
  #placed = false; // whether there was a welcome
  #then = null; // {go, stays}: what is done once nothing waits, and why words are not taken until then
  // What commands may do here.
  #lent = {
    do: (op) => this.#do(op),
    say: (op) => this.#say(op),
    after: (leaving) => this.#after(leaving),
    note: (line, tone) => this.#note(line, tone),
    ignore: (member, hide) => this.ignore(member, hide),
    waits: () => this.#waiting.sent !== null || this.#waiting.lines.length > 0,
  };

  // text(key, ...values) is the table of strings.
  constructor({ room, connection, clock, text, ui, onOutgoing }) {
    this.#room = room;
    this.#connection = connection;
    this.#clock = clock;
    this.#text = this.#words = text;
    this.#ui = ui;
    this.#onOutgoing = onOutgoing;
  }

  // outgoing is what is not said yet, in order: id → {op, reason, elsewhere}. A reason
  // of "" means that it is on its way, or waits for its turn. elsewhere: it was meant
  // for another room.
  get outgoing() {
    const { sent, lines } = this.#waiting;
    return new Map([...this.#back, ...(sent ? [sent, ...lines] : lines).map(({ id, op }) => [id, { op, reason: "" }])]);
  }

  // inLine is how many lines wait for the room to take more.
  get inLine() { return this.#waiting.due > 0 ? this.#waiting.lines.length : 0; }

  // atRisk: something is not said, and would be lost with this page.
  get atRisk() {
    const { sent, lines } = this.#waiting;
    return this.#back.size + lines.length > 0 || (sent !== null && this.#connection.phase !== "open");
  }

  // submit takes what was typed since began, in ms, and promises "" when it was taken, or the
  // sentence that says why it was not; then it stays in the composer. What may be
  // a command waits for the commands to be fetched, speech waits for nothing. re is
  // the number of the message that it answers, or amends.
  async submit(line, re = 0, began = 0, amends = false) {
    if (line.trim() === "") return "";
    const answers = this.#room.seqOf(re);
    if (re > 0 && answers === 0) return this.#later("answersElsewhere");
    const t = amends ? "amend" : "say";
    if (!commanding(line)) return this.#say({ t, text: line, re: answers || undefined });
    try {
      if (!this.#runner) {
        const [{ Runner }, theme] = await Promise.all([lazy("commands/run.js"), this.#ui.theme()]);
        this.#runner = new Runner({ room: this.#room, connection: this.#connection, text: this.#text, ui: this.#ui, theme, lent: this.#lent });
      }
    } catch {
      return this.#text("notFetched");
    }
    return this.#runner.submit(line, answers, began, t);
  }

  // act does an op, or says why not.
  act(op) {
    const problem = this.#do(op);
    if (problem) this.#note(problem, "problem");
  }

  // typing tells the others, at most every two seconds, that words are typed.
  typing(now) {
    if (now - this.#lastTyping < limits.typingEvery) return;
    this.#lastTyping = now;
    this.#connection.signal({ t: "typing" });
  }

  // phase: the connection has changed its own.
  phase() {
    const { phase } = this.#connection;
    if (phase === "open") {
      this.#next();
      if (this.#words === this.#text) lazy("text/laterstrings.js").then(({ later }) => { this.#words = later(this.#text); }, () => {});
    }
    if (!["left", "refused", "ended"].includes(phase)) return;
    this.#placed = false;
    this.#giveBack("unsentLeft");
  }

  // take does what a frame means beyond the room: copies and refusals of own ops.
  take(frame) {
    if (frame.t === "welcome" && !frame.resumed) {
      if (this.#placed) this.#giveBack("notSent"); // the place was lost: other people may be here
      this.#placed = true;
    }
    if (frame.op) this.#answered(frame);
    else if (frame.t === "error" && !/^(file|voice\d*)$/.test(frame.id)) { // what was passed of a file is asked for again, and voice says it beside its buttons
      this.#note(this.#reason(frame), "problem");
    }
    if (frame.t === "notice" && frame.code === "host" && this.#words === this.#text) { // the server's own words have a key in them
      this.#later("notice.host").then((words) => this.#note(words, "plain"), () => {});
    } else if (frame.t === "notice") {
      // Of a sealed room's own end, which has worded it; no server can say such a thing.
      const own = this.#connection.kind === "sealed" && frame.tone;
      this.#note(own ? frame.text : this.#reason(frame), own || (/^(unreachable|delayed)$/.test(frame.code) ? "problem" : "plain"));
    }
    if (frame.t === "aside" && !this.#asides) {
      this.#asides = lazy("room/asides.js").then(({ Asides }) => new Asides(this.#room, this.#text));
      this.#asides.catch(() => { this.#asides = null; });
    }
    this.#asides?.then((asides) => {
      const told = asides.happen(frame);
      if (told) this.#note(told);
    }, () => {});
    if (frame.t === "held") this.#ui.showHeld(frame.fields);
  }

  // unsent takes an op that the connection could not account for.
  unsent(op, why) {
    const reason = this.#text(why === "unknown" ? "maybeUnsent" : why === "moved" ? "unsentLeft" : "notSent");
    if (op.t === "offer") this.#ui.offerFailed(op, reason);
    if (op.id === this.#waiting.sent?.id) {
      const [sent, ...rest] = this.#waiting.lost();
      if (why !== "left") this.#keep(sent.id, op, reason);
      this.#keepAll(rest, why === "left" || why === "moved" ? "unsentLeft" : "notSent");
    } else if (op.t !== "offer" && why !== "left") {
      if (typed(op, this.#room)) this.#keep(op.id, op, reason);
      else if (/^re(act|tract)$/.test(op.t)) this.#note(reason, "problem");
    }
    this.#onOutgoing();
  }

  // moved: what was not said in the last room is not to be said in this one by a
  // slip.
  moved() {
    for (const entry of this.#back.values()) Object.assign(entry, { elsewhere: true, op: { ...entry.op, re: undefined } });
    this.#placed = false;
    this.#then = null;
    this.#onOutgoing();
  }

  // resend tries again what came back.
  resend(id) {
    const { op } = this.#back.get(id);
    const problem = this.#do(op);
    if (problem) this.#keep(id, op, problem);
    else this.#back.delete(id);
    this.#onOutgoing();
  }

  // takeBack gives back what waits.
  takeBack() {
    this.#then = null;
    this.#keepAll(this.#waiting.takeBack(), "takenBack");
    this.#onOutgoing();
  }

  // discard forgets what came back.
  discard(id) {
    this.#back.delete(id);
    this.#onOutgoing();
  }

  // ignore hides a person's words on this page, or shows them again.
  ignore({ id, nick }, hide = true) {
    if (hide) this.#room.ignored.set(id, nick);
    else this.#room.ignored.delete(id);
    this.#note(this.#text(hide ? "ignoring" : "unignoring", nick));
    this.#ui.ignoredChanged();
  }

  #say(op) {
    const { over, lines, bytes } = measure(op.text);
    if (over) return this.#text("tooLong", limits.textLines, limits.textBytes, lines, bytes);
    return this.#do(op);
  }

  #do({ id: _, ...op }) {
    // A name takes its turn too, so that what was typed before it is said by the old one.
    if (isLine(op) || (op.t === "nick" && (this.#waiting.sent || this.#waiting.lines.length > 0))) return this.#line(op);
    return this.#connection.send(op) === null ? this.#unready : "";
  }

  // after does what leaves the room, once all that waits for it was said: {go, waits,
  // stays, now}, of which waits says how many lines do, and now that one asked before.
  #after({ go, waits, stays, now }) {
    const many = this.#waiting.lines.length;
    if (many === 0 || (now && this.#then)) {
      this.#then = null;
      return go();
    }
    this.#then = { go, stays };
    this.#note(waits(many), "plain");
  }

  // unready is why nothing can be said now.
  get #unready() { return this.#text(this.#connection.phase === "left" ? "leftKept" : "offlineKept"); }

  // line puts what spends the rate of saying behind what waits already.
  #line(op) {
    if (!this.#connection.ready) return this.#unready;
    if (this.#then) return this.#then.stays;
    if (!this.#waiting.add({ id: `w${++this.#lines}`, op, text: op.text ?? op.nick ?? "" })) return this.#text("manyWait", this.#waiting.lines.length);
    this.#next();
    return "";
  }

  // next lets the next line go, if it may, and otherwise waits for its time, or for
  // the connection.
  #next() {
    this.#wake();
    if (this.#connection.ready) {
      const now = this.#clock.now();
      for (let line; (line = this.#waiting.next(now));) {
        line.id = this.#connection.send(line.op);
        line.op = { ...line.op, id: line.id };
        if (line.op.t === "nick") this.#waiting.said(now); // its answer may not come
      }
      const { due, sent, lines } = this.#waiting;
      const { go } = this.#then ?? {};
      if (go && !sent && lines.length === 0) {
        this.#then = null;
        go();
      }
      if (due > 0) this.#wake = this.#clock.after(due - now, () => this.#next());
    }
    this.#onOutgoing();
  }

  // answered takes the copy or the refusal of an own op.
  #answered(frame) {
    const { op } = frame;
    const now = this.#clock.now();
    const refused = frame.t === "error";
    if (op.id !== this.#waiting.sent?.id) {
      if (refused) this.#refused(op, frame);
    } else if (refused && /^(rate_limited|too_soon)$/.test(frame.code)) {
      this.#waiting.early(now, frame.wait);
    } else {
      this.#waiting.said(now);
      if (refused) this.#refused(op, frame);
      if (refused && frame.code === "unreachable") this.#keepAll(this.#waiting.takeBack(), "unsentApart"); // each would wait for a minute
    }
    this.#next();
  }

  // refused gives an op back to where it was typed.
  #refused(op, error) {
    const reason = this.#reason(error);
    if (op.t === "offer") return this.#ui.offerFailed(op, reason);
    const number = this.#room.numberOf(op.re ?? 0);
    // What is so already needs no word.
    if (op.t === "react" && op.on === (this.#room.log.numbered(number)?.reactions?.get(op.emoji)?.has(this.#room.you.id) ?? false)) return;
    const line = typed(op, this.#room);
    if (line && this.#ui.giveBack(line, number, reason, op.t === "amend")) return;
    if (isLine(op) || op.t === "amend") this.#keep(op.id, op, reason);
    else this.#note(reason, "problem");
  }

  // giveBack hands back all that has not come back from the room.
  #giveBack(why) {
    this.#then = null;
    this.#keepAll(this.#waiting.lost(), why);
    this.#onOutgoing();
  }

  #keepAll(lines, why) {
    for (const { id, op } of lines) this.#keep(id, op, this.#text(why));
  }

  #keep(id, op, reason) {
    this.#back.set(id, { op, reason });
  }

  // reason is what a code means, in this page's words where it has some. What the
  // server says of it otherwise stands as the server's.
  #reason({ t, own, code, message, text }) {
    const said = message ?? text;
    return this.#words(`${t === "notice" ? t : "code"}.${code}`, own ? said : this.#text("serverSays", said));
  }

  // later promises words that are fetched.
  async #later(key) {
    const { later } = await lazy("text/laterstrings.js");
    return later(this.#text)(key);
  }

  #note(line, tone) {
    this.#room.log.addNote([line], tone);
  }
}

// typed returns what somebody would type to do an op again, or nothing for what is not
// worth it.
export function typed(op, room) {
  switch (op.t) {
    case "whisper":
      return `/msg ${room.members.get(op.to)?.nick ?? "…"} ${op.text}`;
    case "nick":
      return `/nick ${op.nick}`;
    case "topic":
      return `/topic ${op.text || "-"}`;
    case "aside":
      return op.on ? `/away ${op.text ?? ""}`.trim() : "/back";
    case "held":
      return "/privacy";
    default:
      if (op.action) return `/me ${op.text}`;
      if (op.options) return `/poll ${[op.text, ...op.options].join(" | ")}`;
      return op.text?.replace(/^(\s*)(?=[/／])/, "$1/");
  }
}

// isLine: it spends the rate of saying.
function isLine(op) {
  return op.t === "say" || op.t === "whisper" || op.t === "topic" || op.t === "aside";
}

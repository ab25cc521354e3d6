// A sealed room for tests, but for the socket: real keys, and a server that passes on
// what it can't read, honestly or not.
import assert from "node:assert/strict";
import { newSecret } from "../static/sealed/seal.js";
import { Sealed } from "../static/sealed/sealed.js";
import { FakeClock, FakeHints, FakeSocket } from "./fakes.mjs";

// SealedServer is a sealed room's server as docs/PROTOCOL.md has it: it keeps
// what each place has not seen, and passes a sealed message on with each
// member's own wrap. `meddle(frame, place)` may change what a place is sent.
export class SealedServer {
  places = [];
  meddle = (frame) => [frame];
  relayed = []; // what it could record
  refuses = () => false; // whether a place's sealed message is too much for the room, or a code: why it is not taken, or "overtaken": so much is told once the next is here
  keepsOrder = true; // and whether then all is that is on its way behind it
  knocks = () => {}; // takes (socket, frame) of whoever knocks, who waits until join
  now = () => 1_700_000_000_000; // ms, by its clock
  governs = () => {}; // what is asked of a place that governs the room: nothing comes of it by itself
  #seq = 0;
  #members = 0; // so far

  open = () => {
    const socket = new FakeSocket((text) => { for (const line of text.split("\n")) this.#take(socket, JSON.parse(line)); });
    queueMicrotask(() => socket.accept());
    return socket;
  };

  #take(socket, frame) {
    this.relayed.push(frame);
    const place = this.places.find((each) => each.socket === socket);
    if (frame.t === "join") this.join(socket, frame);
    if (frame.t === "knock") this.knocks(socket, frame);
    if (!place) return;
    if (frame.t === "sync" && frame.id.startsWith("done")) return; // the answer to what was asked for comes before
    if (frame.t === "sync") {
      if (frame.refused && frame.refused === place.refused) place.refused = "";
      this.tell(place, { t: "synced", id: frame.id });
    }
    if (frame.t === "leave") this.part(place, "quit");
    if (frame.t === "pass") for (const each of this.places) if (frame.to.includes(each.member.id)) this.say(each, { t: "passed", from: { id: place.member.id }, body: frame.body });
    if (["rules", "claim", "host", "key", "remove", "mute", "speak", "admit", "deny", "vote", "invite", "uninvite", "burn", "held"].includes(frame.t)) this.governs(place, frame);
    const refused = frame.t === "seal" && (Boolean(place.refused) || this.refuses(place, frame));
    if (refused === "overtaken") {
      place.overtaken = frame.id;
      return;
    }
    if (frame.t === "seal" && place.overtaken) {
      this.tell(place, { t: "error", code: "rate_limited", message: "…", id: place.overtaken });
      place.overtaken = "";
    }
    if (refused) {
      const code = refused === true ? "rate_limited" : refused;
      place.refused = this.keepsOrder && code === "rate_limited" ? frame.id : "";
      return this.tell(place, { t: "error", code, message: "…", id: frame.id });
    }
    if (frame.t === "seal") {
      const at = this.now();
      for (const each of [...this.places]) {
        const wrap = frame.wraps.find(({ to }) => to === each.member.id)?.wrap;
        const own = each === place;
        if (own || wrap) this.tell(each, { t: "sealed", wseq: ++each.wseq, at, from: { id: place.member.id }, body: frame.body, ...(own ? { id: frame.id } : { wrap }) });
      }
    }
  }

  join(socket, { ticket, seq, wseq, hello, ...rest }) {
    if (ticket) {
      const place = this.places.find((each) => each.ticket === ticket);
      if (!place) return this.say({ socket }, { t: "error", code: "bad_ticket", message: "…" });
      place.socket = socket;
      place.refused = "";
      this.say(place, this.#welcome(place, { seq, resumed: true }));
      for (const frame of place.kept.filter((each) => (each.seq ?? 0) > seq || (each.wseq ?? 0) > wseq)) this.say(place, frame);
      return;
    }
    assert.deepEqual(Object.keys(rest).sort(), ["resume", "room", "t"], "neither a join nor a knock tells anything else");
    const member = { id: `m${++this.#members}`, nick: "", via: "web", hello };
    const place = { member, socket, kept: [], wseq: 0, ticket: `ticket-${member.id}` };
    this.all({ t: "joined", seq: ++this.#seq, member });
    this.places.push(place);
    this.room = rest.room;
    this.say(place, this.#welcome(place, { seq: this.#seq }));
  }

  #welcome(place, more) {
    const { ticket, member } = place;
    return { t: "welcome", v: 1, room: this.room, kind: "sealed", you: member, members: this.places.map((each) => each.member), ticket, ...more };
  }

  // numbered is a frame with the room's next number, if it has one.
  numbered(frame) { return frame.seq === undefined ? frame : { ...frame, seq: ++this.#seq }; }

  all(frame) { for (const place of this.places) this.tell(place, frame); }

  // tell keeps a frame for coming back, and sends it.
  tell(place, frame) {
    if (frame.t === "synced") return this.say(place, frame);
    for (const each of this.meddle(frame, place)) {
      place.kept.push(each);
      this.say(place, each);
    }
  }

  say(place, frame) {
    place.socket?.deliver(JSON.stringify(frame));
  }

  part(place, reason) {
    this.places.splice(this.places.indexOf(place), 1);
    this.all({ t: "left", seq: ++this.#seq, member: place.member, reason });
  }

  // away says of somebody that their connection is lost, or back.
  away(place, away) {
    place.member = { ...place.member, away };
    this.all({ t: "away", seq: ++this.#seq, member: place.member });
  }

  cut(place) {
    const { socket } = place;
    place.socket = null;
    socket.drop();
  }
}

export async function setting(...nicks) {
  const clock = new FakeClock();
  clock.advance(1000);
  const server = new SealedServer();
  server.now = clock.now;
  const secret = newSecret();
  const ends = [];
  const enter = async (nick, key = secret, atOnce = () => {}, knock = null) => {
    const seen = [];
    const unsent = [];
    const sealed = await Sealed.enter({
      secret: key, openSocket: () => server.open(), clock, hints: new FakeHints().watch,
      onFrames: (frames) => seen.push(...frames), onPhase: () => {}, onUnsent: (op, why) => unsent.push([op.text, why]),
    });
    const end = {
      sealed, seen, unsent, clock,
      last: (t) => seen.findLast((frame) => frame.t === t),
      all: (t) => seen.filter((frame) => frame.t === t),
      texts: () => seen.filter(({ t }) => t === "said").map(({ from, text }) => `${from.nick}: ${text}`),
      notices: () => seen.filter(({ t }) => t === "notice").map(({ code }) => code),
    };
    ends.push(end);
    sealed.join(knock);
    atOnce(end);
    await quiet(ends, server);
    clock.advance(2000);
    await quiet(ends, server);
    if (nick) {
      sealed.send({ t: "nick", nick });
      await quiet(ends, server);
    }
    end.place = server.places.at(-1);
    return end;
  };
  for (const nick of nicks) await enter(nick);
  return { server, clock, ends, enter, secret, settle: () => quiet(ends, server) };
}

// quiet waits until nobody has anything under way: what one end does is another's
// to take, so until nothing more comes of it.
export async function quiet(ends, server) {
  const progress = () => server.relayed.length + ends.reduce((sum, { seen, sealed }) => sum + seen.length + sealed.phase.length, 0);
  for (let still = 0, before = -1; still < 5; still++) {
    for (const { sealed } of ends) await sealed.idle();
    if (progress() !== before) still = 0;
    before = progress();
  }
}

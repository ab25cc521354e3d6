// What becomes of what was sealed here: it happened, it was refused, or nobody will
// ever say, and then it is sealed again. Knows no ciphers and no server.

import { refusalOfSealed } from "./governing.js";
import { tooFast } from "./intent.js";
import { hex } from "./seal.js";

export class Fates {
  #here;
  #doubts;
  #silences;
  #sending;
  #statements;
  #voice; // Spoken
  #session; // () => that of our place
  #clock;

  constructor({ here, doubts, silences, sending, statements, session, voice, clock }) {
    this.#voice = voice;
    this.#here = here;
    this.#doubts = doubts;
    this.#silences = silences;
    this.#sending = sending;
    this.#statements = statements;
    this.#session = session;
    this.#clock = clock;
  }

  // happened takes our own message coming back in the room's order, and says false of
  // one that is not ours.
  async happened({ body, at }) {
    const { entry, late = [] } = this.#sending.happened(body);
    if (!entry) return false;
    for (const before of late) {
      const { op: refused, payload } = before;
      this.#voice.refused(before);
      this.#statements.missed(payload.t, this.#clock.now());
      if (refused) this.#here.refuse(refused, tooFast.code, tooFast.message);
    }
    const { op, payload, to, message } = entry;
    if (payload.t === "say") this.#silences.listen(this.#here.people.shown);
    if (payload.t === "ask") for (const each of to) this.#doubts.asked(each, this.#here.shown); // our question is out
    else if (payload.t === "voice") await this.#voice.happened(payload);
    else if (payload.t !== "" && !this.#isForNobody(entry)) {
      const why = await this.#here.happened(payload, this.#here.you, { at, now: this.#clock.now(), hash: hex(message.hash), to: to[0], op });
      if (why) this.#here.refuse(op, why.code, why.message);
      this.#statements.happened(entry, this.#clock.now());
    }
    await this.#sending.flush();
    return true;
  }

  // sealAnew: the own copies of what was under way did not come, so it did not happen.
  async sealAnew() {
    await this.#sending.anew(async (entry) => {
      if (entry.message.greets) {
        entry.message = await this.#session().greet();
        return entry.message !== null; // otherwise all have answered
      }
      return !this.#isForNobody(entry);
    });
  }

  // isForNobody says whether a message is a whisper to somebody who has left, and tells so.
  #isForNobody({ op, payload, to: [to] }) {
    if (payload.t !== "whisper" || this.#here.people.byID.get(to.id) === to) return false;
    this.#here.refuse(op, "undelivered", "Whoever it was for has left.");
    return true;
  }

  // refused passes on that an op of ours did not happen.
  async refused(frame) {
    const entry = this.#sending.refused(frame.id, frame.code === "rate_limited");
    if (entry === undefined) return this.#here.emit(frame);
    if (entry) this.#voice.refused(entry);
    if (entry?.payload.t === "ask") for (const { doubt } of entry.to) doubt.refused = true;
    if (entry?.op) this.#statements.missed(entry.payload.t, this.#clock.now());
    const instead = refusalOfSealed(frame.code);
    if (entry?.op && instead) this.#here.refuse(entry.op, instead.code, instead.message);
    else if (entry?.op) this.#here.emit({ ...frame, op: entry.op });
    await this.#sending.flush();
  }
}

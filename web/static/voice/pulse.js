// Whether anything comes through a connection still. A browser itself says so only after
// eight seconds or more; what it has asked of the other end and had no answer to tells
// sooner. Knows no browser: getStats' rows go in.

export const LOOK_EVERY = 250; // ms
const SILENT_FOR = 2500; // ms without a sign of life; a browser asks for one as often
const ANSWERS_WITHIN = 700; // ms that an answer may take, on the slowest of networks that one can talk by

export class Pulse {
  #heard = -1;
  #heardAt = 0;
  #asked = 0;
  #askedAt = Infinity; // since when an answer is owed

  // lost says, of what a connection counts at a time in ms, whether it is dead. Of the ways
  // that were tried only the one that is taken counts.
  lost(stats, now) {
    let heard = 0;
    let asked = 0;
    for (const row of stats) {
      if (row.type === "candidate-pair" && row.nominated) {
        heard += (row.responsesReceived ?? 0) + (row.bytesReceived ?? 0);
        asked += (row.requestsSent ?? 0) + (row.consentRequestsSent ?? 0);
      } else if (row.type === "inbound-rtp") {
        heard += row.packetsReceived ?? 0;
      }
    }
    if (heard !== this.#heard) {
      [this.#heard, this.#heardAt, this.#asked, this.#askedAt] = [heard, now, asked, Infinity];
    } else if (asked > this.#asked) {
      this.#askedAt = Math.min(this.#askedAt, now);
    }
    return now - this.#askedAt >= ANSWERS_WITHIN && now - this.#heardAt >= SILENT_FOR;
  }
}

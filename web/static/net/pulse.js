// Whether anybody is at the other end. A dead connection looks alive to a browser, which
// can't see the server's pings. So what was sent must be followed by something within
// ANSWER_WITHIN; halfway a barrier is sent, which the server answers whatever else it does,
// and another after so much silence that nobody may be there any more. A line that turns out
// to be slower than that is given twice as long, up to LONGEST_ANSWER.
//
// While the server can't reach the others that share the room it answers no barrier, nor
// anything that was said: then only that a probe of another kind is not answered counts.

const ANSWER_WITHIN = 8000; // ms
const LONGEST_ANSWER = 64_000; // ms
const PROBE_AFTER = 15_000; // ms of silence

export class Pulse {
  askedAt = 0; // ms; since when nothing came that could answer what was sent; 0: it did

  #clock;
  #on;
  #patience = ANSWER_WITHIN;
  #probing = false; // whether a probe is out that looks whether anybody is there
  #stalled = false; // whether the server said that what is said waits
  #heardAt = 0; // ms; when something last came
  #unsentBytes = 0; // what waited in the socket when it was last looked at
  #cancel = () => {};

  // on: {buffered(), how many bytes wait in the socket; waits(), whether something was said
  // that has no answer; probe(stalled) sends what the server answers, then or else; told()
  // that it went out, or was answered; silent() that nobody answered}.
  constructor(clock, on) {
    this.#clock = clock;
    this.#on = on;
  }

  // asked: something was sent that is to be followed by an answer.
  asked() {
    if (this.askedAt > 0) return;
    if (!this.#stalled) this.askedAt = this.#clock.now();
    this.watch();
  }

  // stalls: the server, of which something was just heard, says that what is said waits, or
  // no longer does.
  stalls(on) { this.#stalled = on; }

  // heard: somebody is there.
  heard() {
    this.#heardAt = this.#clock.now();
    if (this.askedAt > 0 && this.#clock.now() - this.askedAt < ANSWER_WITHIN / 2) this.#patience = ANSWER_WITHIN;
    const told = this.#probing;
    this.askedAt = 0;
    this.#probing = false;
    if (told) this.#on.told();
  }

  // watch sets the time of the next look at whether anybody is there.
  watch() {
    this.#cancel();
    const now = this.#clock.now();
    this.#unsentBytes = this.#on.buffered();
    if (this.#probing) {
      this.#cancel = this.#clock.after(this.askedAt + this.#patience - now, () => this.#silent());
    } else {
      const half = this.#patience / 2;
      const due = this.askedAt > 0 ? this.askedAt + half : this.#heardAt + (this.#on.waits() ? half : PROBE_AFTER);
      this.#cancel = this.#clock.after(Math.max(0, due - now), () => this.probe());
    }
  }

  // probe looks now.
  probe() {
    if (this.#probing) return;
    this.#probing = true;
    this.askedAt ||= this.#clock.now();
    this.#on.probe(this.#stalled);
    this.watch();
    this.#on.told();
  }

  // stop: there is no connection to be watched.
  stop() {
    this.#cancel();
    this.askedAt = 0;
    this.#probing = this.#stalled = false;
  }

  // silent: nobody answered. As long as what was sent is still leaving the socket,
  // nobody could.
  #silent() {
    const buffered = this.#on.buffered();
    if (buffered > 0 && buffered < this.#unsentBytes) {
      this.askedAt = this.#clock.now();
      this.watch();
      return;
    }
    this.#patience = Math.min(LONGEST_ANSWER, 2 * this.#patience);
    this.#on.silent();
  }
}

// Times as people of a language write them. Sparing: an hour and a minute, and
// a day only when it changes.

export class Clock {
  #time;
  #day;
  #full;

  constructor(language) {
    this.#time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
    this.#day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
    this.#full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });
  }

  time(at) { return this.#time.format(at); }
  day(at) { return this.#day.format(at); }
  full(at) { return this.#full.format(at); }
  // since is a time before now, with its day where that is another.
  since(at, now) { return (this.day(at) === this.day(now) ? "" : `${this.day(at)}, `) + this.time(at); }
}

// Allowance is how much may leave: so many a second, after so many at once.
export class Allowance {
  #rate;
  #burst;
  #tokens;
  #spent = 0; // ms when tokens was right

  constructor(rate, burst) {
    this.#rate = rate;
    this.#burst = this.#tokens = burst;
  }

  // wait returns in how many ms so many more may leave, 0 for at once.
  wait(now, many = 1) {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#spent) / 1000) * this.#rate);
    this.#spent = now;
    return Math.max(0, Math.ceil(((many - this.#tokens) / this.#rate) * 1000));
  }

  // take lets so many leave, if they may, and returns what wait would.
  take(now, many = 1) {
    const wait = this.wait(now, many);
    if (wait === 0) this.#tokens -= many;
    return wait;
  }

  // pause lets nothing leave for so many ms.
  pause(now, ms) {
    this.#tokens = -ms * this.#rate / 1000;
    this.#spent = now;
  }
}

// Tasks that take their time and have an order: one after the other, and something that
// is looked at behind each of them and when its time comes.

export class TaskQueue {
  length = 0; // tasks that wait or go on

  #last = Promise.resolve();
  #clock;
  #look;
  #at = Infinity; // ms; when it is looked at by itself
  #cancel = () => {};

  // look() is called behind each task, and at the time that lookAt sets.
  constructor(clock, look) {
    this.#clock = clock;
    this.#look = look;
  }

  // add promises what the task promises, once all before it are done.
  add(task) {
    this.length++;
    const result = this.#last.then(task);
    this.#last = result
      .catch((error) => globalThis.reportError?.(error)) // a mistake of ours
      .then(() => {
        this.length--;
        this.#look();
      });
    return result;
  }

  lookAt(at) {
    if (at === this.#at) return;
    this.#cancel();
    [this.#at, this.#cancel] = [at, () => {}];
    if (at === Infinity) return;
    this.#cancel = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.#at = Infinity;
      this.#look();
    });
  }
}

// Tasks that take their time and have an order: one after the other, and something that
// is looked at behind each of them and when its time comes.

// steady is a clock that is never set back: all that waits here waits by it. For as long as
// it would go back it stands still, once.
export function steady({ now, ...rest }) {
  let [last, ahead] = [-Infinity, 0];
  return {
    ...rest,
    now: () => {
      ahead += Math.max(0, last - now() - ahead);
      return last = Math.max(last, now() + ahead);
    },
  };
}

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

// Back, on a phone, closes what lies over the room before it leads anywhere else: here for
// what is no dialog, where the browser has a CloseWatcher. backstep.js is for all others.

export class Back {
  #close;
  #watcher = null;

  constructor(close) {
    this.#close = close;
  }

  // watch: there is something to close, or no more.
  watch(shown) {
    if (!shown) {
      this.#watcher?.destroy();
      this.#watcher = null;
    } else if (globalThis.CloseWatcher && !this.#watcher) {
      this.#watcher = new CloseWatcher();
      this.#watcher.onclose = () => {
        this.#watcher = null;
        this.#close();
      };
    }
  }
}

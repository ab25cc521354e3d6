// Where you stopped reading. Knows nothing of scrolling or windows: it is told
// whether what arrives is looked at, and says how many were not, which of them
// named you, and before which entry the divider stands.

export class Unread {
  count = 0;
  mentions = 0;
  divider = 0; // key of the first entry that was not seen, 0 for none

  #attending = true;

  get attending() { return this.#attending; }

  // attend says whether new entries are seen as they come. Coming back leaves
  // the divider where it is; going away again moves it.
  attend(now) {
    if (now === this.#attending) return;
    this.#attending = now;
    if (now) this.count = this.mentions = 0;
    else this.divider = 0;
  }

  // arrived takes a new entry of somebody else's.
  arrived(key, mentions) {
    if (this.#attending) return;
    if (this.divider === 0) this.divider = key;
    this.count++;
    if (mentions) this.mentions++;
  }

  // settle takes the divider away: you said something, so you have read.
  settle() {
    if (this.#attending) this.divider = 0;
  }
}

// Where you stopped reading. Knows nothing of scrolling or windows: it is told
// whether the page is looked at, and whether its end is in sight, and says how much
// was not seen as it came, how much of it called you, and where it begins. The
// terminal counts alike (rooms/behaviour/unread.json).

export class Unread {
  count = 0;
  calls = 0;
  first = 0; // key of the first entry that was not seen, 0 for none
  divider = 0; // key of the entry below the divider, 0 for none

  #counted = new Map(); // key → whether it calls you
  #looking = true;
  #atEnd = true;
  #moves = true; // the divider does, with the next that is not seen

  // attend says what is seen from now on. Coming back leaves the divider where it is, and
  // so does reading further up; looking away lets it move, and takes it away if all was read.
  attend(looking, atEnd) {
    if (!looking && this.#looking) {
      this.#moves = true;
      this.read();
    }
    this.#looking = looking;
    this.#atEnd = atEnd;
    if (looking && atEnd) this.seen();
  }

  // take takes a new entry of the log, and says whether it is words of somebody
  // else's, whom you don't ignore, or a knock, which is no entry and has the key 0.
  take({ key, kind, from, mine, mentions, again, gone }, ignored) {
    if (!/^(said|whisper|offer|knock)$/.test(kind) || again || gone) return false;
    if (mine) {
      this.read();
      return false;
    }
    if (ignored.has(from.id)) return false;
    if (this.#looking && (this.#atEnd || !key)) return true;
    if (this.divider === 0 || this.#moves) this.divider = key;
    this.#moves = false;
    this.first ||= key;
    this.#count(key, mentions || kind === "whisper");
    return true;
  }

  // mended takes a message that was changed or taken back, and says whether it calls you
  // by that, which it does once.
  mended(entry, ignored) {
    const { key, from, gone, mentions } = entry;
    const called = this.#counted.get(key);
    if (gone && this.#counted.delete(key)) {
      this.count--;
      if (called) this.calls--;
      if (this.first === key) this.first = [...this.#counted.keys()].find(Boolean) ?? 0;
    }
    if (!mentions || entry.called || ignored.has(from.id)) return false;
    entry.called = true;
    if (this.#looking && this.#atEnd) return false;
    if (called !== undefined) this.count--;
    this.first ||= key;
    this.#count(key, true);
    return true;
  }

  #count(key, calls) {
    this.#counted.set(key, calls);
    this.count++;
    if (calls) this.calls++;
  }

  // read says that you have read what was seen: you spoke, pressed Esc or go.
  read() { if (this.count === 0) this.divider = 0; }

  // seen says that what came is being read.
  seen() {
    this.count = this.calls = this.first = 0;
    this.#counted.clear();
  }
}

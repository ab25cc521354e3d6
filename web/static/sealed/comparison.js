// Whether the safety words of a sealed room were compared: of whom that was true, and
// until when it holds. What is compared is what was read, whoever comes in meanwhile.
// Knows no keys and no clock. The twin of verify.go in Go's rooms/seal.

export class Comparison {
  #read = null; // {view, shown} of the words that were shown last
  #same = null; // {at, view, shown} of those that were the same, while that holds

  // at is when they were compared, in ms; 0: they were not, or that holds no more.
  get at() { return this.#same?.at ?? 0; }

  // read notes that the words for a view, in hex, were shown, and whom they are about.
  read(view, shown) { this.#read = { view, shown }; }

  // agreed notes that those were the same for all, and returns the frame that says so, or
  // who changed since they were read; null: none were read.
  agreed(now, view, shown) {
    if (!this.#read) return null;
    this.#same = { at: now, ...this.#read };
    return this.changed(view, shown) ?? { t: "compared", at: now, people: this.#same.shown.length };
  }

  // changed returns the frame that takes the comparison back, with who changed; null: it
  // holds, or there is none.
  changed(view, shown) {
    const was = this.#same;
    if (!was || was.view === view) return null;
    this.#same = null;
    return { t: "compared", at: 0, changes: changesOf(was.shown, shown) };
  }

  // renewed takes it back since this end has a new place, with a new key.
  renewed() {
    const frame = this.#same && { t: "compared", at: 0, changes: [["cameAnew"]] };
    this.#same = this.#read = null;
    return frame;
  }
}

// changesOf returns who came, went, or changed their name, between two times at which
// these were shown.
export function changesOf(were, are) {
  const before = new Map(were.map(({ peer, nick }) => [peer, nick]));
  const now = new Map(are.map(({ peer, nick }) => [peer, nick]));
  const changes = [];
  for (const [peer, nick] of now) {
    if (!before.has(peer)) changes.push(["cameIn", nick]);
    else if (before.get(peer) !== nick) changes.push(["renamedTo", before.get(peer), nick]);
  }
  for (const [peer, nick] of before) if (!now.has(peer)) changes.push(["wentAway", nick]);
  return changes;
}

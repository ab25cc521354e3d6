// The offers of others by what is passed about them: who passed it, and the id of the file,
// which is computed from its key and so takes a moment.

export class Theirs {
  #known = new Map(); // "member file id" → Offer
  #learning = 0; // offers whose id is being computed

  // learns: an offer may come to be known that something was passed about already.
  get learns() { return this.#learning > 0; }

  find(from, file) { return this.#known.get(`${from} ${file}`); }

  // learn promises to know an offer, if it is seen then.
  async learn(offer, isSeen) {
    this.#learning++;
    try {
      const { id } = await offer.key();
      if (isSeen(offer)) this.#known.set(`${offer.from.id} ${id}`, offer);
    } catch {
      // its key is none, and nothing will be passed about it
    } finally {
      this.#learning--;
    }
  }

  forget(offer) {
    for (const [id, each] of this.#known) if (each === offer) this.#known.delete(id);
  }

  clear() { this.#known.clear(); }
}

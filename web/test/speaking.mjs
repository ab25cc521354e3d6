// A member's part in the voice of a script's room, without a worker.
import { Ring, Sealing } from "../static/sealed/voiceframes.js";
import { readHeader } from "../static/sealed/voiceheader.js";
import { VoiceKeys } from "../static/sealed/voicekeys.js";

const frame = new TextEncoder().encode("opus");

export class Part {
  #clock;
  #sealing = null;
  #ring = null;
  #tracks = new Map(); // by whose they are
  #adding = null;
  #end = () => {};

  constructor(clock) { this.#clock = clock; }

  async talk(sealed) {
    this.#tracks.clear();
    this.#end = await sealed.talk(VoiceKeys, this);
  }

  stop() { return this.#end(); }

  begin(metadata, begun) {
    this.end();
    this.#sealing = new Sealing(metadata, begun, this.#clock.now);
    this.#ring = new Ring(this.#clock.now);
  }

  use(key) { this.#sealing.use(key); }
  add(member, metadata, key) { this.#adding = this.#ring.add(member, metadata, key); }
  remove(member) { this.#ring?.remove(member); }
  async counts() { return { came: this.#ring.came, of: this.#ring.counts() }; }

  end() {
    this.#sealing?.close();
    this.#ring?.close();
  }

  // seal promises a frame, or null.
  async seal() { return this.#sealing?.seal(frame).catch(() => null) ?? null; }

  // hears promises whether a frame opens on the track of that member, to be played at a time.
  async hears(on, sealed, at = (readHeader(sealed)?.counter ?? 0) * 960) {
    if (!this.#ring) return false;
    await this.#adding;
    if (!this.#tracks.has(on)) this.#tracks.set(on, this.#ring.receiver());
    return Boolean((await this.#tracks.get(on).open(sealed, at)).frame);
  }
}

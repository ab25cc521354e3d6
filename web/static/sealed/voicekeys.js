// One end's part in the voice of its sealed room: who has its keys, whose keys it has, and
// what a server does to what is said. The twin of voice.go and withheld.go in Go's
// rooms/seal. Fetched with the voice. Knows no frames: a part is given to it that seals and
// opens them, elsewhere:
//
//   begin(metadata, begun)          all anew: of this end's frames, and since when
//   use({kid, sealer})              by which this end seals from now on
//   add(member, metadata, key)      of somebody who is to be heard
//   remove(member)
//   counts()                        promises {came, of: member → {opened, changed, late}}
//   end()                           nothing is sealed or opened before it begins again

import { base64url, fromBase64url, join, unhex } from "./seal.js";
import { Keys, splitKID, TURN_WITHIN } from "./voiceframes.js";

const REKEY_EVERY = 500; // ms that this end goes on with a key at least
// ms that the key of somebody is held who is not said to be in voice: who lost their connection
// comes back with the key that they had, as long as a place waits
const HELD_FOR = 70_000;
const JUDGE_EVERY = 1000; // ms between two looks at what came
const KEYLESS_FOR = 10_000; // ms that a key may be on its way
const SETTLE_FOR = 3000; // ms until what somebody says comes
const WITHHELD_FOR = 5; // seconds without anything of somebody's that are told of
const LATE_FRAMES = 50; // that are told of as one: a second of them
const CHANGED_AT_LEAST = 3; // frames that are told of

export class VoiceKeys {
  #here;
  #sending;
  #room;
  #clock;
  #wall;
  #later;
  #say;
  #part;

  #keys = null;
  #given = new Set(); // people who were given the key
  #held = new Map(); // person whose key is here, though they are not said to be in voice → since when
  #tags = new Map(); // person → what they drew for their part
  #left = false; // somebody has the key who is not to have the next
  #pending = null; // the payload of the next key, on its way
  #turnBy = Infinity;
  #notBefore = -Infinity;
  #looked = -Infinity;
  #came = 0;
  #busy = false;
  #closed = false;

  // here is the SealedRoom, room the Room. later(task) runs a task in the order of everything
  // else; say(payload, ...people) promises that it was said to those of them who are here.
  constructor({ here, room, sending, clock, wall, later, say, part }) {
    this.#here = here;
    this.#room = room;
    this.#sending = sending;
    this.#clock = clock;
    this.#wall = wall;
    this.#later = later;
    this.#say = say;
    this.#part = part;
  }

  // begin begins, and begins anew with each place.
  async begin() {
    this.end();
    const uses = [];
    let use = (key) => uses.push(key);
    const keys = await Keys.begin((key) => use(key), this.#wall);
    if (this.#closed || !this.#here.you) return keys.close();
    this.#keys = keys;
    this.#looked = this.#clock.now();
    this.#part.begin(this.#bound(this.#here.you), keys.begun);
    use = (key) => { if (this.#keys === keys) this.#part.use(key); };
    uses.forEach(use);
  }

  // end: the place is over. Its keys are gone.
  end() {
    this.#keys?.close();
    this.#keys = this.#pending = null;
    for (const each of [this.#given, this.#held, this.#tags]) each.clear();
    this.#left = false;
    [this.#turnBy, this.#notBefore, this.#came] = [Infinity, -Infinity, 0];
    for (const { spoken } of this.#here.people.byID.values()) spoken.keyed = false;
    this.#part.end();
  }

  close() {
    this.#closed = true;
    this.end();
  }

  // bound is what goes into the tags of a member's frames: another's key opens none.
  #bound({ peer }) { return join(this.#room.id, unhex(peer)); }

  // talks says whether somebody is to have our key.
  #talks(person) { return person !== this.#here.you && person.shown && person.spoken.in && this.#isHere(person); }
  #isHere(person) { return this.#here.people.byPeer.get(person.peer) === person; }

  // keyed takes a member's key of voice.
  keyed(person, { kid, ctr, key }) {
    if (!this.#keys) return;
    const { tag } = splitKID(kid);
    if (this.#tags.has(person) && this.#tags.get(person) !== tag) this.#given.delete(person); // they began anew, and have no key of ours
    this.#tags.set(person, tag);
    Object.assign(person.spoken, { keyed: true, lost: 0 });
    this.#held.set(person, this.#clock.now());
    this.#part.add(person.peer, this.#bound(person), { kid, counter: ctr, base: fromBase64url(key) });
  }

  // happened takes our own copy of a key: all have it before what is sealed from here on.
  async happened(payload) { if (payload === this.#pending) await this.#turn(); }

  // refused: a key of ours was not said, and who was to have it is given one anew.
  refused({ payload, to }) { if (payload.t === "voice") to.forEach((person) => this.#given.delete(person)); }

  async #turn() {
    this.#pending = null;
    this.#turnBy = Infinity;
    await this.#keys?.turn();
  }

  // look sees to the keys and to what came, and returns when to look again.
  look(now) {
    if (!this.#keys) return Infinity;
    if (now >= this.#looked + JUDGE_EVERY) {
      this.#looked = now;
      const keys = this.#keys;
      this.#part.counts().then((counts) => this.#later(() => { if (keys === this.#keys) this.#judge(counts, now); }), () => {});
    }
    const due = this.#dueAt(now);
    if (due <= now && !this.#busy) {
      this.#busy = true;
      this.#later(async () => {
        try {
          await this.#rekey(this.#clock.now());
        } finally {
          this.#busy = false;
        }
      });
    }
    return Math.min(due <= now ? Infinity : due, this.#looked + JUDGE_EVERY);
  }

  // dueAt is when something is to be done about keys.
  #dueAt(now) {
    if ([...this.#given].some((person) => !this.#talks(person))) return now;
    let next = this.#turnBy;
    for (const [person, since] of this.#held) next = Math.min(next, this.#talks(person) || !this.#isHere(person) ? now : since + HELD_FOR);
    const changes = this.#left || [...this.#here.people.byID.values()].some((person) => this.#talks(person) && !this.#given.has(person));
    return Math.min(next, changes && !this.#pending ? this.#notBefore : Infinity);
  }

  // rekey gives the key to whoever came into voice, from its next step on, and a fresh one to
  // all once somebody has left it.
  async #rekey(now) {
    if (!this.#keys) return;
    for (const person of [...this.#given].filter((each) => !this.#talks(each))) {
      this.#given.delete(person);
      this.#left = true;
      this.#held.set(person, now);
    }
    for (const [person, since] of this.#held) {
      if (this.#talks(person)) this.#held.delete(person);
      else if (now >= since + HELD_FOR || !this.#isHere(person)) this.#forget(person);
    }
    if (this.#pending && now >= this.#turnBy) await this.#turn();
    const all = [...this.#here.people.byID.values()].filter((person) => this.#talks(person));
    const newcomers = all.filter((person) => !this.#given.has(person));
    if (this.#pending || (!this.#left && newcomers.length === 0) || now < this.#notBefore) return;
    this.#notBefore = now + REKEY_EVERY;
    const keys = this.#keys;
    if (!this.#left && (await keys.ratchet())) {
      if (keys === this.#keys && (await this.#tells(keys.key(), newcomers))) newcomers.forEach((person) => this.#given.add(person));
      return;
    }
    if (keys !== this.#keys) return;
    this.#left = false;
    this.#given.clear();
    const told = await this.#tells(keys.fresh(), all);
    if (keys !== this.#keys) return;
    if (!told) return keys.turn(); // nobody is there, or too much waits: then nobody hears
    all.forEach((person) => this.#given.add(person));
    [this.#pending, this.#turnBy] = [told, now + TURN_WITHIN];
  }

  // tells promises what was sealed to those people, which has yet to happen; null: nothing.
  async #tells({ kid, counter, base }, people) {
    const payload = { t: "voice", kid, ctr: counter, key: base64url(base) };
    base.fill(0);
    if (people.length === 0 || !this.#sending.hasRoom("voice")) return null;
    await this.#say(payload, ...people);
    return this.#sending.payloads.includes(payload) ? payload : null;
  }

  // forget forgets the key of somebody who is in voice no more.
  #forget(person) {
    this.#held.delete(person);
    this.#tags.delete(person);
    person.spoken.keyed = false;
    this.#part.remove(person.peer);
  }

  // judge takes what a server did to frames and keys, beyond what a line does.
  #judge({ came, of }, now) {
    const flows = came !== this.#came; // where nothing comes at all the sound's connection is lost
    this.#came = came;
    for (const person of this.#here.people.byID.values()) if (this.#talks(person)) judgeOne(person, of.get(person.peer), flows, now);
  }
}

function judgeOne({ spoken, lapses }, { opened = 0, changed = 0, late = 0 } = {}, flows, now) {
  if (changed >= CHANGED_AT_LEAST) lapses.voice_changed.count = Math.max(lapses.voice_changed.count, changed);
  lapses.voice_late.count = Math.max(lapses.voice_late.count, Math.floor(late / LATE_FRAMES));
  const heard = opened !== spoken.opened;
  spoken.opened = opened;
  const lasts = now - spoken.since;
  if (heard) spoken.lost = Math.max(0, spoken.lost - 1);
  else if (spoken.keyed && flows && !spoken.muted && lasts > SETTLE_FOR) spoken.lost++;
  if (spoken.lost >= WITHHELD_FOR) {
    spoken.lost = 0;
    lapses.voice_withheld.count++;
  }
  if (!spoken.keyed && lapses.voice_keyless.count === 0 && lasts > KEYLESS_FOR) lapses.voice_keyless.count = 1;
}

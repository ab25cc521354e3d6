// Who is in a sealed room's voice, as the server says it, of those who are shown. Who
// speaks the server can't know: that is found out here, where it is heard.
//
// The fields of a person's `spoken`; times are ms:
//
//   in, muted   as the server says
//   since       when it said so
//   until       when it must have said it again; Infinity: it need not
//   speaking    as is heard here
//   keyed       the key of their voice is here
//   lost        seconds without anything of theirs that should have come
//   opened      frames of theirs that opened by the second before

export const newSpoken = () => ({ in: false, muted: false, since: -Infinity, until: Infinity, speaking: false, keyed: false, lost: 0, opened: 0 });

const RETURN = 2000; // ms after a return in which the server has to say again who is in voice

export class Spoken {
  #here;
  #clock;
  #given; // what a part in voice needs
  #part = null; // this end's: VoiceKeys

  // room, sending, wall, later and say are as voicekeys.js wants them.
  constructor({ here, clock, ...given }) {
    this.#here = here;
    this.#clock = clock;
    this.#given = { here, clock, ...given };
  }

  // talk begins a part in the room's voice, whose frames are sealed and opened by what part
  // does (voicekeys.js), and promises what ends it; null: there is no place to talk in. It
  // must begin before the server is asked for a part.
  async talk(VoiceKeys, part) {
    if (!this.#here.you) return null;
    this.#part?.close();
    const keys = this.#part = new VoiceKeys({ ...this.#given, part });
    await keys.begin();
    return () => this.#given.later(() => {
      keys.close();
      if (this.#part === keys) this.#part = null;
    });
  }

  // What a part in voice does with keys, where there is one.
  keyed(person, payload) { this.#part?.keyed(person, payload); }
  async happened(payload) { await this.#part?.happened(payload); }
  refused(entry) { this.#part?.refused(entry); }
  async begin() { await this.#part?.begin(); }
  end() { this.#part?.end(); }

  // take takes how somebody is in voice, or the answer to whoever asked for a part.
  take({ member, in: within = false, muted = false, members = [], answer, id }) {
    if (member) return this.#is(member.id, within, muted);
    for (const each of members) this.#is(each.id, true, each.muted ?? false);
    const shown = members.map((each) => this.#here.people.byID.get(each.id)).filter((person) => person?.shown);
    this.#here.emit({ t: "voice", answer, id, members: shown.map(({ id: of, spoken }) => ({ id: of, muted: spoken.muted, speaking: spoken.speaking })) });
    return undefined;
  }

  #is(id, within, muted) {
    const person = this.#here.people.byID.get(id);
    if (!person) return;
    const { spoken } = person;
    if (spoken.in !== within || spoken.muted !== (within && muted)) {
      Object.assign(spoken, { in: within, muted: within && muted, since: this.#clock.now(), lost: 0 });
    }
    if (!within || muted) spoken.speaking = false;
    spoken.until = Infinity;
    if (person.shown) this.#here.emit(voiceOf(person));
  }

  // speaks notes that whoever has that key is heard, or is not any more; without one, that
  // this end is.
  speaks(peer, speaking) {
    const person = this.#here.people.byPeer.get(peer || this.#here.you?.peer);
    if (!person?.shown || !person.spoken.in || person.spoken.speaking === (speaking && !person.spoken.muted)) return;
    person.spoken.speaking = speaking && !person.spoken.muted;
    this.#here.emit(voiceOf(person));
  }

  // back: the connection was lost, and the server has to say again who is in voice.
  back() {
    for (const { spoken } of this.#here.people.byID.values()) if (spoken.in) spoken.until = this.#clock.now() + RETURN;
  }

  // look takes out whom it did not, and returns when to look again.
  look(now) {
    let next = this.#part?.look(now) ?? Infinity;
    for (const person of this.#here.people.byID.values()) {
      if (now >= person.spoken.until) this.#is(person.id, false, false);
      next = Math.min(next, person.spoken.until);
    }
    return next;
  }
}

// voiceOf is how a frame says that somebody is in voice, or is not.
export const voiceOf = ({ id, spoken }) => ({ t: "voice", member: { id }, in: spoken.in, muted: spoken.muted, speaking: spoken.speaking });

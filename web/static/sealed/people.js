// Who is in a sealed room as this end sees it: the server's word for each member,
// the id of their key, and what they said of themselves once their first message
// had proved that somebody with the secret is there. The twin of people.go in
// Go's rooms/seal.
//
// The fields of a person, those of its doubt in doubts.js; times are ms:
//
//   id, nick, via, away  as the room shows them
//   host                 they may do what hosts may, as the server says
//   peer                 the id of their key
//   public               the key
//   before               was here when we came
//   since                when the server showed them to us
//   awaySince            when the server said that their connection was lost
//   backSince            and that it was back
//   shown                they told us who they are, and we show them
//   greeted              they have greeted us, and we have to answer
//   owed                 we have to tell them who we are
//   told                 and have
//   toldAt               how much we had said to all by then
//   key                  of their name, which looks like no other's here
//   claim                the name that they said first
//   silent               it was told that nothing comes from them
//   named                how they were told of by the name that another member knows
//   vouched              another member shows them
//   gone                 they said nothing for so long that the keys are gone
//   unknown              messages of theirs of a kind that is not known here
//   twofold              times that they were seen to tell others something else than us
//   disputes             times that they said so of others
//   heardAt              when something came from them last
//   skipped              messages of theirs that are lost and were not told of yet
//   tally                of what they said to all before the first of it that came here
//   missed               it was told that something of that was not sealed to us
//   doubt                what we make of whom they show
//   spoken               how they are in the room's voice: spoken.js

import { isPlaceholder, parseNick, placeholder } from "../text/name.js";

export class People {
  byID = new Map(); // in the order of arrival
  byPeer = new Map();
  #names = new Map(); // key of a name → who has it
  // Names that nobody has, since two said them who were both here before us: key → those two.
  #disputed = new Map();

  add(person) {
    this.byID.set(person.id, person);
    this.byPeer.set(person.peer, person);
  }

  remove(person) {
    this.byID.delete(person.id);
    this.byPeer.delete(person.peer);
    if (this.#names.get(person.key) === person) this.#names.delete(person.key);
  }

  // name gives somebody the name that they claim, if it is one and nobody else
  // here has it or one that looks like it. Otherwise they go by a number of
  // their key, which nobody can choose.
  name(person, claim) {
    let nick = parseNick(claim);
    if (!nick || this.taken(nick.key, person)) {
      let n = parseInt(person.peer.slice(0, 8), 16);
      do nick = placeholder(n++ >>> 0);
      while (this.taken(nick.key, person));
    }
    if (this.#names.get(person.key) === person) this.#names.delete(person.key);
    person.nick = nick.shown;
    person.key = nick.key;
    this.#names.set(person.key, person);
  }

  // introduce gives somebody the name of their first message, and returns {loser, was} if
  // another lost theirs by it, or null. Of two who say the same name, whoever came first
  // has it, whenever they say so: every end knows the order in which people came, and none
  // when a word came to another. Of two who were both here before us, nobody can tell us
  // who had it first: then neither has it, nor anybody else, until one of them takes another or leaves.
  introduce(person, claim) {
    const nick = parseNick(claim);
    const other = (nick && this.#names.get(nick.key)) ?? nobody;
    const both = Boolean(person.before && other.before);
    let lost = null;
    if (other !== nobody && (both || this.#cameBefore(person, other))) {
      lost = { loser: other, was: other.nick };
      this.#names.set(nick.key, both ? nobody : person);
      if (both) this.#disputed.set(nick.key, [person, other]);
      this.name(other, "");
    }
    person.claim = claim;
    this.name(person, claim);
    return lost;
  }

  // cameBefore says whether one came before another. Those whom we found here did, whatever
  // place the server shows them in.
  #cameBefore(person, other) {
    if (Boolean(person.before) !== Boolean(other.before)) return Boolean(person.before);
    const order = [...this.byID.values()];
    return order.indexOf(person) < order.indexOf(other);
  }

  // endDispute ends the dispute of somebody who takes another name, or none and leaves, and returns {winner, was}:
  // whoever has the disputed one now, if anybody can, and what they were called; or null.
  endDispute(person, claim) {
    const taken = parseNick(claim)?.key;
    for (const [key, two] of this.#disputed) {
      if (!two.includes(person) || key === taken) continue;
      this.#disputed.delete(key);
      this.#names.delete(key);
      const winner = two.find((each) => each !== person);
      if (this.byPeer.get(winner.peer) !== winner || !isPlaceholder(winner.nick)) return null; // left, or has another name by now
      const was = winner.nick;
      this.name(winner, winner.claim);
      return { winner, was };
    }
    return null;
  }

  // taken says whether somebody else has a name with that key.
  taken(key, person) {
    return (this.#names.get(key) ?? person) !== person;
  }

  // unconfirmed is how many hold the secret, as far as the server tells, and have not
  // said who they are.
  get unconfirmed() {
    return [...this.byID.values()].filter(({ shown }) => !shown).length;
  }

  get shown() {
    return [...this.byID.values()].filter(({ shown }) => shown);
  }
}

export { isPlaceholder };

// nobody has the names that are in dispute.
const nobody = {};

// memberOf and personOf are how frames name somebody.
export const memberOf = ({ id, nick, via, away, aside, host }) => ({ id, nick, via, away: away || undefined, aside, host: host || undefined });
export const personOf = ({ id, nick }) => ({ id, nick });

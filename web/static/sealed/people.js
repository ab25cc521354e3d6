// Who is in a sealed room as this end sees it: the server's word for each member,
// the id of their key, and what they said of themselves once their first message
// had proved that somebody with the secret is there. The twin of people.go in
// Go's rooms/seal.
//
// A person: {id, nick, via, away?} as the room shows them, and peer (the id of their
// key), public (the key), before (was here when we came), since (ms when the server
// showed them to us), awaySince and backSince (ms), greeted (they have, and we have to
// answer), shown, owed (they told us who they are, and we have to tell them), told (and
// have), unknown (messages of a kind that is not known here), key (of the name), silent,
// gone, named and vouched (see Silences), heardAt (ms), tally (of what they said to all
// before the first of it that came here), and doubt (see doubts.js).

import { parseNick, placeholder } from "../text/name.js";

export class People {
  byID = new Map(); // in the order of arrival
  byPeer = new Map();
  #names = new Map(); // key of a name → who has it

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

  // introduce gives somebody the name of their first message, and returns {loser,
  // was} if another lost theirs by it, or null. Of two who were both here before us, nobody can tell us
  // who had a name first: then neither has it, nor anybody else for as long as we
  // are here. Our own name gives way to theirs, as it does on everybody else's
  // screen.
  introduce(person, you, claim) {
    const nick = parseNick(claim);
    const other = nick && this.#names.get(nick.key);
    let lost = null;
    if (other && person.before && (other.before || other === you)) {
      lost = { loser: other, was: other.nick };
      this.#names.set(nick.key, other.before ? nobody : person);
      this.name(other, "");
    }
    this.name(person, claim);
    return lost;
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

// nobody has the names that are in dispute.
const nobody = {};

// memberOf and personOf are how frames name somebody.
export const memberOf = ({ id, nick, via, away }) => ({ id, nick, via, away: away || undefined });
export const personOf = ({ id, nick }) => ({ id, nick });

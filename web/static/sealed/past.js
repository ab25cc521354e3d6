// What binds all that a member has said to all in a stay, so that two tellings of one
// thing show. The twin of past.go in Go's rooms/seal; docs/SEALED.md is the scheme ("One
// past for all"). Bytes go in and come out.

import { forged, hex, join, readU32, sha256, u32, unhex } from "./seal.js";

const PAST_BYTES = 32;
const ID_BYTES = 16;
const SALT_BYTES = 16;
const CLAIM_BYTES = ID_BYTES + 4 + PAST_BYTES;
export const MOST_CLAIMS = 8; // that a message to all carries, and that are owed of one sender
// What goes with what is said to all, at most.
export const BESIDE_BYTES = SALT_BYTES + 1 + MOST_CLAIMS * CLAIM_BYTES;
const MOST_REMEMBERED = 256; // messages to all of one sender

const LABEL = new TextEncoder().encode("sotto/v2 past\0");

// pastOf promises the value before somebody has said anything, and after that when a
// message of that number has been said as well.
export const pastOf = (room, id) => sha256(LABEL, room, unhex(id));
export const after = (past, number, text) => sha256(LABEL, past, u32(number), text);

// nameOf is the name of the message to all that a value ends with.
export const nameOf = (past) => past.slice(0, 16);

export const newSalt = () => crypto.getRandomValues(new Uint8Array(SALT_BYTES));

// addressed is the text of what is said to all: a salt, claims, {about, number, past}
// each, and what is said.
export const addressed = (salt, claims, said) => join(
  salt, new Uint8Array([claims.length]), ...claims.flatMap(({ about, number, past }) => [unhex(about), u32(number), past]), said,
);

// readAddressed reads such a text: {claims, said}.
export function readAddressed(text) {
  const count = text[SALT_BYTES];
  const end = SALT_BYTES + 1 + count * CLAIM_BYTES;
  if (text.length <= SALT_BYTES || count > MOST_CLAIMS || text.length < end) throw forged();
  const claims = [];
  for (let at = SALT_BYTES + 1; at < end; at += CLAIM_BYTES) {
    const number = at + ID_BYTES;
    claims.push({ about: hex(text.slice(at, number)), number: readU32(text, number), past: text.slice(number + 4, at + CLAIM_BYTES) });
  }
  return { claims, said: text.slice(end) };
}

// Memory is the values of a sender's newest messages to all, by their numbers.
export class Memory {
  #values = new Map();

  add(number, past) {
    this.#values.set(number, past);
    if (this.#values.size > MOST_REMEMBERED) this.#values.delete(this.#values.keys().next().value);
  }

  get(number) { return this.#values.get(number); }
}

// Owed is what the others are to be told that we heard, the oldest first.
export class Owed {
  #claims = [];

  // add: where nothing is missing before it, goesOn, the newest value binds all before;
  // what is on the other side of a gap it can't bind, so the value from before the gap
  // is told as well.
  add(claim, goesOn) {
    const same = this.#claims.filter(({ about }) => about === claim.about);
    if (same.length > 0 && (goesOn || same.length === MOST_CLAIMS)) this.#claims[this.#claims.indexOf(same.at(-1))] = claim;
    else this.#claims.push(claim);
  }

  // take takes out what is owed for longest.
  take() { return this.#claims.splice(0, MOST_CLAIMS); }

  // forget: somebody has left.
  forget(id) { this.#claims = this.#claims.filter(({ about }) => about !== id); }
}

// A text in numbers: its bytes, its hash, and the bounds that a page can meet before
// the server does. The server's are the ones that count; these only let the page warn
// early.

export const limits = {
  textBytes: 4000, // a message, UTF-8, after cleaning
  textLines: 40, // a message; more would push everybody's screen away
  nickBytes: 24,
  roomNameBytes: 64,
  amendFor: 300_000, // ms after it was said that a message can be changed
  typingEvery: 2000, // ms between two typing signals
  typingFor: 5000, // ms that somebody else's typing is shown
};

const encoder = new TextEncoder();
const roomName = /^[a-z0-9][a-z0-9-]{0,63}$/i;

// byteLength returns how many bytes of UTF-8 a text takes.
export function byteLength(text) {
  return encoder.encode(text).length;
}

// fnv is FNV-1a, 32 bits, of a text in UTF-8.
export function fnv(text) {
  return encoder.encode(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

// foldRoomName returns the name as the server will read it, or null when it
// can't be a room's name.
export function foldRoomName(typed) {
  const name = typed.trim();
  return roomName.test(name) ? name.toLowerCase() : null;
}

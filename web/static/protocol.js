// The frames of sotto.v1 as the browser sees them: one JSON object a line,
// `t` is its type. Knows how frames look, not when they are sent; connection.js
// does that. docs/PROTOCOL.md is the definition.

export const subprotocol = "sotto.v1";

// The bounds that a page can meet before the server does. The server's are the
// ones that count; these only let the page warn early.
export const limits = {
  textBytes: 4000, // a message, UTF-8, after cleaning
  textLines: 40, // a message; more would push everybody's screen away
  nickBytes: 24,
  roomNameBytes: 64,
  typingEvery: 2000, // ms between two typing signals
  typingFor: 5000, // ms that somebody else's typing is shown
};

export const clientTypes = new Set([
  "join", "say", "whisper", "nick", "topic", "typing", "seal", "offer", "pass", "sync", "ack", "held", "leave",
]);

export const serverTypes = new Set([
  "welcome", "said", "whispered", "sealed", "offered", "passed", "joined", "left", "renamed", "topic", "away", "typing",
  "notice", "gap", "synced", "held", "error", "bye",
]);

// encode returns one client frame. Fields that are undefined are left out.
export function encode(op) {
  return JSON.stringify(op);
}

// decode returns the server frames in one WebSocket message, in order. A type
// that this page doesn't know is left out: a newer server may send it. Throws a
// SyntaxError on anything that isn't JSON.
export function decode(text) {
  const frames = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const frame = JSON.parse(line);
    if (frame !== null && serverTypes.has(frame.t)) frames.push(frame);
  }
  return frames;
}

const roomName = /^[a-z0-9][a-z0-9-]{0,63}$/;

// foldRoomName returns the name as the server will read it, or null when it
// can't be a room's name.
export function foldRoomName(typed) {
  const name = typed.trim().toLowerCase();
  return roomName.test(name) ? name : null;
}

// byteLength returns how many bytes of UTF-8 a text takes.
export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

// A fresh open room, whose name nobody can know: entered beside the one that a page is
// in, by a socket that the page's connection takes over when it goes there. Knows no DOM.

import { decode, encode } from "../net/protocol.js";

const WITHIN = 20_000; // ms for an answer
const PARTS = 5; // of a name, of 16 random bits each

// freshName draws a name that can be read aloud.
export function freshName() {
  const drawn = crypto.getRandomValues(new Uint16Array(PARTS));
  const consonant = (bits) => "bdfghjklmnprstvz"[bits & 15];
  const vowel = (bits) => "aiou"[bits & 3];
  return [...drawn].map((bits) => consonant(bits >> 12) + vowel(bits >> 10) + consonant(bits >> 6) + vowel(bits >> 4) + consonant(bits)).join("-");
}

// enterFresh promises a room of which this person is the maker: {where, send(op), drop(),
// go()}; null: somebody is there already. It throws where there is no way in.
export async function enterFresh({ open, clock, nick, goTo }) {
  const room = freshName();
  const socket = open();
  const held = []; // messages that came by it
  const send = (frame) => socket.send(encode(frame));
  const drop = () => socket.close(1000);
  let first;
  try {
    first = await within(new Promise((resolve, reject) => {
      socket.onopen = () => send({ t: "join", room, nick, resume: true });
      socket.onclose = () => reject(new Error("closed"));
      socket.onmessage = ({ data }) => {
        held.push(data);
        resolve(decode(data, clock.now())[0]);
      };
    }), clock);
  } catch (error) {
    drop();
    throw error;
  }
  if (first?.t === "welcome" && first.you.host && first.members.length === 1) {
    return { where: { room }, send, drop, go: () => goTo(room, { socket: () => handed(socket, held) }) };
  }
  drop();
  if (first?.t !== "welcome" && !["knock", "locked", "room_full"].includes(first?.code)) throw new Error("not entered");
  return null;
}

// handed is a socket that has joined already, as a connection takes one that it opens.
export function handed(socket, held) {
  let joined = false;
  const given = {
    get readyState() { return socket.readyState; },
    get bufferedAmount() { return socket.bufferedAmount; },
    close: (code) => socket.close(code),
    send(data) {
      if (joined) return socket.send(data);
      joined = true; // this is the join
      queueMicrotask(() => {
        for (const each of held.splice(0)) given.onmessage?.({ data: each });
        socket.onmessage = ({ data: each }) => given.onmessage?.({ data: each });
      });
    },
  };
  socket.onmessage = ({ data }) => held.push(data);
  socket.onclose = () => given.onclose?.();
  queueMicrotask(() => given.onopen?.());
  return given;
}

// within is a promise that does not take too long.
export function within(promise, clock) {
  return new Promise((resolve, reject) => {
    const end = clock.after(WITHIN, () => reject(new Error("late")));
    promise.then(resolve, reject).finally(end);
  });
}

// What a connection needs of the browser: sockets, time, and whether this is a
// moment to try.

import { subprotocol } from "./protocol.js";

// opener returns a function that opens a socket to this page's server.
export function opener(prefix) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const address = `${scheme}//${location.host}${prefix}/ws`;
  return () => new WebSocket(address, subprotocol);
}

export const clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(), // spreads retries; nothing secret hangs on it
};

// gate lets a connection try while there is a network and somebody looks, or
// asked to be called for what is said meanwhile.
export function gate(wantsCalls) {
  return {
    ready: () => navigator.onLine && (!document.hidden || wantsCalls()),
    watch: (fn) => {
      addEventListener("online", fn);
      addEventListener("offline", fn);
      document.addEventListener("visibilitychange", fn);
    },
  };
}

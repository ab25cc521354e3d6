// What a connection needs of the browser: sockets, time, and when to try sooner.

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

// hints calls fn when this may be a good moment to try: a network came, or somebody
// looks. Nothing here forbids to try: browsers are wrong about the network, and
// words arrive for a page that nobody looks at.
export function hints(fn) {
  addEventListener("online", fn);
  document.addEventListener("resume", fn); // a page that the browser had frozen
  document.addEventListener("visibilitychange", () => { if (!document.hidden) fn(); });
}

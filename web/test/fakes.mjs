// A clock that only moves when told to, a network that can be cut, and a socket
// whose other end is the test.

export class FakeClock {
  #now = 1;
  #timers = new Set();
  now = () => this.#now;
  random = () => 0.5;
  after = (ms, fn) => {
    const timer = { at: this.#now + ms, fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  advance(ms) {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }
}

// FakeHints is what the browser says of the network and of who looks.
export class FakeHints {
  #fns = [];
  watch = (fn) => this.#fns.push(fn);
  give() { for (const fn of this.#fns) fn(); }
}

// FakeSocket is as strict as a browser's WebSocket: what throws there throws here,
// what is lost there is lost here, and nothing is heard out of turn. Its far end
// has accept, deliver and drop; what is sent to it goes to onsent(text).
export class FakeSocket {
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;
  readyState = 0; // CONNECTING
  bufferedAmount = 0;
  onsent;

  constructor(onsent = () => {}) {
    this.onsent = onsent;
  }

  get closed() { return this.readyState > 1; }

  send(text) {
    if (typeof text !== "string") throw new TypeError("this protocol is text");
    if (this.readyState === 0) throw new DOMException("still in CONNECTING state", "InvalidStateError");
    this.bufferedAmount += text.length;
    if (this.readyState > 1) return; // it is never sent
    queueMicrotask(() => { this.bufferedAmount -= text.length; }); // not before the script has ended
    this.onsent(text);
  }

  // close ends the socket: its event comes later, as in a browser.
  close(code, reason = "") {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) throw new DOMException("no such code", "InvalidAccessError");
    if (new TextEncoder().encode(reason).length > 123) throw new DOMException("too long a reason", "SyntaxError");
    if (this.readyState > 1) return;
    const open = this.readyState === 1;
    this.readyState = 2; // CLOSING
    queueMicrotask(() => this.drop(open ? code ?? 1005 : 1006));
  }

  accept() {
    if (this.readyState !== 0) return;
    this.readyState = 1; // OPEN
    this.onopen?.({ type: "open" });
  }

  deliver(data) {
    if (this.readyState === 1) this.onmessage?.({ type: "message", data });
  }

  // drop ends the connection from outside.
  drop(code = 1006) {
    if (this.readyState === 3) return;
    this.readyState = 3; // CLOSED
    if (code === 1006) this.onerror?.({ type: "error" });
    this.onclose?.({ type: "close", code, wasClean: code !== 1006 });
  }
}

// FakeServer hands out sockets and remembers what was sent through each.
export class FakeServer {
  sockets = [];
  open = () => {
    const socket = new FakeSocket((text) => socket.sent.push(...text.split("\n").map((line) => JSON.parse(line))));
    socket.sent = [];
    this.sockets.push(socket);
    return socket;
  };

  get socket() { return this.sockets.at(-1); }
  // took returns the frames of that type that the newest socket was sent.
  took(t) { return this.socket.sent.filter((frame) => frame.t === t); }
  accept() { this.socket.accept(); }
  say(...frames) { this.socket.deliver(frames.map((frame) => JSON.stringify(frame)).join("\n")); }
  cut() { this.socket.drop(); }

  welcome(more = {}) {
    const you = { id: "me", nick: "low-fern", via: "web" };
    this.accept();
    this.say({ t: "welcome", v: 1, room: "tea", kind: "open", you, members: [you], seq: 10, ticket: "t1", ...more });
  }
}

export const said = (number, text = `m${number}`, more = {}) => ({ t: "said", seq: number, at: 1_700_000_000_000, from: { id: "other", nick: "otter" }, text, ...more });

// random is a generator of numbers below n that begins anew with its seed.
export function random(seed) {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * n);
  };
}

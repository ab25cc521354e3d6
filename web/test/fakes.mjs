// A clock that only moves when told to, a network that can be cut, and a socket
// whose other end is the test.

export class FakeClock {
  #now = 0;
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

export class FakeGate {
  #watchers = [];
  open = true;
  ready = () => this.open;
  watch = (fn) => this.#watchers.push(fn);

  set(open) {
    this.open = open;
    for (const watcher of this.#watchers) watcher();
  }
}

// FakeServer hands out sockets and remembers what was sent through each.
export class FakeServer {
  sockets = [];
  open = () => {
    const socket = { sent: [], closed: false, send: (text) => socket.sent.push(...text.split("\n").map((line) => JSON.parse(line))), close: () => { socket.closed = true; } };
    this.sockets.push(socket);
    return socket;
  };

  get socket() { return this.sockets.at(-1); }
  // took returns the frames of that type that the newest socket was sent.
  took(t) { return this.socket.sent.filter((frame) => frame.t === t); }
  accept() { this.socket.onopen(); }
  say(...frames) { this.socket.onmessage({ data: frames.map((frame) => JSON.stringify(frame)).join("\n") }); }
  cut() { this.socket.onclose(); }

  welcome(more = {}) {
    const you = { id: "me", nick: "low-fern", via: "web" };
    this.accept();
    this.say({ t: "welcome", v: 1, room: "tea", kind: "open", you, members: [you], seq: 10, ticket: "t1", ...more });
  }
}

export const said = (number, text = `m${number}`, more = {}) => ({ t: "said", seq: number, at: 1_700_000_000_000, from: { id: "other", nick: "otter" }, text, ...more });

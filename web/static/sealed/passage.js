// From one sealed room to another on the same page, where a member asks to be followed:
// what was read stays above, and the page's one connection is that of the other room from
// then on. Both are on the page for a moment; who makes a fresh one has to be in it first.

import { byId } from "../view/dom.js";
import { base64url, newSecret, parseSecret } from "./seal.js";
import { commandOf, linkOf } from "./link.js";

const WELCOME_WITHIN = 20_000; // ms

export class SealedPassage {
  #options;
  #open;
  #server;
  #now; // what the page is connected to, as open promises it

  // open(secret, options, made) promises a Sealed with what it says kept back; see page.js.
  // server is the base of links.
  constructor({ first, open, options, server }) {
    this.#now = first;
    this.#open = open;
    this.#options = options;
    this.#server = server;
  }

  // connection is the room's that the page is in.
  get connection() {
    const current = () => this.#now.sealed;
    return new Proxy({}, {
      get: (_, key) => {
        const value = current()[key];
        return typeof value === "function" ? value.bind(current()) : value;
      },
      set: (_, key, value) => Reflect.set(current(), key, value),
    });
  }

  // move goes to the room of a key that a member gave; goTo takes what passage.js needs.
  async move(key, goTo) {
    const secret = parseSecret(key);
    if (!secret) return;
    const next = await this.#open(secret, { ...this.#options, nick: this.#now.sealed.nick }, false);
    await goTo(this.#way(next, secret, false, () => next.sealed.join()));
  }

  // fresh promises a room that nobody knows, of which this end is the maker: {where, send,
  // drop, go}; null: somebody is in it.
  async fresh(goTo) {
    const secret = newSecret();
    const next = await this.#open(secret, { ...this.#options, nick: this.#now.sealed.nick }, true);
    next.sealed.join();
    const welcome = await Promise.race([next.welcome, new Promise((resolve) => { setTimeout(resolve, WELCOME_WITHIN); })]);
    if (!welcome) {
      next.sealed.leave();
      throw new Error("not entered");
    }
    if (!welcome.you.host || welcome.members.length > 1) {
      next.sealed.leave();
      return null;
    }
    return {
      where: { key: base64url(secret) }, send: (op) => next.sealed.send(op), drop: () => next.sealed.leave(),
      go: () => goTo(this.#way(next, secret, true, () => {})),
    };
  }

  // way is how the page goes there; made: nobody else has its key.
  #way(next, secret, made, join) {
    const link = linkOf(this.#server, secret);
    return {
      name: next.sealed.name, link, command: commandOf(link), made,
      move: () => {
        const last = this.#now;
        last.sealed.leave("moved"); // after what it still seals, which nobody is to see here
        last.end();
        this.#now = next;
        byId("kind").dataset.doubt = "";
        next.begin();
        join();
      },
    };
  }
}

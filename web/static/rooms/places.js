// The rooms of one window: which are open and in which order, which one is in front, and
// what was missed in each. Knows no page and no socket. What is told of one room changes
// nothing of another, and only whoever looks decides which is in front.

import { behindHash, MAX_ROOMS } from "../text/several.js";
import { missedSince } from "../view/absence.js";

export class Places {
  #list = [];
  #front = null;
  #away = null; // since nobody looks: place → Absence

  // list is what is open, in order. A place is {name, sealed, link, count, calls, alarm,
  // missed}: how much is unread, how much of that calls you, whether something is wrong, and
  // whether something was lost.
  get list() { return this.#list; }
  get front() { return this.#front; }

  // add opens a place, or returns null when there are as many as there may be.
  add({ name, sealed = false, link = "" }) {
    if (this.#list.length >= MAX_ROOMS) return null;
    const place = { name, sealed, link, count: 0, calls: 0, alarm: false, missed: false };
    this.#list.push(place);
    this.#front ??= place;
    this.#away?.set(place, new Absence(place));
    return place;
  }

  // find returns the open room of a name, or the sealed one of a link.
  find(name, link = "") {
    return this.#list.find((each) => (link ? each.link === link : !each.sealed && each.name === name));
  }

  // remove closes a place; if it was in front, the next one is, or the one before.
  remove(place) {
    const at = this.#list.indexOf(place);
    if (at < 0) return;
    this.#list.splice(at, 1);
    this.#away?.delete(place);
    if (place === this.#front) this.#front = this.#list[at] ?? this.#list[at - 1] ?? null;
  }

  // show brings a place to the front, if it is open.
  show(place) {
    if (this.#list.includes(place)) this.#front = place;
  }

  // step is the place so many behind the one in front, round and round.
  step(by) {
    const { length } = this.#list;
    return this.#list[(this.#list.indexOf(this.#front) + by + length) % length];
  }

  // tell takes what a room says of itself.
  tell(place, told) {
    Object.assign(place, told);
    this.#away?.get(place)?.note(place);
  }

  // sum is what was missed over all.
  get sum() {
    const sum = { count: 0, calls: 0, alarm: false };
    for (const { count, calls, alarm } of this.#list) {
      sum.count += count;
      sum.calls += calls;
      sum.alarm ||= alarm;
    }
    return sum;
  }

  // many says that more than one room would be left with the window.
  get many() { return this.#list.filter(({ here }) => !/^(left|refused|ended)$/.test(here?.connection.phase)).length > 1; }

  // path is how an address names the open rooms, "" for none. A sealed one is in none: its
  // key is nowhere but in the page.
  get path() { return this.#named.join("+"); }

  // hash is how an address says which of them is in front, see several.js.
  get hash() { return behindHash(this.#named, this.#front?.sealed ? "" : this.#front?.name); }

  get #named() { return this.#list.filter(({ sealed }) => !sealed).map(({ name }) => name); }

  // leave says that nobody looks from now on.
  leave() {
    this.#away = new Map(this.#list.map((place) => [place, new Absence(place)]));
  }

  // back says that somebody looks again, and returns of which places something was missed
  // meanwhile: [{place, count, calls, missed}]. It is returned once.
  back() {
    const away = this.#away ?? new Map();
    this.#away = null;
    return [...away].map(([place, absence]) => ({ place, ...absence.missed })).filter(({ count, missed }) => count > 0 || missed);
  }
}

// nameAlong returns the name that goes along from a room to another one, or undefined: one
// that somebody chose, from an open room to an open one. What a server would read of a
// sealed room is nobody's to tell, and one that was made up would make two people one.
export function nameAlong(from, to) {
  return from.sealed || to.sealed ? undefined : from.here?.room.chosen ?? from.nick;
}

// Absence is what comes to be unread in a place while nobody looks: whoever looks again
// reads it, so that its counts are nothing by the time one asks.
class Absence {
  #before;
  #now;

  constructor({ count, calls, missed }) {
    this.#before = this.#now = { count, calls, missed };
  }

  note({ count, calls, missed }) { this.#now = { count, calls, missed }; }

  get missed() { return missedSince(this.#before, this.#now); }
}

// The log on the screen. Only a window of it is in the DOM: the newest entries,
// or those around where somebody reads. Follows the end while the reader is
// there and stays put otherwise.

import { byId, el } from "./dom.js";

const MOST = 300; // entries in the DOM; layout stays quick on a phone
const STEP = 100; // entries taken in at once when the reader nears an edge
const EDGE = 600; // px from an edge at which the next step is taken in
const PACE = 100; // ms between two drawings of new entries
const AT_END = 48; // px from the end that still count as being there

// Browsers without scroll anchoring get the reader's place held by hand.
const anchored = CSS.supports("overflow-anchor", "auto");

export class Timeline {
  following = true;

  #scroller = byId("scroller");
  #list = byId("timeline");
  #elements = new Map(); // key → element, in the order of the log; hidden entries have null
  #log;
  #view;
  #unread;
  #text;
  #onFollow;
  #changed = new Set();
  #scheduled = false;
  #nextDraw = 0; // not before this time, on the page's own clock
  #end = 0; // where the end last was; who is above it has scrolled there
  #divider;

  // onFollow is called when the reader arrives at the end or leaves it.
  constructor({ log, view, unread, text, onFollow }) {
    this.#log = log;
    this.#view = view;
    this.#unread = unread;
    this.#text = text;
    this.#onFollow = onFollow;
    this.#divider = el("div", { id: "divider", class: "divider", role: "separator" }, el("span", {}, text("divider")));
    log.watch((what, entry) => this.#heard(what, entry));
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#list.addEventListener("click", (event) => {
      const jump = event.target.closest("[data-jump]");
      if (jump) this.jumpTo(Number(jump.dataset.jump));
    });
    const watcher = new ResizeObserver(() => { if (this.following) this.#toEnd(); });
    watcher.observe(this.#scroller);
    watcher.observe(this.#list);
    watcher.observe(byId("outgoing"));
  }

  // refresh builds the window anew: who is ignored changed, or the language.
  refresh() {
    const keys = [...this.#elements.keys()];
    this.#rebuild(keys[0] ?? 0, keys.at(-1) ?? 0);
  }

  // end shows the newest and follows again.
  end() {
    const { entries } = this.#log;
    if (!this.#holdsEnd()) {
      this.#rebuild(entries[Math.max(0, entries.length - STEP)]?.key ?? 0, Infinity);
    }
    this.#follow(true);
    this.#toEnd();
  }

  // jumpTo shows and focuses the message with that seq.
  jumpTo(seq) {
    const message = this.#log.said(seq);
    if (!message) return;
    const index = this.#indexOf(message.key);
    const entry = this.#log.entries[Math.min(index, this.#log.entries.length - 1)];
    if (!this.#elements.has(entry.key)) {
      const { entries } = this.#log;
      this.#rebuild(entries[Math.max(0, index - STEP)].key, entries[Math.min(entries.length - 1, index + STEP)].key);
    }
    const shown = this.#elements.get(entry.key);
    if (entry.kind === "burst") shown?.setAttribute("open", "");
    this.#follow(false);
    requestAnimationFrame(() => {
      const target = this.#list.querySelector(`[data-seq="${seq}"]`) ?? shown;
      target?.scrollIntoView({ block: "center" });
      target?.focus({ preventScroll: true });
    });
  }

  #heard(what, entry) {
    if (what === "dropped") {
      this.#elements.get(entry.key)?.remove();
      this.#elements.delete(entry.key);
      if (entry.key === this.#unread.divider) this.#divider.remove();
      return;
    }
    if (what === "changed" && this.#elements.has(entry.key)) this.#changed.add(entry);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // One message is drawn in the next frame; in a lively room those that come
    // soon after are drawn together. A hidden page has no frames, so there a
    // timer draws.
    const wait = this.#nextDraw - performance.now();
    if (document.hidden || wait > 0) setTimeout(() => this.#draw(), Math.max(wait, 0));
    else requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const begun = performance.now();
    this.#scheduled = false;
    for (const entry of this.#changed) this.#replace(entry);
    this.#changed.clear();
    const { entries } = this.#log;
    if (this.following || this.#elements.size === 0) {
      this.#takeIn(this.#firstUnshown(), entries.length);
      this.#letGo("top", MOST);
      if (this.following) this.#toEnd();
    } else if (this.#elements.size < 2 * MOST) {
      // Somebody reads further up: what is new goes below, up to a bound.
      this.#takeIn(this.#firstUnshown(), entries.length);
    }
    this.#placeDivider();
    this.#placeBeginning();
    // However slow the device, most of its time is left for what arrives.
    this.#nextDraw = begun + Math.max(PACE, 3 * (performance.now() - begun));
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const below = scrollHeight - clientHeight - scrollTop;
    // A page that grew since the scrolling leaves the end below, too, and is no
    // reader who went up.
    if (below < AT_END && this.#holdsEnd()) {
      this.#end = scrollTop;
      this.#follow(true);
    } else if (below >= AT_END && scrollTop < this.#end) this.#follow(false);
    if (this.following) return;
    if (scrollTop < EDGE) this.#more("top");
    else if (below < EDGE && !this.#holdsEnd()) this.#more("bottom");
  }

  #follow(following) {
    if (following === this.following) return;
    this.following = following;
    if (following) this.#holdPlace(() => this.#letGo("top", MOST));
    this.#onFollow(following);
  }

  // more takes in the next step at one edge and lets go of the other.
  #more(edge) {
    const { entries } = this.#log;
    if (edge === "top") {
      const to = this.#indexOf(this.#elements.keys().next().value ?? 0);
      if (to === 0) return;
      this.#holdPlace(() => {
        this.#takeIn(Math.max(0, to - STEP), to, true);
        this.#letGo("bottom", 2 * MOST);
      });
    } else {
      const from = this.#firstUnshown();
      this.#holdPlace(() => {
        this.#takeIn(from, Math.min(entries.length, from + STEP));
        this.#letGo("top", 2 * MOST);
      });
    }
    this.#placeDivider();
    this.#placeBeginning();
  }

  #takeIn(from, to, before = false) {
    if (from >= to) return;
    const fragment = document.createDocumentFragment();
    const made = [];
    for (let i = from; i < to; i++) {
      const entry = this.#log.entries[i];
      const element = this.#view.element(entry);
      made.push([entry.key, element]);
      if (element) fragment.append(element);
    }
    if (before) {
      this.#list.prepend(fragment);
      this.#elements = new Map([...made, ...this.#elements]);
    } else {
      this.#list.append(fragment);
      for (const [key, element] of made) this.#elements.set(key, element);
    }
  }

  #letGo(edge, most) {
    let excess = this.#elements.size - most;
    if (excess <= 0) return;
    const keys = edge === "top" ? this.#elements.keys() : [...this.#elements.keys()].reverse();
    for (const key of keys) {
      if (excess-- <= 0) break;
      const element = this.#elements.get(key);
      if (element?.contains(document.activeElement)) break; // never under the reader's focus
      element?.remove();
      this.#elements.delete(key);
    }
  }

  #replace(entry) {
    const old = this.#elements.get(entry.key);
    if (old === undefined) return;
    const fresh = this.#view.element(entry);
    if (old && fresh) {
      const focused = old.contains(document.activeElement);
      if (old.open) fresh.open = true; // opened a moment ago, before its event
      old.replaceWith(fresh);
      if (focused) (fresh.querySelector("summary") ?? fresh).focus();
    }
    this.#elements.set(entry.key, fresh);
  }

  #rebuild(firstKey, lastKey) {
    this.#list.replaceChildren();
    this.#elements.clear();
    const to = lastKey === Infinity ? this.#log.entries.length : this.#indexOf(lastKey) + 1;
    this.#takeIn(this.#indexOf(firstKey), Math.min(to, this.#log.entries.length));
    this.#placeDivider();
    if (this.following) this.#toEnd();
  }

  #placeDivider() {
    const element = this.#elements.get(this.#unread.divider);
    if (element) element.before(this.#divider);
    else this.#divider.remove();
  }

  // placeBeginning shows what is above the first entry: where you came in, or
  // that this page's memory ends here; nothing while there is more to take in.
  #placeBeginning() {
    const [first] = this.#log.entries;
    const atTop = first === undefined || this.#elements.has(first.key);
    byId("beginning").hidden = !atTop || this.#log.trimmed;
    byId("bound").hidden = !atTop || !this.#log.trimmed;
  }

  // holdPlace keeps what is read where it is while the list above it changes.
  #holdPlace(change) {
    if (anchored) {
      if (this.#scroller.scrollTop === 0) this.#scroller.scrollTop = 1; // nothing is anchored at the very top
      change();
      return;
    }
    const top = this.#scroller.getBoundingClientRect().top;
    const anchor = [...this.#list.children].find((child) => child.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (anchor?.isConnected) this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#end = this.#scroller.scrollTop;
  }

  #holdsEnd() {
    const { last } = this.#log;
    return last === undefined || this.#elements.has(last.key);
  }

  #firstUnshown() {
    let last = 0;
    for (const key of this.#elements.keys()) last = key;
    return last === 0 ? Math.max(0, this.#log.entries.length - MOST) : this.#indexOf(last + 1);
  }

  // indexOf returns the index of the first entry whose key is at least key.
  #indexOf(key) {
    const { entries } = this.#log;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle].key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

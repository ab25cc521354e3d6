// The log on the screen: all of it, so that what the browser finds, copies and
// prints is all that this page remembers. It stands in chunks, of which those out of
// sight cost no layout (content-visibility). Follows the end while the reader is there
// and stays put otherwise; while nothing is said yet, what stands above is read from its
// beginning.

import { byId, el } from "./dom.js";

const STEP = 100; // entries drawn at once, and in a chunk; what waits then has the next turn
const PACE = 100; // ms between two drawings of new entries
const AT_END = 48; // px from the end that still count as being there
const ROW = 24; // px that a row of words is high, about
const CHARACTER = 8; // and a character wide
const WIDEST = 44 * 16; // and the widest row

// Browsers without scroll anchoring get the reader's place held by hand.
const anchored = CSS.supports("overflow-anchor", "auto");

export class Timeline {
  following = true;

  #scroller = byId("scroller");
  #list = byId("timeline");
  #elements = new Map(); // key → element, in the order of the log
  #folds = new Map(); // fold → its <details>
  #log;
  #view;
  #unread;
  #onFollow;
  #drawn = 0; // key of the last entry that is in the document
  #changed = new Map(); // entry → all that happened to it
  #scheduled = false;
  #nextDraw = 0; // not before this time, on the page's own clock
  #end = 0; // where the end last was; who is above it has scrolled there
  #fromTop = false; // what stands above the first words is read, and nobody went on from there
  #acted = false; // somebody pressed something: what comes now may be what they asked for
  #begun = false; // a beginning is shown, that the end would hide: only the very end is it then
  #divider;
  #crown = el("div", { id: "crown", class: "crown", "aria-hidden": "true", hidden: true });
  #crowned; // the entry whose author it names

  // onFollow is called when the reader arrives at the end or leaves it.
  constructor({ log, view, unread, text, onFollow }) {
    this.#log = log;
    this.#view = view;
    this.#unread = unread;
    this.#onFollow = onFollow;
    this.#divider = el("div", { id: "divider", class: "divider", role: "separator" }, el("span", {}, text("divider")));
    this.#scroller.before(this.#crown);
    log.watch((what, entry) => this.#heard(what, entry));
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#list.addEventListener("click", ({ target }) => {
      const jump = target.closest("[data-jump]");
      if (jump) this.jumpTo(Number(jump.dataset.jump));
    });
    for (const type of ["focusin", "focusout"]) this.#list.addEventListener(type, () => this.#wait());
    const watcher = new ResizeObserver(() => {
      this.#measure();
      if (this.following) this.#toEnd();
    });
    watcher.observe(this.#scroller);
    watcher.observe(this.#list);
    watcher.observe(byId("outgoing"));
    watcher.observe(byId("beginning"));
    for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => { this.#acted = true; }, { capture: true, once: true });
  }

  // fromTop: what stands above the first words is to be read from its beginning, where there
  // is no room for all of it; once it is nothing to read any more, the end is followed.
  set fromTop(is) {
    this.#fromTop = is && !this.#acted;
    if (this.following) this.#toEnd();
  }

  // refresh shows anew what is hidden: who is ignored changed, or whether anything is
  // folded.
  refresh() {
    for (const entry of this.#log.entries) {
      const element = this.#elements.get(entry.key);
      if (element && (element.hidden !== this.#view.hides(entry) || entry.re || entry.happened || entry.reactions)) this.#replace(entry);
    }
    for (const box of this.#folds.values()) box.open = this.#view.unfolded;
    this.#list.classList.toggle("unfolded", this.#view.unfolded);
    this.#heard("added");
  }

  // end shows the newest and follows again.
  end() {
    this.#fromTop = this.#begun = false;
    this.#follow(true);
    this.#toEnd();
  }

  // first goes to the first entry that is new below, and says whether it was below. All
  // that came is drawn before, or its first few would be the end, and be followed.
  first(key) {
    this.#elementOf(this.#log.last?.key);
    const element = this.#elements.get(key);
    if (!element || element.getBoundingClientRect().top < this.#scroller.getBoundingClientRect().bottom) return false;
    const to = element.previousSibling === this.#divider ? this.#divider : element;
    this.#reveal(to, "start");
    return true;
  }

  // jumpTo shows and focuses the message with that seq.
  jumpTo(seq) {
    const message = this.#log.said(seq);
    const element = this.#elementOf(message?.key);
    if (!element) return;
    this.#folds.get(message.fold)?.setAttribute("open", "");
    this.#follow(false);
    this.#reveal(element, element.offsetHeight < this.#scroller.clientHeight ? "center" : "start");
    element.focus({ preventScroll: true });
  }

  // begin shows the beginning of an entry that came just now, if it is too tall for the end
  // to show it.
  begin({ key }) {
    const element = this.#elementOf(key);
    if (!this.following || element.offsetHeight < this.#scroller.clientHeight - AT_END) return;
    this.#follow(false);
    this.#begun = true;
    this.#reveal(element, "start");
  }

  // elementOf draws what came up to an entry, if need be.
  #elementOf(key) {
    while (key > this.#drawn && this.#drawn < this.#log.last?.key) this.#append();
    this.divide();
    return this.#elements.get(key);
  }

  // reveal scrolls to an element, and again when what is around it has been laid out.
  #reveal(element, block) {
    element.scrollIntoView({ block });
    requestAnimationFrame(() => element.scrollIntoView({ block }));
  }

  #heard(what, entry) {
    if (what === "added" && this.#acted) this.#fromTop = false;
    if (what !== "added" && entry.key <= this.#drawn) this.#changed.set(entry, `${this.#changed.get(entry) ?? ""} ${what}`);
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
    this.#scrolled(); // a timer may run before the browser says so
    this.#wait();
    this.#append();
    this.#holdPlace(() => {
      for (const [entry, what] of this.#changed) {
        if (what.includes("dropped")) {
          this.#drop(entry);
          continue;
        }
        if (/changed|quoted/.test(what)) this.#replace(entry);
        else if (what.includes("reacted")) this.#view.mend(entry, this.#elements.get(entry.key));
        if (what.includes("folded")) this.#tuck(entry);
      }
    });
    this.#changed.clear();
    for (const [fold, box] of this.#folds) this.#view.count(box, fold);
    this.divide();
    byId("beginning").hidden = this.#log.trimmed;
    byId("bound").hidden = !this.#log.trimmed;
    if (this.following) this.#toEnd();
    this.#nameTop();
    // However slow the device, most of its time is left for what arrives.
    this.#nextDraw = begun + Math.max(PACE, 3 * (performance.now() - begun));
    if (this.#drawn < (this.#log.last?.key ?? 0)) this.#heard("added");
  }

  // append draws the entries that came.
  #append() {
    const { entries } = this.#log;
    const from = this.#indexOf(this.#drawn + 1);
    for (const entry of entries.slice(from, from + STEP)) {
      const element = this.#view.element(entry);
      this.#elements.set(entry.key, element);
      if (!(this.#list.lastChild?.childElementCount < STEP)) this.#list.append(el("div", { class: "chunk" }));
      this.#list.lastChild.append(element);
      if (entry.fold) this.#tuck(entry);
      this.#drawn = entry.key;
    }
  }

  // tuck puts words into the fold that they stand behind now.
  #tuck({ key, fold }) {
    const element = this.#elements.get(key);
    let box = this.#folds.get(fold);
    if (!box) {
      box = this.#view.fold(fold);
      this.#folds.set(fold, box);
      element.before(box);
    }
    box.append(element);
  }

  #drop({ key, fold }) {
    this.#elements.get(key)?.remove();
    this.#elements.delete(key);
    if (fold?.size === 0) {
      this.#folds.get(fold)?.remove();
      this.#folds.delete(fold);
    }
    if (this.#list.firstChild?.childElementCount === 0) this.#list.firstChild.remove();
  }

  #replace(entry) {
    const old = this.#elements.get(entry.key);
    if (!old) return;
    const fresh = this.#view.element(entry, old);
    if (fresh === old) return;
    const focused = old.contains(document.activeElement);
    if (old.classList.contains("open")) this.#view.open(fresh);
    old.replaceWith(fresh);
    if (focused) (fresh.querySelector("summary") ?? fresh).focus();
    // What can be done with it stays there, if it has not gone along with the focus.
    const bar = old.querySelector(".actions");
    bar?.remove();
    if (bar && !entry.gone && !fresh.hidden) fresh.append(bar);
    this.#elements.set(entry.key, fresh);
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const below = scrollHeight - clientHeight - scrollTop;
    if (this.#fromTop && scrollTop !== this.#end) { // somebody reads on
      this.#fromTop = false;
      this.#end = scrollTop + 1;
    }
    // A page that grew since the scrolling leaves the end below, too, and is no
    // reader who went up.
    if (below < (this.#begun ? 1 : AT_END)) {
      this.#begun = false;
      this.#end = scrollTop;
      this.#follow(true);
    } else if (scrollTop < this.#end) this.#follow(false);
    this.#nameTop();
  }

  // nameTop says at the top who speaks in the first row that is seen below that, and
  // when, if what said it has scrolled away.
  #nameTop() {
    const { left, width, top } = this.#scroller.getBoundingClientRect();
    const below = top + (this.#crown.offsetHeight || ROW) + ROW / 2;
    const message = document.elementFromPoint(left + width / 2, below)?.closest("#timeline .message");
    const named = message?.matches(".head, .divider + *") && message.querySelector("header, .nick").getBoundingClientRect().bottom > top;
    const entry = message && !named ? this.#log.entries[this.#indexOf(Number(message.dataset.key))] : undefined;
    if (entry === this.#crowned) return;
    this.#crowned = entry;
    this.#crown.hidden = !entry;
    if (entry) this.#crown.replaceChildren(...this.#view.head(entry));
  }

  #follow(following) {
    if (following === this.following) return;
    this.following = following;
    this.#wait();
    this.#onFollow(following);
  }

  // wait lets nothing be folded while somebody reads further up, or is at a message.
  #wait() {
    this.#log.wait(!this.following || this.#list.contains(document.activeElement));
  }

  // measure tells the log how much a screen shows, which a keyboard that covers a
  // part of it does not change.
  #measure() {
    const { folding } = this.#log;
    const { clientWidth, clientHeight } = this.#scroller;
    const columns = Math.floor(Math.min(clientWidth, WIDEST) / CHARACTER);
    let rows = Math.floor(clientHeight / ROW);
    if (columns === folding.screen.columns) rows = Math.max(rows, folding.screen.rows);
    if (columns > 0) folding.screen = { columns, rows };
    this.#list.style.setProperty("--begin", folding.begin);
  }

  // divide shows the divider where it is to be now.
  divide() {
    const element = this.#elements.get(this.#unread.divider);
    if (!element) this.#divider.remove();
    else if (element.previousSibling !== this.#divider) element.before(this.#divider);
  }

  // holdPlace keeps what is read where it is while the list above it changes.
  #holdPlace(change) {
    if (this.following || this.#changed.size === 0) return change();
    if (anchored) {
      if (this.#scroller.scrollTop === 0) this.#scroller.scrollTop = 1; // nothing is anchored at the very top
      return change();
    }
    const top = this.#scroller.getBoundingClientRect().top;
    const anchor = [...this.#list.querySelectorAll(".entry")].find((each) => each.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (anchor?.isConnected) this.#scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#fromTop ? 0 : this.#scroller.scrollHeight;
    this.#end = this.#scroller.scrollTop;
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

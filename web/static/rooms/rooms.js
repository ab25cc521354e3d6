// Several rooms in one window: which is in front, what leads from one to another, and what
// the window says of all of them. The page's own room is one of them; each other one is a
// page in it, see frame.js. Fetched when there is a second room.

import { frameOf, tame } from "./frame.js";
import { handOver, keyOf, Typed, unsaid } from "./keys.js";
import { List } from "./list.js";
import { nameAlong, Places } from "./places.js";
import { tables } from "./strings.js";
import { lazy } from "../net/lazy.js";
import { later } from "../text/laterstrings.js";
import { foldRoomName } from "../text/limits.js";
import { meantRoomName, sealedLink, tables as naming } from "../text/roomname.js";
import { frontIn, MAX_ROOMS, namesIn, roomsIn } from "../text/several.js";
import { texts } from "../text/strings.js";
import { summary } from "../view/absence.js";
import { language, prefix, sealed, text as words, url } from "../view/page.js";

export const style = "../style/rooms.css";

const LINGERS = 1000; // ms that the page of a room one left has to say goodbye to the server
const text = texts(language, tables[language]);
const touched = matchMedia("(pointer: coarse)").matches; // a focus would bring the keyboard up

// begin makes the room of this page the first of several, and returns what it goes through:
// {draw, front, looking, join, leave, quit, many}. here is what main.js has of a room.
export const begin = (here) => new Rooms(here).own;

class Rooms {
  own; // the door of the page's own room

  #places = new Places();
  #first; // the place of that room
  #title;
  #list;
  #stale = false; // something is to be drawn

  constructor(here) {
    this.#title = here.title;
    this.#first = this.#places.add({ name: here.entrance.name, sealed, link: sealed ? here.entrance.link : "" });
    const places = this.#places;
    this.own = Object.defineProperty(this.#door(this.#first), "many", { get: () => places.many }); // the window's own page asks for all
    this.#list = new List({ places: this.#places, text, on: {
      show: (place) => this.#show(place),
      leave: (place) => this.#part(place),
      join: (typed) => this.#named(typed),
    } });
    here.entrance.several = true; // so that no address leads this room elsewhere
    this.#enter(this.#first, here, window);
    this.#listen();
    this.#address(here);
  }

  // door is what a room's page goes through to the others.
  #door(place) {
    const front = () => place === this.#places.front;
    return {
      nick: place.nick, // that one chose elsewhere
      get front() { return front(); },
      get looking() { return front() && document.hasFocus(); },
      enter: (here) => this.#enter(place, here, place.frame.contentWindow),
      draw: (title, count, alarm, calls, missed) => {
        const { name, link } = place.here?.entrance ?? place;
        if (calls > place.calls && !front()) this.#aloud(text("awayCalls", count, name, calls));
        this.#places.tell(place, { title, name, link: place.sealed ? link : "", count, calls, alarm, missed });
        this.#draw();
      },
      // tell says in the room in front what became of this one, as it went behind.
      tell: (sentence) => {
        this.#tell(sentence);
        this.#aloud(sentence);
      },
      join: (name, link) => (link ? this.#joinSealed(link, place) : this.#join(name, place)),
      leave: () => this.#leave(place),
      quit: () => { for (const { here } of this.#places.list) here?.connection.leave(); },
      // take hands over a sealed room's key, once.
      take: () => {
        const { key } = place;
        place.key = "";
        return key;
      },
    };
  }

  // enter: the page of a room is there.
  #enter(place, here, window) {
    Object.assign(place, { here, window });
    here.room.chosen ??= place.nick;
    const { document } = window;
    const inFront = () => place === this.#places.front;
    const first = place === this.#first;
    place.wake = tame(window, inFront, first ? (element) => this.#list.holds(element) : undefined);
    if (!first) {
      document.head.append(globalThis.document.querySelector('link[href$="/style/rooms.css"]').cloneNode());
      this.#looks(globalThis.document);
      here.room.words = this.#first.here.room.words;
      // What leads away leads the window away.
      document.addEventListener("click", ({ target }) => {
        const link = target.closest?.("a[href]:not([target], [href^='#'])");
        if (link) link.target = "_top";
      }, true);
      window.addEventListener("keydown", (event) => {
        this.#key(event);
        if (!inFront()) this.#hold(event);
      }, true);
      for (const type of ["drop", "paste"]) window.addEventListener(type, (event) => { if (!inFront()) this.#carry(event); }, true);
      if (!globalThis.CloseWatcher) lazy("view/backstep.js").then(({ watch }) => watch(window), () => {});
      if (place.typed) here.composer.ahead(place.typed.text, text("ahead", here.entrance.name));
      for (const lines of place.told ?? []) here.room.log.addNote(lines);
      here.bring(place.typed?.files ?? []);
    }
    document.addEventListener("called", () => this.#show(place));
    document.addEventListener("close-room", () => this.#part(place));
    document.addEventListener("words", ({ detail }) => { for (const { here } of this.#places.list) if (here) here.room.words = detail; });
    new MutationObserver(() => this.#looks(document)).observe(document.documentElement, { attributeFilter: ["data-theme", "data-times"] });
    this.#list.enter(place, document.querySelector(".bar .home"));
    if (inFront() && !first) this.#aloud(text("inFront", here.entrance.name, text(place.sealed ? "sealed" : "open")));
    if (inFront() && !first && !touched) here.composer.focus();
    this.#draw();
  }

  #listen() {
    for (const type of ["focus", "blur"]) addEventListener(type, () => this.#places.front?.here?.attend());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#places.leave() : this.#back()), true); // before the rooms read what came
    addEventListener("popstate", () => this.#draw());
    addEventListener("keydown", (event) => this.#key(event), true);
    addEventListener("keydown", (event) => this.#behind(event), true);
    for (const type of ["dragenter", "dragover", "drop", "paste"]) {
      addEventListener(type, (event) => {
        if (this.#places.front === this.#first) return;
        event.stopImmediatePropagation();
        if (/^(drop|paste)$/.test(type)) this.#carry(event);
        if ((event.dataTransfer ?? event.clipboardData)?.types.includes("Files")) event.preventDefault(); // a page that lets a file go opens it, and is gone
      }, true);
    }
    // A keyboard on the glass covers a part of the window, whichever room is in front.
    lazy("view/viewport.js").then(({ watch }) => watch(this.#first.here.timeline), () => {});
  }

  // key goes where a key leads, in whichever room it is pressed.
  #key(event) {
    const { front, list } = this.#places;
    if (event.key === "Escape" && this.#list.isOpen) {
      event.preventDefault();
      return this.#list.open(false);
    }
    const to = list.length > 1 && keyOf(event);
    if (!to || front.window?.document.querySelector("dialog[open]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const place = to.step ? this.#places.step(to.step) : list[to.at - 1];
    if (place) this.#show(place);
  }

  // behind: a key is pressed in the list while the page's own room is behind another one,
  // which is not to hear it.
  #behind(event) {
    const { front } = this.#places;
    if (front === this.#first || event.defaultPrevented) return;
    event.stopImmediatePropagation();
    if (event.target.closest?.("input")) return;
    if (!front.here) return this.#hold(event);
    const { key, ctrlKey, metaKey, altKey } = event;
    if (key === "F1" || key === "?") {
      event.preventDefault();
      front.window.dispatchEvent(new front.window.KeyboardEvent("keydown", { key: "F1" }));
    } else if (/^[^ ]$/u.test(key) && !ctrlKey && !metaKey && !altKey) {
      front.here.composer.focus();
    }
  }

  // hold keeps what is typed for the room in front until its page is there.
  #hold(event) {
    const { front } = this.#places;
    if (front.here || event.defaultPrevented || (/^(Enter| )$/.test(event.key) && event.target.closest?.("button, a"))) return;
    front.typed ??= new Typed();
    if (!front.typed.take(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // carry does so with what is pasted or dropped for it, and not into a field of the list.
  #carry(event) {
    const { front } = this.#places;
    const carried = event.dataTransfer ?? event.clipboardData;
    if (front.here || !carried || event.target.closest?.("input")) return;
    front.typed ??= new Typed();
    if (front.typed.carry(carried)) event.preventDefault();
  }

  // address opens the other rooms that the address names, each under a name of its own, and
  // turns to the one that it says was in front.
  #address({ entrance: { name: own } }) {
    const names = sealed ? [] : roomsIn(location.pathname);
    const places = names.filter((name) => name !== own).map((name) => this.#places.find(name) ?? this.#places.add({ name })).filter(Boolean);
    const [watch] = /^\?watch\b|$/.exec(location.search); // who watches one watches all of them
    for (const place of places) this.#open(place, `${prefix}/r/${place.name}${watch}`);
    const front = places.find(({ name }) => name === frontIn(location.hash));
    if (front) this.#show(front);
  }

  // named goes to the room that is typed into the list.
  async #named(typed) {
    const names = namesIn(typed) ?? [foldRoomName(typed)];
    if (names[0] !== null) return names.map((name) => this.#join(name)).find(Boolean) ?? "";
    if (sealedLink(typed)) return this.#joinSealed(typed);
    const meant = meantRoomName(typed);
    return meant ? texts(language, naming[language])("roomMeant", meant) : naming[language].badRoom;
  }

  // join brings an open room to the front, and says why it can't. It is asked for in the room
  // by: who went elsewhere meanwhile is left there.
  #join(name, by = this.#places.front) {
    const there = this.#places.find(name);
    if (there) return this.#again(there, by);
    const place = this.#places.add({ name });
    if (!place) return text("full", MAX_ROOMS);
    this.#open(place, `${prefix}/r/${name}`);
    this.#follow(by, place);
    return "";
  }

  // joinSealed does so with the room of a link. Its key is in no address: the room's page
  // takes it from this one's memory.
  async #joinSealed(pasted, by = this.#places.front) {
    let link;
    let given;
    try {
      const { linkOf, readLink } = await lazy("sealed/link.js");
      given = readLink(pasted);
      link = given?.secret && linkOf(url, given.secret);
    } catch {
      return words("notFetched");
    }
    if (!link) return naming[language].sealedLink;
    if (given.server && given.server !== url) return text("otherServer");
    const there = this.#places.find("", link);
    if (there) return this.#again(there, by);
    const place = this.#places.add({ name: "…", sealed: true, link });
    if (!place) return text("full", MAX_ROOMS);
    place.key = link.slice(link.indexOf("#") + 1);
    this.#open(place, `${prefix}/s/#given`);
    this.#follow(by, place);
    return "";
  }

  // again goes to a room that is open, and back into it where its connection has ended.
  #again(place, by) {
    const { connection, room } = place.here ?? {};
    if (connection?.phase !== "open") connection?.retryNow();
    else if (place === this.#places.front) room.log.addNote([later(words)("hereAlready", place.name)]);
    this.#follow(by, place);
    return "";
  }

  // follow shows a place to who asked for it, if they are where they asked.
  #follow(by, place) { if (by === this.#places.front) this.#show(place); }

  #open(place, src) {
    if (!this.#places.list.includes(place)) return; // one has left it already
    place.nick = nameAlong(this.#places.front, place);
    place.frame = frameOf(src, this.#door(place));
    place.frame.addEventListener("load", () => {
      if (place.frame.contentDocument?.getElementById("room")) return;
      const there = place === this.#places.front;
      this.#close(place, place.typed?.text);
      this.#tell(text("notOpened", place.name), there ? place.typed?.files.map(({ name }) => name) : place.typed?.lines);
    });
    document.body.append(place.frame);
    this.#draw();
  }

  #show(place) {
    const { front } = this.#places;
    this.#places.show(place);
    this.#list.open(false, false);
    this.#turn(front);
  }

  // turn: the room in front was another one until now.
  // held is what was typed on the way, forced that no key or click led here.
  #turn(was, held = "", forced = false) {
    const { front } = this.#places;
    if (was && was !== front) held = this.#held(was);
    this.#draw();
    this.#place();
    if (was !== front) {
      was?.here?.attend();
      this.#aloud(text("inFront", front.here?.entrance.name ?? front.name, text(front.sealed ? "sealed" : "open")));
    }
    front.here?.attend();
    front.wake?.();
    handOver(held, front, text("ahead", front.name), forced);
    if (!front.here || touched || front.window.document.querySelector("dialog[open]")) { // no other room hears what is typed from here on
      for (const { window } of this.#places.list) window?.document.activeElement?.blur();
      (front.here ? front.window : globalThis).focus();
    }
    if (!touched && !front.window?.document.querySelector("dialog[open]")) front.here?.composer.focus();
  }

  // part leaves a room by its button, as /leave does.
  async #part(place) {
    if (!place.here) return this.#leave(place);
    const { phase } = place.here.connection;
    if (/^(open|waiting|connecting)$/.test(phase)) this.#show(place); // where it may be warned of what goes with it
    if (phase !== "open") return this.#leave(place);
    if (place.here.composer.drafted && this.#warn(place)) return;
    const problem = await place.here.session.submit("/leave");
    if (problem) place.here.room.log.addNote([problem], "problem");
  }

  #leave(place) {
    if (this.#places.list.length === 1) return place.here.connection.leave();
    const lost = unsaid(place);
    if (/^(open|waiting|connecting)$/.test(place.here?.connection.phase) && lost.length > 0 && this.#warn(place)) return; // else it is no room's any more
    place.here?.connection.leave();
    this.#close(place);
    this.#tell(text("leftRoom", place.name), lost.length > 0 ? [text("notSaid"), ...lost] : []);
  }

  // warn says once of the same words that they would go with a room, and whether it did.
  #warn(place) {
    const words = unsaid(place).join("\n");
    if (place.warned === words) return false;
    place.warned = words;
    place.here.room.log.addNote([text("unsaid")]);
    return true;
  }

  // held takes what was typed in a room for the one that comes; what a composition has not
  // written yet it writes as the focus goes.
  #held({ here, window }) {
    window?.document.activeElement?.blur();
    return here?.composer.yields() ?? "";
  }

  // close takes a place away. typed: its page did not come, and so nobody asked for what comes to the front.
  #close(place, typed) {
    const { front } = this.#places;
    const held = place !== front ? "" : typed ?? this.#held(place);
    this.#places.remove(place);
    this.#list.forget(place);
    if (place === this.#first) this.#empty(place.here);
    else if (place.frame) {
      place.frame.classList.add("closed");
      setTimeout(() => place.frame.remove(), LINGERS);
    }
    if (place === front) this.#turn(null, held, !place.here);
    this.#draw();
  }

  // empty: one has left the page's own room, which stays as the frame of the others.
  // Nothing of it is shown, held or entered again.
  #empty({ connection, room, composer, session }) {
    connection.join = connection.retryNow = () => {};
    session.takeBack();
    for (const id of session.outgoing.keys()) session.discard(id);
    composer.forget(() => true);
    composer.empty();
    room.log.clear();
  }

  // tell says something in the room in front, and gives words back that go nowhere.
  #tell(sentence, lost = []) {
    const { front } = this.#places;
    if (front.here) front.here.room.log.addNote([sentence, ...lost]);
    else (front.told ??= []).push([sentence, ...lost]);
  }

  // aloud reads something to whoever listens to the room in front: what the list shows and
  // nothing else says.
  #aloud(sentence) { this.#places.front?.here?.aloud(sentence); }

  // back: somebody looks again, and is told what was missed, once.
  #back() {
    const missed = this.#places.back();
    if (missed.length === 0) return;
    if (this.#places.list.length === 1) return this.#tell(summary(missed[0], words));
    const told = missed.flatMap(({ place: { name }, count, calls, missed: lost }) => [
      count > 0 && text(calls > 0 ? "awayCalls" : "awayIn", count, name, calls), lost && text("awayLost", name),
    ]).filter(Boolean);
    this.#tell(text("summary", told.join(text("comma"))));
  }

  // looks gives all rooms what was chosen in one: the colours, and whether every message
  // shows its time.
  #looks(chosen) {
    const sheet = chosen.querySelector('link[href$="/style/times.css"]');
    for (const { document } of [globalThis, ...this.#places.list.map(({ window }) => window).filter(Boolean)]) {
      if (sheet && !document.querySelector('link[href$="/style/times.css"]')) document.head.append(sheet.cloneNode());
      const { dataset } = document.documentElement;
      for (const what of ["theme", "times"]) {
        const value = chosen.documentElement.dataset[what];
        if (dataset[what] === value) continue;
        if (value) dataset[what] = value;
        else delete dataset[what];
      }
    }
  }

  // draw shows how things are, once all that is happening has happened.
  #draw() {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      this.#place();
      this.#list.draw();
      this.#first.here.guard();
      const { front, sum, path, hash } = this.#places;
      this.#title.draw(front.title ?? front.name, sum.count, sum.alarm, sum.calls);
      if (!sealed) this.#go(path ? `${prefix}/r/${path}` : `${prefix}/s/`, hash);
    });
  }

  // place shows the room in front, and no other.
  #place() {
    const { front, list } = this.#places;
    const { classList } = document.body;
    classList.toggle("several", list.length > 1);
    classList.toggle("elsewhere", front !== this.#first);
    for (const { frame, name } of list) {
      if (!frame) continue;
      frame.title = name;
      frame.classList.toggle("front", frame === front.frame);
      frame.inert = frame !== front.frame;
    }
  }

  // go has the address name what is open, and what is in front, so that it comes back with
  // the page. Nothing is added to the browser's history. What else stands behind "#" is an
  // invitation, which passage.js takes.
  #go(path, hash) {
    const behind = location.hash && !frontIn(location.hash) ? location.hash : hash;
    const search = this.#places.list.includes(this.#first) ? location.search : "";
    if (location.pathname + location.search + location.hash !== path + search + behind) history.replaceState(null, "", path + search + behind);
  }
}

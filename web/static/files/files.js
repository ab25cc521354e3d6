// Files on the page: picked, dropped, pasted and shown. Fetched when somebody
// first offers one. Nothing is taken, opened or shown without a click, and nothing
// that was pasted or dropped, nor a picture, is offered before it was looked at.

import { asItIs, offered } from "./ask.js";
import { Card } from "./card.js";
import { Desk } from "./desk.js";
import { Exhibition } from "./exhibition.js";
import { tables } from "./strings.js";
import { MAX_FILE } from "./offer.js";
import { HEAD_BYTES, isPicture, PictureError, strip } from "./picture.js";
import { available } from "../sealed/seal.js";
import { byId, el } from "../view/dom.js";
import { language } from "../view/page.js";
import { texts } from "../text/strings.js";

export const style = "../style/files.css";

const text = texts(language, tables[language]);
// How long a browser may need to take over what it was given to save.
const SAVING = 60_000; // ms
const MOST_TOLD = 4; // files of which it is said why they are not offered; more are counted
const PICTURE = /^image\//; // kinds of files that are looked at before they are offered
// Kinds of files that are known to tell of themselves, and are not looked into.
const TELLTALE = /^(image|video|audio)\/|^application\/(pdf|msword|vnd\.)/;

export class Files {
  #room;
  #connection;
  #announcer;
  #onRisk;
  #desk;
  #cards = new WeakMap(); // file of an "offered" frame → {entry, offer, holder of its card}
  #shown = new Map(); // Offer → its Card
  #pictures = new Exhibition({ text, onChange: (offer) => this.#shown.get(offer)?.changed() });
  #notes = new Map(); // file's key → what is said of an own file beside
  #saving = new Set(); // addresses of what the browser is taking over
  #work = Promise.resolve(); // files are looked into one after the other
  #picker = el("input", { type: "file", multiple: true });
  #zone = el("div", { class: "drop-zone" }, el("p", {}, text("dropTitle")), el("p", { class: "file-kind" }));

  // agreed promises whether somebody who looked at what would go agrees.
  #agreed = (going, left) => offered(going, left.length, this.#room.kind, text);

  // onRisk is called when atRisk may have changed.
  constructor({ room, connection, clock, announcer, onRisk }) {
    this.#room = room;
    this.#connection = connection;
    this.#announcer = announcer;
    this.#onRisk = onRisk;
    this.#desk = new Desk({ connection, clock, onChange: (offer) => this.#changed(offer) });
    this.#picker.addEventListener("change", () => {
      const picked = [...this.#picker.files];
      this.#offer(picked, picked.some(({ type }) => PICTURE.test(type)) ? this.#agreed : undefined);
      this.#picker.value = "";
    });
    room.log.watch((what, entry) => { if (what === "dropped" && entry.kind === "offer") this.#dropped(entry); });
    addEventListener("dragleave", ({ relatedTarget }) => { if (!relatedTarget) this.#zone.remove(); });
    addEventListener("pointermove", () => this.#zone.remove()); // it was dropped elsewhere
    addEventListener("pagehide", () => {
      this.#pictures.close();
      this.#desk.close();
      for (const address of this.#saving) this.#saved(address);
    });
  }

  // pick lets somebody choose files to offer.
  pick() {
    if (this.#able()) this.#picker.click();
  }

  // carried: files were dragged in, dropped or pasted.
  carried(type, given) {
    if (type === "dragenter") {
      this.#zone.lastChild.textContent = text(`kind.${this.#room.kind}`);
      document.querySelector("main").append(this.#zone);
      return;
    }
    this.#zone.remove();
    if (given.length > 0 && this.#able()) this.#offer(given, this.#agreed);
  }

  // give offers a file that this page made, and promises whether it could.
  async give(file) {
    if (!this.#able()) return false;
    const why = await this.#offerOne(file, this.#stay);
    if (why) this.#complain(text(why, file.name));
    return why === "";
  }

  // show draws the offer of an entry into a box.
  show(entry, box) {
    const { file, from } = entry;
    if (!this.#cards.has(file)) this.#cards.set(file, this.#meet(entry, this.#room.members.has(from.id)));
    const known = this.#cards.get(file);
    if (known.entry !== entry) { // it was said again
      known.entry = entry;
      this.#pictures.apart(known.offer);
    }
    box.replaceChildren(known.holder);
  }

  apply(frame) { this.#desk.apply(frame); }

  get atRisk() { return this.#desk.atRisk; }

  // refused: an own offer did not happen.
  refused(op, reason) {
    this.#desk.refused(op);
    this.#note(text("notOffered", op.file.name, reason));
  }

  // phase: the connection has changed its own.
  phase() {
    if (["left", "ended", "refused"].includes(this.#connection.phase)) this.#desk.over();
  }

  #meet(entry, here) {
    const offer = this.#desk.known(entry, here);
    const note = entry.mine ? this.#notes.get(entry.file.key) : "";
    this.#notes.delete(entry.file.key);
    const card = new Card({
      offer, kind: this.#room.kind, text, note,
      look: (each) => this.#pictures.look(each),
      on: {
        take: (each) => this.#take(each),
        decline: (each) => this.#desk.decline(each),
        cancel: (each) => this.#desk.cancel(each),
        save: (each) => this.#save(each),
        release: (each) => this.#desk.release(each),
        show: (each) => this.#pictures.show(each),
        hide: (each) => this.#pictures.hide(each),
      },
    });
    this.#shown.set(offer, card);
    const holder = el("div", {}, card.element);
    this.#pictures.meet(offer, entry, holder);
    return { entry, offer, holder };
  }

  #changed(offer) {
    this.#onRisk();
    this.#pictures.changed(offer);
    this.#shown.get(offer)?.changed();
    if (offer.state === "whole" && !offer.mine) this.#announcer.say(text("wholeSaid", offer.file.name));
  }

  // dropped: its entry has left the log. What is under way stays in sight.
  #dropped(entry) {
    const known = this.#cards.get(entry.file);
    if (!known) return;
    const { seq, at, from, file, mine } = entry;
    if (known.offer.alive) {
      queueMicrotask(() => this.#room.log.addOffer({ seq, at, from, file, mine, again: true }));
    } else {
      this.#desk.forget(known.offer);
      this.#pictures.forget(known.offer);
      this.#shown.delete(known.offer);
      this.#cards.delete(file);
    }
  }

  // able says whether files can go from here, and if not, why, beside the button.
  #able() {
    if (!available()) this.#complain(text("insecure"));
    return available();
  }

  async #take(offer) {
    if (!available()) return text("insecure");
    const why = await this.#desk.take(offer);
    return why && text({ many: "takeMany", full: "takeFull", offline: "takeOffline" }[why]);
  }

  // offer offers files in this place, once it was agreed to that those go, and others are
  // left out. What comes of each that was not offered is said of all at once.
  #offer(given, agreed = () => true) {
    const stay = this.#stay;
    this.#work = this.#work.then(async () => {
      const { going, left } = this.#desk.sift(given);
      if (going.length > 0 && !(await agreed(going, left))) return;
      const refused = [];
      for (const file of going) refused.push({ file, why: await this.#offerOne(file, stay) });
      this.#refuse([...refused.filter(({ why }) => why), ...left]);
    }).catch((error) => reportError(error));
  }

  // refuse says of files why each was not offered, and a reason that several have once.
  #refuse(refused) {
    const names = new Map(); // reason → names
    for (const { file, why } of refused.slice(0, MOST_TOLD)) names.set(why, [...names.get(why) ?? [], file.name]);
    const all = [...names].flatMap(([why, of]) => (why === "many" ? [text(why, of.join(", "))] : of.map((name) => text(why, name))));
    if (refused.length > MOST_TOLD) all.push(text("offerMore", refused.length - MOST_TOLD));
    if (all.length > 0) this.#complain(all.join(" "));
  }

  // stay is what tells this one in the room from another.
  get #stay() { return `${this.#room.name} ${this.#room.you?.id}`; }

  // offerOne promises "" when a file is offered, null when its owner would rather not, or
  // why it is not, as text has it.
  async #offerOne(file, stay) {
    let content = file;
    let note = TELLTALE.test(file.type) ? "asIs" : "";
    try {
      const looked = file.size <= MAX_FILE && isPicture(await bytesOf(file.slice(0, HEAD_BYTES))) ? strip(await bytesOf(file)) : null;
      if (looked) note = looked.removed ? "stripped" : "";
      if (looked?.removed) content = new Blob(looked.parts.map((part) => (Array.isArray(part) ? file.slice(...part) : part)));
    } catch (error) {
      const unread = error instanceof PictureError; // any other the desk will meet too
      if (unread && !(await asItIs(file.name, text))) return null;
    }
    const elsewhere = stay !== this.#stay;
    return elsewhere ? "elsewhere" : this.#desk.offer(content, file.name, (key) => this.#notes.set(key, note));
  }

  // save gives a file to the browser. The Blob is made only now: until somebody
  // wants the file on a disk, a browser shall have no reason to put it there.
  #save(offer) {
    const address = URL.createObjectURL(new Blob([offer.content], { type: "application/octet-stream" }));
    el("a", { href: address, download: offer.file.name }).click();
    this.#desk.saved(offer);
    this.#saving.add(address);
    setTimeout(() => {
      this.#saved(address);
      if (offer.state === "saved" && !this.#pictures.look(offer)?.shown) this.#desk.release(offer);
    }, SAVING);
  }

  #saved(address) {
    URL.revokeObjectURL(address);
    this.#saving.delete(address);
  }

  // complain says why not, beside the button.
  #complain(sentence) {
    const problem = byId("problem");
    problem.textContent = sentence;
    problem.hidden = false;
  }

  #note(sentence) {
    this.#room.log.addNote([sentence], "problem");
  }
}

const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

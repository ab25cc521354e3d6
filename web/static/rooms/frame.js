// A room of several is a page in the page: a frame with its own document, modules and
// socket, so that a draft, a place in the log, a question or a late answer of one room has
// no way into another. What a document behind the others could still do to the one in
// front, take the focus or lay a sheet over the window, waits until it is in front.

import { el } from "../view/dom.js";

// frameOf makes a room's frame; door is what its page finds there to go through, see
// rooms.js.
export function frameOf(src, door) {
  const frame = el("iframe", { class: "room-frame", src });
  frame.place = door;
  return frame;
}

// tame keeps a room's window from acting on the one in front. inFront says whether it is
// that itself, own(element) whether an element is none of the room's. It returns what does
// the things that waited.
export function tame(window, inFront, own = () => false) {
  const waits = [];
  const { HTMLElement, HTMLDialogElement } = window;
  const { focus } = HTMLElement.prototype;
  HTMLElement.prototype.focus = function (...how) {
    if (inFront() || own(this)) focus.apply(this, how);
  };
  const { showModal } = HTMLDialogElement.prototype;
  HTMLDialogElement.prototype.showModal = function () {
    if (inFront()) showModal.apply(this);
    else waits.push(() => { if (this.isConnected && !this.open) showModal.apply(this); });
  };
  return () => { for (const each of waits.splice(0)) each(); };
}

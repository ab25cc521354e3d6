// What is seen of the room while one types: all of it that a keyboard on the glass
// leaves, and further up by the keys that scroll, when the field itself has nothing to
// scroll. Fetched when the field first has the focus.

import { byId } from "./dom.js";

const OVERLAP = 0.875; // of a screenful is how far a page goes

const field = byId("message");
const scroller = byId("scroller");
let watched = null; // the timeline

// watch begins with it; asked again, it does nothing.
export function watch(timeline) {
  if (watched) return;
  watched = timeline;
  field.addEventListener("keydown", scroll);
  for (const type of ["resize", "scroll"]) visualViewport.addEventListener(type, fit);
  fit();
}

// fit gives the room the part of the page that is not covered. Some browsers lay the
// keyboard over the page and move what is left of it; whoever zooms in moves it too,
// and is left alone.
function fit() {
  const { height, offsetTop, scale } = visualViewport;
  const covered = Math.abs(scale - 1) < 0.01 && height < document.documentElement.clientHeight - 1;
  Object.assign(document.body.style, {
    height: covered ? `${offsetTop + height}px` : "",
    paddingBlockStart: covered ? `${offsetTop}px` : "",
  });
}

function scroll(event) {
  const { key, ctrlKey, shiftKey, altKey, metaKey } = event;
  const page = { PageUp: -1, PageDown: 1 }[key];
  const whole = ctrlKey && !shiftKey && (key === "Home" || key === "End");
  if (event.defaultPrevented || event.isComposing || altKey || metaKey || !(page || whole)) return;
  const { scrollHeight, clientHeight } = field;
  const oneRow = clientHeight <= parseFloat(getComputedStyle(field).minHeight);
  if (scrollHeight > clientHeight + 1 || (whole && !oneRow)) return; // the field's own
  event.preventDefault();
  if (page) scroller.scrollBy({ top: page * OVERLAP * scroller.clientHeight });
  else if (key === "Home") scroller.scrollTo({ top: 0 });
  else watched.end();
}

// Back, in a browser that has no CloseWatcher: a step in its history that stands for what
// lies over the room, so that going back takes that away and leaves nobody outside. The
// step is one for all that is opened, bears no state and has the address of what is below
// it; where nothing lies over the room any more, going back passes it.

const seen = new Set(); // documents that are watched
let at = 0; // how long the history is while we are on the step; 0: we are not

// watch has Back close what is opened in a window: the page's own, or that of a room in it.
export function watch({ document, MutationObserver }) {
  if (seen.size === 0) addEventListener("popstate", went);
  seen.add(document);
  new MutationObserver(() => {
    if (!top() || at === history.length) return;
    history.pushState(null, "");
    at = history.length;
  }).observe(document, { subtree: true, attributeFilter: ["open", "data-open"] });
}

// went: the history is elsewhere now. What was added to it is no step back.
function went() {
  const back = at === history.length;
  at = 0;
  if (!back) return;
  const over = top();
  if (!over) history.back();
  else if (over.close) over.close();
  else over.querySelector(".close").click();
}

// top is what lies over the others, in the room in front.
function top() {
  for (const document of seen) {
    const frame = document.defaultView?.frameElement;
    if (!document.defaultView || frame?.inert) continue;
    const over = [...document.querySelectorAll('dialog[open], [data-open="true"]')];
    const found = over.findLast(({ close }) => close) ?? over[0];
    if (found) return found;
  }
  return null;
}

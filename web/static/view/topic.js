// All of a long topic: a button beside its two lines, where they are not all of it. Fetched
// when a room first has a topic.

import { button, byId } from "./dom.js";
import { later } from "../text/laterstrings.js";

const topic = byId("topic");
let more = null;

// watch begins with it; asked again, it does nothing.
export function watch(common) {
  if (more) return;
  const text = later(common);
  more = button("", () => turn(), { id: "topic-more", class: "topic-more", "aria-controls": "topic", "aria-expanded": "false", "aria-label": text("wholeTopic"), hidden: true });
  topic.after(more);
  topic.addEventListener("click", () => { if (!more.hidden && String(getSelection()) === "") turn(); });
  new ResizeObserver(fit).observe(topic);
  new MutationObserver(() => turn(false)).observe(topic, { childList: true, attributeFilter: ["hidden"] });
  fit();
}

function turn(whole = !topic.classList.contains("whole")) {
  topic.classList.toggle("whole", whole);
  more.setAttribute("aria-expanded", String(whole));
  fit();
}

// fit shows the button where there is more than what is seen.
function fit() {
  more.hidden = topic.hidden || (!topic.classList.contains("whole") && topic.scrollHeight <= topic.clientHeight + 1);
}

// How somebody is in voice, beside their name in the list of people: a shape for whoever
// looks, and words for whoever asks; nobody is told of it unasked.

import { el } from "../view/dom.js";
import { icon } from "../view/icon.js";

const SHAPES = {
  in: "M5 12h2M11 12h2M17 12h2",
  speaking: "M6 10v4M10 7v10M14 4v16M18 8v8",
  muted: "M9 6a3 3 0 0 1 6 0v5M9 9.5V11a3 3 0 0 0 4.5 2.6M6 11a6 6 0 0 0 9.5 4.9M12 17v4M4 3l16 18",
};

// draw shows it in a row, or that there is nothing to show.
export function draw(row, { voice }, text) {
  const who = row.querySelector(".who");
  const known = who?.querySelector(".voice-mark");
  if (!who || !voice) return known?.remove();
  const what = voice.muted ? "muted" : voice.speaking ? "speaking" : "in";
  if (known?.dataset.voice === what) return undefined;
  const mark = known ?? el("span", { class: "voice-mark" });
  mark.dataset.voice = what;
  mark.replaceChildren(icon(SHAPES[what]), el("span", { class: "offscreen" }, text(`mark.${what}`)));
  if (!known) who.querySelector(".via").prepend(mark);
  return undefined;
}

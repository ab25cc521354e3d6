// The keys that lead from room to room, and those that are pressed on the way. A digit is
// one only where the keyboard says so: on a Mac Alt and 5 write a bracket, and that is left
// alone.

// keyOf returns {at: n} for the n-th room, {step: ±1} for the next one and the one before,
// or null.
export function keyOf({ key, altKey, ctrlKey, metaKey, shiftKey, isComposing }) {
  if (!altKey || ctrlKey || metaKey || isComposing) return null;
  if (/^[1-9]$/.test(key)) return { at: Number(key) };
  if (shiftKey) return null;
  return { ArrowUp: { step: -1 }, ArrowDown: { step: 1 } }[key] ?? null;
}

const MAX_TYPED = 4000; // characters by keys: no message has more, and nobody types so much while a page is fetched

// Typed is what is typed, pasted and dropped for a room whose page is still on its way: it
// goes to no other one.
export class Typed {
  text = "";
  files = []; // that were pasted or dropped

  // take takes a key, and returns whether it writes something.
  take({ key, altKey, ctrlKey, metaKey, isComposing }) {
    if (altKey || ctrlKey || metaKey || isComposing) return false;
    const letters = [...this.text];
    if (key === "Backspace") this.text = letters.slice(0, -1).join("");
    else if (key !== "Enter" && [...key].length !== 1) return false;
    else if (letters.length < MAX_TYPED) this.text += key === "Enter" ? "\n" : key;
    return true;
  }

  // carry takes what a paste or a drop has, and returns whether that is something: words,
  // as many as they are, since the field would take them too, or else files.
  carry(carried) {
    const words = carried.getData("text/plain").replace(/\r\n?/g, "\n");
    const files = words ? [] : [...carried.files];
    this.text += words;
    this.files.push(...files);
    return words !== "" || files.length > 0;
  }

  // draft is what stands in the room's field then. It is not said: who typed it did not see
  // yet where.
  get draft() { return this.text.trimEnd(); }

  // put takes words that were typed on the way.
  put(words) { this.text += words; }

  // lines are all of it, in words.
  get lines() { return [...this.draft.split("\n").filter(Boolean), ...this.files.map(({ name }) => name)]; }
}

// handOver gives the place that comes to the front what was typed on the way to it: its page
// takes that, or will. Nothing is said by it. notice is what the page tells of it. forced: no
// key or click brought that place, so its person may not look.
export function handOver(held, to, notice, forced = false) {
  if (!held && !forced) return;
  if (to.here) return to.here.composer.ahead(held, notice);
  (to.typed ??= new Typed()).put(held);
}

// unsaid is what a place has that was not said, in lines: it would go with it.
export function unsaid({ here, typed }) {
  if (!here) return typed?.lines ?? [];
  const { session, composer } = here;
  const outgoing = [...session.outgoing.values()].map(({ op }) => op.text ?? op.nick ?? "");
  return [...composer.lost, ...outgoing, ...(composer.leading ? "" : composer.text).split("\n")].filter((line) => line.trim());
}

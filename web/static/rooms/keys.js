// The keys that lead from room to room, and those that are pressed on the way. A digit is one only where the keyboard says so:
// on a Mac Alt and 5 write a bracket, and that is left alone.

// keyOf returns {at: n} for the n-th room, {step: ±1} for the next one and the one before,
// or null.
export function keyOf({ key, altKey, ctrlKey, metaKey, shiftKey, isComposing }) {
  if (!altKey || ctrlKey || metaKey || isComposing) return null;
  if (/^[1-9]$/.test(key)) return { at: Number(key) };
  if (shiftKey) return null;
  return { ArrowUp: { step: -1 }, ArrowDown: { step: 1 } }[key] ?? null;
}

const MAX_TYPED = 4000; // characters: no message has more, and nobody types so much while a page is fetched

// Typed is what is typed for a room whose page is still on its way: it goes to no other one.
export class Typed {
  text = "";

  // take takes a key, and returns whether it writes something.
  take({ key, altKey, ctrlKey, metaKey, isComposing }) {
    if (altKey || ctrlKey || metaKey || isComposing) return false;
    const letters = [...this.text];
    if (key === "Backspace") letters.pop();
    else if (key === "Enter" || [...key].length === 1) letters.push(key === "Enter" ? "\n" : key);
    else return false;
    this.text = letters.slice(0, MAX_TYPED).join("");
    return true;
  }

  // draft is what stands in the room's field then. It is not said: who typed it did not see
  // yet where.
  get draft() { return this.text.trimEnd(); }
}

// The keys that lead from room to room. A digit is one only where the keyboard says so:
// on a Mac Alt and 5 write a bracket, and that is left alone.

// keyOf returns {at: n} for the n-th room, {step: ±1} for the next one and the one before,
// or null.
export function keyOf({ key, altKey, ctrlKey, metaKey, shiftKey, isComposing }) {
  if (!altKey || ctrlKey || metaKey || isComposing) return null;
  if (/^[1-9]$/.test(key)) return { at: Number(key) };
  if (shiftKey) return null;
  return { ArrowUp: { step: -1 }, ArrowDown: { step: 1 } }[key] ?? null;
}

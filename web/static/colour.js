// A person's colour, the same on every screen that sees them: FNV-1a, 32 bits,
// of the member id's UTF-8 bytes, mod 12. The terminal computes the same.

export const colours = 12;

export function colourOf(memberID) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(memberID)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash % colours;
}

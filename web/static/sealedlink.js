// Links into sealed rooms: how they are written, and read back from what people
// paste. The twin of link.go in cmd/sotto/native, held to the same script
// (rooms/behaviour/links.json).

import { base64url, parseSecret } from "./seal.js";

const KEY_LETTERS = 43;

// linkOf returns the link into a sealed room; server is its base address.
export const linkOf = (server, secret) => `${server}/s/#${base64url(secret)}`;

// commandOf returns the line for sotto's own client. A link needs quotes: "#"
// means something to some shells.
export const commandOf = (link) => `sotto join '${link}'`;

// readLink reads a link as somebody pasted it, among other words, wrapped, in
// brackets, with a full stop: {secret, server}, server being empty where only a key
// was pasted; or {cut}, how many characters of the key are missing; or null.
export function readLink(pasted) {
  const packed = pasted.replace(/%23/g, "#").replace(/[<>"'`“”‘’«»()[\]]/g, " ");
  const apart = packed.match(/[a-z]+:\/\/\S+/i)?.[0];
  const found = apart ? read(apart) : null;
  if (found?.secret) return found;
  const joined = read(packed.replace(/\s+/g, "").replace(/^.*?(?=[a-z]+:\/\/)/i, "")); // it was wrapped
  return joined?.secret ? joined : found ?? joined;
}

function read(link) {
  const bare = link.replace(/[.,;:!?]+$/, "");
  const [, scheme, rest, key] = bare.match(/^(?:(https?|ssh):\/\/([^#]*?)\/s\/?)?#?([^#]*)$/i) ?? [];
  if (key === undefined || (scheme === undefined && (key.length !== KEY_LETTERS || bare.includes("/")))) return null;
  if (!/^[\w-]*$/.test(key) || key.length > KEY_LETTERS) return null;
  if (key.length < KEY_LETTERS) return { cut: KEY_LETTERS - key.length };
  const secret = parseSecret(key);
  return secret && { secret, server: scheme === undefined ? "" : `${scheme}://${rest}`.replace(/^[^/]*\/\/[^/]*/, (origin) => origin.toLowerCase()) };
}

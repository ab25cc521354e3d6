// Links into sealed rooms: how they are written, and read back from what people
// paste. The twin of link.go in cmd/sotto/native, held to the same script
// (rooms/behaviour/links.json).

import { byteLength } from "../text/limits.js";
import { base64url, parseSecret } from "./seal.js";

export const KEY_LETTERS = 43;
const MAX_PASTED = 4096; // bytes that are looked through for a link: a page of text

// linkOf returns the link into a sealed room; server is its base address.
export const linkOf = (server, secret) => `${server}/s/#${base64url(secret)}`;

// commandOf returns the line for sotto's own client. A link needs quotes: "#"
// means something to some shells.
export const commandOf = (link) => `sotto join '${link}'`;

// readLink reads a link as somebody pasted it, among other words and links, wrapped, in
// brackets, with a full stop: {secret, server}, of the first that is whole, server being
// empty where only a key was pasted; or {cut}, how many characters of the key are
// missing; or {folded}, its letters are all of one kind; or null. breaks is what it may have been wrapped at: a field of one line has
// spaces there.
export function readLink(pasted, breaks = "\n") {
  if (byteLength(pasted) > MAX_PASTED) return null;
  const packed = pasted.replaceAll("%23", "#").replace(/[<>"'`“”‘’«»()[\]\u0085\ufeff]/g, " ");
  let cut = null;
  for (const word of packed.split(/\s+/)) {
    const found = read(fromScheme(word));
    if (found?.secret) return found;
    cut ??= found;
  }
  // It may have been wrapped: then lines of it are all that stands from there on.
  const last = packed.slice(0, Math.max(packed.lastIndexOf("://"), 0)).split(/\s/).slice(0, -1).join(" ").length;
  const joined = fromScheme(packed.slice(last).trimStart()).split(breaks).map((line) => line.trim()).join("");
  const found = /\s/.test(joined) ? null : read(joined) ?? readKey(joined);
  return found?.secret ? found : cut ?? found;
}

// fromScheme is what is left of a text from its first scheme on.
function fromScheme(text) {
  let at = Math.max(text.indexOf("://"), 0);
  while (at > 0 && /[a-z]/i.test(text[at - 1])) at--;
  return text.slice(at);
}

// bareOf is a link without what ended a sentence behind it.
function bareOf(link) {
  let end = link.length;
  while (end > 0 && ".,;:!?".includes(link[end - 1])) end--;
  return link.slice(0, end);
}

// read reads a link that stands alone.
function read(link) {
  const bare = bareOf(link);
  const at = bare.indexOf("://");
  const kind = bare.slice(0, Math.max(at, 0)).toLowerCase();
  if (!["http", "https", "ssh"].includes(kind)) return null;
  const rest = bare.slice(at + 3);
  const hash = rest.includes("#") ? rest.indexOf("#") : rest.length;
  const [address] = rest.slice(0, hash).split("?"); // what a chat adds to count who follows a link
  const key = keyOf(rest.slice(hash + 1));
  if (!/.\/s\/?$/i.test(address) || !/^[\w-]*$/.test(key) || key.length > KEY_LETTERS) return null;
  const [, host, path] = /^([^/]*)(.*)$/s.exec(address.replace(/\/s\/?$/i, ""));
  if (host === "" || host.includes("@") || address.includes("\\")) return null; // it would lead elsewhere than it seems to
  if (key.length < KEY_LETTERS) return { cut: KEY_LETTERS - key.length };
  if (isFolded(key)) return { folded: true };
  const secret = parseSecret(key);
  return secret && { secret, server: `${kind}://${host.toLowerCase()}${path}` };
}

// readKey reads a key that stands alone.
function readKey(text) {
  const key = keyOf(bareOf(text).replace(/^#/, ""));
  if (key.length === KEY_LETTERS && /^[\w-]*$/.test(key) && isFolded(key)) return { folded: true };
  const secret = key.length === KEY_LETTERS ? parseSecret(key) : null;
  return secret && { secret, server: "" };
}

// keyOf is what stands behind "#" without what a chat added.
const keyOf = (text) => text.split(/[?&]/, 1)[0];

// isFolded says that a key's letters are all of one kind, which is so of one in a
// thousand million that are drawn: somebody's program wrote it so.
const isFolded = (key) => key === key.toUpperCase() || key === key.toLowerCase();

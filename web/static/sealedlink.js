// Links into sealed rooms: how they are written, and read back from what people
// paste.

import { base64url, parseSecret } from "./seal.js";

// linkOf returns the link into a sealed room; server is its base address.
export const linkOf = (server, secret) => `${server}/s/#${base64url(secret)}`;

// commandOf returns the line for sotto's own client. A link needs quotes: "#"
// means something to some shells.
export const commandOf = (link) => `sotto join '${link}'`;

// secretOf reads a secret out of a link, or out of its part behind "#". Null if
// there is none in it.
export const secretOf = (typed) => parseSecret(typed.trim().split("#").at(-1));

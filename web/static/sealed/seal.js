// The cryptography of sealed rooms in the browser: the twin of the Go package
// rooms/seal, held to the same vectors. The scheme and its formulas are in
// docs/SEALED.md. It is made of WebCrypto's parts alone and knows neither page
// nor socket: bytes go in and come out.
//
// Keys live in this module's objects and nowhere else; they go with the page.

const subtle = globalThis.crypto?.subtle;
const text = new TextEncoder();
const once = new Uint8Array(12); // each key seals one message only

export const VERSION = 2;
export const SECRET_BYTES = 32;
export const PUBLIC_BYTES = 32;
export const HELLO_BYTES = 1 + PUBLIC_BYTES + 32;
const OLD_HELLO_BYTES = 64; // of the first version, which had no number
const PASSPHRASE_ITERATIONS = 1_000_000;
const SAFETY_ITERATIONS = 2 ** 16;
export const SAFETY_WORDS = 12;

// available says whether this page may use WebCrypto at all: only over https or from
// localhost.
export const available = () => Boolean(subtle) && globalThis.isSecureContext !== false;

// A message or a hello that is not taken. kind: ghost, version, used, full, forged,
// replay, far, gone, long.
export class SealError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}
export const ghost = () => new SealError("ghost", "Somebody without the room’s key tried to come in; they were not let in.");
export const forged = () => new SealError("forged", "A message was not sealed by a member of this room; it was dropped.");

export function join(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

// base64url is unpadded, as it stands in a link and in a frame.
export function base64url(bytes) {
  let s = "";
  for (let at = 0; at < bytes.length; at += 4096) s += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(s).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// fromBase64url returns the bytes of unpadded base64url in its one form, or null.
export function fromBase64url(s) {
  if (!/^[A-Za-z0-9_-]*$/.test(s) || s.length % 4 === 1) return null;
  const characters = atob(s.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(characters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
  return base64url(bytes) === s ? bytes : null;
}

export const u32 = (n) => new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n]);
export const readU32 = (b, at = 0) => ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0;

function compare(a, b) {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

// equal takes as long whatever differs.
export function equal(a, b) {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

export const sha256 = async (...parts) => new Uint8Array(await subtle.digest("SHA-256", join(...parts)));

export async function hmac(key, ...parts) {
  const k = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const data = join(...parts); // may be a secret
  const made = new Uint8Array(await subtle.sign("HMAC", k, data));
  data.fill(0);
  return made;
}

// expand is E(k, name, context) of docs/SEALED.md: one block of HKDF-Expand.
export const expand = (k, name, ...context) => hmac(k, text.encode(`sotto/v2 ${name}\0`), ...context, new Uint8Array([1]));

// aes is A(key, additionalData, data) of docs/SEALED.md and its reverse; mode: encrypt,
// decrypt. It overwrites the key, which is good for one text.
export async function aes(mode, key, data, additionalData) {
  const k = await subtle.importKey("raw", key, "AES-GCM", false, [mode]);
  key.fill(0);
  return new Uint8Array(await subtle[mode]({ name: "AES-GCM", iv: once, additionalData }, k, data));
}

// newSecret returns a fresh secret for a link.
export const newSecret = () => crypto.getRandomValues(new Uint8Array(SECRET_BYTES));

// parseSecret returns the secret in a link's fragment, or null.
export function parseSecret(fragment) {
  const bytes = fromBase64url(fragment);
  return bytes?.length === SECRET_BYTES ? bytes : null;
}

// passphraseSecret promises the secret of words that can be read aloud. It takes about
// half a second.
export async function passphraseSecret(words) {
  const k = await subtle.importKey("raw", text.encode(words), "PBKDF2", false, ["deriveBits"]);
  const salt = text.encode("sotto/v2 passphrase");
  return new Uint8Array(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: PASSPHRASE_ITERATIONS }, k, 256));
}

// The keys of one sealed room.
export class Room {
  #hello;
  #psk;

  // open derives the keys from a secret.
  static async open(secret) {
    const room = new Room();
    const prk = await hmac(text.encode("sotto/v2 extract"), secret);
    room.id = (await expand(prk, "id")).slice(0, 16);
    room.#hello = await expand(prk, "hello");
    room.#psk = await expand(prk, "psk");
    return room;
  }

  // name is what the server knows the room by.
  get name() {
    return hex(this.id);
  }

  async peer(key) {
    return { id: hex((await sha256(text.encode("sotto/v2 member\0"), this.id, key)).slice(0, 16)), key };
  }

  // hello is what the others are shown of a key pair.
  async hello(peer) {
    const version = new Uint8Array([VERSION]);
    return join(version, peer.key, await hmac(this.#hello, version, this.id, unhex(peer.id), peer.key));
  }

  // meet checks somebody's hello; it throws a ghost, or a version.
  async meet(hello) {
    if (hello.length === OLD_HELLO_BYTES || (hello.length > 0 && hello[0] !== VERSION)) throw otherVersion();
    if (hello.length !== HELLO_BYTES) throw ghost();
    const key = hello.slice(1, 1 + PUBLIC_BYTES);
    if (!isPublicKey(key)) throw ghost();
    const peer = await this.peer(key);
    if (!equal(hello, await this.hello(peer))) throw ghost();
    return peer;
  }

  // begin promises what a member and a newcomer begin with: the keys of the greeting and
  // of the first root.
  async begin(shared, newcomer, host) {
    const prk = await hmac(this.#psk, shared);
    const keys = [await expand(prk, "greet", this.id, newcomer.key, host.key), await expand(prk, "root", this.id, newcomer.key, host.key)];
    prk.fill(0);
    return keys;
  }

  // viewOf is by what two ends find out whether they show the same people, {key, nick}
  // each, by the same names.
  viewOf(shown) {
    return sha256(text.encode("sotto/v2 view\0"), this.id, inOrder(shown));
  }

  // wordsFor promises the numbers, in the BIP-39 list, of the words that everybody has who
  // shows these people by these names.
  async wordsFor(shown) {
    const k = await subtle.importKey("raw", inOrder(shown), "PBKDF2", false, ["deriveBits"]);
    const salt = join(text.encode("sotto/v2 words\0"), this.#hello);
    const bits = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: SAFETY_ITERATIONS }, k, 17 * 8);
    const sum = new Uint8Array(bits);
    return Array.from({ length: SAFETY_WORDS }, (_, i) => {
      const bit = i * 11;
      const at = bit >> 3;
      return (((sum[at] << 16) | (sum[at + 1] << 8) | (sum[at + 2] ?? 0)) >> (13 - (bit & 7))) & 2047;
    });
  }
}

const otherVersion = () => new SealError("version", "Somebody whose program speaks another version of sealed rooms tried to come in; they were not let in.");

export const unhex = (s) => Uint8Array.from(s.match(/../g) ?? [], (pair) => parseInt(pair, 16));

// inOrder is each key, and the name behind its length, in the order of the keys.
function inOrder(shown) {
  const sorted = [...shown].sort((a, b) => compare(a.key, b.key));
  return join(...sorted.flatMap(({ key, nick }) => {
    const name = text.encode(nick);
    return [key, new Uint8Array([name.length]), name];
  }));
}

// isPublicKey says whether bytes are a key in the one form that is taken: a number below
// 2²⁵⁵ − 19 (RFC 7748, section 5).
export function isPublicKey(b) {
  if (b.length !== PUBLIC_BYTES || b[31] > 0x7f) return false;
  return !(b[31] === 0x7f && b[0] >= 0xed && b.subarray(1, 31).every((v) => v === 0xff));
}

// agree is X25519 of an own private key and a public one; null if that is of low order
// (RFC 7748, section 6.1).
export async function agree(privateKey, publicKey) {
  try {
    const theirs = await subtle.importKey("raw", publicKey, "X25519", false, []);
    const shared = new Uint8Array(await subtle.deriveBits({ name: "X25519", public: theirs }, privateKey, 256));
    return shared.every((b) => b === 0) ? null : shared;
  } catch {
    return null;
  }
}

// newKeys promises a fresh key pair whose private half nothing can export: {privateKey,
// key}, key the public one in bytes.
export async function newKeys() {
  const pair = await subtle.generateKey("X25519", false, ["deriveBits"]);
  return { privateKey: pair.privateKey, key: new Uint8Array(await subtle.exportKey("raw", pair.publicKey)) };
}

// The cryptography of sealed rooms in the browser: the twin of the Go package
// rooms/seal, held to the same vectors. The scheme and its formulas are in
// docs/SEALED.md. It is made of WebCrypto's parts alone and knows neither page
// nor socket: bytes go in and come out.
//
// Keys live in this module's objects and nowhere else; they go with the page.

const subtle = globalThis.crypto?.subtle
const text = new TextEncoder()
const once = new Uint8Array(12) // each key seals one message only

export const SECRET_BYTES = 32
export const HELLO_BYTES = 64
export const HEADER_BYTES = 61
export const WRAP_BYTES = 52
export const MIN_PADDED = 256
export const MAX_PLAINTEXT = 32768 - 4
export const MAX_SKIP = 4096
export const MAX_MEMBERS = 64
const PASSPHRASE_ITERATIONS = 1_000_000
const TAG_BYTES = 16

/** Whether this page may use WebCrypto at all: only over https or from localhost. */
export const available = () => Boolean(subtle) && globalThis.isSecureContext !== false

/** A message or a hello that does not prove to be genuine. `kind`: ghost, forged, replay, far. */
export class SealError extends Error {
  constructor(kind, message) {
    super(message)
    this.kind = kind
  }
}
const ghost = () => new SealError('ghost', 'Somebody without the room’s key tried to come in; they were not let in.')
const forged = () => new SealError('forged', 'A message was not sealed by a member of this room; it was dropped.')
const replay = () => new SealError('replay', 'A message came a second time, or behind one that was sent after it; it was dropped.')
const far = () => new SealError('far', 'A message skips more than can be missing; it was dropped.')

export function join(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) {
    out.set(p, at)
    at += p.length
  }
  return out
}

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')

/** Unpadded base64url, as it stands in a link and in a frame. */
export function base64url(bytes) {
  let s = ''
  for (let at = 0; at < bytes.length; at += 4096) s += String.fromCharCode(...bytes.subarray(at, at + 4096))
  return btoa(s).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes of unpadded base64url in its one form, or null. */
export function fromBase64url(s) {
  if (!/^[A-Za-z0-9_-]*$/.test(s) || s.length % 4 === 1) return null
  const characters = atob(s.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(characters.length)
  for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at)
  return base64url(bytes) === s ? bytes : null
}

const u32 = (n) => new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n])
const readU32 = (b, at = 0) => ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0

function compare(a, b) {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i] - b[i]
  return a.length - b.length
}

/** Equality that takes as long whatever differs. */
function equal(a, b) {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i]
  return difference === 0
}

const sha256 = async (...parts) => new Uint8Array(await subtle.digest('SHA-256', join(...parts)))

async function hmac(key, ...parts) {
  const k = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await subtle.sign('HMAC', k, join(...parts)))
}

/** E(k, name, context) of docs/SEALED.md: one block of HKDF-Expand. */
export const expand = (k, name, ...context) => hmac(k, text.encode(`sotto/v1 ${name}\0`), ...context, new Uint8Array([1]))

/** A(key, additionalData, data) of docs/SEALED.md and its reverse; mode: encrypt, decrypt. */
export async function aes(mode, key, data, additionalData) {
  const k = await subtle.importKey('raw', key, 'AES-GCM', false, [mode])
  return new Uint8Array(await subtle[mode]({ name: 'AES-GCM', iv: once, additionalData }, k, data))
}

/** A fresh secret for a link. */
export const newSecret = () => crypto.getRandomValues(new Uint8Array(SECRET_BYTES))

/** The secret in a link's fragment, or null. */
export function parseSecret(fragment) {
  const bytes = fromBase64url(fragment)
  return bytes?.length === SECRET_BYTES ? bytes : null
}

/** The secret of words that can be read aloud. Takes about half a second. */
export async function passphraseSecret(words) {
  const k = await subtle.importKey('raw', text.encode(words.normalize('NFC')), 'PBKDF2', false, ['deriveBits'])
  const salt = text.encode('sotto/v1 passphrase')
  return new Uint8Array(await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: PASSPHRASE_ITERATIONS }, k, 256))
}

/** The keys of one sealed room. */
export class Room {
  #hello
  #psk

  /** Derives the keys from a secret. */
  static async open(secret) {
    const room = new Room()
    const prk = await hmac(text.encode('sotto/v1 extract'), secret)
    room.id = (await expand(prk, 'id')).slice(0, 16)
    room.#hello = await expand(prk, 'hello')
    room.#psk = await expand(prk, 'psk')
    return room
  }

  /** What the server knows the room by. */
  get name() {
    return hex(this.id)
  }

  async peer(key) {
    return { id: hex((await sha256(text.encode('sotto/v1 member\0'), this.id, key)).slice(0, 8)), key }
  }

  /** What the others are shown of a key pair. */
  async hello(peer) {
    return join(peer.key, await hmac(this.#hello, this.id, unhex(peer.id), peer.key))
  }

  /** Checks somebody's hello; throws a ghost. */
  async meet(hello) {
    if (hello.length !== HELLO_BYTES) throw ghost()
    const key = hello.slice(0, 32)
    const peer = await this.peer(key)
    if (!equal(hello, await this.hello(peer))) throw ghost()
    return peer
  }

  /** The chains between an own private key and a peer: out and in. */
  async pair(me, privateKey, peer) {
    let shared
    try {
      const theirs = await subtle.importKey('raw', peer.key, 'X25519', false, [])
      shared = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: theirs }, privateKey, 256))
    } catch {
      throw ghost() // a key of low order (RFC 7748, section 6.1)
    }
    if (shared.every((b) => b === 0)) throw ghost()
    const prk = await hmac(this.#psk, shared)
    return {
      out: { key: await expand(prk, 'chain', this.id, me.key, peer.key), next: 0 },
      in: { key: await expand(prk, 'chain', this.id, peer.key, me.key), next: 0 },
    }
  }

  async rosterHash(peers) {
    return (await sha256(this.id, ...keysInOrder(peers))).slice(0, 16)
  }

  /** The numbers, in the BIP-39 list, of the twelve words that everybody who sees these members sees. */
  async safetyWords(peers) {
    const sum = await sha256(text.encode('sotto/v1 words\0'), this.#hello, ...keysInOrder(peers))
    return Array.from({ length: 12 }, (_, i) => {
      const bit = i * 11
      const at = bit >> 3
      return (((sum[at] << 16) | (sum[at + 1] << 8) | sum[at + 2]) >> (13 - (bit & 7))) & 2047
    })
  }
}

const unhex = (s) => Uint8Array.from(s.match(/../g) ?? [], (pair) => parseInt(pair, 16))
const keysInOrder = (peers) => peers.map((p) => p.key).sort(compare)

async function step(chain) {
  const wrap = await expand(chain.key, 'wrap')
  return [wrap, { key: await expand(chain.key, 'next'), next: chain.next + 1 }]
}

/** One end's state in a sealed room. Its methods must not overlap: callers queue them. */
export class Session {
  #room
  #private
  #peers = new Map()
  #sent = 0

  /** Begins with a fresh key pair, which nothing can export, or with one that is given. */
  static async begin(room, pair) {
    const s = new Session()
    pair ??= await subtle.generateKey('X25519', false, ['deriveBits'])
    s.#room = room
    s.#private = pair.privateKey
    s.me = await room.peer(new Uint8Array(await subtle.exportKey('raw', pair.publicKey)))
    return s
  }

  hello() {
    return this.#room.hello(this.me)
  }

  /** Adds a member by its hello; throws a ghost. Returns the member's id. */
  async add(hello) {
    const peer = await this.#room.meet(hello)
    if (peer.id !== this.me.id && !this.#peers.has(peer.id)) {
      if (this.#peers.size >= MAX_MEMBERS - 1) throw new SealError('full', `A sealed room holds ${MAX_MEMBERS} people.`)
      this.#peers.set(peer.id, { ...peer, ...(await this.#room.pair(this.me, this.#private, peer)) })
    }
    return peer.id
  }

  remove(id) {
    const peer = this.#peers.get(id)
    peer?.out.key.fill(0)
    peer?.in.key.fill(0)
    this.#peers.delete(id)
  }

  /** Overwrites every chain. The session is of no use after it. */
  forget() {
    for (const id of [...this.#peers.keys()]) this.remove(id)
    this.#private = null
  }

  get peers() {
    return [this.me, ...this.#peers.values()]
  }

  rosterHash() {
    return this.#room.rosterHash(this.peers)
  }

  safetyWords() {
    return this.#room.safetyWords(this.peers)
  }

  /** Seals bytes to some peers, or to all. `key` is given only by tests. */
  async seal(plaintext, to = [...this.#peers.keys()], key = crypto.getRandomValues(new Uint8Array(32))) {
    if (plaintext.length > MAX_PLAINTEXT) throw new SealError('long', `A sealed message holds at most ${MAX_PLAINTEXT} bytes.`)
    const commit = (await expand(key, 'commit')).slice(0, 16)
    const number = this.#sent++
    const header = join(new Uint8Array([1]), this.#room.id, unhex(this.me.id), u32(number), await this.rosterHash(), commit)
    const body = join(header, await aes('encrypt', await expand(key, 'body'), pad(plaintext), header))
    const sum = await sha256(body)
    const wraps = {}
    for (const id of to) {
      const peer = this.#peers.get(id)
      if (!peer) throw new SealError('gone', 'That person is not in the room any more.')
      const [wrap, next] = await step(peer.out)
      wraps[id] = join(u32(peer.out.next), await aes('encrypt', wrap, key, join(sum, unhex(id))))
      peer.out = next
    }
    return { body, wraps, number }
  }

  /** Opens a body by our own wrap of its key. A message that is refused changes nothing. */
  async open(body, wrap) {
    if (body.length < HEADER_BYTES + MIN_PADDED + TAG_BYTES || wrap.length !== WRAP_BYTES) throw forged()
    const header = body.slice(0, HEADER_BYTES)
    const from = hex(header.slice(17, 25))
    const peer = this.#peers.get(from)
    if (header[0] !== 1 || !equal(header.slice(1, 17), this.#room.id) || !peer) throw forged()
    const n = readU32(wrap)
    if (n < peer.in.next) throw replay()
    if (n - peer.in.next > MAX_SKIP) throw far()
    const missing = n - peer.in.next
    let chain = peer.in
    let wrapKey
    do [wrapKey, chain] = await step(chain)
    while (chain.next <= n)
    let plaintext
    try {
      const key = await aes('decrypt', wrapKey, wrap.slice(4), join(await sha256(body), unhex(this.me.id)))
      if (!equal((await expand(key, 'commit')).slice(0, 16), header.slice(45))) throw forged()
      plaintext = unpad(await aes('decrypt', await expand(key, 'body'), body.slice(HEADER_BYTES), header))
    } catch {
      throw forged()
    }
    peer.in = chain
    return { from, number: readU32(header, 25), plaintext, missing, rosterHash: header.slice(29, 45) }
  }
}

function padded(n) {
  let size = MIN_PADDED
  while (size < n + 4) size *= 2
  return size
}

function pad(plaintext) {
  const out = new Uint8Array(padded(plaintext.length))
  out.set(u32(plaintext.length))
  out.set(plaintext, 4)
  return out
}

function unpad(bytes) {
  const n = readU32(bytes)
  if (n > MAX_PLAINTEXT || padded(n) !== bytes.length || bytes.subarray(4 + n).some((b) => b !== 0)) throw forged()
  return bytes.slice(4, 4 + n)
}

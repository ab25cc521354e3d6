// The vectors that the Go package rooms/seal made, repeated by the browser's
// twin of it: same keys, same bytes, both ways.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import * as seal from '../static/seal.js'

const vectors = JSON.parse(await readFile(new URL('../../rooms/seal/testdata/vectors.json', import.meta.url)))
const words = (await readFile(new URL('../../rooms/seal/words.txt', import.meta.url), 'utf8')).trim().split('\n')
const bytes = (h) => Uint8Array.from(Buffer.from(h, 'hex'))
const decode = (b) => new TextDecoder().decode(b)

async function meeting() {
  const room = await seal.Room.open(bytes(vectors.secret))
  const all = []
  for (const m of vectors.members) {
    const jwk = { kty: 'OKP', crv: 'X25519', x: seal.base64url(bytes(m.public)) }
    const d = seal.base64url(bytes(m.private))
    all.push(
      await seal.Session.begin(room, {
        privateKey: await crypto.subtle.importKey('jwk', { ...jwk, d }, 'X25519', false, ['deriveBits']),
        publicKey: await crypto.subtle.importKey('jwk', jwk, 'X25519', true, []),
      }),
    )
  }
  for (const s of all) for (const m of vectors.members) await s.add(bytes(m.hello))
  return { room, all }
}

test('derives what Go derives', async () => {
  const { room, all } = await meeting()
  assert.equal(room.name, vectors.room)
  for (const [i, s] of all.entries()) {
    assert.equal(s.me.id, vectors.members[i].id)
    assert.equal(seal.hex(await s.hello()), vectors.members[i].hello)
    assert.equal(seal.hex(await s.rosterHash()), vectors.rosterHash)
    assert.deepEqual((await s.safetyWords()).map((n) => words[n]), vectors.words)
  }
  assert.equal(seal.hex(await seal.passphraseSecret(vectors.passphrase.words)), vectors.passphrase.secret)
})

test('seals what Go seals', async () => {
  const { all } = await meeting()
  for (const m of vectors.messages) {
    const to = m.to.map((i) => all[i].me.id)
    const sealed = await all[m.from].seal(new TextEncoder().encode(m.plaintext), to, bytes(m.key))
    assert.equal(seal.hex(sealed.body), m.body)
    assert.deepEqual(Object.fromEntries(Object.entries(sealed.wraps).map(([id, w]) => [id, seal.hex(w)])), m.wraps)
  }
})

test('opens what Go sealed, once', async () => {
  const { all } = await meeting()
  for (const m of vectors.messages)
    for (const i of m.to) {
      const wrap = bytes(m.wraps[all[i].me.id])
      const got = await all[i].open(bytes(m.body), wrap)
      assert.equal(decode(got.plaintext), m.plaintext)
      assert.equal(got.from, all[m.from].me.id)
      assert.equal(got.missing, 0)
      await assert.rejects(all[i].open(bytes(m.body), wrap), { kind: 'replay' })
    }
})

test('refuses what was changed, and opens the original after', async () => {
  const { all } = await meeting()
  const m = vectors.messages[0]
  const body = bytes(m.body)
  const wrap = bytes(m.wraps[all[1].me.id])
  for (const part of [body, wrap])
    for (let bit = 0; bit < part.length * 8; bit += 37) {
      part[bit >> 3] ^= 1 << (bit & 7)
      await assert.rejects(all[1].open(body, wrap), seal.SealError)
      part[bit >> 3] ^= 1 << (bit & 7)
    }
  assert.equal(decode((await all[1].open(body, wrap)).plaintext), m.plaintext)
})

test('shows what is missing', async () => {
  const { all } = await meeting()
  const third = vectors.messages[2]
  const got = await all[1].open(bytes(third.body), bytes(third.wraps[all[1].me.id]))
  assert.equal(got.missing, 2)
})

test('knows a ghost', async () => {
  const { all, room } = await meeting()
  const other = await seal.Room.open(seal.newSecret())
  const stranger = await seal.Session.begin(other)
  await assert.rejects(all[0].add(await stranger.hello()), { kind: 'ghost' })
  const hello = bytes(vectors.members[0].hello)
  hello[63] ^= 1
  await assert.rejects(room.meet(hello), { kind: 'ghost' })
  await assert.rejects(room.meet(hello.slice(1)), { kind: 'ghost' })
})

test('a secret has one form in a link', () => {
  const secret = seal.newSecret()
  assert.deepEqual(seal.parseSecret(seal.base64url(secret)), secret)
  for (const bad of ['', 'abc', seal.base64url(secret) + 'A', seal.base64url(secret) + '=', 'A'.repeat(42) + 'B']) assert.equal(seal.parseSecret(bad), null)
})

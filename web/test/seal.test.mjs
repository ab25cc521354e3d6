// The vectors that the Go package rooms/seal made, repeated by the browser's
// twin of it: same keys, same bytes, both ways.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import * as seal from "../static/sealed/seal.js";
import { Chain } from "../static/sealed/pair.js";
import { Session } from "../static/sealed/session.js";

const read = (path) => readFile(new URL(`../../rooms/seal/${path}`, import.meta.url), "utf8");
const vectors = JSON.parse(await read("testdata/vectors.json"));
const words = (await read("../bip39/words.txt")).trim().split("\n");
const bytes = (h) => Uint8Array.from(Buffer.from(h, "hex"));
const text = (s) => new TextEncoder().encode(s);

// keysOf promises the key pair of a private key in hex.
async function keysOf(privateHex) {
  // node makes the public half of a private key only from PKCS #8.
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), bytes(privateHex)]);
  const { createPrivateKey, createPublicKey } = await import("node:crypto");
  const { x } = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })).export({ format: "jwk" });
  const jwk = { kty: "OKP", crv: "X25519", x, d: seal.base64url(bytes(privateHex)) };
  return { privateKey: await crypto.subtle.importKey("jwk", jwk, "X25519", false, ["deriveBits"]), key: seal.fromBase64url(x) };
}

// play plays the chat; each(message, sessions) sees every message of ends that have
// no ML-KEM, as this one, and what was sealed in Go to be compared.
async function play(seals, opens) {
  const room = await seal.Room.open(bytes(vectors.secret));
  const sessions = [];
  let drawn = {}; // by the index of the other end; "greeting"
  const index = (id) => vectors.members.findIndex((m) => m.id === id);
  const come = async (n) => {
    const session = await Session.begin(room, await keysOf(vectors.members[n].private), (id) => keysOf(drawn[id === session.me.id ? "greeting" : index(id)]));
    for (const host of sessions) {
      await host.add(bytes(vectors.members[n].hello), false);
      await session.add(bytes(vectors.members[sessions.indexOf(host)].hello), true);
    }
    sessions.push(session);
  };
  await come(0);
  for (const c of vectors.chat) {
    if (c.greet?.kem) break; // what follows is between ends that have it, or this end's answers to them
    if (c.greet) await come(c.from);
    const [from, to] = [sessions[c.from], c.to.map((i) => sessions[i])];
    const now = c.at * 1000;
    drawn = c.greet ? { greeting: c.greet.share } : c.drawn;
    from.see({ epoch: c.epoch, hash: bytes(c.view) });
    const message = c.greet ? await from.greet() : await from.compose(text(c.text), c.all ?? false, to.map((s) => s.me.id), bytes(c.salt ?? ""));
    await seals(c, await from.seal(message, now, bytes(c.key)));
    for (const [i, s] of to.entries()) {
      drawn = { [c.from]: c.drawn[c.to[i]] };
      await opens(c, s, now, bytes(c.body), bytes(c.wraps[s.me.id]));
    }
  }
}

const nothing = async () => {};
const open = (c, s, now, body, wrap) => s.open(body, wrap, now);

test("derives what Go derives", async () => {
  const room = await seal.Room.open(bytes(vectors.secret));
  assert.equal(room.name, vectors.room);
  for (const m of vectors.members) {
    const session = await Session.begin(room, await keysOf(m.private));
    assert.equal(session.me.id, m.id);
    assert.equal(seal.hex(await session.hello()), m.hello);
  }
  const shown = vectors.view.nicks.map((nick, i) => ({ key: bytes(vectors.members[i].public), nick }));
  assert.equal(seal.hex(await room.viewOf(shown)), vectors.view.hash);
  assert.deepEqual((await room.wordsFor(shown)).map((n) => words[n]), vectors.view.words);
  assert.equal(seal.hex(await seal.passphraseSecret(vectors.passphrase.words)), vectors.passphrase.secret);
  const chain = await (await Chain.from(bytes(vectors.skip.chain))).at(vectors.skip.n);
  assert.equal(seal.hex(await chain.step(bytes(vectors.skip.context))), vectors.skip.key);
});

test("seals what Go seals", async () => {
  let compared = 0;
  await play(async (c, { body, wraps }) => {
    assert.equal(seal.hex(body), c.body);
    assert.deepEqual(Object.fromEntries(Object.entries(wraps).map(([id, w]) => [id, seal.hex(w)])), c.wraps);
    compared++;
  }, open);
  assert.ok(compared > 10);
});

test("opens what Go sealed, once", async () => {
  await play(nothing, async (c, s, now, body, wrap) => {
    const got = await s.open(body, wrap, now);
    assert.equal(got.greeting, c.greet !== undefined);
    if (!c.greet) assert.equal(new TextDecoder().decode(got.text), c.text);
    assert.deepEqual([got.from, got.missing, got.all, got.twofold, s.compare(got)], [vectors.members[c.from].id, 0, c.all ?? false, false, []]);
    await assert.rejects(s.open(body, wrap, now), seal.SealError);
  });
});

test("refuses what was changed, and opens the original after", async () => {
  await play(nothing, async (c, s, now, body, wrap) => {
    for (const part of [body, wrap]) {
      for (let bit = 0; bit < part.length * 8; bit += 173) {
        part[bit >> 3] ^= 1 << (bit & 7);
        await assert.rejects(s.open(body, wrap, now + bit * 1000), seal.SealError);
        part[bit >> 3] ^= 1 << (bit & 7);
      }
    }
    await s.open(body, wrap, now);
  });
});

test("shows what is missing", async () => {
  let dropped = 0;
  const missing = [];
  await play(nothing, async (c, s, now, body, wrap) => {
    if (c.text === "hello") return void dropped++;
    const got = await s.open(body, wrap, now);
    if (got.missing > 0) missing.push([c.text, got.missing]);
  });
  assert.equal(dropped, 1);
  assert.deepEqual(missing, [["welcome, carl", 1]]);
});

test("a number that nobody counts to is refused, and changes nothing", async () => {
  const room = await seal.Room.open(seal.newSecret());
  const [host, newcomer] = [await Session.begin(room), await Session.begin(room)];
  await host.add(await newcomer.hello(), false);
  await newcomer.add(await host.hello(), true);
  const pass = async (from, to, message) => {
    const { body, wraps } = await from.seal(message, 0);
    return to.open(body, wraps[to.me.id], 0);
  };
  const say = async (from, to, change) => pass(from, to, change(await from.compose(text("a"), true, [to.me.id])));
  await pass(newcomer, host, await newcomer.greet());
  const same = (m) => m;
  await say(host, newcomer, same);
  for (const [from, to] of [[host, newcomer], [newcomer, host]]) {
    await say(from, to, same);
    for (const n of [2 ** 31, 2 ** 32 - 1]) {
      await assert.rejects(say(from, to, (m) => ({ ...m, number: n })), { kind: "forged" });
      await assert.rejects(say(from, to, (m) => ({ ...m, receivers: new Map([[to.me.id, n]]) })), { kind: "forged" });
    }
    assert.equal((await say(from, to, same)).missing, 4, "the four that were refused");
    const { missing } = await say(from, to, (m) => ({ ...m, number: 2 ** 31 - 1, receivers: new Map([[to.me.id, 2 ** 31 - 1]]) }));
    assert.ok(missing > 2 ** 30);
  }
});

test("a greeting is wrapped in one form", async () => {
  const room = await seal.Room.open(seal.newSecret());
  for (const bytes of [1, 16, 31, 33, 100, 32]) {
    const [host, newcomer] = [await Session.begin(room), await Session.begin(room)];
    await host.add(await newcomer.hello(), false);
    await newcomer.add(await host.hello(), true);
    const { body, wraps } = await newcomer.seal(await newcomer.greet(), 0, new Uint8Array(bytes).fill(7));
    const opened = host.open(body, wraps[host.me.id], 0);
    if (bytes === 32) assert.ok((await opened).greeting);
    else await assert.rejects(opened, { kind: "forged" });
  }
  const [host, newcomer] = [await Session.begin(room), await Session.begin(room)];
  await host.add(await newcomer.hello(), false);
  await newcomer.add(await host.hello(), true);
  const message = await newcomer.greet();
  for (const [ek, is] of [[new Uint8Array(1183), false], [new Uint8Array(1184).fill(255), false], [new Uint8Array(1184).fill(255, 1149, 1150), true]]) {
    const { body, wraps } = await newcomer.seal({ ...message, text: seal.join(message.text, ek) }, 0);
    const opened = host.open(body, wraps[host.me.id], 0);
    if (is) assert.ok((await opened).greeting);
    else await assert.rejects(opened, { kind: "forged" });
  }
});

test("knows a ghost, another version, and who was here before", async () => {
  const room = await seal.Room.open(bytes(vectors.secret));
  const session = await Session.begin(room);
  const stranger = await Session.begin(await seal.Room.open(seal.newSecret()));
  await assert.rejects(session.add(await stranger.hello(), false), { kind: "ghost" });
  const hello = bytes(vectors.members[0].hello);
  for (const [bad, kind] of [[hello.slice(0, 64), "version"], [hello.with(0, 3), "version"], [hello.with(64, hello[64] ^ 1), "ghost"], [hello.with(32, hello[32] | 0x80), "ghost"], [new Uint8Array(), "ghost"]]) {
    await assert.rejects(session.add(bad, false), { kind });
  }
  await session.add(hello, false);
  session.remove(vectors.members[0].id);
  await assert.rejects(session.add(hello, false), { kind: "used" });
});

test("a secret has one form in a link", () => {
  const secret = seal.newSecret();
  assert.deepEqual(seal.parseSecret(seal.base64url(secret)), secret);
  for (const bad of ["", "abc", seal.base64url(secret) + "A", seal.base64url(secret) + "=", "A".repeat(42) + "B"]) assert.equal(seal.parseSecret(bad), null);
});

test("who is not shown is due for no step", async () => {
  const room = await seal.Room.open(seal.newSecret());
  const host = await Session.begin(room);
  const newcomers = await Promise.all(Array.from({ length: 11 }, () => Session.begin(room)));
  for (const newcomer of newcomers) {
    await host.add(await newcomer.hello(), false);
    await newcomer.add(await host.hello(), true);
    const say = async (message, now) => {
      const { body, wraps } = await newcomer.seal(await message, now);
      await host.open(body, wraps[host.me.id], now);
    };
    await say(newcomer.greet(), 0);
    const { body, wraps } = await host.seal(await host.compose(text("x"), false, [newcomer.me.id]), 0);
    await newcomer.open(body, wraps[newcomer.me.id], 0);
    for (let i = 0; i < 3; i++) await say(newcomer.compose(text("x"), false, [host.me.id]), i * 120_000);
  }
  const ids = newcomers.map(({ me }) => me.id);
  assert.deepEqual(host.due(480_000, ids), { due: ids.slice(0, 8), next: 480_000 });
  assert.deepEqual(host.due(480_000, ids.slice(-1)), { due: ids.slice(-1), next: Infinity });
  assert.deepEqual(host.due(480_000, []), { due: [], next: Infinity });
});

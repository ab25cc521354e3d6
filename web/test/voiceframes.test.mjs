// SFrame in the browser, held to the vectors and the script of Go's rooms/seal/sframe.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import { BASE_BYTES, MAX_FRAME, MAX_KID, openFrame, OVERHEAD, ratcheted, Keys, Ring, Sealing, sealerOf, sealFrame } from "../static/sealed/voiceframes.js";
import { header, MAX_COUNTER, readHeader } from "../static/sealed/voiceheader.js";

const vectors = JSON.parse(await readFile(new URL("../../rooms/seal/sframe/testdata/vectors.json", import.meta.url), "utf8"));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (b) => Buffer.from(b).toString("hex");
const name = (s) => new TextEncoder().encode(s);

// Sender is one end's keys, and what seals by them.
class Sender {
  static async begin(metadata, wall = Date.now) {
    const s = new Sender();
    s.sealing = new Sealing(metadata, wall(), wall);
    s.keys = await Keys.begin((key) => s.sealing.use(key), wall);
    return s;
  }

  seal(frame) { return this.sealing.seal(frame); }
  key() { return this.keys.key(); }
  ratchet() { return this.keys.ratchet(); }
  fresh() { return this.keys.fresh(); }
  turn() { return this.keys.turn(); }
  close() {
    this.keys.close();
    this.sealing.close();
  }
}

test("the RFC's vector, and ours", async () => {
  const all = [{ ...vectors.rfc }, ...vectors.ours.map((each) => ({ metadata: vectors.metadata, ...each }))];
  for (const { kid, counter, base, metadata, frame, sealed, salt } of all) {
    const sealer = await sealerOf(bytes(base), kid);
    if (salt) assert.equal(hex(sealer.salt), salt);
    assert.equal(hex(await sealFrame(sealer, kid, counter, bytes(metadata), bytes(frame))), sealed);
    assert.equal(hex(await openFrame(sealer, readHeader(bytes(sealed)), bytes(metadata), bytes(sealed))), frame);
  }
  for (const { step, base } of vectors.ours) {
    let key = bytes(vectors.ours[0].base);
    for (let n = 0; n < step; n++) key = await ratcheted(key);
    assert.equal(hex(key), base);
  }
});

test("headers", () => {
  for (const { kid, counter, encoded } of vectors.headers) {
    const [k, c] = [BigInt(`0x${kid}`), BigInt(`0x${counter}`)];
    if (k > MAX_KID || c > MAX_COUNTER) { // no member may name it
      assert.equal(readHeader(bytes(encoded)), null, encoded);
      continue;
    }
    assert.equal(hex(header(Number(k), Number(c))), encoded);
    assert.deepEqual(readHeader(bytes(`${encoded}010203`)), { kid: Number(k), counter: Number(c), length: encoded.length / 2 });
  }
  for (const each of vectors.refused) assert.equal(readHeader(bytes(each)), null, each);
});

const changes = {
  flip: (frame) => frame.with(frame.length - 1, frame.at(-1) ^ 1),
  kid: (frame) => frame.with(1, frame[1] ^ 1),
  cut: (frame) => frame.slice(0, -1),
  head: (frame) => frame.slice(0, 1),
  empty: () => new Uint8Array(),
};

for (const { name: title, steps } of script("voiceframes").scenes) {
  test(title, async () => {
    let now = 1e12;
    const ring = new Ring(() => now);
    const [senders, tracks, frames] = [new Map(), new Map(), new Map()];
    const give = async (who, key) => assert.ok(await ring.add(who, name(who), key));
    for (const [i, p] of steps.entries()) {
      const step = `step ${i + 1}`;
      if (p.speaks) senders.set(p.speaks, await Sender.begin(name(p.speaks), () => now));
      else if (p.given) await give(p.given, senders.get(p.given).key());
      else if (p.fresh) {
        const key = senders.get(p.fresh).fresh();
        if (!p.kept) await give(p.fresh, key);
      } else if (p.turns) await senders.get(p.turns).turn();
      else if (p.ratchets) for (let n = 0; n < (p.times ?? 1); n++) assert.ok(await senders.get(p.ratchets).ratchet(), step);
      else if (p.removed) ring.remove(p.removed);
      else if (p.seals) {
        for (let n = 1; n <= (p.times ?? 1); n++) {
          const as = p.times ? `${p.as}${n}` : p.as;
          if (n > (p.sealed ?? n)) await assert.rejects(senders.get(p.seals).seal(name(as)), /fast/, step);
          else frames.set(as, await senders.get(p.seals).seal(name(as)));
        }
      } else if (p.copied) frames.set(p.as, changes[p.how](frames.get(p.copied)));
      else if (p.opens) {
        if (!tracks.has(p.on)) tracks.set(p.on, ring.receiver());
        const { frame, from, why } = await tracks.get(p.on).open(frames.get(p.opens), (p.at ?? readHeader(frames.get(p.opens))?.counter ?? 0) * 960);
        assert.deepEqual([why, why ? undefined : from], [p.why, p.from], step);
        assert.equal(frame && new TextDecoder().decode(frame), p.why ? undefined : p.opens, step);
      } else if (p.pass) now += p.pass;
      else if (p.counts) {
        const { opened, changed, late } = ring.counts().get(p.counts);
        assert.deepEqual({ opened, changed, late }, { opened: p.opened, changed: p.changed, late: p.late }, step);
      } else assert.fail(`nothing is known of ${step}`);
    }
  });
}

test("an end that is over neither seals nor opens, and holds no key", async () => {
  const [ring, sender] = [new Ring(), await Sender.begin(name("anna"))];
  const key = sender.key();
  await ring.add("anna", name("anna"), key);
  const frame = await sender.seal(name("x"));
  const [{ generations: [{ base }] }] = ring.talkers.values();
  const track = ring.receiver();
  sender.close();
  ring.close();
  await assert.rejects(sender.seal(name("x")));
  assert.deepEqual(await track.open(frame), { why: "closed" });
  assert.equal(await ring.add("anna", name("anna"), key), false);
  assert.equal(await sender.ratchet(), false);
  await sender.turn();
  assert.deepEqual(base, new Uint8Array(BASE_BYTES));
  assert.deepEqual(sender.key().base, new Uint8Array(BASE_BYTES));
});

test("what is too long is neither sealed nor opened, and keys are of so many members", async () => {
  const [ring, sender] = [new Ring(), await Sender.begin(name("anna"))];
  await assert.rejects(sender.seal(new Uint8Array(MAX_FRAME + 1)));
  assert.deepEqual(await ring.receiver().open(new Uint8Array(MAX_FRAME + OVERHEAD + 1)), { why: "broken" });
  for (let n = 0; n < 64; n++) assert.equal(await ring.add(`m${n}`, name("x"), sender.fresh()), n < 63);
  for (let n = 0; n < 5; n++) await ring.add("m1", name("x"), sender.fresh());
  assert.equal(ring.talkers.get("m1").generations.length, 2);
});

test("frames that are sealed at once have counters of their own", async () => {
  const sender = await Sender.begin(name("anna"), () => 5);
  const sealed = await Promise.all(Array.from({ length: 20 }, () => sender.seal(name("x"))));
  assert.deepEqual(sealed.map((frame) => readHeader(frame).counter), Array.from({ length: 20 }, (_, n) => n));
});

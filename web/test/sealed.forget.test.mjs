// A sealed room forgets: of every key that was made on the way, what is not needed any
// more is zeros, wherever it was copied to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newSecret, Room } from "../static/sealed/seal.js";
import { HEADER_BYTES, Session } from "../static/sealed/session.js";

const secret = /^sotto\/v2 (inner|outer|next|wrap|body|chain|back|root|greet)\0/;

// watched runs something while every secret that is made, and every copy of one, is kept
// in view: {shown() how many of them are not zeros}.
async function watched(run) {
  const seen = [];
  const { sign, decrypt, deriveBits } = crypto.subtle;
  const { slice, set } = Object.getPrototypeOf(Uint8Array.prototype);
  const keep = (buffer) => {
    const bytes = new Uint8Array(buffer);
    seen.push(bytes);
    return bytes;
  };
  const isKept = (bytes) => bytes.length === 32 && seen.some((each) => each.some((b) => b !== 0) && each.length === bytes.length && each.every((b, i) => b === bytes[i]));
  Object.assign(crypto.subtle, {
    async sign(how, key, data) {
      const made = await sign.call(crypto.subtle, how, key, data);
      const name = new TextDecoder("latin1").decode(data.subarray(0, 16));
      if (secret.test(name) || !name.startsWith("sotto/v2 ")) keep(made);
      return made;
    },
    async decrypt(how, key, data) {
      const made = await decrypt.call(crypto.subtle, how, key, data);
      if (made.byteLength === 32) keep(made); // a message key
      return made;
    },
    async deriveBits(...how) {
      const made = await deriveBits.apply(crypto.subtle, how);
      keep(made);
      return made;
    },
  });
  Object.getPrototypeOf(Uint8Array.prototype).slice = function (...range) {
    const made = slice.apply(this, range);
    if (isKept(made)) seen.push(made);
    return made;
  };
  Object.getPrototypeOf(Uint8Array.prototype).set = function (from, at = 0) {
    set.call(this, from, at);
    if (isKept(from)) seen.push(this.subarray(at, at + from.length));
  };
  try {
    await run(() => seen.filter((bytes) => bytes.some((b) => b !== 0)).length);
  } finally {
    for (const [name, made] of Object.entries({ sign, decrypt, deriveBits })) Object.assign(crypto.subtle, { [name]: made });
    Object.assign(Object.getPrototypeOf(Uint8Array.prototype), { slice, set });
  }
}

test("of what opens what was said, nothing stays", async () => {
  await watched(async (shown) => {
    const room = await Room.open(newSecret());
    const [host, newcomer] = [await Session.begin(room), await Session.begin(room)];
    await host.add(await newcomer.hello(), false);
    await newcomer.add(await host.hello(), true);
    let now = 0;
    const pass = async (from, to, message, spoil) => {
      const { body, wraps } = await from.seal(message, now);
      const wrap = wraps[to.me.id];
      if (spoil) await assert.rejects(to.open(body, wrap.with(wrap.length - 1, wrap.at(-1) ^ 1), now));
      if (spoil) await assert.rejects(to.open(body.with(HEADER_BYTES, body[HEADER_BYTES] ^ 1), wrap, now));
      return to.open(body, wrap, now);
    };
    const talk = async (rounds, spoil) => {
      for (let i = 0; i < rounds; i++) {
        for (const [from, to] of [[host, newcomer], [newcomer, host]]) {
          now += 30_000; // a step each few messages
          await pass(from, to, await from.compose(new Uint8Array(9).fill(i), i % 2 === 0, [to.me.id]), spoil);
        }
      }
    };
    await pass(newcomer, host, await newcomer.greet());
    await talk(10, false);
    const before = shown();
    assert.ok(before > 4 && before < 24, `both ends hold keys, ${before} in all`);
    await talk(20, true);
    assert.equal(shown(), before);
    host.forget();
    newcomer.forget();
    assert.ok(shown() < before);
  });
});

// What is passed of a file, by the vectors that the Go package rooms/seal made.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FileKey, fileOf } from "../static/files/seal.js";
import { CHUNK, CHUNK_BYTES, chunksOf, decode, DONE, encodeChunk, encodeReport, WANT, WITHDRAWN } from "../static/files/text.js";
import { hex } from "../static/sealed/seal.js";

const { file: vectors } = JSON.parse(readFileSync(new URL("../../rooms/seal/testdata/vectors.json", import.meta.url)));
const bytes = (h) => Uint8Array.from(Buffer.from(h, "hex"));
// A vector's text leaves out the zeros at its end.
const textOf = ({ text, bytes: length }) => new Uint8Array([...bytes(text), ...new Uint8Array(length - text.length / 2)]);

test("seals what Go seals, and opens it", async () => {
  const key = await FileKey.of(bytes(vectors.key));
  assert.equal(key.id, vectors.id);
  assert.ok(vectors.bodies.length >= 2);
  for (const vector of vectors.bodies) {
    assert.equal(hex(await key.seal(textOf(vector), bytes(vector.random))), vector.body);
    assert.deepEqual(await key.open(bytes(vector.body)), textOf(vector));
    assert.equal(fileOf(bytes(vector.body)), vectors.id);
  }
});

test("reads and writes the texts of the vectors", async () => {
  const [report, chunk] = vectors.bodies.map(textOf);
  assert.deepEqual(decode(report, 12), { kind: WANT, next: 4, upto: 12 });
  assert.deepEqual(encodeReport({ kind: WANT, next: 4, upto: 12 }), report);
  const { kind, n, data } = decode(chunk, 2);
  assert.deepEqual([kind, n, data.length], [CHUNK, 1, CHUNK_BYTES]);
  assert.equal(Buffer.from(data).toString().replace(/\0+$/, ""), "the end of the file");
  assert.deepEqual(encodeChunk(1, Buffer.from("the end of the file")), chunk);
});

test("opens nothing that was changed, cut or meant for another file", async () => {
  const key = await FileKey.fresh();
  const other = await FileKey.fresh();
  const body = await key.seal(encodeReport({ kind: DONE }));
  assert.notDeepEqual(body, await key.seal(encodeReport({ kind: DONE })));
  for (let i = 0; i < body.length; i++) {
    const forged = body.slice();
    forged[i] ^= 1;
    assert.equal(await key.open(forged), null, `byte ${i}`);
    assert.equal(await key.open(body.slice(0, i)), null, `${i} bytes`);
  }
  assert.equal(await other.open(body), null);
  const disguised = body.slice();
  disguised.set(bytes(other.id));
  assert.equal(await other.open(disguised), null);
});

test("reads no text that is neither a chunk nor a report", () => {
  const report = encodeReport({ kind: WITHDRAWN });
  assert.ok(decode(report, 1));
  for (const [name, text, chunks] of [
    ["no bytes", new Uint8Array(), 1],
    ["a report too short", report.slice(1), 1],
    ["a report too long", new Uint8Array([...report, 0]), 1],
    ["kind 6", encodeReport({ kind: 6 }), 1],
    ["a report of kind 0", encodeReport({ kind: 0 }), 1],
    ["next beyond the end", encodeReport({ kind: WANT, next: 2, upto: 0 }), 1],
    ["upto beyond the end", encodeReport({ kind: WANT, next: 0, upto: 2 }), 1],
    ["a chunk beyond the end", encodeChunk(1, new Uint8Array(1)), 1],
    ["a chunk cut short", encodeChunk(0, new Uint8Array(1)).slice(1), 1],
  ]) assert.equal(decode(text, chunks), null, name);
});

test("a file has as many chunks as it needs", () => {
  for (const [size, chunks] of [[1, 1], [CHUNK_BYTES, 1], [CHUNK_BYTES + 1, 2], [64 << 20, 4096]]) assert.equal(chunksOf(size), chunks);
});

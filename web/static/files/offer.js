// One file that somebody here offers, as this page knows it. Its state is
//
//   offered    nobody here takes it, or it is ours
//   taking     under way
//   whole      all here, and held until it is saved
//   saved      given to the browser
//   ended      no longer to be had
//
// and `why` says how it came to that state, where there is something to say:
// declined, cancelled, damaged, silent, released, withdrawn, left, lost, unreadable.

import { cleanFileName } from "../text/filename.js";
import { FileKey } from "./seal.js";
import { WINDOW } from "./take.js";
import { CHUNK_BYTES, chunksOf, encodeChunk } from "./text.js";
import { base64url, fromBase64url } from "../sealed/seal.js";

export const MAX_FILE = 64 * 1024 * 1024; // bytes of one file, and of all that a page holds
const MAX_SEALED = 2 * WINDOW; // chunks that are kept sealed, for who comes a little later

export class Offer {
  state = "offered";
  why = "";
  gone = ""; // whole or saved: why it could not be had again, if so
  take = null; // under way: the Take
  give = null; // ours: the Give
  content = null; // ours: a Blob; whole: an ArrayBuffer

  #key = null;
  #sealed = new Map(); // n → body, of chunks that were passed

  constructor({ file, from, mine = false, key = null }) {
    this.file = { ...file, name: cleanFileName(file.name) };
    this.from = from; // a person
    this.mine = mine;
    this.chunks = chunksOf(file.size);
    this.#key = key;
  }

  // key promises the FileKey.
  async key() {
    this.#key ??= await FileKey.of(fromBase64url(this.file.key));
    return this.#key;
  }

  // chunk promises the body of a chunk of ours. It rejects when the file changed.
  async chunk(n) {
    let body = this.#sealed.get(n);
    if (body) return body;
    const data = await this.content.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES).arrayBuffer();
    body = base64url(await (await this.key()).seal(encodeChunk(n, new Uint8Array(data))));
    this.#sealed.set(n, body);
    if (this.#sealed.size > MAX_SEALED) this.#sealed.delete(this.#sealed.keys().next().value);
    return body;
  }

  // bytes is how much of it is done: here, or where it is slowest.
  get bytes() {
    if (this.state === "whole" || this.state === "saved") return this.file.size;
    const chunks = this.take?.next ?? (this.give?.takers.length ? this.give.least : 0);
    return Math.min(chunks * CHUNK_BYTES, this.file.size);
  }

  // alive: it would be a loss to forget it.
  get alive() {
    return this.state === "taking" || this.state === "whole" || (this.mine && this.state === "offered");
  }
}

// sift parts files into those that could be offered now, of which there may be so many, and
// those that could not: {going: [file], left: [{file, why}]}, why as a desk's offer has it.
export function sift(files, free) {
  const going = [];
  const left = [];
  for (const file of files) {
    if (file.size > MAX_FILE) left.push({ file, why: "big" });
    else if (going.length >= free) left.push({ file, why: "many" });
    else going.push(file);
  }
  return { going, left };
}

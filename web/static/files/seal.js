// How what is passed of a file is sealed: the twin of FileKey in Go's rooms/seal,
// held to the same vectors. The formulas are docs/SEALED.md's ("Files").

import { aes, expand, hex, join } from "../sealed/seal.js";

const KEY_BYTES = 32;
const ID_BYTES = 16;
const RANDOM_BYTES = 16;
const TAG_BYTES = 16;
const OVERHEAD = ID_BYTES + RANDOM_BYTES + TAG_BYTES;

// fileOf returns the id of the file that a body says it belongs to, or "".
export const fileOf = (body) => (body.length < OVERHEAD ? "" : hex(body.subarray(0, ID_BYTES)));

// FileKey is the key of one file that is offered. Whoever has it can open what is
// passed of the file, and speak as one who takes it.
export class FileKey {
  id = ""; // what the file is called on its way, in hex; tells nothing of the key

  #bytes;
  #id;

  // of promises the key of these 32 bytes.
  static async of(bytes) {
    const key = new FileKey();
    key.#bytes = bytes;
    key.#id = (await expand(bytes, "file")).slice(0, ID_BYTES);
    key.id = hex(key.#id);
    return key;
  }

  static fresh() {
    return FileKey.of(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  }

  get bytes() { return this.#bytes; }

  // seal seals a text that belongs to the file. Each body has a key of its own:
  // `random` is given only by tests.
  async seal(text, random = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))) {
    const head = join(this.#id, random);
    return join(head, await aes("encrypt", await expand(this.#bytes, "pass", random), text, head));
  }

  // open returns the text of a body of this file, or null.
  async open(body) {
    if (fileOf(body) !== this.id) return null;
    const head = body.slice(0, ID_BYTES + RANDOM_BYTES);
    try {
      return await aes("decrypt", await expand(this.#bytes, "pass", head.slice(ID_BYTES)), body.slice(head.length), head);
    } catch {
      return null;
    }
  }
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

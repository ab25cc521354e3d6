// Every character there is, in some places, as Go takes them: by whatever Unicode this
// engine has. The twin of EveryCharacter in Go's rooms/behaviour.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { begins, slips } from "../static/commands/parse.js";
import { fieldsOf } from "../static/sealed/passphrase.js";
import { clean, cleanTopic } from "../static/text/clean.js";
import { cleanFileName } from "../static/text/filename.js";
import { fnv, foldRoomName } from "../static/text/limits.js";
import { named, parseNick } from "../static/text/name.js";
import { meantRoomName } from "../static/text/roomname.js";

const BLOCK = 1 << 12;
const OF_MANY_ALIKE = 1 << 6;
const manyAlike = [[0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xac00, 0xd7a3], [0xe000, 0xf8ff], [0x17000, 0x187f7], [0x20000, 0xdffff], [0xf0000, 0x10ffff]];
const surrogate = (code) => code >= 0xd800 && code <= 0xdfff; // no character
const passedOver = (code) => manyAlike.some(([first, last]) => first < code && code < last && code % OF_MANY_ALIKE !== 0);

const parsers = {
  clean,
  topic: cleanTopic,
  file: cleanFileName,
  nick: (text, code, same) => {
    const nick = parseNick(text);
    if (!nick) return "";
    if (!same.has(nick.key)) same.set(nick.key, code.toString(16));
    return `${nick.shown} ${same.get(nick.key)}`;
  },
  named: (text) => `${named(["anna", "bob"], text).index !== undefined}`,
  meant: (text) => meantRoomName(text) ?? "",
  room: (text) => foldRoomName(text) ?? "",
  begins: (text) => `${begins(text)}`,
  slips: (text) => `${slips(text).length}`,
  passphrase: (text) => fieldsOf(text).join(" "),
};

for (const folder of ["rooms", "rooms/command", "rooms/seal"]) {
  const file = readFileSync(new URL(`../../${folder}/testdata/characters.jsonl`, import.meta.url), "utf8");
  for (const { of, text, blocks } of file.trim().split("\n").map((line) => JSON.parse(line))) {
    test(`every character: ${of} of ${JSON.stringify(text)}`, () => {
      assert.equal(blocks.length, 0x110000 / BLOCK);
      const same = new Map();
      const other = [];
      for (const [i, want] of blocks.entries()) {
        let whole = "";
        for (let code = i * BLOCK; code < (i + 1) * BLOCK; code++) {
          if (surrogate(code) || passedOver(code)) continue;
          whole += `${parsers[of](text.replaceAll("◌", () => String.fromCodePoint(code)), code, same)}\n`;
        }
        if (fnv(whole).toString(16).padStart(8, "0") !== want) other.push((i * BLOCK).toString(16));
      }
      assert.deepEqual(other, [], "the blocks of characters that are taken otherwise");
    });
  }
}

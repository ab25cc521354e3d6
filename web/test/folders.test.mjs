import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { test } from "node:test";

const root = new URL("../static/", import.meta.url);
const modules = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".js"));
const source = (name) => readFileSync(new URL(name, root), "utf8");
const folderOf = (name) => dirname(name);

// What a folder's modules import, beside each other. The pages' first modules,
// in no folder, introduce everybody to everybody.
const imports = {
  data: [],
  net: [],
  text: ["data", "net"],
  room: ["net"],
  view: ["commands", "net", "room", "text"],
  commands: ["net", "text", "view"],
  sealed: ["data", "net", "text", "view"],
  files: ["sealed", "text", "view"],
};

test("folders import as the picture says", () => {
  const used = Object.fromEntries(Object.keys(imports).map((folder) => [folder, new Set()]));
  for (const name of modules) {
    const folder = folderOf(name);
    if (folder === ".") continue;
    assert.ok(folder in imports, `${name} is in a folder that the picture does not have`);
    for (const [, path] of source(name).matchAll(/\bfrom "([^"]+)"/g)) {
      const other = folderOf(join(folder, path));
      if (other !== folder) used[folder].add(other);
    }
  }
  for (const folder in imports) assert.deepEqual([...used[folder]].sort(), imports[folder], folder);
});

test("what a room is, says and means knows no page", () => {
  for (const name of modules) {
    if (!["text", "room", "commands"].includes(folderOf(name))) continue;
    assert.doesNotMatch(source(name), /\b(document|window|navigator)\b\./, name);
  }
});

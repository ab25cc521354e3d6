import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { test } from "node:test";

const root = new URL("../static/", import.meta.url);
const modules = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".js"));
const source = (name) => readFileSync(new URL(name, root), "utf8");
const folderOf = (name) => dirname(name);

// What a folder's modules import, at once or on demand, beside each other. A folder
// names only such as stand above it, so there is no way round. The pages' first
// modules, in no folder, introduce everybody to everybody.
const imports = {
  data: [],
  text: ["data"],
  net: ["text"],
  commands: ["data", "net", "text"],
  room: ["commands", "net", "text"],
  view: ["commands", "data", "net", "room", "text"],
  sealed: ["data", "net", "text", "view"],
  files: ["sealed", "text", "view"],
  rooms: ["net", "sealed", "text", "view"],
  powers: ["commands", "net", "rooms", "text", "view"],
  mending: ["data", "net", "text", "view"],
  voice: ["net", "sealed", "text", "view"],
};

// importsOf are the modules that one names: by a path from where it stands, or, to be
// fetched on demand, from the folder of all, whatever the loader is called there.
function importsOf(name) {
  const code = source(name).replace(/^\s*\/\/.*$/gm, "");
  assert.doesNotMatch(code, /(?<!function )\blazy\((?!["`]\w+\/)/, `${name} asks for a module that it does not name`);
  return [
    ...[...code.matchAll(/\b(?:from|import) ?"([^"]+)"/g)].map(([, path]) => join(folderOf(name), path)),
    ...[...code.matchAll(/["'`](\w+\/[^"'`\s]+\.js)["'`]/g)].map(([, path]) => path),
  ];
}

test("folders import as the picture says", () => {
  const used = Object.fromEntries(Object.keys(imports).map((folder) => [folder, new Set()]));
  for (const name of modules) {
    const folder = folderOf(name);
    if (folder === ".") continue;
    assert.ok(folder in imports, `${name} is in a folder that the picture does not have`);
    for (const other of importsOf(name).map(folderOf)) if (other !== folder) used[folder].add(other);
  }
  for (const folder in imports) assert.deepEqual([...used[folder]].sort(), imports[folder], folder);
});

test("the picture goes one way", () => {
  const folders = Object.keys(imports);
  for (const [at, folder] of folders.entries()) {
    for (const other of imports[folder]) assert.ok(folders.slice(0, at).includes(other), `${folder} imports ${other}, which does not stand above it`);
  }
});

test("what a room is, says and means knows no page", () => {
  for (const name of modules) {
    if (!["text", "room", "commands"].includes(folderOf(name))) continue;
    assert.doesNotMatch(source(name), /\b(document|window|navigator)\b\./, name);
  }
});

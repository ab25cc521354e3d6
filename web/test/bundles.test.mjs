import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { test } from "node:test";

// The server joins all that a page's module leads to into one module (bundles.go in
// webbridge). These are the rules by which modules that are joined mean the same.

const root = new URL("../static/", import.meta.url);
const modules = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".js"));
const source = (name) => readFileSync(new URL(name, root), "utf8");
const importsOf = (name) => [...source(name).matchAll(/\bfrom "(\.{1,2}\/[^"]+)"/g)].map(([, path]) => join(dirname(name), path));

function reach(name, met = new Set()) {
  for (const other of importsOf(name)) {
    if (!met.has(other)) reach(other, met.add(other));
  }
  return met;
}

test("modules that are joined declare no name twice, and none that a browser has", () => {
  for (const first of ["main.js", "front.js", "about.js"]) {
    const by = new Map(["document", "history", "location", "navigator", "open", "close", "print", "stop", "find", "focus", "blur", "status", "top", "self", "parent", "origin", "event", "fetch", "URL", "Text", "Range", "Selection"].map((name) => [name, "the browser"]));
    const parts = reach(first);
    assert.ok(parts.size > 2);
    for (const part of parts) {
      for (const [, names] of source(part).matchAll(/^(?:export )?(?:async )?(?:const|let|var|function\*?|class) (\{[^}]*\}|\w+)/gm)) {
        for (const name of names.replace(/\w+:|[{}\s]/g, "").split(",")) {
          assert.ok(!by.has(name), `${name} is of ${by.get(name)} and of ${part}`);
          by.set(name, part);
        }
      }
    }
  }
});

test("nothing that is joined is asked for by itself, too", () => {
  const parts = reach("main.js");
  for (const name of modules) {
    for (const [, asked] of source(name).matchAll(/["'`](\w+\/[^"'`\s]+\.js)["'`]/g)) assert.ok(!parts.has(asked), `${name} asks for ${asked}`);
  }
});

// The modules wait for the words of their language.
test("the words of a language need no module", () => {
  for (const language of ["de", "ar"]) assert.deepEqual(importsOf(`text/strings.${language}.js`), []);
});

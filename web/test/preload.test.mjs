import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const file = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

// imports returns the modules that a module imports, and theirs.
function imports(name, found = new Set()) {
  for (const [, imported] of file(`static/${name}`).matchAll(/from "\.\/([^"]+)"/g)) {
    if (found.has(imported)) continue;
    found.add(imported);
    imports(imported, found);
  }
  return found;
}

for (const [page, entry] of [["index.html", "front.js"], ["room.html", "main.js"], ["about.html", "about.js"]]) {
  test(`${page} asks for all its modules at once`, () => {
    const preloaded = [...file(page).matchAll(/modulepreload" href="\{\{\.Assets\}\}\/([^"]+)"/g)].map(([, name]) => name);
    assert.deepEqual(preloaded.sort(), [...imports(entry)].sort());
  });
}

test("no page or module holds what the security policy forbids", () => {
  for (const page of ["index.html", "room.html", "about.html"]) {
    assert.doesNotMatch(file(page), /<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=/i, page);
  }
  for (const name of imports("main.js")) {
    assert.doesNotMatch(file(`static/${name}`), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|localStorage|sessionStorage|indexedDB|\.cookie|serviceWorker/, name);
  }
});

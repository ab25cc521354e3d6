import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const file = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const modules = readdirSync(new URL("../static", import.meta.url)).filter((name) => name.endsWith(".js"));
const importsOf = (name) => [...file(`static/${name}`).matchAll(/from "\.\/([^"]+)"/g)].map(([, imported]) => imported);
// What a module asks for on demand; the sheets' modules bear the names of the sheets.
const lazyOf = (name) => [
  ...[...file(`static/${name}`).matchAll(/lazy\("([^"]+)"\)/g)].map(([, asked]) => asked),
  ...(name === "main.js" ? [...file("static/main.js").matchAll(/^  (\w+): \(\{ [A-Z]\w+ \}\) =>/gm)].map(([, sheet]) => `${sheet}.js`) : []),
];

// reach returns the modules that these lead to.
function reach(names, step, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    reach(step(name), step, found);
  }
  return found;
}

for (const [page, entry] of [["index.html", "front.js"], ["room.html", "main.js"], ["about.html", "about.js"]]) {
  const scripts = [...file(page).matchAll(/<script type="module" src="\{\{\.Assets\}\}\/([^"]+)"/g)].map(([, name]) => name);
  const atOnce = reach([entry], importsOf);

  test(`${page} asks for all its modules at once`, () => {
    const preloaded = [...file(page).matchAll(/modulepreload" href="\{\{\.Assets\}\}\/([^"]+)"/g)].map(([, name]) => name);
    assert.deepEqual([...preloaded, entry].sort(), [...atOnce].sort());
  });

  test(`${page} names every module that may be asked for, and what it needs`, () => {
    const named = Object.fromEntries([...file(page).matchAll(/<link rel="lazy" href="\{\{\.Assets\}\}\/([^"]+)"(?: data-with="([^"]+)")?>/g)]
      .map(([, name, needs = ""]) => [name, needs.split(" ").filter(Boolean)]));
    const here = new Set([...atOnce, ...scripts]);
    const later = [...reach([entry], (name) => [...importsOf(name), ...lazyOf(name)])].filter((name) => !here.has(name));
    assert.deepEqual(Object.keys(named).sort(), later.sort());
    for (const name of later) assert.deepEqual(named[name], [...new Set(importsOf(name))].filter((needed) => !here.has(needed)).sort(), name);
  });
}

test("modules are fetched by their content or not at all", () => {
  for (const name of modules) {
    if (name !== "lazy.js") assert.doesNotMatch(file(`static/${name}`), /\bimport\(/, name);
  }
});

// The server leaves out lines that are only a comment, or empty, by looking at lines.
test("no line of a text looks like a comment, or is empty", () => {
  for (const name of modules) {
    for (const [text] of file(`static/${name}`).matchAll(/`\n[^`]*`/g)) assert.doesNotMatch(text, /^\s*(\/[/*]|$(?!`))/m, name);
  }
});

test("no page or module holds what the security policy forbids", () => {
  for (const page of ["index.html", "room.html", "about.html"]) {
    assert.doesNotMatch(file(page), /<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=/i, page);
  }
  for (const name of modules) {
    assert.doesNotMatch(file(`static/${name}`), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|localStorage|sessionStorage|indexedDB|\.cookie|serviceWorker/, name);
  }
});

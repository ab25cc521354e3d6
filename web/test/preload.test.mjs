import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const file = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const modules = readdirSync(new URL("../static", import.meta.url), { recursive: true }).filter((name) => name.endsWith(".js"));
// What a module asks for on demand; the sheets' modules bear the names of the sheets.
const lazyOf = (name) => [
  ...[...file(`static/${name}`).matchAll(/lazy\("([^"]+)"\)/g)].map(([, asked]) => asked),
  ...(name === "main.js" ? [...file("static/main.js").matchAll(/^  (\w+): \(\{ [A-Z]\w+ \}\) =>/gm)].map(([, sheet]) => `view/${sheet}.js`) : []),
];

test("the stylesheets that modules bring are there", () => {
  const styles = modules.flatMap((name) => [...file(`static/${name}`).matchAll(/^export const style = "..\/([^"]+)";$/gm)].map(([, style]) => style));
  assert.ok(styles.length > 5);
  for (const style of styles) assert.ok(file(`static/${style}`).length > 0, style);
});

test("what is asked for on demand is there", () => {
  for (const name of modules) for (const asked of lazyOf(name)) assert.ok(modules.includes(asked), `${name} asks for ${asked}`);
});

test("modules are fetched by their content or not at all", () => {
  for (const name of modules) {
    if (name !== "net/lazy.js") assert.doesNotMatch(file(`static/${name}`), /\bimport\(/, name);
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

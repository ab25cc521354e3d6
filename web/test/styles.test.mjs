// The sheets of the room's page, which come in any order and stay: a rule for a bare class
// is for whatever wears it, whichever part made that.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const at = (name) => new URL(`../${name}`, import.meta.url);
const read = (name) => readFileSync(at(name), "utf8");
const sheets = readdirSync(at("static/style/")).filter((name) => name !== "front.css"); // which no room has

// rulesOf returns [selector, body] of a sheet.
const rulesOf = (name) => [...read(`static/style/${name}`).replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/([^{};]+)\{([^{}]*)\}/g)]
  .flatMap(([, selectors, body]) => selectors.split(/,(?![^(]*\))/).map((selector) => [selector.trim(), body]));

// Classes that several parts make and mean the same by.
const shared = new Set([
  "asking", "buttons", "close", "command", "emoji", "entry", "file-kind", "file-line", "file-name", "file-size", "icon", "nick",
  "note", "offscreen", "primary", "problem", "qr", "quoted", "shade", "sheet", "text", "tool", "vote", "ways",
]);

test("a class that two parts make has no bare rule, unless both mean the same by it", () => {
  const ruled = new Map(); // class → sheet with a rule that begins with it
  for (const name of sheets) {
    for (const [selector] of rulesOf(name)) {
      const [first] = selector.split(/[\s>+~]+(?![^(]*\))/);
      const bare = /^:is\(([^)]*)\)/.exec(first)?.[1].split(",") ?? [first];
      for (const each of bare) {
        const [, named] = /^[a-z]*\.([\w-]+)(?=$|[:[])/.exec(each.trim()) ?? [];
        if (named) ruled.set(named, name);
      }
    }
  }
  const made = new Map(); // class → the parts that make it
  for (const name of [...readdirSync(at("static/"), { recursive: true }).map((each) => `static/${each}`), "room.html"]) {
    if (!/\.(js|html)$/.test(name)) continue;
    for (const [, classes] of read(name).matchAll(/class(?:: |Name = |=|", )["`]([^"`]*)["`]/g)) {
      for (const each of classes.replace(/\$\{[^}]*\}/g, " ").split(/\s+/)) made.set(each, (made.get(each) ?? new Set()).add(name));
    }
  }
  assert.ok(ruled.size > 80 && made.size > 80, "they are found");
  for (const [each, parts] of made) {
    if (parts.size > 1 && ruled.has(each)) assert.ok(shared.has(each), `.${each} is of ${[...parts].join(" and ")}, and ${ruled.get(each)} has a rule for all of them`);
  }
});

test("what nobody knows to be touched is as tall as what stands beside it", () => {
  for (const name of sheets) assert.doesNotMatch(read(`static/style/${name}`), /@media[^{]*\(pointer: fine\)/, `${name} asks for a mouse, and a window without one is not a phone`);
});

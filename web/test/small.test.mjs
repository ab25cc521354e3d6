// The small modules: colours, names, mentions, drafts, unread, highlighting.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import "./page.mjs";
import { colourOf, colours } from "../static/view/dom.js";
import { lazy } from "../static/net/lazy.js";
import { giveBack, History, measure, sends } from "../static/room/draft.js";
import { presence, shorten } from "../static/view/entry.js";
import { highlight } from "../static/text/highlight.js";
import { mentionOf } from "../static/room/room.js";
import { foldRoomName, limits } from "../static/text/limits.js";
import { tableOf, texts } from "../static/text/strings.js";
import { adjectives, freshRoomName, places } from "../static/data/words.js";

test("a person's colour is FNV-1a of the id", () => {
  // The hash's published vectors: "" 811c9dc5, "a" e40c292c, "foobar" bf9cf968.
  assert.equal(colourOf(""), 0x811c9dc5 % colours);
  assert.equal(colourOf("a"), 0xe40c292c % colours);
  assert.equal(colourOf("foobar"), 0xbf9cf968 % colours);
});

test("every hue is readable on every ground of its scheme", () => {
  const css = readFileSync(new URL("../static/style/colours.css", import.meta.url), "utf8");
  const [light, dark] = [...css.matchAll(/color-scheme: (?:light|dark);\n([^}]*)/g)].map(([, body]) =>
    Object.fromEntries([...body.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value])));
  const hues = [...css.matchAll(/^\.hue-\d+ \{ --hue: var\(--([a-z]+)\)/gm)].map(([, name]) => name);
  assert.equal(hues.length, colours);
  for (const scheme of [light, dark]) {
    for (const name of [...hues, "ink", "soft", "deep", "alert"]) {
      for (const ground of ["paper", "shade", "marked"]) {
        const ratio = contrast(scheme[name], scheme[ground]);
        assert.ok(ratio >= 4.5, `${name} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
    assert.ok(contrast(scheme.edge, scheme.paper) >= 3, "a control's edge");
    assert.ok(contrast(scheme["on-deep"], scheme.deep) >= 4.5, "a button's words");
  }
});

function contrast(a, b) {
  const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(hex) {
  const [r, g, b] = hex.match(/[0-9a-f]{2}/g).map((part) => {
    const value = parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test("fresh names use the server's words and are valid", () => {
  const go = readFileSync(new URL("../../rooms/generate.go", import.meta.url), "utf8");
  const words = (name) => new RegExp(`${name} = strings\\.Fields\\(\`([^\`]*)\``).exec(go)[1].trim().split(/\s+/);
  assert.deepEqual(adjectives, words("adjectives"));
  assert.deepEqual(places, words("places"));
  for (let i = 0; i < 200; i++) {
    const name = freshRoomName();
    assert.equal(foldRoomName(name), name);
    assert.match(name, /^[a-z]+-[a-z]+-[a-z]+-\d\d$/);
  }
});

test("room names are folded or refused", () => {
  const long = "a".repeat(limits.roomNameBytes);
  for (const [typed, folded] of [
    ["Tea", "tea"], [" tea-42 ", "tea-42"], [long, long],
    ["", null], ["-tea", null], ["te a", null], ["té", null], [long + "a", null],
  ]) assert.equal(foldRoomName(typed), folded, typed);
});

test("a name is mentioned as a whole word, in any case", () => {
  for (const { nick, text, calls } of script("mention").names) assert.equal(mentionOf(nick)(text), calls, `${nick}: ${text}`);
});

test("Enter sends, unless it means something else", () => {
  const press = (more) => ({ key: "Enter", keyCode: 13, isComposing: false, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...more });
  for (const more of [{}, { ctrlKey: true }, { metaKey: true }]) assert.ok(sends(press(more)));
  for (const more of [{ shiftKey: true }, { isComposing: true }, { keyCode: 229 }, { altKey: true }, { key: "a" }]) assert.ok(!sends(press(more)));
});

test("history goes back and returns to the draft", () => {
  const history = new History();
  assert.equal(history.older("draft"), null);
  for (const line of ["one", "two", "two"]) history.add(line);
  assert.equal(history.older("draft"), "two");
  assert.equal(history.older("two"), "one");
  assert.equal(history.older("one"), null);
  assert.equal(history.newer(), "two");
  assert.equal(history.newer(), "draft");
  assert.equal(history.newer(), null);
});

test("a draft below the history does not come back after something was sent", () => {
  const history = new History();
  history.add("one");
  assert.equal(history.older("draft"), "one");
  history.add("one");
  assert.equal(history.newer(), null);
  assert.equal(history.older(""), "one");
  assert.equal(history.newer(), "");
});

test("a text that came back never overwrites another", () => {
  assert.deepEqual(giveBack(" ", "lost words"), { value: "lost words", taken: true });
  assert.deepEqual(giveBack("new words", "lost words"), { value: "new words", taken: false });
});

test("a message is measured in bytes and lines", () => {
  assert.equal(measure("é".repeat(limits.textBytes / 2)).over, false);
  assert.equal(measure("é".repeat(limits.textBytes / 2) + "x").over, true);
  const lines = (n) => Array.from({ length: n }, (_, i) => `line ${i}`).join("\n");
  assert.equal(measure(lines(limits.textLines)).over, false);
  assert.equal(measure(lines(limits.textLines + 1)).over, true);
  assert.deepEqual(measure("a\n\nb\n "), { bytes: 4, lines: 3, over: false, near: false });
  for (const blank of ["\n", " \n", "\n\t\n"]) { // no line, before and behind
    assert.equal(measure(lines(limits.textLines) + blank).over, false, JSON.stringify(blank));
    assert.equal(measure(blank + lines(limits.textLines)).over, false, JSON.stringify(blank));
    assert.equal(measure("x".repeat(limits.textBytes) + blank).over, false, JSON.stringify(blank));
    assert.equal(measure(lines(limits.textLines) + blank + "end").over, true, JSON.stringify(blank));
  }
});

test("highlighting gives every character back", () => {
  const samples = ["func main() { // x\n\treturn \"a\\\"b\" + 0x1f }", "'open", "/* open", "\"\"\"", "# just text 12", "SELECT 'it''s' -- why"];
  for (const lang of ["go", "js", "python", "sh", "sql", "json", "yaml", "C++", "constructor", "nothing", ""]) {
    for (const sample of samples) assert.equal(highlight(sample, lang).map(({ text }) => text).join(""), sample);
  }
  const kinds = highlight("return \"x\" // 7\n7", "go").filter(({ kind }) => kind).map(({ kind, text }) => [kind, text]);
  assert.deepEqual(kinds, [["keyword", "return"], ["string", "\"x\""], ["comment", "// 7"], ["number", "7"]]);
});

// Sixteen of the longest messages of what a careless expression looks through again
// and again.
test("highlighting costs no more than linear", { timeout: 20_000 }, () => {
  for (const lang of ["go", "python", "sql", "json"]) {
    for (const part of ["\"", "\"\\", "'", "''", "`", "\\", "/*", "#", "--", "1", "1.", "1_", "1e", "0x", "a", "a1", "if ", "_", " ", "\n"]) {
      for (const end of ["", "x", "\"", "1g"]) highlight(part.repeat(64_000 / part.length) + end, lang);
    }
  }
});

test("a quoted text is one short line", () => {
  assert.equal(shorten(" a\n\n b "), "a b");
  assert.equal(shorten("look:\n```go\nx := 1\n```"), "look: x := 1");
  assert.equal(shorten("> a **b**\n\n- `c`\n  - ~~d~~\n1. *e* 2*3*4"), "a b c d e 2*3*4");
  assert.equal(shorten("x".repeat(500)).length, 120);
});

test("comings and goings are worded as in a terminal", async () => {
  const text = texts("en", await tableOf("en"));
  for (const { name, happened, words } of script("presence").cases) {
    assert.equal(presence(happened, text, ({ nick }) => nick).words.join(""), words, name);
  }
});

test("a line of comings and goings has a name for everybody in every language", async () => {
  const people = script("presence").cases.flatMap(({ happened }) => happened).filter(({ what }) => !what.endsWith("watch")); // who has no name
  for (const language of ["de", "ar"]) {
    const text = texts(language, await tableOf(language, lazy));
    for (const each of people) {
      const { words, folded } = presence([each], text, ({ nick }) => nick);
      assert.ok(words.includes(each.nick) && !folded, `${language} ${JSON.stringify(each)}`);
    }
  }
});

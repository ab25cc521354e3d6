import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import "./page.mjs";
import { commands } from "../static/commands/table.js";
import { tables as attention } from "../static/view/attention.js";
import { tables as files } from "../static/files/strings.js";
import { tables as mending } from "../static/mending/strings.js";
import { tables as beginning } from "../static/view/beginning.js";
import { tables as find } from "../static/view/find.js";
import { tables as menu } from "../static/view/menu.js";
import { note, tables as held } from "../static/view/held.js";
import { lazy } from "../static/net/lazy.js";
import { later, tables as laters } from "../static/text/laterstrings.js";
import { tables as rooms } from "../static/rooms/strings.js";
import { tables as doors } from "../static/powers/doorstrings.js";
import { tables as powers } from "../static/powers/strings.js";
import { tables as voice } from "../static/voice/strings.js";
import { tables as sealed } from "../static/sealed/strings.js";
import { languageOf, tableOf, texts as textsOf } from "../static/text/strings.js";

const file = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const pages = ["index.html", "room.html"];
const languages = ["en", "de", "ar"];
// The words that stand in the pages' markup, in English: key → [words].
const markup = new Map();
for (const page of pages) {
  for (const pattern of [/data-(text)="([^"]+)"[^>]*>([^<]*)</g, /data-(label)="([^"]+)" aria-label="([^"]+)"/g, /data-(placeholder)="([^"]+)" placeholder="([^"]+)"/g]) {
    for (const [, , key, words] of file(page).matchAll(pattern)) markup.set(key, [...markup.get(key) ?? [], words]);
  }
}
// The help sheet has its keys' words, and the commands theirs, in English.
const keys = Object.fromEntries([...file("static/view/help.js").matchAll(/"(key\.\w+)", "([^"]+)"\]/g)].map(([, key, words]) => [key, words]));
const helps = Object.fromEntries(commands.map(({ name, help }) => [`command.${name}`, help]));
const tables = Object.fromEntries(await Promise.all(languages.map(async (language) => [language, await tableOf(language, lazy)])));
tables.en = { ...Object.fromEntries([...markup].map(([key, [words]]) => [key, words])), ...keys, ...helps, ...tables.en };
const keysOf = (language) => Object.keys(tables[language]);
const texts = (language) => textsOf(language, tables[language]);
const common = (language) => keysOf(language).filter((key) => !key.startsWith("code.")).sort();

test("every language has every word", () => {
  for (const language of ["de", "ar"]) assert.deepEqual(common(language), common("en"));
  assert.deepEqual(keysOf("ar").sort(), keysOf("de").sort());
});

test("every command is explained in every language", () => {
  for (const { name } of commands) {
    for (const language of languages) assert.notEqual(texts(language)(`command.${name}`), `command.${name}`);
  }
});

test("translations fill in the same places", () => {
  const places = (template) => [...new Set(JSON.stringify(template).match(/\{\d\}/g) ?? [])].sort();
  const read = (language, key) => texts(language)(key);
  for (const key of common("en")) {
    for (const language of ["de", "ar"]) {
      const here = places(read(language, key));
      for (const place of places(read("en", key))) {
        // A plural form may leave the number out: "two people".
        if (place !== "{0}" || key in { renamed: 1, says: 1 }) assert.ok(here.includes(place), `${language} ${key} lacks ${place}`);
      }
    }
  }
});

test("every word that a page or module asks for exists", async () => {
  const known = new Set(keysOf("en"));
  for (const page of pages) {
    for (const [, key] of file(page).matchAll(/data-(?:text|label|placeholder)="([^"]+)"/g)) assert.ok(known.has(key), `${page}: ${key}`);
  }
  const spoken = new Set(Object.keys(await tableOf("en"))); // without the markup's
  const ownOf = (name, source) => {
    if (name === "sealed/state.js" || name.startsWith("sealed/") && source.includes("./strings.js")) return sealed;
    return name.startsWith("files/") ? files : name.startsWith("rooms/") ? rooms : name === "view/attention.js" ? attention : name === "view/find.js" ? { en: { ...find.en, says: "" } } : name === "powers/door.js" ? doors : name.startsWith("powers/") ? powers : name.startsWith("voice/") ? voice : name === "view/held.js" ? held : name === "view/beginning.js" ? beginning : null;
  };
  for (const name of readdirSync(new URL("../static", import.meta.url), { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const source = file(`static/${name}`);
    const own = ownOf(name, source);
    if (name.startsWith("mending/")) { // has the page's words beside its own
      for (const [, key] of source.matchAll(/\btext\("([^"]+)"/g)) assert.ok(key in mending.en || key in laters.en || spoken.has(key), `${name}: ${key}`);
      continue;
    }
    const words = own ? new Set(Object.keys(own.en)) : new Set([...spoken, ...(source.includes("/laterstrings.js") ? Object.keys(laters.en) : [])]);
    for (const [, key] of source.matchAll(/\btext\("([^"]+)"/g)) assert.ok(words.has(key), `${name}: ${key}`);
  }
});

test("the markup's own words are the English table's", () => {
  assert.ok(markup.size > 30);
  for (const [key, all] of markup) for (const words of all) assert.equal(words, tables.en[key], key);
});

test("what only some people read is whole in every language", () => {
  for (const own of [sealed, files, laters, held, menu, beginning, powers, doors, mending, rooms, attention, find, voice]) {
    assert.deepEqual(Object.keys(own).sort(), [...languages].sort());
    for (const language of languages) assert.deepEqual(Object.keys(own[language]).sort(), Object.keys(own.en).sort(), language);
  }
});

test("what counts in voice has every form of its language", () => {
  for (const [language, table] of Object.entries(voice)) {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [key, form] of Object.entries(table)) {
      if (typeof form === "object") assert.deepEqual(Object.keys(form).sort(), [...pluralCategories].sort(), `${language} ${key}`);
    }
  }
});

test("a command in words from the right keeps its slash before it", () => {
  for (const name of readdirSync(new URL("../static/", import.meta.url), { recursive: true }).filter((each) => each.endsWith(".js"))) {
    for (const line of readFileSync(new URL(`../static/${name}`, import.meta.url), "utf8").split("\n")) {
      if (/[\u0600-\u06ff]/.test(line)) assert.doesNotMatch(line, /[ (]\/[a-z]{2,}/, `${name}: no U+200E before the slash`);
    }
  }
});

test("the page about itself is whole in every language", () => {
  const keys = new Set([...file("about.html").matchAll(/data-text="([^"]+)"/g)].map(([, key]) => key));
  const source = file("static/about.js");
  for (const key of keys) assert.equal(source.match(new RegExp(`^    ${key}:`, "gm"))?.length, 2, key);
});

test("what the server holds is said in every language", () => {
  const fields = [{ name: "via", value: "web", why: "the kind" }, { name: "says.rate", value: "2", why: "how many" }, { name: "out.typing", value: "3 of them", why: "who" }, { name: "new", value: "set", why: "new" }];
  const rows = (language) => note(fields, { language })[0].slice(1);
  assert.deepEqual(rows("en"), [["via", "web", "the kind"], ["says.rate", "2", "how many"], ["out.typing", "3 of them", "who"], ["new", "set", "new"]]);
  assert.deepEqual(rows("de").map(([, value, why]) => `${value}: ${why.slice(0, 15)}`), ["web: die Art deines ", "2: wie viel in der", "3 davon: wer gerade schr", "vorhanden: new"]);
});

test("a language is chosen and spoken", () => {
  assert.equal(languageOf(["fr-FR", "de-AT", "en"]), "de");
  assert.equal(languageOf(["fr"]), "en");
  assert.equal(texts("en")("peopleHere", 1), "1 person here");
  assert.equal(texts("en")("peopleHere", 1200), "1,200 people here");
  assert.equal(later(texts("de"))("code.room_full", "The room is full."), "Der Raum ist voll.");
  assert.equal(texts("en")("code.new", "The room is new."), "The room is new.");
  assert.equal(texts("ar")("peopleHere", 2), "شخصان هنا");
  assert.equal(later(texts("ar"))("nobodyCalled", "low-fern"), "لا أحد هنا اسمه \u2068low-fern\u2069.");
});

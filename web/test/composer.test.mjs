// The field in which one types, as far as it says something itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";

// As much of an element as a composer needs.
class Field {
  value = "";
  placeholder = "Say something, or /help";
  style = {};
  scrollHeight = 20;
  classList = { toggle() {} };
  addEventListener() {}
  setAttribute() {}
  removeAttribute() {}
}

test("an empty field invites only where something can be said", async (t) => {
  const elements = new Map();
  document.getElementById = (id) => elements.get(id) ?? elements.set(id, new Field()).get(id);
  globalThis.addEventListener = () => {};
  globalThis.getComputedStyle = () => ({ lineHeight: "20", paddingTop: "0", paddingBottom: "0" });
  t.after(() => { delete globalThis.addEventListener; delete globalThis.getComputedStyle; });
  const { Composer } = await import("../static/view/composer.js");
  const composer = new Composer({ source: {}, text: String, submit() {}, onTyping() {}, onEscape() {}, onUp() {}, onDraft() {}, onOver() {} });
  const { placeholder: invites } = new Field();
  const shows = (by, why, words) => {
    composer.hint(by, why);
    assert.equal(elements.get("message").placeholder, words);
  };
  shows("rules", "You are muted", "You are muted");
  shows("place", "You are not in this room", "You are not in this room");
  shows("rules", "", "You are not in this room");
  shows("rules", "You are muted", "You are not in this room");
  shows("place", "", "You are muted");
  shows("rules", "", invites);
});

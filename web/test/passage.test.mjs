// Going to another room on the same page, with as much of a page as that needs.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakePage } from "./page.mjs";
import { Passage } from "../static/view/passage.js";
import { tableOf, texts } from "../static/text/strings.js";

let elements;
let went; // what became of the address

beforeEach(() => {
  elements = Object.fromEntries(["room-name", "link", "ssh-command", "message"].map((id) => [id, { textContent: "" }]));
  const page = globalThis.document = new FakePage();
  page.getElementById = (id) => elements[id];
  went = [];
  globalThis.history = { pushState: (state, title, url) => { went.push(url); location.pathname = url; }, replaceState: (state, title, url) => { went.push(`cleared to ${url}`); location.hash = ""; } };
  globalThis.location = { pathname: "/chat/r/den", search: "", hash: "" };
  globalThis.window = {};
});

const text = texts("en", await tableOf("en"));

function stand({ phase = "open", sealed = false, amends = null } = {}) {
  const did = [];
  const kept = []; // whether what is typed stays
  const entrance = {
    name: "den", link: "https://example.org/chat/r/den",
    connection: { phase, move: (name) => did.push(`move ${name}`), retryNow: () => did.push("retry") },
  };
  const room = { depart: () => did.push("depart"), log: { addNote: ([line]) => did.push(line) } };
  const page = { prefix: "/chat", url: "https://example.org/chat", ssh: "ssh -t example.org", sealed, text };
  const passage = new Passage({ entrance, room, page, composer: { amends, answer: (...how) => kept.push(how.at(-1)) }, session: { moved: () => did.push("moved") }, onGone: () => did.push("gone") });
  return { passage, entrance, did, kept };
}

test("the page becomes another room's, and what was read stays", () => {
  const { passage, entrance, did } = stand();
  passage.go("tea");
  assert.deepEqual(went, ["/chat/r/tea"]);
  assert.deepEqual([entrance.name, entrance.link], ["tea", "https://example.org/chat/r/tea"]);
  assert.deepEqual(Object.values(elements).slice(0, 3).map(({ textContent }) => textContent), ["tea", entrance.link, "ssh -t example.org tea"]);
  assert.deepEqual(did, ["You left den, whose words stay above. What follows is said in tea.", "depart", "move tea", "moved", "gone"]);
});

test("an edit stays as a draft, and it is said", () => {
  for (const [amends, typed, keeps] of [[null, "a draft", false], [{ text: "tea" }, "tea", false], [{ text: "tea" }, "green tea", true], [{ text: "tea" }, " ", false]]) {
    const { passage, did, kept } = stand({ amends });
    elements.message = { value: typed };
    passage.go("pub");
    assert.deepEqual(kept, [keeps]);
    assert.equal(did.filter((line) => line === "What you were changing was said in den. What you typed of it stays as a draft, which Enter would say in pub.").length, keeps ? 1 : 0);
  }
});

test("going back in the history goes back to the room, and nowhere else", () => {
  const { passage, entrance, did } = stand();
  passage.go("tea");
  location.pathname = "/chat/r/den";
  passage.follow();
  assert.equal(entrance.name, "den");
  assert.equal(went.length, 1);
  const before = did.length;
  passage.follow(); // another part of the same page
  location.pathname = "/chat/r/%F0%9F%98%80";
  passage.follow();
  assert.equal(did.length, before);
});

test("an invitation behind the address goes to the connection, and out of the address once it was answered", () => {
  for (const [phase, tries] of [["connecting", []], ["refused", ["retry"]], ["waiting", ["retry"]], ["left", ["retry"]]]) {
    const { passage, entrance, did } = stand({ phase });
    location.hash = "#AAAAAAAAAAAAAAAAAAAAAA";
    went = [];
    passage.follow();
    assert.deepEqual([entrance.connection.invite, did, went, location.hash], ["AAAAAAAAAAAAAAAAAAAAAA", tries, [], "#AAAAAAAAAAAAAAAAAAAAAA"], phase);
    passage.used(); // a page that is loaded anew needs it again
    assert.equal(location.hash, "#AAAAAAAAAAAAAAAAAAAAAA", phase);
    entrance.connection.invite = undefined;
    passage.used();
    assert.deepEqual([went, location.hash], [["cleared to /chat/r/den"], ""], phase);
  }
  // That of a screen that watches is there as long as it is good.
  const wall = stand({ phase: "refused" });
  wall.entrance.connection.watch = true;
  location.hash = "#AAAAAAAAAAAAAAAAAAAAAA";
  wall.passage.follow();
  wall.entrance.connection.phase = "open";
  wall.passage.follow();
  wall.passage.used();
  assert.equal(location.hash, "#AAAAAAAAAAAAAAAAAAAAAA");
  // Who is in already needs none; what is longer than any token is passed on as too long.
  const inside = stand();
  location.hash = "#AAAAAAAAAAAAAAAAAAAAAA";
  inside.passage.follow();
  assert.deepEqual([inside.entrance.connection.invite, inside.did, location.hash], [undefined, [], ""]);
  location.hash = "#in=tea"; // which room of several is in front
  const several = stand({ phase: "refused" });
  several.passage.follow();
  several.passage.used(true);
  assert.deepEqual([several.entrance.connection.invite, several.did, location.hash], [undefined, [], "#in=tea"]);
  const long = stand({ phase: "refused" });
  location.hash = `#${"x".repeat(100_000)}`;
  long.passage.follow();
  assert.equal(long.entrance.connection.invite.length, 65);
  // Of a sealed room's page it is the key, which is not this module's.
  const sealed = stand({ phase: "refused", sealed: true });
  location.hash = "#key";
  sealed.passage.follow();
  assert.deepEqual([sealed.entrance.connection.invite, location.hash], [undefined, "#key"]);
});

test("one's own room is no other", () => {
  const here = stand();
  here.passage.go("den");
  assert.deepEqual([here.did, went], [["You are in den already."], []]);
  const left = stand({ phase: "left" });
  left.passage.go("den");
  assert.deepEqual([left.did, went], [["retry"], []]);
});

test("beside other rooms of the window, no address leads this one elsewhere", () => {
  const { passage, entrance, did } = stand();
  entrance.several = true;
  location.pathname = "/chat/r/tea";
  passage.follow();
  assert.deepEqual([entrance.name, did], ["den", []]);
});

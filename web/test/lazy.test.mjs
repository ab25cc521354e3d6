import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakePage } from "./page.mjs";

// Each test has a loader that has fetched nothing yet.
let lazy;
let times = 0;
beforeEach(async () => ({ lazy } = await import(`../static/net/lazy.js?${++times}`)));

test("a module and what it needs are asked for by their content, once", async () => {
  const page = globalThis.document = new FakePage({ "view/invite.js": ["view/dom.js", "view/qr.js", "view/qrview.js"], "view/qr.js": undefined, "view/qrview.js": undefined }, ["view/dom.js"]);
  const [one, two] = await Promise.all([lazy("view/invite.js"), lazy("view/invite.js")]);
  assert.equal(typeof one.Invite, "function");
  assert.equal(one, two);
  await lazy("view/qr.js");
  assert.deepEqual(page.fetched, ["view/invite.js", "view/qr.js", "view/qrview.js"].map((name) => ({ href: `/assets/x/${name}`, integrity: `sum of ${name}` })));
});

test("what the page does not name is not run", async () => {
  const page = globalThis.document = new FakePage({ "view/invite.js": ["view/qr.js"] });
  await assert.rejects(lazy("data/emoji.js"), /knows no data\/emoji\.js/);
  await assert.rejects(lazy("view/invite.js"), /knows no view\/qr\.js/);
  assert.deepEqual(page.fetched.map(({ href }) => href), ["/assets/x/view/invite.js"]);
});

test("without a connection it fails, and is tried again", async () => {
  const page = globalThis.document = new FakePage({ "data/emoji.js": undefined, "view/qr.js": undefined });
  page.offline = true;
  await assert.rejects(lazy("data/emoji.js"), /could not be fetched/);
  page.offline = false;
  await lazy("view/qr.js"); // the catalogue is here
  page.offline = true;
  await assert.rejects(lazy("data/emoji.js"), /could not be fetched/);
  page.offline = false;
  assert.equal(typeof (await lazy("data/emoji.js")).search, "function");
  assert.equal(page.fetched.length, 3);
});

test("a browser that can't fetch ahead still gets the module", async () => {
  const page = globalThis.document = new FakePage({ "data/emoji.js": undefined });
  page.old = true;
  assert.equal(typeof (await lazy("data/emoji.js")).search, "function");
  assert.equal(page.fetched.length, 0);
});

test("a module that brings a stylesheet is not run before it is here", async () => {
  const page = globalThis.document = new FakePage({ "view/qr.js": ["style/sheets.css"], "style/sheets.css": undefined });
  page.offline = true;
  await assert.rejects(lazy("view/qr.js"));
  page.offline = false;
  page.old = true; // knows no modulepreload, but stylesheets
  await lazy("view/qr.js");
  assert.deepEqual(page.fetched.map(({ rel, href, integrity }) => [rel, href, integrity]), [["stylesheet", "/assets/x/style/sheets.css", "sum of style/sheets.css"]]);
});

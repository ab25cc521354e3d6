import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakePage } from "./page.mjs";

// Each test has a loader that has fetched nothing yet.
let lazy;
let times = 0;
beforeEach(async () => ({ lazy } = await import(`../static/lazy.js?${++times}`)));

test("a module and what it needs are asked for by their content, once", async () => {
  const page = globalThis.document = new FakePage({ "invite.js": ["dom.js", "qr.js", "qrview.js"], "qr.js": undefined, "qrview.js": undefined }, ["dom.js"]);
  const [one, two] = await Promise.all([lazy("invite.js"), lazy("invite.js")]);
  assert.equal(typeof one.Invite, "function");
  assert.equal(one, two);
  await lazy("qr.js");
  assert.deepEqual(page.fetched, ["invite.js", "qr.js", "qrview.js"].map((name) => ({ href: `/assets/x/${name}`, integrity: `sum of ${name}` })));
});

test("what the page does not name is not run", async () => {
  const page = globalThis.document = new FakePage({ "invite.js": ["qr.js"] });
  await assert.rejects(lazy("emoji.js"), /knows no emoji\.js/);
  await assert.rejects(lazy("invite.js"), /knows no qr\.js/);
  assert.deepEqual(page.fetched.map(({ href }) => href), ["/assets/x/invite.js"]);
});

test("without a connection it fails, and is tried again", async () => {
  const page = globalThis.document = new FakePage({ "emoji.js": undefined, "qr.js": undefined });
  page.offline = true;
  await assert.rejects(lazy("emoji.js"), /could not be fetched/);
  page.offline = false;
  await lazy("qr.js"); // the catalogue is here
  page.offline = true;
  await assert.rejects(lazy("emoji.js"), /could not be fetched/);
  page.offline = false;
  assert.equal(typeof (await lazy("emoji.js")).search, "function");
  assert.equal(page.fetched.length, 3);
});

test("a browser that can't fetch ahead still gets the module", async () => {
  const page = globalThis.document = new FakePage({ "emoji.js": undefined });
  page.old = true;
  assert.equal(typeof (await lazy("emoji.js")).search, "function");
  assert.equal(page.fetched.length, 0);
});

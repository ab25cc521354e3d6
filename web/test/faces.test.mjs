// A person has the same face here as in a terminal: rooms/behaviour/faces.json.
import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./behaviour.mjs";
import "./page.mjs";
import { colourOf } from "../static/view/dom.js";
import { faceOf, shapes } from "../static/view/faces.js";

const { shapes: wanted, cases } = script("faces");

test("the shapes are those of the terminal, and no two are alike", () => {
  assert.deepEqual(Object.keys(shapes), wanted.map(({ name }) => name));
  assert.equal(new Set(Object.values(shapes)).size, wanted.length);
});

for (const { id, ...face } of cases) {
  test(`the face of "${id}"`, () => {
    assert.deepEqual(faceOf(id), face);
    assert.equal(face.colour, colourOf(id));
    assert.notEqual(face.second, face.colour);
  });
}

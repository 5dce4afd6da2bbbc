import assert from "node:assert/strict";
import { test } from "node:test";

import { EVERY, handlesOf, isSame, nameOf, neighbour } from "../src/pages/feet/handles.ts";

const SHEET = [
  [500, 700],
  [100, 700],
  [100, 100],
  [500, 100],
];
const OUTLINE = Array.from({ length: 96 }, (_, k) => [k, k]);
const FOUND = { corners: SHEET, outline: OUTLINE };

test("every corner has a handle, and so many points of the outline", () => {
  const handles = handlesOf(FOUND);
  assert.equal(handles.length, 4 + 96 / EVERY);
  assert.deepEqual(handles.slice(0, 4).map((held) => held.part), Array(4).fill("corners"));
  assert.deepEqual(handlesOf({ corners: null, outline: null }), []);
});

test("the next one goes round and stays in its part", () => {
  const handles = handlesOf(FOUND);
  assert.deepEqual(neighbour(handles, { part: "corners", index: 3 }, 1), { part: "corners", index: 0 });
  assert.deepEqual(neighbour(handles, { part: "outline", index: 0 }, -1), { part: "outline", index: 96 - EVERY });
  assert.deepEqual(neighbour(handles, { part: "outline", index: 0 }, 1), { part: "outline", index: EVERY });
});

const NAMES = ["bottom right", "bottom left", "top left", "top right"].map((place) => `${place} corner of the sheet`);

test("corners are called by where they lie, whichever comes first and whichever way round", () => {
  assert.deepEqual(SHEET.map((_, index) => nameOf(FOUND, { part: "corners", index }, "foot")), NAMES);
  const back = { corners: [...SHEET].reverse(), outline: null };
  assert.deepEqual(SHEET.map((_, index) => nameOf(back, { part: "corners", index }, "foot")), [...NAMES].reverse());
});

test("points of an outline are counted", () => {
  assert.equal(nameOf(FOUND, { part: "outline", index: EVERY }, "insole"), "point 2 of 24 round the insole");
});

test("two handles are one where part and point are", () => {
  assert.ok(isSame({ part: "outline", index: 4 }, { part: "outline", index: 4 }));
  assert.ok(!isSame({ part: "outline", index: 0 }, { part: "corners", index: 0 }));
  assert.ok(!isSame(null, { part: "corners", index: 0 }));
});

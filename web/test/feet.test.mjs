import assert from "node:assert/strict";
import { test } from "node:test";

import { ALONG, corrected, dragged, inPhoto, isSheet, pointAt, steppedByKey } from "../src/feet/dragging.ts";

const SHEET = [
  [100, 100],
  [500, 100],
  [500, 700],
  [100, 700],
];
const ROUND = Array.from({ length: 96 }, (_, k) => {
  const turn = (2 * Math.PI * k) / 96;
  return [300 + 100 * Math.cos(turn), 400 + 200 * Math.sin(turn)];
});
const FOUND = { corners: SHEET, outline: ROUND };

test("a finger means the nearest point within its reach, and a corner before the outline", () => {
  assert.deepEqual(pointAt(FOUND, [108, 95], 22), { part: "corners", index: 0 });
  assert.deepEqual(pointAt(FOUND, [402, 401], 22), { part: "outline", index: 0 });
  assert.equal(pointAt(FOUND, [300, 400], 22), null);
  assert.deepEqual(pointAt({ corners: [[402, 401]], outline: ROUND }, [400, 400], 22)?.part, "corners");
  assert.equal(pointAt({ corners: null, outline: null }, [0, 0], 22), null);
});

test("a corner moves alone", () => {
  const moved = dragged(SHEET, { part: "corners", index: 2 }, [520, 690]);
  assert.deepEqual(moved[2], [520, 690]);
  assert.deepEqual([moved[0], moved[1], moved[3]], [SHEET[0], SHEET[1], SHEET[3]]);
});

test("an outline takes its neighbours along on both sides, also across its seam, and leaves the rest", () => {
  const moved = dragged(ROUND, { part: "outline", index: 0 }, [440, 400]);
  const shift = moved.map(([x], k) => x - ROUND[k][0]);
  assert.equal(shift[0], 40);
  for (let k = 1; k <= ALONG; k += 1) {
    assert.ok(shift[k] > 0 && shift[k] < shift[k - 1]);
    assert.ok(Math.abs(shift[k] - shift[96 - k]) < 1e-9);
  }
  assert.equal(shift[ALONG + 1], 0);
  assert.equal(shift[48], 0);
});

test("a place on the screen is a place in the photo, and stays inside of it", () => {
  assert.deepEqual(inPhoto([30, 40], [3000, 4000], 300), [300, 400]);
  assert.deepEqual(inPhoto([-5, 900], [3000, 4000], 300), [0, 4000]);
});

test("arrow keys move a point by pixels of the screen, and other keys do not", () => {
  assert.deepEqual(steppedByKey([100, 100], "ArrowRight", 10, false), [110, 100]);
  assert.deepEqual(steppedByKey([100, 100], "ArrowUp", 10, true), [100, 0]);
  assert.deepEqual(steppedByKey([100, 100], "Tab", 10, false), [100, 100]);
});

test("corners that cross are no sheet", () => {
  assert.ok(isSheet(SHEET));
  assert.ok(isSheet([...SHEET].reverse()));
  assert.ok(!isSheet([SHEET[0], SHEET[2], SHEET[1], SHEET[3]]));
  assert.ok(!isSheet([SHEET[0], SHEET[0], SHEET[2], SHEET[3]]));
});

test("only what was touched is sent", () => {
  assert.deepEqual(corrected(FOUND, new Set(["outline"])), { corners: null, outline: ROUND });
  assert.deepEqual(corrected(FOUND, new Set()), { corners: null, outline: null });
});

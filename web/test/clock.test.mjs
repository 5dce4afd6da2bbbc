import assert from "node:assert/strict";
import test from "node:test";

import { left, passed, tell } from "../src/pages/trying/clock.ts";

test("a clock that counts down shows every second once, and ends at nothing", () => {
  assert.equal(left(90, 1000, 1000), 90);
  assert.equal(left(90, 1000, 1001), 90);
  assert.equal(left(90, 1000, 2000), 89);
  assert.equal(left(90, 1000, 90_999), 1);
  assert.equal(left(90, 1000, 91_000), 0);
  assert.equal(left(90, 1000, 500_000), 0);
});

test("a stopwatch never runs backwards", () => {
  assert.equal(passed(2000, 1000), 0);
  assert.equal(passed(1000, 3500), 2.5);
});

test("seconds are told as people read them", () => {
  assert.deepEqual([0, 5.9, 60, 65, 600].map(tell), ["0:00", "0:05", "1:00", "1:05", "10:00"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { postureOf } from "../src/coach/angles.ts";
import { azimuthOf, bodyOf, viewOf } from "../src/coach/body.ts";
import { Counter } from "../src/coach/repetitions.ts";
import { squats } from "./person.mjs";

function count(readings) {
  const counter = new Counter();
  return readings.flatMap((reading) => {
    const body = bodyOf(reading);
    const azimuth = azimuthOf(body);
    return counter.add(postureOf(body, azimuth, viewOf(azimuth), null)) ?? [];
  });
}

/** Reproducible noise between -1 and 1. */
function noise(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

for (const rate of [6, 15, 24, 60]) {
  test(`five squats at ${rate} pictures a second are five`, () => assert.equal(count(squats(5, { rate })).length, 5));
}

for (const azimuth of [0, 45, 90, -90, 180]) {
  test(`four squats seen from ${azimuth}° are four`, () => assert.equal(count(squats(4, { azimuth })).length, 4));
}

test("slow squats before a slow computer are counted", () => {
  for (const rate of [1.5, 3]) assert.equal(count(squats(3, { rate, seconds: 9 })).length, 3);
});

test("values are those of the lowest point, and its time is the middle of the way", () => {
  const [first] = count(squats(1, { shin: 31, thigh: 84, trunk: 37, rate: 30 }));
  for (const [value, wanted] of [[first.values.shin, 31], [first.values.depth, 84], [first.values.trunk, 37]]) {
    assert.ok(Math.abs(value - wanted) < 1, `${value} is not ${wanted}`);
  }
  assert.ok(Math.abs(first.bottom - 2.5) < 0.05);
  assert.ok(first.start > 1 && first.start < 1.6 && first.end > 3 && first.end < 4.1);
});

test("jitter of the landmarks adds no repetition", () => {
  const random = noise(7);
  const shaken = squats(5).map(({ points, world, ...rest }) => ({
    ...rest,
    points: points.map((p) => ({ ...p, x: p.x + 0.004 * random(), y: p.y + 0.004 * random() })),
    world: world.map((p) => ({ ...p, x: p.x + 0.015 * random(), y: p.y + 0.015 * random(), z: p.z + 0.03 * random() })),
  }));
  assert.equal(count(shaken).length, 5);
});

test("landmarks that slip for a moment are no squat", () => {
  const [deep] = squats(1).filter(({ time }) => time >= 2.5);
  for (const [rate, slipped] of [[24, 10], [2, 2]]) {
    const standing = squats(0, { rate, seconds: 1 });
    const readings = Array.from({ length: 20 * rate }, (_, i) => {
      const slips = i >= 10 * rate && i < 10 * rate + slipped;
      return { ...(slips ? deep : standing[0]), time: i / rate };
    });
    assert.equal(count(readings).length, 0);
  }
});

test("a curtsey is no squat, and bowing is none", () => {
  assert.equal(count(squats(3, { shin: 15, thigh: 22, trunk: 5 })).length, 0);
  assert.equal(count(squats(3, { shin: 0, thigh: 35, trunk: 85 })).length, 0);
});

test("a repetition much shallower than the others does not count, and does not stop the counting", () => {
  const deep = squats(2, { thigh: 100 });
  const end = deep.at(-1).time + 0.04;
  const shallow = squats(1, { shin: 18, thigh: 35 }).map((one) => ({ ...one, time: one.time + end }));
  const again = squats(1, { thigh: 100 }).map((one) => ({ ...one, time: one.time + shallow.at(-1).time + 0.04 }));
  assert.equal(count([...deep, ...shallow, ...again]).length, 3);
});

test("out of sight at the bottom, the repetition is not counted, and the next one is", () => {
  const readings = squats(2, { seconds: 4 });
  const [from, to] = [2.4, 4];
  assert.equal(count(readings.filter(({ time }) => time < from || time > to)).length, 1);
});

test("standing on for a long time with softer knees does not swallow the next repetition", () => {
  const first = squats(1);
  const soft = squats(1, { shin: 10, thigh: 14, trunk: 5, seconds: 60 }).slice(0, 31 * 24).map((one) => ({ ...one, time: one.time + first.at(-1).time }));
  const then = squats(1).map((one) => ({ ...one, time: one.time + soft.at(-1).time + 0.04 }));
  assert.equal(count([...first, ...soft, ...then]).length, 2);
});

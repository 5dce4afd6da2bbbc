import assert from "node:assert/strict";
import { test } from "node:test";

import { azimuthOf, bodyOf, viewOf } from "../src/coach/body.ts";
import { ADVICE, Familiar, Patience, advise } from "../src/coach/framing.ts";
import { landmarks, reading } from "./person.mjs";

function adviceFor(view, { wished = "side", standing = true, angles = {} } = {}) {
  const body = bodyOf(reading(landmarks(angles), view));
  return advise(body, viewOf(azimuthOf(body)), wished, standing);
}

test("well in the picture there is nothing to say", () => {
  assert.equal(adviceFor({ azimuth: 90 }), null);
  assert.equal(adviceFor({ azimuth: -85 }), null);
  assert.equal(adviceFor({ azimuth: 5 }, { wished: "front" }), null);
});

for (const [advice, view] of [
  ["feet", { azimuth: 90, centre: 1.2 }],
  ["head", { azimuth: 90, centre: 0.2 }],
  ["aside", { azimuth: 90, aside: 1.55 }],
  ["nearer", { azimuth: 90, scale: 4 }],
  ["farther", { azimuth: 90, scale: 1.74, centre: 0.765 }],
  ["higher", { azimuth: 90, tilt: 30 }],
  ["lower", { azimuth: 90, tilt: -30 }],
  ["turn_side", { azimuth: 40 }],
  ["nobody", { azimuth: 90, seen: 0.2 }],
]) {
  test(`what to change: ${advice}`, () => assert.equal(adviceFor(view), advice));
}

test("whoever should face the camera and stands sideways is told", () => assert.equal(adviceFor({ azimuth: 90 }, { wished: "front" }), "turn_front"));

test("nobody in the picture is asked to step in", () => assert.equal(advise(null, "side", "side", true), "nobody"));

test("down in the squat nobody is told to come nearer", () => {
  assert.equal(adviceFor({ azimuth: 90, scale: 2.6 }, { standing: false, angles: { shin: 35, thigh: 110, trunk: 45 } }), null);
});

test("every advice has words", () => assert.ok(Object.values(ADVICE).every((words) => words.endsWith("."))));

test("words do not flicker with the landmarks", () => {
  const patience = new Patience("nobody");
  const told = Array.from({ length: 40 }, (_, i) => patience.add(i % 3 ? null : "feet", i / 20));
  assert.ok(told.every((advice) => advice === "nobody"));
  assert.equal(Array.from({ length: 20 }, (_, i) => patience.add(null, 2 + i / 20)).at(-1), null);
});

test("landmarks that jump to somebody else are noticed, and a squat is no jump", () => {
  const familiar = new Familiar();
  const at = (time, view, angles) => familiar.add(bodyOf(reading(landmarks(angles), { ...view, time })));
  assert.ok(at(0, {}));
  assert.ok(at(0.2, {}, { shin: 30, thigh: 100, trunk: 40 }));
  assert.ok(!at(0.3, { aside: 1.4 }), "two paces aside within a tenth of a second");
  assert.ok(at(0.4, { aside: 1.4 }));
  assert.ok(!at(0.5, { aside: 1.4, scale: 5 }), "half the size");
  assert.ok(at(9, {}), "after a while anybody is welcome");
});

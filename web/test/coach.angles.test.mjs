import assert from "node:assert/strict";
import { test } from "node:test";

import { postureOf, thighDrop } from "../src/coach/angles.ts";
import { Bearing, azimuthOf, bodyOf, nearSide, viewOf } from "../src/coach/body.ts";
import { landmarks, mirrored, reading } from "./person.mjs";

const close = (value, wanted, within = 1e-6) => assert.ok(Math.abs(value - wanted) <= within, `${value} is not ${wanted} ± ${within}`);
const seenFrom = (azimuth, angles) => bodyOf(reading(landmarks(angles), { azimuth }));

for (const azimuth of [90, -90]) {
  test(`from ${azimuth}° the leans of a squat are those it was made from`, () => {
    for (const [shin, thigh, trunk] of [[0, 0, 0], [30, 70, 35], [42, 105, 50], [-5, 60, -3]]) {
      const posture = postureOf(seenFrom(azimuth, { shin, thigh, trunk }), azimuth, "side", null);
      close(posture.shin, shin);
      close(posture.depth, thigh);
      close(posture.trunk, trunk);
      close(posture.bend, shin + thigh);
    }
  });
}

test("a mirror changes no angle of a side view", () => {
  const body = bodyOf(mirrored(reading(landmarks({ shin: 30, thigh: 80, trunk: 40 }), { azimuth: 90 })));
  const posture = postureOf(body, azimuthOf(body), "side", null);
  close(azimuthOf(body), -90);
  close(posture.shin, 30);
  close(posture.depth, 80);
  close(posture.trunk, 40);
});

test("beside the pure side view a lean shows as the closed form says", () => {
  for (const away of [10, 20, 25]) {
    const body = seenFrom(90 - away, { shin: 30, thigh: 0, trunk: 40 });
    const shown = (lean) => (Math.atan(Math.tan((lean * Math.PI) / 180) * Math.cos((away * Math.PI) / 180)) * 180) / Math.PI;
    const posture = postureOf(body, 90 - away, "side", null);
    close(posture.shin, shown(30));
    close(posture.trunk, shown(40));
    assert.ok(Math.abs(posture.trunk - 40) < 3.5, "25° beside the side view cost less than the error that is stated");
  }
});

test("where the camera stands is read from shoulders and hips, all around", () => {
  for (const azimuth of [0, 35, 90, 150, -20, -90, -170]) close(azimuthOf(seenFrom(azimuth, { shin: 20, thigh: 60, trunk: 30 })), azimuth, 1e-6);
});

test("views have the names of the measurement", () => {
  assert.deepEqual([0, 19, 45, 66, -90, 114, 140, 165].map(viewOf), ["front", "front", "oblique", "side", "side", "side", "rear-oblique", "rear"]);
  assert.equal(nearSide(88), "left");
  assert.equal(nearSide(-88), "right");
});

test("a bearing follows slowly and forgets nothing at the turn from 180 to -180", () => {
  const bearing = new Bearing();
  let told = 0;
  for (let i = 0; i < 60; i++) told = bearing.add(bodyOf(reading(landmarks(), { azimuth: i % 2 ? 178 : -178, time: i / 20 })));
  assert.ok(Math.abs(told) > 177);
});

test("a knee inside the line from hip to ankle is positive on both sides, from the front and from behind", () => {
  for (const [azimuth, view] of [[0, "front"], [180, "rear"]]) {
    for (const inside of [0.05, -0.05]) {
      const { kneeLine } = postureOf(seenFrom(azimuth, { inside }), azimuth, view, null);
      const wanted = ((Math.atan2(inside, 0.41) + Math.atan2(inside, 0.4)) * 180) / Math.PI;
      close(kneeLine.left, wanted);
      close(kneeLine.right, wanted);
    }
  }
});

test("left and right are the person's own", () => {
  const lab = landmarks();
  lab[25] = [lab[25][0], lab[25][1] - 0.06, lab[25][2]];
  const { kneeLine } = postureOf(bodyOf(reading(lab, { azimuth: 0 })), 0, "front", null);
  assert.ok(kneeLine.left > 10);
  close(kneeLine.right, 0);
});

test("depth from the front is the lean of the thigh, by how much shorter it looks than in standing", () => {
  const standing = thighDrop(seenFrom(0, {}));
  for (const thigh of [20, 60, 90, 110]) close(postureOf(seenFrom(0, { shin: 25, thigh }), 0, "front", standing).depth, thigh, 1e-4);
});

test("what a view cannot show is not said", () => {
  const front = postureOf(seenFrom(0, { shin: 10, thigh: 30 }), 0, "front", null);
  assert.deepEqual([front.shin, front.trunk, front.bend, front.depth], [null, null, null, null]);
  assert.equal(postureOf(seenFrom(90, {}), 90, "side", null).kneeLine, null);
  assert.equal(postureOf(seenFrom(0, { shin: 25, thigh: 80 }), 0, "front", 1).kneeLine, null, "deep down the line shows turn-out");
});

test("how far the hips came down does not depend on the view or the distance", () => {
  const wanted = 1 - (0.4 * Math.cos((25 * Math.PI) / 180) + 0.41 * Math.cos((80 * Math.PI) / 180)) / 0.81;
  for (const [azimuth, scale] of [[0, 2.4], [90, 2.4], [45, 4]]) {
    const body = bodyOf(reading(landmarks({ shin: 25, thigh: 80, trunk: 30 }), { azimuth, scale }));
    close(postureOf(body, azimuth, viewOf(azimuth), null).drop, wanted);
  }
});

test("landmarks that are not complete are nobody", () => {
  const { points, world, ...rest } = reading(landmarks());
  assert.equal(bodyOf({ ...rest, points: points.slice(0, 20), world }), null);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { jointOf, pointOf, tell } from "../src/film/data.ts";
import { beyond, lay, partAt, phaseOf, tellPhase, timeAt } from "../src/film/phase.ts";
import { arcOf, onScreen, spread } from "../src/film/place.ts";
import { clockOf, frameAt, frameNear, stepped } from "../src/film/time.ts";
import { eyeOf, OBLIQUE, project, solidity, tellSeen, turned, turnedByKey } from "../src/film/turning.ts";

/** Time stamps of a phone that takes its time in the dark, in a film that begins late. */
const UNEVEN = [0.12, 0.153, 0.203, 0.244, 0.364, 0.397, 0.447];
const SQUAT = { number: 2, task: "squat", start: 1, bottom: 2, end: 4, complete: true, phases: [] };
const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-9, `${one} is not ${other}`);

test("the clock put to a picture shows that picture, also when the player rounds", () => {
  UNEVEN.forEach((_, frame) => {
    for (const off of [-0.002, 0, 0.002]) assert.equal(frameAt(UNEVEN, clockOf(UNEVEN, frame) + off), frame);
  });
});

test("a picture is on the screen until the next one's time has come", () => {
  assert.equal(frameAt(UNEVEN, 0), 0);
  assert.equal(frameAt(UNEVEN, 0.363 - 0.12), 3);
  assert.equal(frameAt(UNEVEN, 0.364 - 0.12), 4);
  assert.equal(frameAt(UNEVEN, 99), UNEVEN.length - 1);
});

test("a time stamp that a player tells a little early is still that of its picture", () => {
  UNEVEN.forEach((time, frame) => assert.equal(frameAt(UNEVEN, time - UNEVEN[0] - 2e-4), frame));
});

test("a touched time leads to the nearest picture", () => {
  assert.equal(frameNear(UNEVEN, 0.29), 3);
  assert.equal(frameNear(UNEVEN, 0.32), 4);
  assert.equal(frameNear(UNEVEN, -5), 0);
  assert.equal(frameNear(UNEVEN, 5), UNEVEN.length - 1);
});

test("steps stop at the ends", () => {
  assert.equal(stepped(3, 1, 7), 4);
  assert.equal(stepped(3, 10, 7), 6);
  assert.equal(stepped(3, -Infinity, 7), 0);
});

test("start, lowest point and end are 0, a half and 1, however slow the way up", () => {
  assert.deepEqual([1, 2, 4].map((time) => phaseOf(SQUAT, time)), [0, 0.5, 1]);
  for (const phase of [0, 0.2, 0.5, 0.75, 1]) near(phaseOf(SQUAT, timeAt(SQUAT, phase)), phase);
});

test("a quick and a slow squat of the same course lie on one another", () => {
  const course = (phase) => Math.sin(Math.PI * phase);
  const film = ({ start, end }, span) => {
    const times = Array.from({ length: 301 }, (_, i) => start - 1 + (i * (end - start + 2)) / 300);
    return [times, times.map((time) => course(phaseOf(span, time)))];
  };
  const slow = { start: 2, bottom: 5, end: 7 };
  const [quick, other] = [SQUAT, slow].map((span) => lay(...film(span, span), span, 41));
  quick.forEach((value, i) => {
    assert.ok(Math.abs(value - other[i]) < 1e-3);
    assert.ok(Math.abs(value - course(i / 40)) < 1e-3);
  });
});

test("what was not measured stays a gap", () => {
  const laid = lay([0, 1, 2, 3, 4, 5], [0, 1, null, 3, 4, 5], { start: 0, bottom: 2.5, end: 5 }, 6);
  assert.deepEqual(laid, [0, null, null, 3, 4, 5]);
});

test("a difference is beyond its error where it is larger, and for long enough", () => {
  const value = [0, 1, 5, 5, 5, 1, 0, -5, -5, -5, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const found = beyond(value, value.map(() => 2), 1.96, 0.1);
  assert.deepEqual(found, [{ from: 0.1, to: 0.2 }, { from: 0.35, to: 0.45 }]);
  assert.deepEqual(beyond(value, value.map(() => 3), 1.96), []);
});

test("a difference that reaches the end is closed there, and an unknown one is none", () => {
  assert.deepEqual(beyond([0, 9, 9], [1, 1, 1], 1.96), [{ from: 0.5, to: 1 }]);
  assert.deepEqual(beyond([null, 9, 9, null], [1, 1, null, 1], 1.96), []);
});

test("the repetition and phase of a time are told", () => {
  const phases = [{ name: "down", start: 1, end: 1.9 }, { name: "bottom", start: 1.9, end: 2.1 }];
  const squats = [{ ...SQUAT, phases }];
  assert.deepEqual(partAt(squats, 1.5), { number: 2, phase: "down" });
  assert.deepEqual(partAt(squats, 2), { number: 2, phase: "bottom" });
  assert.equal(partAt(squats, 0.5), null);
});

test("the middle of a squat is its lowest point, that of getting up is leaving the seat", () => {
  assert.equal(tellPhase(0.5, "squat"), "lowest point");
  assert.equal(tellPhase(0.5, "sit-to-stand"), "leaving the seat");
  assert.equal(tellPhase(0.25, "squat"), "50 % of the way down");
  assert.equal(tellPhase(0.25, "sit-to-stand"), "50 % of leaning forward");
  assert.equal(tellPhase(0.75, "squat"), "50 % of the way up");
  assert.equal(tellPhase(1, "squat"), "100 % of the way up");
});

test("the corners of the first and last pixel are the corners of the screen", () => {
  const [whole, screen] = [[0, 0, 540, 960], { width: 270, height: 480 }];
  assert.deepEqual(onScreen([-0.5, -0.5], whole, screen), [0, 0]);
  assert.deepEqual(onScreen([539.5, 959.5], whole, screen), [270, 480]);
});

test("a point lies at the same place of the picture, seen whole or in part", () => {
  const [picture, part, box] = [{ width: 540, height: 960 }, [100, 200, 400, 800], { width: 150, height: 300 }];
  const { wide, tall, x, y } = spread(picture, part);
  const point = [217, 433];
  const shown = onScreen(point, part, box);
  near(shown[0], box.width * (x + (wide * (point[0] + 0.5)) / picture.width));
  near(shown[1], box.height * (y + (tall * (point[1] + 0.5)) / picture.height));
});

test("an arc goes the shorter way round, also past the left", () => {
  near(arcOf([0, 0], [1, 0], [0, 1]).sweep, Math.PI / 2);
  near(arcOf([0, 0], [-1, 0.1], [-1, -0.1]).sweep, 2 * Math.atan(0.1));
  near(arcOf([0, 0], [0, -1], [0, -5]).sweep, 0);
  near(arcOf([0, 0], [0, -1], [3, -4], 0.5).radius, 2.5);
});

test("from the front the person's left is on the right of the picture, from the left the person faces left", () => {
  const [front, left] = [{ around: 0, up: 0 }, { around: Math.PI / 2, up: 0 }];
  assert.ok(project([0, 1, 0], front)[0] > 0.99);
  assert.ok(project([1, 0, 0], left)[0] < -0.99);
  near(project([0, 0, 1.7], left)[1], 1.7);
});

test("what is seen lies across the line of sight and keeps its size there", () => {
  for (const around of [0, 0.7, 2.5, -1.2]) {
    const seen = { around, up: 0.4 };
    const eye = eyeOf(seen);
    near(Math.hypot(...eye), 1);
    near(Math.hypot(...project(eye, seen)), 0);
    const place = [0.3, -0.8, 1.1];
    const along = place.reduce((sum, value, i) => sum + value * eye[i], 0);
    near(Math.hypot(...project(place, seen)) ** 2 + along ** 2, Math.hypot(...place) ** 2);
  }
});

test("arrow keys turn, and never under the floor", () => {
  assert.ok(turnedByKey(OBLIQUE, "ArrowRight").around > OBLIQUE.around);
  assert.equal(turnedByKey(OBLIQUE, "x"), null);
  assert.ok(turned(OBLIQUE, 0, -9).up > -Math.PI / 8);
  assert.ok(turned(OBLIQUE, 0, 9).up < Math.PI / 2);
  assert.equal(tellSeen({ around: -Math.PI / 2, up: 0 }), "seen from the right");
  assert.equal(tellSeen({ around: 2 * Math.PI, up: 0 }), "seen from the front");
});

test("what is known less well is fainter, and never gone", () => {
  assert.equal(solidity(0.01), 1);
  assert.ok(solidity(0.05) < solidity(0.03));
  assert.ok(solidity(9) > 0);
});

test("flat lists are read by picture, side and joint", () => {
  const joints = ["hip", "knee"];
  const numbers = (width) => Array.from({ length: 3 * 2 * 2 * width }, (_, i) => i);
  const viewer = { joints, picture: numbers(2), space: numbers(3), times: [0, 1, 2] };
  assert.deepEqual(pointOf(viewer, 1, "right", "knee"), [14, 15]);
  assert.deepEqual(jointOf(viewer, 2, "left", "knee"), [0.027, 0.028, 0.029]);
  assert.equal(pointOf({ ...viewer, picture: viewer.picture.map(() => null) }, 0, "left", "hip"), null);
  assert.equal(jointOf({ ...viewer, space: null }, 0, "left", "hip"), null);
});

test("numbers are told in digits that are known, with a proper minus sign and no negative nought", () => {
  assert.equal(tell(-0.3, "°"), "0°");
  assert.equal(tell(-12.4, "°"), "−12°");
  assert.equal(tell(3.14159, "× body weight"), "3.1\u00a0× body weight");
  assert.equal(tell(null, "°"), "–");
});

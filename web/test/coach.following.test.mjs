import assert from "node:assert/strict";
import { test } from "node:test";

import { Follower } from "../src/coach/follower.ts";
import { Session } from "../src/coach/session.ts";
import { readTarget } from "../src/coach/target.ts";
import { landmarks, reading, squats } from "./person.mjs";

const target = (changes = {}) => readTarget(JSON.stringify({
  id: "a", name: "Squat", view: "side", sets: 1, repetitions: 9, feedback_share: 1,
  aims: { depth: { value_deg: 90, tolerance_deg: 8 } }, ...changes,
}));

/** Somebody stands for some seconds, then squats; moments of all pictures. */
function follow(readings, changes) {
  const follower = new Follower(new Session(target(changes)));
  return { follower, moments: readings.map(({ time, ...one }) => follower.add(one.points ? { ...one, time } : null, time)) };
}

const late = (readings, by) => readings.map((one) => ({ ...one, time: one.time + by }));
const standing = (seconds, view) => Array.from({ length: seconds * 24 }, (_, i) => reading(landmarks(), { ...view, time: i / 24 }));
const nobody = (from, to) => Array.from({ length: (to - from) * 24 }, (_, i) => ({ time: from + i / 24 }));

test("counting begins when the person has been well in the picture", () => {
  const { moments, follower } = follow([...standing(4, { azimuth: 90 }), ...late(squats(3), 4)]);
  const ready = moments.findIndex((moment) => moment.ready) / 24;
  assert.ok(ready > 1 && ready < 4);
  assert.deepEqual(moments.filter(({ done }) => done).map(({ done }) => done.number), [1, 2, 3]);
  assert.equal(follower.interruptions, 0);
});

test("whoever comes into the picture squatting is counted from the next standing on", () => {
  const { moments } = follow(late(squats(3, { seconds: 5 }), 4).filter(({ time }) => time > 7));
  const ready = moments.find((moment) => moment.ready);
  assert.ok(ready.posture.drop < 0.08);
  assert.ok(moments.filter(({ done }) => done).every(({ done }) => done.values.depth > 80));
});

test("before that, nothing is counted", () => {
  const { moments } = follow([...standing(4, { azimuth: 40 }), ...late(squats(2, { azimuth: 40 }), 4)]);
  assert.ok(moments.every(({ ready, done }) => !ready && !done));
  assert.equal(moments.at(-1).advice, "turn_side");
});

test("whoever leaves is told once, loses that repetition only, and goes on where it stopped", () => {
  const first = late(squats(2), 4);
  const away = first.at(-1).time;
  const readings = [...standing(4, { azimuth: 90 }), ...first, ...nobody(away + 0.1, away + 4), ...late(squats(1), away + 5)];
  const { moments, follower } = follow(readings);
  assert.equal(moments.filter(({ left }) => left).length, 1);
  assert.equal(follower.interruptions, 1);
  assert.deepEqual(moments.filter(({ done }) => done).map(({ done }) => done.number), [1, 2, 3]);
});

test("whoever walks through costs the repetition under way and is told", () => {
  const all = [...standing(4, { azimuth: 90 }), ...late(squats(2), 4)];
  const at = (6.5 + 4) * 24;
  const stranger = reading(landmarks(), { azimuth: 90, aside: 1.2, scale: 3.6, time: all[at].time });
  const { moments } = follow([...all.slice(0, at), stranger, ...all.slice(at + 1)]);
  assert.ok(moments.some(({ jumped }) => jumped));
  assert.equal(moments.filter(({ done }) => done).length, 1);
});

test("depth from the front comes from the person's own thighs in standing", () => {
  const { moments } = follow([...standing(4, { azimuth: 0 }), ...late(squats(1, { azimuth: 0, shin: 25, thigh: 80, trunk: 35 }), 4)], { view: "front" });
  const done = moments.find((moment) => moment.done).done;
  assert.ok(Math.abs(done.values.depth - 80) < 4, `${done.values.depth} is not 80`);
});

test("a knee that falls inwards on the way is seen from the front", () => {
  const readings = [...standing(4, { azimuth: 0 }), ...late(squats(1, { azimuth: 0, inside: 0.06 }), 4)];
  const { moments } = follow(readings, { view: "front", aims: { knee_line: { value_deg: 0, tolerance_deg: 6 } } });
  const { done } = moments.find((moment) => moment.done);
  assert.ok(done.values.kneeLine.left > 8 && done.values.kneeLine.right > 8);
  assert.equal(done.cue, "knee_line_more");
});

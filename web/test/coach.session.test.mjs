import assert from "node:assert/strict";
import { test } from "node:test";

import { ERRORS } from "../src/coach/angles.ts";
import { CUES, beyond, chooseCue, isTold } from "../src/coach/cues.ts";
import { Session, say, summarise } from "../src/coach/session.ts";
import { readTarget } from "../src/coach/target.ts";
import { tellBand, tellSummary } from "../src/coach/words.ts";

const AIMS = {
  shin: { value_deg: 30, tolerance_deg: 6, bound: "about" },
  trunk: { value_deg: 40, tolerance_deg: 8, bound: "about" },
  depth: { value_deg: 90, tolerance_deg: 8, bound: "at_least" },
};
const target = (changes = {}) =>
  readTarget(JSON.stringify({ id: "a", name: "Squat", view: "side", sets: 2, repetitions: 3, rest_s: 30, aims: AIMS, feedback_share: 1, ...changes }));
const values = (changes = {}) => ({ shin: 30, trunk: 40, depth: 90, kneeLine: null, ...changes });
const repetition = (end, changes) => ({ start: end - 3, bottom: end - 1.5, end, values: values(changes) });
const seen = { id: "x", started_at: "", ended_at: "", view: "side", network: "blazepose-full", pictures_per_second: 25, interruptions: 0, spoken: false };

test("a repetition on target gets no cue", () => assert.equal(chooseCue(values(), target()), null));

test("one cue at the most, for what is farthest beyond its target", () => {
  assert.equal(chooseCue(values({ shin: 40, trunk: 50 }), target()), "shin_more");
  assert.equal(chooseCue(values({ shin: 37, trunk: 20 }), target()), "trunk_less");
});

test("each direction has its own words", () => {
  for (const [changes, cue] of [[{ shin: 45 }, "shin_more"], [{ shin: 15 }, "shin_less"], [{ depth: 60 }, "depth_less"]]) {
    assert.equal(chooseCue(values(changes), target()), cue);
  }
  assert.equal(new Set(Object.values(CUES)).size, Object.keys(CUES).length);
});

test("a target on one side forbids the other side only", () => {
  assert.equal(chooseCue(values({ depth: 120 }), target()), null);
  assert.equal(beyond(80, { value_deg: 70, tolerance_deg: 7, bound: "at_most" }, "depth"), 10);
  assert.equal(beyond(20, { value_deg: 70, tolerance_deg: 7, bound: "at_most" }, "depth"), 0);
});

test("nobody is corrected for less than a picture can tell", () => {
  const strict = target({ aims: { shin: { value_deg: 30, tolerance_deg: 0 } } });
  assert.equal(chooseCue(values({ shin: 30 + ERRORS.shin }), strict), null);
  assert.equal(chooseCue(values({ shin: 31 + ERRORS.shin }), strict), "shin_more");
});

test("the knee line is judged by the leg that is farther off, and what was not seen by nothing", () => {
  const front = target({ view: "front", aims: { knee_line: { value_deg: 0, tolerance_deg: 6 } } });
  assert.equal(chooseCue(values({ kneeLine: { left: 2, right: 14 } }), front), "knee_line_more");
  assert.equal(chooseCue(values({ kneeLine: { left: -9, right: 3 } }), front), "knee_line_less");
  assert.equal(chooseCue(values(), front), null);
});

test("feedback is faded by a schedule that is the same for everybody", () => {
  const told = (share) => Array.from({ length: 8 }, (_, i) => (isTold(i + 1, share) ? i + 1 : 0)).filter(Boolean);
  assert.deepEqual(told(1), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(told(0.5), [2, 4, 6, 8]);
  assert.deepEqual(told(0.25), [4, 8]);
  assert.deepEqual(told(0), []);
  for (const share of [0.1, 1 / 3, 0.6]) {
    const count = Array.from({ length: 300 }, (_, i) => isTold(i + 1, share)).filter(Boolean).length;
    assert.equal(count, Math.floor(300 * share + 1e-9));
  }
});

test("without feedback only the count is said", () => {
  const session = new Session(target({ feedback_share: 0.5 }));
  const said = [4, 8].map((end) => say(session.add(repetition(end, { shin: 50 }))));
  assert.deepEqual(said, ["1.", `2. ${CUES.shin_more}`]);
});

test("sets follow one another with a rest between, that can be cut short", () => {
  const session = new Session(target());
  [4, 8, 12].forEach((end) => session.add(repetition(end)));
  assert.deepEqual(session.at(13), { kind: "rest", set: 2, until: 42 });
  assert.equal(session.add(repetition(20)), null, "who squats while resting is not counted");
  assert.deepEqual(session.at(43), { kind: "work", set: 2, count: 0 });
  session.goOn(14);
  assert.deepEqual(session.at(15), { kind: "work", set: 2, count: 0 });
  [20, 24, 28].forEach((end) => session.add(repetition(end)));
  assert.deepEqual(session.at(29), { kind: "over" });
  assert.equal(session.add(repetition(40)), null);
  assert.deepEqual(session.done.map(({ set, number }) => [set, number]), [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]]);
});

test("the summary holds every repetition with its error, and survives JSON", () => {
  const session = new Session(target());
  session.add(repetition(4));
  session.add(repetition(8, { shin: 44 }));
  const summary = summarise(session, seen);
  assert.deepEqual(JSON.parse(JSON.stringify(summary)), summary);
  assert.deepEqual(summary.repetitions.map(({ start_s, bottom_s, end_s }) => [start_s, bottom_s, end_s]), [[0, 1.5, 3], [4, 5.5, 7]]);
  assert.equal(summary.repetitions[1].values_deg.shin, 44);
  assert.deepEqual(summary.measures.shin, { value_deg: 37, sd_deg: ERRORS.shin, on_target: 1, of: 2 });
  assert.deepEqual(summary.sd_deg, ERRORS);
  assert.equal(summary.measures.knee_line, undefined);
  assert.equal(summary.repetitions[1].cue, "shin_more");
});

test("the summary is told in words, and says what was not seen", () => {
  const session = new Session(target({ aims: { shin: AIMS.shin, knee_line: { value_deg: 0, tolerance_deg: 6 } } }));
  session.add(repetition(4));
  assert.deepEqual(tellSummary(summarise(session, seen)), [
    "1 repetition.", "Shin: about 30° ± 12°; yours is 24 to 36°. On target in 1 of 1.", "Knee line: not seen from where the camera stood.",
  ]);
});

test("targets are told in plain words", () => {
  assert.equal(tellBand(AIMS.shin, "shin"), "24 to 36°");
  assert.equal(tellBand(AIMS.depth, "depth"), "from 82°");
  assert.equal(tellBand({ ...AIMS.depth, bound: "at_most" }, "depth"), "up to 98°");
});

for (const [what, changes] of [
  ["a share above one", { feedback_share: 1.5 }], ["no sets", { sets: 0 }], ["a view from above", { view: "above" }],
  ["an unknown measure", { aims: { toe: AIMS.shin } }], ["an aim without value", { aims: { shin: { tolerance_deg: 5 } } }],
  ["no name", { name: undefined }],
]) {
  test(`a target with ${what} is refused`, () => assert.throws(() => target(changes), /target/));
}

import assert from "node:assert/strict";
import { test } from "node:test";

import { BEGIN, PAUSE, clockOf, pass, press, setsOf, view } from "../src/training/player.ts";

const SQUATS = { sets: 3, reps: 8, hold: 0, sides: 1 };
const HOLDS = { sets: 2, reps: 1, hold: 30, sides: 1 };
const PRESSES = { sets: 1, reps: 3, hold: 5, sides: 1 };
const STEPS = { sets: 2, reps: 10, hold: 0, sides: 2 };

/** The state after presses and waits, `[press?, ms]` each. */
function after(work, ...steps) {
  let [state, now] = [BEGIN, 1000];
  for (const [pressed, ms] of steps) {
    if (pressed) state = press(work, state, now);
    now += ms;
    state = pass(work, state, now);
  }
  return [state, now];
}

test("a set of movements is finished by a press, and a rest runs up from there", () => {
  const [state, now] = after(SQUATS, [true, 42_300]);
  assert.equal(state.doing, "rest");
  const seen = view(SQUATS, state, now);
  assert.deepEqual([seen.finished, seen.all, seen.clock], [1, 3, 42]);
  assert.match(seen.label, /^Rest\. Then set 2 of 3: 8 repetitions/);
});

test("the last set ends the exercise", () => {
  const [state] = after(SQUATS, [true, 1], [true, 1], [true, 1]);
  assert.deepEqual([state.doing, state.finished], ["done", 3]);
});

test("a hold runs down and ends by itself", () => {
  const [held, middle] = after(HOLDS, [true, 12_000]);
  assert.deepEqual([held.doing, view(HOLDS, held, middle).clock], ["hold", 18]);
  const [rested, late] = after(HOLDS, [true, 37_000]);
  assert.deepEqual([rested.doing, rested.finished, view(HOLDS, rested, late).clock], ["rest", 1, 7]);
});

test("a hold that is broken off does not count", () => {
  const [state] = after(HOLDS, [true, 12_000], [true, 1]);
  assert.deepEqual([state.doing, state.finished], ["ready", 0]);
});

test("held repetitions follow one another with a pause between", () => {
  const [state] = after(PRESSES, [true, 5000]);
  assert.deepEqual([state.doing, state.repeated], ["pause", 1]);
  const [second, now] = after(PRESSES, [true, 5000 + 1000 * PAUSE + 1000]);
  assert.deepEqual([second.doing, view(PRESSES, second, now).label], ["hold", "Hold 2 of 3"]);
});

test("what a sleeping phone missed is made up for", () => {
  assert.equal(after(PRESSES, [true, 3 * 5000 + 2 * 1000 * PAUSE])[0].doing, "done");
  assert.equal(after(PRESSES, [true, 3 * 5000 + 2 * 1000 * PAUSE - 1])[0].doing, "hold");
});

test("each side has its own sets", () => {
  assert.equal(setsOf(STEPS), 4);
  assert.match(view(STEPS, BEGIN, 0).label, /first side/);
  assert.match(view(STEPS, after(STEPS, [true, 1])[0], 0).label, /set 1 of 2, other side/);
  assert.match(view(STEPS, after(STEPS, [true, 1], [true, 1])[0], 0).label, /set 2 of 2, first side/);
});

test("done can begin again", () => {
  const [state, now] = after(HOLDS, [true, 30_000], [true, 30_000]);
  assert.deepEqual([state.doing, press(HOLDS, state, now)], ["done", BEGIN]);
});

test("seconds read as on a stop watch", () => {
  assert.deepEqual([0, 9, 60, 125].map(clockOf), ["0:00", "0:09", "1:00", "2:05"]);
});

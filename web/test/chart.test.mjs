import assert from "node:assert/strict";
import { test } from "node:test";

import { ask, changeOf, settingsOfToday, stopsOf } from "../src/chart.ts";

const EFFECTS = ["kneecap", "knee", "hip", "back", "ankle", "fold", "weight", "shin", "trunk"];
const AXES = [
  { name: "load", nodes: [0, 60], step: 2.5 },
  { name: "heel", nodes: [0, 25, 50], step: 5 },
  { name: "depth", nodes: [-20, 0, 15], step: 1 },
  { name: "stance", nodes: [36], step: 1 },
  { name: "shin", nodes: [-8, 0, 8], step: 1 },
  { name: "trunk", nodes: [-10, 0, 20], step: 1 },
];

/** Every number of the chart is made of the settings by the same rule, which straight lines follow exactly. */
function rule([load, heel, depth, stance, shin, trunk], factor) {
  return factor * (100 + load + 2 * heel - depth + stance + 0.5 * shin * trunk + 0.01 * load * heel * shin);
}

function settingsOfNodes(axes) {
  return axes.reduce((rows, { nodes }) => rows.flatMap((row) => nodes.map((node) => [...row, node])), [[]]);
}

function chart() {
  const every = settingsOfNodes(AXES);
  const columns = EFFECTS.map((name, i) => [name, every.map((row) => rule(row, i + 1))]);
  return {
    axes: AXES,
    node: [1, 0, 1, 0, 1, 1],
    within: [0.1, 0.9],
    tested: true,
    where: "bar high on the back",
    beside: [-0.06, 0.05, 0],
    scales: Object.fromEntries(EFFECTS.map((name) => [name, 10])),
    values: Object.fromEntries(columns),
    sds: { knee: every.map((row) => rule(row, 0.5)) },
    drawn: ["ankle", "knee"],
    points: every.flatMap((row) => [0, 80, rule(row, 1), rule(row, 2)]),
    foot: 250,
  };
}

test("at a node the answer is the node's", () => {
  const told = chart();
  for (const row of settingsOfNodes(AXES)) {
    const answer = ask(told, row);
    EFFECTS.forEach((name, i) => assert.ok(Math.abs(answer.values[name] - rule(row, i + 1) / 10) < 1e-9));
  }
});

test("between nodes everything that is straight along each axis is met exactly", () => {
  const told = chart();
  for (const row of [[13, 7, -3, 36, -2, 4], [60, 50, 15, 36, 8, 20], [31, 25, 14.9, 36, 7.9, -9.9]]) {
    const answer = ask(told, row);
    assert.ok(Math.abs(answer.values.hip - rule(row, 3) / 10) < 1e-9);
    assert.ok(Math.abs(answer.sds.knee - rule(row, 0.5) / 10) < 1e-9);
    assert.ok(Math.abs(answer.points.knee[0] - rule(row, 1)) < 1e-9);
    assert.ok(Math.abs(answer.points.knee[1] - rule(row, 2)) < 1e-9);
  }
});

test("beyond the last node nothing is made up", () => {
  const told = chart();
  assert.deepEqual(ask(told, [90, 80, 40, 36, 30, 60]), { ...ask(told, [60, 50, 15, 36, 8, 20]), points: ask(told, [90, 80, 40, 36, 30, 60]).points });
});

test("today is today's node", () => {
  assert.deepEqual(settingsOfToday(chart()), [60, 0, 0, 36, 0, 0]);
});

test("a raised heel keeps the length of the foot", () => {
  const { heel, toe } = ask(chart(), [60, 50, 0, 36, 0, 0]).points;
  assert.equal(heel[1], 50);
  assert.ok(Math.abs(Math.hypot(heel[0] - toe[0], heel[1] - toe[1]) - 250) < 1e-9);
});

test("a change is told no surer than it is", () => {
  assert.equal(changeOf(100, 100, 0, 100).words, "as today");
  assert.equal(changeOf(100, 101, 2, 100).words, "about the same");
  assert.equal(changeOf(100, 95, 8, 100).words, "either way");
  assert.equal(changeOf(100, 90, 8, 100).words, "about 10 % less");
  assert.equal(changeOf(100, 70, 10, 100).words, "14–46 % less");
  assert.equal(changeOf(100, 130, 10, 100).words, "14–46 % more");
  assert.equal(changeOf(100, 20, 30, 100).words, "31–100 % less");
  assert.equal(changeOf(1, 20, 1, 100), null);
});

test("a change and its opposite mirror one another", () => {
  for (let step = 1; step < 60; step += 1) {
    const [less, more] = [changeOf(100, 100 - step, 4, 100), changeOf(100, 100 + step, 4, 100)];
    assert.equal(less.ratio, -more.ratio);
    assert.equal(less.words.replace("less", "more"), more.words);
  }
});

test("what stands against a posture is named, each thing for itself", () => {
  const values = { ankle: 0.9, fold: 0.9, weight: 0.5 };
  const stops = (changed, known = {}) => stopsOf({ ...chart(), ...known }, { values: { ...values, ...changed } });
  assert.deepEqual(stops({}), []);
  assert.match(stops({ ankle: 1.1 }).join(), /^Ankles.*than yours do/);
  assert.match(stops({ ankle: 1.1 }, { tested: false }).join(), /^Ankles.*knee-to-wall test/);
  assert.match(stops({ fold: 1.1 }).join(), /^Hips/);
  assert.match(stops({ weight: 0.02 }).join(), /backwards/);
  assert.match(stops({ weight: 0.95 }).join(), /forwards/);
  assert.equal(stops({ ankle: 1.1, weight: 0.95 }).length, 2);
});

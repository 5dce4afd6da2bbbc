/** Readings of a film on stdin → what the coach counts in them, on stdout; for the tests in Python. */

import { postureOf } from "../src/coach/angles.ts";
import { azimuthOf, bodyOf, viewOf } from "../src/coach/body.ts";
import { Counter } from "../src/coach/repetitions.ts";

const readings = JSON.parse(await new Response(process.stdin).text());
const counter = new Counter();
const repetitions = [];
const azimuths = [];
for (const body of readings.map(bodyOf)) {
  azimuths.push(azimuthOf(body));
  const azimuth = azimuths.toSorted((a, b) => a - b)[azimuths.length >> 1];
  const repetition = counter.add(postureOf(body, azimuth, viewOf(azimuth), null));
  if (repetition) repetitions.push(repetition);
}
process.stdout.write(JSON.stringify({ repetitions, azimuth: azimuths.toSorted((a, b) => a - b)[azimuths.length >> 1] }));

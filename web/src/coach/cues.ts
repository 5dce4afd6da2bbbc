/**
 * Repetition and target → at most one cue, and whether this repetition is told about at all.
 *
 * Cues point at something outside the body. Feedback on every repetition feels good and teaches little that lasts;
 * it is faded from session to session (Retrain2020, Willy2012).
 */

import { ERRORS, MEASURES, type Measure } from "./angles.ts";
import { SIDES } from "./body.ts";
import type { Values } from "./repetitions.ts";
import type { Aim, Target } from "./target.ts";

/** A measure, and whether it is beyond the target upwards or downwards. */
export type Cue = `${Measure}_${"more" | "less"}`;

export const CUES: Readonly<Record<Cue, string>> = {
  shin_more: "Sit back, towards a box behind you.",
  shin_less: "Let your knees travel towards the wall ahead.",
  trunk_more: "Show the front of your shirt to the wall ahead.",
  trunk_less: "Let the front of your shirt look at the floor ahead.",
  depth_more: "Stop a little higher, as on a tall stool.",
  depth_less: "A little closer to the floor.",
  knee_line_more: "Point your knees along your shoes.",
  knee_line_less: "Bring your knees back in line with your shoes.",
};

export const ON_TARGET = "On target.";

/** What one measure of a repetition was. [°] */
export function valueOf(values: Values, measure: Measure): number | null {
  if (measure !== "knee_line") return values[measure];
  const line = values.kneeLine;
  if (!line) return null;
  return Math.abs(line.left) >= Math.abs(line.right) ? line.left : line.right;
}

/** How far a value is beyond what is allowed, signed; 0 within the target or within what a picture can tell. [°] */
export function beyond(value: number, aim: Aim, measure: Measure): number {
  const over = value - aim.value_deg;
  if ((aim.bound === "at_most" && over < 0) || (aim.bound === "at_least" && over > 0)) return 0;
  return Math.abs(over) <= allowed(aim, measure) ? 0 : over;
}

/** Tolerance of the target, but never finer than what the picture can tell. [°] */
export function allowed(aim: Aim, measure: Measure): number {
  return Math.max(aim.tolerance_deg, ERRORS[measure]);
}

/** The cue for the measure that is farthest beyond its target, in tolerances; null when all is on target. */
export function chooseCue(values: Values, target: Target): Cue | null {
  let worst: { cue: Cue; by: number } | null = null;
  for (const measure of MEASURES) {
    const aim = target.aims[measure];
    const value = valueOf(values, measure);
    if (!aim || value === null) continue;
    const over = beyond(value, aim, measure);
    const by = Math.abs(over) / allowed(aim, measure);
    if (over !== 0 && (!worst || by > worst.by)) worst = { cue: `${measure}_${over > 0 ? "more" : "less"}`, by };
  }
  return worst?.cue ?? null;
}

/** The measure that a cue is about. */
export function measureOf(cue: Cue): Measure {
  return cue.replace(/_(more|less)$/, "") as Measure;
}

/**
 * Whether the repetition of this number, counted from 1 through the session, is told about: evenly spread, the same
 * for everybody. A half tells about the second, the fourth, …
 */
export function isTold(number: number, share: number): boolean {
  return Math.floor(number * share + 1e-9) > Math.floor((number - 1) * share + 1e-9);
}

/** Measures of the target that were on target in a repetition; null where the view showed nothing. */
export function onTarget(values: Values, target: Target, measure: Measure): boolean | null {
  const aim = target.aims[measure];
  if (!aim) return null;
  if (measure === "knee_line") {
    const line = values.kneeLine;
    return line && SIDES.every((side) => beyond(line[side], aim, measure) === 0);
  }
  const value = values[measure];
  return value === null ? null : beyond(value, aim, measure) === 0;
}

/**
 * Body in the picture → angles, signs as in `conventions.py`; what the view cannot show is null.
 *
 * Assumes: the camera stands upright at about hip height, and far away against the depth of the body.
 * Error: a lean of θ seen from φ beside the pure side view shows as atan(tan θ · cos φ): 30° shows as 27.6° at 25°.
 * What the network adds is in `ERRORS`.
 */

import { type Body, type Joint, type Leg, SIDES, type Side, type View, degrees, mean, middle, nearSide } from "./body.ts";

export type Measure = "shin" | "trunk" | "depth" | "knee_line";
export const MEASURES: readonly Measure[] = ["knee_line", "shin", "trunk", "depth"];

/** One standard deviation of each measure at the lowest point of one repetition; estimates of the project. [°] */
export const ERRORS: Readonly<Record<Measure, number>> = { shin: 6, trunk: 6, depth: 6, knee_line: 6 };

/** Deeper than this the knee line shows turn-out and foreshortening; 60° of knee bend. [share of the leg's length] */
const DEEPEST_FOR_KNEE_LINE = 0.16;

/**
 * One moment of the movement. Angles in degrees.
 *
 * `drop` is how far the hips are below standing straight, as a share of the leg's length, in any view; `height` is how
 * far they are above the ankles in the picture, in pixels; `bend` is thigh and shin together. `shin` and `trunk` lean forward, `depth` is the thigh's lean (90 is level), `kneeLine` is
 * positive with the knee inside the line from hip to ankle.
 */
export interface Posture {
  readonly time: number;
  readonly drop: number;
  readonly height: number;
  readonly bend: number | null;
  readonly shin: number | null;
  readonly trunk: number | null;
  readonly depth: number | null;
  readonly kneeLine: Readonly<Record<Side, number>> | null;
}

/** What a body shows from where it is seen; `thigh` is the length of its thighs in standing, null until known. [px] */
export function postureOf(body: Body, azimuth: number, view: View, thigh: number | null): Posture {
  const drop = dropOf(body);
  const height = middle(body, "ankle").y - middle(body, "hip").y;
  const shown = { time: body.time, drop, height, bend: null, shin: null, trunk: null, depth: null, kneeLine: null };
  if (view === "side") {
    const near = body.legs[nearSide(azimuth)];
    const forward = azimuth > 0 ? -1 : 1;
    const shin = lean(near.ankle, near.knee, forward);
    const depth = -lean(near.knee, near.hip, forward);
    return { ...shown, shin, depth, bend: shin + depth, trunk: lean(middle(body, "hip"), middle(body, "shoulder"), forward) };
  }
  const depth = thigh === null ? null : shortening(body, thigh);
  if (view !== "front" && view !== "rear") return { ...shown, depth };
  const fromBehind = view === "rear";
  const kneeLine = drop > DEEPEST_FOR_KNEE_LINE ? null : {
    left: kneeLineOf(body.legs.left, "left", fromBehind),
    right: kneeLineOf(body.legs.right, "right", fromBehind),
  };
  return { ...shown, depth, kneeLine };
}

/** What the view can show; left and right apart only where both legs are seen. */
export function isShown(measure: Measure, view: View): boolean {
  if (measure === "depth") return true;
  return measure === "knee_line" ? view === "front" || view === "rear" : view === "side";
}

/** Lean of the line between two places away from vertical, forward positive. [°] */
function lean(low: { x: number; y: number }, high: { x: number; y: number }, forward: number): number {
  return degrees(Math.atan2(forward * (high.x - low.x), low.y - high.y));
}

/** Turn from thigh to shank, positive with the knee towards the other one. [°] */
function kneeLineOf(leg: Leg, side: Side, fromBehind: boolean): number {
  // Seen from the front, the person's left is the right of the picture.
  const outward = (side === "left") !== fromBehind ? 1 : -1;
  const thigh = { across: outward * (leg.knee.x - leg.hip.x), down: leg.knee.y - leg.hip.y };
  const shank = { across: outward * (leg.ankle.x - leg.knee.x), down: leg.ankle.y - leg.knee.y };
  const cross = shank.across * thigh.down - thigh.across * shank.down;
  return degrees(Math.atan2(cross, thigh.across * shank.across + thigh.down * shank.down));
}

/** How far the hips are below standing straight, as a share of thigh and shank, in the network's space. */
function dropOf(body: Body): number {
  const parts = SIDES.map((side) => {
    const { hip, knee, ankle } = body.legs[side];
    const length = distance(hip.world, knee.world) + distance(knee.world, ankle.world);
    return 1 - (ankle.world.y - hip.world.y) / length;
  });
  return mean(parts);
}

/** Lean of the thighs from how much shorter they look than in standing, where they do not show from the side. [°] */
function shortening(body: Body, thigh: number): number {
  const drop = thighDrop(body) / thigh;
  return degrees(Math.acos(Math.min(1, Math.max(-1, drop))));
}

/** How far the knees are below the hips in the picture, mean of both; in standing the length of the thighs. [px] */
export function thighDrop(body: Body): number {
  return mean(SIDES.map((side) => body.legs[side].knee.y - body.legs[side].hip.y));
}

function distance(a: Leg[Joint]["world"], b: Leg[Joint]["world"]): number {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
}

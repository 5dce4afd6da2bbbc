/**
 * Body in the picture → the one thing to change so that it can be followed, or null when all is well.
 *
 * Nearest things first: nobody, cut off, too near or too far, how the camera stands, which way the person faces.
 */

import { type Body, SIDES, type View, degrees, mean, reachOf } from "./body.ts";

export type Advice =
  | "nobody"
  | "feet"
  | "head"
  | "aside"
  | "nearer"
  | "farther"
  | "higher"
  | "lower"
  | "turn_side"
  | "turn_front";

export const ADVICE: Readonly<Record<Advice, string>> = {
  nobody: "Step into the picture, so that it shows you from head to feet.",
  feet: "Your feet are not in the picture. Step back, or tilt the screen down.",
  head: "Your head is not in the picture. Step back, or tilt the screen up.",
  aside: "Stand in the middle of the picture.",
  nearer: "Come a step closer.",
  farther: "Step back a little.",
  higher: "The camera looks up at you. Put it higher, at the height of your hips, and upright.",
  lower: "The camera looks down on you. Put it lower, at the height of your hips, and upright.",
  turn_side: "Turn sideways to the camera.",
  turn_front: "Face the camera.",
};

/** Shares of the picture's height that a body in standing fills; shares of the picture that stay free around it. */
const LEAST_HEIGHT = 0.45;
const MOST_HEIGHT = 0.93;
const EDGE = 0.015;
/** A joint is believed to be seen above this. */
const LEAST_SEEN = 0.5;
/** A camera that looks up or down by more bends every lean that it shows. [°] */
const MOST_TILT = 22;

/** What to change. `standing` is false in a squat, where height and tilt say nothing. */
export function advise(body: Body | null, view: View, wished: "side" | "front", standing: boolean): Advice | null {
  if (!body || !isSomebody(body)) return "nobody";
  return cutOff(body) ?? (standing ? (distance(body) ?? tilt(body)) : null) ?? turn(view, wished);
}

/** Whether the landmarks are of a person who is seen, trunk and one leg at least. */
export function isSomebody(body: Body): boolean {
  const seen = SIDES.map((side) => mean([body.legs[side].shoulder.seen, body.legs[side].hip.seen, body.legs[side].knee.seen]));
  return Math.max(...seen) >= LEAST_SEEN;
}

function cutOff(body: Body): Advice | null {
  const reach = reachOf(body);
  const edge = EDGE * body.height;
  if (reach.bottom > body.height - edge || Math.max(...SIDES.map((side) => body.legs[side].ankle.seen)) < LEAST_SEEN) return "feet";
  if (reach.top < edge) return "head";
  return reach.left < edge || reach.right > body.width - edge ? "aside" : null;
}

function distance(body: Body): Advice | null {
  const { top, bottom } = reachOf(body);
  const share = (bottom - top) / body.height;
  if (share > MOST_HEIGHT) return "farther";
  return share < LEAST_HEIGHT ? "nearer" : null;
}

/** Someone who stands upright leans in the camera's eyes as much as the camera is tilted. */
function tilt(body: Body): Advice | null {
  const away = mean(SIDES.map((side) => body.legs[side].shoulder.world.z - body.legs[side].ankle.world.z));
  const up = mean(SIDES.map((side) => body.legs[side].ankle.world.y - body.legs[side].shoulder.world.y));
  const angle = degrees(Math.atan2(away, up));
  if (Math.abs(angle) <= MOST_TILT) return null;
  return angle > 0 ? "higher" : "lower";
}

function turn(view: View, wished: "side" | "front"): Advice | null {
  if (wished === "side") return view === "side" ? null : "turn_side";
  return view === "front" ? null : "turn_front";
}

/** Tells one advice after it has held for a moment, so that words do not flicker. */
export class Patience {
  #latest: Advice | null;
  #since = Number.NEGATIVE_INFINITY;
  #told: Advice | null;

  /** [s] */
  static readonly WAIT = 0.8;

  constructor(first: Advice | null) {
    this.#latest = first;
    this.#told = first;
  }

  add(advice: Advice | null, time: number): Advice | null {
    if (advice !== this.#latest) {
      this.#latest = advice;
      this.#since = time;
    }
    if (time - this.#since >= Patience.WAIT) this.#told = advice;
    return this.#told;
  }
}

/** Notices that the landmarks have jumped to somebody else. */
export class Familiar {
  #latest: { x: number; y: number; size: number; time: number } | null = null;

  /** Farther than this in body heights, or larger by this factor, nobody moves between two pictures. */
  static readonly FARTHEST = 0.45;
  static readonly LARGEST = 1.6;
  /** After so long without a sight anybody is welcome. [s] */
  static readonly MEMORY = 1.5;

  /** Whether this is the person of the picture before. */
  add(body: Body): boolean {
    const reach = reachOf(body);
    const size = trunkOf(body);
    const now = { x: (reach.left + reach.right) / 2, y: (reach.top + reach.bottom) / 2, size, time: body.time };
    const before = this.#latest;
    this.#latest = now;
    if (!before || now.time - before.time > Familiar.MEMORY) return true;
    const moved = Math.hypot(now.x - before.x, now.y - before.y) / (3 * Math.max(now.size, before.size));
    const grown = Math.max(now.size / before.size, before.size / now.size);
    return moved <= Familiar.FARTHEST && grown <= Familiar.LARGEST;
  }
}

/** Length of the trunk in the picture; about a third of the body. [px] */
function trunkOf(body: Body): number {
  return Math.max(1, mean(SIDES.map((side) => Math.hypot(
    body.legs[side].shoulder.x - body.legs[side].hip.x,
    body.legs[side].shoulder.y - body.legs[side].hip.y,
  ))));
}

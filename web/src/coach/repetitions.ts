/**
 * Postures, one after the other → repetitions, each as soon as the person is up again.
 *
 * The rules of `events.py`, asked while it happens: the hips come down far enough, knees bend at least as much as
 * the trunk leans, and the way back up is gone.
 */

import { type Measure, type Posture } from "./angles.ts";
import { type Side, median } from "./body.ts";

/** Hips come down by at least this share of the leg's length … */
const LEAST_DEPTH = 0.09;
/** … and by this share of what the repetitions before went. */
const LEAST_SHARE = 0.45;
/** Up again when this share of the way is left. */
const UPRIGHT = 0.3;
/** A repetition begins when this share of the way is gone. */
const EDGE = 0.06;
/** The lowest point is where this share of the way is gone. */
const HOLD = 0.97;
const LEAST_BEND = 40;
const MOST_LEAN = 80;
const HINGE = 25;
/** Faster nobody squats; landmarks that slip for a moment do. [s] */
const SHORTEST = 0.6;
const LEAST_PICTURES = 5;
const LONGEST = 24;
/** Longer between pictures ends the repetition, uncounted: this time, or a few pictures of a slow computer, … [s] */
const GAP = 0.7;
const GAP_PICTURES = 3;
/** … but never longer than this. [s] */
const LONGEST_GAP = 2.5;
/** So many pictures tell how fast they come. */
const LOOKED_AT = 9;
/** So long is looked back for how high the person stands. [s] */
const STANDING = 3;

export type Values = Readonly<{ shin: number | null; trunk: number | null; depth: number | null; kneeLine: Readonly<Record<Side, number>> | null }>;

/** Times in seconds, values in degrees at the lowest point; the knee line where it was farthest in. */
export interface Repetition {
  readonly start: number;
  readonly bottom: number;
  readonly end: number;
  readonly values: Values;
}

export class Counter {
  #gone: Posture[] = [];
  #lowest = Number.POSITIVE_INFINITY;
  #deepest = Number.NEGATIVE_INFINITY;
  readonly #ways: number[] = [];
  #between: number[] = [];
  #latest: number | null = null;

  /** Whether the person is on the way down or up. */
  get moving(): boolean {
    return this.#deepest - this.#lowest >= LEAST_DEPTH / 2;
  }

  /** Forget a repetition that was under way. */
  drop(): void {
    this.#gone = [];
    this.#lowest = Number.POSITIVE_INFINITY;
    this.#deepest = Number.NEGATIVE_INFINITY;
  }

  /** The repetition that this posture ends, or null. */
  add(posture: Posture): Repetition | null {
    if (this.#isGap(posture.time)) this.drop();
    this.#gone.push(posture);
    if (!this.moving) this.#stand(posture);
    this.#deepest = Math.max(this.#deepest, posture.drop);
    const way = this.#deepest - this.#lowest;
    if (!this.moving || this.#isGivenUp(posture, way) || posture.drop > this.#lowest + UPRIGHT * way) return null;
    const repetition = this.#judge(way);
    if (repetition) this.#ways.push(way);
    this.drop();
    this.add(posture);
    return repetition;
  }

  /** Whether so much time went by unseen that a repetition may have ended in it. */
  #isGap(time: number): boolean {
    const gone = time - (this.#latest ?? time);
    const usual = this.#between.length ? median(this.#between) : 0;
    if (gone > 0) this.#between = [...this.#between.slice(1 - LOOKED_AT), gone];
    this.#latest = time;
    return gone > Math.min(LONGEST_GAP, Math.max(GAP, GAP_PICTURES * usual));
  }

  /** While nothing moves, standing is the highest of the last moments. */
  #stand(posture: Posture): void {
    this.#gone = this.#gone.filter((past) => posture.time - past.time <= STANDING);
    this.#lowest = Math.min(...this.#gone.map((past) => past.drop));
    this.#deepest = posture.drop;
  }

  /** A shift of weight or a rest down there is no repetition: what comes next starts from here. */
  #isGivenUp(posture: Posture, way: number): boolean {
    const under = posture.time - (this.#gone.find((past) => past.drop - this.#lowest >= LEAST_DEPTH / 2)?.time ?? posture.time);
    if (under <= (way < LEAST_DEPTH ? STANDING : LONGEST)) return false;
    this.drop();
    return true;
  }

  #judge(way: number): Repetition | null {
    const usual = this.#ways.length ? median(this.#ways) : 0;
    if (way < Math.max(LEAST_DEPTH, LEAST_SHARE * usual)) return null;
    const started = this.#gone.findLastIndex((posture, i) => i < this.#deepestIndex() && posture.drop <= this.#lowest + EDGE * way);
    const part = this.#gone.slice(Math.max(0, started));
    const low = lowestOf(part);
    const start = part[0]?.time ?? NaN;
    const end = part.at(-1)?.time ?? NaN;
    const values = valuesOf(part, low);
    if (end - start < SHORTEST || part.length < LEAST_PICTURES || !isSquat(values)) return null;
    return { start, bottom: ((low[0]?.time ?? NaN) + (low.at(-1)?.time ?? NaN)) / 2, end, values };
  }

  #deepestIndex(): number {
    return this.#gone.findIndex((posture) => posture.drop === this.#deepest);
  }
}

/** Postures around the lowest point, by the picture: the network's space wavers more from one to the next. */
function lowestOf(part: readonly Posture[]): readonly Posture[] {
  const heights = part.map((posture) => posture.height);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  return part.filter((posture) => posture.height <= high - HOLD * (high - low));
}

function isSquat({ shin, trunk, depth }: Values): boolean {
  if (shin === null || depth === null) return true;
  const bend = shin + depth;
  return bend >= LEAST_BEND && (trunk === null || (trunk <= MOST_LEAN && trunk - bend <= HINGE));
}

function valuesOf(part: readonly Posture[], low: readonly Posture[]): Values {
  const lines = part.map((posture) => posture.kneeLine).filter((line) => line !== null);
  return {
    shin: middleOf(low, "shin"),
    trunk: middleOf(low, "trunk"),
    depth: middleOf(low, "depth"),
    kneeLine: lines.length ? { left: farthest(lines.map(({ left }) => left)), right: farthest(lines.map(({ right }) => right)) } : null,
  };
}

function middleOf(postures: readonly Posture[], measure: Exclude<Measure, "knee_line">): number | null {
  const values = postures.map((posture) => posture[measure]).filter((value) => value !== null);
  return values.length ? median(values) : null;
}

/** The value farthest from a straight line, without the single wildest ones. */
function farthest(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const edge = Math.floor(sorted.length / 10);
  const inward = sorted[sorted.length - 1 - edge] ?? NaN;
  const outward = sorted[edge] ?? NaN;
  return Math.abs(inward) >= Math.abs(outward) ? inward : outward;
}

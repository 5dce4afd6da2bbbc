/**
 * Landmarks of the network → one body in the picture: joints by side, which way it faces, from where it is seen.
 *
 * Picture axes: x to the right, y down. [px] Space axes are the network's own: right, down, away from the camera. [m]
 * Left and right are the person's own, whichever way the picture is shown.
 */

export type Side = "left" | "right";
export const SIDES: readonly Side[] = ["left", "right"];

export type Joint = "shoulder" | "hip" | "knee" | "ankle" | "heel" | "toe";
export const JOINTS: readonly Joint[] = ["shoulder", "hip", "knee", "ankle", "heel", "toe"];

/** Landmark nearest to each joint, as in `pose/landmarks.py`. */
const LANDMARKS: Readonly<Record<Side, readonly number[]>> = {
  left: [11, 23, 25, 27, 29, 31],
  right: [12, 24, 26, 28, 30, 32],
};
const HEAD: readonly number[] = [0, 2, 5, 7, 8];

export interface Landmark {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly visibility?: number | undefined;
}

/** What the network read from one picture: landmarks in shares of the picture, and in space. */
export interface Reading {
  readonly time: number;
  readonly width: number;
  readonly height: number;
  readonly points: readonly Landmark[];
  readonly world: readonly Landmark[];
}

/** A joint in the picture and in space, and how sure the network is that it is seen, 0 to 1. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly seen: number;
  readonly world: Landmark;
}

export type Leg = Readonly<Record<Joint, Place>>;

export interface Body {
  readonly time: number;
  readonly width: number;
  readonly height: number;
  readonly legs: Readonly<Record<Side, Leg>>;
  readonly head: { readonly x: number; readonly y: number; readonly seen: number };
}

export type View = "front" | "oblique" | "side" | "rear-oblique" | "rear";

/** Turned so far away from the camera, a view has another name; the limits of `pose/lifting.py`. [°] */
const FRONT = 20;
const SIDE = 65;

/** The body that a reading shows, or null where the landmarks are not complete. */
export function bodyOf(reading: Reading): Body | null {
  const left = legOf(reading, LANDMARKS.left);
  const right = legOf(reading, LANDMARKS.right);
  const head = HEAD.map((index) => reading.points[index]).filter((point) => point !== undefined);
  if (!left || !right || head.length < HEAD.length) return null;
  return {
    time: reading.time,
    width: reading.width,
    height: reading.height,
    legs: { left, right },
    head: {
      x: mean(head.map((point) => point.x)) * reading.width,
      y: mean(head.map((point) => point.y)) * reading.height,
      seen: mean(head.map((point) => point.visibility ?? 0)),
    },
  };
}

function legOf(reading: Reading, indices: readonly number[]): Leg | null {
  const places: Partial<Record<Joint, Place>> = {};
  for (const [i, joint] of JOINTS.entries()) {
    const point = reading.points[indices[i] ?? -1];
    const world = reading.world[indices[i] ?? -1];
    if (!point || !world) return null;
    places[joint] = { x: point.x * reading.width, y: point.y * reading.height, seen: point.visibility ?? 0, world };
  }
  return places as Leg;
}

/** Middle of left and right in the picture. [px] */
export function middle(body: Body, joint: Joint): { x: number; y: number } {
  const { left, right } = body.legs;
  return { x: (left[joint].x + right[joint].x) / 2, y: (left[joint].y + right[joint].y) / 2 };
}

/** How far the body reaches in the picture, over head, shoulders, hips, knees and feet. [px] */
export function reachOf(body: Body): { left: number; right: number; top: number; bottom: number } {
  const places = [body.head, ...SIDES.flatMap((side) => JOINTS.map((joint) => body.legs[side][joint]))];
  const across = places.map((place) => place.x);
  const down = places.map((place) => place.y);
  return { left: Math.min(...across), right: Math.max(...across), top: Math.min(...down), bottom: Math.max(...down) };
}

/**
 * Where the camera stands, seen from the person: 0 in front, 90 at their left, -90 at their right, 180 behind. [°]
 *
 * Error: some 10°, that of the network's guess in space.
 */
export function azimuthOf(body: Body): number {
  const { left, right } = body.legs;
  const acrossX = left.shoulder.world.x - right.shoulder.world.x + left.hip.world.x - right.hip.world.x;
  const acrossZ = left.shoulder.world.z - right.shoulder.world.z + left.hip.world.z - right.hip.world.z;
  return degrees(Math.atan2(-acrossZ, acrossX));
}

export function viewOf(azimuth: number): View {
  const away = Math.abs(azimuth);
  if (away < FRONT) return "front";
  if (away < SIDE) return "oblique";
  if (away <= 180 - SIDE) return "side";
  return away <= 180 - FRONT ? "rear-oblique" : "rear";
}

/** The leg that the camera sees first in a side view. */
export function nearSide(azimuth: number): Side {
  return azimuth > 0 ? "left" : "right";
}

/** Follows the azimuth without the jitter of single pictures: a running mean of directions. */
export class Bearing {
  #x = 0;
  #y = 0;
  #time = Number.NEGATIVE_INFINITY;

  /** Time after which a new direction counts for two thirds. [s] */
  static readonly SLOWNESS = 0.6;

  add(body: Body): number {
    const azimuth = radians(azimuthOf(body));
    const share = 1 - Math.exp(-(body.time - this.#time) / Bearing.SLOWNESS);
    this.#x += share * (Math.cos(azimuth) - this.#x);
    this.#y += share * (Math.sin(azimuth) - this.#y);
    this.#time = body.time;
    return degrees(Math.atan2(this.#y, this.#x));
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? (sorted[half] ?? NaN) : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}

export function degrees(angle: number): number {
  return (angle * 180) / Math.PI;
}

export function radians(angle: number): number {
  return (angle * Math.PI) / 180;
}

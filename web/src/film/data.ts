/** What `viewer.json` holds, and how its flat lists are read. */

export type Side = "left" | "right";
export type Point = readonly [number, number];
export type Place = readonly [number, number, number];
export type Numbers = readonly (number | null)[];

/** How one measure of one leg, or of the body, went over the pictures, in display units. */
export interface Course {
  readonly side: Side | null;
  readonly value: Numbers;
  readonly low: Numbers;
  readonly high: Numbers;
}

export interface Curve {
  readonly id: string;
  readonly kind: "measure" | "load";
  readonly label: string;
  readonly unit: string;
  readonly positive: string;
  readonly courses: readonly Course[];
}

export interface Repetition {
  readonly number: number;
  readonly task: string;
  /** Film times. [s] */
  readonly start: number;
  readonly bottom: number;
  readonly end: number;
  readonly complete: boolean;
  readonly phases: readonly { readonly name: string; readonly start: number; readonly end: number }[];
}

/** How a repetition differs from the mean of its film, over its phases, in display units. */
export interface Departure {
  readonly number: number;
  readonly curve: string;
  readonly side: Side | null;
  readonly value: Numbers;
  readonly sd: Numbers;
}

export interface Viewer {
  readonly schema: string;
  readonly film: string | null;
  readonly width: number;
  readonly height: number;
  /** The part of the picture that holds the person: left, top, right and bottom edge. [px] */
  readonly person: readonly [number, number, number, number];
  readonly near: Side | null;
  readonly sure: number;
  /** Film time of each picture. [s] */
  readonly times: readonly number[];
  readonly joints: readonly string[];
  /** Picture, side, joint, right and down. [px] */
  readonly picture: Numbers;
  /** Picture, side, joint, forward, left and up. [mm] */
  readonly space: Numbers | null;
  readonly space_sd: Numbers | null;
  readonly curves: readonly Curve[];
  readonly clearest: number | null;
  readonly repetitions: readonly Repetition[];
  readonly departures: { readonly phases: number; readonly courses: readonly Departure[] };
}

export const SIDES: readonly Side[] = ["left", "right"];
const SCHEMA = "kneewise.viewer/1";

/** Fetches what is drawn; what cannot be had, or is of another version, is an error in words. */
export async function fetchViewer(address: string): Promise<Viewer> {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  const viewer = (await answer.json()) as Viewer;
  if (viewer.schema !== SCHEMA) throw new Error(`${address} is of ${viewer.schema}, not ${SCHEMA}`);
  return viewer;
}

function placeOf(viewer: Viewer, frame: number, side: Side, joint: string): number {
  const [sides, joints] = [SIDES.length, viewer.joints.length];
  return (frame * sides + SIDES.indexOf(side)) * joints + viewer.joints.indexOf(joint);
}

/** Where a joint lies in the picture, the middle of the first pixel at 0; null where not measured. [px] */
export function pointOf(viewer: Viewer, frame: number, side: Side, joint: string): Point | null {
  const at = 2 * placeOf(viewer, frame, side, joint);
  const [x, y] = [viewer.picture[at], viewer.picture[at + 1]];
  return typeof x === "number" && typeof y === "number" ? [x, y] : null;
}

/** Where a joint lies in space: forward, left, up; null where not measured. [m] */
export function jointOf(viewer: Viewer, frame: number, side: Side, joint: string): Place | null {
  const at = 3 * placeOf(viewer, frame, side, joint);
  const [x, y, z] = [0, 1, 2].map((axis) => viewer.space?.[at + axis]);
  if (typeof x !== "number" || typeof y !== "number" || typeof z !== "number") return null;
  return [x / 1000, y / 1000, z / 1000];
}

/** One standard deviation of that; null where not measured. [m] */
export function errorOf(viewer: Viewer, frame: number, side: Side, joint: string): number | null {
  const sd = viewer.space_sd?.[placeOf(viewer, frame, side, joint)];
  return typeof sd === "number" ? sd / 1000 : null;
}

/** A number in the digits of its unit. */
export function write(value: number, unit: string): string {
  const digits = unit === "" ? 2 : unit.startsWith("×") ? 1 : unit === "N·m/kg" ? 2 : 0;
  return value.toFixed(digits).replace(/^-(?=0(\.0*)?$)/, "").replace("-", "−");
}

/** A number with its unit; a dash where there is none. */
export function tell(value: number | null | undefined, unit: string): string {
  if (typeof value !== "number") return "–";
  return unit === "°" || unit === "" ? `${write(value, unit)}${unit}` : `${write(value, unit)}\u00a0${unit}`;
}

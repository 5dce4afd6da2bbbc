/** Corners and outline over a photo: which point is meant, and where the others go when one is dragged. Pure. */

export type Point = readonly [number, number];

/** What `kneewise.feet.describe_found` says of a photo; points in pixels of the photo. */
export interface Found {
  size_px: [number, number];
  corners: Point[] | null;
  outline: Point[] | null;
  length_line: [Point, Point] | null;
  width_line: [Point, Point] | null;
}

/** What `kneewise.feet.remeasure` takes: only what was dragged; the rest is looked for again. */
export interface Corrected {
  corners: Point[] | null;
  outline: Point[] | null;
}

export type Part = keyof Corrected;
export interface Held {
  part: Part;
  index: number;
}

/** So near to a point, in pixels of the screen, a finger means it: half of a target of 44. */
export const REACH = 22;

/** Neighbours on each side that an outline takes along: it bends there, and does not break. */
export const ALONG = 4;

/** Pixels of the photo for each pixel of the screen. */
export const scaleOf = (size: Point, shown: number): number => size[0] / shown;

/** A place on the screen as a place in the photo, kept inside of it. */
export function inPhoto(place: Point, size: Point, shown: number): Point {
  const scale = scaleOf(size, shown);
  return [0, 1].map((k) => Math.min(Math.max(place[k]! * scale, 0), size[k]!)) as unknown as Point;
}

/** The point that is meant by a place in the photo; corners before the outline, none beyond reach. */
export function pointAt(found: Corrected, place: Point, reach: number): Held | null {
  for (const part of ["corners", "outline"] as const) {
    const away = (found[part] ?? []).map(([x, y]) => Math.hypot(x - place[0], y - place[1]));
    const index = away.indexOf(Math.min(...away));
    if (index >= 0 && away[index]! <= reach) return { part, index };
  }
  return null;
}

/** The points once one of them was dragged to a place. A corner moves alone; an outline bends smoothly. */
export function dragged(points: readonly Point[], held: Held, to: Point): Point[] {
  const from = points[held.index]!;
  const step: Point = [to[0] - from[0], to[1] - from[1]];
  const along = held.part === "corners" ? 0 : ALONG;
  return points.map(([x, y], index) => {
    const round = Math.abs(index - held.index);
    const apart = Math.min(round, points.length - round);
    const share = apart > along ? 0 : 0.5 * (1 + Math.cos((Math.PI * apart) / (along + 1)));
    return [x + share * step[0], y + share * step[1]];
  });
}

/** Where an arrow key takes a point, one pixel of the screen or ten with shift; nowhere for another key. */
export function steppedByKey(place: Point, key: string, scale: number, far: boolean): Point {
  const way: Record<string, Point> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const [x, y] = way[key] ?? [0, 0];
  const step = scale * (far ? 10 : 1);
  return [place[0] + x * step, place[1] + y * step];
}

/** A dragged sheet that is still one: four corners in one turning direction, none on another. */
export function isSheet(corners: readonly Point[]): boolean {
  const turns = corners.map((corner, k) => {
    const next = corners[(k + 1) % corners.length]!;
    const after = corners[(k + 2) % corners.length]!;
    return (next[0] - corner[0]) * (after[1] - next[1]) - (next[1] - corner[1]) * (after[0] - next[0]);
  });
  return corners.length === 4 && (turns.every((turn) => turn > 1) || turns.every((turn) => turn < -1));
}

/** What is sent once dragging is over: the parts that were touched, and null for the rest. */
export const corrected = (now: Corrected, touched: ReadonlySet<Part>): Corrected => ({
  corners: touched.has("corners") ? now.corners : null,
  outline: touched.has("outline") ? now.outline : null,
});

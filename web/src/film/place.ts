/** Picture ↔ screen, and the arcs of angles. */

import type { Point } from "./data.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of the picture: left, top, right and bottom edge. [px] */
export type Part = readonly [number, number, number, number];

/** Where a point of the picture lies on a drawing of a part of it: the middle of a pixel is half a pixel in. */
export function onScreen([x, y]: Point, [left, top, right, bottom]: Part, screen: Size): Point {
  return [((x + 0.5 - left) * screen.width) / (right - left), ((y + 0.5 - top) * screen.height) / (bottom - top)];
}

/** How large the whole picture is, and where it begins, when a part of it fills a box of size 1. */
export function spread(picture: Size, [left, top, right, bottom]: Part): { wide: number; tall: number; x: number; y: number } {
  const [width, height] = [right - left, bottom - top];
  return { wide: picture.width / width, tall: picture.height / height, x: -left / width, y: -top / height };
}

/** An arc about a corner, in radians clockwise from the right as canvases have it. */
export interface Arc {
  readonly centre: Point;
  readonly radius: number;
  readonly begin: number;
  readonly sweep: number;
}

/** The arc from one direction to another the shorter way, at a share of the second one's length. */
export function arcOf(centre: Point, first: Point, second: Point, share = 0.42): Arc {
  const begin = Math.atan2(first[1], first[0]);
  const turn = Math.atan2(second[1], second[0]) - begin;
  const sweep = turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
  return { centre, radius: share * Math.hypot(...second), begin, sweep };
}

export function between([x0, y0]: Point, [x1, y1]: Point): Point {
  return [x1 - x0, y1 - y0];
}

export function middle(points: readonly (Point | null)[]): Point | null {
  const known = points.filter((point) => point !== null);
  if (!known.length) return null;
  const sum = known.reduce<Point>(([x, y], [u, v]) => [x + u, y + v], [0, 0]);
  return [sum[0] / known.length, sum[1] / known.length];
}

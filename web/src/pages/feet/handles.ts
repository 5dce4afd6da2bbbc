/** Corners and outline as handles over a photo: which there are, what they are called, and which is next. Pure. */

import type { Corrected, Held, Point } from "../../feet/dragging.ts";

/** Every so many points of an outline have a handle; the ones between bend along. */
export const EVERY = 4;

const PLACES = ["top left", "top right", "bottom right", "bottom left"];

/** Every point that can be held: the corners, then some of the outline. */
export function handlesOf(found: Corrected): Held[] {
  const corners = (found.corners ?? []).map((_, index): Held => ({ part: "corners", index }));
  const outline = (found.outline ?? []).flatMap((_, index): Held[] => (index % EVERY ? [] : [{ part: "outline", index }]));
  return [...corners, ...outline];
}

/** The handle so many steps from another one, round and round within its part. */
export function neighbour(handles: readonly Held[], held: Held, steps: number): Held {
  const mine = handles.filter((one) => one.part === held.part);
  const at = mine.findIndex((one) => one.index === held.index);
  return mine[(at + steps + mine.length) % mine.length]!;
}

/** What a handle is called: a corner by where it lies among the four, a point of an outline by its number. */
export function nameOf(found: Corrected, held: Held, what: string): string {
  if (held.part === "corners") return `${placeOf(found.corners ?? [], held.index)} corner of the sheet`;
  const all = Math.ceil((found.outline ?? []).length / EVERY);
  return `point ${held.index / EVERY + 1} of ${all} round the ${what}`;
}

/** Going round from the corner that is nearest to the top left of all. */
function placeOf(corners: readonly Point[], index: number): string {
  const sums = corners.map(([x, y]) => x + y);
  const first = sums.indexOf(Math.min(...sums));
  const [a, b] = [corners[first]!, corners[(first + 1) % 4]!];
  const clockwise = Math.abs(b[0] - a[0]) >= Math.abs(b[1] - a[1]);
  const steps = (index - first + 4) % 4;
  return PLACES[clockwise ? steps : (4 - steps) % 4]!;
}

/** Whether two handles are one. */
export const isSame = (one: Held | null, other: Held | null): boolean =>
  one?.part === other?.part && one?.index === other?.index;


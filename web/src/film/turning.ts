/** A figure in space that is turned: where it is seen from, and how that becomes a place on the screen. Pure. */

import type { Place, Point } from "./data.ts";

/** From where: around the person, 0 in front and growing to the person's left, and up. [rad] */
export interface Seen {
  readonly around: number;
  readonly up: number;
}

const LOWEST = -0.2;
const HIGHEST = 1.4;
const TURN = Math.PI / 12;

export const OBLIQUE: Seen = { around: Math.PI / 4, up: 0.15 };
const STEPS: Readonly<Record<string, Seen>> = {
  ArrowLeft: { around: -TURN, up: 0 },
  ArrowRight: { around: TURN, up: 0 },
  ArrowUp: { around: 0, up: TURN / 2 },
  ArrowDown: { around: 0, up: -TURN / 2 },
};

/** Turned further, never under the floor or over the head. */
export function turned(seen: Seen, around: number, up: number): Seen {
  return { around: seen.around + around, up: Math.min(Math.max(seen.up + up, LOWEST), HIGHEST) };
}

/** What a key does to it; null for keys that do nothing. */
export function turnedByKey(seen: Seen, key: string): Seen | null {
  const step = STEPS[key];
  return step ? turned(seen, step.around, step.up) : null;
}

/** Direction from the person to the eye: forward, left, up; of length 1. */
export function eyeOf({ around, up }: Seen): Place {
  return [Math.cos(up) * Math.cos(around), Math.cos(up) * Math.sin(around), Math.sin(up)];
}

/** Where a place in space is seen: right and up, from far away. [m] */
export function project([x, y, z]: Place, { around, up }: Seen): Point {
  const [sin, cos] = [Math.sin(around), Math.cos(around)];
  return [-x * sin + y * cos, z * Math.cos(up) - (x * cos + y * sin) * Math.sin(up)];
}

/** How solid a joint is drawn that is known so well: fully up to 2 cm, hardly from 12 cm on. */
export function solidity(sd: number | null): number {
  return sd === null ? 1 : Math.min(Math.max(1 - (sd - 0.02) / 0.1, 0.15), 1);
}

/** Words for where it is seen from, for those who do not see it. */
export function tellSeen({ around }: Seen): string {
  const eighth = ((Math.round(around / (Math.PI / 4)) % 8) + 8) % 8;
  const names = [
    "the front", "the front and the left", "the left", "behind and the left",
    "behind", "behind and the right", "the right", "the front and the right",
  ];
  return `seen from ${names[eighth] ?? ""}`;
}

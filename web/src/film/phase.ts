/** Film time ↔ phase of a repetition: 0 at the start, 0.5 at the lowest point, 1 at the end, even in between. */

import type { Numbers, Repetition } from "./data.ts";
import { frameAt } from "./time.ts";

type Span = Pick<Repetition, "start" | "bottom" | "end">;

/** Phase at a film time; below 0 before the start and above 1 after the end. */
export function phaseOf({ start, bottom, end }: Span, time: number): number {
  return time < bottom ? (0.5 * (time - start)) / (bottom - start) : 0.5 + (0.5 * (time - bottom)) / (end - bottom);
}

/** Film time of a phase. [s] */
export function timeAt({ start, bottom, end }: Span, phase: number): number {
  return phase < 0.5 ? start + 2 * phase * (bottom - start) : bottom + 2 * (phase - 0.5) * (end - bottom);
}

/** Values at so many phases from start to end, straight between pictures; null beside what was not measured. */
export function lay(times: readonly number[], values: Numbers, span: Span, count: number): (number | null)[] {
  return Array.from({ length: count }, (_, i) => {
    const time = timeAt(span, i / (count - 1));
    const before = Math.min(frameAt(times, time - (times[0] ?? 0)), times.length - 2);
    const [t0, t1] = [times[before], times[before + 1]];
    const [v0, v1] = [values[before], values[before + 1]];
    if (t0 === undefined || t1 === undefined || typeof v0 !== "number" || typeof v1 !== "number") return null;
    const share = Math.min(Math.max((time - t0) / (t1 - t0), 0), 1);
    return v0 + share * (v1 - v0);
  });
}

/** A part of a repetition. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Phases over which a difference is more than its error, each at least `least` long: a curve that only touches the
 * border does so by chance.
 */
export function beyond(value: Numbers, sd: Numbers, sure: number, least = 0.05): Stretch[] {
  const found: Stretch[] = [];
  const last = value.length - 1;
  let from: number | null = null;
  for (let i = 0; i <= last + 1; i += 1) {
    const [difference, error] = [value[i], sd[i]];
    const real = typeof difference === "number" && typeof error === "number" && Math.abs(difference) > sure * error;
    if (real) from ??= i;
    if (!real && from !== null) {
      const stretch = { from: from / last, to: (i - 1) / last };
      if (stretch.to - stretch.from >= least - 1e-9) found.push(stretch);
      from = null;
    }
  }
  return found;
}

/** The repetition that a film time lies in, and the phase of it by name. */
export function partAt(repetitions: readonly Repetition[], time: number): { number: number; phase: string } | null {
  const inside = repetitions.find(({ start, end }) => time >= start && time <= end);
  if (!inside) return null;
  const phase = inside.phases.find(({ start, end }) => time >= start && time <= end);
  return { number: inside.number, phase: phase?.name ?? "" };
}

const SITTING = "sit-to-stand";

/** What the middle of a repetition is called: whoever gets up from a seat is lowest when leaving it. */
export function nameOfBottom(task: string): string {
  return task === SITTING ? "leaving the seat" : "lowest point";
}

/** Where a phase lies, in words. */
export function tellPhase(phase: number, task: string): string {
  const share = Math.round(200 * (phase < 0.5 ? phase : phase - 0.5));
  if (phase >= 0.5) return share === 0 ? nameOfBottom(task) : `${share} % of the way up`;
  if (share === 100) return nameOfBottom(task);
  return `${share} % of ${task === SITTING ? "leaning forward" : "the way down"}`;
}

/** What the page says of targets and sessions, in plain words. */

import type { Measure } from "./angles.ts";
import { allowed } from "./cues.ts";
import type { Summary } from "./session.ts";
import type { Aim } from "./target.ts";

export const NAMES: Readonly<Record<Measure, string>> = {
  shin: "Shin",
  trunk: "Trunk",
  depth: "Depth",
  knee_line: "Knee line",
};

/** What the number of a measure means. */
export const MEANINGS: Readonly<Record<Measure, string>> = {
  shin: "how far the shin leans forward",
  trunk: "how far the trunk leans forward",
  depth: "how far the thigh has come down; 90° is level",
  knee_line: "how far the knee is inside the line from hip to ankle",
};

/** Where the target lies, with the room that a picture needs. [°] */
export function bandOf(aim: Aim, measure: Measure): { low: number; high: number } {
  const room = allowed(aim, measure);
  return {
    low: aim.bound === "at_most" ? Number.NEGATIVE_INFINITY : aim.value_deg - room,
    high: aim.bound === "at_least" ? Number.POSITIVE_INFINITY : aim.value_deg + room,
  };
}

export function tellBand(aim: Aim, measure: Measure): string {
  const { low, high } = bandOf(aim, measure);
  if (!Number.isFinite(low)) return `up to ${Math.round(high)}°`;
  return Number.isFinite(high) ? `${Math.round(low)} to ${Math.round(high)}°` : `from ${Math.round(low)}°`;
}

/** How it went, one sentence for each measure of the target that was seen. */
export function tellSummary(summary: Summary): readonly string[] {
  const { target, measures, repetitions } = summary;
  const told = (Object.keys(target.aims) as Measure[]).map((measure) => {
    const seen = measures[measure];
    const name = NAMES[measure];
    const aim = target.aims[measure];
    if (!seen || !aim) return `${name}: not seen from where the camera stood.`;
    const usual = `${name}: about ${Math.round(seen.value_deg)}° ± ${Math.round(2 * seen.sd_deg)}°`;
    return `${usual}; yours is ${tellBand(aim, measure)}. On target in ${seen.on_target} of ${seen.of}.`;
  });
  return [`${repetitions.length} ${repetitions.length === 1 ? "repetition" : "repetitions"}.`, ...told];
}

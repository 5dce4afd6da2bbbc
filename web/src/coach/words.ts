/** What the page says of targets and sessions, in plain words. */

import type { Measure } from "./angles.ts";
import { allowed } from "./cues.ts";
import type { Summary } from "./session.ts";
import type { Aim, Target } from "./target.ts";

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

/** How much is told in this session. */
export function tellFeedback(target: Target): string {
  if (target.feedback_share >= 1) return "You hear about every repetition.";
  if (target.feedback_share <= 0) return "Today you squat by feel: only the count is shown, and how it went at the end.";
  return "You hear about some of the repetitions; the others you do by feel.";
}

/** How it went, one sentence for each measure of the target that was seen. */
export function tellSummary(summary: Summary): readonly string[] {
  const { target, measures, repetitions } = summary;
  const told = (Object.keys(target.aims) as Measure[]).map((measure) => {
    const seen = measures[measure];
    const name = NAMES[measure];
    if (!seen) return `${name}: not seen from where the camera stood.`;
    const usual = `${name}: about ${Math.round(seen.usual.value_deg)}° ± ${Math.round(2 * seen.usual.sd_deg)}°`;
    return `${usual}, on target in ${seen.on_target} of ${seen.of}.`;
  });
  return [`${repetitions.length} ${repetitions.length === 1 ? "repetition" : "repetitions"}.`, ...told];
}

/** What the page is told: this person's own target for this session. Angles in degrees. */

import { MEASURES, type Measure } from "./angles.ts";

/** Near the value, or on one side of it only. */
export type Bound = "about" | "at_most" | "at_least";

export interface Aim {
  readonly value_deg: number;
  readonly tolerance_deg: number;
  readonly bound: Bound;
}

/**
 * `focus` is the one thing to think of; `feedback_share` is the share of repetitions that are told about in this
 * session, 1, then 0.5, then 0; `id` is handed back with the summary.
 */
export interface Target {
  readonly id: string;
  readonly name: string;
  readonly focus: string;
  readonly view: "side" | "front";
  readonly sets: number;
  readonly repetitions: number;
  readonly rest_s: number;
  readonly aims: Readonly<Partial<Record<Measure, Aim>>>;
  readonly feedback_share: number;
  readonly spoken: boolean;
}

const BOUNDS: readonly Bound[] = ["about", "at_most", "at_least"];

/** The target in the page's JSON. Throws what is wrong with it, for whoever wrote the page. */
export function readTarget(text: string): Target {
  const raw = record(JSON.parse(text), "target");
  const aims: Partial<Record<Measure, Aim>> = {};
  for (const [name, aim] of Object.entries(record(raw["aims"], "aims"))) {
    if (!MEASURES.includes(name as Measure)) throw new Error(`target.aims.${name} is none of ${MEASURES.join(", ")}`);
    aims[name as Measure] = readAim(record(aim, `aims.${name}`), name);
  }
  return {
    id: words(raw["id"], "id"),
    name: words(raw["name"], "name"),
    focus: words(raw["focus"] ?? "", "focus"),
    view: choice(raw["view"], ["side", "front"] as const, "view"),
    sets: number(raw["sets"], 1, 20, "sets"),
    repetitions: number(raw["repetitions"], 1, 100, "repetitions"),
    rest_s: number(raw["rest_s"] ?? 60, 0, 900, "rest_s"),
    aims,
    feedback_share: number(raw["feedback_share"], 0, 1, "feedback_share"),
    spoken: raw["spoken"] === true,
  };
}

function readAim(raw: Record<string, unknown>, name: string): Aim {
  return {
    value_deg: number(raw["value_deg"], -90, 180, `aims.${name}.value_deg`),
    tolerance_deg: number(raw["tolerance_deg"], 0, 90, `aims.${name}.tolerance_deg`),
    bound: choice(raw["bound"] ?? "about", BOUNDS, `aims.${name}.bound`),
  };
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${name} is no object`);
  return value as Record<string, unknown>;
}

function words(value: unknown, name: string): string {
  if (typeof value !== "string") throw new Error(`target.${name} is no text`);
  return value;
}

function number(value: unknown, least: number, most: number, name: string): number {
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw new Error(`target.${name} is ${String(value)}, no number from ${least} to ${most}`);
  }
  return value;
}

function choice<T extends string>(value: unknown, choices: readonly T[], name: string): T {
  const found = choices.find((one) => one === value);
  if (found === undefined) throw new Error(`target.${name} is ${String(value)}, none of ${choices.join(", ")}`);
  return found;
}

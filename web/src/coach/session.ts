/** Repetitions → a session of sets and rests, and its summary. Pure: time is what the pictures say. */

import { ERRORS, MEASURES, type Measure } from "./angles.ts";
import { SIDES, type View, median } from "./body.ts";
import { CUES, type Cue, ON_TARGET, chooseCue, isTold, onTarget } from "./cues.ts";
import type { Repetition, Values } from "./repetitions.ts";
import type { Target } from "./target.ts";

export interface Done extends Repetition {
  readonly set: number;
  readonly number: number;
  readonly told: boolean;
  readonly cue: Cue | null;
}

export type State =
  | { readonly kind: "work"; readonly set: number; readonly count: number }
  | { readonly kind: "rest"; readonly set: number; readonly until: number }
  | { readonly kind: "over" };

export class Session {
  readonly target: Target;
  readonly done: Done[] = [];
  #restedAt = Number.NEGATIVE_INFINITY;

  constructor(target: Target) {
    this.target = target;
  }

  /** Where the session is at a time. */
  at(time: number): State {
    const { sets, repetitions } = this.target;
    const full = Math.floor(this.done.length / repetitions);
    if (full >= sets) return { kind: "over" };
    const count = this.done.length % repetitions;
    const ended = this.done.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
    const until = ended + this.target.rest_s;
    if (count === 0 && full > 0 && time < until && this.#restedAt < ended) return { kind: "rest", set: full + 1, until };
    return { kind: "work", set: full + 1, count };
  }

  /** End the rest before its time. */
  goOn(time: number): void {
    this.#restedAt = time;
  }

  /** Whether the repetition that comes next is told about. */
  get tells(): boolean {
    return isTold(this.done.length + 1, this.target.feedback_share);
  }

  /** Count a repetition; nothing while resting or when it is over. */
  add(repetition: Repetition): Done | null {
    const state = this.at(repetition.end);
    if (state.kind !== "work") return null;
    const done = {
      ...repetition,
      set: state.set,
      number: state.count + 1,
      told: this.tells,
      cue: chooseCue(repetition.values, this.target),
    };
    this.done.push(done);
    return done;
  }
}

/** What is said after a repetition: its number, and the one cue where it is told about. */
export function say(done: Done): string {
  if (!done.told) return `${done.number}.`;
  return `${done.number}. ${done.cue ? CUES[done.cue] : ON_TARGET}`;
}

/** How the session was seen. */
export interface Circumstances {
  readonly id: string;
  readonly started_at: string;
  readonly ended_at: string;
  readonly view: View;
  readonly network: string;
  readonly pictures_per_second: number;
  readonly interruptions: number;
  readonly spoken: boolean;
}

/** What a measure usually was, and in how many of the repetitions that showed it the target was met. */
interface Usual {
  readonly value_deg: number;
  readonly sd_deg: number;
  readonly on_target: number;
  readonly of: number;
}

/** Plain JSON, as it is posted and kept. `sd_deg` is one standard deviation of each value of a repetition. */
export interface Summary extends Circumstances {
  readonly schema: 1;
  readonly target: Target;
  readonly repetitions: readonly Readonly<Record<string, unknown>>[];
  readonly measures: Readonly<Partial<Record<Measure, Usual>>>;
  readonly sd_deg: Readonly<Record<Measure, number>>;
}

export function summarise(session: Session, circumstances: Circumstances): Summary {
  const first = session.done[0]?.start ?? 0;
  const measures: Partial<Record<Measure, Usual>> = {};
  for (const measure of MEASURES) {
    const values = session.done.map((done) => plain(done.values, measure)).filter((value) => value !== null);
    const judged = session.done.map((done) => onTarget(done.values, session.target, measure)).filter((on) => on !== null);
    if (!values.length) continue;
    measures[measure] = {
      value_deg: rounded(median(values), 1),
      sd_deg: ERRORS[measure],
      on_target: judged.filter(Boolean).length,
      of: judged.length,
    };
  }
  return {
    schema: 1,
    ...circumstances,
    target: session.target,
    measures,
    sd_deg: ERRORS,
    repetitions: session.done.map((done) => ({
      set: done.set,
      number: done.number,
      start_s: rounded(done.start - first, 2),
      bottom_s: rounded(done.bottom - first, 2),
      end_s: rounded(done.end - first, 2),
      told: done.told,
      cue: done.cue,
      values_deg: valuesOf(done.values),
    })),
  };
}

/** One number for each measure of a repetition: the knee line as the mean of both legs. [°] */
function plain(values: Values, measure: Measure): number | null {
  if (measure !== "knee_line") return values[measure];
  return values.kneeLine && (values.kneeLine.left + values.kneeLine.right) / 2;
}

function valuesOf(values: Values): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const measure of MEASURES) {
    if (measure === "knee_line") {
      const line = values.kneeLine;
      if (line) shown[measure] = Object.fromEntries(SIDES.map((side) => [side, rounded(line[side], 1)]));
    } else {
      const value = values[measure];
      if (value !== null) shown[measure] = rounded(value, 1);
    }
  }
  return shown;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

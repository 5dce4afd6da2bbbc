/** Sets, holds and rests of one exercise: a state that presses and time move on. Nothing here knows the page. */

/** How much is done in one session; the fewest sets and repetitions, the shortest hold. */
export interface Work {
  readonly sets: number;
  readonly reps: number;
  /** Of one repetition; 0 is a movement. [s] */
  readonly hold: number;
  /** 2 where each side has its own sets. */
  readonly sides: number;
}

export type Doing = "ready" | "hold" | "pause" | "rest" | "done";

export interface State {
  readonly doing: Doing;
  /** Sets that are finished, of all sides together. */
  readonly finished: number;
  /** Repetitions of this set that are finished, where each is held. */
  readonly repeated: number;
  /** When it began. [ms] */
  readonly since: number;
}

/** What is shown of a state. */
export interface View {
  readonly label: string;
  /** On the button; empty where there is nothing to press. */
  readonly press: string;
  /** In whole seconds, down while something is held, up while resting; null where nothing runs. [s] */
  readonly clock: number | null;
  readonly finished: number;
  readonly all: number;
}

/** Time to settle between two holds. [s] */
export const PAUSE = 3;

export const BEGIN: State = { doing: "ready", finished: 0, repeated: 0, since: 0 };

export function setsOf(work: Work): number {
  return work.sets * work.sides;
}

/** What a press does: it begins a hold, says that a set is finished, or ends a rest. */
export function press(work: Work, state: State, now: number): State {
  switch (state.doing) {
    case "ready":
    case "rest":
      return work.hold > 0 ? { ...state, doing: "hold", repeated: 0, since: now } : finish(work, state, now);
    case "hold":
    case "pause":
      return { ...state, doing: "ready", since: now };
    case "done":
      return BEGIN;
  }
}

/** What time does: a hold ends, a pause ends. What was slept through is made up for. */
export function pass(work: Work, state: State, now: number): State {
  if (state.doing === "hold" && now - state.since >= 1000 * work.hold) {
    const [repeated, then] = [state.repeated + 1, state.since + 1000 * work.hold];
    if (repeated >= work.reps) return finish(work, { ...state, repeated }, then);
    return pass(work, { ...state, doing: "pause", repeated, since: then }, now);
  }
  if (state.doing === "pause" && now - state.since >= 1000 * PAUSE) {
    return pass(work, { ...state, doing: "hold", since: state.since + 1000 * PAUSE }, now);
  }
  return state;
}

function finish(work: Work, state: State, now: number): State {
  const finished = state.finished + 1;
  return { doing: finished >= setsOf(work) ? "done" : "rest", finished, repeated: 0, since: now };
}

export function view(work: Work, state: State, now: number): View {
  const all = setsOf(work);
  const counts = { finished: state.finished, all };
  const gone = Math.max(0, now - state.since) / 1000;
  const next = nameOf(work, state.finished);
  switch (state.doing) {
    case "ready":
      return { label: `${next}${sizeOf(work)}`, press: pressOf(work, "Hold"), clock: null, ...counts };
    case "rest":
      return { label: `Rest. Then ${lower(next)}${sizeOf(work)}`, press: pressOf(work, "Hold"), clock: Math.floor(gone), ...counts };
    case "hold":
      return { label: `Hold${countOf(work, state)}`, press: "Stop", clock: Math.max(0, Math.ceil(work.hold - gone)), ...counts };
    case "pause":
      return { label: "Let go", press: "Stop", clock: Math.max(0, Math.ceil(PAUSE - gone)), ...counts };
    case "done":
      return { label: "All sets done", press: "Again", clock: null, ...counts };
  }
}

function nameOf(work: Work, finished: number): string {
  if (work.sides === 1) return `Set ${finished + 1} of ${work.sets}`;
  return `Set ${Math.floor(finished / 2) + 1} of ${work.sets}, ${finished % 2 === 0 ? "first" : "other"} side`;
}

function sizeOf({ reps, hold }: Work): string {
  if (hold > 0) return reps > 1 ? `: ${reps} times ${hold} seconds` : `: ${hold} seconds`;
  return `: ${reps} repetitions`;
}

function pressOf({ hold }: Work, held: string): string {
  return hold > 0 ? held : "Set done";
}

function countOf({ reps }: Work, { repeated }: State): string {
  return reps > 1 ? ` ${repeated + 1} of ${reps}` : "";
}

function lower(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** Seconds as on a stop watch. */
export function clockOf(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Two repetitions side by side, of one film or of two, gone through together phase by phase. */

import type { Repetition, Viewer } from "./data.ts";
import { begin, iconButton, make, setIcon } from "./elements.ts";
import { nameOfBottom, tellPhase, timeAt } from "./phase.ts";
import { Stage } from "./stage.ts";
import { frameNear } from "./time.ts";

const STEPS = 100;

/** One of the two: which film, and the choice of its repetition. */
export interface Take {
  readonly name: string;
  /** Whether the name is written over it. */
  readonly titled: boolean;
  readonly viewer: Viewer;
  readonly film: string | null;
  readonly repetition: Repetition;
}

class Pane {
  readonly element: HTMLElement;
  readonly stage: Stage;
  repetition: Repetition;
  private readonly viewer: Viewer;

  constructor({ name, titled, viewer, film, repetition }: Take, onChoice: () => void) {
    this.viewer = viewer;
    this.repetition = repetition;
    const video = film === null ? null : make("video", { src: film, muted: "", playsinline: "", preload: "auto" });
    if (video) video.muted = true;
    this.stage = new Stage(viewer, video, `${name}: the figure on the film`);
    this.element = make("div", { class: "pane" }, make("p", { class: "head" }, titled ? make("strong", {}, name) : "", this.choice(name, onChoice)), this.stage.element);
  }

  go(phase: number): void {
    this.stage.player.seek(frameNear(this.viewer.times, timeAt(this.repetition, phase)));
  }

  private choice(name: string, onChoice: () => void): Node | string {
    const whole = this.viewer.repetitions.filter(({ complete }) => complete);
    if (whole.length < 2) return "";
    const select = make("select", { "aria-label": `${name}: which repetition` });
    for (const { number, task } of whole) {
      const option = make("option", { value: String(number) }, `${begin(task)} ${number}`);
      option.selected = number === this.repetition.number;
      select.append(option);
    }
    select.addEventListener("change", () => {
      this.repetition = whole.find(({ number }) => String(number) === select.value) ?? this.repetition;
      onChoice();
    });
    return select;
  }
}

export interface Pair {
  readonly element: HTMLElement;
  /** Goes to a phase. */
  go(phase: number): void;
}

/** `onChange` is told the phase and the number of the second repetition, whenever either changes. */
export function makePair(takes: readonly [Take, Take], onChange: (phase: number, second: number) => void = () => {}): Pair {
  const { task } = takes[0].repetition;
  const places = [[0, "start"], [0.5, nameOfBottom(task)], [1, "end"]] as const;
  let phase = 0.5;
  let running: { since: number; from: number } | null = null;
  const show = (): void => {
    panes.forEach((pane) => pane.go(phase));
    range.value = String(Math.round(phase * STEPS));
    const told = tellPhase(phase, task);
    range.setAttribute("aria-valuetext", told);
    words.textContent = begin(told);
    onChange(phase, panes[1]?.repetition.number ?? 0);
  };
  const go = (next: number): void => {
    stop();
    phase = next;
    show();
  };
  const panes = takes.map((take) => new Pane(take, () => show()));
  const range = make("input", { type: "range", min: "0", max: String(STEPS), step: "1", "aria-label": "Place in the repetition" });
  const words = make("p", { class: "clock" });
  const play = iconButton("play", "Play both", () => (running ? stop() : start()));

  function start(): void {
    if (phase >= 1) phase = 0;
    running = { since: performance.now(), from: phase };
    setIcon(play, "pause", "Stop both");
    requestAnimationFrame(tick);
  }
  function stop(): void {
    running = null;
    setIcon(play, "play", "Play both");
  }
  /** Both need the same time, that of the slower one, so that neither outruns the other. */
  function tick(now: number): void {
    if (!running) return;
    const lasts = Math.max(...panes.map(({ repetition }) => repetition.end - repetition.start));
    phase = Math.min(running.from + (now - running.since) / 1000 / lasts, 1);
    show();
    if (phase >= 1) stop();
    else requestAnimationFrame(tick);
  }
  range.addEventListener("input", () => go(Number(range.value) / STEPS));
  const buttons = places.map(([at, name]) => {
    const button = make("button", { type: "button", class: "quiet" }, begin(name));
    button.addEventListener("click", () => go(at));
    return button;
  });
  const element = make(
    "div", { class: "two" },
    make("div", { class: "panes" }, ...panes.map((pane) => pane.element)),
    make("div", { class: "controls" }, range, words, make("div", { class: "buttons" }, play, ...buttons)),
  );
  show();
  return { element, go };
}

/** The repetitions of one film: two side by side, and all of them laid over one another. */

import type { Departure, Viewer } from "./data.ts";
import { begin, make } from "./elements.ts";
import { makePair, type Pair, type Take } from "./pair.ts";
import { beyond, lay, nameOfBottom } from "./phase.ts";
import { Plot } from "./plot.ts";

const PHASES = 101;
const HEIGHT = 220;
const AXIS = Array.from({ length: PHASES }, (_, i) => i / (PHASES - 1));

/** What fills the part of the page for repetitions; nothing where there are fewer than two whole ones. */
export function makeRepetitions(viewer: Viewer, film: string | null): Node[] {
  const whole = viewer.repetitions.filter(({ complete }) => complete);
  const [first, last] = [whole[0], whole.at(-1)];
  if (!first || !last || first === last) return [];
  const take = (name: string, repetition: typeof first): Take => ({ name, titled: false, viewer, film, repetition });
  const overlay = makeOverlay(viewer);
  const pair: Pair = makePair([take("Left picture", first), take("Right picture", last)], (phase, second) => overlay?.show(phase, second));
  overlay?.onTouch((phase) => pair.go(phase));
  return overlay ? [pair.element, overlay.element] : [pair.element];
}

interface Overlay {
  readonly element: HTMLElement;
  show(phase: number, chosen: number): void;
  onTouch(touched: (phase: number) => void): void;
}

function makeOverlay(viewer: Viewer): Overlay | null {
  const choices = viewer.departures.courses.filter(({ number }) => number === viewer.departures.courses[0]?.number);
  const usual = choices[0];
  if (!usual) return null;
  let [choice, chosen, at] = [usual, usual.number, 0.5];
  let touched = (_phase: number): void => {};
  let plot: Plot | null = null;
  const words = make("p", { class: "soft", role: "status" });
  const select = make("select", { "aria-label": "Which curve" });
  for (const one of choices) select.append(make("option", {}, nameOf(viewer, one)));
  const head = make("p", { class: "head" }, select);
  const element = make("div", { class: "laid" }, head, words);
  const draw = (): void => {
    const departure = viewer.departures.courses.find(
      ({ number, curve, side }) => number === chosen && curve === choice.curve && side === choice.side,
    );
    const marked = departure ? beyond(departure.value, departure.sd, viewer.sure) : [];
    plot?.element.remove();
    plot = drawOverlay(viewer, choice, chosen, marked, (phase) => touched(phase));
    head.after(plot.element);
    words.textContent = tellMarked(viewer, choice, chosen, marked.length);
    plot.point(at);
  };
  select.addEventListener("change", () => {
    choice = choices[select.selectedIndex] ?? usual;
    draw();
  });
  return {
    element,
    show(phase, second) {
      at = phase;
      if (plot && second === chosen) {
        plot.point(phase);
        return;
      }
      chosen = second;
      draw();
    },
    onTouch(listener) {
      touched = listener;
    },
  };
}

function drawOverlay(
  viewer: Viewer, { curve, side }: Departure, chosen: number, marked: readonly { from: number; to: number }[],
  onTouch: (phase: number) => void,
): Plot {
  const course = viewer.curves.find(({ id }) => id === curve)?.courses.find((one) => one.side === side);
  const whole = viewer.repetitions.filter(({ complete }) => complete);
  const ordered = [...whole.filter(({ number }) => number !== chosen), ...whole.filter(({ number }) => number === chosen)];
  return new Plot({
    name: `${begin(nameOf(viewer, { curve, side }))} from start to end of every repetition, laid over one another.`,
    x: AXIS,
    lines: ordered.map((repetition) => ({
      side,
      value: lay(viewer.times, course?.value ?? [], repetition, PHASES),
      faint: repetition.number !== chosen,
    })),
    spans: [],
    marked,
    tellX: (phase) => (phase === 0 ? "start" : phase === 0.5 ? nameOfBottom(whole[0]?.task ?? "") : phase === 1 ? "end" : ""),
    height: HEIGHT,
    onTouch: (phase) => onTouch(Math.min(Math.max(phase, 0), 1)),
  });
}

function nameOf(viewer: Viewer, { curve, side }: Pick<Departure, "curve" | "side">): string {
  const label = viewer.curves.find(({ id }) => id === curve)?.label ?? curve;
  return side ? `${label}, ${side}` : label;
}

function tellMarked(viewer: Viewer, { curve, side }: Departure, chosen: number, marks: number): string {
  const name = nameOf(viewer, { curve, side });
  return marks
    ? `The bar along the bottom marks where repetition ${chosen} differs from the mean of all by more than its error (${name}).`
    : `Repetition ${chosen}, the thick line, stays within its error of the mean of all (${name}).`;
}

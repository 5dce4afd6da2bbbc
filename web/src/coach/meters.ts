/** The person's own targets as scales with a mark that moves; left and right apart where both are seen. */

import { type Measure, type Posture, isShown } from "./angles.ts";
import type { Side, View } from "./body.ts";
import { type Aim, type Target } from "./target.ts";
import { MEANINGS, NAMES, bandOf, tellBand } from "./words.ts";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 300;
const HEIGHT = 34;
/** A scale reaches so far to each side of its target. [°] */
const REACH = 40;
/** Numbers change no more often, so that they can be read. [s] */
const INTERVAL = 0.25;

type Mark = Side | "both";

export class Meters {
  readonly #meters: readonly Meter[];
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(list: HTMLElement, target: Target) {
    this.#meters = (Object.entries(target.aims) as [Measure, Aim][]).map(([measure, aim]) => new Meter(measure, aim));
    list.replaceChildren(...this.#meters.map((meter) => meter.element));
  }

  show(posture: Posture, view: View): void {
    const write = posture.time - this.#shownAt >= INTERVAL;
    if (write) this.#shownAt = posture.time;
    this.#meters.forEach((meter) => meter.show(posture, view, write));
  }

  blank(): void {
    this.#meters.forEach((meter) => meter.blank());
  }
}

class Meter {
  readonly element = document.createElement("li");
  readonly #measure: Measure;
  readonly #aim: Aim;
  readonly #value = document.createElement("span");
  readonly #marks: Readonly<Record<Mark, SVGElement>>;

  constructor(measure: Measure, aim: Aim) {
    this.#measure = measure;
    this.#aim = aim;
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = NAMES[measure];
    name.title = MEANINGS[measure];
    const yours = document.createElement("span");
    yours.className = "soft";
    yours.textContent = `yours: ${tellBand(aim, measure)}`;
    this.#value.className = "value";
    this.#marks = { both: mark("both", ""), left: mark("left", "L"), right: mark("right", "R") };
    this.element.append(name, this.#value, yours, this.#scale());
    this.blank();
  }

  show(posture: Posture, view: View, write: boolean): void {
    if (!isShown(this.#measure, view)) {
      this.blank();
      if (write) this.#value.textContent = "not seen from here";
      return;
    }
    const values = this.#valuesOf(posture);
    for (const name of ["both", "left", "right"] as const) {
      const value = values[name];
      this.#marks[name].classList.toggle("gone", value === undefined);
      if (value !== undefined) this.#marks[name].setAttribute("transform", `translate(${this.#place(value)} 0)`);
    }
    if (write) this.#value.textContent = tell(values);
  }

  blank(): void {
    this.#value.textContent = "–";
    Object.values(this.#marks).forEach((one) => one.classList.add("gone"));
  }

  #valuesOf(posture: Posture): Partial<Record<Mark, number>> {
    if (this.#measure === "knee_line") return posture.kneeLine ?? {};
    const value = posture[this.#measure];
    return value === null ? {} : { both: value };
  }

  #scale(): SVGElement {
    const svg = part("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
    const { low, high } = bandOf(this.#aim, this.#measure);
    const [from, to] = [this.#place(low), this.#place(high)];
    svg.append(
      part("line", { class: "track", x1: 4, x2: WIDTH - 4, y1: HEIGHT / 2, y2: HEIGHT / 2 }),
      part("rect", { class: "band", x: from, width: to - from, y: 5, height: HEIGHT - 10, rx: 5 }),
      ...Object.values(this.#marks),
    );
    return svg;
  }

  #place(value: number): number {
    const share = (value - this.#aim.value_deg + REACH) / (2 * REACH);
    return Math.round(10 * (14 + Math.min(1, Math.max(0, share)) * (WIDTH - 28))) / 10;
  }
}

function tell(values: Partial<Record<Mark, number>>): string {
  if (values.both !== undefined) return `${Math.round(values.both)}°`;
  if (values.left === undefined || values.right === undefined) return "–";
  return `L ${Math.round(values.left)}°, R ${Math.round(values.right)}°`;
}

function mark(name: Mark, letter: string): SVGElement {
  const group = part("g", { class: `mark ${name}` });
  const words = part("text", { x: 0, y: HEIGHT / 2 + 4.5, "text-anchor": "middle" });
  words.textContent = letter;
  group.append(part("circle", { cx: 0, cy: HEIGHT / 2, r: 11 }), words);
  return group;
}

function part(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, String(value)));
  return element;
}

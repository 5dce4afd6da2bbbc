/**
 * Sliders for another way to squat: while one is moved, the figure and its loads follow.
 *
 * What it looks for: <div data-whatif data-level="4" hidden><script type="application/json">a chart</script></div>,
 * in which `data-level` is that of the heading. Elsewhere, `mount` takes any source of answers, such as one that
 * asks a server.
 */

import { ask, changeOf, settingsOfToday, stopsOf } from "./chart.ts";
import type { Answer, AxisName, Chart, Effect, Point } from "./chart.ts";

const SVG = "http://www.w3.org/2000/svg";
const ORDER: readonly AxisName[] = ["heel", "shin", "trunk", "depth", "stance", "load"];
const LOADS: readonly (readonly [Effect, string])[] = [
  ["kneecap", "kneecap"],
  ["knee", "knee"],
  ["hip", "hip"],
  ["back", "low back"],
];
const WIDTH = 360;
const HEIGHT = 252;
const BOX = { left: 6, right: 136, top: 24, floor: 226 };
const TRACK = { left: 156, right: 350, first: 40, pitch: 34 };
const HEAD = { neck: 210, radius: 100, load: 130 };
const HEADINGS = [undefined, "h1", "h2", "h3", "h4"] as const;
/** Words are read out after a slider has rested for so long. [ms] */
const QUIET = 500;

/** Where answers come from: a chart in the page, or a server behind a function. */
export interface Source {
  readonly chart: Chart;
  readonly answer: (settings: readonly number[]) => Answer | Promise<Answer>;
}

/** Sliders for every place of the page that holds a chart. */
export function mountAll(page: Document): void {
  page.querySelectorAll<HTMLElement>("[data-whatif]").forEach((root) => {
    const chart = JSON.parse(root.querySelector("script")?.textContent ?? "null") as Chart | null;
    if (chart) mount(root, { chart, answer: (settings) => ask(chart, settings) });
  });
  replayWhenSeen(page);
}

/**
 * Figure, sliders and words in an element, which is shown then. Of answers that come late, only the last one asked
 * for counts.
 */
export function mount(root: HTMLElement, source: Source): void {
  const today = settingsOfToday(source.chart);
  const picture = new Picture(source.chart);
  const verdict = add("p", { class: "verdict" });
  const status = add("p", { class: "unseen", role: "status", "aria-live": "polite" });
  const sliders = ORDER.map((name) => new Slider(source.chart, name, today, () => void update()));
  let asked = 0;
  let timer = 0;

  async function update(): Promise<void> {
    const settings = today.slice();
    sliders.forEach((slider) => (settings[slider.index] = slider.value));
    const turn = ++asked;
    const answer = await source.answer(settings);
    if (turn !== asked) return;
    picture.show(answer, settings);
    sliders.forEach((slider) => slider.tell(answer));
    const stops = stopsOf(source.chart, answer);
    root.classList.toggle("stopped", stops.length > 0);
    verdict.textContent = stops.length ? `Out of reach: ${stops.join(" ")}` : "Your body can probably hold this.";
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (status.textContent = `${picture.words(answer)} ${verdict.textContent}`), QUIET);
  }

  const reset = add("button", { type: "button" }, "Back to today");
  reset.addEventListener("click", () => {
    sliders.forEach((slider) => slider.reset());
    void update();
  });
  const controls = add("div", { class: "sliders", role: "group", "aria-label": "Change your squat" });
  controls.append(...sliders.map((slider) => slider.element), reset);
  const shown = add("div");
  shown.append(picture.svg, verdict);
  root.append(add(HEADINGS[Number(root.dataset["level"] ?? 4)] ?? "h4", {}, "Try it yourself"), shown, controls, status);
  root.hidden = false;
  void update();
}

/** One labelled slider with its value in words. */
class Slider {
  readonly index: number;
  readonly element = add("label");
  private readonly input: HTMLInputElement;
  private readonly output = add("output");
  private readonly today: number;

  constructor(
    chart: Chart,
    private readonly name: AxisName,
    today: readonly number[],
    moved: () => void,
  ) {
    this.index = chart.axes.findIndex((axis) => axis.name === name);
    const axis = chart.axes[this.index];
    const nodes = axis?.nodes ?? [];
    this.today = today[this.index] ?? 0;
    const [min, max] = [nodes[0] ?? 0, nodes.at(-1) ?? 0];
    this.input = add("input", { type: "range", min, max, step: stepTo(this.today - min, axis?.step ?? 1), value: this.today });
    this.input.addEventListener("input", moved);
    const label = labelOf(name, chart);
    this.input.setAttribute("aria-label", label);
    // A label belongs to the first control in it, and an output is one: the style sheet puts it before the slider.
    this.element.append(add("span", {}, label), this.input, this.output);
    this.element.hidden = nodes.length < 2;
  }

  get value(): number {
    return Number(this.input.value);
  }

  reset(): void {
    this.input.value = String(this.today);
  }

  /** What the slider stands for now; shin and trunk also say where they would be. */
  tell(answer: Answer): void {
    const words = valueOf(this.name, this.value, this.value - this.today, answer);
    this.output.textContent = words;
    this.input.setAttribute("aria-valuetext", words);
  }
}

/** A step near to the wanted one that leads exactly to a number. */
function stepTo(way: number, step: number): number {
  return way > 0 ? way / Math.max(1, Math.round(way / step)) : step;
}

function labelOf(name: AxisName, chart: Chart): string {
  const names = { heel: "Heels", shin: "Shins", trunk: "Trunk", depth: "Depth", stance: "Feet apart" };
  return name === "load" ? `Load, ${chart.where}` : names[name];
}

function valueOf(name: AxisName, value: number, moved: number, { values }: Answer): string {
  const degrees = Math.round(Math.abs(moved));
  const turned = (less: string, more: string, still: string): string =>
    degrees === 0 ? still : `${degrees}° ${moved < 0 ? less : more}`;
  const lean = (angle: number): string => `${Math.round((angle * 180) / Math.PI)}°`.replace("-", "−");
  switch (name) {
    case "heel":
      return value < 1 ? "flat" : `${Math.round(value)} mm up`;
    case "shin":
      return `${lean(values.shin)}, ${turned("more upright", "further forward", "as you would")}`;
    case "trunk":
      return `${lean(values.trunk)}, ${turned("more upright", "further forward", "as you would")}`;
    case "depth":
      return turned("higher", "deeper", "as today");
    case "stance":
      return `${Math.round(value)} cm`;
    case "load":
      return value < 0.5 ? "none" : `${Math.round(10 * value) / 10} kg`;
  }
}

/** The person in today's squat and in another one, with loads beside. */
class Picture {
  readonly svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "change", role: "img" });
  private readonly today: Answer;
  private readonly largest: number;
  private readonly view: View;
  private readonly person: SVGElement[];
  private readonly wedge = draw("path", { class: "thing" });
  private readonly load = draw("path", { class: "load" });
  private readonly rows: Row[];

  constructor(private readonly chart: Chart) {
    const settings = settingsOfToday(chart);
    this.today = ask(chart, settings);
    this.largest = Math.max(...LOADS.slice(1).map(([effect]) => this.today.values[effect]));
    this.view = viewOf(chart);
    const ghost = [draw("path", { class: "limb ghost" }), draw("path", { class: "head ghost" })];
    this.person = ["limb", "head", "joint ankle", "joint knee", "joint hip"].map((name) => draw("path", { class: name }));
    const floor = draw("path", { class: "floor", d: `M${BOX.left} ${BOX.floor + 2}H${BOX.right}` });
    const names = [...LOADS.map(([, name]) => name), "ankle bend", "weight over the foot"];
    this.rows = names.map((name, i) => new Row(name, TRACK.first + i * TRACK.pitch));
    const middle = (TRACK.left + TRACK.right) / 2;
    const ends = TRACK.first + (names.length - 1) * TRACK.pitch + 23;
    this.svg.append(
      draw("title", {}, "Your squat today, pale, and another one, with its loads"),
      floor, this.wedge, ...ghost, this.load, ...this.person,
      ...this.rows.flatMap((row) => row.parts),
      draw("text", { class: "soft", x: middle, y: 15, "text-anchor": "middle", "font-size": 13 }, "today"),
      draw("text", { class: "soft", x: TRACK.left, y: ends, "font-size": 13 }, "heel"),
      draw("text", { class: "soft", x: TRACK.right, y: ends, "text-anchor": "end", "font-size": 13 }, "toes"),
    );
    this.outlines(this.today).slice(0, 2).forEach((moves, i) => ghost[i]?.setAttribute("d", moves));
  }

  show(answer: Answer, settings: readonly number[]): void {
    this.outlines(answer).forEach((moves, i) => this.person[i]?.setAttribute("d", moves));
    this.wedge.setAttribute("d", this.wedgeOf(answer));
    this.load.setAttribute("d", this.loadOf(answer, settings));
    LOADS.forEach(([effect], i) => {
      const change = this.change(effect, answer);
      if (change) this.rows[i]?.bar([change.ratio, change.low, change.high].map((one) => (1 + one) / 2), 0.5, change.kind, change.words);
      else this.rows[i]?.bar([0, 0, 0], 0.5, "same", "little today");
    });
    this.share("ankle", answer, 4, `${percent(answer.values.ankle)} of reach`);
    this.share("weight", answer, 5, "");
  }

  /** The loads, for those who cannot see them. */
  words(answer: Answer): string {
    const loads = LOADS.flatMap(([effect, name]) => {
      const change = this.change(effect, answer);
      return change ? [`${name} ${change.words}`] : [];
    });
    const told = loads.every((one) => one.endsWith("as today")) ? "As today" : loads.join(", ");
    return `${told.charAt(0).toUpperCase()}${told.slice(1)}.`;
  }

  private change(effect: Effect, answer: Answer): ReturnType<typeof changeOf> {
    const largest = effect === "kneecap" ? 0 : this.largest;
    return changeOf(this.today.values[effect], answer.values[effect], answer.sds[effect] ?? 0, largest);
  }

  private share(effect: Effect, answer: Answer, row: number, words: string): void {
    const [value, reach] = [answer.values[effect], 1.645 * (answer.sds[effect] ?? 0)];
    const shares = [value, value - reach, value + reach];
    if (effect === "weight") this.rows[row]?.dot(shares, this.today.values[effect]);
    else this.rows[row]?.bar(shares, this.today.values[effect], "same", words);
  }

  private outlines({ points, values }: Answer): string[] {
    const place = (name: string): Point => this.view.place(points[name] ?? [0, 0]);
    const head = this.view.place(headOf(points["shoulder"] ?? [0, 0], values.trunk));
    const limb = `${line(["heel", "toe", "ankle", "heel"].map(place))}${line([...["ankle", "knee", "hip", "shoulder"].map(place), head])}`;
    const joints = ["ankle", "knee", "hip"].map((name) => dot(place(name), 4.5));
    return [limb, dot(head, HEAD.radius * this.view.scale), ...joints];
  }

  private wedgeOf({ points }: Answer): string {
    const heel: Point = points["heel"] ?? [0, 0];
    const toe: Point = points["toe"] ?? [0, 0];
    if (heel[1] < 1) return "";
    const ball: Point = [heel[0] + 0.72 * (toe[0] - heel[0]), 0];
    const below: Point = [heel[0], 0];
    return `${line([heel, ball, below].map((one) => this.view.place(one)))}Z`;
  }

  private loadOf({ points, values }: Answer, settings: readonly number[]): string {
    const mass = settings[this.chart.axes.findIndex((axis) => axis.name === "load")] ?? 0;
    if (mass < 0.5) return "";
    const [forward, up, hangs] = this.chart.beside;
    const turn = hangs ? 0 : values.trunk;
    const [x, z] = points["shoulder"] ?? [0, 0];
    const ahead = 1000 * (forward * Math.cos(turn) + up * Math.sin(turn));
    const above = 1000 * (up * Math.cos(turn) - forward * Math.sin(turn));
    return dot(this.view.place([x + ahead, z + above]), HEAD.load * this.view.scale);
  }
}

/** A name, words for the change, and a track with today's place, the value and its band. */
class Row {
  readonly parts: SVGElement[];
  private readonly amount = draw("path", {});
  private readonly band = draw("path", { class: "band" });
  private readonly today = draw("path", { class: "today" });
  private readonly words: SVGElement;

  constructor(
    name: string,
    private readonly y: number,
  ) {
    const label = draw("text", { x: TRACK.left, y: y - 4, fill: "currentColor", "font-size": 13 }, name);
    this.words = draw("text", { class: "soft", x: TRACK.right, y: y - 4, "text-anchor": "end", "font-size": 13 });
    const track = draw("path", { class: "track", d: `M${TRACK.left} ${y + 6}H${TRACK.right}` });
    this.parts = [label, this.words, track, this.today, this.amount, this.band];
  }

  bar(shares: readonly number[], today: number, kind: string, words: string): void {
    const y = this.y + 6;
    const right = across(shares[0] ?? 0).toFixed(1);
    this.amount.setAttribute("d", `M${TRACK.left} ${y - 3.5}H${right}V${y + 3.5}H${TRACK.left}Z`);
    this.rest(shares, today, kind, words);
  }

  dot(shares: readonly number[], today: number): void {
    this.amount.setAttribute("d", dot([across(shares[0] ?? 0), this.y + 6], 5));
    this.rest(shares, today, "same", "");
  }

  private rest(shares: readonly number[], today: number, kind: string, words: string): void {
    this.amount.setAttribute("class", `amount ${kind}`);
    this.today.setAttribute("d", `M${across(today).toFixed(1)} ${this.y}v12`);
    this.band.setAttribute("d", `M${across(shares[1] ?? 0).toFixed(1)} ${this.y + 6}H${across(shares[2] ?? 0).toFixed(1)}`);
    this.words.textContent = words;
  }
}

/** From millimetres to places in the drawing, the same for every answer. */
interface View {
  readonly scale: number;
  readonly place: (point: Point) => Point;
}

function viewOf(chart: Chart): View {
  const ahead = chart.points.filter((_, i) => i % 2 === 0);
  const above = chart.points.filter((_, i) => i % 2 === 1);
  const reduce = (numbers: readonly number[], pick: (a: number, b: number) => number): number => numbers.reduce((a, b) => pick(a, b));
  const low = Math.min(reduce(ahead, Math.min), -chart.foot) - 60;
  const high = reduce(ahead, Math.max) + 60;
  const top = reduce(above, Math.max) + HEAD.neck + HEAD.radius;
  const scale = Math.min((BOX.right - BOX.left) / (high - low), (BOX.floor - BOX.top) / top);
  const left = (BOX.left + BOX.right) / 2 - (scale * (low + high)) / 2;
  return { scale, place: ([x, z]) => [left + scale * x, BOX.floor - scale * z] };
}

function headOf([x, z]: Point, lean: number): Point {
  return [x + HEAD.neck * Math.sin(lean / 2), z + HEAD.neck * Math.cos(lean / 2)];
}

function across(share: number): number {
  return TRACK.left + (TRACK.right - TRACK.left) * Math.min(Math.max(share, 0), 1);
}

function percent(share: number): string {
  return `${Math.max(Math.round(100 * share), 0)} %`;
}

function line(points: readonly Point[]): string {
  return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
}

function dot([x, y]: Point, radius: number): string {
  const [r, half] = [radius.toFixed(1), (2 * radius).toFixed(1)];
  return `M${(x - radius).toFixed(1)} ${y.toFixed(1)}a${r} ${r} 0 1 1 ${half} 0a${r} ${r} 0 1 1 -${half} 0Z`;
}

type Looks = Readonly<Record<string, string | number>>;

function add<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, looks: Looks = {}, words = ""): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(looks)) element.setAttribute(key, String(value));
  element.textContent = words;
  return element;
}

function draw<Tag extends keyof SVGElementTagNameMap>(tag: Tag, looks: Looks, words = ""): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(looks)) element.setAttribute(key, String(value));
  if (words) element.textContent = words;
  return element;
}

/** Figures that turn once from today to another squat turn again when they come into sight. */
function replayWhenSeen(page: Document): void {
  if (!("IntersectionObserver" in window)) return;
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof SVGSVGElement)) continue;
        target.setCurrentTime(0);
        watch.unobserve(target);
      }
    },
    { threshold: 0.6 },
  );
  page.querySelectorAll<SVGSVGElement>("svg.change").forEach((svg) => {
    if (svg.querySelector("animate")) watch.observe(svg);
  });
}

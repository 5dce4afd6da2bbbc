/** Curves with their bands by uPlot, in the colours of the page: left an unbroken line, right a broken one. */

import uPlot from "uplot";

import type { Numbers, Side } from "./data.ts";
import { make } from "./elements.ts";
import type { Stretch } from "./phase.ts";

const FALLBACK = { ink: "#1d2126", soft: "#565d66", line: "#dcd8d0", left: "#b45309", right: "#0b66c3", sheet: "#f3f1ec" };
type Colour = keyof typeof FALLBACK;

/** A colour of the page's style sheet. */
export function colour(name: Colour): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || FALLBACK[name];
}

/** One line of a plot. */
export interface Line {
  readonly side: Side | null;
  readonly value: Numbers;
  readonly low?: Numbers;
  readonly high?: Numbers;
  /** Behind the others, thin. */
  readonly faint?: boolean;
}

/** A part of the axis with a sign of its own. */
export interface Span extends Stretch {
  readonly name: string;
}

export interface Plan {
  readonly name: string;
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  readonly spans: readonly Span[];
  /** Parts marked along the bottom. */
  readonly marked: readonly Stretch[];
  readonly tellX: (x: number) => string;
  readonly height: number;
  /** Called with the place on the axis that is touched or dragged to. */
  readonly onTouch: (x: number) => void;
}

export class Plot {
  readonly element: HTMLElement;
  private readonly plan: Plan;
  private readonly cursor = make("div", { class: "cursor", "aria-hidden": "true" });
  private readonly plot: uPlot;
  private at = 0;

  constructor(plan: Plan) {
    this.plan = plan;
    this.element = make("div", { class: "plot", role: "img", "aria-label": plan.name });
    this.plot = new uPlot(optionsOf(plan), dataOf(plan), this.element);
    // After every drawing, since uPlot takes a new size on at its own time.
    this.plot.hooks.draw?.push(() => this.point(this.at));
    this.plot.over.append(this.cursor);
    this.letTouch();
    new ResizeObserver(() => this.fit()).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.plot.redraw(false));
  }

  /** Puts the cursor at a place on the axis. */
  point(x: number): void {
    this.at = x;
    const left = this.plot.valToPos(x, "x");
    const outside = !(left >= 0 && left <= this.plot.over.clientWidth);
    this.cursor.hidden = outside;
    if (!outside) this.cursor.style.transform = `translateX(${left.toFixed(1)}px)`;
  }

  private fit(): void {
    const width = Math.floor(this.element.clientWidth);
    if (width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: this.plan.height });
  }

  /** A touch or a click moves the film, and so does dragging from there. */
  private letTouch(): void {
    const { over } = this.plot;
    const move = (event: PointerEvent): void => {
      const left = Math.min(Math.max(event.clientX - over.getBoundingClientRect().left, 0), over.clientWidth);
      this.plan.onTouch(this.plot.posToVal(left, "x"));
    };
    over.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      over.setPointerCapture(event.pointerId);
      move(event);
    });
    over.addEventListener("pointermove", (event) => {
      if (over.hasPointerCapture(event.pointerId)) move(event);
    });
  }
}

function dataOf({ x, lines }: Plan): uPlot.AlignedData {
  const rows = lines.flatMap(({ value, low, high }) => (low && high ? [high, low, value] : [value]));
  return [x, ...rows] as uPlot.AlignedData;
}

function optionsOf(plan: Plan): uPlot.Options {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const line of plan.lines) {
    const stroke = (): string => colour(line.side ?? "ink");
    if (line.low && line.high) {
      bands.push({ series: [series.length, series.length + 1], fill: () => withAlpha(stroke(), 0.18) });
      series.push({ stroke: "transparent", points: { show: false } }, { stroke: "transparent", points: { show: false } });
    }
    series.push({
      stroke: line.faint ? () => colour("soft") : stroke,
      width: line.faint ? 1 : 2.5,
      points: { show: false },
      ...(line.side === "right" && !line.faint ? { dash: [7, 5] } : {}),
    });
  }
  return {
    width: 320,
    height: plan.height,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false } },
    series,
    bands,
    axes: [axis((values) => values.map(plan.tellX), 28), axis((values) => values.map((value) => String(value)), 44)],
    hooks: { drawClear: [(plot) => drawSpans(plot, plan)], draw: [(plot) => drawMarked(plot, plan)] },
  };
}

function axis(tell: (values: readonly number[]) => string[], size: number): uPlot.Axis {
  return {
    size,
    stroke: () => colour("soft"),
    font: "13px system-ui, sans-serif",
    gap: 4,
    grid: { stroke: () => colour("line"), width: 1 },
    ticks: { show: false },
    values: (_plot, values) => tell(values),
  };
}

function drawSpans(plot: uPlot, { spans }: Plan): void {
  const { ctx } = plot;
  const { top, height } = plot.bbox;
  ctx.save();
  for (const { from, to, name } of spans) {
    const [left, right] = [plot.valToPos(from, "x", true), plot.valToPos(to, "x", true)];
    ctx.fillStyle = colour("sheet");
    ctx.fillRect(left, top, right - left, height);
    ctx.fillStyle = colour("soft");
    ctx.font = `${13 * (window.devicePixelRatio || 1)}px system-ui, sans-serif`;
    ctx.textBaseline = "top";
    ctx.fillText(name, left + 5 * (window.devicePixelRatio || 1), top + 3);
  }
  ctx.restore();
}

function drawMarked(plot: uPlot, { marked }: Plan): void {
  const { ctx } = plot;
  const { top, height } = plot.bbox;
  const thick = 5 * (window.devicePixelRatio || 1);
  ctx.save();
  ctx.fillStyle = colour("ink");
  for (const { from, to } of marked) {
    const [left, right] = [plot.valToPos(from, "x", true), plot.valToPos(to, "x", true)];
    ctx.fillRect(left, top + height - thick, right - left, thick);
  }
  ctx.restore();
}

/** The same colour, seen through; canvases take what style sheets take. */
function withAlpha(solid: string, alpha: number): string {
  return `color-mix(in srgb, ${solid} ${100 * alpha}%, transparent)`;
}

/**
 * A chart of answers to every mixture of changes, and what is read from it: numbers between its nodes, words for a
 * change, and what stands against a posture. Knows no page, so that it can be tested without one.
 */

/** One kind of change: the numbers it was worked out for, in the unit that people read, and a slider's step. */
export interface Axis {
  readonly name: AxisName;
  readonly nodes: readonly number[];
  readonly step: number;
}

export type AxisName = "load" | "heel" | "depth" | "stance" | "shin" | "trunk";
export type Effect = "kneecap" | "knee" | "hip" | "back" | "ankle" | "fold" | "weight" | "shin" | "trunk";
export type Point = readonly [ahead: number, up: number];

/**
 * What Python writes: `values`, `sds` and `points` are flat, in the order of the axes, the last one fastest. A value
 * is divided by its scale; points are in millimetres from the tip of the toes.
 */
export interface Chart {
  readonly axes: readonly Axis[];
  /** Number of today's node on each axis. */
  readonly node: readonly number[];
  /** Between which the weight under the foot must lie, 0 heel to 1 tip of the toes. */
  readonly within: readonly [number, number];
  /** Where the load sits, in words, and from mid-shoulder: forward and up [m], 1 where the trunk does not turn it. */
  readonly where: string;
  readonly beside: readonly [forward: number, up: number, hangs: number];
  /** Whether it was tested how far the ankle bends; else it is what is usual. */
  readonly tested: boolean;
  readonly scales: Readonly<Record<Effect, number>>;
  readonly values: Readonly<Record<Effect, readonly number[]>>;
  readonly sds: Readonly<Partial<Record<Effect, readonly number[]>>>;
  readonly drawn: readonly string[];
  readonly points: readonly number[];
  /** Length of a foot as seen from the side. [mm] */
  readonly foot: number;
}

/** What one mixture of changes would do. */
export interface Answer {
  readonly values: Readonly<Record<Effect, number>>;
  /** Standard deviation of the change against today; of the ankle's range used, of that itself. */
  readonly sds: Readonly<Partial<Record<Effect, number>>>;
  /** Name of a joint → where it is, seen from the side. [mm] */
  readonly points: Readonly<Record<string, Point>>;
}

/** Standard deviations to either side that hold 9 of 10. */
const NINE_IN_TEN = 1.645;
/** A change of the load below this share is told as none; a band within the second one as about the same. */
const NONE = 0.02;
const SAME = 0.05;
const SLACK = 0.01;

/** One number for each axis: today's squat. */
export function settingsOfToday(chart: Chart): number[] {
  return chart.axes.map((axis, i) => axis.nodes[chart.node[i] ?? 0] ?? 0);
}

/** The answer to a mixture of changes, straight between the nodes around it. */
export function ask(chart: Chart, settings: readonly number[]): Answer {
  const corners = cornersOf(chart, settings);
  const mix = (flat: readonly number[], width = 1, offset = 0): number =>
    corners.reduce((sum, [row, weight]) => sum + weight * (flat[row * width + offset] ?? Number.NaN), 0);
  const scaled = (columns: Readonly<Partial<Record<Effect, readonly number[]>>>): Partial<Record<Effect, number>> =>
    Object.fromEntries(Object.entries(columns).map(([name, flat]) => [name, mix(flat) / chart.scales[name as Effect]]));
  const width = 2 * chart.drawn.length;
  const points = chart.drawn.map((name, i) => [name, [mix(chart.points, width, 2 * i), mix(chart.points, width, 2 * i + 1)]]);
  return {
    values: scaled(chart.values) as Record<Effect, number>,
    sds: scaled(chart.sds),
    points: { ...Object.fromEntries(points), ...footOf(chart, settings) },
  };
}

/** Rows of the nodes around a place, each with its weight. */
function cornersOf(chart: Chart, settings: readonly number[]): [row: number, weight: number][] {
  let corners: [number, number][] = [[0, 1]];
  chart.axes.forEach(({ nodes }, i) => {
    const [low, share] = placeOn(nodes, settings[i] ?? 0);
    corners = corners.flatMap(([row, weight]): [number, number][] => {
      const first = row * nodes.length + low;
      return share > 0 ? [[first, weight * (1 - share)], [first + 1, weight * share]] : [[first, weight]];
    });
  });
  return corners;
}

/** Number of the node below, and the share of the way to the next one. */
function placeOn(nodes: readonly number[], setting: number): [low: number, share: number] {
  const last = nodes.length - 1;
  let low = 0;
  while (low < last - 1 && (nodes[low + 1] ?? 0) <= setting) low += 1;
  const [from, to] = [nodes[low] ?? 0, nodes[low + 1] ?? nodes[low] ?? 0];
  const share = to > from ? Math.min(Math.max((setting - from) / (to - from), 0), 1) : 0;
  return share === 1 ? [low + 1, 0] : [low, share];
}

/** Heel and toe; the heel stands on what raises it. */
function footOf(chart: Chart, settings: readonly number[]): Record<string, Point> {
  const height = settings[chart.axes.findIndex((axis) => axis.name === "heel")] ?? 0;
  return { heel: [-Math.sqrt(Math.max(chart.foot ** 2 - height ** 2, 0)), height], toe: [0, 0] };
}

/** How a load differs from today's, as a share of it; null where today's is next to nothing. */
export interface Change {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly kind: "less" | "more" | "same";
  readonly words: string;
}

/** In a few words, and no surer than it is. */
export function changeOf(today: number, then: number, sd: number, largest: number): Change | null {
  if (today <= SAME * largest) return null;
  const [ratio, reach] = [(then - today) / today, (NINE_IN_TEN * sd) / today];
  const [low, high] = [ratio - reach, ratio + reach];
  if (Math.abs(ratio) <= NONE || Math.abs(then - today) <= sd) {
    const near = Math.max(Math.abs(low), Math.abs(high)) <= SAME;
    return { ratio, low, high, kind: "same", words: ratio === 0 ? "as today" : near ? "about the same" : "either way" };
  }
  const kind = ratio > 0 ? "more" : "less";
  return { ratio, low, high, kind, words: `${spanOf(ratio, low, high, kind)} % ${kind}` };
}

function spanOf(ratio: number, low: number, high: number, kind: "less" | "more"): string {
  const percent = (share: number): number => Math.round(100 * Math.min(Math.abs(share), kind === "less" ? 1 : Infinity));
  if (low * high <= 0) return `about ${percent(ratio)}`;
  const [first, last] = [percent(low), percent(high)].sort((a, b) => a - b);
  return first === last ? `${last}` : `${first}–${last}`;
}

/** What stands against a posture, in whole sentences; empty where nothing does. */
export function stopsOf({ within, tested }: Chart, { values }: Answer): string[] {
  const stops = [];
  const ankles = tested ? "than yours do." : "than most people's do; the knee-to-wall test would tell how far yours go.";
  if (values.ankle > 1 + SLACK) stops.push(`Ankles would have to bend further ${ankles}`);
  if (values.fold > 1 + SLACK) stops.push("Hips would have to fold further than yours are likely to.");
  if (values.weight < within[0] - SLACK) stops.push("You would tip backwards.");
  if (values.weight > within[1] + SLACK) stops.push("You would tip forwards.");
  return stops;
}

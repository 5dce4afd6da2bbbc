/**
 * The measured joints drawn over the film, in the looks of `overlay.mp4`: left an unbroken orange line, right a broken
 * blue one, both with a dark rim, bright on any film; the side nearer to the camera thicker and on top.
 */

import { type Point, pointOf, type Side, SIDES, type Viewer, write } from "./data.ts";
import { arcOf, between, middle, onScreen } from "./place.ts";

const COLOURS: Record<Side, string> = { left: "rgb(255 170 40)", right: "rgb(70 170 255)" };
const [WHITE, RIM] = ["rgb(255 255 255)", "rgb(16 18 22)"];
const BONES = [["hip", "knee"], ["knee", "ankle"], ["ankle", "heel"], ["ankle", "toe"], ["heel", "toe"]] as const;
const ARM = [["shoulder", "elbow"], ["elbow", "wrist"]] as const;
const FOOT: readonly string[] = ["heel", "toe"];

/** What the angles at a picture are, for the arcs; null where not measured. [°] */
export interface Angles {
  readonly left: number | null;
  readonly right: number | null;
  readonly trunk: number | null;
}

type Joints = Record<Side, Readonly<Record<string, Point | null>>>;

class Brush {
  private readonly canvas: CanvasRenderingContext2D;
  private readonly thick: number;
  private readonly letter: number;
  private readonly labels: [string, Point][] = [];

  constructor(canvas: CanvasRenderingContext2D, tall: number) {
    this.canvas = canvas;
    this.thick = Math.min(Math.max(0.011 * tall, 2), 7);
    this.letter = Math.min(Math.max(0.045 * tall, 12), 20);
    canvas.lineCap = "round";
  }

  line(from: Point | null, to: Point | null, colour: string, weight: number, broken = false): void {
    if (!from || !to) return;
    const thick = this.thick * weight;
    this.stroke(thick + 2, RIM, () => this.path(from, to));
    this.canvas.setLineDash(broken ? [2 * this.thick, 2.6 * this.thick] : []);
    this.stroke(thick, colour, () => this.path(from, to));
    this.canvas.setLineDash([]);
  }

  dot(centre: Point | null, colour: string, weight: number): void {
    if (!centre) return;
    const radius = 1.25 * this.thick * weight;
    for (const [size, fill] of [[radius, RIM], [0.72 * radius, colour]] as const) {
      this.canvas.fillStyle = fill;
      this.canvas.beginPath();
      this.canvas.arc(...centre, size, 0, 2 * Math.PI);
      this.canvas.fill();
    }
  }

  /** An arc from one direction to another; the angle is written beside it at the end, over everything. */
  angle(corner: Point | null, first: Point | null, second: Point | null, degrees: number | null): void {
    if (!corner || !first || !second || degrees === null) return;
    const { radius, begin, sweep } = arcOf(corner, first, second);
    const reach: Point = [corner[0] + 1.2 * radius * Math.cos(begin), corner[1] + 1.2 * radius * Math.sin(begin)];
    for (const [thick, colour] of [[3, RIM], [1, WHITE]] as const) {
      this.stroke(thick, colour, () => this.path(corner, reach));
    }
    for (const [thick, colour] of [[4, RIM], [2, WHITE]] as const) {
      this.stroke(thick, colour, () => this.canvas.arc(...corner, radius, begin, begin + sweep, sweep < 0));
    }
    const [towards, beside] = [begin + sweep / 2, radius + 1.6 * this.letter];
    const place: Point = [corner[0] + beside * Math.cos(towards), corner[1] + beside * Math.sin(towards)];
    this.labels.push([`${write(degrees, "°")}°`, place]);
  }

  writeAngles(): void {
    for (const [text, place] of this.labels) this.label(text, place);
  }

  private label(text: string, [x, y]: Point): void {
    const { canvas, letter } = this;
    canvas.font = `600 ${letter}px system-ui, sans-serif`;
    canvas.textAlign = "center";
    canvas.textBaseline = "middle";
    const wide = canvas.measureText(text).width + 0.6 * letter;
    const { width, height } = screenOf(canvas);
    const [left, top] = [
      Math.min(Math.max(x, wide / 2 + 2), width - wide / 2 - 2),
      Math.min(Math.max(y, letter), height - letter),
    ];
    canvas.fillStyle = "rgb(16 18 22 / 0.72)";
    canvas.fillRect(left - wide / 2, top - 0.7 * letter, wide, 1.4 * letter);
    canvas.fillStyle = WHITE;
    canvas.fillText(text, left, top);
  }

  private path(from: Point, to: Point): void {
    this.canvas.moveTo(...from);
    this.canvas.lineTo(...to);
  }

  private stroke(thick: number, colour: string, path: () => void): void {
    this.canvas.lineWidth = thick;
    this.canvas.strokeStyle = colour;
    this.canvas.beginPath();
    path();
    this.canvas.stroke();
  }
}

/** Size of a canvas in CSS pixels, whatever the screen's density. */
function screenOf(canvas: CanvasRenderingContext2D): { width: number; height: number } {
  const scale = canvas.getTransform().a;
  return { width: canvas.canvas.width / scale, height: canvas.canvas.height / scale };
}

/** Draws a picture's skeleton and arcs; nothing where nothing was measured. */
export function drawFigure(canvas: CanvasRenderingContext2D, viewer: Viewer, frame: number, angles: Angles | null): void {
  const screen = screenOf(canvas);
  canvas.clearRect(0, 0, screen.width, screen.height);
  const joints = Object.fromEntries(
    SIDES.map((side) => [side, placed(viewer, frame, side, screen)] as const),
  ) as Joints;
  const brush = new Brush(canvas, heightOf(viewer) * (screen.height / (viewer.person[3] - viewer.person[1])));
  const [hips, shoulders] = ["hip", "shoulder"].map((name) => middle(SIDES.map((side) => joints[side][name] ?? null)));
  if (angles) drawAngles(brush, viewer, joints, angles, [hips ?? null, shoulders ?? null]);
  const order: readonly Side[] = viewer.near === "right" ? ["left", "right"] : ["right", "left"];
  for (const side of order) drawSide(brush, joints[side], side, viewer.near === null || viewer.near === side ? 1 : 0.65);
  drawTrunk(brush, joints, hips ?? null, shoulders ?? null);
  brush.writeAngles();
}

function placed(viewer: Viewer, frame: number, side: Side, screen: { width: number; height: number }): Joints[Side] {
  const known = viewer.joints.map((joint) => {
    const point = pointOf(viewer, frame, side, joint);
    return [joint, point && onScreen(point, viewer.person, screen)] as const;
  });
  return Object.fromEntries(known);
}

function drawSide(brush: Brush, joints: Joints[Side], side: Side, weight: number): void {
  const broken = side === "right";
  for (const [one, other] of BONES) {
    const foot = FOOT.includes(one) || FOOT.includes(other);
    brush.line(joints[one] ?? null, joints[other] ?? null, COLOURS[side], weight * (foot ? 0.6 : 1), broken && !foot);
  }
  for (const joint of ["hip", "knee", "ankle"]) brush.dot(joints[joint] ?? null, COLOURS[side], weight);
  for (const [one, other] of ARM) brush.line(joints[one] ?? null, joints[other] ?? null, COLOURS[side], 0.45, broken);
}

function drawTrunk(brush: Brush, joints: Joints, hips: Point | null, shoulders: Point | null): void {
  for (const joint of ["hip", "shoulder"]) {
    brush.line(joints.left[joint] ?? null, joints.right[joint] ?? null, WHITE, 0.6);
  }
  brush.line(hips, shoulders, WHITE, 1);
}

function drawAngles(
  brush: Brush, viewer: Viewer, joints: Joints, angles: Angles, [hips, shoulders]: readonly [Point | null, Point | null],
): void {
  for (const side of SIDES) {
    if (viewer.near !== null && viewer.near !== side) continue;
    const [hip, knee, ankle] = ["hip", "knee", "ankle"].map((name) => joints[side][name] ?? null);
    if (hip && knee && ankle) brush.angle(knee, between(hip, knee), between(knee, ankle), angles[side]);
  }
  if (hips && shoulders) {
    const trunk = between(hips, shoulders);
    brush.angle(hips, [0, -Math.hypot(...trunk)], trunk, angles.trunk);
  }
}

const heights = new WeakMap<Viewer, number>();

/** Typical height of the figure while standing; sets how thick it is drawn. [px] */
function heightOf(viewer: Viewer): number {
  const known = heights.get(viewer);
  if (known !== undefined) return known;
  const tall = viewer.times.flatMap((_, frame) => {
    const ends = SIDES.flatMap((side) => ["shoulder", "toe"].map((joint) => pointOf(viewer, frame, side, joint)?.[1]));
    return ends.every((end) => end !== undefined) ? [Math.max(...(ends as number[])) - Math.min(...(ends as number[]))] : [];
  });
  tall.sort((one, other) => one - other);
  const height = tall[Math.floor(0.9 * (tall.length - 1))] ?? 400;
  heights.set(viewer, height);
  return height;
}

/** The angles of a picture, as its curves tell them. */
export function anglesAt(viewer: Viewer, frame: number): Angles {
  const at = (id: string, side: Side | null): number | null => {
    const courses = viewer.curves.find((curve) => curve.id === id)?.courses;
    return courses?.find((course) => course.side === side)?.value[frame] ?? null;
  };
  return {
    left: at("knee_flexion", "left"),
    right: at("knee_flexion", "right"),
    trunk: at("trunk_inclination", null),
  };
}

/** Body and cue → lines over the picture. Lines carry a dark edge, so that they show on any clothes and wall. */

import { type Measure } from "./angles.ts";
import { type Body, type Joint, SIDES, type View, middle, nearSide, radians } from "./body.ts";
import type { Target } from "./target.ts";

export interface Line {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
  readonly kind: "left" | "right" | "trunk" | "aim";
}

const CHAIN: readonly (readonly [Joint, Joint])[] = [["hip", "knee"], ["knee", "ankle"], ["heel", "toe"]];
const COLOURS = { left: "#ffaa28", right: "#5cb0ff", trunk: "#ffffff", aim: "#7dffb2" } as const;
const EDGE = "rgb(0 0 0 / 65%)";
/** Width of a line as a share of the picture's height. */
const WIDTH = 1 / 110;

/** The person as lines; from the side only the leg that is seen. */
export function skeleton(body: Body, view: View, azimuth: number): readonly Line[] {
  const sides = view === "side" ? [nearSide(azimuth)] : SIDES;
  const legs = sides.flatMap((side) =>
    CHAIN.map(([from, to]) => ({ from: body.legs[side][from], to: body.legs[side][to], kind: side })),
  );
  return [{ from: middle(body, "hip"), to: middle(body, "shoulder"), kind: "trunk" }, ...legs];
}

/** Where a part of the body should be at the lowest point, for the one measure that the cue is about. */
export function aimLine(body: Body, azimuth: number, target: Target, measure: Measure): Line | null {
  const aim = target.aims[measure];
  if (!aim || measure === "knee_line") return null;
  const leg = body.legs[nearSide(azimuth)];
  const forward = azimuth > 0 ? -1 : 1;
  const [foot, head] = {
    shin: [leg.ankle, leg.knee] as const,
    depth: [leg.knee, leg.hip] as const,
    trunk: [middle(body, "hip"), middle(body, "shoulder")] as const,
  }[measure];
  const length = Math.hypot(head.x - foot.x, head.y - foot.y);
  const lean = radians(measure === "depth" ? -aim.value_deg : aim.value_deg);
  return { from: foot, to: { x: foot.x + forward * length * Math.sin(lean), y: foot.y - length * Math.cos(lean) }, kind: "aim" };
}

/** Draw over the picture; an empty list wipes it. */
export function draw(canvas: HTMLCanvasElement, width: number, height: number, lines: readonly Line[]): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const brush = canvas.getContext("2d");
  if (!brush) return;
  brush.clearRect(0, 0, width, height);
  brush.lineCap = "round";
  for (const { from, to, kind } of lines) {
    for (const [colour, extra] of [[EDGE, 1.9], [COLOURS[kind], 1]] as const) {
      brush.strokeStyle = colour;
      brush.lineWidth = height * WIDTH * extra;
      brush.setLineDash(kind === "aim" ? [height / 40, height / 40] : []);
      brush.beginPath();
      brush.moveTo(from.x, from.y);
      brush.lineTo(to.x, to.y);
      brush.stroke();
    }
  }
}

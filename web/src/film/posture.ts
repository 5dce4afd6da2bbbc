/** The figure in space as lines, for browsers without WebGL. */

import { errorOf, jointOf, type Place, SIDES, type Side, type Viewer } from "./data.ts";
import { makeSvg } from "./elements.ts";
import { project, type Seen, solidity } from "./turning.ts";

/** A figure that stands in a box and is turned. */
export interface Figure {
  readonly element: Element;
  show(frame: number): void;
  see(seen: Seen): void;
}

export interface Bone {
  readonly from: Place;
  readonly to: Place;
  readonly side: Side | null;
  /** The less sure of its ends. [m] */
  readonly sd: number | null;
}

const LEG = [["hip", "knee"], ["knee", "ankle"], ["ankle", "heel"], ["heel", "toe"], ["toe", "ankle"]] as const;
const ARM = [["shoulder", "elbow"], ["elbow", "wrist"]] as const;

/** The bones that are known at a picture. */
export function bonesAt(viewer: Viewer, frame: number): Bone[] {
  const limbs = SIDES.flatMap((side) =>
    [...LEG, ...ARM].flatMap(([one, other]) => {
      const [from, to] = [jointOf(viewer, frame, side, one), jointOf(viewer, frame, side, other)];
      return from && to ? [{ from, to, side, sd: worse(errorOf(viewer, frame, side, one), errorOf(viewer, frame, side, other)) }] : [];
    }),
  );
  return [...limbs, ...trunkAt(viewer, frame)];
}

function trunkAt(viewer: Viewer, frame: number): Bone[] {
  const [hips, shoulders] = ["hip", "shoulder"].map((joint) => SIDES.map((side) => jointOf(viewer, frame, side, joint)));
  const [[leftHip, rightHip], [leftShoulder, rightShoulder]] = [hips ?? [], shoulders ?? []];
  if (!leftHip || !rightHip || !leftShoulder || !rightShoulder) return [];
  const sd = worse(errorOf(viewer, frame, "left", "hip"), errorOf(viewer, frame, "left", "shoulder"));
  const bone = (from: Place, to: Place): Bone => ({ from, to, side: null, sd });
  return [
    bone(leftHip, rightHip),
    bone(leftShoulder, rightShoulder),
    bone(halfWay(leftHip, rightHip), halfWay(leftShoulder, rightShoulder)),
  ];
}

function worse(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function halfWay([x, y, z]: Place, [u, v, w]: Place): Place {
  return [(x + u) / 2, (y + v) / 2, (z + w) / 2];
}

export class LineFigure implements Figure {
  readonly element: SVGElement;
  private readonly viewer: Viewer;
  private frame = 0;
  private seen: Seen = { around: 0, up: 0 };

  constructor(viewer: Viewer) {
    this.viewer = viewer;
    this.element = makeSvg("svg", { viewBox: "-1.1 -1.75 2.2 2", "aria-hidden": "true", class: "lines" });
  }

  show(frame: number): void {
    this.frame = frame;
    this.draw();
  }

  see(seen: Seen): void {
    this.seen = seen;
    this.draw();
  }

  private draw(): void {
    const lines = bonesAt(this.viewer, this.frame).map(({ from, to, side, sd }) => {
      const [[x1, y1], [x2, y2]] = [project(from, this.seen), project(to, this.seen)];
      return makeSvg("line", {
        class: side ?? "body", x1: String(x1), y1: String(-y1), x2: String(x2), y2: String(-y2),
        "stroke-width": "0.05", "stroke-linecap": "round", "stroke-opacity": String(solidity(sd)),
        ...(side === "right" ? { "stroke-dasharray": "0.09 0.08" } : {}),
      });
    });
    this.element.replaceChildren(...lines);
  }
}

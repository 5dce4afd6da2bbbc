/** The curves of a film, each with its number at the picture on the screen, tied to the film both ways. */

import { type Curve, tell, type Viewer, write } from "./data.ts";
import { begin, make } from "./elements.ts";
import type { Player } from "./player.ts";
import { Plot } from "./plot.ts";
import { frameNear } from "./time.ts";

const HEIGHT = 150;
const FIRST = 4;

export function makeCurves(viewer: Viewer, player: Player): HTMLElement {
  const [measures, loads] = (["measure", "load"] as const).map((kind) => viewer.curves.filter((one) => one.kind === kind));
  const element = make("div", { class: "curves" });
  element.append(makeKey(), ...(measures ?? []).slice(0, FIRST).map((curve) => makeCurve(viewer, curve, player)));
  const more = (measures ?? []).slice(FIRST);
  if (loads?.length) element.append(fold("Loads", loads, viewer, player));
  if (more.length) element.append(fold("More curves", more, viewer, player));
  return element;
}

function makeKey(): HTMLElement {
  return make(
    "p", { class: "legend" },
    make("span", { class: "left" }, "left, unbroken"),
    make("span", { class: "right" }, "right, broken"),
  );
}

/** Folded away; drawn only when it is opened, since a plot has to be seen to know its width. */
function fold(name: string, curves: readonly Curve[], viewer: Viewer, player: Player): HTMLElement {
  const details = make("details", {}, make("summary", {}, name));
  details.addEventListener("toggle", () => details.append(...curves.map((curve) => makeCurve(viewer, curve, player))), {
    once: true,
  });
  return details;
}

function makeCurve(viewer: Viewer, curve: Curve, player: Player): HTMLElement {
  const now = make("span", { class: "now" });
  const plot = new Plot({
    name: `${begin(curve.label)} over the film. Up means ${curve.positive}.`,
    x: viewer.times,
    lines: curve.courses,
    spans: viewer.repetitions.map(({ start, end, number }) => ({ from: start, to: end, name: String(number) })),
    marked: [],
    tellX: (time) => `${time} s`,
    height: HEIGHT,
    onTouch: (time) => {
      player.pause();
      player.seek(frameNear(viewer.times, time));
    },
  });
  player.onWanted((frame) => {
    plot.point(viewer.times[frame] ?? 0);
    now.replaceChildren(...tellNow(curve, frame));
  });
  const head = make("p", { class: "head" }, make("strong", {}, begin(curve.label)), " ", now);
  return make("div", { class: "curve", "data-curve": curve.id }, head, plot.element);
}

/** The numbers of a picture, each with its band. */
function tellNow({ courses, unit }: Curve, frame: number): Node[] {
  return courses.map(({ side, value, low, high }) => {
    const [from, to] = [low[frame], high[frame]];
    const band = typeof from === "number" && typeof to === "number" ? ` (${write(from, unit)} to ${write(to, unit)})` : "";
    return make("span", side ? { class: side } : {}, `${side ? `${side} ` : ""}${tell(value[frame], unit)}${band}`);
  });
}

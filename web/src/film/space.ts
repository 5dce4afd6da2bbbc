/** The figure in space: opened by a button, turned by hand or by keys, following the film. */

import type { Viewer } from "./data.ts";
import { iconButton, make } from "./elements.ts";
import type { Player } from "./player.ts";
import { type Figure, LineFigure } from "./posture.ts";
import { OBLIQUE, type Seen, tellSeen, turned, turnedByKey } from "./turning.ts";

const A_PIXEL = 0.01;

/** A folded part of the page; null where the film was not measured in space. */
export function makeSpace(viewer: Viewer, player: Player): HTMLElement | null {
  if (!viewer.space?.some((number) => number !== null)) return null;
  const details = make("details", { class: "space" }, make("summary", {}, "Turn the figure in space"));
  details.addEventListener("toggle", () => void open(details, viewer, player), { once: true });
  return details;
}

async function open(details: HTMLElement, viewer: Viewer, player: Player): Promise<void> {
  const box = make("div", {
    class: "box", tabindex: "0", role: "application", "data-keys": "", "aria-roledescription": "figure that can be turned",
  });
  details.append(box);
  const figure = await makeFigure(viewer);
  let seen = OBLIQUE;
  const see = (next: Seen): void => {
    seen = next;
    box.setAttribute("aria-label", `The figure, ${tellSeen(seen)}. Arrow keys turn it.`);
    box.dataset["around"] = seen.around.toFixed(3);
    figure.see(seen);
  };
  box.append(figure.element);
  box.addEventListener("keydown", (event) => {
    const next = turnedByKey(seen, event.key);
    if (!next) return;
    event.preventDefault();
    see(next);
  });
  box.addEventListener("pointerdown", (event) => box.setPointerCapture(event.pointerId));
  box.addEventListener("pointermove", (event) => {
    if (box.hasPointerCapture(event.pointerId)) see(turned(seen, -A_PIXEL * event.movementX, A_PIXEL * event.movementY));
  });
  const turn = (by: number) => (): void => see(turned(seen, by, 0));
  details.append(
    make(
      "div", { class: "buttons" },
      iconButton("left", "Turn to the left", turn(-Math.PI / 4)),
      iconButton("right", "Turn to the right", turn(Math.PI / 4)),
    ),
    make("p", { class: "soft" }, "What is known less well is fainter; the clouds round the joints are as wide as their usual error."),
  );
  player.onShown((frame) => figure.show(frame));
  see(seen);
}

/** In solid rods where the browser can; else in lines. */
async function makeFigure(viewer: Viewer): Promise<Figure> {
  const probe = document.createElement("canvas");
  if (!probe.getContext("webgl2")) return new LineFigure(viewer);
  try {
    const { SolidFigure } = await import("./solid.ts");
    return new SolidFigure(viewer);
  } catch (error) {
    console.warn("The figure is drawn in lines:", error);
    return new LineFigure(viewer);
  }
}

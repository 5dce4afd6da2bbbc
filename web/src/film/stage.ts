/** The part of the film that holds the person, with the figure drawn on it at the size of the screen. */

import type { Viewer } from "./data.ts";
import { anglesAt, drawFigure } from "./drawing.ts";
import { make } from "./elements.ts";
import { spread } from "./place.ts";
import { Player } from "./player.ts";

export class Stage {
  readonly element: HTMLElement;
  readonly player: Player;
  /** Whether there is a film under the figure. */
  readonly filmed: boolean;
  private readonly viewer: Viewer;
  private readonly canvas: HTMLCanvasElement;
  private figured = true;
  private frame = 0;

  /** `video` is that of the page, which shows the film also without this script; null where no film was kept. */
  constructor(viewer: Viewer, video: HTMLVideoElement | null, name: string) {
    this.viewer = viewer;
    this.filmed = video !== null;
    this.canvas = make("canvas", { role: "img", "aria-label": name });
    this.element = make("div", { class: video ? "stage" : "stage bare" });
    const [left, top, right, bottom] = viewer.person;
    this.element.style.setProperty("--wide", String((right - left) / (bottom - top)));
    if (video) {
      const { wide, tall, x, y } = spread(viewer, viewer.person);
      const place = { width: wide, height: tall, left: x, top: y };
      for (const [name, share] of Object.entries(place)) video.style.setProperty(name, `${100 * share}%`);
      video.removeAttribute("controls");
      video.tabIndex = -1;
      this.element.append(video);
    }
    this.element.append(this.canvas);
    this.player = new Player(viewer.times, video);
    this.player.onShown((frame) => {
      this.frame = frame;
      this.draw();
    });
    new ResizeObserver(() => this.fit()).observe(this.element);
  }

  /** Shows or hides the figure; where there is no film it is all there is. */
  show(figured: boolean): void {
    this.figured = figured;
    this.draw();
  }

  private fit(): void {
    const { width, height } = this.element.getBoundingClientRect();
    const density = window.devicePixelRatio || 1;
    this.canvas.width = Math.max(1, Math.round(width * density));
    this.canvas.height = Math.max(1, Math.round(height * density));
    this.canvas.getContext("2d")?.setTransform(density, 0, 0, density, 0, 0);
    this.draw();
  }

  private draw(): void {
    const canvas = this.canvas.getContext("2d");
    if (!canvas) return;
    this.canvas.dataset["frame"] = String(this.frame);
    if (this.figured) drawFigure(canvas, this.viewer, this.frame, anglesAt(this.viewer, this.frame));
    else canvas.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }
}

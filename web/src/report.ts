/**
 * Film and curves of a report, tied together: the curves show where the film is, and touching a curve moves it.
 *
 * The page is complete without this script. What it looks for:
 *
 *   <figure data-film="front" data-step="0.0333"><video …></figure>
 *   <svg data-curve="front" data-t0="0" data-t1="8.2" data-x0="40" data-x1="600" viewBox="…">
 *
 * A curve follows the film of its name, and without a name the first film on the page. `data-x0` and `data-x1` are
 * viewBox coordinates, `data-t0` and `data-t1` the film times there. [s] `data-step` is the time from one frame to
 * the next. [s]
 */

import { mountAll } from "./whatif.ts";

const SVG = "http://www.w3.org/2000/svg";
const SPEEDS = [1, 0.5, 0.25];
const USUAL_STEP = 1 / 30;
const STEPS_A_PAGE = 10;

interface Film {
  readonly name: string;
  readonly video: HTMLVideoElement;
  readonly step: number;
  /** When the frame on the screen begins, where the browser tells. [s] */
  shown: number | null;
}

interface Curve {
  readonly svg: SVGSVGElement;
  readonly cursor: SVGLineElement;
  readonly t0: number;
  readonly t1: number;
  readonly x0: number;
  readonly x1: number;
}

function enhance(page: Document): void {
  const films = [...page.querySelectorAll<HTMLElement>("figure[data-film]")].flatMap(readFilm);
  const svgs = [...page.querySelectorAll<SVGSVGElement>("svg[data-curve]")];
  films.forEach((film, index) => {
    const mine = svgs.filter((svg) => svg.dataset["curve"] === film.name || (!svg.dataset["curve"] && index === 0));
    const curves = mine.flatMap(readCurve);
    addButtons(film);
    curves.forEach((curve) => letSeek(film, curve));
    follow(film, (time) => curves.forEach((curve) => moveCursor(curve, time)));
  });
}

function readFilm(figure: HTMLElement): Film[] {
  const video = figure.querySelector("video");
  const step = Number(figure.dataset["step"]);
  return video ? [{ name: figure.dataset["film"] ?? "", video, step: step > 0 ? step : USUAL_STEP, shown: null }] : [];
}

/** A curve whose axis is given in full; one whose axis is not stays the picture it was. */
function readCurve(svg: SVGSVGElement): Curve[] {
  const [t0, t1, x0, x1] = ["t0", "t1", "x0", "x1"].map((key) => Number.parseFloat(svg.dataset[key] ?? ""));
  if (t0 === undefined || t1 === undefined || x0 === undefined || x1 === undefined) return [];
  if (![t0, t1, x0, x1].every(Number.isFinite) || t1 <= t0 || x1 === x0) return [];
  return [{ svg, cursor: addCursor(svg), t0, t1, x0, x1 }];
}

function addCursor(svg: SVGSVGElement): SVGLineElement {
  const [top, bottom] = plotOf(svg);
  const line = document.createElementNS(SVG, "line");
  const looks = { class: "cursor", y1: top, y2: bottom, stroke: "currentColor", "stroke-width": 1.5 };
  for (const [key, value] of Object.entries(looks)) line.setAttribute(key, String(value));
  line.setAttribute("vector-effect", "non-scaling-stroke");
  line.setAttribute("pointer-events", "none");
  svg.append(line);
  return line;
}

/** From the highest to the lowest grid line, so that words above and below stay legible; all where there is none. */
function plotOf(svg: SVGSVGElement): [number, number] {
  const { y, height } = svg.viewBox.baseVal;
  const lines = [...svg.querySelectorAll<SVGLineElement>("line.axis")].map((line) => line.y1.baseVal.value);
  return lines.length > 1 ? [Math.min(...lines), Math.max(...lines)] : [y, y + height];
}

/** Calls `show` with the film's time, at every frame shown where the browser tells, else a few times a second. */
function follow(film: Film, show: (time: number) => void): void {
  const { video } = film;
  const now = (): void => show(video.currentTime);
  video.addEventListener("seeking", now);
  now();
  if (!("requestVideoFrameCallback" in HTMLVideoElement.prototype)) {
    video.addEventListener("timeupdate", now);
    return;
  }
  const onFrame: VideoFrameRequestCallback = (_now, frame) => {
    film.shown = frame.mediaTime;
    show(frame.mediaTime);
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
}

function moveCursor({ svg, cursor, t0, t1, x0, x1 }: Curve, time: number): void {
  const x = x0 + ((time - t0) / (t1 - t0)) * (x1 - x0);
  cursor.setAttribute("x1", x.toFixed(2));
  cursor.setAttribute("x2", x.toFixed(2));
  cursor.setAttribute("visibility", time < t0 || time > t1 ? "hidden" : "visible");
  svg.setAttribute("aria-valuenow", clamp(time, t0, t1).toFixed(2));
  svg.setAttribute("aria-valuetext", `${time.toFixed(2)} seconds`);
}

/** Click, drag and keys on the curve move the film; to a screen reader the curve is a slider over time. */
function letSeek(film: Film, curve: Curve): void {
  const { svg, t0, t1 } = curve;
  const seek = (time: number): void => goTo(film.video, clamp(time, t0, t1));
  svg.tabIndex = 0;
  svg.setAttribute("role", "slider");
  svg.setAttribute("aria-valuemin", String(t0));
  svg.setAttribute("aria-valuemax", String(t1));
  if (!svg.hasAttribute("aria-label") && !svg.querySelector(":scope > title")) svg.setAttribute("aria-label", "Film time");
  svg.style.cursor = "ew-resize";
  svg.style.touchAction = "pan-y";
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    seek(timeAt(curve, event));
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) seek(timeAt(curve, event));
  });
  svg.addEventListener("keydown", (event) => {
    const time = timeAfterKey(event.key, film, curve);
    if (time === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    seek(time);
  });
}

function timeAt({ svg, t0, t1, x0, x1 }: Curve, event: PointerEvent): number {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()?.inverse());
  return t0 + ((point.x - x0) / (x1 - x0)) * (t1 - t0);
}

function timeAfterKey(key: string, film: Film, { t0, t1 }: Curve): number | null {
  const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -STEPS_A_PAGE, PageUp: STEPS_A_PAGE };
  if (key === "Home") return t0;
  if (key === "End") return t1;
  const count = new Map(Object.entries(steps)).get(key);
  return count === undefined ? null : timeOfFrame(film, count);
}

/** Time in the middle of the frame so many frames on: at its edge, rounding would show the one before. */
function timeOfFrame({ video, step, shown }: Film, count: number): number {
  return shown === null ? video.currentTime + count * step : shown + (count + 0.5) * step;
}

function goTo(video: HTMLVideoElement, time: number): void {
  video.pause();
  video.currentTime = time;
}

function addButtons(film: Film): void {
  const { video } = film;
  const group = document.createElement("div");
  group.className = "film-controls";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Film controls");
  const back = makeButton("◀ frame", "One frame back", () => goTo(video, timeOfFrame(film, -1)));
  const on = makeButton("frame ▶", "One frame on", () => goTo(video, timeOfFrame(film, 1)));
  const speed = makeButton("", "", () => {
    video.playbackRate = SPEEDS[(SPEEDS.indexOf(video.playbackRate) + 1) % SPEEDS.length] ?? 1;
  });
  const showSpeed = (): void => {
    speed.textContent = `${video.playbackRate}×`;
    speed.setAttribute("aria-label", `Speed ${video.playbackRate} times; press to change`);
  };
  video.addEventListener("ratechange", showSpeed);
  showSpeed();
  group.append(back, speed, on);
  video.after(group);
}

function makeButton(text: string, label: string, press: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", press);
  return button;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function begin(): void {
  enhance(document);
  mountAll(document);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();

/** For pages that ask a server: `kneewiseReport.mount(element, { chart, answer })`. */
export { mount } from "./whatif.ts";

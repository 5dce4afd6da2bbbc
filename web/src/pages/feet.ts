/**
 * Photos of feet: what is being done while one is measured, and corners and outline that can be moved.
 *
 * What it looks for: forms with `data-busy`; and #found, an SVG of the photo with polygons `.sheet` and `.outline`,
 * beside #adjust, #again and #data. The pages are complete without this script, save that nothing can be moved.
 */

import "./feet.css";
import { corrected, dragged, inPhoto, isSheet, REACH, steppedByKey } from "../feet/dragging.ts";
import type { Corrected, Found, Held, Part, Point } from "../feet/dragging.ts";
import { handlesOf, isSame, nameOf, neighbour } from "./feet/handles.ts";

const SVG = "http://www.w3.org/2000/svg";
const WAYS = [
  ["ArrowLeft", "←", "left"],
  ["ArrowUp", "↑", "up"],
  ["ArrowDown", "↓", "down"],
  ["ArrowRight", "→", "right"],
] as const;
/** Radius of a handle, and how much larger the loupe shows. [px of the screen, 1] */
const DOT = { corners: 9, outline: 4.5 } as const;
const LARGER = 3;

interface Data extends Found {
  crop: [number, number, number, number];
  picture: string;
  what: string;
  /** What was moved before, and could not be measured. */
  draft: Partial<Corrected>;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-busy]")) form.addEventListener("submit", sayBusy);
const shown = document.querySelector<SVGSVGElement>("#found");
const data = document.querySelector("#data");
if (shown && data) mount(shown, JSON.parse(data.textContent ?? "") as Data);

/** Says what is being done; a file that is too large is not sent at all. */
function sayBusy(event: SubmitEvent): void {
  const form = event.currentTarget as HTMLFormElement;
  const says = form.querySelector(".busy");
  const file = form.querySelector<HTMLInputElement>("input[type=file]")?.files?.[0];
  if (file && file.size > Number(form.dataset["largest"])) {
    event.preventDefault();
    if (says) says.textContent = "This photo is too large. Try: export it as JPEG, as the phone usually does.";
    return;
  }
  if (says) says.textContent = form.dataset["busy"] ?? "";
  form.querySelector("button")?.setAttribute("disabled", "");
}

window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-busy] button")) button.removeAttribute("disabled");
  for (const says of document.querySelectorAll("form[data-busy] .busy")) says.textContent = "";
});

function mount(root: SVGSVGElement, found: Data): void {
  const now: Record<Part, Point[]> = {
    corners: found.draft.corners ?? found.corners ?? [],
    outline: found.draft.outline ?? found.outline ?? [],
  };
  const touched = new Set(Object.keys(found.draft) as Part[]);
  const handles = handlesOf(now);
  const drawn = new Map(handles.map((held) => [keyOf(held), makeHandle(held)]));
  let chosen: Held = handles[0]!;
  let dragging = false;

  const again = document.querySelector<HTMLFormElement>("#again")!;
  const onward = document.querySelector<HTMLElement>("#onward")!;
  const field = again.querySelector<HTMLInputElement>("[name=corrected]")!;
  const mover = document.querySelector<HTMLDetailsElement>("#adjust")!;
  const { which, warns } = fillMover();
  const loupe = makeLoupe();
  root.after(loupe);
  const layer = add(root, "g", {});
  layer.append(...handles.map((held) => drawn.get(keyOf(held))!));
  const label = root.getAttribute("aria-label") ?? "";
  mover.hidden = false;
  mover.open = touched.size > 0;
  mover.addEventListener("toggle", showHandles);
  new ResizeObserver(draw).observe(root);
  showHandles();
  tellTouched();

  /** Points are shown to whoever wants to move one; until then the photo is a picture. */
  function showHandles(): void {
    layer.toggleAttribute("hidden", !mover.open);
    root.setAttribute("role", mover.open ? "application" : "img");
    root.setAttribute("aria-label", mover.open ? `${label} Arrow keys move the point that has the focus.` : label);
    draw();
  }

  function makeHandle(held: Held): SVGGElement {
    const handle = add(null, "g", { class: "handle", role: "button", "aria-roledescription": "point to move" });
    for (const name of ["reach", "ring", "dot"]) add(handle, "circle", { class: name });
    handle.addEventListener("focus", () => choose(held));
    handle.addEventListener("pointerdown", (event) => begin(event, held));
    handle.addEventListener("keydown", (event) => press(event, held));
    return handle;
  }

  function begin(event: PointerEvent, held: Held): void {
    event.preventDefault();
    drawn.get(keyOf(held))!.focus({ preventScroll: true });
    choose(held);
    dragging = true;
    root.classList.add("moving");
    root.setPointerCapture(event.pointerId);
    draw();
  }

  root.addEventListener("pointermove", (event) => {
    if (dragging) move(chosen, placeOf(event));
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    root.addEventListener(end, () => {
      dragging = false;
      root.classList.remove("moving");
      draw();
    });
  }
  // A finger that begins on a handle drags it, and does not scroll the page.
  root.addEventListener("touchstart", (event) => {
    if ((event.target as Element).closest(".handle")) event.preventDefault();
  }, { passive: false });

  function press(event: KeyboardEvent, held: Held): void {
    const turn = { PageDown: 1, PageUp: -1 }[event.key];
    if (turn) focusOn(neighbour(handles, held, turn));
    else if (WAYS.some(([key]) => key === event.key)) step(held, event.key, event.shiftKey);
    else return;
    event.preventDefault();
  }

  function step(held: Held, key: string, far: boolean): void {
    move(held, steppedByKey(now[held.part][held.index]!, key, scale(), far));
  }

  function move(held: Held, to: Point): void {
    now[held.part] = dragged(now[held.part], held, inPhoto(to, found.size_px, found.size_px[0]));
    touched.add(held.part);
    tellTouched();
    draw();
  }

  /** What was moved is measured again before anything else. */
  function tellTouched(): void {
    const sound = isSheet(now.corners);
    warns.textContent = sound ? "" : "These are no four corners of a sheet: they cross, or lie on one line.";
    again.hidden = !(touched.size && sound);
    onward.hidden = touched.size > 0;
    field.value = JSON.stringify(rounded(corrected(now, touched)));
  }

  function focusOn(held: Held): void {
    choose(held);
    drawn.get(keyOf(held))!.focus({ preventScroll: true });
  }

  function choose(held: Held): void {
    chosen = held;
    draw();
  }

  /** Pixels of the photo for each pixel of the screen. */
  function scale(): number {
    return 1 / (root.getScreenCTM()?.a ?? 1);
  }

  function placeOf(event: PointerEvent): Point {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(root.getScreenCTM()!.inverse());
    return [place.x, place.y];
  }

  function draw(): void {
    const each = scale();
    setPoints(root, now);
    root.querySelector(".measures")?.toggleAttribute("hidden", touched.size > 0);
    for (const held of handles) {
      const handle = drawn.get(keyOf(held))!;
      const [x, y] = now[held.part][held.index]!;
      const isChosen = isSame(held, chosen);
      handle.classList.toggle("chosen", isChosen);
      // One stop of the tab key for the corners, one for the outline: the last that was held, or the first.
      handle.setAttribute("tabindex", isChosen || (held.part !== chosen.part && held.index === 0) ? "0" : "-1");
      handle.setAttribute("aria-label", nameOf(now, held, found.what));
      const radii = { reach: reachOf(held), ring: DOT[held.part] + 4, dot: DOT[held.part] };
      for (const [name, radius] of Object.entries(radii)) {
        const circle = handle.querySelector(`.${name}`)!;
        for (const [key, value] of [["cx", x], ["cy", y], ["r", radius * each]] as const) circle.setAttribute(key, String(value));
      }
    }
    which.textContent = nameOf(now, chosen, found.what);
    drawLoupe(each);
  }

  /** Half of a target of 44, where neighbours leave that room. */
  function reachOf(held: Held): number {
    return held.part === "corners" ? REACH : REACH / 2;
  }

  function drawLoupe(each: number): void {
    loupe.toggleAttribute("hidden", !dragging);
    if (!dragging) return;
    const [x, y] = now[chosen.part][chosen.index]!;
    const half = (72 * each) / LARGER;
    loupe.setAttribute("viewBox", `${x - half} ${y - half} ${2 * half} ${2 * half}`);
    setPoints(loupe, now);
    loupe.querySelector(".cross")!.setAttribute("d", `M${x - half} ${y}H${x + half}M${x} ${y - half}V${y + half}`);
    const [left, , width] = found.crop;
    const atLeft = x > left + width / 2;
    loupe.classList.toggle("at-left", atLeft);
    loupe.classList.toggle("at-right", !atLeft);
  }

  function makeLoupe(): SVGSVGElement {
    const made = add(null, "svg", { class: "loupe", "aria-hidden": "true", hidden: "" }) as unknown as SVGSVGElement;
    const [width, height] = found.size_px;
    add(made, "image", { href: found.picture, width: String(width), height: String(height) });
    for (const name of ["sheet", "outline"]) add(made, "polygon", { class: name });
    add(made, "path", { class: "cross" });
    return made;
  }

  /** Buttons that do the same as dragging, for whoever cannot drag. */
  function fillMover(): { which: HTMLElement; warns: HTMLElement } {
    const row = make("div", { class: "which" });
    const which = make("p", { "aria-live": "polite" });
    row.append(
      makeButton("‹", "The point before", () => choose(beside(-1))),
      which,
      makeButton("›", "The next point", () => choose(beside(1))),
    );
    const ways = make("div", { class: "ways" });
    for (const [key, sign, says] of WAYS) ways.append(makeButton(sign, `Move it ${says}`, () => step(chosen, key, false)));
    const warns = make("p", { class: "hint", role: "status" });
    const hint = make("p", { class: "hint" });
    hint.textContent = "Drag a point where it belongs, or choose it and move it here. With a keyboard: arrow keys move it, with Shift farther; Page Up and Page Down go to the next one.";
    mover.append(row, ways, hint, warns);
    return { which, warns };
  }

  /** The handle before or after, through corners and outline. */
  function beside(steps: number): Held {
    const at = handles.findIndex((held) => isSame(held, chosen));
    return handles[(at + steps + handles.length) % handles.length]!;
  }
}

function setPoints(root: Element, now: Corrected): void {
  const [sheet, outline] = [now.corners, now.outline].map((some) => (some ?? []).map((point) => point.join()).join(" "));
  root.querySelectorAll(".sheet").forEach((line) => setBoth(line, sheet ?? ""));
  root.querySelectorAll(".outline").forEach((line) => setBoth(line, outline ?? ""));
}

/** A line and the halo before it. */
function setBoth(line: Element, points: string): void {
  line.setAttribute("points", points);
  if (line.previousElementSibling?.classList.contains("halo")) line.previousElementSibling.setAttribute("points", points);
}

function keyOf(held: Held): string {
  return `${held.part}-${held.index}`;
}

/** Tenths of pixels are more than anybody can aim at. */
function rounded(now: Corrected): Corrected {
  const tenths = (some: Point[] | null): Point[] | null =>
    some && some.map(([x, y]): Point => [Math.round(10 * x) / 10, Math.round(10 * y) / 10]);
  return { corners: tenths(now.corners), outline: tenths(now.outline) };
}

function add(parent: Element | null, name: string, attributes: Record<string, string>): SVGGElement {
  const made = document.createElementNS(SVG, name) as SVGGElement;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
}

function make(name: string, attributes: Record<string, string>): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function makeButton(sign: string, says: string, press: () => void): HTMLElement {
  const button = make("button", { type: "button", "aria-label": says });
  button.textContent = sign;
  button.addEventListener("click", press);
  return button;
}

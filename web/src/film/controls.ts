/** Buttons, scrubber and keys of a film. */

import type { Viewer } from "./data.ts";
import { begin, iconButton, make, setIcon } from "./elements.ts";
import { nameOfBottom, partAt } from "./phase.ts";
import { type Player, SPEEDS } from "./player.ts";
import type { Stage } from "./stage.ts";
import { frameNear } from "./time.ts";

const FAR = 10;
const NAMES: Record<number, string> = { 1: "1", 0.5: "½", 0.25: "¼" };
const KEYS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
/** Elements that have a use of their own for keys. */
const BUSY = "input:not([type=range]), select, textarea, [data-keys]";

export function makeButtons(stage: Stage): HTMLElement {
  const { player } = stage;
  const play = iconButton("play", "Play", () => player.toggle());
  player.onRunning(() => {
    if (player.running) setIcon(play, "pause", "Stop");
    else setIcon(play, "play", "Play");
  });
  const row = make(
    "div", { class: "buttons" },
    iconButton("back", "One picture back", () => player.step(-1)),
    play,
    iconButton("on", "One picture on", () => player.step(1)),
    makeSpeeds(player),
  );
  if (stage.filmed) row.append(makeToggle(stage));
  return row;
}

function makeSpeeds(player: Player): HTMLElement {
  const group = make("div", { class: "speeds", role: "group", "aria-label": "Speed" });
  for (const rate of SPEEDS) {
    const button = make("button", { type: "button", "aria-pressed": String(rate === 1) }, `${NAMES[rate] ?? rate}×`);
    button.addEventListener("click", () => {
      player.speed(rate);
      for (const other of group.children) other.setAttribute("aria-pressed", String(other === button));
    });
    group.append(button);
  }
  return group;
}

function makeToggle(stage: Stage): HTMLElement {
  const button = make("button", { type: "button", "aria-pressed": "true", class: "toggle" }, "Skeleton");
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    stage.show(shown);
  });
  return button;
}

/** One step of the scrubber is one picture; the repetitions are marked above it. */
export function makeScrubber(viewer: Viewer, player: Player): HTMLElement {
  const last = viewer.times.length - 1;
  const range = make("input", {
    type: "range", min: "0", max: String(last), step: "1", value: "0", "aria-label": "Place in the film",
  });
  const words = make("p", { class: "clock" });
  range.addEventListener("input", () => {
    player.pause();
    player.seek(Number(range.value));
  });
  player.onWanted((frame) => {
    range.value = String(frame);
    const [time, part] = [`${(viewer.times[frame] ?? 0).toFixed(2)} s`, tellPart(viewer, frame)];
    range.setAttribute("aria-valuetext", [time, ...part, `picture ${frame + 1} of ${viewer.times.length}`].join(", "));
    words.textContent = [time, ...part, `${frame + 1}/${viewer.times.length}`].join(" · ");
  });
  return make("div", { class: "scrubber" }, makeMarks(viewer, player), range, words);
}

function makeMarks(viewer: Viewer, player: Player): HTMLElement {
  const marks = make("div", { class: "marks" });
  const last = viewer.times.length - 1;
  for (const repetition of viewer.repetitions) {
    const [from, to] = [repetition.start, repetition.end].map((time) => frameNear(viewer.times, time) / last);
    const { task, number } = repetition;
    const name = `${begin(task)} ${number}: ${nameOfBottom(task)}`;
    const mark = make("button", { type: "button", "aria-label": name, title: name }, String(number));
    mark.style.setProperty("--from", String(from));
    mark.style.setProperty("--long", String((to ?? 1) - (from ?? 0)));
    mark.addEventListener("click", () => {
      player.pause();
      player.seek(frameNear(viewer.times, repetition.bottom));
    });
    marks.append(mark);
  }
  return marks;
}

/** The repetition that a picture belongs to, and its phase; empty between repetitions. */
function tellPart(viewer: Viewer, frame: number): string[] {
  const part = partAt(viewer.repetitions, viewer.times[frame] ?? 0);
  const task = part && viewer.repetitions.find(({ number }) => number === part.number)?.task;
  return part ? [`${begin(task ?? "")} ${part.number}${part.phase ? ` ${part.phase}` : ""}`] : [];
}

/** Arrow keys are one picture, with shift ten; space plays; Home and End are the ends. */
export function letKeys(area: HTMLElement, player: Player): void {
  area.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest(BUSY)) return;
    const by = KEYS[event.key];
    if (by !== undefined) player.step(by * (event.shiftKey ? FAR : 1));
    else if (event.key === "Home") player.step(-Infinity);
    else if (event.key === "End") player.step(Infinity);
    else if (event.key === " " && !target.closest("button, summary, a")) player.toggle();
    else return;
    event.preventDefault();
  });
}

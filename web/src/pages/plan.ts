/**
 * Counters and timers of the exercises of a session.
 *
 * What it looks for: <div data-player data-name data-sets data-reps data-hold data-sides data-tick>, in which
 * `data-tick` names the form that ticks the exercise off, and `data-done` says that it is. What htmx swaps in is
 * looked at again. The page is complete without this script.
 */

import "./plan.css";
import { BEGIN, clockOf, pass, press, view } from "../training/player.ts";
import type { State, Work } from "../training/player.ts";

/** [ms] */
const BEAT = 200;
const BUZZ = 300;

/** States by exercise: a part of the page that is swapped must not lose a set. */
const states = new Map<string, State>();

function mountAll(page: ParentNode): void {
  page.querySelectorAll<HTMLElement>("[data-player]:empty").forEach(mount);
}

function mount(root: HTMLElement): void {
  const name = root.dataset["name"] ?? "";
  const tick = root.dataset["tick"] ?? "";
  const work = workOf(root);
  const label = add("p", { class: "label" });
  const clock = add("p", { class: "clock", role: "timer", "aria-live": "off" });
  const dots = add("p", { class: "dots", "aria-hidden": "true" });
  const button = add("button", { type: "button", id: `play-${tick}` });
  const status = add("p", { class: "unseen", role: "status" });
  root.append(label, clock, dots, button, status);
  if (!states.has(tick)) states.set(tick, BEGIN);

  function show(now: number): void {
    const seen = view(work, states.get(tick) ?? BEGIN, now);
    set(label, seen.label);
    set(clock, seen.clock === null ? "" : clockOf(seen.clock));
    set(dots, "●".repeat(seen.finished) + "○".repeat(seen.all - seen.finished));
    set(button, seen.press);
    button.setAttribute("aria-label", `${seen.press}: ${name}`);
    root.dataset["doing"] = states.get(tick)?.doing ?? "ready";
  }

  function move(next: State, now: number): void {
    const before = states.get(tick);
    states.set(tick, next);
    if (before?.doing !== next.doing || before.repeated !== next.repeated) {
      status.textContent = view(work, next, now).label;
      if (before?.doing === "hold") navigator.vibrate?.(BUZZ);
      if (next.doing === "done") tickOff(tick);
    }
    show(now);
  }

  button.addEventListener("click", () => {
    const now = performance.now();
    move(press(work, states.get(tick) ?? BEGIN, now), now);
  });
  const beat = window.setInterval(() => {
    if (!root.isConnected) window.clearInterval(beat);
    else move(pass(work, states.get(tick) ?? BEGIN, performance.now()), performance.now());
  }, BEAT);
  show(performance.now());
}

function workOf({ dataset }: HTMLElement): Work {
  const number = (key: string): number => Number(dataset[key] ?? 0);
  return { sets: number("sets"), reps: number("reps"), hold: number("hold"), sides: number("sides") };
}

/** An exercise that is ticked off already stays so. */
function tickOff(name: string): void {
  const form = document.getElementById(name);
  const done = form?.querySelector("button")?.getAttribute("aria-pressed") === "true";
  if (form instanceof HTMLFormElement && !done) form.requestSubmit();
}

function set(element: HTMLElement, words: string): void {
  if (element.textContent !== words) element.textContent = words;
}

function add(tag: string, attributes: Readonly<Record<string, string>>): HTMLElement {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

mountAll(document);
new MutationObserver(() => mountAll(document)).observe(document.body, { childList: true, subtree: true });

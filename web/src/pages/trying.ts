/** A clock where time matters: it counts down what has to last, or up and hands the seconds to a field. */

import "./trying.css";
import { left, passed, tell } from "./trying/clock.ts";

const TICK_MS = 100;

for (const place of document.querySelectorAll<HTMLElement>("[data-timer]")) {
  const lasts = Number(place.dataset["timer"]);
  const into = (place.dataset["into"] ?? "").split(" ").filter(Boolean);
  if (lasts > 0) place.append(...makeClock(lasts));
  else for (const name of into) place.append(...makeClock(0, document.querySelector<HTMLInputElement>(`#${name}`)));
}

/** Button and display; with a field it is a stopwatch. */
function makeClock(lasts: number, field: HTMLInputElement | null = null): HTMLElement[] {
  const side = field?.labels?.[0]?.textContent?.split(",")[0] ?? "";
  const name = field ? `Start ${side.toLowerCase()}` : `Start ${tell(lasts)}`;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
  const shown = Object.assign(document.createElement("output"), { textContent: tell(lasts) });
  let begun = 0;
  let ticking = 0;
  const stop = (): void => {
    clearInterval(ticking);
    ticking = 0;
    button.textContent = name;
    if (field) field.value = String(Math.floor(passed(begun, performance.now())));
  };
  const tick = (): void => {
    const now = performance.now();
    shown.textContent = tell(lasts ? left(lasts, begun, now) : passed(begun, now));
    if (lasts && left(lasts, begun, now) === 0) {
      stop();
      navigator.vibrate?.(300);
    }
  };
  button.addEventListener("click", () => {
    if (ticking) return stop();
    begun = performance.now();
    button.textContent = "Stop";
    ticking = window.setInterval(tick, TICK_MS);
  });
  return [button, shown];
}

/** How fast pictures are read → whether an easier way of reading is needed, and whether it is too slow for all. */

import { median } from "./body.ts";

/** Which network reads, and on which processor; `whole` pictures or smaller ones. */
export interface Way {
  readonly network: "full" | "lite";
  readonly graphics: boolean;
}

/** Pictures a second that are enough to follow a squat closely, and that are needed to count one. */
export const SMOOTH = 24;
export const LEAST = 8;

const LOOKED_AT = 24;
/** The first pictures after a change load and compile. */
const SKIPPED = 4;

/** The way to begin with. */
export function firstWay(renderer: string): Way {
  // Where a program pretends to be a graphics card, the processor itself is faster.
  return isSoftware(renderer) ? { network: "lite", graphics: false } : { network: "full", graphics: true };
}

/** Whether graphics are computed by a program instead of a card. */
export function isSoftware(renderer: string): boolean {
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer);
}

/** An easier way than this one, or null when there is none. */
export function easier(way: Way): Way | null {
  if (way.network === "full") return { ...way, network: "lite" };
  return way.graphics ? { ...way, graphics: false } : null;
}

/** Watches how long single pictures take, and how often one comes. */
export class Pace {
  #spent: number[] = [];
  #between: number[] = [];
  #latest: number | null = null;
  #skip = SKIPPED;

  /** Begin anew, after a change. */
  restart(): void {
    this.#spent = [];
    this.#skip = SKIPPED;
  }

  /** A picture of this time took so long. [s] */
  add(time: number, spent: number): void {
    if (this.#latest !== null) this.#between = [...this.#between.slice(1 - LOOKED_AT), time - this.#latest];
    this.#latest = time;
    if (this.#skip > 0) this.#skip -= 1;
    else this.#spent = [...this.#spent.slice(1 - LOOKED_AT), spent];
  }

  /** Pictures a second that this computer can read; null until enough were seen. */
  get able(): number | null {
    return this.#spent.length < LOOKED_AT ? null : 1 / median(this.#spent);
  }

  /** Pictures a second that were read, as the camera gave them; 0 before the second one. */
  get rate(): number {
    return this.#between.length ? 1 / median(this.#between) : 0;
  }
}

/** Seconds between two moments in milliseconds, and how they are told. */

/** Seconds since it began. */
export function passed(begun: number, now: number): number {
  return Math.max(0, (now - begun) / 1000);
}

/** Whole seconds left of so many; the last one lasts until nothing is left. */
export function left(lasts: number, begun: number, now: number): number {
  return Math.max(0, Math.ceil(lasts - passed(begun, now)));
}

/** Minutes and seconds, such as 1:05. */
export function tell(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

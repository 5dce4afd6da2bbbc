/**
 * Film time ↔ picture. A player shows the last picture whose time has come; only the file's own time stamps are
 * trusted, since phones film at uneven rates. The player's clock begins at the first picture.
 */

/** Players tell times in steps of their own; half a millisecond is far below any picture's. [s] */
const TICK = 5e-4;

/** Number of the picture that a player shows at a time of its own clock. */
export function frameAt(times: readonly number[], clock: number): number {
  const time = clock + (times[0] ?? 0) + TICK;
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((times[middle] ?? Infinity) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Number of the picture nearest to a film time. */
export function frameNear(times: readonly number[], time: number): number {
  const before = frameAt(times, time - (times[0] ?? 0));
  const [now, next] = [times[before] ?? 0, times[before + 1] ?? Infinity];
  return next - time < time - now ? before + 1 : before;
}

/** Where a player's clock is put to show a picture: half way to the next one, out of reach of rounding. [s] */
export function clockOf(times: readonly number[], frame: number): number {
  const [first, now] = [times[0] ?? 0, times[frame] ?? 0];
  const next = times[frame + 1];
  const lasts = next === undefined ? now - (times[frame - 1] ?? now) : next - now;
  return now - first + lasts / (next === undefined ? 4 : 2);
}

/** The picture so many steps away, at the ends the first or the last one. */
export function stepped(frame: number, by: number, count: number): number {
  return Math.min(Math.max(frame + by, 0), count - 1);
}

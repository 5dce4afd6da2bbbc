/**
 * A film that goes to single pictures, and says which one is on the screen; where no film was kept, a clock.
 *
 * Two pictures are told apart: the one that is wanted, which a hand on the scrubber moves faster than any browser can
 * seek, and the one that is shown, which alone the figure may be drawn on.
 */

import { clockOf, frameAt, stepped } from "./time.ts";

type Listener = (frame: number) => void;

export const SPEEDS: readonly number[] = [1, 0.5, 0.25];

export class Player {
  readonly times: readonly number[];
  private readonly video: HTMLVideoElement | null;
  private readonly listeners: { wanted: Listener[]; shown: Listener[]; running: (() => void)[] } = {
    wanted: [], shown: [], running: [],
  };
  private wanted = 0;
  private shown = 0;
  private next: number | null = null;
  private rate = 1;
  private clock: { since: number; from: number } | null = null;

  constructor(times: readonly number[], video: HTMLVideoElement | null) {
    this.times = times;
    this.video = video;
    if (video) this.follow(video);
  }

  get frame(): number {
    return this.wanted;
  }

  get time(): number {
    return this.times[this.wanted] ?? 0;
  }

  get running(): boolean {
    return this.video ? !this.video.paused : this.clock !== null;
  }

  /** Calls back with every picture that is gone to, also those that are left again before they are seen. */
  onWanted(listener: Listener): void {
    this.listeners.wanted.push(listener);
    listener(this.wanted);
  }

  /** Calls back with every picture on the screen. */
  onShown(listener: Listener): void {
    this.listeners.shown.push(listener);
    listener(this.shown);
  }

  /** Calls back when the film starts or stops running. */
  onRunning(listener: () => void): void {
    this.listeners.running.push(listener);
    listener();
  }

  /** Goes to a picture; of many asked for in a hurry only the last one is sought. */
  seek(frame: number): void {
    this.want(stepped(frame, 0, this.times.length));
    if (!this.video) {
      if (this.clock) this.clock = { since: performance.now(), from: this.time };
      this.show(this.wanted);
      return;
    }
    this.next = this.wanted;
    if (!this.video.seeking) this.go(this.video);
  }

  /** Stops, and goes so many pictures on, or back. */
  step(by: number): void {
    this.pause();
    this.seek(stepped(this.wanted, by, this.times.length));
  }

  speed(rate: number): void {
    this.rate = rate;
    if (this.video) this.video.playbackRate = rate;
    if (this.clock) this.clock = { since: performance.now(), from: this.time };
  }

  toggle(): void {
    if (this.running) this.pause();
    else this.play();
  }

  play(): void {
    if (this.wanted >= this.times.length - 1) this.seek(0);
    if (this.video) {
      // A browser may refuse; the button then goes on showing that the film stands.
      this.video.play().catch(() => this.tellRunning());
      return;
    }
    this.clock = { since: performance.now(), from: this.time };
    this.tellRunning();
    requestAnimationFrame((now) => this.tick(now));
  }

  pause(): void {
    if (!this.running) return;
    if (this.video) {
      this.video.pause();
      return;
    }
    this.clock = null;
    this.tellRunning();
  }

  private follow(video: HTMLVideoElement): void {
    for (const event of ["play", "pause", "ended"]) video.addEventListener(event, () => this.tellRunning());
    video.addEventListener("seeked", () => {
      if (this.next !== null) this.go(video);
    });
    // Another hand, such as the browser's own on a headset's button, may move the film too.
    const onClock = (): void => this.arrive(frameAt(this.times, video.currentTime), video);
    if (!("requestVideoFrameCallback" in video)) {
      for (const event of ["seeked", "timeupdate"]) (video as HTMLVideoElement).addEventListener(event, onClock);
      return;
    }
    const onFrame: VideoFrameRequestCallback = (_now, { mediaTime }) => {
      this.arrive(frameAt(this.times, mediaTime), video);
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  }

  private go(video: HTMLVideoElement): void {
    if (this.next === null) return;
    video.currentTime = clockOf(this.times, this.next);
    this.next = null;
  }

  private arrive(frame: number, video: HTMLVideoElement): void {
    this.show(frame);
    if (this.next === null && !video.seeking) this.want(frame);
  }

  private tick(now: number): void {
    if (!this.clock) return;
    const time = this.clock.from + ((now - this.clock.since) / 1000) * this.rate;
    this.want(frameAt(this.times, time - (this.times[0] ?? 0)));
    this.show(this.wanted);
    if (this.wanted >= this.times.length - 1) this.pause();
    else requestAnimationFrame((later) => this.tick(later));
  }

  private want(frame: number): void {
    if (frame === this.wanted) return;
    this.wanted = frame;
    this.listeners.wanted.forEach((listener) => listener(frame));
  }

  private show(frame: number): void {
    this.shown = frame;
    this.listeners.shown.forEach((listener) => listener(frame));
  }

  private tellRunning(): void {
    this.listeners.running.forEach((listener) => listener());
  }
}

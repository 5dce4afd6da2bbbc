/**
 * Readings, one after the other → what the page shows and says. Pure: pictures in, moments out.
 *
 * One person is followed. When they leave or the landmarks jump to somebody else, the repetition under way is
 * dropped and said so; what was counted stays.
 */

import { type Posture, postureOf, thighDrop } from "./angles.ts";
import { Bearing, type Body, type Reading, type View, bodyOf, viewOf } from "./body.ts";
import { type Advice, Familiar, Patience, advise, isSomebody } from "./framing.ts";
import { Counter } from "./repetitions.ts";
import { type Done, type Session } from "./session.ts";

/** Standing, the hips are no farther down than this share of the leg's length. */
const STANDING = 0.08;
/** So long the person stands well in the picture before counting begins. [s] */
const READY = 1;
/** Out of sight so long is away. [s] */
const AWAY = 1;

/** What one picture told. `others` asks for a look whether somebody else is in the picture. */
export interface Moment {
  readonly body: Body | null;
  readonly posture: Posture | null;
  readonly azimuth: number;
  readonly view: View;
  readonly advice: Advice | null;
  readonly ready: boolean;
  readonly done: Done | null;
  readonly jumped: boolean;
  readonly left: boolean;
}

export class Follower {
  readonly session: Session;
  #interruptions = 0;
  #ready = false;
  #away = false;
  #wellSince = Number.POSITIVE_INFINITY;
  #seenAt = Number.NEGATIVE_INFINITY;
  #thigh: number | null = null;
  #azimuth = 0;
  readonly #bearing = new Bearing();
  readonly #counter = new Counter();
  readonly #familiar = new Familiar();
  readonly #patience = new Patience("nobody");

  constructor(session: Session) {
    this.session = session;
  }

  /** How often the person was lost. */
  get interruptions(): number {
    return this.#interruptions;
  }

  /** What this picture, read at this time, tells. */
  add(reading: Reading | null, time: number): Moment {
    const body = reading ? bodyOf(reading) : null;
    if (!body || !isSomebody(body)) return this.#miss(time);
    this.#seenAt = time;
    this.#away = false;
    const jumped = !this.#familiar.add(body);
    if (jumped) this.#interrupt();
    this.#azimuth = this.#bearing.add(body);
    const view = viewOf(this.#azimuth);
    const posture = postureOf(body, this.#azimuth, view, this.#thigh);
    const standing = posture.drop < STANDING && !this.#counter.moving;
    if (standing) this.#measureThigh(body);
    const advice = this.#patience.add(advise(body, view, this.session.target.view, standing && !this.#ready), time);
    this.#getReady(advice === null && standing, time);
    const repetition = this.#ready && !jumped ? this.#counter.add(posture) : null;
    const done = repetition && this.session.add(repetition);
    return { body, posture, azimuth: this.#azimuth, view, advice, ready: this.#ready, done, jumped, left: false };
  }

  #miss(time: number): Moment {
    const left = this.#ready && !this.#away && time - this.#seenAt > AWAY;
    if (left) {
      this.#away = true;
      this.#interrupt();
    }
    const advice = this.#patience.add("nobody", time);
    if (!this.#ready) this.#wellSince = Number.POSITIVE_INFINITY;
    return {
      body: null, posture: null, azimuth: this.#azimuth, view: viewOf(this.#azimuth),
      advice, ready: this.#ready, done: null, jumped: false, left,
    };
  }

  #interrupt(): void {
    this.#counter.drop();
    if (this.#ready) this.#interruptions += 1;
  }

  #getReady(well: boolean, time: number): void {
    if (this.#ready) return;
    this.#wellSince = well ? Math.min(this.#wellSince, time) : Number.POSITIVE_INFINITY;
    this.#ready = time - this.#wellSince >= READY;
  }

  /** Length of the thighs in standing, for how deep it goes when they do not show from the side. */
  #measureThigh(body: Body): void {
    const drop = thighDrop(body);
    this.#thigh = this.#thigh === null ? drop : this.#thigh + 0.1 * (drop - this.#thigh);
  }
}

/** The live coach: camera, pose, target and words of one page. */

import "../coach/coach.css";

import { CameraError, closeCamera, openCamera } from "../coach/camera.ts";
import { CUES, measureOf } from "../coach/cues.ts";
import { aimLine, draw, skeleton } from "../coach/drawing.ts";
import { Follower, type Moment } from "../coach/follower.ts";
import { ADVICE } from "../coach/framing.ts";
import { Outbox, type Shelf } from "../coach/keeping.ts";
import { Meters } from "../coach/meters.ts";
import { LEAST, Pace, SMOOTH, type Way, easier, firstWay } from "../coach/pace.ts";
import { type Done, Session, type Summary, say, summarise } from "../coach/session.ts";
import { Speaker } from "../coach/speaking.ts";
import { type Target, readTarget } from "../coach/target.ts";
import { Watcher, findRenderer } from "../coach/watching.ts";
import { tellSummary } from "../coach/words.ts";

/** A cue stays so long in the picture. [s] */
const CUE_TIME = 6;
/** The line to aim at belongs to the lowest point; it shows from here on. [share of the leg's length] */
const BENT = 0.12;
/** [ms] */
const LONGEST_WAIT = 500;
const NO_POSE = "This browser cannot follow a body in the picture. The camera still works as a mirror: count for yourself, or film it.";
const STILL = "Good. Stand still for a moment.";
const READY = "Ready. Squat when you like.";
const SLOW = "This computer reads few pictures a second. Move slowly, so that nothing is missed.";
const OTHERS = "Somebody else is in the picture. The coach follows the one with the lines; ask others to step out.";
const JUMPED = "Somebody came between. That repetition is not counted.";
const LEFT = "You left the picture. What was counted stays; step back in.";

type Stage = "start" | "loading" | "live" | "over";

/** Everything that lasts from start to stop. */
interface Run {
  readonly id: string;
  readonly startedAt: Date;
  readonly stream: MediaStream;
  readonly watcher: Watcher | null;
  readonly follower: Follower;
  readonly pace: Pace;
  stopped: boolean;
  view: Moment["view"];
}

class Coach {
  readonly #root: HTMLElement;
  readonly #target: Target;
  readonly #meters: Meters;
  readonly #outbox: Outbox;
  readonly #speaker = new Speaker();
  #run: Run | null = null;
  #cue: { words: string; done: Done | null; until: number } | null = null;
  #looked = false;

  constructor(root: HTMLElement, target: Target) {
    this.#root = root;
    this.#target = target;
    this.#meters = new Meters(this.#part("meters"), target);
    this.#outbox = new Outbox(shelf(), post);
    this.#show("start");
    this.#listen();
    void this.#deliver();
  }

  #listen(): void {
    this.#part("begin").addEventListener("click", () => void this.#start());
    this.#part("again").addEventListener("click", () => void this.#start());
    this.#part("stop").addEventListener("click", () => this.#stop());
    this.#part("rest").addEventListener("click", () => this.#run?.follower.session.goOn(now()));
    const spoken = this.#part<HTMLInputElement>("spoken");
    spoken.checked = this.#target.spoken;
    const offer = () => {
      const able = this.#speaker.voice !== null;
      spoken.disabled = !able;
      this.#part("no-voice").hidden = able;
      this.#speaker.on = able && spoken.checked;
    };
    spoken.addEventListener("change", offer);
    if ("speechSynthesis" in window) window.speechSynthesis.addEventListener("voiceschanged", offer);
    offer();
    window.addEventListener("online", () => void this.#deliver());
    window.addEventListener("pagehide", () => this.#keep());
  }

  async #start(): Promise<void> {
    this.#show("loading");
    this.#say("");
    this.#looked = false;
    this.#cue = null;
    this.#part("trouble").hidden = true;
    const video = this.#part<HTMLVideoElement>("video");
    try {
      const stream = await openCamera(video);
      this.#run = this.#open(stream, await openWatcher());
    } catch (error) {
      this.#fail(error instanceof CameraError ? error.message : `${NO_POSE} (${String(error)})`);
      return;
    }
    this.#show("live");
    this.#part("stop").focus();
    if (this.#run.watcher) void this.#watch(this.#run, this.#run.watcher);
    else this.#tellMirror();
  }

  #tellMirror(): void {
    this.#say(NO_POSE);
    this.#announce(NO_POSE);
  }

  #open(stream: MediaStream, watcher: Watcher | null): Run {
    const follower = new Follower(new Session(this.#target));
    stream.getVideoTracks()[0]?.addEventListener("ended", () => this.#stop());
    return {
      id: crypto.randomUUID(), startedAt: new Date(), stream, watcher, follower, pace: new Pace(),
      stopped: false, view: this.#target.view,
    };
  }

  async #watch(run: Run, watcher: Watcher): Promise<void> {
    const video = this.#part<HTMLVideoElement>("video");
    try {
      while (!run.stopped) {
        const time = await nextPicture(video);
        if (run.stopped) break;
        const before = now();
        const reading = await watcher.read(video, time);
        if (run.stopped) break;
        run.pace.add(time, now() - before);
        this.#settle(run, watcher);
        const moment = run.follower.add(reading, time);
        this.#tell(run, moment, time);
        if (reading && moment.ready && !this.#looked) {
          this.#looked = true;
          if (await watcher.findOthers(video, reading)) this.#announce(OTHERS, 2 * CUE_TIME);
        }
        if (run.follower.session.at(time).kind === "over") this.#stop();
      }
    } catch (error) {
      this.#stop();
      this.#fail(`${NO_POSE} (${String(error)})`);
    }
    await watcher.close();
  }

  /** Read in an easier way where this computer is too slow for the present one, and say so where none is left. */
  #settle(run: Run, watcher: Watcher): void {
    const { able } = run.pace;
    this.#root.dataset["rate"] = run.pace.rate.toFixed(1);
    this.#root.dataset["network"] = watcher.way.network;
    if (able === null) return;
    const way = able < (watcher.way.network === "full" ? SMOOTH : LEAST) ? easier(watcher.way) : null;
    if (way) {
      watcher.change(way);
      run.pace.restart();
    }
    const note = this.#part("slow");
    note.hidden = able >= LEAST || way !== null;
    if (!note.hidden) note.textContent = SLOW;
  }

  #tell(run: Run, moment: Moment, time: number): void {
    run.view = moment.view;
    const { session } = run.follower;
    if (moment.done) this.#cue = { words: say(moment.done), done: moment.done, until: time + CUE_TIME };
    if (moment.done) this.#announce(say(moment.done));
    if (moment.jumped) this.#announce(JUMPED);
    if (moment.left) this.#announce(LEFT);
    if (moment.jumped || moment.left) this.#looked = false;
    this.#tellState(session, moment, time);
    this.#drawOver(moment, session, time);
  }

  #tellState(session: Session, moment: Moment, time: number): void {
    const state = session.at(time);
    const { sets, repetitions } = this.#target;
    const resting = state.kind === "rest";
    this.#part("rest").hidden = !resting;
    if (resting) {
      this.#write("set", `Rest. Set ${state.set} of ${sets} in ${Math.max(0, Math.ceil(state.until - time))} s`);
    } else if (state.kind === "work") {
      this.#write("set", `Set ${state.set} of ${sets}`);
      this.#write("count", moment.ready ? `${state.count}` : "");
      this.#write("of", moment.ready ? `of ${repetitions}` : "");
    }
    const cue = this.#cue && time < this.#cue.until ? this.#cue : null;
    this.#say(moment.advice ? ADVICE[moment.advice] : cue ? cueOf(cue) : moment.ready ? "" : STILL);
    if (!moment.ready || moment.advice) this.#announceOnce(moment.advice ? ADVICE[moment.advice] : STILL);
    else if (session.done.length === 0 && !cue) this.#readyOnce();
    const quiet = state.kind === "work" && moment.ready && !session.tells;
    this.#part("quiet").hidden = !quiet;
    if (quiet || !moment.posture) this.#meters.blank();
    else this.#meters.show(moment.posture, moment.view);
  }

  #drawOver(moment: Moment, session: Session, time: number): void {
    const video = this.#part<HTMLVideoElement>("video");
    const lines = moment.body ? [...skeleton(moment.body, moment.view, moment.azimuth)] : [];
    const cue = this.#cue?.done?.told && time < this.#cue.until ? this.#cue.done.cue : null;
    const bent = (moment.posture?.drop ?? 0) > BENT;
    if (moment.body && cue && bent && session.tells && moment.view === "side") {
      const aim = aimLine(moment.body, moment.azimuth, this.#target, measureOf(cue));
      if (aim) lines.push(aim);
    }
    draw(this.#part<HTMLCanvasElement>("canvas"), video.videoWidth, video.videoHeight, lines);
  }

  #stop(): void {
    const run = this.#run;
    if (!run) return;
    const summary = this.#keep();
    run.stopped = true;
    this.#run = null;
    closeCamera(run.stream, this.#part<HTMLVideoElement>("video"));
    this.#speaker.hush();
    if (!summary) {
      this.#show("start");
      this.#part("begin").focus();
      return;
    }
    const said = tellSummary(summary);
    this.#part("told").replaceChildren(...said.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
    this.#show("over");
    this.#part("over-title").focus();
    this.#live("Session over. " + said.join(" "));
    void this.#deliver();
  }

  /** Lay the summary of what was done so far into the outbox; null when nothing was. */
  #keep(): Summary | null {
    const run = this.#run;
    if (!run || run.follower.session.done.length === 0) return null;
    const summary = summarise(run.follower.session, {
      id: run.id,
      started_at: run.startedAt.toISOString(),
      ended_at: new Date().toISOString(),
      view: run.view,
      network: `blazepose-${run.watcher?.way.network ?? "none"}`,
      pictures_per_second: Number(run.pace.rate.toFixed(1)),
      interruptions: run.follower.interruptions,
      spoken: this.#speaker.on,
    });
    this.#outbox.put(this.#root.dataset["summaryUrl"] ?? "", summary);
    return summary;
  }

  async #deliver(): Promise<void> {
    if (this.#outbox.size === 0) return;
    const waiting = await this.#outbox.send();
    const place = this.#part("kept");
    place.hidden = false;
    place.classList.toggle("good", waiting === 0);
    place.textContent = waiting
      ? "The session is kept in this browser, and stored as soon as kneewise answers again."
      : "The session is stored.";
  }

  #fail(words: string): void {
    const video = this.#part<HTMLVideoElement>("video");
    if (this.#run) this.#run.stopped = true;
    this.#run = null;
    if (video.srcObject instanceof MediaStream) closeCamera(video.srcObject, video);
    this.#show("start");
    this.#write("trouble-words", words);
    this.#part("trouble").hidden = false;
    this.#part("trouble").focus();
  }

  #show(stage: Stage): void {
    this.#root.dataset["stage"] = stage;
    for (const part of this.#root.querySelectorAll<HTMLElement>("[data-on]")) {
      part.hidden = !(part.dataset["on"] ?? "").split(" ").includes(stage);
    }
  }

  #said = "";

  /** Words that interrupt: shown for a moment, read out and spoken. */
  #announce(words: string, seconds = CUE_TIME): void {
    if (!this.#cue?.done || this.#cue.words !== words) this.#cue = { words, done: null, until: now() + seconds };
    this.#said = words;
    this.#live(words);
    this.#speaker.say(words);
  }

  /** The same words are not said again while they stay. */
  #announceOnce(words: string): void {
    if (words === this.#said || !words) return;
    this.#said = words;
    this.#live(words);
    this.#speaker.say(words);
  }

  #readyOnce(): void {
    this.#say(READY);
    this.#announceOnce(READY);
  }

  #live(words: string): void {
    this.#part("live").textContent = words;
  }

  /** Words in the picture; where there are none, what to think of. */
  #say(words: string): void {
    this.#part("cue").classList.toggle("idle", !words);
    this.#write("cue", words || this.#target.focus);
  }

  #write(name: string, words: string): void {
    const part = this.#part(name);
    if (part.textContent !== words) part.textContent = words;
  }

  #part<T extends HTMLElement = HTMLElement>(name: string): T {
    const part = this.#root.querySelector<T>(`[data-part="${name}"]`);
    if (!part) throw new Error(`the page has no part "${name}"`);
    return part;
  }
}

/** What of an announcement is shown in the picture: the count has its own place. */
function cueOf(cue: { words: string; done: Done | null }): string {
  if (!cue.done) return cue.words;
  return cue.done.told ? (cue.done.cue ? CUES[cue.done.cue] : "On target.") : "";
}

/** A watcher, or null where the page has neither graphics nor WebAssembly to read pictures with. */
async function openWatcher(): Promise<Watcher | null> {
  const renderer = findRenderer();
  if (renderer === null || !("WebAssembly" in window)) return null;
  const way: Way = firstWay(renderer);
  return Watcher.open(way);
}

/** Time at which the next picture of the camera is there, or at which waiting for one ended. [s] */
function nextPicture(video: HTMLVideoElement): Promise<number> {
  return new Promise((resolve) => {
    window.setTimeout(() => resolve(now()), LONGEST_WAIT);
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback((time) => resolve(time / 1000));
    else requestAnimationFrame((time) => resolve(time / 1000));
  });
}

function now(): number {
  return performance.now() / 1000;
}

function shelf(): Shelf | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

async function post(url: string, body: string): Promise<Response> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  return fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRF-Token": token } });
}

const root = document.querySelector<HTMLElement>("[data-coach]");
const told = document.getElementById("target")?.textContent;
if (root && told) new Coach(root, readTarget(told));

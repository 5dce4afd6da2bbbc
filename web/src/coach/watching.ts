/**
 * Video → readings, by `@mediapipe/pose` in this page: the only file that knows it.
 *
 * The library and its wasm come from /static/pose/, the weights from /static/weights/, where they lie beside the
 * package's own pose estimation; nothing is asked of any other computer.
 */

import type { Landmark, Reading } from "./body.ts";
import type { Way } from "./pace.ts";

const POSE = "/static/pose/";
const WEIGHTS = "/static/weights/";
/** The detector's weights are packed alone in this archive, so that they are the archive, byte for byte. */
const PACKED = "pose_solution_packed_assets.data";
const DETECTOR = "pose_detection.tflite";

const COMPLEXITY = { lite: 0, full: 1 } as const;
/** Without a graphics card large pictures cost more than they show. [px] */
const SMALL = 320;
/** Share of a body's width and height that is painted over on each side to look for others. */
const COVER = 0.15;

type Picture = HTMLVideoElement | HTMLCanvasElement;

interface Results {
  readonly poseLandmarks?: readonly Landmark[];
  readonly poseWorldLandmarks?: readonly Landmark[];
}

interface Library {
  setOptions(options: Record<string, unknown>): void;
  onResults(listener: (results: Results) => void): void;
  initialize(): Promise<void>;
  send(inputs: { image: Picture }): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

declare global {
  interface Window {
    Pose?: new (settings: { locateFile: (file: string) => string }) => Library;
  }
}

/** Name of the graphics card, or null where the page can have none. */
export function findRenderer(): string | null {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  if (!context) return null;
  const named = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return name;
}

/** Reads pictures one at a time. */
export class Watcher {
  readonly #library: Library;
  readonly #small = document.createElement("canvas");
  #way: Way;
  #seen: Results = {};

  private constructor(library: Library, way: Way) {
    this.#library = library;
    this.#way = way;
    library.onResults((results) => (this.#seen = results));
  }

  /** Load the library and its weights, which takes a second or two. */
  static async open(way: Way): Promise<Watcher> {
    if (!("WebAssembly" in window)) throw new Error("no WebAssembly");
    await loadScript(`${POSE}pose.js`);
    if (!window.Pose) throw new Error("pose.js holds no Pose");
    const library = new window.Pose({ locateFile });
    const watcher = new Watcher(library, way);
    watcher.#tell();
    await library.initialize();
    return watcher;
  }

  get way(): Way {
    return this.#way;
  }

  /** Read by another way from the next picture on. */
  change(way: Way): void {
    this.#way = way;
    this.#tell();
  }

  #tell(): void {
    this.#library.setOptions({
      modelComplexity: COMPLEXITY[this.#way.network],
      useCpuInference: !this.#way.graphics,
      smoothLandmarks: true,
    });
  }

  /** What the picture shows now; null where nobody is found. */
  async read(video: HTMLVideoElement, time: number): Promise<Reading | null> {
    this.#seen = {};
    await this.#library.send({ image: this.#way.graphics ? video : this.#reduce(video, []) });
    const { poseLandmarks: points, poseWorldLandmarks: world } = this.#seen;
    if (!points || !world) return null;
    return { time, width: video.videoWidth, height: video.videoHeight, points, world };
  }

  /** Whether there is somebody beside the one in `reading`: looks at the picture with them painted over. */
  async findOthers(video: HTMLVideoElement, reading: Reading): Promise<boolean> {
    this.#library.reset();
    this.#seen = {};
    await this.#library.send({ image: this.#reduce(video, reading.points) });
    const found = this.#seen.poseLandmarks;
    this.#library.reset();
    return found !== undefined && found.filter((point) => (point.visibility ?? 0) > 0.5).length > found.length / 2;
  }

  async close(): Promise<void> {
    await this.#library.close();
  }

  #reduce(video: HTMLVideoElement, covered: readonly Landmark[]): HTMLCanvasElement {
    const factor = Math.min(1, SMALL / Math.max(video.videoWidth, video.videoHeight));
    const width = Math.round(video.videoWidth * factor);
    const height = Math.round(video.videoHeight * factor);
    if (this.#small.width !== width) this.#small.width = width;
    if (this.#small.height !== height) this.#small.height = height;
    // It is read again at once; a graphics card would have to hand it back.
    const brush = this.#small.getContext("2d", { willReadFrequently: true });
    if (!brush) throw new Error("no canvas");
    brush.drawImage(video, 0, 0, width, height);
    if (covered.length) {
      const [left, right] = [Math.min(...covered.map(({ x }) => x)), Math.max(...covered.map(({ x }) => x))];
      const [top, bottom] = [Math.min(...covered.map(({ y }) => y)), Math.max(...covered.map(({ y }) => y))];
      const [aside, above] = [COVER * (bottom - top) * (height / width), COVER * (bottom - top)];
      brush.fillStyle = "#808080";
      brush.fillRect((left - aside) * width, (top - above) * height, (right - left + 2 * aside) * width, (bottom - top + 2 * above) * height);
    }
    return this.#small;
  }
}

function locateFile(file: string): string {
  if (file === PACKED) return WEIGHTS + DETECTOR;
  return (file.endsWith(".tflite") ? WEIGHTS : POSE) + file;
}

function loadScript(address: string): Promise<void> {
  if (document.querySelector(`script[src="${address}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => {
      script.remove();
      reject(new Error(`${address} did not load`));
    });
    document.head.append(script);
  });
}

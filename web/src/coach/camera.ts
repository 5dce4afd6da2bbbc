/** The webcam: on, off, and what to do when it does not come. Nothing it shows is kept. */

/** Why there is no picture. */
export type Trouble = "insecure" | "refused" | "missing" | "busy" | "broken";

export const TROUBLE: Readonly<Record<Trouble, string>> = {
  insecure: "The browser shows a camera to pages of this computer only. Open this page at the address that kneewise printed.",
  refused: "The camera was not allowed. To allow it, click the camera or the lock beside the address of this page, then start again.",
  missing: "No camera was found. Plug one in, then start again.",
  busy: "Another program is using the camera. Close it, then start again.",
  broken: "The camera gave no picture. Plug it in again or choose another one, then start again.",
};

export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "broken";
}

/** Show the camera in the video element. Throws a `CameraError`. */
export async function openCamera(video: HTMLVideoElement): Promise<MediaStream> {
  if (!("mediaDevices" in navigator)) throw new CameraError("insecure");
  let stream: MediaStream | null = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
    });
    video.srcObject = stream;
    await video.play();
    return stream;
  } catch (error) {
    if (stream) closeCamera(stream, video);
    throw new CameraError(troubleOf(error));
  }
}

export function closeCamera(stream: MediaStream, video: HTMLVideoElement): void {
  stream.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
}

export class CameraError extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(TROUBLE[trouble]);
    this.trouble = trouble;
  }
}

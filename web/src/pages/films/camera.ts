/** Films with the camera of this computer: look, walk back, squat, look again, use it or throw it away. */

const COUNT_S = 5;
const LONGEST_MS = 60_000;
const TYPES = ["video/mp4;codecs=avc1", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** Lets the button open the camera, where there is one; a film that is wanted is handed on. */
export function record(use: (film: File) => void): void {
  const open = find<HTMLButtonElement>("record");
  if (!open || !("MediaRecorder" in window) || !navigator.mediaDevices) return;
  open.hidden = false;
  open.addEventListener("click", () => void start(use));
}

async function start(use: (film: File) => void): Promise<void> {
  const room = find("camera");
  const preview = find<HTMLVideoElement>("preview");
  const says = find("camera-says");
  const count = find("count");
  if (!room || !preview || !says || !count || !room.hidden) return;
  // Nothing can be pressed before the camera is there: it would be lost.
  show();
  says.textContent = "The camera opens. The browser may ask you to allow it.";
  room.hidden = false;
  room.scrollIntoView({ block: "start" });
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: PICTURE, audio: false });
  } catch {
    says.textContent = "The camera cannot be used. Try: allow it in the browser, and close other programs that use it.";
    show("camera-close");
    find("camera-close")?.addEventListener("click", () => (room.hidden = true), { once: true });
    return;
  }
  const closing = new AbortController();
  const on = (id: string, what: () => void): void =>
    find(id)?.addEventListener("click", what, { signal: closing.signal });
  let film: File | undefined;
  let recorder: MediaRecorder | undefined;

  const look = (): void => {
    film = undefined;
    preview.src = "";
    preview.controls = false;
    preview.loop = false;
    preview.srcObject = stream;
    void preview.play();
    says.textContent = "Your whole body, feet and head, has to be in the picture where you squat.";
    show("camera-start", "camera-close");
  };
  const review = (taken: File): void => {
    film = taken;
    preview.srcObject = null;
    preview.src = URL.createObjectURL(taken);
    preview.controls = true;
    preview.loop = true;
    void preview.play();
    says.textContent = "Is your whole body in the picture all the time?";
    show("camera-use", "camera-again", "camera-close");
  };
  const begin = async (): Promise<void> => {
    show("camera-close");
    says.textContent = "Walk to your place.";
    for (let left = COUNT_S; left > 0 && !closing.signal.aborted; left -= 1) {
      count.textContent = String(left);
      await new Promise((pass) => setTimeout(pass, 1000));
    }
    count.textContent = "";
    if (closing.signal.aborted) return;
    says.textContent = "Filming. Stand, squat two or three times, stand.";
    recorder = film_of(stream, review);
    show("camera-stop", "camera-close");
  };
  const close = (): void => {
    closing.abort();
    if (recorder?.state === "recording") recorder.stop();
    for (const track of stream.getTracks()) track.stop();
    preview.srcObject = null;
    count.textContent = "";
    room.hidden = true;
    find("record")?.focus();
  };
  on("camera-start", () => void begin());
  on("camera-stop", () => recorder?.stop());
  on("camera-again", look);
  on("camera-use", () => {
    if (film) use(film);
    close();
  });
  on("camera-close", close);
  look();
}

/** A recorder at work; it stops by itself after a minute. */
function film_of(stream: MediaStream, done: (film: File) => void): MediaRecorder {
  const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one)) ?? "";
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 6_000_000 });
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    const ending = type.includes("mp4") ? "mp4" : "webm";
    const when = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    done(new File(parts, `camera ${when}.${ending}`, { type: type.split(";")[0] ?? "" }));
  });
  recorder.start();
  setTimeout(() => recorder.state === "recording" && recorder.stop(), LONGEST_MS);
  return recorder;
}

function find<T extends HTMLElement = HTMLElement>(id: string): T | null {
  return document.querySelector<T>(`#${id}`);
}

/** Of the buttons below the picture, these. */
function show(...ids: string[]): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("#camera button")) {
    button.hidden = !ids.includes(button.id);
  }
}

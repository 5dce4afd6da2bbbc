"""Recording + ImagePose → the film with the skeleton drawn on it, the same film plain, key pictures, a clip.

One pass over the film makes them all. Left is always an unbroken orange line, right a broken blue one, so
that sides differ without colour too; the side nearer to the camera is drawn last and thicker.
"""

import io
import math
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Self

import cv2
import numpy as np
from av.error import FFmpegError

from ..conventions import ArmJoint, BodyMeasure, Joint, LegMeasure, Outline, Side, Task
from ..errors import OutputError
from ..model import Array, Frame, Mask, Motion, Recording, Repetition, Study
from .brush import COLOURS, WHITE, Brush, Image, Window
from .encoding import Encoder
from .landmarks import ImagePose
from .samples import Samples
from .tracking import READ_INTERVAL

Progress = Callable[[float], None]

FILM_LONG_SIDE_PX = 720
CLIP_LONG_SIDE_PX = 480
CLIP_BYTES = 550_000
"""What the clip in the page may weigh. [B]"""
PLAIN_KEY_EVERY = 10
"""Pictures from one whole picture of the plain film to the next: so many are decoded to go back by one."""
LONGEST_CLIP = 12.0
"""A slower repetition is cut around its bottom. [s]"""
_MARGIN = 0.3

_LEG = (
    (Joint.HIP, Joint.KNEE),
    (Joint.KNEE, Joint.ANKLE),
    (Joint.ANKLE, Joint.HEEL),
    (Joint.ANKLE, Joint.TOE),
    (Joint.HEEL, Joint.TOE),
)
_ARM = [Joint.SHOULDER, len(Joint) + ArmJoint.ELBOW, len(Joint) + ArmJoint.WRIST]
"""Places of an arm's joints in a drawn figure: joints first, then those of the arms."""
_THIN = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """Words shown in the picture for a while.

    Attributes
    ----------
    start, end : from when to when. [s]
    text : a few words, for example "2 · down".
    """

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Script:
    """What is drawn on a film.

    Attributes
    ----------
    pose : where the joints appear.
    beside : where they appear a second time, seen from elsewhere; without angles. None in a film.
    motion : the angles written beside the joints; None writes none.
    near : the side nearer to the camera; None where neither is, as from the front.
    captions : words in the corner, with their time.
    repetition : number of the repetition shown in clip and key pictures, from 0; None without one.
    clip : start and end of the clip; None makes none. [s]
    stills_at : times of the key pictures. [s]
    """

    pose: ImagePose
    beside: ImagePose | None = None
    motion: Motion | None = None
    near: Side | None = None
    captions: tuple[Caption, ...] = ()
    repetition: int | None = None
    clip: tuple[float, float] | None = None
    stills_at: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What was drawn.

    Attributes
    ----------
    frames : number of pictures in the film written.
    repetition : as in the script.
    clip : MP4 of one repetition whose time 0 is `clip_start` of the film; None without one.
    clip_start, clip_end : the part of the film it shows. [s]
    stills_at : times of the key pictures, as found in the film. [s]
    stills : the key pictures as JPEG.
    """

    frames: int
    repetition: int | None
    clip: bytes | None
    clip_start: float
    clip_end: float
    stills_at: tuple[float, ...]
    stills: tuple[bytes, ...]


def storyboard(study: Study, pose: ImagePose, beside: ImagePose | None = None) -> Script:
    """What to draw for a study: phases as captions, clip and key pictures of its clearest repetition."""
    captions = tuple(
        caption for i, repetition in enumerate(study.repetitions) for caption in _phases(i, repetition)
    )
    near = Side.RIGHT if beside is not None else nearer(study.trial.capture.azimuth)
    chosen = clearest(study)
    if chosen is None or study.motion is None:
        return Script(pose=pose, beside=beside, motion=study.motion, near=near, captions=captions)
    repetition = study.repetitions[chosen]
    return Script(
        pose=pose,
        beside=beside,
        motion=study.motion,
        near=near,
        captions=captions,
        repetition=chosen,
        clip=_clip_span(repetition),
        stills_at=key_times(repetition, study.motion),
    )


def nearer(azimuth: float) -> Side | None:
    """The side nearer to the camera; None where neither is."""
    sideways = math.sin(azimuth)
    return None if not abs(sideways) > 0.25 else Side.LEFT if sideways > 0 else Side.RIGHT


def clearest(study: Study) -> int | None:
    """Number of the repetition measured with the least error, complete ones first; None without any."""
    if study.motion is None or not study.repetitions:
        return None
    motion = study.motion
    complete = [i for i, repetition in enumerate(study.repetitions) if repetition.complete]

    def error(i: int) -> float:
        repetition = study.repetitions[i]
        rows = (motion.time >= repetition.start) & (motion.time <= repetition.end)
        deviations = motion.leg_sd[rows]
        known = deviations[np.isfinite(deviations)]
        return float(known.mean()) if known.size else math.inf

    return min(complete or range(len(study.repetitions)), key=error)


def key_times(repetition: Repetition, motion: Motion) -> tuple[float, float, float]:
    """Times of the top, half way and the bottom of a repetition. [s]"""
    top = repetition.end if repetition.task is Task.SIT_TO_STAND else repetition.start
    early, late = sorted((top, repetition.bottom))
    depth = motion.outline[:, Outline.DEPTH]
    rows = np.flatnonzero((motion.time >= early) & (motion.time <= late) & np.isfinite(depth))
    if len(rows) < 3:
        return top, (early + late) / 2, repetition.bottom
    half = rows[np.argmin(np.abs(depth[rows] - (depth[rows].min() + depth[rows].max()) / 2))]
    return top, float(motion.time[half]), repetition.bottom


def _phases(i: int, repetition: Repetition) -> list[Caption]:
    """Captions of one repetition; a phase too short to read is left out."""
    down_end, up_start = repetition.bottom - repetition.hold / 2, repetition.bottom + repetition.hold / 2
    before = "leaning" if repetition.task is Task.SIT_TO_STAND else "down"
    phases = (
        (repetition.start, down_end, before),
        (down_end, up_start, "bottom"),
        (up_start, repetition.end, "up"),
    )
    return [
        Caption(start=start, end=end, text=f"{i + 1} · {word}")
        for start, end, word in phases
        if end - start > 0.15
    ]


def _clip_span(repetition: Repetition) -> tuple[float, float]:
    start = max(repetition.start - _MARGIN, repetition.bottom - LONGEST_CLIP / 2, 0.0)
    return start, min(repetition.end + _MARGIN, start + LONGEST_CLIP)


def draw(
    recording: Recording,
    script: Script,
    path: Path,
    progress: Progress | None = None,
    plain: Path | None = None,
) -> Overlay:
    """Write the film with the skeleton to `path`; key pictures and clip come back.

    Parameters
    ----------
    recording
        The film; read once.
    script
        What to draw.
    path
        Where the H.264 film goes, at most 720 px long and about 30 pictures a second, each with the time
        stamp it has in the recording.
    progress
        Is told the share that is done, 0 to 1.
    plain
        Where the same pictures go with nothing drawn on them, quick to move about in; time 0 of this film is
        its first picture. None writes none.

    Raises
    ------
    OutputError
        When a film cannot be written; nothing is then left at `path` and `plain`.
    """
    try:
        with _Studio(recording, script, path, plain) as studio:
            _run(recording, script, studio, progress)
            return studio.finish()
    except (FFmpegError, OSError) as error:
        _remove(path, plain)
        raise OutputError(
            f"The film with the skeleton cannot be written to {path.name}: {error}.",
            remedy="make room on the disk or choose another folder.",
        ) from error
    except BaseException:
        _remove(path, plain)
        raise


def _remove(*paths: Path | None) -> None:
    for path in paths:
        if path is not None:
            path.unlink(missing_ok=True)


def _run(recording: Recording, script: Script, studio: "_Studio", progress: Progress | None) -> None:
    """Decode in this thread while another one draws and encodes."""
    length = recording.duration
    if not (math.isfinite(length) and length > 0):
        length = float(script.pose.time[-1]) if len(script.pose.time) else math.inf
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(max_workers=1) as worker:
        for frame in recording.frames(READ_INTERVAL):
            waiting.append(worker.submit(studio.add, frame))
            if len(waiting) > 4:
                waiting.popleft().result()
            if progress is not None:
                progress(min(max(frame.time / length, 0.0), 1.0))
        for future in waiting:
            future.result()
    if progress is not None:
        progress(1.0)


@dataclass(slots=True)
class _Still:
    """The best picture so far for one wanted time."""

    wanted: float
    frame: Frame | None = None

    def offer(self, frame: Frame) -> None:
        if self.frame is None or abs(frame.time - self.wanted) < abs(self.frame.time - self.wanted):
            self.frame = frame


class _Studio:
    """Takes frames in order of time and gives each to everything that wants it."""

    def __init__(self, recording: Recording, script: Script, path: Path, plain: Path | None) -> None:
        size = (recording.width_px, recording.height_px)
        self._script = script
        self._painter = _Painter(script)
        self._whole = Window.of((0, 0, *size), FILM_LONG_SIDE_PX)
        self._close_up = Window.of(_crop(script, size), CLIP_LONG_SIDE_PX)
        self._stills = [_Still(time) for time in script.stills_at]
        self._clip_file = io.BytesIO()
        self._frames = 0
        self._path, self._plain_path = path, plain
        self._plain: Encoder | None = None
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        self._film = self._exit.enter_context(Encoder(self._path, self._whole, origin=0.0))
        self._clip = None
        if self._script.clip is not None:
            start, end = self._script.clip
            cap = int(CLIP_BYTES * 8 / max(end - start, 1.0))
            encoder = Encoder(self._clip_file, self._close_up, origin=start, most_bits=cap)
            self._clip = self._exit.enter_context(encoder)
        return self

    def __exit__(self, *error: object) -> None:
        self._exit.close()

    def add(self, frame: Frame) -> None:
        for still in self._stills:
            still.offer(frame)
        image = self._whole.cut(frame.image)
        self._add_plain(image, frame.time)
        self._painter.paint(image, frame.time, self._whole)
        self._film.add(image, frame.time)
        self._frames += 1
        if self._clip is not None and self._script.clip is not None:
            start, end = self._script.clip
            if start <= frame.time <= end:
                self._clip.add(self._painter.picture(frame, self._close_up), frame.time)

    def _add_plain(self, image: Image, time: float) -> None:
        if self._plain_path is None:
            return
        if self._plain is None:
            encoder = Encoder(self._plain_path, self._whole, origin=time, key_every=PLAIN_KEY_EVERY)
            self._plain = self._exit.enter_context(encoder)
        self._plain.add(image, time)

    def finish(self) -> Overlay:
        self._exit.close()
        taken = [still.frame for still in self._stills if still.frame is not None]
        start, end = self._script.clip or (math.nan, math.nan)
        shown = self._clip is not None and self._clip.frames > 0
        return Overlay(
            frames=self._frames,
            repetition=self._script.repetition,
            clip=self._clip_file.getvalue() if shown else None,
            clip_start=start,
            clip_end=end,
            stills_at=tuple(frame.time for frame in taken),
            stills=tuple(_jpeg(self._painter.picture(frame, self._close_up, words=False)) for frame in taken),
        )


def _jpeg(image: Image) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 86])
    if not done:
        raise OutputError(
            "A key picture cannot be encoded as JPEG.", remedy="pip install --force-reinstall kneewise."
        )
    return data.tobytes()


def _crop(script: Script, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part of the picture the person needs during the clip."""
    start, end = script.clip or (-math.inf, math.inf)
    rows = (script.pose.time >= start) & (script.pose.time <= end)
    poses = [script.pose] if script.beside is None else [script.pose, script.beside]
    return frame_person(np.concatenate([pose.points_px[rows].reshape(-1, 2) for pose in poses]), size)


def frame_person(points_px: Array, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part (left, top, right, bottom) of a picture that holds a person, with room for the head.

    Parameters
    ----------
    points_px : (n, 2)
        Joints; NaN where not measured. [px]
    size
        Width and height of the picture, all of which is the part where nothing was measured. [px]
    """
    points = np.clip(points_px[np.isfinite(points_px).all(axis=1)], 0, size)
    if len(points) < 2:
        return (0, 0, *size)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    tall = max(bottom - top, 16.0)
    top, bottom = top - 0.30 * tall, bottom + 0.10 * tall
    half = max((right - left) / 2 + 0.15 * tall, 0.30 * (bottom - top))
    middle = (left + right) / 2
    return (
        int(max(middle - half, 0)),
        int(max(top, 0)),
        int(min(middle + half, size[0])),
        int(min(bottom, size[1])),
    )


class _Painter:
    """Draws one moment of a script on a picture."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._points = _figure(script.pose)
        self._beside = None if script.beside is None else _figure(script.beside)
        self._tall = _figure_height(script.pose.points_px)
        self._knee = self._trunk = None
        if script.motion is not None:
            knee = script.motion.leg[:, :, LegMeasure.KNEE_FLEXION]
            trunk = script.motion.body[:, BodyMeasure.TRUNK_INCLINATION]
            self._knee = Samples(script.motion.time, knee)
            self._trunk = Samples(script.motion.time, trunk)
        sides = [Side.RIGHT, Side.LEFT]
        self._order = sides if script.near is not Side.RIGHT else sides[::-1]

    def picture(self, frame: Frame, window: Window, *, words: bool = True) -> Image:
        """The frame in the size of the window, with skeleton, angles and, if wanted, words."""
        image = window.cut(frame.image)
        self.paint(image, frame.time, window, words=words)
        return image

    def paint(self, image: Image, time: float, window: Window, *, words: bool = True) -> None:
        """Draw the same on a picture that is in the size of the window."""
        brush = Brush(image, self._tall * window.scale)
        points = window.place(self._points.at(time))
        if self._beside is not None:
            self._draw_figure(brush, window.place(self._beside.at(time)), None)
        middle = self._draw_figure(brush, points, self._script.near)
        self._draw_angles(brush, time, points, middle)
        if words:
            brush.caption(time, self._words(time))

    def _draw_figure(self, brush: Brush, points: Array, near: Side | None) -> Array:
        """Draw legs, arms and trunk; mid-hip and mid-shoulder come back."""
        known: Mask = np.asarray(np.isfinite(points).all(axis=-1))
        for side in self._order:
            self._draw_leg(brush, points[side], known[side], side=side, near=near)
            self._draw_arm(brush, points[side, _ARM], known[side, _ARM], side)
        middle = _middle(points, known)
        self._draw_trunk(brush, points, known, middle)
        return middle

    def _draw_leg(self, brush: Brush, points: Array, known: Mask, *, side: Side, near: Side | None) -> None:
        weight = 0.65 if near not in (None, side) else 1.0
        for one, other in _LEG:
            if known[one] and known[other]:
                foot = Joint.TOE in (one, other) or Joint.HEEL in (one, other)
                broken = side is Side.RIGHT and not foot
                thin = 0.6 if foot else 1.0
                brush.line(points[one], points[other], COLOURS[side], weight * thin, broken)
        for joint in (Joint.HIP, Joint.KNEE, Joint.ANKLE):
            if known[joint]:
                brush.dot(points[joint], COLOURS[side], weight)

    def _draw_arm(self, brush: Brush, points: Array, known: Mask, side: Side) -> None:
        for one, other in pairwise(range(len(points))):
            if known[one] and known[other]:
                brush.line(points[one], points[other], COLOURS[side], _THIN, side is Side.RIGHT)

    def _draw_trunk(self, brush: Brush, points: Array, known: Mask, middle: Array) -> None:
        for joint in (Joint.HIP, Joint.SHOULDER):
            if known[:, joint].all():
                brush.line(points[Side.LEFT, joint], points[Side.RIGHT, joint], WHITE, 0.6, False)
        if np.isfinite(middle).all():
            brush.line(middle[0], middle[1], WHITE, 1.0, False)

    def _draw_angles(self, brush: Brush, time: float, points: Array, middle: Array) -> None:
        if self._knee is None or self._trunk is None:
            return
        knee, trunk = self._knee.at(time), float(self._trunk.at(time))
        for side in Side:
            hip, bend, ankle = points[side, Joint.HIP], points[side, Joint.KNEE], points[side, Joint.ANKLE]
            if self._script.near in (None, side):
                brush.angle(bend, bend - hip, ankle - bend, float(knee[side]))
        brush.angle(middle[0], np.array([0.0, -np.linalg.norm(middle[1] - middle[0])]),
                    middle[1] - middle[0], trunk)  # fmt: skip

    def _words(self, time: float) -> str:
        return next((c.text for c in self._script.captions if c.start <= time < c.end), "")


def _figure(pose: ImagePose) -> Samples:
    """Joints, then those of the arms, on one axis; NaN for arms that nobody looked for."""
    arms = pose.arms_px
    if arms is None:
        arms = np.full((len(pose.time), len(Side), len(ArmJoint), 2), np.nan)
    return Samples(pose.time, np.concatenate([pose.points_px, arms], axis=2))


def _figure_height(points_px: Array) -> float:
    """Typical height of the drawn figure when standing. [px]"""
    heights = points_px[..., 1].reshape(len(points_px), -1)
    heights = heights[np.isfinite(heights).all(axis=1)]
    return float(np.percentile(np.ptp(heights, axis=1), 90)) if len(heights) else 400.0


def _middle(points: Array, known: Mask) -> Array:
    """Mid-hip and mid-shoulder; from one side alone where the other is not known."""
    middle = np.full((2, 2), np.nan)
    for row, joint in enumerate((Joint.HIP, Joint.SHOULDER)):
        if known[:, joint].any():
            middle[row] = points[known[:, joint], joint].mean(axis=0)
    return middle

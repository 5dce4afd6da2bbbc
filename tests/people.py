"""Synthetic people: known posture → joint centres → pictures, sharing no code with the fit.

Lab frame as everywhere: x forward, y left, z up. Feet are planted, thighs and shanks keep their lengths, and
the knee bends by exactly the angle asked for. A leg turns about the line from hip to ankle to bring the knee
out or in, which changes neither the bend nor where hip and ankle are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np
from scipy.ndimage import gaussian_filter1d

from kneewise.conventions import Joint, Side
from kneewise.model import Frame, Person, Pose, Recording
from kneewise.pose import FixedEstimator
from kneewise.pose.fitting import proportions_of

OUTWARD = np.array([1.0, -1.0])
RATE = 30.0


@dataclass(frozen=True, kw_only=True)
class Build:
    """Lengths of a body. [m]"""

    height: float = 1.75
    thigh: float = 0.425
    shank: float = 0.432
    trunk: float = 0.490
    hip_width: float = 0.189
    shoulder_width: float = 0.385
    ankle_height: float = 0.097
    heel_back: float = 0.045
    toe_ahead: float = 0.195
    heel_height: float = 0.055
    toe_height: float = 0.037
    ball_share: float = 0.60

    def scaled(self, factor: float) -> "Build":
        return Build(
            **{name: factor * value if name != "ball_share" else value for name, value in vars(self).items()}
        )

    @property
    def leg(self) -> float:
        return self.thigh + self.shank


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A person in motion: joint centres, and where a network would put its landmarks.

    `joints` and `marks` are (n, side, joint, xyz). [m]
    """

    time: np.ndarray
    joints: np.ndarray
    marks: np.ndarray
    build: Build

    @property
    def person(self) -> Person:
        return Person(height=self.build.height, mass=72.0)


def frame_times(seconds: float, rate: float = RATE) -> np.ndarray:
    return np.arange(round(seconds * rate)) / rate


def ramp(time: np.ndarray, start: float, end: float) -> np.ndarray:
    """0 before, 1 after, in between the path of least jerk."""
    share = np.clip((time - start) / (end - start), 0, 1)
    return share**3 * (10 - 15 * share + 6 * share**2)


def down_and_up(
    time: np.ndarray, start: float, *, down: float = 1.2, hold: float = 0.0, up: float = 1.1
) -> np.ndarray:
    """0 standing, 1 at the bottom."""
    bottom = start + down
    return ramp(time, start, bottom) - ramp(time, bottom + hold, bottom + hold + up)


SIX_PERCENT = 0.2027
"""Share of a ramp's duration after which it has gone 6 % of the way: the root of 10s³ − 15s⁴ + 6s⁵ = 0.06."""


def knee_for_depth(depth: np.ndarray, shank_share: float, build: Build | None = None) -> np.ndarray:
    """Knee bend at which the hips have come down by `depth` leg lengths, legs upright from the front."""
    build = build or Build()
    knee = np.linspace(0, np.radians(160), 4000)
    height = build.shank * np.cos(shank_share * knee) + build.thigh * np.cos((1 - shank_share) * knee)
    return np.interp(depth, 1 - height / build.leg, knee)


def move(
    time: np.ndarray,
    *,
    knee: np.ndarray | float = 0.0,
    shank: np.ndarray | float = 0.0,
    trunk: np.ndarray | float = 0.0,
    side_lean: np.ndarray | float = 0.0,
    knee_out: np.ndarray | float = 0.0,
    turn_out: np.ndarray | float = 0.0,
    heel_turn: np.ndarray | float = 0.0,
    shift: np.ndarray | float = 0.0,
    stance: float | None = None,
    build: Build | None = None,
) -> Somebody:
    """Somebody who takes a posture at each time; angles in radians, one for both sides or (n, side).

    Parameters
    ----------
    knee : bend, exact.
    shank : inclination the shank would have with the knee straight ahead of the line from hip to ankle.
    trunk, side_lean : forward, and to the person's left.
    knee_out : turn of the leg about the line from ankle to hip, knee outwards.
    turn_out : of the feet.
    heel_turn : turn of the foot about its ball, heel up.
    shift : of the pelvis to the left. [m]
    stance : distance of the ankles; that of the hips where None, then legs are upright from the front. [m]
    """
    build, n = build or Build(), len(time)
    stance = build.hip_width if stance is None else stance
    knee, shank, knee_out, turn_out, heel_turn = (
        _per_side(value, n) for value in (knee, shank, knee_out, turn_out, heel_turn)
    )
    trunk, side_lean, shift = (np.broadcast_to(value, (n,)) for value in (trunk, side_lean, shift))
    joints = np.empty((n, 2, 6, 3))
    _place_feet(joints, build, stance, turn_out, heel_turn)
    ankle = joints[:, :, Joint.ANKLE]
    hip = joints[:, :, Joint.HIP]
    reach = np.sqrt(build.thigh**2 + build.shank**2 + 2 * build.thigh * build.shank * np.cos(knee))
    forward = build.shank * np.sin(shank) - build.thigh * np.sin(knee - shank)
    hip[..., 0] = ankle[..., 0] + forward
    hip[..., 1] = OUTWARD * build.hip_width / 2 + shift[:, None]
    sideways = hip[..., 1] - ankle[..., 1]
    hip[..., 2] = ankle[..., 2] + np.sqrt(reach**2 - forward**2 - sideways**2)
    axis = (hip - ankle) / reach[..., None]
    ahead = _perpendicular(np.array([1.0, 0.0, 0.0]), axis)
    left = np.cross(axis, ahead)
    out = (OUTWARD * knee_out)[..., None]
    pole = np.cos(out) * ahead + np.sin(out) * left
    along = (reach**2 + build.shank**2 - build.thigh**2) / (2 * reach)
    off = np.sqrt(np.maximum(build.shank**2 - along**2, 0))
    joints[:, :, Joint.KNEE] = ankle + along[..., None] * axis + off[..., None] * pole
    up = np.stack(
        [np.sin(trunk), np.cos(trunk) * np.sin(side_lean), np.cos(trunk) * np.cos(side_lean)], axis=-1
    )
    across = _perpendicular(np.array([0.0, 1.0, 0.0]), up)
    middle = hip.mean(1) + build.trunk * up
    joints[:, :, Joint.SHOULDER] = (
        middle[:, None] + OUTWARD[:, None] * build.shoulder_width / 2 * across[:, None]
    )
    marks = _marks(joints, up, across, build)
    return Somebody(time=time, joints=joints, marks=marks, build=build)


def squatter(
    time: np.ndarray,
    course: np.ndarray,
    *,
    deepest_knee: float = np.radians(105),
    shank_share: float = 0.30,
    trunk_share: float = 0.40,
    lean: float = 0.0,
    **extra: object,
) -> Somebody:
    """Somebody whose joints bend in proportion to `course`, 0 standing and 1 at the bottom.

    With `lean` 0 they stand with the weight over the ankles; most people lean forward by about 3°, which
    brings it over the middle of the foot.
    """
    knee = deepest_knee * course
    return move(time, knee=knee, shank=lean + shank_share * knee, trunk=lean + trunk_share * knee, **extra)


def squatter_by_depth(
    time: np.ndarray,
    course: np.ndarray,
    *,
    depth: float = 0.40,
    shank_share: float = 0.30,
    trunk_share: float = 0.40,
    **extra: object,
) -> Somebody:
    """Somebody whose hips come down in proportion to `course`, by `depth` leg lengths at most."""
    knee = knee_for_depth(depth * course, shank_share)
    return move(time, knee=knee, shank=shank_share * knee, trunk=trunk_share * knee, **extra)


def sitter(time: np.ndarray, rises: tuple[float, ...], *, up: float = 1.2, down: float = 1.2) -> Somebody:
    """Somebody on a chair who sets off to stand up at each of these times, stands 1 s and sits down again."""
    standing = sum(ramp(time, s, s + up) - ramp(time, s + up + 1.0, s + up + 1.0 + down) for s in rises)
    lean = sum(ramp(time, s - 0.5, s) - ramp(time, s, s + up) for s in rises)
    sitting = 1 - standing
    return move(
        time,
        knee=np.radians(95) * sitting,
        shank=np.radians(8) * sitting,
        trunk=np.radians(5) * sitting + np.radians(35) * lean,
    )


def pose_of(
    somebody: Somebody, *, sd: float = 0.0, draws: int = 4, rng: np.random.Generator | None = None
) -> Pose:
    """The pose of a perfect measurement, its draws spread by a known error of every coordinate. [m]"""
    joints = somebody.joints
    many = np.repeat(joints[None], draws, axis=0)
    if sd:
        assert rng is not None
        many = many + sd * rng.standard_normal(many.shape)
    return Pose(time=somebody.time, joints=joints, joints_sd=np.full(joints.shape, sd), draws=many)


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A camera without distortion; azimuth 0 in front, positive on the person's left. [rad, m, px]"""

    azimuth: float = np.radians(45)
    distance: float = 3.0
    height: float = 1.0
    pitch: float = 0.0
    focal: float = 0.72
    width_px: int = 720
    height_px: int = 1280

    def axes(self) -> np.ndarray:
        """Rows: right, down, away, of a camera that looks at the person's place and then up by pitch."""
        c, s = np.cos(self.azimuth), np.sin(self.azimuth)
        level = np.array([[-s, c, 0.0], [0.0, 0.0, -1.0], [-c, -s, 0.0]])
        c, s = np.cos(self.pitch), np.sin(self.pitch)
        return np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]]) @ level

    @property
    def place(self) -> np.ndarray:
        return np.array(
            [self.distance * np.cos(self.azimuth), self.distance * np.sin(self.azimuth), self.height]
        )

    def picture(self, points: np.ndarray) -> np.ndarray:
        """(..., 2) pixels of points in the lab."""
        seen = (points - self.place) @ self.axes().T
        size = np.array([self.width_px, self.height_px], dtype=float)
        return self.focal * size.max() * seen[..., :2] / seen[..., 2:] + size / 2

    def guess_in_space(self, points: np.ndarray, middle: np.ndarray) -> np.ndarray:
        """(n, ..., 3) right, down, away along the line of sight to `middle` (n, 3), from there. [m]"""
        away = middle - self.place
        away = away / np.linalg.norm(away, axis=-1, keepdims=True)
        right = _perpendicular(self.axes()[0], away)
        turn = np.stack([right, np.cross(away, right), away], axis=-2)
        return (points - middle[:, None]) @ turn.transpose(0, 2, 1)


def all_landmarks(somebody: Somebody) -> np.ndarray:
    """(n, 33, 3) in the lab, in the order of BlazePose. [m]"""
    marks = somebody.marks
    points = np.empty((len(marks), 33, 3))
    for side in Side:
        for joint, landmark in zip(Joint, (11, 23, 25, 27, 29, 31), strict=True):
            points[:, landmark + side] = marks[:, side, joint]
    shoulders = marks[:, :, Joint.SHOULDER]
    trunk = shoulders.mean(1) - marks[:, :, Joint.HIP].mean(1)
    head = shoulders.mean(1) + 0.45 * trunk
    across = shoulders[:, 0] - shoulders[:, 1]
    points[:, 0] = head + np.array([0.10, 0, 0])
    for i in range(1, 11):
        out = 0.2 if i in (7, 8) else 0.1
        left = i in (1, 2, 3, 7, 9)
        points[:, i] = head + (out if left else -out) * across + [0.03, 0, -0.04 if i > 8 else 0.03]
    for side in Side:
        points[:, 13 + side] = shoulders[:, side] + [0.20, 0, -0.15]
        for landmark in (15, 17, 19, 21):
            points[:, landmark + side] = shoulders[:, side] + [0.45, -0.1 * OUTWARD[side], -0.05]
    return points


def estimator_of(
    somebody: Somebody, phone: Phone, *, noise: float = 0.0, rng: np.random.Generator | None = None
) -> FixedEstimator:
    """What a network would read from a film of this person.

    Parameters
    ----------
    noise : standard deviation of each landmark's error, a share of what the fit expects: half of its variance
        lasts for the whole film, half for about half a second, as a network's errors do. [unitless]
    """
    points = all_landmarks(somebody)
    middle = somebody.marks[:, :, Joint.HIP].mean(1)
    seen, guess = phone.picture(points), phone.guess_in_space(points, middle)
    if noise:
        assert rng is not None
        per_metre = phone.focal * max(phone.width_px, phone.height_px) / phone.distance
        seen = seen + 0.026 * noise * per_metre * _lasting_noise(seen.shape, rng)
        guess = guess + [0.03, 0.03, 0.10] * np.array(noise) * _lasting_noise(guess.shape, rng)
    return FixedEstimator(points_px=seen, world=guess, visibility=np.ones(seen.shape[:2]))


def recording_of(time: np.ndarray, phone: Phone | None = None, *, grey: int = 120) -> Recording:
    """A film of grey pictures with these time stamps, without any file."""
    phone = phone or Phone()
    image = np.full((phone.height_px, phone.width_px, 3), grey, np.uint8)
    return Recording(
        name="synthetic.mp4",
        digest="0" * 64,
        width_px=phone.width_px,
        height_px=phone.height_px,
        duration=float(time[-1]),
        frames=partial(_frames, time, lambda _: image),
    )


def _frames(time: np.ndarray, image: Callable[[int], np.ndarray], least_interval: float) -> Iterator[Frame]:
    last = -np.inf
    for index, moment in enumerate(time):
        if moment - last >= least_interval:
            last = moment
            yield Frame(time=float(moment), index=index, image=image(index))


def write_film(
    path: Path,
    time: np.ndarray,
    *,
    image: Callable[[int], np.ndarray] | None = None,
    size: tuple[int, int] = (96, 64),
    codec: str = "libx264",
    quarter_turns: int = 0,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """A film whose pictures have exactly these time stamps.

    Parameters
    ----------
    image : index → (height, width, 3) as stored, before any rotation; a brightening grey where None.
    size : width and height as stored. [px]
    quarter_turns : how often a player must turn the stored picture clockwise by 90°, MP4 only.
    """
    width, height = size
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=30, options=options or {})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 30_000)
        for index, moment in enumerate(time):
            picture = (
                np.full((height, width, 3), 40 + index % 160, np.uint8) if image is None else image(index)
            )
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(moment * 30_000), Fraction(1, 30_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    if quarter_turns % 4:
        _turn_track(path, quarter_turns % 4, width, height)
    return path


def _turn_track(path: Path, quarter_turns: int, width: int, height: int) -> None:
    """Write the display matrix of ISO 14496-12 (x' = ax + cy + u, y' = bx + dy + v) into the track header."""
    a, b, c, d, u, v = {
        1: (0, 1, -1, 0, height, 0),
        2: (-1, 0, 0, -1, width, height),
        3: (0, -1, 1, 0, 0, width),
    }[quarter_turns]
    matrix = np.array([a << 16, b << 16, 0, c * 65536, d * 65536, 0, u << 16, v << 16, 1 << 30], dtype=">i4")
    content = bytearray(path.read_bytes())
    place = content.index(b"tkhd") + 44
    content[place : place + 36] = matrix.tobytes()
    path.write_bytes(content)


def _per_side(value: np.ndarray | float, n: int) -> np.ndarray:
    value = np.asarray(value, dtype=float)
    return np.broadcast_to(value[:, None] if value.ndim == 1 else value, (n, 2))


def _perpendicular(direction: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """The part of a direction at right angles to unit vectors, of length one."""
    rest = direction - (axis @ direction)[..., None] * axis
    return rest / np.linalg.norm(rest, axis=-1, keepdims=True)


def _place_feet(
    joints: np.ndarray, build: Build, stance: float, turn_out: np.ndarray, heel_turn: np.ndarray
) -> None:
    """Ankle, heel and toe of feet that turn about their balls, which stay where they are."""
    yaw = OUTWARD * turn_out
    ball = build.ball_share * build.toe_ahead
    for joint, ahead, up in (
        (Joint.ANKLE, 0.0, build.ankle_height),
        (Joint.HEEL, -build.heel_back, build.heel_height),
        (Joint.TOE, build.toe_ahead, build.toe_height),
    ):
        turn = np.zeros_like(heel_turn) if joint is Joint.TOE else heel_turn
        along = ball + (ahead - ball) * np.cos(turn) + up * np.sin(turn)
        joints[:, :, joint, 0] = along * np.cos(yaw)
        joints[:, :, joint, 1] = along * np.sin(yaw) + OUTWARD * stance / 2
        joints[:, :, joint, 2] = up * np.cos(turn) - (ahead - ball) * np.sin(turn)


def _marks(joints: np.ndarray, up: np.ndarray, across: np.ndarray, build: Build) -> np.ndarray:
    """Landmarks: the fit's own offsets from joint centres, in the frames of pelvis and trunk."""
    proportions = proportions_of(Person(height=build.height))
    marks = joints.copy()
    ahead, outward, upward = proportions.hip_offset
    marks[:, :, Joint.HIP] += ahead * np.eye(3)[0] + outward * OUTWARD[:, None] * np.eye(3)[1]
    marks[:, :, Joint.HIP] += upward * np.eye(3)[2]
    ahead, outward, upward = proportions.shoulder_offset
    trunk_ahead = np.cross(across, up)
    marks[:, :, Joint.SHOULDER] += (
        ahead * trunk_ahead[:, None] + outward * OUTWARD[:, None] * across[:, None] + upward * up[:, None]
    )
    return marks


def _lasting_noise(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Noise of variance 1 along the first axis, which is time at 30 frames a second."""
    quick = gaussian_filter1d(rng.standard_normal((shape[0] + 120, *shape[1:])), 0.25 * RATE, axis=0)[60:-60]
    quick = quick * np.sqrt(2 * np.sqrt(np.pi) * 0.25 * RATE)
    return np.sqrt(0.5) * (quick + rng.standard_normal((1, *shape[1:])))

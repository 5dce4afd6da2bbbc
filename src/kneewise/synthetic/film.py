"""Makes one film of a squatting person and the truth that belongs to it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from .body import make_body
from .camera import Camera, CameraSpec, place_camera
from .clothes import dress
from .motion import FAULTS, SCATTER, Motion, MotionSpec, make_motion
from .recording import Image, Sensor, VideoWriter, draw_sway
from .renderer import Renderer
from .room import ROOMS, build_room, light_room
from .skeleton import SIDES, Skeleton
from .skinning import skin
from .squat import TRUTH_JOINTS, Pose, solve
from .subject import Look, Subject, draw_look, draw_subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .mesh import Array
    from .regions import Layer

DEFAULT_CACHE = Path("~/.cache/synthetic-squat").expanduser()
FIRST_GUESS_M = -0.02
SIDE_COLOURS = {"left": (255, 60, 60), "right": (60, 160, 255)}
OF_THE_PERSON = ("skin", "hair", "hair_style", "hair_length", "beard", "iris")
STREAMS = ("subject", "look", "motion", "room", "light", "camera", "sensor")


@dataclass(frozen=True)
class FilmSpec:
    """Everything that decides a film; the same spec gives the same truth.

    What is None is drawn from the seed.  Subject, look, motion, room and camera are drawn independently, so
    two specs that differ only in the camera show the same squat.  Another session is the same person on
    another day: motion, clothes, room, light, camera and sensor are drawn anew, body, skin and hair are not.

    Attributes
    ----------
    seed : of all random choices
    session : number of the day, from 0; habits of squatting stay
    fault, severity, repetitions, peak, arms : what is performed (see `motion.MotionSpec`)
    camera : where the camera stands
    size : width and height, pixels (even numbers)
    fps : frames per second
    crf : H.264 quality, lower is better and larger
    noise : sensor noise, grey levels
    handheld_px : sway of the picture, pixels; 0 is a tripod
    sex, height_cm, age, bottom_kind, room : replace the drawn ones
    name : file name without ending; made from seed, fault and azimuth if None
    """

    seed: int = 0
    session: int = 0
    fault: str = "none"
    severity: float = 1.0
    repetitions: int = 3
    peak: float = 105.0
    arms: str = "forward"
    camera: CameraSpec = field(default_factory=CameraSpec)
    size: tuple[int, int] = (1280, 720)
    fps: float = 30.0
    crf: int = 22
    noise: float = 2.2
    handheld_px: float = 0.0
    sex: str | None = None
    height_cm: float | None = None
    age: float | None = None
    bottom_kind: str | None = None
    room: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if self.fault not in (*FAULTS, SCATTER):
            raise ValueError(f"unknown fault {self.fault!r}, choose from {', '.join(FAULTS)}")
        if self.session < 0:
            raise ValueError("session must be 0 or more")
        if not 1 <= self.repetitions <= 6:
            raise ValueError("repetitions must be 1 to 6")
        if self.size[0] % 2 or self.size[1] % 2:
            raise ValueError("width and height must be even")

    def rng(self, stream: str) -> np.random.Generator:
        """Random numbers of one of the STREAMS."""
        day = [] if stream == "subject" or not self.session else [self.session]
        return np.random.default_rng([self.seed, STREAMS.index(stream), *day])

    def draw_person(self) -> tuple[Subject, Look]:
        """Who is filmed, and what they wear and look like on that day."""
        subject = draw_subject(self.rng("subject"), self.sex, self.height_cm, self.age)
        look = draw_look(self.rng("look"), subject, self.bottom_kind)
        if self.session:
            usual = draw_look(replace(self, session=0).rng("look"), subject, self.bottom_kind)
            look = replace(look, **{name: getattr(usual, name) for name in OF_THE_PERSON})
        return subject, look

    def file_name(self) -> str:
        """Name of the film's files without ending."""
        take = f"_{self.session}" if self.session else ""
        return self.name or f"squat_{self.seed:03d}{take}_{self.fault}_{self.camera.azimuth_deg:+04.0f}"


@dataclass(frozen=True)
class FilmTruth:
    """What is exactly known of a film.

    Attributes
    ----------
    time_s : (n,) time of each frame
    joints : (n, side, joint, 3) joint centres, metres, lab frame; see SIDES and TRUTH_JOINTS
    joints_px : (n, side, joint, 2) the same in the picture, pixels
    centre_of_mass : (n, 3) metres
    camera_matrix : (3, 4) lab metres to homogeneous pixels (the steady camera)
    intrinsics : (3, 3) pixels
    sway : (n, 2, 3) affine map of a hand-held camera from steady to actual pixels (identity on a tripod)
    repetitions : (r, 3) start, bottom and end in seconds
    details : subject, fault, clothes, camera and file names
    """

    time_s: Array
    joints: Array
    joints_px: Array
    centre_of_mass: Array
    camera_matrix: Array
    intrinsics: Array
    sway: Array
    repetitions: Array
    details: dict[str, Any]

    def save(self, folder: Path, name: str) -> None:
        """Write `name.truth.npz` and `name.truth.json`."""
        np.savez_compressed(
            folder / f"{name}.truth.npz",
            time_s=self.time_s.astype(np.float64),
            joints=self.joints.astype(np.float32),
            joints_px=self.joints_px.astype(np.float32),
            centre_of_mass=self.centre_of_mass.astype(np.float32),
            camera_matrix=self.camera_matrix,
            intrinsics=self.intrinsics,
            image_size_px=np.array(self.details["camera"]["size_px"]),
            sway=self.sway.astype(np.float32),
            repetitions_s=self.repetitions,
            side_names=np.array(SIDES),
            joint_names=np.array(TRUTH_JOINTS),
        )
        text = json.dumps(self.details, indent=1)
        (folder / f"{name}.truth.json").write_text(text + "\n")


def _skin_layers(skeleton: Skeleton, layers: list[Layer], pose: Pose) -> dict[str, Array]:
    return {
        layer.name: skin(pose.rotations, pose.heads, skeleton.heads, layer.vertices, layer.weights)
        for layer in layers
    }


def _capsules(pose: Pose) -> Array:
    """Rough body for the contact shadow, (c, 7): start, end, radius in metres."""
    joints = pose.joints
    segments = (
        ("hip", "knee", 0.085),
        ("knee", "ankle", 0.060),
        ("heel", "toe", 0.055),
        ("shoulder", "wrist", 0.045),
    )
    rows = [
        np.concatenate([joints[start, side], joints[end, side], [radius]])
        for side in SIDES
        for start, end, radius in segments
    ]
    rows.append(np.concatenate([pose.pelvis, pose.neck, [0.15]]))
    rows.append(np.concatenate([pose.neck, pose.head, [0.10]]))
    return np.array(rows)


def _poses(skeleton: Skeleton, motion: Motion) -> list[Pose]:
    poses, start = [], FIRST_GUESS_M
    for posture in motion.postures:
        poses.append(solve(skeleton, posture, start))
        start = float(poses[-1].pelvis[0])
    return poses


def _overlay(picture: Image, joints_px: Array, label: str) -> Image:
    """Draw the projected joints: left red, right blue."""
    out = np.ascontiguousarray(picture)
    for side, points in zip(SIDES, joints_px, strict=True):
        chain = [tuple(round(float(v) * 16 - 8) for v in point) for point in points]
        links = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 3)]
        for a, b in links:
            cv2.line(out, chain[a], chain[b], SIDE_COLOURS[side], 1, cv2.LINE_AA, 4)
        for point in chain:
            cv2.circle(out, point, 16 * 4, SIDE_COLOURS[side], -1, cv2.LINE_AA, 4)
    cv2.putText(out, label, (10, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 1, cv2.LINE_AA)
    return out


def _details(
    spec: FilmSpec, subject: Subject, look: Look, skeleton: Skeleton, camera: Camera
) -> dict[str, Any]:
    body = skeleton.body
    eye = camera.eye
    return {
        "film": f"{spec.file_name()}.mp4",
        "fps": spec.fps,
        "seed": spec.seed,
        "session": spec.session,
        "fault": spec.fault,
        "severity": spec.severity,
        "repetitions": spec.repetitions,
        "arms": spec.arms,
        "subject": {
            **asdict(subject),
            "height_cm": round(100 * body.stature, 1),
            "height_in_shoes_cm": round(100 * (body.stature + look.sole_m), 1),
            "mass_kg": round(body.mass_kg, 1),
            "mass_note": "body volume x 1010 kg/m3, without clothes",
            "thigh_m": round(skeleton.thigh, 4),
            "shank_m": round(skeleton.shank, 4),
        },
        "clothes": asdict(look),
        "camera": {
            "azimuth_deg": spec.camera.azimuth_deg,
            "azimuth_note": "0 in front, +90 at the person's left, 180 behind",
            "position_m": [round(float(v), 4) for v in eye],
            "focal_px": round(camera.focal, 3),
            "size_px": list(camera.size),
            "pixel_origin": "outer corner of the top left pixel",
            "handheld_px": spec.handheld_px,
        },
        "lab_frame": "metres; x forward, y to the person's left, z up, floor z = 0, ankles over x = 0",
        "side_names": list(SIDES),
        "joint_names": list(TRUTH_JOINTS),
    }


@dataclass(frozen=True)
class _Scene:
    """The person in every frame and the camera, before anything is drawn."""

    skeleton: Skeleton
    layers: list[Layer]
    poses: list[Pose]
    camera: Camera
    truth: FilmTruth


def _stage(spec: FilmSpec, cache: Path) -> _Scene:
    """Draw subject, clothes, motion and camera from the seed and compute the truth."""
    subject, look = spec.draw_person()
    skeleton = Skeleton(make_body(subject, cache), subject.sex, look.sole_m)
    movement = MotionSpec(spec.fault, spec.severity, spec.repetitions, spec.peak, spec.arms, spec.fps)
    motion = make_motion(replace(spec, session=0).rng("motion"), movement)
    if spec.session:
        again = spec.rng("motion")
        motion = make_motion(again, movement, motion.habit.once_more(again))
    poses = _poses(skeleton, motion)
    height = skeleton.body.stature + look.sole_m
    camera = place_camera(spec.rng("camera"), spec.camera, spec.size, height)
    joints = np.array([pose.truth() for pose in poses])
    sway = draw_sway(spec.rng("camera"), motion.time_s, spec.handheld_px, spec.size)
    steady = camera.project(joints)
    moved = np.einsum("nij,nskj->nski", sway[:, :, :2], steady) + sway[:, None, None, :, 2]
    truth = FilmTruth(
        time_s=motion.time_s,
        joints=joints,
        joints_px=moved,
        centre_of_mass=np.array([pose.centre_of_mass for pose in poses]),
        camera_matrix=camera.matrix,
        intrinsics=camera.intrinsics,
        sway=sway,
        repetitions=motion.repetitions,
        details=_details(spec, subject, look, skeleton, camera),
    )
    return _Scene(skeleton, dress(skeleton, look), poses, camera, truth)


def _pictures(spec: FilmSpec, scene: _Scene) -> Iterator[Image]:
    """Yield every frame as the phone records it, (height, width, 3) uint8."""
    room_rng = spec.rng("room")
    drawn = str(room_rng.choice(ROOMS))
    kind = spec.room or drawn
    light = light_room(kind, spec.rng("light"), spec.camera.azimuth_deg)
    renderer = Renderer(scene.camera, light, build_room(kind, room_rng), scene.layers)
    scene.truth.details["room"] = kind
    sensor = Sensor(spec.size, spec.rng("sensor"), spec.noise)
    try:
        for pose, sway in zip(scene.poses, scene.truth.sway, strict=True):
            shapes = _skin_layers(scene.skeleton, scene.layers, pose)
            yield sensor.expose(renderer.draw(shapes, _capsules(pose)), sway)
    finally:
        renderer.close()


def specify(**told: Any) -> FilmSpec:
    """A spec from the attributes of a film and of its camera, side by side."""
    camera = {field.name: told.pop(field.name) for field in fields(CameraSpec) if field.name in told}
    return FilmSpec(camera=CameraSpec(**camera), **told)


def stage_pictures(spec: FilmSpec, cache: Path = DEFAULT_CACHE) -> tuple[FilmTruth, Iterator[Image]]:
    """The truth of a film, and its pictures (height, width, 3) uint8 as they are asked for."""
    scene = _stage(spec, cache)
    return scene.truth, _pictures(spec, scene)


def make_film(
    spec: FilmSpec, folder: Path, cache: Path = DEFAULT_CACHE, debug_overlay: bool = False
) -> FilmTruth:
    """Render a film and write it with its truth.

    Parameters
    ----------
    spec : what to film
    folder : receives `NAME.mp4`, `NAME.truth.npz` and `NAME.truth.json`
    cache : folder of the rest shapes, filled on demand
    debug_overlay : also write `NAME.debug.mp4` with the projected joints drawn (left red, right blue)

    Returns
    -------
    the truth that was written
    """
    folder.mkdir(parents=True, exist_ok=True)
    scene = _stage(spec, cache)
    name, truth = spec.file_name(), scene.truth
    with ExitStack() as files:
        film = files.enter_context(VideoWriter(folder / f"{name}.mp4", spec.size, spec.fps, spec.crf))
        overlay = None
        if debug_overlay:
            file = folder / f"{name}.debug.mp4"
            overlay = files.enter_context(VideoWriter(file, spec.size, spec.fps, spec.crf))
        for index, picture in enumerate(_pictures(spec, scene)):
            film.write(picture)
            if overlay is not None:
                overlay.write(
                    _overlay(picture, truth.joints_px[index], f"{index}  {truth.time_s[index]:.2f} s")
                )
    truth.save(folder, name)
    return truth

"""Films with known truth → Clip: the film, where its joints truly were, and what others made of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ..casefile import build_person
from ..conventions import Joint, Side
from ..errors import FormatError, InputError, reason_of
from ..model import Array, Person
from .films import view_at

_BODIES = {Joint.SHOULDER: "humerus", Joint.HIP: "femur", Joint.KNEE: "tibia", Joint.ANKLE: "talus"}
"""Joint centre → the body of an OpenSim model whose origin lies there."""
_BASELINE = "baseline_*_bodies.json"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """Joint centres in a frame with z up.

    Attributes
    ----------
    time : (n,) [s]
    joints : (n, side, joint, xyz) NaN where unknown. [m]
    facing : whether x is where the person faces, as in the lab frame.
    bottoms : lowest points, empty where unknown. [s]
    """

    time: Array
    joints: Array
    facing: bool
    bottoms: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clip:
    """A film with known truth.

    Attributes
    ----------
    film : the file.
    name : of the film, without ending.
    person : stature sets the scale.
    truth : where the joints were.
    baselines : name → what another system made of the same film.
    facts : what is known of it in words and numbers: ``view``, ``sex``, ``bmi``, ``clothes``, ``fault``,
        ``distance_m``, ``height_m`` of the camera, ``seed``, ``session``; any may be missing.
    """

    film: Path
    name: str
    person: Person
    truth: Track
    baselines: dict[str, Track]
    facts: dict[str, Any]


def open_clip(film: Path, height_cm: float | None = None) -> Clip:
    """A film and the truth beside it.

    Parameters
    ----------
    film
        A video with `NAME.truth.npz` or `mocap_bodies.json` beside it.
    height_cm
        Stature; without it that of `NAME.truth.json`, and else an assumed one. [cm]

    Raises
    ------
    InputError
        When the film or its truth is missing or cannot be read.
    """
    if not film.is_file():
        raise InputError(f"There is no file {film}.", remedy="check the path of the clip.")
    exact, mocap = film.with_name(f"{film.stem}.truth.npz"), film.with_name("mocap_bodies.json")
    if not exact.exists() and not mocap.exists():
        raise InputError(
            f"{film} has no truth beside it.",
            remedy=f"put {exact.name} (as kneewise.synthetic writes) or {mocap.name} into the same folder.",
        )
    facts = _read_facts(film.with_name(f"{film.stem}.truth.json"))
    return Clip(
        film=film,
        name=film.stem,
        person=build_person({"height_cm": height_cm or facts.pop("stature_cm", None)}),
        truth=read_truth(exact) if exact.exists() else read_bodies(mocap),
        baselines={_system(file): read_bodies(file) for file in sorted(film.parent.glob(_BASELINE))},
        facts=facts,
    )


def check_clips(clips: tuple[Clip, ...]) -> None:
    """Every baseline belongs to one film.

    Raises
    ------
    InputError
        When a folder with baselines holds two of the clips.
    """
    folders = [clip.film.resolve().parent for clip in clips if clip.baselines]
    shared = sorted(str(folder) for folder in set(folders) if folders.count(folder) > 1)
    if shared:
        raise InputError(
            f"{shared[0]} holds several clips, so it is not clear which of them its baselines belong to.",
            remedy="give each clip with baselines a folder of its own.",
        )


def read_truth(path: Path) -> Track:
    """What the renderer of synthetic people writes: joints in the lab frame, and repetitions.

    Raises
    ------
    FormatError
        When it is something else.
    """
    try:
        with path.open("rb") as file, np.load(file) as stored:
            arrays = {name: stored[name] for name in ("time_s", "joints", "repetitions_s")}
    except (OSError, EOFError, ValueError, KeyError, IndexError, BadZipFile) as error:
        raise FormatError(
            f"{path} cannot be read as the truth of a film: {reason_of(error)}.",
            remedy="give time_s (n), joints (n, 2, 6, 3) and repetitions_s (r, 3) as kneewise.synthetic "
            "writes.",
        ) from error
    joints = arrays["joints"].astype(float)
    if joints.shape[1:] != (len(Side), len(Joint), 3) or len(joints) != len(arrays["time_s"]):
        raise FormatError(
            f"{path} has joints of shape {joints.shape}.",
            remedy="give (frames, side, joint, xyz): shoulder, hip, knee, ankle, heel, toe.",
        )
    bottoms = arrays["repetitions_s"][:, 1]
    return Track(time=arrays["time_s"], joints=joints, facing=True, bottoms=bottoms)


def read_bodies(path: Path) -> Track:
    """Where the bodies of an OpenSim model were; heels and toes stay unknown.

    Raises
    ------
    FormatError
        When a body is missing or its length is not that of the time.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        time = np.array(content["time"], dtype=float)
        joints = np.full((len(time), len(Side), len(Joint), 3), np.nan)
        for joint, body in _BODIES.items():
            for side in Side:
                place = content["bodies"][f"{body}_{side.name[0].lower()}"]["translation"]
                x, y, z = np.array(place, dtype=float).reshape(len(time), 3).T
                joints[:, side, joint] = np.stack([x, -z, y], axis=-1)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise FormatError(
            f"{path} cannot be read as bodies of an OpenSim model: {error!r}.",
            remedy="give time and, in bodies, translation of humerus, femur, tibia and talus, each _l and "
            "_r.",
        ) from error
    return Track(time=time, joints=joints, facing=False, bottoms=np.empty(0))


def _system(file: Path) -> str:
    return file.name.removeprefix("baseline_").removesuffix("_bodies.json").replace("_", " ")


def _read_facts(path: Path) -> dict[str, Any]:
    """What the truth's description says; empty without one."""
    if not path.exists():
        return {}
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        subject, camera = told["subject"], told["camera"]
        x, y, z = camera["position_m"]
        return {
            "stature_cm": subject["height_cm"],
            "sex": subject["sex"],
            "bmi": subject["mass_kg"] / (subject["height_cm"] / 100) ** 2,
            "clothes": told["clothes"]["bottom_kind"],
            "fault": told["fault"],
            "view": view_at(camera["azimuth_deg"]),
            "distance_m": float(np.hypot(x, y)),
            "height_m": z,
            "seed": told["seed"],
            "session": told.get("session", 0),
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FormatError(
            f"{path} cannot be read as the description of a film: {error!r}.",
            remedy="give it as kneewise.synthetic writes it, or remove it and give --height.",
        ) from error

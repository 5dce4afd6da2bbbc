"""`.mot` and `.sto` files of joint angles → AngleTrack: radians, OpenSim's names and signs.

Also what OpenCap, Sports2D and Pose2Sim write. Whether numbers are degrees, and which way a knee counts, is
told from the numbers.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..conventions import Side
from ..errors import FormatError
from ..files import digest_of, read_mot
from ..model import Array
from .bounding import Step, bridge_columns, in_parts, without_empty, without_spikes
from .tidying import settle_time
from .track import MarkerTrack

_SIDED = {
    "hip_flexion": "hip_flexion",
    "hip_adduction": "hip_adduction",
    "hip_rotation": "hip_rotation",
    "knee_angle": "knee_angle",
    "knee_flexion": "knee_angle",
    "ankle_angle": "ankle_angle",
    "ankle_flexion": "ankle_angle",
    "ankle_dorsiflexion": "ankle_angle",
    "hip": "hip_flexion",
    "knee": "knee_angle",
    "ankle": "ankle_angle",
}
"""Name without its side → OpenSim's; the last three are those of Sports2D."""
_WHOLE = (
    *("pelvis_tilt", "pelvis_list", "pelvis_rotation"),
    *("lumbar_extension", "lumbar_bending", "lumbar_rotation"),
)
_SIDES = {"l": Side.LEFT, "left": Side.LEFT, "r": Side.RIGHT, "right": Side.RIGHT}
_MOST_RADIANS = 3.3
_RADIAN_BEND = (0.8, 3.0)
"""Deepest bend of a knee in a file that says degrees, but holds radians. [rad]"""
_LEAST_RANGE, _LEAST_OTHER = 0.3, 0.1
"""How far knees and hips, and pelvis or ankles, move in such a file at least. [rad]"""
_TOGETHER = 0.7
"""How well knees and hips go together in such a file; a correlation. [unitless]"""
_LEAST_SINKING = 0.05
"""How far the pelvis goes down in such a file, where it says so. [m]"""
_AGAIN = "export the joint angles again, in degrees, knee bend positive."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AngleTrack:
    """Joint angles through time.

    Attributes
    ----------
    track : name, time and notes of the file; it has no markers.
    legs : name → (n, side); NaN in long gaps. [rad]
    whole : name → (n,) of pelvis and trunk; empty where the file has none. [rad]
    """

    track: MarkerTrack
    legs: dict[str, Array]
    whole: dict[str, Array]


def read_angles(path: Path) -> AngleTrack:
    """Joint angles of a MOT or STO file.

    Raises
    ------
    FormatError
        When it holds no angles of both hips and knees, or none that a person can have, or too few.
    """
    table = read_mot(path, remedy=_AGAIN)
    track = MarkerTrack(
        name=path.name,
        digest=digest_of(path),
        time=table.numbers[:, 0],
        names=(),
        points=np.empty((len(table.numbers), 0, 3)),
    )
    if table.stated_rows not in (None, len(table.numbers)):
        track = track.noting(
            "frames_miscounted",
            f"the header says {table.stated_rows} rows, but there are {len(table.numbers)}",
        )
    track = settle_time(track)
    columns = dict(zip(table.names, table.numbers.T, strict=True))
    found = {_canonical(name): values for name, values in list(columns.items())[1:] if _canonical(name)}
    legs = _legs(found, path)
    whole = {name: found[name, None] for name in _WHOLE if (name, None) in found}
    angles = AngleTrack(track=track, legs=legs, whole=whole)
    heights = [values for name, values in columns.items() if name.lower().split("/")[-1] == "pelvis_ty"]
    height = heights[0] if heights and np.isfinite(heights[0]).any() else None
    angles = _settle_unit(_step(angles, without_empty), table.header, height)
    return _step(_step(_settle_knees(angles), without_spikes), bridge_columns)


def _canonical(name: str) -> tuple[str, Side | None] | None:
    """OpenSim's name and the side; None for a column that is not used."""
    plain = name.strip().lower().removesuffix("/value").rsplit("/", 1)[-1]
    if plain in _WHOLE:
        return plain, None
    words = re.split(r"[\s_]+", plain)
    for first, last in ((words[0], words[1:]), (words[-1], words[:-1])):
        stem = "_".join(last)
        if first in _SIDES and stem in _SIDED:
            return _SIDED[stem], _SIDES[first]
    return None


def _legs(found: dict[tuple[str, Side | None] | None, Array], path: Path) -> dict[str, Array]:
    legs = {}
    for name in dict.fromkeys(_SIDED.values()):
        columns = [found.get((name, side)) for side in Side]
        known = [column for column in columns if column is not None]
        if len(known) == len(Side):
            legs[name] = np.stack(known, axis=-1)
        elif name in ("hip_flexion", "knee_angle"):
            missing = " and ".join(
                s.name.lower() for s, column in zip(Side, columns, strict=True) if column is None
            )
            raise FormatError(
                f"{path.name} has no {name.replace('_', ' ')} of the {missing} leg.",
                remedy="give a file with hip_flexion_r, knee_angle_r and the same for l.",
            )
    return legs


def _step(angles: AngleTrack, step: Step) -> AngleTrack:
    """The same after a step on all columns."""
    track, legs, whole = in_parts(step, angles.track, angles.legs, angles.whole)
    return AngleTrack(track=track, legs=legs, whole=whole)


def _settle_unit(angles: AngleTrack, header: str, height: Array | None) -> AngleTrack:
    """Angles in radians; the header is believed where that is possible.

    Parameters
    ----------
    angles
        As the file has them.
    header
        With a line `inDegrees`, perhaps.
    height
        (n,) of the pelvis, where the file has it: a squat moves it. [m]
    """
    stated = re.search(r"indegrees\s*=\s*(\w+)", header, re.IGNORECASE)
    degrees = stated is None or stated.group(1).lower() != "no"
    legs = [angles.legs[name] for name in ("hip_flexion", "knee_angle")]
    largest = max(float(np.nanpercentile(np.abs(values), 98)) for values in legs)
    track = angles.track
    if degrees and largest < _MOST_RADIANS and _is_squat_in_radians(angles, height):
        degrees = False
        said = "the file says degrees" if stated else "the file does not say what its angles are in"
        track = track.warning(
            "radians",
            f"{said}, but in degrees the person would hardly move: radians were taken",
            "write inDegrees=no into the header if they are radians, or export the angles again",
        )
    elif not degrees and largest > 2 * _MOST_RADIANS:
        degrees = True
        track = track.noting(
            "degrees", "the file says radians, but its angles are degrees: degrees were taken"
        )
    factor = np.pi / 180 if degrees else 1.0
    return AngleTrack(
        track=track,
        legs={name: values * factor for name, values in angles.legs.items()},
        whole={name: values * factor for name, values in angles.whole.items()},
    )


def _is_squat_in_radians(angles: AngleTrack, height: Array | None) -> bool:
    """Whether the numbers, as radians, are knees, hips and a pelvis or ankles that bend together."""
    hip, knee = (angles.legs[name].mean(-1) for name in ("hip_flexion", "knee_angle"))
    others = [angles.legs["ankle_angle"].mean(-1)] if "ankle_angle" in angles.legs else []
    others += [angles.whole["pelvis_tilt"]] if "pelvis_tilt" in angles.whole else []
    both = np.isfinite(hip) & np.isfinite(knee)
    knee_low, knee_high = np.nanpercentile(np.abs(knee), (2, 98))
    return bool(
        _RADIAN_BEND[0] <= knee_high <= _RADIAN_BEND[1]
        and knee_high - knee_low >= _LEAST_RANGE
        and _range(hip) >= _LEAST_RANGE
        and abs(np.corrcoef(hip[both], knee[both])[0, 1]) >= _TOGETHER
        and any(_range(values) >= _LEAST_OTHER for values in others)
        and (height is None or _range(height) >= _LEAST_SINKING)
    )


def _range(values: Array) -> float:
    low, high = np.nanpercentile(values, (2, 98))
    return float(high - low)


def _settle_knees(angles: AngleTrack) -> AngleTrack:
    """Knees that bend to positive angles from 0."""
    knee, track = angles.legs["knee_angle"], angles.track
    low, high = np.nanpercentile(knee, (5, 90))
    if high > np.deg2rad(150) and low > np.deg2rad(20):
        knee = np.pi - knee
        track = track.noting(
            "knee_included", "knee angles were counted from 180° for straight; 0 was taken for it"
        )
    bent = knee[np.abs(knee) > np.deg2rad(25)]
    if bent.size and np.median(bent) < 0:
        knee = -knee
        track = track.noting("knee_sign", "knee bend was negative in the file: its sign was turned")
    return replace(angles, track=track, legs={**angles.legs, "knee_angle": knee})

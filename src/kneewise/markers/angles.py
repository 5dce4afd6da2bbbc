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
from ..model import Array
from .reading import digest_of, read_text
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
_LEAST_BEND = 0.35
_KNEE_RANGE = (np.deg2rad(-35), np.deg2rad(170))
_AGAIN = "export the joint angles again, in degrees, knee bend positive."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AngleTrack:
    """Joint angles through time.

    Attributes
    ----------
    track : name, time and notes of the file; it has no markers.
    legs : name → (n, side). [rad]
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
        When it holds no angles of both hips and knees, or none that a person can have.
    """
    header, names, table = _parse(path)
    track = MarkerTrack(
        name=path.name,
        digest=digest_of(path),
        time=table[:, 0],
        names=(),
        points=np.empty((len(table), 0, 3)),
    )
    stated = re.search(r"nrows\s*=\s*(\d+)", header, re.IGNORECASE)
    if stated and int(stated.group(1)) != len(table):
        track = track.noting(
            "frames_miscounted", f"the header says {stated.group(1)} rows, but there are {len(table)}"
        )
    track = settle_time(track)
    found = {_canonical(name): table[:, i] for i, name in enumerate(names) if i and _canonical(name)}
    legs = _legs(found, path)
    whole = {name: found[name, None] for name in _WHOLE if (name, None) in found}
    angles = AngleTrack(track=track, legs=legs, whole=whole)
    return _settle_knees(_settle_unit(_fill(angles), header))


def _parse(path: Path) -> tuple[str, list[str], Array]:
    """Header, names of the columns, and the numbers."""
    header, end, body = read_text(path).replace("\r", "").partition("endheader")
    lines = [line for line in body.split("\n") if line.strip()]
    if not end or not lines:
        raise FormatError(f"{path.name} is no MOT file: it has no line 'endheader'.", remedy=_AGAIN)
    separator = "\t" if "\t" in lines[0] else "," if "," in lines[0] else None
    names = [name.strip() for name in lines[0].strip().split(separator)]
    rows = [line.strip().split(separator) for line in lines[1:]]
    rows = [row for row in rows if len(row) == len(names)]
    if not rows:
        raise FormatError(f"{path.name} has no frames.", remedy=_AGAIN)
    try:
        table = np.array([[float(cell or "nan") for cell in row] for row in rows])
    except ValueError as error:
        raise FormatError(f"{path.name} has a cell that is no number ({error}).", remedy=_AGAIN) from error
    return header, names, table


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


def _fill(angles: AngleTrack) -> AngleTrack:
    """Gaps bridged by straight lines; told where there were any."""
    count, time = 0, angles.track.time

    def bridged(column: Array) -> Array:
        nonlocal count
        known = np.isfinite(column)
        count += int((~known).sum())
        return np.interp(time, time[known], column[known]) if known.any() else np.zeros_like(column)

    legs = {
        name: np.stack([bridged(values[:, side]) for side in Side], -1)
        for name, values in angles.legs.items()
    }
    whole = {name: bridged(values) for name, values in angles.whole.items()}
    track = angles.track
    if count:
        track = track.warning("gaps_filled", f"{count} missing angles were bridged by straight lines")
    return AngleTrack(track=track, legs=legs, whole=whole)


def _settle_unit(angles: AngleTrack, header: str) -> AngleTrack:
    """Angles in radians, whatever the header says."""
    stated = re.search(r"indegrees\s*=\s*(\w+)", header, re.IGNORECASE)
    degrees = stated is None or stated.group(1).lower() != "no"
    largest = max(float(np.abs(angles.legs[name]).max()) for name in ("hip_flexion", "knee_angle"))
    track = angles.track
    if degrees and _LEAST_BEND < largest < _MOST_RADIANS:
        degrees = False
        track = track.noting(
            "radians", "the file says degrees, but its angles are radians: radians were taken"
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


def _settle_knees(angles: AngleTrack) -> AngleTrack:
    """Knees that bend to positive angles from 0.

    Raises
    ------
    FormatError
        When they bend as no knee does.
    """
    knee, track = angles.legs["knee_angle"], angles.track
    if np.percentile(knee, 90) > np.deg2rad(150) and np.percentile(knee, 5) > np.deg2rad(20):
        knee = np.pi - knee
        track = track.noting(
            "knee_included", "knee angles were counted from 180° for straight; 0 was taken for it"
        )
    bent = knee[np.abs(knee) > np.deg2rad(25)]
    if bent.size and np.median(bent) < 0:
        knee = -knee
        track = track.noting("knee_sign", "knee bend was negative in the file: its sign was turned")
    outside = (knee < _KNEE_RANGE[0]) | (knee > _KNEE_RANGE[1])
    if outside.mean() > 0.05:
        raise FormatError(
            f"The knee angles of {track.name} reach from {np.rad2deg(knee.min()):.0f}° to "
            f"{np.rad2deg(knee.max()):.0f}°: no knee does that.",
            remedy=_AGAIN,
        )
    return replace(angles, track=track, legs={**angles.legs, "knee_angle": knee})

"""`.mot` and `.sto` files of joint angles → AngleTrack: radians, OpenSim's names and signs.

Also what OpenCap, Sports2D and Pose2Sim write.
"""

import re
from pathlib import Path

import numpy as np

from ..conventions import Side
from ..errors import FormatError
from ..files import digest_of, read_mot
from ..model import Array
from .settling import AGAIN, NEEDED, settle_angles
from .tidying import settle_time
from .track import AngleTrack, MarkerTrack

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


def read_angles(path: Path) -> AngleTrack:
    """Joint angles of a MOT or STO file.

    Raises
    ------
    FormatError
        When it holds no angles of both hips and knees, or none that a person can have, or too few.
    """
    table = read_mot(path, remedy=AGAIN)
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
    heights = [values for name, values in columns.items() if name.lower().split("/")[-1] == "pelvis_ty"]
    height = heights[0] if heights and np.isfinite(heights[0]).any() else None
    unit = re.search(r"indegrees\s*=\s*(\w+)", table.header, re.IGNORECASE)
    in_degrees = unit.group(1).lower() != "no" if unit else None
    return settle_angles(AngleTrack(track=track, legs=legs, whole=whole), in_degrees, height)


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
        elif name in NEEDED:
            missing = " and ".join(
                s.name.lower() for s, column in zip(Side, columns, strict=True) if column is None
            )
            raise FormatError(
                f"{path.name} has no {name.replace('_', ' ')} of the {missing} leg.",
                remedy="give a file with hip_flexion_r, knee_angle_r and the same for l.",
            )
    return legs

"""AngleTrack in the file's words → AngleTrack in radians, knees bent to positive angles, within human reach.

What a header says about the unit is believed where the numbers allow it: a person moves, knees and hips bend
together, and no joint turns through itself.
"""

import numpy as np

from ..conventions import Side
from ..errors import FormatError
from ..model import Array
from ..signals import bridge
from .track import AngleTrack

NEEDED = ("hip_flexion", "knee_angle")
AGAIN = "export the joint angles again, in degrees, knee bend positive."
_FILL_COLUMN = "export the joint angles again with this column filled in."
_FILL_GAPS = "fill the gaps in the program that made the angles, or record again."
_MISSING_MOST = 0.5
"""Share of the frames that a column, and the whole file, may lack. [unitless]"""
_MOST_RADIANS = 3.3
_RADIAN_BEND = (0.8, 3.0)
"""Deepest bend of a knee in a file that says degrees, but holds radians. [rad]"""
_LEAST_RANGE, _LEAST_OTHER = 0.3, 0.1
"""How far knees and hips, and pelvis or ankles, move in such a file at least. [rad]"""
_TOGETHER = 0.7
"""How well knees and hips go together in such a file; a correlation. [unitless]"""
_LEAST_SINKING = 0.05
"""How far the pelvis goes down in such a file, where it says so. [m]"""
_REACH = {
    "hip_flexion": (-40.0, 150.0),
    "knee_angle": (-20.0, 170.0),
    "ankle_angle": (-60.0, 60.0),
    "pelvis_tilt": (-120.0, 120.0),
    "pelvis_rotation": (-1080.0, 1080.0),
}
"""What people reach, with room for other zeros; a turn of the pelvis may count several rounds. [deg]"""
_ANY_REACH = (-180.0, 180.0)
_SPIKES_MOST = 0.05
"""Share of the frames beyond reach from which on they are no spikes, but a wrong column. [unitless]"""
_LONGEST_BRIDGE = 0.25
"""Gap of an angle that is bridged by a straight line. [s]"""


def settle_angles(angles: AngleTrack, in_degrees: bool | None, height: Array | None) -> AngleTrack:
    """Angles that can be believed, and NaN where there are none. [rad]

    Parameters
    ----------
    angles
        As the file has them.
    in_degrees
        What the file says of its unit; None where it says nothing.
    height
        (n,) of the pelvis, where the file has it: a squat moves it. [m]

    Raises
    ------
    FormatError
        When hips or knees are mostly empty or beyond human reach, or most frames lack an angle.
    """
    angles = _without_empty(angles)
    angles = _in_radians(angles, in_degrees, height)
    angles = _with_bent_knees_positive(angles)
    angles = _without_spikes(angles)
    return _bridged(angles)


def _without_empty(angles: AngleTrack) -> AngleTrack:
    """Angles without columns that hold numbers in less than half of the frames."""
    kept, lost = {}, []
    for name, values in angles.columns.items():
        known = np.isfinite(values).reshape(len(values), -1).mean(0)
        if (known >= 1 - _MISSING_MOST).all():
            kept[name] = values
        elif name in NEEDED:
            raise _empty(angles.track.name, name, known)
        else:
            lost.append(name)
    angles = angles.having(kept)
    said = f"columns that are mostly empty were left out: {', '.join(lost)}"
    return angles.warning("columns_empty", said, _FILL_COLUMN) if lost else angles


def _empty(file: str, name: str, known: Array) -> FormatError:
    worst = int(np.argmin(known))
    share = "no number" if known[worst] == 0 else f"numbers in only {100 * known[worst]:.0f} % of rows"
    return FormatError(
        f"The column of {name} of the {Side(worst).name.lower()} leg of {file} holds {share}.",
        remedy=_FILL_COLUMN,
    )


def _in_radians(angles: AngleTrack, in_degrees: bool | None, height: Array | None) -> AngleTrack:
    """Angles in radians; the file is believed where that is possible."""
    largest = max(float(np.nanpercentile(np.abs(angles.legs[name]), 98)) for name in NEEDED)
    degrees = in_degrees is not False
    if degrees and largest < _MOST_RADIANS and _is_squat_in_radians(angles, height):
        degrees = False
        said = "the file says degrees" if in_degrees else "the file does not say what its angles are in"
        angles = angles.warning(
            "radians",
            f"{said}, but in degrees the person would hardly move: radians were taken",
            "write inDegrees=no into the header if they are radians, or export the angles again",
        )
    elif not degrees and largest > 2 * _MOST_RADIANS:
        degrees = True
        angles = angles.noting(
            "degrees", "the file says radians, but its angles are degrees: degrees were taken"
        )
    factor = np.pi / 180 if degrees else 1.0
    return angles.having({name: values * factor for name, values in angles.columns.items()})


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


def _with_bent_knees_positive(angles: AngleTrack) -> AngleTrack:
    """Knees that bend to positive angles from 0."""
    knee = angles.legs["knee_angle"]
    low, high = np.nanpercentile(knee, (5, 90))
    if high > np.deg2rad(150) and low > np.deg2rad(20):
        knee = np.pi - knee
        angles = angles.noting(
            "knee_included", "knee angles were counted from 180° for straight; 0 was taken for it"
        )
    bent = knee[np.abs(knee) > np.deg2rad(25)]
    if bent.size and np.median(bent) < 0:
        knee = -knee
        angles = angles.noting("knee_sign", "knee bend was negative in the file: its sign was turned")
    return angles.having({**angles.columns, "knee_angle": knee})


def _without_spikes(angles: AngleTrack) -> AngleTrack:
    """Angles with NaN where a few numbers are beyond what the joint reaches."""
    kept, told = {}, []
    for name, values in angles.columns.items():
        low, high = np.deg2rad(_REACH.get(name, _ANY_REACH))
        outside = (values < low) | (values > high)
        if outside.reshape(len(values), -1).mean(0).max() > _SPIKES_MOST:
            raise _unreachable(angles.track.name, name, values)
        if outside.any():
            told.append(f"{int(outside.sum())} of {name}")
        kept[name] = np.where(outside, np.nan, values)
    angles = angles.having(kept)
    said = f"angles that no joint reaches were taken out: {', '.join(told)}"
    return angles.warning("spikes", said, AGAIN) if told else angles


def _unreachable(file: str, name: str, values: Array) -> FormatError:
    joint, *_ = words = name.split("_")
    low, high = np.rad2deg(np.nanmin(values)), np.rad2deg(np.nanmax(values))
    return FormatError(
        f"The {' '.join(words)} of {file} reaches from {low:.5g}° to {high:.5g}°: no {joint} does that.",
        remedy=AGAIN,
    )


def _bridged(angles: AngleTrack) -> AngleTrack:
    """Angles with short gaps bridged by straight lines; long ones stay missing."""
    before = angles.columns
    after = {name: _bridge(angles.track.time, values) for name, values in before.items()}
    count = sum(int((np.isnan(before[name]) & ~np.isnan(after[name])).sum()) for name in before)
    angles = angles.having(after)
    if count:
        angles = angles.noting("gaps_filled", f"{count} missing angles were bridged by straight lines")
    missing = float(angles.incomplete.mean())
    if missing > _MISSING_MOST:
        raise FormatError(
            f"{angles.track.name} lacks angles in {100 * missing:.0f} % of its rows, for longer than "
            f"{_LONGEST_BRIDGE:g} s each.",
            remedy=_FILL_GAPS,
        )
    said = f"angles are missing so long that {100 * missing:.0f} % of the frames are not measured"
    return angles.warning("gaps", said, _FILL_GAPS) if missing else angles


def _bridge(time: Array, values: Array) -> Array:
    """Each column by itself: one side's gap is none of the other's."""
    columns = values.reshape(len(values), -1).T
    return np.stack([bridge(time, column, _LONGEST_BRIDGE) for column in columns], -1).reshape(values.shape)

"""Angles no joint reaches and gaps → angles that can be believed, and NaN where there are none."""

from collections.abc import Callable, Mapping

import numpy as np

from ..conventions import Side
from ..errors import FormatError
from ..model import Array, Mask
from ..signals import runs
from .track import MarkerTrack

_NEEDED = ("hip_flexion", "knee_angle")
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
_LONGEST_BRIDGE = 0.25
"""Gap of an angle that is bridged by a straight line. [s]"""
_MISSING_MOST = 0.5
_AGAIN = "export the joint angles again, in degrees, knee bend positive."
_FILL = "export the joint angles again with this column filled in."

Columns = dict[str, Array]
Step = Callable[[MarkerTrack, Columns], tuple[MarkerTrack, Columns]]


def without_empty(track: MarkerTrack, columns: Columns) -> tuple[MarkerTrack, Columns]:
    """Columns without those that hold numbers in less than half of the frames.

    Raises
    ------
    FormatError
        When such a column is a hip's or a knee's.
    """
    kept, lost = {}, []
    for name, values in columns.items():
        known = np.isfinite(values).reshape(len(values), -1).mean(0)
        if (known >= 1 - _MISSING_MOST).all():
            kept[name] = values
        elif name in _NEEDED:
            worst = int(np.argmin(known))
            share = (
                "no number" if known[worst] == 0 else f"numbers in only {100 * known[worst]:.0f} % of rows"
            )
            raise FormatError(
                f"The column of {name} of the {Side(worst).name.lower()} leg of {track.name} holds {share}.",
                remedy=_FILL,
            )
        else:
            lost.append(name)
    if lost:
        track = track.warning(
            "columns_empty", f"columns that are mostly empty were left out: {', '.join(lost)}", _FILL
        )
    return track, kept


def without_spikes(track: MarkerTrack, columns: Columns) -> tuple[MarkerTrack, Columns]:
    """Columns with NaN where a few numbers are beyond what the joint reaches. [rad]

    Raises
    ------
    FormatError
        When more than a few are.
    """
    kept, told = {}, []
    for name, values in columns.items():
        low, high = np.deg2rad(_REACH.get(name, _ANY_REACH))
        outside = (values < low) | (values > high)
        if outside.any():
            _refuse_unreachable(track, name, values, outside)
            told.append(f"{int(outside.sum())} of {name}")
        kept[name] = np.where(outside, np.nan, values)
    if told:
        track = track.warning(
            "spikes", f"angles that no joint reaches were taken out: {', '.join(told)}", _AGAIN
        )
    return track, kept


def _refuse_unreachable(track: MarkerTrack, name: str, values: Array, outside: Mask) -> None:
    if outside.reshape(len(values), -1).mean(0).max() <= _SPIKES_MOST:
        return
    word = name.split("_")[0]
    low, high = np.rad2deg(np.nanmin(values)), np.rad2deg(np.nanmax(values))
    raise FormatError(
        f"The {name.replace('_', ' ')} of {track.name} reaches from {low:.5g}° to {high:.5g}°: "
        f"no {word} does that.",
        remedy=_AGAIN,
    )


def bridge_columns(track: MarkerTrack, columns: Columns) -> tuple[MarkerTrack, Columns]:
    """Columns with short gaps bridged by straight lines; long ones stay missing.

    Raises
    ------
    FormatError
        When more than half of the frames stay without an angle.
    """
    filled = {name: _by_column(values, lambda c: _bridge(track.time, c)) for name, values in columns.items()}
    count = sum(int((np.isnan(columns[name]) & ~np.isnan(filled[name])).sum()) for name in columns)
    if count:
        track = track.noting("gaps_filled", f"{count} missing angles were bridged by straight lines")
    missing = float(incomplete(filled).mean())
    if missing > _MISSING_MOST:
        raise FormatError(
            f"{track.name} lacks angles in {100 * missing:.0f} % of its rows, for longer than "
            f"{_LONGEST_BRIDGE:g} s each.",
            remedy="fill the gaps in the program that made the angles, or record again.",
        )
    if missing:
        track = track.warning(
            "gaps",
            f"angles are missing so long that {100 * missing:.0f} % of the frames are not measured",
            "fill the gaps in the program that made the angles, or record again",
        )
    return track, filled


def incomplete(columns: Mapping[str, Array]) -> Mask:
    """(n,) frames in which some angle is missing."""
    gaps = [np.isnan(values).reshape(len(values), -1).any(1) for values in columns.values()]
    return np.asarray(np.any(gaps, axis=0))


def _by_column(values: Array, change: Callable[[Array], Array]) -> Array:
    if values.ndim == 1:
        return change(values)
    return np.stack([change(column) for column in values.T], -1)


def _bridge(time: Array, column: Array) -> Array:
    """One column with its short inner gaps bridged."""
    column, known = column.copy(), np.isfinite(column)
    for gap in runs(~known):
        inside = gap.start > 0 and gap.stop < len(time)
        if inside and time[gap.stop] - time[gap.start - 1] <= _LONGEST_BRIDGE:
            ends = [gap.start - 1, gap.stop]
            column[gap] = np.interp(time[gap], time[ends], column[ends])
        else:
            column[gap] = np.nan
    return column


def in_parts(
    step: Step, track: MarkerTrack, legs: Columns, whole: Columns
) -> tuple[MarkerTrack, Columns, Columns]:
    """Do a step on the columns of legs and of the whole body together."""
    track, done = step(track, {**legs, **whole})
    return (
        track,
        {name: done[name] for name in legs if name in done},
        {name: done[name] for name in whole if name in done},
    )

"""LandmarkTrack → stretches of the film in which both feet stay on the spot."""

import numpy as np
from scipy.ndimage import binary_closing, binary_opening, median_filter

from ..conventions import Joint
from ..model import Array, Mask, Person
from .landmarks import BODY_LANDMARKS, LandmarkTrack
from .observation import observation_of

_FASTEST_FOOT = 0.30
"""A planted foot seems to move less than this, network noise included. [m/s]"""
_FARTHEST_TOE, _SURE = 0.03, 2.5
"""… and its tip stays this near to where it was, plus so many standard deviations of its landmark. Heels
rise, tips of feet stay, and a step towards the camera or away from it is small in the picture. [m, 1]"""
_SHORTEST = 1.2
_LONGEST_GAP = 0.5
_SHOULDERS_OVER_ANKLES = 0.77


def find_stances(track: LandmarkTrack, person: Person) -> tuple[slice, ...]:
    """Stretches of at least a second in which both feet stay where they are, in order of time."""
    if len(track.time) < 8:
        return ()
    seen = np.asarray(np.isfinite(track.points_px[:, BODY_LANDMARKS]).all((1, 2, 3)))
    if seen.sum() < 8:
        return ()
    feet = _feet(track, person, seen)
    still = _still(feet, track.time) & _near_known(seen, track.time)
    width = max(3, round(0.25 / _step(track.time)) | 1)
    still = binary_closing(still, np.ones(width, dtype=bool), border_value=0) | still
    still = binary_opening(still, np.ones(width, dtype=bool))
    runs = [run for run in _runs(still) if track.time[run.stop - 1] - track.time[run.start] >= _SHORTEST]
    toes, sd = _toes(track, person, seen)
    pieces = [piece for run in runs for piece in _split_steps(toes, sd, run)]
    return tuple(
        piece for piece in pieces if track.time[piece.stop - 1] - track.time[piece.start] >= _SHORTEST
    )


def metres_per_pixel(track: LandmarkTrack, person: Person) -> float:
    """Size of a pixel at the person, from how far the shoulders get above the ankles. [m/px]"""
    body = track.points_px[:, BODY_LANDMARKS]
    middle = body[np.isfinite(body).all((1, 2, 3))].mean(1)
    span = np.linalg.norm(middle[:, Joint.SHOULDER] - middle[:, Joint.ANKLE], axis=-1)
    return _SHOULDERS_OVER_ANKLES * person.height / max(float(np.percentile(span, 90)), 1.0)


def _feet(track: LandmarkTrack, person: Person, seen: Mask) -> Array:
    """(n, side, 2) middle of each foot in the picture, gaps filled, single-frame noise taken out. [m]"""
    foot = [Joint.ANKLE, Joint.HEEL, Joint.TOE]
    middle = track.steady_px[:, BODY_LANDMARKS[:, foot]].mean(2) * metres_per_pixel(track, person)
    return _calmed(middle, track.time, seen)


def _toes(track: LandmarkTrack, person: Person, seen: Mask) -> tuple[Array, Array]:
    """(n, side, 2) tips of the feet in the picture, learned error taken away, and (n, side) their sd. [m]"""
    observation = observation_of(track.readings(), 1 / _step(track.time), person)
    size = metres_per_pixel(track, person) * max(track.width_px, track.height_px)
    tips = observation.points[:, :, Joint.TOE] * size
    return _calmed(tips, track.time, seen), _calmed(observation.sd[:, :, Joint.TOE], track.time, seen)


def _step(time: Array) -> float:
    """Usual time between frames. [s]"""
    return float(np.median(np.diff(time)))


def _calmed(values: Array, time: Array, seen: Mask) -> Array:
    """Gaps filled, single-frame noise taken out."""
    flat = values.reshape(len(values), -1).copy()
    for column in flat.T:
        column[:] = np.interp(time, time[seen], column[seen])
    return median_filter(flat, size=(max(3, round(0.3 / _step(time)) | 1), 1)).reshape(values.shape)


def _still(feet: Array, time: Array) -> Mask:
    reach = 0.2
    late, early = np.minimum(time + reach, time[-1]), np.maximum(time - reach, time[0])
    flat = feet.reshape(len(feet), -1)
    moved = np.column_stack([np.interp(late, time, c) - np.interp(early, time, c) for c in flat.T])
    speed = np.linalg.norm(moved.reshape(len(feet), 2, 2), axis=-1).max(1) / np.maximum(late - early, 1e-6)
    return np.asarray(speed < _FASTEST_FOOT)


def _near_known(seen: Mask, time: Array) -> Mask:
    """Whether the person was found within half a gap of each frame."""
    known = time[seen]
    place = np.clip(np.searchsorted(known, time), 1, len(known) - 1)
    nearest = np.minimum(np.abs(time - known[place - 1]), np.abs(time - known[place]))
    return np.asarray(nearest <= _LONGEST_GAP / 2)


def _runs(mask: Mask) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.r_[0, mask.astype(int), 0]))
    return [slice(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _split_steps(toes: Array, sd: Array, run: slice) -> list[slice]:
    """Cut a run where the tip of a foot is no longer where it was as the piece began."""
    pieces, start = [], run.start
    for i in range(run.start, run.stop):
        anchor = np.median(toes[start : i + 1][-200:], axis=0)
        moved = np.linalg.norm(toes[i] - anchor, axis=-1)
        if (moved > _FARTHEST_TOE + _SURE * sd[i]).any():
            pieces.append(slice(start, i))
            start = i
    pieces.append(slice(start, run.stop))
    return pieces

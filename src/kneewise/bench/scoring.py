"""Clip + what was measured → Score: the errors of every measure, by one rule for all systems.

Two rules. *Lab*: everything kneewise reports, against joints in the frame in which the person faces along x.
*Space*: angles between lines through joint centres and of these lines against the vertical, which need no
facing; motion capture and the output of other systems are compared so, at the same instants, each after
removing the time offset that suits it best.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..conventions import (
    BODY_CONVENTIONS,
    DISPLAY_FACTOR,
    LEG_CONVENTIONS,
    PLANES_SHOWN,
    BodyMeasure,
    Joint,
    LegMeasure,
    Plane,
    Unit,
    View,
)
from ..geometry import angle_between
from ..kinematics import compute_motion
from ..model import Array, Motion, Pose
from .clips import Track

SPACE = ("knee_flexion", "hip_flexion", "thigh_inclination", "shank_inclination", "trunk_inclination")
"""Measures of the space rule, by the names they have in `conventions`."""
_UP = np.array([0.0, 0.0, 1.0])
_OFFSETS = np.arange(-0.3, 0.3001, 0.01)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Score:
    """The errors of one measure of one system in one clip, measured minus true, in its display unit.

    Attributes
    ----------
    system : who measured.
    rule : ``lab`` or ``space``.
    measure : id of the measure.
    unit : display unit.
    error, sd : (n, side or one) each frame; sd is NaN where the system states none.
    at_bottom : (r, side or one) at the lowest points; of a measure that exists only in shallow bends, where
        it exists next to them.
    """

    system: str
    rule: str
    measure: str
    unit: Unit
    error: Array
    sd: Array
    at_bottom: Array


def score_in_lab(system: str, motion: Motion, truth: Track) -> tuple[Score, ...]:
    """Errors of every measure that the film shows.

    Parameters
    ----------
    system
        Name of what measured.
    motion
        As measured, NaN where the view shows nothing.
    truth
        Joints that face along x.
    """
    exact = compute_motion(Pose.exact(motion.time, _at(truth, motion.time)), View.SPACE)
    legs = (
        _Measure(system, "lab", leg.name.lower(), LEG_CONVENTIONS[leg].unit).score(
            motion.leg[..., leg] - exact.leg[..., leg],
            motion.leg_sd[..., leg],
            _nearest_existing(motion.time, exact.leg[..., leg], truth.bottoms),
        )
        for leg in LegMeasure
    )
    bodies = (
        _Measure(system, "lab", body.name.lower(), BODY_CONVENTIONS[body].unit).score(
            (motion.body - exact.body)[:, [body]],
            motion.body_sd[:, [body]],
            _nearest_existing(motion.time, exact.body[:, [body]], truth.bottoms),
        )
        for body in BodyMeasure
    )
    found = (*legs, *bodies)
    return tuple(score for score in found if np.isfinite(score.error).any())


def score_in_space(
    system: str, pose: Pose, view: View, truth: Track, bottoms: Array
) -> tuple[float, tuple[Score, ...]]:
    """Time offset, and errors of the angles between joint centres. [s]

    Parameters
    ----------
    system
        Name of what measured.
    pose
        As measured.
    view
        From where the sagittal plane is not seen nothing is compared.
    truth
        Joints in any frame with z up.
    bottoms
        Lowest points in the time of the film. [s]
    """
    if Plane.SAGITTAL not in PLANES_SHOWN[view]:
        return math.nan, ()
    measured, sd = space_angles(pose.joints), space_angles(pose.draws).std(axis=0, ddof=1)
    known = np.isfinite(measured).all(axis=-1)
    offset = find_offset(pose.time[known], measured[known], truth)
    exact = _interpolated(truth, pose.time + offset)
    rows = _nearest_existing(pose.time, exact, bottoms)
    return offset, tuple(_scores_in_space(system, measured - exact, sd, rows))


def score_baseline(
    system: str, baseline: Track, truth: Track, time: Array, bottoms: Array
) -> tuple[Score, ...]:
    """Errors of another system at given instants.

    Parameters
    ----------
    system
        Its name.
    baseline, truth
        What it made of the clip, and the truth.
    time
        Instants that count, in the time of the truth. [s]
    bottoms
        Lowest points, in the time of the truth. [s]
    """
    inside = (time >= baseline.time[0]) & (time <= baseline.time[-1])
    offset = find_offset(time[inside], _interpolated(baseline, time[inside]), truth)
    exact = _interpolated(truth, time)
    error = _interpolated(baseline, time - offset) - exact
    rows = _nearest_existing(time, exact, bottoms)
    return tuple(_scores_in_space(system, error, np.full_like(error, np.nan), rows))


def find_offset(time: Array, angles: Array, truth: Track) -> float:
    """What has to be added to a time to find the same posture in the truth: least mean absolute error. [s]

    Parameters
    ----------
    time : (n,) [s]
    angles : (n, angle) as from `space_angles`. [rad]
    truth
        Searched within ±0.3 s.
    """
    mean_errors = []
    for offset in _OFFSETS:
        error = np.abs(angles - _interpolated(truth, time + offset))
        whole = error[np.isfinite(error).all(axis=-1)]
        mean_errors.append(whole.mean() if len(whole) else math.inf)
    return float(_OFFSETS[int(np.argmin(mean_errors))])


def space_angles(joints: Array) -> Array:
    """(…, n, 9) knee, hip, thigh and shank left and right, and trunk, from (…, n, side, joint, xyz). [rad]"""
    shoulder, hip, knee, ankle = (joints[..., joint, :] for joint in list(Joint)[:4])
    thigh, shank = hip - knee, knee - ankle
    sides = [
        angle_between(thigh, shank),
        angle_between(shoulder - hip, thigh),
        angle_between(thigh, np.broadcast_to(_UP, thigh.shape)),
        angle_between(shank, np.broadcast_to(_UP, shank.shape)),
    ]
    trunk = (shoulder - hip).mean(axis=-2)
    return np.concatenate(
        [*sides, angle_between(trunk, np.broadcast_to(_UP, trunk.shape))[..., None]], axis=-1
    )


def _scores_in_space(system: str, error: Array, sd: Array, rows: NDArray[np.intp]) -> Iterator[Score]:
    for place, name in enumerate(SPACE):
        columns = [8] if name == "trunk_inclination" else [2 * place, 2 * place + 1]
        measure = _Measure(system, "space", name, Unit.DEGREE)
        yield measure.score(error[:, columns], sd[:, columns], rows[:, columns])


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is scored, of whom, by which rule."""

    system: str
    rule: str
    name: str
    unit: Unit

    def score(self, error: Array, sd: Array, rows: NDArray[np.intp]) -> Score:
        """From errors and sd in SI, and the (r, side or one) rows of the lowest points."""
        factor = DISPLAY_FACTOR[self.unit]
        return Score(
            system=self.system,
            rule=self.rule,
            measure=self.name,
            unit=self.unit,
            error=error * factor,
            sd=sd * factor,
            at_bottom=np.take_along_axis(error, rows, axis=0) * factor,
        )


def _at(truth: Track, time: Array) -> Array:
    """Joints of the frames nearest in time."""
    return truth.joints[_nearest(truth.time, time)]


def _nearest(time: Array, wanted: Iterable[float]) -> list[int]:
    return [int(np.abs(time - moment).argmin()) for moment in wanted]


def _nearest_existing(time: Array, exact: Array, moments: Array) -> NDArray[np.intp]:
    """(r, column) rows nearest to the moments in which the truth (n, column) of a column exists."""
    away = np.abs(time - np.asarray(moments)[:, None])[..., None]
    return np.asarray(np.where(np.isfinite(exact), away, np.inf).argmin(axis=1))


def _interpolated(track: Track, time: Array) -> Array:
    """Angles in space at any time, NaN outside of the track. [rad]"""
    angles = space_angles(track.joints)
    return np.stack(
        [np.interp(time, track.time, course, left=np.nan, right=np.nan) for course in angles.T], axis=-1
    )

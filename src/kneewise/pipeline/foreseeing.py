"""Analysis → Prospect: what changes would do to the squat that a film shows."""

import math
from dataclasses import dataclass

import numpy as np

from ..conventions import USUAL, Joint, Task
from ..errors import InputError
from ..geometry import inclination
from ..model import Analysis, Burden, Pose, Repetition, Unmeasured
from ..model.supposed import Prospect, Squat, Today, Wish
from ..whatif import chart_changes, compare_squats, explore, limits_of, read_today, suppose, wall_of
from .measuring import lifter_of
from .tables import Knowledge

_HEEL = 0.025  # [m]
_TURN = math.radians(10)
"""How far shins are set upright and the trunk is let forward: clearly seen, and in most people's reach."""


_DEEP = math.radians(25)
"""A thigh that tips less at the lowest point makes no squat to be changed. [rad]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    film: int
    burden: Burden
    pose: Pose
    repetitions: tuple[Repetition, ...]


def foresee(
    analysis: Analysis, knowledge: Knowledge, squats: tuple[Squat, ...]
) -> Prospect | Unmeasured | None:
    """What changes would do to the squat of the first film that shows enough.

    Parameters
    ----------
    analysis
        Films as measured.
    knowledge
        The tables of bodies.
    squats
        Kinds of squats.

    Returns
    -------
    Prospect, Unmeasured or None
        None where no film has loads in newtons of a whole squat: that is said with the loads. Unmeasured
        where the squat as measured cannot be held.
    """
    seen = _first_seen(analysis)
    if seen is None:
        return None
    lifter = lifter_of(analysis.case.person, seen.burden, knowledge)
    limits = limits_of(wall=wall_of(analysis.case.tests))
    today = read_today(seen.pose, seen.repetitions)
    try:
        return Prospect(
            film=seen.film,
            today=today,
            burden=seen.burden,
            limits=limits,
            best=explore(lifter, today, limits),
            named=suppose(lifter, today, _named(today), limits),
            kinds=compare_squats(lifter, today, squats, limits),
            chart=chart_changes(lifter, today, limits),
        )
    except InputError as error:
        return Unmeasured(what="whatif", because=error.what, remedy=error.remedy)


def _first_seen(analysis: Analysis) -> _Seen | None:
    """What shows a whole squat, as the person always does it, with loads in newtons.

    The mean repetition of several films if there is one: it is seen in space. Else the first film.
    """
    studies = analysis.studies
    means = [
        (one.takes[0].film, one.mean.loads, one.mean.pose, (one.repetition,)) for one in analysis.fusions
    ]
    singles = [(i, one.loads, one.trial.pose, one.repetitions) for i, one in enumerate(studies)]
    for film, loads, pose, repetitions in (*means, *singles):
        trial = studies[film].trial
        if loads is None or loads.relative or pose is None or len(pose.draws) < 2:
            continue
        whole = tuple(one for one in repetitions if _is_whole(one, pose))
        if whole and trial.condition == USUAL:
            return _Seen(film=film, burden=trial.burden, pose=pose, repetitions=whole)
    return None


def _is_whole(repetition: Repetition, pose: Pose) -> bool:
    """Whether it is a squat that is deep enough, seen to its end, with every joint at its lowest point."""
    frame = int(np.argmin(np.abs(pose.time - repetition.bottom)))
    if not (
        repetition.complete and repetition.task is Task.SQUAT and np.isfinite(pose.draws[:, frame]).all()
    ):
        return False
    joints = pose.joints[frame].mean(axis=0)
    return bool(np.abs(inclination(joints[Joint.KNEE] - joints[Joint.HIP])) < math.pi - _DEEP)


def _named(today: Today) -> list[Wish]:
    """Heels up, shins upright, trunk forward: each alone."""
    return [Wish(heel=_HEEL), Wish(shin=today.shin - _TURN), Wish(trunk=today.trunk + _TURN)]

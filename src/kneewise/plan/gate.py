"""Circumstances → which lifts today and which after what: graded exposure, never a ban without a reason."""

from ..model.planned import Circumstances, GatedLift, Irritability, Readiness
from ..model.programme import Lift, Programme

_LEVEL = {Irritability.HIGH: 0, Irritability.MEDIUM: 1, Irritability.LOW: 2}
"""The hardest level of lift that is done as usual on the first day; an estimate."""
_QUIET = 2.0
"""Worst pain of a week, of 10, that lets one level more; an estimate."""


def open_gate(programme: Programme, circumstances: Circumstances) -> tuple[GatedLift, ...]:
    """Every lift with the day it comes back; those that are a goal first."""
    today = _LEVEL[circumstances.irritability] + (circumstances.worst_pain <= _QUIET)
    lifts = sorted(programme.lifts, key=lambda lift: lift.id not in circumstances.goals)
    return tuple(_gate(programme, lift, today, circumstances) for lift in lifts)


def _gate(programme: Programme, lift: Lift, today: int, circumstances: Circumstances) -> GatedLift:
    hindering = [note for note in lift.avoid_when if note in circumstances.notes]
    if hindering:
        after = tuple(f"Later, because {programme.notes[note]}." for note in hindering)
        return GatedLift(lift=lift, readiness=Readiness.LATER, after=after)
    ahead = lift.level - today
    if ahead <= 0:
        return GatedLift(lift=lift, readiness=Readiness.TODAY, after=())
    if ahead == 1:
        return GatedLift(lift=lift, readiness=Readiness.TODAY_LIGHTER, after=())
    phase = programme.phases[ahead - 2]
    return GatedLift(lift=lift, readiness=Readiness.NEXT if ahead == 2 else Readiness.LATER, after=phase.exit)

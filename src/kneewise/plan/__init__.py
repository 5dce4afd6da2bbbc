"""Programme + clearance + factors + probes + circumstances → Plan; plan + first day → dates. Pure.

Everyone who passed screening gets the same general programme; factors choose two add-ons at the most, probes
choose one way to do the squat, circumstances decide what fits. The same input gives the same plan. The diary
answers whether to step on, hold or step back.
"""

from collections.abc import Mapping

from ..conventions import Band, Factor, Track
from ..model.planned import Circumstances, Clearance, Plan, Response
from ..model.programme import Programme
from .adding import choose_add_ons
from .answering import (
    LEAST_CHANGE,
    Light,
    PlanAnswer,
    Rated,
    Verdict,
    answer_diary,
    rate_sessions,
    worst_of_week,
)
from .calendar import plan_phases
from .circumstances import circumstances_of
from .dates import DatedPhase, PlanDates, Review, Session, date_plan, next_training_day
from .gate import open_gate
from .responding import respond
from .technique import choose_technique
from .weeks import Week, read_weeks

__all__ = [
    "LEAST_CHANGE",
    "DatedPhase",
    "Light",
    "PlanAnswer",
    "PlanDates",
    "Rated",
    "Review",
    "Session",
    "Verdict",
    "Week",
    "answer_diary",
    "circumstances_of",
    "date_plan",
    "make_plan",
    "next_training_day",
    "rate_sessions",
    "read_weeks",
    "respond",
    "worst_of_week",
]

_WITHOUT_OWN_STEPS = frozenset({Track.FRONT, Track.GENERAL})
"""Tracks on which worry about damage, or a long time, decides the steps."""
_LONG = 52.0
"""From here on small, sure steps come first; clinical.md 4.6, track 4; the limit is an estimate. [weeks]"""


def make_plan(
    programme: Programme,
    clearance: Clearance,
    bands: Mapping[Factor, Band],
    responses: Mapping[str, Response],
    circumstances: Circumstances,
) -> Plan:
    """What to do, how much, why, and when to stop.

    Parameters
    ----------
    programme
        The tables.
    clearance
        That screening was passed; a referral cannot be handed in.
    bands
        Factor → how far it is believed; a factor left out was not looked at.
    responses
        Condition id → what the probe changed; one that no option uses changes nothing.
    circumstances
        What the plan has to fit into.

    Raises
    ------
    ValueError
        When a factor, a condition, a thing, a note or a goal is none that the tables know.
    """
    _check_known(programme, bands, responses, circumstances)
    choice, other_ways = choose_technique(programme, bands, responses, circumstances)
    add_ons, left_out = choose_add_ons(programme, bands, circumstances)
    variant = programme.variants[_track(clearance, bands, circumstances)]
    phases, unfitting = plan_phases(programme, variant, choice, add_ons, circumstances)
    return Plan(
        programme=programme,
        variant=variant,
        choice=choice,
        add_ons=add_ons,
        phases=phases,
        withheld=tuple(dict.fromkeys((*other_ways, *left_out, *unfitting))),
        gate=open_gate(programme, circumstances),
        heed=clearance.heed,
    )


def _check_known(
    programme: Programme,
    bands: Mapping[Factor, Band],
    responses: Mapping[str, Response],
    circumstances: Circumstances,
) -> None:
    """Complain about ids that no table knows: ignored, they would make a plan that fits somebody else."""
    for what, given, known in (
        ("factors", bands, set(Factor)),
        ("conditions", responses, programme.conditions),
        ("things", circumstances.equipment, programme.things),
        ("notes", circumstances.notes, programme.notes),
        ("goals", circumstances.goals, {lift.id for lift in programme.lifts}),
    ):
        unknown = sorted(name for name in given if name not in known)
        if unknown:
            raise ValueError(f"Unknown {what}: {unknown}; known are {sorted(known)}.")


def _track(clearance: Clearance, bands: Mapping[Factor, Band], circumstances: Circumstances) -> Track:
    """Worry about damage, or a long time, changes the steps, unless the pain asks for a track of its own."""
    worried = bands.get(Factor.FEAR, Band.NOT_LOOKED_AT) >= Band.LIKELY
    long = (circumstances.weeks or 0.0) >= _LONG
    return Track.HIGH_FEAR if (worried or long) and clearance.track in _WITHOUT_OWN_STEPS else clearance.track

"""Programme + clearance + factors + probes + circumstances → Plan; plan + first day → dates. Pure.

Everyone who passed screening gets the same general programme; factors choose two add-ons at the most, probes
choose one way to do the squat, circumstances decide what fits. The same input gives the same plan.
"""

from collections.abc import Mapping

from ..model.planned import Band, Circumstances, Clearance, Plan, Response
from ..model.programme import Programme, Track
from .adding import choose_add_ons
from .calendar import plan_phases
from .dates import DatedPhase, PlanDates, Review, Session, date_plan, next_training_day
from .gate import open_gate
from .technique import choose_technique

__all__ = [
    "DatedPhase",
    "PlanDates",
    "Review",
    "Session",
    "date_plan",
    "make_plan",
    "next_training_day",
]


def make_plan(
    programme: Programme,
    clearance: Clearance,
    bands: Mapping[str, Band],
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
        Factor id → how far it is believed; a factor left out was not looked at.
    responses
        Condition id → what the probe changed.
    circumstances
        What the plan has to fit into.
    """
    choice, other_ways = choose_technique(programme, bands, responses, circumstances)
    add_ons, left_out = choose_add_ons(programme, bands, circumstances)
    variant = programme.variants[_track(clearance, bands)]
    phases, unfitting = plan_phases(programme, variant, choice, add_ons, circumstances)
    return Plan(
        programme=programme,
        variant=variant,
        choice=choice,
        add_ons=add_ons,
        phases=phases,
        withheld=tuple(dict.fromkeys((*other_ways, *left_out, *unfitting))),
        gate=open_gate(programme, circumstances),
    )


def _track(clearance: Clearance, bands: Mapping[str, Band]) -> Track:
    """Worry about damage changes the steps, unless the pain itself asks for a track of its own."""
    worried = bands.get("fear", Band.NOT_LOOKED_AT) >= Band.LIKELY
    return Track.HIGH_FEAR if worried and clearance.track is Track.STANDARD else clearance.track

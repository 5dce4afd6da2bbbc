"""A case or measured films → today's squat as what-if starts from it, and what its plan may expect."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..body import build_body
from ..conventions import USUAL, Band, Concern, Task
from ..errors import InputError
from ..kinetics import Lifter
from ..model import (
    Analysis,
    Burden,
    Case,
    Fusion,
    Guidance,
    Motion,
    Person,
    Pose,
    Probe,
    Repetition,
    Study,
    Unmeasured,
)
from ..model.planned import Irritability, Plan
from ..model.supposed import Expected, Frontier, Limits, Today, Unfolded, Wish
from ..plan import circumstances_of
from ..tempo import unfold
from ..whatif import (
    choose_concern,
    compare_squats,
    explore,
    guess_today,
    limits_of,
    read_arms,
    read_today,
    suppose,
    wall_of,
    wish_for,
)
from .tables import Knowledge

_BACK = {"sometimes", "now"}
_NO_FILM = Unmeasured(
    what="whatif",
    because="neither a film nor numbers of the usual squat were given",
    remedy="give a film of it from the side, or depth_deg and lean_deg of a baseline trial.",
)
_NO_SQUAT = Unmeasured(
    what="whatif",
    because="the film shows no whole squat with every joint at its lowest point",
    remedy="film two or three whole squats from the side, feet in the picture.",
)
_TIPS = Unmeasured(
    what="whatif",
    because="nobody keeps a balance at the knee bend and lean that were typed in",
    remedy="measure depth_deg and lean_deg again, both at the lowest point.",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Filmed:
    """One film that may show today's squat.

    Attributes
    ----------
    name, condition : of the film, and what was done in it.
    burden : what was carried.
    pose, repetitions : as measured.
    motion : angles, where the pose was stored without draws; else None.
    missing : why loads cannot be told from it; None where they can.
    count : of repetitions that one of it is the mean of.
    """

    name: str
    condition: str
    burden: Burden
    pose: Pose
    repetitions: tuple[Repetition, ...]
    motion: Motion | None = None
    missing: Unmeasured | None = None
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Basis:
    """The squat that what-if changes.

    Attributes
    ----------
    lifter, today, limits : whose, how it is, and how far they go.
    source : the film, or that numbers were typed in.
    film : its number among the films of the usual squat, from 0; None where numbers were
        typed in, or where several films show it together.
    squats : how many were measured; 0 of numbers that were typed in.
    notes : what was chosen among several films, or taken for granted.
    concern : what this person should spare first; None where nothing is known of it.
    """

    lifter: Lifter
    today: Today
    limits: Limits
    source: str
    squats: int
    notes: tuple[str, ...] = ()
    concern: Concern | None = None
    film: int | None = None


def start_from_case(
    analysis: Analysis, knowledge: Knowledge, wall: float | None = None, *, together: bool = True
) -> Basis | Unmeasured:
    """Today's squat of a case: as films show it together, else as one does, else as typed in.

    Parameters
    ----------
    analysis
        With its films measured.
    knowledge
        The tables, those of reasoning among them.
    wall
        Distance of the knee-to-wall test, of the side that has less; None takes that of the case. [m]
    together
        Whether films that were made into one mean repetition count as that.
    """
    case = analysis.case
    limits = limits_of(wall=wall_of(case.tests) if wall is None else wall)
    concern = _concern(analysis)
    filmed = [_filmed(study) for study in analysis.studies if study.trial.condition == USUAL]
    usual = [one for one in analysis.fusions if together and _is_usual(one, analysis)]
    for fused in (_fused(one, analysis.studies) for one in usual):
        start = start_from_films([fused], case.person, knowledge, limits, concern)
        if isinstance(start, Basis):
            return replace(start, film=None, squats=fused.count)
    if filmed:
        return start_from_films(filmed, case.person, knowledge, limits, concern)
    typed = next((probe for probe in case.probes if probe.condition == USUAL and _is_typed(probe)), None)
    return _NO_FILM if typed is None else _start_from_typed(typed, case, knowledge, limits, concern)


def start_from_films(
    films: Sequence[Filmed],
    person: Person,
    knowledge: Knowledge,
    limits: Limits,
    concern: Concern | None = None,
) -> Basis | Unmeasured:
    """Today's squat as the film shows it that shows it best, or why none does.

    Parameters
    ----------
    films
        Of the usual squat.
    person
        Who is in them.
    knowledge
        The tables of bodies and movement.
    limits
        How far ankle and hip go.
    concern
        What this person should spare first.
    """
    read = {i: _read(film) for i, film in enumerate(films) if film.missing is None}
    seen = {i: today for i, today in read.items() if today is not None}
    if not seen:
        return next((film.missing for film in films if film.missing is not None), _NO_SQUAT)
    best = min(seen, key=lambda i: float(np.trace(seen[i].spread)))
    film = films[best]
    squats, lifter = _squats(film), _lifter(person, film.burden, knowledge)
    others = [one.name for i, one in enumerate(films) if i != best]
    note = (
        f"Of {len(films)} films this one shows shins, thighs and trunk best; not used: {', '.join(others)}."
    )
    return Basis(
        lifter=replace(lifter, arms=read_arms(film.pose, squats, lifter.body)),
        today=seen[best],
        limits=limits,
        source=film.name,
        squats=len(squats),
        notes=(note,) if others else (),
        concern=concern,
        film=best,
    )


def suppose_for(basis: Basis, wishes: Sequence[Wish]) -> Frontier:
    """What changes of this squat would change.

    Parameters
    ----------
    basis
        Whose squat.
    wishes
        What is to be different.
    """
    return suppose(basis.lifter, basis.today, wishes, basis.limits)


def unfold_for(
    basis: Basis, wishes: Sequence[Wish], report: Callable[[str, float], None]
) -> tuple[Unfolded, ...]:
    """Today's repetition, where its tempo is known, and that of the last wish.

    Parameters
    ----------
    basis
        Whose squat.
    wishes
        What is to be different, all of it together at the end; none for today's repetition alone.
    report
        Called with what is done and how far it is.
    """
    asked = [*([Wish()] if basis.today.tempo or not wishes else []), *wishes[-1:]]

    def follow(number: int, wish: Wish) -> Unfolded:
        def said(share: float) -> None:
            report("following the repetition", (number + share) / len(asked))

        return unfold(basis.lifter, basis.today, wish, basis.limits, said)

    return tuple(follow(number, wish) for number, wish in enumerate(asked))


def explore_for(basis: Basis) -> Frontier:
    """The best that this body can make of its squat."""
    return explore(basis.lifter, basis.today, basis.limits)


def compare_for(basis: Basis) -> Frontier:
    """Kinds of squats for this body."""
    from ..knowledge.squats import read_squats  # late: pydantic takes a while, and measuring does without it

    return compare_squats(basis.lifter, basis.today, read_squats(), basis.limits)


def expect(analysis: Analysis, plan: Plan, knowledge: Knowledge) -> tuple[Expected, ...]:
    """What ways to squat that a plan chose or left out would change; nothing without film and body mass."""
    basis = start_from_case(analysis, knowledge) if analysis.studies else _NO_FILM
    if isinstance(basis, Unmeasured) or analysis.case.person.mass is None:
        return ()
    told = {plan.choice.option.id, *(row.option for row in plan.withheld)}
    options = [one for one in plan.programme.options if one.id in told]
    asked = [(one, wish_for(one.id, basis.today, basis.lifter.burden)) for one in options]
    wished = [(one, wish) for one, wish in asked if wish is not None]
    try:
        frontier = suppose_for(basis, [wish for _, wish in wished])
    except InputError:  # a film and a load that do not fit together; `kneewise whatif` says so
        return ()
    return tuple(
        Expected(option=one.id, name=one.name, chosen=one is plan.choice.option, outcome=outcome)
        for (one, _), outcome in zip(wished, frontier.outcomes, strict=True)
    )


def _filmed(study: Study) -> Filmed:
    pose = study.trial.pose
    stops = (row for what in ("loads", "repetitions") for row in study.unmeasured if row.what == what)
    missing = None if study.loads is not None else next(stops, _NO_SQUAT)
    return Filmed(
        name=study.trial.name,
        condition=study.trial.condition,
        burden=study.trial.burden,
        pose=Pose.empty(np.zeros(0)) if pose is None else pose,
        repetitions=study.repetitions,
        missing=missing,
    )


def _is_usual(fusion: Fusion, analysis: Analysis) -> bool:
    return analysis.studies[fusion.takes[0].film].trial.condition == USUAL


def _fused(fusion: Fusion, studies: Sequence[Study]) -> Filmed:
    """The mean repetition of several films, as one film that shows it in space."""
    first = studies[fusion.takes[0].film].trial
    names = [studies[take.film].trial.name for take in fusion.takes]
    counts = [len(take.spans) for take in fusion.takes]
    return Filmed(
        name=f"{', '.join(names[:-1])} and {names[-1]} together",
        condition=first.condition,
        burden=first.burden,
        pose=fusion.mean.pose,
        repetitions=(fusion.repetition,),
        missing=_NO_SQUAT if fusion.mean.loads is None else None,
        count=max(counts) if fusion.synchronised else sum(counts),
    )


def _squats(film: Filmed) -> list[Repetition]:
    return [one for one in film.repetitions if one.complete and one.task is Task.SQUAT]


def _read(film: Filmed) -> Today | None:
    try:
        return read_today(film.pose, _squats(film), film.motion)
    except ValueError:
        return None


def _lifter(person: Person, burden: Burden, knowledge: Knowledge) -> Lifter:
    return Lifter(
        person=person,
        body=build_body(person, knowledge.anthropometry),
        burden=burden,
        tables=knowledge.tissue,
    )


def _is_typed(probe: Probe) -> bool:
    return {"depth_deg", "lean_deg"} <= set(probe.values)


def _start_from_typed(
    probe: Probe, case: Case, knowledge: Knowledge, limits: Limits, concern: Concern | None
) -> Basis | Unmeasured:
    lifter = _lifter(case.person, probe.burden, knowledge)
    bend, lean = (_angle(probe, name, knowledge) for name in ("depth_deg", "lean_deg"))
    try:
        today = guess_today(lifter, bend, lean)
    except ValueError:
        return _TIPS
    return Basis(
        lifter=lifter,
        today=today,
        limits=limits,
        source="knee bend and trunk lean as typed in",
        squats=0,
        notes=("Shins follow from balance, limbs from body height: a film would tell all of it better.",),
        concern=concern,
    )


def _angle(probe: Probe, name: str, knowledge: Knowledge) -> tuple[float, float]:
    """A typed angle and its sd, that of the table where none was typed. [rad]"""
    usual = {} if knowledge.reasoning is None else {r.id: r.sd for r in knowledge.reasoning.asking.values}
    sd = probe.sds[name] if name in probe.sds else usual[name]
    return math.radians(probe.values[name]), math.radians(sd)


def _concern(analysis: Analysis) -> Concern | None:
    """What the person of a case should spare first."""
    if not isinstance(analysis.conclusion, Guidance):
        return None
    facts = analysis.case.moments[-1]
    believed = [c.factor for c in analysis.conclusion.causes.causes if c.band >= Band.LIKELY]
    return choose_concern(
        believed,
        irritable=circumstances_of(facts).irritability is Irritability.HIGH,
        back=facts.get("back_pain") in _BACK,
    )

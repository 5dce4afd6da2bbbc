"""Published changes of squats against the what-if's: table → people like those measured → changes → verdicts.

Every number comes through `suppose`, as for a film; only what the study changed is wished for.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from ..body import build_body
from ..conventions import GRAVITY, Effect, Muscle, Sex
from ..kinetics.constants import Chance, Lifter, independent, likeliest
from ..kinetics.ground import BALL
from ..kinetics.planar import ANKLE
from ..knowledge import SegmentRow, read_anthropometry
from ..knowledge.changes import MEASURES, Change, Changes, Finding, Kind, Limb, read_changes
from ..model import Burden, Person
from ..model.supposed import Amount, Limits, Outcome, Today, Wish
from ..whatif import limits_of, suppose
from ..whatif.sampling import weigh
from ..whatif.standing import Build, Feet, stand, true_depth
from .postures import HIP_HALF, SEED, measure_lengths, tissue_tables

LEVEL_SHIN = 35.0
"""How far the shin leans where the thigh is level, else less with the sine of the thigh; estimate. [°]"""
_TRUNK_SD, _THIGH_SD, _PRESSURE_SD = math.radians(5), math.radians(4), 0.03
"""How far people lie apart in one squat; estimates. [rad, rad, share of the foot]"""
_KNEE_FRONT, _SHOE = 0.05, 0.025
"""Front of the knee ahead of its joint, tip of the shoe ahead of the toes; estimates. [m]"""
_KNOWN = math.radians(0.01)
"""A posture that is given has next to no error. [rad]"""
_HIGHEST_HEEL = 0.15  # the study's people stood on it, so none is refused [m]
_SAMPLES = 60
_FORCES = {Effect.PATELLOFEMORAL_FORCE, Effect.TIBIOFEMORAL_FORCE}
_ANGLES = {Effect.SHIN, Effect.TRUNK, Effect.THIGH, Effect.KNEE_FLEXION, Effect.ANKLE_BEND}
_SHARES = {Effect.HIP_SHARE, Effect.ANKLE_USED, Effect.HIP_USED, Effect.PRESSURE_SHARE}
_SHINS, _TRUNKS = (math.radians(-30), math.radians(80)), (math.radians(-40), math.radians(85))
SURE = 0.9
"""Share of our people who must have a published sign, so that next to nothing is none: a choice. [1]"""
SIZE_TOLERANCE = 0.5
"""How far a change may lie off one that was published without a spread, a share of it: a choice. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Somebody of the group, before the change.

    Attributes
    ----------
    lifter : with what is carried before.
    today : the squat before.
    """

    lifter: Lifter
    today: Today


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one measure did in our people.

    Attributes
    ----------
    finding : what was published.
    unit : of the numbers below; that of the finding, where it has one.
    before, after : mean of the group.
    ours : what is compared: mean change, or mean ratio.
    apart : one sd of it between our people.
    stated : one sd that the what-if states of it for one person, the mean.
    agreeing : share of our people with the sign of the mean.
    inside : whether it agrees with what was published.
    """

    finding: Finding
    unit: str
    before: float
    after: float
    ours: float
    apart: float
    stated: float
    agreeing: float
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One published change, asked of people like those who were measured.

    Attributes
    ----------
    change : what was published.
    found : one for each of its findings.
    reachable : how many of our people can take the posture, as far as is known.
    posture : mean shin, trunk and thigh before and after. [rad]
    """

    change: Change
    found: tuple[Found, ...]
    reachable: int
    posture: tuple[tuple[float, float], ...]

    @property
    def inside(self) -> bool:
        """Whether every finding agrees."""
        return all(one.inside for one in self.found)


def compare_changes(table: Changes | None = None) -> tuple[Compared, ...]:
    """Every row of the table of changes, in its order.

    Parameters
    ----------
    table
        The package's own if None.
    """
    table = table or read_changes()
    anthropometry = read_anthropometry()
    return tuple(compare(change, anthropometry) for change in table.change)


def compare(change: Change, anthropometry: tuple[SegmentRow, ...]) -> Compared:
    """One published change.

    Parameters
    ----------
    change
        Who did what.
    anthropometry
        As `read_anthropometry` gives it.
    """
    limits = replace(limits_of(), heel=_HIGHEST_HEEL)
    tried = [
        (subject, _try(subject, resolve(change, subject), limits))
        for subject in draw_group(change, anthropometry)
    ]
    # Whose legs are too short for the stance cannot have been among those who were measured in it.
    tried = [one for one in tried if math.isfinite(one[1][1].effects[Effect.SHIN].value)]
    subjects, pairs = [subject for subject, _ in tried], [pair for _, pair in tried]
    angles = (Effect.SHIN, Effect.TRUNK, Effect.THIGH)
    return Compared(
        change=change,
        found=tuple(_judge(finding, subjects, pairs) for finding in change.findings),
        reachable=sum(after.reachable for _, after in pairs),
        posture=tuple(
            (
                float(np.mean([before.effects[angle].value for before, _ in pairs])),
                float(np.mean([after.effects[angle].value for _, after in pairs])),
            )
            for angle in angles
        ),
    )


def _try(subject: Subject, wish: Wish, limits: Limits) -> tuple[Outcome, Outcome]:
    frontier = suppose(
        subject.lifter, subject.today, [wish], limits, chance=Chance(person=SEED, samples=_SAMPLES)
    )
    return frontier.today, frontier.outcomes[0]


def draw_group(change: Change, anthropometry: tuple[SegmentRow, ...]) -> tuple[Subject, ...]:
    """As many people as were measured, with exactly their mean and spread of height and mass.

    Parameters
    ----------
    change
        Who they were, and from which squat they began.
    anthropometry
        As `read_anthropometry` gives it.

    Notes
    -----
    The mean man and woman have the shin of the table, and the trunk that balances it. Others lean their trunk
    a few degrees more or less, and their shin keeps the balance.

    Assumes: height, mass, depth, trunk and place of the weight do not go together.
    """
    group, before = change.group, change.before
    leans = {
        sex: _lean_trunk(_stand(mean, change, anthropometry), before.pressure)
        for sex in Sex
        for mean in [Person(height=group.height, mass=group.mass, sex=sex)]
    }
    numbers = independent(group.people, 5, np.random.default_rng((SEED, group.people)))
    subjects = []
    for i, (tall, heavy, deep, lean, ahead) in enumerate(numbers.tolist()):
        sex = Sex.FEMALE if i < group.women else Sex.MALE
        person = Person(
            height=group.height + group.height_sd * tall, mass=group.mass + group.mass_sd * heavy, sex=sex
        )
        someone = _stand(person, change, anthropometry)
        today = replace(
            someone.today,
            thigh=someone.today.thigh + _THIGH_SD * deep,
            trunk=leans[sex] + _TRUNK_SD * lean,
        )
        pressure = before.pressure + _PRESSURE_SD * ahead
        shin = _lean_shin(replace(someone, today=today), pressure)
        subjects.append(replace(someone, today=replace(today, shin=shin)))
    return tuple(subjects)


def _stand(person: Person, change: Change, anthropometry: tuple[SegmentRow, ...]) -> Subject:
    """Somebody of usual proportions as deep as the group; shin and trunk as usual, not in balance yet."""
    before = change.before
    lengths = measure_lengths(person, anthropometry)
    mass = before.load + before.share * (person.mass or 0.0)
    lifter = Lifter(
        person=person,
        body=build_body(person, anthropometry),
        burden=Burden(mass=mass, bar=before.bar),
        tables=tissue_tables(),
    )
    hips = HIP_HALF * person.height
    shin = LEVEL_SHIN * math.sin(math.radians(before.thigh)) if before.shin is None else before.shin
    today = Today(
        shin=math.radians(shin),
        thigh=math.radians(before.thigh),
        trunk=0.0,
        spread=_KNOWN**2 * np.eye(3),
        shank_length=lengths.shank,
        thigh_length=lengths.thigh,
        trunk_length=lengths.trunk,
        foot_length=lengths.foot,
        hips_apart=hips,
        ankles_apart=hips if before.stance is None else before.stance / 200,
        turn_out=math.radians(before.turn_out),
        heel=_heel_of(before.slope, lengths.foot),
    )
    return Subject(lifter=lifter, today=today)


def _heel_of(slope: float, foot: float) -> float:
    """Height of the heel above the ball on a board of so many degrees. [m]"""
    return BALL * foot * math.sin(math.radians(slope))


def _lean_trunk(subject: Subject, pressure: float) -> float:
    """The trunk's lean that puts the weight where it is wanted. [rad]"""

    def miss(lean: float) -> float:
        return place_weight(subject.lifter, replace(subject.today, trunk=lean)) - pressure

    return float(brentq(miss, *_TRUNKS))


def _lean_shin(subject: Subject, pressure: float) -> float:
    """The same of the shin. [rad]"""

    def miss(lean: float) -> float:
        return place_weight(subject.lifter, replace(subject.today, shin=lean)) - pressure

    return float(brentq(miss, *_SHINS))


def place_weight(lifter: Lifter, today: Today) -> float:
    """Where the weight of somebody who stands like that lies, 0 heel to 1 tip of the toes."""
    build = Build(
        shank=np.array([today.shank_length]),
        thigh=np.array([today.thigh_length]),
        trunk=today.trunk_length,
        foot=today.foot_length,
        hips=today.hips_apart,
    )
    feet = Feet(
        length=today.foot_length,
        apart=np.array([today.ankles_apart]),
        turn_out=np.array([today.turn_out]),
        heel=np.array([today.heel]),
    )
    shin = feet.true_shin(np.array([today.shin]))
    leg = stand(build, feet, shin, true_depth(build, feet, shin, np.array([today.thigh])))
    weights = weigh(lifter, likeliest(lifter), build)
    foot = today.foot_length * np.cos(feet.turn_out)
    ahead = weights.pressure(leg.knee, leg.hip, np.array([today.trunk]), foot)
    return float(feet.share(ahead).item())


def resolve(change: Change, subject: Subject) -> Wish:
    """What was changed, as a wish of one person.

    Parameters
    ----------
    change
        What was asked.
    subject
        Of whom.
    """
    ask, today = change.ask, subject.today
    slope = math.radians((ask.slope or 0.0) - change.before.slope)
    shin = None
    if ask.lean_shin is not None:
        shin = today.shin + math.radians(ask.lean_shin)
    elif ask.ankle is Limb.KEPT:
        shin = today.shin + slope
    elif ask.knee is Limb.TOES:
        reach = (1 - ANKLE[0]) * today.foot_length + _SHOE - _KNEE_FRONT
        shin = min(today.shin, math.asin(reach / today.shank_length))
    heel = None if ask.heel is None else ask.heel / 1000
    return Wish(
        shin=shin,
        trunk=None if ask.lean_trunk is None else today.trunk + math.radians(ask.lean_trunk),
        thigh=_moved(today.thigh, change.before.thigh, ask.thigh),
        heel=heel if ask.slope is None else _heel_of(ask.slope, today.foot_length),
        ankles_apart=None if ask.stance is None else ask.stance / 200,
        turn_out=None if ask.turn_out is None else math.radians(ask.turn_out),
        burden=_burden(change, subject),
        pressure=ask.pressure,
        box=ask.box,
    )


def _moved(today: float, before: float, after: float | None) -> float | None:
    """A person's own depth, moved as far as the group's. [rad]"""
    return None if after is None else today + math.radians(after - before)


def _burden(change: Change, subject: Subject) -> Burden | None:
    ask = change.ask
    if ask.bar is None:
        return None
    mass = (ask.load or 0.0) + (ask.share or 0.0) * (subject.lifter.person.mass or 0.0)
    return Burden(mass=mass, bar=ask.bar)


def _amount(outcome: Outcome, measure: str) -> Amount:
    part = MEASURES[measure]
    return outcome.muscles[part] if isinstance(part, Muscle) else outcome.effects[part]


def _judge(finding: Finding, subjects: Sequence[Subject], pairs: Sequence[tuple[Outcome, Outcome]]) -> Found:
    unit = finding.unit or _usual_unit(finding.measure)
    units = np.array([_size(unit, subject.lifter.person) for subject in subjects]) / finding.legs
    before, after = (
        np.array([_amount(outcomes[i], finding.measure).value for outcomes in pairs]) / units for i in (0, 1)
    )
    stated = np.array([_amount(outcome, finding.measure).change_sd for _, outcome in pairs]) / units
    change = after - before
    compared = after / before if finding.kind is Kind.RATIO else change
    ours, agreeing = float(compared.mean()), float((np.sign(change) == np.sign(change.mean())).mean())
    return Found(
        finding=finding,
        unit="" if finding.kind is Kind.RATIO else unit,
        before=float(before.mean()),
        after=float(after.mean()),
        ours=ours,
        apart=float(compared.std(ddof=1)),
        stated=float((stated / before if finding.kind is Kind.RATIO else stated).mean()),
        agreeing=agreeing,
        inside=agrees(finding, ours, agreeing),
    )


def _usual_unit(measure: str) -> str:
    """In which an effect is told where the study tells no number."""
    part = MEASURES[measure]
    if isinstance(part, Muscle) or part in _FORCES:
        return "N"
    if part in _ANGLES:
        return "°"
    if part is Effect.PATELLOFEMORAL_STRESS:
        return "MPa"
    return "" if part in _SHARES else "N·m"


def _size(unit: str, person: Person) -> float:
    """Of a unit in SI, for this person."""
    mass = person.mass or 1.0
    sizes: Mapping[str, float] = {
        "N·m/kg": mass,
        "N·m/kg/m": mass * person.height,
        "BW": mass * GRAVITY,
        "°": math.radians(1),
        "MPa": 1e6,
    }
    return sizes.get(unit, 1.0)


def agrees(finding: Finding, ours: float, agreeing: float) -> bool:
    """Whether a change of ours agrees with the published one.

    Parameters
    ----------
    finding
        What was published.
    ours
        Mean change, or ratio. [unit of the finding]
    agreeing
        Share of our people who change as the mean does.

    Notes
    -----
    Within one published sd of the mean, or within the published range; where neither is told, within half of
    the published change; where only the sign is known, of that sign in nine of ten people.
    """
    if finding.kind is Kind.SIGN:
        return ours * (finding.value or 0.0) > 0 and agreeing >= SURE
    low, high = band_of(finding)
    return low <= ours <= high


def band_of(finding: Finding) -> tuple[float, float]:
    """Lowest and highest number that agrees with a published one. [unit of the finding]"""
    if finding.low is not None and finding.high is not None:
        return finding.low, finding.high
    assert finding.value is not None
    none = 1.0 if finding.kind is Kind.RATIO else 0.0
    spread = SIZE_TOLERANCE * abs(finding.value - none) if finding.sd is None else finding.sd
    return finding.value - spread, finding.value + spread

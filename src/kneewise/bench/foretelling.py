"""Synthetic people who film their squat, change it, and film again → how often the what-if foretold it.

Their bodies differ from the likeliest one, they obey a wish within a few degrees, and what the wish leaves
open they do in a way that is not the what-if's: published answers where there are any, else chance. Nothing
is rendered: the films show the true angles with the errors of `knowledge/repeatability.csv`.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from ..body import build_body
from ..conventions import Bar, Effect, Sex, View
from ..foretelling import score
from ..kinetics.carrying import CARRIES
from ..kinetics.constants import Chance, Constants, Lifter, likeliest, vary
from ..kinetics.planar import Figure, Lean, compute_planar_loads
from ..knowledge import SegmentRow, read_anthropometry, read_repeatability
from ..model import Array, Burden, Person
from ..model.foretold import Score, Seen
from ..model.supposed import Today, Wish
from ..whatif import limits_of, suppose
from ..whatif.standing import Feet
from .postures import HIP_HALF, SEED, Lengths, measure_lengths, tissue_tables

MOMENTS = (Effect.KNEE_MOMENT, Effect.HIP_MOMENT, Effect.ANKLE_MOMENT, Effect.LUMBAR_MOMENT)
ANGLES = ("shank_inclination", "thigh_inclination", "trunk_inclination")
PEOPLE = 200
_SAMPLES = 200
_LEANS = {"shin": (math.radians(-40), math.radians(85)), "trunk": (math.radians(-60), math.radians(90))}
_OBEYS = math.radians(2)
"""How far a posture lies from what was wished for, one sd; estimate. [rad]"""
_STAYS = 0.03
"""How far the weight moves under the feet where nobody thought of it, one sd; estimate. [share of them]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """One held squat. [rad, rad, rad, m]"""

    shin: float
    thigh: float
    trunk: float
    heel: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Someone:
    """A synthetic person.

    Attributes
    ----------
    lifter : what kneewise is told: person and load.
    truth : the one body that this really is.
    lengths : of the limbs.
    before : the true squat.
    pressure : where the weight really lies, 0 heel to 1 tip of the toes.
    """

    lifter: Lifter
    truth: Constants
    lengths: Lengths
    before: Posture
    pressure: float


Answer = Callable[[Someone, np.random.Generator], Posture]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A change that people are asked for.

    Attributes
    ----------
    name : in plain words.
    wish : from the angles that the first film showed.
    answer : what people really do.
    """

    name: str
    wish: Callable[[Today], Wish]
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One person's change as foretold, filmed and true.

    Attributes
    ----------
    trial : name of the change.
    score : against the films.
    truth : the true change. [as the effect]
    """

    trial: str
    score: Score
    truth: float

    @property
    def holds(self) -> bool:
        """Whether the true change lies in the band that was foretold."""
        return self.score.foretold.change_low <= self.truth <= self.score.foretold.change_high


def rehearse(people: int = PEOPLE, seed: int = SEED) -> tuple[Told, ...]:
    """Every trial with as many people.

    Parameters
    ----------
    people
        How many; half carry a bar.
    seed
        Of everything that is drawn.
    """
    generator = np.random.default_rng(seed)
    anthropometry = read_anthropometry()
    errors = read_errors()
    told: list[Told] = []
    for number in range(people):
        someone = draw_someone(number, generator, anthropometry)
        told += _film(someone, errors, generator)
    return tuple(told)


def read_errors(view: View = View.SIDE) -> Array:
    """Standard error of shin, thigh and trunk in one film, (3,). [rad]"""
    rows = {row.measure: row.sem for row in read_repeatability() if row.view is view}
    return np.array([rows[name] for name in ANGLES])


def draw_someone(
    number: int, generator: np.random.Generator, anthropometry: tuple[SegmentRow, ...]
) -> Someone:
    """A person who squats in balance.

    Parameters
    ----------
    number
        Odd ones carry a bar.
    generator
        Of height, mass, depth and habits.
    anthropometry
        As `read_anthropometry` gives it.
    """
    sex = Sex.FEMALE if number % 4 < 2 else Sex.MALE
    height = generator.normal(1.65 if sex is Sex.FEMALE else 1.78, 0.06)
    person = Person(height=height, mass=generator.normal(23.5, 2.5) * height**2, sex=sex)
    mass = float((person.mass or 0.0) * generator.uniform(0.3, 1.0)) if number % 2 else 0.0
    lifter = Lifter(
        person=person,
        body=build_body(person, anthropometry),
        burden=Burden(mass=mass, bar=Bar.BACK_HIGH if mass else Bar.NONE),
        tables=tissue_tables(),
    )
    drawn = vary(lifter, Chance(person=SEED + 1 + number, samples=40))
    someone = Someone(
        lifter=lifter,
        truth=drawn.take(np.array([0])),
        lengths=measure_lengths(person, anthropometry),
        before=Posture(
            shin=math.radians(33),
            thigh=math.radians(generator.normal(85, 6)),
            trunk=math.radians(generator.normal(38, 5)),
        ),
        pressure=float(generator.normal(0.45, 0.03)),
    )
    return replace(someone, before=balanced(someone, someone.before, "shin", someone.pressure))


def balanced(someone: Someone, posture: Posture, free: str, pressure: float) -> Posture:
    """The same with ``shin`` or ``trunk`` leaning so that the true body's weight lies where it is wanted."""

    def miss(lean: float) -> float:
        ahead = _loads(someone, someone.truth, replace(posture, **{free: lean})).pressure
        return float(_feet(someone, posture).share(ahead).item()) - pressure

    low, high = _LEANS[free]
    ends = miss(low), miss(high)
    if ends[0] * ends[1] > 0:  # out of balance whatever is done: as near as it goes
        return replace(posture, **{free: low if abs(ends[0]) < abs(ends[1]) else high})
    return replace(posture, **{free: float(brentq(miss, low, high))})


def _feet(someone: Someone, posture: Posture) -> Feet:
    return Feet(
        length=someone.lengths.foot,
        apart=np.zeros(1),
        turn_out=np.zeros(1),
        heel=np.array([posture.heel]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Worked:
    """Moments of postures by the closed form, and where the floor presses."""

    moments: Array
    pressure: Array


def _loads(someone: Someone, constants: Constants, posture: Posture | Array) -> _Worked:
    """Of one posture, or of the rows of (s, 3) shin, thigh and trunk."""
    angles = posture if isinstance(posture, np.ndarray) else _angles(posture)[None]
    figure = Figure(
        shank=someone.lengths.shank,
        thigh=someone.lengths.thigh,
        trunk=someone.lengths.trunk,
        foot=someone.lengths.foot,
        constants=constants,
        hangs=CARRIES[someone.lifter.burden.bar].hangs,
    )
    loads = compute_planar_loads(figure, *(Lean(angle=column) for column in angles.T))
    return _Worked(
        moments=np.stack((loads.knee, loads.hip, loads.ankle, loads.lumbar), axis=-1), pressure=loads.pressure
    )


def _angles(posture: Posture) -> Array:
    return np.array([posture.shin, posture.thigh, posture.trunk])


def _film(someone: Someone, errors: Array, generator: np.random.Generator) -> Iterator[Told]:
    """Both films of every change, and what was foretold of it from the first."""
    first = _angles(someone.before) + errors * generator.standard_normal(3)
    today = _today(someone, first, errors)
    wishes = [trial.wish(today) for trial in TRIALS]
    frontier = suppose(
        someone.lifter,
        today,
        wishes,
        replace(limits_of(), heel=0.15),
        chance=Chance(person=SEED, samples=_SAMPLES),
    )
    before = _loads(someone, someone.truth, someone.before).moments[0]
    for trial, outcome in zip(TRIALS, frontier.outcomes, strict=True):
        after = trial.answer(someone, generator)
        second = _angles(after) + errors * generator.standard_normal(3)
        truth = _loads(someone, someone.truth, after).moments[0] - before
        for place, seen in enumerate(_compare(someone, first, second, errors)):
            foretold = outcome.effects[MOMENTS[place]]
            yield Told(
                trial=trial.name, score=score(MOMENTS[place], foretold, seen), truth=float(truth[place])
            )


def _today(someone: Someone, angles: Array, errors: Array) -> Today:
    """What the first film tells."""
    hips = HIP_HALF * someone.lifter.person.height
    lengths = someone.lengths
    return Today(
        shin=float(angles[0]),
        thigh=float(angles[1]),
        trunk=float(angles[2]),
        spread=np.diag(errors**2),
        shank_length=lengths.shank,
        thigh_length=lengths.thigh,
        trunk_length=lengths.trunk,
        foot_length=lengths.foot,
        hips_apart=hips,
        ankles_apart=hips,
    )


def _compare(someone: Someone, first: Array, second: Array, errors: Array) -> list[Seen]:
    """What two films show of the moments: the same unknown body in both, errors of its own in each."""
    generator = np.random.default_rng(SEED)
    bodies = vary(someone.lifter, Chance(person=SEED, samples=_SAMPLES))
    films = [
        _loads(someone, likeliest(someone.lifter), angles[None]).moments[0] for angles in (first, second)
    ]
    drawn = [
        _loads(someone, bodies, angles + errors * generator.standard_normal((_SAMPLES, 3))).moments
        for angles in (first, second)
    ]
    change, sd = films[1] - films[0], (drawn[1] - drawn[0]).std(axis=0, ddof=1)
    return [Seen(change=float(one), sd=float(error)) for one, error in zip(change, sd, strict=True)]


def _stayed(someone: Someone, generator: np.random.Generator) -> float:
    return someone.pressure + float(generator.normal(0, _STAYS))


def _answer_shin(someone: Someone, generator: np.random.Generator) -> Posture:
    shin = someone.before.shin - math.radians(8) + generator.normal(0, _OBEYS)
    return balanced(someone, replace(someone.before, shin=shin), "trunk", _stayed(someone, generator))


def _answer_trunk(someone: Someone, generator: np.random.Generator) -> Posture:
    trunk = someone.before.trunk + math.radians(8) + generator.normal(0, _OBEYS)
    return balanced(someone, replace(someone.before, trunk=trunk), "shin", _stayed(someone, generator))


def _answer_heel(someone: Someone, generator: np.random.Generator) -> Posture:
    """The trunk comes up by 3.1 ± 4.6°, as on a block (jptcp.com 5031)."""
    trunk = someone.before.trunk - math.radians(generator.normal(3.1, 4.6))
    raised = replace(someone.before, trunk=trunk, heel=0.025)
    return balanced(someone, raised, "shin", _stayed(someone, generator))


def _answer_pressure(someone: Someone, generator: np.random.Generator) -> Posture:
    """The ankle bends by 1.6 ± 1.9° more (Ishida 2022)."""
    shin = someone.before.shin + math.radians(generator.normal(1.6, 1.9))
    wanted = 0.55 + generator.normal(0, _STAYS)
    return balanced(someone, replace(someone.before, shin=shin), "trunk", wanted)


def _answer_depth(someone: Someone, generator: np.random.Generator) -> Posture:
    """The shin goes back with the sine of the thigh's lean, give or take 3°."""
    thigh = someone.before.thigh - math.radians(15) + generator.normal(0, _OBEYS)
    less = math.sin(thigh) / math.sin(someone.before.thigh)
    shin = someone.before.shin * less + math.radians(generator.normal(0, 3))
    shallow = replace(someone.before, thigh=thigh, shin=shin)
    return balanced(someone, shallow, "trunk", _stayed(someone, generator))


TRIALS = (
    Trial(
        name="shins 8° more upright",
        wish=lambda today: Wish(shin=today.shin - math.radians(8)),
        answer=_answer_shin,
    ),
    Trial(
        name="trunk 8° further forward",
        wish=lambda today: Wish(trunk=today.trunk + math.radians(8)),
        answer=_answer_trunk,
    ),
    Trial(name="heels 25 mm up", wish=lambda _: Wish(heel=0.025), answer=_answer_heel),
    Trial(name="weight forward", wish=lambda _: Wish(pressure=0.55), answer=_answer_pressure),
    Trial(
        name="thighs 15° less deep",
        wish=lambda today: Wish(thigh=today.thigh - math.radians(15)),
        answer=_answer_depth,
    ),
)
"""What synthetic people are asked for."""

"""Random bodies with random wishes: what cannot be reached names what stops it, and what would do does."""

import numpy as np
import pytest
from lifters import lift
from test_whatif import DEG

from kneewise.conventions import Bar, Sex
from kneewise.errors import InputError
from kneewise.kinetics.constants import Chance
from kneewise.model import Burden, Person
from kneewise.model.supposed import Today, Wish
from kneewise.whatif import limits_of, suppose

ONE = Chance(person=1, samples=4)
"""Whether a wish is reachable is decided on the likeliest body alone."""
IN_HANDS = {Bar.GOBLET, Bar.COUNTERBALANCE, Bar.DUMBBELLS}
PLACES = list(Bar)


class Draw:
    """Random people, squats and wishes."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def between(self, low, high):
        return float(self.rng.uniform(low, high))

    def burden(self, heaviest):
        bar = PLACES[int(self.rng.integers(len(PLACES)))]
        most = min(heaviest, 15) if bar in IN_HANDS else heaviest
        return Burden() if bar is Bar.NONE else Burden(mass=self.between(2, most), bar=bar)

    def person(self):
        height = self.between(1.5, 1.98)
        sex = [Sex.MALE, Sex.FEMALE][int(self.rng.integers(2))]
        return Person(height=height, mass=self.between(17, 40) * height**2, sex=sex)

    def squat(self, height):
        return Today(
            shin=self.between(12, 42) * DEG,
            thigh=self.between(50, 112) * DEG,
            trunk=self.between(10, 60) * DEG,
            spread=np.eye(3) * (3 * DEG) ** 2,
            shank_length=0.246 * height * self.between(0.94, 1.06),
            thigh_length=0.243 * height * self.between(0.94, 1.06),
            trunk_length=0.28 * height,
            foot_length=0.149 * height,
            hips_apart=0.054 * height,
            ankles_apart=height * self.between(0.03, 0.10),
            turn_out=self.between(0, 35) * DEG,
            heel=float(self.rng.choice([0.0, 0.0, 0.02])),
        )

    def wish(self, squat):
        """One to three parts that leave something open to balance."""
        parts = {
            "shin": lambda: {"shin": squat.shin + self.between(-25, 25) * DEG},
            "trunk": lambda: {"trunk": squat.trunk + self.between(-35, 30) * DEG},
            "thigh": lambda: {
                "thigh": min(max(squat.thigh + self.between(-30, 40) * DEG, 30 * DEG), 130 * DEG)
            },
            "heel": lambda: {"heel": self.between(0, 0.07)},
            "stance": lambda: {
                "ankles_apart": self.between(0.03, 0.45),
                "turn_out": self.between(0, 45) * DEG,
            },
            "burden": lambda: {"burden": self.burden(18)},
            "pressure": lambda: {"pressure": self.between(0.05, 0.95)},
            "box": lambda: {"box": True},
            "held": lambda: {"held": self.between(0, 0.2)},
        }
        chosen = self.rng.choice(list(parts), size=int(self.rng.integers(1, 4)), replace=False)
        names = [str(name) for name in chosen]
        if {"shin", "trunk", "pressure"} <= set(names) or {"box", "shin"} <= set(names):
            names.remove("shin")
        return Wish(**{field: value for name in names for field, value in parts[name]().items()})


@pytest.mark.parametrize("seed", range(4))
def test_every_wish_is_reachable_or_told_with_something_that_makes_it_so(seed):
    draw, stopped = Draw(seed), 0
    for _ in range(40):
        person = draw.person()
        lifter, squat = lift(person, draw.burden(110)), draw.squat(person.height)
        limits = limits_of(wall=None if draw.between(0, 1) < 0.4 else draw.between(0, 0.16))
        wish = draw.wish(squat)
        try:
            [outcome] = suppose(lifter, squat, [wish], limits, chance=ONE).outcomes
        except InputError:
            continue  # the squat that was drawn cannot be held by anybody
        if outcome.reachable:
            continue
        stopped += 1
        assert outcome.stops, outcome.name
        assert outcome.stops[-1].statement.endswith("would do."), outcome.name
        remedies = outcome.stops[0].remedies
        better = suppose(lifter, squat, [wish.joined(one) for one in remedies], limits, chance=ONE).outcomes
        assert better
        for remedy, one in zip(remedies, better, strict=True):
            assert one.reachable, (outcome.name, remedy)
    assert stopped >= 4


def test_what_stops_a_wish_is_more_than_what_is_allowed():
    draw = Draw(9)
    for _ in range(60):
        person = draw.person()
        lifter, squat = lift(person, Burden()), draw.squat(person.height)
        wish = draw.wish(squat)
        try:
            [outcome] = suppose(lifter, squat, [wish], limits_of(wall=0.08), chance=ONE).outcomes
        except InputError:
            continue
        for stop in outcome.stops:
            if stop.what in {"ankle", "hip", "front", "heel"}:
                assert stop.needed > stop.allowed, outcome.name
            elif stop.what == "back":
                assert stop.needed < stop.allowed, outcome.name

import math
from dataclasses import replace

import pytest

from kneewise.body import build_body
from kneewise.conventions import Sex
from kneewise.knowledge import read_anthropometry, read_thresholds
from kneewise.model import CHECKED, Person

TABLE = read_anthropometry()
LIMBS = ("thigh", "shank", "foot", "upper_arm", "forearm")


def body_of(sex, mass=80.0, height=1.75):
    return build_body(Person(height=height, mass=mass, sex=sex), TABLE)


def row(segment, sex):
    return next(r for r in TABLE if r.segment == segment and r.sex is sex)


@pytest.mark.parametrize("row", [*TABLE, *read_thresholds()])
def test_each_row_says_its_source_and_how_it_was_checked(row):
    assert row.source
    assert row.checked in CHECKED


def test_a_row_without_a_source_is_refused():
    with pytest.raises(ValueError, match="source"):
        replace(TABLE[0], source="")


@pytest.mark.parametrize("wrong", [{"centre_share": 1.2}, {"gyration_transverse": -0.1}])
def test_a_row_with_an_impossible_share_is_refused(wrong):
    with pytest.raises(ValueError, match="range"):
        replace(TABLE[0], **wrong)


@pytest.mark.parametrize("sex", Sex)
def test_the_table_weighs_one_body(sex):
    once = {"head", "neck", "trunk"}
    total = sum(r.mass_share * (1 if r.segment in once else 2) for r in TABLE if r.sex is sex)
    assert total == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize("row", [r for r in TABLE if r.mass_share])
def test_the_gyrations_of_a_row_are_those_of_a_possible_body(row):
    # About no axis can the inertia be larger than about the two others together.
    squares = sorted(
        g**2 for g in (row.gyration_sagittal, row.gyration_transverse, row.gyration_longitudinal)
    )
    assert 0 < squares[2] <= squares[0] + squares[1]


@pytest.mark.parametrize("sex", [*Sex, None])
def test_the_segments_weigh_the_person(sex):
    body = body_of(sex)
    twice = sum(getattr(body, name).mass for name in LIMBS)
    assert body.trunk.mass + body.head.mass + 2 * twice == pytest.approx(80, rel=1e-12)


@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("segment", ["thigh", "shank", "foot", "head", "upper_arm", "trunk"])
def test_a_segment_is_that_of_the_table(sex, segment):
    part, wanted = getattr(body_of(sex, mass=100.0), segment), row(segment, sex)
    assert part.mass == pytest.approx(100 * wanted.mass_share, abs=0.03)
    assert part.centre == wanted.centre_share
    assert part.gyration == (
        wanted.gyration_sagittal,
        wanted.gyration_transverse,
        wanted.gyration_longitudinal,
    )


def test_the_upper_body_is_that_of_de_leva_and_not_of_winter():
    assert body_of(Sex.MALE, mass=1.0).upper == pytest.approx(0.603, abs=0.001)


def test_forearm_and_hand_are_one_body():
    part = body_of(Sex.MALE, mass=1.0, height=1.741).forearm
    arm, hand = row("forearm", Sex.MALE), row("hand", Sex.MALE)
    places = [arm.centre_share * arm.length, arm.length + hand.centre_share * hand.length]
    masses = [arm.mass_share, hand.mass_share]
    own = [arm.gyration_transverse * arm.length, hand.gyration_transverse * hand.length]
    centre = sum(m * x for m, x in zip(masses, places, strict=True)) / sum(masses)
    inertia = sum(m * (r**2 + (x - centre) ** 2) for m, x, r in zip(masses, places, own, strict=True))
    assert part.mass == pytest.approx(sum(masses))
    assert part.centre * arm.length == pytest.approx(centre)
    assert part.mass * (part.gyration[1] * arm.length) ** 2 == pytest.approx(inertia)
    long = sum(
        m * (r.gyration_longitudinal * r.length) ** 2 for m, r in zip(masses, (arm, hand), strict=True)
    )
    assert math.sqrt(long / sum(masses)) == pytest.approx(part.gyration[2] * arm.length)


@pytest.mark.parametrize("segment", [*LIMBS, "trunk", "head"])
def test_lengths_grow_with_stature(segment):
    small, tall = (getattr(body_of(Sex.MALE, height=1.741 * size), segment) for size in (1.0, 1.1))
    assert small.length == pytest.approx(row(segment, Sex.MALE).length)
    assert tall.length == pytest.approx(1.1 * small.length)


@pytest.mark.parametrize("field", ["mass", "centre", "length"])
def test_unknown_sex_is_the_mean_of_both(field):
    both = [getattr(body_of(sex).thigh, field) for sex in Sex]
    assert getattr(body_of(None).thigh, field) == pytest.approx(sum(both) / 2)


def test_without_a_mass_the_body_weighs_one_kilogram():
    assert body_of(Sex.FEMALE, mass=None) == body_of(Sex.FEMALE, mass=1.0)


@pytest.mark.parametrize("mass", [0.0, -70.0, float("nan")])
def test_a_body_of_impossible_mass_is_refused(mass):
    with pytest.raises(ValueError, match="mass"):
        body_of(Sex.MALE, mass=mass)

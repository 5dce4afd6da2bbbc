from dataclasses import replace

import pytest

from kneewise.body import build_body
from kneewise.conventions import Sex
from kneewise.knowledge import CHECKED, read_anthropometry, read_thresholds
from kneewise.model import Person

TABLE = read_anthropometry()


def body_of(sex, mass=80.0):
    return build_body(Person(height=1.75, mass=mass, sex=sex), TABLE)


@pytest.mark.parametrize("row", [*TABLE, *read_thresholds()])
def test_each_row_says_its_source_and_how_it_was_checked(row):
    assert row.source
    assert row.checked in CHECKED


def test_a_row_without_a_source_is_refused():
    with pytest.raises(ValueError, match="source"):
        replace(TABLE[0], source="")


def test_a_row_with_an_impossible_share_is_refused():
    with pytest.raises(ValueError, match="range"):
        replace(TABLE[0], centre_share=1.2)


@pytest.mark.parametrize("sex", Sex)
def test_the_table_weighs_one_body(sex):
    once = {"head", "neck", "trunk"}
    total = sum(r.mass_share * (1 if r.segment in once else 2) for r in TABLE if r.sex is sex)
    assert total == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize("sex", [*Sex, None])
def test_the_segments_weigh_the_person(sex):
    body = body_of(sex)
    legs = 2 * (body.thigh + body.shank + body.foot)
    assert body.upper + legs == pytest.approx(80, rel=1e-12)


def test_a_man_has_the_thigh_of_the_table():
    body = body_of(Sex.MALE, mass=100.0)
    assert (body.thigh, body.thigh_centre) == pytest.approx((14.16, 0.4095))
    assert (body.shank, body.shank_centre) == pytest.approx((4.33, 0.4395))
    assert (body.foot, body.foot_centre) == pytest.approx((1.37, 0.4415))


def test_the_upper_body_is_that_of_de_leva_and_not_of_winter():
    assert body_of(Sex.MALE, mass=1.0).upper == pytest.approx(0.603, abs=0.001)


@pytest.mark.parametrize(("sex", "share"), [(Sex.MALE, 0.667), (Sex.FEMALE, 0.715)])
def test_the_upper_centre_lies_between_trunk_and_shoulders(sex, share):
    # By hand from de Leva: trunk, head above the shoulders, upper arm along the trunk, forearm at the elbow.
    assert body_of(sex).upper_centre == pytest.approx(share, abs=0.001)


@pytest.mark.parametrize("field", ["thigh", "upper", "thigh_centre", "upper_centre"])
def test_unknown_sex_is_the_mean_of_both(field):
    both = [getattr(body_of(sex), field) for sex in Sex]
    assert getattr(body_of(None), field) == pytest.approx(sum(both) / 2)


@pytest.mark.parametrize("mass", [None, 0.0, -70.0, float("nan")])
def test_a_body_without_a_mass_is_refused(mass):
    with pytest.raises(ValueError, match="mass"):
        build_body(Person(height=1.75, mass=mass), TABLE)

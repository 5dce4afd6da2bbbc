"""The kneecap's mechanism against the laws that were measured, and against statics."""

from dataclasses import fields, replace

import numpy as np
import pytest
from legs import MAN
from scipy.optimize import brentq, minimize_scalar
from tools.kneecap import TENDON, van_eijden_contact, van_eijden_lever

from kneewise.kinetics.kneecap import (
    DEEPEST,
    KNEECAP,
    REACH,
    Kneecap,
    kneecap_courses,
    lever_spread,
    patellofemoral_ratio,
    quadriceps_lever,
    solve_kneecap,
    tendon_along,
    tendon_lever,
)

ORDINARY = replace(MAN, stature=1.71)
MEASURED = np.arange(0.0, 91.0)
COURSES = kneecap_courses()
DEGREES = np.degrees(COURSES.flexion)


def test_the_quadriceps_lever_is_that_of_van_eijden_within_its_spread():
    ours = quadriceps_lever(np.radians(MEASURED), ORDINARY)
    np.testing.assert_allclose(ours, van_eijden_lever(MEASURED), rtol=0.05)


def test_the_kneecaps_share_of_the_force_is_that_of_van_eijden_within_its_spread():
    np.testing.assert_allclose(
        patellofemoral_ratio(np.radians(MEASURED)), van_eijden_contact(MEASURED), rtol=0.05
    )


@pytest.mark.parametrize(
    ("degrees", "per_moment"), [(0, 10.0), (30, 16.6), (60, 28.4), (80, 37.7), (90, 40.5)]
)
def test_the_force_of_the_kneecap_for_a_moment_is_that_of_the_published_laws(degrees, per_moment):
    flexion = np.radians(degrees)
    ours = patellofemoral_ratio(flexion) / quadriceps_lever(flexion, ORDINARY)
    assert ours == pytest.approx(per_moment, rel=0.07)


@pytest.mark.parametrize(("degrees", "sd"), [(0.0, 4.20), (20.0, 2.98), (40.0, 2.87), (60.0, 2.90)])
def test_the_tendons_lever_is_the_one_measured_in_living_knees(degrees, sd):
    ours = tendon_lever(np.radians(degrees), ORDINARY)
    assert ours == pytest.approx(TENDON[degrees], abs=1e-3 * sd)


def test_the_patellar_tendon_pulls_harder_than_the_quadriceps_in_a_straight_knee_only():
    ratio = COURSES.lever / COURSES.tendon_lever
    assert (ratio[DEGREES <= 20] > 1).all()
    assert (ratio[DEGREES >= 50] < 1).all()
    assert np.interp(60, DEGREES, ratio) == pytest.approx(0.9, abs=0.05)
    assert 0.60 < np.interp(90, DEGREES, ratio) < 0.75


def test_a_knee_moment_loads_the_kneecap_more_the_deeper_it_bends_and_nowhere_less():
    per_moment = COURSES.contact / COURSES.lever
    assert (np.diff(per_moment) > 0).all()


def test_the_quadriceps_lever_does_not_rise_again_in_deep_flexion():
    assert (np.diff(COURSES.lever[DEGREES >= 10]) < 0).all()


def test_the_quadriceps_tendon_comes_to_lie_on_the_bone_between_75_and_95_degrees():
    first = DEGREES[COURSES.wrapped > 0][0]
    assert 75 < first < 95
    assert (np.diff(COURSES.wrapped[first <= DEGREES]) > 0).all()


def test_once_the_tendon_lies_on_the_bone_the_kneecaps_share_stops_rising():
    wrapped = COURSES.wrapped > 0
    assert (np.diff(COURSES.contact[~wrapped]) > 0).all()
    assert (np.diff(COURSES.contact[wrapped]) <= 0).all()


def test_nothing_jumps():
    for course in (COURSES.lever, COURSES.tendon_lever, COURSES.contact, COURSES.wrapped, COURSES.along):
        assert np.abs(np.diff(course)).max() < 0.02 * np.abs(course).max()
        assert np.isfinite(course).all()


def length_of_quadriceps(kneecap, flexion, tilt):
    """From the kneecap to the origin, around the groove where the straight line would cut it."""
    groove, origin = np.array([[p.real, p.imag] for p in (kneecap.groove, kneecap.origin)])
    forward = np.array([np.cos(tilt), np.sin(tilt)])
    upward = np.array([-forward[1], forward[0]])
    turn = np.array([[np.cos(flexion), np.sin(flexion)], [-np.sin(flexion), np.cos(flexion)]])
    tubercle = turn @ [kneecap.tubercle.real, kneecap.tubercle.imag]
    nearest = groove + kneecap.line * forward
    low = brentq(
        lambda s: np.hypot(*(nearest - s * upward - tubercle)) - kneecap.tendon,
        -0.1,
        (nearest - tubercle) @ upward,
    )
    end, goal = nearest + (kneecap.height - low) * upward - groove, origin - groove
    near, far = np.hypot(*end), np.hypot(*goal)
    between = np.arccos(end @ goal / near / far)
    bent = between - np.arccos(kneecap.wrap / near) - np.arccos(kneecap.wrap / far)
    if bent <= 0:
        return np.hypot(*(goal - end))
    return np.sqrt(near**2 - kneecap.wrap**2) + np.sqrt(far**2 - kneecap.wrap**2) + kneecap.wrap * bent


def shortest_quadriceps(kneecap, flexion):
    """Free of friction, the kneecap lies where the quadriceps is shortest."""
    usual = np.radians(10) - 0.75 * flexion
    bounds = (usual - 0.4, usual + 0.4)
    found = minimize_scalar(
        lambda tilt: length_of_quadriceps(kneecap, flexion, tilt),
        bounds=bounds,
        method="bounded",
        options={"xatol": 1e-10},
    )
    return found.fun


@pytest.mark.parametrize("degrees", [5.0, 30.0, 60.0, 88.0, 110.0, 140.0])
def test_the_lever_is_how_fast_flexion_lengthens_the_quadriceps(degrees):
    fixed = replace(KNEECAP, roll_back=0.0)
    flexion, step = np.radians(degrees), 1e-3
    slope = shortest_quadriceps(fixed, flexion + step) - shortest_quadriceps(fixed, flexion - step)
    lever = solve_kneecap(fixed, np.array([flexion])).lever[0]
    assert slope / (2 * step) == pytest.approx(lever, rel=1e-4)


def test_tendons_and_bone_hold_the_kneecap_still():
    # Three forces in balance are the sides of a triangle: the kneecap's push closes the tendons' pulls.
    ratio = COURSES.lever / COURSES.tendon_lever
    assert (COURSES.contact < 1 + ratio).all()
    assert (COURSES.contact > np.abs(1 - ratio)).all()


def test_a_mechanism_of_twice_the_size_has_twice_the_levers_and_the_same_shares():
    twice = Kneecap(**{field.name: 2 * getattr(KNEECAP, field.name) for field in fields(Kneecap)})
    flexion = np.radians([0.0, 45.0, 90.0, 135.0])
    one, two = solve_kneecap(KNEECAP, flexion), solve_kneecap(twice, flexion)
    np.testing.assert_allclose(two.lever, 2 * one.lever, rtol=1e-9)
    np.testing.assert_allclose(two.contact, one.contact, rtol=1e-9)


def test_a_kneecap_that_cannot_be_put_together_is_not_a_number():
    torn = replace(KNEECAP, line=0.15, tendon=0.01)
    assert np.isnan(solve_kneecap(torn, np.radians([90.0])).lever).all()


def test_a_larger_person_has_larger_levers():
    large = replace(ORDINARY, stature=1.1 * ORDINARY.stature)
    for lever in (quadriceps_lever, tendon_lever):
        np.testing.assert_allclose(
            lever(COURSES.flexion, large), 1.1 * lever(COURSES.flexion, ORDINARY), rtol=1e-12
        )


def test_levers_are_less_sure_where_nothing_was_measured():
    spread = lever_spread(COURSES.flexion)
    np.testing.assert_allclose(spread[COURSES.flexion <= REACH], 0.10)
    assert (np.diff(spread) >= 0).all()
    assert spread[-1] == pytest.approx(0.25)
    longer = quadriceps_lever(COURSES.flexion, replace(ORDINARY, lever=1.0))
    np.testing.assert_allclose(np.log(longer / quadriceps_lever(COURSES.flexion, ORDINARY)), spread)


@pytest.mark.parametrize("law", [patellofemoral_ratio, tendon_along])
def test_deeper_than_it_is_solved_for_a_share_keeps_its_last_value(law):
    assert law(np.array(DEEPEST + 0.3)) == law(np.array(DEEPEST))

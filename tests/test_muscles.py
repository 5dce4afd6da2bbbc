"""How muscles share net moments: closed forms, optimality, other solvers, and where their arms come from."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from legs import MAN, TABLES, hold_squat
from scipy.optimize import minimize, nnls
from tools import moment_arms

from kneewise.conventions import Muscle
from kneewise.kinetics.kneecap import quadriceps_lever
from kneewise.kinetics.leg import Actor, build_tissue_tables
from kneewise.kinetics.muscles import muscle_arms, share_least_effort, share_moments
from kneewise.knowledge import read_contact_areas, read_moment_arms, read_strengths
from kneewise.model import CHECKED

ORDINARY = replace(MAN, stature=1.71)
RNG = np.random.default_rng(4)


def random_legs(count, rng=RNG):
    """Moments in every direction at angles a squat goes through."""
    angles = np.radians(rng.uniform([-10, 0, -20], [115, 150, 30], (count, 3)))
    return rng.normal([40, 40, 20], [60, 60, 40], (count, 3)), angles


@pytest.mark.parametrize(
    ("joint", "moment", "actor"),
    [(2, 30.0, Actor.SOLEUS), (2, -10.0, Actor.TIBIALIS_ANTERIOR), (1, 50.0, Actor.VASTI)],
)
def test_one_muscle_at_one_joint_pulls_with_moment_over_arm(joint, moment, actor):
    turning = np.zeros((3, len(Actor)))
    turning[joint, actor] = 200 * np.sign(moment)
    turning[[j for j in range(3) if j != joint], [0, 1]] = 100.0
    moments = np.zeros(3)
    moments[joint] = moment
    assert share_least_effort(moments, turning)[actor] == pytest.approx(abs(moment) / 200)


def test_two_muscles_of_one_joint_share_by_what_they_turn():
    turning = np.array([[3.0, 4.0]])
    np.testing.assert_allclose(share_least_effort(np.array([25.0]), turning), [3.0, 4.0])


def test_the_moments_come_back_exactly():
    moments, angles = random_legs(2000)
    muscles = share_moments(moments, angles, MAN)
    back = np.einsum("njm,nm->nj", muscle_arms(angles, MAN), muscles.actors)
    np.testing.assert_allclose(back, moments, atol=1e-6)
    assert (muscles.actors >= 0).all()


def test_no_other_way_of_pulling_asks_for_less():
    """Karush, Kuhn and Tucker: what pulls does so by its share in the prices, what rests has none above 0."""
    turning = RNG.normal(0, 100, (500, 3, 9))
    moments = np.einsum("njm,nm->nj", turning, RNG.exponential(1, (500, 9)))
    effort = share_least_effort(moments, turning)
    for m, t, a in zip(moments, turning, effort, strict=True):
        prices = np.linalg.lstsq(t[:, a > 0].T, a[a > 0], rcond=None)[0]
        np.testing.assert_allclose(t[:, a > 0].T @ prices, a[a > 0], atol=1e-8)
        assert (t[:, a == 0].T @ prices < 1e-8).all()
        np.testing.assert_allclose(t @ a, m, atol=1e-7)


def test_least_squares_without_pushing_finds_the_same():
    moments, angles = random_legs(200)
    turning = muscle_arms(angles, MAN) * MAN.strength()
    ours = share_least_effort(moments, turning)
    heavy = 1e6  # moments must hold, effort is least
    for m, t, a in zip(moments, turning, ours, strict=True):
        scale = np.linalg.norm(t, axis=1)
        stacked = np.vstack([np.eye(9), heavy * t / scale[:, None]])
        theirs, _ = nnls(stacked, np.concatenate([np.zeros(9), heavy * m / scale]))
        np.testing.assert_allclose(a, theirs, atol=1e-6)


def test_a_general_optimiser_finds_the_same():
    moments, angles = random_legs(10, np.random.default_rng(8))
    turning = muscle_arms(angles, MAN) * MAN.strength()
    ours = share_least_effort(moments, turning)
    for m, t, a in zip(moments, turning, ours, strict=True):
        scaled, wanted = t / 100, m / 100
        balance = {
            "type": "eq",
            "fun": lambda x, t=scaled, m=wanted: t @ x - m,
            "jac": lambda _, t=scaled: t,
        }
        found = minimize(
            lambda x: x @ x / 2,
            np.full(9, 0.5),
            jac=lambda x: x,
            bounds=[(0, None)] * 9,
            method="SLSQP",
            constraints=balance,
            options={"ftol": 1e-16, "maxiter": 500},
        )
        np.testing.assert_allclose(a, found.x, atol=1e-6)


def test_moments_that_no_muscle_gives_are_refused():
    with pytest.raises(ArithmeticError, match="beyond"):
        share_least_effort(np.array([-10.0]), np.array([[3.0, 4.0]]))


def test_nobody_pulls_without_moments():
    assert (share_moments(np.zeros(3), np.zeros(3), MAN).actors == 0).all()


def test_what_is_not_seen_is_not_shared():
    moments, angles = random_legs(3)
    angles[1, 0] = np.nan
    effort = share_moments(moments, angles, MAN).effort
    assert np.isnan(effort[1]).all()
    assert np.isfinite(effort[[0, 2]]).all()


@given(factor=st.floats(0.2, 5))
def test_twice_the_moments_are_twice_the_forces(factor):
    moments, angles = random_legs(20, np.random.default_rng(2))
    one, more = share_moments(moments, angles, MAN), share_moments(factor * moments, angles, MAN)
    np.testing.assert_allclose(more.actors, factor * one.actors, atol=1e-6)


def test_a_heavier_person_needs_the_same_force_with_less_effort():
    moments, angles = random_legs(50)
    one, heavy = share_moments(moments, angles, MAN), share_moments(moments, angles, replace(MAN, mass=150.0))
    np.testing.assert_allclose(heavy.actors, one.actors, atol=1e-6)
    np.testing.assert_allclose(heavy.effort, one.effort / 2, atol=1e-9)


def test_a_taller_person_needs_less_force():
    moments, angles = random_legs(50)
    tall = replace(MAN, stature=1.1 * MAN.stature)
    one, other = share_moments(moments, angles, MAN), share_moments(moments, angles, tall)
    np.testing.assert_allclose(other.actors, one.actors / 1.1, atol=1e-6)


def test_forces_change_without_a_jump():
    knee = np.radians(np.arange(5, 155, 0.1))
    moments, angles, _ = hold_squat(knee, np.minimum(0.4 * knee, 0.65))
    forces = share_moments(moments, angles, MAN).actors
    assert np.abs(np.diff(forces, axis=0)).max() < 0.01 * forces.max()


def test_asking_for_more_than_a_muscle_has_is_said():
    moments, angles = np.array([500.0, 400.0, 50.0]), np.radians([80.0, 90.0, 20.0])
    assert share_moments(moments, angles, MAN).effort.max() > 1


def test_the_quadriceps_is_told_as_one():
    moments, angles = random_legs(100)
    muscles = share_moments(moments, angles, MAN)
    both = muscles.actors[:, [Actor.VASTI, Actor.RECTUS_FEMORIS]]
    np.testing.assert_allclose(muscles.groups[:, Muscle.QUADRICEPS], both.sum(axis=1))
    np.testing.assert_array_equal(muscles.groups[:, Muscle.SOLEUS], muscles.actors[:, Actor.SOLEUS])


def test_in_an_ordinary_squat_the_hamstrings_work_a_fraction_of_the_quadriceps():
    """Isear 1997, electromyograms of 41 people: 4 to 12 % against 21 to 68 % of the most, without a load."""
    knee = np.radians([60.0, 75.0, 90.0])
    moments, angles, _ = hold_squat(knee, 0.34 * knee)
    effort = share_moments(moments, angles, MAN).effort
    ratio = effort[:, Actor.HAMSTRINGS] / effort[:, [Actor.VASTI, Actor.RECTUS_FEMORIS]].max(axis=1)
    assert (ratio < 12 / 22).all()
    assert ratio.mean() == pytest.approx(8 / 45, abs=0.1)


def test_who_has_a_stronger_gluteus_uses_it_more():
    moments, angles, _ = hold_squat(np.radians(90), np.radians(25))
    more, less = (share_moments(moments, angles, replace(MAN, hip_share=z)).groups for z in (1.0, -1.0))
    assert more[Muscle.GLUTEUS_MAXIMUS] > less[Muscle.GLUTEUS_MAXIMUS]
    assert more[Muscle.HAMSTRINGS] < less[Muscle.HAMSTRINGS]


def arm(actor, joint, degrees, tissue=ORDINARY):
    angles = np.zeros(3)
    angles[joint] = np.radians(degrees)
    return 1000 * muscle_arms(angles, tissue)[joint, actor]


@pytest.mark.parametrize(
    ("degrees", "parts"),
    [(0, (49, 63, 75)), (30, (45, 53, 74)), (60, (39, 42, 59)), (90, (31, 28, 45)), (105, (27, 21, 39))],
)
def test_the_gluteus_extends_the_hip_with_the_arms_of_rajagopal(degrees, parts):
    group = np.average(parts, weights=(984, 1406, 948))
    assert arm(Actor.GLUTEUS_MAXIMUS, 0, degrees) == pytest.approx(group, rel=0.15)


def test_the_gluteus_is_a_hip_extensor_at_the_bottom_of_a_squat():
    assert all(arm(Actor.GLUTEUS_MAXIMUS, 0, degrees) >= 25 for degrees in range(-10, 150, 5))


@pytest.mark.parametrize(
    ("degrees", "long_head", "inner"), [(0, 49, 43), (30, 62, 55), (60, 57, 51), (90, 39, 35), (105, 27, 25)]
)
def test_the_hamstrings_extend_the_hip_with_the_arms_of_rajagopal(degrees, long_head, inner):
    assert arm(Actor.HAMSTRINGS, 0, degrees) == pytest.approx((long_head + inner) / 2, rel=0.15)


@pytest.mark.parametrize(("degrees", "published"), [(-10, 43), (30, 29)])
def test_the_soleus_keeps_its_last_arm_beyond_the_table(degrees, published):
    assert arm(Actor.SOLEUS, 2, degrees) == pytest.approx(published, abs=1)
    assert arm(Actor.SOLEUS, 2, 45) == arm(Actor.SOLEUS, 2, 30)


@pytest.mark.parametrize(
    ("degrees", "least", "most"),
    [
        (0, 38.6, 47.3),
        (20, 37.8, 47.0),
        (40, 37.5, 43.6),
        (60, 33.4, 39.2),
        (80, 22.9, 30.6),
        (100, 19.2, 24.1),
    ],
)
def test_the_quadriceps_extends_the_knee_with_an_arm_between_those_of_two_models(degrees, least, most):
    assert 0.9 * least < arm(Actor.VASTI, 1, degrees) < 1.1 * most


def test_no_arm_of_the_quadriceps_rises_in_deep_flexion():
    deep = np.array([arm(Actor.VASTI, 1, d) for d in range(95, 161)])
    assert (np.diff(deep) < 0).all()
    assert arm(Actor.RECTUS_FEMORIS, 1, 120) == arm(Actor.VASTI, 1, 120)
    assert arm(Actor.VASTI, 1, 120) == pytest.approx(1000 * quadriceps_lever(np.radians(120), ORDINARY))


@pytest.mark.parametrize(
    ("actor", "joint", "sign"),
    [
        (Actor.HAMSTRINGS, 0, 1),
        (Actor.HAMSTRINGS, 1, -1),
        (Actor.ADDUCTORS, 0, 1),
        (Actor.VASTI, 1, 1),
        (Actor.RECTUS_FEMORIS, 0, -1),
        (Actor.GASTROCNEMIUS, 1, -1),
        (Actor.GASTROCNEMIUS, 2, 1),
        (Actor.SOLEUS, 2, 1),
        (Actor.ILIOPSOAS, 0, -1),
        (Actor.TIBIALIS_ANTERIOR, 2, -1),
    ],
)
def test_extension_and_plantarflexion_are_positive(actor, joint, sign):
    assert all(sign * arm(actor, joint, degrees) > 0 for degrees in (-20, 0, 30, 90, 150))


def test_the_tables_have_every_muscle_and_joint_that_is_crossed():
    crossed = {
        (("hip", "knee", "ankle").index(j), Actor[m.replace(" ", "_").upper()])
        for m, js in moment_arms.CROSSED.items()
        for j in js
    }
    assert set(TABLES.arms) == crossed
    assert (TABLES.strength > 0).all()


@pytest.mark.parametrize("row", [*read_moment_arms(), *read_strengths(), *read_contact_areas()])
def test_each_row_says_its_source_how_it_was_checked_and_how_good_it_is(row):
    assert row.source
    assert row.grade
    assert row.checked in CHECKED


@pytest.mark.parametrize("name", ["source", "grade"])
@pytest.mark.parametrize("row", [read_moment_arms()[0], read_strengths()[0], read_contact_areas()[0]])
def test_a_row_without_a_source_or_a_grade_is_refused(row, name):
    with pytest.raises(ValueError, match="source"):
        replace(row, **{name: ""})


@pytest.mark.parametrize(
    ("row", "change"),
    [
        (read_moment_arms()[0], {"arm": 4.3}),
        (read_moment_arms()[0], {"joint": "elbow"}),
        (read_strengths()[0], {"force": 1.0}),
        (read_contact_areas()[0], {"area": 260.0}),
    ],
)
def test_a_row_with_an_impossible_number_is_refused(row, change):
    with pytest.raises(ValueError, match="range"):
        replace(row, **change)


def test_a_table_with_an_unknown_muscle_is_refused():
    stranger = replace(read_strengths()[0], muscle="soleus maximus")
    with pytest.raises(KeyError):
        build_tissue_tables(read_moment_arms(), [stranger], read_contact_areas())


def test_the_table_of_arms_is_what_the_engine_says():
    pytest.importorskip("myo_sim", reason="the legs the arms are from, in the extra 'test'")
    assert (moment_arms.KNOWLEDGE / "moment_arms.csv").read_text(encoding="utf-8") == moment_arms.table()


def test_an_arm_depends_on_its_own_joint_within_the_spread_of_arms():
    pytest.importorskip("myo_sim", reason="the legs the arms are from, in the extra 'test'")
    assert max(most for *_, most in moment_arms.dependence()) < 0.004

"""Forces inside the knee, of net moments, co-contraction and the contact of thigh and calf."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from legs import MAN, TABLES, WEIGHT, hold_squat

from kneewise.conventions import Muscle, Sex
from kneewise.kinetics.knee import (
    Flexors,
    KneeForces,
    compute_knee_forces,
    compute_muscle_forces,
    meet_calf,
)
from kneewise.kinetics.kneecap import patellofemoral_ratio, quadriceps_lever, tendon_lever
from kneewise.kinetics.leg import KNEE, Actor
from kneewise.kinetics.tissue import flexors_of
from kneewise.knowledge import read_contact_areas

BENT = np.radians(np.linspace(0, 160, 321))
MEASURED = np.radians(90) >= BENT
DEEP = (np.radians(90) <= BENT) & (np.radians(128) >= BENT)
BEFORE_CALF = np.radians(128) > BENT
FIELDS = KneeForces.__slots__


def knee_at(moment, flexion=BENT, tissue=MAN, flexors=None, compression=0.0):
    moment = np.broadcast_to(moment, np.shape(flexion))
    return compute_knee_forces(
        moment, flexion, np.full_like(moment, compression), tissue, flexors or Flexors()
    )


def solve_leg(moments, angles, compression, tissue):
    """Muscles of a leg, and its knee with what of them bends it."""
    muscle = compute_muscle_forces(moments, angles, tissue)
    knee = compute_knee_forces(moments[..., 1], angles[..., 1], compression, tissue, flexors_of(muscle))
    return SimpleNamespace(muscle=muscle, knee=knee)


def test_a_quadriceps_alone_gives_moment_over_lever():
    forces = knee_at(60.0, BENT[MEASURED])
    np.testing.assert_allclose(forces.quadriceps, 60 / quadriceps_lever(BENT[MEASURED], MAN))
    np.testing.assert_allclose(forces.patellar_tendon, 60 / tendon_lever(BENT[MEASURED], MAN))
    np.testing.assert_allclose(
        forces.patellofemoral, patellofemoral_ratio(BENT[MEASURED]) * forces.quadriceps
    )


def test_a_flexor_moment_leaves_the_kneecap_free():
    forces = knee_at(-20.0, compression=300.0)
    assert (forces.patellofemoral == 0).all()
    np.testing.assert_allclose(forces.tibiofemoral, 300)


def test_the_same_moment_loads_the_kneecap_more_the_deeper_the_knee_bends():
    assert (np.diff(knee_at(50.0).patellofemoral[MEASURED]) > 0).all()


@pytest.mark.parametrize("sex", [*Sex, None])
def test_going_deeper_promises_no_relief_before_the_calf_carries(sex):
    forces = knee_at(50.0, tissue=replace(MAN, sex=sex))
    for load in (forces.patellofemoral, forces.stress):
        assert (np.diff(load[DEEP]) >= 0).all()


def test_the_shorter_lever_is_the_larger_force():
    strong, weak = (knee_at(50.0, tissue=replace(MAN, lever=z)).patellofemoral for z in (-1.0, 1.0))
    ratio = np.log(strong[BEFORE_CALF] / weak[BEFORE_CALF])
    assert ratio[0] == pytest.approx(0.2)
    assert (np.diff(ratio) >= -1e-12).all()


@pytest.mark.parametrize(("sex", "areas"), [(Sex.MALE, (260, 513, 645)), (Sex.FEMALE, (260, 334, 491))])
def test_the_contact_area_is_that_of_besier_under_weight(sex, areas):
    ordinary = replace(MAN, sex=sex, stature={Sex.MALE: 1.78, Sex.FEMALE: 1.65}[sex])
    found = ordinary.contact_area(np.radians([0, 30, 60])) * 1e6
    np.testing.assert_allclose(
        found, [1.24 * a for a in ((210, 414, 520) if sex is Sex.MALE else (210, 269, 396))], rtol=3e-3
    )
    np.testing.assert_allclose(found, areas)


@pytest.mark.parametrize("sex", [*Sex, None])
def test_the_contact_area_grows_to_60_holds_to_90_and_shrinks_to_120(sex):
    area = replace(MAN, sex=sex).contact_area(np.radians([0, 30, 60, 75, 90, 105, 120, 150]))
    assert (np.diff(area[:3]) > 0).all()
    np.testing.assert_allclose(area[2:5], area[2])
    assert area[4] > area[5] > area[6] > 0.7 * area[4]
    assert area[7] == pytest.approx(area[6])


def test_someone_of_unknown_sex_has_the_mean_area():
    one, other = (np.array([r.area for r in read_contact_areas() if r.sex is sex]) for sex in Sex)
    angles = TABLES.areas[Sex.MALE][0]
    mean = replace(MAN, sex=None, stature=(1.65 + 1.78) / 2).contact_area(angles)
    np.testing.assert_allclose(mean, (one + other) / 2)


def test_hamstrings_and_calf_are_repaid_by_the_quadriceps():
    flexors = Flexors(hamstrings=100.0, gastrocnemius=50.0)
    alone, repaying = knee_at(40.0), knee_at(40.0, flexors=flexors)
    arms = MAN.arm(KNEE, Actor.HAMSTRINGS, BENT) * -100 + MAN.arm(KNEE, Actor.GASTROCNEMIUS, BENT) * -50
    more = (repaying.quadriceps - alone.quadriceps) * quadriceps_lever(BENT, MAN)
    np.testing.assert_allclose(more, arms, atol=1e-9)
    # At 90° and 100 N of hamstrings: 3.5 to 4 N·m.
    assert 3.3 < 100 * -MAN.arm(KNEE, Actor.HAMSTRINGS, np.radians(90)) < 4.2


def test_co_contraction_goes_from_none_to_twice():
    flexors = Flexors(hamstrings=200.0)
    forces = {
        z: knee_at(40.0, tissue=replace(MAN, co_contraction=z), flexors=flexors) for z in (-2.0, 0.0, 2.0)
    }
    none, twice = knee_at(40.0), knee_at(40.0, flexors=Flexors(hamstrings=400.0))
    np.testing.assert_allclose(forces[-2.0].quadriceps, none.quadriceps)
    np.testing.assert_allclose(forces[2.0].quadriceps, twice.quadriceps)
    assert (forces[0.0].tibiofemoral[:100] > none.tibiofemoral[:100]).all()


def test_straight_hamstrings_press_the_knee_together_and_bent_ones_do_not():
    flexors = Flexors(hamstrings=100.0)
    straight, bent = (
        knee_at(0.0, np.array(np.radians(d)), flexors=flexors, compression=500.0) for d in (0.0, 90.0)
    )
    own = straight.patellar_tendon * np.cos(np.radians(20))
    assert straight.tibiofemoral == pytest.approx(600 + own, rel=0.02)
    assert bent.tibiofemoral - 500 < 1.01 * bent.patellar_tendon


def test_thigh_and_calf_do_not_touch_above_130_degrees():
    assert (meet_calf(BENT[np.radians(129.9) > BENT], MAN).force == 0).all()


@pytest.mark.parametrize(("degrees", "share"), [(140, 6.6), (150, 20.8), (160, 44.3)])
def test_the_contact_of_thigh_and_calf_is_that_of_zelle(degrees, share):
    contact = meet_calf(np.array(np.radians(degrees)), MAN)
    assert 100 * contact.force / WEIGHT == pytest.approx(share, abs=0.1)


def test_the_contact_of_thigh_and_calf_grows_without_a_jump():
    fine = np.radians(np.arange(120, 165, 0.1))
    contact = meet_calf(fine, MAN)
    for load in (contact.force, contact.moment):
        assert (np.diff(load) >= 0).all()
        assert np.abs(np.diff(load, 2)).max() < 0.02 * load.max()


def test_girth_decides_when_thigh_and_calf_touch():
    at = np.array(np.radians(142))
    thick, thin = (meet_calf(at, replace(MAN, calf_onset=z)).force for z in (-1.0, 1.0))
    ordinary = meet_calf(at + np.radians(5), MAN).force
    assert thick == pytest.approx(ordinary)
    assert thin < thick


def test_the_force_of_calf_on_thigh_differs_by_forty_percent_between_people():
    at = np.array(np.radians(150))
    strong, mean, weak = (meet_calf(at, replace(MAN, calf_force=z)).force for z in (1.0, 0.0, -1.0))
    assert strong / mean == pytest.approx(mean / weak)
    assert np.log(strong / mean) == pytest.approx(0.4)


@pytest.mark.parametrize("degrees", [140.0, 150.0, 160.0])
def test_thigh_and_calf_press_each_other_apart_and_relieve_the_joint(degrees):
    flexion = np.radians(np.array([degrees]))
    calf = meet_calf(flexion, MAN)
    forces = compute_knee_forces(calf.moment, flexion, np.array([500.0]), MAN, Flexors())
    thigh, shin = np.array([0.0, 1.0]), np.array([np.sin(np.pi - flexion[0]), np.cos(np.pi - flexion[0])])
    apart = (shin - thigh) / np.linalg.norm(shin - thigh)
    assert forces.quadriceps == 0
    assert forces.tibiofemoral == pytest.approx(500.0 - calf.force * (apart @ shin))


def test_a_calf_takes_no_more_than_the_knee_moment():
    forces = knee_at(5.0, np.radians([158.0]), compression=500.0)
    assert forces.quadriceps == 0
    whole = meet_calf(np.radians([158.0]), MAN)
    relieved = 500 - whole.force * 5 / whole.moment * np.cos(np.radians(79))
    np.testing.assert_allclose(forces.tibiofemoral, relieved)
    assert knee_at(-5.0, np.radians([158.0]), compression=500.0).tibiofemoral == 500


@given(
    moment=st.floats(-300, 500),
    degrees=st.floats(0, 160),
    compression=st.floats(-500, 2000),
    pulls=st.tuples(*[st.floats(0, 2000)] * 2),
    z=st.tuples(*[st.floats(-4, 4)] * 7),
)
def test_no_force_inside_the_knee_is_negative(moment, degrees, compression, pulls, z):
    names = ("lever", "tendon", "area", "calf_onset", "calf_force", "co_contraction", "flexor_arm")
    tissue = replace(MAN, **dict(zip(names, z, strict=True)))
    forces = compute_knee_forces(
        np.array(moment),
        np.array(np.radians(degrees)),
        np.array(compression),
        tissue,
        Flexors(hamstrings=pulls[0], gastrocnemius=pulls[1]),
    )
    for name in FIELDS:
        assert np.isfinite(getattr(forces, name))
        assert getattr(forces, name) >= 0


@given(
    moments=st.tuples(*[st.floats(-300, 400)] * 3),
    hip=st.floats(-20, 140),
    knee=st.floats(0, 160),
    ankle=st.floats(-30, 45),
)
def test_any_posture_and_any_moments_give_muscles_that_only_pull(moments, hip, knee, ankle):
    forces = solve_leg(np.array(moments), np.radians([hip, knee, ankle]), np.array(300.0), MAN)
    assert np.isfinite(forces.muscle).all()
    assert (forces.muscle >= 0).all()
    for name in FIELDS:
        assert np.isfinite(getattr(forces.knee, name))
        assert getattr(forces.knee, name) >= 0


@given(degrees=st.floats(0, 159.9), moment=st.floats(0, 300))
def test_a_hundredth_of_a_degree_changes_little(degrees, moment):
    near = np.radians([degrees, degrees + 0.01])
    forces = knee_at(moment, near, flexors=Flexors(hamstrings=300.0))
    for name in ("quadriceps", "patellofemoral", "tibiofemoral"):
        # A body weight a degree: where thigh and calf take over, force changes fast, but it does not jump.
        assert np.abs(np.diff(getattr(forces, name))) < 0.01 * WEIGHT


def test_a_larger_knee_has_smaller_forces_and_smaller_stress_still():
    small, large = knee_at(50.0), knee_at(50.0, tissue=replace(MAN, stature=1.1 * MAN.stature))
    for name, power in (("patellofemoral", 1), ("stress", 3)):
        one, other = (getattr(forces, name)[BEFORE_CALF] for forces in (small, large))
        np.testing.assert_allclose(one, 1.1**power * other)


def test_a_knee_that_is_not_seen_has_no_forces():
    forces = knee_at(50.0, np.array([np.nan, 1.0]))
    for name in FIELDS:
        assert np.isnan(getattr(forces, name)[0])
        assert np.isfinite(getattr(forces, name)[1])


def test_a_deep_squat_loads_the_knee_by_the_body_weights_of_glitsch_2022():
    # Published: 3.4 ± 0.6 body weights at the kneecap, 2.6 ± 0.4 between thigh and shin.
    for per_mass in (0.8, 0.9):
        forces = knee_at(per_mass * 75, np.array(np.radians(90)), compression=0.42 * WEIGHT)
        assert 2.8 < forces.patellofemoral / WEIGHT < 4.0
        assert 2.2 < forces.tibiofemoral / WEIGHT < 3.0


def test_a_knee_bend_presses_the_knee_as_in_the_implants_of_kutzner_2010():
    moments, angles, compression = hold_squat(np.radians(80), np.radians(30))
    forces = solve_leg(moments, angles, compression, MAN)
    assert forces.knee.tibiofemoral / WEIGHT == pytest.approx(2.53, abs=0.4)


def test_sitting_on_the_calves_unloads_the_kneecap_and_nothing_before_does():
    moments, angles, compression = hold_squat(BENT, np.minimum(0.4 * BENT, np.radians(38)))
    force = solve_leg(moments, angles, compression, MAN).knee.patellofemoral
    deepest = np.degrees(BENT[np.argmax(force)])
    assert 110 < deepest < 145
    assert force[-1] < 0.5 * force.max()


def test_knees_behind_the_toes_spare_quadriceps_and_kneecap_at_every_depth():
    """Rows 13, 14 and 15: the trunk that leans for it must not cost the knee what the moment saves."""
    knee = np.radians(np.arange(50, 121, 5))
    upright, leaned = (solve_leg(*hold_squat(knee, share * knee), MAN) for share in (0.40, 0.28))
    for name in ("quadriceps", "patellofemoral", "stress"):
        assert (getattr(leaned.knee, name) < getattr(upright.knee, name)).all()
    extra = leaned.muscle[:, Muscle.GLUTEUS_MAXIMUS] > upright.muscle[:, Muscle.GLUTEUS_MAXIMUS]
    assert extra.all()


def test_deeper_and_heavier_squats_stress_the_kneecap_more():
    knee = np.radians(np.arange(40, 126, 5))
    for burden in (0.0, 40.0, 80.0):
        stress = solve_leg(*hold_squat(knee, 0.36 * knee, burden), MAN).knee.stress
        assert (np.diff(stress) > 0).all()
    light, heavy = (solve_leg(*hold_squat(knee, 0.36 * knee, b), MAN).knee.stress for b in (0.0, 40.0))
    assert (heavy > light).all()


def test_a_squat_loads_the_kneecap_less_than_leg_extension_near_straight_and_more_when_bent():
    """Row 18: a weight on the shin of a seated leg against a squat, of the same greatest moment."""
    knee = np.radians(np.arange(5, 86))
    moments, angles, compression = hold_squat(knee, 0.38 * knee)
    squat = solve_leg(moments, angles, compression, MAN).knee.stress
    greatest = moments[:, 1].max()
    extension = knee_at(greatest * np.cos(knee), knee).stress
    crossing = np.degrees(knee[np.argmax(squat > extension)])
    assert 30 < crossing < 60
    assert (squat < extension)[knee < np.radians(crossing)].all()


def test_left_and_right_are_computed_alike():
    moments, angles, compression = hold_squat(np.radians([[80.0, 100.0]]), np.radians(30))
    both = solve_leg(moments, angles, compression, MAN)
    swapped = solve_leg(moments[:, ::-1], angles[:, ::-1], compression[:, ::-1], MAN)
    np.testing.assert_array_equal(both.knee.patellofemoral, swapped.knee.patellofemoral[:, ::-1])
    np.testing.assert_array_equal(both.muscle, swapped.muscle[:, ::-1])


def test_the_leg_of_the_mean_has_the_quadriceps_that_its_muscles_have():
    knee = np.radians(np.arange(10, 156, 5.0))
    forces = solve_leg(*hold_squat(knee, np.minimum(0.4 * knee, 0.65)), MAN)
    np.testing.assert_allclose(forces.knee.quadriceps, forces.muscle[:, Muscle.QUADRICEPS], atol=1e-6)


def test_samples_broadcast_over_frames_and_sides():
    knee = np.radians(np.linspace(5, 140, 12))[:, None] * np.ones(2)
    moments, angles, compression = hold_squat(knee, np.minimum(0.4 * knee, 0.65))
    z = np.array([-1.0, 0.0, 1.0])[:, None, None]
    many = replace(
        MAN,
        lever=z,
        tendon=-z,
        area=z,
        calf_onset=z,
        calf_force=z,
        co_contraction=z,
        flexor_arm=z,
        hip_share=z,
    )
    forces = solve_leg(moments, angles, compression, many)
    alone = solve_leg(moments, angles, compression, MAN)
    assert forces.muscle.shape == (3, 12, 2, len(Muscle))
    np.testing.assert_allclose(forces.muscle[1], alone.muscle, atol=1e-6)
    np.testing.assert_allclose(forces.knee.stress[1], alone.knee.stress, rtol=1e-6)

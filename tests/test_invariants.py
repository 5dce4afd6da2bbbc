"""What must hold for every person and every posture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import Build, Somebody, down_and_up, frame_times, move, pose_of, squatter

from kneewise.conventions import (
    BODY_CONVENTIONS,
    LEG_CONVENTIONS,
    BodyMeasure,
    Joint,
    LegMeasure,
    Unit,
    View,
)
from kneewise.events import split_repetitions
from kneewise.findings import measure_repetition
from kneewise.geometry import mirror, turn_about_vertical
from kneewise.kinematics import compute_motion
from kneewise.model import Pose

TIME = frame_times(1.0)
WAVE = np.sin(np.pi * TIME)
# Rounding: an angle near 0 or 180° is the root of a rounding error of the points.
SAME = {"abs": 1e-6, "nan_ok": True}

# Independent of where "ahead" is: angles between limbs, heights, and shares of them.
TURN_LESS_LEG = [
    LegMeasure.KNEE_FLEXION,
    LegMeasure.HIP_FLEXION,
    LegMeasure.ANKLE_DORSIFLEXION,
    LegMeasure.KNEE_INSIDE_FOOT_LINE,
    LegMeasure.HEEL_RISE,
]
LEFT_POSITIVE = [BodyMeasure.TRUNK_SIDE_LEAN, BodyMeasure.PELVIS_SHIFT]


def angles(low, high):
    return st.floats(low, high).map(np.radians)


@st.composite
def people(draw) -> Somebody:
    """Somebody who goes from one posture to another, legs unlike each other."""
    knee = np.array([draw(angles(5, 110)) for _ in range(2)])
    return move(
        TIME,
        knee=WAVE[:, None] * knee,
        shank=WAVE[:, None] * knee * draw(st.floats(0.0, 0.45)),
        trunk=WAVE * draw(angles(-10, 60)),
        side_lean=WAVE * draw(angles(-15, 15)),
        knee_out=np.broadcast_to([draw(angles(-25, 35)) for _ in range(2)], (len(TIME), 2)),
        turn_out=np.broadcast_to([draw(angles(-5, 40)) for _ in range(2)], (len(TIME), 2)),
        heel_turn=WAVE * draw(angles(0, 20)),
        shift=WAVE * draw(st.floats(-0.05, 0.05)),
        stance=draw(st.floats(0.15, 0.40)),
        build=Build().scaled(draw(st.floats(0.85, 1.2))),
    )


def pose_with(somebody, joints):
    return Pose.exact(somebody.time, joints)


def motion_with(somebody, joints, view=View.OBLIQUE):
    return compute_motion(pose_with(somebody, joints), view)


def legs(motion):
    """Measures of the legs, without the frontal line at the very knee bend up to which it is given."""
    values = motion.leg.copy()
    at_limit = np.abs(values[..., LegMeasure.KNEE_FLEXION] - np.radians(60)) < 1e-6
    values[at_limit, LegMeasure.KNEE_FRONTAL_PROJECTION] = np.nan
    return values


@settings(max_examples=40, deadline=None)
@given(somebody=people(), turn=angles(-180, 180))
def test_turning_the_room_changes_no_joint_angle(somebody, turn):
    before = motion_with(somebody, somebody.joints)
    after = motion_with(somebody, turn_about_vertical(somebody.joints, turn))
    assert legs(after)[..., TURN_LESS_LEG] == pytest.approx(legs(before)[..., TURN_LESS_LEG], **SAME)


@settings(max_examples=20, deadline=None)
@given(somebody=people(), turn=angles(-180, 180))
def test_turning_the_room_changes_no_depth(somebody, turn):
    before = motion_with(somebody, somebody.joints)
    after = motion_with(somebody, turn_about_vertical(somebody.joints, turn))
    assert after.body[:, BodyMeasure.DEPTH] == pytest.approx(before.body[:, BodyMeasure.DEPTH], **SAME)


@settings(max_examples=40, deadline=None)
@given(somebody=people(), shift=st.tuples(*[st.floats(-5, 5)] * 3))
def test_shifting_the_room_changes_no_measure_of_the_legs(somebody, shift):
    before = motion_with(somebody, somebody.joints)
    after = motion_with(somebody, somebody.joints + shift)
    assert legs(after) == pytest.approx(legs(before), **SAME)


@settings(max_examples=20, deadline=None)
@given(somebody=people(), shift=st.tuples(*[st.floats(-5, 5)] * 3))
def test_shifting_the_room_changes_no_measure_of_the_body(somebody, shift):
    before = motion_with(somebody, somebody.joints)
    after = motion_with(somebody, somebody.joints + shift)
    assert after.body == pytest.approx(before.body, **SAME)


@settings(max_examples=40, deadline=None)
@given(somebody=people())
def test_the_mirror_person_has_the_measures_of_the_legs_exchanged(somebody):
    before = motion_with(somebody, somebody.joints)
    after = motion_with(somebody, mirror(somebody.joints))
    assert legs(after) == pytest.approx(legs(before)[:, ::-1], **SAME)


@settings(max_examples=20, deadline=None)
@given(somebody=people())
def test_the_mirror_person_leans_and_shifts_to_the_other_side(somebody):
    before = motion_with(somebody, somebody.joints)
    after = motion_with(somebody, mirror(somebody.joints))
    sign = np.where([measure in LEFT_POSITIVE for measure in BodyMeasure], -1, 1)
    assert after.body == pytest.approx(sign * before.body, **SAME)


@settings(max_examples=30, deadline=None)
@given(somebody=people(), factor=st.floats(0.5, 2.0))
def test_a_larger_person_has_the_same_angles_and_larger_distances(somebody, factor):
    before = motion_with(somebody, somebody.joints)
    after = motion_with(somebody, factor * somebody.joints)
    grows = np.array([c.unit is Unit.CENTIMETRE for c in LEG_CONVENTIONS.values()])
    assert legs(after) == pytest.approx(np.where(grows, factor, 1) * legs(before), **SAME)


@settings(max_examples=20, deadline=None)
@given(somebody=people(), factor=st.floats(0.9, 1.5))
def test_a_larger_person_has_the_same_measures_of_the_body(somebody, factor):
    # From 0.9 on, because ankles less than 5 cm apart have no share of their distance.
    assert not any(c.unit is Unit.CENTIMETRE for c in BODY_CONVENTIONS.values())
    before = motion_with(somebody, somebody.joints)
    after = motion_with(somebody, factor * somebody.joints)
    assert after.body == pytest.approx(before.body, **SAME)


@settings(max_examples=20, deadline=None)
@given(somebody=people())
def test_a_film_run_backwards_has_its_curves_reversed(somebody):
    before = motion_with(somebody, somebody.joints)
    after = motion_with(somebody, somebody.joints[::-1])
    assert legs(after) == pytest.approx(legs(before)[::-1], **SAME)


@settings(max_examples=20, deadline=None)
@given(somebody=people())
def test_raising_one_shoulder_changes_nothing_below_the_hips(somebody):
    joints = somebody.joints.copy()
    joints[:, 0, Joint.SHOULDER, 2] += 0.1
    below = [m for m in LegMeasure if m is not LegMeasure.HIP_FLEXION]
    before, after = motion_with(somebody, somebody.joints), motion_with(somebody, joints)
    assert np.array_equal(legs(after)[..., below], legs(before)[..., below], equal_nan=True)


def two_squats(time):
    return squatter(time, down_and_up(time, 1.0) + down_and_up(time, 4.0), deepest_knee=np.radians(105))


def peaks(time):
    motion = compute_motion(pose_of(two_squats(time)), View.SIDE)
    return [
        value.value
        for repetition in split_repetitions(motion)
        for value in measure_repetition(motion, repetition)
        if value.measure == "knee_flexion" and value.at == "peak"
    ]


@pytest.mark.parametrize("rate", [24, 25, 29.97, 50, 60, 120])
def test_another_frame_rate_moves_the_peak_by_less_than_its_curvature_allows(rate):
    # Least jerk over 1.1 s brings at most 5.8 · 105° / 1.1² = 503°/s² at the bottom; between two frames a
    # parabola of that curvature hides at most one eighth of it times the step squared.
    hidden = np.radians(503) / (8 * rate**2)
    assert np.radians(105) - np.array(peaks(frame_times(8, rate))) == pytest.approx(np.zeros(4), abs=hidden)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_uneven_time_stamps_move_the_peak_by_less_than_its_curvature_allows(seed):
    time = np.cumsum(np.random.default_rng(seed).uniform(0.02, 0.05, 230))
    hidden = np.radians(503) * 0.05**2 / 8
    assert np.radians(105) - np.array(peaks(time)) == pytest.approx(np.zeros(4), abs=hidden)


@settings(max_examples=15, deadline=None)
@given(start=st.floats(-100, 1000))
def test_a_film_whose_clock_starts_elsewhere_has_the_same_repetitions(start):
    motion = compute_motion(pose_of(two_squats(frame_times(8))), View.SIDE)
    joints = two_squats(frame_times(8)).joints
    later = compute_motion(Pose.exact(frame_times(8) + start, joints), View.SIDE)
    # One frame: a time stamp rounded the other way may move an edge to its neighbour.
    before, after = ([r.bottom for r in split_repetitions(m)] for m in (motion, later))
    assert np.array(after) - start == pytest.approx(np.array(before), abs=0.034)


@settings(max_examples=25, deadline=None)
@given(
    deepest=st.floats(60, 125),
    down=st.floats(0.5, 4),
    up=st.floats(0.5, 4),
    hold=st.floats(0, 3),
    rest=st.floats(0.3, 2),
)
def test_every_repetition_starts_before_its_bottom_and_ends_before_the_next(deepest, down, up, hold, rest):
    length = down + hold + up + rest
    time = frame_times(0.8 + 3 * length)
    course = sum(down_and_up(time, 0.8 + i * length, down=down, hold=hold, up=up) for i in range(3))
    somebody = squatter(time, course, deepest_knee=np.radians(deepest))
    found = split_repetitions(compute_motion(pose_of(somebody), View.SIDE))
    order = np.array([[r.start, r.bottom, r.end] for r in found]).ravel()
    assert (np.diff(order) >= 0).all()
    assert len(order) == 9

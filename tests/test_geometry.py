import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kneewise.conventions import Joint, Side
from kneewise.geometry import angle_between, inclination, mirror, side_inclination, turn_about_vertical

ANGLES = st.floats(-math.pi, math.pi)
LENGTHS = st.floats(0.01, 100.0)
VECTORS = arrays(float, 3, elements=st.floats(-10, 10)).filter(lambda v: np.linalg.norm(v) > 0.1)
JOINTS = arrays(float, (len(Side), len(Joint), 3), elements=st.floats(-10, 10))


@given(angle=st.floats(0, math.pi), one=LENGTHS, other=LENGTHS)
def test_the_angle_between_two_vectors_is_the_one_they_were_drawn_with(angle, one, other):
    drawn = other * np.array([math.cos(angle), math.sin(angle), 0])
    assert angle_between(np.array([one, 0, 0]), drawn) == pytest.approx(angle, abs=1e-12)


def test_a_tiny_angle_is_not_lost_to_rounding():
    # The arccosine of a scalar product would give 0 here, because cos(1e-9) rounds to 1.
    tiny = 1e-9
    assert angle_between(np.array([1.0, 0, 0]), np.array([1.0, tiny, 0])) == pytest.approx(tiny, rel=1e-6)


@given(one=VECTORS, other=VECTORS)
def test_the_angle_between_does_not_ask_who_came_first(one, other):
    assert angle_between(one, other) == pytest.approx(angle_between(other, one), abs=1e-12)


@given(one=VECTORS, other=VECTORS, turn=ANGLES)
def test_turning_both_vectors_keeps_the_angle_between_them(one, other, turn):
    turned = angle_between(turn_about_vertical(one, turn), turn_about_vertical(other, turn))
    assert turned == pytest.approx(angle_between(one, other), abs=1e-7)


@given(angle=ANGLES, length=LENGTHS, sideways=st.floats(-5, 5))
def test_inclination_sees_only_the_sagittal_plane(angle, length, sideways):
    line = np.array([length * math.sin(angle), sideways, length * math.cos(angle)])
    assert inclination(line) == pytest.approx(angle, abs=1e-9)


@given(angle=ANGLES, length=LENGTHS, ahead=st.floats(-5, 5))
def test_side_inclination_sees_only_the_frontal_plane(angle, length, ahead):
    line = np.array([ahead, length * math.sin(angle), length * math.cos(angle)])
    assert side_inclination(line) == pytest.approx(angle, abs=1e-9)


def test_a_quarter_turn_takes_forward_to_left():
    turned = turn_about_vertical(np.array([1.0, 0, 0.5]), math.pi / 2)
    assert turned == pytest.approx([0, 1, 0.5])


@given(point=VECTORS, one=ANGLES, other=ANGLES)
def test_two_turns_are_one_turn_by_their_sum(point, one, other):
    twice = turn_about_vertical(turn_about_vertical(point, one), other)
    assert twice == pytest.approx(turn_about_vertical(point, one + other), abs=1e-9)


@given(point=VECTORS, turn=ANGLES)
def test_a_turn_changes_no_length(point, turn):
    turned = turn_about_vertical(point, turn)
    assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(point))


@given(joints=JOINTS)
def test_mirroring_twice_changes_nothing(joints):
    assert np.array_equal(mirror(mirror(joints)), joints)


@given(joints=JOINTS)
def test_the_mirror_person_has_the_right_foot_where_the_left_one_was(joints):
    right = mirror(joints)[Side.RIGHT, Joint.TOE]
    assert np.array_equal(right, joints[Side.LEFT, Joint.TOE] * [1, -1, 1])


@given(joints=JOINTS)
def test_mirroring_keeps_every_distance(joints):
    def distances(points):
        flat = points.reshape(-1, 3)
        return np.sort(np.linalg.norm(flat[:, None] - flat[None], axis=-1), axis=None)

    assert distances(mirror(joints)) == pytest.approx(distances(joints))

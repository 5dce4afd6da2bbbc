"""The sign table, made executable: each pure movement, left and right, and the measure that must answer."""

import itertools
import math

import numpy as np
import pytest
from people import Build, frame_times, move, pose_of

from kneewise.conventions import (
    BODY_CONVENTIONS,
    DISPLAY_FACTOR,
    LEG_CONVENTIONS,
    PLANES_SHOWN,
    Band,
    BodyMeasure,
    LegMeasure,
    Outline,
    Plane,
    Side,
    Unit,
    View,
)
from kneewise.kinematics import compute_motion
from kneewise.model import Pose

# Shoulders over hips and a level sole, so that standing straight is zero in every angle.
PLAIN = Build(shoulder_width=Build().hip_width, heel_height=0.02, toe_height=0.02)
TIME = frame_times(2)
LATE = (TIME >= 1.0).astype(float)
"""Standing in the first second, the movement held in the second one."""
L, B = LegMeasure, BodyMeasure
DEG = math.pi / 180


def motion_of(**posture):
    return compute_motion(pose_of(move(TIME, build=PLAIN, **posture)), View.OBLIQUE)


def on_one_side(value, side):
    curve = np.zeros((len(TIME), 2))
    curve[:, side] = value * LATE
    return curve


HEEL_LEVER = PLAIN.heel_back + PLAIN.ball_share * PLAIN.toe_ahead
TURNED_HEEL = HEEL_LEVER * math.sin(15 * DEG) + PLAIN.heel_height * (math.cos(15 * DEG) - 1)
KNEE_OUT_60 = (
    PLAIN.thigh
    * PLAIN.shank
    * math.sin(60 * DEG)
    / math.sqrt(PLAIN.thigh**2 + PLAIN.shank**2 + 2 * PLAIN.thigh * PLAIN.shank * math.cos(60 * DEG))
)
"""Distance of the knee from the line hip–ankle at 60° of bend: twice the triangle's area over its base."""

PURE_LEG_MOVEMENTS = [
    (L.KNEE_FLEXION, {"knee": 60 * DEG, "shank": 25 * DEG}, 60 * DEG),
    (L.ANKLE_DORSIFLEXION, {"knee": 20 * DEG, "shank": 20 * DEG}, 20 * DEG),
    (L.THIGH_INCLINATION, {"knee": 90 * DEG, "shank": 20 * DEG}, 70 * DEG),
    (L.SHANK_INCLINATION, {"knee": 25 * DEG, "shank": 25 * DEG}, 25 * DEG),
    (L.FOOT_TURN_OUT, {"turn_out": 20 * DEG}, 20 * DEG),
    (L.KNEE_AHEAD_OF_ANKLE, {"knee": 25 * DEG, "shank": 25 * DEG}, PLAIN.shank * math.sin(25 * DEG)),
    (
        L.KNEE_AHEAD_OF_TOES,
        {"knee": 40 * DEG, "shank": 40 * DEG},
        PLAIN.shank * math.sin(40 * DEG) - PLAIN.toe_ahead,
    ),
    (
        L.KNEE_INSIDE_FOOT_LINE,
        {"knee": 60 * DEG, "shank": 25 * DEG, "knee_out": -20 * DEG},
        KNEE_OUT_60 * math.sin(20 * DEG),
    ),
    (L.HEEL_RISE, {"heel_turn": 15 * DEG}, TURNED_HEEL),
]


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("measure", "posture", "expected"), PURE_LEG_MOVEMENTS, ids=lambda v: getattr(v, "name", None)
)
def test_a_pure_movement_of_one_leg_shows_with_its_size_and_sign(measure, posture, expected, side):
    motion = motion_of(**{name: on_one_side(value, side) for name, value in posture.items()})
    # A pelvis with one bent leg moves the hips by nothing sideways, so closed forms hold to rounding.
    assert motion.leg[-1, side, measure] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("measure", "posture"),
    [(m, p) for m, p, _ in PURE_LEG_MOVEMENTS],
    ids=lambda v: getattr(v, "name", None),
)
def test_a_pure_movement_of_one_leg_leaves_the_other_leg_as_it_stood(measure, posture, side):
    motion = motion_of(**{name: on_one_side(value, side) for name, value in posture.items()})
    other = motion.leg[:, 1 - side, measure]
    assert other == pytest.approx(np.full(len(TIME), other[0]), abs=1e-9)


@pytest.mark.parametrize("side", Side)
def test_a_bowing_in_knee_is_positive_from_the_front(side):
    motion = motion_of(
        knee=on_one_side(40 * DEG, side),
        shank=on_one_side(20 * DEG, side),
        knee_out=on_one_side(-20 * DEG, side),
    )
    assert motion.leg[-1, side, L.KNEE_FRONTAL_PROJECTION] > 5 * DEG


@pytest.mark.parametrize("side", Side)
def test_a_bowing_out_knee_is_negative_from_the_front(side):
    motion = motion_of(
        knee=on_one_side(40 * DEG, side),
        shank=on_one_side(20 * DEG, side),
        knee_out=on_one_side(20 * DEG, side),
    )
    assert motion.leg[-1, side, L.KNEE_FRONTAL_PROJECTION] < -5 * DEG


@pytest.mark.parametrize("side", Side)
def test_the_knee_line_from_the_front_is_the_turn_from_thigh_to_shank(side):
    # Thigh and shank each seen 10° off the vertical, knee inwards: the turn is 20°.
    joints = move(TIME, build=PLAIN).joints.copy()
    knee = joints[:, side, 2]
    lever = math.tan(10 * DEG)
    knee[:, 1] -= side.outward * lever * (knee[:, 2] - joints[:, side, 3, 2])
    joints[:, side, 1, 2] = knee[:, 2] + (joints[:, side, 3, 2] - knee[:, 2]) * -1
    pose = Pose.exact(TIME, joints)
    motion = compute_motion(pose, View.FRONT)
    assert motion.leg[0, side, L.KNEE_FRONTAL_PROJECTION] == pytest.approx(20 * DEG, abs=1e-9)


@pytest.mark.parametrize("lean", [10, 40, 80])
def test_a_forward_trunk_over_straight_legs_bends_the_hips_by_as_much(lean):
    motion = motion_of(trunk=lean * DEG)
    assert motion.leg[-1, :, L.HIP_FLEXION] == pytest.approx([lean * DEG] * 2, abs=1e-9)


PURE_BODY_MOVEMENTS = [
    (B.TRUNK_INCLINATION, {"trunk": 30 * DEG}, 30 * DEG),
    (B.TRUNK_SIDE_LEAN, {"side_lean": 12 * DEG}, 12 * DEG),
    (
        B.DEPTH,
        {"knee": 90 * DEG, "shank": 30 * DEG},
        1 - (PLAIN.shank * math.cos(30 * DEG) + PLAIN.thigh * math.cos(60 * DEG)) / PLAIN.leg,
    ),
    (
        B.KNEE_ANKLE_SEPARATION,
        {"knee": 60 * DEG, "shank": 25 * DEG, "knee_out": 20 * DEG},
        1 + 2 * KNEE_OUT_60 * math.sin(20 * DEG) / PLAIN.hip_width,
    ),
    (B.PELVIS_SHIFT, {"shift": 0.03}, 0.03 / PLAIN.hip_width),
]


@pytest.mark.parametrize(
    ("measure", "posture", "expected"), PURE_BODY_MOVEMENTS, ids=lambda v: getattr(v, "name", None)
)
def test_a_pure_movement_of_the_body_shows_with_its_size_and_sign(measure, posture, expected):
    assert motion_of(**posture).body[-1, measure] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("measure", [m for m in LegMeasure if m is not L.KNEE_AHEAD_OF_TOES])
def test_standing_straight_is_zero_in_every_measure_of_the_legs(measure):
    expected = [0.0, 0.0]
    assert motion_of().leg[0, :, measure] == pytest.approx(expected, abs=1e-6)


def test_standing_straight_has_the_knees_a_foot_behind_the_toes():
    assert motion_of().leg[0, :, L.KNEE_AHEAD_OF_TOES] == pytest.approx([-PLAIN.toe_ahead] * 2, abs=1e-9)


@pytest.mark.parametrize("measure", LegMeasure)
def test_every_measure_of_the_legs_has_a_convention(measure):
    assert LEG_CONVENTIONS[measure].label


@pytest.mark.parametrize("measure", BodyMeasure)
def test_every_measure_of_the_body_has_a_convention(measure):
    assert BODY_CONVENTIONS[measure].label


@pytest.mark.parametrize("table", [LEG_CONVENTIONS, BODY_CONVENTIONS], ids=["leg", "body"])
def test_conventions_stand_in_the_order_of_their_index(table):
    assert [int(measure) for measure in table] == list(range(len(table)))


@pytest.mark.parametrize(
    "convention", [*LEG_CONVENTIONS.values(), *BODY_CONVENTIONS.values()], ids=lambda c: c.label
)
def test_every_convention_says_what_positive_means(convention):
    assert convention.positive
    assert convention.meaning


@pytest.mark.parametrize(
    "convention", [*LEG_CONVENTIONS.values(), *BODY_CONVENTIONS.values()], ids=lambda c: c.label
)
def test_every_convention_has_an_error_beyond_which_it_is_not_reported(convention):
    assert convention.worst_sd > 0


def test_no_two_measures_have_the_same_label():
    labels = [c.label for c in [*LEG_CONVENTIONS.values(), *BODY_CONVENTIONS.values()]]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("unit", "shown"), [(Unit.DEGREE, 180.0), (Unit.CENTIMETRE, 100 * math.pi), (Unit.PERCENT, 100 * math.pi)]
)
def test_a_half_turn_a_metre_and_a_whole_show_in_their_display_unit(unit, shown):
    assert math.pi * DISPLAY_FACTOR[unit] == pytest.approx(shown)


@pytest.mark.parametrize("view", View)
def test_every_view_says_which_planes_it_shows(view):
    assert view in PLANES_SHOWN


def test_a_view_that_shows_any_plane_shows_what_every_view_shows():
    assert all(Plane.ANY in planes for planes in PLANES_SHOWN.values() if planes)


@pytest.mark.parametrize("side", Side)
def test_outward_points_away_from_the_other_side(side):
    joints = move(TIME).joints
    assert np.sign(joints[0, side, 3, 1]) == side.outward


def test_the_outline_is_what_repetitions_are_found_by():
    assert [measure.name for measure in Outline] == ["DEPTH", "KNEE_BEND", "TRUNK_LEAN", "BALANCE"]


@pytest.mark.parametrize(
    ("less", "more"),
    [*itertools.combinations(["not looked at", "unlikely", "possible", "likely", "strong"], 2)],
)
def test_bands_are_ordered_by_belief_and_not_by_letter(less, more):
    assert Band(less) < Band(more)
    assert Band(less) <= Band(more)
    assert Band(more) > Band(less)
    assert Band(more) >= Band(less)
    assert not Band(more) <= Band(less)
    assert max(Band(less), Band(more)) is Band(more)


@pytest.mark.parametrize("band", Band)
def test_a_band_is_no_more_and_no_less_than_itself(band):
    assert band >= band.value
    assert band <= band.value
    assert not band > band.value
    assert not band < band.value

import math
from dataclasses import replace

import numpy as np
import pytest
from people import Build, frame_times, move, pose_of, squatter

from kneewise.conventions import (
    BODY_CONVENTIONS,
    LEG_CONVENTIONS,
    BodyMeasure,
    Joint,
    LegMeasure,
    Outline,
    Plane,
    View,
)
from kneewise.kinematics import compute_motion, unmeasured_measures
from kneewise.model import Pose

DEG = math.pi / 180
TIME = frame_times(2)
L, B = LegMeasure, BodyMeasure
SHOWN = {
    View.FRONT: {Plane.FRONTAL, Plane.HORIZONTAL, Plane.ANY},
    View.REAR: {Plane.FRONTAL, Plane.HORIZONTAL, Plane.ANY},
    View.SIDE: {Plane.SAGITTAL, Plane.ANY},
    View.OBLIQUE: {Plane.SAGITTAL, Plane.FRONTAL, Plane.HORIZONTAL, Plane.ANY},
    View.REAR_OBLIQUE: {Plane.SAGITTAL, Plane.FRONTAL, Plane.HORIZONTAL, Plane.ANY},
    View.SPACE: set(Plane),
    View.UNKNOWN: set(),
}


def motion_of(somebody, view=View.OBLIQUE):
    return compute_motion(pose_of(somebody), view)


def pose_from(draws):
    draws = np.asarray(draws)
    return Pose(time=TIME, joints=draws[0], joints_sd=np.zeros_like(draws[0]), draws=draws)


@pytest.mark.parametrize("bend", range(0, 131, 10))
@pytest.mark.parametrize("knee_out", [-15, 0, 25])
def test_the_knee_bends_by_the_angle_it_was_built_with(bend, knee_out):
    motion = motion_of(
        move(TIME, knee=bend * DEG, shank=0.3 * bend * DEG, knee_out=knee_out * DEG, stance=0.3)
    )
    # Near a straight leg the angle is the root of a rounding error in the knee's place, 1e-8.
    assert motion.leg[..., L.KNEE_FLEXION] == pytest.approx(np.full((len(TIME), 2), bend * DEG), abs=1e-6)


@pytest.mark.parametrize("shank", [-5, 0, 20, 40])
def test_a_level_thigh_is_ninety_degrees(shank):
    motion = motion_of(move(TIME, knee=(90 + shank) * DEG, shank=shank * DEG))
    assert motion.leg[..., L.THIGH_INCLINATION] == pytest.approx(
        np.full((len(TIME), 2), math.pi / 2), abs=1e-9
    )


def test_hips_below_the_knees_are_more_than_a_level_thigh():
    motion = motion_of(move(TIME, knee=125 * DEG, shank=25 * DEG))
    assert motion.leg[0, 0, L.THIGH_INCLINATION] == pytest.approx(100 * DEG, abs=1e-9)


def test_knee_bend_is_shank_plus_thigh_where_the_leg_is_upright():
    motion = motion_of(squatter(TIME, np.linspace(0, 1, len(TIME))))
    both = motion.leg[..., L.SHANK_INCLINATION] + motion.leg[..., L.THIGH_INCLINATION]
    assert both == pytest.approx(motion.leg[..., L.KNEE_FLEXION], abs=1e-6)


def test_hip_bend_is_trunk_plus_thigh_where_shoulders_are_as_wide_as_hips():
    build = Build(shoulder_width=Build().hip_width)
    motion = motion_of(squatter(TIME, np.linspace(0.1, 1, len(TIME)), build=build))
    both = motion.body[:, None, B.TRUNK_INCLINATION] + motion.leg[..., L.THIGH_INCLINATION]
    assert both == pytest.approx(motion.leg[..., L.HIP_FLEXION], abs=1e-6)


@pytest.mark.parametrize("ratio", [0.7, 1.0, 1.3])
def test_knees_against_ankles_is_the_ratio_of_their_distances(ratio):
    joints = move(TIME).joints.copy()
    joints[:, :, Joint.KNEE, 1] = ratio * joints[:, :, Joint.ANKLE, 1]
    motion = compute_motion(pose_from([joints, joints]), View.FRONT)
    assert motion.body[:, B.KNEE_ANKLE_SEPARATION] == pytest.approx(np.full(len(TIME), ratio), abs=1e-9)


@pytest.mark.parametrize("turn_out", [-10, 0, 15, 45])
def test_feet_turn_out_by_the_angle_they_were_planted_with(turn_out):
    motion = motion_of(move(TIME, turn_out=turn_out * DEG, stance=0.4))
    assert motion.leg[..., L.FOOT_TURN_OUT] == pytest.approx(
        np.full((len(TIME), 2), turn_out * DEG), abs=1e-9
    )


def test_a_heel_that_rises_in_half_of_the_film_is_measured_from_the_floor():
    build = Build()
    motion = motion_of(move(TIME, heel_turn=20 * DEG * (TIME >= 1), build=build))
    lever = build.ball_share * build.toe_ahead + build.heel_back
    rise = lever * math.sin(20 * DEG) + build.heel_height * (math.cos(20 * DEG) - 1)
    assert motion.leg[-1, :, L.HEEL_RISE] == pytest.approx([rise, rise], abs=1e-9)


def test_a_single_frame_below_the_floor_lifts_no_heel():
    joints = move(TIME).joints.copy()
    joints[7, :, Joint.HEEL, 2] -= 0.05
    motion = compute_motion(pose_from([joints, joints]), View.SIDE)
    assert motion.leg[20, :, L.HEEL_RISE] == pytest.approx([0, 0], abs=1e-9)


def test_the_frontal_knee_line_ends_at_sixty_degrees_of_bend():
    motion = motion_of(squatter(TIME, np.linspace(0, 1, len(TIME)), knee_out=-10 * DEG), View.FRONT)
    deep = np.asarray(pose_bend(squatter(TIME, np.linspace(0, 1, len(TIME)), knee_out=-10 * DEG)) > 60 * DEG)
    assert np.array_equal(np.isnan(motion.leg[..., L.KNEE_FRONTAL_PROJECTION]), deep)


def pose_bend(somebody):
    """Knee bend by the law of cosines, from the distance of hip and ankle."""
    joints, build = somebody.joints, somebody.build
    reach = np.linalg.norm(joints[:, :, Joint.HIP] - joints[:, :, Joint.ANKLE], axis=-1)
    cosine = (reach**2 - build.thigh**2 - build.shank**2) / (2 * build.thigh * build.shank)
    return np.arccos(np.clip(cosine, -1, 1))


def test_standing_straight_has_no_depth(standing):
    # Rounding of a straight leg's length alone.
    assert motion_of(standing).body[:, B.DEPTH] == pytest.approx(np.zeros(len(standing.time)), abs=1e-9)


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("measure", LegMeasure)
def test_a_view_hides_the_leg_measures_of_planes_it_cannot_show(view, measure):
    motion = motion_of(move(TIME, knee=30 * DEG, shank=10 * DEG), view)
    shown = LEG_CONVENTIONS[measure].plane in SHOWN[view]
    assert np.isfinite(motion.leg[..., measure]).all() == shown


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("measure", BodyMeasure)
def test_a_view_hides_the_body_measures_of_planes_it_cannot_show(view, measure):
    motion = motion_of(move(TIME, knee=30 * DEG, shank=10 * DEG), view)
    shown = BODY_CONVENTIONS[measure].plane in SHOWN[view]
    assert np.isfinite(motion.body[..., measure]).all() == shown


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("name", ["leg_sd", "leg_draws", "body_sd", "body_draws"])
def test_what_is_hidden_is_hidden_in_its_error_and_draws_too(view, name):
    motion = motion_of(move(TIME, knee=30 * DEG, shank=10 * DEG), view)
    values = motion.leg if name.startswith("leg") else motion.body
    assert np.array_equal(
        np.isnan(getattr(motion, name)), np.broadcast_to(np.isnan(values), getattr(motion, name).shape)
    )


@pytest.mark.parametrize("view", View)
def test_the_outline_is_never_hidden_by_the_view(view):
    assert np.isfinite(motion_of(move(TIME, knee=30 * DEG), view).outline).all()


@pytest.mark.parametrize("view", View)
def test_what_is_hidden_is_named_as_unmeasured_and_nothing_else(view):
    motion = motion_of(move(TIME, knee=30 * DEG, shank=10 * DEG), view)
    tables = {**LEG_CONVENTIONS, **{(m, "body"): c for m, c in BODY_CONVENTIONS.items()}}
    hidden = {
        (key.name if isinstance(key, LegMeasure) else key[0].name).lower()
        for key, convention in tables.items()
        if convention.plane not in SHOWN[view]
    }
    assert {one.what for one in unmeasured_measures(motion, view)} == hidden


@pytest.mark.parametrize(("view", "what", "remedy"), [
    (View.FRONT, "knee_flexion", "side"),
    (View.REAR, "trunk_inclination", "side"),
    (View.SIDE, "pelvis_shift", "front"),
    (View.SIDE, "foot_turn_out", "front"),
    (View.UNKNOWN, "heel_rise", "feet included"),
])  # fmt: skip
def test_an_unmeasured_measure_says_where_to_film_from(view, what, remedy):
    motion = motion_of(move(TIME, knee=30 * DEG), view)
    named = {one.what: one for one in unmeasured_measures(motion, view)}
    assert remedy in named[what].remedy


def test_an_unmeasured_measure_says_from_where_the_film_was_taken():
    motion = motion_of(move(TIME, knee=30 * DEG), View.FRONT)
    named = {one.what: one for one in unmeasured_measures(motion, View.FRONT)}
    assert "front" in named["knee_flexion"].because


def test_the_error_of_a_measure_is_the_spread_of_its_draws():
    extra = np.array([-4, -1, 0, 2, 3, 6]) * DEG
    draws = [move(TIME, knee=60 * DEG + more, shank=20 * DEG).joints for more in extra]
    motion = compute_motion(pose_from(draws), View.SIDE)
    expected = np.std(extra, ddof=1)
    assert motion.leg_sd[..., L.KNEE_FLEXION] == pytest.approx(np.full((len(TIME), 2), expected), abs=1e-9)


def test_the_error_of_a_body_measure_is_the_spread_of_its_draws():
    leans = np.array([10, 14, 11, 19]) * DEG
    draws = [move(TIME, trunk=lean).joints for lean in leans]
    motion = compute_motion(pose_from(draws), View.SIDE)
    expected = np.std(leans, ddof=1)
    assert motion.body_sd[:, B.TRUNK_INCLINATION] == pytest.approx(np.full(len(TIME), expected), abs=1e-9)


def unsure_pose():
    """Knee bends ± 20° unsure, which is more than the convention allows; shanks are sure."""
    draws = [move(TIME, knee=60 * DEG + more * DEG, shank=20 * DEG).joints for more in (0, -20, 20, 0)]
    return pose_from(draws)


def test_a_measure_less_sure_than_its_convention_allows_is_hidden():
    assert np.isnan(compute_motion(unsure_pose(), View.SIDE).leg[..., L.KNEE_FLEXION]).all()


def test_a_sure_measure_beside_an_unsure_one_is_shown():
    assert np.isfinite(compute_motion(unsure_pose(), View.SIDE).leg[..., L.SHANK_INCLINATION]).all()


def test_a_measure_hidden_for_its_error_says_so():
    named = {
        one.what: one for one in unmeasured_measures(compute_motion(unsure_pose(), View.SIDE), View.SIDE)
    }
    assert "error" in named["knee_flexion"].because


@pytest.fixture
def with_a_gap(squatting):
    seen = (squatting.time < 3.4) | (squatting.time > 4.0)
    return seen, pose_of(squatting).where(seen)


def test_frames_without_a_pose_have_no_measure(with_a_gap):
    seen, pose = with_a_gap
    motion = compute_motion(pose, View.SIDE)
    assert np.array_equal(np.isfinite(motion.leg[:, 0, L.KNEE_FLEXION]), seen)


def test_a_gap_changes_nothing_beside_it(with_a_gap, squatting):
    seen, pose = with_a_gap
    whole = motion_of(squatting, View.SIDE)
    assert compute_motion(pose, View.SIDE).leg[seen] == pytest.approx(whole.leg[seen], nan_ok=True, abs=1e-12)


def test_where_no_pose_was_measured_nothing_is():
    motion = compute_motion(Pose.empty(TIME), View.UNKNOWN)
    assert np.isnan(motion.leg).all()
    assert np.isnan(motion.body).all()


def test_where_nobody_stood_every_measure_is_unmeasured():
    motion = compute_motion(Pose.empty(TIME), View.UNKNOWN)
    assert len(unmeasured_measures(motion, View.UNKNOWN)) == len(LegMeasure) + len(BodyMeasure)


@pytest.mark.parametrize("measure", [B.KNEE_ANKLE_SEPARATION, B.PELVIS_SHIFT])
def test_feet_together_give_no_share_of_their_distance(measure):
    build = replace(Build(), hip_width=0.04)
    assert np.isnan(motion_of(move(TIME, build=build, stance=0.04), View.FRONT).body[:, measure]).all()


def test_feet_together_are_not_called_an_error_of_the_film():
    build = replace(Build(), hip_width=0.04)
    motion = motion_of(move(TIME, build=build, stance=0.04), View.FRONT)
    named = {one.what: one for one in unmeasured_measures(motion, View.FRONT)}
    assert "error in this film" not in named["knee_ankle_separation"].because


def test_balance_is_zero_over_the_heels_and_one_over_the_toes(standing):
    # Standing straight the whole body is over the ankle: 4.5 of 24 cm ahead of the heel, the feet's own
    # centre a little further.
    balance = motion_of(standing).outline[0, Outline.BALANCE]
    assert balance == pytest.approx(0.045 / 0.240, abs=0.01)


def test_the_arrays_of_a_motion_cannot_be_written(squatting):
    with pytest.raises(ValueError, match="read-only"):
        motion_of(squatting).leg[0] = 0

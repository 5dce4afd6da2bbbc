import math

import numpy as np
import pytest
from people import (
    SIX_PERCENT,
    down_and_up,
    frame_times,
    move,
    pose_of,
    ramp,
    sitter,
    squatter,
    squatter_by_depth,
)
from scipy.ndimage import gaussian_filter1d

from kneewise.conventions import Joint, LegMeasure, Task, View
from kneewise.events import on_the_feet, split_repetitions
from kneewise.kinematics import compute_motion
from kneewise.model import Pose

DEG = math.pi / 180
STARTS = (1.0, 4.2, 7.1)
DOWN, UP = 1.2, 1.1
# Where a careful eye sets the edges differs by this much, and the module promises no more.
PROMISED = 0.1


def motion_of(somebody, view=View.OBLIQUE):
    return compute_motion(pose_of(somebody), view)


def found_in(somebody):
    return split_repetitions(motion_of(somebody))


def three_squats(time, **extra):
    return squatter_by_depth(time, sum(down_and_up(time, s, down=DOWN, up=UP) for s in STARTS), **extra)


def true_edges():
    """Start, bottom and end of the three squats: an edge is where 6 % of the way has been gone."""
    return np.array([[s + SIX_PERCENT * DOWN, s + DOWN, s + DOWN + (1 - SIX_PERCENT) * UP] for s in STARTS])


def edges(repetitions):
    return np.array([[r.start, r.bottom, r.end] for r in repetitions])


@pytest.mark.parametrize("rate", [24, 30, 60, 240])
def test_squats_are_found_where_they_are_at_every_frame_rate(rate):
    assert edges(found_in(three_squats(frame_times(10, rate)))) == pytest.approx(true_edges(), abs=PROMISED)


@pytest.mark.parametrize("depth", [0.14, 0.25, 0.40, 0.55])
def test_squats_are_found_where_they_are_at_every_depth(depth):
    found = found_in(three_squats(frame_times(10), depth=depth))
    assert edges(found) == pytest.approx(true_edges(), abs=PROMISED)


@pytest.mark.parametrize("seed", range(3))
def test_squats_are_found_where_they_are_on_uneven_time_stamps(seed):
    rng = np.random.default_rng(seed)
    time = np.cumsum(rng.choice([0.017, 0.033, 0.050, 0.080], 240))
    time = time[time < 10]
    # Edges are read on frames, so half the longest step comes on top.
    assert edges(found_in(three_squats(time))) == pytest.approx(true_edges(), abs=PROMISED + 0.04)


@pytest.mark.parametrize("seed", range(5))
def test_noise_of_the_joints_neither_adds_nor_hides_a_squat(seed):
    rng = np.random.default_rng(seed)
    somebody = three_squats(frame_times(10))
    joints = somebody.joints + 0.01 * rng.standard_normal(somebody.joints.shape)
    pose = Pose(
        time=somebody.time, joints=joints, joints_sd=np.zeros_like(joints), draws=np.stack([joints] * 2)
    )
    found = edges(split_repetitions(compute_motion(pose, View.OBLIQUE)))
    assert found == pytest.approx(true_edges(), abs=PROMISED)


def test_a_squat_of_sixty_degrees_of_knee_bend_counts():
    time = frame_times(6)
    somebody = squatter(time, down_and_up(time, 1) + down_and_up(time, 3.5), deepest_knee=60 * DEG)
    assert len(found_in(somebody)) == 2


@pytest.mark.parametrize("trunk_share", [0.05, 0.25, 0.60])
def test_a_squat_counts_however_far_the_trunk_leans(trunk_share):
    time = frame_times(5)
    assert len(found_in(squatter(time, down_and_up(time, 1), trunk_share=trunk_share))) == 1


@pytest.mark.parametrize("view", View)
def test_squats_are_found_in_every_view(view):
    assert len(split_repetitions(motion_of(three_squats(frame_times(10)), view))) == 3


@pytest.mark.parametrize(("down", "up"), [(0.45, 0.4), (0.6, 2.5), (3.0, 0.6), (5.0, 5.0)])
def test_quick_and_slow_squats_count(down, up):
    time = frame_times(3 * (down + up + 0.6) + 1)
    course = sum(down_and_up(time, 0.8 + i * (down + up + 0.6), down=down, up=up) for i in range(3))
    assert len(found_in(squatter(time, course))) == 3


def test_squats_without_a_rest_between_them_count():
    time = frame_times(14)
    course = sum(down_and_up(time, 0.7 + 2.3 * i) for i in range(5))
    assert len(found_in(squatter(time, course))) == 5


def test_whole_squats_are_complete():
    assert all(r.complete for r in found_in(three_squats(frame_times(10))))


def test_squats_are_called_squats():
    assert {r.task for r in found_in(three_squats(frame_times(10)))} == {Task.SQUAT}


def test_standing_is_no_repetition(standing):
    assert found_in(standing) == ()


def test_standing_with_noise_is_no_repetition(standing, rng):
    joints = standing.joints + 0.01 * rng.standard_normal(standing.joints.shape)
    pose = Pose(
        time=standing.time, joints=joints, joints_sd=np.zeros_like(joints), draws=np.stack([joints] * 2)
    )
    assert split_repetitions(compute_motion(pose, View.OBLIQUE)) == ()


def test_swaying_is_no_repetition():
    time = frame_times(10)
    sway = np.sin(2 * np.pi * 0.4 * time)
    assert found_in(move(time, knee=(6 + 6 * sway) * DEG, shank=4 * sway * DEG, shift=0.06 * sway)) == ()


@pytest.mark.parametrize("knee", [5, 20, 45])
def test_stooping_is_no_repetition(knee):
    time = frame_times(8)
    course = down_and_up(time, 1) + down_and_up(time, 4)
    assert found_in(move(time, knee=knee * DEG * course, shank=0 * course, trunk=90 * DEG * course)) == ()


def test_half_bends_of_twenty_degrees_are_no_repetition():
    time = frame_times(8)
    assert found_in(squatter(time, down_and_up(time, 1) + down_and_up(time, 4), deepest_knee=20 * DEG)) == ()


def test_a_shuffle_between_deep_squats_is_no_repetition():
    time = frame_times(10)
    course = down_and_up(time, 1) + 0.3 * down_and_up(time, 4) + down_and_up(time, 7)
    assert len(found_in(squatter_by_depth(time, course))) == 2


def test_fewer_than_eight_frames_are_no_repetition(squatting):
    short = move(squatting.time[:7], knee=np.linspace(0, 2, 7))
    assert found_in(short) == ()


@pytest.mark.parametrize("pause", [0.0, 0.5, 1.5, 3.0])
def test_a_pause_at_the_bottom_is_the_hold(pause):
    time = frame_times(5 + pause)
    somebody = squatter_by_depth(time, down_and_up(time, 1, down=DOWN, hold=pause, up=UP))
    # The lowest 3 % also hold the last and first 15.66 % of the ramps (10s³ − 15s⁴ + 6s⁵ = 0.03).
    assert found_in(somebody)[0].hold == pytest.approx(pause + 0.1566 * (DOWN + UP), abs=PROMISED)


def test_the_bottom_of_a_paused_squat_is_the_middle_of_the_pause():
    time = frame_times(7)
    somebody = squatter_by_depth(time, down_and_up(time, 1, hold=2.0))
    assert found_in(somebody)[0].bottom == pytest.approx(1 + 1.2 + 1.0, abs=PROMISED)


def test_the_phases_of_a_squat_make_its_duration():
    one = found_in(three_squats(frame_times(10)))[0]
    assert one.down + one.hold + one.up == pytest.approx(one.end - one.start)


@pytest.mark.parametrize("first", [4.7, 5.0, 5.3])
def test_a_film_that_starts_in_a_squat_starts_with_an_incomplete_repetition(first):
    time = frame_times(10)
    found = found_in(three_squats(time[time >= first]))
    assert [r.complete for r in found] == [False, True]


@pytest.mark.parametrize("last", [8.2, 8.5])
def test_a_film_that_ends_in_a_squat_ends_with_an_incomplete_repetition(last):
    time = frame_times(10)
    found = found_in(three_squats(time[time <= last]))
    assert [r.complete for r in found] == [True, True, False]


def test_a_film_that_ends_right_after_the_last_squat_has_it_complete():
    time = frame_times(10)
    found = found_in(three_squats(time[time <= 7.1 + DOWN + UP]))
    assert [r.complete for r in found] == [True, True, True]


def test_a_bounce_at_the_bottom_is_no_second_repetition():
    time = frame_times(7)
    bounce = 0.2 * (ramp(time, 2.2, 2.5) - ramp(time, 2.5, 2.8))
    somebody = squatter_by_depth(time, down_and_up(time, 1, down=1.2, hold=0.6, up=1.1) - bounce)
    assert len(found_in(somebody)) == 1


def test_a_squat_with_a_bounce_ends_where_standing_is_reached():
    time = frame_times(7)
    bounce = 0.2 * (ramp(time, 2.2, 2.5) - ramp(time, 2.5, 2.8))
    somebody = squatter_by_depth(time, down_and_up(time, 1, down=1.2, hold=0.6, up=1.1) - bounce)
    assert found_in(somebody)[0].end == pytest.approx(2.8 + (1 - SIX_PERCENT) * 1.1, abs=PROMISED)


def two_squats_that_stop_short_between(remaining):
    """Up to `remaining` of the way, and down again at once."""
    time = frame_times(8)
    course = ramp(time, 1, 2.2) - (1 - remaining) * (ramp(time, 2.2, 3.3) - ramp(time, 3.3, 4.5))
    return squatter_by_depth(time, course - ramp(time, 4.5, 5.6))


def test_two_squats_with_knees_left_a_little_bent_between_them_are_two():
    assert [r.complete for r in found_in(two_squats_that_stop_short_between(0.15))] == [True, True]


def test_squats_that_do_not_come_up_between_them_are_not_called_complete():
    found = found_in(two_squats_that_stop_short_between(0.45))
    assert [r.complete for r in found] == [False] * len(found)
    assert len(found) == 2


def test_squats_that_hardly_come_up_between_them_are_one():
    assert len(found_in(two_squats_that_stop_short_between(0.75))) == 1


def stances_with_a_walk_between():
    somebody = three_squats(frame_times(10))
    return somebody.time, pose_of(somebody)


def test_a_walk_between_two_stances_hides_no_squat():
    time, pose = stances_with_a_walk_between()
    seen = (time < 3.5) | (time > 4.1)
    found = split_repetitions(compute_motion(pose.where(seen), View.OBLIQUE))
    assert edges(found) == pytest.approx(true_edges(), abs=PROMISED)


def test_a_squat_cut_by_a_gap_is_incomplete():
    time, pose = stances_with_a_walk_between()
    seen = (time < 5.2) | (time > 6.4)
    found = split_repetitions(compute_motion(pose.where(seen), View.OBLIQUE))
    assert [r.complete for r in found] == [True, False, True]


def test_no_pose_has_no_repetition():
    assert split_repetitions(compute_motion(Pose.empty(frame_times(3)), View.UNKNOWN)) == ()


RISES = (1.5, 6.5, 11.5)


@pytest.fixture(scope="module")
def sitting():
    return sitter(frame_times(16), RISES)


def test_standing_up_from_a_chair_is_found_as_that(sitting):
    assert [r.task for r in found_in(sitting)] == [Task.SIT_TO_STAND] * 3


def test_standing_up_leaves_the_seat_where_the_hips_start_to_rise(sitting):
    # The hips have gone 6 % of the way up between 0 and a quarter of the 1.2 s they take.
    left = [r.bottom - rise for r, rise in zip(found_in(sitting), RISES, strict=True)]
    assert left == pytest.approx([0.15] * 3, abs=0.15 + PROMISED)


def test_standing_up_starts_when_the_trunk_sets_off(sitting):
    started = [r.start - rise for r, rise in zip(found_in(sitting), RISES, strict=True)]
    # It sets off half a second before the seat is left; a tenth of its way takes an eighth of a second.
    assert started == pytest.approx([-0.5 + 0.12] * 3, abs=PROMISED)


def test_standing_up_ends_when_the_hips_are_up(sitting):
    heights = sitting.joints[:, :, Joint.HIP, 2].mean(1)
    limit = heights.max() - 0.06 * np.ptp(heights)
    true = [sitting.time[(sitting.time > rise) & (heights > limit)][0] for rise in RISES]
    assert [r.end for r in found_in(sitting)] == pytest.approx(true, abs=PROMISED)


def test_a_film_that_starts_seated_has_the_first_rise_complete(sitting):
    assert all(r.complete for r in found_in(sitting))


@pytest.mark.parametrize("rate", [24, 60])
def test_standing_up_is_counted_at_every_frame_rate(rate):
    assert len(found_in(sitter(frame_times(16, rate), RISES))) == 3


def test_on_a_seat_the_feet_do_not_carry_the_body(sitting):
    motion = motion_of(sitting)
    carried = on_the_feet(motion, split_repetitions(motion))
    assert not carried[sitting.time < RISES[0]].any()


def test_after_standing_up_the_feet_carry_the_body(sitting):
    motion = motion_of(sitting)
    carried = on_the_feet(motion, split_repetitions(motion))
    up = (sitting.time > RISES[0] + 0.6) & (sitting.time < RISES[0] + 2.2)
    assert carried[up].all()


def test_in_a_squat_the_feet_always_carry_the_body():
    motion = motion_of(three_squats(frame_times(10)))
    assert on_the_feet(motion, split_repetitions(motion)).all()


def test_a_deep_squat_in_balance_is_no_sitting():
    # Shanks 38°, thighs 92°, trunk 45°: the weight stays over the feet.
    time = frame_times(8)
    course = down_and_up(time, 1, hold=1.5)
    somebody = move(time, knee=130 * DEG * course, shank=38 * DEG * course, trunk=45 * DEG * course)
    assert [r.task for r in found_in(somebody)] == [Task.SQUAT]


def test_trembling_at_the_bottom_is_one_repetition(rng):
    time = frame_times(8)
    tremble = (
        0.05 * gaussian_filter1d(rng.standard_normal(len(time)), 2) * (down_and_up(time, 1, hold=3) > 0.9)
    )
    assert len(found_in(squatter_by_depth(time, down_and_up(time, 1, hold=3) + tremble))) == 1


def test_the_knee_bends_most_at_the_bottom():
    somebody = three_squats(frame_times(10))
    motion = motion_of(somebody)
    bend = motion.leg[:, 0, LegMeasure.KNEE_FLEXION]
    at_bottom = [float(np.interp(r.bottom, motion.time, bend)) for r in split_repetitions(motion)]
    # Within a frame of the bottom the course is within 0.5 % of it.
    assert at_bottom == pytest.approx([bend.max()] * 3, rel=0.005)

import math

import numpy as np
import pytest
from people import down_and_up, frame_times, move, pose_of, squatter, squatter_by_depth

from kneewise.conventions import BodyMeasure, Joint, LegMeasure, Side, Task, View
from kneewise.events import split_repetitions
from kneewise.findings import find, measure_repetition
from kneewise.kinematics import compute_motion
from kneewise.knowledge import read_thresholds
from kneewise.model import CHECKED, Pose, Repetition, Threshold, Value

DEG = math.pi / 180
TABLE = read_thresholds()
TIME = frame_times(5)
COURSE = down_and_up(TIME, 1.0)
# Words of the clinic, which decides about people; this program speaks about movement.
CLINICAL = (
    "diagnos", "treat", "cure", "rehab", "therapy", "patient", "tendinopathy", "osteoarthritis", "syndrome",
    "disease", "injur",
)  # fmt: skip


def study(somebody, view=View.OBLIQUE, pose=None):
    motion = compute_motion(pose or pose_of(somebody), view)
    repetitions = split_repetitions(motion)
    return repetitions, tuple(measure_repetition(motion, r) for r in repetitions)


def values_of(somebody, view=View.OBLIQUE, pose=None):
    return {(v.measure, v.side, v.at): v for v in study(somebody, view, pose)[1][0]}


def ids(somebody, view=View.OBLIQUE):
    return [finding.id for finding in find(*study(somebody, view), TABLE)]


def per_leg(left, right):
    """Angles of both knees in degrees at the bottom."""
    knee = np.radians([left, right]) * COURSE[:, None]
    return move(TIME, knee=knee, shank=0.3 * knee, trunk=0.4 * knee.mean(1))


def repetition(start=1.0, *, complete=True, task=Task.SQUAT):
    return Repetition(task=task, start=start, bottom=start + 1, end=start + 2, hold=0.2, complete=complete)


def value(number, sd=0.0, *, measure="knee_flexion", side=Side.LEFT, at="bottom"):
    return Value(measure=measure, side=side, at=at, value=number, sd=sd)


def threshold(low=None, high=None, *, at="bottom", task="any", kind="describe"):
    return Threshold(
        id="it", task=task, kind=kind, measure="knee_flexion", at=at, low=low, high=high,
        statement="It moves.", because="a limit", source="a book", checked="memory", grade="D",
    )  # fmt: skip


def judge(numbers, limit, sd=0.0, **extra):
    """Findings of repetitions with one number each."""
    repetitions = tuple(repetition(3.0 * i) for i in range(len(numbers)))
    return find(repetitions, tuple((value(n, sd, **extra),) for n in numbers), (limit,))


def test_the_knee_bend_at_the_bottom_is_what_it_was_built_with():
    found = values_of(per_leg(100, 90))
    # The bottom is the frame nearest to it: within half a frame of 500°/s², a twentieth of a degree.
    assert found["knee_flexion", Side.LEFT, "bottom"].value == pytest.approx(100 * DEG, abs=0.1 * DEG)


@pytest.mark.parametrize(("left", "right"), [(105, 90), (90, 105)])
def test_the_difference_of_the_sides_is_left_minus_right(left, right):
    found = values_of(per_leg(left, right))
    expected = (left - right) * DEG
    assert found["knee_flexion", None, "left_minus_right"].value == pytest.approx(expected, abs=0.1 * DEG)


def test_the_error_of_a_difference_is_the_spread_of_the_differences():
    # In the draws both knees bend 5° more or less together, so their difference is sure.
    draws = [per_leg(100 + e, 92 + e).joints for e in (-5, 0, 5)]
    pose = Pose(time=TIME, joints=draws[1], joints_sd=np.zeros_like(draws[1]), draws=np.stack(draws))
    found = values_of(None, pose=pose)
    assert found["knee_flexion", None, "left_minus_right"].sd == pytest.approx(0, abs=0.01 * DEG)


def test_the_error_at_the_bottom_is_the_spread_of_the_draws():
    extra = (-5, 0, 2, 5)
    draws = [per_leg(100 + e, 100 + e).joints for e in extra]
    pose = Pose(time=TIME, joints=draws[1], joints_sd=np.zeros_like(draws[1]), draws=np.stack(draws))
    sd = values_of(None, pose=pose)["knee_flexion", Side.LEFT, "bottom"].sd
    # The draws bend in proportion to the course, which is a little under 1 in the frame nearest the bottom.
    assert sd == pytest.approx(np.std(np.radians(extra), ddof=1), rel=0.01)


def test_a_peak_is_the_largest_value_of_the_repetition_and_not_the_one_at_the_bottom():
    lift = 15 * DEG * (down_and_up(TIME, 2.3, down=0.3, up=0.3))
    found = values_of(squatter(TIME, COURSE, heel_turn=lift))
    assert found["heel_rise", Side.LEFT, "peak"].value > found["heel_rise", Side.LEFT, "bottom"].value + 0.02


def test_what_happens_outside_of_a_repetition_is_not_its_peak():
    lift = 15 * DEG * (down_and_up(TIME, 4.2, down=0.2, up=0.2))
    found = values_of(squatter(TIME, COURSE, heel_turn=lift))
    assert found["heel_rise", Side.LEFT, "peak"].value == pytest.approx(0, abs=1e-6)


def test_trunk_minus_shin_is_their_difference():
    found = values_of(squatter(TIME, COURSE, deepest_knee=100 * DEG, shank_share=0.3, trunk_share=0.45))
    assert found["trunk_minus_shin", None, "bottom"].value == pytest.approx(15 * DEG, abs=0.1 * DEG)


def test_the_timing_of_a_repetition_is_among_its_values():
    repetitions, values = study(squatter(TIME, COURSE))
    timing = {v.measure: v.value for v in values[0] if v.at == "repetition"}
    one = repetitions[0]
    assert timing == {"down": one.down, "hold": one.hold, "up": one.up}


@pytest.mark.parametrize(("view", "hidden"), [(View.FRONT, "knee_flexion"), (View.SIDE, "pelvis_shift")])
def test_what_the_view_hides_is_no_value(view, hidden):
    assert hidden not in {v.measure for v in study(squatter(TIME, COURSE), view)[1][0]}


def test_every_value_has_a_number_and_an_error():
    assert all(math.isfinite(v.value) and math.isfinite(v.sd) for v in study(squatter(TIME, COURSE))[1][0])


@pytest.mark.parametrize(
    ("shank_share", "thigh", "expected"),
    [(0.3, 95, "depth_level"), (0.3, 75, "depth_above_level"), (0.3, 50, "depth_shallow")],
)
def test_the_depth_is_named_by_the_thigh(shank_share, thigh, expected):
    somebody = squatter(TIME, COURSE, deepest_knee=thigh / (1 - shank_share) * DEG, shank_share=shank_share)
    assert [i for i in ids(somebody) if i.startswith("depth")] == [expected]


def test_thighs_on_both_sides_of_a_limit_get_one_sentence_about_depth():
    # Thighs at 0.7 of the knee bend: 87.5° left, 82.6° right, one each side of the limit of 85°.
    found = [i for i in ids(per_leg(125, 118)) if i.startswith("depth")]
    assert len(found) == 1


@pytest.mark.parametrize(("left", "right", "expected"), [
    (100, 85, ["left_bends_more"]),
    (85, 100, ["right_bends_more"]),
    (95, 92, []),
])  # fmt: skip
def test_the_knee_that_bends_more_is_named(left, right, expected):
    assert [i for i in ids(per_leg(left, right)) if "bends_more" in i] == expected


@pytest.mark.parametrize("side", Side)
def test_a_rising_heel_is_found_on_its_side(side):
    turn = np.zeros((len(TIME), 2))
    turn[:, side] = 15 * DEG * COURSE
    found = find(*study(squatter(TIME, COURSE, heel_turn=turn)), TABLE)
    assert [f.side for f in found if f.id == "heel_rise"] == [side]


@pytest.mark.parametrize("side", Side)
def test_a_knee_that_bows_in_is_found_on_its_side(side):
    knee_out = np.zeros((len(TIME), 2))
    knee_out[:, side] = -20 * DEG
    found = find(*study(squatter(TIME, COURSE, knee_out=knee_out)), TABLE)
    assert [f.side for f in found if f.id == "knee_inside"] == [side]


def test_knees_closer_than_ankles_are_found():
    assert "knees_narrow" in ids(squatter(TIME, COURSE, knee_out=-15 * DEG, stance=0.25))


@pytest.mark.parametrize(("shift", "expected"), [(0.04, ["shift_left"]), (-0.04, ["shift_right"]), (0.0, [])])
def test_a_shifted_pelvis_is_found_on_its_side(shift, expected):
    assert [i for i in ids(squatter(TIME, COURSE, shift=shift * COURSE)) if i.startswith("shift")] == expected


@pytest.mark.parametrize(("shank_share", "trunk_share", "expected"), [
    (0.25, 0.50, ["hips_lead"]),
    (0.35, 0.20, ["knees_lead"]),
    (0.30, 0.35, []),
])  # fmt: skip
def test_who_leads_is_told_by_trunk_and_shins(shank_share, trunk_share, expected):
    somebody = squatter(TIME, COURSE, shank_share=shank_share, trunk_share=trunk_share)
    assert [i for i in ids(somebody) if i.endswith("_lead")] == expected


@pytest.mark.parametrize(("down", "found"), [(0.45, True), (2.5, False)])
def test_a_quick_way_down_is_found(down, found):
    somebody = squatter(TIME, down_and_up(TIME, 0.8, down=down))
    assert ("quick_down" in ids(somebody)) is found


@pytest.mark.parametrize(("depths", "found"), [((1.0, 0.75, 0.9), True), ((1.0, 0.99, 0.98), False)])
def test_depth_that_differs_between_repetitions_is_found(depths, found):
    time = frame_times(11)
    course = sum(d * down_and_up(time, 1 + 3 * i) for i, d in enumerate(depths))
    assert ("uneven_depth" in ids(squatter(time, course))) is found


def test_two_repetitions_are_too_few_to_call_the_depth_uneven():
    limit = threshold(low=1, at="between_repetitions")
    assert judge([0.5, 1.5], limit) == ()


def test_a_number_on_the_lower_limit_is_found():
    assert len(judge([90 * DEG], threshold(low=90, high=100))) == 1


def test_a_number_on_the_upper_limit_is_not_found():
    # 128° and its display factor have no rounding between them.
    assert judge([128 * DEG], threshold(low=90, high=128 * DEG * 180 / math.pi)) == ()


@pytest.mark.parametrize(("sd", "sure"), [(0.0, True), (2.4, True), (2.6, False), (9.0, False)])
def test_a_finding_is_sure_when_two_errors_lie_between_number_and_limit(sd, sure):
    (finding,) = judge([95 * DEG], threshold(low=90), sd * DEG)
    assert finding.sure is sure


@pytest.mark.parametrize(("sd", "said"), [(0.0, 1), (4.9, 1), (5.1, 0)])
def test_a_flag_is_raised_only_when_one_error_lies_between_number_and_limit(sd, said):
    assert len(judge([95 * DEG], threshold(low=90, kind="flag"), sd * DEG)) == said


def test_a_description_is_given_whatever_the_error():
    assert len(judge([95 * DEG], threshold(low=90, kind="describe"), 20 * DEG)) == 1


@pytest.mark.parametrize("kind", ["describe", "flag"])
def test_a_number_outside_of_its_limits_is_never_found(kind):
    assert judge([89 * DEG], threshold(low=90, kind=kind), 0.0) == ()


def test_a_finding_near_its_upper_limit_is_unsure_too():
    (finding,) = judge([99 * DEG], threshold(low=50, high=100), 1 * DEG)
    assert finding.sure is False


def test_a_finding_is_about_the_middle_repetition():
    (finding,) = judge([91 * DEG, 99 * DEG, 95 * DEG], threshold(low=90))
    assert finding.value == pytest.approx(95 * DEG)


def test_more_repetitions_make_a_finding_no_surer():
    # What is wrong with a film is wrong in all of its repetitions.
    (one,) = judge([95 * DEG], threshold(low=90), 2 * DEG)
    (many,) = judge([95 * DEG] * 9, threshold(low=90), 2 * DEG)
    assert many.sd == one.sd


def test_incomplete_repetitions_do_not_count_beside_complete_ones():
    repetitions = (repetition(), repetition(4, complete=False), repetition(8, complete=False))
    values = tuple((value(n * DEG),) for n in (80, 95, 95))
    assert find(repetitions, values, (threshold(low=90),)) == ()


def test_nothing_is_found_in_repetitions_that_the_film_cuts_off():
    values = ((value(95 * DEG),),)
    assert find((repetition(complete=False),), values, (threshold(low=90),)) == ()


def test_what_is_said_about_squats_is_not_said_about_sit_to_stands():
    values = ((value(95 * DEG),),)
    sit = (repetition(task=Task.SIT_TO_STAND),)
    assert find(sit, values, (threshold(low=90, task="squat"),)) == ()


def test_what_is_said_about_any_task_is_said_about_sit_to_stands():
    values = ((value(95 * DEG),),)
    sit = (repetition(task=Task.SIT_TO_STAND),)
    assert len(find(sit, values, (threshold(low=90, task="any"),))) == 1


def test_no_repetition_has_no_finding():
    assert find((), (), TABLE) == ()


def test_findings_come_in_the_order_of_the_table():
    found = ids(squatter(TIME, COURSE, heel_turn=15 * DEG * COURSE, knee_out=-20 * DEG))
    order = [row.id for row in TABLE]
    assert found == sorted(found, key=order.index)


def test_a_finding_says_its_threshold_and_where_that_is_from():
    (finding,) = judge([95 * DEG], threshold(low=90))
    assert "a limit" in finding.because
    assert "a book" in finding.because


def test_an_ordinary_squat_has_nothing_found_but_its_depth_and_its_knees():
    course = down_and_up(TIME, 0.6, down=2.0, up=1.5)
    somebody = squatter_by_depth(TIME, course, depth=0.42, stance=0.30, knee_out=12 * DEG, turn_out=12 * DEG)
    assert set(ids(somebody)) <= {"depth_level", "depth_above_level", "knees_past_toes"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_threshold_says_its_source(row):
    assert row.source


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_threshold_says_how_it_was_checked(row):
    assert row.checked in CHECKED


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_threshold_has_a_grade(row):
    assert row.grade in {"A", "B", "C", "D"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_threshold_says_whether_it_describes_or_flags(row):
    assert row.kind in {"describe", "flag"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_threshold_has_a_limit(row):
    assert row.low is not None or row.high is not None


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_threshold_has_its_limits_in_order(row):
    low = -math.inf if row.low is None else row.low
    high = math.inf if row.high is None else row.high
    assert low < high


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_statement_is_free_of_clinical_words(row):
    text = f"{row.statement} {row.because}".lower()
    assert [word for word in CLINICAL if word in text] == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_statement_is_a_sentence_without_numbers(row):
    assert row.statement.endswith(".")
    assert not any(letter.isdigit() for letter in row.statement)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_each_threshold_compares_a_number_that_is_measured(row):
    measured = {(v.measure, v.at) for v in study(squatter(TIME, COURSE))[1][0]}
    at = "bottom" if row.at == "between_repetitions" else row.at
    assert (row.measure, at) in measured


def test_no_two_thresholds_have_the_same_id():
    assert len({row.id for row in TABLE}) == len(TABLE)


def test_every_leg_measure_is_valued_on_both_sides():
    # The line from the front ends at 60° of knee bend, so it has a peak and nothing at the bottom.
    found = {(v.measure, v.side) for v in study(squatter(TIME, COURSE))[1][0]}
    assert {(m.name.lower(), s) for m in LegMeasure for s in Side} <= found


def test_every_body_measure_is_valued():
    found = {v.measure for v in study(squatter(TIME, COURSE))[1][0]}
    assert {m.name.lower() for m in BodyMeasure} <= found


def test_a_hidden_ankle_hides_only_what_needs_it():
    joints = squatter(TIME, COURSE).joints.copy()
    joints[:, Side.LEFT, Joint.TOE] = np.nan
    pose = Pose(time=TIME, joints=joints, joints_sd=np.zeros_like(joints), draws=np.stack([joints] * 2))
    motion = compute_motion(pose, View.OBLIQUE)
    found = {(v.measure, v.side) for v in measure_repetition(motion, repetition())}
    assert ("knee_flexion", Side.LEFT) in found
    assert ("ankle_dorsiflexion", Side.LEFT) not in found

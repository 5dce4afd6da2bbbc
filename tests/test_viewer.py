"""What the page of a film draws and says is what was measured, where it was measured, in little JSON."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import studies
from people import down_and_up, frame_times, pose_of, squatter

from kneewise.conventions import SURE, ArmJoint, Joint, LegMeasure, Side, Task, View
from kneewise.fusion import PHASES
from kneewise.model import Burden, Capture, Case, Person, Trial
from kneewise.pipeline import read_measuring, read_reasoning, understand
from kneewise.pose.landmarks import ImagePose
from kneewise.report import Footage, body_weight, describe_changes, describe_film, summarise, tell_film

PERSON = Person(height=1.75, mass=72)
JOINTS = len(Joint) + len(ArmJoint)
WIDTH, HEIGHT = 720, 1280
DEEP, SHALLOW = math.radians(105), math.radians(85)


def analysed(*depths, seconds=10.0, view=View.OBLIQUE, seed=1):
    """Squats of these depths, one after the other, as a film of ten seconds shows them."""
    time = frame_times(seconds)
    course = sum(
        down_and_up(time, 0.8 + 3.0 * i) * (depth / DEEP) for i, depth in enumerate(depths or (DEEP,) * 3)
    )
    pose = pose_of(squatter(time, course, lean=0.05), sd=0.004, draws=24, rng=np.random.default_rng(seed))
    trial = Trial(
        name="squat.mp4", digest=f"{seed:064x}", condition="baseline", burden=Burden(), pose=pose,
        capture=Capture(view=view, azimuth=0.7),
    )  # fmt: skip
    return understand(Case(person=PERSON, trials=(trial,)), read_measuring())


def footage_of(study, film="film.mp4", rng=None):
    """Joints at places that have nothing to do with the body: they are handed on as they are."""
    time = study.trial.pose.time if study.trial.pose is not None else frame_times(1)
    rng = rng or np.random.default_rng(3)
    points = rng.uniform(100, 600, (len(time), len(Side), len(Joint), 2))
    arms = rng.uniform(100, 600, (len(time), len(Side), len(ArmJoint), 2))
    pose = ImagePose(time=time, points_px=points, arms_px=arms)
    return Footage(pose=pose, width_px=WIDTH, height_px=HEIGHT, film=film)


def described(analysis, footage=None):
    study = analysis.studies[0]
    told = tell_film(summarise(analysis, {}), 0)
    return describe_film(study, footage or footage_of(study), told, body_weight(PERSON))


def course(viewer, curve, side=None):
    found = next(one for one in viewer["curves"] if one["id"] == curve)
    return next(one for one in found["courses"] if one["side"] == side)


@pytest.fixture(scope="module")
def analysis():
    return analysed()


@pytest.fixture(scope="module")
def viewer(analysis):
    return described(analysis)


def test_ten_seconds_of_film_are_less_than_half_a_megabyte_of_plain_json(viewer):
    text = json.dumps(viewer, separators=(",", ":"), allow_nan=False)
    assert len(text) < 500_000
    assert json.loads(text) == viewer


def test_joints_lie_in_the_picture_where_they_were_measured(analysis):
    footage = footage_of(analysis.studies[0])
    told = np.reshape(described(analysis, footage)["picture"], (-1, len(Side), JOINTS, 2))
    np.testing.assert_allclose(told[:, :, : len(Joint)], footage.pose.points_px, atol=0.051)
    np.testing.assert_allclose(told[:, :, len(Joint) :], footage.pose.arms_px, atol=0.051)


def test_joints_lie_in_space_where_they_were_measured_with_their_error(analysis, viewer):
    pose = analysis.studies[0].trial.pose
    shape = (len(pose.time), len(Side), JOINTS)
    places = np.reshape(viewer["space"], (*shape, 3)).astype(float)[:, :, : len(Joint)]
    errors = np.reshape(viewer["space_sd"], shape).astype(float)[:, :, : len(Joint)]
    np.testing.assert_allclose(places, 1000 * pose.joints, atol=0.51)
    np.testing.assert_allclose(errors, 1000 * np.sqrt((pose.joints_sd**2).mean(-1)), atol=0.51)


def test_a_joint_that_was_not_measured_is_none(analysis):
    footage = footage_of(analysis.studies[0])
    footage.pose.points_px[5, Side.RIGHT, Joint.KNEE] = np.nan
    told = np.reshape(described(analysis, footage)["picture"], (-1, len(Side), JOINTS, 2))
    assert told[5, Side.RIGHT, Joint.KNEE].tolist() == [None, None]
    assert None not in told[4].ravel()


def test_curves_have_a_number_for_each_picture_and_the_band_of_the_error(analysis, viewer):
    motion = analysis.studies[0].motion
    knee = course(viewer, "knee_flexion", "left")
    bend = np.degrees(motion.leg[:, Side.LEFT, LegMeasure.KNEE_FLEXION])
    reach = SURE * np.degrees(motion.leg_sd[:, Side.LEFT, LegMeasure.KNEE_FLEXION])
    np.testing.assert_allclose(knee["value"], bend, atol=0.051)
    np.testing.assert_allclose(knee["low"], bend - reach, atol=0.051)
    np.testing.assert_allclose(knee["high"], bend + reach, atol=0.051)
    assert len(viewer["times"]) == len(knee["value"])


def test_the_force_on_the_kneecap_is_told_in_body_weights_inside_its_band(viewer):
    force = course(viewer, "patellofemoral_force", "right")
    known = [row for row in zip(force["low"], force["value"], force["high"], strict=True) if None not in row]
    assert known
    assert all(low - 0.011 <= value <= high + 0.011 for low, value, high in known)
    assert 1 < max(value for _, value, _ in known) < 15


def test_what_the_view_does_not_show_has_no_curve():
    told = {one["id"] for one in described(analysed(view=View.FRONT))["curves"]}
    assert "knee_inside_foot_line" in told
    assert not told & {"knee_flexion", "trunk_inclination", "patellofemoral_force"}


def test_repetitions_are_those_found_with_their_phases(analysis, viewer):
    found = analysis.studies[0].repetitions
    assert [(one["start"], one["bottom"], one["end"]) for one in viewer["repetitions"]] == [
        pytest.approx((one.start, one.bottom, one.end), abs=6e-4) for one in found
    ]
    assert [phase["name"] for phase in viewer["repetitions"][0]["phases"]] == ["down", "bottom", "up"]
    assert viewer["clearest"] in {one["number"] for one in viewer["repetitions"]}


def test_a_shallow_repetition_stands_out_and_equal_ones_do_not():
    def sure(viewer):
        column = viewer["departures"]["columns"].index("knee bend, left")
        return [row["cells"][column]["sure"] for row in viewer["departures"]["rows"]]

    assert sure(described(analysed(DEEP, DEEP, SHALLOW))) == [True, True, True]
    assert sure(described(analysed(DEEP, DEEP, DEEP))) == [False, False, False]


def test_departures_of_all_repetitions_cancel_at_every_phase(viewer):
    rows = [
        one["value"]
        for one in viewer["departures"]["courses"]
        if (one["curve"], one["side"]) == ("knee_flexion", "right")
    ]
    assert np.shape(rows) == (3, PHASES)
    np.testing.assert_allclose(np.sum(rows, axis=0), 0, atol=0.02)


def test_the_shallow_repetition_is_shallow_by_what_it_is():
    viewer = described(analysed(DEEP, DEEP, SHALLOW))
    last = next(
        one
        for one in viewer["departures"]["courses"]
        if (one["number"], one["curve"], one["side"]) == (3, "knee_flexion", "left")
    )
    wanted = math.degrees(SHALLOW - (2 * DEEP + SHALLOW) / 3)
    assert last["value"][PHASES // 2] == pytest.approx(wanted, abs=1.5)


def test_page_and_report_say_the_same_words(analysis, viewer):
    told = tell_film(summarise(analysis, {}), 0)
    for name in ("story", "findings", "unmeasured", "warnings"):
        assert viewer["told"][name] == told[name]


def test_a_refused_film_is_described_by_its_reason():
    study = studies.refused()
    analysis = replace(analysed(), case=Case(person=PERSON, trials=(study.trial,)), studies=(study,))
    viewer = described(analysis, footage_of(study))
    assert viewer["space"] is None
    assert viewer["curves"] == viewer["repetitions"] == viewer["departures"]["rows"] == []
    assert viewer["told"]["refusals"][0]["remedy"].startswith("step back")
    json.dumps(viewer, allow_nan=False)


def changes(then, now, errors=None):
    then, now = (one.studies[0] for one in (then, now))
    told = describe_changes(then, now, PERSON, read_reasoning().change_errors if errors is None else errors)
    return told, {(row["id"], row["side"]): row for row in told["rows"]}


def test_a_real_change_is_real_and_repeating_the_same_is_within_the_error(analysis):
    _, same = changes(analysis, analysed(seed=2))
    assert not any(row["real"] for row in same.values())
    _, less = changes(analysis, analysed(SHALLOW, SHALLOW, SHALLOW, seed=2))
    assert less["knee_flexion", "left"]["real"]
    assert less["knee_flexion", "left"]["change"].startswith("−2")
    assert less["patellofemoral_force_n", None]["change"].startswith("−")
    assert not less["heel_rise", "left"]["real"]


def test_then_and_now_swapped_change_the_sign_and_not_the_verdict(analysis):
    shallow = analysed(SHALLOW, SHALLOW, SHALLOW, seed=2)
    _, one = changes(analysis, shallow)
    _, other = changes(shallow, analysis)
    assert one.keys() == other.keys()
    for place, row in one.items():
        assert (row["then"], row["real"]) == (other[place]["now"], other[place]["real"])
        assert row["change"].translate({ord("−"): "+", ord("+"): "−"})[:2] == other[place]["change"][:2]


def test_a_change_is_never_surer_than_the_same_person_filmed_twice(analysis):
    _, told = changes(analysis, analysed(SHALLOW, SHALLOW, SHALLOW, seed=2), {"knee_flexion": 1.0})
    assert not told["knee_flexion", "left"]["real"]


def test_different_movements_are_not_compared():
    study = studies.measured()
    sitting = tuple(replace(one, task=Task.SIT_TO_STAND) for one in study.repetitions)
    told = describe_changes(study, replace(study, repetitions=sitting), PERSON, {})
    assert told == {"because": "the two films show different movements", "rows": []}


def test_a_film_without_a_whole_repetition_is_not_compared():
    cut = replace(
        studies.measured(), repetitions=tuple(replace(r, complete=False) for r in studies.REPETITIONS)
    )
    assert "no whole repetition" in describe_changes(studies.measured(), cut, PERSON, {})["because"]

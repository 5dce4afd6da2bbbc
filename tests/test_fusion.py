"""Several films of one person → one mean repetition in space, on people whose posture is known."""

import math
from dataclasses import replace

import numpy as np
import pytest
from people import Build, Phone, down_and_up, estimator_of, frame_times, pose_of, recording_of, squatter

from kneewise.conventions import (
    BODY_CONVENTIONS,
    LEG_CONVENTIONS,
    PLANES_SHOWN,
    BodyMeasure,
    Joint,
    JointLoad,
    LegMeasure,
    Plane,
    Side,
    View,
)
from kneewise.fusion import find_departures, find_own_departures, phases, plan_fusions
from kneewise.kinematics import compute_motion
from kneewise.knowledge.squats import read_squats
from kneewise.model import Burden, Case, Motion, Trial
from kneewise.model.supposed import Prospect
from kneewise.pipeline import Basis, foresee, read_measuring, start_from_case, understand
from kneewise.pose import estimate_pose
from kneewise.report import describe_fused, illustrate, illustrate_fused, render, summarise
from kneewise.report.space import tell_fused

DEG = np.pi / 180
KNOWLEDGE = read_measuring()
SIDE, FRONT = 88 * DEG, 3 * DEG
HABIT = {"stance": 0.34, "knee_out": 15 * DEG, "turn_out": 15 * DEG, "lean": 3 * DEG}
WITHOUT_NOISE = 0.75 * DEG
"""What a perfect film may be off in the mean. Where a knee turns quickest, 320 rad/s⁴ and 7.3 rad/s² for 105°
in 1.2 s, smoothness takes x⁗ (κσ/a)² = 0.26° (κσ = 0.3 · 0.15 rad, a = 12 rad/s²) and averaging over ±1/15 s
takes ẍ (1/15 s)² / 12 = 0.15°. A lens taken for 0.75 and weak expectations of a body add about as much."""
SAGITTAL = (LegMeasure.KNEE_FLEXION, LegMeasure.HIP_FLEXION, LegMeasure.SHANK_INCLINATION)
FRONTAL = (LegMeasure.KNEE_INSIDE_FOOT_LINE, LegMeasure.FOOT_TURN_OUT)


def take(starts=(0.7, 3.5), *, downs=(1.2, 1.2), ups=(1.1, 1.1), late=0.0, seconds=6.0, **habit):
    """Two squats; `late` is how much later than the squats' own clock the film's clock begins."""
    time = frame_times(seconds)
    course = sum(
        down_and_up(time + late, start, down=down, up=up)
        for start, down, up in zip(starts, downs, ups, strict=True)
    )
    return squatter(time, course, **{**HABIT, **habit})


def film(somebody, azimuth, name="film.mp4", noise=0.0, rng=None, **phone):
    """A trial filmed from there."""
    camera = Phone(azimuth=azimuth, **phone)
    estimator = estimator_of(somebody, camera, noise=noise, rng=rng)
    sight = estimate_pose(recording_of(somebody.time, camera), somebody.person, estimator)
    return Trial(
        name=name,
        digest="0" * 64,
        condition="baseline",
        burden=Burden(),
        capture=sight.capture,
        pose=sight.pose,
        readings=sight.readings,
    )


def analyse(somebody, *trials):
    return understand(Case(person=somebody.person, trials=trials), KNOWLEDGE)


def at_phases(motion: Motion, spans):
    """Measures of the legs and of the body on the phases, mean over repetitions."""

    def laid(values):
        flat = values.reshape(len(values), -1)
        rows = []
        for span in spans:
            moments = np.interp(phases(), [0, 0.5, 1], span)
            rows.append(np.column_stack([np.interp(moments, motion.time, column) for column in flat.T]))
        return np.mean(rows, axis=0).reshape(-1, *values.shape[1:])

    return laid(motion.leg), laid(motion.body)


def truth(people, fusion):
    """Mean over takes of their true mean repetition."""
    courses = [
        at_phases(compute_motion(pose_of(one), View.SPACE), part.spans)
        for one, part in zip(people, fusion.takes, strict=True)
    ]
    return np.mean([leg for leg, _ in courses], axis=0), np.mean([body for _, body in courses], axis=0)


def errors(people, analysis):
    """Absolute errors of the fused repetition: legs, body."""
    fusion = analysis.fusions[0]
    leg, body = truth(people, fusion)
    return np.abs(fusion.mean.motion.leg - leg), np.abs(fusion.mean.motion.body - body)


def errors_alone(people, analysis, number):
    """The same of one take, every measure shown."""
    fusion = analysis.fusions[0]
    leg, body = truth(people, fusion)
    motion = compute_motion(analysis.studies[number].trial.pose, View.SPACE)
    found = at_phases(motion, fusion.takes[number].spans)
    return np.abs(found[0] - leg), np.abs(found[1] - body)


@pytest.fixture(scope="module")
def people():
    """The same person in two takes with another rhythm."""
    return take(), take(starts=(0.8, 3.4), downs=(1.1, 1.35), ups=(1.2, 1.0))


@pytest.fixture(scope="module")
def analysis(people):
    first, second = people
    trials = film(first, SIDE, "side.mp4"), film(second, FRONT, "front.mp4", height=1.1, distance=2.8)
    return analyse(first, *trials)


@pytest.fixture(scope="module")
def fusion(analysis):
    return analysis.fusions[0]


def test_two_films_one_after_the_other_make_one_repetition(analysis):
    assert [(f.synchronised, [len(t.spans) for t in f.takes]) for f in analysis.fusions] == [(False, [2, 2])]


@pytest.mark.parametrize("measure", SAGITTAL, ids=lambda m: m.name)
def test_without_noise_the_angles_from_the_side_are_exact_but_for_the_lens(people, analysis, measure):
    assert np.nanmean(errors(people, analysis)[0][..., measure]) < WITHOUT_NOISE


def test_without_noise_the_lean_of_the_trunk_is_exact_but_for_the_lens(people, analysis):
    assert np.nanmean(errors(people, analysis)[1][..., BodyMeasure.TRUNK_INCLINATION]) < WITHOUT_NOISE


def test_without_noise_the_knees_lie_where_they_are_over_the_feet(people, analysis):
    # A foot that is off by 1.5° moves a knee 0.25 m ahead of its ankle by 0.007 m against the foot.
    assert np.nanmean(errors(people, analysis)[0][..., LegMeasure.KNEE_INSIDE_FOOT_LINE]) < 0.007
    assert np.nanmean(errors(people, analysis)[0][..., LegMeasure.FOOT_TURN_OUT]) < 1.5 * DEG


def test_limbs_keep_their_lengths(fusion):
    thigh = fusion.mean.pose.joints[:, :, Joint.HIP] - fusion.mean.pose.joints[:, :, Joint.KNEE]
    length = np.linalg.norm(thigh, axis=-1)
    assert np.ptp(length) < 1e-9


@pytest.mark.parametrize("side", [1, -1], ids=["left", "right"])
def test_a_film_from_either_side_goes_with_one_from_the_front(side, people):
    first, second = people
    turned = analyse(first, film(first, side * SIDE), film(second, -FRONT))
    assert np.nanmean(errors(people, turned)[0][..., SAGITTAL]) < WITHOUT_NOISE


def test_the_foot_turned_out_further_is_the_persons_own():
    habit = {"turn_out": each_frame(np.radians([8.0, 30.0])), "knee_out": 18 * DEG}
    somebody = take(**habit)
    again = take(starts=(0.9, 3.6), **habit)
    both = analyse(somebody, film(somebody, -SIDE), film(again, FRONT))
    out = both.fusions[0].mean.motion.leg[0, :, LegMeasure.FOOT_TURN_OUT]
    # How much of it is a turn of the pelvis against the feet, two cameras tell better than one, but not well:
    # the expectation that the pelvis faces where the feet point takes some of the difference, not most of it.
    assert out[Side.RIGHT] - out[Side.LEFT] > 0.5 * 22 * DEG


def test_front_and_back_are_one_line_of_sight():
    somebody = take()
    assert analyse(somebody, film(somebody, 0.0), film(take(starts=(0.8, 3.4)), np.pi)).fusions == ()


def test_one_film_is_not_fused(people):
    assert analyse(people[0], film(people[0], SIDE)).fusions == ()


def test_another_condition_is_another_movement(people):
    first, second = people
    other = replace(film(second, FRONT), condition="heels_raised")
    assert analyse(first, film(first, SIDE), other).fusions == ()


def test_trials_without_readings_are_left_alone(people):
    first, second = people
    bare = replace(film(second, FRONT), readings=None)
    assert analyse(first, film(first, SIDE), bare).fusions == ()


def each_frame(feet):
    """Angles of both feet that stay the same throughout a film."""
    return np.repeat(feet[None], len(frame_times(6.0)), axis=0)


def anybody(rng):
    """How somebody is built and squats, as different as people are."""
    base = Build().scaled(rng.normal(1.72, 0.07) / 1.75)
    spread = {"thigh": 0.03, "shank": 0.03, "trunk": 0.04, "hip_width": 0.06, "shoulder_width": 0.06}
    lengths = {name: getattr(base, name) * np.exp(rng.normal(0, sd)) for name, sd in spread.items()}
    habit = {
        "build": replace(base, **lengths),
        "stance": rng.uniform(0.25, 0.40),
        "knee_out": rng.uniform(5, 25) * DEG,
        "turn_out": rng.uniform(0, 25) * DEG,
        "deepest_knee": rng.uniform(80, 115) * DEG,
        "lean": rng.normal(3, 1) * DEG,
        "shank_share": rng.uniform(0.26, 0.34),
        "trunk_share": rng.uniform(0.32, 0.48),
    }
    # Hardly anybody turns both feet out alike.
    return habit | {"turn_out": each_frame(habit["turn_out"] + rng.normal(0, 5, 2) * DEG)}


@pytest.fixture(scope="module")
def noisy():
    """Errors in every plane with landmarks that lie off the joints: fused, from the side, from the front."""
    rows = []
    for seed in range(16):
        rng = np.random.default_rng(seed)
        habit = anybody(rng)
        both = take(**habit), take(starts=(0.8, 3.4), downs=(1.1, 1.35), ups=(1.2, 1.0), **habit)
        focal = 0.72 * np.exp(rng.normal(0, 0.06))
        trials = (
            film(both[0], SIDE, noise=0.4, rng=rng, focal=focal),
            film(both[1], FRONT, noise=0.4, rng=rng, focal=focal, height=1.1, distance=2.8),
        )
        seen = analyse(both[0], *trials)
        rows.append((errors(both, seen), errors_alone(both, seen, 0), errors_alone(both, seen, 1), seen))
    return rows


CONVENTIONS = [*LEG_CONVENTIONS.items(), *BODY_CONVENTIONS.items()]
ALONG = [
    (m, view)
    for view in (View.SIDE, View.FRONT)
    for m, convention in CONVENTIONS
    if convention.plane not in PLANES_SHOWN[view]
]
"""Measures in a plane that a camera looks along, with that camera."""
SHARED = [m for m, convention in CONVENTIONS if convention.plane is Plane.ANY]
"""Measures that either camera tells in full: heights."""


def three_errors(noisy, measure):
    """Mean error of the fused repetition, from the side alone, from the front alone.

    Of the people in whom each of the three tells the measure.
    """
    kind = 0 if isinstance(measure, LegMeasure) else 1
    found = [[row[which][kind][..., measure] for which in range(3)] for row in noisy]
    told = [row for row in found if all(np.isfinite(values).any() for values in row)]
    assert len(told) > 0.75 * len(noisy)
    return np.mean([[np.nanmean(values) for values in row] for row in told], axis=0)


@pytest.mark.slow
@pytest.mark.parametrize(("measure", "view"), ALONG, ids=[f"{m.name} and {v.value}" for m, v in ALONG])
def test_two_films_beat_the_one_that_looks_along_the_measure(noisy, measure, view):
    fused, side, front = three_errors(noisy, measure)
    assert fused < (side if view is View.SIDE else front)


@pytest.mark.slow
@pytest.mark.parametrize("measure", SHARED, ids=lambda m: m.name)
def test_heights_that_both_films_tell_are_as_good_as_their_inverse_variance_mean(noisy, measure):
    """The best linear estimate from both is no worse, if their errors are independent (Gauss and Markov)."""
    fused, side, front = three_errors(noisy, measure)
    chance = 1 / np.sqrt(2 * len(noisy))  # the size of so many errors is known to this share
    assert fused < (1 + chance) / np.hypot(1 / side, 1 / front)


@pytest.mark.slow
def test_the_stated_error_of_two_films_covers_the_truth(noisy):
    sizes = []
    for (leg, body), _, _, seen in noisy:
        motion = seen.fusions[0].mean.motion
        sizes += [(leg / motion.leg_sd)[..., SAGITTAL].ravel(), (body / motion.body_sd)[..., 0].ravel()]
    inside = float((np.concatenate(sizes) < 1.5).mean())
    assert 0.6 < inside <= 1.0


@pytest.mark.parametrize("late", [0.0, 0.437])
def test_two_phones_at_once_are_known_by_the_movement(late):
    somebody = take(downs=(1.2, 1.05), ups=(1.0, 1.2))
    later = take(downs=(1.2, 1.05), ups=(1.0, 1.2), late=late)
    fusion = analyse(somebody, film(somebody, SIDE), film(later, FRONT)).fusions[0]
    assert fusion.synchronised
    assert fusion.takes[1].offset == pytest.approx(late, abs=0.02)
    assert len(fusion.each) == 2


def test_every_repetition_of_synchronised_films_is_told_in_space():
    course = {"downs": (1.2, 1.05), "ups": (1.0, 1.2)}
    somebody = take(**course)
    fusion = analyse(somebody, film(somebody, SIDE), film(somebody, FRONT)).fusions[0]
    true = compute_motion(pose_of(somebody), View.SPACE)
    # Start, lowest point and end are those that both films say in the mean.
    spans = np.mean([np.array(part.spans) + part.offset for part in fusion.takes], axis=0)
    for one, span in zip(fusion.each, spans, strict=True):
        leg, _ = at_phases(true, [span])
        assert np.nanmean(np.abs(one.motion.leg - leg)[..., SAGITTAL]) < WITHOUT_NOISE


def test_another_rhythm_is_not_taken_for_the_same_film(fusion):
    assert not fusion.synchronised


def test_three_films_are_fused_as_well(people):
    first, second = people
    third = take(starts=(0.9, 3.6), ups=(1.0, 1.15))
    trials = film(first, SIDE), film(second, FRONT), film(third, -45 * DEG)
    three = analyse(first, *trials)
    assert len(three.fusions[0].takes) == 3
    assert np.nanmean(errors((first, second, third), three)[0][..., SAGITTAL]) < WITHOUT_NOISE


def test_takes_of_another_depth_are_told_and_tied_more_loosely(people):
    shallow = take(starts=(0.8, 3.4), downs=(1.1, 1.35), deepest_knee=75 * DEG)
    both = analyse(people[0], film(people[0], SIDE), film(shallow, FRONT))
    fusion = both.fusions[0]
    assert [issue.id for issue in fusion.issues] == ["takes_differ"]
    (plan,) = plan_fusions(both.studies)
    assert plan.looseness > 1.5


def test_feet_that_stand_otherwise_are_told(people):
    """As of two people; how the second one stands is sure from the front only."""
    other = take(starts=(0.8, 3.4), downs=(1.1, 1.35), stance=0.75, turn_out=40 * DEG)
    both = analyse(people[0], film(people[0], 45 * DEG), film(other, FRONT))
    (issue,) = both.fusions[0].issues
    assert issue.id == "takes_differ"
    assert "not of the same person" in issue.because
    assert "the feet stand apart by" in issue.because


def test_like_takes_are_not_said_to_differ(fusion):
    assert fusion.issues == ()


def test_departures_add_up_to_nothing(analysis):
    (plan,) = plan_fusions(analysis.studies)
    legs = [one.leg for one in find_departures(plan, analysis.studies) if one.film == 0]
    assert np.nansum(np.abs(np.sum(legs, axis=0))) < 1e-9


def test_a_film_alone_departs_as_it_does_among_others(analysis):
    (plan,) = plan_fusions(analysis.studies)
    among = [one for one in find_departures(plan, analysis.studies) if one.film == 1]
    alone = find_own_departures(1, analysis.studies[1])
    assert [one.repetition for one in alone] == [one.repetition for one in among]
    for one, other in zip(alone, among, strict=True):
        np.testing.assert_array_equal(one.leg, other.leg)
        np.testing.assert_array_equal(one.body_sd, other.body_sd)


def test_a_deeper_repetition_departs_from_the_mean():
    time = frame_times(6)
    course = down_and_up(time, 0.7) + 0.85 * down_and_up(time, 3.5)
    uneven = squatter(time, course, **HABIT)
    fusion = analyse(uneven, film(uneven, SIDE), film(take(starts=(0.8, 3.4)), FRONT)).fusions[0]
    bottom = len(phases()) // 2
    bends = [d.leg[bottom, :, LegMeasure.KNEE_FLEXION].mean() for d in fusion.departures if d.film == 0]
    assert bends == pytest.approx([7.9 * DEG, -7.9 * DEG], abs=2.5 * DEG)


def test_a_repetition_that_is_alone_in_its_film_departs_from_nothing(people):
    alone = take((0.8,), downs=(1.1,), ups=(1.2,))
    fusion = analyse(people[0], film(people[0], SIDE), film(alone, FRONT)).fusions[0]
    assert {one.film for one in fusion.departures} == {0}


def test_departures_know_only_what_their_film_shows(fusion):
    from_front = next(d for d in fusion.departures if d.film == 1)
    assert np.isnan(from_front.leg[..., LegMeasure.KNEE_FLEXION]).all()
    assert np.isfinite(from_front.body[..., BodyMeasure.PELVIS_SHIFT]).all()


@pytest.mark.parametrize(("number", "along"), [(0, 1), (1, 0)], ids=["side", "front"])
def test_joints_are_surer_along_the_line_of_sight_of_either_film(analysis, fusion, number, along):
    """What a camera tells worst is how far away a joint is; the other one looks across that line."""
    alone = analysis.studies[number].trial.pose.joints_sd
    assert np.mean(fusion.mean.pose.joints_sd[..., along]) < np.nanmean(alone[..., along])


@pytest.fixture(scope="module")
def carried(people):
    """The same two films of a person whose mass is known."""
    first, second = people
    person = replace(first.person, mass=70.0)
    trials = film(first, SIDE, "side.mp4"), film(second, FRONT, "front.mp4", height=1.1, distance=2.8)
    return understand(Case(person=person, trials=trials), KNOWLEDGE)


def test_the_mean_repetition_has_loads_in_space(carried):
    side, fused = carried.studies[0].loads, carried.fusions[0].mean.loads
    assert np.isfinite(fused.peaks[0].leg).all()
    sums = [
        np.nanmax(loads.leg[..., [JointLoad.HIP_MOMENT, JointLoad.KNEE_MOMENT]].sum(axis=-1))
        for loads in (side, fused)
    ]
    # At one thigh angle hip and knee together are told by the weight alone, whichever film tells it.
    assert sums[1] == pytest.approx(sums[0], rel=0.15)


def test_the_page_tells_the_loads_of_the_mean_repetition(carried):
    summary = summarise(carried, {"kneewise": "0"})
    told = summary["fused"]["loads"]
    assert told["left"]["knee_frontal_moment_nm"]["low"] < told["left"]["knee_frontal_moment_nm"]["high"]
    names = [row["name"] for row in tell_fused(summary["fused"])["loads"]]
    assert "moment that pushes the knee outwards, from floor and weight" in names


def test_what_if_starts_from_the_films_together_and_else_from_the_one_that_shows_it_best(carried):
    both = start_from_case(carried, KNOWLEDGE)
    alone = start_from_case(replace(carried, fusions=()), KNOWLEDGE)
    assert isinstance(both, Basis)
    assert isinstance(alone, Basis)
    assert (both.source, both.squats, both.film) == ("side.mp4 and front.mp4 together", 4, None)
    assert alone.film == 0
    # The side cannot see how far apart the feet are; together the films do.
    truth, leg = carried.fusions[0].mean.pose, carried.fusions[0].repetition
    frame = int(np.argmin(np.abs(truth.time - leg.bottom)))
    ankles = truth.joints[frame, :, Joint.ANKLE, 1]
    assert 2 * both.today.ankles_apart == pytest.approx(abs(float(ankles[0] - ankles[1])), abs=0.01)
    assert math.degrees(both.today.shin) == pytest.approx(math.degrees(alone.today.shin), abs=3)
    assert np.trace(both.today.spread) < 1.5 * np.trace(alone.today.spread)


def test_the_report_foresees_from_the_films_together(carried):
    foreseen = foresee(carried, KNOWLEDGE, read_squats())
    assert isinstance(foreseen, Prospect)
    both = start_from_case(carried, KNOWLEDGE)
    assert isinstance(both, Basis)
    assert foreseen.today.ankles_apart == pytest.approx(both.today.ankles_apart)


def test_the_same_films_give_the_same_repetition(analysis):
    again = understand(analysis.case, KNOWLEDGE)
    assert np.array_equal(again.fusions[0].mean.pose.draws, analysis.fusions[0].mean.pose.draws)


def test_summary_terminal_and_page_tell_of_both_films(analysis, fusion):
    summary = summarise(analysis, {"kneewise": "0"})
    told = summary["fused"]
    assert [part["film"] for part in told["takes"]] == [0, 1]
    assert set(told["values"]["bottom"]) >= {"knee_flexion", "knee_inside_foot_line", "trunk_inclination"}
    assert any("knee bend at the lowest point" in line for line in describe_fused(summary))
    pictures = [illustrate(study, None, i) for i, study in enumerate(analysis.studies)]
    page = render(summary, pictures, illustrate_fused(fusion))
    assert "Two films together" in page
    said = "The films are taken to show the same person."
    assert said in page
    assert any(said in line for line in describe_fused(summary))
    assert page.count("How single repetitions differ") == 1


def test_a_single_film_has_no_word_of_fusion(people):
    alone = analyse(people[0], film(people[0], SIDE))
    summary = summarise(alone, {"kneewise": "0"})
    assert summary["fused"] is None
    assert describe_fused(summary) == ()
    assert "films together" not in render(summary, [illustrate(alone.studies[0], None, 0)])

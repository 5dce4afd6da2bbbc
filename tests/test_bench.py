"""The benchmark of accuracy: its statistics against closed forms, its films, its rules of comparison."""

import json
import math
import shutil
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from kneewise.bench.accuracy import Measured
from kneewise.bench.clips import Clip, Track, check_clips, open_clip, read_bodies, read_truth
from kneewise.bench.films import LEAST_SEED, FilmRow, read_films, view_at
from kneewise.bench.page import render_page, render_text
from kneewise.bench.plots import draw_all
from kneewise.bench.rendering import is_there, take_films
from kneewise.bench.scoring import (
    Score,
    find_offset,
    score_baseline,
    score_in_lab,
    score_in_space,
    space_angles,
)
from kneewise.bench.statistics import (
    LEVELS,
    describe_errors,
    describe_repeats,
    minimal_detectable_change,
    share_inside,
)
from kneewise.bench.summary import summarise
from kneewise.conventions import Joint, LegMeasure, Side, Unit, View
from kneewise.errors import DependencyError, FormatError, InputError
from kneewise.geometry import turn_about_vertical
from kneewise.kinematics import compute_motion
from kneewise.model import Person, Pose
from kneewise.samples import sample_film

NOTHING = np.array([])


# Statistics


def test_a_constant_error_is_all_bias():
    error = np.full((50, 2), -3.0)
    errors = describe_errors(error, np.full((50, 2), 2.0), error[:1])
    assert (errors.mean_absolute, errors.bias, errors.at_bottom) == (3.0, -3.0, -3.0)
    assert (errors.inside_1, errors.inside_2) == (0.0, 1.0)
    assert set(errors.percentiles) == {-3.0}


def test_normal_errors_have_the_mean_size_and_the_coverage_of_theory(rng):
    sd = rng.uniform(0.5, 4.0, 100_000)
    errors = describe_errors(rng.normal(0, sd), sd, NOTHING)
    assert errors.mean_absolute == pytest.approx(sd.mean() * math.sqrt(2 / math.pi), rel=0.01)
    assert errors.bias == pytest.approx(0, abs=0.03)
    assert errors.inside_1 == pytest.approx(0.683, abs=0.006)
    assert errors.inside_2 == pytest.approx(0.954, abs=0.006)
    np.testing.assert_allclose(errors.coverage, LEVELS, atol=0.006)


def test_errors_stated_too_small_are_covered_too_rarely(rng):
    error = rng.normal(0, 2.0, 100_000)
    errors = describe_errors(error, np.full_like(error, 1.0), NOTHING)
    assert errors.inside_1 == pytest.approx(2 * norm.cdf(0.5) - 1, abs=0.006)


def test_what_was_not_measured_does_not_count():
    error = np.array([1.0, np.nan, 3.0])
    errors = describe_errors(error, np.array([2.0, 2.0, 2.0]), NOTHING)
    assert (errors.mean_absolute, errors.inside_1) == (2.0, 0.5)
    assert math.isnan(errors.at_bottom)
    assert describe_errors(np.full(4, np.nan), np.ones(4), NOTHING) is None


def test_a_system_that_states_no_error_has_no_coverage():
    assert math.isnan(share_inside(np.ones(3), np.full(3, np.nan), 1.0))


def test_two_sessions_differ_by_the_root_of_two_times_the_sem():
    assert describe_repeats(np.array([[[1.0], [4.0]]])).sem == pytest.approx(3 / math.sqrt(2))


def test_what_is_wrong_every_day_alike_is_no_error_between_days():
    errors = np.broadcast_to(np.array([5.0, -2.0, 8.0])[:, None, None], (3, 4, 2))
    repeats = describe_repeats(errors)
    assert (repeats.sem, repeats.mdc, repeats.people, repeats.sessions) == (0.0, 0.0, 3, 12)


def test_the_sem_is_the_sd_of_the_error_between_days(rng):
    errors = rng.normal(0, 6, (3000, 1, 1)) + rng.normal(0, 1.5, (3000, 4, 1))
    repeats = describe_repeats(errors)
    assert repeats.sem == pytest.approx(1.5, rel=0.02)
    assert repeats.low < repeats.sem < repeats.high
    assert repeats.mdc == pytest.approx(1.96 * math.sqrt(2) * repeats.sem)


def test_the_interval_of_the_sem_holds_the_truth_95_times_in_100(rng):
    held = [
        repeats.low < 2.0 < repeats.high
        for repeats in (describe_repeats(rng.normal(0, 2.0, (4, 4, 1))) for _ in range(4000))
    ]
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_error_alone_exceeds_the_detectable_change_5_times_in_100(rng):
    differences = np.diff(rng.normal(0, 1.3, (100_000, 2)))
    assert (np.abs(differences) > minimal_detectable_change(1.3)).mean() == pytest.approx(0.05, abs=0.004)


def test_missing_sessions_are_left_out():
    errors = np.array([[[1.0], [3.0], [np.nan]], [[7.0], [np.nan], [np.nan]]])
    repeats = describe_repeats(errors)
    assert (repeats.people, repeats.sessions) == (1, 2)
    assert repeats.sem == pytest.approx(math.sqrt(2))
    assert describe_repeats(errors[1:]) is None


# The table of films


def test_the_films_are_new_people_in_every_view():
    rows = [row for row in read_films() if row.set == "standard"]
    assert len({row.seed for row in rows}) == len(rows) == 24
    assert {row.view for row in rows} == {"side", "oblique", "front"}
    assert {row.bottom for row in rows} == {"leggings", "shorts", "trousers"}
    assert min(row.distance_m for row in rows) == 2
    assert max(row.distance_m for row in rows) == 5
    assert {np.sign(row.azimuth_deg) for row in rows if row.view == "side"} == {1, -1}


def test_no_film_has_a_seed_that_others_may_tune_on():
    assert min(row.seed for row in read_films()) >= LEAST_SEED
    with pytest.raises(ValueError, match="tune"):
        replace(read_films()[0], seed=31)


def test_people_come_back_on_four_days_with_the_camera_elsewhere():
    rows = [row for row in read_films() if row.set == "retest"]
    for seed in {row.seed for row in rows}:
        for view in ("side", "oblique"):
            days = [row for row in rows if (row.seed, row.view) == (seed, view)]
            assert [row.session for row in days] == [1, 2, 3, 4]
            assert len({row.azimuth_deg for row in days}) == 4
            assert len({(row.sex, row.bottom, row.fault) for row in days}) == 1


def test_names_are_unique_and_the_short_set_is_a_part():
    names = [row.name for row in read_films()]
    quick = [row.name for row in read_films(quick=True)]
    assert len(set(names)) == len(names)
    assert len(quick) == 6
    assert set(quick) < set(names)


def test_the_table_speaks_the_words_of_the_renderer():
    from kneewise.bench import films
    from kneewise.synthetic import motion, subject

    assert films.FAULTS == motion.FAULTS
    assert films.BOTTOMS == subject.BOTTOMS
    assert {row.arms for row in read_films()} <= set(motion.ARMS)


def test_another_camera_makes_another_film_and_another_set_does_not():
    row = read_films()[0]
    assert replace(row, height_m=row.height_m + 0.01).digest != row.digest
    assert replace(row, quick=not row.quick).digest == row.digest


@pytest.mark.parametrize(
    "wrong", [{"distance_m": 0.2}, {"fault": "limp"}, {"width_px": 481}, {"set": "mine"}], ids=str
)
def test_impossible_rows_are_refused(wrong):
    with pytest.raises(ValueError, match=r"(standard|mine)-5001"):
        replace(read_films()[0], **wrong)


@pytest.mark.parametrize(
    ("azimuth", "view"),
    [(0, "front"), (-50, "oblique"), (100, "side"), (-135, "rear-oblique"), (180, "rear")],
)
def test_views_are_named_by_where_the_camera_stands(azimuth, view):
    assert view_at(azimuth) == view


# Films in a folder


def put(row: FilmRow, folder, digest=None):
    """One of the samples as the film of a row."""
    with sample_film("squat_side") as film:
        for end in (".mp4", ".truth.npz", ".truth.json"):
            shutil.copy(film.with_name(f"squat_side{end}"), folder / f"{row.name}{end}")
    (folder / f"{row.name}.spec.json").write_text(json.dumps({"digest": digest or row.digest}))


def test_films_that_are_there_are_taken(tmp_path):
    rows = read_films(quick=True)
    for row in rows:
        put(row, tmp_path)
    films = take_films(rows, tmp_path, lambda *_: pytest.fail("something was rendered"))
    assert [film.name for film in films] == [f"{row.name}.mp4" for row in rows]


def test_films_of_another_table_are_not_taken(tmp_path):
    row = read_films()[0]
    assert not is_there(row, tmp_path)
    put(row, tmp_path, digest="old")
    assert not is_there(row, tmp_path)
    put(row, tmp_path)
    assert is_there(row, tmp_path)


@pytest.mark.parametrize("end", [".mp4", ".truth.npz", ".truth.json", ".spec.json"])
@pytest.mark.parametrize("kept", [None, 0.0, 0.3, 0.99], ids=["missing", "empty", "cut", "cut at the end"])
def test_films_of_which_a_part_is_broken_are_not_taken(tmp_path, end, kept):
    row = read_films()[0]
    put(row, tmp_path)
    file = tmp_path / f"{row.name}{end}"
    whole = file.read_bytes()
    file.unlink()
    if kept is not None:
        file.write_bytes(whole[: int(kept * len(whole))])
    assert not is_there(row, tmp_path)


def test_a_film_with_other_pictures_than_its_truth_is_not_taken(tmp_path):
    row = read_films()[0]
    put(row, tmp_path)
    with sample_film("squat_oblique") as other:
        shutil.copy(other, tmp_path / f"{row.name}.mp4")
    assert not is_there(row, tmp_path)


def test_films_and_their_cameras_are_specified_in_one_breath():
    pytest.importorskip("moderngl")
    from kneewise.synthetic.camera import CameraSpec
    from kneewise.synthetic.film import FilmSpec, specify

    camera = CameraSpec(azimuth_deg=40.0, height_m=0.5)
    assert specify(seed=3, azimuth_deg=40.0, height_m=0.5) == FilmSpec(seed=3, camera=camera)
    assert specify() == FilmSpec()
    with pytest.raises(TypeError, match="hieght"):
        specify(hieght=0.5)


def test_without_the_renderer_it_is_said_what_to_install(tmp_path):
    from importlib.util import find_spec

    if all(find_spec(name) for name in ("anny", "moderngl", "torch")):
        pytest.skip("the renderer is installed")
    with pytest.raises(DependencyError, match=r"kneewise\[bench\]"):
        take_films(read_films(quick=True), tmp_path / "films", lambda *_: None)
    assert not (tmp_path / "films").exists()


def test_another_session_is_the_same_person_in_other_clothes():
    pytest.importorskip("moderngl")
    from kneewise.synthetic.film import FilmSpec

    subject, look = FilmSpec(seed=7).draw_person()
    other, day = FilmSpec(seed=7, session=2).draw_person()
    assert other == subject
    assert (day.skin, day.hair, day.hair_style) == (look.skin, look.hair, look.hair_style)
    assert day.top != look.top


# Rules of comparison


@pytest.fixture(scope="module")
def truth():
    with sample_film("squat_oblique") as film:
        return read_truth(film.with_name("squat_oblique.truth.npz"))


def posed(track: Track, joints=None):
    joints = track.joints if joints is None else joints
    return Pose.exact(track.time, joints)


def leaned(joints, angle):
    """The shoulders turned forward about the middle of the hips."""
    turned = joints.copy()
    middle = joints[:, :, Joint.HIP].mean(axis=1, keepdims=True)
    x, y, z = np.moveaxis(joints[:, :, Joint.SHOULDER] - middle, -1, 0)
    c, s = math.cos(angle), math.sin(angle)
    turned[:, :, Joint.SHOULDER] = np.stack([c * x + s * z, y, c * z - s * x], axis=-1) + middle
    return turned


def bodies(track: Track, joints=None) -> dict:
    """The same joints as an OpenSim model has them: x forward, y up, z right."""
    joints = track.joints if joints is None else joints
    names = {"humerus": 0, "femur": 1, "tibia": 2, "talus": 3}
    found = {}
    for name, joint in names.items():
        for side in range(2):
            x, y, z = joints[:, side, joint].T
            found[f"{name}_{'lr'[side]}"] = {"translation": np.stack([x, z, -y], axis=-1).tolist()}
    return {"time": track.time.tolist(), "bodies": found}


def test_the_truth_has_no_error(truth):
    for score in score_in_lab("it", compute_motion(posed(truth), View.OBLIQUE), truth):
        np.testing.assert_allclose(score.error[np.isfinite(score.error)], 0, atol=1e-9)


def test_a_trunk_leaned_by_five_degrees_has_that_error_and_the_legs_have_none(truth):
    motion = compute_motion(posed(truth, leaned(truth.joints, math.radians(5))), View.OBLIQUE)
    scores = {score.measure: score for score in score_in_lab("it", motion, truth)}
    np.testing.assert_allclose(scores["trunk_inclination"].error, 5, atol=1e-9)
    np.testing.assert_allclose(scores["trunk_inclination"].at_bottom, 5, atol=1e-9)
    assert len(scores["trunk_inclination"].at_bottom) == len(truth.bottoms) == 3
    np.testing.assert_allclose(scores["knee_flexion"].error, 0, atol=1e-9)


def test_a_measure_of_shallow_bends_is_compared_where_it_exists_next_to_the_bottom(truth):
    motion = compute_motion(posed(truth), View.OBLIQUE)
    line = LegMeasure.KNEE_FRONTAL_PROJECTION
    leg = motion.leg.copy()
    leg[..., line] += motion.leg[..., LegMeasure.KNEE_FLEXION]
    scores = {score.measure: score for score in score_in_lab("it", replace(motion, leg=leg), truth)}
    at_bottom = scores["knee_frontal_projection"].at_bottom
    assert at_bottom.shape == (3, len(Side))
    assert (at_bottom <= 60).all()
    assert (at_bottom > 50).all()


def test_what_the_view_hides_is_not_scored(truth):
    measures = {
        score.measure for score in score_in_lab("it", compute_motion(posed(truth), View.FRONT), truth)
    }
    assert "knee_flexion" not in measures
    assert "knee_inside_foot_line" in measures


def test_turning_the_room_changes_no_error_in_space(truth):
    turned = posed(truth, turn_about_vertical(truth.joints, 1.1))
    offset, scores = score_in_space("it", turned, View.SIDE, truth, truth.bottoms)
    assert offset == pytest.approx(0, abs=1e-9)
    assert len(scores) == 5
    for score in scores:
        np.testing.assert_allclose(score.error, 0, atol=1e-6)


def test_from_the_front_nothing_is_compared_in_space(truth):
    assert score_in_space("it", posed(truth), View.FRONT, truth, truth.bottoms)[1] == ()


def test_a_late_clock_is_found(truth):
    late = Track(time=truth.time + 0.07, joints=truth.joints, facing=False, bottoms=NOTHING)
    assert find_offset(truth.time, space_angles(truth.joints), late) == pytest.approx(0.07, abs=0.005)


def test_a_baseline_with_another_clock_is_compared_at_the_same_instants(truth):
    joints = leaned(truth.joints, math.radians(4))
    baseline = Track(time=truth.time - 0.11, joints=joints, facing=False, bottoms=NOTHING)
    inner = truth.time[20:-20]
    scores = {s.measure: s for s in score_baseline("other", baseline, truth, inner, truth.bottoms)}
    assert np.abs(scores["knee_flexion"].error).max() < 0.5
    assert len(scores["knee_flexion"].error) == len(inner)
    assert np.isnan(scores["knee_flexion"].sd).all()


def test_bodies_are_read_into_our_axes(truth, tmp_path):
    file = tmp_path / "mocap_bodies.json"
    file.write_text(json.dumps(bodies(truth)))
    read = read_bodies(file)
    np.testing.assert_allclose(read.joints[:, :, :4], truth.joints[:, :, :4])
    assert np.isnan(read.joints[:, :, 4:]).all()


# Clips that cannot be used


def test_a_clip_needs_a_film_and_a_truth(tmp_path):
    film = tmp_path / "squat.mp4"
    with pytest.raises(InputError, match="no file"):
        open_clip(film)
    film.write_bytes(b"film")
    with pytest.raises(InputError, match="no truth"):
        open_clip(film)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"PK\x03\x04 cut off"])
def test_a_broken_truth_is_refused(content, tmp_path):
    (tmp_path / "squat.mp4").write_bytes(b"film")
    (tmp_path / "squat.truth.npz").write_bytes(content)
    with pytest.raises(FormatError, match=r"squat\.truth\.npz"):
        open_clip(tmp_path / "squat.mp4")


def test_a_truth_of_another_shape_is_refused(tmp_path):
    file = tmp_path / "squat.truth.npz"
    np.savez(file, time_s=np.zeros(4), joints=np.zeros((4, 17, 3)), repetitions_s=np.zeros((1, 3)))
    with pytest.raises(FormatError, match="shape"):
        read_truth(file)


@pytest.mark.parametrize("spoil", ["missing", "length", "text"])
def test_broken_bodies_are_refused(spoil, truth, tmp_path):
    content = bodies(truth)
    if spoil == "missing":
        del content["bodies"]["tibia_r"]
    elif spoil == "length":
        content["bodies"]["tibia_r"]["translation"] = [[0, 0, 0]]
    file = tmp_path / "mocap_bodies.json"
    file.write_text("no json" if spoil == "text" else json.dumps(content))
    with pytest.raises(FormatError, match=r"mocap_bodies\.json"):
        read_bodies(file)


def test_baselines_must_belong_to_one_clip(truth, tmp_path):
    clip = simulated_clip(truth, tmp_path / "one.mp4", {}, baselines={"other": truth})
    check_clips((clip,))
    with pytest.raises(InputError, match="several clips"):
        check_clips((clip, replace(clip, film=tmp_path / "two.mp4")))


# Summary, tables, drawings


def simulated_clip(truth, film, facts, baselines=None):
    return Clip(
        film=film,
        name=film.stem,
        person=Person(height=1.75),
        truth=truth,
        baselines=baselines or {},
        facts=facts,
    )


def simulated_score(measure, unit, error, sd, system="kneewise", rule="lab"):
    return Score(
        system=system,
        rule=rule,
        measure=measure,
        unit=unit,
        error=error,
        sd=np.full_like(error, sd),
        at_bottom=error[:3],
    )


def simulated(truth, rng, tmp_path):
    """Six clips with knees read 2° too small and an sd of 3°, four people on four days, one refused."""
    made = []
    for i in range(6):
        facts = {
            "view": ("side", "oblique", "front")[i % 3],
            "sex": ("male", "female")[i % 2],
            "bmi": 20.0 + 2 * i,
            "clothes": "shorts",
            "fault": "none",
            "distance_m": 2.0 + 0.5 * i,
            "height_m": 0.4 + 0.2 * i,
        }
        scores = (
            simulated_score("knee_flexion", Unit.DEGREE, rng.normal(-2, 3, (400, 2)), 3.0),
            simulated_score("heel_rise", Unit.CENTIMETRE, rng.normal(0, 1, (400, 2)), 1.0),
            simulated_score("knee_ankle_separation", Unit.RATIO, rng.normal(0, 0.1, (400, 1)), 0.1),
            simulated_score(
                "knee_flexion", Unit.DEGREE, rng.normal(0, 9, (400, 2)), np.nan, "other", "space"
            ),
        )
        made.append(simulated_measured(truth, tmp_path / f"clip{i}.mp4", "standard", facts, scores))
    for seed in range(4):
        own = rng.normal(0, 5)
        for session in range(4):
            error = np.full((400, 2), own) + rng.normal(0, 1.5)
            scores = (simulated_score("knee_flexion", Unit.DEGREE, error, 3.0),)
            facts = {"view": "side", "seed": seed, "session": session}
            name = tmp_path / f"day{seed}{session}.mp4"
            made.append(simulated_measured(truth, name, "retest", facts, scores))
    refused = simulated_measured(truth, tmp_path / "dark.mp4", "standard", {"view": "side"}, ())
    return [*made, replace(refused, refusal="nobody was found", repetitions=0)]


def simulated_measured(truth, film, of_set, facts, scores):
    return Measured(
        clip=simulated_clip(truth, film, facts),
        set=of_set,
        view=View(facts["view"]),
        refusal=None,
        repetitions=3,
        offset=math.nan,
        scores=scores,
        provenance={},
    )


MADE = {
    "command": "kneewise bench accuracy",
    "version": "1",
    "model": "heavy",
    "processor": "one",
    "cores": 2,
    "seconds": 90.0,
    "date": "2026-01-01",
}


@pytest.fixture
def summary(truth, rng, tmp_path):
    return summarise(simulated(truth, rng, tmp_path), MADE)


def test_simulated_errors_come_out_of_the_summary(summary):
    row = next(r for r in summary["by_view"] if (r["view"], r["measure"]) == ("side", "knee_flexion"))
    assert row["clips"] == 2
    assert row["bias"] == pytest.approx(-2, abs=0.3)
    size = 3 * math.sqrt(2 / math.pi) * math.exp(-2 / 9) + 2 * (1 - 2 * norm.cdf(-2 / 3))
    assert row["mean_absolute"] == pytest.approx(size, abs=0.2)
    assert row["inside_1"] == pytest.approx(norm.cdf(5 / 3) - norm.cdf(-1 / 3), abs=0.05)
    assert row["definition_band"] == [2.0, 4.5]


def test_repeats_are_for_test_retest_only(summary):
    assert [row["measure"] for row in summary["retest"]] == ["knee_flexion"]
    assert 0.7 < summary["retest"][0]["sem"] < 2.6
    assert {row["set"] for row in summary["clips"]} == {"standard"}


def test_groups_are_bands_in_order(summary):
    bands = [row["group"] for row in summary["by_group"] if row["split"] == "distance"]
    assert bands == ["under 3 m", "3 to 4 m", "4 m or more"]
    assert sum(row["clips"] for row in summary["by_group"] if row["split"] == "sex") == 6


def test_the_summary_is_plain_json(summary):
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_text_and_page_show_the_band_and_what_the_numbers_cannot_tell(summary):
    page = render_page(summary, [("Coverage", "results/coverage.svg")])
    for told in (render_text(summary), page):
        assert "2–4.5" in told
        assert "matter of" in told
        assert "MDC" in told
        assert "nobody was found" in told
        assert "22 of 23 clips measured" in told
    assert "![Coverage](results/coverage.svg)" in page
    assert MADE["command"] in page


def test_drawings_are_whole_and_of_every_kind(summary):
    drawings = draw_all(summary)
    assert {"errors-degrees.svg", "bottom-degrees.svg", "coverage.svg", "distance.svg", "clothes.svg"} <= set(
        drawings
    )
    assert {"retest-degrees.svg", "errors-centimetres.svg"} <= set(drawings)
    for title, drawing in drawings.values():
        root = ElementTree.fromstring(drawing)
        assert root[0].text == title
        assert "nan" not in drawing


def test_nothing_measured_is_still_a_summary(truth, tmp_path):
    refused = simulated_measured(truth, tmp_path / "dark.mp4", "given", {"view": "side"}, ())
    summary = summarise([replace(refused, refusal="nobody was found")], MADE)
    assert draw_all(summary) == {}
    assert "nobody was found" in render_text(summary)


def test_the_change_that_is_real_is_known_for_what_is_reported():
    from kneewise.knowledge import read_repeatability

    rows = {(row.view, row.measure): row for row in read_repeatability()}
    assert {(View.SIDE, "knee_flexion"), (View.OBLIQUE, "knee_flexion")} <= set(rows)
    for row in rows.values():
        assert row.mdc == pytest.approx(1.96 * np.sqrt(2) * row.sem, rel=0.01, abs=2e-5)

"""`kneewise whatif`: folders and cases in, options with their trades out."""

import json
import math
import shutil
import signal
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from folders import FRONT, PERSON, TIME, squat, write_results
from lifters import lift
from test_words import BANNED
from told import ASKING, NOTHING

from kneewise.casefile import build_case, read_tests
from kneewise.cli import main
from kneewise.conventions import Bar, Concern, Factor, Joint, Side, Task, View
from kneewise.errors import InputError
from kneewise.explaining import explain as tell
from kneewise.explaining import render_explanation
from kneewise.model import Burden, Capture, Person, Repetition, Trial
from kneewise.model import Tested as Result  # pytest takes a name that begins with Test for a test
from kneewise.pipeline import (
    read_knowledge,
    read_measuring,
    read_reasoning,
    start_from_films,
    suppose_for,
    understand,
)
from kneewise.pipeline.supposing import expect
from kneewise.results_reading import read_results
from kneewise.whatif import choose_concern, limits_of, read_arms, read_today
from kneewise.wishing import Wanted, read_wishes

LOADS = (
    "knee_moment", "patellofemoral_force", "hip_moment", "ankle_moment", "lumbar_moment", "balance_margin",
    "ankle_used", "patellofemoral_stress",
)  # fmt: skip
NOBODY = Person(height=1.75, mass=None)


@pytest.fixture
def run(monkeypatch, capsys):
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    kept = {end: signal.getsignal(end) for end in ends}

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["kneewise", "whatif", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    yield call
    for end, handler in kept.items():
        signal.signal(end, handler)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whatif")
    write_results(folder / "anna", {"squat": squat()})
    write_results(folder / "ben", {"rough": squat(0.8, sd=0.012), "sharp": squat(1.6, sd=0.002)})
    write_results(folder / "cleo", {"dark": None})
    write_results(folder / "dora", {"squat": squat()}, NOBODY, Burden())
    write_results(folder / "emil", {"squat": squat()}, replace(PERSON, mass=None))
    return folder


@pytest.fixture
def told(run, made):
    def call(*words):
        code, out, err = run(made / "anna", *words, "--json")
        assert code == 0, err
        return json.loads(out)

    return call


# What comes out


def test_every_option_has_every_load_with_its_error_and_its_change(told):
    found = told("--wedge-mm", 25, "--shin-deg", -8)
    assert found["schema"] == "kneewise.whatif/1"
    assert [one["change"] for one in found["options"]][:1] == ["heels 25 mm up"]
    assert len(found["options"]) == 3
    for one in found["options"]:
        assert {"change", "reachable", "because", "says"} <= set(one)
        for load in LOADS:
            row, now = one[load], found["today"][load]
            assert row["sd"] > 0
            assert row["change_sd"] >= 0
            assert row["unit"]
            assert row["value"] - now["value"] == pytest.approx(
                row["change"], abs=1.01 if now["value"] > 500 else 0.11
            )
            assert row["low"] < row["value"] < row["high"]


def test_today_differs_in_nothing_from_today(told):
    today = told("--wedge-mm", 25)["today"]
    assert all(today[load]["change"] == today[load]["change_sd"] == 0 for load in LOADS)


def test_angles_are_changes_and_a_wedge_is_its_height(told):
    found = told("--shin-deg", -8, "--wedge-mm", 25)
    now = found["today"]["shin"]["value"]
    wedge, shin, both = found["options"]
    assert shin["shin"]["value"] == pytest.approx(now - 8, abs=0.1)
    assert wedge["wish"] == {"heel_mm": 25}
    assert both["wish"] == {"heel_mm": 25, "shin_deg": pytest.approx(now - 8, abs=0.1)}
    assert found["today"]["points_cm"]["heel"][1] == 0
    assert both["points_cm"]["heel"][1] == pytest.approx(2.5)


def test_three_changes_are_told_alone_in_pairs_and_all_together(told):
    found = told("--shin-deg", -8, "--wedge-mm", 25, "--stance-cm", 10)["options"]
    assert [one["of"] for one in found] == [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]
    for one in found:
        parts = [found[part]["wish"] for part in one["of"]]
        assert one["wish"] == {name: value for part in parts for name, value in part.items()}


def test_a_pair_is_named_by_the_numbers_of_its_parts_in_the_order_that_is_told(run, made):
    words = ["--shin-deg", -8, "--wedge-mm", 25, "--stance-cm", 10, "--hold-percent", 5]
    code, out, err = run(made / "anna", *words)
    assert code == 0, err
    table, _, sentences = out.partition("\n\n1 ")
    rows = [line.split("  ")[0] for line in table.splitlines() if line[:1].isdigit()]
    pairs = [f"{a} + {b}" for a in range(1, 5) for b in range(a + 1, 5)]
    assert sorted(row.split(" = ")[1] for row in rows[4:10]) == pairs
    assert rows[10] == "11 = 1 + 2 + 3 + 4"
    told = [line.split(" ")[0] for line in f"1 {sentences}".splitlines() if line[:1].isdigit()]
    assert told[:4] == ["1", "2", "3", "4"]
    assert told[-1] == "11"
    assert "Of the pairs" in sentences


def test_six_changes_with_all_their_pairs_are_told_in_a_fifth_of_a_second(made):
    [film] = read_results(made / "anna")
    basis = start_from_films([film.as_filmed()], PERSON, read_measuring(), limits_of(wall=0.09))
    wanted = Wanted(
        wedge_mm=20, shin_deg=-3, lean_deg=4, depth_deg=-5, stance_cm=4, bar=Bar.GOBLET, load_kg=10
    )
    mixtures = read_wishes(wanted, basis.today, basis.lifter.burden)
    wishes = [one.wish for one in mixtures]
    times = []
    for _ in range(3):
        start = time.process_time()
        suppose_for(basis, wishes)
        times.append(time.process_time() - start)
    assert len(wishes) == 6 + 15 + 1
    assert min(times) < 0.2


def test_the_drawn_points_have_the_body_s_lengths_and_the_told_angles(told):
    found = told("--shin-deg", -8)
    body, points = found["body"], found["options"][0]["points_cm"]
    length = math.dist(points["hip"], points["shoulder"])
    assert length == pytest.approx(body["trunk_cm"], abs=0.1)
    assert math.dist(points["ankle"], points["knee"]) <= body["shank_cm"] + 0.1
    ahead, up = (a - b for a, b in zip(points["shoulder"], points["hip"], strict=True))
    assert math.degrees(math.atan2(ahead, up)) == pytest.approx(
        found["options"][0]["trunk"]["value"], abs=0.2
    )


def test_without_a_wish_the_ways_of_the_programme_are_told(told):
    changes = [one["change"] for one in told()["options"]]
    assert "heels 25 mm up" in changes
    assert any("box" in change for change in changes)
    assert any("12 kg" in change for change in changes)  # three fifths of 20 kg


@pytest.mark.parametrize("question", ["--best", "--family"])
def test_best_and_family_answer(told, question):
    found = told(question)
    assert found["options"]
    assert all(one["reachable"] for one in found["options"]) or question == "--family"


def test_an_ankle_that_stops_a_wish_names_a_wedge_with_which_it_is_reachable(told):
    stopped = told("--shin-deg", 8, "--wall-cm", 9, 8)["options"][0]
    assert not stopped["reachable"]
    assert "ankle" in stopped["because"]
    [stop] = stopped["stops"]
    wedge = next(way["heel_mm"] for way in stop["would_do"] if "heel_mm" in way)
    both = told("--shin-deg", 8, "--wall-cm", 9, 8, "--wedge-mm", wedge)["options"][-1]
    assert both["reachable"]
    assert not told("--shin-deg", 8, "--wall-cm", 9, 8, "--wedge-mm", wedge - 2)["options"][-1]["reachable"]


def test_the_tighter_ankle_counts(told):
    one, other = (
        told("--shin-deg", 2, "--wall-cm", *sides)["limits"]["ankle"] for sides in ((9, 8), (8, 12))
    )
    assert one == other
    assert one["value"] == pytest.approx(8 * 3.6)
    assert one["tested"]


def test_a_test_that_was_told_with_the_films_counts_until_another_one_is_typed(run, tmp_path):
    sides = ((Side.LEFT, 8), (Side.RIGHT, 11))
    walls = tuple(Result(id="knee_to_wall_cm", value=value, side=side) for side, value in sides)
    write_results(tmp_path / "fay", {"squat": squat()}, tests=walls)
    for more, distance in ((), 8), (("--wall-cm", 10, 12), 10):
        code, out, err = run(tmp_path / "fay", "--wedge-mm", 10, *more, "--json")
        assert code == 0, err
        ankle = json.loads(out)["limits"]["ankle"]
        assert ankle["tested"]
        assert ankle["value"] == pytest.approx(3.6 * distance)


def test_what_an_untested_ankle_stops_is_told_of_most_ankles_and_names_the_test(run, made):
    words = [made / "anna", "--shin-deg", 14]
    code, out, err = run(*words)
    assert code == 0, err
    assert "Your ankle probably allows 46°, this needs" in out
    assert "knee-to-wall test would make this surer" in out
    _, tested, _ = run(*words, "--wall-cm", 12, 12)
    assert "Your ankle allows 43°, this needs" in tested
    assert "knee-to-wall test" not in tested


def test_a_person_file_or_a_case_tells_the_test_of_the_ankle(tmp_path):
    file = tmp_path / "person.toml"
    file.write_text(
        '[person]\nheight_cm = 178\n\n[[test]]\nid = "knee_to_wall_cm"\nside = "left"\nvalue = 8\n'
    )
    [tested] = read_tests(file, ASKING)
    assert tested == Result(id="knee_to_wall_cm", value=8.0, side=Side.LEFT)
    file.write_text("[person]\nheight_cm = 178\n")
    assert read_tests(file, ASKING) == ()
    file.write_text('[[test]]\nid = "knee_to_wall_cm"\nvalue = 80\n')
    with pytest.raises(InputError, match="knee_to_wall_cm"):
        read_tests(file, ASKING)


def test_without_the_test_the_band_is_wider_and_the_test_is_named(told):
    wide, tested = (told("--shin-deg", 6, *more) for more in ((), ("--wall-cm", 12, 12)))
    assert wide["options"][0]["ankle_used"]["sd"] > tested["options"][0]["ankle_used"]["sd"]
    assert wide["tests"] == ["knee_to_wall_cm"]
    assert tested["tests"] == []


def test_text_has_a_row_for_each_option_and_says_why_not(run, made):
    code, out, err = run(made / "anna", "--shin-deg", 8, "--wall-cm", 9, 8)
    assert (code, err) == (0, "")
    assert "Today: squat.mp4, 1 squat, 20 kg, front." in out
    assert "(out of reach)" in out
    assert "would do" in out
    assert BANNED.search(out) is None


def test_without_a_body_mass_loads_are_relative_and_it_is_said(run, made):
    code, out, err = run(made / "dora", "--wedge-mm", 25, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert found["relative"]
    assert found["today"]["knee_moment"]["unit"] == "N·m/kg"
    assert 0.3 < found["today"]["knee_moment"]["value"] < 2
    assert 1 < found["today"]["patellofemoral_force"]["value"] < 10  # body weights
    assert "mass was not given" in found["assumptions"][0]


# Folders


def test_a_folder_tells_the_squat_that_was_measured(tmp_path):
    analysis = write_results(tmp_path / "again", {"squat": squat(sd=0.001)})
    [film] = read_results(tmp_path / "again")
    study = analysis.studies[0]
    kept = read_today(study.trial.pose, study.repetitions)
    read = read_today(film.pose, film.repetitions, film.motion)
    for name in ("shin", "thigh", "trunk", "shank_length", "thigh_length", "hips_apart"):
        assert getattr(read, name) == pytest.approx(getattr(kept, name), abs=1e-3), name
    assert film.person == PERSON
    assert film.burden == FRONT
    assert (np.diag(read.spread) > 0).all()


def with_arms(pose, reach=0.25):
    """Arms straight ahead of the shoulders; unseen before the first second."""
    shoulder = pose.joints[:, :, Joint.SHOULDER]
    ahead = np.array([reach, 0.0, 0.0])
    arms = np.stack([shoulder + ahead, shoulder + 2 * ahead], axis=2)
    arms[pose.time < 1] = np.nan
    return replace(pose, arms=arms, arms_sd=np.where(np.isnan(arms[..., 0]), np.nan, 0.02))


def test_a_folder_keeps_where_the_arms_were(tmp_path):
    pose = with_arms(squat())
    write_results(tmp_path / "reaching", {"squat": pose}, burden=Burden())
    [film] = read_results(tmp_path / "reaching")
    basis = start_from_films([film.as_filmed()], PERSON, read_measuring(), limits_of())
    kept = read_arms(pose, film.repetitions, basis.lifter.body)
    assert basis.lifter.arms.forward == pytest.approx(kept.forward, abs=1e-4)
    assert basis.lifter.arms.up == pytest.approx(kept.up, abs=1e-4)
    assert math.hypot(kept.forward, kept.up) < 0.5


def test_arms_out_of_sight_at_the_bottom_are_not_told():
    pose = squat()
    nothing = np.full((len(pose.time), 2, 2, 3), np.nan)
    unseen = replace(pose, arms=nothing, arms_sd=nothing[..., 0])
    bottom = Repetition(task=Task.SQUAT, start=0.8, bottom=2.0, end=3.5, hold=0.0, complete=True)
    assert read_arms(unseen, [bottom], lift(PERSON, Burden()).body) is None
    assert read_arms(pose, [bottom], lift(PERSON, Burden()).body) is None


def test_of_several_films_the_one_that_is_surest_counts_and_is_named(run, made):
    code, out, err = run(made / "ben", "--wedge-mm", 25, "--json")
    assert code == 0, err
    source = json.loads(out)["source"]
    assert source["name"] == "sharp.mp4"
    assert "rough.mp4" in source["notes"][0]


def spoil_person(folder):
    content = json.loads((folder / "summary.json").read_text())
    content["person"]["mass_kg"] = "heavy"
    (folder / "summary.json").write_text(json.dumps(content))


def spoil_joints(folder):
    (folder / "joints.csv").unlink()


def spoil_summary(folder):
    (folder / "summary.json").write_text("{")


@pytest.mark.parametrize("spoil", [spoil_person, spoil_joints, spoil_summary])
def test_a_spoiled_folder_is_refused(run, made, tmp_path, spoil):
    shutil.copytree(made / "anna", tmp_path / "spoiled")
    spoil(tmp_path / "spoiled")
    refuse(run(tmp_path / "spoiled", "--wedge-mm", 25))


# Bad input


def refuse(ended, *said):
    code, out, err = ended
    assert code == 2, err
    assert out == ""
    assert "Traceback" not in err
    assert "Try: " in err
    for words in said:
        assert words in err


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("anna", ["--wedge-mm", 20, "--wedge-mm", 30], "2 times"),
        ("anna", ["--shin-deg", "nan"], "--shin-deg nan"),
        ("anna", ["--shin-deg", "inf"], "--shin-deg inf"),
        ("anna", ["--lean-deg", 70], "would lead from today's"),
        ("anna", ["--depth-deg", -70], "would lead from today's"),
        ("anna", ["--stance-cm", -75], "apart"),
        ("anna", ["--load-kg", -5], "--load-kg -5"),
        ("anna", ["--load-kg", 590], "more than anyone lifts"),
        ("anna", ["--bar", "none", "--load-kg", 40], "contradict"),
        ("anna", ["--wedge-mm", 20, "--shoe-lift"], "contradict"),
        ("anna", ["--depth-deg", -10, "--box-cm", 40], "contradict"),
        ("anna", ["--box", "--shin-deg", -5], "contradict"),
        ("anna", ["--shin-deg", -5, "--lean-deg", 5, "--weight-over", "fore"], "contradict"),
        ("anna", ["--best", "--family"], "one at a time"),
        ("anna", ["--best", "--wedge-mm", 20], "one at a time"),
        ("anna", ["--weight-over", "nose"], "nose"),
        ("anna", ["--tempo-s", 0.1, 0, 1], "no tempo"),
        ("anna", ["--hold-percent", 80], "--hold-percent 80"),
        ("anna", ["--dynamic", "--best"], "follows one repetition"),
        ("anna", ["--dynamic", "--hold-percent", 10, "--tempo-s", 2, 0, 1], "hands"),
        ("anna", ["--dynamic", "--tempo-s", 0.2, 0, 0.2], "keeps the balance"),
        ("anna", ["--box-cm", 95], "does not fit these legs"),
        ("anna", ["--wall-cm", 8, 90], "bridges"),
        ("anna", ["--wall-cm", "nan", 9], "bridges"),
        ("cleo", ["--wedge-mm", 20], "nobody is seen"),
        ("dora", ["--bar", "front"], "none"),
        ("dora", ["--load-kg", 20], "where the load sits"),
        ("dora", ["--load-kg", 20, "--bar", "front"], "body's mass"),
        ("emil", ["--wedge-mm", 20], "not the body mass"),
        ("nowhere", [], "nowhere"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_a_way_out(run, made, name, words, said):
    refuse(run(made / name, *words), said)


# Whole repetitions


def test_a_whole_repetition_is_told_beside_today_s(told):
    found = told("--tempo-s", 2, 0, 1, "--wedge-mm", 25, "--dynamic")
    now, changed = found["repetitions"]
    assert now["change"] == "as today"
    assert changed["change"] == "heels 25 mm up"
    assert changed["tempo_s"] == {"down": 2.0, "pause": 0.0, "up": 1.0}
    for one in (now, changed):
        moments = len(one["time_s"])
        assert one["time_s"] == sorted(one["time_s"])
        assert all(len(one["curves"][load]["value"]) == moments for load in LOADS)
        assert all(len(places) == moments for places in one["points_cm"].values())
        peak = one["peaks"]["knee_moment"]
        assert peak["value"] == pytest.approx(max(one["curves"]["knee_moment"]["value"]), abs=0.11)
        assert peak["change"] > 0
    both = found["options"][-1]
    # The held lowest point of the repetition is the posture of the option, whose tempo adds to it.
    assert changed["points_cm"]["hip"][-1][1] > both["points_cm"]["hip"][1]


def test_without_asking_for_it_nothing_is_followed(told):
    assert told("--wedge-mm", 25)["repetitions"] == []


def test_a_whole_repetition_is_a_table_with_progress_elsewhere(run, made):
    code, out, err = run(made / "anna", "--tempo-s", 1, 1, 1, "--dynamic")
    assert code == 0, err
    assert "The whole repetition, as today: 1 s down, 1 s held, 1 s up." in out
    assert "following the repetition" in err
    assert "following" not in out


# Wishes


def test_a_box_of_a_height_brings_the_hips_to_it(told):
    found = told("--box-cm", 45)["options"][0]
    # The box moves the shins less far than those who sit back alone, so that hips come a little lower.
    assert found["points_cm"]["hip"][1] == pytest.approx(45 + 9, abs=3)


def test_nothing_wanted_is_nothing():
    assert not Wanted()
    assert Wanted(tempo_s=(1.0, 0.0, 1.0))
    assert Wanted(box=True)


def test_a_wish_for_a_load_keeps_the_place_of_today(made):
    [film] = read_results(made / "anna")
    today = read_today(film.pose, film.repetitions, film.motion)
    [one] = read_wishes(Wanted(load_kg=30), today, FRONT)
    assert one.wish.burden == Burden(mass=30, bar=Bar.FRONT)
    [one] = read_wishes(Wanted(bar=Bar.BACK_LOW), today, FRONT)
    assert one.wish.burden == Burden(mass=20, bar=Bar.BACK_LOW)
    [one] = read_wishes(Wanted(bar=Bar.NONE), today, FRONT)
    assert one.wish.burden == Burden()
    with pytest.raises(InputError, match="where the load sits"):
        read_wishes(Wanted(load_kg=30), today, Burden())


@pytest.mark.parametrize(
    ("factors", "irritable", "back", "concern"),
    [
        ((), False, False, Concern.KNEE),
        ((Factor.ANKLE_RANGE,), False, False, Concern.ANKLE),
        ((Factor.SITTING, Factor.ANKLE_RANGE), False, False, Concern.ANKLE),
        ((Factor.ANKLE_RANGE,), False, True, Concern.BACK),
        ((Factor.ANKLE_RANGE,), True, True, Concern.KNEE),
        ((Factor.LUMBOPELVIC_CONTROL,), False, False, Concern.BACK),
    ],
)
def test_an_irritable_knee_comes_first_then_the_back_then_factors(factors, irritable, back, concern):
    assert choose_concern(factors, irritable=irritable, back=back) is concern


# Cases

TYPED = """
[person]
height_cm = 175
mass_kg = 75

[answers]
{answers}

[[trial]]
condition = "baseline"
depth_deg = 105
lean_deg = 42
load_kg = 60
bar = "back-high"

[[test]]
id = "knee_to_wall_cm"
side = "left"
value = 9

[[test]]
id = "knee_to_wall_cm"
side = "right"
value = 8
"""


def write_case(folder, text=TYPED, **changes):
    answers = "\n".join(f"{name} = {json.dumps(value)}" for name, value in {**NOTHING, **changes}.items())
    path = folder / "case.toml"
    path.write_text(text.format(answers=answers), encoding="utf-8")
    return path


def test_a_case_with_typed_angles_stands_in_balance_at_them(run, tmp_path):
    code, out, err = run(write_case(tmp_path), "--wedge-mm", 25, "--json")
    assert code == 0, err
    found = json.loads(out)
    today = found["today"]
    assert today["knee_flexion"]["value"] == pytest.approx(105, abs=0.1)
    assert today["trunk"]["value"] == pytest.approx(42, abs=0.1)
    assert today["pressure_share"]["value"] == pytest.approx(45, abs=0.1)
    assert today["knee_flexion"]["sd"] == pytest.approx(5, rel=0.4)
    assert "typed" in found["source"]["name"]
    assert found["limits"]["ankle"]["value"] == pytest.approx(8 * 3.6)
    assert found["load"] == {"mass_kg": 60, "bar": "back-high"}


def test_options_of_a_case_are_in_the_order_for_its_concern(run, tmp_path):
    path = write_case(tmp_path, back_pain="sometimes")
    _, out, _ = run(path, "--json")
    found = json.loads(out)
    assert found["concern"] == "back"
    _, text, _ = run(path)
    first = found["options"][found["ranked"]["back"][0]]["change"]
    assert f"\n1 {first[0].upper()}{first[1:]}: " in text
    assert "spare the low back" in text


@pytest.mark.parametrize(
    ("text", "changes", "said"),
    [
        (TYPED, {"emergency_leg": ["out_of_place"]}, "somebody should look"),
        (TYPED.replace("lean_deg = 42", ""), {}, "neither a film nor numbers"),
        (TYPED.replace("depth_deg = 105", "depth_deg = 170").replace("42", "-20"), {}, "balance"),
        (TYPED.replace("mass_kg = 75", ""), {}, "body's mass"),
    ],
)
def test_a_case_that_cannot_start_is_refused(run, tmp_path, text, changes, said):
    refuse(run(write_case(tmp_path, text, **changes), "--wedge-mm", 25), said)


# In what is explained


def filmed(person=PERSON, **answers):
    trial = Trial(
        name="squat.mp4",
        digest="0" * 64,
        condition="baseline",
        burden=Burden(),
        capture=Capture(view=View.OBLIQUE),
        pose=squat(time=TIME),
    )
    case = build_case({"answers": {**NOTHING, **answers}}, ASKING)
    return understand(replace(case, person=person, trials=(trial,)))


def test_a_filmed_case_is_told_what_its_choice_and_what_was_left_out_would_change():
    analysis = filmed()
    found = tell(analysis, read_reasoning())
    plan = found["plan"]
    rows = {row["name"]: row for row in found["whatif"]}
    assert [row["name"] for row in found["whatif"] if row["chosen"]] == [plan["technique"]["name"]]
    assert {"upright shins to a box", "raised heels"} <= set(rows)
    assert rows["upright shins to a box"]["knee_moment"]["change"] < 0
    assert rows["upright shins to a box"]["hip_moment"]["change"] > 0
    text = render_explanation(found)
    assert rows["raised heels"]["says"] in text
    assert BANNED.search(text) is None


def test_what_a_plan_may_expect_is_worked_out_while_nobody_waits():
    analysis, knowledge = filmed(), read_knowledge()
    times = []
    for _ in range(3):
        started = time.perf_counter()
        assert expect(analysis, analysis.conclusion.plan, knowledge)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.2


def test_films_of_a_probe_are_no_squat_of_today():
    analysis = filmed()
    trial = replace(analysis.case.trials[0], condition="heels_raised")
    raised = understand(replace(analysis.case, trials=(trial,)))
    assert raised.conclusion.expected == ()


def test_without_a_film_or_a_body_mass_nothing_is_expected():
    assert filmed(person=NOBODY).conclusion.expected == ()
    case = build_case({"answers": NOTHING}, ASKING)
    assert understand(case).conclusion.expected == ()

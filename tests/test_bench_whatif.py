"""`kneewise bench whatif`: the table, people like those measured, legal wishes, verdicts, synthetic films."""

import json
import math
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from pydantic import ValidationError
from test_cli import refuse, run

from kneewise.bench.foretelling import MOMENTS, TRIALS, draw_someone, read_errors, rehearse
from kneewise.bench.results import change_results, write_results
from kneewise.bench.whatif import (
    Compared,
    Found,
    agrees,
    band_of,
    compare,
    draw_group,
    place_weight,
    resolve,
)
from kneewise.bench.whatif_page import draw_changes, render_changes_page, render_changes_text
from kneewise.bench.whatif_speed import Timed
from kneewise.bench.whatif_summary import describe_finding, summarise_changes
from kneewise.conventions import Effect, Sex, View
from kneewise.kinetics.ground import BALL
from kneewise.kinetics.planar import ANKLE
from kneewise.kinetics.rigid import GRAVITY
from kneewise.knowledge import read_anthropometry, read_repeatability
from kneewise.knowledge.changes import Change, Changes, Finding, read_changes
from kneewise.model.supposed import Wish

TABLE = read_changes()
ROWS = {row.id: row for row in TABLE.change}
ANTHROPOMETRY = read_anthropometry()
STUDIES = (
    *("Fry", "Zwerver", "Monteiro", "Lu", "Legg", "Macrum", "Kernozek", "Ishida", "Wretenberg", "Swinton"),
    *("Straub", "Lorenzetti"),
)
PLAIN = {
    "id": "plain",
    "study": "Nobody 1999",
    "condition": "five people: deeper",
    "group": {"people": 5, "height": 1.75, "mass": 75.0},
    "before": {"thigh": 70.0},
    "ask": {"thigh": 90.0},
    "findings": [{"measure": "knee_moment", "kind": "sign", "value": 1.0}],
    "inputs": "all of them estimates",
    "confounds": "none",
    "source": "none",
    "checked": "estimate",
    "grade": "D",
}
MADE = {
    "command": "kneewise bench whatif",
    "version": "0",
    "date": "2026-01-01",
    "seconds": 1.0,
    "processor": "a slow one",
    "cores": 1,
}


def change(**other):
    return Change.model_validate({**PLAIN, **other})


def finding(**other):
    return Finding.model_validate({"measure": "knee_moment", "kind": "change", "unit": "N·m", **other})


def compared(name):
    return compare(ROWS[name], ANTHROPOMETRY)


@pytest.fixture(scope="module")
def summary():
    rows = [compared(name) for name in ("ishida_pressure", "wretenberg_deep", "kernozek_front")]
    timed = [Timed(question="one change", options=1, median=0.014, longest=0.021)]
    return summarise_changes(rows, rehearse(3), timed, TABLE.version, MADE)


@pytest.mark.parametrize("study", STUDIES)
def test_table_has_the_studies_that_were_asked_for(study):
    assert any(row.study.startswith(study) for row in TABLE.change)


def test_every_row_says_where_it_is_from():
    assert TABLE.version >= 1
    assert all(row.source and row.inputs and row.confounds for row in TABLE.change)
    assert {row.checked for row in TABLE.change} <= {"verified", "memory"}


@pytest.mark.parametrize("name", list(ROWS))
def test_what_was_changed_is_a_legal_wish(name):
    for subject in draw_group(ROWS[name], ANTHROPOMETRY):
        wish = resolve(ROWS[name], subject)
        assert isinstance(wish, Wish)
        assert wish


@pytest.mark.parametrize("name", list(ROWS))
def test_group_has_the_published_height_mass_and_sexes(name):
    group = ROWS[name].group
    people = [subject.lifter.person for subject in draw_group(ROWS[name], ANTHROPOMETRY)]
    heights, masses = (np.array([getattr(one, part) for one in people]) for part in ("height", "mass"))
    assert len(people) == group.people
    assert sum(one.sex is Sex.FEMALE for one in people) == group.women
    assert heights.mean() == pytest.approx(group.height)
    assert heights.std(ddof=1) == pytest.approx(group.height_sd)
    assert masses.mean() == pytest.approx(group.mass)
    assert masses.std(ddof=1) == pytest.approx(group.mass_sd)


@pytest.mark.parametrize("name", list(ROWS))
def test_group_squats_in_balance_as_deep_as_told(name):
    before = ROWS[name].before
    group = draw_group(ROWS[name], ANTHROPOMETRY)
    places = [place_weight(subject.lifter, subject.today) for subject in group]
    thighs = [subject.today.thigh for subject in group]
    assert np.mean(places) == pytest.approx(before.pressure, abs=1e-9)
    assert max(abs(place - before.pressure) for place in places) < 0.15
    assert math.degrees(np.mean(thighs)) == pytest.approx(before.thigh)


def test_front_of_a_restricted_knee_is_at_the_tip_of_the_shoe():
    row = ROWS["fry_blocked"]
    for subject in draw_group(row, ANTHROPOMETRY):
        today, shin = subject.today, resolve(row, subject).shin
        front = today.shank_length * math.sin(shin) + 0.05
        tip = (1 - ANKLE[0]) * today.foot_length + 0.025
        assert front == pytest.approx(tip) or shin == today.shin


def test_kept_ankle_leans_the_shin_as_much_as_the_board_slopes():
    row = ROWS["zwerver_15"]
    for subject in draw_group(row, ANTHROPOMETRY):
        wish = resolve(row, subject)
        assert wish.shin - subject.today.shin == pytest.approx(math.radians(15))
        assert wish.heel == pytest.approx(BALL * subject.today.foot_length * math.sin(math.radians(15)))


def test_wedge_under_the_forefoot_is_a_heel_that_stands_lower():
    subject = draw_group(ROWS["macrum_wedge"], ANTHROPOMETRY)[0]
    assert subject.today.heel < 0
    assert resolve(ROWS["macrum_wedge"], subject).heel == 0


def test_load_that_is_a_share_of_the_body_is_each_persons_own():
    for subject in draw_group(ROWS["fry_blocked"], ANTHROPOMETRY):
        assert subject.lifter.burden.mass == pytest.approx(subject.lifter.person.mass)


def test_own_depth_moves_as_far_as_the_groups():
    row = ROWS["kernozek_depth"]
    for subject in draw_group(row, ANTHROPOMETRY):
        assert resolve(row, subject).thigh - subject.today.thigh == pytest.approx(math.radians(88 - 62))


def test_ankle_moment_changes_by_the_weight_times_the_way_of_the_pressure():
    row = ROWS["ishida_pressure"]
    found = compared("ishida_pressure").found[1]
    shifts = [
        (0.535 - place_weight(subject.lifter, subject.today)) * subject.today.foot_length * GRAVITY
        / subject.lifter.person.height
        for subject in draw_group(row, ANTHROPOMETRY)
    ]  # fmt: skip
    assert found.finding.measure == "ankle_moment"
    # The feet themselves, 2.7 % of the weight, press on the floor but not on the ankles.
    assert found.ours == pytest.approx(np.mean(shifts), rel=0.03)


def test_what_the_knee_loses_at_one_depth_the_hip_gains():
    knee, hip = compared("lorenzetti_0").found
    assert knee.ours < -5
    assert hip.ours == pytest.approx(-knee.ours, rel=1e-6)


def test_wider_group_lies_wider_apart():
    narrow = compare(change(group={**PLAIN["group"], "mass_sd": 1.0}), ANTHROPOMETRY).found[0]
    wide = compare(change(group={**PLAIN["group"], "mass_sd": 20.0}), ANTHROPOMETRY).found[0]
    assert wide.apart > narrow.apart


def test_ratio_and_change_tell_the_same():
    ask = {"findings": [{"measure": "knee_moment", "kind": "ratio", "value": 1.2}]}
    ratio = compare(change(**ask, group={**PLAIN["group"], "people": 2}), ANTHROPOMETRY).found[0]
    plain = compare(change(group={**PLAIN["group"], "people": 2}), ANTHROPOMETRY).found[0]
    assert ratio.ours == pytest.approx(plain.after / plain.before, rel=0.02)
    assert ratio.unit == ""
    assert plain.unit == "N·m"


@pytest.mark.parametrize(
    ("told", "ours", "inside"),
    [
        ({"value": -32.8, "sd": 34.2}, -66.9, True),
        ({"value": -32.8, "sd": 34.2}, -67.1, False),
        ({"value": -32.8, "sd": 34.2}, 1.5, False),
        ({"value": 20.0}, 10.1, True),
        ({"value": 20.0}, 9.9, False),
        ({"value": 20.0}, 30.1, False),
        ({"low": -9.0, "high": -5.0}, -5.0, True),
        ({"low": -9.0, "high": -5.0}, -4.9, False),
        ({"kind": "ratio", "unit": "", "value": 1.4}, 1.21, True),
        ({"kind": "ratio", "unit": "", "value": 1.4}, 1.19, False),
        ({"kind": "ratio", "unit": "", "value": 1.4}, 1.61, False),
        ({"kind": "sign", "unit": "", "value": -1.0}, -0.1, True),
        ({"kind": "sign", "unit": "", "value": -1.0}, 0.1, False),
    ],
)
def test_verdict_follows_its_rule(told, ours, inside):
    assert agrees(finding(**told), ours, 1.0) is inside


def test_sign_that_not_nearly_everybody_has_is_none():
    sign = finding(kind="sign", unit="", value=1.0)
    assert agrees(sign, 0.1, 0.9)
    assert not agrees(sign, 0.1, 0.89)


def test_band_without_a_spread_is_half_of_the_change():
    assert band_of(finding(value=-20.0)) == (-30.0, -10.0)
    assert band_of(finding(kind="ratio", unit="", value=1.4)) == (pytest.approx(1.2), pytest.approx(1.6))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"value": -32.8, "sd": 34.2}, "−32.8 ± 34.2 N·m"),
        ({"unit": "°", "value": 1.6, "sd": 1.9}, "+1.6 ± 1.9°"),
        ({"unit": "°", "low": -9.0, "high": -5.0}, "−9 to −5°"),
        ({"kind": "ratio", "unit": "", "value": 1.4}, "×1.4"),
        ({"kind": "sign", "unit": "", "value": -1.0}, "falls"),
    ],
)
def test_published_result_reads_as_it_was_told(told, words):
    assert describe_finding(finding(**told)) == words


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ask": {}}, "Nothing is asked for"),
        ({"ask": {"ankle": "kept"}}, "kept on a slope"),
        ({"ask": {"knee": "kept"}}, "stay behind the toes"),
        ({"ask": {"heel": 10.0, "slope": 5.0}}, "Either the heel"),
        ({"ask": {"heel": 500.0}}, "less than or equal to 100"),
        ({"before": {"thigh": 70.0, "load": 20.0}}, "A load needs its place"),
        ({"group": {**PLAIN["group"], "women": 6}}, "6 women of 5"),
        ({"findings": []}, "at least 1 item"),
        ({"findings": [{"measure": "mood", "kind": "sign", "value": 1.0}]}, "neither an effect"),
        ({"findings": [{"measure": "knee_moment", "kind": "sign", "value": 2.0}]}, "a sign is 1 or -1"),
        ({"findings": [{"measure": "knee_moment", "kind": "change", "value": 2.0}]}, "a change has a unit"),
        ({"findings": [{"measure": "knee_moment", "kind": "ratio", "low": 2.0}]}, "neither a number"),
        ({"findings": [*PLAIN["findings"], *PLAIN["findings"]]}, "one measure twice"),
        ({"checked": "surely"}, "how it was checked"),
        ({"source": ""}, "at least 1 character"),
    ],
)
def test_row_that_says_too_little_is_refused(wrong, said):
    with pytest.raises(ValidationError, match=said):
        change(**wrong)


def test_one_id_is_given_once():
    with pytest.raises(ValidationError, match="Twice the same id"):
        Changes.model_validate({"version": 1, "change": [PLAIN, PLAIN]})


def test_row_is_inside_when_all_its_findings_are():
    rise = Found(
        finding=finding(kind="sign", unit="", value=1.0), unit="N·m", before=1.0, after=2.0, ours=1.0,
        apart=0.1, stated=0.1, agreeing=1.0, inside=True,
    )  # fmt: skip
    fall = Found(
        finding=finding(kind="sign", unit="", value=-1.0), unit="N·m", before=1.0, after=2.0, ours=1.0,
        apart=0.1, stated=0.1, agreeing=1.0, inside=False,
    )  # fmt: skip
    assert Compared(change=change(), found=(rise,), reachable=5, posture=()).inside
    assert not Compared(change=change(), found=(rise, fall), reachable=5, posture=()).inside


@pytest.mark.parametrize("number", range(4))
def test_synthetic_person_squats_in_balance(number):
    someone = draw_someone(number, np.random.default_rng(number), ANTHROPOMETRY)
    assert math.radians(5) < someone.before.shin < math.radians(60)
    assert (someone.lifter.burden.mass > 0) is bool(number % 2)
    truth = someone.truth
    upper = sum(float(part[0, 0, 0]) for part in (truth.trunk, truth.head, truth.arms))
    legs = 2 * sum(float(part[0, 0, 0]) for part in (truth.thigh, truth.shank, truth.foot))
    assert upper + legs == pytest.approx(someone.lifter.person.mass)


def test_rehearsal_tells_every_change_and_moment_of_everybody():
    told = rehearse(3)
    assert len(told) == 3 * len(TRIALS) * len(MOMENTS)
    assert {one.trial for one in told} == {trial.name for trial in TRIALS}
    assert [one.score.z for one in told] == [one.score.z for one in rehearse(3)]
    assert [one.truth for one in told] != [one.truth for one in rehearse(3, seed=1)]


def test_true_changes_at_one_depth_move_moments_between_knee_and_hip():
    told = [one for one in rehearse(4) if one.trial != "thighs 15° less deep"]
    knee = [one.truth for one in told if one.score.effect is Effect.KNEE_MOMENT]
    hip = [one.truth for one in told if one.score.effect is Effect.HIP_MOMENT]
    np.testing.assert_allclose(np.array(knee) + hip, 0, atol=1e-9)


def test_films_err_as_the_table_of_repeatability_says():
    rows = {row.measure: row.sem for row in read_repeatability() if row.view is View.SIDE}
    assert read_errors()[0] == rows["shank_inclination"]
    assert read_errors()[2] == rows["trunk_inclination"]


def test_counts_add_up(summary):
    counts = summary["counts"]
    assert counts["changes"] == {"all": 3, "inside": 2}
    assert counts["uninformed"]["all"] == 2
    assert counts["findings"]["all"] == 6
    assert sum(row["verdict"] == "inside" for row in summary["rows"]) == counts["changes"]["inside"]


def test_miss_is_explained_on_page_and_terminal(summary):
    why = ROWS["wretenberg_deep"].confounds
    text = " ".join(render_changes_text(summary).split())
    assert why in text
    assert why in render_changes_page(summary, []).split("## What is outside, and why")[1]
    assert ROWS["kernozek_front"].confounds not in text


def test_page_has_a_row_for_every_finding_and_rehearsed_load(summary):
    page = render_changes_page(summary, draw_changes(summary).values())
    table = page.split("## Changes")[1].split("##")[0]
    assert table.count("\n| ") == 1 + summary["counts"]["findings"]["all"]
    assert page.count("| shins 8° more upright |") == len(MOMENTS)
    assert "informed a habit" in page


def test_results_are_plain_data_and_drawings_are_drawings(summary, tmp_path):
    write_results(change_results(summary), tmp_path / "out", tmp_path / "page.md")
    assert json.loads((tmp_path / "out" / "whatif.json").read_text())["counts"] == summary["counts"]
    assert ElementTree.parse(tmp_path / "page" / "sizes.svg").getroot().tag.endswith("svg")
    assert "page/sizes.svg" in (tmp_path / "page.md").read_text()


def test_command_refuses_a_page_without_a_folder(tmp_path):
    refuse(run("bench", "whatif", "--page", str(tmp_path / "nowhere" / "page.md")), "cannot be a file")


def test_command_compares_and_rehearses():
    result = run("bench", "whatif", "--people", "2", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["counts"]["changes"]["all"] == len(TABLE.change)
    assert {row["count"] for row in told["rehearsal"]} == {2}
    assert all(row["answers"] > 0 and 0 < row["median_s"] <= row["longest_s"] for row in told["speed"])


def test_speed_stands_on_the_page_in_milliseconds(summary):
    assert "| one change | 1 | 14 ms | 21 ms |" in render_changes_page(summary, ())

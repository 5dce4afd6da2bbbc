"""`kneewise bench loads`: the table, the postures that reproduce it, the verdicts, the engines, the page."""

import copy
import json
import math
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from test_cli import refuse, run

from kneewise.bench.chain import CHAIN, squat
from kneewise.bench.engine_speed import render_engines
from kneewise.bench.engines import build_kneewise, build_mujoco, build_opensim, build_pinocchio
from kneewise.bench.load_page import render_load_page, render_load_text
from kneewise.bench.load_plots import draw_loads
from kneewise.bench.load_summary import describe_published, summarise_loads
from kneewise.bench.loads import compare_published, find_crossing, measure, play
from kneewise.bench.postures import (
    Inclinations,
    UnbalancedError,
    find_pressure,
    flatten,
    pose_of,
    squat_shares,
)
from kneewise.bench.recordings import Recorded, check_recording, find_free_frames, measure_recordings
from kneewise.bench.results import load_results, write_results
from kneewise.bench.verdicts import band_of, judge
from kneewise.conventions import ArmJoint, Joint, JointLoad, Side
from kneewise.errors import OutputError
from kneewise.knowledge import read_anthropometry
from kneewise.knowledge.validation import Quantity, Row, Situation, Validation, When, read_validation
from kneewise.model import GroundForces, Loads, Person

TABLE = read_validation()
ANTHROPOMETRY = read_anthropometry()
STUDIES = (
    *("Glitsch", "Kutzner", "Zwerver", "Fry", "Barrack", "Wretenberg", "Lorenzetti", "Escamilla", "Kingston"),
    *("Cotter", "Kernozek", "Graber"),
)
PLAIN = {
    "id": "plain",
    "study": "Nobody 1999",
    "condition": "a squat",
    "kind": "absolute",
    "quantity": "knee_moment",
    "unit": "N·m",
    "value": 100.0,
    "situations": ["level"],
    "inputs": "all of them estimates",
    "confounds": "none",
    "source": "none",
    "checked": "estimate",
    "grade": "D",
}
RATIO = {"kind": "ratio", "value": 1.4, "situations": ["a", "b"]}
RISES = {"kind": "sign", "value": 1, "says": "rises", "situations": ["a", "b"]}
FALLS = {"kind": "sign", "value": -1, "says": "falls", "situations": ["a", "b"]}
ORDER = {"kind": "order", "says": "rises", "situations": ["a", "b", "c"]}
EQUAL = {"kind": "exact", "says": "equal", "situations": ["a", "b"]}
LEVEL = {"id": "level", "thigh": 90.0, "shank": 32.0, "trunk": 45.0}
MADE = {
    "command": "kneewise bench loads",
    "version": "0",
    "date": "2026-01-01",
    "seconds": 1.0,
    "processor": "a slow one",
    "cores": 1,
}
SPEED = {
    "frames": 10,
    "turns": 1,
    "engines": [
        {"name": "kneewise", "frames_per_second": 2e6, "ratio": 1.0, "deviation_nm": 0.0},
        {"name": "MuJoCo", "frames_per_second": 1e5, "ratio": 20.0, "deviation_nm": 2e-13},
        {"name": "OpenSim", "missing": "pip install opensim"},
    ],
    "film": {"film_s": 20.0, "frames": 600, "draws": 24, "samples": 1000, "seconds": 1.25},
}


def row(**changes):
    return Row.model_validate({**PLAIN, **changes})


def staged(**changes):
    return play(Situation.model_validate({**LEVEL, **changes}), ANTHROPOMETRY)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The whole command once, with everything written."""
    folder = tmp_path_factory.mktemp("loads")
    words = ("--out", str(folder / "out"), "--page", str(folder / "page.md"), "--json")
    result = run("bench", "loads", *words)
    assert result.returncode == 0, result.stderr
    return folder, json.loads(result.stdout)


def test_the_table_holds_the_studies_that_matter():
    assert [name for name in STUDIES if not any(name in r.study for r in TABLE.row)] == []


def test_every_row_is_reproduced_or_says_why_not(results):
    rows = results[1]["rows"]
    assert [r["id"] for r in rows] == [r.id for r in TABLE.row]
    assert [r["id"] for r in rows if (r["verdict"] == "not reproduced") == bool(r["values"])] == []
    assert [r["id"] for r in rows if not r["why"] or (r["values"] and not r["ours_words"])] == []
    missing = [r for r in rows if r["verdict"] == "not reproduced"]
    assert all(r["why"].startswith("cannot be reproduced: ") for r in missing)


def test_many_published_results_are_reproduced(results):
    counts = results[1]["counts"]
    assert counts["reproduced"] >= 20
    assert counts["inside"] + counts["outside"] == counts["reproduced"]
    assert counts["reproduced"] + counts["not_reproduced"] == counts["rows"] == len(TABLE.row)


def test_what_mechanics_makes_equal_is_equal(results):
    exact = [r for r in results[1]["rows"] if r["kind"] == "exact"]
    assert exact
    assert {r["verdict"] for r in exact} == {"inside"}


def test_the_summary_has_its_schema(results):
    folder, summary = results
    assert summary["schema"] == "kneewise.loads/1"
    assert summary["speed"] is None
    assert summary["made"]["command"].startswith("kneewise bench loads")
    written = json.loads((folder / "out" / "loads.json").read_text(encoding="utf-8"))
    assert written == summary
    for r in summary["rows"]:
        assert {"study", "condition", "published_words", "ours", "verdict", "why", "source", "grade"} <= set(
            r
        )


def test_the_page_shows_its_drawings_and_every_row(results):
    folder, summary = results
    page = (folder / "page.md").read_text(encoding="utf-8")
    for name in ("numbers.svg", "signs.svg"):
        assert f"(page/{name})" in page
        assert (folder / "page" / name).read_text(encoding="utf-8") == (folder / "out" / name).read_text(
            encoding="utf-8"
        )
    assert [r["id"] for r in summary["rows"] if r["condition"] not in page] == []
    tables = [line for line in page.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} <= {5, 7, 8}


def test_every_absolute_load_has_its_error(results):
    loads = {load.name.lower() for load in JointLoad}
    own = [
        r for r in results[1]["rows"] if r["kind"] == "absolute" and r["values"] and r["quantity"] in loads
    ]
    assert own
    assert all(r["ours_sd"] > 0 for r in own)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--page", "nowhere/page.md"), "page.md"), (("--out", "taken"), "not a folder")],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_impossible_places_are_refused_before_anything_is_computed(words, said, tmp_path):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    refuse(run("bench", "loads", *words, cwd=tmp_path), said)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": ""}, "source"),
        ({"checked": "rumour"}, "checked"),
        ({"grade": "Z"}, "grade"),
        ({"confounds": ""}, "confounds"),
        ({"situations": []}, "situations or what is missing"),
        ({"missing": "everything"}, "situations or what is missing"),
        ({"value": None}, "no published number"),
        ({"value": None, "says": "much"}, "no published number"),
        ({"quantity": None}, "quantity"),
        ({"inputs": ""}, "inputs"),
        ({"unit": "stone"}, "unit"),
        ({"kind": "ratio"}, "situations"),
        ({"kind": "order", "situations": ["a", "b"]}, "in words"),
        ({"kind": "sign", "situations": ["a", "b"], "says": "up", "value": 2.0}, "1 or -1"),
        ({"kind": "guess"}, "kind"),
        ({"colour": "red"}, "colour"),
    ],
    ids=str,
)
def test_a_row_that_lacks_something_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        row(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"trunk": None},
        {"trunk": None, "shank": None, "pressure": 0.05},
        {"pressure": 0.05},
        {"load": 20.0},
        {"bar": "front"},
        {"thigh": 200.0},
        {"mass": 8000.0},
    ],
    ids=str,
)
def test_a_situation_that_is_not_determined_is_refused(changes):
    with pytest.raises(ValidationError):
        Situation.model_validate({**LEVEL, **changes})


@pytest.mark.parametrize(
    ("situations", "rows"),
    [([LEVEL], []), ([LEVEL, LEVEL], [PLAIN]), ([LEVEL], [PLAIN, PLAIN]), ([], [PLAIN])],
    ids=["unused", "twice", "row twice", "unknown"],
)
def test_rows_and_situations_have_to_fit_together(situations, rows):
    with pytest.raises(ValidationError):
        Validation.model_validate({"situation": situations, "row": rows})


@pytest.mark.parametrize(
    ("changes", "low", "high"),
    [
        ({"value": 100.0}, 85.0, 115.0),
        ({"value": -8.0}, -9.2, -6.8),
        ({"value": 100.0, "sd": 30.0}, 70.0, 130.0),
        ({"value": None, "low": 1.0, "high": 2.0}, 1.0, 2.0),
        ({"value": None, "high": 2.0}, None, 2.0),
    ],
    ids=str,
)
def test_the_band_follows_the_rule(changes, low, high):
    found = band_of(row(**changes))
    assert found == (pytest.approx(low) if low else None, pytest.approx(high))


@pytest.mark.parametrize(
    ("changes", "values", "inside", "why"),
    [
        ({"sd": 30.0}, (129.0,), True, "1.0 sd above"),
        ({"sd": 30.0}, (131.0,), False, "1.0 sd above"),
        ({"sd": 30.0}, (55.0,), False, "1.5 sd below"),
        ({}, (114.0,), True, "14% above"),
        ({}, (84.0,), False, "16% below"),
        ({}, (100.2,), True, "as published"),
        ({"value": None, "low": 0.9, "high": 1.1}, (1.0,), True, "within"),
        ({"value": None, "low": 0.9, "high": 1.1}, (3.9,), False, "above the limits"),
        ({"value": None, "low": 0.9}, (0.5,), False, "below the limits"),
        (RATIO, (140.0, 100.0), True, "as published"),
        (RATIO, (100.0, 140.0), False, "49% below"),
        (FALLS, (80.0, 60.0), True, "falls by 25%"),
        (RISES, (80.0, 60.0), False, "falls by 25%"),
        (RISES, (80.0, 80.0), False, "stays"),
        (RISES, (-2.0, 2.0), True, "rises by 200%"),
        (ORDER, (1.0, 2.0, 3.0), True, "in this order"),
        (ORDER, (1.0, 3.0, 2.0), False, "2 and 3"),
        (ORDER, (1.0, 1.0), False, "1 and 2"),
        (EQUAL, (300.0, 300.0), True, "last digit"),
        (EQUAL, (300.0, 300.001), False, "3e-06"),
    ],
)
def test_the_verdict_follows_the_rule(changes, values, inside, why):
    verdict = judge(row(**changes), values)
    assert verdict.inside is inside
    assert why in verdict.why


def test_a_row_without_postures_says_what_is_missing():
    verdict = judge(row(situations=[], missing="the depth."), ())
    assert (verdict.inside, verdict.ours, verdict.why) == (None, None, "cannot be reproduced: the depth.")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sd": 30.0}, "100 ± 30 N·m"),
        ({"value": None, "low": 0.9, "high": 1.1, "unit": "BW"}, "0.9 to 1.1 BW"),
        ({"value": None, "high": 2.61, "unit": "BW"}, "at most 2.61 BW"),
        ({"value": None, "low": 0.6, "unit": "BW"}, "at least 0.6 BW"),
        ({"says": "2.1", "unit": "BW"}, "2.1 BW"),
        ({"says": "rises"}, "rises"),
        ({"value": 3.0, "unit": "°"}, "3°"),
    ],
    ids=str,
)
def test_published_numbers_are_written_with_their_unit(changes, words):
    assert describe_published(row(**changes)) == words


@pytest.mark.parametrize("decline", [0.0, 20.0])
def test_a_posture_has_the_inclinations_and_lengths_it_was_given(decline):
    played = staged(decline=decline)
    joints, lengths = played.pose.joints[0], played.actor.lengths
    for start, end, length, angle in (
        (Joint.ANKLE, Joint.KNEE, lengths.shank, 32.0),
        (Joint.KNEE, Joint.HIP, lengths.thigh, -90.0),
    ):
        line = joints[:, end] - joints[:, start]
        np.testing.assert_allclose(np.linalg.norm(line, axis=-1), length)
        np.testing.assert_allclose(np.degrees(np.arctan2(line[:, 0], line[:, 2])), angle)
    trunk = joints[:, Joint.SHOULDER].mean(axis=0) - joints[:, Joint.HIP].mean(axis=0)
    assert np.linalg.norm(trunk) == pytest.approx(lengths.trunk)
    assert math.degrees(math.atan2(trunk[0], trunk[2])) == pytest.approx(45.0)
    foot = joints[:, Joint.TOE] - joints[:, Joint.HEEL]
    np.testing.assert_allclose(np.linalg.norm(foot, axis=-1), lengths.foot)
    np.testing.assert_allclose(np.degrees(np.arctan2(-foot[:, 2], foot[:, 0])), decline, atol=1e-9)


def test_in_a_wide_stance_limbs_keep_their_length_and_the_knees_follow_the_feet():
    played = staged(stance=0.65, toe_out=35.0, shank=24.0)
    joints, lengths = played.pose.joints[0], played.actor.lengths
    ankle, knee, hip = (joints[:, j] for j in (Joint.ANKLE, Joint.KNEE, Joint.HIP))
    assert ankle[Side.LEFT, 1] - ankle[Side.RIGHT, 1] == pytest.approx(0.65)
    np.testing.assert_allclose(np.linalg.norm(knee - ankle, axis=-1), lengths.shank)
    np.testing.assert_allclose(np.linalg.norm(hip - knee, axis=-1), lengths.thigh)
    turn = np.degrees(np.arctan2((knee - ankle)[:, 1], (knee - ankle)[:, 0]))
    np.testing.assert_allclose(turn, [35.0, -35.0])


def test_hanging_arms_hang_along_the_trunk_and_stretched_ones_reach_ahead():
    hanging, ahead = (staged(arms=place, trunk=0.0).pose for place in ("hanging", "ahead"))
    for pose, direction in ((hanging, [0, 0, -1]), (ahead, [1, 0, 0])):
        upper = pose.arms[0, :, ArmJoint.ELBOW] - pose.joints[0, :, Joint.SHOULDER]
        fore = pose.arms[0, :, ArmJoint.WRIST] - pose.arms[0, :, ArmJoint.ELBOW]
        for line in (upper, fore):
            unit = line / np.linalg.norm(line, axis=-1, keepdims=True)
            np.testing.assert_allclose(unit, np.broadcast_to(direction, unit.shape), atol=1e-12)
    assert staged().pose.arms is None


@pytest.mark.parametrize("free", ["trunk", "shank"])
@pytest.mark.parametrize("pressure", [0.03, 0.07])
@pytest.mark.parametrize("decline", [0.0, 15.0])
def test_balance_puts_the_weight_where_it_was_asked_for(free, pressure, decline):
    played = staged(**{free: None}, pressure=pressure, decline=decline)
    found = find_pressure(played.actor, played.inclinations)
    assert found[0] == pytest.approx(pressure, abs=1e-6)


def test_a_posture_in_balance_stays_in_balance_all_the_way_down():
    played = staged(trunk=None, pressure=0.05, seconds=3.0)
    np.testing.assert_allclose(find_pressure(played.actor, played.inclinations), 0.05, atol=1e-6)
    assert played.inclinations.thigh[played.bottom] == pytest.approx(math.pi / 2)


def test_nobody_sits_deep_on_upright_shins():
    with pytest.raises(UnbalancedError, match="no lean of the trunk"):
        staged(trunk=None, shank=5.0, pressure=0.08)


def test_a_row_whose_posture_falls_over_cannot_be_reproduced():
    fallen = {"id": "level", "thigh": 90.0, "shank": 5.0, "pressure": 0.08}
    outcome, *_ = compare_published(Validation.model_validate({"situation": [fallen], "row": [PLAIN]}))
    assert outcome.values == ()
    assert outcome.verdict.inside is None
    assert outcome.verdict.why.startswith("cannot be reproduced: no lean")


def test_a_squat_goes_down_and_comes_up():
    time, share = squat_shares(4.0)
    assert share[0] == pytest.approx(0)
    assert share.max() == pytest.approx(1)
    assert time[np.argmax(share)] == pytest.approx(2.0)
    np.testing.assert_allclose(share, share[::-1], atol=1e-12)


def test_from_the_side_a_narrow_stance_loses_nothing_and_a_wide_one_does():
    narrow, wide = staged(), staged(stance=0.65, toe_out=35.0, shank=24.0)
    assert measure(narrow, Quantity.PLANE_ERROR, When.BOTTOM) == pytest.approx(0, abs=1e-9)
    assert measure(wide, Quantity.PLANE_ERROR, When.BOTTOM) > 0.02
    flat = flatten(wide.pose).joints
    np.testing.assert_array_equal(flat[..., [0, 2]], wide.pose.joints[..., [0, 2]])
    assert np.ptp(flat[:, Side.LEFT, :, 1]) == 0


def test_hip_and_knee_share_is_measured_at_the_bottom_and_over_the_way_down():
    held, played = staged(), staged(seconds=3.0)
    hip, knee, both, ratio = (
        measure(held, quantity, When.BOTTOM)
        for quantity in (
            Quantity.HIP_MOMENT,
            Quantity.KNEE_MOMENT,
            Quantity.HIP_KNEE_SUM,
            Quantity.HIP_KNEE_RATIO,
        )
    )
    # Medians of samples need not add up.
    assert both == pytest.approx(hip + knee, rel=0.01)
    assert ratio == pytest.approx(hip / knee)
    hip, knee, ratio = (
        measure(played, quantity, When.LOWERING)
        for quantity in (Quantity.HIP_MOMENT, Quantity.KNEE_MOMENT, Quantity.HIP_KNEE_RATIO)
    )
    assert ratio == pytest.approx(hip / knee)
    assert measure(played, Quantity.KNEE_MOMENT, When.PEAK) >= measure(
        played, Quantity.KNEE_MOMENT, When.BOTTOM
    )


def test_the_crossing_lies_where_hip_and_knee_are_equal():
    played = [staged(trunk=None, shank=shank, pressure=0.05) for shank in (29.0, 29.5, 30.0)]
    lean = find_crossing(played, When.BOTTOM)
    ratios = [measure(one, Quantity.HIP_KNEE_RATIO, When.BOTTOM) for one in played]
    leans = [math.degrees(one.inclinations.trunk[0] - one.inclinations.shank[0]) for one in played]
    slope = (ratios[2] - ratios[0]) / (leans[2] - leans[0])
    assert lean == pytest.approx(leans[1] + (1 - ratios[1]) / slope, abs=0.2)


@pytest.mark.parametrize(
    ("module", "build"),
    [("pinocchio", build_pinocchio), ("mujoco", build_mujoco), ("opensim", build_opensim)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_engine_gives_our_moments_on_the_same_chain(module, build):
    pytest.importorskip(module, reason="an oracle for our own dynamics, in the extra 'test'")
    motion = squat(60)
    np.testing.assert_allclose(build(CHAIN)(motion), build_kneewise(CHAIN)(motion), atol=1e-9)


def test_the_squat_of_the_engines_has_exact_rates():
    motion, step = squat(3001), 3.0 / 3000
    for course, rate in ((motion.angles, motion.rates), (motion.rates, motion.accelerations)):
        np.testing.assert_allclose(np.gradient(course, step, axis=0)[5:-5], rate[5:-5], atol=1e-4)


def test_a_missing_engine_is_named_with_what_installs_it():
    said = render_engines(SPEED)
    assert "OpenSim    not installed: pip install opensim" in said
    assert "ours is 20 times as fast; moments within 2e-13 N·m" in said
    assert "20 s (600 frames, 24 draws" in said


def outcomes():
    """One row of each verdict."""
    rows = [
        {**PLAIN, "value": 60.0},
        {**PLAIN, "id": "far", "value": 900.0},
        {**PLAIN, "id": "not", "situations": [], "missing": "the depth."},
        {
            **PLAIN,
            "id": "up",
            "kind": "sign",
            "value": 1,
            "says": "rises",
            "situations": ["shallow", "level"],
        },
    ]
    shallow = {"id": "shallow", "thigh": 60.0, "shank": 21.0, "trunk": 45.0}
    table = copy.deepcopy({"situation": [LEVEL, shallow], "row": rows})
    return compare_published(Validation.model_validate(table))


@pytest.fixture(scope="module")
def summary():
    return summarise_loads(outcomes(), (), SPEED, MADE)


def test_the_terminal_says_every_row_and_the_speed(summary):
    said = render_load_text(summary)
    for word in ("a squat", "900 N·m", "rises", "cannot be reproduced: the depth.", "MuJoCo"):
        assert word in said
    assert max(map(len, said.splitlines())) <= 110


def test_the_page_has_the_speed_where_it_was_measured(summary):
    assert "## Speed" in render_load_page(summary, [])
    assert "## Speed" not in render_load_page({**summary, "speed": None}, [])


def test_drawings_show_numbers_and_signs_inside_and_outside(summary):
    drawings = draw_loads(summary)
    assert set(drawings) == {"numbers.svg", "signs.svg"}
    for _, drawing in drawings.values():
        ElementTree.fromstring(drawing)
    numbers = drawings["numbers.svg"][1]
    shown = [r for r in summary["rows"] if r["kind"] == "absolute"]
    assert numbers.count("<circle") == sum(r["verdict"] == "inside" for r in shown)
    assert numbers.count('<rect x="') == sum(r["verdict"] == "outside" for r in shown)


def test_nothing_reproduced_draws_nothing(summary):
    missing = [r for r in summary["rows"] if r["verdict"] == "not reproduced"]
    assert draw_loads({**summary, "rows": missing}) == {}


def recorded(knee, vertical):
    """Loads with given knee moments and vertical forces (n, side)."""
    leg = np.zeros((len(knee), len(Side), len(JointLoad)))
    leg[..., JointLoad.KNEE_MOMENT], leg[..., JointLoad.GROUND_REACTION] = knee, vertical
    none = np.zeros(len(knee))
    legs = dict.fromkeys(("leg", "leg_sd", "leg_low", "leg_high"), leg)
    backs = dict.fromkeys(("lumbar", "lumbar_sd", "lumbar_low", "lumbar_high"), none)
    return Loads(time=none, **legs, **backs, assumptions=())


def plates(vertical):
    force = np.zeros((len(vertical), len(Side), 3))
    force[..., 2] = vertical
    return GroundForces(
        time=np.zeros(len(vertical)),
        force=force,
        pressure=np.zeros_like(force),
        free_moment=np.zeros(force.shape[:2]),
    )


def test_a_recording_is_judged_by_knee_moment_force_and_heavier_foot():
    measured = np.array([[600.0, 400.0], [400.0, 600.0], [510.0, 490.0], [600.0, 400.0]])
    ours = measured + np.array([[30.0, 30.0], [300.0, -300.0], [-40.0, 0.0], [0.0, 0.0]])
    alone = recorded(np.array([[10.0, 20], [10, 20], [10, 20], [10, 20]]), ours)
    driven = recorded(np.array([[14.0, 20], [10, 8], [10, 20], [99, 99]]), measured)
    frames = np.array([True, True, True, False])
    bent = np.array([True, False, True, True])
    both = Recorded(
        alone=alone, driven=driven, forces=plates(measured), weight=1000.0, free=frames, bent=bent
    )
    knee, bent_knee, force, foot = check_recording(both)
    assert (knee.value, knee.frames, knee.inside) == (pytest.approx((2 + 6 + 0) / 3), 3, True)
    assert (bent_knee.value, bent_knee.frames) == (pytest.approx((2 + 0) / 2), 2)
    assert force.value == pytest.approx(100 * math.sqrt((0.06**2 + 0 + 0.04**2) / 3))
    assert (foot.value, foot.frames, foot.inside) == (pytest.approx(50), 2, False)


def test_a_recording_without_usable_frames_says_nothing():
    measured = np.full((3, 2), 500.0)
    loads = recorded(np.zeros((3, 2)), measured)
    never = np.zeros(3, dtype=bool)
    checks = check_recording(
        Recorded(alone=loads, driven=loads, forces=plates(measured), weight=981.0, free=never, bent=never)
    )
    assert [check.inside for check in checks] == [None] * 4
    assert all(math.isnan(check.value) for check in checks)


def test_frames_on_a_seat_do_not_count():
    forces = plates(np.array([[490.0, 490.0], [250.0, 250.0], [np.nan, 490.0]]))
    np.testing.assert_array_equal(find_free_frames(forces, 100.0), [True, False, False])


def test_every_situation_draws_a_finite_pose():
    for situation in TABLE.situation:
        angles = {
            "shank": situation.shank or 30.0,
            "thigh": situation.thigh,
            "trunk": situation.trunk or 40.0,
        }
        inclinations = Inclinations(**{name: np.radians([angle]) for name, angle in angles.items()})
        played = play(replace_free(situation), ANTHROPOMETRY)
        assert np.isfinite(pose_of(played.actor, np.zeros(1), inclinations).joints).all(), situation.id


def replace_free(situation):
    """The same with every angle given, so that nothing has to be solved."""
    given = {
        "shank": situation.shank or 30.0,
        "trunk": situation.trunk or 40.0,
        "pressure": None,
        "seconds": 0.0,
    }
    return situation.model_copy(update=given)


@pytest.mark.data
def test_markers_alone_name_the_heavier_foot_of_a_real_recording(data):
    trial = data / "mocap" / "subject_a" / "STSAsym1.trc"
    checks = {c.id: c for c in measure_recordings([trial], Person(height=1.70, mass=60.05))[0]["checks"]}
    assert checks["heavier_foot"].inside
    assert checks["knee_moment"].frames > 300


def test_a_recording_without_plates_or_mass_is_refused(tmp_path):
    trial = tmp_path / "squat.trc"
    trial.write_text("nothing", encoding="utf-8")
    refuse(run("bench", "loads", str(trial), "--height", "170"), "--mass")
    refuse(run("bench", "loads", str(trial), "--height", "170", "--mass", "60"), "squat_grf.mot")
    missing = str(tmp_path / "none.trc")
    refuse(run("bench", "loads", missing, "--height", "170", "--mass", "60"), "no file")


def test_a_disk_that_refuses_spoils_no_earlier_results(tmp_path, monkeypatch, summary):
    out = tmp_path / "out"
    out.mkdir()
    (out / "loads.json").write_text("earlier", encoding="utf-8")
    write = Path.write_text

    def fill_up(path, text, encoding):
        write(path, text[:10], encoding=encoding)
        if "loads.json" in path.name:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", fill_up)
    with pytest.raises(OutputError, match="No space left"):
        write_results(load_results(summary), out, None)
    monkeypatch.undo()
    assert [path.name for path in out.iterdir()] == ["loads.json"]
    assert (out / "loads.json").read_text(encoding="utf-8") == "earlier"

"""Loads in the report: numbers by closed forms, drawings by geometry, sentences by their rules."""

import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from studies import TIME, measured, refused

from kneewise.conventions import JointLoad, LegMeasure, Muscle, Side, Task
from kneewise.knowledge import CHECKED, EverydayLoad, read_everyday_loads
from kneewise.model import Loads, Person, Repetition, Study
from kneewise.report.loads import (
    LoadPictures,
    MuscleForces,
    Phase,
    illustrate_loads,
    phase_spans,
    summarise_loads,
    tell_loads,
)
from kneewise.report.loads.doubt import BAND, lead_of, share_out

SVG = "{http://www.w3.org/2000/svg}"
PERSON = Person(height=1.75, mass=70.0)
WEIGHT = 70.0 * 9.81
EVERYDAY = read_everyday_loads()
FORBIDDEN = ("diagnos", "cure", "treat", "therap", "patient", "injur", "damage", "wear", "arthr", "syndrome")
MOMENTS = {JointLoad.HIP_MOMENT: 90.0, JointLoad.KNEE_MOMENT: 45.0, JointLoad.ANKLE_MOMENT: 15.0}


def loads(*, sd: float = 0.05, right: float = 1.0, **levels: float) -> Loads:
    """Moments that keep one proportion over the whole squat, and forces that grow with bend."""
    bend = measured().motion.leg[:, 0, LegMeasure.KNEE_FLEXION]
    leg = np.zeros((len(TIME), 2, len(JointLoad)))
    for load, level in MOMENTS.items():
        leg[..., load] = levels.get(load.name.lower(), level) * np.sin(bend / 2)[:, None]
    leg[..., JointLoad.PATELLOFEMORAL_FORCE] = (WEIGHT * levels.get("kneecap", 3.0) * bend / bend.max())[
        :, None
    ]
    leg[..., JointLoad.TIBIOFEMORAL_FORCE] = (WEIGHT * (1 + bend / bend.max()))[:, None]
    leg[..., JointLoad.PATELLOFEMORAL_STRESS] = 6e6
    leg[..., JointLoad.GROUND_REACTION] = WEIGHT / 2
    leg[:, Side.RIGHT] *= right
    lumbar = 80 * np.sin(bend)
    return Loads(
        time=TIME, leg=leg, leg_sd=sd * np.abs(leg), lumbar=lumbar, lumbar_sd=sd * np.abs(lumbar),
        assumptions=("Only the feet touch anything.",),
    )  # fmt: skip


def study(carried: Loads | None = None, *, task: Task = Task.SQUAT) -> Study:
    one = measured(loads=loads() if carried is None else carried)
    return replace(one, repetitions=tuple(replace(r, task=task, complete=True) for r in one.repetitions))


def summary(carried: Loads | None = None, *, task: Task = Task.SQUAT, everyday=EVERYDAY) -> dict:
    return summarise_loads([study(carried, task=task)], PERSON, everyday)


def told(carried: Loads | None = None, **changes) -> dict:
    page = tell_loads(summary(carried, **changes), 0, [1, 2])
    assert page is not None
    return page


def paths(svg: str, name: str) -> list[np.ndarray]:
    """Points of the paths of a class, (n, 2), in pixels."""
    return [
        np.array(re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d", "")), dtype=float)
        for path in ElementTree.fromstring(svg).iter(f"{SVG}path")
        if path.get("class", "").split() == name.split()
    ]


def thick(svg: str, side: str) -> list[str]:
    """Moves of the thick curves, not of the samples of the legend."""
    lines = (p for p in ElementTree.fromstring(svg).iter(f"{SVG}path") if p.get("class") == f"line {side}")
    moves = [line.get("d", "") for line in lines if line.get("stroke-width") == "2.6"]
    return [one for one in moves if "L" in one]


def means(svg: str, side: str) -> list[np.ndarray]:
    """Points of the thick curves, (n, 2), in pixels."""
    return [np.array(re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", one), dtype=float) for one in thick(svg, side)]


@pytest.mark.parametrize("row", EVERYDAY, ids=lambda row: f"{row.activity}, {row.load.name}")
def test_every_everyday_load_has_source_check_and_grade(row: EverydayLoad) -> None:
    assert row.source
    assert row.grade
    assert row.checked in CHECKED
    assert 0.5 < row.value < 6


def test_everyday_loads_rise_within_each_force() -> None:
    for load in {row.load for row in EVERYDAY}:
        values = [row.value for row in EVERYDAY if row.load is load]
        assert values == sorted(values)


@pytest.mark.parametrize(
    "wrong",
    [{"source": ""}, {"checked": "hearsay"}, {"value": -1.0}, {"load": JointLoad.KNEE_MOMENT}, {"sd": 9.0}],
)
def test_an_everyday_load_without_its_proof_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="Row walking"):
        replace(EVERYDAY[0], **wrong)


def test_shares_are_those_of_the_moments_and_add_up() -> None:
    share, sd = share_out(np.array([90.0, 45.0, 15.0]), np.array([9.0, 0.0, 0.0]))
    assert share == pytest.approx([0.6, 0.3, 0.1])
    # d(h / S) = (S − h) / S² dh, and the others lose what the hip gains.
    assert sd == pytest.approx([0.4 * 9 / 150, 0.3 * 9 / 150, 0.1 * 9 / 150])


def test_a_joint_that_bends_has_no_share() -> None:
    share, _ = share_out(np.array([60.0, 40.0, -20.0]), np.ones(3))
    assert share == pytest.approx([0.6, 0.4, 0.0])


def test_errors_of_shares_are_never_smaller_than_those_of_any_way_they_can_go_together() -> None:
    rng = np.random.default_rng(3)
    parts, sd = np.array([60.0, 80.0, 25.0]), np.array([6.0, 5.0, 8.0])
    bound, (_, lead_bound) = share_out(parts, sd)[1], lead_of(0, 1, parts, sd)
    for _ in range(20):
        mix = rng.standard_normal((3, 3))
        samples = parts + sd * (rng.standard_normal((4000, 3)) @ (mix / np.linalg.norm(mix, axis=0)))
        shares = samples / samples.sum(axis=1, keepdims=True)
        assert (shares.std(axis=0) <= 1.03 * bound).all()
        assert (shares[:, 0] - shares[:, 1]).std() <= 1.03 * lead_bound


def test_phases_share_the_repetition_without_gap() -> None:
    spans = phase_spans(Repetition(task=Task.SQUAT, start=1.0, bottom=2.0, end=3.5, hold=0.4, complete=True))
    assert spans[Phase.DOWN] == (1.0, pytest.approx(1.8))
    assert spans[Phase.BOTTOM] == (pytest.approx(1.8), pytest.approx(2.2))
    assert spans[Phase.UP] == (pytest.approx(2.2), 3.5)


def test_a_seat_carries_so_that_a_sit_to_stand_is_told_on_the_way_up_only() -> None:
    assert {row["phase"] for row in summary(task=Task.SIT_TO_STAND)["shares"]} == {"up"}
    pictures = illustrate_loads(study(task=Task.SIT_TO_STAND), PERSON, EVERYDAY)
    assert "coming up" in pictures.kneecap[0].svg
    assert "going down" not in pictures.kneecap[0].svg.split("</desc>")[1].lower()


def test_every_phase_and_leg_has_the_shares_of_its_moments() -> None:
    rows = summary()["shares"]
    assert [row["phase"] for row in rows] == ["down", "bottom", "up"]
    for row in rows:
        for whose in ("left", "right", "both"):
            assert [row[whose][joint]["value"] for joint in ("hip", "knee", "ankle")] == [60.0, 30.0, 10.0]
        assert row["hips_minus_knees"]["value"] == 30.0


@pytest.mark.parametrize("moment", [float("nan"), -20.0])
def test_where_nothing_straightens_no_share_is_told(moment: float) -> None:
    carried = loads(hip_moment=moment, knee_moment=moment, ankle_moment=moment)
    assert summary(carried)["shares"] == []
    assert told(carried)["splits"] == ""


def test_left_against_right_is_sure_only_beyond_both_errors() -> None:
    for sd, sure in ((0.02, True), (0.2, False)):
        rows = {row["load"]: row for row in summary(loads(sd=sd, right=0.8))["left_minus_right"]}
        kneecap = rows["patellofemoral_force_n"]
        assert kneecap["value"] == pytest.approx(0.2 * 3 * WEIGHT, rel=0.01)
        assert kneecap["sd"] == pytest.approx(sd * 1.8 * 3 * WEIGHT, rel=0.01)
        assert kneecap["sure"] is sure


def test_mirroring_the_legs_turns_the_difference_round() -> None:
    one = loads(right=0.8)
    other = replace(one, leg=one.leg[:, ::-1], leg_sd=one.leg_sd[:, ::-1])
    for row, mirrored in zip(
        summary(one)["left_minus_right"], summary(other)["left_minus_right"], strict=True
    ):
        assert row["value"] == -mirrored["value"]
        assert row["sd"] == mirrored["sd"]
    assert "left kneecap is pressed more than the right" in told(loads(sd=0.01, right=0.8))["sides"]
    assert "right kneecap is pressed more than the left" in told(
        replace(loads(sd=0.01, right=0.8), leg=loads(right=0.8).leg[:, ::-1])
    )["sides"]  # fmt: skip


def test_what_cannot_be_told_is_said_so() -> None:
    page = told(loads(sd=0.6, right=0.95))
    assert "cannot be told" in page["sides"]
    assert "cannot be told" in page["leader"]
    assert page["rough"]


@pytest.mark.parametrize(
    ("hip", "knee", "first", "second"),
    [
        (100.0, 50.0, "hips do about two thirds", "knees about a third"),
        (30.0, 90.0, "knees do about three quarters", "hips about a quarter"),
    ],
)
def test_the_harder_working_joint_is_named_first(hip: float, knee: float, first: str, second: str) -> None:
    sentence = told(loads(sd=0.02, hip_moment=hip, knee_moment=knee, ankle_moment=0.0))["leader"]
    assert sentence == f"At the bottom your {first} of the effort, your {second}."


@pytest.mark.parametrize("kneecap", [0.5, 1.0, 3.0, 4.5, 8.0])
def test_everyday_life_is_more_or_less_only_beyond_the_error(kneecap: float) -> None:
    story = " ".join(told(loads(sd=0.05, kneecap=kneecap))["story"][2:])
    known = [row for row in EVERYDAY if row.load is JointLoad.PATELLOFEMORAL_FORCE]
    for row in known:
        beyond = (kneecap - row.value) / math.hypot(0.05 * kneecap, row.sd or 0.0)
        verdict = (
            "more than when" if beyond > BAND else "less than when" if beyond < -BAND else "Whether it is"
        )
        assert re.search(rf"{verdict}[^.]*{row.activity}", story), row.activity
    assert all(story.count(row.activity) == 1 for row in known)


def test_the_own_numbers_state_their_band() -> None:
    low, high = (3 * (1 + sign * BAND * 0.1) for sign in (-1, 1))
    assert told(loads(sd=0.1))["story"][0] == (
        f"On the left it is about 3.0 times body weight ({low:.1f} to {high:.1f})."
    )


def test_no_force_is_told_to_pull() -> None:
    for row in told(loads(sd=2.0))["rows"]:
        for cell in [*row.get("cells", []), *([row["whole"]] if "whole" in row else [])]:
            assert ("−" in cell["band"]) == (row["unit"] == "N·m")


def test_numbers_have_no_digit_that_is_not_known() -> None:
    rows = {row["name"]: row["cells"][0] for row in told(loads(sd=0.4))["rows"] if "cells" in row}
    assert rows["force on the kneecap"] == {"value": "2100", "band": "700 to 3400"}
    assert rows["pressure behind the kneecap *"] == {"value": "6.0", "band": "2.1 to 9.9"}


def test_without_mass_or_loads_nothing_is_drawn_or_told() -> None:
    assert illustrate_loads(study(), Person(height=1.75)) == LoadPictures()
    assert illustrate_loads(refused(), PERSON) == LoadPictures()
    assert tell_loads(summarise_loads([refused()], PERSON), 0, [1]) is None


def test_a_repetition_that_the_film_cuts_off_is_not_counted() -> None:
    one = study()
    half = replace(one, repetitions=(one.repetitions[0], replace(one.repetitions[1], complete=False)))
    drawn = illustrate_loads(half, PERSON).kneecap[0].svg
    assert drawn.count('stroke-width="0.9"') == 0  # a single repetition is its own mean
    none = replace(one, repetitions=tuple(replace(r, complete=False) for r in one.repetitions))
    assert illustrate_loads(none, PERSON) == LoadPictures()
    assert summarise_loads([none], PERSON)["shares"] == []


def test_the_kneecaps_curve_passes_through_the_loads() -> None:
    svg = illustrate_loads(study(loads(kneecap=3.0)), PERSON, EVERYDAY).kneecap[0].svg
    for mean in means(svg, "left"):
        # 0 to 120° at 40 to 270 px; the force grows straight from 0 to 3 body weights at 110°.
        bend = (mean[:, 0] - 40) / 230 * 120
        step = np.polyfit(bend, mean[:, 1], 1)
        assert np.abs(np.polyval(step, bend) - mean[:, 1]).max() < 0.5
    marks = {round(points[0, 1], 1) for points in paths(svg, "mark")}
    height = {value: 236 - value / 4 * 196 for value in (0.9, 2.8, 3.0, 3.2)}
    assert {round(y, 1) for y in height.values()} == marks  # running, 5.2, is off this scale
    assert mean[:, 1].min() == pytest.approx(height[3.0], abs=2)


def test_the_band_holds_the_line() -> None:
    svg = illustrate_loads(study(loads(sd=0.2)), PERSON, EVERYDAY).kneecap[1].svg
    for mean, area in zip(means(svg, "right"), paths(svg, "band"), strict=True):
        half = len(area) // 2
        assert (area[:half, 1] <= mean[:, 1] + 0.05).all()
        assert (area[half:][::-1, 1] >= mean[:, 1] - 0.05).all()
        assert area[:, 1].max() <= 236.05  # a kneecap is never pulled


def test_down_and_up_are_told_apart_without_colour() -> None:
    svg = illustrate_loads(study(), PERSON, EVERYDAY).kneecap[0].svg
    heads = paths(svg, "arrow left")
    on_curve, in_legend = heads[:2], heads[2:]
    for heads_of_two in (on_curve, in_legend):
        tips = [head[0, 0] - head[1:, 0].mean() for head in heads_of_two]
        assert tips[0] > 0 > tips[1]


def test_both_legs_are_drawn_on_one_scale() -> None:
    pictures = illustrate_loads(study(loads(right=0.5)), PERSON, EVERYDAY).kneecap
    assert [p.title for p in pictures] == ["left kneecap", "right kneecap"]
    left, right = (means(p.svg, side)[0][:, 1] for p, side in zip(pictures, ("left", "right"), strict=True))
    assert (236 - right.min()) == pytest.approx((236 - left.min()) / 2, abs=0.5)


def test_the_mean_is_as_deep_and_as_high_as_the_repetitions_are_in_the_mean() -> None:
    one = study()
    later = TIME > 3
    less = np.where(later, 0.8, 1.0)[:, None]
    leg, carried = one.motion.leg.copy(), one.loads.leg.copy()
    leg[..., LegMeasure.KNEE_FLEXION] *= less
    carried[..., JointLoad.PATELLOFEMORAL_FORCE] *= 0.5 * less
    uneven = replace(
        one, motion=replace(one.motion, leg=leg), loads=replace(one.loads, leg=carried, leg_sd=0.05 * carried)
    )
    words = ElementTree.fromstring(illustrate_loads(uneven, PERSON).kneecap[0].svg).findtext(f"{SVG}desc")
    assert (words or "").startswith(f"Largest at {0.9 * 110:.0f}°: {0.9 * 1.5:.1f} ")


def test_a_gap_on_the_way_stays_a_gap() -> None:
    one = study()
    carried = one.loads.leg.copy()
    carried[(TIME > 0.7) & (TIME < 0.95)] = np.nan
    svg = illustrate_loads(replace(one, loads=replace(one.loads, leg=carried)), PERSON).kneecap[0].svg
    assert [moves.count("M") for moves in thick(svg, "left")] == [2, 1]


def test_where_the_load_is_not_known_at_first_the_way_begins_where_it_is() -> None:
    one = study(task=Task.SIT_TO_STAND)
    carried = one.loads.leg.copy()
    for repetition in one.repetitions:
        carried[(repetition.bottom - 0.1 < TIME) & (repetition.bottom + 0.3 > TIME)] = np.nan
    drawn = illustrate_loads(replace(one, loads=replace(one.loads, leg=carried)), PERSON).kneecap
    first = (means(drawn[0].svg, "left")[0][0, 0] - 40) / 230 * 120
    assert first == pytest.approx(110 * np.cos(np.pi * 0.3 / 3) ** 2, abs=1.5)


def test_ranges_lie_where_their_numbers_are() -> None:
    root = ElementTree.fromstring(told(loads(sd=0.1))["beside"])
    own = next(c for c in root.iter(f"{SVG}circle") if "left" in c.get("class", ""))
    scale = 200 / 8
    assert float(own.get("cx", "nan")) == pytest.approx(136 + 3 * scale, abs=0.1)
    others = [float(c.get("cx", "nan")) for c in root.iter(f"{SVG}circle") if "soft" in c.get("class", "")]
    known = [row.value for row in EVERYDAY if row.load is JointLoad.PATELLOFEMORAL_FORCE]
    assert others == pytest.approx([136 + value * scale for value in known], abs=0.1)
    dashed = [p for p in root.iter(f"{SVG}path") if p.get("stroke-dasharray") == "3 3"]
    assert len(dashed) == sum(row.checked == "estimate" for row in EVERYDAY)


def test_shares_fill_their_bars() -> None:
    root = ElementTree.fromstring(told()["splits"])
    bars = [r for r in root.iter(f"{SVG}rect") if float(r.get("width", "0")) > 14.5]
    assert len(bars) == 3 * 2 * 3
    for hip, knee, ankle in zip(*[iter(bars)] * 3, strict=True):
        widths = [float(bar.get("width", "nan")) for bar in (hip, knee, ankle)]
        assert widths == pytest.approx([0.6 * 298, 0.3 * 298, 0.1 * 298], abs=0.1)
        assert [bar.get("class") for bar in (hip, knee, ankle)] == ["hip", "knee", "ankle"]


def test_the_whiskers_of_a_bar_lie_around_its_borders() -> None:
    root = ElementTree.fromstring(told(loads(sd=0.02))["splits"])
    ends = [
        [float(x) for x in re.findall(r"M([\d.]+) .*H([\d.]+)", path.get("d", ""))[0]]
        for path in root.iter(f"{SVG}path")
        if path.get("class") == "whisker"
    ]
    for (low, high), border in zip(ends, [0.6, 0.9] * 6, strict=True):
        assert (low + high) / 2 == pytest.approx(52 + border * 298, abs=0.1)
        assert high - low > 0.5


def test_muscles_are_drawn_when_there_are_forces_and_the_strongest_comes_first() -> None:
    force = np.ones((len(TIME), 2, len(Muscle))) * 100
    force[..., Muscle.QUADRICEPS] = 500
    drawn = illustrate_loads(study(), PERSON, muscles=MuscleForces(force=force, force_sd=force / 10)).muscles
    assert [picture.title for picture in drawn] == ["left leg", "right leg"]
    root = ElementTree.fromstring(drawn[0].svg)
    names = [text.text for text in root.iter(f"{SVG}text")]
    assert "front of the thigh" in names
    dots = [float(c.get("cx", "nan")) for c in root.iter(f"{SVG}circle")]
    assert dots == sorted(dots, reverse=True)
    assert illustrate_loads(study(), PERSON).muscles == ()


def test_every_picture_says_what_it_shows() -> None:
    pictures = illustrate_loads(study(), PERSON, EVERYDAY)
    page = told()
    drawn = [*(p.svg for p in (*pictures.kneecap, *pictures.knee)), page["beside"], page["splits"]]
    for svg in drawn:
        root = ElementTree.fromstring(svg)
        assert root.findtext(f"{SVG}title")
        assert root.findtext(f"{SVG}desc")
        assert "nan" not in re.sub(r"<title>.*</desc>", "", svg).lower()


def test_the_largest_load_is_spelled_out_for_those_who_cannot_see_the_curve() -> None:
    svg = illustrate_loads(study(loads(sd=0.1)), PERSON).kneecap[0].svg
    words = ElementTree.fromstring(svg).findtext(f"{SVG}desc") or ""
    found = re.search(r"Largest at (\d+)°: ([\d.]+) \(([\d.]+) to ([\d.]+)\)", words)
    assert found
    bend, value, low, high = (float(number) for number in found.groups())
    assert value == pytest.approx(3 * bend / 110, abs=0.05)
    assert (low, high) == pytest.approx((value * (1 - BAND / 10), value * (1 + BAND / 10)), abs=0.1)


def test_the_shares_are_spelled_out_for_those_who_cannot_see_them() -> None:
    words = ElementTree.fromstring(told()["splits"]).findtext(f"{SVG}desc") or ""
    for heading in ("Going down", "At the bottom", "Coming up"):
        assert re.search(rf"{heading}: left hip 60 % \(± \d+\), knee 30 % .*?; right hip 60 %", words)


def test_only_plain_words_are_used() -> None:
    for carried in (loads(sd=0.02, right=0.8), loads(sd=0.6)):
        page = told(carried)
        words = " ".join(
            [*page["story"], page["sides"], page["leader"], *(row["name"] for row in page["rows"])]
        )
        assert [word for word in FORBIDDEN if word in words.lower()] == []
        assert "MPa" not in words

"""Loads in the report: numbers by closed forms, drawings by geometry, sentences by their rules."""

import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy.stats import norm
from studies import TIME, measured, refused

from kneewise.conventions import JointLoad, LegMeasure, Muscle, Phase, Side, Task
from kneewise.knowledge import EverydayLoad, read_everyday_loads
from kneewise.model import CHECKED, Array, Loads, Peaks, Person, Repetition, Study
from kneewise.report.loads import LoadPictures, illustrate_loads, summarise_loads, tell_loads
from kneewise.report.loads.samples import share_out

SVG = "{http://www.w3.org/2000/svg}"
PERSON = Person(height=1.75, mass=70.0)
WEIGHT = 70.0 * 9.81
EVERYDAY = read_everyday_loads()
FORBIDDEN = ("diagnos", "cure", "treat", "therap", "patient", "injur", "damage", "wear", "arthr", "syndrome")
MOMENTS = {JointLoad.HIP_MOMENT: 90.0, JointLoad.KNEE_MOMENT: 45.0, JointLoad.ANKLE_MOMENT: 15.0}
BAND = 1.645
SAMPLES = 2001
NORMAL = norm.ppf((np.arange(SAMPLES) + 0.5) / SAMPLES)
"""A normal distribution without chance: its median is 0, its ends are those of its formula."""
PLAIN = {"value", "sd", "low", "high"}


def spread_out(sd: float, seed: int | None = None) -> Array:
    """(s,) factors around 1, the same for all who give no seed. [unitless]"""
    return np.exp(sd * (NORMAL if seed is None else np.random.default_rng(seed).permutation(NORMAL)))


def whole(task: Task = Task.SQUAT) -> tuple[Repetition, ...]:
    return tuple(replace(repetition, task=task, complete=True) for repetition in measured().repetitions)


def loads(
    *, sd: float = 0.05, apart: float = 0.0, right: float = 1.0, later: float = 1.0,
    task: Task = Task.SQUAT, **levels: float,
) -> Loads:  # fmt: skip
    """Moments that keep one proportion over the whole squat, and forces that grow with bend.

    All are unsure by `sd` together, and each by `apart` on its own; the right leg bears `right` times what
    the left one does, and the second repetition asks for `later` times what the first one does.
    """
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
    leg[..., JointLoad.KNEE_FRONTAL_MOMENT] = np.nan
    leg[:, Side.RIGHT] *= right
    leg[TIME > 3] *= later
    lumbar = 80 * np.sin(bend)
    reach = np.exp(BAND * sd)
    return Loads(
        time=TIME, leg=leg, leg_sd=sd * np.abs(leg), leg_low=leg / reach, leg_high=leg * reach, lumbar=lumbar,
        lumbar_sd=sd * lumbar, lumbar_low=lumbar / reach, lumbar_high=lumbar * reach,
        assumptions=("Only the feet touch anything.",),
        peaks=tuple(sampled(leg, lumbar, one, sd=sd, apart=apart) for one in whole(task)),
    )  # fmt: skip


def sampled(leg: Array, lumbar: Array, repetition: Repetition, *, sd: float, apart: float) -> Peaks:
    """Peaks of a repetition and means over its phases, in every sample."""
    own = [[spread_out(apart, 2 * load + side) for load in JointLoad] for side in Side]
    factors = spread_out(sd)[:, None, None] * np.moveaxis(own, -1, 0)

    def within(span: tuple[float, float]) -> Array:
        return (span[0] <= TIME) & (span[1] >= TIME)

    rows = within((repetition.start, repetition.end))
    return Peaks(
        leg=leg[rows].max(axis=0) * factors,
        lumbar=lumbar[rows].max() * spread_out(sd),
        phases={phase: leg[within(span)].mean(axis=0) * factors for phase, span in repetition.phases.items()},
    )


def of_each_kilogram(carried: Loads) -> Loads:
    """The same where the body mass is not known."""
    arrays = ("leg", "leg_sd", "leg_low", "leg_high", "lumbar", "lumbar_sd", "lumbar_low", "lumbar_high")
    peaks = tuple(
        Peaks(
            leg=one.leg / PERSON.mass,
            lumbar=one.lumbar / PERSON.mass,
            phases={phase: mean / PERSON.mass for phase, mean in one.phases.items()},
        )
        for one in carried.peaks
    )
    scaled = {name: getattr(carried, name) / PERSON.mass for name in arrays}
    return replace(carried, **scaled, peaks=peaks, relative=True)


def study(carried: Loads | None = None, *, task: Task = Task.SQUAT, name: str = "squat.mp4") -> Study:
    return measured(name, loads=loads(task=task) if carried is None else carried, repetitions=whole(task))


def summary(carried: Loads | None = None, *, task: Task = Task.SQUAT, everyday=EVERYDAY) -> dict:
    return summarise_loads([study(carried, task=task)], PERSON, everyday)


def told(carried: Loads | None = None, **changes) -> dict:
    page = tell_loads(summary(carried, **changes), 0, ["squat.mp4"])
    assert page is not None
    return page


def differences(**changes: float) -> str:
    return " ".join(told(loads(**changes))["differences"])


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
    shares = share_out(np.array([[90.0, 45.0, 15.0], [10.0, 30.0, 0.0]]))
    np.testing.assert_allclose(shares, [[0.6, 0.3, 0.1], [0.25, 0.75, 0.0]])


def test_a_joint_that_bends_has_no_share() -> None:
    np.testing.assert_allclose(share_out(np.array([[60.0, 40.0, -20.0]])), [[0.6, 0.4, 0.0]])


def test_where_nothing_straightens_there_is_no_share() -> None:
    assert np.isnan(share_out(np.array([[-1.0, -2.0, 0.0], [1.0, np.nan, 2.0]]))).all()


def test_what_is_wrong_with_all_joints_alike_leaves_their_shares_alone() -> None:
    row = summary(loads(sd=0.5))["shares"][0]
    assert row["left"]["hip"] == {"value": 60.0, "sd": 0.0, "low": 60.0, "high": 60.0, "unit": "%"}


def test_errors_of_shares_are_those_of_their_moments() -> None:
    """∂s_i / ∂p_j = (δ_ij − s_i) / Σ p for errors that have nothing in common."""
    apart, share = 0.05, np.array([0.6, 0.3, 0.1])
    slopes = np.eye(3) - share[:, None]
    sd = 100 * np.linalg.norm(slopes * share * apart, axis=1)
    lead = 100 * np.linalg.norm((slopes[0] - slopes[1]) * share * apart) / math.sqrt(2)
    row = summary(loads(sd=0.3, apart=apart))["shares"][0]
    for whose, size in (("left", 1.0), ("right", 1.0), ("both", 1 / math.sqrt(2))):
        found = [row[whose][joint]["sd"] for joint in ("hip", "knee", "ankle")]
        assert found == pytest.approx(sd * size, rel=0.07, abs=0.06)
    assert row["hips_minus_knees"]["sd"] == pytest.approx(lead, rel=0.07, abs=0.06)


def test_phases_share_the_repetition_without_gap() -> None:
    spans = Repetition(task=Task.SQUAT, start=1.0, bottom=2.0, end=3.5, hold=0.4, complete=True).phases
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


@pytest.mark.parametrize(("apart", "sure"), [(0.02, True), (0.2, False)])
def test_left_against_right_is_sure_only_beyond_its_error(apart: float, sure: bool) -> None:
    rows = {row["load"]: row for row in summary(loads(sd=0.0, apart=apart, right=0.8))["left_minus_right"]}
    kneecap = rows["patellofemoral_force_n"]
    size = spread_out(apart).std(ddof=1) * math.hypot(1.0, 0.8) * 3 * WEIGHT
    assert kneecap["value"] == pytest.approx(0.2 * 3 * WEIGHT, rel=0.05)
    assert kneecap["sd"] == pytest.approx(size, rel=0.05)
    assert kneecap["cancelled"] == pytest.approx(0.0, abs=0.05)
    assert kneecap["sure"] is sure


def test_what_is_unsure_of_both_legs_alike_cancels_in_their_difference() -> None:
    """Left less right is 0.2 of one and the same factor."""
    for row in summary(loads(sd=0.3, right=0.8))["left_minus_right"]:
        level = 3 * WEIGHT if "force" in row["load"] else 45 * math.sin(math.radians(55))
        assert row["sd"] == pytest.approx(0.2 * level * spread_out(0.3).std(ddof=1), rel=0.01, abs=0.06)
        assert row["low"] == pytest.approx(0.2 * level * math.exp(-BAND * 0.3), rel=0.01, abs=0.06)
        assert row["high"] == pytest.approx(0.2 * level * math.exp(BAND * 0.3), rel=0.01, abs=0.06)
        assert row["cancelled"] == pytest.approx(1 - 0.2 / math.hypot(1.0, 0.8), abs=0.006)
        assert row["sure"]


def test_mirroring_the_legs_turns_the_difference_round() -> None:
    one = loads(right=0.8, apart=0.01)
    mirror = tuple(replace(peak, leg=peak.leg[:, ::-1]) for peak in one.peaks)
    other = replace(one, leg=one.leg[:, ::-1], peaks=mirror)
    for row, mirrored in zip(
        summary(one)["left_minus_right"], summary(other)["left_minus_right"], strict=True
    ):
        assert (row["value"], row["low"], row["high"]) == (
            -mirrored["value"],
            -mirrored["high"],
            -mirrored["low"],
        )
        assert (row["sd"], row["cancelled"]) == (mirrored["sd"], mirrored["cancelled"])
    assert "left kneecap is pressed more than the right" in told(one)["differences"][0]
    assert "right kneecap is pressed more than the left" in told(other)["differences"][0]


def test_repetitions_are_told_against_the_first_with_their_own_error() -> None:
    rows = summary(loads(sd=0.3, later=1.25))["between_repetitions"]
    assert [(row["repetition"], row["against"]) for row in rows] == [(2, 1), (2, 1)]
    assert rows[0]["value"] == pytest.approx(0.25 * 3 * WEIGHT, rel=0.01)
    assert rows[0]["sd"] == pytest.approx(0.25 * 3 * WEIGHT * spread_out(0.3).std(ddof=1), rel=0.01)
    assert rows[0]["cancelled"] == pytest.approx(1 - 0.25 / math.hypot(1.0, 1.25), abs=0.006)
    assert "In repetition 2 the kneecaps are pressed more than in repetition 1" in differences(later=1.25)
    assert "In repetition 2 the kneecaps are pressed less than in repetition 1" in differences(later=0.8)


def films(*tasks_and_sizes: tuple[Task, float]) -> dict:
    return summarise_loads(
        [
            study(loads(sd=0.3, right=size, kneecap=3 * size, knee_moment=45 * size, task=task), task=task)
            for task, size in tasks_and_sizes
        ],
        PERSON,
    )


def test_films_of_one_person_are_told_against_the_first_of_the_same_task() -> None:
    squat, chair = Task.SQUAT, Task.SIT_TO_STAND
    rows = films((squat, 1.0), (chair, 1.0), (squat, 0.5), (chair, 1.0))["between_films"]
    assert {(row["film"], row["against"]) for row in rows} == {(2, 0), (3, 1)}
    kneecap = rows[0]
    # The right leg of the third film has a quarter of the load, the left one half.
    assert kneecap["value"] == pytest.approx(-(1 - (0.5 + 0.25) / 2) * 3 * WEIGHT, rel=0.01)
    assert kneecap["cancelled"] == pytest.approx(1 - 0.625 / math.hypot(1.0, 0.375), abs=0.006)
    assert kneecap["sure"]
    assert [row["sure"] for row in rows if row["film"] == 3] == [False, False]


def test_a_film_is_named_as_it_is_called() -> None:
    told_of = films((Task.SQUAT, 1.0), (Task.SQUAT, 0.5), (Task.SQUAT, 1.0))
    names = ["{Upright} Squat.mp4", "leaning.mp4", "again.mp4"]
    less, same = (" ".join(tell_loads(told_of, film, names)["differences"]) for film in (1, 2))
    assert "In this film the kneecaps are pressed less than in {Upright} Squat.mp4, by 1.9 times" in less
    assert "whether the knees carry more in this film than in {Upright} Squat.mp4 cannot be told" in same


def test_the_smaller_error_of_a_difference_is_told_where_it_is_smaller() -> None:
    common, alone = differences(sd=0.3, right=0.9), differences(sd=0.0, apart=0.3, right=0.9)
    assert "Most of the doubt about the size of the load is the same for both legs" in common
    half = (math.exp(BAND * 0.3) - math.exp(-BAND * 0.3)) / 2
    assert f"to ± {0.1 * 3 * half:.2f} between the legs" in common
    assert f"instead of ± {0.95 * 3 * half:.1f} times body weight" in common
    assert "for both legs" not in alone


def test_what_cannot_be_told_is_said_so() -> None:
    page = told(loads(sd=0.5, apart=0.3, right=0.95, hip_moment=50.0))
    assert page["differences"][0].startswith("Whether the left or the right knee carries more and whether")
    assert "cannot be told" in page["differences"][0]
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
        more = kneecap > row.value
        own = kneecap * abs(1 - math.exp((-1 if more else 1) * BAND * 0.05))
        beyond = abs(kneecap - row.value) > math.hypot(own, BAND * (row.sd or 0.0))
        verdict = f"{'more' if more else 'less'} than when" if beyond else "Whether it is"
        assert re.search(rf"{verdict}[^.]*{row.activity}", story), row.activity
    assert all(story.count(row.activity) == 1 for row in known)


def test_the_own_numbers_state_their_band() -> None:
    low, high = (3 * math.exp(sign * BAND * 0.2) for sign in (-1, 1))
    assert told(loads(sd=0.2))["story"][0] == (
        f"On the left it is about 3.0 times body weight ({low:.1f} to {high:.1f})."
    )


def test_every_number_lies_in_its_band() -> None:
    def check(thing: object) -> int:
        if isinstance(thing, dict) and thing.keys() >= PLAIN:
            assert thing["low"] <= thing["value"] <= thing["high"]
            return 1
        parts = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ()
        return sum(check(part) for part in parts)

    assert check(summary(loads(apart=0.1, right=0.8), everyday=())) > 50


def test_the_typical_load_is_the_mean_of_repetitions_and_of_legs() -> None:
    row = summary(loads(right=0.5, later=0.8))["mean_peaks"][0]
    value = {whose: row[whose]["patellofemoral_force_n"]["value"] for whose in ("left", "right", "both")}
    left = 0.9 * 3 * WEIGHT
    assert value == {
        "left": pytest.approx(left, abs=1),
        "right": pytest.approx(left / 2, abs=1),
        "both": pytest.approx(0.75 * left, abs=1),
    }


def test_numbers_have_no_digit_that_is_not_known() -> None:
    rows = {row["name"]: row["cells"][0] for row in told(loads(sd=0.4))["rows"] if "cells" in row}
    assert rows["force on the kneecap"] == {"value": "2100", "band": "1100 to 4000"}
    assert rows["pressure behind the kneecap *"] == {"value": "6", "band": "3 to 12"}


def test_what_was_measured_without_a_band_is_told_without_one() -> None:
    rows = {row["name"]: row["cells"][0] for row in told(loads(sd=0.0))["rows"] if "cells" in row}
    assert rows["force under the foot"] == {"value": f"{WEIGHT / 2:.0f}", "band": ""}


def test_only_loads_that_the_film_shows_are_in_the_table() -> None:
    one = loads()
    names = [row["name"] for row in told(one)["rows"]]
    assert "moment that pushes the knee outwards, from floor and weight" not in names
    legs = [np.where(np.isnan(peak.leg), 12.0, peak.leg) for peak in one.peaks]
    seen = replace(one, peaks=tuple(replace(p, leg=leg) for p, leg in zip(one.peaks, legs, strict=True)))
    rows = {row["name"]: row for row in told(seen)["rows"]}
    assert len(rows) == len(JointLoad) + 1
    frontal = rows["moment that pushes the knee outwards, from floor and weight"]
    assert (frontal["unit"], frontal["cells"][0]["value"]) == ("N·m", "12.0")


def test_without_mass_everything_but_newtons_is_told() -> None:
    known, unknown = loads(right=0.8, later=0.8), of_each_kilogram(loads(right=0.8, later=0.8))
    nobody = Person(height=1.75)
    page = tell_loads(summarise_loads([study(unknown)], nobody, EVERYDAY), 0, ["squat.mp4"])
    whole_page = told(known)
    assert page["relative"]
    assert (page["story"], page["leader"]) == (whole_page["story"], whole_page["leader"])
    assert page["differences"] == whole_page["differences"]
    assert {row["unit"] for row in page["rows"]} == {"N·m/kg", "body weights"}
    rows = {row["name"]: row for row in page["rows"]}
    assert float(rows["force on the kneecap"]["cells"][0]["value"]) == pytest.approx(0.9 * 3, abs=0.01)
    drawn, whole_drawn = illustrate_loads(study(unknown), nobody), illustrate_loads(study(known), PERSON)
    assert drawn.kneecap == whole_drawn.kneecap


def test_where_nothing_is_known_nothing_is_drawn_or_told() -> None:
    assert illustrate_loads(refused(), PERSON) == LoadPictures()
    assert tell_loads(summarise_loads([refused()], PERSON), 0, ["dark.mp4"]) is None


def test_a_repetition_that_the_film_cuts_off_is_not_counted() -> None:
    one = study()
    half = replace(one, repetitions=(one.repetitions[0], replace(one.repetitions[1], complete=False)))
    drawn = illustrate_loads(half, PERSON).kneecap[0].svg
    assert drawn.count('stroke-width="0.9"') == 0  # a single repetition is its own mean
    none = replace(one, repetitions=tuple(replace(r, complete=False) for r in one.repetitions))
    assert illustrate_loads(none, PERSON) == LoadPictures()
    assert summarise_loads([none], PERSON)["shares"] == []
    assert summarise_loads([none], PERSON)["mean_peaks"] == []


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
        one,
        motion=replace(one.motion, leg=leg),
        loads=replace(one.loads, leg=carried, leg_low=0.9 * carried, leg_high=1.1 * carried),
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
    root = ElementTree.fromstring(told(loads(apart=0.02))["splits"])
    ends = [
        [float(x) for x in re.findall(r"M([\d.]+) .*H([\d.]+)", path.get("d", ""))[0]]
        for path in root.iter(f"{SVG}path")
        if path.get("class") == "whisker"
    ]
    for (low, high), border in zip(ends, [0.6, 0.9] * 6, strict=True):
        assert (low + high) / 2 == pytest.approx(52 + border * 298, abs=0.5)
        assert high - low > 0.5


def pulling(carried: Loads) -> Loads:
    """Muscles that pull with the bend; the front of the thigh of the left leg with 5 body weights at most."""
    bend = measured().motion.leg[..., LegMeasure.KNEE_FLEXION]
    force = WEIGHT * np.ones((len(TIME), 2, len(Muscle))) * (bend / bend.max())[..., None]
    force[:, Side.LEFT, Muscle.QUADRICEPS] *= 5
    force[TIME > 5] = np.nan
    return replace(carried, muscle=force, muscle_sd=force / 10)


def test_muscles_are_drawn_where_they_pull_hardest_and_the_strongest_comes_first() -> None:
    drawn = illustrate_loads(study(pulling(loads())), PERSON).muscles
    assert [picture.title for picture in drawn] == ["left leg", "right leg"]
    root = ElementTree.fromstring(drawn[0].svg)
    names = [text.text for text in root.iter(f"{SVG}text")]
    assert names.index("front of the thigh") < names.index("buttock")
    dots = [float(c.get("cx", "nan")) for c in root.iter(f"{SVG}circle")]
    assert dots == sorted(dots, reverse=True)
    words = root.findtext(f"{SVG}desc") or ""
    assert words.startswith(f"front of the thigh 5.0 ({5 - 0.5 * BAND:.1f} to {5 + 0.5 * BAND:.1f})")


def test_the_muscles_of_both_legs_are_drawn_on_one_scale() -> None:
    left, right = (
        [float(c.get("cx", "nan")) for c in ElementTree.fromstring(picture.svg).iter(f"{SVG}circle")]
        for picture in illustrate_loads(study(pulling(loads())), PERSON).muscles
    )
    assert right[0] == left[-1]


def test_the_muscles_of_both_legs_are_drawn_in_one_order() -> None:
    pulled = pulling(loads())
    force = pulled.muscle.copy()
    force[:, Side.RIGHT, Muscle.SOLEUS] *= 3
    left, right = illustrate_loads(study(replace(pulled, muscle=force)), PERSON).muscles
    labels = [
        [
            text.text
            for text in ElementTree.fromstring(leg.svg).iter(f"{SVG}text")
            if text.get("text-anchor") == "end"
        ]
        for leg in (left, right)
    ]
    assert labels[0] == labels[1]
    assert labels[0][:2] == ["front of the thigh", "calf, deep"]


def test_muscles_that_were_not_worked_out_are_not_drawn() -> None:
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
    reach = math.exp(BAND / 10)
    assert (low, high) == pytest.approx((value / reach, value * reach), abs=0.1)


def test_the_shares_are_spelled_out_for_those_who_cannot_see_them() -> None:
    words = ElementTree.fromstring(told()["splits"]).findtext(f"{SVG}desc") or ""
    for heading in ("Going down", "At the bottom", "Coming up"):
        assert re.search(rf"{heading}: left hip 60 % \(\d+ to \d+\), knee 30 % .*?; right hip 60 %", words)


def test_only_plain_words_are_used() -> None:
    for carried in (loads(sd=0.02, right=0.8), loads(sd=0.6, apart=0.2)):
        page = told(carried)
        words = " ".join(
            [*page["story"], *page["differences"], page["leader"], *(row["name"] for row in page["rows"])]
        )
        assert [word for word in FORBIDDEN if word in words.lower()] == []
        assert "MPa" not in words

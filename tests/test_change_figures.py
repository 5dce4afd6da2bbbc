"""Pictures of changes: bodies, bars and words against what they are drawn from."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from prospects import prospect

from kneewise.conventions import Bar, Effect, Muscle
from kneewise.figures import Words, draw_change, draw_kinds, draw_predictions, say_change
from kneewise.foretelling import score
from kneewise.model.foretold import Refilmed, Seen
from kneewise.model.supposed import Amount

WORDS = Words(title="From <today>", description="A change & its price.", unit="")
SVG = "{http://www.w3.org/2000/svg}"
LOADS = (Effect.PATELLOFEMORAL_FORCE, Effect.KNEE_MOMENT, Effect.HIP_MOMENT, Effect.LUMBAR_MOMENT)


def drawn(number=1, bar=Bar.BACK_HIGH):
    named = prospect().named
    return ElementTree.fromstring(draw_change(WORDS, named.today, named.outcomes[number], (bar, bar)))


def paths(tree, name):
    return [one for one in tree.iter(f"{SVG}path") if one.get("class") == name]


def numbers(moves):
    return [float(one) for one in re.findall(r"-?\d+\.?\d*", moves)]


def amount(ratio, reach, today=100.0):
    change = today * ratio
    low, high = ratio - reach, ratio + reach
    return Amount(
        value=today + change, sd=10.0, low=80.0, high=120.0, change=change,
        change_sd=today * reach / 1.645, change_low=today * low, change_high=today * high,
        ratio=ratio, ratio_low=low, ratio_high=high,
    )  # fmt: skip


def test_the_picture_says_what_it_shows_to_those_who_cannot_see_it():
    tree = drawn()
    assert tree.get("role") == "img"
    assert tree.findtext(f"{SVG}title") == WORDS.title
    assert tree.findtext(f"{SVG}desc") == WORDS.description


@pytest.mark.parametrize("number", range(3))
def test_limbs_have_the_lengths_of_the_body_before_and_after(number):
    squat = prospect().today
    body = [one for one in paths(drawn(number), "limb") if len(numbers(one.get("d"))) == 10]
    ghost = [one for one in paths(drawn(number), "limb ghost") if len(numbers(one.get("d"))) == 10]
    scales = []
    for one in (*body, *ghost):
        places = np.reshape(numbers(one.get("d")), (5, 2))
        lengths = np.linalg.norm(np.diff(places[:4], axis=0), axis=1)
        scales.append(lengths / [squat.shank_length, squat.thigh_length, squat.trunk_length])
    assert np.ptp(scales) < 0.01 * np.mean(scales)


def test_the_figure_moves_from_today_to_the_option_once_and_stays():
    tree = drawn()
    moving = [one for one in tree.iter(f"{SVG}animate")]
    assert moving
    ghost = paths(tree, "limb ghost")[1].get("d")
    body = next(
        one
        for one in paths(tree, "limb")
        if one.find(f"{SVG}animate") is not None and len(one.get("d")) == len(ghost)
    )
    values = body.find(f"{SVG}animate").get("values").split(";")
    assert (values[0], values[-1]) == (ghost, body.get("d"))
    for one in moving:
        assert one.get("fill") == "freeze"
        assert one.get("repeatCount") is None


def test_every_moving_part_is_there_still_as_well():
    groups = {
        name: [one for one in drawn().iter(f"{SVG}g") if one.get("class") == name]
        for name in ("end", "moving")
    }
    still, moving = ([one.find(f"{SVG}path").get("d") for one in groups[name]] for name in ("end", "moving"))
    assert still == moving


@pytest.mark.parametrize("number", range(3))
def test_bars_are_as_long_as_their_loads_and_coloured_by_their_sign(number):
    option = prospect().named.outcomes[number]
    bars = [
        one
        for one in drawn(number).iter(f"{SVG}path")
        if (one.get("class") or "").startswith("amount") and one.get("d").endswith("Z")
    ]
    still = bars[::2]
    for effect, bar in zip(LOADS, still, strict=False):
        told = option.effects[effect]
        left, _, right, *_ = numbers(bar.get("d"))
        assert (right - left) / 97 == pytest.approx(1 + told.ratio, abs=0.002)
        kind = bar.get("class").split()[1]
        if kind != "same":
            assert kind == ("more" if told.change > 0 else "less")
            assert abs(told.change) > told.change_sd


def test_bodies_without_a_load_carry_none():
    assert not paths(drawn(bar=Bar.NONE), "load")
    assert paths(drawn(), "load")


@pytest.mark.parametrize("bar", [bar for bar in Bar if bar is not Bar.NONE])
def test_every_load_is_drawn_inside_the_picture(bar):
    for load in paths(drawn(bar=bar), "load"):
        x, y, radius, *_ = numbers(load.get("d"))
        assert 0 < x < 150
        assert radius < y < 240


def test_a_change_is_told_no_surer_than_it_is():
    assert say_change(amount(0.0, 0.0)) == "about the same"
    assert say_change(amount(-0.05, 0.14)) == "either way"
    assert say_change(amount(-0.10, 0.12)) == "about 10 % less"
    assert say_change(amount(-0.30, 0.16)) == "14–46 % less"
    assert say_change(amount(0.30, 0.16)) == "14–46 % more"
    assert say_change(amount(-0.80, 0.5)) == "30–100 % less"


def test_a_load_that_is_next_to_nothing_today_gets_no_percentage():
    little = replace(amount(0.5, 0.1), ratio=float("nan"))
    assert "%" not in say_change(little)


def test_kinds_are_compared_on_one_scale_down_each_column():
    kinds = prospect().kinds
    tree = ElementTree.fromstring(draw_kinds(WORDS, kinds))
    bars = [one for one in tree.iter(f"{SVG}path") if (one.get("class") or "").startswith("amount")]
    rows = [kinds.today, *kinds.outcomes]
    assert len(bars) == 5 * len(rows)
    lengths = [numbers(bar.get("d"))[2] - numbers(bar.get("d"))[0] for bar in bars[: len(rows)]]
    forces = [row.muscles[Muscle.QUADRICEPS].value for row in rows]
    assert np.array(lengths) / max(lengths) == pytest.approx(np.array(forces) / max(forces), abs=0.01)


def predicted(foretold, seen, sd):
    """A load of 100 whose foretold and filmed changes are known."""
    told = amount(foretold / 100, 0.10)
    return score(Effect.KNEE_MOMENT, told, Seen(change=seen, sd=sd))


def test_a_prediction_is_drawn_where_its_numbers_lie():
    """Of today's 100: foretold −20 ± 10, filmed −15 and +25, each ± 5; the furthest end is 30."""
    scores = (predicted(-20, -15, 5 / 1.6449), predicted(-20, 25, 5 / 1.6449))
    tree = ElementTree.fromstring(
        draw_predictions(Refilmed(option="trunk_lean", name="a lean", before="a", after="b", scores=scores))
    )
    (line,) = paths(tree, "today")
    zero = numbers(line.get("d"))[0]
    unit = (348 - 12) / 2 / 30  # 30 % is the furthest end: what was foretold, and what came
    dots = list(tree.iter(f"{SVG}circle"))
    assert [float(dot.get("cx")) for dot in dots] == pytest.approx(
        [zero - 15 * unit, zero + 25 * unit], abs=0.06
    )
    assert [dot.get("class") for dot in dots] == ["amount same", "amount more"]
    for bar in paths(tree, "amount foretold"):
        low, _, high, *_ = numbers(bar.get("d"))
        assert (low, high) == pytest.approx((zero - 30 * unit, zero - 10 * unit), abs=0.06)
    whiskers = [numbers(one.get("d")) for one in paths(tree, "band")]
    assert [(one[0], one[2]) for one in whiskers] == [
        pytest.approx((zero + a * unit, zero + b * unit), abs=0.06) for a, b in ((-20, -10), (20, 30))
    ]
    assert [one.text for one in tree.iter(f"{SVG}text")].count("not as foretold") == 1


def test_a_load_that_today_is_nothing_has_no_row():
    nothing = replace(predicted(-20, -15, 3.0), foretold=amount(-0.2, 0.1, today=0.0))
    picture = draw_predictions(Refilmed(option="a", name="a", before="a", after="b", scores=(nothing,)))
    assert "<circle" not in picture

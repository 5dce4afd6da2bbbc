"""The chart of the sliders against the answers to single wishes."""

import math

import numpy as np
import pytest
from lifters import lift
from test_whatif import DEG, HEAVY, LIGHT, LIMITS, MAN, MOMENTS, today

from kneewise.conventions import Bar, Effect
from kneewise.kinetics.constants import Chance
from kneewise.model import Burden
from kneewise.model.supposed import Wish
from kneewise.whatif import POINTS, chart_changes, suppose
from kneewise.whatif.charting import SAMPLES

BURDENS = pytest.mark.parametrize("burden", [LIGHT, HEAVY], ids=["unloaded", "loaded"])
FEW = Chance(person=0, samples=SAMPLES)


def chart_of(burden, squat=None):
    return chart_changes(lift(MAN, burden), squat or today(), LIMITS)


def answer(wish, burden, squat=None):
    return suppose(lift(MAN, burden), squat or today(), [wish], LIMITS, chance=FEW).outcomes[0]


def node_of(chart, **places):
    """Today's node with some axes elsewhere."""
    names = ("mass", "heel", "thigh", "apart", "shin", "trunk")
    return tuple(places.get(name, here) for name, here in zip(names, chart.node, strict=True))


@BURDENS
def test_today_is_a_node_without_change(burden):
    chart, same = chart_of(burden), answer(Wish(), burden)
    for effect in Effect:
        assert chart.value[chart.node][effect] == pytest.approx(same.effects[effect].value, abs=1e-9)
    assert not chart.change_sd[chart.node].any()


@BURDENS
def test_a_node_is_the_answer_to_its_wish_with_the_same_error(burden):
    chart = chart_of(burden)
    heel = int(np.searchsorted(chart.heel, 0.025))
    asked = answer(Wish(heel=0.025), burden)
    node = node_of(chart, heel=heel)
    for effect in MOMENTS:
        assert chart.value[node][effect] == pytest.approx(asked.effects[effect].value, abs=1e-6)
        assert chart.change_sd[node][effect] == pytest.approx(asked.effects[effect].change_sd, rel=1e-3)
    for i, name in enumerate(POINTS):
        assert chart.points[node][i] == pytest.approx(asked.points[name], abs=1e-9)


def test_a_shin_that_is_turned_away_is_the_wish_for_that_shin():
    chart = chart_of(LIGHT)
    asked = answer(Wish(shin=today().shin + chart.shin[1]), LIGHT)
    node = node_of(chart, shin=1)
    for effect in (*MOMENTS, Effect.TRUNK, Effect.PRESSURE_SHARE):
        assert chart.value[node][effect] == pytest.approx(asked.effects[effect].value, rel=1e-3, abs=1e-3)


def test_a_trunk_that_is_turned_away_moves_the_weight_and_nothing_else():
    chart = chart_of(HEAVY)
    here, there = node_of(chart), node_of(chart, trunk=2)
    assert chart.value[there][Effect.TRUNK] - chart.value[here][Effect.TRUNK] == pytest.approx(10 * DEG)
    assert chart.value[there][Effect.SHIN] == chart.value[here][Effect.SHIN]
    assert chart.value[there][Effect.PRESSURE_SHARE] > chart.value[here][Effect.PRESSURE_SHARE]


@BURDENS
def test_between_nodes_a_straight_line_is_right_to_five_percent_of_today(burden):
    """Half way along every axis that a wish can name, at once: the worst place of a cell."""
    chart = chart_of(burden)
    m, h, d, w, k, t = chart.node
    cell = np.ix_((m,), (h, h + 1), (d - 1, d), (w,), (k - 1, k), (t, t + 1))
    straight = chart.value[cell].mean(axis=(0, 1, 2, 3, 4, 5))
    wish = Wish(
        heel=float(chart.heel[h : h + 2].mean()),
        thigh=float(chart.thigh[d - 1 : d + 1].mean()),
        shin=float(straight[Effect.SHIN]),
        trunk=float(straight[Effect.TRUNK]),
    )
    exact, now = answer(wish, burden), chart.value[chart.node]
    for effect in (*MOMENTS, Effect.PATELLOFEMORAL_FORCE):
        scale = max(now[[Effect.KNEE_MOMENT, Effect.HIP_MOMENT]]) if effect in MOMENTS else now[effect]
        assert abs(straight[effect] - exact.effects[effect].value) < 0.05 * scale


@BURDENS
def test_every_drawn_body_keeps_its_limbs(burden):
    chart, squat = chart_of(burden), today()
    places = {name: chart.points[..., i, :] for i, name in enumerate(POINTS)}
    trunk = np.linalg.norm(places["shoulder"] - places["hip"], axis=-1)
    assert trunk == pytest.approx(squat.trunk_length)
    straight = chart.points[:, :, :, 0]
    shank = np.linalg.norm(
        straight[..., POINTS.index("knee"), :] - straight[..., POINTS.index("ankle"), :], axis=-1
    )
    assert shank == pytest.approx(squat.shank_length)
    assert np.isfinite(chart.value).all()


def test_who_carries_nothing_is_offered_a_weight_before_the_chest():
    chart = chart_of(LIGHT)
    assert chart.bar is Bar.GOBLET
    assert chart.mass[0] == 0 < chart.mass[1]
    asked = answer(Wish(burden=Burden(mass=float(chart.mass[1]), bar=Bar.GOBLET)), LIGHT)
    node = node_of(chart, mass=1)
    assert chart.value[node][Effect.KNEE_MOMENT] == pytest.approx(asked.effects[Effect.KNEE_MOMENT].value)


def test_heels_that_are_up_already_are_a_node():
    chart = chart_of(LIGHT, today(heel=0.02))
    assert chart.heel[chart.node[1]] == 0.02
    assert (np.diff(chart.heel) > 0.006).all()


@pytest.mark.parametrize("thigh", [26, 50, 120])
def test_a_shallow_or_deep_squat_has_a_chart_too(thigh):
    chart = chart_of(LIGHT, today(shin=25, thigh=thigh, trunk=35))
    assert math.degrees(chart.thigh[chart.node[2]]) == pytest.approx(thigh, abs=1)
    assert len(chart.thigh) >= 2

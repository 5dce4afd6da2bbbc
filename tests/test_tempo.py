"""Whole repetitions: against the held answer, energy, Newton's law, other solvers and the clock of films."""

import math
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifters import lift
from scipy.integrate import cumulative_simpson
from scipy.interpolate import CubicSpline
from scipy.optimize import nnls
from test_whatif import HEAVY, LIGHT, LIMITS, MAN, today

from kneewise.bench.chain import CHAIN
from kneewise.bench.engines import chain_figure
from kneewise.bench.lowering import FOOT, TASKS, hinges, solve_here, trace
from kneewise.bench.moco import solve_with_moco
from kneewise.bench.results import describe_run
from kneewise.bench.ways_page import draw_ways, render_ways_page, render_ways_text, summarise_ways
from kneewise.conventions import GRAVITY, Effect
from kneewise.errors import InputError
from kneewise.kinetics.planar import Lean, compute_planar_loads
from kneewise.model.supposed import Tempo, Wish
from kneewise.tempo import PEAKS, unfold
from kneewise.tempo.moving import Manner, Mover, Room, move
from kneewise.tempo.solving import Local, solve
from kneewise.tempo.timing import lay_out
from kneewise.whatif import suppose
from kneewise.whatif.figure import POINTS
from kneewise.whatif.habits import QUICK_SD

TOLD = [effect for effect in Effect if effect is not Effect.HIP_SHARE]
LOADS = PEAKS[:-1]


def nobody_listens(share):
    assert 0 <= share <= 1


@cache
def followed(down, pause, up, burden=HEAVY, **changes):
    squat = today(shin=32, trunk=40) if burden.mass else today()
    wish = Wish(tempo=Tempo(down, pause, up), **changes)
    return unfold(lift(MAN, burden), squat, wish, LIMITS, nobody_listens)


@cache
def held(burden=HEAVY):
    squat = today(shin=32, trunk=40) if burden.mass else today()
    return suppose(lift(MAN, burden), squat, [], LIMITS).today.effects


# The lowest point


@pytest.mark.parametrize("burden", [LIGHT, HEAVY], ids=["light", "heavy"])
def test_a_pause_is_the_held_answer(burden):
    one = followed(1.5, 1.0, 1.0, burden)
    begin, end = one.lowest
    assert one.time[end] - one.time[begin] == pytest.approx(1.0)
    for row in (begin, end):
        for effect in TOLD:
            assert one.value[row, effect] == pytest.approx(held(burden)[effect].value, rel=1e-6, abs=1e-6)


def test_a_slow_repetition_is_a_row_of_held_postures():
    one = followed(60.0, 0.0, 60.0)
    for effect in TOLD:
        told = one.value[one.lowest[0], effect]
        assert told == pytest.approx(held()[effect].value, rel=1e-3, abs=1e-3)
    assert one.weight == pytest.approx(1, abs=2e-3)


def test_what_inertia_adds_falls_with_the_square_of_the_tempo():
    quick, slow = (followed(length, 0.0, length) for length in (4.0, 8.0))
    added = [one.weight[one.lowest[0]] - 1 for one in (quick, slow)]
    assert added[0] / added[1] == pytest.approx(4, rel=0.1)


def test_turning_at_once_loads_the_lowest_point_more_than_a_pause():
    turned, paused = followed(1.0, 0.0, 1.0), followed(1.0, 1.0, 1.0)
    assert turned.weight[turned.lowest[0]] > 1.1
    assert paused.weight[paused.lowest[0]] == pytest.approx(1)


def test_a_quick_way_up_has_its_peak_after_the_lowest_point():
    one = followed(3.0, 0.0, 1.0)
    assert one.moments[Effect.KNEE_MOMENT] > one.time[one.lowest[1]]


@pytest.mark.parametrize("tempo", [(0.6, 0.6), (1.0, 1.0), (2.0, 2.0), (3.0, 1.0)])
@pytest.mark.parametrize("burden", [LIGHT, HEAVY], ids=["light", "heavy"])
def test_the_closed_form_of_the_lowest_point_agrees_within_its_error(tempo, burden):
    squat = today(shin=32, trunk=40) if burden.mass else today()
    down, up = tempo
    told = suppose(lift(MAN, burden), squat, [Wish(tempo=Tempo(down, 0.0, up))], LIMITS).outcomes[0]
    quick = told.effects[Effect.HIP_MOMENT].value / held(burden)[Effect.HIP_MOMENT].value - 1
    assert followed(down, 0.0, up, burden).weight.max() - 1 == pytest.approx(quick, rel=QUICK_SD)


# The whole of it


def test_it_begins_and_ends_upright_and_still():
    one = followed(1.0, 0.0, 1.0)
    for row in (0, -1):
        assert one.value[row, Effect.THIGH] == pytest.approx(math.radians(5), abs=1e-6)
        assert one.weight[row] == pytest.approx(1, abs=1e-6)
    assert one.value[:, Effect.KNEE_FLEXION].min() >= 0


def from_wide(apart, turn_out, tempo):
    """(repetition, lowest posture held) of a heavy squat with feet that wide [m] and turned out [°]."""
    wide = replace(today(shin=32, trunk=40), ankles_apart=apart, turn_out=math.radians(turn_out))
    lifter = lift(MAN, HEAVY)
    told = suppose(lifter, wide, [], LIMITS).today.effects
    return unfold(lifter, wide, Wish(tempo=tempo), LIMITS, nobody_listens), told


@pytest.mark.parametrize(
    ("apart", "turn_out"), [(0.10, 0), (0.10, 40), (0.20, 0), (0.20, 20), (0.27, 0)],
    ids=lambda number: f"{number:g}",
)  # fmt: skip
def test_feet_may_stand_wide_and_turned_out(apart, turn_out):
    """Thighs that are upright from the side are not so from the front."""
    one, told = from_wide(apart, turn_out, Tempo(1.5, 1.0, 1.0))
    for effect in (Effect.KNEE_MOMENT, Effect.HIP_MOMENT, Effect.PRESSURE_SHARE, Effect.THIGH):
        assert one.value[one.lowest[0], effect] == pytest.approx(told[effect].value, rel=1e-3)
    names = list(POINTS)
    knee, hip = (one.points[0, names.index(name)] for name in ("knee", "hip"))
    assert math.atan2(knee[0] - hip[0], hip[1] - knee[1]) == pytest.approx(math.radians(5), abs=1e-6)
    share = one.value[:, Effect.PRESSURE_SHARE]
    assert LIMITS.margin - 0.03 < share.min() <= share.max() < 1 - LIMITS.margin + 0.03


def test_legs_that_go_far_sideways_are_refused():
    """How long they look changes too much on the way."""
    with pytest.raises(InputError, match="sideways"):
        from_wide(0.27, 40, Tempo(1.5, 1.0, 1.0))


def test_one_tempo_down_and_up_is_the_same_forwards_and_backwards():
    one = followed(1.0, 0.0, 1.0)
    for effect in (Effect.SHIN, Effect.THIGH, Effect.TRUNK, Effect.KNEE_FLEXION):
        np.testing.assert_allclose(one.value[:, effect], one.value[::-1, effect], atol=math.radians(0.5))


@pytest.mark.parametrize("tempo", [(0.4, 0.0, 0.4), (1.0, 0.0, 1.0), (3.0, 1.0, 0.6)])
def test_the_weight_stays_over_the_feet(tempo):
    share = followed(*tempo).value[:, Effect.PRESSURE_SHARE]
    assert share.min() > LIMITS.margin - 1e-6
    assert share.max() < 1 - LIMITS.margin + 1e-6


@pytest.mark.parametrize("burden", [LIGHT, HEAVY], ids=["light", "heavy"])
@pytest.mark.parametrize(("down", "pause", "up"), [(1.0, 0.0, 1.0), (2.0, 1.0, 1.0), (3.0, 0.0, 1.5)])
def test_a_film_of_it_would_show_the_tempo(down, pause, up, burden):
    one = followed(down, pause, up, burden)
    fine = np.linspace(0, one.time[-1], 20_001)
    hip = one.points[:, POINTS.index("hip"), 1]
    gone = np.interp(fine, one.time, (hip[0] - hip) / (hip[0] - hip.min()))
    before = fine < one.time[one.lowest[0]]
    edges = [fine[before & (gone <= 0.06)].max(), fine[before & (gone < 0.97)].max()]
    edges += [fine[~before & (gone < 0.97)].min(), fine[~before & (gone <= 0.06)].min()]
    seen = np.diff(edges)
    assert seen[[0, 2]] == pytest.approx([down, up], rel=0.08)
    assert seen[1] == pytest.approx(pause + 0.12 * (down + up), abs=0.05 * (down + up))


def test_peaks_are_never_below_the_held_answer_and_know_their_error():
    one = followed(1.0, 0.0, 1.0)
    for effect in LOADS:
        peak = one.peaks[effect]
        assert peak.value == pytest.approx(one.value[:, effect].max())
        assert peak.change == pytest.approx(peak.value - held()[effect].value, rel=1e-6)
        assert 0 < peak.change_low < peak.change < peak.change_high
        assert 0 < peak.change_sd < peak.sd


def test_a_lighter_body_without_a_mass_is_told_for_each_kilogram():
    per = unfold(
        lift(replace(MAN, mass=None), LIGHT), today(), Wish(tempo=Tempo(1, 0, 1)), LIMITS, nobody_listens
    )
    whole = followed(1, 0, 1, LIGHT)
    ratio = whole.peaks[Effect.KNEE_MOMENT].value / per.peaks[Effect.KNEE_MOMENT].value
    assert ratio == pytest.approx(75, rel=0.01)


def test_the_same_question_has_the_same_answer():
    wish = Wish(tempo=Tempo(1.2, 0.0, 0.9))
    one, other = (unfold(lift(MAN, LIGHT), today(), wish, LIMITS, nobody_listens) for _ in range(2))
    np.testing.assert_array_equal(one.value, other.value)
    np.testing.assert_array_equal(one.sd, other.sd)


@pytest.mark.parametrize(
    ("squat", "wish", "said"),
    [
        (today(), Wish(), "No tempo is known"),
        (today(), Wish(tempo=Tempo(1, 0, 1), held=0.1), "hands"),
        (today(), Wish(tempo=Tempo(1, 0, 1), shin=60 * math.pi / 180), "out of reach"),
        (today(), Wish(tempo=Tempo(0.2, 0, 0.2)), "keeps the balance"),
    ],
    ids=["no tempo", "hands", "ankle", "too quick"],
)
def test_what_nobody_can_do_is_refused(squat, wish, said):
    with pytest.raises(InputError, match=said):
        unfold(lift(MAN, HEAVY), squat, wish, LIMITS, nobody_listens)


# Mechanics, on a chain of rods


def lowered(task=TASKS[2], intervals=12):
    """A repetition of the chain, solved finely: its times, angles, rates and changes."""
    ways = lay_out(Tempo(task.time, 0.0, task.time), intervals, 8)
    mover = Mover(
        figure=chain_figure(CHAIN, FOOT),
        ends=np.stack((task.high, task.low, task.high))[:, None],
        hurry=np.ones(1),
    )
    far = np.array([9.0])
    course = move(
        mover,
        ways,
        Manner(strength=task.strength[None, ::-1], smoothness=np.ones(1), lag=0.1),
        Room(shin=far, hip=far, trunk=-far, back=-far, front=far, fold=1.0),
        nobody_listens,
    )
    assert course.exact.all()
    return ways.time, course.angles[:, 0], course.rates[:, 0], course.changes[:, 0]


def loads_of(angles, rates, changes):
    leans = [Lean(angle=q, rate=v, change=a) for q, v, a in zip(angles.T, rates.T, changes.T, strict=True)]
    return compute_planar_loads(chain_figure(CHAIN, FOOT), *leans)


def centres(angles):
    """Where the middle of each rod is, up + i forward, (k, rod)."""
    lines = np.exp(1j * angles * [1, -1, 1])
    lengths, middles = (np.array([getattr(link, name) for link in CHAIN]) for name in ("length", "centre"))
    ends = np.cumsum(lengths * lines, axis=1)
    return np.concatenate((np.zeros((len(angles), 1)), ends[:, :-1]), axis=1) + middles * lines


def test_what_the_joints_put_in_is_what_the_body_gains():
    time_, angles, rates, changes = lowered()
    loads = loads_of(angles, rates, changes)
    moments = 2 * np.stack((loads.ankle, loads.knee, loads.hip), axis=-1) * [-1, 1, -1]
    worked = cumulative_simpson((moments * hinges(rates)).sum(axis=1), x=time_, initial=0)
    masses, turns = (np.array([getattr(link, name) for link in CHAIN]) for name in ("mass", "inertia"))
    speeds = CubicSpline(time_, centres(angles)).derivative()(time_)
    energy = (masses * (GRAVITY * centres(angles).real + np.abs(speeds) ** 2 / 2) + turns * rates**2 / 2).sum(
        1
    )
    gained = energy - energy[0]
    assert np.abs(gained).max() > 200
    np.testing.assert_allclose(worked, gained, atol=1e-3 * np.abs(gained).max())


def test_the_floor_carries_weight_and_acceleration():
    time_, angles, rates, changes = lowered()
    masses = np.array([link.mass for link in CHAIN])
    height = (masses * centres(angles).real).sum(axis=1)
    wanted = masses.sum() * GRAVITY + CubicSpline(time_, height).derivative(2)(time_)
    np.testing.assert_allclose(2 * loads_of(angles, rates, changes).ground[2:-2], wanted[2:-2], rtol=2e-3)


def test_rates_and_accelerations_are_those_of_the_angles():
    time_, angles, rates, changes = lowered()
    spline = CubicSpline(time_, angles)
    np.testing.assert_allclose(spline.derivative()(time_), rates, atol=5e-3)
    np.testing.assert_allclose(spline.derivative(2)(time_)[2:-2], changes[2:-2], atol=0.2)


def test_who_only_likes_it_smooth_goes_the_way_of_least_acceleration():
    task = replace(TASKS[0], smoothness=1e6, lag=0.0)
    way = solve_here(task, 24, 4)
    share = way.time / task.time
    wanted = task.high + (task.low - task.high) * (3 * share**2 - 2 * share**3)[:, None]
    np.testing.assert_allclose(way.angles, wanted, atol=math.radians(1))
    # Of the smoothest move roughness is 1; that it cannot jump at its ends makes it a little more.
    assert way.cost / task.smoothness == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("task", [*TASKS[:2], replace(TASKS[2], lag=0.1)], ids=lambda task: task.name)
def test_finer_splines_move_no_peak_by_more_than_three_percent(task):
    coarse, fine = solve_here(task), solve_here(task, 24, 6)
    np.testing.assert_allclose(coarse.moments.max(axis=0), fine.moments.max(axis=0), rtol=0.03)


def test_the_best_way_for_another_taste_costs_more():
    task = TASKS[2]
    own, other = (solve_here(replace(task, smoothness=taste), 16, 4) for taste in (1.0, 0.05))
    rates = CubicSpline(other.time, other.angles).derivative()
    moving = np.stack((rates(other.time), rates.derivative()(other.time)))
    assert own.cost < trace(task, other.time, other.angles, moving).cost


# The solver


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_least_squares_without_negative_numbers_are_those_of_scipy(seed):
    rng = np.random.default_rng(seed)
    matrix, goal = rng.standard_normal((4, 12, 5)), rng.standard_normal((4, 12))

    def look(numbers):
        return Local(
            residuals=(matrix @ numbers[..., None])[..., 0] - goal,
            slopes=matrix,
            rooms=numbers,
            room_slopes=np.broadcast_to(np.eye(5), (4, 5, 5)),
        )

    found = solve(look, np.ones((4, 5)), nobody_listens)
    assert found.exact.all()
    wanted = [nnls(one, end)[0] for one, end in zip(matrix, goal, strict=True)]
    np.testing.assert_allclose(found.numbers, wanted, atol=1e-5)


def test_what_cannot_be_is_not_called_solved():
    def look(numbers):
        return Local(
            residuals=numbers,
            slopes=np.ones((1, 1, 1)),
            rooms=np.concatenate((numbers - 1, -1 - numbers), axis=1),
            room_slopes=np.array([[[1.0], [-1.0]]]),
        )

    assert not solve(look, np.zeros((1, 1)), nobody_listens).exact.any()


# Another solver


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS[::2], ids=lambda task: task.name)
def test_a_way_down_is_that_of_opensim_moco(task):
    pytest.importorskip("opensim", reason="an oracle for our own dynamics, in the extra 'test'")
    way, (moco, _) = solve_here(task, 16, 4), solve_with_moco(task, mesh=10)
    assert way.cost == pytest.approx(moco.cost, rel=0.06)
    np.testing.assert_allclose(way.moments.max(axis=0), moco.moments.max(axis=0), rtol=0.05)
    found = np.stack([np.interp(moco.time, way.time, column) for column in way.angles.T], axis=-1)
    np.testing.assert_allclose(found, moco.angles, atol=math.radians(1.5))


def test_a_comparison_is_told_with_its_costs_peaks_and_times():
    way = solve_here(TASKS[2])
    one = {
        "cost": way.cost,
        "peaks": dict(zip(("ankle", "knee", "hip"), way.moments.max(axis=0).tolist(), strict=True)),
        "seconds": 0.5,
        "time": way.time.tolist(),
        "moments": way.moments.T.tolist(),
        "angles": np.degrees(way.angles).T.tolist(),
    }
    apart = {name: {"most": 0.0, "mean": 0.0} for name in ("angles_deg", "moments_nm")}
    row = {"name": "down", "ours": one, "fine": one, "moco": {**one, "seconds": 50.0}, "apart": apart}
    made = describe_run(["bench", "tempo"], "1", 2.0)
    summary = summarise_ways([row], made)
    assert "within 0.0 %" in render_ways_text(summary)
    assert "100 to 100 times as quick" in render_ways_text(summary)
    drawings = draw_ways(summary)
    page = render_ways_page(summary, [(title, name) for name, (title, _) in drawings.items()])
    assert f"| down | as used | {way.cost:.4f} |" in page
    for _, drawing in drawings.values():
        assert ElementTree.fromstring(drawing).tag.endswith("svg")

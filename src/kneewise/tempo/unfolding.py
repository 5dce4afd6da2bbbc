"""Body + today's squat + wish with a tempo → Unfolded: the whole repetition, with loads and errors."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..conventions import Effect
from ..errors import InputError
from ..kinetics.constants import Chance, Lifter
from ..model import Array, Mask
from ..model.supposed import Limits, Tempo, Today, Unfolded, Wish
from ..whatif.asking import Asked, carry
from ..whatif.effects import sample_effects, tell
from ..whatif.figure import find_points
from ..whatif.loads import Moving
from ..whatif.responding import Taken
from ..whatif.sampling import draw_someone
from ..whatif.standing import true_depth
from ..whatif.words import say_wish
from .moving import Course, move
from .setting import SEEN, STILL, Setting, set_out
from .timing import Ways, lay_out

__all__ = ["PEAKS", "unfold"]

SAMPLES = 24
"""Drawn bodies: a standard deviation is itself sure to 15 % of it."""
_CHANCE = Chance(person=0, samples=SAMPLES)
INTERVALS, NODES = 8, 4
"""Of the splines of each move, and moments looked at in each."""
_FEWEST = 8
"""So many drawn bodies must be able to move so, or nothing can be said of errors."""
_LARGEST = (
    Effect.KNEE_MOMENT,
    Effect.PATELLOFEMORAL_FORCE,
    Effect.PATELLOFEMORAL_STRESS,
    Effect.TIBIOFEMORAL_FORCE,
    Effect.HIP_MOMENT,
    Effect.ANKLE_MOMENT,
    Effect.LUMBAR_MOMENT,
)
PEAKS = (*_LARGEST, Effect.BALANCE_MARGIN)
"""Of what a peak is told; of the margin it is the least."""
_ASSUMPTIONS = (
    "The repetition passes the lowest posture that is told for it held still, and begins and ends upright.",
    "Between them it is the one of least effort, against what the muscles of each joint can do, that also "
    "goes smoothly; that people move so is an estimate.",
    "A tempo is what a film would show, from 6 % of the hips' way on to its lowest 3 %; people miss it by a "
    "tenth.",
)


def unfold(
    lifter: Lifter,
    today: Today,
    wish: Wish,
    limits: Limits,
    said: Callable[[float], None],
) -> Unfolded:
    """The whole repetition of a squat: loads over time, and how far their peaks are from the held answer.

    Parameters
    ----------
    lifter, today, limits
        As for `whatif.suppose`.
    wish
        What is to be different; without a tempo, that of today.
    said
        Called now and then with how far it is, 0 to 1.

    Raises
    ------
    InputError
        If no tempo is known, hands hold on, the lowest posture is out of reach, no repetition that quick
        keeps the balance, or legs go far sideways.

    Notes
    -----
    Each drawn body takes its own lowest posture, likes smoothness and keeps the tempo in its own way, and its
    repetition is found anew (`moving.move`). Loads then come from the very code of the held answer.

    Assumes: see `Unfolded.assumptions`.
    Error: of body, film and habits as in `whatif`; of how people move, estimates.
    """
    tempo = today.tempo if wish.tempo is None else wish.tempo
    if tempo is None:
        raise InputError("No tempo is known of this squat.", remedy="give one, for example --tempo-s 2 0 1.")
    if wish.held:
        raise InputError(
            "What hands do while the body moves is not known.",
            remedy="leave --hold-percent or --dynamic out.",
        )
    setting = set_out(draw_someone(lifter, today, limits, _CHANCE), wish, limits)
    ways = lay_out(Tempo(tempo.down / SEEN, tempo.pause, tempo.up / SEEN), INTERVALS, NODES)
    course = move(setting.mover, ways, setting.manner, setting.room, said)
    counts = setting.stands & course.exact
    if not counts[0] or counts[1:].sum() < _FEWEST:
        raise InputError(
            f"Nobody keeps the balance at {tempo.down:g} s down and {tempo.up:g} s up.",
            remedy="give more time, or less depth.",
        )
    frames = _follow(setting, course)
    counts &= _is_over_feet(frames.net.share)
    if not counts[0] or counts[1:].sum() < _FEWEST:
        raise InputError(
            "Legs that go so far sideways are not followed through a repetition.",
            remedy="ask without --dynamic, or for a narrower stance or feet less turned out.",
        )
    return _tell(setting, (ways, frames, counts), tempo, wish)


def _is_over_feet(share: Array) -> Mask:
    """(s,) bodies whose weight stays on the foot also with legs as long as they really look at each moment.

    The search takes them as long as they look in the lowest posture (`moving.move`).
    """
    return np.asarray((np.abs(share - 0.5) < 0.5).all(axis=0))


def _tell(setting: Setting, moved: tuple[Ways, Asked, Mask], tempo: Tempo, wish: Wish) -> Unfolded:
    ways, frames, counts = moved
    effects, held = (_effects(setting, one)[:, counts] for one in (frames, setting.asked))
    weight = (frames.net.ground / setting.asked.net.ground)[:, counts]
    time, order = _with_pause(ways, tempo)
    peaks, moments = _find_peaks(effects[order], time)
    amounts = tell(peaks[None], held[0])[0]
    return Unfolded(
        name=say_wish(replace(wish, tempo=None)),
        tempo=tempo,
        time=time,
        lowest=(ways.turn, ways.turn + len(order) - len(ways.time)),
        value=effects[order, 0],
        sd=effects[order, 1:].std(axis=1, ddof=1),
        weight=weight[order, 0],
        weight_sd=weight[order, 1:].std(axis=1, ddof=1),
        points=find_points(frames)[order],
        peaks={effect: amounts[effect] for effect in PEAKS},
        moments=moments,
        assumptions=(*_ASSUMPTIONS, *_doubts(int(counts.sum()), len(counts))),
    )


def _doubts(can: int, drawn: int) -> tuple[str, ...]:
    """Whether some bodies that agree with what is known cannot move so."""
    if can == drawn:
        return ()
    return (
        f"{drawn - can} of {drawn} bodies that fit what is known lose their balance so, and do not count.",
    )


def _follow(setting: Setting, course: Course) -> Asked:
    """Every moment as a posture of its own, (k, s), that moves."""
    asked, someone = setting.asked, setting.someone
    feet = asked.scene.feet
    shin = feet.true_shin(course.angles[..., 0])
    scene = replace(asked.scene, depth=true_depth(someone.build, feet, shin, course.angles[..., 1]))
    share = np.broadcast_to(asked.taken.share, shin.shape)
    taken = Taken(shin=shin, trunk=course.angles[..., 2], share=share)
    moving = Moving(rates=course.rates, changes=course.changes)
    net = carry(someone, setting.burden, [Wish(tempo=STILL)], (scene, taken), moving)
    return Asked(scene=scene, taken=taken, net=net, bounds=asked.bounds)


def _effects(setting: Setting, asked: Asked) -> Array:
    someone, burden = setting.someone, setting.burden
    posture = asked.scene, asked.taken, asked.net
    legs = someone.constants(burden).leg
    return sample_effects(someone.carrying(burden), legs, posture, someone.ranges, sharing=1).effects


def _with_pause(ways: Ways, tempo: Tempo) -> tuple[Array, NDArray[np.intp]]:
    """Times, and which moment is shown at each: the lowest twice where it is held. [s]"""
    order = np.arange(len(ways.time))
    if not tempo.pause:
        return ways.time, order
    order = np.insert(order, ways.turn, ways.turn)
    return ways.time[order] + tempo.pause * (np.arange(len(order)) > ways.turn), order


def _find_peaks(effects: Array, time: Array) -> tuple[Array, dict[Effect, float]]:
    """(s, effect) the largest of each, or the least, and when the likeliest body has it. [s]"""
    signs = np.ones(len(Effect))
    signs[Effect.BALANCE_MARGIN] = -1.0
    peaks = signs * (signs * effects).max(axis=0)
    rows = (signs * effects[:, 0]).argmax(axis=0)
    return peaks, {effect: float(time[rows[effect]]) for effect in PEAKS}

"""Outcomes of what-if → a person who goes from today's squat to another, with loads beside; kinds of squats.

The figure turns once from today to the option and stays there; who asks for less motion, or prints, sees the
option at once. Today stays behind as a pale outline.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import Bar, Effect, Muscle
from ..model import Array
from ..model.supposed import Amount, Frontier, Outcome
from .frame import WIDTH, Words, text, wrap

_FIGURE = (6.0, 136.0, 30.0, 226.0)  # left, right, top, floor [px]
_TRACK = (156.0, 350.0)  # [px]
_FIRST, _PITCH = 40.0, 34.0  # of the rows of loads [px]
_HEIGHT = 252.0
_TODAY = 0.5  # where on its track today's load lies
_NECK = 0.21  # from mid-shoulder to the middle of the head, for the eye only [m]
_SKULL, _LOAD = 0.2, 0.26  # radius of head and load, for the eye only [of the trunk]
_ROOM = 0.12  # around what is drawn [m]
_SECONDS = 2.0
_SURE, _SMALL = 0.02, 0.05
"""A change surely below the first share is none; a band within the second is told as about the same."""
_LOADS: Mapping[Effect, str] = {
    Effect.PATELLOFEMORAL_FORCE: "kneecap",
    Effect.KNEE_MOMENT: "knee",
    Effect.HIP_MOMENT: "hip",
    Effect.LUMBAR_MOMENT: "low back",
}
_BESIDE = {
    Bar.BACK_HIGH: (-0.06, 0.05),
    Bar.BACK_LOW: (-0.09, -0.01),
    Bar.FRONT: (0.09, 0.02),
    Bar.GOBLET: (0.22, -0.12),
    Bar.COUNTERBALANCE: (0.62, -0.05),
    Bar.OVERHEAD: (-0.03, 0.52),
    Bar.DUMBBELLS: (0.02, -0.62),
    Bar.VEST: (0.0, -0.20),
}
"""Where a load is drawn from mid-shoulder, forward and up along the trunk. [m]"""
_UPRIGHT = frozenset({Bar.COUNTERBALANCE, Bar.OVERHEAD, Bar.DUMBBELLS})
"""Held in the room's directions, however the trunk leans."""
_MUSCLES: Mapping[Muscle, str] = {
    Muscle.QUADRICEPS: "thigh, front",
    Muscle.GLUTEUS_MAXIMUS: "glutes",
    Muscle.HAMSTRINGS: "thigh, back",
    Muscle.ADDUCTORS: "thigh, inside",
    Muscle.SOLEUS: "calf",
}


@dataclass(frozen=True, slots=True)
class _Change:
    """One part of the drawing as it is today, and as it would be."""

    now: str
    then: str

    def draw(self, name: str) -> str:
        """The part going once from today to the option; `name` is its class."""
        if self.now == self.then:
            return f'<path class="{name}" d="{self.then}"/>'
        return (
            f'<path class="{name}" d="{self.then}">'
            f'<animate attributeName="d" dur="{_SECONDS:g}s" fill="freeze" calcMode="spline"'
            f' keyTimes="0;0.25;1" keySplines="0 0 1 1;0.45 0 0.25 1"'
            f' values="{self.now};{self.now};{self.then}"/></path>'
        )

    def both(self, name: str) -> Iterator[str]:
        """Still at its end, and moving; the style sheet shows one of them."""
        yield f'<g class="end"><path class="{name}" d="{self.then}"/></g>'
        yield f'<g class="moving">{self.draw(name)}</g>'


def draw_change(words: Words, today: Outcome, option: Outcome, bars: tuple[Bar, Bar]) -> str:
    """A person going from today's squat to another, and what that does to the loads.

    Parameters
    ----------
    words
        Title and description.
    today, option
        Of one frontier.
    bars
        Where the load sits today and in the option; `Bar.NONE` without one.
    """
    places = _Window.around([_spots(today, bars[0]), _spots(option, bars[1])])

    changes = [
        (name, _Change(now, then))
        for (name, now), (_, then) in zip(
            _parts(places.of(today, bars[0])), _parts(places.of(option, bars[1])), strict=True
        )
    ]
    left, right, _, floor = _FIGURE
    parts = [
        f'<path class="floor" d="M{left:.0f} {floor + 2:.0f}H{right:.0f}"/>',
        _wedge(places, option),
        *_ghost(places.of(today, bars[0])),
        *(part for name, change in changes for part in change.both(name)),
        *_rows(today, option),
    ]
    return wrap(words, parts, WIDTH, _HEIGHT, ' class="change"')


@dataclass(frozen=True, slots=True)
class _Window:
    """From metres to places in the drawing."""

    scale: float
    left: float

    @classmethod
    def around(cls, figures: Sequence[Mapping[str, Array]]) -> "_Window":
        """What holds all of them, centred over the floor."""
        spots = np.array([spot for figure in figures for spot in figure.values()])
        low, high = spots.min(axis=0) - [_ROOM, 0.0], spots.max(axis=0) + _ROOM
        left, right, top, floor = _FIGURE
        scale = min((right - left) / (high[0] - low[0]), (floor - top) / high[1])
        return cls(scale=scale, left=(left + right) / 2 - scale * (low[0] + high[0]) / 2)

    def of(self, outcome: Outcome, bar: Bar) -> dict[str, Array]:
        """Places of a posture. [px]"""
        return {name: self.place(spot) for name, spot in _spots(outcome, bar).items()}

    def place(self, spot: Array) -> Array:
        """Place of a point. [px]"""
        return np.array([self.left + self.scale * spot[0], _FIGURE[3] - self.scale * spot[1]])


def _spots(outcome: Outcome, bar: Bar) -> dict[str, Array]:
    """Joints, head and load of a posture. [m]"""
    spots = {name: np.array(point) for name, point in outcome.points.items()}
    lean = outcome.effects[Effect.TRUNK].value
    spots["head"] = spots["shoulder"] + _NECK * np.array([math.sin(lean / 2), math.cos(lean / 2)])
    forward, up, hangs = place_load(bar)
    turn = 0.0 if hangs else lean
    along, across = math.cos(turn), math.sin(turn)
    spots["load"] = spots["shoulder"] + [forward * along + up * across, up * along - forward * across]
    if bar is Bar.NONE:
        del spots["load"]
    return spots


def place_load(bar: Bar) -> tuple[float, float, bool]:
    """Where a load is drawn from mid-shoulder, forward and up [m]; whether the trunk does not turn that."""
    return *_BESIDE.get(bar, (0.0, 0.0)), bar in _UPRIGHT


def _parts(places: Mapping[str, Array]) -> Iterator[tuple[str, str]]:
    """Class and outline of everything that moves; the same commands in every posture."""
    trunk = float(np.linalg.norm(places["shoulder"] - places["hip"]))
    if "load" in places:
        yield "load", _dot(places["load"], _LOAD * trunk)
    yield "limb", _line(places, "heel", "toe", "ankle", "heel")
    yield "limb", _line(places, "ankle", "knee", "hip", "shoulder", "head")
    yield "head", _dot(places["head"], _SKULL * trunk)
    for joint in ("ankle", "knee", "hip"):
        yield f"joint {joint}", _dot(places[joint], 4.5)


def _ghost(places: Mapping[str, Array]) -> Iterator[str]:
    """Today's figure without its joints."""
    for kind, moves in _parts(places):
        if not kind.startswith("joint"):
            yield f'<path class="{kind} ghost" d="{moves}"/>'


def _line(places: Mapping[str, Array], *names: str) -> str:
    return "M" + "L".join(f"{places[name][0]:.1f} {places[name][1]:.1f}" for name in names)


def _dot(centre: Array, radius: float) -> str:
    half = f"a{radius:.1f} {radius:.1f} 0 1 1"
    x, y = centre
    return f"M{x - radius:.1f} {y:.1f}{half} {2 * radius:.1f} 0{half} {-2 * radius:.1f} 0Z"


def _wedge(places: _Window, option: Outcome) -> str:
    """What lies under a raised heel."""
    heel, toe = (np.array(option.points[name]) for name in ("heel", "toe"))
    if heel[1] < 1e-3:
        return ""
    ball = heel + 0.72 * (toe - heel) * [1, 1]
    ball[1] = 0.0
    corners = [places.place(spot) for spot in (heel, ball, np.array([heel[0], 0.0]))]
    return f'<path class="thing" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in corners)}Z"/>'


def _rows(today: Outcome, option: Outcome) -> Iterator[str]:
    """Loads on tracks of their own with today's in the middle, the ankle's range, and the foot."""
    left, right = _TRACK
    middle = left + _TODAY * (right - left)
    y = _FIRST
    yield text(middle, 15, "today", "middle", "soft")
    for effect, name in _LOADS.items():
        yield from _load(name, option.effects[effect], y)
        yield f'<path class="today" d="M{middle:.1f} {y:.1f}v12"/>'
        y += _PITCH
    yield from _ankle(today.effects[Effect.ANKLE_USED], option.effects[Effect.ANKLE_USED], y)
    yield from _foot(today.effects[Effect.PRESSURE_SHARE], option.effects[Effect.PRESSURE_SHARE], y + _PITCH)


def _load(name: str, amount: Amount, y: float) -> Iterator[str]:
    left, right = _TRACK
    yield from _heading(name, say_change(amount), y)
    yield f'<path class="track" d="M{left:.1f} {y + 6:.1f}H{right:.1f}"/>'
    if math.isnan(amount.ratio):
        return
    whole = right - left
    ends = [left + whole * min(max(_TODAY * (1 + one), 0.0), 1.0) for one in _ratios(amount)]
    now = left + whole * _TODAY
    change = _Change(_bar(left, now, y + 6), _bar(left, ends[0], y + 6))
    kind = "more" if amount.change > 0 else "less"
    if _is_none(amount):
        kind = "same"
    yield from change.both(f"amount {kind}")
    yield f'<path class="band" d="M{ends[1]:.1f} {y + 6:.1f}H{ends[2]:.1f}"/>'


def _ratios(amount: Amount) -> tuple[float, float, float]:
    return amount.ratio, amount.ratio_low, amount.ratio_high


def _bar(left: float, right: float, y: float) -> str:
    return f"M{left:.1f} {y - 3.5:.1f}H{right:.1f}V{y + 3.5:.1f}H{left:.1f}Z"


def _heading(name: str, words: str, y: float) -> Iterator[str]:
    left, right = _TRACK
    yield text(left, y - 4, name, "start")
    yield text(right, y - 4, words, "end", "soft")


def _ankle(today: Amount, option: Amount, y: float) -> Iterator[str]:
    """How much of the ankle's range is used, of all there is."""
    percent = [max(round(100 * one.value), 0) for one in (today, option)]
    words = f"{percent[1]} % used" if percent[0] == percent[1] else f"{percent[0]} → {percent[1]} %"
    yield from _heading("ankle bend", words, y)
    yield from _place(today, option, y, bar=True)


def _foot(today: Amount, option: Amount, y: float) -> Iterator[str]:
    """Where the weight lies, from heel to toes."""
    left, right = _TRACK
    yield from _heading("weight over the foot", "", y)
    yield from _place(today, option, y, bar=False)
    yield text(left, y + 23, "heel", "start", "soft")
    yield text(right, y + 23, "toes", "end", "soft")


def _place(today: Amount, option: Amount, y: float, *, bar: bool) -> Iterator[str]:
    """A share of a whole track: today's as an upright line, the option's with its band."""
    left, right = _TRACK

    def at(share: float) -> float:
        return left + (right - left) * min(max(share, 0.0), 1.0)

    yield f'<path class="track" d="M{left:.1f} {y + 6:.1f}H{right:.1f}"/>'
    if bar:
        change = _Change(_bar(left, at(today.value), y + 6), _bar(left, at(option.value), y + 6))
    else:
        change = _Change(*(_dot(np.array([at(one.value), y + 6]), 5.0) for one in (today, option)))
    yield f'<path class="today" d="M{at(today.value):.1f} {y:.1f}v12"/>'
    yield from change.both("amount same")
    yield f'<path class="band" d="M{at(option.low):.1f} {y + 6:.1f}H{at(option.high):.1f}"/>'


def _is_none(amount: Amount) -> bool:
    """Whether nothing can be said of the change but that it is small, or not even that."""
    return abs(amount.ratio) <= _SURE or abs(amount.change) <= amount.change_sd


def say_change(amount: Amount) -> str:
    """How much less or more, as sure as it is, in a few words."""
    _, low, high = _ratios(amount)
    if math.isnan(amount.ratio):
        return "no longer little" if amount.change > amount.change_sd else "little, as today"
    if _is_none(amount):
        return "about the same" if max(abs(low), abs(high)) <= _SMALL else "either way"
    word = "more" if amount.ratio > 0 else "less"
    if low * high <= 0:
        return f"about {100 * abs(amount.ratio):.0f} % {word}"
    ends = sorted(min(100 * abs(one), 100.0 if word == "less" else math.inf) for one in (low, high))
    first, last = (f"{end:.0f}" for end in ends)
    return f"{last} % {word}" if first == last else f"{first}–{last} % {word}"


def draw_kinds(words: Words, kinds: Frontier) -> str:
    """Which kind of squat asks how much of which muscles, the same scale down each column.

    Parameters
    ----------
    words
        Title and description.
    kinds
        Kinds of squats beside today's.
    """
    rows = [kinds.today, *kinds.outcomes]
    left, pitch, top, step = 128.0, 46.5, 44.0, 27.0
    parts = []
    for number, (muscle, name) in enumerate(_MUSCLES.items()):
        x = left + number * pitch
        most = max(row.muscles[muscle].high for row in rows)
        for line, word in enumerate(name.split(", ")):
            parts.append(text(x, 15 + 14 * line, word, "start", "soft"))
        for place, row in enumerate(rows):
            y = top + step * place
            parts += _muscle(row.muscles[muscle], (x, x + pitch - 9), y, most, is_today=place == 0)
    for place, row in enumerate(rows):
        y = top + step * place
        name = "your squat" if place == 0 else _SHORT.get(row.name, row.name)
        parts.append(text(left - 8, y + 8, name, "end", "heading" if place == 0 else ""))
    return wrap(words, parts, WIDTH, top + step * len(rows), ' class="change"')


_SHORT = {
    "squat with heels raised": "heels raised",
    "squat with a weight held out in front": "weight held out",
    "split squat, front leg": "split, front leg",
    "step-down, standing leg": "step-down",
    "back squat, bar high": "bar high on back",
    "back squat, bar low": "bar low on back",
}


def _muscle(
    amount: Amount, track: tuple[float, float], y: float, most: float, *, is_today: bool
) -> Iterator[str]:
    left, right = track

    def at(force: float) -> float:
        return left + (right - left) * max(force, 0.0) / max(most, 1e-9)

    kind = "now" if is_today else "same"
    yield f'<path class="track" d="M{left:.1f} {y + 4:.1f}H{right:.1f}"/>'
    yield f'<path class="amount {kind}" d="{_bar(left, at(amount.value), y + 4)}"/>'
    yield f'<path class="band" d="M{at(amount.low):.1f} {y + 4:.1f}H{at(amount.high):.1f}"/>'

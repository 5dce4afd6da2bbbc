"""What somebody types who wants to change a squat → wishes, checked, against the squat of today.

Angles, depth and stance are changes against today; what is put under the feet or carried is told as it is.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import reduce
from itertools import combinations
from typing import Any

from .conventions import Bar
from .errors import InputError
from .model import Burden
from .model.supposed import Tempo, Today, Wish
from .whatif import LIFTING_SHOE, PLACES, box_depth, usual_wishes

_RANGES = {
    "wedge_mm": (0, 150, "mm"),
    "shin_deg": (-60, 60, "°"),
    "lean_deg": (-80, 80, "°"),
    "depth_deg": (-90, 90, "°"),
    "stance_cm": (-80, 120, "cm"),
    "toe_out_deg": (-45, 60, "°"),
    "load_kg": (0, 600, "kg"),
    "box_cm": (20, 100, "cm"),
    "hold_percent": (0, 50, "%"),
}
"""What can be asked for at all."""
_THIGH = (21.0, 149.0)
_ANGLES = {
    "shin_deg": ("shin", (-20.0, 65.0)),
    "lean_deg": ("trunk", (-20.0, 90.0)),
    "depth_deg": ("thigh", _THIGH),
    "toe_out_deg": ("turn_out", (-10.0, 60.0)),
}
"""What is typed → angle of a squat, and where it can be, whatever it is today. [°]"""
_FEET_CM = (0.0, 160.0)
"""How far apart ankles can be. [cm]"""
_MOVES, _LONGEST_PAUSE = (0.2, 20.0), 60.0
"""How long lowering or rising takes anybody, and how long the bottom is held. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Everything that can be typed; None and False ask for nothing.

    Attributes
    ----------
    wedge_mm, shoe_lift : height of the heel, or a lifting shoe.
    shin_deg, lean_deg, depth_deg : shins, trunk and thighs, against today.
    stance_cm, toe_out_deg : distance of the ankles and turn of the feet, against today.
    bar, load_kg : where the load sits, and how much it is.
    weight_over : part of the foot, one of `PLACES`.
    box, box_cm : sit back to a box, at today's depth or of this height.
    tempo_s : of lowering, pause and rising.
    hold_percent : share of body weight that the hands hold.
    """

    wedge_mm: float | None = None
    shoe_lift: bool = False
    shin_deg: float | None = None
    lean_deg: float | None = None
    depth_deg: float | None = None
    stance_cm: float | None = None
    toe_out_deg: float | None = None
    bar: Bar | None = None
    load_kg: float | None = None
    weight_over: str | None = None
    box: bool = False
    box_cm: float | None = None
    tempo_s: tuple[float, float, float] | None = None
    hold_percent: float | None = None

    def __post_init__(self) -> None:
        for name, (low, high, unit) in _RANGES.items():
            _check_range(_option(name), getattr(self, name), low, high, unit)
        if self.tempo_s is not None:
            _check_tempo(*self.tempo_s)
        if self.weight_over is not None and self.weight_over not in PLACES:
            raise InputError(
                f"There is no part of the foot '{self.weight_over}'.",
                remedy=f"choose one of {', '.join(PLACES)}.",
            )
        self._check_together()

    def __bool__(self) -> bool:
        """Whether anything was asked for."""
        return any(
            (value := getattr(self, one.name)) is not None and value is not False for one in fields(self)
        )

    def _check_together(self) -> None:
        """Complain about what contradicts itself."""
        if self.wedge_mm is not None and self.shoe_lift:
            raise _contradiction("--wedge-mm and --shoe-lift", "give the height of both together, --wedge-mm")
        if self.depth_deg is not None and self.box_cm is not None:
            raise _contradiction("--depth-deg and --box-cm", "give one of them; a box says how deep")
        if None not in (self.shin_deg, self.lean_deg, self.weight_over):
            raise _contradiction(
                "--shin-deg, --lean-deg and --weight-over",
                "leave one out: balance settles it from the others",
            )
        if (self.box or self.box_cm is not None) and self.shin_deg is not None:
            raise _contradiction("--shin-deg and a box", "leave one out: sitting back moves the shins itself")
        if self.bar is Bar.NONE and self.load_kg:
            raise _contradiction(f"--bar none and --load-kg {self.load_kg:g}", "say where the load sits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """Some of the changes that are wanted, all at once.

    Attributes
    ----------
    wish : what is to be different.
    of : numbers of the single changes in it, from 0.
    """

    wish: Wish
    of: tuple[int, ...]


def read_wishes(wanted: Wanted, today: Today, burden: Burden) -> tuple[Mixture, ...]:
    """Wishes for everything that is wanted: one by one, then two by two, then all together.

    Parameters
    ----------
    wanted
        As typed.
    today, burden
        The squat that is to be changed, and what is carried in it.

    Returns
    -------
    tuple of Mixture
        Where nothing was asked for, the ways to squat that the programme knows, one by one.

    Raises
    ------
    InputError
        When a wish is impossible beside today's squat.
    """
    single = tuple(_single(wanted, today, burden)) if wanted else usual_wishes(today, burden)
    sizes = sorted({1, min(2, len(single)), len(single)}) if wanted else [1]
    return tuple(
        Mixture(wish=reduce(Wish.joined, (single[i] for i in of)), of=of)
        for size in sizes
        for of in combinations(range(len(single)), size)
    )


def _single(wanted: Wanted, today: Today, burden: Burden) -> Iterator[Wish]:
    """Each wish alone: what is under the feet, posture, load and help, pace."""
    if wanted.wedge_mm is not None:
        yield Wish(heel=wanted.wedge_mm / 1000)
    if wanted.shoe_lift:
        yield Wish(heel=LIFTING_SHOE)
    yield from _postures(wanted, today)
    if wanted.bar is not None or wanted.load_kg is not None:
        yield Wish(burden=_burden(wanted, burden))
    if wanted.box or wanted.box_cm is not None:
        yield _box(wanted, today)
    if wanted.hold_percent is not None:
        yield Wish(held=wanted.hold_percent / 100)
    if wanted.tempo_s is not None:
        yield Wish(tempo=Tempo(*wanted.tempo_s))


def _postures(wanted: Wanted, today: Today) -> Iterator[Wish]:
    """Angles, stance, and where the weight lies."""
    for option, (name, reach) in _ANGLES.items():
        change = getattr(wanted, option)
        if change is not None:
            said: dict[str, Any] = {name: _moved(_option(option), getattr(today, name), change, reach)}
            yield Wish(**said)
    if wanted.stance_cm is not None:
        yield Wish(ankles_apart=_apart(today, wanted.stance_cm))
    if wanted.weight_over is not None:
        yield Wish(pressure=PLACES[wanted.weight_over])


def _moved(option: str, today: float, change: float, reach: tuple[float, float]) -> float:
    """An angle of today, changed. [rad]"""
    now, (low, high) = math.degrees(today), reach
    if not low <= now + change <= high:
        raise InputError(
            f"{option} {change:g} would lead from today's {now:.0f}° to {now + change:.0f}°.",
            remedy=f"give a change between {low - now:.0f} and {high - now:.0f}.",
        )
    return math.radians(now + change)


def _apart(today: Today, change: float) -> float:
    """Half the distance between the ankles. [m]"""
    now = 200 * today.ankles_apart
    low, high = _FEET_CM
    if not low <= now + change <= high:
        raise InputError(
            f"--stance-cm {change:g} would put the ankles {now + change:.0f} cm apart, from {now:.0f}.",
            remedy=f"give a change between {low - now:.0f} and {high - now:.0f}.",
        )
    return (now + change) / 200


def _burden(wanted: Wanted, today: Burden) -> Burden:
    mass = today.mass if wanted.load_kg is None else wanted.load_kg
    bar = today.bar if wanted.bar is None else wanted.bar
    if bar is Bar.NONE and wanted.bar is Bar.NONE:
        return Burden()
    if mass == 0 and wanted.load_kg is None:
        raise InputError(
            f"--bar {bar} says where a load sits, and today's squat has none.",
            remedy="give its mass, too, for example --load-kg 20.",
        )
    if mass > 0 and bar is Bar.NONE:
        raise InputError(
            f"--load-kg {mass:g} does not say where the load sits, and today's squat has none.",
            remedy="give --bar, for example --bar goblet.",
        )
    return Burden(mass=mass, bar=bar) if mass else Burden()


def _box(wanted: Wanted, today: Today) -> Wish:
    if wanted.box_cm is None:
        return Wish(box=True)
    depth = box_depth(today, wanted.box_cm / 100)
    if depth is None or not _THIGH[0] <= math.degrees(depth) <= _THIGH[1]:
        raise InputError(
            f"A box of {wanted.box_cm:g} cm does not fit these legs.",
            remedy="give a height between the ankle and the hip in standing.",
        )
    return Wish(box=True, thigh=depth)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _check_range(option: str, value: float | None, low: float, high: float, unit: str) -> None:
    if value is not None and not low <= value <= high:  # nan is in no range
        raise InputError(
            f"{option} {value:g} cannot be asked for.",
            remedy=f"give {low:g} to {high:g} {unit}.",
        )


def _check_tempo(down: float, pause: float, up: float) -> None:
    quickest, slowest = _MOVES
    kept = all(quickest <= move <= slowest for move in (down, up)) and 0 <= pause <= _LONGEST_PAUSE
    if not kept:  # nan keeps nothing
        raise InputError(
            f"--tempo-s {down:g} {pause:g} {up:g} is no tempo of a squat.",
            remedy=f"give seconds of lowering, pause and rising, {quickest:g} to {slowest:g} for the moves; "
            "for example --tempo-s 3 0 1.",
        )


def _contradiction(what: str, remedy: str) -> InputError:
    return InputError(f"{what} contradict each other.", remedy=f"{remedy}.")

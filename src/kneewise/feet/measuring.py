"""Outline in a photo → Shape: length, width and sides of a foot or an insole, with their errors.

A foot's outline lies above the sheet: seen from 1 m above, something 20 mm high looks 2 % larger, 5 mm of a
foot. Where each part of the outline lies and how it is rounded is estimated, and taken out along the line of
sight.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, PhotoError
from ..model import Array, Mask
from .camera import to_floor
from .outline import RIM, Role, Traced, normals_of, outside
from .sheet import Sheet
from .template import Placed, lay_over, settle

Indices = NDArray[np.intp]

DRAWS = 120
"""Number of draws behind each part of a standard deviation, which makes it sure to 6 %."""


class Term(StrEnum):
    """Where errors of sizes come from."""

    VIEW = "place of the phone and its lens"
    SHEET = "size of the sheet"
    HEIGHT = "height of the widest places"
    ROUNDING = "rounding above and below them"
    OUTLINE = "the outline in the photo"


_HEEL_AT, _FOREFOOT_AT, _WIDTH = 0.15, 0.70, (0.58, 0.80)
"""Shares of the length: where the axis goes through the middle, and where the forefoot is widest."""

STATIONS = np.arange(0.015, 0.301, 0.005)
"""Distances from the heel at which the sides are told. [m]"""

_OUTLINE_SPREAD = {Role.FOOT: (0.0004, 0.0003), Role.INSOLE: (0.0002, 0.0002)}
_HAND_SPREAD = 0.0015
"""Error of an outline at an end and at a side, and of one that a person drew; estimates. [m]"""

_PART_SPREAD = 0.0035
"""Error of a heel of which the shin hides the very back; measured on rendered feet. [m]"""

_SHIN_AT, _SHIN_LEAN, _SHIN_SPARE = 0.24, 0.08, 0.007
_SHIN_THICK = ((0.05, 0.09, 0.20, 0.45), (0.033, 0.035, 0.044, 0.058))
"""Middle of the ankle as a share of the length, forward lean, what the shin may be thicker, and its radius at
heights; estimates. [unitless, unitless, m, m]"""

_PROPORTIONS = (0.335, 0.455)
"""Forefoot width as a share of the length that feet and insoles have, with room to spare; an estimate."""

_LEAST_MET = 0.6
"""Share of the usual outline that is met by the one that was seen, at least."""

_MISPLACED = 3.0
"""How much worse a place counts against which everything else speaks."""

_LOWERINGS = 2
"""Times that the outline is lowered: where along the foot a point lies is only known once it is."""

_HIDDEN = 0.007
"""Outline so far from the usual one near the heel is that of the shin. [m]"""


Ends = tuple[Indices, Indices, Indices, Indices]
"""Points of heel, toes, inner and outer side."""


@dataclass(frozen=True, slots=True)
class Rise:
    """Where the widest places lie above the sheet and how they are rounded, from heel to toes; estimates.

    Attributes
    ----------
    highest, lowest : the widest places reach up to and down to, (heel, arch, ball, toes, tips). [m]
    above : half axes of the rounding above them, inward and upward, (5, 2). [m]
    under : how far the outline on the sheet itself lies inside of them, (5,). [m]
    spread : relative errors of heights and rounding. [unitless]
    """

    highest: Array
    lowest: Array
    above: Array
    under: Array
    spread: tuple[float, float]

    def raised(self, factors: Array) -> "Rise":
        """The same with widest places this many times as high, (5,)."""
        return replace(self, highest=self.highest * factors, lowest=self.lowest * factors)

    def rounded(self, factors: Array) -> "Rise":
        """The same this many times as round, (5,)."""
        return replace(self, above=self.above * factors[:, None], under=self.under * factors)


_PLACES = np.array([0.0, 0.3, 0.7, 0.9, 1.0])
_FOOT_HEIGHT = np.array([0.021, 0.021, 0.015, 0.011, 0.010])
_THICKNESS, _CORNER = 0.005, 0.00025
RISES = {
    Role.FOOT: Rise(
        highest=_FOOT_HEIGHT,
        lowest=_FOOT_HEIGHT,
        above=np.array([[0.028, 0.05], [0.04, 0.05], [0.045, 0.025], [0.03, 0.014], [0.025, 0.012]]),
        under=np.full(5, 0.005),
        spread=(0.2, 0.3),
    ),
    Role.INSOLE: Rise(
        highest=np.full(5, _THICKNESS - _CORNER),
        lowest=np.full(5, _CORNER),
        above=np.full((5, 2), _CORNER),
        under=np.full(5, _CORNER),
        spread=(0.25, 0.5),
    ),
}
"""Heights of feet: a tenth to a fifth of their width, the ball 40 mm high, as a caliper shows on a few. How
far a rounding is seen goes with the square of its height over its depth: a tenth and a fifth of those make
30 %. Insoles are 3 to 7 mm thick, with upright sides and hardly a rounding. Estimates, no study."""


@dataclass(frozen=True, slots=True)
class _Laid:
    """Where something lies, how it rises, and which points of its outline make its sizes."""

    placed: Placed
    rise: Rise
    ends: Ends


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A foot or an insole seen from straight above.

    Attributes
    ----------
    role : which.
    placed : where it lies; own frame x from the back of the heel along the axis, y to the inner side.
    seen : outline (point, 2) on the floor as the photo shows it. [m]
    outline : the same with parallax taken out. [m]
    length, width : from the heel to the longest toe, and of the forefoot across. [m]
    length_sd, width_sd : one standard deviation. [m]
    budget : cause → its own part (2,) of both standard deviations. [m]
    inner, outer : (station,) how far each side is from the axis at `STATIONS`, NaN where hidden. [m]
    side_sd : of one of them. [m]
    """

    role: Role
    placed: Placed
    seen: Array
    outline: Array
    length: float
    width: float
    length_sd: float
    width_sd: float
    budget: Mapping[Term, Array]
    inner: Array
    outer: Array
    side_sd: float


def measure_shape(traced: Traced, sheet: Sheet, role: Role, name: str) -> Shape:
    """Sizes of what has this outline in the photo.

    Parameters
    ----------
    traced
        Its outline on the floor, as the photo shows it.
    sheet
        With the view on it.
    role
        Foot or insole.
    name
        Of the photo, for messages.

    Raises
    ------
    InputError
        When it has not the shape of a foot, or heel or forefoot are hidden.

    Notes
    -----
    Above a widest place at height z the surface is an ellipse with half axes a inward and b upward. The line
    of sight touches it at the angle φ = atan2(b·t, a) above the widest place, t being the tangent of the
    angle between line of sight and vertical across the outline. The point touched lies on the line of sight
    at the height z + b·sin φ, and the outline a·(1 − cos φ) outside of it.

    Assumes: heights and roundings of a usual foot (`RISES`), known to 20 % and 30 %.
    Error: the sum of squares of `Shape.budget`; measured against rendered feet by `kneewise.bench.feet`.
    """
    outline, by_hand = traced.line, traced.flat is None
    pixels = sheet.view.to_pixels(outline)
    rise = RISES[role]
    placed = _place(traced, sheet, rise, has_shin=role is Role.FOOT)
    for _ in range(2):
        corrected = lower(outline, sheet.view.eye, placed, rise)
        placed = settle(corrected, placed)
        # Only what parallax is taken out of has the proportions of a foot.
        _check_shape(placed, role, name)
        placed = _axis(placed, corrected)
    seen = _seen(corrected, placed)
    if role is Role.FOOT and not by_hand:
        seen &= ~_behind_shin(outline, placed, sheet.view.eye)
    ends = _ends(corrected, placed, seen, name)
    length, width = _sizes(corrected, placed, ends)
    _check_proportions(width / length, role, name)
    laid = _Laid(placed, rise, ends)
    spreads = _outline_spreads(placed.to_own(corrected), laid, role, by_hand=by_hand)
    if not by_hand:
        spreads[0] = np.hypot(spreads[0], _rim_spread(placed.to_own(corrected), outline, ends, sheet))
    budget = _budget(pixels, sheet, laid, spreads)
    length_sd, width_sd = (float(sd) for sd in np.linalg.norm(list(budget.values()), axis=0))
    placed = replace(
        placed, heel=placed.to_floor(np.array([placed.to_own(corrected)[ends[0], 0].min(), 0.0]))
    )
    inner, outer = _sides(corrected, placed, seen)
    return Shape(
        role=role,
        placed=placed,
        seen=outline,
        outline=corrected,
        length=length,
        width=width,
        length_sd=length_sd,
        width_sd=width_sd,
        budget=budget,
        inner=inner,
        outer=outer,
        side_sd=width_sd / float(np.sqrt(2)),
    )


def _within(line: Array, sheet: Sheet) -> Mask:
    inside = np.asarray((np.abs(line) < sheet.half).all(axis=1))
    return inside if inside.sum() > 50 else np.ones(len(line), dtype=bool)


def _place(traced: Traced, sheet: Sheet, rise: Rise, *, has_shin: bool) -> Placed:
    """The usual outline where it fits best once parallax is taken out, with the shin where one may stand."""
    eye = sheet.view.eye
    low = eye[:2] + (traced.line - eye[:2]) * (1 - rise.highest.mean() / eye[2])

    def no_shin_there(placed: Placed) -> float:
        """Share of the shin's lower part that would stand where the photo shows open paper."""
        seen_at = np.array([_shin_seen(placed, eye, z)[0] for z in (0.06, 0.08, 0.10, 0.12)])
        on_paper = (np.abs(seen_at) < sheet.half).all(axis=1)
        return float(np.mean(on_paper & traced.shows_paper(seen_at)))

    def doubt(placed: Placed) -> float:
        return placed.misfit * (1 + _MISPLACED * (no_shin_there(placed) if has_shin else 0.0))

    tried = lay_over(low, low[_within(low, sheet)])
    return min((settle(lower(traced.line, eye, one, rise), one) for one in tried), key=doubt)


def _check_shape(placed: Placed, role: Role, name: str) -> None:
    share = placed.width / placed.length
    if placed.met < _LEAST_MET or not _PROPORTIONS[0] < share < _PROPORTIONS[1]:
        raise PhotoError(
            f"What lies on the sheet in {name} does not have the outline of a {role}.",
            remedy="put one whole foot or insole on the sheet and nothing else.",
        )


def _check_proportions(share: float, role: Role, name: str) -> None:
    if not _PROPORTIONS[0] < share < _PROPORTIONS[1]:
        raise InputError(
            f"What is seen of the {role} in {name} is {share:.0%} as wide as long, which none is.",
            remedy="keep trousers off forefoot and heel, and hold the phone beside the foot.",
        )


def lower(seen: Array, eye: Array, placed: Placed, rise: Rise) -> Array:
    """The outline without parallax.

    Parameters
    ----------
    seen
        Outline on the floor as the photo shows it, (point, 2). [m]
    eye
        Place of the lens above the floor, (3,). [m]
    placed
        About where the foot or insole lies.
    rise
        Its heights and roundings.

    Returns
    -------
    ndarray
        (point, 2), as seen from straight above; `measure_shape` says how. [m]
    """
    normal = normals_of(seen)
    lean = ((seen - eye[:2]) * normal).sum(axis=1) / eye[2]
    lowered = seen
    for _ in range(_LOWERINGS):
        share = placed.to_own(lowered)[:, 0] / placed.length
        # The rounding below the widest places begins on the sheet: its upward half axis is their height.
        height, inward, upward = (
            np.where(lean > 0, np.interp(share, _PLACES, above), np.interp(share, _PLACES, below))
            for above, below in (
                (rise.highest, rise.lowest),
                (rise.above[:, 0], rise.under),
                (rise.above[:, 1], rise.lowest),
            )
        )
        touched = np.arctan2(upward * lean, inward)
        touched_at = height + upward * np.sin(touched)
        plumb = eye[:2] + (seen - eye[:2]) * (1 - touched_at / eye[2])[:, None]
        lowered = plumb + (inward * (1 - np.cos(touched)))[:, None] * normal
    return np.asarray(lowered)


def _axis(placed: Placed, line: Array) -> Placed:
    """The same on the axis through the middles of heel and forefoot, where both sides of both are seen."""
    own = placed.to_own(line)
    middles = []
    for share in (_HEEL_AT, _FOREFOOT_AT):
        x = share * placed.length
        usual = placed.to_own(placed.outline())
        ends = []
        for sign in (1, -1):
            at = _crossings(usual, x, sign)
            expected = float(at[np.argmax(np.abs(at))])
            found = _crossings(own, x, sign)
            close = found[np.abs(found - expected) < _HIDDEN]
            ends.append(float(close[np.argmin(np.abs(close - expected))]) if len(close) else expected)
        middles.append(np.array([x, (ends[0] + ends[1]) / 2]))
    heel, forefoot = middles
    lean = np.arctan2(forefoot[1] - heel[1], forefoot[0] - heel[0])
    start = heel - heel[0] * np.array([1.0, np.tan(lean)])
    return replace(placed, heel=placed.to_floor(start), turn=placed.turn + placed.inner * float(lean))


def _crossings(own: Array, x: float, sign: int) -> Array:
    """Where the line crosses x on one side, (crossing,). [m]"""
    following = np.roll(own, -1, axis=0)
    crossing = np.flatnonzero(((own[:, 0] - x) * (following[:, 0] - x) <= 0) & (own[:, 0] != following[:, 0]))
    a, b = own[crossing], following[crossing]
    y = a[:, 1] + (x - a[:, 0]) / (b[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    return np.asarray(y[y * sign > 0])


def _behind_shin(line: Array, placed: Placed, eye: Array) -> Mask:
    """Points where a usual shin would be seen."""
    hidden = np.zeros(len(line), dtype=bool)
    for z in np.linspace(0.06, min(0.40, 0.7 * eye[2]), 18):
        seen_at, thick = _shin_seen(placed, eye, z)
        hidden |= np.linalg.norm(line - seen_at, axis=1) < thick
    return hidden


def _shin_seen(placed: Placed, eye: Array, z: float) -> tuple[Array, float]:
    """Where on the floor a usual shin is seen at a height, (2,), and its radius there. [m]"""
    nearer = float(eye[2] / (eye[2] - z))
    middle = placed.to_floor(np.array([_SHIN_AT * placed.length + _SHIN_LEAN * z, 0.0]))
    thick = float(np.interp(z, *_SHIN_THICK)) + _SHIN_SPARE
    return np.asarray(eye[:2] + (middle - eye[:2]) * nearer), thick * nearer


def _seen(line: Array, placed: Placed) -> Mask:
    """Points that belong to the foot and not to the shin: near the usual outline, and in its direction."""
    usual = placed.outline()
    away = np.linalg.norm(line[:, None] - usual[None], axis=2)
    nearest = away.argmin(axis=1)
    along = (normals_of(line) * normals_of(usual)[nearest]).sum(axis=1)
    front = placed.to_own(line)[:, 0] > 0.80 * placed.length
    distance = away.min(axis=1)
    return np.asarray((front & (distance < 0.02)) | ((distance < _HIDDEN + 0.002) & (along > 0.5)))


def _ends(line: Array, placed: Placed, seen: Mask, name: str) -> Ends:
    """Indices of the points that make heel, toes, inner and outer side."""
    own = placed.to_own(line)
    share = own[:, 0] / placed.length
    heel = np.flatnonzero(seen & (share < 0.10) & (np.abs(own[:, 1]) < 0.24 * placed.width))
    toes = np.flatnonzero(seen & (share > 0.85) & (np.abs(own[:, 1]) < 0.55 * placed.width))
    widest = seen & (share > _WIDTH[0]) & (share < _WIDTH[1])
    inner = np.flatnonzero(widest & (own[:, 1] > 0.25 * placed.width))
    outer = np.flatnonzero(widest & (own[:, 1] < -0.25 * placed.width))
    if len(heel) == 0 or np.ptp(own[heel, 1]) < 0.22 * placed.width:
        raise InputError(
            f"The back of the heel is hidden behind the shin in {name}.",
            remedy="hold the phone beside the foot, level with its middle, and look down on it from there.",
        )
    if len(toes) == 0 or any(len(s) == 0 or np.ptp(share[s]) < 0.12 for s in (inner, outer)):
        raise InputError(
            f"Toes or forefoot are hidden in {name}.",
            remedy="hold the phone beside the foot, and keep hands, trousers and the other foot away.",
        )
    return heel, toes, inner, outer


def _sizes(line: Array, placed: Placed, ends: Ends) -> tuple[float, float]:
    own = placed.to_own(line)
    heel, toes, inner, outer = ends
    return (
        float(own[toes, 0].max() - _heel_end(own[heel], placed)),
        float(own[inner, 1].max() - own[outer, 1].min()),
    )


def _heel_end(own: Array, placed: Placed) -> float:
    """Where the heel ends: at its last point, or, where the shin hides that, as its seen part says. [m]"""
    if _shows_back(own, placed):
        return float(own[:, 0].min())
    usual = placed.to_own(placed.outline())
    back = usual[usual[:, 0] < 0.2 * placed.length]
    order = np.argsort(back[:, 1])
    return float(np.mean(own[:, 0] - np.interp(own[:, 1], back[order, 1], back[order, 0])))


def _shows_back(own: Array, placed: Placed) -> bool:
    """Whether the middle of the heel's back is among the points that are seen of the heel."""
    return bool(own[:, 1].min() < -0.05 * placed.width and own[:, 1].max() > 0.05 * placed.width)


def _budget(pixels: Array, sheet: Sheet, laid: _Laid, spreads: Array) -> dict[Term, Array]:
    """Errors (2,) of length and width from each cause alone. [m]"""
    generator = np.random.default_rng(0)
    view, rise = sheet.view, laid.rise

    def spread(views: Iterable[Array], rises: Iterable[Rise]) -> Array:
        rows = []
        for parameters, drawn in zip(views, rises, strict=True):
            floor = to_floor(parameters, view.size_px, pixels)
            line = lower(floor, replace(view, parameters=parameters).eye, laid.placed, drawn)
            rows.append(_sizes(line, laid.placed, laid.ends))
        return np.asarray(np.std(rows, axis=0))

    def factors(relative: float) -> Iterator[Array]:
        return (np.maximum(1 + relative * _shared(generator), 0.1) for _ in range(DRAWS))

    same, usual = [view.parameters] * DRAWS, [rise] * DRAWS
    return {
        Term.VIEW: spread(view.draw(generator, DRAWS), usual),
        Term.SHEET: spread(view.draw_sizes(generator, DRAWS), usual),
        Term.HEIGHT: spread(same, map(rise.raised, factors(rise.spread[0]))),
        Term.ROUNDING: spread(same, map(rise.rounded, factors(rise.spread[1]))),
        Term.OUTLINE: spreads,
    }


def _outline_spreads(own: Array, laid: _Laid, role: Role, *, by_hand: bool) -> Array:
    """Error of length and of width from the outline itself, (2,). [m]"""
    hand = _HAND_SPREAD if by_hand else 0.0
    part = 0.0 if _shows_back(own[laid.ends[0]], laid.placed) else _PART_SPREAD
    each = np.hypot(_OUTLINE_SPREAD[role], hand)
    return np.asarray(np.hypot(np.sqrt(2) * each, [part, 0.0]))


def _rim_spread(own: Array, seen: Array, ends: Ends, sheet: Sheet) -> float:
    """Error of the length from ends that lie at the edge of the sheet, where nothing is told apart. [m]"""
    heel, toes, _, _ = ends
    last = [heel[own[heel, 0].argmin()], toes[own[toes, 0].argmax()]]
    lost = np.abs(outside(seen[last], sheet)) < 2 * RIM
    return float(RIM * np.sqrt(lost.sum()))


def _shared(generator: np.random.Generator) -> Array:
    """Errors of the five places, half of them shared. [unitless]"""
    return np.asarray(np.sqrt(0.5) * (generator.normal() + generator.normal(size=5)))


def _sides(line: Array, placed: Placed, seen: Mask) -> tuple[Array, Array]:
    """Distance of the inner and of the outer side from the axis at the stations, NaN where hidden. [m]"""
    own = placed.to_own(line)[seen]
    rows = np.full((2, len(STATIONS)), np.nan)
    for k, x in enumerate(STATIONS):
        near = own[np.abs(own[:, 0] - x) < 0.002]
        for row, sign in enumerate((1, -1)):
            side = sign * near[near[:, 1] * sign > 0.005, 1]
            if len(side):
                rows[row, k] = side.max()
    return rows[0], rows[1]

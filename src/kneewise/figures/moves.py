"""Positions of an exercise → a picture that moves: start, the movement, end.

Who asks for less motion, or prints, sees three still positions instead. Limbs keep their thickness and
lengths; far limbs are paler, and what works is in colour.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
from scipy.spatial import ConvexHull

from ..model import Array
from .body import RADIUS, place_joints

if TYPE_CHECKING:
    from ..knowledge.moves import Move, Prop

_DAY = {
    "ink": "#33414f", "pale": "#a9b4bf", "work": "#0f766e", "pale-work": "#7fbdb6", "thing": "#d9d2c4",
    "edge": "#b9b09d", "cord": "#b45309", "paper": "#fff", "floor": "#c9c2b4", "word": "#5b626b",
}  # fmt: skip
_NIGHT = {
    "ink": "#d5dbe1", "pale": "#66717d", "work": "#2fc4b2", "pale-work": "#1f7a70", "thing": "#3a3f45",
    "edge": "#565c63", "cord": "#ffaa28", "paper": "#14171a", "floor": "#4b5158", "word": "#a3a9b0",
}  # fmt: skip
_SHAPES = """
.move .near,.move .trunk{fill:var(--ink)}
.move .far{fill:var(--pale)}
.move .near.work,.move .trunk.work{fill:var(--work)}
.move .far.work{fill:var(--pale-work)}
.move path.limb{stroke:var(--paper);stroke-width:1.6;stroke-linejoin:round;paint-order:stroke}
.move .thing{fill:var(--thing);stroke:var(--edge);stroke-width:1}
.move .cord{stroke:var(--cord);stroke-width:3;fill:none;stroke-linecap:round}
.move .floor{stroke:var(--floor);stroke-width:2;stroke-linecap:round}
""".strip()


def _declare(colours: Mapping[str, str]) -> str:
    return ".move{" + ";".join(f"--{name}:{colour}" for name, colour in colours.items()) + "}"


STYLE = f"""
{_declare(_DAY)}
{_SHAPES}
.move text{{fill:var(--word);font:600 11px system-ui,sans-serif;text-anchor:middle}}
.move .moving{{display:none}}
@media screen and (prefers-color-scheme:dark){{
  {_declare(_NIGHT)}
}}
@media screen and (prefers-reduced-motion:no-preference){{
  .move .moving{{display:inline}}
  .move .half{{display:none}}
}}
""".strip()
"""Colours and motion of the pictures; the page that holds them carries it once."""

_SCALE, _CLOSE = 105.0, 420.0
"""Drawing units per metre, of a whole body and of a detail."""
_GAP, _WORDS, _EDGE = 26.0, 20.0, 8.0
_WIDE = 1.5
_FRAMES = 5
_SECONDS = 5.0
_CORNERS = 28

_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("thigh", ("hip", "knee")),
    ("shank", ("knee", "ankle")),
    ("foot", ("heel", "ankle", "instep", "ball")),
    ("toes", ("ball", "toe")),
    ("upper_arm", ("shoulder", "elbow")),
    ("forearm", ("elbow", "hand")),
)
_TRUNK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("seat", ("hip_left", "hip_right", "waist")),
    ("chest", ("waist", "chest", "shoulder_left", "shoulder_right")),
    ("neck", ("chest", "neck", "head")),
    ("head", ("head",)),
)
_THIN = {"thigh": {"hip": 0.9}, "neck": {"chest": 0.4, "neck": 1.0, "head": 0.4}, "shank": {"knee": 0.95}}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Eye:
    """Where a picture is taken from, and where its panel is."""

    across: Array
    up: Array
    near: Array
    scale: float = _SCALE

    @classmethod
    def at(cls, turn: float, above: float, scale: float = _SCALE) -> "_Eye":
        t, a = math.radians(turn), math.radians(above)
        return cls(
            across=np.array([math.cos(t), math.sin(t), 0.0]),
            up=np.array([-math.sin(a) * math.sin(t), math.sin(a) * math.cos(t), math.cos(a)]),
            near=np.array([math.cos(a) * math.sin(t), -math.cos(a) * math.cos(t), math.sin(a)]),
            scale=scale,
        )

    def see(self, xyz: Array) -> Array:
        """Place in the drawing, downwards positive."""
        return np.array([self.across @ xyz, -(self.up @ xyz)]) * self.scale


@dataclass(frozen=True, slots=True)
class _Window:
    """What every panel shows of the drawing."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def cut(self, body: str) -> str:
        """A body of which nothing shows outside."""
        x, y, width, height = (f"{n:.0f}" for n in (self.left, self.top, self.width, self.height))
        return (
            f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="{x} {y} {width} {height}"'
            f' overflow="hidden">{body}</svg>'
        )


def draw_move(move: "Move", title: str, description: str) -> str:
    """One exercise as an ``<svg>`` of three panels; needs `STYLE`.

    Parameters
    ----------
    move
        Its positions and the things around.
    title, description
        For those who cannot see it.
    """
    eye = _Eye.at(*move.seen, scale=_CLOSE if move.detail else _SCALE)
    frames = [place_joints(stance) for stance in move.course(_FRAMES)]
    window = _bounds(move, eye, frames)
    across, along = (1, 3) if window.width > _WIDE * window.height else (3, 1)
    room = _room(move, eye, window)
    panels = []
    for number, (body, caption) in enumerate(
        zip(_bodies(move, eye, frames, window), _captions(window), strict=True)
    ):
        x = _EDGE - window.left + (number * (window.width + _GAP) if along == 1 else 0)
        y = _EDGE - window.top + (number * (window.height + _WORDS + _EDGE) if across == 1 else 0)
        panels.append(f'<g transform="translate({x:.1f} {y:.1f})">{room}{body}{caption}</g>')
    wide = across * window.width + (across - 1) * _GAP + 2 * _EDGE
    tall = along * (window.height + _WORDS) + (along - 1) * _EDGE + 2 * _EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="move" width="{wide:.0f}" height="{tall:.0f}"'
        f' viewBox="0 0 {wide:.0f} {tall:.0f}" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(panels)}</svg>"
    )


def draw_positions(move: "Move") -> tuple[str, ...]:
    """Start, middle and end as an ``<svg>`` each, of one size, for paper; they need nothing else."""
    eye = _Eye.at(*move.seen, scale=_CLOSE if move.detail else _SCALE)
    frames = [place_joints(stance) for stance in move.course(_FRAMES)]
    window = _bounds(move, eye, frames)
    sizes = (
        window.left - _EDGE, window.top - _EDGE, window.width + 2 * _EDGE, window.height + 2 * _EDGE
    )  # fmt: skip
    view, room = " ".join(f"{size:.0f}" for size in sizes), _room(move, eye, window)
    colours = re.sub(r"var\(--([\w-]+)\)", lambda name: _DAY[name[1]], _SHAPES)
    return tuple(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="move" viewBox="{view}"><style>{colours}</style>'
        f"{room}{''.join(_panel(move, eye, places))}</svg>"
        for places in frames[:: _FRAMES // 2]
    )


def alone(svg: str) -> str:
    """The picture as a file of its own, with its colours."""
    head, rest = svg.split("><title>", 1)
    return f"{head}><style>{STYLE}</style><title>{rest}"


def _bodies(move: "Move", eye: _Eye, frames: Sequence[Mapping[str, Array]], window: _Window) -> list[str]:
    """The start, half way still and moving, the end."""
    start, half, end = (
        "".join(_panel(move, eye, frames[number])) for number in (0, len(frames) // 2, len(frames) - 1)
    )
    moving = "".join(_moving(move, eye, frames))
    bodies = [start, f'<g class="half">{half}</g><g class="moving">{moving}</g>', end]
    return [window.cut(body) for body in bodies] if move.detail else bodies


def _captions(window: _Window) -> list[str]:
    """Words under the panels; the middle one moves or is one of three still positions."""
    place = f'x="{window.left + window.width / 2:.0f}" y="{window.bottom + 15:.0f}"'
    half = f'<text class="half" {place}>middle</text><text class="moving" {place}>movement</text>'
    return [f"<text {place}>start</text>", half, f"<text {place}>end</text>"]


def _bounds(move: "Move", eye: _Eye, frames: Sequence[Mapping[str, Array]]) -> _Window:
    """Around the body and its things in every position, or around one joint."""
    if move.detail:
        centre = eye.see(frames[0][move.detail])
        return _Window(centre[0] - 56, centre[0] + 104, centre[1] - 100, centre[1] + 34)
    spots = [(eye.see(xyz), _radius(name) * eye.scale) for places in frames for name, xyz in places.items()]
    for hold in move.holds:
        spots += [(eye.see(_where(hold.at, places)), hold.radius * eye.scale) for places in frames]
    spots += [(eye.see(corner), 0.0) for prop in move.props for corner in _corners(prop)]
    low = np.min([spot - radius for spot, radius in spots], axis=0)
    high = np.max([spot + radius for spot, radius in spots], axis=0)
    floor = 0.0 if eye.up[2] > 0.999 else high[1]
    return _Window(float(low[0]), float(high[0]), float(low[1]), float(max(high[1], floor)))


def _room(move: "Move", eye: _Eye, window: _Window) -> str:
    """Floor and props, behind the body."""
    parts = []
    if eye.up[2] > 0.999:
        parts.append(f'<path class="floor" d="M{window.left - 6:.0f} 1H{window.right + 6:.0f}"/>')
    for prop in move.props:
        outline = _outline(np.array([eye.see(corner) for corner in _corners(prop)]))
        parts.append(f'<path class="thing" d="M{"L".join(_spot(xy) for xy in outline)}Z"/>')
    return "".join(parts)


def _corners(prop: "Prop") -> Iterator[Array]:
    for x in prop.x:
        for y in prop.y:
            for z in prop.z:
                raised = prop.heel if x == prop.x[0] and z == prop.z[1] else 0.0
                yield np.array([x, y, z + raised])


def _outline(points: Array) -> Array:
    """Corners of the convex hull, in order."""
    return np.asarray(points[ConvexHull(points).vertices])


def _panel(move: "Move", eye: _Eye, places: Mapping[str, Array]) -> Iterator[str]:
    """A still body."""
    for part in _ordered(move, eye, places):
        yield f'<path class="{part.kind}" d="{part.draw(eye, places)}"/>'


def _moving(move: "Move", eye: _Eye, frames: Sequence[Mapping[str, Array]]) -> Iterator[str]:
    """A body that goes from the start to the end and back, with a rest at either."""
    course = [0, *range(len(frames)), *range(len(frames) - 1, -1, -1)]
    steps = len(frames) - 1
    forth = [0.08 + 0.40 * i / steps for i in range(len(frames))]
    times = [0.0, *forth, *(1.06 - t for t in reversed(forth))]
    times[-1] = 1.0
    keys = ";".join(f"{t:.3f}" for t in times)
    for part in _ordered(move, eye, frames[len(frames) // 2]):
        drawn = [part.draw(eye, places) for places in frames]
        if len(set(drawn)) == 1:
            yield f'<path class="{part.kind}" d="{drawn[0]}"/>'
            continue
        values = ";".join(drawn[i] for i in course)
        yield (
            f'<path class="{part.kind}" d="{drawn[0]}"><animate attributeName="d" dur="{_SECONDS:g}s"'
            f' repeatCount="indefinite" keyTimes="{keys}" values="{values}"/></path>'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One piece of a drawn body: a limb, a cord, a thing that is held.

    Attributes
    ----------
    kind : classes of the style.
    points : names of the points, or places.
    radii : half its thickness at each; empty is a line. [m]
    """

    kind: str
    points: tuple[str | tuple[float, float, float], ...]
    radii: tuple[float, ...]

    def draw(self, eye: _Eye, places: Mapping[str, Array]) -> str:
        """The outline as path data; the same commands for every position."""
        spots = np.array([eye.see(_where(point, places)) for point in self.points])
        if not self.radii:
            return f"M{_spot(spots[0])}L{_spot(spots[1])}"
        radii = np.array(self.radii) * eye.scale
        if len(spots) == 1:
            return _ring(spots[0], float(radii[0]))
        return _limb(spots, radii) if len(spots) == 2 else _hull(spots, radii)


def _ordered(move: "Move", eye: _Eye, places: Mapping[str, Array]) -> list[_Part]:
    """Everything that is drawn, the farthest first."""
    parts = [
        *_limbs(move, eye, places),
        *_trunk(move, eye, places),
        *_things(move, eye, places),
    ]
    return [part for _, part in sorted(parts, key=lambda pair: pair[0])]


def _limbs(move: "Move", eye: _Eye, places: Mapping[str, Array]) -> Iterator[tuple[float, _Part]]:
    """Arms and legs with how near they are; those of the far side are paler."""
    beside = float(eye.near @ (places["hip_right"] - places["hip_left"]))
    away = {"left": "far" if beside > 0.05 else "near", "right": "far" if beside < -0.05 else "near"}
    for side in ("left", "right"):
        for name, points in _PARTS:
            named = tuple(f"{point}_{side}" for point in points)
            depth = float(np.mean([eye.near @ places[point] for point in named]))
            worked = " work" if {name, f"{name}_{side}"} & set(move.work) else ""
            yield depth, _Part(kind=f"limb {away[side]}{worked}", points=named, radii=_radii(name, named))


def _trunk(move: "Move", eye: _Eye, places: Mapping[str, Array]) -> Iterator[tuple[float, _Part]]:
    for name, points in _TRUNK:
        worked = " work" if name in move.work else ""
        depths = [float(eye.near @ places[point]) for point in points]
        depth = min(depths) - 0.01 if name == "neck" else float(np.mean(depths))
        yield depth, _Part(kind=f"limb trunk{worked}", points=points, radii=_radii(name, points))


def _things(move: "Move", eye: _Eye, places: Mapping[str, Array]) -> Iterator[tuple[float, _Part]]:
    """What is held, and cords, a little before the hands."""
    for hold in move.holds:
        depth = float(eye.near @ _where(hold.at, places)) + 0.05
        yield depth, _Part(kind="thing", points=(hold.at,), radii=(hold.radius,))
    for cord in move.cords:
        depth = float(max(eye.near @ _where(end, places) for end in cord.ends)) + 0.1
        yield depth, _Part(kind="cord", points=cord.ends, radii=())


def _radii(name: str, points: Sequence[str]) -> tuple[float, ...]:
    """Half the thickness of a part at its points. [m]"""
    thin = _THIN.get(name, {})
    return tuple(_radius(point) * thin.get(point.split("_")[0], 1.0) for point in points)


def _where(point: "str | Sequence[float]", places: Mapping[str, Array]) -> Array:
    return places[point] if isinstance(point, str) else np.array(point)


def _radius(point: str | tuple[float, ...]) -> float:
    return RADIUS[point.split("_")[0]] if isinstance(point, str) else 0.0


def _spot(xy: Array) -> str:
    return f"{xy[0]:.1f} {xy[1]:.1f}"


def _ring(centre: Array, radius: float) -> str:
    """A circle; both halves go by the rounded radius, since a chord that is short of it flattens them."""
    r = round(radius, 1)
    half = f"a{r:.1f} {r:.1f} 0 1 1"
    return f"M{centre[0] - r:.1f} {centre[1]:.1f}{half} {2 * r:.1f} 0{half} {-2 * r:.1f} 0Z"


def _limb(spots: Array, radii: Array) -> str:
    """Two round ends and the tangents between them; the larger end alone when it hides the smaller one."""
    thick, thin = (0, 1) if radii[0] >= radii[1] else (1, 0)
    way = spots[thin] - spots[thick]
    length = max(float(np.linalg.norm(way)), 1e-6)
    along = way / length
    aside = np.array([-along[1], along[0]])
    cosine = min((radii[thick] - radii[thin]) / length, 1.0)
    lean, rise = cosine * along, math.sqrt(1 - cosine**2) * aside
    a, b = spots[thick] + radii[thick] * (lean + rise), spots[thin] + radii[thin] * (lean + rise)
    c, d = spots[thin] + radii[thin] * (lean - rise), spots[thick] + radii[thick] * (lean - rise)
    big, small = f"{radii[thick]:.1f} {radii[thick]:.1f}", f"{radii[thin]:.1f} {radii[thin]:.1f}"
    return f"M{_spot(a)}L{_spot(b)}A{small} 0 0 0 {_spot(c)}L{_spot(d)}A{big} 0 1 0 {_spot(a)}Z"


def _hull(spots: Array, radii: Array) -> str:
    """Outline of several round things with a skin around: their farthest point in each direction."""
    angles = np.linspace(0, 2 * math.pi, _CORNERS, endpoint=False)
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    far = np.argmax(ways @ spots.T + radii, axis=1)
    return "M" + "L".join(_spot(xy) for xy in spots[far] + radii[far, None] * ways) + "Z"

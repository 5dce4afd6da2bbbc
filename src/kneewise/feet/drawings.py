"""The five rated items → example drawings of our own, as a page that needs nothing else.

Each row shows -2, 0 and +2 of a right foot, seen from behind or from its inner side.
"""

from collections.abc import Callable, Iterator
from html import escape

import numpy as np

from ..model import Array
from .fit import OnShoe
from .measuring import STATIONS, Shape
from .outline import Role
from .standing import ITEMS
from .template import USUAL_OUTLINE, smooth_outline

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:1.5rem auto;padding:0 1rem}"
    "h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.1rem;line-height:1.3;margin:0 0 .6rem}"
    "section{margin:2rem 0;break-inside:avoid}"
    ".row{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.6rem}"
    "figure{margin:0;text-align:center}svg{display:block;width:100%;background:#f6f4ee;border-radius:.5rem}"
    "figcaption{font-size:.9rem;line-height:1.35;margin-top:.4rem}"
    "figcaption b{display:block;font-size:1.1rem}"
    "code{overflow-wrap:anywhere}"
)
_LINE = 'fill="none" stroke="#33414f" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"'
_MARK = 'fill="none" stroke="#0f766e" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"'
_BODY, _TOE = (lines.replace('"none"', '"#f6f4ee"') for lines in (_LINE, _MARK))
"""Lines alone, and bodies that hide what is behind them."""

_FLOOR = '<path d="M8 150H152" stroke="#b9b09d" stroke-width="2"/>'

_INNER_BORDER = "M54 14C56 44 63 60 62 76C61 84 55 86 56 94C57 104 62 108 62 120C62 134 58 150 66 150"
_OUTER_BORDER = "C102 150 98 134 98 122C98 112 106 108 106 98C106 90 98 86 97 76C97 60 104 44 106 14"
"""Borders of a right leg from behind, down the inner one and up the outer one."""

_FROM_INSIDE = (
    "M132 14C132 56 138 88 138 120C138 142 132 150 118 150M82 14C82 48 76 66 60 82C40 98 18 112 10 130"
    "C8 144 14 150 28 150H48"
)
"""Outline of a right foot from its inner side, toes to the left, without its arch."""


def draw_item(item: str, rating: int) -> str:
    """SVG of what a rating of -2, 0 or +2 looks like.

    Raises
    ------
    KeyError
        When there is no such item.
    """
    return f'<svg viewBox="0 0 160 165" aria-hidden="true">{_FLOOR}{_DRAWN[item](rating / 2)}</svg>'


def _ankle_curves(tilt: float) -> str:
    """The outer border of a leg from behind: the lower of its two curves deepens inwards."""
    deep, end = 97 - 12 * tilt, 104 + 4 * tilt
    return (
        f'<path d="{_INNER_BORDER}H{end:.0f}M106 14C105 30 102 42 100 50" {_LINE}/>'
        '<path d="M100 50C96 64 96 72 97 76C98 86 106 88 106 96'
        f'C106 104 {deep:.0f} 108 {deep:.0f} 122C{deep:.0f} 136 {end:.0f} 138 {end:.0f} 149" {_MARK}/>'
    )


def _heel_tilt(tilt: float) -> str:
    """A leg from behind, the bottom of its heel turned outwards, to the right."""
    turned = f'<g transform="rotate({-13 * tilt:.0f} 80 92)">'
    heel = "M64 87L64 92C61 112 56 128 59 140C62 152 98 152 101 140C104 128 99 112 96 92L96 87"
    return (
        f'<path d="M56 14C58 46 64 68 64 92M104 14C102 46 96 68 96 92" {_LINE}/>'
        f'{turned}<path d="{heel}" {_LINE}/></g><path d="M80 24V92" {_MARK}/>'
        f'{turned}<path d="M80 92V142" {_MARK}/></g>'
    )


def _inner_bulge(tilt: float) -> str:
    """The inner border of a foot from behind, below the ankle bone from hollow to bulging."""
    out = 58 - 14 * tilt
    return (
        f'<path d="M54 14C56 44 63 60 62 76C61 84 55 86 55 94M62 150H96{_OUTER_BORDER}" {_LINE}/>'
        f'<path d="M55 94C56 104 {out:.0f} 104 {out:.0f} 118C{out:.0f} 134 58 138 60 149" {_MARK}/>'
    )


def _arch_height(tilt: float) -> str:
    """A foot from its inner side, its arch from high to flat."""
    top = min(122 + 26 * tilt, 150)
    return (
        f'<path d="{_FROM_INSIDE}" {_LINE}/><circle cx="106" cy="82" r="9" {_LINE}/>'
        f'<path d="M118 150C104 {top:.0f} 72 {top:.0f} 48 150" {_MARK}/>'
    )


def _toes_seen(tilt: float) -> str:
    """A foot from behind; toes show beside the heel, to the right the outer ones."""
    outer, inner = (max(0, round(1 + 2 * sign * tilt)) for sign in (1, -1))
    toes = [103 + 12 * k for k in reversed(range(outer))] + [57 - 12 * k for k in reversed(range(inner))]
    drawn = "".join(f'<ellipse cx="{x}" cy="140" rx="9" ry="8" {_TOE}/>' for x in toes)
    return f'{drawn}<path d="{_INNER_BORDER}H94{_OUTER_BORDER}" {_BODY}/>'


_DRAWN: dict[str, Callable[[float], str]] = {
    "ankle_curves": _ankle_curves,
    "heel_tilt": _heel_tilt,
    "inner_bulge": _inner_bulge,
    "arch_height": _arch_height,
    "toes_seen": _toes_seen,
}


def draw_on_shoe(seen: OnShoe) -> str:
    """SVG of a bare right foot standing on its shoe, from above: the sole, and the foot on it."""
    over = seen in (OnShoe.TOES_OVER, OnShoe.BOTH_OVER), seen in (OnShoe.SIDES_OVER, OnShoe.BOTH_OVER)
    # A sole is longer and wider than the foot; a short one shows the toes, a narrow one the ball.
    sole = _SOLE * (0.9 if over[0] else 1.07, 0.86 if over[1] else 1.16)
    foot = _path(USUAL_OUTLINE * (_FOOT_LONG, _FOOT_WIDE))
    return (
        '<svg viewBox="0 0 160 200" aria-hidden="true">'
        f'<path d="{_path(sole * (_FOOT_LONG, _FOOT_WIDE) - (4, 0))}" fill="#d9d3c4" stroke="#33414f" '
        f'stroke-width="2"/><path d="{foot}" {_MARK}/></svg>'
    )


_FOOT_LONG, _FOOT_WIDE = 140, 58
"""Size of the foot on a drawing from above."""

_SOLE = smooth_outline(
    np.array(
        (
            (0.0, 0.0), (0.02, 0.17), (0.1, 0.3), (0.3, 0.33), (0.5, 0.36), (0.7, 0.48), (0.85, 0.44),
            (0.96, 0.26), (1.0, 0.02), (0.96, -0.22), (0.85, -0.42), (0.7, -0.52), (0.5, -0.46), (0.3, -0.4),
            (0.1, -0.32), (0.02, -0.17),
        )
    )
)  # fmt: skip
"""Outline of a sole as shares of a foot's length and width; drawn by hand."""


def _path(own: Array) -> str:
    """Closed line from heel to toes, toes up, the inner side of a right foot to the left."""
    points = " ".join(f"{80 - y:.1f},{178 - x:.1f}" for x, y in own)
    return f"M{points}Z"


def draw_fit(foot: Shape, insole: Shape) -> str:
    """SVG of a foot on its insole as both were measured, from above, heel over heel, to one scale.

    Where the shin hides a side of the foot, nothing is drawn of it.
    """
    across = -1 if foot.placed.inner == 1 else 1  # toes up, the inner side of a right foot is at the left
    heel, large = np.array([_MIDDLE, _HEEL]), np.array([across, -1.0]) * _LARGE

    def drawn(own: Array) -> str:
        return "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in heel + own[:, ::-1] * large)

    inside = drawn(insole.placed.to_own(insole.outline)[:: len(insole.outline) // 200 + 1])
    sides = "".join(drawn(run) for run in (*_runs(foot.inner), *_runs(-foot.outer)))
    top = _HEEL - _LARGE * max(foot.length, insole.length) - _FREE
    over = "".join(drawn(np.array([[foot.length, -_ACROSS], [foot.length, _ACROSS]])))
    beyond = "".join(drawn(np.array([[insole.length, -_ACROSS], [insole.length, _ACROSS]])))
    return (
        f'<svg viewBox="0 {top:.0f} {2 * _MIDDLE:.0f} {_HEEL + _FREE - top:.0f}" aria-hidden="true">'
        f'<path d="{inside}Z" fill="#d9d3c4" stroke="#33414f" stroke-width="2"/><path d="{sides}" {_MARK}/>'
        f'<path d="{beyond}" stroke="#33414f" {_END}/><path d="{over}" stroke="#0f766e" {_END}/></svg>'
    )


def _runs(side: Array) -> Iterator[Array]:
    """Pieces of a side, along and across, between places where the shin hides it."""
    points = np.stack([STATIONS, side], axis=1)
    ends = np.flatnonzero(np.diff(np.isfinite(side).astype(int))) + 1
    yield from (run for run in np.split(points, ends) if np.isfinite(run).all())


_LARGE, _MIDDLE, _HEEL, _FREE = 1000.0, 80.0, 0.0, 12.0
"""Of a drawing to scale: units for each metre, where the back of the heel is, and what stays free."""
_ACROSS = 0.06
"""How far to each side a line at the toes reaches. [m]"""
_END = 'stroke-width="2" stroke-dasharray="5 5"'


def draw_on_sheet(role: Role) -> str:
    """SVG of a right foot or insole on a sheet of paper, from above, the sheet's corners marked."""
    outline = _SOLE if role is Role.INSOLE else USUAL_OUTLINE
    lines = f'fill="#d9d3c4" {_ON_SHEET}' if role is Role.INSOLE else f'fill="#fff" {_ON_SHEET}'
    return (
        '<svg viewBox="0 0 160 215" aria-hidden="true">'
        '<path d="M14 14H146V201H14Z" fill="#fff" stroke="#33414f" stroke-width="2"/>'
        f'<path d="{_path(outline * (_FOOT_LONG, _FOOT_WIDE))}" {lines}/>'
        f'<path d="M8 24V8H24M136 8H152V24M152 191V207H136M24 207H8V191" {_LINE}/></svg>'
    )


_ON_SHEET = _MARK.removeprefix('fill="none" ')


def draw_camera() -> str:
    """SVG of how to hold the phone, from the front: beside the foot on the sheet, 1 m up, looking down."""
    shins = "".join(f'<path d="{_SHIN}" transform="translate({x} 0)" {_BODY}/>' for x in (0, 60))
    return (
        '<svg viewBox="0 0 250 215" aria-hidden="true">'
        '<path d="M8 197H242" stroke="#b9b09d" stroke-width="2"/>'
        f'<path d="M52 197H140" stroke="#33414f" stroke-width="6"/>{shins}'
        f'<path d="M182 40L52 194M182 40L140 194" stroke="#0f766e" {_END}/>'
        '<rect x="160" y="30" width="44" height="9" rx="4" transform="rotate(28 182 36)" fill="#33414f"/>'
        '<path d="M222 40V195M216 40H228M216 195H228" fill="none" stroke="#33414f" stroke-width="2"/>'
        '<text x="214" y="122" font-size="15" fill="#33414f" text-anchor="end">1 m</text></svg>'
    )


_SHIN = "M24 20C22 70 30 120 28 150C22 172 14 178 12 192H60C62 178 52 168 48 150C48 120 56 70 54 20"
"""A lower leg from the front, without the line above it."""


def _on_shoe_section() -> str:
    shown = (
        (OnShoe.INSIDE, "Nothing sticks out", "--left-on-shoe inside"),
        (OnShoe.TOES_OVER, "Toes stick out", "--left-on-shoe toes-over"),
        (OnShoe.SIDES_OVER, "A side sticks out", "--left-on-shoe sides-over"),
    )
    figures = "".join(
        f"<figure>{draw_on_shoe(seen)}<figcaption><b>{title}</b><code>{option}</code></figcaption></figure>"
        for seen, title, option in shown
    )
    return (
        "<section><h2>The bare foot on its shoe</h2><p>Put the shoe on the floor, stand on it barefoot with "
        "your weight, heel over heel, and look straight down. Somebody else sees it better than you do.</p>"
        f'<div class="row">{figures}</div><p>Both: <code>both-over</code>. A sole is larger than the inside '
        "of its shoe: what sticks out is too small for sure, what does not may still be.</p></section>"
    )


def render_guide() -> str:
    """Page that shows how to rate the five items, and how to look at a foot on its shoe."""
    rows = []
    for number, item in enumerate(ITEMS, 1):
        figures = "".join(
            f"<figure>{draw_item(item.id, rating)}"
            f"<figcaption><b>{shown}</b>{escape(text)}</figcaption></figure>"
            for rating, shown, text in (
                (-2, "−2", item.outward),
                (0, "0", "in between"),
                (2, "+2", item.inward),
            )
        )
        rows.append(
            f'<section><h2>{number}. {escape(item.text)}</h2><div class="row">{figures}</div></section>'
        )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Foot posture photo score</title><style>{_STYLE}</style><h1>Foot posture photo score</h1>"
        "<p>Stand relaxed and barefoot, feet as they come, weight on both. Rate each foot from photos: "
        "−2 outwards, 0 in between, +2 inwards; −1 and +1 where you are not sure. "
        "A sum of about +4 is usual.</p>"
        "<p>The drawings show a right foot; a left one is its mirror image.</p>"
        f"{''.join(rows)}"
        "<p>Give the five in this order: <code>kneewise feet --left-rating 1,0,2,1,1 "
        f"--right-rating 1,0,1,1,0</code></p>{_on_shoe_section()}</html>"
    )

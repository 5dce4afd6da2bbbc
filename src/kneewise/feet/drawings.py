"""The five rated items → example drawings of our own, as a page that needs nothing else.

Each row shows -2, 0 and +2 of a right foot, seen from behind or from its inner side.
"""

from collections.abc import Callable
from html import escape

from .standing import ITEMS

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#22303c}"
    "section{margin:1.5rem 0}figure{display:inline-block;margin:0 1rem 0 0;text-align:center;width:11rem;"
    "vertical-align:top}svg{width:100%;background:#f6f4ee;border-radius:.5rem}figcaption{font-size:.9rem}"
)
_LINE = 'fill="none" stroke="#33414f" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"'
_MARK = 'fill="none" stroke="#0f766e" stroke-width="5" stroke-linecap="round"'
_FLOOR = '<path d="M10 150H150" stroke="#b9b09d" stroke-width="2"/>'


_FROM_INSIDE = (
    "M28 20C28 60 22 90 22 120C22 142 28 150 42 150M78 20C78 50 84 66 100 82C120 98 142 112 150 130"
    "C152 144 146 150 132 150H112"
)
_LEG_BEHIND = "M62 15C64 60 64 80 58 108C54 130 56 148 62 150H98C104 148 106 130 102 108C96 80 96 60 98 15"
"""Outlines of a foot from its inner side, and of a leg from behind."""


def draw_item(item: str, rating: int) -> str:
    """SVG of what a rating of -2, 0 or +2 looks like.

    Raises
    ------
    KeyError
        When there is no such item.
    """
    body = _DRAWN[item](rating / 2)
    return f'<svg viewBox="0 0 160 165" role="img" aria-label="{item} {rating:+d}">{_FLOOR}{body}</svg>'


def _ankle_curves(tilt: float) -> str:
    """The outer border of a leg from behind: the lower of its two curves deepens inwards."""
    lower = 8 + 10 * tilt
    upper = "M118 20C112 45 104 60 106 78C112 86 112 92 106 98"
    outer = f"{upper}C{106 - lower:.0f} 112 {108 - lower:.0f} 126 112 148"
    return f'<path d="M52 20C58 50 62 70 60 98C58 118 56 132 52 148H112" {_LINE}/><path d="{outer}" {_MARK}/>'


def _heel_tilt(tilt: float) -> str:
    """A leg from behind, the bottom of its heel turned outwards, to the right."""
    shift = 22 * tilt
    return (
        f'<path d="M60 15C62 50 66 70 66 88M104 15C102 50 98 70 98 88" {_LINE}/>'
        f'<path d="M66 88C56 110 {54 + shift:.0f} 130 {58 + shift:.0f} 148H{106 + shift:.0f}'
        f'C{110 + shift:.0f} 130 108 110 98 88" {_LINE}/>'
        f'<path d="M82 20V88L{82 + shift:.0f} 146" {_MARK}/>'
    )


def _inner_bulge(tilt: float) -> str:
    """A foot from its inner side, its border below the ankle bone from hollow to bulging."""
    lift = -14 * tilt
    return (
        f'<path d="{_FROM_INSIDE}" {_LINE}/><circle cx="54" cy="82" r="9" {_LINE}/>'
        f'<path d="M62 104C74 {104 + lift:.0f} 88 {104 + lift:.0f} 100 108" {_MARK}/>'
    )


def _arch_height(tilt: float) -> str:
    """A foot from its inner side, its arch from high to flat."""
    top = 122 + 26 * tilt
    return (
        f'<path d="{_FROM_INSIDE}" {_LINE}/>'
        f'<path d="M42 150C56 {min(top, 150):.0f} 88 {min(top - 4, 150):.0f} 112 150" {_MARK}/>'
    )


def _toes_seen(tilt: float) -> str:
    """A foot from behind; toes show beside the heel, to the right the outer ones."""
    outer, inner = (max(0, round(1 + 2 * sign * tilt)) for sign in (1, -1))
    toes = [108 + 11 * k for k in range(outer)] + [52 - 11 * k for k in range(inner)]
    drawn = "".join(f'<ellipse cx="{x}" cy="142" rx="6" ry="8" {_MARK}/>' for x in toes)
    return f'<path d="{_LEG_BEHIND}" {_LINE}/>{drawn}'


_DRAWN: dict[str, Callable[[float], str]] = {
    "ankle_curves": _ankle_curves,
    "heel_tilt": _heel_tilt,
    "inner_bulge": _inner_bulge,
    "arch_height": _arch_height,
    "toes_seen": _toes_seen,
}


def render_guide() -> str:
    """Page that shows how to rate the five items, and what to click in photos of somebody standing."""
    rows = []
    for number, item in enumerate(ITEMS, 1):
        figures = "".join(
            f"<figure>{draw_item(item.id, rating)}"
            f"<figcaption>{rating:+d}: {escape(text)}</figcaption></figure>"
            for rating, text in ((-2, item.outward), (0, "in between"), (2, item.inward))
        )
        rows.append(f"<section><h2>{number}. {escape(item.text)}</h2>{figures}</section>")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Foot posture photo score</title>'
        f"<style>{_STYLE}</style><h1>Foot posture photo score</h1>"
        "<p>Stand relaxed and barefoot, feet as they come, weight on both. Rate each foot from photos: "
        "-2 outwards, 0 in between, +2 inwards; -1 and +1 where you are not sure. "
        "A sum of about +4 is usual.</p>"
        f"{''.join(rows)}</html>"
    )

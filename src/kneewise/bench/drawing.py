"""Axes, lines and words of the benchmark's drawings, as SVG on white ground. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

INK, FAINT = "#222", "#d8d8d8"


@dataclass(frozen=True, slots=True)
class Axis:
    """From numbers to places along one direction."""

    low: float
    high: float
    step: float
    first: float
    last: float

    @classmethod
    def around(cls, low: float, high: float, first: float, last: float) -> "Axis":
        """With round ends that hold both numbers."""
        span = max(high - low, 1e-6)
        power = 10 ** math.floor(math.log10(span / 5))
        step = float(next(factor * power for factor in (1, 2, 5, 10) if span / (factor * power) <= 8))
        return cls(
            math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step, first, last
        )

    def place(self, value: float) -> float:
        """Where a number lies in the drawing."""
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)

    def ticks(self) -> list[float]:
        """Round numbers from end to end."""
        return [
            round(self.low + i * self.step, 9) for i in range(round((self.high - self.low) / self.step) + 1)
        ]


def line(
    start: tuple[float, float], end: tuple[float, float], colour: str, width: float = 1, dash: str = ""
) -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    (x0, y0), (x1, y1) = start, end
    return (
        f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'
    )


def text(x: float, y: float, words: str, anchor: str, *, bold: bool = False) -> str:
    """Words that start, end or have their middle at a place."""
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'


def wrap(title: str, parts: Sequence[str], width: float, height: float) -> str:
    """The parts as one drawing."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
        f' font-family="sans-serif" font-size="13" fill="{INK}"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )

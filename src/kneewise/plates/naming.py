"""Names of columns → plate, quantity and axis, in the many ways that programs write them.

`ground_force_vx`, `1_ground_force_px`, `ground_force_1_vx`, `R_ground_torque_y`, `ground_force_v1`,
`f1x`, `f1_2`, `FP2_COPx`, `ground_force_calcn_r_vz` …
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from ..conventions import Side


class Quantity(StrEnum):
    """What a column is about."""

    FORCE = "force"
    POINT = "point"
    MOMENT = "moment"


_WORDS = {
    **dict.fromkeys(("f", "v", "force", "grf", "forces"), Quantity.FORCE),
    **dict.fromkeys(("p", "cop", "point", "position"), Quantity.POINT),
    **dict.fromkeys(("m", "t", "moment", "torque", "moments", "torques"), Quantity.MOMENT),
}
_NOISE = {"ground", "reaction", "fp", "plate", "forceplate", "platform", "calcn", "foot", "n", "nm", "mm"}
_SIDES = {"l": Side.LEFT, "left": Side.LEFT, "r": Side.RIGHT, "right": Side.RIGHT}
_LAST = re.compile(rf"(?P<what>{'|'.join(sorted(_WORDS, key=len, reverse=True))})?(?P<axis>[xyz])")


@dataclass(frozen=True, slots=True)
class ColumnName:
    """What the name of a column says.

    Attributes
    ----------
    plate : what tells its plate from others; empty where nothing does.
    side : the foot it claims.
    quantity, axis : which number it is; the axis counts from 0.
    """

    plate: str
    side: Side | None
    quantity: Quantity
    axis: int


def read_column_name(name: str) -> ColumnName | None:
    """What a column holds; None where it is nothing of a plate."""
    words = re.findall(r"[a-z]+|\d+", name.lower())
    found = _with_letter(words) or _with_number(words)
    if found is None:
        return None
    quantity, axis, rest = found
    kept = [word for word in rest if word not in _NOISE and word not in _WORDS]
    side = next((_SIDES[word] for word in kept if word in _SIDES), None)
    return ColumnName("_".join(kept), side, quantity, axis)


def _with_letter(words: list[str]) -> tuple[Quantity, int, list[str]] | None:
    """`vx`, `copy`, or `x` after a word that says of what."""
    for i in range(len(words) - 1, -1, -1):
        match = _LAST.fullmatch(words[i])
        if match is None:
            continue
        rest = words[:i] + words[i + 1 :]
        # The last word wins: a moment is often called ground_force_mx.
        quantity = _WORDS[match["what"]] if match["what"] else _said(rest)
        if quantity is not None:
            return quantity, "xyz".index(match["axis"]), rest
    return None


def _with_number(words: list[str]) -> tuple[Quantity, int, list[str]] | None:
    """`v1` at the end of a longer name, or `f1_2`."""
    if len(words) < 3 or words[-1] not in ("1", "2", "3"):
        return None
    quantity = _said(words[:-1])
    return None if quantity is None else (quantity, int(words[-1]) - 1, words[:-1])


def _said(words: list[str]) -> Quantity | None:
    return next((_WORDS[word] for word in reversed(words) if word in _WORDS), None)

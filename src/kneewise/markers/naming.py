"""Names of markers → the landmarks of the body that they lie on.

The set that explains most names is asked first: the same name means different things in different sets.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..conventions import Side

if TYPE_CHECKING:
    from ..knowledge import MarkerLandmark, MarkerName

_SIDES = {"l": Side.LEFT, "left": Side.LEFT, "r": Side.RIGHT, "right": Side.RIGHT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a marker's name says.

    Attributes
    ----------
    landmark : the table's row; None where the name is not known.
    side : None where it lies in the middle, or is not known.
    stem : the name without its side.
    """

    landmark: "MarkerLandmark | None" = None
    side: Side | None = None
    stem: str = ""

    def lies_on(self, *landmarks: str) -> bool:
        """Whether it is one of these landmarks."""
        return self.landmark is not None and self.landmark.landmark in landmarks


def label_markers(
    names: Sequence[str], table: Sequence["MarkerName"], landmarks: Sequence["MarkerLandmark"]
) -> tuple[str, tuple[Label, ...]]:
    """The set that explains most of the names, and what each name says.

    Parameters
    ----------
    names
        As the file has them; a subject's prefix before a colon does not matter, nor do case and separators.
    table
        Names that are known.
    landmarks
        What they lie on.
    """
    rows = {row.landmark: row for row in landmarks}
    plain = [_plain(name) for name in names]
    found = {
        marker_set: [_look_up(name, [row for row in table if row.set == marker_set], rows) for name in plain]
        for marker_set in dict.fromkeys(row.set for row in table)
    }
    order = sorted(found, key=lambda marker_set: -_explained(found[marker_set]))
    labels = tuple(
        next((found[s][i] for s in order if found[s][i].landmark is not None), Label())
        for i in range(len(plain))
    )
    return order[0], labels


def _explained(labels: Sequence[Label]) -> float:
    """How much a set explains: names, and a little more for those that measure."""
    return sum(1.0 + 0.1 * bool(label.landmark.part) for label in labels if label.landmark is not None)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.rsplit(":", 1)[-1].lower())


def _look_up(name: str, rows: Sequence["MarkerName"], landmarks: dict[str, "MarkerLandmark"]) -> Label:
    for row in rows:
        side, stem, fits = _fit(name, row.pattern)
        if fits:
            return Label(landmark=landmarks[row.landmark], side=side, stem=stem)
    return Label()


def _fit(name: str, pattern: str) -> tuple[Side | None, str, bool]:
    """The side a name states, the name without it, and whether it is what the pattern says."""
    body = re.escape(pattern.lstrip("*")).replace(r"\#", r"\d+")
    if not pattern.startswith("*"):
        return None, name, re.fullmatch(body, name) is not None
    before = re.fullmatch(rf"(?P<side>left|right|l|r)(?P<stem>{body})", name)
    after = re.fullmatch(rf"(?P<stem>{body})(?P<side>left|right)", name)
    found = before or after
    return (_SIDES[found["side"]], found["stem"], True) if found else (None, "", False)

"""Differences of loads in plain JSON types → sentences: between legs, repetitions and films of one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...conventions import JointLoad
from ..numbers import Summary, half_band, known_digits, spell, write

TOO_CLOSE = "cannot be told: the difference is smaller than its error"
_BETTER = 0.8
"""A difference is called better known than the load where its band is this much narrower. [unitless]"""
_MOST = 0.5
"""More than this share is most. [unitless]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One way of comparing.

    Attributes
    ----------
    rows : where its numbers stand in the summary.
    sure : what is said where the difference is larger than its error.
    unsure : what cannot be told where it is not.
    same : where the load is taken twice.
    between : what the difference is between.
    """

    rows: str
    sure: str
    unsure: str
    same: str
    between: str


_KINDS = (
    _Kind(
        rows="left_minus_right",
        sure="At the hardest moment the {leg} {one} more than the {other}, by {amount}.",
        unsure="whether the left or the right knee carries more",
        same="for both legs",
        between="between the legs",
    ),
    _Kind(
        rows="between_repetitions",
        sure="In repetition {repetition} the {both} {more} than in repetition {against}, by {amount}.",
        unsure="whether the knees carry more in repetition {repetition} than in repetition {against}",
        same="in every repetition",
        between="between repetitions",
    ),
    _Kind(
        rows="between_films",
        sure="In this film the {both} {more} than in {against}, by {amount}.",
        unsure="whether the knees carry more in this film than in {against}",
        same="in every film",
        between="between films",
    ),
)


def tell_differences(
    loads: Summary, film: int, weight: float, load: Summary, names: Sequence[str]
) -> list[str]:
    """What differs beyond its error, and how much better that is known than the load itself.

    Parameters
    ----------
    loads
        As `summarise_loads` makes it.
    film
        Number of the film, from 0; of its repetitions the last is told against the first.
    weight
        Of the body, in the unit of the forces.
    load
        The kneecap's load, mean of both legs. [body weights]
    names
        Of all films.
    """
    found = {kind: rows for kind in _KINDS if (rows := _last_rows(loads[kind.rows], film))}
    sure = {kind: next((row for row in rows if row["sure"]), None) for kind, rows in found.items()}
    told = [_tell(kind, row, weight, names) for kind, row in sure.items() if row is not None]
    unsure = [_ask(kind, found[kind][0], names) for kind, row in sure.items() if row is None]
    forces = {kind: _weighed(rows[0], weight) for kind, rows in found.items() if not _is_moment(rows[0])}
    return [*told, *_tell_unsure(unsure), *_tell_common(forces, load)]


def _last_rows(rows: Sequence[Summary], film: int) -> list[Summary]:
    """Rows of a film, of its last repetition where it has several; the kneecap's load first."""
    own = [row for row in rows if row["film"] == film]
    return [row for row in own if row.get("repetition") == own[-1].get("repetition")]


def _tell(kind: _Kind, row: Summary, weight: float, names: Sequence[str]) -> str:
    more = row["value"] > 0
    leg, other = ("left", "right") if more else ("right", "left")
    one, both = (
        ("knee works", "knees work") if _is_moment(row) else ("kneecap is pressed", "kneecaps are pressed")
    )
    return kind.sure.format(
        leg=leg,
        other=other,
        one=one,
        both=both,
        more="more" if more else "less",
        amount=_amount(row, weight),
        repetition=row.get("repetition"),
        against=_against(row, names),
    )


def _ask(kind: _Kind, row: Summary, names: Sequence[str]) -> str:
    return kind.unsure.format(repetition=row.get("repetition"), against=_against(row, names))


def _tell_unsure(questions: Sequence[str]) -> list[str]:
    """One sentence for all that is smaller than its error."""
    if not questions:
        return []
    asked = _join(questions)
    return [f"{asked[:1].upper()}{asked[1:]} {TOO_CLOSE}."]


def _against(row: Summary, names: Sequence[str]) -> str:
    """Number of a repetition, or name of a film; legs need none."""
    if "against" not in row:
        return ""
    return str(row["against"]) if "repetition" in row else names[row["against"]]


def _is_moment(row: Summary) -> bool:
    return JointLoad.KNEE_MOMENT.name.lower() in row["load"]


def _amount(row: Summary, weight: float) -> str:
    """How large a difference is; its sign is said in words."""
    told = row if _is_moment(row) else _weighed(row, weight)
    low, high = sorted((abs(told["low"]), abs(told["high"])))
    size = {"value": abs(told["value"]), "low": low, "high": high}
    if not _is_moment(row):
        return spell(size, "times body weight", max(known_digits(size), 1))
    unit = "N·m/kg" if row["load"].endswith("per_kg") else "N·m"
    return spell(size, unit, max(known_digits(size), 0))


def _weighed(row: Summary, weight: float) -> Summary:
    """A difference of forces in body weights."""
    return {**row, **{key: row[key] / weight for key in ("value", "sd", "low", "high")}}


def _tell_common(differences: Mapping[_Kind, Summary], load: Summary) -> list[str]:
    """One sentence on what is the same in both and cancels; none where that is little."""
    better = {kind: row for kind, row in differences.items() if half_band(row) < _BETTER * half_band(load)}
    if not better:
        return []
    much = "Most" if all(row["cancelled"] > _MOST for row in better.values()) else "Much"
    same = _join([kind.same for kind in better])
    known = _join([f"to ± {_reach(row)} {kind.between}" for kind, row in better.items()])
    return [
        f"{much} of the doubt about the size of the load is the same {same}, so that a difference is known "
        f"better than the load itself: {known}, instead of ± {_reach(load)} times body weight."
    ]


def _join(parts: Sequence[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def _reach(number: Summary) -> str:
    return write(half_band(number), max(known_digits(number), 1))

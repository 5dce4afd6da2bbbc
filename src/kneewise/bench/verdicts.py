"""A published result and our numbers → inside or outside, and why. Pure.

The rules: an absolute number within one published standard deviation, or within the published range; without
either, and for ratios, within 15 %; signs and orders always; what mechanics makes equal, to 1e-9.
"""

from dataclasses import dataclass

from ..knowledge.validation import Kind, Row

RATIO_TOLERANCE = 0.15
"""How far a ratio, or a mean without a published spread, may lie off. [unitless]"""
EXACT_TOLERANCE = 1e-9
_UNSEEN = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one row came out.

    Attributes
    ----------
    ours : the number that is compared; of an order or an equality None. [unit of the row]
    inside : whether it agrees; None where the row cannot be reproduced.
    why : one sentence.
    """

    ours: float | None
    inside: bool | None
    why: str


def band_of(row: Row) -> tuple[float | None, float | None]:
    """Lowest and highest number that agrees with a published one; None where there is no limit."""
    if row.low is not None or row.high is not None:
        return row.low, row.high
    if row.value is None:
        return None, None
    spread = RATIO_TOLERANCE * abs(row.value) if row.sd is None else row.sd
    return row.value - spread, row.value + spread


def judge(row: Row, values: tuple[float, ...]) -> Verdict:
    """Compare what the situations of a row gave with what was published.

    Parameters
    ----------
    row
        What was published.
    values
        One number for each situation, in the unit of the row.
    """
    if row.missing:
        return Verdict(ours=None, inside=None, why=f"cannot be reproduced: {row.missing}")
    match row.kind:
        case Kind.ABSOLUTE:
            return _judge_number(row, values[0])
        case Kind.RATIO:
            return _judge_number(row, values[0] / values[1])
        case Kind.SIGN:
            return _judge_sign(row, values)
        case Kind.ORDER:
            return _judge_order(values)
        case Kind.EXACT:
            return _judge_equality(values)


def _judge_number(row: Row, ours: float) -> Verdict:
    low, high = band_of(row)
    inside = (low is None or ours >= low) and (high is None or ours <= high)
    return Verdict(ours=ours, inside=inside, why=_distance(row, ours, inside=inside))


def _distance(row: Row, ours: float, *, inside: bool) -> str:
    """Where a number lies, in the words of the rule that was used."""
    if row.low is not None or row.high is not None:
        if inside:
            return "within the limits"
        over = row.high is not None and ours > row.high
        return f"{'above' if over else 'below'} the limits"
    assert row.value is not None
    side = "above" if ours >= row.value else "below"
    if row.sd is not None:
        return f"{abs(ours - row.value) / row.sd:.1f} sd {side} the mean"
    off = abs(ours - row.value) / abs(row.value)
    if off < _UNSEEN:
        return "as published"
    return f"{off:.0%} {side} the published number; {RATIO_TOLERANCE:.0%} are allowed"


def _judge_sign(row: Row, values: tuple[float, ...]) -> Verdict:
    first, second = values
    change = second - first
    inside = change * (row.value or 0.0) > 0
    share = f" by {abs(change / first):.0%}" if first else ""
    moved = "rises" if change > 0 else "falls" if change < 0 else "stays"
    return Verdict(ours=change, inside=inside, why=f"{moved}{share if change else ''}")


def _judge_order(values: tuple[float, ...]) -> Verdict:
    wrong = [i for i in range(len(values) - 1) if not values[i] < values[i + 1]]
    why = f"numbers {wrong[0] + 1} and {wrong[0] + 2} are the other way round" if wrong else "in this order"
    return Verdict(ours=None, inside=not wrong, why=why)


def _judge_equality(values: tuple[float, ...]) -> Verdict:
    spread = (max(values) - min(values)) / max(map(abs, values))
    how = f"equal to {spread:.0e}" if spread else "equal to the last digit"
    return Verdict(ours=None, inside=spread <= EXACT_TOLERANCE, why=f"{how} over {len(values)} postures")

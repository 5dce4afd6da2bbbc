"""A whole repetition → text: what its peaks add to the held lowest point, and when they come."""

from collections.abc import Iterator

from .telling import Explanation, with_error

_ROWS = {
    "kneecap": "patellofemoral_force",
    "knee": "knee_moment",
    "hip": "hip_moment",
    "ankle": "ankle_moment",
    "low back": "lumbar_moment",
}
_SOON = 0.05  # within so much of the turn a peak is at it [s]


def render_repetition(told: Explanation) -> Iterator[str]:
    """Lines for one repetition, as `summarise_unfolded` gives it."""
    tempo = told["tempo_s"]
    held = f", {tempo['pause']:.2g} s held" if tempo["pause"] else ""
    yield (
        f"The whole repetition, {told['change']}: {tempo['down']:.2g} s down{held}, {tempo['up']:.2g} s up. "
        f"The floor carries up to {max(told['weight']['value']):.0f} % of the weight."
    )
    rows = [["", "peak", "against the lowest point held", "when"]]
    for name, key in _ROWS.items():
        peak = told["peaks"][key]
        rows.append(
            [
                f"{name}, {peak['unit']}",
                with_error(peak["value"], peak["sd"], ""),
                with_error(peak["change"], peak["change_sd"], "+"),
                _when(peak["at_s"], *told["lowest_s"]),
            ]
        )
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for first, *others, last in rows:
        cells = [
            f"  {first}".ljust(widths[0] + 2),
            *(c.rjust(w) for c, w in zip(others, widths[1:], strict=False)),
        ]
        yield "  ".join([*cells, last]).rstrip()


def _when(peak: float, begin: float, end: float) -> str:
    """Where on the way a peak comes."""
    if peak < begin - _SOON:
        return f"{begin - peak:.1f} s before the lowest point"
    if peak > end + _SOON:
        return f"{peak - end:.1f} s into the way up"
    return "at the lowest point"

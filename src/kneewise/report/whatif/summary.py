"""Prospect → plain JSON types in display units: the key `whatif` of `summary.json`."""

import math

from ...conventions import Effect
from ...model import Unmeasured
from ...model.supposed import Amount, Frontier, Outcome, Prospect
from ..numbers import Summary, plain

_DEGREE, _PERCENT = 180 / math.pi, 100.0
_UNITS: dict[Effect, tuple[str, float, int]] = {
    Effect.KNEE_MOMENT: ("N·m", 1.0, 1),
    Effect.PATELLOFEMORAL_FORCE: ("N", 1.0, 0),
    Effect.PATELLOFEMORAL_STRESS: ("MPa", 1e-6, 2),
    Effect.HIP_MOMENT: ("N·m", 1.0, 1),
    Effect.ANKLE_MOMENT: ("N·m", 1.0, 1),
    Effect.LUMBAR_MOMENT: ("N·m", 1.0, 1),
    Effect.ANKLE_USED: ("%", _PERCENT, 1),
    Effect.BALANCE_MARGIN: ("cm", 100.0, 1),
    Effect.PRESSURE_SHARE: ("%", _PERCENT, 1),
    Effect.SHIN: ("°", _DEGREE, 1),
    Effect.TRUNK: ("°", _DEGREE, 1),
}
"""What is told of an option here: unit, factor that leads there, and decimals."""
_SHOWN = ("value", "sd", "low", "high", "change", "change_sd", "change_low", "change_high")


def summarise_prospect(prospect: Prospect | Unmeasured | None) -> Summary | None:
    """What changes would do to the squat, in plain JSON types.

    Parameters
    ----------
    prospect
        As the pipeline foresees it; None where no film shows enough.

    Returns
    -------
    dict or None
        `because` and `remedy` alone where it could not be worked out.
    """
    if prospect is None:
        return None
    if isinstance(prospect, Unmeasured):
        return {"because": prospect.because, "remedy": prospect.remedy}
    return {
        "because": None,
        "film": prospect.film,
        "today": _option(prospect.best.today),
        "named": _options(prospect.named),
        "best": _options(prospect.best),
        "ranked": {concern.value: list(rows) for concern, rows in prospect.best.ranked.items()},
        "squats": _options(prospect.kinds),
        "assumptions": list(prospect.best.assumptions),
    }


def _options(frontier: Frontier) -> list[Summary]:
    return [_option(outcome) for outcome in frontier.outcomes]


def _option(outcome: Outcome) -> Summary:
    return {
        "change": outcome.name,
        "reachable": outcome.reachable,
        "sure": outcome.sure,
        "because": " ".join(stop.statement for stop in outcome.stops) or None,
        "says": outcome.statement,
        **{effect.name.lower(): _amount(outcome.effects[effect], *told) for effect, told in _UNITS.items()},
        "muscles": {
            muscle.name.lower(): _amount(amount, "N", 1.0, 0) for muscle, amount in outcome.muscles.items()
        },
        "points_cm": {
            name: [plain(100 * place, 1) for place in point] for name, point in outcome.points.items()
        },
        "tests": list(outcome.tests),
        "assumptions": list(outcome.assumptions),
    }


def _amount(amount: Amount, unit: str, factor: float, digits: int) -> Summary:
    return {
        **{name: plain(getattr(amount, name) * factor, digits) for name in _SHOWN},
        "unit": unit,
        "change_percent": None if math.isnan(amount.ratio) else _percent(amount),
    }


def _percent(amount: Amount) -> Summary:
    """The change as a share of today's."""
    shares = {"value": amount.ratio, "low": amount.ratio_low, "high": amount.ratio_high}
    return {name: plain(_PERCENT * share, 1) for name, share in shares.items()}

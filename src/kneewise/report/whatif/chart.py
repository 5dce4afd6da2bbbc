"""Chart → the data of the sliders: whole numbers, as small as they can be."""

import math
from typing import Any

import numpy as np

from ...conventions import Bar, Effect
from ...figures import place_load
from ...model import Array
from ...model.supposed import Prospect
from ...whatif import POINTS

_EFFECTS: dict[str, tuple[Effect, float]] = {
    "kneecap": (Effect.PATELLOFEMORAL_FORCE, 1.0),
    "knee": (Effect.KNEE_MOMENT, 10.0),
    "hip": (Effect.HIP_MOMENT, 10.0),
    "back": (Effect.LUMBAR_MOMENT, 10.0),
    "ankle": (Effect.ANKLE_USED, 1000.0),
    "fold": (Effect.HIP_USED, 1000.0),
    "weight": (Effect.PRESSURE_SHARE, 1000.0),
    "shin": (Effect.SHIN, 1800 / math.pi),
    "trunk": (Effect.TRUNK, 1800 / math.pi),
}
"""Name → effect, and how many steps its unit is cut into, so that a whole number will do."""
_CHANGING = ("kneecap", "knee", "hip", "back", "weight")
"""Told against today, with the error of the change."""
_STANDING = ("ankle",)
"""Told as they are: how far the ankle goes is as unsure today as in any other squat."""
_DRAWN = ("ankle", "knee", "hip", "shoulder")
_WHERE = {
    Bar.BACK_HIGH: "bar high on the back",
    Bar.BACK_LOW: "bar low on the back",
    Bar.FRONT: "bar in front",
    Bar.GOBLET: "weight before the chest",
    Bar.COUNTERBALANCE: "weight at arm's length",
    Bar.OVERHEAD: "bar overhead",
    Bar.DUMBBELLS: "weights at the sides",
    Bar.VEST: "weight vest",
}
_DEGREE = 180 / math.pi


def tell_chart(prospect: Prospect) -> dict[str, Any]:
    """What the sliders of the page are fed with.

    Parameters
    ----------
    prospect
        Of one film.

    Returns
    -------
    dict
        `axes` with nodes in display units and a step each; `values`, `sds` and `points` flat in the order of
        the axes, the last one fastest; `scales` says how many steps a unit has; points are in millimetres;
        `tested` is whether the ankle's range was.
    """
    chart = prospect.chart
    points = np.round(1000 * np.stack([chart.points[..., POINTS.index(name), :] for name in _DRAWN], axis=-2))
    return {
        "axes": _axes(prospect),
        "node": list(chart.node),
        "within": [round(share, 3) for share in chart.within],
        "where": _WHERE.get(chart.bar, ""),
        "beside": [float(one) for one in place_load(chart.bar)],
        "scales": {name: scale for name, (_, scale) in _EFFECTS.items()},
        "values": {name: _scaled(name, chart.value) for name in _EFFECTS},
        "sds": {
            **{name: _scaled(name, chart.change_sd) for name in _CHANGING},
            **{name: _scaled(name, chart.sd) for name in _STANDING},
        },
        "tested": prospect.limits.ankle.known,
        "drawn": list(_DRAWN),
        "points": _whole(points),
        "foot": round(1000 * prospect.today.foot_length * math.cos(prospect.today.turn_out)),
    }


def _scaled(name: str, numbers: Array) -> list[int]:
    effect, steps = _EFFECTS[name]
    return _whole(numbers[..., effect] * steps)


def _axes(prospect: Prospect) -> list[dict[str, Any]]:
    chart = prospect.chart
    axes = (
        ("load", chart.mass, 1.0, 2.5),
        ("heel", chart.heel, 1000.0, 5.0),
        ("depth", chart.thigh - chart.thigh[chart.node[2]], _DEGREE, 1.0),
        ("stance", chart.apart, 200.0, 1.0),
        ("shin", chart.shin, _DEGREE, 1.0),
        ("trunk", chart.trunk, _DEGREE, 1.0),
    )
    return [
        {"name": name, "nodes": [round(float(node) * factor, 2) + 0.0 for node in nodes], "step": step}
        for name, nodes, factor, step in axes
    ]


def _whole(numbers: Array) -> list[int]:
    return np.round(numbers).astype(int).ravel().tolist()

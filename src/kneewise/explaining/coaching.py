"""What a plan and a what-if say of today's squat → the target that the live coach holds it against."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .telling import Explanation, Told

_TOLERANCE = {"shin": 6.0, "trunk": 8.0, "depth": 8.0, "knee_line": 8.0}
"""Nearer than this nothing is said. One camera errs by 5–6°, so less would be noise; estimates. [°]"""

_EFFECTS = {"shin": "shin", "trunk": "trunk", "depth": "thigh"}
"""Measure of the coach → what the what-if calls it."""

_FADING = (1.0, 1.0, 0.5, 0.5)
"""Share of repetitions that are told about in the first sessions; none later. An estimate.

Feedback on every repetition teaches quickly and is leant on; with less of it the movement becomes one's own.
"""

_FEEDBACK = {
    1.0: "You hear about every repetition.",
    0.5: "You hear about every second repetition; the others are yours.",
    0.0: "This session is by feel; you hear how it went at the end.",
}
_REST = 90.0
"""Between sets of an exercise that states no rest; an estimate. [s]"""
_SETS, _REPETITIONS = 2, 8
"""Of a squat that the plan doses in seconds, where repetitions are counted; an estimate."""


def coach(told: Told, done: int) -> Explanation | None:
    """What the live coach needs to know.

    Parameters
    ----------
    told
        What a case means, as `explain` tells it.
    done
        Sessions with the coach so far.

    Returns
    -------
    dict or None
        `target` and `feedback`, in words; None of a referral, and while the plan waits for answers.
    """
    plan = told["plan"]
    if plan is None or plan["waits_for"]:
        return None
    aims = dict(_aims(told["whatif"]))
    share = _FADING[done] if done < len(_FADING) else 0.0
    sets, repetitions = _dose(plan)
    target = {
        "id": plan["technique"]["id"],
        "name": plan["technique"]["name"].capitalize(),
        "focus": plan["technique"]["cue"],
        # Without a film nothing is known of shins and trunk; that knees follow the toes suits everybody.
        "view": "side" if aims else "front",
        "sets": sets,
        "repetitions": repetitions,
        "rest_s": _REST,
        "aims": aims or {"knee_line": _aim("knee_line", 0.0, "about")},
        "feedback_share": share,
        "spoken": False,
    }
    return {"target": target, "feedback": _FEEDBACK[share]}


def _aims(expected: Sequence[Told]) -> Iterator[tuple[str, Explanation]]:
    """Posture at the lowest point that the chosen way to squat has in this body."""
    for row in expected:
        if row["chosen"] and row["reachable"]:
            for measure, effect in _EFFECTS.items():
                bound = _depth_bound(row) if measure == "depth" else "about"
                yield measure, _aim(measure, row[effect]["value"], bound)


def _depth_bound(row: Told) -> str:
    """Whoever spares depth is not praised for going deeper."""
    return "at_most" if row["thigh"]["change"] < -_TOLERANCE["depth"] / 2 else "at_least"


def _aim(measure: str, value: float, bound: str) -> Explanation:
    return {"value_deg": round(value, 1), "tolerance_deg": _TOLERANCE[measure], "bound": bound}


def _dose(plan: Mapping[str, Any]) -> tuple[int, int]:
    """Sets and repetitions of today's squat, the fewer of what the plan gives."""
    squat = next((row["id"] for row in plan["phases"][0]["rows"] if row["for"] == "squat"), None)
    for row in plan["exercises"]:
        if row["id"] == squat and row["reps"][0] > 1:
            return row["sets"][0], row["reps"][0]
    return _SETS, _REPETITIONS

"""Known → what to do about an arch insert: leave it, try the squat without, or two weeks without. Pure.

Arch supports shift load inside a bow-legged knee a little; whether anybody feels it is a matter of trying.
So the trial is for bowed legs, pain at the inner side and an insert that nobody ordered, and for nobody else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..model import Clause, Known

CONDITION = "insert_out"
"""Trial of the squat in the same shoes without the insert."""

LESS_PAIN = 1.5
"""Relief from which on less pain counts, as the tables of causes have it: two whole points. [0 to 10]"""

WIDE_GAP = 3.0
"""Knee gap from which on legs count as bowed, as the table of self-tests has it. [cm]"""


class Doing(StrEnum):
    """What to do about an insert."""

    ASK = "ask"
    LEAVE = "leave"
    TRY = "try"
    TWO_WEEKS = "two_weeks"


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertAdvice:
    """What to do about an insert, and why.

    Attributes
    ----------
    doing : which of four.
    because : the reason, or what was answered.
    steps : what to do, in order; empty where nothing is to be done.
    asks : ids of questions that are open.
    """

    doing: Doing
    because: str
    steps: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


_TRIAL = (
    "Do five squats as usual, in your shoes with the insert. Write the pain from 0 to 10.",
    "Take the insert out and do not cut it. Wait two minutes, the same five squats, write the pain.",
    "Put it back, wait two minutes, the same five squats, write the pain.",
    "Stop, and leave it in, if anything gets worse or the inner side of the ankle hurts.",
)
_TWO_WEEKS = (
    "Fourteen days without the insert, then fourteen days with it.",
    "Write down the pain of the same squat every third day.",
    "Keep what is more comfortable. Do not cut the insert.",
)
_NO_TRIAL = (
    ("insert = none", "There is no insert that could be left out."),
    (
        "insert = prescribed",
        "It was ordered for you: ask whoever ordered it before you leave it out.",
    ),
    ("health has numb_feet", "Your feet feel little, and the insert may protect them."),
)
"""Answers that settle it before anything else is asked."""


def advise_insert(known: Known) -> InsertAdvice:
    """What to do about the insert of somebody of whom this is known.

    Notes
    -----
    A knee gap that was measured counts before one that was told. A trial of which nobody wrote the pain is no
    trial.
    Assumes: relief of two points is more than pain wanders from squat to squat, as the tables have it.
    """
    for clause, because in _NO_TRIAL:
        if Clause.parse(clause).holds(known.answers):
            return InsertAdvice(doing=Doing.LEAVE, because=because)
    bowed = _bowed(known)
    if bowed is False:
        return InsertAdvice(
            doing=Doing.LEAVE,
            because="Your knees do not bow outwards; then an arch support has no known bearing on the knee.",
        )
    sore = Clause.parse("knee_map has inner_side").holds(known.answers)
    if "knee_map" in known.answers and not sore:
        return InsertAdvice(
            doing=Doing.LEAVE,
            because="It does not hurt at the inner side, where an arch support would add a little load.",
        )
    asks = tuple(_open(known, bowed=bowed))
    if asks:
        return InsertAdvice(
            doing=Doing.ASK,
            because="A trial without the insert is for bowed legs, pain at the inner side and an insert.",
            asks=asks,
        )
    return _weigh_trial(known)


def _bowed(known: Known) -> bool | None:
    """Whether the knees bow outwards; None where nobody measured or said."""
    gaps = [float(test.value) for test in known.tests if test.id == "knee_gap_cm"]
    if gaps:
        return max(gaps) > WIDE_GAP
    told = known.answers.get("leg_shape", "unknown")
    return None if told == "unknown" else told == "apart"


def _open(known: Known, *, bowed: bool | None) -> Iterator[str]:
    if "insert" not in known.answers:
        yield "insert"
    if bowed is None:
        yield "leg_shape"
    if "knee_map" not in known.answers:
        yield "knee_map"


def _weigh_trial(known: Known) -> InsertAdvice:
    reliefs = [
        trial.relief for trial in known.trials if trial.condition == CONDITION and trial.relief is not None
    ]
    if not reliefs:
        return InsertAdvice(
            doing=Doing.TRY,
            because="Your knees bow outwards, it hurts at the inner side, and there is an insert: the squat "
            "without it is worth a try. It may well change nothing.",
            steps=_TRIAL,
        )
    least = min(reliefs)
    if least >= LESS_PAIN:
        return InsertAdvice(
            doing=Doing.TWO_WEEKS,
            because=f"Without the insert the squat hurt {least:g} points of 10 less. One day says little, "
            "two weeks say more.",
            steps=_TWO_WEEKS,
        )
    felt = f"{-least:g} points more" if least <= -LESS_PAIN else "about the same"
    return InsertAdvice(
        doing=Doing.LEAVE, because=f"Without the insert the squat hurt {felt}: it is not what matters here."
    )

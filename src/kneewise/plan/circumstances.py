"""Answers → what a plan has to fit into. Pure.

Answers are in the words of the questions, a plan is in the words of the programme; here the two meet.
"""

from collections.abc import Mapping

from ..model import Answer, Clause, Facts, sides_of
from ..model.planned import Circumstances, Day, Irritability
from .lights import LAST_AMBER, LAST_GREEN

THINGS = frozenset({
    "band", "bench", "box", "chair", "leg_press", "rail", "step", "strap", "wedge", "weight",
})  # fmt: skip
"""Choices of the question about equipment that exercises need; both call them the same."""

GOALS = frozenset({
    "back_squat", "bodyweight_squat", "box_squat", "front_squat", "goblet_squat", "hip_hinge", "jumps",
    "leg_press", "olympic_lifts", "running", "split_squat",
})  # fmt: skip
"""Choices of the question about goals that are lifts; both call them the same."""

NOTES: Mapping[str, tuple[str, ...]] = {
    "back_pain": ("back_pain = now",),
    "groin_pain": ("hip_pain has groin",),
    "lateral_hip_pain": ("work_around has outer_hip",),
    "shoulder_pain": ("work_around has shoulder",),
    "kneeling_pain": ("pain_when has kneel",),
    "medial_knee_pain": ("knee_map has inner_side",),
    "lateral_knee_pain": ("knee_map has outer_side",),
    "pain_when_straight": ("pain_when has stand_straight", "pain_when has push_straight"),
    "plantar_pain": ("ankle_history has heel_sole_pain",),
    "numb_feet": ("health has numb_feet",),
    "blood_pressure": ("health has told_not_to",),
    "belly_pressure": ("pregnant = pregnant", "pregnant = birth_3_months", "work_around has belly"),
    "ankle_surgery": ("work_around has ankle_operated", "work_around has ankle_broken_lately"),
    "unstable_ankle": ("work_around has unstable_ankle",),
    "bow_legs": ("leg_shape = apart",),
    "insert_prescribed": ("insert = prescribed",),
}
"""Note of the programme → clauses, any of which is enough."""

TENDON_FLARE = "tendon_flare"
"""The one note that no single answer gives: one spot on the tendon, in a knee that is stirred up."""

_MINUTES = "minutes_per_session"
_TENDON = ("knee_map has below_kneecap", "knee_map has above_kneecap")
_ONE_SPOT = "pain_spread = one_finger"

_SETTLING = {
    "same_day": Irritability.LOW,
    "next_morning": Irritability.MEDIUM,
    "two_days": Irritability.HIGH,
    "longer": Irritability.HIGH,
}
"""How long the knee is worse after a hard session → how easily it is stirred up; the 24-hour rule of the
traffic light, an estimate."""

_NIGHT = {"at_rest": Irritability.HIGH, "loses_sleep": Irritability.HIGH}


def circumstances_of(facts: Facts) -> Circumstances:
    """What a plan has to fit into, as far as it was answered; what was not keeps its usual value.

    Parameters
    ----------
    facts
        Answers by question.

    Notes
    -----
    Irritability: how long the knee takes to settle, or where nobody asked, the worst pain of the week; not
    low where that pain is red in the traffic light, and high where it hurts at rest.

    Assumes: answers fit their questions, as `read_case` makes sure.
    Error: the cut-points are estimates; they move the first steps only, the traffic light moves the rest.
    """
    usual = Circumstances()
    minutes, pain, irritability = _number(facts, _MINUTES), _worst_pain(facts), _irritability(facts)
    return Circumstances(
        days=_days(facts) or usual.days,
        minutes=usual.minutes if minutes is None else int(minutes),
        worst_pain=usual.worst_pain if pain is None else pain,
        equipment=frozenset(_chosen(facts, "equipment")) & THINGS,
        irritability=irritability,
        notes=_notes(facts, irritability),
        goals=tuple(name for name in _chosen(facts, "goal") if name in GOALS),
        weeks=_number(facts, "weeks"),
    )


def _days(facts: Facts) -> tuple[Day, ...]:
    """The days that were named; else as many as were asked for, as far apart as the week allows."""
    named = tuple(day for day in Day if day.name.lower() in _chosen(facts, "training_days"))
    count = int(_number(facts, "days_per_week") or 0)
    return named or tuple(Day(len(Day) * i // count) for i in range(count))


def _worst_pain(facts: Facts) -> float | None:
    """Of the week; the pain of today's squat where nobody asked."""
    worst = _number(facts, "worst_pain")
    return _number(facts, "squat_pain") if worst is None else worst


def _irritability(facts: Facts) -> Irritability:
    pain = _worst_pain(facts)
    settling = [_SETTLING[name] for name in _chosen(facts, "pain_settles")]
    night = [_NIGHT[name] for name in _chosen(facts, "night_pain") if name in _NIGHT]
    severe = [Irritability.MEDIUM] if pain is not None and pain > LAST_AMBER else []
    return max((*(settling or [_by_pain(pain)]), *night, *severe))


def _by_pain(pain: float | None) -> Irritability:
    if pain is None:
        return Irritability.MEDIUM
    if pain <= LAST_GREEN:
        return Irritability.LOW
    return Irritability.MEDIUM if pain <= LAST_AMBER else Irritability.HIGH


def _notes(facts: Facts, irritability: Irritability) -> frozenset[str]:
    notes = {note for note, clauses in NOTES.items() if any(_holds(clause, facts) for clause in clauses)}
    on_tendon = _holds(_ONE_SPOT, facts) and any(_holds(clause, facts) for clause in _TENDON)
    if on_tendon and irritability > Irritability.LOW:
        notes.add(TENDON_FLARE)
    return frozenset(notes)


def _holds(clause: str, facts: Facts) -> bool:
    return Clause.parse(clause).holds(facts)


def _chosen(facts: Facts, question: str) -> tuple[str, ...]:
    """Choices of a question, of either side; none where it was not answered."""
    answers: list[Answer] = list(sides_of(facts[question])) if question in facts else []
    every = [one for answer in answers for one in (answer if isinstance(answer, tuple) else (answer,))]
    return tuple(dict.fromkeys(one for one in every if isinstance(one, str)))


def _number(facts: Facts, question: str) -> float | None:
    answer = facts.get(question)
    return float(answer) if isinstance(answer, int | float) else None

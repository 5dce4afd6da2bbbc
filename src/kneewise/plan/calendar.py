"""Phases + choices + circumstances → sessions on the days of the week."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from ..model.planned import Choice, Circumstances, Day, PlannedExercise, PlannedPhase, Withheld
from ..model.programme import AddOn, Exercise, Phase, Programme, Slot, Variant
from .fitting import why_not

MOST_A_DAY = 6
_HARD = 6
"""Effort from which an exercise wants a day of rest after it, of 10; an estimate."""
_SHORT = 15
"""A session shorter than this warms up with its first light set. [min]"""
_WEEK = len(Day)


def plan_phases(
    programme: Programme,
    variant: Variant,
    choice: Choice,
    add_ons: Sequence[AddOn],
    circumstances: Circumstances,
) -> tuple[tuple[PlannedPhase, ...], tuple[Withheld, ...]]:
    """Every phase with its exercises on days, and what did not suit or fit, with reasons."""
    planned, withheld = [], []
    for phase in programme.phases:
        slots = [*_slots(phase, variant, choice), *_slots_of(add_ons)]
        wanted, unsuited = _choose(programme, phase, slots, circumstances)
        session, unfitting = _lay_out(programme, variant, wanted, circumstances)
        full = f"It does not fit into {circumstances.minutes} minutes on the days given."
        withheld += [Withheld(what=f"{name} in “{phase.name}”", because=full) for name in unfitting]
        weeks = tuple(round(week * variant.stretch) for week in phase.weeks)
        planned.append(
            PlannedPhase(
                phase=phase,
                weeks=(weeks[0], weeks[1]),
                exercises=session,
                minutes=_minutes(programme, session, circumstances),
            )
        )
        withheld += unsuited
    return tuple(planned), tuple(dict.fromkeys(withheld))


def _slots(phase: Phase, variant: Variant, choice: Choice) -> Iterator[Slot]:
    """The phase's places with what the track puts first, and the squat as it was chosen."""
    for slot in phase.slots:
        first = (choice.option.squat,) if slot.name == "squat" else ()
        yield Slot(name=slot.name, choose=(*first, *variant.first.get(slot.name, ()), *slot.choose))


def _slots_of(add_ons: Sequence[AddOn]) -> list[Slot]:
    return [Slot(name=add_on.name, choose=add_on.exercises) for add_on in add_ons if add_on.exercises]


def _choose(
    programme: Programme, phase: Phase, slots: Sequence[Slot], circumstances: Circumstances
) -> tuple[list[tuple[Slot, Exercise]], list[Withheld]]:
    """For each place the first exercise that belongs to the phase, suits, and is not there yet."""
    chosen: list[tuple[Slot, Exercise]] = []
    unsuited: list[Withheld] = []
    for slot in slots:
        for name in slot.choose:
            exercise = programme.exercises[name]
            if phase.id not in exercise.phases or any(exercise is there for _, there in chosen):
                continue
            reason = why_not(programme, exercise, circumstances)
            if not reason:
                chosen.append((slot, exercise))
                break
            unsuited.append(Withheld(what=exercise.name, because=reason))
    return chosen, unsuited


def _lay_out(
    programme: Programme,
    variant: Variant,
    wanted: Sequence[tuple[Slot, Exercise]],
    circumstances: Circumstances,
) -> tuple[tuple[PlannedExercise, ...], list[str]]:
    """Exercises in turn get a day, the emptiest first, until none fits; and names of those without one."""
    hard = _hard_days(circumstances.days, variant.most_hard)
    room = {day: _room(programme, day in hard, circumstances) for day in sorted(circumstances.days)}
    given: dict[str, list[Day]] = {exercise.id: [] for _, exercise in wanted}
    count = dict.fromkeys(room, 0)
    fitted = True
    while fitted:
        turns = [_give_a_day(exercise, given[exercise.id], hard, room, count) for _, exercise in wanted]
        fitted = any(turns)
    planned = [
        PlannedExercise(exercise=exercise, slot=slot.name, days=tuple(sorted(given[exercise.id])))
        for slot, exercise in wanted
        if given[exercise.id]
    ]
    return tuple(planned), [exercise.name for _, exercise in wanted if not given[exercise.id]]


def _give_a_day(
    exercise: Exercise, days: list[Day], hard: Sequence[Day], room: dict[Day, int], count: dict[Day, int]
) -> bool:
    """Put the exercise on one more day where it fits; False where it has enough or nothing fits."""
    open_days = [
        day
        for day in (hard if _is_hard(exercise) else room)
        if day not in days and room[day] >= exercise.minutes and count[day] < MOST_A_DAY
    ]
    if not open_days or len(days) >= exercise.dose.per_week[1]:
        return False
    day = max(open_days, key=lambda day: (room[day], -day))
    days.append(day)
    room[day] -= exercise.minutes
    count[day] += 1
    return True


def _hard_days(days: Sequence[Day], most: int) -> tuple[Day, ...]:
    """Days for hard exercises, as far apart as the week allows."""
    ordered = sorted(days)
    return max(combinations(ordered, min(most, len(ordered))), key=_shortest_gap)


def _shortest_gap(days: Sequence[Day]) -> int:
    """Fewest days from one session to the next, round the week."""
    return min((later - day) % _WEEK or _WEEK for day, later in zip(days, (*days[1:], days[0]), strict=True))


def _is_hard(exercise: Exercise) -> bool:
    return exercise.dose.effort[1] >= _HARD and exercise.dose.per_week[0] < 5


def _room(programme: Programme, hard: bool, circumstances: Circumstances) -> int:
    """Minutes for exercises on a day."""
    warm_up = programme.warm_up_minutes if hard and circumstances.minutes >= _SHORT else 0
    return circumstances.minutes - warm_up


def _minutes(
    programme: Programme, session: Sequence[PlannedExercise], circumstances: Circumstances
) -> dict[Day, int]:
    """Minutes of every training day, warm-up included."""
    taken: dict[Day, int] = {}
    for day in sorted(circumstances.days):
        exercises = [row.exercise for row in session if day in row.days]
        hard = any(_is_hard(exercise) for exercise in exercises)
        if exercises:
            warm_up = circumstances.minutes - _room(programme, hard, circumstances)
            taken[day] = sum(exercise.minutes for exercise in exercises) + warm_up
    return taken

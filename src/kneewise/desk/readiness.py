"""Which lift today, and which after what: the plan's own gate, with today's value of what it waits for. Pure.

Nothing is decided here. What a lift waits for is what `plan.gate` says; a line of it is held against what is
kept, and a line that nothing kept can tell is left to the coach.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..conventions import Side
from ..model import SelfTest, Tested
from ..model.planned import Diary, GatedLift, Plan, Readiness
from ..model.programme import Exit, Reads
from ..plan import Light, rate_sessions, worst_of_week

_QUIET = (Light.GREEN, Light.AMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A line that lifts wait for, with what is known of it today.

    Attributes
    ----------
    exit : the line, and where it is from.
    today : value in words; empty where nothing kept tells it.
    needed : what it has to be, in words.
    met : whether it is; None where nobody can tell, or a coach has to.
    """

    exit: Exit
    today: str
    needed: str
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A lift, as the plan has it.

    Attributes
    ----------
    gated : the lift, and when.
    readings : of the lines it waits for.
    besides : what else the plan says of it, in sentences; a coach decides when that is over.
    """

    gated: GatedLift
    readings: tuple[Reading, ...] = ()
    besides: tuple[str, ...] = ()

    @property
    def today(self) -> bool:
        """Whether it is done today, if lighter."""
        return self.gated.readiness in (Readiness.TODAY, Readiness.TODAY_LIGHTER)


def read_gate(
    plan: Plan,
    exits: Sequence[Exit],
    diary: Diary,
    tests: Sequence[Tested],
    known: Sequence[SelfTest],
) -> tuple[Ready, ...]:
    """Every lift of the plan's gate, in its order.

    Parameters
    ----------
    plan
        Whose gate it is.
    exits
        The table of lines.
    diary
        Up to today; without days where none is kept.
    tests
        Self-tests that were done.
    known
        Their table, for names and errors.
    """
    reading = {row.says: _Reader(diary, tests, known).read(row) for row in exits}
    return tuple(
        Ready(
            gated=gated,
            readings=tuple(reading[line] for line in gated.after if line in reading),
            besides=tuple(line for line in gated.after if line not in reading),
        )
        for gated in plan.gate
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Holds lines against what is kept."""

    diary: Diary
    tests: Sequence[Tested]
    known: Sequence[SelfTest]

    def read(self, row: Exit) -> Reading:
        """What is known of a line today."""
        match row.reads:
            case Reads.SESSIONS:
                return self._sessions(row)
            case Reads.WORST_PAIN:
                return self._worst_pain(row)
            case Reads.DIFFERENCE:
                return self._difference(row)
            case Reads.LAST_LIGHT:
                return self._last_light(row)
            case Reads.WATCHED:
                return Reading(exit=row, today="", needed="watch it", met=None)

    def _sessions(self, row: Exit) -> Reading:
        """Sessions since the last red one that were green or amber."""
        needed = int(row.needed or 0)
        lights = [one.light for one in rate_sessions(self.diary.days) if one.light is not None]
        count = 0
        for light in reversed(lights):
            if light not in _QUIET:
                break
            count += 1
        today = f"{count} since the last red one" if Light.RED in lights else str(count)
        return Reading(exit=row, today=today, needed=f"{needed} or more", met=count >= needed)

    def _worst_pain(self, row: Exit) -> Reading:
        most = row.needed or 0.0
        worst = worst_of_week(self.diary.days, self.diary.today)
        return Reading(
            exit=row,
            today="" if worst is None else f"{worst:g} of 10 in the last seven days",
            needed=f"{most:g} of 10 or less",
            met=None if worst is None else worst <= most,
        )

    def _last_light(self, row: Exit) -> Reading:
        """Green says the pain; whether load and depth were those planned has to be watched."""
        lights = [one.light for one in rate_sessions(self.diary.days) if one.light is not None]
        today = f"the last session was {lights[-1].value}" if lights else ""
        fits = bool(lights) and lights[-1] is Light.GREEN
        return Reading(
            exit=row,
            today=today,
            needed="green, with the planned load and depth: watch it",
            met=None if fits or not lights else False,
        )

    def _difference(self, row: Exit) -> Reading:
        """Left against right in every test that counts; met where all of them are, by more than the error."""
        most = row.needed or 0.0
        told = [*self._differences(row)]
        return Reading(
            exit=row,
            today="; ".join(f"{name} {share:.0%} ± {error:.0%}" for name, share, error in told),
            needed=f"less than {most:.0%}",
            met=_all_below([(share, error) for _, share, error in told], most),
        )

    def _differences(self, row: Exit) -> Iterator[tuple[str, float, float]]:
        """Name, difference and its error, of tests with a number of both legs."""
        for test in self.known:
            sides = {one.side: one for one in self.tests if one.id == test.id}
            if test.id not in row.tests or not {Side.LEFT, Side.RIGHT} <= sides.keys():
                continue
            values = [float(sides[side].value) for side in (Side.LEFT, Side.RIGHT)]
            errors = [sides[side].sd or test.sem or 0.0 for side in (Side.LEFT, Side.RIGHT)]
            better = max(values)
            if better > 0:
                yield test.name, abs(values[0] - values[1]) / better, math.hypot(*errors) / better


def _all_below(told: Sequence[tuple[float, float]], most: float) -> bool | None:
    """True or False where every test says so beyond its error; None where one cannot tell."""
    if not told:
        return None
    if any(share - error >= most for share, error in told):
        return False
    return True if all(share + error < most for share, error in told) else None

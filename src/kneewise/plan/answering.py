"""Plan in the calendar + diary → what the plan answers: step on, hold, step back, or be looked at. Pure.

The rules and their sources are those of the programme; here is only when each of them holds. Numbers are held
against each other as the traffic light says: pain in the session, and 24 hours later against what is usual.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ..model.planned import Diary, DiaryNumbers
from ..model.programme import Programme, Rule
from .dates import PlanDates, Review
from .lights import LAST_AMBER, LAST_GREEN

_ABOVE_GREEN, _ABOVE_AMBER = 1.0, 2.0
"""Most pain above usual, 24 hours later, of the first two lights."""
LEAST_CHANGE = 2.0
"""Less is no change worth the name in the worst pain of a week; Crossley2004."""
_USUAL = timedelta(days=14)
_WEEK = timedelta(days=7)
_FEWEST = 2
"""Sessions a week that keep what there is; and days with a number that make a week known."""
_LAST_REVIEW = timedelta(weeks=12)
_DECIDE = 2
"""Sessions whose lights decide about the next one."""


class Verdict(StrEnum):
    """What the plan answers; the most urgent one first."""

    CHECK_IN = "check in"
    SEE_SOMEONE = "see someone"
    STEP_BACK = "step back"
    HOLD = "hold"
    STEP_ON = "step on"


class Light(StrEnum):
    """Colour of a session; the word is that of the programme's lights."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


_ORDER = (Light.GREEN, Light.AMBER, Light.RED)
_Held = tuple[Verdict, tuple[str, ...]]
"""A verdict, and ids of the rules that hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A session that was done.

    Attributes
    ----------
    on : the day.
    light : the one nearer to red of the two numbers; None while one is missing and the other is not red.
    """

    on: date
    light: Light | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnswer:
    """What the plan answers to the diary.

    Attributes
    ----------
    verdict : in a word.
    rules : that say so.
    last : the session it is about; None where it is not about one.
    due : a review whose day has come and after which nobody checked in.
    """

    verdict: Verdict
    rules: tuple[Rule, ...]
    last: Rated | None = None
    due: Review | None = None


def answer_diary(programme: Programme, dates: PlanDates, diary: Diary) -> PlanAnswer | None:
    """What to do next, as the diary stands.

    Parameters
    ----------
    programme
        Whose rules hold.
    dates
        The plan in the calendar.
    diary
        Up to today.

    Returns
    -------
    PlanAnswer or None
        None where nothing was trained yet, none was missed, and nothing else holds.

    Notes
    -----
    A day with a tick is a session. Its second number is held against the usual: the median of the pain on
    days without a session and of the pain after earlier ones, of the two weeks before; where there is none,
    the limits of the pain in a session hold for it.

    Assumes: both numbers are told as felt.
    Error: the limits are conventions, checked by nobody; they move a plan by one step, and the questions
    decide about everything else.
    """
    trained = [day.on for day in diary.days if day.done]
    sessions = rate_sessions(diary.days, last=_DECIDE)
    of_weeks = next(_of_weeks(dates, diary), None)
    of_sessions = next(_of_sessions(dates, sessions, trained, diary), None)
    held = of_weeks or of_sessions
    if held is None:
        return None
    verdict, names = held
    return PlanAnswer(
        verdict=verdict,
        rules=tuple(programme.rules[name] for name in names),
        last=sessions[-1] if sessions and of_weeks is None else None,
        due=_due(dates, diary),
    )


def rate_sessions(days: Sequence[DiaryNumbers], last: int | None = None) -> tuple[Rated, ...]:
    """Sessions with their lights.

    Parameters
    ----------
    days
        Of the diary, in order.
    last
        So many of the last ones; every one if None.
    """
    done = [day for day in days if day.done]
    return tuple(Rated(on=day.on, light=_light(day, days)) for day in done[-(last or len(done)) :])


def worst_of_week(days: Sequence[DiaryNumbers], last: date) -> float | None:
    """Worst pain of the seven days up to `last`; None where fewer than two of them have a number."""
    told = [day.pain for day in days if last - _WEEK < day.on <= last and day.pain is not None]
    return max(told) if len(told) >= _FEWEST else None


def _of_weeks(dates: PlanDates, diary: Diary) -> Iterator[_Held]:
    """What holds whatever the last sessions were."""
    if diary.signs:
        yield Verdict.CHECK_IN, ("signs",)
    if _is_worse(diary) and not _is_asked_since_worst(diary):
        yield Verdict.CHECK_IN, ("worse",)
    if _is_without_change(dates, diary):
        yield Verdict.SEE_SOMEONE, ("no_change",)


def _of_sessions(
    dates: PlanDates, sessions: Sequence[Rated], trained: Sequence[date], diary: Diary
) -> Iterator[_Held]:
    """What the last sessions say, or their absence; the more careful first."""
    today = diary.today
    lights = [session.light for session in sessions]
    last = lights[-1:]
    if last == [Light.RED]:
        yield Verdict.STEP_BACK, ("red_twice" if lights == [Light.RED] * 2 else "red",)
    if _missed(dates, trained, today, weeks=2) and not _done(trained, today, weeks=2):
        yield Verdict.STEP_BACK, ("missed_long",)
    if _is_worse(diary):
        yield Verdict.HOLD, ("still_worse",)
    if last in ([Light.AMBER], [None]):
        yield Verdict.HOLD, ("amber" if last == [Light.AMBER] else "unrated",)
    if _missed(dates, trained, today, weeks=1) and len(_done(trained, today, weeks=1)) < _FEWEST:
        yield Verdict.HOLD, ("missed",)
    if last == [Light.GREEN]:
        yield Verdict.STEP_ON, ("green", "green_twice") if lights == [Light.GREEN] * 2 else ("green",)


def _light(day: DiaryNumbers, days: Sequence[DiaryNumbers]) -> Light | None:
    """The light nearer to red; red of one number is red, whatever the other is."""
    usual = _usual(day.on, days)
    above = (LAST_GREEN, LAST_AMBER) if usual is None else (usual + _ABOVE_GREEN, usual + _ABOVE_AMBER)
    lights = [_hold(day.pain, LAST_GREEN, LAST_AMBER), _hold(day.pain_after, *above)]
    known = [light for light in lights if light is not None]
    if len(known) < len(lights) and Light.RED not in known:
        return None
    return max(known, key=_ORDER.index)


def _hold(pain: float | None, green: float, amber: float) -> Light | None:
    if pain is None:
        return None
    return Light.GREEN if pain <= green else Light.AMBER if pain <= amber else Light.RED


def _usual(on: date, days: Sequence[DiaryNumbers]) -> float | None:
    """Pain as it is without a session, of the two weeks before a day."""
    before = [day for day in days if on - _USUAL <= day.on < on]
    told = [day.pain_after if day.done else day.pain for day in before]
    known = [pain for pain in told if pain is not None]
    return _middle(known) if known else None


def _middle(numbers: Sequence[float]) -> float:
    """Their median."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return (ordered[half] + ordered[~half]) / 2


def _is_worse(diary: Diary) -> bool:
    """Whether the pain of this week is clearly above that of two weeks ago."""
    before, now = (worst_of_week(diary.days, diary.today - weeks * _WEEK) for weeks in (2, 0))
    return before is not None and now is not None and now - before >= LEAST_CHANGE


def _is_asked_since_worst(diary: Diary) -> bool:
    """Whether the questions were answered again since the pain of this week first was at its worst.

    Pain that rises further is not covered by answers from before, and neither is a worst that comes again
    a week later.
    """
    week = [day for day in diary.days if diary.today - _WEEK < day.on <= diary.today]
    worst = worst_of_week(diary.days, diary.today)
    first = next((day.on for day in week if day.pain is not None and day.pain == worst), diary.today)
    return any(day >= first for day in diary.checkins)


def _is_without_change(dates: PlanDates, diary: Diary) -> bool:
    """Whether the pain of this week is where it was in the first, twelve weeks on."""
    first, now = (
        worst_of_week(diary.days, day) for day in (dates.start + _WEEK - timedelta(days=1), diary.today)
    )
    long = diary.today >= dates.start + _LAST_REVIEW
    return long and first is not None and now is not None and first - now < LEAST_CHANGE


def _done(trained: Sequence[date], today: date, weeks: int) -> list[date]:
    since = today - weeks * _WEEK
    return [day for day in trained if since <= day]


def _missed(dates: PlanDates, trained: Sequence[date], today: date, weeks: int) -> bool:
    """Whether so many weeks of the plan have gone by, with more sessions in them than were done."""
    since = today - weeks * _WEEK
    planned = [one for one in dates.sessions if since <= one.on < today]
    return dates.start <= since and len(planned) > len(_done(trained, today, weeks))


def _due(dates: PlanDates, diary: Diary) -> Review | None:
    """The last review whose day has come, unless somebody checked in since."""
    come = [review for review in dates.reviews if review.on <= diary.today]
    return come[-1] if come and not any(day >= come[-1].on for day in diary.checkins) else None

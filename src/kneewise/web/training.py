"""What the pages of plan, diary and progress share: the plan that was begun, and its diary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..model import Case, Guidance
from ..model.planned import Diary, Plan
from ..plan import PlanAnswer, PlanDates, answer_diary, date_plan
from ..reopening import read_days
from ..report import tell_departures
from ..store import DiaryDay, KeptMeaning
from .house import House, Meaning, Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A plan that somebody follows.

    Attributes
    ----------
    plan, dates : what to do, and when.
    days : of the diary, the newest first.
    diary : the same as the plan reads it.
    """

    plan: Plan
    dates: PlanDates
    days: tuple[DiaryDay, ...]
    diary: Diary

    @property
    def answer(self) -> PlanAnswer | None:
        """What the plan answers."""
        return answer_diary(self.plan.programme, self.dates, self.diary)

    def done_on(self, day: date) -> frozenset[str]:
        """Exercises that were ticked off on a day."""
        return next((one.done for one in self.diary.days if one.on == day), frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """How a plan became another one.

    Attributes
    ----------
    before : the earlier plan, as it was told.
    departures : what is otherwise now, in words.
    since : when the later one was first told.
    """

    before: Mapping[str, Any]
    departures: tuple[str, ...]
    since: datetime


def plan_of(meaning: Meaning) -> Plan | None:
    """The plan; None of a referral, and while questions are open that could stop it."""
    match meaning.conclusion:
        case Guidance(waits_for=(), plan=plan):
            return plan
        case _:
            return None


def training_of(opened: Opened, meaning: Meaning, house: House, today: date) -> Training | None:
    """The plan that was begun, with its diary; None where there is none to follow."""
    plan, start = plan_of(meaning), opened.case.begun
    if plan is None or start is None:
        return None
    days = house.store.entries(opened.kept.id)
    signs = bool(meaning.told["screening"]["unasked"])
    diary = read_diary(opened.case, days, today, signs=signs)
    return Training(plan=plan, dates=date_plan(plan, start), days=days, diary=diary)


def read_diary(case: Case, days: Sequence[DiaryDay], today: date, *, signs: bool) -> Diary:
    """The diary as a plan reads it; `signs` where a check-in was begun and its warning signs are open."""
    return Diary(
        today=today,
        days=read_days(days, today),
        checkins=tuple(date.fromisoformat(one.date) for one in case.checkins if one.answers),
        signs=signs,
    )


def plan_before(meanings: Sequence[KeptMeaning], now: Mapping[str, Any]) -> PlanChange | None:
    """The last plan that was followed and differs from today's.

    Parameters
    ----------
    meanings
        Of the case, the newest first.
    now
        Today's plan, as `explain` tells it.
    """
    since = None
    for kept in meanings:
        plan = kept.summary.get("plan")
        if plan is None or plan.get("dates") is None:
            continue
        departures = tell_departures(plan, now)
        if departures:
            return PlanChange(before=plan, departures=departures, since=since or kept.made)
        since = kept.made
    return None

"""Who needs attention today, why, and what to do about it. Pure.

Nothing is judged here: tiers are those of screening, lights, weeks and reviews those of the plan's answer to
the diary. Here is only the order, and the words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from ..model import Tier
from ..model.planned import Diary
from ..model.programme import Programme
from ..plan import Light, PlanAnswer, PlanDates, Verdict, answer_diary
from ..store import Consent, FilmState, Purpose
from .consenting import in_force, needed
from .recalling import Screened

LOOKS_BACK = timedelta(days=35)
"""So much of the diary decides today's answer: two sessions, and the two weeks before each, within the three
weeks after which every missed session has the same answer."""
_FIRST_WEEK = timedelta(days=6)
_A_DAY = timedelta(days=1)
_LONG = timedelta(weeks=12)
"""From here on the plan holds the pain of this week against that of the first."""
_STILL_WORSE = "still_worse"
"""The rule that holds after the signs were asked again because of the pain."""
_GONE_WRONG = (FilmState.REFUSED, FilmState.FAILED)


class Kind(IntEnum):
    """What a client needs attention for, the most urgent first."""

    EMERGENCY = 0
    URGENT = 1
    REFERRAL = 2
    NEW_SIGN = 3
    WORSE = 4
    NO_CHANGE = 5
    UNREADABLE = 6
    WITHDRAWN = 7
    RED = 8
    FILM = 9
    DUE = 10
    SILENT = 11
    HOLD = 12
    OVER = 13
    NO_CONSENT = 14
    QUESTIONS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One thing that needs attention.

    Attributes
    ----------
    kind : how urgent it is.
    what : in a few words.
    because : in a sentence.
    label, to : of the one next step, and the end of the address of the case that it leads to.
    """

    kind: Kind
    what: str
    because: str
    label: str
    to: str


_REFERS: Mapping[Tier, tuple[Kind, str]] = {
    Tier.EMERGENCY: (Kind.EMERGENCY, "Help is needed now"),
    Tier.URGENT: (Kind.URGENT, "A clinician should look today or tomorrow"),
    Tier.REFER: (Kind.REFERRAL, "A clinician should look first"),
}
"""What a tier that refers needs; whoever can wait two weeks stands below whoever cannot."""
UNREADABLE = Matter(
    kind=Kind.UNREADABLE,
    what="Some answers cannot be read",
    because="This kneewise does not know something in them. Nothing is tried before that is clear.",
    label="See what is kept",
    to="/keep",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What is kept of a client, as far as it decides whether they need attention.

    Attributes
    ----------
    screened : what the answers mean; None where they cannot be read.
    answered : whether any question was.
    dates : the plan in the calendar; None where none was begun.
    diary : up to today; None where there is no plan.
    film, issue : where the last film is on its way, and what is wrong with it; None where there is none.
    films : how many there are.
    consents : in the order in which they were written down.
    """

    screened: Screened | None
    answered: bool
    dates: PlanDates | None = None
    diary: Diary | None = None
    film: FilmState | None = None
    issue: str = ""
    films: int = 0
    consents: tuple[Consent, ...] = ()


def attend(client: Client, programme: Programme) -> tuple[Matter, ...]:
    """What a client needs today, the most urgent first; nothing where nothing is.

    Parameters
    ----------
    client
        What is kept.
    programme
        Whose rules hold.
    """
    return tuple(sorted(_matters(client, programme), key=lambda matter: matter.kind))


def first_week_of(dates: PlanDates, today: date) -> tuple[date, date] | None:
    """Days of a long plan's first week, which its answer looks at besides the last ones."""
    if today < dates.start + _LONG:
        return None
    return dates.start, dates.start + _FIRST_WEEK


def _matters(client: Client, programme: Programme) -> Iterator[Matter]:
    if client.screened is None:
        yield UNREADABLE
    else:
        yield from _of_screening(client.screened, client.answered)
        if not client.screened.tier.refers:
            yield from _of_plan(client, client.screened, programme)
    yield from _of_consent(client)
    if client.film in _GONE_WRONG:
        yield Matter(
            kind=Kind.FILM,
            what="The last film could not be measured",
            because=_sentence(client.issue) or "It says why.",
            label="See what helps",
            to="/films",
        )


def _of_screening(screened: Screened, answered: bool) -> Iterator[Matter]:
    if screened.tier.refers:
        kind, what = _REFERS[screened.tier]
        yield Matter(
            kind=kind,
            what=what,
            because=" ".join(screened.says[:2]),
            label="Read what to do",
            to="/referral",
        )
    elif screened.new:
        yield Matter(
            kind=Kind.NEW_SIGN,
            what="Something is new",
            because="A warning sign was reported, and its questions are open. No training before.",
            label="Ask the questions",
            to="/checkin",
        )
    elif screened.unasked:
        count = screened.unasked
        yield Matter(
            kind=Kind.QUESTIONS,
            what="Warning signs are not asked yet" if not answered else "Warning signs are open",
            because=f"{count} question{'s are' if count > 1 else ' is'} left before squats are tried.",
            label="Ask them",
            to="/questions",
        )


def _of_plan(client: Client, screened: Screened, programme: Programme) -> Iterator[Matter]:
    """What the plan answers to the diary, and the review that is due."""
    if client.dates is None or client.diary is None:
        return
    answer = answer_diary(programme, client.dates, client.diary)
    if answer is not None:
        yield from _of_answer(answer, screened, client.diary.today)
    if client.diary.today > client.dates.last:
        yield Matter(
            kind=Kind.OVER,
            what="The plan is over",
            because="Its last phase has ended. Look at what changed, and decide how it goes on.",
            label="See then and now",
            to="/progress",
        )


def _of_answer(answer: PlanAnswer, screened: Screened, today: date) -> Iterator[Matter]:
    kind = _kind_of(answer)
    still_worse = answer.rules[0].id == _STILL_WORSE
    if kind is Kind.HOLD and _is_fresh(answer, today) and not still_worse:
        kind = None  # its second number is told the day after
    says = answer.rules[0].says
    if kind is Kind.WORSE and not screened.new:
        yield Matter(kind=kind, what="Pain is up", because=says, label="Ask the signs again", to="/checkin")
    elif kind is Kind.NO_CHANGE:
        yield Matter(
            kind=kind, what="No change for long", because=says, label="See then and now", to="/progress"
        )
    elif kind is Kind.RED:
        yield Matter(
            kind=kind, what="The last session was red", because=says, label="See the diary", to="/diary"
        )
    elif kind is Kind.SILENT:
        yield Matter(kind=kind, what="Sessions were missed", because=says, label="See the diary", to="/diary")
    elif kind is Kind.HOLD:
        amber = _light(answer) is Light.AMBER
        what = "The last session was amber" if amber else "A session has no numbers"
        yield Matter(
            kind=kind,
            what="Pain is still up" if still_worse else what,
            because=says,
            label="See the diary",
            to="/diary",
        )
    if answer.due is not None:
        yield Matter(
            kind=Kind.DUE,
            what=f"Week {answer.due.week}: time to look again",
            because=answer.due.ask,
            label="Check in",
            to="/checkin",
        )


def _is_fresh(answer: PlanAnswer, today: date) -> bool:
    """Whether the last session has no light yet because a day has not gone by."""
    return answer.last is not None and answer.last.light is None and answer.last.on >= today - _A_DAY


def _light(answer: PlanAnswer) -> Light | None:
    return None if answer.last is None else answer.last.light


def _kind_of(answer: PlanAnswer) -> Kind | None:
    """The verdict as the desk sorts it: sessions that were missed are not red ones."""
    rules = {rule.id for rule in answer.rules}
    match answer.verdict:
        case Verdict.CHECK_IN:
            return Kind.WORSE
        case Verdict.SEE_SOMEONE:
            return Kind.NO_CHANGE
        case Verdict.STEP_BACK | Verdict.HOLD if rules & {"missed", "missed_long"}:
            return Kind.SILENT
        case Verdict.STEP_BACK:
            return Kind.RED
        case Verdict.HOLD:
            return Kind.HOLD
        case _:
            return None


def _of_consent(client: Client) -> Iterator[Matter]:
    held = in_force(client.consents)
    for purpose in (Purpose.CARE, Purpose.FILMS):
        if purpose in held and not held[purpose].given:
            films = purpose is Purpose.FILMS
            yield Matter(
                kind=Kind.WITHDRAWN,
                what="Consent was withdrawn",
                because="Take no more films; ask whether those that are here are to be erased."
                if films
                else "Keep nothing more; ask whether what is here is to be exported or erased.",
                label="See the consents",
                to="/desk#consent",
            )
            return
    missing = [purpose for purpose in needed(client.films) if purpose not in held]
    if missing:
        films = missing == [Purpose.FILMS]
        yield Matter(
            kind=Kind.NO_CONSENT,
            what="No consent is noted" + (" for films" if films else ""),
            because="Ask, and write down what was said.",
            label="Write it down",
            to="/desk#consent",
        )


def _sentence(words: str) -> str:
    """The first sentence, with a large first letter and a full stop."""
    first = words.partition("Try: ")[0].strip()
    return first[:1].upper() + first[1:].rstrip(".") + "." if first else ""

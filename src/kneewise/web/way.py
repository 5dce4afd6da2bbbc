"""What is known of a case → where the person is on their way, and the one thing to do next. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import Facts, Screening, Tier
from ..store import FilmState, KeptFilm

_AFTER_THE_SIGNS = "After the questions about warning signs."
_BUSY = (FilmState.WAITING, FilmState.MEASURING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The one thing to do next.

    Attributes
    ----------
    what : in a few words.
    why : in a sentence.
    label, to : of the button, and the end of the address it leads to.
    """

    what: str
    why: str
    label: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of the way.

    Attributes
    ----------
    name : what it is.
    says : how it stands, in a sentence.
    to : end of the address; empty while it is closed.
    done : whether nothing is left to do there for now.
    """

    name: str
    says: str
    to: str
    done: bool = False


SEE_SOMEBODY = Next(
    what="Somebody should look at this knee first",
    why="Your answers hold something that a clinician should see before you load the knee.",
    label="Read what to do",
    to="/referral",
)
SAY_WHAT_IS_NEW = Next(
    what="Say what is new",
    why="You said that something is new. Do not train until the warning signs are answered again.",
    label="Answer now",
    to="/checkin",
)
ANSWER_THE_SIGNS = Next(
    what="Answer the questions about warning signs",
    why="Nothing is tried before they are answered. Your answers are kept: stop and come back when you like.",
    label="Answer now",
    to="/questions",
)


ANSWER_ANEW = Next(
    what="Answer the warning signs once more",
    why="Somebody has looked at your knee. Before you squat, say how it is today.",
    label="Answer now",
    to="/checkin",
)


def first_of(screening: Screening, facts: Facts) -> Next | None:
    """What comes before any squat: a clinician, or open warning signs; None where squats may be tried.

    Parameters
    ----------
    screening
        What the answers mean for going on.
    facts
        What is known; a warning sign among them is asked anew, since something is new.
    """
    if screening.may_move:
        return None
    if screening.tier.refers:
        return SEE_SOMEBODY
    if screening.looked_at:
        return ANSWER_ANEW
    return SAY_WHAT_IS_NEW if any(name in facts for name in screening.unasked) else ANSWER_THE_SIGNS


def next_of(told: Mapping[str, Any], films: Sequence[KeptFilm], left: int, first: Next | None) -> Next:
    """What to do next.

    Parameters
    ----------
    told
        What the case means, as `explain` tells it.
    films
        Of the case.
    left
        How many questions are open.
    first
        What comes before any squat.
    """
    return first or next(_nexts(told, films, left))


def _nexts(told: Mapping[str, Any], films: Sequence[KeptFilm], left: int) -> Iterator[Next]:
    if left:
        yield Next(
            what="Answer the questions",
            why="None of the urgent ones is open. Your answers are kept: stop and come back when you like.",
            label="Go on",
            to="/questions",
        )
    if told["screening"]["ask_again"]:
        yield Next(
            what="Some answers do not fit together",
            why="The plan waits until it is clear which of them hold.",
            label="Look at them",
            to="/questions",
        )
    if any(film.state in _BUSY for film in films):
        yield Next(
            what="Your film is being measured",
            why="You can close this page; it goes on, and waits for you.",
            label="See how far it is",
            to="/films",
        )
    if not any(film.state is FilmState.MEASURED for film in films):
        yield Next(
            what="Film your squat",
            why="Two or three repetitions, as you always do them. It takes two minutes.",
            label="Film",
            to="/films",
        )
    test = told["next_test"]
    if test is not None:
        yield Next(
            what=f"Try this: {test['name']}",
            why="Of all that could be tried, this would tell most about your knee.",
            label="Show me how",
            to="/tests",
        )
    yield Next(
        what="Train with your plan",
        why="Nothing else that could be tested is likely to change it. Write down how it goes.",
        label="Open the plan",
        to="/plan",
    )


def steps_of(told: Mapping[str, Any], films: Sequence[KeptFilm], left: int) -> tuple[Step, ...]:
    """The parts of the way, in order; parameters as of `next_of`."""
    if Tier(told["screening"]["tier"]).refers:
        return (
            Step(name="Questions", says=_asked(left), to="/answers", done=not left),
            Step(name="See a clinician", says="With a page of your answers, to print.", to="/referral"),
        )
    measured = sum(film.state is FilmState.MEASURED for film in films)
    waits = bool(told["plan"]["waits_for"])
    signs = bool(told["screening"]["unasked"])
    return (
        Step(name="Questions", says=_asked(left), to="/questions" if left else "/answers", done=not left),
        Step(
            name="Films",
            says=_AFTER_THE_SIGNS if signs else _filmed(films, measured),
            to="" if signs else "/films",
            done=bool(measured),
        ),
        Step(
            name="Try and compare",
            says=_AFTER_THE_SIGNS if signs else _tried(told),
            to="" if signs else "/tests",
            done=told["next_test"] is None,
        ),
        Step(
            name="Feet and shoes",
            says=_AFTER_THE_SIGNS if signs else "Two minutes, for comfort more than for the knee.",
            to="" if signs else "/feet",
        ),
        Step(name="Why", says="What may contribute, and what speaks for and against it.", to="/why"),
        Step(
            name="What if",
            says="Sliders on your own body: what would change." if measured else "After the first film.",
            to="/whatif" if measured else "",
        ),
        Step(
            name="Plan",
            says="It waits for the open questions." if waits else "This week, with pictures and timers.",
            to="" if waits else "/plan",
        ),
        Step(name="Diary and progress", says="A minute a day: pain, function, what was done.", to="/diary"),
    )


def _asked(left: int) -> str:
    return f"About {left} left." if left else "All answered. You can look at them and change them."


def _filmed(films: Sequence[KeptFilm], measured: int) -> str:
    if any(film.state in _BUSY for film in films):
        return "Being measured."
    refused = any(film.state in (FilmState.REFUSED, FilmState.FAILED) for film in films)
    if not measured:
        return "The last film could not be measured; it says why." if refused else "None yet."
    return f"{measured} measured." if measured > 1 else "One measured."


def _tried(told: Mapping[str, Any]) -> str:
    test = told["next_test"]
    if test is None:
        return "Nothing more is likely to change the plan."
    minutes = f"{test['minutes']:g} minute" + ("" if test["minutes"] == 1 else "s")
    return f"{test['name']}, about {minutes}."

"""How long the what-if takes to answer, on one core."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from threadpoolctl import threadpool_limits

from ..knowledge import read_anthropometry
from ..knowledge.changes import Changes
from ..knowledge.squats import read_squats
from ..whatif import chart_changes, compare_squats, explore, limits_of, suppose, usual_wishes
from .whatif import Subject, draw_group

ASKED = 0.2
"""What an answer may take. [s]"""
_PEOPLE, _TURNS = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """How long a question takes.

    Attributes
    ----------
    question : what is asked.
    options : how many answers it gives.
    median, longest : over people and turns. [s]
    """

    question: str
    options: int
    median: float
    longest: float


def time_answers(table: Changes) -> tuple[Timed, ...]:
    """Every question of the what-if, put for some people of every study, with one thread.

    Parameters
    ----------
    table
        The studies, whose people ask.
    """
    anthropometry = read_anthropometry()
    people = [draw_group(change, anthropometry)[0] for change in table.change][
        :: len(table.change) // _PEOPLE
    ]
    with threadpool_limits(limits=1):
        return tuple(_timed(question, ask, people) for question, ask in _questions())


def _questions() -> Iterator[tuple[str, Callable[[Subject], int]]]:
    limits, squats = limits_of(), read_squats()

    def one(of: Subject) -> int:
        return len(
            suppose(of.lifter, of.today, usual_wishes(of.today, of.lifter.burden)[:1], limits).outcomes
        )

    def usual(of: Subject) -> int:
        return len(suppose(of.lifter, of.today, usual_wishes(of.today, of.lifter.burden), limits).outcomes)

    def best(of: Subject) -> int:
        return len(explore(of.lifter, of.today, limits).outcomes)

    def kinds(of: Subject) -> int:
        return len(compare_squats(of.lifter, of.today, squats, limits).outcomes)

    def sliders(of: Subject) -> int:
        return chart_changes(of.lifter, of.today, limits).value[..., 0].size

    yield "one change", one
    yield "every usual change", usual
    yield "the best at this depth and load", best
    yield "kinds of squats", kinds
    yield "the table behind the sliders, once for a film", sliders


def _timed(question: str, ask: Callable[[Subject], int], people: list[Subject]) -> Timed:
    options = ask(people[0])
    spent = []
    for someone in people * _TURNS:
        started = time.perf_counter()
        ask(someone)
        spent.append(time.perf_counter() - started)
    return Timed(question=question, options=options, median=median(spent), longest=max(spent))

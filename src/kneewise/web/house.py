"""What every page can ask for: the memory, the tables, the clock; its case, and what that means."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request

from .. import __version__
from ..casefile import build_case
from ..desk import Screened, screened_of
from ..errors import InputError, StoreError
from ..explaining import Explanation, explain
from ..knowledge.squats import read_squats
from ..knowledge.versions import hash_of_tables
from ..model import Analysis, Asking, Case, Guidance, Person, Pose, Study, Trial, Unmeasured
from ..model.planned import DiaryNumbers
from ..model.supposed import Prospect
from ..pipeline import Knowledge, Reasoning, foresee, understand
from ..reopening import recall_trial, reopen
from ..report import Letterhead, describe_changes
from ..screening import screen
from ..store import KeptCase, KeptFilm, KeptMeaning, Measured, Refused, Room, Store
from .mind import Mind
from .security import Key
from .sharing import Shared
from .studying import Studying
from .uploading import LARGEST
from .way import Next, first_of

_CASES, _FILMS = 256, 512
"""So many are kept in mind at most; of long films fewer."""
_ANSWERS = 5000
"""The same of what answers alone say; it takes a few hundred bytes."""
_Foreseen = Prospect | Unmeasured | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case as it is kept, and as it is understood from.

    Attributes
    ----------
    kept : its content and revision.
    films : of it, in the order they were added.
    case : what was told and measured.
    measured : pose of a film → key of the measurement that has it.
    """

    kept: KeptCase
    films: tuple[KeptFilm, ...]
    case: Case
    measured: Mapping[Pose, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the measurements it rests on."""
        return tuple(film.ending.key for film in self.films if isinstance(film.ending, Measured))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a case means.

    Attributes
    ----------
    analysis : as `understand` concludes it.
    told : the same in plain JSON types.
    """

    analysis: Analysis
    told: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One running server.

    Attributes
    ----------
    store : the memory.
    knowledge, reasoning : the tables.
    now : the clock, in local time with its zone.
    key : opens the pages.
    largest_film : that is taken. [bytes]
    shared : what a server is that several people share; None where one person has it, with the key.
    """

    store: Store
    knowledge: Knowledge
    reasoning: Reasoning
    now: Callable[[], datetime] = field(default=lambda: datetime.now().astimezone())
    key: Key = field(default_factory=Key)
    largest_film: int = LARGEST
    shared: Shared | None = None
    _meanings: Mind[Meaning] = field(default_factory=lambda: Mind(_CASES), repr=False)
    _prospects: Mind[_Foreseen] = field(default_factory=lambda: Mind(_CASES), repr=False)
    _changes: Mind[Mapping[str, Any]] = field(default_factory=lambda: Mind(_CASES), repr=False)
    _trials: Mind[Trial | None] = field(default_factory=lambda: Mind(_FILMS), repr=False)
    _studies: Mind[Any] = field(default_factory=lambda: Mind(_FILMS), repr=False)
    _screened: Mind[Screened | None] = field(default_factory=lambda: Mind(_ANSWERS), repr=False)
    _pain: Mind[tuple[DiaryNumbers, ...]] = field(default_factory=lambda: Mind(_ANSWERS), repr=False)

    @property
    def room(self) -> Room | None:
        """What a case may have of films; where one person has the server, no end to it."""
        return None if self.shared is None else Room()

    @property
    def asking(self) -> Asking:
        """The tables of what is asked."""
        return self.reasoning.asking

    def open(self, id: str) -> Opened:
        """A case with its measured films.

        Raises
        ------
        StoreError
            When there is none.
        """
        kept, films = self.store.case(id), self.store.films(id)
        measured: dict[Pose, str] = {}

        def recall(key: str, person: Person) -> Trial | None:
            trial = self._recall(key, person)
            if trial is not None and trial.pose is not None:
                measured[trial.pose] = key
            return trial

        case = reopen(kept, films, self.asking, recall)
        return Opened(kept=kept, films=films, case=case, measured=measured)

    def understand(self, opened: Opened) -> Meaning:
        """What the case means; worked out once for each state of it."""
        state = opened.kept.revision, _state_of(opened)
        return self._meanings.recall(opened.kept.id, lambda: self._understand(opened), state)

    def screen(self, case: str, revision: int, content: Mapping[str, Any]) -> Screened | None:
        """What the answers of a case mean for going on; None where they cannot be read."""
        return self._screened.recall(case, lambda: self._screen(content), revision)

    def _screen(self, content: Mapping[str, Any]) -> Screened | None:
        try:
            told = build_case(content, self.asking)
        except InputError:
            return None
        return screened_of(screen(told, self.asking), told.moments[-1])

    def pain_between(
        self, stretches: Sequence[tuple[str, date, date]]
    ) -> dict[str, tuple[DiaryNumbers, ...]]:
        """Pain of cases between two days each that lie so far back that nobody writes them any more."""
        fresh = [one for one in stretches if not self._pain.knows(one)]
        told = self.store.pain_between(fresh) if fresh else {}
        days = {one: told.get(one[0], ()) for one in fresh}
        for one in stretches:
            # What was in mind may be forgotten by now, and is asked for again.
            make = partial(days.__getitem__, one) if one in days else partial(self._read_pain, one)
            days[one] = self._pain.recall(one, make)
        return {one[0]: days[one] for one in stretches}

    def _read_pain(self, stretch: tuple[str, date, date]) -> tuple[DiaryNumbers, ...]:
        return self.store.pain_between([stretch]).get(stretch[0], ())

    def foresee(self, opened: Opened) -> _Foreseen:
        """What changes would do to the squat of the first film; worked out once for each state of the case.

        Parameters
        ----------
        opened
            A case with films.
        """
        meaning = self.understand(opened)
        return self._prospects.recall(
            opened.kept.id,
            lambda: foresee(meaning.analysis, self.knowledge, read_squats()),
            _seen_of(opened),
        )

    def has_foreseen(self, opened: Opened) -> bool:
        """Whether `foresee` answers at once."""
        return self._prospects.knows(opened.kept.id, _seen_of(opened))

    def compare(self, then: Study, now: Study, person: Person) -> Mapping[str, Any]:
        """What changed from one film of a person to a later one; worked out once for each pair."""
        key = person, *((one.trial.digest, one.trial.condition, one.trial.burden) for one in (then, now))
        return self._changes.recall(
            key, lambda: describe_changes(then, now, person, self.reasoning.change_errors)
        )

    def _understand(self, opened: Opened) -> Meaning:
        trials = {trial.pose: trial for trial in opened.case.trials if trial.pose is not None}
        measured = {pose: (opened.measured[pose], trial) for pose, trial in trials.items()}
        keep = Studying(mind=self._studies, store=self.store, measured=measured)
        analysis = understand(opened.case, self.knowledge, keep)
        meaning = Meaning(analysis=analysis, told=explain(analysis, self.reasoning))
        keep_meaning(self.store, opened, meaning, self.now())
        return meaning

    def _recall(self, key: str, person: Person) -> Trial | None:
        """A trial that is kept, as it is with this stature; read once, as what a key names never changes."""
        name = key, person.height, person.height_sd
        return self._trials.recall(name, lambda: recall_trial(self.store, key, person))


def keep_meaning(store: Store, opened: Opened, meaning: Meaning, now: datetime) -> None:
    """Keep what a case came to, for newer versions to be held against, and how well films were foretold.

    Parameters
    ----------
    store
        The memory.
    opened, meaning
        The case, and what it means; while questions are open it comes to nothing yet.
    now
        When.
    """
    conclusion = meaning.analysis.conclusion
    if isinstance(conclusion, Guidance) and conclusion.waits_for:
        return
    kept = KeptMeaning(
        case=opened.kept.id,
        version=__version__,
        knowledge=hash_of_tables(),
        revision=opened.kept.revision,
        keys=opened.keys,
        summary={**meaning.told, "tests": tell_tests(opened.case)},
        made=now,
    )
    # A page that shows what is known must not fail because nothing can be added to it.
    with suppress(StoreError):
        store.keep_meaning(kept)
        if isinstance(conclusion, Guidance) and conclusion.scores:
            store.keep_scores(opened.kept.id, conclusion.scores)


def tell_tests(case: Case) -> list[dict[str, Any]]:
    """Self-tests as they stand, in plain JSON types."""
    return [
        {
            "id": test.id,
            "side": None if test.side is None else test.side.name.lower(),
            "value": test.value,
            "sd": test.sd,
        }
        for test in case.tests
    ]


def _state_of(opened: Opened) -> tuple[object, ...]:
    """Everything of a case's films, and of the body they show, that decides what is made of them.

    A film that waits, or that failed, has nothing that anything is made of.
    """
    films = tuple(
        (film.id, film.ending, film.label)
        for film in opened.films
        if isinstance(film.ending, Measured | Refused)
    )
    return opened.case.person, films


def _seen_of(opened: Opened) -> tuple[object, ...]:
    """The same with the self-tests, which say how far an ankle bends."""
    return *_state_of(opened), opened.case.tests


def letterhead_of(house: House) -> Letterhead:
    """What stands on top of every printed page."""
    practice = house.store.practice()
    return Letterhead(name=practice.name, contact=practice.contact, logo=practice.logo)


def house_of(request: Request) -> House:
    """The running server."""
    house: House = request.app.state.house
    return house


HouseHere = Annotated[House, Depends(house_of)]


def kept_case(id: str, house: HouseHere) -> KeptCase:
    """The case of the address as it is kept, whether or not it can be understood."""
    return house.store.case(id)


KeptCaseHere = Annotated[KeptCase, Depends(kept_case)]


def open_case(id: str, house: HouseHere) -> Opened:
    """The case of the address."""
    return house.open(id)


CaseHere = Annotated[Opened, Depends(open_case)]


def what_comes_first(kept: KeptCase, house: House) -> Next | None:
    """What comes before any squat, by the answers alone."""
    case = build_case(kept.content, house.asking, kept.name)
    return first_of(screen(case, house.asking), case.moments[-1])


def check_may_move(id: str, house: HouseHere) -> None:
    """Refuse what has to do with squats while something else comes first.

    Raises
    ------
    InputError
        With what comes first.
    """
    first = what_comes_first(house.store.case(id), house)
    if first is not None:
        raise InputError(f"{first.what}.", remedy=f"{first.label.lower()}, on the page of the way.")


MAY_MOVE = [Depends(check_may_move)]
"""Of every route that has to do with squats."""


def understand_case(opened: CaseHere, house: HouseHere) -> Meaning:
    """What the case of the address means."""
    return house.understand(opened)


MeaningHere = Annotated[Meaning, Depends(understand_case)]

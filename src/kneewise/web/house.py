"""What every page can ask for: the memory, the tables, the clock; its case, and what that means."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
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
from ..model import Analysis, Asking, Case, Conclusion, Guidance, Unmeasured
from ..model.planned import DiaryNumbers
from ..model.supposed import Prospect
from ..pipeline import Knowledge, Reasoning, foresee, understand
from ..reopening import reopen
from ..report import Letterhead
from ..screening import screen
from ..store import KeptCase, KeptFilm, KeptMeaning, Measured, Refused, Room, Store
from .comparing import Compared, compare_films
from .mind import Mind
from .security import Key
from .sharing import Shared
from .studying import Studying
from .uploading import LARGEST
from .way import Next, first_of

_MANY = 512
"""So many are kept in mind at most of what pages read again and again."""
_AT_ONCE = 16
"""The same of cases with all that their films show: pages are made of them, and read what was made."""
_ANSWERS = 5000
"""The same of what answers alone say; it takes a few hundred bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case as it is kept.

    Attributes
    ----------
    kept : its content and revision.
    films : of it, in the order they were added.
    case : what was told, without what was measured: `House.analyse` has that.
    """

    kept: KeptCase
    films: tuple[KeptFilm, ...]
    case: Case

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the measurements it rests on."""
        return tuple(film.ending.key for film in self.films if isinstance(film.ending, Measured))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a case means, without the numbers of every frame that it rests on.

    Attributes
    ----------
    conclusion : as `understand` comes to it.
    told : everything that pages say of it, in plain JSON types.
    """

    conclusion: Conclusion | None
    told: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What changes would do to a squat.

    Attributes
    ----------
    prospect : as `foresee` makes it.
    film : name of the film that shows the squat; None where there is no prospect.
    """

    prospect: Prospect | Unmeasured | None
    film: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One running server.

    Attributes
    ----------
    store : the memory.
    knowledge, reasoning : the tables.
    now : the clock, in local time with its zone.
    zone : of that clock; None is this computer's, with its summer and its winter.
    key : opens the pages.
    largest_film : that is taken. [bytes]
    shared : what a server is that several people share; None where one person has it, with the key.
    """

    store: Store
    knowledge: Knowledge
    reasoning: Reasoning
    now: Callable[[], datetime] = field(default=lambda: datetime.now().astimezone())
    zone: tzinfo | None = None
    key: Key = field(default_factory=Key)
    largest_film: int = LARGEST
    shared: Shared | None = None
    _meanings: Mind[Meaning] = field(default_factory=lambda: Mind(_MANY), repr=False)
    _prospects: Mind[Foreseen] = field(default_factory=lambda: Mind(_MANY), repr=False)
    _changes: Mind[Compared | None] = field(default_factory=lambda: Mind(_MANY), repr=False)
    _analyses: Mind[Analysis] = field(default_factory=lambda: Mind(_AT_ONCE), repr=False)
    _studies: Mind[Any] = field(default_factory=lambda: Mind(_MANY), repr=False)
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

    def local(self, moment: datetime) -> datetime:
        """A moment as the clocks here showed it then."""
        return moment.astimezone(self.zone)

    def begin_of(self, day: date) -> datetime:
        """When a day began here."""
        midnight = datetime.combine(day, time())
        return midnight.astimezone() if self.zone is None else midnight.replace(tzinfo=self.zone)

    def open(self, id: str) -> Opened:
        """A case with its films.

        Raises
        ------
        StoreError
            When there is none.
        """
        kept = self.store.case(id)
        case = build_case(kept.content, self.asking, kept.name)
        return Opened(kept=kept, films=self.store.films(id), case=case)

    def understand(self, opened: Opened) -> Meaning:
        """What the case means; worked out once for each state of it."""
        return self._meanings.recall(opened.kept.id, lambda: self._understand(opened), self._state_of(opened))

    def analyse(self, opened: Opened) -> Analysis:
        """The same with everything that the films show, for what is made of it."""
        return self._analyses.recall(opened.kept.id, lambda: self._analyse(opened), self._state_of(opened))

    def screen(self, case: str, content: Mapping[str, Any]) -> Screened | None:
        """What the answers of a case mean for going on; None where they cannot be read."""
        return self._screened.recall(case, lambda: self._screen(content), _name_of(content))

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

    def foresee(self, opened: Opened) -> Foreseen:
        """What changes would do to the squat of the first film; worked out once for each state of the case.

        Parameters
        ----------
        opened
            A case with films.
        """
        return self._prospects.recall(opened.kept.id, lambda: self._foresee(opened), self._seen_of(opened))

    def has_foreseen(self, opened: Opened) -> bool:
        """Whether `foresee` answers at once."""
        return self._prospects.knows(opened.kept.id, self._seen_of(opened))

    def _foresee(self, opened: Opened) -> Foreseen:
        analysis = self.analyse(opened)
        prospect = foresee(analysis, self.knowledge, read_squats())
        film = analysis.studies[prospect.film].trial.name if isinstance(prospect, Prospect) else None
        return Foreseen(prospect=prospect, film=film)

    def compare(self, opened: Opened, earlier: int = 0) -> Compared | None:
        """What changed from one film of the usual squat to the last; worked out once for each state.

        Parameters
        ----------
        opened
            A case.
        earlier
            Which of its films of the usual squat the last one is held against; the first if not said.

        Returns
        -------
        Compared or None
            None of a referral, and where fewer than two were measured.
        """
        return self._changes.recall(
            (opened.kept.id, earlier),
            lambda: compare_films(opened.films, self.analyse(opened), earlier, self.reasoning.change_errors),
            self._state_of(opened),
        )

    def _understand(self, opened: Opened) -> Meaning:
        analysis = self.analyse(opened)
        meaning = Meaning(conclusion=analysis.conclusion, told=explain(analysis, self.reasoning))
        keep_meaning(self.store, opened, meaning, self.now())
        return meaning

    def _analyse(self, opened: Opened) -> Analysis:
        studying = Studying(mind=self._studies, store=self.store, knowledge=self.knowledge)
        case = reopen(opened.kept, opened.films, self.asking, studying.trial)
        return understand(case, self.knowledge, studying)

    def _state_of(self, opened: Opened) -> tuple[object, ...]:
        """Everything of a case that decides what it means."""
        return _name_of(opened.kept.content), *self._filmed_of(opened)

    def _seen_of(self, opened: Opened) -> tuple[object, ...]:
        """Everything that decides what changes would do: self-tests say how far an ankle bends."""
        return *self._filmed_of(opened), opened.case.tests

    def _filmed_of(self, opened: Opened) -> tuple[object, ...]:
        """Everything of a case's films, and of the body they show, that decides what is made of them.

        A film that waits, or that failed, has nothing that anything is made of.
        """
        films = tuple(
            (film.id, film.ending, film.name, film.label, self._stamp_of(film))
            for film in opened.films
            if isinstance(film.ending, Measured | Refused)
        )
        return opened.case.person, films

    def _stamp_of(self, film: KeptFilm) -> int | None:
        return self.store.stamp_of(film.ending.key) if isinstance(film.ending, Measured) else None


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
    conclusion = meaning.conclusion
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


def _name_of(content: Mapping[str, Any]) -> str:
    """The same for the same answers. A revision does not say so: a case that was erased may come back."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


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

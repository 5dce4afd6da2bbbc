"""What somebody told and tested, and what the screening makes of it: Probe, Tested, Case, Screening."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ..conventions import Side, Track
from .asked import Answer, Tier
from .measured import Burden, Person, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One trial as it was written down: a film, typed-in values, or both.

    Attributes
    ----------
    condition : id of what was done.
    films : paths, as written.
    burden : what was carried.
    side : of a trial on one leg, or of the values.
    values : id → number, in the unit of its table row.
    sds : id → one standard deviation, where given; else that of the table holds.
    """

    condition: str
    films: tuple[str, ...] = ()
    burden: Burden = field(default_factory=Burden)
    side: Side | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    sds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One self-test that was done.

    Attributes
    ----------
    id : of the test.
    value : in the unit of its table row; a choice, or yes and no.
    side : where a side makes sense.
    sd : one standard deviation of a number, where it is known; else that of the table holds. [as value]
    """

    id: str
    value: bool | float | str
    side: Side | None = None
    sd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """That a clinician looked at the knee and said that the person may squat, as the person says.

    Attributes
    ----------
    date : when, year-month-day.
    by : who, an id of `LOOKED_BY`.
    """

    date: str
    by: str


LOOKED_BY = {"doctor": "A doctor", "physiotherapist": "A physiotherapist", "other": "Another clinician"}
"""Who may have looked, in the words of the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkin:
    """What was answered later.

    Attributes
    ----------
    date : as written, year-month-day.
    answers : what was asked again.
    new : whether it began because something was new: then every warning sign has to be asked again.
    looked : who looked, where it began because somebody had: then they have to be asked again, too.
    """

    date: str
    answers: Mapping[str, Answer]
    new: bool = False
    looked: Looked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """An answer that was an emergency, and was pressed by mistake, as the person said afterwards.

    Attributes
    ----------
    date : when it was taken back, year-month-day.
    question : what was asked.
    answer : what was pressed.
    """

    date: str
    question: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A person, what they told, and what was filmed and tested of them: all that `understand` needs.

    Attributes
    ----------
    person : who.
    trials : measured ones.
    answers : id of the question → answer.
    probes : trials as written down.
    tests : self-tests that were done.
    checkins : later answers, oldest first.
    begun : first day of the plan; None while nobody began it.
    taken_back : emergencies that were pressed by mistake; nothing is concluded from them.
    """

    person: Person
    trials: tuple[Trial, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    probes: tuple[Probe, ...] = ()
    tests: tuple[Tested, ...] = ()
    checkins: tuple[Checkin, ...] = ()
    begun: date | None = None
    taken_back: tuple[TakenBack, ...] = ()

    @property
    def moments(self) -> tuple[Mapping[str, Answer], ...]:
        """What was known at the start and at each check-in; later answers replace earlier ones."""
        known: list[Mapping[str, Answer]] = [{**self._fixed(), **self.answers}]
        for checkin in self.checkins:
            known.append({**known[-1], **checkin.answers})
        return tuple(known)

    def _fixed(self) -> dict[str, Answer]:
        facts: dict[str, Answer] = {} if self.person.sex is None else {"sex": self.person.sex.value}
        for result in self.tests:
            if result.side is None:
                facts[result.id] = result.value
            else:
                earlier = facts.get(result.id, {})
                sides = dict(earlier) if isinstance(earlier, Mapping) else {}
                facts[result.id] = {**sides, result.side.name.lower(): result.value}
        return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody is sent on, or onto a track.

    Attributes
    ----------
    id, tier, says : of the trigger.
    because : question ids whose answers led to it.
    checkin : date of the check-in at which it first held; empty at the start.
    source, checked, grade : where the rule is from.
    """

    id: str
    tier: Tier
    says: str
    because: tuple[str, ...]
    checkin: str
    source: tuple[str, ...]
    checked: str
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """Answers that do not fit together.

    Attributes
    ----------
    id : of the contradiction.
    questions : what is asked again.
    says : what does not fit.
    """

    id: str
    questions: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What the answers mean for going on. It can stop somebody; it clears nobody.

    Attributes
    ----------
    tier : the most urgent that ever held, and that no clinician has looked at since.
    reasons : those of that tier, all of them; below an emergency also the less urgent ones that refer.
    track : which programme suits; None for a referral.
    ask_again : answers that do not fit together; nothing is said in an emergency.
    unasked : warning signs that were not asked yet.
    looked_at : what would stop the person, had no clinician looked at it.
    """

    tier: Tier
    reasons: tuple[Reason, ...]
    track: Track | None
    ask_again: tuple[AskAgain, ...]
    unasked: tuple[str, ...]
    looked_at: tuple[Reason, ...] = ()

    @property
    def may_move(self) -> bool:
        """Whether nothing speaks against squats: nobody should look first, and no warning sign is open."""
        return not self.tier.refers and not self.unasked


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """The end of the way: somebody should look first. There is no plan in it, and no place for one.

    Attributes
    ----------
    screening : what led here.
    told : (question, answer) in plain words, for who looks.
    """

    screening: Screening
    told: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """No warning sign that was asked about; the way goes on.

    Attributes
    ----------
    screening : what led here.
    """

    screening: Screening

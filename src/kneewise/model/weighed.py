"""The nouns of weighing causes, in order of birth: Known, Evidence, Cause, Decision, NextTest, Causes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..conventions import Band, Door, Factor, Side
from .asked import Answer
from .measured import Value
from .told import Tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One way of squatting that a person tried.

    Attributes
    ----------
    condition : id, for example ``baseline`` or ``heels_raised``.
    values : what was measured in it. [rad, m or 1]
    changes : condition less baseline of the same person, where it is known better than from the two values.
        [rad, m or 1]
    pain_before, pain_after, pain_back : in the baseline, in this condition, and in the baseline again, 0
        to 10, None where nobody asked.
    side : the leg it is about; None for both, or where nobody said.
    """

    condition: str
    values: tuple[Value, ...] = ()
    changes: tuple[Value, ...] = ()
    pain_before: float | None = None
    pain_after: float | None = None
    pain_back: float | None = None
    side: Side | None = None

    @property
    def relief(self) -> float | None:
        """How much less pain than in the usual squat; negative is more. None where nobody asked. [0 to 10]

        Where the usual squat was repeated, what did not come back is no effect: the smaller of both
        differences counts, and none where they point in different ways.
        """
        if self.pain_after is None:
            return None
        around = [pain for pain in (self.pain_before, self.pain_back) if pain is not None]
        steps = [pain - self.pain_after for pain in around]
        if not steps:
            return None
        least = min(steps, key=abs)
        return least if all(step * least > 0 for step in steps) else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a person when causes are weighed; what is absent was not asked, done or measured.

    Attributes
    ----------
    answers : question → what was said, numbers in the unit of the question.
    tests, trials : what was done.
    painful : sides that hurt; empty where it is not known, both sides then count.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    tests: tuple[Tested, ...] = ()
    trials: tuple[Tried, ...] = ()
    painful: frozenset[Side] = frozenset()

    @property
    def tried(self) -> frozenset[str]:
        """Conditions that were tried, with a leg that counts where only one was."""
        return frozenset(
            trial.condition
            for trial in self.trials
            if not self.painful or trial.side is None or trial.side in self.painful
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing seen, as virtual evidence.

    Attributes
    ----------
    finding : id of the row of the table.
    yes : chance that the finding is true, from what was measured and its error alone; 0.5 says nothing.
    """

    finding: str
    yes: float

    def __post_init__(self) -> None:
        if not 0 <= self.yes <= 1:
            raise ValueError(f"Evidence {self.finding} has a chance out of range: {self.yes}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one thing seen does to one factor, all else being as it is.

    Attributes
    ----------
    finding : id of the row.
    statement : what was seen, in plain words.
    log_odds : of the factor with it, less without it; positive speaks for the factor. [unitless]
    """

    finding: str
    statement: str
    log_odds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A result that would move a factor into another band.

    Attributes
    ----------
    door, of : what would be done or asked.
    finding, seen : what would be found, and whether it is there.
    statement : the same in words.
    band : where the factor would then be.
    """

    door: Door
    of: str
    finding: str
    seen: bool
    statement: str
    band: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What is thought of one factor.

    Attributes
    ----------
    factor : which.
    label : the same in plain words.
    band : how much speaks for it.
    probability : from which the band is made; for programs, never shown to people. [unitless]
    probed : whether a change within the person spoke for it; without one no band is above likely.
    pro, contra : what moved it, the strongest first.
    challenges : which results would change its band.
    """

    factor: Factor
    label: str
    band: Band
    probability: float
    probed: bool
    pro: tuple[Contribution, ...]
    contra: tuple[Contribution, ...]
    challenges: tuple[Challenge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the causes decide about a plan; the general programme is the same for everyone.

    Attributes
    ----------
    add_ons : at most two factors that get something of their own, in the order of the plan.
    technique : condition to try before today's squat borrows from it, which the plan decides; None for none.
    """

    add_ons: tuple[Factor, ...]
    technique: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTest:
    """What to do next.

    Attributes
    ----------
    door, id : a test, or a way of squatting to try.
    minutes : of the person's time.
    discomfort : 0 to 3. [unitless]
    gain : how much likelier two people with the same outcome would get the same decision than any two
        do. [unitless]
    """

    door: Door
    id: str
    minutes: float
    discomfort: float
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Causes:
    """Everything that is thought of why it hurts.

    Attributes
    ----------
    causes : one for each factor, the likeliest first, those not looked at last.
    none : probability that no factor is true. [unitless]
    decision : what follows for the plan.
    settled : chance that all tests together would lead to the same decision. [unitless]
    next_test : None where the decision is settled and its option tried, or no test is expected to change it.
    """

    causes: tuple[Cause, ...]
    none: float
    decision: Decision
    settled: float
    next_test: NextTest | None

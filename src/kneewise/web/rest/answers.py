"""What programs are told: the top of what pages show, as types; deeper down it is as the pages have it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...conventions import Band
from ...model import Kind
from ...store import FilmState

Id = str
Sentence = str
Drawing = str


class Open(BaseModel):
    """May grow: readers pass over what they do not know."""

    model_config = ConfigDict(extra="allow")


class Wrong(Open):
    """What is wrong, and what to try."""

    error: str
    try_: str = Field(alias="try")


class Changed(Open):
    """What was asked for is done."""

    case: Id | None = Field(description="The case that it was done to; none once it is erased.")
    see: str = Field(description="Address of what it came to, as JSON.")


class Added(Open):
    """What was added."""

    id: Id


class Named(Open):
    """A case."""

    id: Id
    name: str
    revision: int = Field(description="Goes along with every change; 409 where somebody was faster.")


class OfCase(Open):
    """What is told of one case."""

    case: Named


class Choice(Open):
    """One of some."""

    id: str
    label: str


class Listed(Open):
    """A case in the list."""

    id: Id
    name: str
    changed: str = Field(
        description="Day of the last change, ISO 8601.", json_schema_extra={"format": "date"}
    )


class Start(Open):
    """Every case that the visitor may see."""

    cases: list[Listed]


class Next(Open):
    """The one thing to do next."""

    what: Sentence
    why: Sentence
    label: str
    to: str = Field(description="End of the address, below that of the case.")


class Step(Open):
    """One part of the way."""

    name: str
    says: Sentence
    to: str
    done: bool


class Way(OfCase):
    """Where a person is on their way."""

    next: Next
    steps: list[Step]


class FormField(Open):
    """A field of the form that answers."""

    name: str
    label: str


class QuestionChoice(Choice):
    """A choice; one that stands alone goes with no other."""

    alone: bool


class Asked(Open):
    """A question."""

    id: str
    text: str
    why: str
    type: Kind
    unit: str
    low: float | None
    high: float | None
    choices: list[QuestionChoice]
    fields: list[FormField] = Field(description="Of a number: what to send it as.")
    given: dict[str, Any] = Field(description="Field → what was answered before.")


class Contradiction(Open):
    """Answers that do not fit together."""

    says: Sentence
    questions: list[dict[str, Any]]


class Sitting(OfCase):
    """The question to answer now; none when all are answered."""

    sitting: Literal["questions", "checkin"]
    question: Asked | None
    left: int
    done: int
    refers: bool = Field(description="Whether a clinician should look before anything is tried.")
    odd: list[Contradiction]


class Answer(Open):
    """A question with its answer, in words."""

    id: str
    text: str
    answer: str


class Answers(OfCase):
    """Everything that was answered."""

    rows: list[Answer]
    left: int


class Referral(OfCase):
    """Who should look, how soon and why."""

    refers: bool
    emergency: bool
    headline: Sentence
    reasons: list[dict[str, Any]]
    statements: list[Sentence]
    pressed: list[Answer]


class Issue(Open):
    """What is wrong with a film, and the remedy."""

    because: Sentence
    remedy: Sentence


class FilmCard(Open):
    """A film, and how far it is."""

    id: Id
    name: str
    condition: str
    shows: str
    carried: str
    state: FilmState
    says: Sentence
    busy: bool = Field(description="Whether it waits or is being measured.")
    share: float | None
    stage: str
    left: str
    seen: list[Sentence]
    issues: list[Issue]
    may_retry: bool
    present: bool = Field(description="Whether the film itself is still here.")
    kept: bool
    measured: bool
    added: str


class FilmList(OfCase):
    """Every film so far, the newest first."""

    films: list[FilmCard]
    watching: bool = Field(description="Whether any of them will change by itself.")


class Wanted(Open):
    """A way to squat, and how it is filmed."""

    id: str
    name: str
    text: str


class Films(FilmList):
    """How to film, and every film so far."""

    first: Next | None = Field(description="What comes before any squat.")
    wanted: Wanted
    conditions: list[dict[str, Any]]
    bars: list[Choice]
    largest: int = Field(description="Of a film. [bytes]")


class Statement(Open):
    """A finding: each sentence once, with its numbers."""

    says: Sentence
    numbers: list[str]


class Film(OfCase):
    """What was seen in one film, and where what is drawn of it lies."""

    card: FilmCard
    findings: list[Statement]
    unmeasured: list[dict[str, Any]]
    overlay: str | None
    video: str | None
    data: str | None
    report: str | None
    outdated: list[Sentence]


class Labelled(Open):
    """A film as it is labelled."""

    id: Id
    name: str
    condition: str
    load: str
    bar: str


class FilmLabel(OfCase):
    """What a film shows, as the person said."""

    film: Labelled
    conditions: list[dict[str, Any]]
    bars: list[Choice]


class TestRow(Open):
    """Something to try."""

    id: str
    kind: Literal["test", "trial"]
    name: str
    minutes: float
    done: bool


class Tests(OfCase):
    """What to try now, and what else there is."""

    first: Next | None
    test: dict[str, Any] | None
    others: list[TestRow]
    closed: list[TestRow]
    best: bool


class Factor(Open):
    """Something that may contribute, as far as is known."""

    id: str
    label: str
    band: Band


class ChangedBand(Open):
    """A factor whose band is another one now."""

    label: str
    before: Band
    after: Band
    more: bool


class Outcome(OfCase):
    """What the last result changed."""

    refers: bool
    of: str
    changed: list[ChangedBand]
    known: bool
    pain: dict[str, Any] | None
    next_test: dict[str, Any] | None


class Why(OfCase):
    """What may contribute, from the strongest to what was not looked at."""

    refers: bool
    factors: list[Factor]
    unseen: list[Factor]
    tried: list[Sentence]
    next_test: dict[str, Any] | None


class Whatif(OfCase):
    """What changes would do to the squat of the first film."""

    refers: bool
    filmed: bool
    ready: bool = Field(description="False while it was never worked out: ask once more with wait=true.")
    told: dict[str, Any] | None


class Plan(OfCase):
    """The plan as it stands today."""

    refers: bool
    waits: list[dict[str, Any]] = Field(description="Questions that it waits for.")
    plan: dict[str, Any] | None


class Coach(OfCase):
    """Today's target for the live coach."""

    summary_url: str
    film_url: str
    target: dict[str, Any]
    feedback: Sentence


class Day(Open):
    """A day of the diary."""

    iso: str = Field(json_schema_extra={"format": "date"})
    worst_pain: float | None
    pain_after: float | None
    function: float | None
    note: str
    done: list[str]


class Diary(OfCase):
    """A day, and what the plan answers to all of them."""

    refers: bool
    first: Next | None
    begun: bool
    today: str = Field(json_schema_extra={"format": "date"})
    day: Day
    exercises: list[dict[str, Any]]
    days: list[Day]
    signs: Sentence
    answer: dict[str, Any] | None


class Progress(OfCase):
    """Everything that can be held against an earlier time."""

    refers: bool
    weeks: list[dict[str, Any]]
    curves: dict[str, Drawing] | None
    pain: dict[str, Any] | None
    done: int
    planned: int
    tests: list[dict[str, Any]]
    films: dict[str, Any] | None
    checkins: list[dict[str, Any]]
    otherwise: dict[str, Any] | None
    foretold: list[dict[str, Any]]
    tally: Sentence


class Feet(OfCase):
    """What can be checked of feet and shoes, and what is in the case."""

    first: Next | None
    waiting: int
    results: list[dict[str, Any]]
    done: list[str]
    insert: dict[str, Any] | None
    weight: Sentence


class OnShoe(OfCase):
    """What to look for of the foot on its shoe, and what was seen means."""

    choices: list[dict[str, Any]]
    given: dict[str, str]
    says: list[Sentence]
    entered: bool


class Standing(OfCase):
    """Five things to rate of each foot."""

    items: list[dict[str, Any]]
    ratings: list[int]


class Photos(OfCase):
    """What to take a photo of now."""

    photos: list[dict[str, Any]]
    wanted: dict[str, Any]
    number: int
    all: int
    fits: bool


class Photo(OfCase):
    """What was found in a photo."""

    photo: dict[str, Any]
    found: dict[str, Any]
    crop: list[float]


class Shoe(OfCase):
    """How the shoes fit."""

    shoes: list[dict[str, Any]]
    check: dict[str, Any]
    missing: str | None
    weight: Sentence


class Kept(OfCase):
    """What there is of a case."""

    films: list[dict[str, Any]]
    measured: int
    version: str
    tables: str


class Erasing(OfCase):
    """What would go."""

    answers: int
    films: int
    days: int

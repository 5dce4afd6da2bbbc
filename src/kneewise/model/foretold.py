"""The nouns of holding predictions against films: Seen, Score, Refilmed, Tally."""

from dataclasses import dataclass
from typing import Self

from ..conventions import Effect
from .supposed import Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How one number of a person changed from one film to another.

    Attributes
    ----------
    change : second film less first. [as the effect]
    sd : its error, without what both films share because it is one body.
    """

    change: float
    sd: float

    def __post_init__(self) -> None:
        if not self.sd > 0:
            raise ValueError(f"Seen.sd is {self.sd}; nothing is filmed without error.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A change that was foretold, against what two films then showed.

    Attributes
    ----------
    effect : what changed.
    foretold, seen : by the what-if, and by the films.
    low, high : films of a true prediction show something between them nine times in ten. [as the effect]
    z : films less prediction, in standard deviations of both. [unitless]
    inside : whether the films show something between `low` and `high`.
    right : whether films and prediction agree about more or less; None where the films cannot tell.
    """

    effect: Effect
    foretold: Amount
    seen: Seen
    low: float
    high: float
    z: float
    inside: bool
    right: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refilmed:
    """A way to do the squat that was foretold from one film, and then filmed.

    Attributes
    ----------
    option, name : of the programme.
    before, after : names of the films of the usual squat and of the option.
    scores : one for each load that both films show.
    """

    option: str
    name: str
    before: str
    after: str
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """All scores so far.

    Attributes
    ----------
    count, inside : how many, and how many of them inside.
    right, wrong : in how many the films could tell more from less, and the prediction had it so, or not.
    total, square : sum of z, and of its square.
    """

    count: int = 0
    inside: int = 0
    right: int = 0
    wrong: int = 0
    total: float = 0.0
    square: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.inside <= self.count or not 0 <= self.right + self.wrong <= self.count:
            raise ValueError(f"A tally cannot be {self}.")

    def plus(self, score: Score) -> Self:
        """The same with one score more."""
        return type(self)(
            count=self.count + 1,
            inside=self.inside + score.inside,
            right=self.right + (score.right is True),
            wrong=self.wrong + (score.right is False),
            total=self.total + score.z,
            square=self.square + score.z**2,
        )

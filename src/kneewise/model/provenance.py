"""Where a row of a table is from: the base of every row, and the one check of it."""

from dataclasses import dataclass, fields

CHECKED = frozenset({"verified", "memory", "estimate", "derived"})
"""How a row was checked: read in the source, known by heart, estimated, or computed from other rows."""

GRADES = frozenset({"A", "B", "C", "D", "model", "synthetic"})
"""How good the evidence is: A good reviews or trials, B one trial or consistent experiments, C indirect,
D tradition; or that no people stand behind a number, but an engine's model or made-up films."""


def check_told(row: str, source: str | tuple[str, ...], checked: str, grade: str | None = None) -> None:
    """Complain about a row that hides where it is from, how that was checked, or how good the evidence is.

    Parameters
    ----------
    row
        How the row is called in the complaint.
    source, checked, grade
        What it states; None is a table of which no row has a grade.
    """
    if not "".join(source).strip() or checked not in CHECKED or not (grade is None or grade in GRADES):
        told = "its source" if grade is None else "its source, its grade"
        raise ValueError(
            f"{row} must state {told} and how it was checked, got "
            f"source {source!r}, checked {checked!r}{'' if grade is None else f', grade {grade!r}'}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """What a row of names or of body measures has.

    Attributes
    ----------
    source : what it rests on, in words, or as keys of the table of sources.
    checked : how that was checked, one of `CHECKED`.
    """

    source: str | tuple[str, ...]
    checked: str

    def __post_init__(self) -> None:
        check_told(self._name, self.source, self.checked)

    @property
    def _name(self) -> str:
        """What the row is first called by."""
        told = ("source", "checked", "grade")
        own = next(field.name for field in fields(self) if field.name not in told)
        return f"Row {getattr(self, own)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance(Sourced):
    """What every row has that somebody could act on.

    Attributes
    ----------
    grade : how good the evidence is, one of `GRADES`.
    """

    grade: str

    def __post_init__(self) -> None:
        check_told(self._name, self.source, self.checked, self.grade)

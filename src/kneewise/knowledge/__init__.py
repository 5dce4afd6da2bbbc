"""Tables of the field → validated rows: every row says where it is from and how it was checked."""

import csv
from dataclasses import dataclass
from importlib.resources import files

from ..conventions import Sex, View
from ..model import Threshold

CHECKED = frozenset({"verified", "memory", "estimate", "derived"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """One body segment of the mean person of one sex.

    Attributes
    ----------
    segment : name, for example ``thigh``.
    sex : whose mean it is.
    mass_share : mass as a share of body mass. [unitless]
    centre_share : centre of mass as a share of the way between the two end points. [unitless]
    gyration_sagittal, gyration_transverse, gyration_longitudinal : radii of gyration about the front-back,
        the left-right and the long axis through the centre, as shares of the same way. [unitless]
    length : distance between the end points in the mean person. [m]
    source : paper and table.
    checked : how the number was checked: verified, memory, estimate or derived.
    """

    segment: str
    sex: Sex
    mass_share: float
    centre_share: float
    gyration_sagittal: float
    gyration_transverse: float
    gyration_longitudinal: float
    length: float
    source: str
    checked: str

    def __post_init__(self) -> None:
        if not self.source or self.checked not in CHECKED:
            raise ValueError(f"Row {self.segment} ({self.sex}) must state its source and how it was checked.")
        gyrations = (self.gyration_sagittal, self.gyration_transverse, self.gyration_longitudinal)
        shares = (self.centre_share, *gyrations)
        if not (0 <= self.mass_share < 1 and all(0 <= x <= 1 for x in shares) and 0 < self.length < 1):
            raise ValueError(f"Row {self.segment} ({self.sex}) has a share or a length out of range.")


def read_anthropometry() -> tuple[SegmentRow, ...]:
    """Segment masses, centres, radii of gyration and lengths of women and men, after de Leva (1996).

    Returns
    -------
    tuple of SegmentRow
        One row for each segment and sex; arms and legs are those of one side.
    """
    return tuple(
        SegmentRow(
            segment=row["segment"],
            sex=Sex(row["sex"]),
            mass_share=float(row["mass_share"]),
            centre_share=float(row["centre_share"]),
            gyration_sagittal=float(row["gyration_sagittal"]),
            gyration_transverse=float(row["gyration_transverse"]),
            gyration_longitudinal=float(row["gyration_longitudinal"]),
            length=float(row["length"]),
            source=row["source"],
            checked=row["checked"],
        )
        for row in _read_table("anthropometry.csv")
    )


def read_thresholds() -> tuple[Threshold, ...]:
    """When a measured number is worth a sentence, and which.

    Returns
    -------
    tuple of Threshold
        In the order of the table; an empty limit is open.
    """
    rows = tuple(
        Threshold(
            id=row["id"],
            task=row["task"],
            kind=row["kind"],
            measure=row["measure"],
            at=row["at"],
            low=float(row["low"]) if row["low"] else None,
            high=float(row["high"]) if row["high"] else None,
            statement=row["statement"],
            because=row["because"],
            source=row["source"],
            checked=row["checked"],
            grade=row["grade"],
        )
        for row in _read_table("findings.csv")
    )
    for row in rows:
        if not (row.source and row.grade) or row.checked not in CHECKED:
            raise ValueError(f"Row {row.id} must state its source, its grade and how it was checked.")
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatabilityRow:
    """How much one measure differs between two films of the same person when nothing has changed.

    Attributes
    ----------
    view : from where the person is filmed, ``side`` or ``oblique``.
    measure : id, for example ``knee_flexion``, at the lowest point of one repetition.
    sem : standard error of measurement. [rad, m or 1]
    mdc : least change between two films that is more than measurement error, 95 % of the time. [rad, m or 1]
    people, sessions : how many it was found from.
    source, checked, grade : where it comes from, how sure that is, how good the evidence is.
    """

    view: View
    measure: str
    sem: float
    mdc: float
    people: int
    sessions: int
    source: str
    checked: str
    grade: str

    def __post_init__(self) -> None:
        if not (self.source and self.grade) or self.checked not in CHECKED:
            raise ValueError(
                f"Row {self.measure} ({self.view}) must state its source and how it was checked."
            )
        if not 0 < self.sem < self.mdc:
            raise ValueError(f"Row {self.measure} ({self.view}) has an error out of range.")


def read_repeatability() -> tuple[RepeatabilityRow, ...]:
    """Test–retest errors of what is measured from one film, made by `kneewise bench accuracy`.

    Returns
    -------
    tuple of RepeatabilityRow
        One row for each view and measure.
    """
    return tuple(
        RepeatabilityRow(
            view=View(row["view"]),
            measure=row["measure"],
            sem=float(row["sem"]),
            mdc=float(row["mdc"]),
            people=int(row["people"]),
            sessions=int(row["sessions"]),
            source=row["source"],
            checked=row["checked"],
            grade=row["grade"],
        )
        for row in _read_table("repeatability.csv")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerName:
    """How one marker set calls a landmark.

    Attributes
    ----------
    set : the marker set.
    pattern : small letters and digits only; ``*`` stands for the side, a last or middle ``#`` for a number.
    landmark : what it lies on, as in the table of landmarks.
    source, checked : where the name is from, and how that was checked.
    """

    set: str
    pattern: str
    landmark: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerLandmark:
    """How far a marker on a landmark can be believed.

    Attributes
    ----------
    landmark : stable word.
    part : the segment it lies on; empty for a landmark that is known but not used.
    sd : usual distance between the marker and where a rigid body has it. [m]
    artefact : how far skin carries it at 90° of bend, one standard deviation. [m]
    source, checked : where the numbers are from, and how that was checked.
    """

    landmark: str
    part: str
    sd: float
    artefact: float
    source: str
    checked: str


def read_marker_names() -> tuple[MarkerName, ...]:
    """Names of markers in the sets that are known, in the order of the table."""
    rows = tuple(MarkerName(**row) for row in _read_table("marker_names.csv"))
    known = {row.landmark for row in read_marker_landmarks()}
    for row in rows:
        if not row.source or row.checked not in CHECKED or row.landmark not in known:
            raise ValueError(
                f"Row {row.pattern} must state a known landmark, its source and how it was checked."
            )
    return rows


def read_marker_landmarks() -> tuple[MarkerLandmark, ...]:
    """Landmarks that markers lie on, with the segment, the error and the source of each."""
    rows = tuple(
        MarkerLandmark(
            landmark=row["landmark"],
            part=row["part"],
            sd=float(row["sd"]),
            artefact=float(row["artefact"]),
            source=row["source"],
            checked=row["checked"],
        )
        for row in _read_table("marker_landmarks.csv")
    )
    for row in rows:
        if not row.source or row.checked not in CHECKED or (row.part and not 0 < row.sd < 0.1):
            raise ValueError(f"Row {row.landmark} must state its source, how it was checked, and its error.")
    return rows


def _read_table(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))

"""Tables of the field → validated rows: every row says where it is from and how it was checked."""

import csv
import math
from dataclasses import dataclass
from importlib.resources import files

from ..conventions import JointLoad, Sex, View
from ..model import Provenance, Sourced, Threshold

_STATURE = {Sex.FEMALE: 1.735, Sex.MALE: 1.741}


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow(Sourced):
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
    """

    segment: str
    sex: Sex
    mass_share: float
    centre_share: float
    gyration_sagittal: float
    gyration_transverse: float
    gyration_longitudinal: float
    length: float

    def __post_init__(self) -> None:
        Sourced.__post_init__(self)
        gyrations = (self.gyration_sagittal, self.gyration_transverse, self.gyration_longitudinal)
        shares = (self.centre_share, *gyrations)
        if not (0 <= self.mass_share < 1 and all(0 <= x <= 1 for x in shares) and 0 < self.length < 1):
            raise ValueError(f"Row {self.segment} ({self.sex}) has a share or a length out of range.")

    @property
    def stature(self) -> float:
        """Of the mean person, de Leva 1996. [m]"""
        return _STATURE[self.sex]


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
    return tuple(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatabilityRow(Provenance):
    """How much one measure differs between two films of the same person when nothing has changed.

    Attributes
    ----------
    view : from where the person is filmed, ``side`` or ``oblique``.
    measure : id, for example ``knee_flexion``, at the lowest point of one repetition.
    sem : standard error of measurement. [rad, m or 1]
    mdc : least change between two films that is more than measurement error, 95 % of the time. [rad, m or 1]
    people, sessions : how many it was found from.
    """

    view: View
    measure: str
    sem: float
    mdc: float
    people: int
    sessions: int

    def __post_init__(self) -> None:
        Provenance.__post_init__(self)
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
class EverydayLoad(Provenance):
    """How large a force inside the knee becomes in something that everybody does.

    Attributes
    ----------
    activity : what is done, as in "more than in walking".
    short : the same in one or two words.
    load : which force.
    value : mean of the peaks of people. [body weights]
    sd : how far people lie apart; None where the source does not say. [body weights]
    """

    activity: str
    short: str
    load: JointLoad
    value: float
    sd: float | None

    def __post_init__(self) -> None:
        Provenance.__post_init__(self)
        if self.load not in (JointLoad.PATELLOFEMORAL_FORCE, JointLoad.TIBIOFEMORAL_FORCE):
            raise ValueError(f"Row {self.activity} is of {self.load.name}, not of a force inside the knee.")
        if not 0 < self.value < 20 or not (self.sd is None or 0 < self.sd < self.value):
            raise ValueError(f"Row {self.activity} ({self.load.name}) has a number out of range.")


def read_everyday_loads() -> tuple[EverydayLoad, ...]:
    """Forces inside the knee in everyday activities, in body weights.

    Returns
    -------
    tuple of EverydayLoad
        In the order of the table, smaller ones first within each force.
    """
    return tuple(
        EverydayLoad(
            activity=row["activity"],
            short=row["short"],
            load=JointLoad[row["load"].upper()],
            value=float(row["value"]),
            sd=float(row["sd"]) if row["sd"] else None,
            source=row["source"],
            checked=row["checked"],
            grade=row["grade"],
        )
        for row in _read_table("everyday_loads.csv")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerName(Sourced):
    """How one marker set calls a landmark.

    Attributes
    ----------
    set : the marker set.
    pattern : small letters and digits only; ``*`` stands for the side, a last or middle ``#`` for a number.
    landmark : what it lies on, as in the table of landmarks.
    """

    set: str
    pattern: str
    landmark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerLandmark(Sourced):
    """How far a marker on a landmark can be believed.

    Attributes
    ----------
    landmark : stable word.
    part : the segment it lies on; empty for a landmark that is known but not used.
    sd : usual distance between the marker and where a rigid body has it. [m]
    artefact : how far skin carries it at 90° of bend, one standard deviation. [m]
    """

    landmark: str
    part: str
    sd: float
    artefact: float

    def __post_init__(self) -> None:
        Sourced.__post_init__(self)
        if self.part and not 0 < self.sd < 0.1:
            raise ValueError(f"Row {self.landmark} has an error out of range.")


def read_marker_names() -> tuple[MarkerName, ...]:
    """Names of markers in the sets that are known, in the order of the table."""
    rows = tuple(MarkerName(**row) for row in _read_table("marker_names.csv"))
    known = {row.landmark for row in read_marker_landmarks()}
    for row in rows:
        if row.landmark not in known:
            raise ValueError(f"Row {row.pattern} ({row.set}) lies on no known landmark: {row.landmark}.")
    return rows


def read_marker_landmarks() -> tuple[MarkerLandmark, ...]:
    """Landmarks that markers lie on, with the segment, the error and the source of each."""
    return tuple(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentArmRow(Provenance):
    """Lever arm of a group of muscles about one joint, at one angle, in a body of ordinary size.

    Attributes
    ----------
    muscle : name of the group, for example ``hamstrings``.
    joint : hip, knee or ankle.
    angle : flexion of that joint, dorsiflexion at the ankle. [rad]
    arm : positive for extension, plantarflexion at the ankle. [m]
    """

    muscle: str
    joint: str
    angle: float
    arm: float

    def __post_init__(self) -> None:
        Provenance.__post_init__(self)
        if self.joint not in {"hip", "knee", "ankle"} or not abs(self.arm) < 0.1:
            raise ValueError(f"Row {self.muscle} at the {self.joint} has a joint or an arm out of range.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthRow(Provenance):
    """Largest force of one muscle in a young man of 75 kg.

    Attributes
    ----------
    muscle : name of the group it belongs to.
    part : its name in the model the number is from.
    force : while it keeps its best length. [N]
    """

    muscle: str
    part: str
    force: float

    def __post_init__(self) -> None:
        Provenance.__post_init__(self)
        if not 100 < self.force < 10_000:
            raise ValueError(f"Row {self.part} has a force out of range.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAreaRow(Provenance):
    """Area over which the kneecap touches the thigh bone under body weight.

    Attributes
    ----------
    sex : whose mean it is.
    angle : knee flexion. [rad]
    area : of both facets together. [m²]
    """

    sex: Sex
    angle: float
    area: float

    def __post_init__(self) -> None:
        Provenance.__post_init__(self)
        if not 1e-4 < self.area < 1e-3:
            raise ValueError(f"Row {self.sex} at {math.degrees(self.angle):.0f}° has an area out of range.")


def read_moment_arms() -> tuple[MomentArmRow, ...]:
    """Lever arms of hip, knee and ankle muscles, made by `tools.moment_arms`; angles of one group ascend."""
    return tuple(
        MomentArmRow(
            muscle=row["muscle"],
            joint=row["joint"],
            angle=math.radians(float(row["angle"])),
            arm=float(row["arm"]),
            source=row["source"],
            checked=row["checked"],
            grade=row["grade"],
        )
        for row in _read_table("moment_arms.csv")
    )


def read_strengths() -> tuple[StrengthRow, ...]:
    """Largest forces of the muscles of one leg."""
    return tuple(
        StrengthRow(
            muscle=row["muscle"],
            part=row["part"],
            force=float(row["force"]),
            source=row["source"],
            checked=row["checked"],
            grade=row["grade"],
        )
        for row in _read_table("strengths.csv")
    )


def read_contact_areas() -> tuple[ContactAreaRow, ...]:
    """Contact areas of the kneecap of women and men; angles of one sex ascend."""
    return tuple(
        ContactAreaRow(
            sex=Sex(row["sex"]),
            angle=math.radians(float(row["angle"])),
            area=float(row["area"]),
            source=row["source"],
            checked=row["checked"],
            grade=row["grade"],
        )
        for row in _read_table("contact_areas.csv")
    )


def _read_table(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))

"""The nouns of understanding, in order of birth: Motion, Repetition, Loads, Study, Fusion, Analysis."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..conventions import BodyMeasure, JointLoad, LegMeasure, Muscle, Outline, Phase, Side, Task, View
from .arrays import Array, freeze
from .concluded import Conclusion
from .measured import Issue, Pose, Trial, Value
from .provenance import Provenance
from .told import Case

_LEAST_LOW = 0.2
"""The bottom of a repetition is the middle of its hold, and at least this long. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One rigid part of the body, seen along its line from the proximal to the distal end.

    Attributes
    ----------
    mass : of one side. [kg]
    centre : share of the way along the line. [unitless]
    gyration : radii of gyration about the front-back, the left-right and the long axis through the centre, as
        shares of the line. [unitless]
    length : of the line in a person of this stature; used only where the line itself was not measured. [m]
    """

    mass: float
    centre: float
    gyration: tuple[float, float, float]
    length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The body's segments, for both sides alike. Their lines:

    Attributes
    ----------
    mass : total body mass. [kg]
    thigh, shank : from hip to knee, from knee to ankle.
    foot : from heel to toe.
    trunk : from mid-hip to mid-shoulder, without head and arms.
    head : from the base of the neck to the crown.
    upper_arm : from shoulder to elbow.
    forearm : from elbow to wrist, with the hand.
    neck : distance from mid-shoulder to the base of the neck, where the head's line begins. [m]
    """

    mass: float
    thigh: Segment
    shank: Segment
    foot: Segment
    trunk: Segment
    head: Segment
    upper_arm: Segment
    forearm: Segment
    neck: float

    @property
    def upper(self) -> float:
        """Mass of head, arms and trunk together. [kg]"""
        return self.trunk.mass + self.head.mass + 2 * (self.upper_arm.mass + self.forearm.mass)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    """What moved, how far.

    Attributes
    ----------
    time : (n,)
        As in the pose. [s]
    leg, leg_sd : (n, side, leg measure)
        Measures of each leg; NaN where the view cannot show them. [rad, m or 1]
    body, body_sd : (n, body measure)
        Measures of the whole body. [rad, m or 1]
    leg_draws : (k, n, side, leg measure)
        The same from each draw of the pose.
    body_draws : (k, n, body measure)
        The same from each draw of the pose.
    outline : (n, outline measure)
        What repetitions are found by; coarse, and never hidden by the view. [rad, m or 1]
    """

    time: Array
    leg: Array
    leg_sd: Array
    body: Array
    body_sd: Array
    leg_draws: Array
    body_draws: Array
    outline: Array

    def __post_init__(self) -> None:
        n = len(self.time)
        freeze(self, "time", (n,))
        for name in ("leg", "leg_sd"):
            freeze(self, name, (n, len(Side), len(LegMeasure)))
        for name in ("body", "body_sd"):
            freeze(self, name, (n, len(BodyMeasure)))
        freeze(self, "leg_draws", (None, n, len(Side), len(LegMeasure)))
        freeze(self, "body_draws", (None, n, len(BodyMeasure)))
        freeze(self, "outline", (n, len(Outline)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """One squat or sit-to-stand; of the latter `start` is the trunk setting off, `bottom` leaving the seat.

    Attributes
    ----------
    task : what kind it is.
    start, bottom, end : time of leaving standing, of the lowest point, of being up again. [s]
    hold : time spent within the lowest 3 % of the way. [s]
    complete : False where the film starts or ends inside the repetition; such a one is shown, not averaged.
    """

    task: Task
    start: float
    bottom: float
    end: float
    hold: float
    complete: bool

    @property
    def down(self) -> float:
        """Time from start to bottom, without half the hold. [s]"""
        return max(self.bottom - self.start - self.hold / 2, 0.0)

    @property
    def up(self) -> float:
        """Time from bottom to end, without half the hold. [s]"""
        return max(self.end - self.bottom - self.hold / 2, 0.0)

    @property
    def phases(self) -> dict[Phase, tuple[float, float]]:
        """Begin and end of each phase; of a sit-to-stand only the way up, since a seat carries before. [s]"""
        if self.task is Task.SIT_TO_STAND:
            return {Phase.UP: (self.bottom, self.end)}
        half = max(self.hold, _LEAST_LOW) / 2
        low = max(self.bottom - half, self.start), min(self.bottom + half, self.end)
        return {Phase.DOWN: (self.start, low[0]), Phase.BOTTOM: low, Phase.UP: (low[1], self.end)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmeasured:
    """An honest "cannot tell from this film", with what would tell.

    Attributes
    ----------
    what : id of the thing that was not measured.
    because : why not.
    remedy : what to film or give instead.
    """

    what: str
    because: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lowest:
    """The loads at the lowest point of one repetition, in every sample, paired by body as `Peaks` are.

    Attributes
    ----------
    leg : (s, side, joint load)
        Net moments [N·m], forces [N] and stress [Pa]; NaN where not measured.
    lumbar : (s,)
        Extensor moment at the lumbosacral joint. [N·m]
    """

    leg: Array
    lumbar: Array

    def __post_init__(self) -> None:
        s = len(self.lumbar)
        freeze(self, "leg", (s, len(Side), len(JointLoad)))
        freeze(self, "lumbar", (s,))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peaks:
    """The largest loads of one repetition, in every sample of the Monte-Carlo run.

    Sample i of one trial and sample i of another rest on the same body and the same knee where both trials
    are of one person; so differences between their rows say how sure a change is.

    Attributes
    ----------
    leg : (s, side, joint load)
        Net moments [N·m], forces [N] and stress [Pa]; NaN where not measured.
    lumbar : (s,)
        Extensor moment at the lumbosacral joint. [N·m]
    phases : phase → (s, side, joint load)
        Mean over each phase of the repetition, NaN where not measured; a sit-to-stand has only the way up.
    lowest : what is carried at its lowest point; None where nobody worked it out.
    """

    leg: Array
    lumbar: Array
    phases: Mapping[Phase, Array] = field(default_factory=dict)
    lowest: Lowest | None = None

    def __post_init__(self) -> None:
        s = len(self.lumbar)
        freeze(self, "leg", (s, len(Side), len(JointLoad)))
        freeze(self, "lumbar", (s,))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loads:
    """What the joints carried.

    Attributes
    ----------
    time : (n,)
        As in the motion. [s]
    leg, leg_sd : (n, side, joint load)
        Median and standard deviation of net moments [N·m], forces [N] and stress [Pa] of each leg; NaN where
        not measured.
    leg_low, leg_high : (n, side, joint load)
        The true load lies between them nine times in ten (5th and 95th percentile).
    lumbar, lumbar_sd, lumbar_low, lumbar_high : (n,)
        Extensor moment at the lumbosacral joint. [N·m]
    assumptions : in plain words, for the report.
    relative : the body mass is not known, and every load is that of each kilogram of body mass.
    residual : (n, xyz) with plates, the force that the movement asks for less the one they measured; None
        without plates. [N]
    peaks : one for each repetition that was asked for, in order; empty without repetitions.
    muscle, muscle_sd : (n, side, muscle)
        Force of each muscle group by least effort, and its spread over one sample of each draw; None where
        it was not worked out. [N]
    """

    time: Array
    leg: Array
    leg_sd: Array
    leg_low: Array
    leg_high: Array
    lumbar: Array
    lumbar_sd: Array
    lumbar_low: Array
    lumbar_high: Array
    assumptions: tuple[str, ...]
    relative: bool = False
    residual: Array | None = None
    peaks: tuple[Peaks, ...] = ()
    muscle: Array | None = None
    muscle_sd: Array | None = None

    def __post_init__(self) -> None:
        n = len(self.time)
        freeze(self, "time", (n,))
        for name in ("leg", "leg_sd", "leg_low", "leg_high"):
            freeze(self, name, (n, len(Side), len(JointLoad)))
        for name in ("lumbar", "lumbar_sd", "lumbar_low", "lumbar_high"):
            freeze(self, name, (n,))
        if self.residual is not None:
            freeze(self, "residual", (n, 3))
        if self.muscle is not None:
            freeze(self, "muscle", (n, len(Side), len(Muscle)))
            freeze(self, "muscle_sd", (n, len(Side), len(Muscle)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold(Provenance):
    """A row of the table of findings: when a measured number is worth a sentence.

    Attributes
    ----------
    id : stable word for programs.
    task : ``squat``, or ``any`` where it holds for a sit-to-stand too.
    kind : ``describe`` is said whatever the error; ``flag`` only when the number is one sd inside its range.
    measure, at : which number, as in `Value`; ``between_repetitions`` compares its range.
    low, high : the sentence holds for low ≤ number < high, in display units; None is open.
    statement : the sentence.
    because : the threshold in words.
    """

    id: str
    task: str
    kind: str
    measure: str
    at: str
    low: float | None
    high: float | None
    statement: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing worth saying about the movement, in plain words.

    Attributes
    ----------
    id : stable word for programs.
    statement : the sentence for the person, without numbers.
    value, sd : the number behind it, in SI. [rad, m, s or 1]
    unit : display unit of the number.
    side : None where it is about the whole body.
    sure : whether the number is more than two standard deviations from the threshold.
    because : from what it was read, and what the threshold is.
    """

    id: str
    statement: str
    value: float
    sd: float
    unit: str
    side: Side | None
    sure: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Study:
    """Everything understood from one trial.

    Attributes
    ----------
    trial : what was measured.
    motion : None where the film was refused.
    repetitions : in order of time.
    values : for each repetition the measured numbers.
    loads : None where mass or posture is missing; then `unmeasured` says so.
    findings : what is worth saying.
    unmeasured : what could not be told.
    """

    trial: Trial
    motion: Motion | None
    repetitions: tuple[Repetition, ...]
    values: tuple[tuple[Value, ...], ...]
    loads: Loads | None
    findings: tuple[Finding, ...]
    unmeasured: tuple[Unmeasured, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Departure:
    """How one repetition of one take differs from that take's mean, on the phases of a fusion.

    Attributes
    ----------
    film : number of the film in the case, from 0.
    repetition : number of the repetition in its film, from 0.
    leg, leg_sd : (p, side, leg measure) NaN for what the take's own view does not show. [rad, m or 1]
    body, body_sd : (p, body measure) likewise. [rad, m or 1]
    """

    film: int
    repetition: int
    leg: Array
    leg_sd: Array
    body: Array
    body_sd: Array

    def __post_init__(self) -> None:
        p = len(self.leg)
        for name in ("leg", "leg_sd"):
            freeze(self, name, (p, len(Side), len(LegMeasure)))
        for name in ("body", "body_sd"):
            freeze(self, name, (p, len(BodyMeasure)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A film's part in a fusion.

    Attributes
    ----------
    film : number of the film in the case, from 0.
    view, azimuth : where its camera stood, as measured from it alone. [rad]
    spans : start, bottom and end of each repetition used. [s]
    numbers : of these repetitions in their film, from 0.
    offset : for synchronised takes what is added to the film's time to get that of the first; else None. [s]
    """

    film: int
    view: View
    azimuth: float
    spans: tuple[tuple[float, float, float], ...]
    numbers: tuple[int, ...]
    offset: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fused:
    """One repetition in space, made of several takes.

    Attributes
    ----------
    phase : (p,) 0 start, 0.5 lowest point, 1 end. [unitless]
    pose : where the joints were; its time runs from the start of the repetition.
    motion : the measures of all planes.
    values : the numbers of the repetition, as for one of a film.
    loads : with one set of peaks; None for a single repetition of several, or where what was carried is not
        known.
    """

    phase: Array
    pose: Pose
    motion: Motion
    values: tuple[Value, ...]
    loads: Loads | None = None

    def __post_init__(self) -> None:
        freeze(self, "phase", (len(self.pose.time),))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fusion:
    """Several takes of one person doing the same, told as one mean repetition in space.

    Attributes
    ----------
    takes : what it was made of.
    synchronised : whether the takes show the very same repetitions.
    repetition : when the mean one starts, turns and ends, in the time of its pose.
    mean : the mean repetition.
    each : for synchronised takes every repetition in space, in order; else empty.
    departures : how single repetitions differ from the mean of their take.
    issues : what limits it.
    """

    takes: tuple[Take, ...]
    synchronised: bool
    repetition: Repetition
    mean: Fused
    each: tuple[Fused, ...]
    departures: tuple[Departure, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Analysis:
    """What the case means.

    Attributes
    ----------
    case : what was measured.
    studies : what was understood from each trial.
    fusions : what several trials say together.
    conclusion : a referral, or guidance with a plan; None where films were measured and nothing else.
    """

    case: Case
    studies: tuple[Study, ...]
    fusions: tuple[Fusion, ...] = ()
    conclusion: Conclusion | None = None

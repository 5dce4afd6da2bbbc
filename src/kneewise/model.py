"""The nouns, in order of birth: Person, Recording, Pose, Trial, Case, Motion, Repetition, Loads, Analysis.

Axis order is always (draw, time, side, thing, xyz); what a record lacks is left out. Every measured
field ``x`` has ``x_sd`` of the same shape and unit. Missing is NaN, with the reason in the record.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .conventions import Bar, BodyMeasure, Joint, JointLoad, LegMeasure, Outline, Sex, Side, Task, View

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def _freeze(record: object, name: str, shape: tuple[int | None, ...]) -> None:
    """Check the shape of an array field and keep a read-only view of it."""
    array = np.asarray(getattr(record, name))
    fits = array.ndim == len(shape) and all(
        want is None or have == want for have, want in zip(array.shape, shape, strict=True)
    )
    if not fits:
        wanted = tuple("any" if want is None else want for want in shape)
        raise ValueError(f"{type(record).__name__}.{name} has shape {array.shape}, expected {wanted}.")
    view = array.view()
    view.flags.writeable = False
    object.__setattr__(record, name, view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who was filmed.

    Attributes
    ----------
    height : stature without shoes. [m]
    height_sd : how sure that is; 0.01 where given, about 0.10 where assumed. [m]
    mass : body mass, None where unknown: then moments are not measured. [kg]
    sex : None where unknown: then the mean of both tables is used, with a wider error.
    assumed : which of the fields were not given but assumed, to be said in the report.
    """

    height: float
    height_sd: float = 0.01
    mass: float | None = None
    sex: Sex | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """What the person carried.

    Attributes
    ----------
    mass : bar with plates, dumbbell or kettlebell. [kg]
    bar : where it sits.
    """

    mass: float = 0.0
    bar: Bar = Bar.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture of a film.

    Attributes
    ----------
    time : time stamp as the file gives it. [s]
    index : number of the frame in the film, from 0, counting every decoded frame.
    image : (height, width, 3) red, green, blue, upright.
    """

    time: float
    index: int
    image: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The facts of a film, and a way to read its frames.

    Attributes
    ----------
    name : file name without folders.
    digest : SHA-256 of the file, hexadecimal.
    width_px, height_px : size of an upright frame. [px]
    duration : length as the file states it; not to be trusted for counting. [s]
    frame_rate : mean rate as the file states it, only for choosing a stride. [1/s]
    codec : short name of the video codec.
    frames : ``frames(least_interval)`` iterates over upright frames in order of time, leaving out
        those that come sooner than `least_interval` seconds after the last one given.
    """

    name: str
    digest: str
    width_px: int
    height_px: int
    duration: float
    frame_rate: float
    codec: str
    frames: Callable[[float], Iterator[Frame]]


class Severity(StrEnum):
    """What a quality issue does to the measurement."""

    REFUSED = "refused"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something about a film that limits what can be measured, with the remedy.

    Attributes
    ----------
    id : stable word for programs, for example ``feet_out_of_frame``.
    severity : whether it stops, limits or only colours the measurement.
    because : what was seen, with the number.
    remedy : how to film it better.
    """

    id: str
    severity: Severity
    because: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """How the film was taken, as estimated from the film itself.

    Attributes
    ----------
    view : where the camera stood.
    azimuth : direction of the camera seen from the person: 0 in front, positive on the person's left. [rad]
    azimuth_sd : one standard deviation of it. [rad]
    pitch : how far the camera looked up; negative looks down. [rad]
    pitch_sd : one standard deviation of it. [rad]
    camera_height : above the floor. [m]
    camera_distance : from the person, along the floor. [m]
    residual : root mean square distance between drawn and seen landmarks, share of body height. [unitless]
    issues : what limits the measurement.
    """

    view: View
    azimuth: float = float("nan")
    azimuth_sd: float = float("nan")
    pitch: float = float("nan")
    pitch_sd: float = float("nan")
    camera_height: float = float("nan")
    camera_distance: float = float("nan")
    residual: float = float("nan")
    issues: tuple[Issue, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether an issue stops the measurement."""
        return any(issue.severity is Severity.REFUSED for issue in self.issues)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pose:
    """Where the joints of one person were.

    Attributes
    ----------
    time : (n,)
        Time stamps of the measured frames, as the film gives them. [s]
    joints : (n, side, joint, xyz)
        Joint centres in the lab frame; NaN where not measured. [m]
    joints_sd : (n, side, joint, xyz)
        One standard deviation of each coordinate. [m]
    draws : (k, n, side, joint, xyz)
        Equally likely versions of the same movement, drawn from the measurement's error, each smooth in
        time and true to constant limb lengths. The error of anything computed from joints is the spread
        of the same thing computed from the draws. [m]
    """

    time: Array
    joints: Array
    joints_sd: Array
    draws: Array

    def __post_init__(self) -> None:
        n = len(self.time)
        _freeze(self, "time", (n,))
        _freeze(self, "joints", (n, len(Side), len(Joint), 3))
        _freeze(self, "joints_sd", (n, len(Side), len(Joint), 3))
        _freeze(self, "draws", (None, n, len(Side), len(Joint), 3))

    @classmethod
    def empty(cls, time: Array) -> "Pose":
        """Nothing measured at any of the given times."""
        nothing = np.full((len(time), len(Side), len(Joint), 3), np.nan)
        return cls(time=time, joints=nothing, joints_sd=nothing, draws=np.stack([nothing, nothing]))

    def where(self, frames: Mask) -> "Pose":
        """The same pose, NaN outside of the given frames."""
        keep = frames[:, None, None, None]
        return Pose(
            time=self.time,
            joints=np.where(keep, self.joints, np.nan),
            joints_sd=np.where(keep, self.joints_sd, np.nan),
            draws=np.where(keep, self.draws, np.nan),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """One film measured: how it was taken and where the joints were.

    Attributes
    ----------
    name : file name of the film.
    digest : SHA-256 of the film.
    condition : what was changed, ``baseline`` where nothing was.
    burden : what the person carried.
    capture : how the film was taken.
    pose : None where the film was refused.
    provenance : estimator, weight hashes and settings, for rerunning.
    """

    name: str
    digest: str
    condition: str
    burden: Burden
    capture: Capture
    pose: Pose | None
    provenance: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A person and what was filmed of them: all that `understand` needs."""

    person: Person
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segments:
    """Masses and centres of mass of the body's segments, for both sides alike.

    Attributes
    ----------
    mass : total body mass. [kg]
    thigh, shank, foot : mass of one segment. [kg]
    upper : mass of head, arms and trunk together. [kg]
    thigh_centre, shank_centre : share of the way from the proximal to the distal joint centre. [unitless]
    foot_centre : share of the way from heel to toe. [unitless]
    upper_centre : share of the way from mid-hip to mid-shoulder. [unitless]
    """

    mass: float
    thigh: float
    shank: float
    foot: float
    upper: float
    thigh_centre: float
    shank_centre: float
    foot_centre: float
    upper_centre: float


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
        _freeze(self, "time", (n,))
        for name in ("leg", "leg_sd"):
            _freeze(self, name, (n, len(Side), len(LegMeasure)))
        for name in ("body", "body_sd"):
            _freeze(self, name, (n, len(BodyMeasure)))
        _freeze(self, "leg_draws", (None, n, len(Side), len(LegMeasure)))
        _freeze(self, "body_draws", (None, n, len(BodyMeasure)))
        _freeze(self, "outline", (n, len(Outline)))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A measured number.

    Attributes
    ----------
    measure : id, for example ``knee_flexion``.
    side : None for what exists once.
    at : when it was taken: ``bottom``, ``peak``, ``start``, ``range``.
    value, sd : in SI. [rad, m, 1]
    """

    measure: str
    side: Side | None
    at: str
    value: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loads:
    """What the joints carried, without force plates.

    Attributes
    ----------
    time : (n,)
        As in the motion. [s]
    leg, leg_sd : (n, side, joint load)
        Net moments [N·m], forces [N] and stress [Pa] of each leg; NaN where not measured.
    lumbar, lumbar_sd : (n,)
        Extensor moment at the lumbosacral joint. [N·m]
    assumptions : in plain words, for the report.
    """

    time: Array
    leg: Array
    leg_sd: Array
    lumbar: Array
    lumbar_sd: Array
    assumptions: tuple[str, ...]

    def __post_init__(self) -> None:
        n = len(self.time)
        _freeze(self, "time", (n,))
        for name in ("leg", "leg_sd"):
            _freeze(self, name, (n, len(Side), len(JointLoad)))
        for name in ("lumbar", "lumbar_sd"):
            _freeze(self, name, (n,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
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
    source, checked, grade : where it comes from, how sure that is, how good the evidence is.
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
    source: str
    checked: str
    grade: str


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
class Analysis:
    """What the case means."""

    case: Case
    studies: tuple[Study, ...]

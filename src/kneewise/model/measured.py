"""The nouns of measuring: Person, Recording, Pose, Placement, GroundForces, Trial."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..conventions import ArmJoint, Bar, Joint, Sex, Side, View
from .arrays import Array, Mask, freeze

_CORRECT = "if that is not so, correct the file where it was made, and give it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who was filmed.

    Attributes
    ----------
    height : stature without shoes. [m]
    height_sd : how sure that is; 0.01 where given, about 0.10 where assumed. [m]
    mass : body mass, None where unknown: then loads are those of each kilogram. [kg]
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
    frames : ``frames(least_interval)`` iterates over upright frames in order of time, leaving out
        those that come sooner than `least_interval` seconds after the last one given.
    """

    name: str
    digest: str
    width_px: int
    height_px: int
    duration: float
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Noted:
    """Something read from a file, with what is said about it.

    Attributes
    ----------
    issues : what was repaired or is missing.
    """

    issues: tuple[Issue, ...] = ()

    def noting(self, id: str, because: str, remedy: str = _CORRECT) -> Self:
        """The same with a note; a repair that changes nothing for a reader who gave a sound file."""
        return self._with(Issue(id=id, severity=Severity.NOTE, because=because, remedy=remedy))

    def warning(self, id: str, because: str, remedy: str = _CORRECT) -> Self:
        """The same with a warning; something that limits what is measured."""
        return self._with(Issue(id=id, severity=Severity.WARNING, because=because, remedy=remedy))

    def _with(self, issue: Issue) -> Self:
        return replace(self, issues=(*self.issues, issue))


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
    arms : (n, side, arm joint, xyz)
        Elbows and wrists in the lab frame, NaN where not seen; None where nobody looked. [m]
    arms_sd : (n, side, arm joint)
        One standard deviation of each coordinate of them. [m]
    """

    time: Array
    joints: Array
    joints_sd: Array
    draws: Array
    arms: Array | None = None
    arms_sd: Array | None = None

    def __post_init__(self) -> None:
        n = len(self.time)
        freeze(self, "time", (n,))
        freeze(self, "joints", (n, len(Side), len(Joint), 3))
        freeze(self, "joints_sd", (n, len(Side), len(Joint), 3))
        freeze(self, "draws", (None, n, len(Side), len(Joint), 3))
        if self.arms is not None:
            freeze(self, "arms", (n, len(Side), len(ArmJoint), 3))
            freeze(self, "arms_sd", (n, len(Side), len(ArmJoint)))

    @classmethod
    def empty(cls, time: Array) -> "Pose":
        """Nothing measured at any of the given times."""
        return cls.exact(time, np.full((len(time), len(Side), len(Joint), 3), np.nan))

    @classmethod
    def exact(cls, time: Array, joints: Array) -> "Pose":
        """Joints that are known without error."""
        return cls(
            time=time, joints=joints, joints_sd=np.zeros_like(joints), draws=np.stack([joints, joints])
        )

    def where(self, frames: Mask) -> "Pose":
        """The same pose, NaN outside of the given frames."""
        keep = frames[:, None, None, None]
        return Pose(
            time=self.time,
            joints=np.where(keep, self.joints, np.nan),
            joints_sd=np.where(keep, self.joints_sd, np.nan),
            draws=np.where(keep, self.draws, np.nan),
            arms=None if self.arms is None else np.where(keep, self.arms, np.nan),
            arms_sd=None if self.arms_sd is None else np.where(keep[..., 0], self.arms_sd, np.nan),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placement:
    """How axes and clock of a file of markers became those of the pose, for what was recorded beside them.

    Attributes
    ----------
    turn : (xyz, xyz)
        Brings directions from the file's axes into the lab frame. [unitless]
    origin : (xyz)
        Where the origin of the lab frame lies in the file's axes. [m]
    begin : the file's time at which that of the pose is 0; NaN where the file has no clock. [s]
    """

    turn: Array = field(default_factory=lambda: np.eye(3))
    origin: Array = field(default_factory=lambda: np.zeros(3))
    begin: float = 0.0

    def __post_init__(self) -> None:
        freeze(self, "turn", (3, 3))
        freeze(self, "origin", (3,))

    def turned(self, turn: Array) -> "Placement":
        """The same, with the lab frame turned once more about its origin."""
        return replace(self, turn=turn @ self.turn)

    def moved(self, origin: Array) -> "Placement":
        """The same, with the lab's origin at a point of the lab frame so far."""
        return replace(self, origin=self.origin + self.turn.T @ origin)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroundForces:
    """What force plates measured under each foot, in the lab frame and at the times of the pose.

    Attributes
    ----------
    time : (n,)
        As in the pose. [s]
    force : (n, side, xyz)
        Of the floor on the foot; NaN where not recorded. [N]
    pressure : (n, side, xyz)
        Centre of pressure; NaN where the foot is hardly pressed. [m]
    free_moment : (n, side)
        About the vertical through the centre of pressure, of the floor on the foot; 0 where the foot is
        hardly pressed. [N·m]
    total : (n, xyz)
        Of all plates together, also of one under a seat or under both feet; None where nobody kept it. [N]
    issues : what was repaired or guessed, to be said.
    """

    time: Array
    force: Array
    pressure: Array
    free_moment: Array
    total: Array | None = None
    issues: tuple[Issue, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.time)
        freeze(self, "time", (n,))
        freeze(self, "force", (n, len(Side), 3))
        freeze(self, "pressure", (n, len(Side), 3))
        freeze(self, "free_moment", (n, len(Side)))
        if self.total is not None:
            freeze(self, "total", (n, 3))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readings:
    """What the network read of one person, as if the camera had stood still; kept to fuse takes.

    Attributes
    ----------
    time : (n,) time stamps. [s]
    points : (n, landmark, 2) right and down of the picture's centre, in shares of its long side; NaN where
        nobody was found. [unitless]
    world : (n, landmark, 3) the network's guess in space: right, down, away from the camera. [m]
    visibility : (n, landmark) how sure the network is that it is seen, 0 to 1.
    shape : width and height of the picture, in shares of its long side.
    networks : which networks read it, where their error has been learned.
    """

    time: Array
    points: Array
    world: Array
    visibility: Array
    shape: tuple[float, float]
    networks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n, count = np.shape(self.visibility)
        freeze(self, "time", (n,))
        freeze(self, "points", (n, count, 2))
        freeze(self, "world", (n, count, 3))
        freeze(self, "visibility", (n, count))


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
    readings : what the pose rests on, for fusing takes; None where there are none.
    forces : what plates measured under the feet; None without plates.
    """

    name: str
    digest: str
    condition: str
    burden: Burden
    capture: Capture
    pose: Pose | None
    provenance: dict[str, str] = field(default_factory=dict)
    readings: Readings | None = None
    forces: GroundForces | None = None


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

"""The nouns of this room: a file of markers as it was read, and what is said about it."""

from dataclasses import dataclass, field, replace

import numpy as np

from ..model import Array, Issue, Mask, Placement, Severity

_REMEDY = "if that is not so, correct the file where it was made, and give it again"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarkerTrack:
    """Markers through time.

    Attributes
    ----------
    name, digest : of the file; SHA-256, hexadecimal.
    time : (n,) [s]
    names : of the markers, as the file has them.
    points : (n, marker, xyz); NaN where a marker was not seen. In the file's own axes and unit until
        `tidy` has brought them into the lab frame. [m]
    unit : what the file says it is in; empty where it says nothing.
    rate : frames in a second as the file states it; NaN where it does not. [1/s]
    placement : what was done to the file's axes and clock on the way.
    issues : what was repaired or is missing.
    """

    name: str
    digest: str
    time: Array
    names: tuple[str, ...]
    points: Array
    unit: str = ""
    rate: float = float("nan")
    placement: Placement = field(default_factory=Placement)
    issues: tuple[Issue, ...] = ()

    @property
    def seen(self) -> Mask:
        """(n, marker) where there is a point."""
        return np.asarray(np.isfinite(self.points).all(axis=-1))

    def turned(self, turn: Array) -> "MarkerTrack":
        """The same in axes that a rotation brings the present ones into."""
        return replace(self, points=self.points @ turn.T, placement=self.placement.turned(turn))

    def moved(self, origin: Array) -> "MarkerTrack":
        """The same with another origin. [m]"""
        return replace(self, points=self.points - origin, placement=self.placement.moved(origin))

    def timed(self, time: Array, begin: float) -> "MarkerTrack":
        """The same with another time, whose 0 is at `begin` of the file's. [s]"""
        return replace(self, time=time, placement=replace(self.placement, begin=begin))

    def noting(self, id: str, because: str, remedy: str = _REMEDY) -> "MarkerTrack":
        """The same with a note; a repair that changes nothing for a reader who gave a sound file."""
        return self._with(Issue(id=id, severity=Severity.NOTE, because=because, remedy=remedy))

    def warning(self, id: str, because: str, remedy: str = _REMEDY) -> "MarkerTrack":
        """The same with a warning; something that limits what is measured."""
        return self._with(Issue(id=id, severity=Severity.WARNING, because=because, remedy=remedy))

    def _with(self, issue: Issue) -> "MarkerTrack":
        return replace(self, issues=(*self.issues, issue))

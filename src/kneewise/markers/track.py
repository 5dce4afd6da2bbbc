"""The nouns of this room: files of markers and of angles as they were read, and what is said about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ..model import Array, Mask, Noted, Placement


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarkerTrack(Noted):
    """Markers through time.

    Attributes
    ----------
    name, digest : of the file; SHA-256, hexadecimal.
    time : (n,) [s]
    names : of the markers, as the file has them.
    points : (n, marker, xyz); NaN where a marker was not seen. In the file's own axes and unit until
        `tidying` has brought them into the lab frame. [m]
    unit : what the file says it is in; empty where it says nothing.
    rate : frames in a second as the file states it; NaN where it does not. [1/s]
    placement : what was done to the file's axes and clock on the way.
    """

    name: str
    digest: str
    time: Array
    names: tuple[str, ...]
    points: Array
    unit: str = ""
    rate: float = float("nan")
    placement: Placement = field(default_factory=Placement)

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AngleTrack:
    """Joint angles through time.

    Attributes
    ----------
    track : name, time and notes of the file; it has no markers.
    legs : name → (n, side); NaN in long gaps. [rad]
    whole : name → (n,) of pelvis and trunk; empty where the file has none. [rad]
    """

    track: MarkerTrack
    legs: dict[str, Array]
    whole: dict[str, Array]

    @property
    def columns(self) -> dict[str, Array]:
        """Name → (n, side) or (n,) of legs and whole body. [rad]"""
        return {**self.legs, **self.whole}

    @property
    def incomplete(self) -> Mask:
        """(n,) frames in which some angle is missing."""
        gaps = [np.isnan(values).reshape(len(values), -1).any(1) for values in self.columns.values()]
        return np.asarray(np.any(gaps, axis=0))

    def having(self, columns: Mapping[str, Array]) -> "AngleTrack":
        """The same with other columns, those that are not given left out."""
        return replace(
            self,
            legs={name: columns[name] for name in self.legs if name in columns},
            whole={name: columns[name] for name in self.whole if name in columns},
        )

    def noting(self, id: str, because: str) -> "AngleTrack":
        """The same with a note about the file; see `Noted`."""
        return replace(self, track=self.track.noting(id, because))

    def warning(self, id: str, because: str, remedy: str) -> "AngleTrack":
        """The same with a warning about the file; see `Noted`."""
        return replace(self, track=self.track.warning(id, because, remedy))

"""An estimator that says what it was told: for tests, ours and other people's."""

from dataclasses import dataclass, field

import numpy as np

from ..model import Array
from .landmarks import BODY_LANDMARKS, Image, Landmarks, Region, Sighting


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FixedEstimator:
    """Gives the landmarks it was made with, picture by picture, and needs no network.

    Attributes
    ----------
    points_px : (n, 33, 2) landmarks of each picture that is read. [px]
    world : (n, 33, 3) the same in space: right, down, away, from mid-hip. [m]
    visibility : (n, 33)
    people : what the detector finds in every picture; the person of `points_px` alone where None.
    """

    points_px: Array
    world: Array
    visibility: Array
    people: tuple[Sighting, ...] | None = None
    name: str = "fixed"
    networks: tuple[str, ...] = ()
    provenance: dict[str, str] = field(default_factory=lambda: {"estimator": "fixed"})

    def find_people(self, _image: Image) -> tuple[Sighting, ...]:
        """The people given, whatever the picture shows."""
        if self.people is not None:
            return self.people
        middle = self.points_px[len(self.points_px) // 2]
        region = self._region(middle)
        return (Sighting(region=region, hips_px=region.centre_px, score=1.0),)

    def read_landmarks(self, _image: Image, _region: Region, turn: int) -> Landmarks:
        """The landmarks of picture number `turn`."""
        row = min(turn, len(self.points_px) - 1)
        return Landmarks(
            points_px=self.points_px[row],
            world=self.world[row],
            visibility=self.visibility[row],
            score=1.0,
            region=self._region(self.points_px[row]),
        )

    def read_silhouette(self, _image: Image, _region: Region) -> None:
        """Nothing: silhouettes are not among what it was told."""

    @staticmethod
    def _region(points: Array) -> Region:
        body = points[BODY_LANDMARKS]
        hips = body[:, 1].mean(0)
        return Region(centre_px=hips, size_px=float(1.25 * np.ptp(points[:, 1]) * 1.2), angle=0.0)

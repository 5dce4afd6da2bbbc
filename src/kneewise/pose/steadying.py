"""Frames → how the camera moved, so that a hand-held film can be measured as if it had stood still.

Corners of the background (outside of the people) are followed from a key frame to each frame; a turn, scale
and shift that most of them agree on is the camera's. A film whose camera stood still is left as it is.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np

from ..model import Array
from .landmarks import Image, Region

_WIDTH = 320
_CORNERS = 150
_LEAST_CORNERS = 15
_LEAST_SHARE = 0.6
_CUT = 35.0
"""Mean change of grey from one frame to the next that only another take makes, 0 to 255."""
_STILL = 0.004
"""A camera whose picture moves less than this share of its long side stands still."""


@dataclass(slots=True)
class Steadier:
    """Follows the background through a film.

    Attributes
    ----------
    maps : for each frame the (2, 3) map from its pixels to those of the first frame; NaN where it was lost.
    cuts : how often the film jumps to another take.
    """

    maps: list[Array] = field(default_factory=list)
    cuts: int = 0
    _key: Image | None = None
    _before: Image | None = None
    _corners: Array | None = None
    _key_map: Array = field(default_factory=lambda: np.eye(2, 3))

    def look(self, image: Image, people: tuple[Region, ...]) -> None:
        """Take in the next frame, and where people are in it."""
        scale = _WIDTH / max(image.shape[:2])
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        if self._before is not None and float(cv2.absdiff(grey, self._before).mean()) > _CUT:
            self.cuts += 1
        self._before = grey
        if self._key is None:
            self._set_key(grey, people, scale, np.eye(2, 3))
        found = self._from_key(grey)
        if found is None:
            last = self.maps[-1] if self.maps and np.isfinite(self.maps[-1]).all() else self._key_map
            self._set_key(grey, people, scale, _shrunk(last, scale))
            self.maps.append(np.full((2, 3), np.nan))
            return
        whole = _chain(self._key_map, found)
        self.maps.append(_shrunk(whole, 1 / scale))

    def motion(self, width_px: int, height_px: int) -> tuple[Array, float]:
        """Maps of all frames, and how far the picture moved as a share of its long side.

        Returns
        -------
        maps : (n, 2, 3) to the pixels of the first frame; the identity for a camera that stood still.
        reach : 0 for a camera that stood still. [unitless]
        """
        maps = _fill(np.array(self.maps)) if self.maps else np.empty((0, 2, 3))
        corners = np.array([[0, 0], [width_px, 0], [0, height_px], [width_px, height_px]], dtype=float)
        moved = corners @ maps[:, :, :2].transpose(0, 2, 1) + maps[:, None, :, 2] - corners
        reach = np.linalg.norm(moved, axis=-1).max(1) / max(width_px, height_px)
        far = float(np.percentile(reach, 95)) if len(reach) else 0.0
        if far < _STILL:
            return np.repeat(np.eye(2, 3)[None], len(maps), axis=0), 0.0
        return maps, far

    @property
    def lost(self) -> float:
        """Share of the frames in which the background could not be followed."""
        return float(np.isnan(self.maps).any((1, 2)).mean()) if self.maps else 0.0

    def _set_key(self, grey: Image, people: tuple[Region, ...], scale: float, to_first: Array) -> None:
        mask = np.full(grey.shape, 255, dtype=np.uint8)
        for person in people:
            x, y = (person.centre_px * scale).astype(int)
            cv2.circle(mask, (int(x), int(y)), int(0.4 * person.size_px * scale), 0, -1)
        corners = cv2.goodFeaturesToTrack(grey, _CORNERS, 0.02, 6, mask=mask)
        self._key, self._key_map = grey, to_first
        self._corners = None if corners is None else np.asarray(corners)

    def _from_key(self, grey: Image) -> Array | None:
        """Map from this frame to the key frame, in small pixels; None when it cannot be told."""
        if self._key is None or self._corners is None or len(self._corners) < _LEAST_CORNERS:
            return None
        moved, found, _ = cv2.calcOpticalFlowPyrLK(
            self._key, grey, self._corners, np.empty_like(self._corners), winSize=(15, 15), maxLevel=3
        )
        good = found.ravel() == 1
        if good.sum() < max(_LEAST_CORNERS, _LEAST_SHARE * len(good)):
            return None
        matrix, inliers = cv2.estimateAffinePartial2D(
            moved[good], self._corners[good], method=cv2.RANSAC, ransacReprojThreshold=1.0
        )
        if matrix is None or inliers.mean() < _LEAST_SHARE:
            return None
        return np.asarray(matrix, dtype=float)


def apply_maps(maps: Array, points: Array) -> Array:
    """(n, …, 2) points moved by each frame's map."""
    flat = points.reshape(len(points), -1, 2)
    return np.asarray(flat @ maps[:, :, :2].transpose(0, 2, 1) + maps[:, None, :, 2]).reshape(points.shape)


def invert_maps(maps: Array) -> Array:
    """Maps from the pixels of the first frame back to those of each frame."""
    turn = np.linalg.inv(maps[:, :, :2])
    return np.concatenate([turn, -turn @ maps[:, :, 2:]], axis=2)


def _chain(outer: Array, inner: Array) -> Array:
    return np.column_stack([outer[:, :2] @ inner[:, :2], outer[:, :2] @ inner[:, 2] + outer[:, 2]])


def _shrunk(matrix: Array, scale: float) -> Array:
    """The same map for a picture that is `scale` times as large."""
    return np.column_stack([matrix[:, :2], matrix[:, 2] * scale])


def _fill(maps: Array) -> Array:
    """Lost frames take what lies between their neighbours."""
    known = np.isfinite(maps).all((1, 2))
    if not known.any():
        return np.repeat(np.eye(2, 3)[None], len(maps), axis=0)
    flat = maps.reshape(len(maps), 6)
    index = np.arange(len(maps))
    columns = [np.interp(index, index[known], column[known]) for column in flat.T]
    return np.column_stack(columns).reshape(maps.shape)

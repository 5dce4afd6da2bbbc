"""Edges of a sheet of known size in a photo → View: where the phone was above the floor, with its error.

Floor frame: origin in the middle of the sheet, x and y along its sides, z up, metres.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.optimize import least_squares

from ..model import Array

_BEND_SPREAD = 0.012
"""How strongly phones still bend straight lines after their own correction; an estimate. [unitless]"""

_EDGE_SPREAD = 0.5
"""Error of one point of an edge. [px]"""

_TOGETHER = 6.0
"""So many neighbouring points of an edge err together: flatness and light; an estimate."""

_SIZE_SPREAD = 0.0015
"""Error of the size of paper, relative; a third of what ISO 216 allows a sheet of A4, 1.5 mm."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A phone above the floor.

    Attributes
    ----------
    parameters : log of the focal length in pixels, bend of the lens, rotation vector (3), place of the
        floor's origin before the lens (3, of height 1 where the sheet is).
    covariance : (8, 8) of the parameters.
    size_px : width and height of the photo.
    residual : root mean square distance of the edges from where the view puts them. [px]
    """

    parameters: Array
    covariance: Array
    size_px: tuple[int, int]
    residual: float

    @property
    def eye(self) -> Array:
        """Place of the lens in the floor frame, (3,). [m]"""
        return np.asarray(-_rotation(self.parameters).T @ self.parameters[5:8])

    @property
    def tilt(self) -> float:
        """Angle between the line of sight and straight down. [rad]"""
        return float(np.arccos(np.clip(-_rotation(self.parameters)[2, 2], -1, 1)))

    def to_floor(self, pixels: Array) -> Array:
        """Points (…, 2) of the floor that pixels (…, 2) show. [m]"""
        return to_floor(self.parameters, self.size_px, pixels)

    def to_pixels(self, floor: Array) -> Array:
        """Pixels (…, 2) of points of the floor, (…, 2) or (…, 3)."""
        return _to_pixels(self.parameters, self.size_px, floor)

    def draw(self, generator: np.random.Generator, count: int) -> Array:
        """Parameters (draw, 8) as they may be, too, with the sheet as large as it should be."""
        return np.asarray(generator.multivariate_normal(self.parameters, self.covariance, size=count))

    def draw_sizes(self, generator: np.random.Generator, count: int) -> Array:
        """Parameters (draw, 8) as they may be, too, because paper is not cut exactly."""
        drawn = np.repeat(self.parameters[None], count, axis=0)
        drawn[:, 5:8] *= generator.normal(1, _SIZE_SPREAD, size=(count, 1))
        return drawn


def to_floor(parameters: Array, size_px: tuple[int, int], pixels: Array) -> Array:
    """Points (…, 2) of the floor that pixels (…, 2) show, for given parameters of a view. [m]"""
    bent = (pixels - np.array(size_px) / 2) / np.exp(parameters[0])
    flat = bent
    for _ in range(3):
        flat = bent / (1 + parameters[1] * (flat**2).sum(axis=-1, keepdims=True))
    rotation = _rotation(parameters)
    eye = -rotation.T @ parameters[5:8]
    rays = np.concatenate([flat, np.ones((*flat.shape[:-1], 1))], axis=-1) @ rotation
    return np.asarray(eye[:2] - rays[..., :2] * (eye[2] / rays[..., 2:]))


def _to_pixels(parameters: Array, size_px: tuple[int, int], floor: Array) -> Array:
    if floor.shape[-1] == 2:
        floor = np.concatenate([floor, np.zeros((*floor.shape[:-1], 1))], axis=-1)
    seen = floor @ _rotation(parameters).T + parameters[5:8]
    flat = seen[..., :2] / seen[..., 2:]
    bent = flat * (1 + parameters[1] * (flat**2).sum(axis=-1, keepdims=True))
    return np.asarray(bent * np.exp(parameters[0]) + np.array(size_px) / 2)


def _rotation(parameters: Array) -> Array:
    return np.asarray(cv2.Rodrigues(np.ascontiguousarray(parameters[2:5]))[0])


def fit_view(
    corners_px: Array,
    edges_px: list[Array],
    sheet: tuple[float, float],
    size_px: tuple[int, int],
    focal: tuple[float, float],
) -> View:
    """View from which the sheet's edges look as they do.

    Parameters
    ----------
    corners_px
        (4, 2) clockwise in the picture.
    edges_px
        Points (n, 2) on each side, from corner k to corner k + 1; where a side has none, its corners count.
    sheet
        Sizes of the sides from corner 0 to 1, and from 1 to 2. [m]
    size_px
        Width and height of the photo.
    focal
        Focal length and its relative error. [px, unitless]

    Notes
    -----
    Assumes: square pixels, the lens looks at the middle of the photo, so that it was not cropped; the sheet
    is flat.
    Error: covariance of the least squares fit, with neighbouring points of an edge erring together.
    """
    x, y = sheet[0] / 2, sheet[1] / 2
    turn, place = _posture(corners_px, _corners(sheet), size_px, focal[0])
    start = np.concatenate([[np.log(focal[0]), 0.0], turn, place])
    sides = [edge if len(edge) else corners_px[[k, (k + 1) % 4]] for k, edge in enumerate(edges_px)]
    pixels = np.concatenate(sides)
    normals = np.array([[0, 1], [1, 0], [0, -1], [-1, 0]], dtype=float)
    normal = np.repeat(normals, [len(side) for side in sides], axis=0)
    offset = np.repeat([y, x, y, x], [len(side) for side in sides])
    pixel = sheet[0] / np.linalg.norm(corners_px[1] - corners_px[0])
    weight = 1 / (pixel * _EDGE_SPREAD * np.sqrt(_TOGETHER))

    def misses(parameters: Array) -> Array:
        floor = to_floor(parameters, size_px, pixels)
        edge = ((floor * normal).sum(axis=1) - offset) * weight
        prior = [(parameters[0] - np.log(focal[0])) / focal[1], parameters[1] / _BEND_SPREAD]
        return np.concatenate([edge, prior])

    found = least_squares(misses, start, x_scale=np.maximum(np.abs(start), 0.05), max_nfev=60)
    jacobian = np.asarray(found.jac)
    curvature = jacobian.T @ jacobian
    misfit = float(np.sqrt(np.mean(found.fun[:-2] ** 2)))
    covariance = np.linalg.pinv(curvature) * max(1.0, misfit * np.sqrt(_TOGETHER)) ** 2
    return View(
        parameters=found.x,
        covariance=covariance,
        size_px=size_px,
        residual=misfit * _EDGE_SPREAD * np.sqrt(_TOGETHER),
    )


def miss_of_posture(
    corners_px: Array, sheet: tuple[float, float], size_px: tuple[int, int], focal_px: float
) -> float:
    """Distance of four corners from where the best posture of a phone puts them, root mean square. [px]"""
    turn, place = _posture(corners_px, _corners(sheet), size_px, focal_px)
    seen = _to_pixels(np.concatenate([[np.log(focal_px), 0.0], turn, place]), size_px, _corners(sheet))
    return float(np.sqrt(((seen - corners_px) ** 2).sum(axis=1).mean()))


def _corners(sheet: tuple[float, float]) -> Array:
    """Corners of a sheet on the floor, clockwise as a photo shows them, (4, 2). [m]"""
    return np.array(sheet) / 2 * ((-1, 1), (1, 1), (1, -1), (-1, -1))


def _posture(
    corners_px: Array, corners: Array, size_px: tuple[int, int], focal_px: float
) -> tuple[Array, Array]:
    """Rotation vector and place of the floor's origin before the lens."""
    matrix = np.array([[focal_px, 0, size_px[0] / 2], [0, focal_px, size_px[1] / 2], [0, 0, 1]])
    flat = np.column_stack([corners, np.zeros(4)])
    # Of the two postures that look alike, the one from above: z of the floor points at the phone.
    _, turns, places, _ = cv2.solvePnPGeneric(flat, corners_px, matrix, None, flags=cv2.SOLVEPNP_IPPE)
    turn, place = next(
        (
            (turn, place)
            for turn, place in zip(turns, places, strict=True)
            if cv2.Rodrigues(turn)[0][2, 2] < 0
        ),
        (turns[0], places[0]),
    )
    return np.asarray(turn, dtype=float).ravel(), np.asarray(place, dtype=float).ravel()

"""Photo → the corners and edges of the one sheet of paper in it.

A sheet is found as the four-cornered outline of something light, in one piece or in two, where a foot parts
it. Then each edge is measured to parts of a pixel where nothing hides it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, PhotoError
from ..model import Array, Mask
from .camera import View, fit_view, miss_of_posture
from .photo import Photo, look_up

Grey = NDArray[np.float32]


class Paper(StrEnum):
    """What lies on the floor for scale."""

    A4 = "a4"
    LETTER = "letter"


SIZES = {Paper.A4: (0.210, 0.297), Paper.LETTER: (0.2159, 0.2794)}
"""Shorter and longer side: ISO 216 and ANSI/ASME Y14.1. [m]"""

NAMES = {Paper.A4: "sheet of A4", Paper.LETTER: "sheet of Letter"}

_COARSE = 720
"""Longer side of the picture in which a sheet is looked for. [px]"""

_LEVELS = 20
_SUPPORT, _LEAST_SUPPORT = 0.55, 0.12
"""Share of the outline, and of its most hidden side, that must be seen as an edge."""

_SHARES = (0.01, 0.8)
"""Least and most of the picture that a sheet takes."""

_TRIED = 7
"""Most promising outlines on which a view is tried."""

_ROUGH = 0.03
"""Misfit of four corners, as a share of the sheet's size, that makes an outline e times less likely."""

_STRANGE = 4.0
"""Focal lengths so many standard deviations off are those of another outline."""

_STEEPEST = np.deg2rad(48)
"""Phones that lean more see too little of the far edges. [rad]"""

_BLURRED = 0.0016
"""Width of an edge from which on it is no longer known where it is; one sd. [m]"""

_WORST_FIT = 2.5
"""Root mean square of edges about the best view, in a photo of 2000 pixels. [px]"""

_BETTER = 0.5
"""Another kind of sheet that fits so much better is likely the one that lies there."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The sheet in a photo.

    Attributes
    ----------
    paper : which.
    corners_px : (4, 2) clockwise.
    view : of the phone on it; x of the floor runs along the side from corner 0 to 1.
    half : (2,) half of its sizes along x and y. [m]
    blur : width of its edges, one sd; None where a person set the corners. [m]
    """

    paper: Paper
    corners_px: Array
    view: View
    half: Array
    blur: float | None


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    corners: Array
    score: float
    area: float
    light: float = 1.0
    tilt: float = 0.0


def find_sheet(photo: Photo, paper: Paper, corners_px: Array | None = None) -> Sheet:
    """The sheet and the view on it.

    Parameters
    ----------
    photo
        Where it lies.
    paper
        Which sheet it is.
    corners_px
        (4, 2) where a person has set them; else they are looked for.

    Raises
    ------
    InputError
        When there is none, more than one, one that is cut off, blurred or of another kind, or the phone
        leaned too much.
    """
    if corners_px is not None:
        return _sheet_from(photo, paper, _clockwise(corners_px), [np.empty((0, 2))] * 4, None)
    best, others = _look(photo, paper)
    _check_whole(photo, paper, best)
    _check_alone(photo, paper, best, others)
    # A corner behind the shin is only guessed at first: its edges are measured again from where they cross.
    corners = _cross(_measure_edges(photo, best.corners)[0], best.corners)
    edges, blur = _measure_edges(photo, corners)
    corners = _cross(edges, corners)
    _check_inside(photo, paper, corners)
    sheet = _sheet_from(photo, paper, corners, edges, blur)
    _check_sheet(photo, sheet, edges)
    return sheet


def _look(photo: Photo, paper: Paper) -> tuple[_Candidate, list[_Candidate]]:
    scale = min(1.0, _COARSE / max(photo.size_px))
    small = np.asarray(
        cv2.resize(photo.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    light = cv2.GaussianBlur(small, (0, 0), 0.8).min(axis=2).astype(np.float32)
    found = [candidate for layer in _layers(small) for candidate in _candidates(layer, scale, light)]
    # Cuffs and planks make many outlines with strong edges; few of them can be a sheet of this kind.
    weighed = [replace(one, score=one.score * _plausible(one.corners, photo, paper)) for one in found]
    found = _distinct(sorted(weighed, key=lambda one: -one.score))
    likely = [better for one in found[:_TRIED] if (better := _with_view(one, photo, paper)) is not None]
    if not likely:
        raise PhotoError(
            f"No {NAMES[paper]} was found in {photo.name}.",
            remedy="lay it flat on a darker floor, all four corners free and in the picture, without flash.",
        )
    # What looks steeper than a phone is held is most often a part of the sheet.
    likely.sort(key=lambda one: (one.tilt > _STEEPEST, -one.score))
    return likely[0], likely[1:]


def _plausible(corners: Array, photo: Photo, paper: Paper) -> float:
    """How well the best posture of the phone explains four corners, 0 to 1; a rough first look."""
    shorter, longer = SIZES[paper]
    off = min(
        miss_of_posture(corners, sizes, photo.size_px, photo.focal_px * np.exp(step * photo.focal_sd))
        for sizes in ((shorter, longer), (longer, shorter))
        for step in (-1, 0, 1)
    )
    return float(np.exp(-off / np.sqrt(cv2.contourArea(corners.astype(np.float32))) / _ROUGH))


def _distinct(found: list[_Candidate]) -> list[_Candidate]:
    """The best of each few that are about the same, as neighbouring levels give them."""
    kept: list[_Candidate] = []
    for one in found:
        near = 0.02 * np.sqrt(one.area)
        if all(np.abs(one.corners - other.corners).max() > near for other in kept):
            kept.append(one)
    return kept


def _candidates(layer: Grey, scale: float, light: Grey) -> Iterator[_Candidate]:
    edges = np.asarray(cv2.GaussianBlur(layer, (0, 0), 1.0), dtype=np.float32)
    low, high = (float(np.percentile(layer, share)) for share in (3, 99.7))
    for level in np.linspace(low, high, _LEVELS + 2)[1:-1]:
        for hull in _pieces(layer > level):
            for candidate in (_judge(quad, hull, edges, scale) for quad in _quads(hull)):
                if candidate is not None:
                    share = _lightness(light, candidate.corners * scale)
                    yield replace(candidate, score=candidate.score * share**2, light=share)


def _lightness(light: Grey, quad: Array) -> float:
    """How light the sheet is along its edges, of 1."""
    inside = np.concatenate([_sample(light, _beside(quad, k, 6.0)[1]) for k in range(4)])
    return float(np.median(inside)) / 255


def _layers(small: NDArray[np.uint8]) -> Iterator[Grey]:
    """Grey pictures in which the sheet is lighter than what is round it."""
    soft = cv2.GaussianBlur(small, (0, 0), 0.8).astype(np.float32)
    yield soft.min(axis=2)
    yield soft.min(axis=2) * 2 - soft.max(axis=2)


def _pieces(light: Mask) -> Iterator[NDArray[np.int32]]:
    """Points of the hull of each large piece, and of each two of them."""
    mask = cv2.morphologyEx(light.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    least, most = np.array(_SHARES) * mask.size
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    sized = sorted(((cv2.contourArea(c), k) for k, c in enumerate(contours)), reverse=True)
    large = [contours[k] for area, k in sized[:6] if least / 4 < area < most]
    for piece in large:
        if cv2.contourArea(piece) > least:
            yield np.asarray(cv2.convexHull(piece), dtype=np.int32)
    for pair in combinations(large[:4], 2):
        yield np.asarray(cv2.convexHull(np.concatenate(pair)), dtype=np.int32)


def _quads(hull: NDArray[np.int32]) -> Iterator[Array]:
    """Four-cornered outlines round a hull: the smallest, and those of four of its sides.

    Where the shin hides a corner, the hull has a fifth side there, which is none of the sheet's.
    """
    if len(hull) < 4:
        return
    yield cv2.approxPolyN(hull, 4, ensure_convex=True).reshape(-1, 2).astype(float)
    rough = cv2.approxPolyDP(hull, 0.012 * cv2.arcLength(hull, True), True).reshape(-1, 2).astype(float)
    if not 5 <= len(rough) <= 7:
        return
    for chosen in combinations(range(len(rough)), 4):
        lines = [(rough[k], rough[(k + 1) % len(rough)] - rough[k]) for k in chosen]
        quad = [_meet(lines[k - 1], lines[k]) for k in range(4)]
        if all(corner is not None for corner in quad):
            yield np.array(quad)


def _meet(one: tuple[Array, Array], other: tuple[Array, Array]) -> Array | None:
    """Where two lines, each a point and a direction, meet; None where they hardly do."""
    (p, u), (q, v) = one, other
    across = u[0] * v[1] - u[1] * v[0]
    if abs(across) < 0.3 * np.linalg.norm(u) * np.linalg.norm(v):
        return None
    step = ((q - p)[0] * v[1] - (q - p)[1] * v[0]) / across
    return np.asarray(p + step * u)


def _judge(quad: Array, hull: NDArray[np.int32], edges: Grey, scale: float) -> _Candidate | None:
    """The outline as a sheet, where it has edges and little but the hull in it."""
    area = float(cv2.contourArea(quad.astype(np.float32)))
    if len(quad) != 4 or area < 1 or not 0.8 * area < cv2.contourArea(hull) < 1.02 * area:
        return None
    if not cv2.isContourConvex(quad.astype(np.float32)):
        return None
    quad = _clockwise(quad)
    support, contrast = _support(quad, edges)
    if support.min() < _LEAST_SUPPORT or support.mean() < _SUPPORT:
        return None
    score = support.mean() * contrast * area**0.25
    return _Candidate((quad + 0.5) / scale, float(score), area / scale**2)


def _with_view(candidate: _Candidate, photo: Photo, paper: Paper) -> _Candidate | None:
    """The candidate, where a phone can see the sheet so; less likely, the worse its proportions fit."""
    view = _best_view(candidate.corners, [np.empty((0, 2))] * 4, photo, paper)[0]
    off = view.residual / np.sqrt(candidate.area)
    surprise = abs(view.parameters[0] - np.log(photo.focal_px)) / photo.focal_sd
    if off > 0.06 or surprise > _STRANGE or view.tilt > np.deg2rad(60):
        return None
    return replace(
        candidate, score=candidate.score * float(np.exp(-off / 0.02 - surprise / 4)), tilt=view.tilt
    )


def _support(quad: Array, edges: Grey) -> tuple[Array, float]:
    """Share of each side where it is darker outside, (4,), and by how much at the most, compressed."""
    shares, steps = [], []
    for k in range(4):
        _, inside, outside = (_sample(edges, points) for points in _beside(quad, k, 2.5))
        step = inside - outside
        shares.append(np.mean(step > 8 if edges.max() > 120 else step > 3))
        steps.append(np.median(step[step > 0]) if (step > 0).any() else 0.0)
    return np.array(shares), float(np.log1p(np.maximum(np.mean(steps), 0.0)))


def _beside(quad: Array, k: int, gap: float) -> tuple[Array, Array, Array]:
    """Points on a side, and a gap inside and outside of it."""
    a, b = quad[k], quad[(k + 1) % 4]
    along = np.linspace(0.06, 0.94, 60)[:, None]
    on = a + along * (b - a)
    inward = np.array([-(b - a)[1], (b - a)[0]]) / np.linalg.norm(b - a)
    return on, on + gap * inward, on - gap * inward


def _sample(grey: Grey, points: Array) -> Array:
    return look_up(grey, points - 0.5).astype(np.float64)


def _clockwise(corners: Array) -> Array:
    """Corners clockwise as the picture shows them, the one nearest to the top left first."""
    middle = corners.mean(axis=0)
    angle = np.arctan2(*(corners - middle).T[::-1])
    turned = corners[np.argsort(angle)]
    return np.asarray(np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0))


def _best_view(
    corners: Array, edges: list[Array], photo: Photo, paper: Paper
) -> tuple[View, tuple[float, float]]:
    """View and sizes, of both ways in which the sheet may lie."""
    shorter, longer = SIZES[paper]
    views = []
    for sizes in ((shorter, longer), (longer, shorter)):
        view = fit_view(corners, edges, sizes, photo.size_px, (photo.focal_px, photo.focal_sd))
        surprise = (view.parameters[0] - np.log(photo.focal_px)) / photo.focal_sd
        views.append((view.residual + 0.3 * abs(surprise), view, sizes))
    _, view, sizes = min(views, key=lambda one: one[0])
    return view, sizes


def _check_whole(photo: Photo, paper: Paper, best: _Candidate) -> None:
    _check_inside(photo, paper, best.corners)


def _check_inside(photo: Photo, paper: Paper, corners: Array) -> None:
    margin = 0.004 * max(photo.size_px)
    if (corners < margin).any() or (corners > np.array(photo.size_px) - margin).any():
        raise InputError(
            f"The {NAMES[paper]} in {photo.name} is cut off at the edge of the picture.",
            remedy="step back a little, so that all four corners are in the picture.",
        )


def _check_alone(photo: Photo, paper: Paper, best: _Candidate, others: list[_Candidate]) -> None:
    for other in others:
        apart = cv2.intersectConvexConvex(best.corners.astype(np.float32), other.corners.astype(np.float32))[
            0
        ]
        if (
            other.score > 0.12 * best.score
            and 0.45 < other.area / best.area < 2.2
            and other.light > 0.9 * best.light
            and apart < 0.15 * min(best.area, other.area)
        ):
            raise InputError(
                f"There is more than one {NAMES[paper]} in {photo.name}.",
                remedy="leave one in the picture, under the foot.",
            )


def _measure_edges(photo: Photo, corners: Array) -> tuple[list[Array], float]:
    """Points of each edge, (n, 2), and the width of the edges in pixels, one sd."""
    light = cv2.GaussianBlur(photo.pixels, (0, 0), 0.7).min(axis=2).astype(np.float32)
    edges, widths = [], []
    for k in range(4):
        points, width = _measure_edge(light, corners[k], corners[(k + 1) % 4])
        edges.append(points)
        widths += [width] if len(points) else []
    return edges, float(np.median(widths)) if widths else 0.0


def _measure_edge(light: Grey, a: Array, b: Array) -> tuple[Array, float]:
    length = float(np.linalg.norm(b - a))
    reach = max(6.0, 0.04 * length)
    inward = np.array([-(b - a)[1], (b - a)[0]]) / length
    along = np.linspace(0.04, 0.96, int(np.clip(length / 4, 30, 250)))
    across = np.arange(-reach, reach + 0.25, 0.5)
    on = a + along[:, None] * (b - a)
    profiles = _sample(light, on[:, None] + across[:, None] * inward)
    steps = np.gradient(profiles, 0.5, axis=1)
    best = np.argmax(steps, axis=1)
    rows = np.arange(len(best))
    inner = np.clip(best, 1, len(across) - 2)
    left, mid, right = (steps[rows, inner + d] for d in (-1, 0, 1))
    bow = left - 2 * mid + right
    shift = np.where(np.abs(bow) > 1e-6, 0.5 * (left - right) / np.where(bow == 0, 1, bow), 0)
    offset = across[inner] + 0.5 * np.clip(shift, -1, 1)
    height = steps[rows, best]
    strong = height > 0.35 * np.percentile(height, 80)
    straight = strong & _on_a_line(along, offset, strong)
    if straight.sum() < 8:
        return np.empty((0, 2)), 0.0
    return on[straight] + offset[straight, None] * inward, _width(across, steps[straight], offset[straight])


def _on_a_line(along: Array, offset: Array, strong: Mask) -> Mask:
    """Points that lie on the line on which most lie; a lens may bend it a little."""
    places = np.flatnonzero(strong)
    best = np.zeros(len(along), dtype=bool)
    for i, j in combinations(places[:: max(1, len(places) // 25)], 2):
        line = offset[i] + (along - along[i]) * (offset[j] - offset[i]) / (along[j] - along[i])
        close = np.abs(offset - line) < 1.5
        if (close & strong).sum() > (best & strong).sum():
            best = close
    return best


def _width(across: Array, steps: Array, offset: Array) -> float:
    """Spread of the step across the edge, of its middle part, one sd. [px]"""
    centred = np.array(
        [
            np.interp(np.arange(-6, 6.25, 0.5), across - shift, step)
            for step, shift in zip(steps, offset, strict=True)
        ]
    )
    mean = np.clip(np.median(centred, axis=0), 0, None)
    peak, area = float(mean.max()), float(mean.sum() * 0.5)
    return area / peak / np.sqrt(2 * np.pi) if peak > 0 else 6.0


def _cross(edges: list[Array], corners: Array) -> Array:
    """Corners where the edges cross."""
    lines = []
    for k, points in enumerate(edges):
        ends = points if len(points) >= 2 else corners[[k, (k + 1) % 4]]
        middle = ends.mean(axis=0)
        lines.append((middle, np.linalg.svd(ends - middle)[2][0]))
    crossed = []
    for k in range(4):
        (p, u), (q, v) = lines[k - 1], lines[k]
        step = np.linalg.solve(np.column_stack([u, -v]), q - p)[0]
        crossed.append(p + step * u)
    return np.array(crossed)


def _sheet_from(photo: Photo, paper: Paper, corners: Array, edges: list[Array], blur: float | None) -> Sheet:
    view, sizes = _best_view(corners, edges, photo, paper)
    pixel = sizes[0] / np.linalg.norm(corners[1] - corners[0])
    return Sheet(
        paper=paper,
        corners_px=corners,
        view=view,
        half=np.array(sizes) / 2,
        blur=None if blur is None else blur * float(pixel),
    )


def _check_sheet(photo: Photo, sheet: Sheet, edges: list[Array]) -> None:
    where = f"the {NAMES[sheet.paper]} in {photo.name}"
    if sheet.blur is not None and sheet.blur > _BLURRED:
        raise InputError(
            f"{photo.name} is blurred: the edges of {where} are smeared over {4e3 * sheet.blur:.0f} mm.",
            remedy="hold the phone still, wipe the lens, give it light, and tap on the foot to focus.",
        )
    if sheet.view.tilt > _STEEPEST:
        raise InputError(
            f"The phone looked at {where} from {np.rad2deg(sheet.view.tilt):.0f}° off straight down.",
            remedy="hold it more level above the foot, up to 35° off.",
        )
    worst = _WORST_FIT * max(1.0, max(photo.size_px) / 2000)
    other = _other_kind(photo, sheet, edges)
    if other is not None:
        raise InputError(
            f"{photo.name} has a sheet as long and wide as a {NAMES[other]}, not a {NAMES[sheet.paper]}.",
            remedy=f"say that it is {NAMES[other]}, or lay a {NAMES[sheet.paper]} on the floor.",
        )
    if sheet.view.residual > worst:
        raise InputError(
            f"The edges of {where} are not straight or not those of a {NAMES[sheet.paper]}.",
            remedy="lay it flat, use an uncut sheet of the kind that you said, and an uncropped photo.",
        )


def _other_kind(photo: Photo, sheet: Sheet, edges: list[Array]) -> Paper | None:
    """The other paper, where the view on it is clearly more likely."""
    other = Paper.LETTER if sheet.paper is Paper.A4 else Paper.A4
    view, _ = _best_view(sheet.corners_px, edges, photo, other)
    ours, theirs = _surprise(sheet.view, photo), _surprise(view, photo)
    return other if ours > 3.0 and theirs < _BETTER * ours else None


def _surprise(view: View, photo: Photo) -> float:
    """How far edges and focal length are off together, in standard deviations."""
    focal = (view.parameters[0] - np.log(photo.focal_px)) / photo.focal_sd
    return float(np.hypot(view.residual / 0.8, focal))

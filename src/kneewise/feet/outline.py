"""Photo and sheet → the outline of what stands or lies on the sheet, as the photo shows it.

The photo is first laid onto the floor at a fixed scale and divided by the colour of the paper under the same
light, so that light and shade are the same everywhere and the paper is white.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import PhotoError
from ..model import Array, Mask
from .photo import Photo, Picture, look_up
from .sheet import Sheet

TEXEL = 0.001
"""Side of one point of the flattened picture. [m]"""

_MARGIN = 0.055
"""So far beyond the sheet a foot may reach. [m]"""

_SHADOW = {"foot": 0.30, "insole": 0.42}
"""Light that at least is left in a shadow, as a share of that on open paper; nobody stands over an insole."""

_LIT = 0.6
"""Light from which on something without colour is open paper, not cloth."""

_CHROMA = 0.10
"""Difference of colour from the paper, in logarithms, from which on something is not paper."""

RIM = 0.002
"""So near to the sheet's edge, white and floor mix. [m]"""

_LEAST = 0.006
"""Smallest piece of sheet that a foot or an insole covers. [m²]"""

_SKIN_RATIOS = (0.05, 1.15)
"""Log of red over green that skin of any tone has on white paper; an estimate."""


_LEAST_SKIN = 0.35
"""Share of what covers the sheet that must be skin; trousers may hang over the rest."""


class Role(StrEnum):
    """What a photo shows on the sheet."""

    FOOT = "foot"
    INSOLE = "insole"


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """The photo laid onto the floor.

    Attributes
    ----------
    colours : (row, column, 3) share of the light of white paper, blue green red.
    valid : where the photo shows the floor.
    corner : floor point of the outer corner of the top left point, x and y. [m]
    """

    colours: NDArray[np.float32]
    valid: Mask
    corner: Array

    def to_floor(self, places: Array) -> Array:
        """Floor points of places (…, 2), column and row; centres of points at whole numbers. [m]"""
        return np.asarray(self.corner + np.array([1, -1]) * (places + 0.5) * TEXEL)

    def to_places(self, floor: Array) -> Array:
        """Columns and rows (…, 2) of floor points."""
        return np.asarray((floor - self.corner) * np.array([1, -1]) / TEXEL - 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """What the photo shows on the sheet, parallax not yet taken out.

    Attributes
    ----------
    line : its outline on the floor, (point, 2). [m]
    flat : the photo laid onto the floor; None where a person drew the outline.
    """

    line: Array
    flat: Flat | None = None

    @classmethod
    def drawn(cls, corners: Array) -> "Traced":
        """What a person drew: a closed line through these points, (corner, 2). [m]"""
        closed = np.vstack([corners, corners[:1]])
        along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
        places = np.arange(0, along[-1], TEXEL)
        return cls(np.column_stack([np.interp(places, along, closed[:, k]) for k in range(2)]))

    def shows_paper(self, floor: Array) -> Mask:
        """Which points (n, 2) of the floor show open paper, and nothing that stands before it."""
        polygon = np.ascontiguousarray(self.line, dtype=np.float32)
        outside = np.array([cv2.pointPolygonTest(polygon, (float(x), float(y)), False) < 0 for x, y in floor])
        if self.flat is None:
            return outside
        logs = np.log(look_up(self.flat.colours, self.flat.to_places(floor)[None])[0])
        shade = logs.mean(axis=1)
        plain = np.linalg.norm(logs - shade[:, None], axis=1) < _CHROMA
        return np.asarray(outside & plain & (shade > np.log(_LIT)))


def find_outline(photo: Photo, sheet: Sheet, role: Role) -> Traced:
    """Outline of what the photo shows on the sheet.

    Raises
    ------
    InputError
        When nothing of that kind lies on the sheet.

    Notes
    -----
    Colours that are not the paper's, and what is darker than a shadow, begin a GrabCut; floor beyond the
    sheet begins as not belonging to it.
    Error: 1 mm of place, from light and shadow at the edge; part of the stated error (`measuring`).
    """
    flat = _flatten(photo, sheet)
    on_sheet = _on_sheet(flat, sheet)
    sure, maybe = _seeds(flat, on_sheet, role)
    if sure.sum() * TEXEL**2 < _LEAST:
        raise _nothing(photo, role)
    mask = _grab(flat, on_sheet, sure, maybe)
    mask = _largest(_without_rim(mask, flat, sheet), sure)
    if mask.sum() * TEXEL**2 < _LEAST:
        raise _nothing(photo, role)
    if role is Role.FOOT:
        _check_skin(photo, flat, mask & on_sheet)
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    line = max(contours, key=cv2.contourArea).reshape(-1, 2).astype(float)
    return Traced(flat.to_floor(snap(flat, sheet, _outward(line))), flat)


def _nothing(photo: Photo, role: Role) -> PhotoError:
    if role is Role.FOOT:
        return PhotoError(
            f"No bare foot was found on the sheet in {photo.name}.",
            remedy="stand on the sheet barefoot, without a sock.",
        )
    return PhotoError(
        f"No insole was found on the sheet in {photo.name}.",
        remedy="lay it flat in the middle of the sheet; a white or light grey one is not told from paper.",
    )


def _flatten(photo: Photo, sheet: Sheet) -> Flat:
    half = sheet.half + _MARGIN
    columns, rows = np.round(2 * half / TEXEL).astype(int)
    corner = np.array([-half[0], half[1]])
    empty = Flat(np.empty((0, 0, 3), np.float32), np.empty((0, 0), bool), corner)
    places = np.stack(np.meshgrid(np.arange(float(columns)), np.arange(float(rows))), axis=-1)
    pixels = sheet.view.to_pixels(empty.to_floor(places))
    # A photo finer than the flat picture is made coarser first: single pixels would be noise.
    coarse = max(1.0, float(np.linalg.norm(pixels[-1, 0] - pixels[0, 0])) / rows)
    soft = cv2.GaussianBlur(photo.pixels, (0, 0), 0.4 * coarse)
    picture = look_up(np.asarray(soft, dtype=np.uint8), pixels - 0.5)
    valid = np.asarray(((pixels > 0) & (pixels < np.array(photo.size_px))).all(axis=-1))
    flat = Flat(picture, valid, corner)
    return Flat(_in_paper_light(flat, sheet), valid, corner)


def _on_sheet(flat: Flat, sheet: Sheet, inset: float = 0.003) -> Mask:
    return np.asarray((_beyond(flat, sheet) < -inset) & flat.valid)


def _beyond(flat: Flat, sheet: Sheet) -> Array:
    """How far each point of the flat picture is outside of the sheet; negative on it. [m]"""
    rows, columns = flat.valid.shape
    places = np.stack(np.meshgrid(np.arange(float(columns)), np.arange(float(rows))), axis=-1)
    return outside(flat.to_floor(places), sheet)


def outside(floor: Array, sheet: Sheet) -> Array:
    """How far points (…, 2) of the floor are outside of the sheet; negative on it. [m]"""
    return np.asarray((np.abs(floor) - sheet.half).max(axis=-1))


def _without_rim(mask: Mask, flat: Flat, sheet: Sheet) -> Mask:
    """The mask without the sheet's own edge, where white and floor mix to something like skin.

    A foot that reaches over the edge is there on both sides of it.
    """
    beyond = _beyond(flat, sheet)
    both = [
        cv2.dilate((mask & side).astype(np.uint8), _disk(1 + round(2 * RIM / TEXEL))) > 0
        for side in (beyond <= -RIM, beyond >= RIM)
    ]
    return np.asarray(mask & ((np.abs(beyond) >= RIM) | (both[0] & both[1])))


def _in_paper_light(flat: Flat, sheet: Sheet) -> NDArray[np.float32]:
    """Colours divided by those of the open paper, which changes slowly across the sheet."""
    logs = np.log(np.maximum(flat.colours, 1.0))
    inside = _on_sheet(flat, sheet, 0.005)
    shade = logs.mean(axis=2)
    chroma = logs - shade[..., None]
    band = inside & ~_on_sheet(flat, sheet, 0.018)
    lightest = band & (logs.min(axis=2) > np.percentile(logs.min(axis=2)[band], 70))
    colour = np.median(chroma[lightest], axis=0)
    paper = inside & (np.linalg.norm(chroma - colour, axis=2) < 0.6 * _CHROMA)
    v, u = ((np.arange(count) - count / 2) * TEXEL / np.abs(sheet.half).max() for count in flat.valid.shape)
    u, v = np.meshgrid(np.clip(u, -1, 1), np.clip(v, -1, 1))  # beyond the sheet the light is that of its edge
    terms = np.stack([np.ones_like(u), u, v, u * v, u * u, v * v], axis=-1)
    light = shade
    for _ in range(5):
        weights, *_ = np.linalg.lstsq(terms[paper][::5], shade[paper][::5], rcond=None)
        light = terms @ weights
        # What is darker lies in the shadow, and is not asked how light it is where there is none.
        lit = paper & (shade > light - 0.06)
        if lit.sum() < 1000:
            break
        paper = lit
    return np.asarray(np.clip(np.exp(logs - light[..., None] - colour), 0.01, 1.6), dtype=np.float32)


def _seeds(flat: Flat, on_sheet: Mask, role: Role) -> tuple[Mask, Mask]:
    """Where something lies for sure, and where it may."""
    logs = np.log(flat.colours)
    shade = logs.mean(axis=2)
    chroma = np.linalg.norm(logs - shade[..., None], axis=2)
    dark = shade < np.log(_SHADOW[role])
    other = (chroma > _CHROMA * 1.6) | dark
    if role is Role.FOOT:
        other &= (logs[..., 2] - logs[..., 1] > _SKIN_RATIOS[0]) & (logs[..., 2] > logs[..., 0])
    sure = cv2.morphologyEx((other & on_sheet).astype(np.uint8), cv2.MORPH_OPEN, _disk(4)) > 0
    maybe = ((chroma > _CHROMA) | dark) & on_sheet
    return sure, maybe


def _grab(flat: Flat, on_sheet: Mask, sure: Mask, maybe: Mask) -> Mask:
    labels: Picture = np.full(flat.valid.shape, cv2.GC_PR_BGD, dtype=np.uint8)
    near = cv2.dilate(sure.astype(np.uint8), _disk(30)) > 0
    labels[~near | ~flat.valid] = cv2.GC_BGD
    labels[maybe & near] = cv2.GC_PR_FGD
    labels[cv2.erode(sure.astype(np.uint8), _disk(3)) > 0] = cv2.GC_FGD
    logs = np.log(flat.colours)
    shade = logs.mean(axis=2, keepdims=True)
    # A shadow changes the light and not the colour: colour counts three times as much.
    features = np.clip(150 + 60 * (shade + 3 * (logs - shade)), 0, 255).astype(np.uint8)
    paper = on_sheet & (np.abs(logs).max(axis=2) < 0.12)
    labels[paper & (labels != cv2.GC_FGD)] = cv2.GC_BGD
    models = [np.zeros((1, 65)), np.zeros((1, 65))]
    cv2.setRNGSeed(0)
    cv2.grabCut(features, labels, (0, 0, 1, 1), models[0], models[1], 4, cv2.GC_INIT_WITH_MASK)
    return np.asarray((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))


def _largest(mask: Mask, sure: Mask) -> Mask:
    """The piece that holds most of what is sure, without threads and holes."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _disk(2))
    count, pieces = cv2.connectedComponents(opened)
    if count < 2:
        return np.zeros_like(mask)
    held = np.bincount(pieces[sure], minlength=count)
    held[0] = 0
    piece = (pieces == int(np.argmax(held))).astype(np.uint8)
    outer, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(np.zeros_like(piece), outer, -1, 1, cv2.FILLED) > 0)


def _disk(radius: int) -> Picture:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)).astype(np.uint8)


def _check_skin(photo: Photo, flat: Flat, inside: Mask) -> None:
    """Complain about a sock: beside white paper, skin of every tone is redder than green, than blue."""
    logs = np.log(flat.colours[cv2.erode(inside.astype(np.uint8), _disk(4)) > 0])
    red = logs[:, 2] - logs[:, 1]
    blue = logs[:, 1] - logs[:, 0]
    skin = (red > _SKIN_RATIOS[0]) & (red < _SKIN_RATIOS[1]) & (blue > -0.05)
    if len(skin) == 0 or skin.mean() < _LEAST_SKIN:
        raise _nothing(photo, Role.FOOT)


def _outward(line: Array) -> Array:
    """The outline through the centres of the outermost points, moved out by half of a point, smoothed."""
    count = len(line)
    padded = np.concatenate([line[-6:], line, line[:6]])
    kernel = np.exp(-0.5 * (np.arange(-6, 7) / 2.0) ** 2)
    kernel /= kernel.sum()
    smooth = np.column_stack([np.convolve(padded[:, k], kernel, mode="valid") for k in range(2)])
    return np.asarray(smooth[:count] + 0.5 * normals_of(smooth[:count]))


def normals_of(line: Array) -> Array:
    """Outward unit normals (point, 2) of a closed line, whichever way round it goes."""
    along = np.roll(line, -2, axis=0) - np.roll(line, 2, axis=0)
    normal = np.column_stack([along[:, 1], -along[:, 0]])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    following = np.roll(line, -1, axis=0)
    area = 0.5 * float((line[:, 0] * following[:, 1] - following[:, 0] * line[:, 1]).sum())
    return np.asarray(normal * np.sign(area))


def snap(flat: Flat, sheet: Sheet, line: Array) -> Array:
    """The line moved along its normals, 3 mm at the most, to where the colour changes most.

    Parameters
    ----------
    flat
        The photo laid onto the floor.
    sheet
        Whose own edge, the sharpest there is, does not count: on the sheet, what counts is the change to the
        white of the paper, which lies between foot and floor however narrow it is.
    line
        Closed line near the outline, (point, 2), column and row.
    """
    normal = normals_of(line)
    # In logarithms a blurred edge would lie on its dark side: by half a millimetre at a black insole.
    shade = flat.colours.mean(axis=2, keepdims=True)
    feature = (shade + 3 * (flat.colours - shade)).astype(np.float32)
    across = np.arange(-7, 7.25, 0.25)
    profile = look_up(feature, line[:, None] + across[:, None] * normal[:, None])
    on_sheet = outside(flat.to_floor(line), sheet)[:, None] < 0
    beyond = np.where(on_sheet, 1.0, profile[:, -8:].mean(axis=1))
    contrast = beyond - profile[:, :8].mean(axis=1)
    size = np.maximum(np.linalg.norm(contrast, axis=1, keepdims=True), 1e-6)
    along = (profile * (contrast / size)[:, None]).sum(axis=2)
    steps = np.gradient(along, 0.25, axis=1)
    allowed = np.abs(across) <= 3.0
    places = line[:, None] + across[allowed][:, None] * normal[:, None]
    weight = np.clip(steps[:, allowed], 0, None) ** 2
    out = outside(flat.to_floor(places), sheet)
    weight *= np.where(on_sheet, out < -0.5 * TEXEL, np.abs(out) > RIM)
    shift = (weight * across[allowed]).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    shift[size[:, 0] < 0.1] = 0
    kernel = np.ones(7) / 7
    shift = np.convolve(np.concatenate([shift[-3:], shift, shift[:3]]), kernel, mode="valid")
    return np.asarray(line + shift[:, None] * normal)

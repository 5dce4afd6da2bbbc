"""Procedural pictures for floors, walls and things; each is (size, size, 3) uint8."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Colour = tuple[float, float, float]
SIZE = 1024
SMALL = 256


def noise(
    shape: tuple[int, int], cells: int, rng: np.random.Generator, octaves: int = 4
) -> NDArray[np.float32]:
    """Smooth noise from 0 to 1 with `cells` bumps across and `octaves` finer layers."""
    rows, columns = shape
    out = np.zeros(shape, np.float32)
    for octave in range(octaves):
        down = min(max(2, cells * 2**octave), max(shape))
        grid = rng.random((down, max(2, int(down * columns / rows)))).astype(np.float32)
        out += 0.5**octave * cv2.resize(grid, (columns, rows), interpolation=cv2.INTER_CUBIC)
    return np.asarray((out - out.min()) / (np.ptp(out) + 1e-9), np.float32)


def _pixels(values: NDArray[np.floating]) -> Image:
    return np.asarray(np.clip(values, 0, 1) * 255, np.uint8)


def flat(colour: Colour) -> Image:
    """One colour."""
    return np.tile(_pixels(np.array(colour)), (4, 4, 1))


def wood(rng: np.random.Generator, base: Colour, size: int = SIZE, planks: int = 8) -> Image:
    """Boards of varying tone."""
    out = np.zeros((size, size, 3), np.float32)
    width = size // planks
    for plank in range(planks):
        left, top = plank * width, -int(rng.integers(0, size // 3))
        while top < size:
            length = int(rng.integers(size // 3, size // 2))
            colour = np.array(base) * (0.8 + 0.4 * rng.random())
            grain = cv2.resize(noise((max(8, size // 14), width), 4, rng, 3), (width, length))
            tone = 0.82 + 0.28 * grain + 0.12 * noise((length, width), 3, rng, 2)
            start, end = max(0, top), min(size, top + length)
            out[start:end, left : left + width] = (colour * tone[..., None])[start - top : end - top]
            out[max(end - 2, 0) : end, left : left + width] *= 0.6
            top += length
        out[:, left : left + 2] *= 0.6
    return _pixels(out)


def rubber(rng: np.random.Generator) -> Image:
    """Dark speckled gym floor."""
    out = np.array([0.10, 0.10, 0.11]) * (0.85 + 0.3 * noise((SIZE, SIZE), 30, rng)[..., None])
    out = np.ascontiguousarray(out, np.float32)
    for speck in ((0.25, 0.3, 0.4), (0.4, 0.4, 0.4)):
        for x, y in rng.integers(0, SIZE, (SIZE * SIZE // 900, 2)):
            cv2.circle(out, (int(x), int(y)), int(rng.integers(1, 3)), speck, -1)
    out[:3] *= 0.5
    out[:, :3] *= 0.5
    return _pixels(out)


def plaster(rng: np.random.Generator, base: Colour, amplitude: float = 0.06) -> Image:
    """Painted wall or bare concrete."""
    return _pixels(
        np.array(base) * (1 - amplitude + 2 * amplitude * noise((SIZE, SIZE), 5, rng, 6)[..., None])
    )


def brick(
    rng: np.random.Generator, base: Colour = (0.45, 0.22, 0.16), rows: int = 16, columns: int = 8
) -> Image:
    """Brick wall."""
    out = 0.62 * (0.85 + 0.3 * noise((SIZE, SIZE), 60, rng)[..., None]) * np.ones(3, np.float32)
    height, width = SIZE // rows, SIZE // columns
    for row in range(rows):
        for column in range(-1, columns + 1):
            left = column * width + (row % 2) * width // 2
            colour = np.array(base) * (0.7 + 0.6 * rng.random())
            start, end = max(left + 3, 0), min(left + width - 3, SIZE)
            if end > start:
                tone = 0.85 + 0.3 * rng.random((height - 6, 1, 1))
                out[row * height + 3 : (row + 1) * height - 3, start:end] = colour * tone
    return _pixels(out * (0.85 + 0.3 * noise((SIZE, SIZE), 90, rng)[..., None]))


def carpet(rng: np.random.Generator, base: Colour) -> Image:
    """Woven cloth."""
    tone = 0.75 + 0.35 * noise((SIZE, SIZE), 200, rng, 2) + 0.15 * noise((SIZE, SIZE), 5, rng)
    return _pixels(np.array(base) * tone[..., None])


def grass(rng: np.random.Generator) -> Image:
    """Lawn."""
    fine, coarse = noise((SIZE, SIZE), 200, rng, 3), noise((SIZE, SIZE), 6, rng)
    return _pixels(np.stack([0.26 + 0.26 * fine + 0.12 * coarse, 0.34 + 0.26 * fine, 0.18 + 0.14 * fine], -1))


def foliage(rng: np.random.Generator) -> Image:
    """Hedge."""
    fine, coarse = noise((SIZE, SIZE), 110, rng, 4), noise((SIZE, SIZE), 6, rng, 3)
    density = np.clip(0.7 * fine + 0.5 * coarse - 0.2, 0, 1)[..., None]
    return _pixels(np.array([0.30, 0.40, 0.22]) * density * 1.5 + np.array([0.08, 0.11, 0.06]))


def poster(rng: np.random.Generator) -> Image:
    """Framed abstract picture."""
    out = np.tile((0.3 + 0.6 * rng.random(3)).astype(np.float32), (SMALL, SMALL, 1))
    for _ in range(8):
        x, y = (int(v) for v in rng.integers(0, SMALL, 2))
        cv2.circle(out, (x, y), int(rng.integers(10, 80)), tuple(float(v) for v in rng.random(3)), -1)
    for edge in (slice(None, 10), slice(-10, None)):
        out[edge] = 0.1
        out[:, edge] = 0.1
    return _pixels(out)


def window(rng: np.random.Generator) -> Image:
    """Window onto sky and green."""
    y = np.linspace(0, 1, SMALL)
    column = np.stack([0.75 + 0.2 * y, 0.85 + 0.12 * y, 0.98 + 0 * y], -1)
    out = np.repeat(column[:, None], SMALL, axis=1)
    horizon = SMALL * 2 // 3
    green = 0.8 + 0.4 * noise((SMALL - horizon, SMALL), 20, rng)
    out[horizon:] = np.array([0.35, 0.5, 0.3]) * green[..., None]
    for edge in (slice(None, 8), slice(-8, None)):
        out[edge] = 0.9
        out[:, edge] = 0.9
    out[:, SMALL // 2 - 5 : SMALL // 2 + 5] = 0.9
    return _pixels(out)

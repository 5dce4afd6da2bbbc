"""What a phone does to the picture: unsteady hand, lens, sensor noise, H.264."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from .mesh import Array

Image = NDArray[np.uint8]
SWAY_HERTZ = (0.17, 0.5, 1.3)
SWAY_ROLL_PER_PIXEL = 0.0007
VIGNETTE = 0.18
BLUR_PIXELS = 0.55
NOISE_BANK = 3


def draw_sway(rng: np.random.Generator, time_s: Array, pixels: float, size: tuple[int, int]) -> Array:
    """Movement of the picture of a hand-held camera.

    Parameters
    ----------
    time_s : (n,)
    pixels : amplitude, 0 for a tripod
    size : width and height, pixels

    Returns
    -------
    (n, 2, 3) affine maps from steady to swaying pixel coordinates
    """
    waves = []
    for amplitude in (pixels, pixels, pixels * SWAY_ROLL_PER_PIXEL):
        parts = [
            amplitude * rng.uniform(0.3, 1) * np.sin(2 * np.pi * f * time_s + rng.uniform(0, 2 * np.pi))
            for f in SWAY_HERTZ
        ]
        waves.append(np.sum(parts, axis=0))
    cosine, sine = np.cos(waves[2]), np.sin(waves[2])
    x, y = size[0] / 2, size[1] / 2
    top = np.stack([cosine, -sine, x - cosine * x + sine * y + waves[0]], axis=-1)
    bottom = np.stack([sine, cosine, y - sine * x - cosine * y + waves[1]], axis=-1)
    return np.stack([top, bottom], axis=1)


class Sensor:
    """Slight blur, vignette and noise; `noise` is its SD in grey levels at mid tone."""

    def __init__(self, size: tuple[int, int], rng: np.random.Generator, noise: float) -> None:
        width, height = size
        y, x = np.mgrid[0:height, 0:width]
        radius2 = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / ((width / 2) ** 2 + (height / 2) ** 2)
        self.vignette = (1 - VIGNETTE * radius2)[..., None].astype(np.float32)
        self.noise, self.rng = noise, rng
        self.bank = [self._grain(height, width) for _ in range(NOISE_BANK)]

    def _grain(self, height: int, width: int) -> NDArray[np.float32]:
        grey = 0.8 * self.rng.normal(size=(height, width, 1))
        colour = cv2.GaussianBlur(self.rng.normal(size=(height, width, 3)), (0, 0), 0.8)
        return (grey + colour).astype(np.float32)

    def expose(self, picture: Image, sway: Array) -> Image:
        """Move the picture by the affine map `sway` (2, 3), then blur, darken the corners and add grain."""
        height, width = picture.shape[:2]
        if not np.allclose(sway, np.eye(2, 3)):
            moved = cv2.warpAffine(picture, sway, (width, height), borderMode=cv2.BORDER_REFLECT)
            picture = np.asarray(moved, np.uint8)
        seen = cv2.GaussianBlur(picture, (0, 0), BLUR_PIXELS).astype(np.float32) * self.vignette
        grain = self.bank[int(self.rng.integers(NOISE_BANK))]
        shift = (int(self.rng.integers(700)), int(self.rng.integers(700)))
        seen += np.roll(grain, shift, (0, 1)) * self.noise * (0.5 + seen / 255)
        return np.asarray(np.clip(seen, 0, 255), np.uint8)


class VideoWriter:
    """Writes pictures to an H.264 file (yuv420p, BT.709) through ffmpeg; use it in a `with` block."""

    def __init__(self, file: Path, size: tuple[int, int], fps: float, crf: int) -> None:
        source = [
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-s",
            f"{size[0]}x{size[1]}",
            "-r",
            f"{fps:g}",
            "-i",
            "-",
        ]
        colour = ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709"]
        colour += ["-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
        codec = ["-c:v", "libx264", "-preset", "slow", "-crf", str(crf), "-pix_fmt", "yuv420p"]
        command = ["ffmpeg", "-y", "-loglevel", "error", *source, *colour, *codec]
        self.file = file
        self.process = subprocess.Popen(
            [*command, "-movflags", "+faststart", str(file)], stdin=subprocess.PIPE
        )

    def write(self, picture: Image) -> None:
        """Append one picture (height, width, 3) uint8."""
        assert self.process.stdin is not None
        self.process.stdin.write(np.ascontiguousarray(picture).tobytes())

    def __enter__(self) -> VideoWriter:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file; a failing encoder raises."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        if self.process.wait() != 0 and error is None:
            raise RuntimeError(f"ffmpeg could not write {self.file}")

"""Pictures with their times → H.264 in MP4, as every browser plays it."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import cv2
import numpy as np

from .brush import Image, Window

_TICKS = 90_000


class Encoder:
    """H.264 in MP4 that keeps the time stamps it is given."""

    def __init__(
        self,
        target: Path | io.BytesIO,
        window: Window,
        *,
        origin: float,
        most_bits: int | None = None,
        key_every: int | None = None,
    ) -> None:
        """Open the file.

        Parameters
        ----------
        target
            Where it goes.
        window
            Size of the pictures.
        origin
            What is subtracted from every time. [s]
        most_bits
            In a second, at the most; None leaves it to the pictures.
        key_every
            Pictures from one that is whole to the next, and none that leans on a later one: then any picture
            is found quickly, at the price of a larger file. None leaves it to the encoder.
        """
        self.frames = 0
        self._origin = origin
        options = {"movflags": "+faststart"} if isinstance(target, Path) else {}
        where = str(target) if isinstance(target, Path) else target
        self._container = av.open(where, "w", format="mp4", options=options)
        self._stream = self._container.add_stream("libx264", rate=30)
        self._stream.width, self._stream.height = window.width_px, window.height_px
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, _TICKS)
        self._stream.options = {"preset": "superfast", "crf": "24"}
        if most_bits is not None:
            rate = {"maxrate": str(most_bits), "bufsize": str(most_bits)}
            self._stream.options = {"preset": "veryfast", "crf": "25", **rate}
        if key_every is not None:
            # Half the time of superfast for a film that is 40 % larger: somebody waits for the measurement.
            self._stream.options = {"preset": "ultrafast", "crf": "24"}
            self._stream.codec_context.gop_size = key_every
            self._stream.codec_context.max_b_frames = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            if self.frames:
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def add(self, image: Image, time: float) -> None:
        """Append a picture.

        Parameters
        ----------
        image
            In the size of the window.
        time
            As in the film; later than that of the picture before. [s]
        """
        planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
        picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        picture.pts = round((time - self._origin) * _TICKS)
        picture.time_base = Fraction(1, _TICKS)
        self._container.mux(self._stream.encode(picture))
        self.frames += 1

"""Bytes that somebody calls a logo → a small PNG that we made ourselves; the bytes are kept nowhere."""

import cv2
import numpy as np

from ..errors import InputError
from ..feet.photo import size_of

LARGEST_LOGO = 2 << 20
"""[bytes]"""
_MOST_PIXELS = 16_000_000
_WIDEST, _HIGHEST = 900, 300
"""Of the PNG. [px]"""
_REMEDY = "choose a PNG or JPEG of up to 2 MB."


def read_logo(content: bytes) -> bytes:
    """A PNG of at most 900 × 300 pixels, without anything but pixels.

    Parameters
    ----------
    content
        Of a PNG or JPEG file.

    Raises
    ------
    InputError
        When it is neither, too large, or cannot be read; its size is looked at before room is made for it.
    """
    if len(content) > LARGEST_LOGO:
        raise InputError("The logo is too large.", remedy=_REMEDY)
    size = size_of(content)
    if size is None:
        raise InputError("The logo is no PNG or JPEG.", remedy=_REMEDY)
    width, height = size
    if width * height > _MOST_PIXELS or not width * height:
        raise InputError("The logo has too many pixels.", remedy="choose one of up to 4000 × 4000 pixels.")
    pixels = _decode(content)
    if pixels is None:
        raise InputError("The logo is damaged.", remedy="export it once more as PNG.")
    share = min(1.0, _WIDEST / pixels.shape[1], _HIGHEST / pixels.shape[0])
    if share < 1:
        new = max(1, round(pixels.shape[1] * share)), max(1, round(pixels.shape[0] * share))
        pixels = cv2.resize(pixels, new, interpolation=cv2.INTER_AREA)
    done, png = cv2.imencode(".png", pixels)
    if not done:
        raise InputError("The logo could not be made anew.", remedy=_REMEDY)
    return png.tobytes()


def _decode(content: bytes) -> np.ndarray | None:
    try:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if pixels is None or pixels.dtype == np.uint8:
        return pixels
    return (pixels // 257).astype(np.uint8)  # sixteen bits a channel

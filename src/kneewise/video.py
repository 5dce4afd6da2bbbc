"""path → Recording: frames upright, in order, with the file's own time stamps.

Frame counts and rates that a file states about itself are not trusted; only time stamps are. Time 0 is where
players begin.
"""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import cv2
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from .errors import FilmError
from .files import check_file, digest_of
from .model import Frame, Recording

_QUARTER_TURNS = {90: 1, 180: 2, 270: 3}
_LARGEST_PX = 36_000_000
"""Pictures of more pixels than 8K are not decoded: one of them alone could fill the memory."""
_OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,h264,hevc,asf,flv,ogg,mxf",
    "protocol_whitelist": "file",
    "enable_drefs": "0",
    "use_absolute_path": "0",
}
"""Films only, each in one file: FFmpeg also follows lists of other files and addresses, whatever a file is
called, and, where it is let, the names of other files within a film."""


def open_video(path: Path) -> Recording:
    """Facts of a film and a way to read it.

    Parameters
    ----------
    path
        A file in any container and codec that FFmpeg reads (H.264, HEVC, VP9, AV1 …).

    Raises
    ------
    FilmError
        When the file is missing, empty, no film, or holds no picture that can be decoded.
    """
    check_file(path, "film", FilmError)
    try:
        with _open(path) as container:
            stream = _video_stream(container, path)
            _check_size(stream, path)
            duration = _stated_duration(container, stream)
            codec = stream.codec_context.name
    except FFmpegError as error:
        raise _unreadable(path) from error
    first = next(_read_frames(path, 0.0), None)
    if first is None:
        raise FilmError(
            f"{path.name} holds no picture that can be decoded (codec {codec}).",
            remedy="play the file on this computer; if it does not play, copy it from the phone again.",
        )
    return Recording(
        name=path.name,
        digest=digest_of(path),
        width_px=first.image.shape[1],
        height_px=first.image.shape[0],
        duration=duration,
        frames=partial(_read_frames, path),
    )


def count_pictures(path: Path) -> int:
    """Pictures that lie whole in a film, without decoding them.

    Raises
    ------
    FilmError
        When the file is missing, empty, or no film.
    """
    check_file(path, "film", FilmError)
    try:
        with _open(path) as container:
            packets = container.demux(_video_stream(container, path))
            return sum(packet.size > 0 and not packet.is_corrupt for packet in packets)
    except FFmpegError as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> FilmError:
    return FilmError(
        f"{path.name} cannot be read as a film: it is no video, or it was cut off while copying.",
        remedy="play it on this computer; copy it again from the phone, or export it as MP4.",
    )


def _open(path: Path) -> av.container.InputContainer:
    return av.open(str(path), mode="r", container_options=_OPTIONS)


def _check_size(stream: av.video.stream.VideoStream, path: Path) -> None:
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > _LARGEST_PX:
        raise FilmError(
            f"The picture of {path.name} is {width} × {height}, larger than any phone films.",
            remedy="film with 1080p, or export it from the phone as MP4 with 1080p.",
        )


def _video_stream(container: av.container.InputContainer, path: Path) -> av.video.stream.VideoStream:
    if not container.streams.video:
        raise FilmError(f"{path.name} has no picture track.", remedy="choose a film, not a sound file.")
    return container.streams.video[0]


def _stated_duration(container: av.container.InputContainer, stream: av.video.stream.VideoStream) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else float("nan")


def _read_frames(path: Path, least_interval: float) -> Iterator[Frame]:
    """Upright frames at least `least_interval` apart; a damaged tail of the file ends the film early."""
    last = float("-inf")
    with _open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        decoded = container.decode(stream)
        start = (container.start_time or 0) / 1e6
        for index in itertools.count():
            try:
                picture = next(decoded, None)
            except FFmpegError:
                return
            if picture is None:
                return
            if picture.time is None:
                raise FilmError(
                    f"{path.name} has no time stamp at frame {index}. Speeds and loads need real time.",
                    remedy="export the film again from the phone as MP4.",
                )
            time = picture.time - start
            if time - last < max(least_interval, 1e-6):
                continue
            last = time
            yield Frame(time=time, index=index, image=_upright(picture, stream.sample_aspect_ratio))


def _upright(picture: av.video.frame.VideoFrame, aspect: Fraction | None) -> NDArray[np.uint8]:
    """The picture as players show it: square pixels, turned upright."""
    image = np.asarray(picture.to_ndarray(format="rgb24"), dtype=np.uint8)
    if aspect and aspect != 1:
        size = (round(image.shape[1] * aspect), image.shape[0])
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    turns = _QUARTER_TURNS.get(picture.rotation % 360, 0)
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image

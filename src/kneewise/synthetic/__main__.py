"""Command line: `python -m kneewise.synthetic --out DIR --seed 3 --fault valgus --views side,front`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from .film import DEFAULT_CACHE, make_film, specify
from .motion import ARMS, FAULTS
from .room import ROOMS
from .subject import BOTTOMS, SEXES

VIEWS = {
    "front": 0.0,
    "oblique": 45.0,
    "side": 90.0,
    "oblique_right": -45.0,
    "side_right": -90.0,
    "rear": 180.0,
}


def _azimuths(text: str) -> list[float]:
    """Azimuths in degrees from names and numbers, for instance `side,front,30`."""
    try:
        return [VIEWS[word] if word in VIEWS else float(word) for word in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"use {', '.join(VIEWS)} or degrees") from error


def _size(text: str) -> tuple[int, int]:
    """Width and height from `1280x720`."""
    try:
        width, height = (int(word) for word in text.split("x"))
    except ValueError as error:
        raise argparse.ArgumentTypeError("use WIDTHxHEIGHT, for instance 1280x720") from error
    return width, height


def _parser() -> argparse.ArgumentParser:
    """What is not given is left out, so that `FilmSpec` and `CameraSpec` alone hold the defaults."""
    parser = argparse.ArgumentParser(
        prog="python -m kneewise.synthetic",
        description="Render films of synthetic people who squat, with the exact joint centres.",
        argument_default=argparse.SUPPRESS,
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder for the films and their truth")
    add("--cache", type=Path, default=DEFAULT_CACHE, help="folder of the rest shapes (default %(default)s)")
    add("--debug-overlay", action="store_true", default=False, help="also write a film with joints drawn")
    add(
        "--views",
        type=_azimuths,
        default=[90.0],
        help="comma-separated names or azimuths in degrees: "
        + ", ".join(f"{name} {azimuth:g}" for name, azimuth in VIEWS.items()),
    )
    add("--seed", type=int)
    add("--session", type=int, help="the same person on another day")
    add("--fault", choices=FAULTS)
    add("--severity", type=float, help="size of the fault; at most 1.35 for valgus")
    add("--reps", dest="repetitions", type=int, help="repetitions, 1 to 6")
    add("--peak", type=float, help="knee flexion at the bottom, degrees")
    add("--arms", choices=ARMS)
    add("--size", type=_size, help="WIDTHxHEIGHT in pixels")
    add("--fps", type=float)
    add("--crf", type=int, help="H.264 quality, lower is better")
    add("--noise", type=float, help="sensor noise, grey levels")
    add("--handheld", dest="handheld_px", type=float, help="sway of the picture, pixels")
    add("--distance", dest="distance_m", type=float, help="camera distance, metres")
    add("--camera-height", dest="height_m", type=float, help="camera height, metres")
    add("--pitch", dest="pitch_deg", type=float, help="added downward tilt of the camera, degrees")
    add("--roll", dest="roll_deg", type=float, help="roll of the camera, degrees")
    add("--focal", dest="focal_px", type=float, help="focal length, pixels")
    add("--sex", choices=SEXES)
    add("--height-cm", type=float)
    add("--age", type=float)
    add("--bottom", dest="bottom_kind", choices=BOTTOMS)
    add("--room", choices=ROOMS)
    add("--name", help="file name without ending (only with one view)")
    return parser


def main() -> None:
    """Make one film for each view."""
    parser = _parser()
    told = vars(parser.parse_args())
    out, cache, views, debug_overlay = (told.pop(name) for name in ("out", "cache", "views", "debug_overlay"))
    if "name" in told and len(views) > 1:
        parser.error("--name needs a single view")
    for azimuth in views:
        started = time.perf_counter()
        spec = specify(azimuth_deg=azimuth, **told)
        truth = make_film(spec, out, cache, debug_overlay)
        frames, seconds = len(truth.time_s), time.perf_counter() - started
        sys.stdout.write(f"{spec.file_name()}.mp4: {frames} frames in {seconds:.0f} s\n")


if __name__ == "__main__":
    main()

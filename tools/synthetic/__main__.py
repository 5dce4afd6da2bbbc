"""Command line: `python -m tools.synthetic --out DIR --seed 3 --fault valgus --views side,front`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from .camera import CameraSpec
from .film import DEFAULT_CACHE, FilmSpec, make_film
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
    parser = argparse.ArgumentParser(
        prog="python -m tools.synthetic",
        description="Render films of synthetic people who squat, with the exact joint centres.",
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder for the films and their truth")
    add("--cache", type=Path, default=DEFAULT_CACHE, help="folder of the rest shapes (default %(default)s)")
    add("--seed", type=int, default=0)
    add("--session", type=int, default=0, help="another take of the same person: other repetitions")
    add("--fault", choices=FAULTS, default="none")
    add("--severity", type=float, default=1.0, help="size of the fault; at most 1.35 for valgus")
    add("--reps", type=int, default=3, help="repetitions, 1 to 6")
    add("--peak", type=float, default=105.0, help="knee flexion at the bottom, degrees")
    add("--arms", choices=ARMS, default="forward")
    add(
        "--views",
        type=_azimuths,
        default=[90.0],
        help="comma-separated names or azimuths in degrees: "
        + ", ".join(f"{name} {azimuth:g}" for name, azimuth in VIEWS.items()),
    )
    add("--size", type=_size, default=(1280, 720), help="WIDTHxHEIGHT in pixels")
    add("--fps", type=float, default=30.0)
    add("--crf", type=int, default=22, help="H.264 quality, lower is better")
    add("--noise", type=float, default=2.2, help="sensor noise, grey levels")
    add("--handheld", type=float, default=0.0, help="sway of the picture, pixels")
    add("--distance", type=float, help="camera distance, metres")
    add("--camera-height", type=float, help="camera height, metres")
    add("--pitch", type=float, default=0.0, help="added downward tilt of the camera, degrees")
    add("--roll", type=float, help="roll of the camera, degrees")
    add("--focal", type=float, help="focal length, pixels")
    add("--sex", choices=SEXES)
    add("--height-cm", type=float)
    add("--age", type=float)
    add("--bottom", choices=BOTTOMS)
    add("--room", choices=ROOMS)
    add("--name", help="file name without ending (only with one view)")
    add("--debug-overlay", action="store_true", help="also write a film with the projected joints drawn")
    return parser


def _spec(options: argparse.Namespace, azimuth: float) -> FilmSpec:
    camera = CameraSpec(
        azimuth_deg=azimuth,
        distance_m=options.distance,
        height_m=options.camera_height,
        pitch_deg=options.pitch,
        roll_deg=options.roll,
        focal_px=options.focal,
    )
    return FilmSpec(
        seed=options.seed,
        session=options.session,
        fault=options.fault,
        severity=options.severity,
        repetitions=options.reps,
        peak=options.peak,
        arms=options.arms,
        camera=camera,
        size=options.size,
        fps=options.fps,
        crf=options.crf,
        noise=options.noise,
        handheld_px=options.handheld,
        sex=options.sex,
        height_cm=options.height_cm,
        age=options.age,
        bottom_kind=options.bottom,
        room=options.room,
        name=options.name,
    )


def main() -> None:
    """Make one film for each view."""
    parser = _parser()
    options = parser.parse_args()
    if options.name and len(options.views) > 1:
        parser.error("--name needs a single view")
    for azimuth in options.views:
        started = time.perf_counter()
        spec = _spec(options, azimuth)
        truth = make_film(spec, options.out, options.cache, options.debug_overlay)
        frames, seconds = len(truth.time_s), time.perf_counter() - started
        sys.stdout.write(f"{spec.file_name()}.mp4: {frames} frames in {seconds:.0f} s\n")


if __name__ == "__main__":
    main()

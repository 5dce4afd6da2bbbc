"""Synthetic people in scattered views → what the networks read, beside the true joints.

Run: `python -m tools.landmarks.collect --out DIR --seeds 1000:1060`. One file per person; finished files
are kept, so that the run can be stopped and taken up again.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from kneewise.model import Array
from kneewise.pose.blazepose import BlazePose
from kneewise.pose.landmarks import Image, Landmarks
from kneewise.synthetic.camera import CameraSpec
from kneewise.synthetic.film import DEFAULT_CACHE, FilmSpec, stage_pictures
from tools.landmarks import NETWORKS

SHOTS = 9
_SIZES = ((480, 854), (608, 1080), (854, 480), (720, 1280))
_FAULTS = ("scatter",) * 5 + ("none", "valgus", "heel_rise", "lean", "shift")


@dataclass(frozen=True, slots=True)
class Shot:
    """What the networks read in the pictures of one camera.

    Attributes
    ----------
    joints, joints_px : (n, side, joint, 3 or 2) the truth. [m, px]
    points_px, world, visibility : (network, n, 33, …) what was read; NaN where nobody was found. [px, m, 1]
    camera : (3, 4) lab metres to pixels.
    long_px : long side of the picture. [px]
    height, bottoms : stature and clothes of the person. [m]
    """

    joints: Array
    joints_px: Array
    points_px: Array
    world: Array
    visibility: Array
    camera: Array
    long_px: int
    height: float
    bottoms: str


def shot_specs(seed: int) -> Iterator[FilmSpec]:
    """Nine short films of one person: all around, near and far, high and low, tilted, with every fault."""
    rng = np.random.default_rng([seed, 77])
    for shot in range(SHOTS):
        size = _SIZES[int(rng.integers(len(_SIZES)))]
        azimuth = (-180 + (shot + rng.uniform()) * 360 / SHOTS) if shot % 3 else rng.choice([-90, 90, 0])
        while True:
            focal = rng.uniform(0.62, 0.95) * max(size)
            distance = rng.uniform(2.0, 5.0)
            if 0.25 < 1.75 * focal / distance / size[1] < 0.80:
                break
        camera = CameraSpec(
            azimuth_deg=float(azimuth + rng.normal(0, 6)),
            distance_m=float(distance),
            height_m=float(rng.uniform(0.3, 1.5)),
            pitch_deg=float(rng.uniform(-4, 4)),
            roll_deg=float(rng.normal(0, 1.5)),
            focal_px=float(focal),
        )
        yield FilmSpec(
            seed=seed,
            fault=str(rng.choice(_FAULTS)),
            severity=float(rng.uniform(0.3, 1.2)),
            repetitions=2,
            peak=float(rng.uniform(60, 125)),
            arms=str(rng.choice(["forward", "crossed"])),
            camera=camera,
            size=size,
            fps=2.3,
            noise=float(rng.uniform(0.5, 4.0)),
            session=shot,
            name=f"{seed}-{shot}",
        )


def take(spec: FilmSpec, cache: Path, networks: list[BlazePose]) -> Shot:
    """Render one shot and read it."""
    truth, pictures = stage_pictures(spec, cache)
    quality = np.random.default_rng([spec.seed, 78]).integers(35, 90)
    read = [_read(_compress(picture, int(quality)), networks) for picture in pictures]
    rows = [[row[k] for row in read] for k in range(len(networks))]
    return Shot(
        joints=truth.joints,
        joints_px=truth.joints_px,
        points_px=np.array([[_or_nan(r, "points_px", 2) for r in row] for row in rows]),
        world=np.array([[_or_nan(r, "world", 3) for r in row] for row in rows]),
        visibility=np.array([[_or_nan(r, "visibility", 0) for r in row] for row in rows]),
        camera=truth.camera_matrix,
        long_px=max(spec.size),
        height=truth.details["subject"]["height_cm"] / 100,
        bottoms=truth.details["clothes"]["bottom_kind"],
    )


def _compress(picture: Image, quality: int) -> Image:
    coded = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])


def _read(picture: Image, networks: list[BlazePose]) -> list[Landmarks | None]:
    """Landmarks by each network, the region taken from a first reading, as in a film."""
    people = networks[0].find_people(picture)
    if not people:
        return [None] * len(networks)
    region = networks[0].read_landmarks(picture, people[0].region, 0).region
    found = [network.read_landmarks(picture, region, 0) for network in networks]
    return [landmarks if landmarks.score > 0.5 else None for landmarks in found]


def _or_nan(landmarks: Landmarks | None, name: str, width: int) -> Array:
    if landmarks is None:
        return np.full((33, width) if width else 33, np.nan)
    return np.asarray(getattr(landmarks, name))


def collect(seed: int, cache: Path, networks: list[BlazePose]) -> dict[str, Array]:
    """All shots of one person as arrays, the shots one after the other; `shot` tells them apart."""
    shots = [take(spec, cache, networks) for spec in shot_specs(seed)]
    counts = [len(shot.joints) for shot in shots]
    return {
        "joints": np.concatenate([shot.joints for shot in shots]).astype("f4"),
        "joints_px": np.concatenate([shot.joints_px for shot in shots]).astype("f4"),
        "points_px": np.concatenate([shot.points_px for shot in shots], axis=1).astype("f4"),
        "world": np.concatenate([shot.world for shot in shots], axis=1).astype("f4"),
        "visibility": np.concatenate([shot.visibility for shot in shots], axis=1).astype("f4"),
        "camera": np.repeat([shot.camera for shot in shots], counts, axis=0),
        "long_px": np.repeat([shot.long_px for shot in shots], counts),
        "shot": np.repeat(np.arange(len(shots)), counts),
        "height": np.array(shots[0].height),
        "bottoms": np.array(shots[0].bottoms),
    }


def main() -> None:
    """Collect a range of people."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    parser.add_argument("--seeds", default="1000:1060", help="FROM:TO")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    networks = [BlazePose(name) for name in NETWORKS]
    for seed in range(*map(int, arguments.seeds.split(":"))):
        file = arguments.out / f"{seed}.npz"
        if file.exists():
            continue
        started = time.perf_counter()
        arrays = collect(seed, arguments.cache, networks)
        part = file.with_suffix(".part.npz")
        np.savez_compressed(part, **arrays)
        part.rename(file)
        took = time.perf_counter() - started
        sys.stdout.write(f"{seed}: {len(arrays['shot'])} pictures in {took:.0f} s\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

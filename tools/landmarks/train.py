"""Collected pictures → `pose/landmark_error.npz`, and how well it does on people it has not learned from.

Run: `python -m tools.landmarks.train DIR` (DIR as `tools.landmarks.collect` filled it).
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kneewise.conventions import Joint
from kneewise.model import Array
from kneewise.pose import landmark_error
from kneewise.pose.landmark_error import describe, expand, mirror
from kneewise.pose.landmarks import BODY_LANDMARKS
from tools.landmarks import NETWORKS

WAVES, WIDTH, RIDGE, FOLDS = 1000, 0.05, 1e-3, 5
_GROSS = 0.35
_FLOOR = 0.002


@dataclass(frozen=True, slots=True)
class Lessons:
    """Features, what they should give, and whose they are; every picture once as it is and once mirrored.

    Attributes
    ----------
    features : (n, f)
    errors : (n, 36) landmark − joint: 24 in the picture, 12 in depth. [network metres]
    metres : (n,) length of a network metre. [m]
    height : (n,) stature of the person. [m]
    person, shot : (n,) to whom and what it belongs; a mirrored shot is a shot of its own. [1]
    """

    features: Array
    errors: Array
    metres: Array
    height: Array
    person: Array
    shot: Array


def read_lessons(files: list[Path], network: int) -> Lessons:
    """Collected pictures in which the whole body was read, exchanged legs put back."""
    parts = [part for i, file in enumerate(files) for part in _lessons(np.load(file), network, i)]
    return Lessons(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _lessons(store: dict[str, Array], network: int, person: int) -> list[tuple[Array, ...]]:
    rotation, place, focal, middle = _cameras(store["camera"].astype(float))
    joints = np.einsum("nij,nskj->nski", rotation, store["joints"].astype(float)) + place[:, None, None]
    truth = joints[..., :2] / joints[..., 2:]
    pixels, world = (store[name][network][:, BODY_LANDMARKS].astype(float) for name in ("points_px", "world"))
    points = (pixels - middle[:, None, None]) / focal[:, None, None, None]
    points, world = _put_back(points, world, truth)
    size = 2 * middle[:, None, None]
    inside = ((store["joints_px"] > 0.01 * size) & (store["joints_px"] < 0.99 * size)).all((1, 2, 3))
    off = np.abs((points - truth) * joints[..., 2:]).max((1, 2, 3))
    kept = inside & (off < _GROSS)
    count = int(kept.sum())
    height, people = np.full(count, float(store["height"])), np.full(count, person)
    found = []
    for mirrored in (False, True):
        if mirrored:
            points, world = mirror(points, world)
            truth, joints = truth[:, ::-1] * (-1, 1), joints[:, ::-1] * (-1, 1, 1)
        features, size_of_metre = describe(points[kept], world[kept])
        errors, metres = _errors(points[kept], world[kept], truth[kept], joints[kept], size_of_metre)
        found.append((features, errors, metres, height, people, 2 * store["shot"][kept] + mirrored))
    return found


def _cameras(matrix: Array) -> tuple[Array, Array, Array, Array]:
    """Rotation, translation, focal length and middle of pictures taken by K [R | t]. [1, m, px, px]"""
    axis = matrix[:, 2, :3]
    middle = np.einsum("nki,ni->nk", matrix[:, :2, :3], axis)
    rows = matrix[:, :2, :3] - middle[..., None] * axis[:, None]
    focal = np.linalg.norm(rows[:, 0], axis=1)
    rotation = np.concatenate([rows / focal[:, None, None], axis[:, None]], axis=1)
    ahead = matrix[:, 2, 3]
    place = np.column_stack([(matrix[:, :2, 3] - middle * ahead[:, None]) / focal[:, None], ahead])
    return rotation, place, focal, middle


def _put_back(points: Array, world: Array, truth: Array) -> tuple[Array, Array]:
    """Exchange the legs where that is clearly what the network did."""
    legs = slice(Joint.HIP, None)
    as_read = np.linalg.norm(points - truth, axis=-1)[:, :, legs].sum((1, 2))
    exchanged = np.linalg.norm(points[:, ::-1] - truth, axis=-1)[:, :, legs].sum((1, 2))
    swapped = exchanged < 0.8 * as_read
    for values in (points, world):
        values[swapped, :, legs] = values[swapped][:, ::-1, legs]
    return points, world


def _errors(points: Array, world: Array, truth: Array, joints: Array, size: Array) -> tuple[Array, Array]:
    n = len(points)
    hips = joints[:, :, Joint.HIP].mean(1)
    distance = np.linalg.norm(hips, axis=1)
    metres = size * distance
    behind = np.einsum("nskj,nj->nsk", joints - hips[:, None, None], hips / distance[:, None])
    guess = world[..., 2] - world[:, :, Joint.HIP, 2].mean(1)[:, None, None]
    picture = (points - truth) / size[:, None, None, None]
    return (
        np.column_stack([picture.reshape(n, -1), (guess - behind / metres[:, None, None]).reshape(n, -1)]),
        metres,
    )


def solve_ridge(terms: Array, wanted: Array) -> tuple[Array, Array]:
    """Mean and slopes of a ridge regression whose penalty is relative to each term's spread."""
    mean = wanted.mean(0)
    normal = terms.T @ terms
    normal[np.diag_indices_from(normal)] += RIDGE * len(terms) * (terms.var(0) + 1e-9)
    return mean, np.linalg.solve(normal, terms.T @ (wanted - mean))


def held_out(terms: Array, wanted: Array, person: Array) -> Array:
    """Predictions for each person from all people of the other folds."""
    predicted = np.empty_like(wanted)
    for fold in range(FOLDS):
        test = person % FOLDS == fold
        mean, slope = solve_ridge(terms[~test], wanted[~test])
        predicted[test] = mean + terms[test] @ slope
    return predicted


def train(lessons: Lessons, basis: dict[str, Array]) -> tuple[dict[str, Array], Array]:
    """Regression of error and rest for one network, and the held-out rest (n, 36). [network metres]"""
    terms = expand(lessons.features, **basis)
    rest = lessons.errors - held_out(terms, lessons.errors, lessons.person)
    squares = (rest[:, :24].reshape(len(rest), 12, 2) ** 2).mean(-1)
    wanted = np.log(squares + _FLOOR**2)
    size = held_out(terms, wanted, lessons.person)
    mean, slope = solve_ridge(terms, lessons.errors)
    rest_mean, rest_slope = solve_ridge(terms, wanted)
    rest_mean = rest_mean + np.log((squares / np.exp(size)).mean(0))
    return dict(mean=mean, slope=slope, rest_mean=rest_mean, rest_slope=rest_slope), rest


def _basis(features: Array) -> dict[str, Array]:
    rng = np.random.default_rng(1)
    count = features.shape[1]
    return {
        "centre": features.mean(0).astype("f4").astype(float),
        "scale": (features.std(0) + 1e-6).astype("f4").astype(float),
        "frequency": (WIDTH * rng.standard_normal((count, WAVES))).astype("f2").astype(float),
        "phase": rng.uniform(0, 2 * np.pi, WAVES).astype("f4").astype(float),
    }


def _describe(name: str, lessons: Lessons, rest: Array) -> str:
    """Held-out error in the picture before and after, by landmark. [cm]"""
    before, after = (100 * values * lessons.metres[:, None] for values in (lessons.errors, rest))
    key = np.unique(np.column_stack([lessons.person, lessons.shot]), axis=0, return_inverse=True)[1].ravel()
    count = np.bincount(key)
    lasting = np.stack([np.bincount(key, column) for column in after.T], axis=1)[key] / count[key][:, None]

    def size(values: Array) -> Array:
        return np.sqrt((values[:, :24].reshape(-1, 2, 6, 2) ** 2).mean((0, 1, 3)))

    rows = [
        f"{joint.name.lower():<9} {a:5.2f} → {b:5.2f}, of which lasting {c:5.2f}; depth {d:5.2f} → {e:5.2f}"
        for joint, a, b, c, d, e in zip(
            Joint, size(before), size(after), size(lasting), _depth(before), _depth(after), strict=True
        )
    ]
    statures = _network_statures(lessons)
    return "\n".join(
        [
            f"{name}: {len(rest) // 2} pictures of {len(statures)} people. [cm, root mean square]",
            *rows,
            f"stature  {statures.mean():.3f} network metres, sd of people {statures.std(ddof=1):.3f}",
        ]
    )


def _network_statures(lessons: Lessons) -> Array:
    """(person,) how many network metres tall each is: the middle of their pictures. [network metres]"""
    tall = lessons.height / lessons.metres
    return np.array([np.median(tall[lessons.person == person]) for person in np.unique(lessons.person)])


def _depth(values: Array) -> Array:
    return np.asarray(np.sqrt((values[:, 24:].reshape(-1, 2, 6) ** 2).mean((0, 1))))


def main() -> None:
    """Train for each network and write the table of the package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    target = Path(landmark_error.__file__).with_suffix(".npz")
    parser.add_argument("--out", type=Path, default=target)
    arguments = parser.parse_args()
    files = sorted(file for file in arguments.folder.glob("*.npz") if ".part" not in file.name)
    store: dict[str, Array] = {}
    basis: dict[str, Array] = {}
    for index, name in enumerate(NETWORKS):
        lessons = read_lessons(files, index)
        basis = basis or _basis(lessons.features)
        learned, rest = train(lessons, basis)
        store |= {f"{name}_{key}": values.astype("f4") for key, values in learned.items()}
        sys.stdout.write(_describe(name, lessons, rest) + "\n")
    store |= {key: values.astype("f2" if key == "frequency" else "f4") for key, values in basis.items()}
    np.savez_compressed(arguments.out, **store)


if __name__ == "__main__":
    main()

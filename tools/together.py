"""Measures pairs of films whose joint centres are known, fused and alone, and prints the errors.

Run: python -m tools.together SIDE.mp4,FRONT.mp4 … (each with its truth beside it, as `kneewise.synthetic`
writes it; the same person in all films of a pair). Errors are against the mean of the true mean repetitions
of all films of the pair, over all phases.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from kneewise import BodyMeasure, Case, LegMeasure, Pose, View, load_estimator, observe, understand
from kneewise.bench.clips import open_clip
from kneewise.bench.statistics import describe_errors
from kneewise.conventions import BODY_CONVENTIONS, DISPLAY_FACTOR, LEG_CONVENTIONS
from kneewise.fusion import moments_of, values_at
from kneewise.kinematics import compute_motion
from kneewise.model import Array, Motion, Take
from kneewise.pipeline import read_measuring
from kneewise.pose import Estimator

Table = dict[str, list[tuple[Array, Array]]]
"""Film or `fused` → error and standard deviation of every measure, (phase, measure) for each pair."""
FACTORS = np.array(
    [DISPLAY_FACTOR[LEG_CONVENTIONS[m].unit] for m in LegMeasure for _ in range(2)]
    + [DISPLAY_FACTOR[BODY_CONVENTIONS[m].unit] for m in BodyMeasure]
)


def measure(films: list[Path], estimator: Estimator, table: Table) -> None:
    """Add the errors of one pair."""
    clips = [open_clip(film) for film in films]
    person = clips[0].person
    trials = tuple(observe(clip.film, person, estimator).trial for clip in clips)
    analysis = understand(Case(person=person, trials=trials), read_measuring())
    if not analysis.fusions:
        sys.stderr.write(f"{', '.join(map(str, films))}: nothing to fuse\n")
        return
    fusion = analysis.fusions[0]
    truths = [compute_motion(Pose.exact(clip.truth.time, clip.truth.joints), View.SPACE) for clip in clips]
    exact = [_on_phases(truth, take)[0] for truth, take in zip(truths, fusion.takes, strict=True)]
    true = np.mean(exact, axis=0)
    fused, sd = (
        _flat(fusion.mean.motion.leg, fusion.mean.motion.body),
        _flat(fusion.mean.motion.leg_sd, fusion.mean.motion.body_sd),
    )
    table.setdefault("fused", []).append((fused - true, sd))
    for trial, take in zip(trials, fusion.takes, strict=True):
        if trial.pose is not None:
            found, sd = _on_phases(compute_motion(trial.pose, View.SPACE), take)
            table.setdefault(take.view.value, []).append((found - true, sd))


def _flat(leg: Array, body: Array) -> Array:
    """(n, measure) both sides of each leg measure, then the body."""
    return np.column_stack([leg.transpose(0, 2, 1).reshape(len(leg), -1), body])


def _on_phases(motion: Motion, take: Take) -> tuple[Array, Array]:
    """Values and errors on the phases, mean over repetitions."""
    values, sd = _flat(motion.leg, motion.body), _flat(motion.leg_sd, motion.body_sd)
    moments = moments_of(take.spans)
    return values_at(motion.time, values, moments).mean(0), values_at(motion.time, sd, moments).mean(0)


def main() -> None:
    """Print mean absolute error, and the share of the truth within one and two sd, of each measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="+", help="films of one person, with commas between")
    parser.add_argument("--model", default="heavy")
    arguments = parser.parse_args()
    estimator = load_estimator(arguments.model)
    table: Table = {}
    for pair in arguments.pairs:
        measure([Path(name) for name in pair.split(",")], estimator, table)
    names = [m.name.lower() for m in LegMeasure for _ in range(2)] + [m.name.lower() for m in BodyMeasure]
    sys.stdout.write(f"{'':24}" + "".join(f"{name:>22}" for name in table) + "\n")
    for name in dict.fromkeys(names):
        columns = [i for i, other in enumerate(names) if other == name]
        cells = "".join(_cell(rows, columns) for rows in table.values())
        sys.stdout.write(f"{name:24}{cells}\n")


def _cell(rows: list[tuple[Array, Array]], columns: list[int]) -> str:
    error, sd = (np.concatenate([row[i][:, columns] for row in rows]) * FACTORS[columns] for i in (0, 1))
    told = describe_errors(error, sd, at_bottom=np.empty(0))
    if told is None:
        return f"{'–':>10} {'–':>5} {'–':>5}"
    return f"{told.mean_absolute:10.2f} {told.inside_1:5.2f} {told.inside_2:5.2f}"


if __name__ == "__main__":
    main()

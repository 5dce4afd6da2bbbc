"""Measures films whose joint centres are known, and prints error and coverage of each measure.

Run: python -m tools.accuracy FILM.mp4 … (each with FILM.truth.npz and FILM.truth.json beside it, as
`tools.synthetic` writes them). Used for `docs/explanation/accuracy.md`.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kneewise import BodyMeasure, LegMeasure, Person, Pose, View, load_estimator, open_video
from kneewise.conventions import BODY_CONVENTIONS, DISPLAY_FACTOR, LEG_CONVENTIONS
from kneewise.kinematics import compute_motion
from kneewise.model import Array
from kneewise.pose import Estimator, estimate_pose

LEG = (
    LegMeasure.KNEE_FLEXION,
    LegMeasure.HIP_FLEXION,
    LegMeasure.THIGH_INCLINATION,
    LegMeasure.SHANK_INCLINATION,
    LegMeasure.FOOT_TURN_OUT,
    LegMeasure.KNEE_INSIDE_FOOT_LINE,
    LegMeasure.HEEL_RISE,
)
BODY = (BodyMeasure.TRUNK_INCLINATION, BodyMeasure.KNEE_ANKLE_SEPARATION, BodyMeasure.PELVIS_SHIFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Errors of one measure in one film, in display units.

    Attributes
    ----------
    mean_absolute, bias, at_bottom : over all frames, and signed at the lowest points.
    inside_1, inside_2 : share of the frames in which the truth lies within one and two sd.
    """

    mean_absolute: float
    bias: float
    at_bottom: float
    inside_1: float
    inside_2: float


def measure(film: Path, estimator: Estimator) -> tuple[View, dict[str, Errors]]:
    """View and errors of one film; measures that its view does not show are left out."""
    truth = np.load(film.with_name(f"{film.stem}.truth.npz"))
    subject = json.loads(film.with_name(f"{film.stem}.truth.json").read_text(encoding="utf-8"))["subject"]
    sight = estimate_pose(open_video(film), Person(height=subject["height_cm"] / 100), estimator)
    if sight.pose is None:
        return sight.capture.view, {}
    motion = compute_motion(sight.pose, sight.capture.view)
    exact = compute_motion(_true_pose(sight.pose.time, truth), View.OBLIQUE)
    bottoms = [int(np.abs(motion.time - row[1]).argmin()) for row in truth["repetitions_s"]]
    found = {}
    for leg in LEG:
        factor = DISPLAY_FACTOR[LEG_CONVENTIONS[leg].unit]
        error = (motion.leg[..., leg] - exact.leg[..., leg]) * factor
        found[leg.name.lower()] = _errors(error, motion.leg_sd[..., leg] * factor, bottoms)
    for body in BODY:
        factor = DISPLAY_FACTOR[BODY_CONVENTIONS[body].unit]
        error = (motion.body[..., body] - exact.body[..., body]) * factor
        found[body.name.lower()] = _errors(error, motion.body_sd[..., body] * factor, bottoms)
    return sight.capture.view, {name: errors for name, errors in found.items() if errors is not None}


def _true_pose(time: Array, truth: dict[str, Array]) -> Pose:
    rows = np.abs(truth["time_s"][:, None] - time).argmin(0)
    joints = truth["joints"][rows].astype(float)
    return Pose(time=time, joints=joints, joints_sd=np.zeros_like(joints), draws=np.stack([joints, joints]))


def _errors(error: Array, sd: Array, bottoms: list[int]) -> Errors | None:
    known = np.isfinite(error)
    if not known.any():
        return None
    size = np.abs(error[known]) / sd[known]
    return Errors(
        mean_absolute=float(np.abs(error[known]).mean()),
        bias=float(error[known].mean()),
        at_bottom=float(np.nanmean(error[bottoms])),
        inside_1=float((size < 1).mean()),
        inside_2=float((size < 2).mean()),
    )


def main() -> None:
    """Print a table per film and the mean over films."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("films", nargs="+", type=Path)
    parser.add_argument("--model", default="heavy")
    arguments = parser.parse_args()
    estimator = load_estimator(arguments.model)
    tables: dict[str, dict[str, list[Errors]]] = {}
    for film in arguments.films:
        view, found = measure(film, estimator)
        for name, errors in found.items():
            tables.setdefault(view.value, {}).setdefault(name, []).append(errors)
    for view_name, table in tables.items():
        lines = [f"{view_name} ({max(map(len, table.values()))} films)"]
        lines += ["measure                    MAE   bias  bottom  in 1 sd  in 2 sd"]
        lines += [_line(name, rows) for name, rows in table.items()]
        sys.stdout.write("\n".join(lines) + "\n\n")


def _line(name: str, rows: list[Errors]) -> str:
    values = np.array([[r.mean_absolute, r.bias, r.at_bottom, r.inside_1, r.inside_2] for r in rows])
    size, bias, bottom, inside_1, inside_2 = values.mean(axis=0)
    return f"{name:<24} {size:5.2f} {bias:+6.2f} {bottom:+7.2f} {inside_1:8.2f} {inside_2:8.2f}"


if __name__ == "__main__":
    main()

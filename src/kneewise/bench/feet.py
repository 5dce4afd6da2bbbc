"""Rendered photos of feet and insoles → error, bias and coverage of their sizes, and what was refused."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..feet import Paper, Shape, check_feet
from ..feet.check import Given, Shows
from ..model import Array
from ..progress_bar import Report
from ..synthetic.foot_scene import FAULTS, FootPhoto, draw_photo, encode_photo

SEEDS = 1_500_000
"""First seed of the benchmark; nothing was tuned on what follows it."""

HIDDEN = 0.25
"""Share of heel end, toe end or forefoot that shin and trousers hide, from which on a photo is a poor one."""

PHOTOS = 60
"""Photos of a foot on A4 if nobody says how many."""

_SHARES = {("a4", "foot"): 1.0, ("letter", "foot"): 0.25, ("a4", "insole"): 0.4}
"""Sheet and what lies on it → photos for each of a foot on A4."""

_FAULTY = 0.1
"""Photos with each fault for each of a foot on A4."""

_FAULTY_SEEDS = 50_000
"""Photos with faults begin so far after the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One photo: errors and stated standard deviations, or why it was refused.

    Attributes
    ----------
    kind : sheet and what lay on it, or that a part of what is measured was hidden.
    seed : of the photo.
    errors, sds : of length and width; None where it was refused. [m]
    parts : cause → its part of both standard deviations. [m]
    right_side : whether left and right were told apart.
    refusal : the message.
    """

    kind: str
    seed: int
    errors: tuple[float, float] | None = None
    sds: tuple[float, float] | None = None
    parts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    right_side: bool | None = None
    refusal: str = ""


def measure_feet(count: int, report: Report, first: int = SEEDS) -> dict[str, Any]:
    """Measure photos of known feet and insoles, and photos with faults.

    Parameters
    ----------
    count
        Photos of a foot on A4; of the other kinds a share of it.
    report
        Told what is being done, and which share of it is done.
    first
        First seed.

    Returns
    -------
    dict
        `kinds`: photos, refused, bias, sd, rms, coverage of each; `faults`: how many of each were refused.
    """
    shots = [
        (sheet, role, first + 1000 * k + n)
        for k, ((sheet, role), share) in enumerate(_SHARES.items())
        for n in range(max(1, round(count * share)))
    ]
    each = max(2, round(count * _FAULTY))
    whole = len(shots) + each * len(FAULTS)
    outcomes: list[Outcome] = []
    for done, shot in enumerate(shots):
        report("measuring feet and insoles", done / whole)
        outcomes.append(measure_one(*shot))
    faults: dict[str, dict[str, int]] = {}
    for k, fault in enumerate(FAULTS):
        report(f"photos with a fault: {fault}", (len(shots) + k * each) / whole)
        faults[fault] = measure_fault(fault, each, first + _FAULTY_SEEDS)
    return {
        "schema": "kneewise.bench.feet/1",
        "kinds": summarise_outcomes(outcomes),
        "faults": faults,
    }


def measure_one(sheet: str, role: str, seed: int) -> Outcome:
    """Measure one rendered photo."""
    truth = draw_photo(seed, sheet, role)
    hidden = float(truth.facts["hidden"]) > HIDDEN
    kind = f"{role} {'partly hidden' if hidden else f'on {sheet.capitalize()}'}"
    try:
        shape = _measure(truth, Paper(sheet), role, seed)
    except InputError as error:
        return Outcome(kind=kind, seed=seed, refusal=error.what)
    return Outcome(
        kind=kind,
        seed=seed,
        errors=(shape.length - truth.length, shape.width - truth.width),
        sds=(shape.length_sd, shape.width_sd),
        parts={term.value: (float(part[0]), float(part[1])) for term, part in shape.budget.items()},
        right_side=(shape.placed.inner == 1) == truth.right,
    )


def _measure(truth: FootPhoto, paper: Paper, role: str, seed: int) -> Shape:
    """What is measured, through a file, as a user does it."""
    side = "right" if truth.right else "left"
    shows = Shows.FOOT if role == "foot" else Shows(f"{side}-insole")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photo.jpg"
        # Every second phone says its focal length; the stored picture lies in any of four ways.
        content = encode_photo(truth, orientation=(1, 3, 6, 8)[seed % 4])
        file.write_bytes(content if seed % 2 else content.replace(b"\x05\xa4\x03\x00", b"\x05\xa5\x03\x00"))
        one = check_feet([Given(file, shows)], paper).pictures[0]
    if one.shape is None:
        raise ValueError("A photo of a foot or an insole has a shape.")
    return one.shape


def summarise_outcomes(outcomes: list[Outcome]) -> dict[str, dict[str, Any]]:
    """By kind: photos, refused, and of length and width bias, sd, rms, worst and coverage; in millimetres."""
    table: dict[str, dict[str, Any]] = {}
    for kind in dict.fromkeys(one.kind for one in outcomes):
        own = [one for one in outcomes if one.kind == kind]
        measured = [one for one in own if one.errors is not None]
        errors = 1e3 * np.array([one.errors for one in measured]).reshape(-1, 2)
        sds = 1e3 * np.array([one.sds for one in measured]).reshape(-1, 2)
        table[kind] = {
            "photos": len(own),
            "refused": len(own) - len(measured),
            "refusals": sorted({one.refusal for one in own if one.refusal}),
            "side_right": sum(bool(one.right_side) for one in measured),
            "length_mm": _scores(errors[:, 0], sds[:, 0]),
            "width_mm": _scores(errors[:, 1], sds[:, 1]),
            "parts_mm": _parts(measured),
        }
    return table


def _scores(errors: Array, sds: Array) -> dict[str, float]:
    if len(errors) == 0:
        return {}
    return {
        "bias": round(float(errors.mean()), 2),
        "sd": round(float(errors.std()), 2),
        "rms": round(float(np.sqrt((errors**2).mean())), 2),
        "worst": round(float(np.abs(errors).max()), 2),
        "stated_sd": round(float(np.sqrt((sds**2).mean())), 2),
        "within_1_sd": round(float((np.abs(errors) <= sds).mean()), 3),
        "within_2_sd": round(float((np.abs(errors) <= 2 * sds).mean()), 3),
    }


def _parts(measured: list[Outcome]) -> dict[str, list[float]]:
    """Cause → its part of the stated errors of length and width, root mean square."""
    causes = dict.fromkeys(cause for one in measured for cause in one.parts)
    return {
        cause: np.sqrt(np.mean([np.square(one.parts[cause]) for one in measured], axis=0) * 1e6)
        .round(2)
        .tolist()
        for cause in causes
    }


def measure_fault(fault: str, count: int, first: int) -> dict[str, int]:
    """How many photos with a fault were refused, or measured right within three standard deviations."""
    tally = {"photos": 0, "refused": 0, "measured_right": 0, "measured_wrong": 0}
    for seed in range(first, first + count):
        truth = draw_photo(seed, fault=fault)
        tally["photos"] += 1
        try:
            shape = _measure(truth, Paper.A4, "foot", seed)
        except InputError:
            tally["refused"] += 1
        else:
            right = (
                fault != "no foot"
                and abs(shape.length - truth.length) < 3 * shape.length_sd
                and abs(shape.width - truth.width) < 3 * shape.width_sd
            )
            tally["measured_right" if right else "measured_wrong"] += 1
    return tally

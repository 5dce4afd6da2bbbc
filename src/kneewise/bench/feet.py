"""Rendered photos of feet and insoles → error, bias and coverage of their sizes, and what was refused."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..feet import Paper, check_feet
from ..feet.check import Given, Shows
from ..model import Array
from ..synthetic.foot_scene import FAULTS, FootPhoto, draw_photo, encode_photo

SEEDS = 900_000
"""First seed of the benchmark; nothing was tuned on what follows it."""

KINDS = (("a4", "foot"), ("letter", "foot"), ("a4", "insole"), ("card", "foot"))
_SHARES = {("a4", "foot"): 1.0, ("letter", "foot"): 0.25, ("a4", "insole"): 0.4, ("card", "foot"): 0.15}

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One photo: errors and stated standard deviations, or why it was refused.

    Attributes
    ----------
    kind : sheet and what lay on it.
    seed : of the photo.
    errors, sds : of length and width; None where it was refused. [m]
    right_side : whether left and right were told apart.
    refusal : the message.
    """

    kind: str
    seed: int
    errors: tuple[float, float] | None = None
    sds: tuple[float, float] | None = None
    right_side: bool | None = None
    refusal: str = ""


def measure_feet(count: int = 200, report: Report | None = None, first: int = SEEDS) -> dict[str, Any]:
    """Measure photos of known feet and insoles, and photos with faults.

    Parameters
    ----------
    count
        Photos of a foot on A4; of the other kinds a share of it.
    report
        Told what is being done.
    first
        First seed.

    Returns
    -------
    dict
        By kind: photos, refused, bias, sd, rms, coverage; and of each fault how many were refused.
    """
    outcomes = [
        measure_one(sheet, role, first + 1000 * k + n, report)
        for k, (sheet, role) in enumerate(KINDS)
        for n in range(max(1, round(count * _SHARES[sheet, role])))
    ]
    faults = {fault: measure_fault(fault, max(2, count // 20), first) for fault in FAULTS}
    return {"schema": "kneewise.bench.feet/1", "kinds": summarise_outcomes(outcomes), "faults": faults}


def measure_one(sheet: str, role: str, seed: int, report: Report | None = None) -> Outcome:
    """Measure one rendered photo."""
    truth = draw_photo(seed, sheet, role)
    kind = f"{role} on {sheet}" if sheet != "card" else f"{role} beside a card"
    try:
        row = _measure(truth, Paper(sheet), role, seed)
    except InputError as error:
        outcome = Outcome(kind=kind, seed=seed, refusal=error.what)
    else:
        outcome = Outcome(
            kind=kind,
            seed=seed,
            errors=(row[0] - truth.length, row[1] - truth.width),
            sds=(row[2], row[3]),
            right_side=bool(row[4]),
        )
    if report is not None:
        report(f"{kind} {seed}: {outcome.refusal or _told(outcome)}")
    return outcome


def _told(outcome: Outcome) -> str:
    if outcome.errors is None or outcome.sds is None:
        return ""
    words = zip(("length", "width"), outcome.errors, outcome.sds, strict=True)
    return ", ".join(f"{name} {1e3 * error:+.1f} ± {1e3 * sd:.1f} mm" for name, error, sd in words)


def _measure(truth: FootPhoto, paper: Paper, role: str, seed: int) -> tuple[float, ...]:
    """Length, width, their errors, and whether the side is right; through a file, as a user does it."""
    side = "right" if truth.right else "left"
    shows = Shows.FOOT if role == "foot" else Shows(f"{side}-insole")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photo.jpg"
        # Every second phone says its focal length; the stored picture lies in any of four ways.
        content = encode_photo(truth, orientation=(1, 3, 6, 8)[seed % 4])
        file.write_bytes(content if seed % 2 else content.replace(b"\x05\xa4\x03\x00", b"\x05\xa5\x03\x00"))
        one = check_feet([Given(file, shows)], paper).pictures[0]
    if one.shape is None or one.side is None:
        raise ValueError("A photo of a foot or an insole has a shape.")
    shape = one.shape
    return (
        shape.length,
        shape.width,
        shape.length_sd,
        shape.width_sd,
        one.side.name.lower() == side,
    )


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


def measure_fault(fault: str, count: int, first: int) -> dict[str, int]:
    """How many photos with a fault were refused, or measured right within three standard deviations."""
    tally = {"photos": 0, "refused": 0, "measured_right": 0, "measured_wrong": 0}
    for seed in range(first + 50_000, first + 50_000 + count):
        truth = draw_photo(seed, fault=fault)
        tally["photos"] += 1
        try:
            row = _measure(truth, Paper.A4, "foot", seed)
        except InputError:
            tally["refused"] += 1
        else:
            right = fault != "no foot" and all(
                abs(row[k] - true) < 3 * row[k + 2] for k, true in enumerate((truth.length, truth.width))
            )
            tally["measured_right" if right else "measured_wrong"] += 1
    return tally


def render_feet_text(summary: dict[str, Any]) -> str:
    """The benchmark for the terminal."""
    lines = [
        "kind, photos, refused: error of length and width in mm as bias ± sd (stated; within 1 and 2 sd)"
    ]
    for kind, row in summary["kinds"].items():
        parts = [f"{kind}, {row['photos']}, {row['refused']}:"]
        for name in ("length_mm", "width_mm"):
            one = row[name]
            if one:
                parts.append(
                    f"{one['bias']:+.1f} ± {one['sd']:.1f} ({one['stated_sd']:.1f}; "
                    f"{one['within_1_sd']:.0%}, {one['within_2_sd']:.0%})"
                )
        lines.append(" ".join(parts))
    for fault, tally in summary["faults"].items():
        lines.append(
            f"{fault}: {tally['photos']} photos, {tally['refused']} refused, "
            f"{tally['measured_right']} measured right, {tally['measured_wrong']} wrong"
        )
    return "\n".join(lines)

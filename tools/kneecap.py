"""Fits the dimensions in `kinetics/kneecap.py` to laws measured up to 90°. Run: python -m tools.kneecap

Writes the dimensions, the agreement with every law, and how far apart knees lie deeper that agree equally
well.
"""

import sys

import numpy as np
from scipy.optimize import least_squares

from kneewise.kinetics.kneecap import KNEECAP, Courses, Kneecap, solve_kneecap

# Anatomy to start from and its spread; usual values of adults, from memory. [m]
NAMES = (
    "groove_x",
    "groove_y",
    "line",
    "wrap",
    "height",
    "tubercle_x",
    "tubercle_y",
    "tendon",
    "origin_x",
    "origin_y",
)
USUAL = np.array([0.008, 0.008, 0.040, 0.030, 0.042, 0.025, -0.042, 0.052, 0.035, 0.250])
SPREAD = np.array([0.005, 0.006, 0.006, 0.005, 0.004, 0.008, 0.008, 0.008, 0.015, 0.060])
TRUST_IN_ANATOMY = 0.5  # against the laws: a plane through a knee with a fixed axis is not quite a knee

ANGLES = np.arange(0.0, 91.0, 5.0)  # of the laws [°]
TENDON = {0.0: 0.04255, 20.0: 0.03991, 40.0: 0.03773, 60.0: 0.03618}  # in vivo: sd 3 to 4 mm [m]
# Patellar over quadriceps tendon force: 10° and 70° Buff 1988 (eight cadaver knees); 60° and 90° from the
# laws above, at 90° between the two published extrapolations 0.61 and 0.73.
RATIO = {10.0: 1.16, 60.0: 0.92, 70.0: 0.65, 90.0: 0.67}
ERRORS = {"lever": 0.06, "contact": 0.05, "tendon": 0.0015, "ratio": 0.05}


def van_eijden_lever(degrees: np.ndarray) -> np.ndarray:
    """Effective lever arm of the quadriceps, van Eijden 1986; 0 to 90°. [m]"""
    return 0.046 + degrees * (2.8e-4 + degrees * (-1.3e-5 + degrees * 8.0e-8))


def van_eijden_contact(degrees: np.ndarray) -> np.ndarray:
    """Patellofemoral over quadriceps force, van Eijden 1986; 0 to 90°."""
    over = 0.462 + degrees * (1.47e-3 - degrees * 3.84e-5)
    return over / (1 + degrees * (-1.62e-2 + degrees * (1.55e-4 - degrees * 6.98e-7)))


def kneecap_of(sizes: np.ndarray) -> Kneecap:
    """Dimensions in the order of `NAMES`."""
    gx, gy, line, wrap, height, tx, ty, tendon, ox, oy = sizes.tolist()
    return Kneecap(
        groove=complex(gx, gy), line=line, wrap=wrap, height=height, tubercle=complex(tx, ty), tendon=tendon,
        origin=complex(ox, oy), roll_back=KNEECAP.roll_back,
    )  # fmt: skip


def at(values: np.ndarray, wanted: dict[float, float]) -> np.ndarray:
    """Values over `ANGLES` at the angles that are wanted."""
    return np.interp([*wanted], ANGLES, values)


def misfit(sizes: np.ndarray, bias: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Departures from laws and anatomy in units of their errors; the laws are multiplied by `bias`."""
    courses = solve_kneecap(kneecap_of(sizes), np.radians(ANGLES))
    parts = (
        (courses.lever / (bias[0] * van_eijden_lever(ANGLES)) - 1) / ERRORS["lever"],
        (courses.contact / (bias[1] * van_eijden_contact(ANGLES)) - 1) / ERRORS["contact"],
        (at(courses.tendon_lever, TENDON) - bias[2] * np.array([*TENDON.values()])) / ERRORS["tendon"],
        (at(courses.lever / courses.tendon_lever, RATIO) - bias[0] / bias[2] * np.array([*RATIO.values()]))
        / ERRORS["ratio"],
        TRUST_IN_ANATOMY * (sizes - usual) / SPREAD,
    )
    return np.nan_to_num(np.clip(np.concatenate(parts), -50, 50), nan=50.0)


def fit(bias: np.ndarray, usual: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, float]:
    """Best dimensions over several starts, and their cost."""
    found = [
        least_squares(misfit, start, args=(bias, usual), x_scale=SPREAD, max_nfev=150) for start in starts
    ]
    best = min(found, key=lambda result: result.cost)
    return best.x, best.cost


def describe(courses: Courses) -> str:
    """What follows from the mechanism beside the laws, as a table."""
    lines = ["   °  L mm (law)   PF/Q (law)   L_PT   PT/Q  tendon on bone/Q  PF per N·m"]
    for k, degrees in enumerate(np.degrees(courses.flexion)):
        law = "    -     -"
        if degrees <= ANGLES[-1]:
            law = f"{1000 * van_eijden_lever(degrees):5.1f} {van_eijden_contact(degrees):5.2f}"
        lines.append(
            f"{degrees:4.0f}  {1000 * courses.lever[k]:5.1f} {courses.contact[k]:5.2f} ({law})"
            f"  {1000 * courses.tendon_lever[k]:5.1f}  {courses.lever[k] / courses.tendon_lever[k]:5.2f}"
            f"  {courses.wrapped[k]:5.2f}  {courses.contact[k] / courses.lever[k]:5.1f}"
        )
    return "\n".join(lines)


def spread(sizes: np.ndarray, rng: np.random.Generator, count: int) -> np.ndarray:
    """Lever, kneecap force per N·m and tendon lever of knees as likely as the fitted one, over 0 to 160°.

    Each is fitted to laws and anatomy that are off by their own errors.
    """
    deep = np.radians(np.arange(0.0, 161.0, 10.0))
    knees = []
    for _ in range(count):
        bias = np.exp(rng.normal(0, [0.10, 0.05, 0.08]))
        usual = USUAL + SPREAD * rng.normal(size=len(USUAL))
        other, _ = fit(bias, usual, sizes[None])
        courses = solve_kneecap(kneecap_of(other), deep)
        knees.append(np.stack((courses.lever, courses.contact / courses.lever, courses.tendon_lever)))
    return np.array(knees)


def main() -> None:
    """Fit, and write what comes out."""
    rng = np.random.default_rng(1)
    starts = np.concatenate((USUAL[None], USUAL + 0.7 * SPREAD * rng.normal(size=(11, len(USUAL)))))
    sizes, cost = fit(np.ones(3), USUAL, starts)
    sys.stdout.write(f"cost {cost:.2f}\n")
    for name, size, usual in zip(NAMES, sizes, USUAL, strict=True):
        sys.stdout.write(f"{name:11} {1000 * size:7.2f} mm (usual {1000 * usual:.0f})\n")
    deep = np.radians(np.arange(0.0, 161.0, 10.0))
    sys.stdout.write(describe(solve_kneecap(kneecap_of(sizes), deep)) + "\n")
    knees = np.log(spread(sizes, rng, 60))
    sys.stdout.write("relative sd over 0, 10 … 160° of knees as likely, per cent\n")
    for name, values in zip(("lever", "PF per N·m", "tendon lever"), np.moveaxis(knees, 1, 0), strict=True):
        percent = " ".join(f"{100 * sd:3.0f}" for sd in np.nanstd(values, axis=0))
        sys.stdout.write(f"{name:13} {percent}\n")


if __name__ == "__main__":
    main()

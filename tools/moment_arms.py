"""Writes `knowledge/moment_arms.csv` from the legs of myo-sim. Run: python -m tools.moment_arms

Needs `pip install myo-sim` (Apache-2.0). A row is the mean of a group's parts, weighted by their strength.
"""

import csv
import io
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import mujoco
import numpy as np

KNOWLEDGE = Path(__file__).parents[1] / "src" / "kneewise" / "knowledge"
JOINTS = ("hip_flexion", "knee_angle", "ankle_angle")
ANGLES = {"hip": range(-10, 121, 10), "knee": range(0, 121, 10), "ankle": range(-20, 31, 10)}
REST = {"hip": 60.0, "knee": 60.0, "ankle": 10.0}
CROSSED = {
    "gluteus maximus": ("hip",),
    "hamstrings": ("hip", "knee"),
    "adductors": ("hip",),
    "rectus femoris": ("hip",),
    "gastrocnemius": ("knee", "ankle"),
    "soleus": ("ankle",),
    "iliopsoas": ("hip",),
    "tibialis anterior": ("ankle",),
}
"""What is asked of the engine; how the quadriceps moves the knee is `kneewise.kinetics.kneecap`."""

# Hip flexion [°] and hip extensor arms [mm] of gluteus maximus 1, 2, 3 in Rajagopal 2016, run in OpenSim 4.6.
# The engine's upper two lose the wrap over the pelvis from about 30° on and turn into hip flexors past 105°.
WRAPPED = {
    0: (49, 63, 75),
    30: (45, 53, 74),
    60: (39, 42, 59),
    90: (31, 28, 45),
    105: (27, 21, 39),
    120: (24, 15, 34),
}
BLEND = (30, 90)  # the engine's arm below, the wrapped one above [°]
LEAST_GLUTEAL = 0.025  # the muscle lies on the bone: an arm below that is a missing wrap [m], estimate
ENGINE = "myo-sim 0.2.3 myolegs in MuJoCo, change of length with angle, weighted by strength"
REPAIRED = f"{ENGINE}; from {BLEND[0]}° blended to the arms of Rajagopal 2016 in OpenSim 4.6, at least 25 mm"


class Legs:
    """The right leg of the engine."""

    def __init__(self) -> None:
        from myo_sim.build.compose import build_spec

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns that the model may not be saved: nobody saves it
            self.model = build_spec("myolegs").compile()
        self.data = mujoco.MjData(self.model)
        self.names = [self.model.actuator(i).name for i in range(self.model.nu)]

    def lengths(self, angles: dict[str, float]) -> np.ndarray:
        """Length of every muscle at joint angles in degrees. [m]"""
        self.data.qpos[:] = self.model.qpos0
        for name, joint in zip(ANGLES, JOINTS, strict=True):
            self.data.joint(f"{joint}_r").qpos = np.radians(angles[name])
        for row in range(self.model.neq):  # kneecap and sliding of the knee follow its angle
            if self.model.joint(self.model.eq_obj2id[row]).name == "knee_angle_r":
                course = self.model.eq_data[row][:5][::-1]
                self.data.joint(self.model.eq_obj1id[row]).qpos = np.polyval(
                    course, np.radians(angles["knee"])
                )
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)
        mujoco.mj_tendon(self.model, self.data)
        mujoco.mj_transmission(self.model, self.data)
        return np.array(self.data.actuator_length)

    def arms(self, joint: str, angles: dict[str, float]) -> np.ndarray:
        """Arm of every muscle about a joint; extension and plantarflexion positive. [m]"""
        step = 0.05
        ahead = self.lengths(angles | {joint: angles[joint] + step})
        behind = self.lengths(angles | {joint: angles[joint] - step})
        return (ahead - behind) / np.radians(2 * step)

    def arm(self, parts: dict[str, float], joint: str, angles: dict[str, float]) -> float:
        """Arm of a group, the mean of its parts weighted by strength. [m]"""
        arms = self.arms(joint, angles)
        return float(np.average([arms[self.names.index(f"{p}_r")] for p in parts], weights=[*parts.values()]))


def read_parts() -> dict[str, dict[str, float]]:
    """Parts and strengths of every group, from `strengths.csv`."""
    groups: dict[str, dict[str, float]] = {}
    for row in csv.DictReader((KNOWLEDGE / "strengths.csv").read_text(encoding="utf-8").splitlines()):
        groups.setdefault(row["muscle"], {})[row["part"]] = float(row["force"])
    return groups


def rows() -> Iterator[tuple[str, str, int, str, str, str, str]]:
    """Rows of the table."""
    legs, groups = Legs(), read_parts()
    for muscle, joints in CROSSED.items():
        for joint in joints:
            for angle in ANGLES[joint]:
                arm, source = legs.arm(groups[muscle], joint, REST | {joint: float(angle)}), ENGINE
                if muscle == "gluteus maximus" and angle > BLEND[0]:
                    arm, source = repair_gluteal(arm, groups[muscle], angle), REPAIRED
                yield muscle, joint, angle, f"{arm:.4f}", source, "derived", "model"


def repair_gluteal(engine: float, parts: dict[str, float], angle: float) -> float:
    """Hip extensor arm of gluteus maximus where the engine's upper parts have lost their wrap. [m]"""
    weights = [*parts.values()]
    wrapped = [np.average(arms, weights=weights) / 1000 for arms in WRAPPED.values()]
    share = np.clip((angle - BLEND[0]) / (BLEND[1] - BLEND[0]), 0, 1)
    arm = (1 - share) * engine + share * np.interp(angle, [*WRAPPED], wrapped)
    return float(max(arm, LEAST_GLUTEAL))


def dependence() -> Iterator[tuple[str, str, str, float]]:
    """How far another joint than the one in the table moves an arm at most: muscle, joint, other, metres."""
    legs, groups = Legs(), read_parts()
    for muscle, joints in CROSSED.items():
        for joint in joints:
            for other in set(ANGLES) - {joint}:
                grid = [[legs.arm(groups[muscle], joint, REST | {joint: float(a), other: float(b)})
                         for b in ANGLES[other]] for a in ANGLES[joint]]  # fmt: skip
                yield muscle, joint, other, float(np.ptp(grid, axis=1).max() / 2)


def table() -> str:
    """The file's text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("muscle", "joint", "angle", "arm", "source", "checked", "grade"))
    writer.writerows(rows())
    return text.getvalue()


def main() -> None:
    """Write the table of the package, and say where an arm depends on another joint."""
    (KNOWLEDGE / "moment_arms.csv").write_text(table(), encoding="utf-8")
    for muscle, joint, other, most in dependence():
        if most > 0.0005:
            sys.stdout.write(f"{muscle} at the {joint}: ±{1000 * most:.1f} mm with the {other}\n")


if __name__ == "__main__":
    main()

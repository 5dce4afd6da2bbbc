"""Synthetic people with markers on: known turns → joint centres and markers, sharing no code with the solver.

Lab frame as everywhere; a pelvis that moves so that the left ankle stays where it is.
"""

from dataclasses import dataclass, replace

import numpy as np
from people import down_and_up, frame_times
from scipy.spatial.transform import Rotation

from kneewise.conventions import Side

RATE = 50.0
THIGH, SHANK = 0.41, 0.42
HIP = np.array([[-0.05, 0.085, -0.08], [-0.05, -0.085, -0.08]])
"""From mid-ASIS in the pelvis' axes. [m]"""
TURNED = np.radians([4.0, -6.0])
"""Turn of each knee's hinge about the thigh, so that knees do not look alike. [rad]"""

PELVIS_MARKERS = {
    "L.ASIS": (0.0, 0.12, 0.0),
    "r.ASIS": (0.0, -0.12, 0.0),
    "L.PSIS": (-0.18, 0.045, 0.01),
    "r.PSIS": (-0.18, -0.045, 0.01),
    "L_HJC": HIP[0],
    "R_HJC": HIP[1],
}
TRUNK_MARKERS = {
    "C7": (-0.08, 0.0, 0.50),
    "L_Shoulder": (-0.02, 0.18, 0.47),
    "R_Shoulder": (-0.02, -0.18, 0.47),
    "L_Sternum": (0.06, 0.03, 0.42),
    "R_Sternum": (0.06, -0.03, 0.42),
}
LEG_MARKERS = {
    "thigh": {"thigh1": (0.06, 0.05, -0.12), "thigh2": (0.07, 0.04, -0.25), "thigh3": (-0.02, 0.08, -0.2)},
    "knee": {"knee": (0.0, 0.058, -THIGH), "mknee": (0.0, -0.058, -THIGH)},
    "shank": {"sh2": (0.0, 0.06, -0.12), "sh3": (-0.03, 0.05, -0.25), "shank_antsup": (0.05, 0.02, -0.09)},
    "ankle": {"ankle": (0.0, 0.04, -SHANK), "mankle": (0.0, -0.04, -SHANK)},
    "foot": {"calc": (-0.05, 0.0, -0.03), "toe": (0.16, 0.0, -0.02), "5meta": (0.12, 0.05, -0.035)},
}
"""From the proximal joint in the segment's axes, second number outwards. [m]"""


@dataclass(frozen=True)
class Marked:
    """A person in motion: joints (n, side, hip knee ankle, xyz), bend (n, side), markers by name."""

    time: np.ndarray
    joints: np.ndarray
    bend: np.ndarray
    markers: dict

    def without(self, *names):
        return replace(self, markers={k: v for k, v in self.markers.items() if k not in names})

    def changed(self, **changes):
        return replace(self, markers={**self.markers, **changes})

    def renamed(self, table):
        return replace(self, markers={table.get(k, k): v for k, v in self.markers.items()})


def turn(axis, angle):
    return Rotation.from_rotvec(np.outer(angle, np.eye(3)["xyz".index(axis)]))


def squat_with_markers(seconds=4.0, deepest=100.0, rate=RATE):
    """Stand for a second, squat once, stand; hips turn out, knees hinge obliquely."""
    time = frame_times(seconds, rate)
    course = down_and_up(time, 1.0)
    bend = np.radians(np.stack([deepest * course, (deepest - 5) * course], -1))
    lean, tilt = np.radians(30) * course, np.radians(25) * course
    pelvis = turn("y", tilt)
    trunk = turn("y", lean)
    n = len(time)
    joints, markers, starts = np.zeros((n, 2, 3, 3)), {}, {}
    for name, place in PELVIS_MARKERS.items():
        markers[name] = pelvis.apply(np.asarray(place, float))
    for name, place in TRUNK_MARKERS.items():
        markers[name] = pelvis.apply([-0.1, 0.0, 0.05]) + trunk.apply(np.asarray(place, float))
    for side in Side:
        letter, out = "Lr"[side], side.outward
        hinge = Rotation.from_euler("z", TURNED[side] * out)
        away = turn("x", out * np.radians(4 + 6 * course)) * turn("z", out * np.radians(8 * course))
        thigh = turn("y", -bend[:, side] * 0.62) * away
        hip = pelvis.apply(HIP[side])
        knee = hip + thigh.apply([0.0, 0.0, -THIGH])
        shank = thigh * hinge * turn("y", bend[:, side]) * hinge.inv()
        ankle = knee + shank.apply([0.0, 0.0, -SHANK])
        foot = turn("z", np.full(n, out * np.radians(10)))
        joints[:, side] = np.stack([hip, knee, ankle], 1)
        starts[letter] = {
            "thigh": (hip, thigh), "knee": (hip, thigh * hinge), "shank": (knee, shank),
            "ankle": (knee, shank), "foot": (ankle, foot),
        }  # fmt: skip
        for part, places in LEG_MARKERS.items():
            begin, turned = starts[letter][part]
            for name, place in places.items():
                markers[f"{letter}_{name}"] = begin + turned.apply(np.asarray(place, float) * [1, out, 1])
    origin = joints[:, Side.LEFT, 2] - joints[0, Side.LEFT, 2] + [0, 0, joints[0, 0, 2, 2] - 0.08]
    markers = {name: points - origin for name, points in markers.items()}
    return Marked(time, joints - origin[:, None, None], bend, markers)


def to_opensim(points):
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], -1)


def write_trc(path, marked, **said):
    """A TRC file; what is `said` may differ from what is so."""
    frames = len(marked.time)
    fact = {"rate": RATE, "frames": frames, "markers": len(marked.markers), "units": "m", "factor": 1.0,
            "axes": to_opensim, "time": marked.time, "gap": "", "eol": "\n"} | said  # fmt: skip
    header = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{fact['rate']}\t{fact['rate']}\t{fact['frames']}\t{fact['markers']}\t{fact['units']}"
        f"\t{fact['rate']}\t1\t{frames}",
        "Frame#\tTime\t" + "\t\t\t".join(marked.markers) + "\t\t",
        "\t\t" + "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, len(marked.markers) + 1)),
        "",
    ]
    points = np.stack([fact["factor"] * fact["axes"](p) for p in marked.markers.values()], 1)
    rows = []
    for i in range(frames):
        cells = [f"{x:.9f}" if np.isfinite(x) else fact["gap"] for x in points[i].ravel()]
        now = fact["time"][i] if fact["time"] is not None else np.nan
        rows.append("\t".join([str(i + 1), f"{now:.6f}" if np.isfinite(now) else "", *cells]))
    path.write_bytes(fact["eol"].join([*header, *rows, ""]).encode())
    return path

"""Sit-to-stands with force plates: markers alone against plates, and plates against two laboratories.

Nothing is tuned to them; limits are those that were asked for before.
"""

from pathlib import Path

import numpy as np
import pytest
from lifters import lift

from kneewise.conventions import JointLoad, Side
from kneewise.kinetics import Chance, compute_loads
from kneewise.kinetics.rigid import GRAVITY
from kneewise.knowledge import read_marker_landmarks, read_marker_names
from kneewise.markers.reading import read_trc
from kneewise.markers.tracing import trace
from kneewise.model import Burden, GroundForces, Person

pytestmark = pytest.mark.data

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "mocap" / "subject_a"
TRIALS = ("STS1", "STSAsym1", "STSweakLegs1")
PLATES = {Side.RIGHT: 1, Side.LEFT: 2}
PERSON = Person(height=1.60, mass=60.05)
LIFTER = lift(PERSON, Burden())
WEIGHT = 60.05 * GRAVITY
KNEE = JointLoad.KNEE_MOMENT


def read_columns(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    first = lines.index("endheader") + 1
    names = lines[first].split()
    table = np.array([line.split() for line in lines[first + 1 :] if line.strip()], dtype=float)
    return dict(zip(names, table.T, strict=True))


def turn_between(before, after):
    """Rotation and shift that lead from some points to others."""
    middle = before.mean(axis=0), after.mean(axis=0)
    u, _, v = np.linalg.svd((before - middle[0]).T @ (after - middle[1]))
    turn = (u @ np.diag([1, 1, np.linalg.det(u @ v)]) @ v).T
    return turn, middle[1] - turn @ middle[0]


def plates_of(name, traced):
    """What the plates measured, turned into the lab frame of the pose with the markers."""
    raw = read_trc(FOLDER / f"{name}.trc")
    places = [traced.track.names.index(marker) for marker in raw.names]
    before, after = raw.points[::50].reshape(-1, 3), traced.track.points[::50][:, places].reshape(-1, 3)
    known = np.isfinite(before).all(axis=1) & np.isfinite(after).all(axis=1)
    turn, shift = turn_between(before[known], after[known])
    columns, time = read_columns(FOLDER / f"{name}_grf.mot"), traced.pose.time

    def read(side, kind):
        stem = f"ground_force_{PLATES[side]}_{kind}"
        return np.stack([np.interp(time, columns["time"], columns[stem + axis]) for axis in "xyz"], axis=-1)

    force = np.stack([read(side, "v") @ turn.T for side in Side], axis=1)
    pressure = np.stack([read(side, "p") @ turn.T + shift for side in Side], axis=1)
    free = np.stack([read(side, "m")[:, 1] for side in Side], axis=1)
    pressure[force[..., 2] < 20] = np.nan
    return GroundForces(time=time, force=force, pressure=pressure, free_moment=free)


@pytest.fixture(scope="module")
def trials():
    done = {}

    def trial(name):
        if name not in done:
            tables = read_marker_names(), read_marker_landmarks()
            rng = np.random.default_rng(1)
            traced = trace(FOLDER / f"{name}.trc", FOLDER / "static1.trc", *tables, rng)
            forces = plates_of(name, traced)
            alone, plated = (
                compute_loads(traced.pose, LIFTER, Chance(person=1), forces=f) for f in (None, forces)
            )
            standing = np.isfinite(plated.lumbar) & np.isfinite(alone.lumbar)
            done[name] = alone, plated, forces, standing & (forces.force[..., 2].sum(axis=1) > 0.5 * WEIGHT)
        return done[name]

    return trial


@pytest.mark.parametrize("name", TRIALS)
def test_the_knee_moment_from_markers_alone_is_within_ten_newton_metres_of_plates(name, trials):
    alone, plated, _, standing = trials(name)
    assert np.abs(alone.leg - plated.leg)[standing][..., KNEE].mean() < 10


@pytest.mark.parametrize("name", TRIALS)
def test_the_vertical_force_is_within_five_percent_of_the_weight(name, trials):
    _, plated, _, standing = trials(name)
    assert np.sqrt(np.mean(plated.residual[standing, 2] ** 2)) < 0.05 * WEIGHT


def test_the_foot_that_carries_more_is_found(trials):
    alone, _, forces, standing = trials("STSAsym1")
    seen = np.diff(alone.leg[..., JointLoad.GROUND_REACTION], axis=1)
    true = np.diff(forces.force[..., 2], axis=1)
    assert np.mean(np.sign(seen[standing]) == np.sign(true[standing])) > 0.9


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("load", "column"), [(JointLoad.HIP_MOMENT, "hip_flexion"), (KNEE, "knee_angle")], ids=["hip", "knee"]
)
def test_with_plates_we_are_nearer_to_a_laboratory_than_two_are_to_each_other(side, load, column, trials):
    _, plated, _, standing = trials("STS1")
    theirs = []
    for scaling in ("manual", "auto"):
        columns = read_columns(FOLDER / f"STS1_{scaling}_id.sto")
        moment = columns[f"{column}_{side.name[0].lower()}_moment"]
        theirs.append(-np.interp(plated.time, columns["time"], moment)[standing])
    ours = plated.leg[standing, side, load]
    apart = np.abs(theirs[0] - theirs[1]).mean()
    assert min(np.abs(ours - one).mean() for one in theirs) < apart

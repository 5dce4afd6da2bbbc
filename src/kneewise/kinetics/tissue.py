"""Net loads → what the parts of the knee carry. The one place where joints hand over to tissue."""

import numpy as np

from ..conventions import JointLoad
from ..model import Array, Person
from .dynamics import NetLoads
from .knee import Knee, compute_knee_forces
from .posture import Axes

_KNEE = 1  # place of the knee among the moments


def compute_tissue_loads(net: NetLoads, axes: Axes, person: Person, knee: Array) -> dict[JointLoad, Array]:
    """Forces [N] and stress [Pa] inside the knee, (s, n, side) each.

    Parameters
    ----------
    net
        Net moments and forces, in s versions.
    axes
        For the bend of the knee.
    person
        Stature and sex scale the knee.
    knee
        (s, 3) Standard deviations by which the knee differs from the mean one.
    """
    lever, tendon, area = (np.asarray(column)[:, None, None] for column in knee.T)
    size = Knee(stature=person.height, sex=person.sex, lever=lever, tendon=tendon, area=area)
    forces = compute_knee_forces(net.moments[..., _KNEE], axes.flexion, net.compression, size)
    return {
        JointLoad.PATELLOFEMORAL_FORCE: forces.patellofemoral,
        JointLoad.PATELLOFEMORAL_STRESS: forces.stress,
        JointLoad.TIBIOFEMORAL_FORCE: forces.tibiofemoral,
    }

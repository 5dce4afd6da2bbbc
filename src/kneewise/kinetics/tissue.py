"""Net loads → what muscles and the parts of the knee carry: where joints hand over to tissue."""

import numpy as np

from ..conventions import JointLoad, Muscle
from ..model import Array
from .constants import Lifter
from .dynamics import NetLoads
from .knee import Flexors, compute_knee_forces
from .leg import KNEE, LegTissue
from .posture import Axes


def tissue_of(lifter: Lifter, leg: Array) -> LegTissue:
    """The leg of a person, in as many versions as `leg` has rows.

    Parameters
    ----------
    lifter
        Stature, mass and sex scale it.
    leg
        (s, 8) standard deviations by which it differs from the mean leg, in the order of `LegTissue`.
    """
    lever, tendon, area, onset, touch, pull, hip_share, arm = (
        np.asarray(column)[:, None, None] for column in leg.T
    )
    return LegTissue(
        tables=lifter.tables,
        stature=lifter.person.height,
        mass=lifter.body.mass,
        sex=lifter.person.sex,
        lever=lever,
        tendon=tendon,
        area=area,
        calf_onset=onset,
        calf_force=touch,
        co_contraction=pull,
        hip_share=hip_share,
        flexor_arm=arm,
    )


def compute_tissue_loads(
    net: NetLoads, axes: Axes, tissue: LegTissue, flexors: Flexors
) -> dict[JointLoad, Array]:
    """Forces [N] and stress [Pa] inside the knee, (s, n, side) each.

    Parameters
    ----------
    net
        Net moments and forces, in s versions.
    axes
        For the bend of the knee.
    tissue
        Whose leg, in s versions.
    flexors
        What hamstrings and calf pull with in the likeliest version of the movement, (n, side) each: how hard
        they pull in another one is a matter of `tissue`, and hardly of the posture.
    """
    knee = compute_knee_forces(net.moments[..., KNEE], axes.flexion, net.compression, tissue, flexors)
    return {
        JointLoad.PATELLOFEMORAL_FORCE: knee.patellofemoral,
        JointLoad.PATELLOFEMORAL_STRESS: knee.stress,
        JointLoad.TIBIOFEMORAL_FORCE: knee.tibiofemoral,
        JointLoad.QUADRICEPS_FORCE: knee.quadriceps,
        JointLoad.PATELLAR_TENDON_FORCE: knee.patellar_tendon,
    }


def flexors_of(muscle: Array) -> Flexors:
    """What bends the knee, of muscle forces (…, muscle)."""
    return Flexors(hamstrings=muscle[..., Muscle.HAMSTRINGS], gastrocnemius=muscle[..., Muscle.GASTROCNEMIUS])

"""Pose + body → Loads: net moments and forces of the leg and the low back, without force plates.

Hip and knee moments are extensor positive, the ankle's plantarflexor positive. The loads of the mean pose
with nominal constants are the value; the spread over the pose's draws, each with its own set of uncertain
body, balance and knee constants, is the standard deviation.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from ..conventions import Bar, JointLoad, Side
from ..model import Array, Burden, Loads, Mask, Pose, Segments
from .acceleration import second_derivative
from .dynamics import Constants, compute_net_loads, estimate_ground, measure_lean, place_masses
from .knee import Flexors, compute_knee_forces
from .leg import LegTissue, TissueTables, build_tissue_tables

__all__ = ["LegTissue", "TissueTables", "build_tissue_tables", "compute_loads"]


@dataclass(frozen=True, slots=True)
class _Carry:
    """Where a weight sits from mid-shoulder, and where the arms then are.

    Attributes
    ----------
    forward, up : ahead of the trunk line and along it. [m]
    sd : one standard deviation of both. [m]
    ahead, ahead_sd : of the trunk line, the centre of head, arms and trunk. [m]
    """

    forward: float
    up: float
    sd: float
    ahead: float
    ahead_sd: float


# All estimates: no paper gives these from mid-shoulder. Arms stretched out ahead bring the upper body's
# centre 5 cm forward, a rounded back or hanging arms bring it back by as much: without a bar it can be
# anywhere between.
_CARRIES = {
    Bar.NONE: _Carry(0.0, 0.0, 0.0, 0.0, 0.05),
    Bar.BACK_HIGH: _Carry(-0.06, 0.05, 0.02, 0.0, 0.03),
    Bar.BACK_LOW: _Carry(-0.09, -0.01, 0.02, 0.0, 0.03),
    Bar.FRONT: _Carry(0.09, 0.02, 0.02, 0.03, 0.03),
    Bar.GOBLET: _Carry(0.22, -0.12, 0.04, 0.02, 0.03),
}
_VARIED = 17  # number of uncertain constants
_EQUAL_FEET_SD = 0.08
"""How far people's share of one foot lies from a half in two-legged squats; an estimate. [unitless]"""
_GAP = 0.25  # a longer hole between two frames cuts the movement in two [s]

_ASSUMPTIONS = (
    "The floor's force is computed from how the body moves; only the feet touch anything.",
    "Both feet press at the same share of the way from heel to toe, and push apart as if towards the hips.",
    "Head, trunk and arms move as one; where the arms are, and how round the back is, is not measured.",
    "Muscles do not work against each other, so forces inside the knee are lower bounds.",
    "Beyond 90° of knee bend the knee's lever arms follow a mechanism; beyond 130° thigh and calf may touch.",
)


def compute_loads(
    pose: Pose, body: Segments, burden: Burden, tissue: LegTissue, rng: np.random.Generator
) -> Loads:
    """Net moments, ground reaction and knee forces of both legs, and the low-back moment.

    Parameters
    ----------
    pose
        Joints in the lab frame, with at least two draws.
    body
        As `build_body` gives it for this person.
    burden
        Bar or weight; its place must be known where it has a mass.
    tissue
        The leg of the mean person of this size and sex.
    rng
        Draws the sets of uncertain constants.

    Returns
    -------
    Loads
        `leg[:, side, load]` in the order of `JointLoad`: moments [N·m] about the leg's hinge, forces [N],
        stress [Pa]; the ground reaction is the vertical force. NaN where a joint is missing in that frame,
        or where the floor carries less than a fifth of the weight.

    Raises
    ------
    ValueError
        If there are fewer than two draws, or a weight without a place.

    Notes
    -----
    Newton–Euler for the whole body gives force and centre of pressure, then each leg is solved from the foot
    upwards; see `estimate_ground`, `compute_net_loads` and `compute_knee_forces` for what each assumes.

    Assumes: both feet on the floor, nothing else touched (no seat, no handrail).
    Error: one centimetre of the distance from knee to centre of pressure is 3.7 N·m a leg at 75 kg.

    References
    ----------
    .. [1] Winter 2009, Biomechanics and Motor Control of Human Movement, ch. 5.
    """
    _check(pose, burden)
    nominal = _Unseen.of(body, burden, tissue)
    sets = nominal.vary(len(pose.draws), burden, rng)
    doubts = rng.permutation(np.linspace(-1.7, 1.7, len(sets)))
    legs = np.full((len(sets) + 1, len(pose.time), len(Side), len(JointLoad)), np.nan)
    lumbar = np.full((len(sets) + 1, len(pose.time)), np.nan)
    outside = np.zeros(len(pose.time), dtype=bool)
    for run in _runs(pose):
        operator = second_derivative(pose.time[run])
        trust = _trust_in_share(pose.draws[:, run], nominal, operator)
        believed = nominal.trusting(trust, 0.0)
        legs[0, run], lumbar[0, run], outside[run] = _solve(pose.joints[run], believed, operator)
        for k, (draw, unseen, doubt) in enumerate(zip(pose.draws, sets, doubts, strict=True), start=1):
            believed = unseen.trusting(trust, doubt)
            legs[k, run], lumbar[k, run], _ = _solve(draw[run], believed, operator)
    return Loads(
        time=pose.time,
        leg=legs[0],
        leg_sd=np.where(np.isnan(legs[0]), np.nan, legs[1:].std(axis=0, ddof=1)),
        lumbar=lumbar[0],
        lumbar_sd=np.where(np.isnan(lumbar[0]), np.nan, lumbar[1:].std(axis=0, ddof=1)),
        assumptions=_ASSUMPTIONS + _balance_note(outside, ~np.isnan(lumbar[0])),
    )


@dataclass(frozen=True, slots=True)
class _Unseen:
    """One set of everything a film does not show."""

    constants: Constants
    tissue: LegTissue

    @classmethod
    def of(cls, body: Segments, burden: Burden, tissue: LegTissue) -> "_Unseen":
        """Build the likeliest set."""
        carry = _CARRIES[burden.bar]
        constants = Constants(
            body=body,
            burden=burden.mass,
            burden_forward=carry.forward,
            burden_up=carry.up,
            upper_forward=carry.ahead,
        )
        return cls(constants, tissue)

    def trusting(self, trust: float, doubt: float) -> "_Unseen":
        """Believe the seen share so far; what is not believed varies as people's feet do."""
        shift = self.constants.share_shift + (1 - trust) * _EQUAL_FEET_SD * doubt
        return replace(self, constants=replace(self.constants, share_trust=trust, share_shift=shift))

    def vary(self, count: int, burden: Burden, rng: np.random.Generator) -> tuple["_Unseen", ...]:
        """Equally likely sets.

        Over the sets each constant has exactly its mean and sd, and no constant goes with another as long as
        there are more sets than constants: so two dozen sets say as much as some hundreds of free ones.
        """
        carry = _CARRIES[burden.bar]
        numbers = rng.standard_normal((count, _VARIED))
        numbers -= numbers.mean(axis=0)
        if count > _VARIED:
            numbers, _ = np.linalg.qr(numbers)
        numbers /= numbers.std(axis=0, ddof=1)
        return tuple(self._moved(carry, *row) for row in numbers.tolist())

    def _moved(self, carry: _Carry, *z: float) -> "_Unseen":
        """Build the set that lies `z` standard deviations from the likeliest one in each constant."""
        constants = replace(
            self.constants,
            body=_vary_body(self.constants.body, 0.030 if self.tissue.sex else 0.038, z[:6]),
            burden_forward=carry.forward + carry.sd * z[6],
            burden_up=carry.up + carry.sd * z[7],
            upper_forward=carry.ahead + carry.ahead_sd * z[8],
            pressure_shift=0.01 * z[9],
            share_shift=0.05 * z[10],
            push_shift=0.05 * z[11],
        )
        # Stature is not varied here: a taller person has longer limbs too, and that is in the pose's draws.
        tissue = replace(
            self.tissue, lever=z[12], tendon=z[13], area=z[14], calf_onset=z[15], calf_force=z[16]
        )
        return _Unseen(constants, tissue)


def _vary_body(body: Segments, centre_sd: float, z: tuple[float, ...]) -> Segments:
    """Another body of the same mass: segment masses differ by 4 %, centres by `centre_sd`."""
    thigh, shank, foot = (
        mass * (1 + 0.04 * step) for mass, step in zip((body.thigh, body.shank, body.foot), z, strict=False)
    )
    return replace(
        body,
        thigh=thigh,
        shank=shank,
        foot=foot,
        upper=body.mass - 2 * (thigh + shank + foot),
        thigh_centre=body.thigh_centre + centre_sd * z[3],
        shank_centre=body.shank_centre + centre_sd * z[4],
        upper_centre=body.upper_centre + centre_sd * z[5],
    )


def _solve(joints: Array, unseen: _Unseen, operator: sparse.csr_array) -> tuple[Array, Array, Mask]:
    """Leg loads (n, side, load), low-back moment (n,), and where balance fell outside the feet (n,)."""
    masses = place_masses(joints, unseen.constants)
    acceleration = masses.accelerate(operator)
    ground = estimate_ground(joints, masses, acceleration, unseen.constants)
    net = compute_net_loads(joints, masses, acceleration, ground)
    knee = compute_knee_forces(net.moments[..., 1], net.flexion, net.compression, unseen.tissue, Flexors())
    loads: dict[JointLoad, Array] = {
        JointLoad.HIP_MOMENT: net.moments[..., 0],
        JointLoad.KNEE_MOMENT: net.moments[..., 1],
        JointLoad.ANKLE_MOMENT: net.moments[..., 2],
        JointLoad.PATELLOFEMORAL_FORCE: knee.patellofemoral,
        JointLoad.PATELLOFEMORAL_STRESS: knee.stress,
        JointLoad.TIBIOFEMORAL_FORCE: knee.tibiofemoral,
        JointLoad.GROUND_REACTION: ground.force[..., 2],
    }
    leg = np.stack([loads[load] for load in JointLoad], axis=-1)
    return leg, np.where(np.isnan(ground.force[..., 0, 2]), np.nan, net.lumbar), ground.outside


def _trust_in_share(draws: Array, nominal: _Unseen, operator: sparse.csr_array) -> float:
    """Weight of the seen share between the feet against equal feet, from how much it varies over the draws.

    A film from the side does not show where the weight lies between the feet; then equal feet are the better
    guess. Two estimates of one number are joined by their variances.
    """
    leans = []
    for draw in draws:
        masses = place_masses(draw, nominal.constants)
        leans.append(measure_lean(draw, masses, masses.accelerate(operator)))
    variances = np.var(leans, axis=0, ddof=1)
    known = np.isfinite(variances)
    variance = float(np.median(variances[known])) if known.any() else float("inf")
    return _EQUAL_FEET_SD**2 / (_EQUAL_FEET_SD**2 + variance)


def _runs(pose: Pose) -> list[slice]:
    """Stretches of frames in which every joint is known, without holes in time."""
    known = np.isfinite(pose.joints).all(axis=(1, 2, 3)) & np.isfinite(pose.draws).all(axis=(0, 2, 3, 4))
    step = np.diff(pose.time)
    hole = step > max(_GAP, 3 * float(np.median(step)) if len(step) else 0.0)
    frames = np.flatnonzero(known)
    if not len(frames):
        return []
    breaks = np.flatnonzero((np.diff(frames) > 1) | hole[frames[:-1]]) + 1
    return [slice(int(part[0]), int(part[-1]) + 1) for part in np.split(frames, breaks)]


def _balance_note(outside: Mask, known: Mask) -> tuple[str, ...]:
    """Say it where the posture as measured would have tipped over."""
    share = float(outside[known].mean()) if known.any() else 0.0
    if share < 0.005:
        return ()
    return (
        f"In {share:.0%} of the frames the posture as measured would tip over; "
        "there the force was put at the end of the feet.",
    )


def _check(pose: Pose, burden: Burden) -> None:
    if len(pose.draws) < 2:
        raise ValueError(f"Pose has {len(pose.draws)} draws; loads need at least two to state their error.")
    if burden.mass > 0 and burden.bar is Bar.NONE:
        raise ValueError(f"A burden of {burden.mass} kg needs a place: back-high, back-low, front or goblet.")

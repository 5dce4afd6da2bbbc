"""Draws of a pose × sets of constants → samples of every load, at as many moments as the movement needs.

For each draw of the pose everything that does not depend on masses is worked out once; the sets of constants
that go with this draw then cost one matrix product. Bands change slowly, so they are sampled at 20 frames a
second and laid around the loads of the mean pose, which are solved at every frame.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..conventions import Bar, Joint, JointLoad
from ..model import Array, GroundForces, Mask, Pose
from .acceleration import choose_window, second_derivative
from .constants import EQUAL_FEET_SD, Chance, Constants, Lifter, likeliest, vary
from .dynamics import Basis, compute_net_loads, compute_total, gather
from .ground import (
    Ground,
    Shifts,
    estimate_ground,
    find_raised_heels,
    lean_between_feet,
    measured_ground,
)
from .knee import Flexors, compute_muscle_forces
from .posture import take_posture
from .tissue import compute_tissue_loads, flexors_of, tissue_of

_GAP = 0.25  # a longer hole between two frames cuts the movement in two [s]
_BAND_STEP = 0.05  # time between the frames at which bands are sampled [s]
_FIRST = slice(0, 1)
"""Of the versions of one draw, that of which muscles are worked out: they take a hundred times as long."""
_ARMS_SEEN = 0.9
"""Arms are believed where at least this share of the frames shows them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Film:
    """A movement, and what plates measured meanwhile.

    Attributes
    ----------
    pose : joints, arms and draws.
    forces : None without plates.
    """

    pose: Pose
    forces: GroundForces | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """Loads of s versions at n frames.

    Attributes
    ----------
    leg : (s, n, side, load) moments [N·m], forces [N], stress [Pa].
    muscle : (t, n, side, muscle) in the first t versions only: muscles take longer. [N]
    lumbar : (s, n) [N·m]
    total : (s, n, xyz) force of the floor that the movement asks for. [N]
    outside : (s, n) where balance asks for a point beyond the feet.
    """

    leg: Array
    muscle: Array
    lumbar: Array
    total: Array
    outside: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """One stretch of a movement without gaps, solved.

    Attributes
    ----------
    frames : (n,) of the pose.
    likeliest : one version, of the mean pose with the likeliest constants, at every frame.
    sampled : (m,) where in the stretch samples were drawn.
    samples : the versions there.
    seen_arms : whether elbows and wrists were measured well enough to be used.
    """

    frames: NDArray[np.intp]
    likeliest: Solved
    sampled: NDArray[np.intp]
    samples: Solved
    seen_arms: bool


def sample_run(film: Film, frames: NDArray[np.intp], lifter: Lifter, chance: Chance) -> Run:
    """Solve one stretch of a movement in every version.

    Parameters
    ----------
    film
        The movement.
    frames
        Of the stretch, one after the other.
    lifter
        Who carries what.
    chance
        Where samples come from.
    """
    some = _thin(film.pose.time[frames])
    mean, bases = _gather_versions(film.pose, frames, lifter.burden.bar, some)
    nominal, sets = likeliest(lifter), vary(lifter, chance)
    trust = _trust_in_share(bases, nominal)
    whole = _solve(mean, nominal, _Scene(lifter, film.forces, frames, trust, None))
    thin_scene = _Scene(lifter, film.forces, frames[some], trust, flexors_of(whole.muscle[0, some]))
    # Pairs of sets that mirror each other go with the same draw.
    pairs = np.arange(chance.samples).reshape(-1, 2)
    deals = [pairs[k :: len(bases)].ravel() for k in range(len(bases))]
    parts = [_solve(basis, sets.take(deal), thin_scene) for basis, deal in zip(bases, deals, strict=True)]
    return Run(
        frames=frames,
        likeliest=whole,
        sampled=some,
        samples=_put_in_order(parts, np.concatenate(deals)),
        seen_arms=mean.posture.seen_arms,
    )


def _gather_versions(
    pose: Pose, frames: NDArray[np.intp], bar: Bar, some: NDArray[np.intp]
) -> tuple[Basis, list[Basis]]:
    """The mean pose of a stretch at every frame, and each draw of it at some."""
    time, joints, draws = pose.time[frames], pose.joints[frames], pose.draws[:, frames]
    arms, raised = _seen_arms(pose, frames), find_raised_heels(joints)
    half = choose_window(time, draws[:, :, :, : Joint.HIP + 1].mean(axis=(2, 3)))
    every, thin = second_derivative(time, half=half), second_derivative(time, some, half=half)
    bases = []
    for draw in draws:
        moved = None if arms is None else arms + (draw - joints)[:, :, : Joint.SHOULDER + 1]
        bases.append(gather(take_posture(draw, moved, bar, thin, some), raised[some]))
    mean = take_posture(joints, arms, bar, every, np.arange(len(frames)))
    return gather(mean, raised), bases


def _put_in_order(parts: list[Solved], places: NDArray[np.intp]) -> Solved:
    """Samples that were solved draw by draw, in the order of their sets."""
    rows = np.argsort(places)
    return Solved(
        leg=np.concatenate([part.leg for part in parts])[rows],
        muscle=np.concatenate([part.muscle for part in parts]),
        lumbar=np.concatenate([part.lumbar for part in parts])[rows],
        total=np.concatenate([part.total for part in parts])[rows],
        outside=np.concatenate([part.outside for part in parts])[rows],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """What all versions share.

    Who and plates, frames of the pose, how far the seen share is trusted, and what bends the knee against the
    quadriceps; None where the muscles of that very version are to tell it.
    """

    lifter: Lifter
    forces: GroundForces | None
    frames: NDArray[np.intp]
    trust: float
    flexors: Flexors | None


def _solve(basis: Basis, sets: Constants, scene: _Scene) -> Solved:
    """Every load of one version of the movement, with s sets of constants."""
    total, offset = compute_total(basis, sets)
    ground = _ground(basis, sets, scene, (total, offset))
    net = compute_net_loads(basis, sets, ground)
    axes, tissue = basis.posture.axes, tissue_of(scene.lifter, sets.leg)
    muscle = compute_muscle_forces(net.moments[_FIRST], axes.angles, tissue.take(_FIRST))
    flexors = flexors_of(muscle[0]) if scene.flexors is None else scene.flexors
    loads: dict[JointLoad, Array] = {
        JointLoad.HIP_MOMENT: net.moments[..., 0],
        JointLoad.KNEE_MOMENT: net.moments[..., 1],
        JointLoad.ANKLE_MOMENT: net.moments[..., 2],
        JointLoad.KNEE_FRONTAL_MOMENT: net.frontal,
        JointLoad.GROUND_REACTION: ground.force[..., 2],
        **compute_tissue_loads(net, axes, tissue, flexors),
    }
    return Solved(
        leg=np.stack([loads[load] for load in JointLoad], axis=-1),
        muscle=muscle,
        lumbar=net.lumbar,
        total=total,
        outside=ground.outside,
    )


def _ground(basis: Basis, sets: Constants, scene: _Scene, total: tuple[Array, Array]) -> Ground:
    shift = sets.pressure_shift[:, None]
    if scene.forces is not None:
        return measured_ground(scene.forces, scene.frames, basis.stance, shift)
    doubt = (1 - scene.trust) * sets.share_doubt[:, None]
    shifts = Shifts(
        pressure=shift,
        share=sets.share_shift[:, None] + doubt,
        push=sets.push_shift[:, None],
        apart=sets.apart_shift[:, None],
        trust=scene.trust,
    )
    return estimate_ground(basis.stance, *total, shifts)


def _trust_in_share(bases: list[Basis], nominal: Constants) -> float:
    """Weight of the seen share between the feet against equal feet, from how much it varies over the draws.

    A film from the side does not show where the weight lies between the feet; then equal feet are the better
    guess. Two estimates of one number are joined by their variances.
    """
    leans = [lean_between_feet(basis.stance, compute_total(basis, nominal)[1])[0] for basis in bases]
    variances = np.var(leans, axis=0, ddof=1)
    known = np.isfinite(variances)
    variance = float(np.median(variances[known])) if known.any() else float("inf")
    return EQUAL_FEET_SD**2 / (EQUAL_FEET_SD**2 + variance)


def _seen_arms(pose: Pose, frames: NDArray[np.intp]) -> Array | None:
    """Elbows and wrists of a stretch, short gaps bridged; None where they are not seen most of the time."""
    if pose.arms is None or not len(frames):
        return None
    arms, time = pose.arms[frames].reshape(len(frames), -1), pose.time[frames]
    known = np.isfinite(arms).all(axis=1)
    if known.mean() < _ARMS_SEEN:
        return None
    bridged = [np.interp(time, time[known], column[known]) for column in arms.T]
    return np.stack(bridged, axis=-1).reshape(pose.arms[frames].shape)


def _thin(time: Array) -> NDArray[np.intp]:
    """Frames at which bands are sampled, the last one among them."""
    step = float(np.median(np.diff(time))) if len(time) > 1 else _BAND_STEP
    stride = max(1, round(_BAND_STEP / step))
    return np.unique(np.append(np.arange(0, len(time), stride), len(time) - 1))


def find_stretches(pose: Pose) -> list[NDArray[np.intp]]:
    """Stretches of frames in which every joint is known, without holes in time."""
    known = np.isfinite(pose.joints).all(axis=(1, 2, 3)) & np.isfinite(pose.draws).all(axis=(0, 2, 3, 4))
    step = np.diff(pose.time)
    hole = step > max(_GAP, 3 * float(np.median(step)) if len(step) else 0.0)
    frames = np.flatnonzero(known)
    if not len(frames):
        return []
    breaks = np.flatnonzero((np.diff(frames) > 1) | hole[frames[:-1]]) + 1
    edges = [0, *breaks.tolist(), len(frames)]
    return [frames[a:b] for a, b in pairwise(edges)]

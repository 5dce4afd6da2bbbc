"""Pose + body → Loads: net moments and forces of the leg and the low back, without force plates or with them.

Hip and knee moments are extensor positive, the ankle's plantarflexor positive. A load is the median over
samples that each rest on one draw of the pose and one set of uncertain body, balance and knee constants; its
sd and its band are those of the samples.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..conventions import GRAVITY, Bar, Joint, JointLoad, Side
from ..errors import InputError
from ..model import Array, GroundForces, Loads, Mask, Peaks, Pose, Repetition
from .bands import SEAT_CHANGES, find_peaks, leg_bands, lumbar_bands, muscle_bands
from .carrying import CARRIES
from .comparing import Comparison, compare_peaks
from .constants import Chance, Lifter
from .leg import TissueTables, build_tissue_tables
from .sampling import Film, Run, find_stretches, sample_run

__all__ = [
    "Chance",
    "Comparison",
    "Lifter",
    "TissueTables",
    "build_tissue_tables",
    "check_burden",
    "compare_peaks",
    "compute_loads",
    "unseen_stance",
]

_SEAT = 0.10
"""Where the movement asks for so much more than the plates carry, something else does. [body weights]"""
_LIGHT = 0.85
"""Plates that never carry this share of body and load belong to another body or another load."""
_WORST_FRONTAL = 0.20
"""A frontal knee moment less sure than this is not told, in a squat it is 0.1 to 0.4. [N·m/kg]"""
_WIDE, _SEEN_SIDEWAYS = 1.5, 0.04
"""From so many shoulder widths on a stance is wide; and how well feet must be seen sideways. [1, m]"""
_MOST_LOAD = 6.0
"""No one has squatted a larger share of the body's mass. [unitless]"""
_TIPPED = 0.005
"""A smaller share of frames out of balance is noise. [unitless]"""
_FAR_APART = 0.15
"""Movement and plates of one trial differ by less; by 3 to 5 % where they were compared. [body weights]"""

_WITHOUT_PLATES = (
    "The floor's force is computed from how the body moves; only the feet touch anything.",
    "Both feet press at the same share of the way from heel to toe, or on the ball where the heel is up.",
    "The feet push apart as if towards the hips.",
)
_WITH_PLATES = ("The floor's force was measured under each foot.",)
_UNSEEN_ARMS = (
    "The arms were not measured throughout; where not, they are taken to be where people mostly hold them."
)
_ALWAYS = (
    "The trunk rounds a little when it leans, and the head stays nearly upright: neither is measured.",
    "Hamstrings and calf pull with what asks least of all muscles, from nothing to twice as much; "
    "the front of the thigh makes up for it.",
    "Beyond 90° of knee bend lever arms are those of a mechanism that was fitted to smaller bends; "
    "from about 130° on thigh and calf press on each other.",
)
_OTHER_TRIAL = "That is a lot: body mass or load may be wrong, or the forces may be of another trial."
_RELATIVE = "The body mass was not given: loads are told for each kilogram of it."


def compute_loads(
    pose: Pose,
    lifter: Lifter,
    chance: Chance,
    *,
    forces: GroundForces | None = None,
    repetitions: Sequence[Repetition] = (),
) -> Loads:
    """Net moments, ground reaction and knee forces of both legs, and the low-back moment.

    Parameters
    ----------
    pose
        Joints in the lab frame, with at least two draws; arms where they were seen.
    lifter
        Who carries what.
    chance
        Where the samples come from.
    forces
        What plates measured, at the times of the pose; None without plates.
    repetitions
        Those of which the peaks are wanted.

    Returns
    -------
    Loads
        `leg[:, side, load]` in the order of `JointLoad`: moments [N·m] about the leg's hinge, forces [N],
        stress [Pa]; the ground reaction is the vertical force. NaN where a joint is missing in that frame, or
        where the floor carries less than a fifth of the weight. With plates, hip and low back are NaN while
        something else carries a part of the body, such as a seat. Without a body mass all of it for each
        kilogram.

    Raises
    ------
    ValueError
        If there are fewer than two draws, a weight without a place, or an odd number of samples.
    InputError
        If plates never carry body and load, or a load or plates were given without the body's mass.

    Notes
    -----
    Newton–Euler for the whole body gives force and centre of pressure, then each leg is solved from the foot
    upwards; see `estimate_ground`, `compute_net_loads` and `compute_tissue_loads` for what each assumes.

    Assumes: both feet on the floor, and without plates nothing else touched (no seat, no handrail).
    Error: one centimetre of the distance from knee to centre of pressure is 3.7 N·m a leg at 75 kg.

    References
    ----------
    .. [1] Winter 2009, Biomechanics and Motor Control of Human Movement, ch. 5.
    """
    _check_draws(pose, chance)
    check_burden(lifter)
    if forces is not None:
        _check_plates(forces, lifter)
    film = Film(pose=pose, forces=forces)
    runs = [sample_run(film, frames, lifter, chance) for frames in find_stretches(pose)]
    residual = None if forces is None else _residual(pose, runs, forces)
    seated = _seated(residual, lifter, len(pose.time))
    leg, lumbar = leg_bands(len(pose.time), runs), lumbar_bands(len(pose.time), runs)
    unknown = _unknown_loads(leg["sd"], lifter)
    hidden = (SEAT_CHANGES & seated[:, None, None]) | unknown
    leg = {name: np.where(hidden, np.nan, values) for name, values in leg.items()}
    lumbar = {name: np.where(seated, np.nan, values) for name, values in lumbar.items()}
    muscle, muscle_sd = muscle_bands(len(pose.time), runs)
    peaks = [find_peaks(pose.time, runs, one, seated, chance.samples) for one in repetitions]
    return Loads(
        time=pose.time,
        leg=leg["median"],
        leg_sd=leg["sd"],
        leg_low=leg["low"],
        leg_high=leg["high"],
        lumbar=lumbar["median"],
        lumbar_sd=lumbar["sd"],
        lumbar_low=lumbar["low"],
        lumbar_high=lumbar["high"],
        assumptions=_assumptions(film, runs, lifter, residual, seated),
        relative=lifter.person.mass is None,
        residual=residual,
        peaks=tuple(_without(peak, unknown) for peak in peaks),
        muscle=np.where(seated[:, None, None], np.nan, muscle),
        muscle_sd=np.where(seated[:, None, None], np.nan, muscle_sd),
    )


def _without(peaks: Peaks, unknown: Mask) -> Peaks:
    """The same without loads that the film shows too badly."""
    phases = {phase: np.where(unknown, np.nan, mean) for phase, mean in peaks.phases.items()}
    lowest = peaks.lowest and replace(peaks.lowest, leg=np.where(unknown, np.nan, peaks.lowest.leg))
    return replace(peaks, leg=np.where(unknown, np.nan, peaks.leg), phases=phases, lowest=lowest)


def unseen_stance(pose: Pose) -> float | None:
    """Distance between the ankles where it is wide and was not seen well enough for loads, else None. [m]

    Parameters
    ----------
    pose
        Joints in the lab frame.

    Notes
    -----
    In wide stances the sideways place of knees and feet decides the moments: lever arms seen from the side
    alone are wrong by 12 to 18 cm [1]_. From the side it is a guess, whose error would be told as if it were
    a measurement's.

    References
    ----------
    .. [1] Escamilla 2001, Med Sci Sports Exerc 33:984.
    """
    known = np.isfinite(pose.joints).all(axis=(1, 2, 3))
    if not known.any():
        return None
    joints, sd = pose.joints[known], pose.joints_sd[known]
    shoulders, ankles = (
        float(np.median(np.linalg.norm(joints[:, 0, joint, :2] - joints[:, 1, joint, :2], axis=-1)))
        for joint in (Joint.SHOULDER, Joint.ANKLE)
    )
    doubt = float(np.median(sd[:, :, [Joint.KNEE, Joint.ANKLE], 1]))
    return ankles if ankles > _WIDE * shoulders and doubt > _SEEN_SIDEWAYS else None


def _residual(pose: Pose, runs: Sequence[Run], forces: GroundForces) -> Array:
    """Force that the movement asks for less the one that plates measured, (n, xyz). [N]."""
    wanted = np.full((len(pose.time), 3), np.nan)
    for run in runs:
        wanted[run.frames] = run.likeliest.total[0]
    return np.asarray(wanted - forces.force.sum(axis=1))


def _weight(lifter: Lifter) -> float:
    """Of body and load. [N]"""
    return GRAVITY * (lifter.body.mass + lifter.burden.mass)


def _seated(residual: Array | None, lifter: Lifter, count: int) -> Mask:
    """(n,) frames in which something else than the plates carries a part of the body."""
    if residual is None:
        return np.zeros(count, dtype=bool)
    return np.asarray(residual[:, 2] > _SEAT * _weight(lifter))


def _unknown_loads(sd: Array, lifter: Lifter) -> Mask:
    """(side, load) what this film shows too badly to be told: the frontal moment from the side."""
    frontal = sd[..., JointLoad.KNEE_FRONTAL_MOMENT]
    unknown = np.zeros((len(Side), len(JointLoad)), dtype=bool)
    if np.isfinite(frontal).any():
        typical = np.nanmedian(frontal, axis=0)
        unknown[:, JointLoad.KNEE_FRONTAL_MOMENT] = ~(typical <= _WORST_FRONTAL * lifter.body.mass)
    return unknown


def _assumptions(
    film: Film, runs: Sequence[Run], lifter: Lifter, residual: Array | None, seated: Mask
) -> tuple[str, ...]:
    """What the loads rest on, in plain words."""
    words = list(_WITHOUT_PLATES if film.forces is None else _WITH_PLATES)
    if lifter.person.mass is None:
        words.insert(0, _RELATIVE)
    if residual is None:
        words += _balance_note(runs)
    else:
        words += _residual_note(residual, seated, lifter)
    if not all(run.seen_arms for run in runs):
        words.append(_UNSEEN_ARMS)
    return (*words, *_ALWAYS)


def _balance_note(runs: Sequence[Run]) -> list[str]:
    """Say it where the posture as measured would have tipped over."""
    outside = [run.likeliest.outside[0][np.isfinite(run.likeliest.lumbar[0])] for run in runs]
    known = np.concatenate(outside) if outside else np.zeros(0, dtype=bool)
    if not len(known) or known.mean() < _TIPPED:
        return []
    return [
        f"In {known.mean():.0%} of the frames the posture as measured would tip over; "
        "there the force was put at the end of the feet."
    ]


def _residual_note(residual: Array, seated: Mask, lifter: Lifter) -> list[str]:
    """Say how well movement and plates agree, and where something else carries a part of the body."""
    known = np.isfinite(residual[:, 2]) & ~seated
    words = []
    if known.any():
        share = float(np.sqrt(np.mean(residual[known, 2] ** 2))) / _weight(lifter)
        words.append(f"Movement and plates differ by {share:.0%} of the weight on the mean.")
        if share > _FAR_APART:
            words.append(_OTHER_TRIAL)
    if seated.any():
        words.append("While a seat carries a part of the body, hip and low back are not known and left out.")
    return words


def _check_draws(pose: Pose, chance: Chance) -> None:
    if len(pose.draws) < 2:
        raise ValueError(f"Pose has {len(pose.draws)} draws; loads need at least two to state their error.")
    if chance.samples < 2 * len(pose.draws) or chance.samples % 2:
        raise ValueError(
            f"{chance.samples} samples were asked for; loads need an even number, two for each of "
            f"{len(pose.draws)} draws."
        )


def check_burden(lifter: Lifter) -> None:
    """Refuse a load without a place, without a body's mass beside it, or beyond what anyone lifts or holds.

    Raises
    ------
    ValueError
        If a weight has no place.
    InputError
        If the load is too large, or the body's mass is not known.
    """
    burden = lifter.burden
    if burden.mass > 0 and burden.bar is Bar.NONE:
        places = ", ".join(bar for bar in Bar if bar is not Bar.NONE)
        raise ValueError(f"A burden of {burden.mass} kg needs a place: {places}.")
    if lifter.person.mass is not None and burden.mass > _MOST_LOAD * lifter.body.mass:
        raise InputError(
            f"A load of {burden.mass:g} kg on a body of {lifter.body.mass:g} kg is more than anyone lifts.",
            remedy="give both in kilograms, for example --mass 75 --load 60.",
        )
    if burden.mass > (most := CARRIES[burden.bar].most):
        raise InputError(
            f"Nobody holds {burden.mass:g} kg there: {burden.bar}.",
            remedy=f"give {most:g} kg at the most, or another place of the load.",
        )
    if burden.mass > 0 and lifter.person.mass is None:
        raise InputError(
            f"A load of {burden.mass:g} kg was given, but not the body's mass.",
            remedy="give the body mass, for example --mass 75.",
        )


def _check_plates(forces: GroundForces, lifter: Lifter) -> None:
    """Refuse plates that never carry body and load, or newtons beside loads of each kilogram."""
    if lifter.person.mass is None:
        raise InputError(
            "Forces of plates were given, but not the body's mass.",
            remedy="give the body mass, for example --mass 75.",
        )
    total = forces.force[..., 2].sum(axis=1)
    most = float(np.nanpercentile(total, 99)) if np.isfinite(total).any() else float("nan")
    if not most >= _LIGHT * _weight(lifter):
        load = f" with a load of {lifter.burden.mass:g} kg" if lifter.burden.mass else ""
        raise InputError(
            f"The plates carry {most / GRAVITY:.0f} kg at the most; "
            f"a body of {lifter.body.mass:g} kg{load} weighs more.",
            remedy="check body mass and load, and that the forces are of this trial and in newtons.",
        )

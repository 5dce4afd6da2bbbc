"""Timed plates in the file's axes and units → Wrenches in the lab frame, in newtons and metres.

Nothing that a file claims is believed where the feet and the body say otherwise: a force of the floor pushes
up, it acts where a foot is, and while somebody stands the forces add up to the weight.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..conventions import Joint
from ..errors import FormatError
from ..model import Array, Mask, Placement, Pose
from ..signals import runs
from .feet import REACH, distances
from .record import Wrenches, centre_of_pressure, free_moment
from .timing import Timed

_ENOUGH, _GOOD, _CLEAR = 0.5, 0.8, 0.2
"""Share of the load under the feet that lets the file's own axes pass, that other ones need, and by which
they must beat the next. [unitless]"""
_LONGEST_ARM = 0.10
"""Free moment of a foot over its force; a sole twisted with all its friction gives less. An estimate. [m]"""
_LOADED = 0.03
"""Share of the usual load below which a plate does not count as loaded. [unitless]"""
_LENGTHS = ((1.0, 1.0), (1e-3, 1.0), (1e-3, 1e-3), (1.0, 1e-3), (1e-2, 1.0), (1e-2, 1e-2))
"""Units of places and of the lengths in moments, in the order in which they are tried. [m]"""
_APART = 0.05
"""Nobody presses all plates nearer than this to the origin of the room. [m]"""
_WORDS = {1.0: "m", 1e-3: "mm", 1e-2: "cm"}
_FORCES = {"kilonewtons": 1000.0, "kilograms": 9.80665, "pounds": 4.4482}
_PLAUSIBLE = (150.0, 4000.0)
"""Load of standing people, with what they carry. [N]"""
_NEAR, _NEARER = 0.10, 0.15
_STILL, _STRAIGHT, _AWHILE = 0.05, 0.05, 0.2
"""Of the pelvis while somebody stands, and for how long at least. [m/s, m, s]"""
_STANDS = 0.4
"""Share of the usual load that is on the plates while somebody stands on them. [unitless]"""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a file: its axes brought into those of the markers, and its units of length."""

    turn: Array
    place: float = 1.0
    arm: float = 1.0

    @property
    def own(self) -> bool:
        """Whether the file's axes are taken as they are."""
        return bool((self.turn == np.eye(3)).all())

    @property
    def handed(self) -> float:
        """1 where right-handed axes stay so, −1 where they are mirrored."""
        return float(np.round(np.linalg.det(self.turn)))


def settle_place(timed: Sequence[Timed], pose: Pose, placement: Placement, name: str) -> Wrenches:
    """Wrenches in the lab frame: pushing up, and acting where feet are.

    Raises
    ------
    FormatError
        When no axes and unit bring any force under a foot, or several do.
    """
    own = [_Reading(np.eye(3), *lengths) for lengths in _lengths(timed)]
    read = [_upwards(_place(timed, reading, placement)) for reading in own]
    for reading, wrenches in zip(own, read, strict=True):
        if max(_shares(wrenches, pose)) >= _ENOUGH:
            return _note_lengths(wrenches, reading, name)
    return _find_axes(timed, pose, placement, name)


def _find_axes(timed: Sequence[Timed], pose: Pose, placement: Placement, name: str) -> Wrenches:
    """The same with the file's axes exchanged."""
    tried = []
    for turn, lengths in itertools.product(_axes(), _lengths(timed)):
        reading = _Reading(turn, *lengths)
        wrenches = _place(timed, reading, placement)
        if not reading.own and (np.nansum(wrenches.force[..., 2], axis=0) >= 0).all():
            tried.append((_shares(wrenches, pose)[-1], reading, wrenches))
    fitting = [one for one in tried if one[0] >= _GOOD]
    if not fitting:
        raise FormatError(
            f"The forces of {name} act nowhere near the feet, whatever their axes and unit.",
            remedy="give the forces in the axes and with the origin of the markers, and of the same trial.",
        )
    best, reading, wrenches = max(fitting, key=lambda one: (one[1].handed, one[0]))
    if any(
        score > best - _CLEAR and other.handed == reading.handed and (other.turn != reading.turn).any()
        for score, other, _ in tried
    ):
        raise FormatError(
            f"The axes of {name} are not those of the markers, and several others bring its forces under the "
            "feet.",
            remedy="export the forces in the axes of the markers.",
        )
    shown = ", ".join(_axis_word(row) for row in reading.turn)
    wrenches = wrenches.warning(
        "plates_axes",
        f"the axes of {name} are not those of the markers: its {shown} were taken for their x, y, z, which "
        "brings the forces under the feet",
        "export the forces in the axes of the markers",
    )
    return _note_lengths(wrenches, reading, name)


def _lengths(timed: Sequence[Timed]) -> list[tuple[float, float]]:
    """Units of places, and of the lengths in moments, to be tried.

    Smaller ones only where they leave the places apart: all would else lie at the origin, perhaps on a foot.
    """
    far = max(np.nan_to_num(np.abs(one.middle)).max() for one in timed)
    return [lengths for lengths in _LENGTHS if lengths[0] == 1 or lengths[0] * far >= _APART]


def _axes() -> Iterator[Array]:
    """Every exchange of axes, also those that mirror."""
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1.0, -1.0), repeat=3):
            yield np.eye(3)[list(order)] * np.array(signs)[:, None]


def _axis_word(row: Array) -> str:
    axis = int(np.argmax(np.abs(row)))
    return f"{'−' if row[axis] < 0 else ''}{'xyz'[axis]}"


def _place(timed: Sequence[Timed], reading: _Reading, placement: Placement) -> Wrenches:
    """Wrenches in the lab frame, read in one way."""
    turn = placement.turn @ reading.turn
    force = np.stack([one.force for one in timed], axis=1) @ turn.T
    moment = np.stack([reading.place * one.lever + reading.arm * one.moment for one in timed], axis=1)
    origin = placement.turn @ placement.origin
    middle = np.stack([reading.place * one.middle for one in timed]) @ turn.T - origin
    # A moment is a pseudovector: mirrored axes turn its sense.
    return Wrenches(
        names=tuple(one.plate.name for one in timed),
        sides=tuple(one.plate.side for one in timed),
        force=force,
        moment=reading.handed * moment @ turn.T - np.cross(origin, force),
        height=np.nan_to_num(middle[:, 2]),  # the floor, where the file does not say
    )


def _upwards(wrenches: Wrenches) -> Wrenches:
    """Forces of the floor on the person, where a plate has those of the person on the floor."""
    flipped = np.nansum(wrenches.force[..., 2], axis=0) < 0
    if not flipped.any():
        return wrenches
    sign = np.where(flipped, -1.0, 1.0)[:, None]
    told = ", ".join(wrenches.words(int(i)) for i in np.flatnonzero(flipped))
    return replace(wrenches, force=sign * wrenches.force, moment=sign * wrenches.moment).warning(
        "plates_sign", f"forces of {told} push down, as of the person on the floor: their sign was turned"
    )


def _shares(wrenches: Wrenches, pose: Pose) -> tuple[float, float]:
    """Share of the load that acts under the feet or between them, with a possible free moment.

    Returns
    -------
    tuple of float
        Of the plate with the largest share, because others may be under a seat; and of all plates. [unitless]
    """
    up = wrenches.force[..., 2]
    places = centre_of_pressure(wrenches.force, wrenches.moment, wrenches.height)
    _, far = distances(pose, places)
    with np.errstate(divide="ignore", invalid="ignore"):
        arm = np.abs(free_moment(wrenches.force, wrenches.moment, places)) / np.abs(up)
    level = np.abs(up) > np.linalg.norm(wrenches.force[..., :2], axis=-1)
    known = np.isfinite(far) & (up > _LOADED * usual_load(wrenches))
    load = np.where(known, up, 0.0)
    fitting = np.where((far <= REACH) & (arm <= _LONGEST_ARM) & level, load, 0.0)
    total = load.sum(axis=0)
    shares = fitting.sum(axis=0) / np.where(total > 0, total, 1.0)
    return float(shares.max()), float(fitting.sum() / max(total.sum(), 1e-12))


def usual_load(wrenches: Wrenches) -> float:
    """Nearly the largest vertical force of all plates together. [N]"""
    total = wrenches.force[..., 2].sum(1)
    return float(np.nanpercentile(np.abs(total), 98)) if np.isfinite(total).any() else 0.0


def _note_lengths(wrenches: Wrenches, reading: _Reading, name: str) -> Wrenches:
    if reading.place != 1:
        wrenches = wrenches.warning(
            "plates_length_unit", f"places of forces in {name} are in {_WORDS[reading.place]}, not in metres"
        )
    if reading.arm != 1:
        wrenches = wrenches.warning(
            "plates_moment_unit", f"moments in {name} are in N·{_WORDS[reading.arm]}, not in N·m"
        )
    return wrenches


def settle_force(wrenches: Wrenches, pose: Pose, weight: float | None, name: str) -> Wrenches:
    """Wrenches in newtons.

    Parameters
    ----------
    wrenches
        In the lab frame, forces in the file's unit.
    pose
        Says when the person stands.
    weight
        Of the person with what is carried; None where not known. [N]
    name
        Of the file.

    Raises
    ------
    FormatError
        When the unit cannot be told, or no unit makes a standing person of the forces.
    """
    standing = _is_standing(pose) & (wrenches.force[..., 2].sum(1) > _STANDS * usual_load(wrenches))
    load = _usual_load_of(wrenches, standing)
    unit = _unit_without_weight(load, name) if weight is None else _unit_with_weight(load, weight, name)
    if unit is not None:
        word, factor = unit
        wrenches = replace(wrenches, force=factor * wrenches.force, moment=factor * wrenches.moment).warning(
            "plates_force_unit",
            f"forces in {name} are not in newtons: {load:.4g} while standing were taken for {word}",
        )
        load *= factor
    if weight is not None and standing.any() and abs(load / weight - 1) > _NEAR:
        wrenches = wrenches.warning(
            "plates_weight",
            f"while standing, the plates carry {load:.0f} N, and body and load weigh {weight:.0f} N",
            "check the body mass and the load, that both feet are on plates, and that these were set to zero",
        )
    return wrenches


def _usual_load_of(wrenches: Wrenches, standing: Mask) -> float:
    """Vertical force of all plates while the person stands; where nobody stands, while loaded. [N]"""
    total = wrenches.force[..., 2].sum(1)
    told = standing if standing.any() else total > _STANDS * usual_load(wrenches)
    return float(np.median(total[told])) if told.any() else 0.0


def _is_standing(pose: Pose) -> Mask:
    """(n,) frames in which the person stays straight and still for a while."""
    pelvis = pose.joints[:, :, Joint.HIP, 2].mean(1)
    height = pelvis - pose.joints[:, :, Joint.ANKLE, 2].mean(1)
    standing = np.zeros(len(pose.time), dtype=bool)
    if len(pose.time) < 2 or not np.isfinite(height).any():
        return standing
    still = np.abs(np.gradient(pelvis, pose.time)) < _STILL
    for run in runs(still & (height > np.nanpercentile(height, 95) - _STRAIGHT)):
        standing[run] = pose.time[run.stop - 1] - pose.time[run.start] >= _AWHILE
    return standing


def _unit_with_weight(load: float, weight: float, name: str) -> tuple[str, float] | None:
    """The unit's word and size; None where it is newtons. [N]"""
    if 0.5 <= load / weight <= 2:
        return None
    units = {**_FORCES, "body weights": weight}
    word = min(units, key=lambda one: abs(np.log(load * units[one] / weight)) if load > 0 else np.inf)
    if abs(load * units[word] / weight - 1) <= _NEARER:
        return word, units[word]
    if 0.05 <= load / weight < 0.5:  # one foot on the floor beside the plates, or somebody sitting
        return None
    raise FormatError(
        f"The plates of {name} carry {load:.4g} while standing; no unit makes {weight:.0f} N of that.",
        remedy="check the body mass, and export the forces in newtons.",
    )


def _unit_without_weight(load: float, name: str) -> tuple[str, float] | None:
    least, most = _PLAUSIBLE
    if least <= load <= most:
        return None
    if least <= 1000 * load <= most and abs(load - 1) > _NEAR:
        return "kilonewtons", 1000.0
    raise FormatError(
        f"The plates of {name} carry {load:.4g} while standing, and nothing tells in which unit.",
        remedy="give the body mass, for example --mass 75, or export the forces in newtons.",
    )

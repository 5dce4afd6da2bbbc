"""Posture + constants → net moments of one leg and the low back, for all options and samples at once.

What is seen from the side comes from the closed form of `kinetics.planar`. What a wide stance and turned feet
add, because the leg then does not bend about the axis to the left, is added exactly (`_about_hinge`), and so
is whatever else touches the body.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..conventions import GRAVITY, Contact
from ..geometry import angle_between
from ..kinetics.constants import Constants
from ..kinetics.ground import STEEPEST_PUSH
from ..kinetics.planar import ANKLE, Figure, Lean, PlanarLoads, compute_planar_loads
from ..kinetics.posture import LUMBAR_SHARE, LUMBOSACRAL, leg_hinge, unit
from ..model import Array, Mask
from .habits import PUSH_DOUBT
from .responding import Scene, Taken
from .standing import Leg, seen_thigh, stand

_STRAP = 0.05
"""A strap lies so far below the knee joint. [m], estimate"""
_SIGNS = np.array([1.0, -1.0, 1.0])
"""Of hip, knee and ankle: makes what the floor does to a joint an extensor moment."""
_SIGNS.flags.writeable = False
_WALL = 0.70
"""A wall presses so far up the back on the mean, from mid-hip to mid-shoulder; estimate. [unitless]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carried:
    """What a scene carries, and what else carries it; arrays broadcast with (o, s).

    Attributes
    ----------
    constants : s sets.
    hangs : arms and load follow the room's directions, not those of the trunk.
    contact : what touches the body besides feet.
    share : of body and load that the leg told of carries; ½ for two feet alike.
    brake : how far the floor pushes that foot back, of what it carries.
    hold : what hands hold on to; None where they do not.
    surge : weight at the turn of a repetition against standing still. [unitless]
    push : normal numbers, how far off it is that feet push apart as if towards the hips.
    usual_push : how far that push leans outwards today, of the weight. [unitless]
    """

    constants: Constants
    hangs: bool
    contact: Contact = Contact.FREE
    share: Array | float = 0.5
    brake: Array | float = 0.0
    hold: "Hold | None" = None
    surge: Array | float = 1.0
    push: Array | float = 0.0
    usual_push: Array | float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hold:
    """A thing in the room that hands hold on to; arrays broadcast with (o, s).

    Attributes
    ----------
    ahead, height : from below the ankle. [m]
    forward, up : what it does to the body. [N]
    """

    ahead: Array
    height: Array
    forward: Array
    up: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moving:
    """How a posture changes at a moment, as seen from the side; (o, s, 3) of shin, thigh and trunk.

    Attributes
    ----------
    rates : [rad/s]
    changes : of the rates. [rad/s²]
    """

    rates: Array
    changes: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Net:
    """Net loads of one leg, (o, s).

    Attributes
    ----------
    hip, knee, ankle : extensor, extensor and plantarflexor moment about the leg's hinge. [N·m]
    lumbar : extensor moment of the low back. [N·m]
    compression : net force of thigh on shin along the shin. [N]
    ground : vertical force of the floor on the foot. [N]
    share : where it acts, 0 heel to 1 tip of the toes.
    angles : (o, s, 3) flexion of the hip counted from the pelvis, and of the knee, dorsiflexion. [rad]
    reaches : whether the legs are long enough; where they are not, the rest means nothing.
    """

    hip: Array
    knee: Array
    ankle: Array
    lumbar: Array
    compression: Array
    ground: Array
    share: Array
    angles: Array
    reaches: Mask


@dataclass(frozen=True, slots=True, eq=False)
class _Floor:
    """What the floor does to one foot: up, inward [N], and where, ahead of the ankle [m].

    And what pushes the shin forward all in all. [N]
    """

    up: Array
    forward: Array
    inward: Array
    ahead: Array


def compute_net(scene: Scene, taken: Taken, carried: Carried, moving: Moving | None = None) -> Net:
    """Net loads of postures.

    Parameters
    ----------
    scene
        Body, stance and depth.
    taken
        Shin and trunk; where the weight lies counts only where something else keeps the balance.
    carried
        Masses, and what else touches the body.
    moving
        What the body does at that moment; held still where None.

    Notes
    -----
    Two feet alike share the weight. A strap pulls the shins straight forward, a wall pushes the back straight
    forward: as hard as it takes to keep the weight where `taken` has it. A single leg, or the front one of
    two, is solved from the foot up. What legs do sideways while they move is taken as held.

    Assumes: feet flat on floor or wedge, knees above the line of the feet; the feet push apart as if towards
    the hips; straps and walls rub nobody.
    Error: with two feet none beyond its inputs (tests/test_whatif.py, against the dynamics in space).
    """
    leg = stand(scene.build, scene.feet, taken.shin, scene.depth)
    plane = _in_the_plane(scene, taken, (leg, moving), carried)
    plane, floor = _touched(scene, taken, (leg, plane), carried)
    share = scene.feet.share(floor.ahead)
    # What the masses say of the pressure is off by as much as `kinetics` lets it be.
    off = carried.constants.pressure_shift
    floor = replace(floor, ahead=floor.ahead + off)
    if carried.contact in (Contact.SPLIT, Contact.ONE_LEG):
        moments = _from_the_floor(scene, (leg, floor), carried.constants)
    else:
        moments = np.stack((plane.hip, plane.knee, plane.ankle), axis=-1)
        moments = moments + (floor.up * off)[..., None] * _SIGNS
    hinged = _about_hinge(scene, (leg, floor), moments, carried.constants)
    return Net(
        hip=carried.surge * hinged[..., 0],
        knee=carried.surge * hinged[..., 1],
        ankle=carried.surge * hinged[..., 2],
        lumbar=carried.surge * plane.lumbar,
        compression=carried.surge * _compression(leg, floor, carried.constants),
        ground=carried.surge * floor.up,
        share=share,
        angles=joint_angles(scene, taken, leg),
        reaches=leg.reaches,
    )


def push_lean(scene: Scene, leg: Leg, ahead: Array) -> Array:
    """How far the floor's force leans inwards where feet push apart as if towards the hips. [unitless]

    Parameters
    ----------
    scene
        For the feet.
    leg
        For hip and knee.
    ahead
        Where the floor presses, straight ahead of the ankle. [m]
    """
    outside = ahead * np.tan(scene.feet.turn_out) - leg.shin[..., 1] - leg.thigh[..., 1]
    height = scene.feet.ankle_height + leg.shin[..., 2] + leg.thigh[..., 2]
    return np.asarray(np.clip(outside / np.maximum(height, 0.1), -STEEPEST_PUSH, STEEPEST_PUSH))


def joint_angles(scene: Scene, taken: Taken, leg: Leg) -> Array:
    """(o, s, 3) flexion of hip from the pelvis and of the knee, dorsiflexion. [rad]"""
    trunk = np.broadcast_to(taken.trunk, leg.shin.shape[:-1])
    up = np.stack((np.sin(trunk), np.zeros_like(trunk), np.cos(trunk)), axis=-1)
    hip = angle_between(up, leg.thigh) - LUMBAR_SHARE * trunk
    return np.stack((hip, angle_between(leg.thigh, leg.shin), taken.shin - scene.feet.pitch), axis=-1)


def _in_the_plane(
    scene: Scene, taken: Taken, limbs: tuple[Leg, Moving | None], carried: Carried
) -> PlanarLoads:
    """As seen from the side: lengths are those of the shadow."""
    leg, moving = limbs
    seen = {"shank": leg.shin, "thigh": leg.thigh}
    lengths = {name: np.hypot(line[..., 0], line[..., 2]) for name, line in seen.items()}
    figure = Figure(
        **lengths,
        trunk=scene.build.trunk,
        foot=scene.foot,
        constants=carried.constants,
        hangs=carried.hangs,
    )
    angles = (np.arctan2(leg.shin[..., 0], leg.shin[..., 2]), seen_thigh(leg), taken.trunk)
    leans = [
        Lean(angle=angle)
        if moving is None
        else Lean(angle=angle, rate=moving.rates[..., i], change=moving.changes[..., i])
        for i, angle in enumerate(angles)
    ]
    return compute_planar_loads(figure, *leans)


def _touched(
    scene: Scene, taken: Taken, solved: tuple[Leg, PlanarLoads], carried: Carried
) -> tuple[PlanarLoads, _Floor]:
    """Loads with what else touches the body, and what is then left to the floor."""
    leg, plane = solved
    weight = 2 * plane.ground
    if carried.contact in (Contact.SPLIT, Contact.ONE_LEG):
        up, none = weight * carried.share, np.zeros_like(weight)
        ahead = scene.feet.ahead(taken.share) + none
        return plane, _Floor(up=up, forward=-carried.brake * up, inward=none, ahead=ahead)
    places = _places(scene, taken, leg)
    touch = _touch(scene, taken, (places, plane), carried)
    changed = _relieved(plane, touch, places)
    lean = push_lean(scene, leg, changed.pressure)
    lean = lean + carried.constants.push_shift + PUSH_DOUBT * (lean - carried.usual_push) * carried.push
    inward = changed.ground * np.clip(lean, -STEEPEST_PUSH, STEEPEST_PUSH)
    # What pushes above the knee goes through it to the floor; a strap below it does not.
    forward = -touch.forward / 2 if touch.above_knee else np.zeros_like(weight)
    return changed, _Floor(up=changed.ground, forward=forward, inward=inward, ahead=changed.pressure)


@dataclass(frozen=True, slots=True, eq=False)
class _Touch:
    """A force on both sides of the body together, forward and up [N], and where, ahead and up [m]."""

    forward: Array
    up: Array
    ahead: Array
    height: Array
    above_knee: bool = True

    def moment(self, place: tuple[Array, Array]) -> Array:
        """About a place ahead and up, about the axis to the left. [N·m]"""
        ahead, height = place
        return (self.height - height) * self.forward - (self.ahead - ahead) * self.up


_Places = dict[str, tuple[Array, Array]]


def _places(scene: Scene, taken: Taken, leg: Leg) -> _Places:
    """Joints and shoulders, ahead of the ankle and above the floor. [m]"""
    height = scene.feet.ankle_height
    knee = leg.knee, height + leg.shin[..., 2]
    hip = leg.hip, knee[1] + leg.thigh[..., 2]
    trunk = scene.build.trunk * np.sin(taken.trunk), scene.build.trunk * np.cos(taken.trunk)
    return {
        "ankle": (np.zeros_like(leg.knee), height),
        "knee": knee,
        "hip": hip,
        "low back": (hip[0] + LUMBOSACRAL * trunk[0], hip[1] + LUMBOSACRAL * trunk[1]),
        "wall": (hip[0] + _WALL * trunk[0], hip[1] + _WALL * trunk[1]),
        "strap": (knee[0], knee[1] - _STRAP),
    }


def _touch(scene: Scene, taken: Taken, known: tuple[_Places, PlanarLoads], carried: Carried) -> _Touch:
    """What touches the body besides the floor."""
    places, plane = known
    none = np.zeros_like(plane.ground)
    if carried.contact is Contact.FREE:
        hold = carried.hold
        return (
            _Touch(none, none, none, none)
            if hold is None
            else _Touch(hold.forward, hold.up, hold.ahead, hold.height)
        )
    ahead, height = places["strap" if carried.contact is Contact.STRAP else "wall"]
    lacking = scene.feet.ahead(taken.share) - plane.pressure
    push = 2 * plane.ground * lacking / height
    return _Touch(push, none, ahead, height, above_knee=carried.contact is Contact.WALL)


def _relieved(plane: PlanarLoads, touch: _Touch, places: _Places) -> PlanarLoads:
    """Loads with a force that touches the body above the knee, or just below it."""
    weight = 2 * plane.ground
    above = 1.0 if touch.above_knee else 0.0
    left = weight - touch.up
    tipping = touch.height * touch.forward - touch.ahead * touch.up
    return PlanarLoads(
        hip=plane.hip + above * touch.moment(places["hip"]) / 2,
        knee=plane.knee - above * touch.moment(places["knee"]) / 2,
        ankle=plane.ankle + touch.moment(places["ankle"]) / 2,
        lumbar=plane.lumbar + above * touch.moment(places["low back"]),
        ground=left / 2,
        pressure=(weight * plane.pressure + tipping) / left,
    )


def _parts(leg: Leg, constants: Constants, foot: Array) -> tuple[tuple[Array, Array], ...]:
    """Mass of one thigh, shank and foot, and where each centre lies from the ankle, forward and outward."""
    rows = []
    top = leg.shin + leg.thigh
    for inertia, start, line in (
        (constants.thigh, top, -leg.thigh),
        (constants.shank, leg.shin, -leg.shin),
    ):
        mass, centre = inertia[:, 0, 0], inertia[:, 0, 1] / inertia[:, 0, 0]
        rows.append((mass, start + centre[:, None] * line))
    rows.append((constants.foot[:, 0, 0], foot))
    return tuple(rows)


def _foot_centre(scene: Scene, leg: Leg, constants: Constants) -> Array:
    """Centre of a flat foot from the ankle, (o, s, xyz); how its sole slopes is left out."""
    from_heel = constants.foot[:, 0, 1] / constants.foot[:, 0, 0]
    ahead = (from_heel - ANKLE[0]) * scene.feet.length
    out = [ahead * np.cos(scene.feet.turn_out), ahead * np.sin(scene.feet.turn_out)]
    shape = leg.shin.shape[:-1]
    return np.stack([np.broadcast_to(part, shape) for part in (*out, np.zeros(shape))], axis=-1)


def _from_the_floor(scene: Scene, solved: tuple[Leg, _Floor], constants: Constants) -> Array:
    """Moments about the axis to the left from what the floor does to this foot, (o, s, 3)."""
    leg, floor = solved
    parts = _parts(leg, constants, _foot_centre(scene, leg, constants))
    moments = []
    for below, (place, sign) in enumerate(zip(_joints(leg), _SIGNS, strict=True)):
        weights = sum(GRAVITY * mass * (at[..., 0] - place[..., 0]) for mass, at in parts[below:])
        height = scene.feet.ankle_height + place[..., 2]
        turning = floor.up * (floor.ahead - place[..., 0]) + floor.forward * height
        moments.append(sign * (turning - weights))
    return np.stack(moments, axis=-1)


def _joints(leg: Leg) -> tuple[Array, Array, Array]:
    """Hip, knee and ankle from the ankle."""
    return leg.shin + leg.thigh, leg.shin, np.zeros_like(leg.shin)


def _about_hinge(scene: Scene, solved: tuple[Leg, _Floor], moments: Array, constants: Constants) -> Array:
    """Moments (o, s, 3) about the leg's hinge, from those about the axis to the left."""
    leg, floor = solved
    pelvis = np.broadcast_to([0.0, 1.0, 0.0], leg.shin.shape)
    hinge = leg_hinge(unit(-leg.thigh), unit(-leg.shin), pelvis)
    parts = _parts(leg, constants, _foot_centre(scene, leg, constants))
    outward = floor.ahead * np.tan(scene.feet.turn_out)
    result = []
    for below, (place, sign) in enumerate(zip(_joints(leg), _SIGNS, strict=True)):
        height = scene.feet.ankle_height + place[..., 2]
        weights = sum(GRAVITY * mass * (at[..., 1] - place[..., 1]) for mass, at in parts[below:])
        front = weights - (outward - place[..., 1]) * floor.up + height * floor.inward
        upright = (floor.ahead - place[..., 0]) * floor.inward
        rest = hinge[..., 0] * front + hinge[..., 2] * upright
        result.append(hinge[..., 1] * moments[..., below] + sign * rest)
    return np.stack(result, axis=-1)


def _compression(leg: Leg, floor: _Floor, constants: Constants) -> Array:
    """Net force of thigh on shin along the shin. [N]"""
    below = GRAVITY * (constants.shank + constants.foot)[:, 0, 0]
    along = unit(leg.shin)
    return np.asarray(
        (floor.up - below) * along[..., 2] + floor.forward * along[..., 0] - floor.inward * along[..., 1]
    )

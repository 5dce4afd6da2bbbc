"""What was wished for + habits → the posture a lifter takes: it balances, and departs least from its aim.

Unknown are shin and trunk; where the weight lies follows from both. Least squares over the three, each
against its own tolerance, by Gauss–Newton in closed form for all options and samples at once.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..kinetics.planar import Balance
from ..model import Array, Mask
from .habits import PRESSURE, SHIN, TRUNK, WISHED
from .standing import Build, Feet, hip_slope, stand

_ROUNDS = 40
_EXACT = 1e-11
_LONGEST = 0.25  # of one step; steps of hard constraints may not jump over the answer [rad]
_TOLERANCE = 1e-6
_PINS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """One burden, o options, s samples of a person; every array broadcasts to (o, s).

    Attributes
    ----------
    build, feet : the body, and how it stands.
    depth : of the thigh. [rad]
    balance : where the weight of each part lies.
    """

    build: Build
    feet: Feet
    depth: Array
    balance: Balance

    def share(self, shin: Array, trunk: Array) -> Array:
        """Where the weight lies, 0 heel to 1 tip of the toes."""
        return self.feet.share(self._ahead(shin, trunk))

    def _ahead(self, shin: Array, trunk: Array) -> Array:
        leg = stand(self.build, self.feet, shin, self.depth)
        return self.balance.pressure(leg.knee, leg.hip, trunk, self.foot)

    @property
    def foot(self) -> Array:
        """Length of the foot as seen from the side. [m]"""
        return np.asarray(self.feet.length * np.cos(self.feet.turn_out))

    def slopes(self, shin: Array, trunk: Array) -> tuple[Array, Array]:
        """How the share changes with shin and trunk. [1/rad]"""
        leg = stand(self.build, self.feet, shin, self.depth)
        knee, hip = hip_slope(self.build, self.feet, shin, leg)
        heel, toe = self.feet.ends
        scale = (toe - heel) * np.cos(self.feet.turn_out)
        forward = (self.balance.knee * knee + self.balance.hip * hip) / self.balance.mass
        return forward / scale, self.balance.slope(trunk) / scale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aim:
    """Where a lifter would be if nothing spoke against it, and how readily each is given up.

    Attributes
    ----------
    shin, trunk : [rad]
    share : of the foot's length.
    shin_sd, trunk_sd, share_sd : tolerance of each; small where it was wished for.
    """

    shin: Array
    trunk: Array
    share: Array
    shin_sd: Array
    trunk_sd: Array
    share_sd: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bounds:
    """How far a body goes.

    Attributes
    ----------
    shin : furthest forward. [rad]
    trunk : furthest forward. [rad]
    back, front : between which the weight must lie, shares of the foot's length.
    """

    shin: Array
    trunk: Array
    back: Array
    front: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taken:
    """A posture that balances, (o, s).

    Attributes
    ----------
    shin, trunk : [rad]
    share : where the weight lies.
    """

    shin: Array
    trunk: Array
    share: Array


def settle(scene: Scene, aim: Aim) -> Taken:
    """The posture nearest to an aim.

    Parameters
    ----------
    scene
        The body.
    aim
        Where it would be.

    Notes
    -----
    Minimises `((s − s₀)/σ_s)² + ((t − t₀)/σ_t)² + ((u(s, t) − u₀)/σ_u)²`. Started at its aim, where there is
    nothing to give up it stays there exactly.
    """
    shin, trunk = np.broadcast_arrays(aim.shin, aim.trunk, scene.depth, aim.share)[:2]
    weights = tuple(1 / np.square(sd) for sd in (aim.shin_sd, aim.trunk_sd, aim.share_sd))
    for _ in range(_ROUNDS):
        step = _step(scene, aim, weights, (shin, trunk))
        shin, trunk = shin + step[0], trunk + step[1]
        if max(float(np.abs(part).max(initial=0.0)) for part in step) < _EXACT:
            break
    return Taken(shin=shin, trunk=trunk, share=scene.share(shin, trunk))


def _step(
    scene: Scene, aim: Aim, weights: tuple[Array, ...], at: tuple[Array, Array]
) -> tuple[Array, Array]:
    """One step of Gauss–Newton: two by two equations, solved by Cramer's rule."""
    shin, trunk = at
    by_shin, by_trunk = scene.slopes(shin, trunk)
    off = weights[2] * (scene.share(shin, trunk) - aim.share)
    first = -(weights[0] * (shin - aim.shin) + off * by_shin)
    second = -(weights[1] * (trunk - aim.trunk) + off * by_trunk)
    a, b, c = (
        weights[0] + weights[2] * by_shin**2,
        weights[2] * by_shin * by_trunk,
        weights[1] + weights[2] * by_trunk**2,
    )
    # Written out, the product of the two hard constraints would drown what is left of the determinant.
    whole = weights[0] * weights[1] + weights[2] * (weights[0] * by_trunk**2 + weights[1] * by_shin**2)
    steps = (first * c - second * b) / whole, (second * a - first * b) / whole
    return np.clip(steps[0], -_LONGEST, _LONGEST), np.clip(steps[1], -_LONGEST, _LONGEST)


def respond(scene: Scene, aim: Aim, bounds: Bounds) -> Taken:
    """The posture nearest to an aim that this body can take.

    Parameters
    ----------
    scene
        The body.
    aim
        Where it would be; what was wished for is not given up for a bound.
    bounds
        How far it goes.

    Notes
    -----
    What goes too far is held at its bound, and the rest settles anew. With one balance and three bounds that
    is exact: three rounds at the most.
    """
    taken = settle(scene, aim)
    for _ in range(_PINS):
        held = {
            "shin": np.minimum(taken.shin, bounds.shin),
            "trunk": np.minimum(taken.trunk, bounds.trunk),
            "share": np.clip(taken.share, bounds.back, bounds.front),
        }
        free = {
            name: (np.abs(getattr(taken, name) - place) > _TOLERANCE)
            & (getattr(aim, f"{name}_sd") > hard(name))
            for name, place in held.items()
        }
        if not any(pin.any() for pin in free.values()):
            break
        aim = _pinned(aim, held, free)
        taken = settle(scene, aim)
    return taken


def _pinned(aim: Aim, held: dict[str, Array], free: dict[str, Mask]) -> Aim:
    """The same aim, held where something that nobody wished for went too far."""
    changes = {}
    for name, pin in free.items():
        changes[name] = np.where(pin, held[name], getattr(aim, name))
        changes[f"{name}_sd"] = np.where(pin, hard(name), getattr(aim, f"{name}_sd"))
    return replace(aim, **changes)


def hard(name: str) -> float:
    """Tolerance of what must hold: of ``shin``, ``trunk`` [rad] or ``share`` [unitless]."""
    return WISHED * {"shin": SHIN, "trunk": TRUNK, "share": PRESSURE}[name]

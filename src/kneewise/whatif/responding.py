"""What was wished for + habits → the posture a lifter takes: it balances, and departs least from its aim.

Unknown are shin and trunk; where the weight lies follows from both. Least squares over the three, each
against its own tolerance, by Gauss–Newton in closed form for all options and samples at once.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from ..kinetics.planar import Balance
from ..model import Array, Mask
from .habits import PRESSURE, SHIN, TRUNK, WISHED
from .standing import Build, Feet, Reacher

_ROUNDS = 40
_EXACT = 1e-10
_LONGEST = 0.5  # of one step; steps of hard constraints may not jump over the answer [rad]
_SHIN_WITHIN, _TRUNK_WITHIN = (-0.5, 1.4), (-0.6, 1.5)
"""Where postures are sought: beyond, leaning further brings the weight back again. [rad]"""
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
        reach = Reacher.of(self.build, self.feet, self.depth).at(shin)
        return self.feet.share(self.balance.pressure(reach.knee, reach.hip, trunk, self.foot))

    @property
    def foot(self) -> Array:
        """Length of the foot as seen from the side. [m]"""
        return np.asarray(self.feet.length * np.cos(self.feet.turn_out))


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
    arrays = (aim.shin, aim.trunk, aim.share, scene.depth, scene.feet.heel)
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    search = _Search.of(scene, aim, shape)
    taken = np.stack((search.aim.shin, search.aim.trunk))
    left = np.arange(taken.shape[1])
    for _ in range(_ROUNDS):
        further = search.step(taken[0, left], taken[1, left])
        moving = np.abs(further - taken[:, left]).max(axis=0) > _EXACT
        taken[:, left] = further
        if not moving.any():
            break
        left, search = left[moving], search.some(moving)
    shin, trunk = taken.reshape(2, *shape)
    return Taken(shin=shin, trunk=trunk, share=scene.share(shin, trunk))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sole:
    """Length of the foot, its heel from the ankle, and from heel to toes, as seen from the side. [m]"""

    foot: Array
    heel: Array
    length: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Search:
    """Everything of a search that stays the same, one number for each option and sample."""

    reacher: Reacher
    balance: Balance
    sole: _Sole
    aim: Aim

    @classmethod
    def of(cls, scene: Scene, aim: Aim, shape: tuple[int, ...]) -> "_Search":
        heel, toe = scene.feet.ends
        turn = np.cos(scene.feet.turn_out)
        return cls(
            reacher=_spread(Reacher.of(scene.build, scene.feet, scene.depth), shape),
            balance=_spread(scene.balance, shape),
            sole=_spread(_Sole(foot=scene.foot, heel=heel * turn, length=(toe - heel) * turn), shape),
            aim=_spread(aim, shape),
        )

    def some(self, rows: Mask) -> "_Search":
        """The same for those that are not at their goal yet."""
        return _Search(
            reacher=_some(self.reacher, rows),
            balance=_some(self.balance, rows),
            sole=_some(self.sole, rows),
            aim=_some(self.aim, rows),
        )

    def step(self, shin: Array, trunk: Array) -> Array:
        """Shin and trunk after a step of Newton's method; of Gauss–Newton away from a minimum.

        The sideways tilt of a thigh is left out of the second derivative: it changes the way, not the goal.
        """
        balance, aim, reach = self.balance, self.aim, self.reacher.at(shin)
        ahead = balance.pressure(reach.knee, reach.hip, trunk, self.sole.foot)
        moved = balance.knee * reach.knee_slope + balance.hip * reach.hip_slope
        unit = balance.mass * self.sole.length
        by_shin, by_trunk = moved / unit, balance.slope(trunk) / self.sole.length
        on_shin, on_trunk, on_share = (1 / sd**2 for sd in (aim.shin_sd, aim.trunk_sd, aim.share_sd))
        off = on_share * ((ahead - self.sole.heel) / self.sole.length - aim.share)
        first = -(on_shin * (shin - aim.shin) + off * by_shin)
        second = -(on_trunk * (trunk - aim.trunk) + off * by_trunk)
        own_shin = on_shin - off * (balance.knee + balance.hip) * reach.knee / unit
        own_trunk = on_trunk + off * balance.bend(trunk) / self.sole.length
        curved = (own_shin > 0) & (own_trunk > 0)
        own_shin, own_trunk = np.where(curved, own_shin, on_shin), np.where(curved, own_trunk, on_trunk)
        # Written out, the product of two hard constraints would drown what is left of the determinant.
        whole = own_shin * own_trunk + on_share * (own_shin * by_trunk**2 + own_trunk * by_shin**2)
        across = on_share * (first * by_trunk - second * by_shin)
        steps = (
            (first * own_trunk + across * by_trunk) / whole,
            (second * own_shin - across * by_shin) / whole,
        )
        return np.stack(
            (
                np.clip(shin + np.clip(steps[0], -_LONGEST, _LONGEST), *_SHIN_WITHIN),
                np.clip(trunk + np.clip(steps[1], -_LONGEST, _LONGEST), *_TRUNK_WITHIN),
            )
        )


_Record = TypeVar("_Record", Reacher, Balance, _Sole, Aim)


def _spread(record: _Record, shape: tuple[int, ...]) -> _Record:
    """The same with one number for each option and sample."""
    names = record.__dataclass_fields__
    return replace(record, **{n: np.broadcast_to(getattr(record, n), shape).reshape(-1) for n in names})


def _some(record: _Record, rows: Mask) -> _Record:
    return replace(record, **{n: getattr(record, n)[rows] for n in record.__dataclass_fields__})


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

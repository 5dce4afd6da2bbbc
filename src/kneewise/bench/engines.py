"""The same chain in kneewise, Pinocchio, MuJoCo and OpenSim: hinge moments of a movement.

Every engine is optional and imported where it is built. Each builder returns a function from a movement to
the moments (n, hinge): ankle plantarflexor, knee and hip extensor positive, of both sides. [N·m]
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..conventions import GRAVITY
from ..kinetics.constants import LEG_COLUMNS, Constants
from ..kinetics.planar import Figure, Lean, compute_planar_loads
from ..kinetics.rigid import spread_masses
from ..model import Array
from .chain import EXTENSION, ChainMotion, Link

Engine = Callable[[ChainMotion], Array]
_NOT_IN_THE_CHAIN = {"foot": 2, "head": 3, "arms": 3, "upper_arm": 2, "forearm": 2, "load": 4, "held": 4}
_THIN = 1e-9
"""Inertia about a link's own line, which no moment feels; MuJoCo wants some. [kg·m²]"""


def build_kneewise(links: tuple[Link, ...]) -> Engine:
    """Build our own planar closed form, on rods of the same masses."""
    figure = chain_figure(links, foot=0.25)

    def solve(motion: ChainMotion) -> Array:
        loads = compute_planar_loads(figure, *_leans(motion))
        return 2 * np.stack((loads.ankle, loads.knee, loads.hip), axis=-1)

    return solve


def chain_figure(links: tuple[Link, ...], foot: float) -> Figure:
    """The chain as a body of ours, on a foot without mass. [m]"""
    shin, thigh, trunk = links
    return Figure(
        shank=shin.length,
        thigh=thigh.length,
        trunk=trunk.length,
        foot=foot,
        constants=_constants(links),
        hangs=False,
    )


def _constants(links: tuple[Link, ...]) -> Constants:
    """Masses of the links, and nothing of what the chain lacks."""
    shin, thigh, trunk = links
    shifts = ("pressure_shift", "share_shift", "share_doubt", "push_shift", "apart_shift")
    return Constants(
        thigh=_spread(thigh, 0.5, from_top=True),
        shank=_spread(shin, 0.5, from_top=True),
        trunk=np.pad(_spread(trunk, 1.0, from_top=False), ((0, 0), (0, 1), (0, 1))),
        **{name: np.zeros((1, size, size)) for name, size in _NOT_IN_THE_CHAIN.items()},
        **{name: np.zeros(1) for name in shifts},
        leg=np.zeros((1, LEG_COLUMNS)),
    )


def _leans(motion: ChainMotion) -> list[Lean]:
    """Shin, thigh and trunk against the vertical; the thigh leans back where the others lean forward."""
    angle, rate, change = (
        np.cumsum(part, axis=1) for part in (motion.angles, motion.rates, motion.accelerations)
    )
    return [
        Lean(angle=sign * angle[:, k], rate=sign * rate[:, k], change=sign * change[:, k])
        for k, sign in enumerate((1.0, -1.0, 1.0))
    ]


def _spread(link: Link, share: float, *, from_top: bool) -> Array:
    """Pseudo-inertia (1, 2, 2) of a share of a link, carried by one end and its line to the other. [kg]"""
    place = link.centre / link.length
    weights = np.array([[1.0, 1 - place if from_top else place]])
    gyration = np.diag([0.0, link.inertia / link.mass / link.length**2])
    return spread_masses(np.array([share * link.mass]), weights, gyration)


def build_pinocchio(links: tuple[Link, ...]) -> Engine:
    """Build Pinocchio's recursive Newton–Euler."""
    import pinocchio as pin

    model = pin.Model()
    model.gravity.linear = np.array([0, 0, -GRAVITY])
    parent, below = 0, 0.0
    for link in links:
        place = pin.SE3(np.eye(3), np.array([0, 0, below]))
        parent = model.addJoint(parent, pin.JointModelRY(), place, link.name)
        inertia = np.diag([link.inertia, link.inertia, 0.0])
        model.appendBodyToJoint(
            parent, pin.Inertia(link.mass, np.array([0, 0, link.centre]), inertia), pin.SE3.Identity()
        )
        below = link.length
    data = model.createData()

    def solve(motion: ChainMotion) -> Array:
        rows = zip(motion.angles, motion.rates, motion.accelerations, strict=True)
        return np.asarray([pin.rnea(model, data, q, v, a) for q, v, a in rows] * EXTENSION)

    return solve


def build_mujoco(links: tuple[Link, ...]) -> Engine:
    """Build MuJoCo's inverse dynamics, on a model of its own language with all digits."""
    import mujoco

    body = ""
    for link, below in reversed(list(zip(links, (0.0, *(link.length for link in links)), strict=False))):
        body = (
            f'<body name="{link.name}" pos="0 0 {below!r}"><joint type="hinge" axis="0 1 0"/>'
            f'<inertial pos="0 0 {link.centre!r}" mass="{link.mass!r}"'
            f' diaginertia="{link.inertia!r} {link.inertia!r} {_THIN!r}"/>{body}</body>'
        )
    # balanceinertia would change inertias without a word.
    text = (
        f'<mujoco><compiler balanceinertia="false" angle="radian"/><option gravity="0 0 -{GRAVITY!r}"/>'
        f"<worldbody>{body}</worldbody></mujoco>"
    )
    model = mujoco.MjModel.from_xml_string(text)
    data = mujoco.MjData(model)

    def solve(motion: ChainMotion) -> Array:
        found = np.empty_like(motion.angles)
        for row, (q, v, a) in enumerate(zip(motion.angles, motion.rates, motion.accelerations, strict=True)):
            data.qpos, data.qvel, data.qacc = q, v, a
            mujoco.mj_inverse(model, data)
            found[row] = data.qfrc_inverse
        return np.asarray(found * EXTENSION)

    return solve


def build_opensim(links: tuple[Link, ...]) -> Engine:
    """Build OpenSim's inverse dynamics solver, on a model without muscles; its hinges turn backwards."""
    import opensim

    # It would write a log where the command is run.
    opensim.Logger.removeFileSink()
    opensim.Logger.setLevelString("Off")
    model = opensim_chain(links)
    state = model.initSystem()
    # The solver does not keep its model alive; the engine has to.
    kept = model, opensim.InverseDynamicsSolver(model)
    order = np.argsort(_opensim_places(links, model, state))

    def solve(motion: ChainMotion) -> Array:
        _, solver = kept
        found = np.empty_like(motion.angles)
        parts = [
            np.ascontiguousarray(-part[:, order])
            for part in (motion.angles, motion.rates, motion.accelerations)
        ]
        for row, (q, v, a) in enumerate(zip(*parts, strict=True)):
            state.setQ(opensim.Vector.createFromMat(q))
            state.setU(opensim.Vector.createFromMat(v))
            found[row, order] = solver.solve(state, opensim.Vector.createFromMat(a)).to_numpy()
        return np.asarray(-found * EXTENSION)

    return solve


def opensim_chain(links: tuple[Link, ...], planted: tuple[Any, Any, Any] | None = None) -> Any:
    """The chain as a model of OpenSim; hinges turn backwards.

    Parameters
    ----------
    links
        From the shin up.
    planted
        A model, its foot, and where in that the ankle is; without one the ankle is fixed to the floor.
    """
    import opensim

    zero = opensim.Vec3(0)
    model = opensim.Model() if planted is None else planted[0]
    model.setGravity(opensim.Vec3(0, -GRAVITY, 0))
    parent, place = (model.getGround(), zero) if planted is None else planted[1:]
    for link in links:
        inertia = opensim.Inertia(link.inertia, 0, link.inertia)
        body = opensim.Body(link.name, link.mass, opensim.Vec3(0, link.centre, 0), inertia)
        joint = opensim.PinJoint(f"{link.name}_hinge", parent, place, zero, body, zero, zero)
        joint.updCoordinate().setName(link.name)
        model.addBody(body)
        model.addJoint(joint)
        parent, place = body, opensim.Vec3(0, link.length, 0)
    return model


def _opensim_places(links: tuple[Link, ...], model: Any, state: Any) -> list[int]:
    """Where each hinge stands in OpenSim's state, found by moving one after the other."""
    places = []
    for link in links:
        before = state.getQ().to_numpy()
        model.getCoordinateSet().get(link.name).setValue(state, 1.0)
        places.append(int(np.argmax(state.getQ().to_numpy() - before)))
    return places

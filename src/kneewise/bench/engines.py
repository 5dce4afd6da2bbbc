"""The same chain in kneewise, Pinocchio, MuJoCo and OpenSim: hinge moments of a movement.

Every engine is optional and imported where it is built. Each builder returns a function from a movement to
the moments (n, hinge): ankle plantarflexor, knee and hip extensor positive, of both sides. [N·m]
"""

from collections.abc import Callable

import numpy as np

from ..conventions import Joint, Side
from ..kinetics.dynamics import GRAVITY, Constants, compute_net_loads, estimate_ground, place_masses
from ..model import Array
from .chain import EXTENSION, Chain, ChainMotion

Engine = Callable[[ChainMotion], Array]
_THIN = 1e-9
"""Inertia about a link's own line, which no moment feels; MuJoCo wants some. [kg·m²]"""


def build_kneewise(chain: Chain) -> Engine:
    """Build our own inverse dynamics: the one place where a planar closed form is to be joined."""
    constants = Constants(body=chain.body, burden=chain.bar)

    def solve(motion: ChainMotion) -> Array:
        joints, accelerated = _place(chain, motion)
        masses = place_masses(joints, constants)
        # Every mass lies on a line between joints, so its acceleration is shared out like its place.
        acceleration = place_masses(accelerated, constants)
        ground = estimate_ground(joints, masses, acceleration, constants)
        moments = compute_net_loads(joints, masses, acceleration, ground).moments.sum(axis=1)
        return np.asarray(moments[:, ::-1])

    return solve


def _place(chain: Chain, motion: ChainMotion) -> tuple[Array, Array]:
    """Joints (n, side, joint, xyz) [m], and their accelerations [m/s²]."""
    angle, rate, change = (
        np.cumsum(part, axis=1) for part in (motion.angles, motion.rates, motion.accelerations)
    )
    line, normal = np.stack((np.sin(angle), np.cos(angle))), np.stack((np.cos(angle), -np.sin(angle)))
    length = np.array([link.length for link in chain.links])
    places = np.cumsum(length * line, axis=-1)
    bends = np.cumsum(length * (normal * change - line * rate**2), axis=-1)
    both = []
    for part, ground in ((places, (-3.0, 3.0)), (bends, (0.0, 0.0))):
        joints = np.zeros((len(angle), len(Side), len(Joint), 3))
        for link, joint in enumerate((Joint.KNEE, Joint.HIP, Joint.SHOULDER)):
            joints[:, :, joint, 0], joints[:, :, joint, 2] = (part[axis, :, link, None] for axis in (0, 1))
        # Feet as long as skis: balance never asks for a point outside of them.
        joints[:, :, Joint.HEEL, 0], joints[:, :, Joint.TOE, 0] = ground
        joints[..., 1] = 0.15 * np.array([side.outward for side in Side])[:, None]
        both.append(joints)
    return both[0], both[1]


def build_pinocchio(chain: Chain) -> Engine:
    """Build Pinocchio's recursive Newton–Euler."""
    import pinocchio as pin

    model = pin.Model()
    model.gravity.linear = np.array([0, 0, -GRAVITY])
    parent, below = 0, 0.0
    for link in chain.links:
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


def build_mujoco(chain: Chain) -> Engine:
    """Build MuJoCo's inverse dynamics, on a model of its own language with all digits."""
    import mujoco

    body = ""
    for link, below in reversed(
        list(zip(chain.links, (0.0, *(link.length for link in chain.links)), strict=False))
    ):
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


def build_opensim(chain: Chain) -> Engine:
    """Build OpenSim's inverse dynamics solver, on a model without muscles; its hinges turn backwards."""
    import opensim

    # It would write a log where the command is run.
    opensim.Logger.removeFileSink()
    opensim.Logger.setLevelString("Off")
    model = opensim.Model()
    model.setGravity(opensim.Vec3(0, -GRAVITY, 0))
    parent, below = model.getGround(), 0.0
    for link in chain.links:
        inertia = opensim.Inertia(link.inertia, 0, link.inertia)
        body = opensim.Body(link.name, link.mass, opensim.Vec3(0, link.centre, 0), inertia)
        zero = opensim.Vec3(0)
        joint = opensim.PinJoint(
            f"{link.name}_hinge", parent, opensim.Vec3(0, below, 0), zero, body, zero, zero
        )
        joint.updCoordinate().setName(link.name)
        model.addBody(body)
        model.addJoint(joint)
        parent, below = body, link.length
    state = model.initSystem()
    # The solver does not keep its model alive; the engine has to.
    kept = model, opensim.InverseDynamicsSolver(model)
    # The order of the state is not that of the chain: it is found by moving one hinge after the other.
    places = []
    for link in chain.links:
        before = state.getQ().to_numpy()
        model.getCoordinateSet().get(link.name).setValue(state, 1.0)
        places.append(int(np.argmax(state.getQ().to_numpy() - before)))
    order = np.argsort(places)

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

"""Our dynamics against Pinocchio, MuJoCo and OpenSim: random chains with random inertias, and a squat."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifters import lift
from scipy import sparse

from kneewise.conventions import GRAVITY, Bar, Sex, Side
from kneewise.kinetics.carrying import CARRIES
from kneewise.kinetics.constants import Chance, likeliest, vary
from kneewise.kinetics.dynamics import compute_net_loads, compute_total, gather
from kneewise.kinetics.ground import Shifts, estimate_ground
from kneewise.kinetics.planar import Lean, compute_planar_loads, draw_figure
from kneewise.kinetics.posture import take_posture
from kneewise.kinetics.rigid import carry, wrench
from kneewise.model import Burden, Person

WOMAN = Person(height=1.735, mass=75.0, sex=Sex.FEMALE)


def lifter_of(bar=Bar.BACK_HIGH, mass=60.0, person=WOMAN):
    return lift(person, Burden(mass=mass, bar=bar))


LINKS = 5


class Chain:
    """A tree of one branch: hinges about random axes, bodies with random masses, centres and inertias."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.axes = rng.standard_normal((LINKS, 3))
        self.axes /= np.linalg.norm(self.axes, axis=1, keepdims=True)
        self.offsets = rng.uniform(-0.4, 0.4, (LINKS, 3))
        self.masses = rng.uniform(0.5, 20, LINKS)
        self.centres = rng.uniform(-0.3, 0.3, (LINKS, 3))
        spreads = rng.standard_normal((LINKS, 3, 3)) * 0.2
        seconds = self.masses[:, None, None] * (spreads @ spreads.swapaxes(1, 2))
        self.inertias = np.trace(seconds, axis1=1, axis2=2)[:, None, None] * np.eye(3) - seconds
        self.angles, self.rates, self.changes = (rng.uniform(-s, s, LINKS) for s in (np.pi, 4, 20))

    def carried(self):
        """Position and axes of every link (LINKS, 4, 3), with their exact accelerations."""
        turn, rate, change = np.eye(3), np.zeros(3), np.zeros(3)
        place, speeding = np.zeros(3), np.zeros(3)
        vectors, accelerations, joints, hinges = [], [], [], []
        for i in range(LINKS):
            arm = turn @ self.offsets[i]
            speeding = speeding + np.cross(change, arm) + np.cross(rate, np.cross(rate, arm))
            place = place + arm
            hinge = turn @ self.axes[i]
            spin = self.rates[i] * hinge
            change = change + self.changes[i] * hinge + np.cross(rate, spin)
            rate = rate + spin
            turn = turn @ rotation(self.axes[i], self.angles[i])
            of_axes = np.cross(change, turn.T) + np.cross(rate, np.cross(rate, turn.T))
            vectors.append(np.vstack((place, turn.T)))
            accelerations.append(np.vstack((speeding, of_axes)))
            joints.append(place)
            hinges.append(hinge)
        return np.array(vectors), np.array(accelerations), np.array(joints), np.array(hinges)

    def moments(self):
        """Moment of each hinge, by ours."""
        vectors, accelerations, joints, hinges = self.carried()
        weights = np.concatenate((np.ones((LINKS, 1)), self.centres), axis=1)
        inertia = self.masses[:, None, None] * weights[:, :, None] * weights[:, None, :]
        # ∫ x xᵀ dm of a body with the inertia tensor I is ½ tr(I) 1 − I.
        inertia[:, 1:, 1:] += np.array([np.trace(own) / 2 * np.eye(3) - own for own in self.inertias])
        found = []
        for i in range(LINKS):
            _, moment = wrench(carry(vectors[i:], accelerations[i:]), inertia[i:], joints[i])
            found.append(moment.sum(axis=0) @ hinges[i])
        return np.array(found)


def rotation(axis, angle):
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=60)
@given(seed=seeds)
def test_a_random_chain_has_the_moments_of_pinocchio(seed):
    pin = pytest.importorskip("pinocchio", reason="an oracle for our own dynamics, in the extra 'test'")
    chain, model = Chain(seed), pin.Model()
    model.gravity.linear = np.array([0, 0, -GRAVITY])
    for i in range(LINKS):
        joint = model.addJoint(
            i,
            pin.JointModelRevoluteUnaligned(chain.axes[i]),
            pin.SE3(np.eye(3), chain.offsets[i]),
            f"hinge {i}",
        )
        body = pin.Inertia(chain.masses[i], chain.centres[i], chain.inertias[i])
        model.appendBodyToJoint(joint, body, pin.SE3.Identity())
    wanted = pin.rnea(model, model.createData(), chain.angles, chain.rates, chain.changes)
    np.testing.assert_allclose(chain.moments(), wanted, rtol=1e-9, atol=1e-9)


@settings(max_examples=60)
@given(seed=seeds)
def test_a_random_chain_has_the_moments_of_mujoco(seed):
    mujoco = pytest.importorskip("mujoco", reason="an oracle for our own dynamics, in the extra 'test'")
    chain, spec = Chain(seed), mujoco.MjSpec()
    spec.option.gravity = [0, 0, -GRAVITY]
    spec.compiler.degree = False
    spec.compiler.balanceinertia = False
    parent = spec.worldbody
    for i in range(LINKS):
        own = chain.inertias[i]
        parent = parent.add_body(
            pos=chain.offsets[i],
            mass=chain.masses[i],
            ipos=chain.centres[i],
            fullinertia=[own[0, 0], own[1, 1], own[2, 2], own[0, 1], own[0, 2], own[1, 2]],
            explicitinertial=True,
        )
        parent.add_joint(type=mujoco.mjtJoint.mjJNT_HINGE, axis=chain.axes[i])
    model = spec.compile()
    data = mujoco.MjData(model)
    data.qpos, data.qvel, data.qacc = chain.angles, chain.rates, chain.changes
    mujoco.mj_inverse(model, data)
    np.testing.assert_allclose(chain.moments(), data.qfrc_inverse, rtol=1e-9, atol=1e-9)


SHANK, THIGH, TRUNK, ANKLE_HEIGHT = 0.43, 0.41, 0.51, 0.08
STEP = 2e-3

posture = st.tuples(st.floats(-0.1, 0.8), st.floats(0.5, 2.2), st.floats(0.05, 1.2))
rates = st.tuples(*[st.floats(-2, 2)] * 3)
changes = st.tuples(*[st.floats(-4, 4)] * 3)  # more can lift the feet, and then we say nothing
bars = st.sampled_from([bar for bar in Bar if bar is not Bar.NONE])
SIGNS = np.array([1, -1, 1])
"""From inclinations of shin, thigh and trunk to turns about the left: a thigh leans back."""


def place_joints(leans):
    """Joints (n, side, joint, xyz) for inclinations (n, segment) of shin, thigh and trunk."""
    angles = leans * SIGNS
    line = np.stack((np.sin(angles), np.zeros_like(angles), np.cos(angles)), axis=-1)
    ankle = np.broadcast_to([0.0, 0, ANKLE_HEIGHT], line[:, 0].shape)
    knee = ankle + SHANK * line[:, 0]
    hip = knee + THIGH * line[:, 1]
    shoulder = hip + TRUNK * line[:, 2]
    # Feet as long as skis: balance never asks for a point outside of them.
    heel, toe = (np.broadcast_to([x, 0, 0.0], ankle.shape) for x in (-3.0, 3.0))
    one = np.stack([shoulder, hip, knee, ankle, heel, toe], axis=1)
    return np.stack([one + np.array([0, side.outward * 0.15, 0]) for side in Side], axis=1)


def in_space(lifter, constants, angles, rate, change):
    """Loads in the middle of a short movement, by our model in space."""
    time = STEP * np.arange(-3, 4)[:, None]
    motion = np.array(angles) + np.array(rate) * time + np.array(change) * time**2 / 2
    stencil = np.array([2, -27, 270, -490, 270, -27, 2]) / 180 / STEP**2
    posture = take_posture(
        place_joints(motion), None, lifter.burden.bar, sparse.csr_array(stencil[None]), np.array([3])
    )
    basis = gather(posture, np.zeros((1, 2)))
    none = np.zeros((len(constants.leg), 1))
    shifts = Shifts(pressure=none, share=none, push=none, apart=none, trust=1.0)
    ground = estimate_ground(basis.stance, *compute_total(basis, constants), shifts)
    assert not ground.outside.any()
    return compute_net_loads(basis, constants, ground), ground


def in_the_plane(lifter, constants, angles, rate, change):
    figure = replace(draw_figure(lifter), shank=SHANK, thigh=THIGH, trunk=TRUNK, constants=constants)
    leans = [
        Lean(angle=np.array([q]), rate=np.array([v]), change=np.array([a]))
        for q, v, a in zip(angles, rate, change, strict=True)
    ]
    return compute_planar_loads(figure, *leans)


@settings(max_examples=150)
@given(angles=posture, rate=rates, change=changes, bar=bars)
def test_a_squat_in_the_plane_has_the_moments_of_space(angles, rate, change, bar):
    lifter = lifter_of(bar)
    constants = vary(lifter, Chance(person=3, samples=6))
    space, ground = in_space(lifter, constants, angles, rate, change)
    plane = in_the_plane(lifter, constants, angles, rate, change)
    wanted = np.stack((plane.hip, plane.knee, plane.ankle), axis=-1)
    np.testing.assert_allclose(space.moments.mean(axis=2)[:, 0], wanted, rtol=1e-6, atol=2e-5)
    np.testing.assert_allclose(space.lumbar[:, 0], plane.lumbar, rtol=1e-6, atol=2e-5)
    np.testing.assert_allclose(ground.force[..., 2].mean(axis=2)[:, 0], plane.ground, rtol=1e-7)


@given(angles=posture, bar=bars)
def test_a_held_posture_in_the_plane_has_the_moments_of_space(angles, bar):
    lifter, still = lifter_of(bar), (0.0, 0.0, 0.0)
    constants = likeliest(lifter)
    space, _ = in_space(lifter, constants, angles, still, still)
    plane = in_the_plane(lifter, constants, angles, still, still)
    wanted = np.stack((plane.hip, plane.knee, plane.ankle), axis=-1)
    np.testing.assert_allclose(space.moments.mean(axis=2)[:, 0], wanted, rtol=1e-9, atol=1e-8)


@given(angles=posture, bar=bars, mass=st.floats(0, 150))
def test_in_the_plane_hip_and_knee_share_a_constant(angles, bar, mass):
    lifter = lifter_of(bar, mass)
    body, still = lifter.body, (0.0, 0.0, 0.0)
    plane = in_the_plane(lifter, likeliest(lifter), angles, still, still)
    carried = body.upper + mass + 2 * body.thigh.mass * (1 - body.thigh.centre)
    np.testing.assert_allclose(
        plane.hip + plane.knee, GRAVITY / 2 * THIGH * np.sin(angles[1]) * carried, rtol=1e-9
    )


def rigid_parts(lifter):
    """Shin, thigh, and everything above as one body, for engines of rigid bodies.

    Mass, centre along and ahead of the line from the lower end, and inertia about the left. The head turns
    with the trunk and the back stays straight.
    """
    body, burden = lifter.body, lifter.burden
    style = CARRIES[burden.bar]
    shank, thigh = (
        (2 * part.mass, (1 - part.centre) * length, 0.0, 2 * part.mass * (part.gyration[1] * length) ** 2)
        for part, length in ((body.shank, SHANK), (body.thigh, THIGH))
    )
    head, arms = body.head, 2 * (body.upper_arm.mass + body.forearm.mass)
    rows = np.array(
        [
            (body.trunk.mass, body.trunk.centre * TRUNK, 0.0, body.trunk.gyration[1] * TRUNK),
            (
                head.mass,
                TRUNK + body.neck + head.centre * head.length,
                0.0,
                head.gyration[1] * head.length,
            ),
            (arms, TRUNK + style.arms.up, style.arms.forward, body.upper_arm.length / 2),
            (burden.mass, TRUNK + style.load.up, style.load.forward, style.tall),
        ]
    )
    mass, along, ahead, own = rows.T
    centre, reach = (mass * along).sum() / mass.sum(), (mass * ahead).sum() / mass.sum()
    turn = (mass * (own**2 + (along - centre) ** 2 + (ahead - reach) ** 2)).sum()
    return shank, thigh, (mass.sum(), centre, reach, turn)


def stiff(lifter):
    """The likeliest constants of a body whose head and back turn with the trunk."""
    constants, body = likeliest(lifter), lifter.body
    trunk = constants.trunk.copy()
    trunk[:, 2], trunk[:, :, 2] = 0, 0
    along = np.array([0.0, 1.0, 0.0])
    weights = np.array([1.0, body.neck + body.head.centre * body.head.length, 0.0])
    spread = (body.head.gyration[1] * body.head.length) ** 2 * np.outer(along, along)
    head = body.head.mass * (np.outer(weights, weights) + spread)
    return replace(constants, trunk=trunk, head=head[None])


def pinocchios(lifter, angles, rate, change):
    """Moments of hip, knee and ankle, both sides together."""
    pin = pytest.importorskip("pinocchio", reason="an oracle for our own dynamics, in the extra 'test'")
    model, parent = pin.Model(), 0
    model.gravity.linear = np.array([0, 0, -GRAVITY])
    for length, (mass, along, ahead, turn) in zip((0.0, SHANK, THIGH), rigid_parts(lifter), strict=True):
        place = pin.SE3(np.eye(3), np.array([0, 0, length]))
        parent = model.addJoint(parent, pin.JointModelRY(), place, f"hinge {parent}")
        body = pin.Inertia(mass, np.array([ahead, 0, along]), np.diag([turn, turn, turn / 2]))
        model.appendBodyToJoint(parent, body, pin.SE3.Identity())
    q, v, a = (np.diff(np.array(x) * SIGNS, prepend=0.0) for x in (angles, rate, change))
    ankle, knee, hip = pin.rnea(model, model.createData(), q, v, a)
    return np.array([-hip, knee, -ankle])


@settings(max_examples=100)
@given(angles=posture, rate=rates, change=changes)
def test_a_moving_squat_has_the_moments_of_pinocchio(angles, rate, change):
    lifter = lifter_of()
    plane = in_the_plane(lifter, stiff(lifter), angles, rate, change)
    ours = 2 * np.concatenate((plane.hip, plane.knee, plane.ankle))
    np.testing.assert_allclose(ours, pinocchios(lifter, angles, rate, change), rtol=1e-9, atol=1e-9)


OPENSIM_COORDINATES = ("ankle", "knee", "hip")


def opensim_squat(osim, lifter):
    """The same three bodies on hinges about OpenSim's z axis (y up, x forward), without forces."""
    model = osim.Model()
    model.setGravity(osim.Vec3(0, -GRAVITY, 0))
    parent = model.getGround()
    for name, length, (mass, along, ahead, turn) in zip(
        OPENSIM_COORDINATES, (0.0, SHANK, THIGH), rigid_parts(lifter), strict=True
    ):
        inertia = osim.Inertia(turn, turn / 2, turn, 0, 0, 0)
        body = osim.Body(f"above_{name}", mass, osim.Vec3(ahead, along, 0), inertia)
        joint = osim.PinJoint(
            name, parent, osim.Vec3(0, length, 0), osim.Vec3(0), body, osim.Vec3(0), osim.Vec3(0)
        )
        joint.updCoordinate().setName(name)
        model.addBody(body)
        model.addJoint(joint)
        parent = body
    return model


def test_a_moving_squat_has_the_moments_of_opensim(tmp_path, monkeypatch):
    # OpenSim writes a log into the working directory.
    monkeypatch.chdir(tmp_path)
    osim = pytest.importorskip("opensim", reason="an oracle for our own dynamics, in the extra 'test'")
    osim.Logger.setLevelString("Off")
    lifter = lifter_of()
    model = opensim_squat(osim, lifter)
    state = model.initSystem()
    rng = np.random.default_rng(8)
    for _ in range(20):
        angles, rate, change = rng.uniform((-0.1, 0.5, 0.1), (0.8, 2.2, 1.2)), *rng.uniform(-3, 3, (2, 3))
        # A turn about OpenSim's z axis leads from forward to up: backwards for us.
        q, v, a = (-np.diff(x * SIGNS, prepend=0.0) for x in (angles, rate, change))
        for i, name in enumerate(OPENSIM_COORDINATES):
            coordinate = model.getCoordinateSet().get(name)
            coordinate.setValue(state, q[i], False)
            coordinate.setSpeedValue(state, v[i])
        wanted = osim.InverseDynamicsSolver(model).solve(state, osim.Vector.createFromMat(a))
        ankle, knee, hip = (-wanted.get(i) for i in range(3))
        plane = in_the_plane(lifter, stiff(lifter), angles, rate, change)
        ours = 2 * np.concatenate((plane.hip, plane.knee, plane.ankle))
        np.testing.assert_allclose(ours, [-hip, knee, -ankle], rtol=1e-9, atol=1e-9)


def test_what_the_joints_put_in_is_what_the_body_gains():
    # Power of the net moments equals the rate of kinetic and potential energy of all bodies.
    lifter = lifter_of()
    masses, along, ahead, turns = np.array(rigid_parts(lifter)).T
    body = lifter.body
    feet = 2 * body.foot.mass
    assert masses.sum() + feet == pytest.approx(75 + 60)
    time = np.linspace(0, 2, 41)
    mean, swing = np.array([0.3, 1.0, 0.5]), np.array([0.2, 0.6, 0.3])
    pulse = np.pi

    def lean(t):
        return mean + swing * np.sin(pulse * t)[:, None]

    def rate(t):
        return swing * pulse * np.cos(pulse * t)[:, None]

    def change(t):
        return -swing * pulse**2 * np.sin(pulse * t)[:, None]

    def energy(t):
        q, v = lean(t) * SIGNS, rate(t) * SIGNS
        up, out = np.exp(1j * q), 1j * np.exp(1j * q)
        lengths = np.array([SHANK, THIGH])
        ends = np.concatenate((np.zeros((len(t), 1)), np.cumsum(lengths * up[:, :2], axis=1)), axis=1)
        speeds = np.concatenate(
            (np.zeros((len(t), 1)), np.cumsum(lengths * v[:, :2] * out[:, :2], axis=1)), axis=1
        )
        centre = ends + along * up + ahead * out
        speed = speeds + v * (along * out - ahead * up)
        return (masses * (np.abs(speed) ** 2 / 2 + GRAVITY * centre.real) + turns * v**2 / 2).sum(axis=1)

    small = 1e-4
    gained = (energy(time + small) - energy(time - small)) / (2 * small)
    constants = stiff(lifter)
    figure = replace(draw_figure(lifter), shank=SHANK, thigh=THIGH, trunk=TRUNK, constants=constants)
    leans = [
        Lean(angle=q, rate=v, change=a)
        for q, v, a in zip(lean(time).T, rate(time).T, change(time).T, strict=True)
    ]
    loads = compute_planar_loads(figure, *leans)
    shank, thigh, trunk = (rate(time) * SIGNS).T
    given_in = 2 * (-loads.hip * (trunk - thigh) + loads.knee * (thigh - shank) - loads.ankle * shank)
    np.testing.assert_allclose(given_in, gained, rtol=1e-5, atol=1e-3)

"""Our dynamics against Pinocchio's on the same chain: shin, thigh, upper body with a bar, on planted feet."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from kneewise.body import build_body
from kneewise.conventions import Joint, Sex, Side
from kneewise.kinetics.dynamics import (
    GRAVITY,
    SHANK_GYRATION,
    THIGH_GYRATION,
    UPPER_GYRATION,
    Constants,
    compute_net_loads,
    estimate_ground,
    place_masses,
)
from kneewise.knowledge import read_anthropometry
from kneewise.model import Person

pin = pytest.importorskip("pinocchio", reason="an oracle for our own dynamics, in the extra 'test'")

BODY = build_body(Person(height=1.75, mass=75.0, sex=Sex.FEMALE), read_anthropometry())
CONSTANTS = Constants(body=BODY, burden=60.0, burden_forward=-0.07, burden_up=0.05, upper_forward=0.02)
SHANK, THIGH, TRUNK, ANKLE_HEIGHT = 0.43, 0.41, 0.51, 0.08
STEP = 2e-3

posture = st.tuples(st.floats(-0.1, 0.8), st.floats(-2.2, -0.5), st.floats(0.0, 1.2))
rates = st.tuples(*[st.floats(-2, 2)] * 3)
changes = st.tuples(*[st.floats(-4, 4)] * 3)  # more can lift the feet, and then we say nothing


def rod(mass, centre, gyration, forward=0.0):
    """Both legs' rods in one, seen from the lower end: mass, centre and inertia about the left-right axis."""
    turn = mass * gyration**2
    return pin.Inertia(mass, np.array([forward, 0, centre]), np.diag([turn, turn, 0]))


def chain():
    model = pin.Model()
    model.gravity.linear = np.array([0, 0, -GRAVITY])
    parent = 0
    for length in (0.0, SHANK, THIGH):
        parent = model.addJoint(
            parent, pin.JointModelRY(), pin.SE3(np.eye(3), np.array([0, 0, length])), f"hinge {parent}"
        )
    shank, thigh, upper = 1, 2, 3
    here = pin.SE3.Identity()
    model.appendBodyToJoint(
        shank, rod(2 * BODY.shank, (1 - BODY.shank_centre) * SHANK, SHANK_GYRATION * SHANK), here
    )
    model.appendBodyToJoint(
        thigh, rod(2 * BODY.thigh, (1 - BODY.thigh_centre) * THIGH, THIGH_GYRATION * THIGH), here
    )
    model.appendBodyToJoint(
        upper,
        rod(BODY.upper, BODY.upper_centre * TRUNK, UPPER_GYRATION * TRUNK, CONSTANTS.upper_forward),
        here,
    )
    bar = np.array([CONSTANTS.burden_forward, 0, TRUNK + CONSTANTS.burden_up])
    model.appendBodyToJoint(upper, pin.Inertia(CONSTANTS.burden, bar, np.zeros((3, 3))), here)
    return model


MODEL = chain()
DATA = MODEL.createData()


def place_joints(angles):
    """Joints (n, side, joint, xyz) for inclinations from vertical (n, segment) of shin, thigh and trunk."""
    line = np.stack((np.sin(angles), np.zeros_like(angles), np.cos(angles)), axis=-1)
    ankle = np.broadcast_to([0.0, 0, ANKLE_HEIGHT], line[:, 0].shape)
    knee = ankle + SHANK * line[:, 0]
    hip = knee + THIGH * line[:, 1]
    shoulder = hip + TRUNK * line[:, 2]
    # Feet as long as skis: balance never asks for a point outside of them.
    heel, toe = (np.broadcast_to([x, 0, 0.0], ankle.shape) for x in (-3.0, 3.0))
    one = np.stack([shoulder, hip, knee, ankle, heel, toe], axis=1)
    return np.stack([one + np.array([0, side.outward * 0.15, 0]) for side in Side], axis=1)


def ours(angles, rate, change):
    """Sum of both sides of hip, knee and ankle moments, by our model, in the middle of a short movement."""
    time = STEP * np.arange(-3, 4)[:, None]
    motion = np.array(angles) + np.array(rate) * time + np.array(change) * time**2 / 2
    joints = place_joints(motion)
    masses = place_masses(joints, CONSTANTS)
    stencil = np.array([2, -27, 270, -490, 270, -27, 2]) / 180 / STEP**2
    operator = sparse.csr_array(np.broadcast_to(stencil, (7, 7)))
    acceleration = masses.accelerate(operator)
    ground = estimate_ground(joints, masses, acceleration, CONSTANTS)
    assert not ground.outside.any()
    return compute_net_loads(joints, masses, acceleration, ground).moments[3].sum(axis=0)


def pinocchios(angles, rate, change):
    """The same from the top down: what each hinge does to the part above it, about the left axis."""
    q, v, a = (np.diff(np.array(x), prepend=0.0) for x in (angles, rate, change))
    ankle, knee, hip = pin.rnea(MODEL, DATA, q, v, a)
    return np.array([-hip, knee, -ankle])


@given(angles=posture)
def test_a_held_posture_has_the_moments_of_pinocchio(angles):
    still = (0.0, 0.0, 0.0)
    np.testing.assert_allclose(
        ours(angles, still, still), pinocchios(angles, still, still), rtol=1e-9, atol=1e-8
    )


@settings(max_examples=200)
@given(angles=posture, rate=rates, change=changes)
def test_a_moving_body_has_the_moments_of_pinocchio(angles, rate, change):
    wanted = pinocchios(angles, rate, change)
    np.testing.assert_allclose(ours(angles, rate, change), wanted, rtol=1e-6, atol=1e-5)


def test_the_feet_below_the_chain_carry_the_whole_body():
    joints = place_joints(np.array([[0.5, -1.5, 0.6]]))
    masses = place_masses(joints, CONSTANTS)
    still = masses.accelerate(sparse.csr_array((1, 1)))
    force = estimate_ground(joints, masses, still, CONSTANTS).force
    assert force[0, :, 2].sum() == pytest.approx((75 + 60) * GRAVITY, rel=1e-12)
    assert joints[0, Side.LEFT, Joint.HIP, 2] > ANKLE_HEIGHT

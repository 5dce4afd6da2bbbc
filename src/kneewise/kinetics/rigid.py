"""Rigid bodies as masses spread along vectors: exact Newton–Euler without a single rotation.

A body is *carried* by k vectors: the position of one of its points, and directions that turn with it (a line,
or three axes). Each of its particles lies at `Σ w_b p_b` with constant weights, 1 for the position. All that
mechanics needs to know of the masses is then their second moment `J = Σ m w wᵀ`, the pseudo-inertia: force
and moment about the origin are `Σ J_0b a_b` and `Σ J_bc p_b × a_c`, with `a` the vectors' second time
derivatives. So loads are sums of products of what is seen (vectors) and what is not (J), and a thousand sets
of masses cost one matrix product.
"""

from dataclasses import dataclass

import numpy as np

from ..conventions import GRAVITY
from ..model import Array

UP = np.array([0.0, 0.0, 1.0])
UP.flags.writeable = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carried:
    """Vectors that carry masses, in the lab frame.

    Attributes
    ----------
    vectors : (..., k, xyz)
        The first is a position [m], the others turn with the body [m, or 1 for unit axes].
    accelerations : (..., k, xyz)
        Their second time derivatives; the first has free-fall acceleration added upwards: what must hold it
        up against gravity. [m/s² or 1/s²]
    """

    vectors: Array
    accelerations: Array


def carry(vectors: Array, changes: Array) -> Carried:
    """Vectors with their second time derivatives, gravity included.

    Parameters
    ----------
    vectors, changes
        (..., k, xyz), the first a position. [m, m/s²; or 1, 1/s²]
    """
    accelerations = changes.copy()
    accelerations[..., 0, :] += GRAVITY * UP
    return Carried(vectors=vectors, accelerations=accelerations)


def spread_masses(mass: Array, weights: Array, gyrations: Array) -> Array:
    """Pseudo-inertia of a body from its mass, its centre and how far its mass is spread.

    Parameters
    ----------
    mass
        (...) [kg]
    weights
        (..., k) Where the centre of mass is; the first is 1.
    gyrations
        (..., k, k) Second moment of the weights about the centre, by mass; for a slender body the squared
        radius of gyration in the place of its line, else 0.

    Returns
    -------
    Array
        (..., k, k) [kg]
    """
    return np.asarray(mass[..., None, None] * (weights[..., :, None] * weights[..., None, :] + gyrations))


def products(body: Carried, about: Array) -> Array:
    """Moments of each pair of vectors, to be summed with the pseudo-inertia.

    Parameters
    ----------
    body
        The vectors.
    about
        (..., xyz) Point about which the moments are taken. [m]

    Returns
    -------
    Array
        (..., k, k, xyz) `p_b × a_c`.
    """
    arms = body.vectors.copy()
    arms[..., 0, :] -= about
    return np.asarray(_cross(arms[..., :, None, :], body.accelerations[..., None, :, :]))


def wrench(body: Carried, inertia: Array, about: Array) -> tuple[Array, Array]:
    """Force and moment that hold a body up and make it move as it does.

    Parameters
    ----------
    body
        The vectors that carry it.
    inertia
        (..., k, k) Pseudo-inertia. [kg]
    about
        (..., xyz) Point about which the moment is taken. [m]

    Returns
    -------
    tuple of Array
        (..., xyz) Force [N] and moment [N·m] of everything that touches it.

    Notes
    -----
    Assumes: a rigid body, in an inertial frame.
    Error: none (test_oracles.py: three engines, to 1e-9).
    """
    force = np.einsum("...c,...cx->...x", inertia[..., 0, :], body.accelerations)
    return force, np.einsum("...bc,...bcx->...x", inertia, products(body, about))


def _cross(one: Array, other: Array) -> Array:
    """Vector product along the last axis; numpy's own is slow on small arrays."""
    a, b = np.broadcast_arrays(one, other)
    return np.stack(
        (
            a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1],
            a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2],
            a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0],
        ),
        axis=-1,
    )

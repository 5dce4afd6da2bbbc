"""Dual-quaternion skinning: moves the skin and the clothes with the bones.

Linear blending flattens the buttock and the kneecap in a deep squat, dual quaternions keep their volume
(Kavan et al. 2007, Skinning with dual quaternions).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial.transform import Rotation

if TYPE_CHECKING:
    from .mesh import Array, Index


@dataclass(frozen=True)
class SkinWeights:
    """Weights of each vertex: `values` and `bones`, both (v, k)."""

    values: Array
    bones: Index


def _dual_quaternions(rotations: Array, translations: Array) -> tuple[Array, Array]:
    """Real and dual parts (b, 4), scalar first, of the rigid motions x -> R x + t."""
    real = Rotation.from_matrix(rotations).as_quat()[:, [3, 0, 1, 2]]
    w, v = real[:, :1], real[:, 1:]
    scalar = -np.einsum("bi,bi->b", translations, v)[:, None]
    vector = w * translations + np.cross(translations, v)
    return real, 0.5 * np.concatenate([scalar, vector], axis=1)


def skin(rotations: Array, positions: Array, heads: Array, vertices: Array, weights: SkinWeights) -> Array:
    """Move vertices with the bones.

    Parameters
    ----------
    rotations : (b, 3, 3) world rotation of each bone from rest to pose
    positions : (b, 3) posed bone heads, metres
    heads : (b, 3) rest bone heads, metres
    vertices : (v, 3) rest vertices, metres
    weights : skinning weights

    Returns
    -------
    (v, 3) posed vertices, metres
    """
    translations = positions - np.einsum("bij,bj->bi", rotations, heads)
    real, dual = _dual_quaternions(rotations, translations)
    main = weights.bones[np.arange(len(vertices)), weights.values.argmax(1)]
    chosen = real[weights.bones]
    sign = np.where((chosen * real[main][:, None]).sum(2) < 0, -1.0, 1.0)
    signed = weights.values * sign
    blended_real = np.einsum("vk,vkm->vm", signed, chosen)
    blended_dual = np.einsum("vk,vkm->vm", signed, dual[weights.bones])
    length = np.linalg.norm(blended_real, axis=1, keepdims=True)
    blended_real /= length
    blended_dual /= length
    w, v = blended_real[:, :1], blended_real[:, 1:]
    dual_w, dual_v = blended_dual[:, :1], blended_dual[:, 1:]
    shift = 2 * (w * dual_v - dual_w * v + np.cross(v, dual_v))
    turned = 2 * np.cross(v, np.cross(v, vertices) + w * vertices)
    return np.asarray(vertices + turned + shift)

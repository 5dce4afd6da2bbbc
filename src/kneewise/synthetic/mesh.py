"""Small triangle-mesh helpers: normals, smoothing, subdivision, sections and volume."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]


def triangulate(quads: Index) -> Index:
    """Split quads, shape (n, 4), into triangles, shape (2n, 3)."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def vertex_normals(vertices: Array, faces: Index) -> Array:
    """Area-weighted unit normals.

    Parameters
    ----------
    vertices : (v, 3) metres
    faces : (f, 3) vertex numbers

    Returns
    -------
    (v, 3) unit vectors
    """
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    face_normals = np.cross(b - a, c - a)
    normals = np.zeros_like(vertices)
    for corner in range(3):
        for axis in range(3):
            normals[:, axis] += np.bincount(faces[:, corner], face_normals[:, axis], len(vertices))
    return np.asarray(normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12))


def _edges(faces: Index) -> Index:
    return np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])


def smooth(vertices: Array, faces: Index, rounds: int, weight: float = 0.5) -> Array:
    """Laplacian smoothing: move each vertex by `weight` toward the mean of its neighbours, `rounds` times."""
    n = len(vertices)
    edges = _edges(faces)
    links = sp.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (n, n)).tocsr()
    links = links + links.T
    links.data[:] = 1.0
    mean = sp.diags(1 / np.maximum(np.asarray(links.sum(1)).ravel(), 1)) @ links
    out = vertices.copy()
    for _ in range(rounds):
        out = out + weight * (mean @ out - out)
    return out


def submesh(faces: Index, keep: NDArray[np.bool_]) -> tuple[Index, Index]:
    """Keep the faces whose corners are all kept.

    Returns
    -------
    used : (u,) numbers of the vertices still used
    faces : (f, 3) faces in terms of `used`
    """
    kept = faces[keep[faces].all(1)]
    used, inverse = np.unique(kept, return_inverse=True)
    return used, inverse.reshape(kept.shape)


def subdivide(vertices: Array, faces: Index, *attributes: Array) -> tuple[Array, Index, list[Array]]:
    """Split every triangle in four at its edge midpoints; attributes are averaged along the edges."""
    edges, inverse = np.unique(np.sort(_edges(faces), axis=1), axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    n, m = len(vertices), len(faces)
    ab, bc, ca = inverse[:m] + n, inverse[m : 2 * m] + n, inverse[2 * m :] + n
    corners = ((faces[:, 0], ab, ca), (faces[:, 1], bc, ab), (faces[:, 2], ca, bc), (ab, bc, ca))
    new_faces = np.concatenate([np.stack(corner, 1) for corner in corners])
    refined = [np.concatenate([values, values[edges].mean(1)]) for values in (vertices, *attributes)]
    return refined[0], new_faces, refined[1:]


def section(vertices: Array, faces: Index, height: float) -> Array:
    """Points where the mesh edges cross the horizontal plane z = `height` (metres); shape (p, 3)."""
    edges = np.unique(np.sort(_edges(faces), axis=1), axis=0)
    above = vertices[edges[:, 0], 2] - height
    below = vertices[edges[:, 1], 2] - height
    crossing = (above < 0) != (below < 0)
    fraction = (above[crossing] / (above[crossing] - below[crossing]))[:, None]
    start, end = vertices[edges[crossing, 0]], vertices[edges[crossing, 1]]
    return np.asarray(start + fraction * (end - start))


def volume(vertices: Array, faces: Index) -> float:
    """Signed volume enclosed by the faces, cubic metres (divergence theorem)."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)

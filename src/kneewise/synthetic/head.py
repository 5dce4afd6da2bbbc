"""Bare skin with its face, eyes and hair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from .body import data_folder, template
from .mesh import Array, Index, smooth, subdivide, submesh, vertex_normals
from .regions import EYE, HAIR, SKIN, BoneWeights, Layer, Regions, smoothstep, solid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .skeleton import Skeleton
    from .subject import Colour, Look

SKIN_MATERIAL = (0.55, 0.10, 0.0, SKIN)
EYE_MATERIAL = (0.1, 0.5, 0.0, EYE)
HAIR_MATERIAL = (1.0, 0.07, 0.10, HAIR)


def _texture_mask(name: str) -> Array:
    """Value from 0 to 1 of a template mask image at every vertex."""
    image = cv2.imread(str(data_folder() / "mpfb2" / "textures" / f"mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise FileNotFoundError(f"the body model has no mask '{name}'")
    height, width = image.shape
    uv = template().uv
    x = np.clip((uv[:, 0] * width).astype(int), 0, width - 1)
    y = np.clip(((1 - uv[:, 1]) * height).astype(int), 0, height - 1)
    return np.asarray(image[y, x] / 255.0)


def _blend(colour: Array, amount: Array, target: Array | Colour) -> Array:
    return np.asarray(colour * (1 - amount[:, None]) + amount[:, None] * np.asarray(target))


def skin_layer(skeleton: Skeleton, regions: Regions, look: Look, hidden: NDArray[np.bool_]) -> Layer:
    """Skin where no garment hides it, with lips, ears, nails, brows, eye sockets and beard."""
    tone = np.array(look.skin)
    vertices = skeleton.vertices
    colour = np.tile(tone, (len(vertices), 1))
    lips = _texture_mask("lips")
    colour = _blend(colour, 0.55 * lips, tone * np.array([0.95, 0.55, 0.55]))
    colour = _blend(colour, _texture_mask("ears"), tone * np.array([1.05, 0.85, 0.82]))
    colour = _blend(colour, _texture_mask("fingernails"), np.minimum(tone * 1.15, 1))
    for side in ("left", "right"):
        offset = vertices - skeleton.keypoints[f"{side}_eye"]
        across = np.abs(offset[:, 1])
        height = (offset[:, 2] - 0.021 + 2.0 * across**2) / 0.0055
        brow = np.exp(-(height**2)) * (across < 0.026) * (offset[:, 0] > -0.02) * regions.is_head
        colour = _blend(colour, 0.75 * brow, look.hair)
        socket = np.exp(-((np.linalg.norm(offset, axis=1) / 0.02) ** 2)) * regions.is_head
        colour *= (1 - 0.25 * socket)[:, None]
    if look.beard > 0:
        below = vertices - skeleton.keypoints["nose"]
        chin = smoothstep(-0.02, -0.035, below[:, 2]) * smoothstep(-0.15, -0.11, below[:, 2])
        chin *= smoothstep(-0.09, -0.06, below[:, 0]) * regions.is_head * (1 - lips)
        colour = _blend(colour, look.beard * chin, look.hair)
    faces = template().faces["body"]
    visible = ~hidden[faces].all(1)
    used, inverse = np.unique(faces[visible], return_inverse=True)
    return Layer(
        "skin",
        vertices[used],
        inverse.reshape(-1, 3),
        BoneWeights.pack(BoneWeights(skeleton).dense(used)),
        colour[used],
        solid(len(used), SKIN_MATERIAL),
    )


def eye_layer(skeleton: Skeleton, side: str, iris: Colour) -> Layer:
    """One eyeball with iris and pupil."""
    faces = template().faces[f"helper-{side[0]}-eye"]
    used, inverse = np.unique(faces, return_inverse=True)
    points = skeleton.vertices[used]
    direction = points - points.mean(0)
    ahead = direction[:, 0] / np.linalg.norm(direction, axis=1)
    colour = solid(len(points), (0.75, 0.73, 0.70))
    colour[ahead > 0.80] = iris
    colour[ahead > 0.95] = 0.01
    weights = BoneWeights.pack(BoneWeights(skeleton).dense(used))
    return Layer(
        f"{side} eye", points, inverse.reshape(-1, 3), weights, colour, solid(len(points), EYE_MATERIAL)
    )


def _above_hairline(skeleton: Skeleton, regions: Regions) -> Array:
    """Distance (m) of each vertex above the hairline, negative below it."""
    vertices, points = skeleton.vertices, skeleton.keypoints
    left_ear, right_ear, nose = points["left_ear"], points["right_ear"], points["nose"]
    back = (nose[0] - vertices[:, 0]) / (nose[0] - left_ear[0])
    stations = [-0.5, 0.25, 0.6, 0.8, 0.95, 1.25, 1.6]
    heights = [0.072, 0.064, 0.050, 0.012, -0.012, -0.045, -0.075]
    line = points["left_eye"][2] + np.interp(back, stations, heights)
    ear = np.minimum(
        np.linalg.norm(vertices - left_ear, axis=1), np.linalg.norm(vertices - right_ear, axis=1)
    )
    distance = np.minimum(vertices[:, 2] - line, ear - 0.020)
    scalp = regions.is_head & regions.is_body & (_texture_mask("ears") < 0.3)
    return np.where(scalp, distance, -1.0)


def scalp_hair(skeleton: Skeleton, regions: Regions, look: Look) -> Layer:
    """Hair as a shell over the scalp that thins out toward the hairline."""
    distance = _above_hairline(skeleton, regions)
    used, faces = submesh(template().faces["body"], distance > 0)
    points = skeleton.vertices[used]
    thickness = look.hair_length * smoothstep(-0.004, 0.03, distance[used]) + 0.0025
    crown = smoothstep(0, 0.08, points[:, 2] - skeleton.keypoints["left_eye"][2] - 0.03)
    lumps = np.sin(points[:, 1] * 90 + np.sin(points[:, 0] * 70)) + np.sin(
        points[:, 0] * 80 + points[:, 2] * 60
    )
    height = thickness * (1 + 0.5 * crown + 0.25 * 0.35 * lumps)
    shell = smooth(points + vertex_normals(points, faces) * height[:, None], faces, 2, 0.4)
    rows = BoneWeights(skeleton).dense(used)
    density = np.clip(distance[used] / 0.016, 0.02, 1.0)
    shell, faces, (rows, density) = subdivide(shell, faces, rows, density)
    material = solid(len(shell), HAIR_MATERIAL)
    material[:, 0] = density
    colour = solid(len(shell), look.hair)
    return Layer("hair", shell, faces, BoneWeights.pack(rows), colour, material)


def _tube(path: Array, radii: Array, sides: int = 12) -> tuple[Array, Index]:
    """Skin of a tube round a path (n, 3) in the sagittal plane with radii (n,), metres."""
    points = []
    tangents = np.gradient(path, axis=0)
    for centre, radius, tangent in zip(path, radii, tangents, strict=True):
        across = np.array([0.0, 1.0, 0.0])
        normal = np.cross(tangent / np.linalg.norm(tangent), across)
        for angle in 2 * np.pi * np.arange(sides) / sides:
            points.append(centre + radius * (1.1 * np.cos(angle) * across + np.sin(angle) * normal))
    faces = []
    for ring in range(len(path) - 1):
        for side in range(sides):
            a, b = ring * sides + side, ring * sides + (side + 1) % sides
            faces += [[a, b, b + sides], [a, b + sides, a + sides]]
    return np.array(points), np.array(faces)


def tied_hair(skeleton: Skeleton, regions: Regions, look: Look) -> Layer:
    """Bun or ponytail at the back of the head."""
    scalp = skeleton.vertices[regions.is_head & regions.is_body]
    root = np.array([scalp[:, 0].min() + 0.01, 0.0, skeleton.keypoints["left_eye"][2] + 0.07])
    t = np.linspace(0, 1, 10)
    if look.hair_style == "bun":
        path = root - np.outer(t, [0.07, 0.0, 0.0])
        radii = 0.045 * np.sin(np.pi * np.clip(t, 0.06, 0.97)) ** 0.6
    else:
        back = 0.075 * np.sin(1.4 * np.minimum(1.8 * t, 1))
        path = root - np.stack([back, 0 * t, 0.26 * t * t], axis=1)
        radii = 0.028 * (1 - 0.15 * t) * np.minimum(1, 6 * t + 0.4) * (1 - 0.75 * smoothstep(0.75, 1, t))
    points, faces = _tube(path, radii)
    rows = np.zeros((len(points), len(skeleton.heads)))
    rows[:, skeleton.body.bone("head")] = 1
    colour, material = solid(len(points), look.hair), solid(len(points), HAIR_MATERIAL)
    return Layer("tied hair", points, faces, BoneWeights.pack(rows), colour, material)

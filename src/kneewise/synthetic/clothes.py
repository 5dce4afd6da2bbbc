"""Dresses the body: T-shirt, shorts, leggings or trousers, socks and shoes.

Every garment is cut from the template's body suit (`helper-tights`), smoothed and moved out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .body import template
from .head import eye_layer, scalp_hair, skin_layer, tied_hair
from .mesh import Array, smooth, subdivide, submesh, vertex_normals
from .regions import CLOTH, BoneWeights, Layer, Regions, smoothstep, solid

if TYPE_CHECKING:
    from .skeleton import Skeleton
    from .subject import Look

Mask = NDArray[np.bool_]
SUIT = "helper-tights"
HEM_SHARE_OF_PELVIS = 0.45
SHANK_END = {"leggings": 0.93, "trousers": 0.90}
HIDING_MARGIN_M = 0.03
MARGIN_ALONG_ARM, MARGIN_ALONG_THIGH = 5.0, 7.0  # limb lengths per metre: skin goes on under the hems


def top_region(regions: Regions, look: Look, margin: float = 0.0) -> Mask:
    """Vertices covered by the T-shirt, drawn in from its edges by `margin` metres."""
    hem = regions.hip_z - look.hem
    back_of_neck = smoothstep(0.06, 0.0, regions.vertices[:, 0] - regions.neck[0])
    collar = regions.neck[2] + 0.012 - margin + 0.03 * back_of_neck
    trunk = ~regions.is_arm & ~regions.is_head & (regions.z > hem + margin) & (regions.z < collar)
    return np.asarray(
        trunk | (regions.is_arm & (regions.along_arm < look.sleeve_end - MARGIN_ALONG_ARM * margin))
    )


def bottom_region(regions: Regions, look: Look, margin: float = 0.0) -> Mask:
    """Vertices covered by the shorts, leggings or trousers."""
    below_waist = (regions.z < regions.waist_z + 0.06 - margin) & ~regions.is_arm
    if look.bottom_kind == "shorts":
        thigh = (regions.along_thigh < look.shorts_end - MARGIN_ALONG_THIGH * margin) | ~regions.is_leg
        return np.asarray(
            below_waist & thigh & (regions.along_shank < 0) & (regions.z > regions.ankle_z + 0.1)
        )
    return np.asarray(below_waist & (regions.along_shank < SHANK_END[look.bottom_kind] - 2 * margin))


def shoe_region(regions: Regions) -> Mask:
    """Vertices covered by the shoes."""
    return np.asarray(regions.is_leg & (regions.z < regions.ankle_z + 0.005) & (regions.along_shank > 0.5))


def sock_region(regions: Regions, look: Look, margin: float = 0.0) -> Mask:
    """Vertices covered by the socks."""
    long_enough = regions.along_shank > look.sock_start + 2 * margin
    behind = regions.vertices[:, 0] < regions.ankle_x + 0.04  # the sock goes deeper into the shoe there
    deep_enough = regions.z > regions.ankle_z - np.where(behind, 0.055, 0.035)
    return np.asarray(regions.is_leg & long_enough & deep_enough)


def _cut(skeleton: Skeleton, region: Mask) -> tuple[NDArray[np.int64], Array, NDArray[np.int64], Array]:
    """Cut a piece of the body suit: used vertices, their positions, faces and dense bone weights."""
    used, faces = submesh(template().faces[SUIT], region)
    return used, skeleton.vertices[used], faces, BoneWeights(skeleton).dense(used)


def bottom_layer(skeleton: Skeleton, regions: Regions, look: Look) -> Layer:
    """Shorts, leggings or trousers."""
    kind = look.bottom_kind
    used, points, faces, rows = _cut(skeleton, bottom_region(regions, look))
    points = smooth(points, faces, {"shorts": 3, "leggings": 1, "trousers": 4}[kind])
    normals = vertex_normals(points, faces)
    thigh = regions.along_thigh[used]
    if kind == "leggings":
        offset = np.full(len(used), 0.0015)
    elif kind == "shorts":
        on_leg = np.where(regions.is_leg[used], thigh, 0)
        offset = 0.006 + look.flare * smoothstep(0.0, look.shorts_end, on_leg)
    else:
        shank = smoothstep(0, 0.8, regions.along_shank[used])
        offset = 0.006 + 0.014 * smoothstep(0.1, 0.9, thigh) + 0.006 * shank
    if kind != "leggings":
        x, y, z = points.T + (normals * offset[:, None]).T
        folds = 0.0035 * np.sin(z * 85 + 3 * np.sin(y * 25) + 2 * np.sin(x * 33))
        free = smoothstep(-0.1, 0.3, thigh)  # flat where the T-shirt lies over it
        offset = offset * (0.4 + 0.6 * free) + folds * free
    points, faces, (rows,) = subdivide(points + normals * offset[:, None], faces, rows)
    points = smooth(points, faces, 1)
    material = (0.9, 0.03, 0.0 if kind == "leggings" else 0.09, CLOTH)
    count = len(points)
    return Layer(
        "bottom", points, faces, BoneWeights.pack(rows), solid(count, look.bottom), solid(count, material)
    )


def top_layer(skeleton: Skeleton, regions: Regions, look: Look) -> Layer:
    """T-shirt; its hem hangs from the pelvis more than from the thighs."""
    used, points, faces, rows = _cut(skeleton, top_region(regions, look))
    points = smooth(points, faces, 5)
    normals = vertex_normals(points, faces)
    hip, waist, shoulder = regions.hip_z, regions.waist_z, regions.shoulder_z
    z = points[:, 2]
    fullness = np.interp(z, [hip - 0.05, waist, shoulder - 0.1, shoulder], [1.6, 1.1, 0.55, 0.15])
    offset = 0.007 + look.loose * fullness + 0.005 * smoothstep(waist, hip, z)
    sleeve = 0.006 + 0.016 * smoothstep(0.05, look.sleeve_end, regions.along_arm[used])
    offset = np.where(regions.is_arm[used], sleeve, offset)
    folds = np.sin(z * 70 + 4 * np.sin(points[:, 1] * 18) + 2 * np.sin(points[:, 0] * 30))
    offset = offset + 0.004 * look.loose / 0.012 * folds * np.interp(z, [hip, waist, shoulder], [1, 0.9, 0.3])
    labels = skeleton.body.bone_labels
    legs = [i for i, label in enumerate(labels) if label.startswith(("upperleg", "pelvis."))]
    moved = HEM_SHARE_OF_PELVIS * rows[:, legs].sum(1)
    rows[:, legs] *= 1 - HEM_SHARE_OF_PELVIS
    rows[:, skeleton.body.bone("root")] += moved
    points, faces, (rows,) = subdivide(points + normals * offset[:, None], faces, rows)
    points = smooth(points, faces, 1)
    count = len(points)
    material = solid(count, (0.9, 0.03, 0.10, CLOTH))
    return Layer("top", points, faces, BoneWeights.pack(rows), solid(count, look.top), material)


def sock_layer(skeleton: Skeleton, regions: Regions, look: Look) -> Layer:
    """Both socks."""
    _, points, faces, rows = _cut(skeleton, sock_region(regions, look))
    points = points + 0.003 * vertex_normals(points, faces)
    count = len(points)
    material = solid(count, (0.9, 0.03, 0.12, CLOTH))
    return Layer("sock", points, faces, BoneWeights.pack(rows), solid(count, look.sock), material)


def shoe_layer(skeleton: Skeleton, regions: Regions, look: Look) -> Layer:
    """Both shoes: the foot of the body suit with a flat sole down to the floor."""
    used, points, faces, rows = _cut(skeleton, shoe_region(regions))
    bare = skeleton.vertices[used][:, 2] - look.sole_m
    points = smooth(points, faces, 2)
    normals = vertex_normals(points, faces)
    points = points + normals * np.array([0.010, 0.007, 0.008])
    low = smoothstep(0.035, 0.012, bare)
    points[:, 2] *= 1 - low
    points[:, :2] += 0.004 * normals[:, :2] * low[:, None]
    for _ in range(2):  # fine enough for a clean edge between upper and sole
        points, faces, (rows,) = subdivide(points, faces, rows)
    sole = smoothstep(look.sole_m + 0.012, look.sole_m - 0.002, points[:, 2])[:, None]
    colour = np.array(look.shoe) * (1 - sole) + sole * np.array(look.outsole)
    points[:, 2] = np.maximum(points[:, 2], 0.0)
    material = solid(len(points), (0.7, 0.08, 0.05, CLOTH))
    return Layer("shoe", points, faces, BoneWeights.pack(rows), colour, material)


def dress(skeleton: Skeleton, look: Look) -> list[Layer]:
    """All layers of a dressed person in the rest pose."""
    regions = Regions(skeleton)
    margin = HIDING_MARGIN_M
    hidden = top_region(regions, look, margin) | bottom_region(regions, look, margin)
    hidden |= shoe_region(regions) | sock_region(regions, look, margin)
    layers = [
        skin_layer(skeleton, regions, look, hidden),
        eye_layer(skeleton, "left", look.iris),
        eye_layer(skeleton, "right", look.iris),
    ]
    if look.hair_style != "bald":
        layers.append(scalp_hair(skeleton, regions, look))
    if look.hair_style in ("bun", "ponytail"):
        layers.append(tied_hair(skeleton, regions, look))
    layers += [
        bottom_layer(skeleton, regions, look),
        top_layer(skeleton, regions, look),
        sock_layer(skeleton, regions, look),
        shoe_layer(skeleton, regions, look),
    ]
    return layers

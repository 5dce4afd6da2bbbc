"""BlazePose on OpenVINO: detector → turned region → landmarks → region from the landmarks.

The only file that knows OpenVINO and the layout of the BlazePose networks (Bazarevsky 2020). Networks are
cut to the outputs that are read, so that the segmentation branch costs nothing. Arithmetic is
32-bit floats on every machine, so that a film gives the same landmarks everywhere.
"""

import hashlib
import os
import sys
import threading
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import cv2
import numpy as np
from scipy.special import expit

from ..errors import DependencyError
from ..model import Array
from .landmarks import LANDMARKS, Image, Landmarks, Region, Sighting, Silhouette
from .untold import openvino

MODELS = {"heavy": ("heavy",), "full": ("full",), "lite": ("lite",), "heavy+full": ("heavy", "full")}
"""Names that can be chosen, and the networks that take turns picture by picture."""

_DETECTOR_SIZE = 224
_LANDMARK_SIZE = 256
_REGION_SCALE = 1.25
_LEAST_DETECTION = 0.5
_LARGEST_OVERLAP = 0.3
_REFINE_RADIUS = 3
_LEAST_HEAT = 0.5
_HIPS, _CIRCLE = 0, 1
_CENTRE_AUXILIARY, _CIRCLE_AUXILIARY = 33, 34


@dataclass(frozen=True, slots=True)
class _Network:
    """A compiled network with one inference request per thread."""

    compiled: openvino.CompiledModel
    digest: str
    local: threading.local

    def run(self, picture: Array) -> list[Array]:
        """All outputs for one picture (1, size, size, 3)."""
        request = getattr(self.local, "request", None)
        if request is None:
            request = self.local.request = self.compiled.create_infer_request()
        request.infer({0: picture})
        return [np.array(request.get_output_tensor(i).data[0]) for i in range(len(self.compiled.outputs))]


class BlazePose:
    """The BlazePose networks as an `Estimator`.

    Parameters
    ----------
    model
        One of `MODELS`; ``heavy+full`` lets both networks take turns, which averages their biases.
    """

    def __init__(self, model: str = "heavy") -> None:
        if model not in MODELS:
            raise ValueError(f"Unknown pose model '{model}'; there are {', '.join(MODELS)}.")
        self.name = f"blazepose-{model}"
        self._detector = _load("pose_detection", outputs=(0, 1))
        self._readers = [_load(f"pose_landmark_{size}", outputs=(0, 1, 3, 4)) for size in MODELS[model]]
        self._outliner = _load("pose_landmark_lite", outputs=(2,))
        self._model = model
        self.networks = MODELS[model]

    @property
    def provenance(self) -> dict[str, str]:
        """Weights with their hashes, and the engine's version."""
        digests = {
            f"pose_landmark_{size}": net.digest
            for size, net in zip(MODELS[self._model], self._readers, strict=True)
        }
        return {
            "estimator": self.name,
            "engine": f"openvino {openvino.__version__}",
            "pose_detection": self._detector.digest,
            "silhouette": self._outliner.digest,
            **digests,
        }

    def find_people(self, image: Image) -> tuple[Sighting, ...]:
        """People in the picture, surest first."""
        square, scale, offset = _letterbox(image)
        boxes, logits = self._detector.run(square)
        scores = expit(logits[:, 0].astype(float))
        likely = np.flatnonzero(scores >= _LEAST_DETECTION)
        if not len(likely):
            return ()
        decoded = _decode_boxes(boxes[likely], _anchors()[likely])
        kept = _merge_overlapping(decoded, scores[likely])
        return tuple(_sighting(box, score, scale, offset) for box, score in kept)

    def read_landmarks(self, image: Image, region: Region, turn: int) -> Landmarks:
        """Landmarks of the person in the region."""
        crop, to_image = _crop(image, region)
        flat, flag, heat, world = self._readers[turn % len(self._readers)].run(crop)
        points = flat.reshape(-1, 5).astype(float)
        positions = _refine(points[:, :2], heat)
        in_image = positions @ to_image[:, :2].T + to_image[:, 2]
        cosine, sine = np.cos(region.angle), np.sin(region.angle)
        upright = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
        return Landmarks(
            points_px=in_image[:LANDMARKS],
            world=world.reshape(-1, 3)[:LANDMARKS].astype(float) @ upright.T,
            visibility=expit(points[:LANDMARKS, 3]),
            score=float(flag[0]),
            region=_region_round(in_image[_CENTRE_AUXILIARY], in_image[_CIRCLE_AUXILIARY]),
        )

    def read_silhouette(self, image: Image, region: Region) -> Silhouette:
        """Where the person covers the picture, by the smallest network."""
        crop, to_image = _crop(image, region)
        (logits,) = self._outliner.run(crop)
        scale = np.diag([1 / _LANDMARK_SIZE, 1 / _LANDMARK_SIZE, 1.0])
        return Silhouette(mask=expit(logits[..., 0].astype(float)), to_image=to_image @ scale)


def check_weights() -> dict[str, dict[str, object]]:
    """Every weight file that belongs to the package: its SHA-256, and whether it is the one expected."""
    folder = resources.files(__package__)
    table = tomllib.loads((folder / "weights.toml").read_text(encoding="utf-8"))
    state: dict[str, dict[str, object]] = {}
    for name, facts in table["files"].items():
        file = folder / "weights" / name
        digest = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"
        state[name] = {"sha256": digest, "ok": digest == facts["sha256"]}
    return state


def _load(name: str, outputs: tuple[int, ...]) -> _Network:
    weights = resources.files(__package__) / "weights" / f"{name}.tflite"
    if not weights.is_file():
        raise DependencyError(
            f"The pose weights {name}.tflite are missing from this installation.",
            remedy="pip install --force-reinstall kneewise (in a checkout: make demo).",
        )
    blob = weights.read_bytes()
    core = _core()
    with resources.as_file(weights) as path:
        whole = core.read_model(path)
    pruned = openvino.Model([whole.outputs[i] for i in outputs], whole.get_parameters())
    settings = {
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": "2",
        "INFERENCE_NUM_THREADS": str(_cores()),
    }
    compiled = core.compile_model(pruned, "CPU", settings)
    return _Network(compiled, hashlib.sha256(blob).hexdigest(), threading.local())


def _cores() -> int:
    """Cores that this process may use: of several at work beside each other, each has its share."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@cache
def _core() -> openvino.Core:
    return openvino.Core()


def _letterbox(image: Image) -> tuple[Array, float, Array]:
    """The picture in a black square scaled to −1…1; pixels of the picture = square · scale − offset."""
    height, width = image.shape[:2]
    long = max(height, width)
    offset = np.array([(long - width) / 2, (long - height) / 2])
    factor = _DETECTOR_SIZE / long
    matrix = np.array([[factor, 0, offset[0] * factor], [0, factor, offset[1] * factor]])
    small = cv2.warpAffine(image, matrix, (_DETECTOR_SIZE, _DETECTOR_SIZE), flags=cv2.INTER_AREA)
    return np.asarray(small.astype(np.float32) / 127.5 - 1)[None], float(long), offset


@cache
def _anchors() -> Array:
    """(2254, 2) centres of the detector's cells, in shares of the square."""
    layers = []
    for stride, per_cell in ((8, 2), (16, 2), (32, 6)):
        cells = _DETECTOR_SIZE // stride
        centre = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(centre, centre), axis=-1).reshape(-1, 2)
        layers.append(np.repeat(grid, per_cell, axis=0))
    return np.concatenate(layers)


def _decode_boxes(raw: Array, anchors: Array) -> Array:
    """(n, 6, 2): box centre, box size, four key points, in shares of the square."""
    decoded = raw.reshape(len(raw), 6, 2).astype(float) / _DETECTOR_SIZE
    decoded[:, 0] += anchors
    decoded[:, 2:] += anchors[:, None]
    return decoded


def _merge_overlapping(boxes: Array, scores: Array) -> list[tuple[Array, float]]:
    """Weighted non-maximum suppression: each cluster of boxes becomes its weighted mean."""
    order = list(np.argsort(-scores))
    people = []
    while order:
        first = order[0]
        overlap = np.array([_overlap(boxes[first], boxes[other]) for other in order])
        cluster = [i for i, share in zip(order, overlap, strict=True) if share > _LARGEST_OVERLAP]
        weights = scores[cluster]
        people.append((np.average(boxes[cluster], axis=0, weights=weights), float(scores[first])))
        order = [i for i in order if i not in cluster]
    return people


def _overlap(one: Array, other: Array) -> float:
    low = np.maximum(one[0] - one[1] / 2, other[0] - other[1] / 2)
    high = np.minimum(one[0] + one[1] / 2, other[0] + other[1] / 2)
    shared = float(np.prod(np.maximum(high - low, 0)))
    return shared / max(float(np.prod(one[1]) + np.prod(other[1])) - shared, 1e-12)


def _sighting(box: Array, score: float, scale: float, offset: Array) -> Sighting:
    points = box[2:] * scale - offset
    return Sighting(region=_region_round(points[_HIPS], points[_CIRCLE]), hips_px=points[_HIPS], score=score)


def _region_round(centre: Array, on_circle: Array) -> Region:
    """The square around the circle that holds the whole body, its top towards `on_circle`."""
    arrow = on_circle - centre
    return Region(
        centre_px=centre,
        size_px=float(2 * np.linalg.norm(arrow) * _REGION_SCALE),
        angle=float(np.pi / 2 - np.arctan2(-arrow[1], arrow[0])),
    )


def _crop(image: Image, region: Region) -> tuple[Array, Array]:
    """The region as a network input, and the 2×3 map from its shares (0…1) to picture pixels."""
    cosine, sine = np.cos(region.angle) * region.size_px, np.sin(region.angle) * region.size_px
    turn = np.array([[cosine, -sine], [sine, cosine]])
    corner = region.centre_px - turn @ (0.5, 0.5)
    to_image = np.column_stack([turn, corner])
    per_pixel = np.column_stack([turn / _LANDMARK_SIZE, corner])
    crop = cv2.warpAffine(
        image, per_pixel, (_LANDMARK_SIZE, _LANDMARK_SIZE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    return (crop.astype(np.float32) / 255)[None], to_image


def _refine(positions: Array, heat: Array) -> Array:
    """Positions in shares of the crop, moved to the centre of the heat around each where it is hot."""
    size = heat.shape[0]
    refined = positions / _LANDMARK_SIZE
    for i, (x, y) in enumerate(refined):
        column, row = int(x * size), int(y * size)
        if not (0 <= column < size and 0 <= row < size):
            continue
        left, right = max(0, column - _REFINE_RADIUS), min(size, column + _REFINE_RADIUS + 1)
        top, bottom = max(0, row - _REFINE_RADIUS), min(size, row + _REFINE_RADIUS + 1)
        patch = expit(heat[top:bottom, left:right, i].astype(float))
        if patch.max() >= _LEAST_HEAT:
            total = patch.sum()
            refined[i] = (
                (patch.sum(0) @ np.arange(left, right)) / (total * size),
                (patch.sum(1) @ np.arange(top, bottom)) / (total * size),
            )
    return refined

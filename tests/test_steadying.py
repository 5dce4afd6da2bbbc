"""A camera's motion is found from the background, and another take is not taken for motion."""

import cv2
import numpy as np
import pytest

from kneewise.pose.landmarks import Region
from kneewise.pose.steadying import Steadier, apply_maps, invert_maps

SIZE = (320, 240)
NOBODY = (Region(centre_px=np.array([160.0, 120.0]), size_px=60.0, angle=0.0),)


def scene(seed: int) -> np.ndarray:
    """A room with corners to follow."""
    rng = np.random.default_rng(seed)
    picture = np.full((SIZE[1] + 80, SIZE[0] + 80, 3), 120, dtype=np.uint8)
    for _ in range(60):
        x, y = rng.integers(0, picture.shape[1]), rng.integers(0, picture.shape[0])
        shade = tuple(int(value) for value in rng.integers(0, 255, 3))
        cv2.rectangle(picture, (int(x), int(y)), (int(x) + 22, int(y) + 16), shade, -1)
    return picture


def view(picture: np.ndarray, x: float, y: float) -> np.ndarray:
    """What a camera sees that looks at (40 + x, 40 + y)."""
    shift = np.array([[1.0, 0, -40 - x], [0, 1.0, -40 - y]])
    return cv2.warpAffine(picture, shift, SIZE)


def test_a_camera_that_stands_still_is_left_as_it_is():
    steadier, room = Steadier(), scene(1)
    for _ in range(5):
        steadier.look(view(room, 0, 0), NOBODY)
    maps, reach = steadier.motion(*SIZE)
    assert reach == 0.0
    assert (maps == np.eye(2, 3)).all()


def test_a_moving_camera_is_undone_to_a_pixel():
    steadier, room = Steadier(), scene(2)
    path = [(0, 0), (3, 1), (7, -2), (12, -4), (8, 3)]
    for x, y in path:
        steadier.look(view(room, x, y), NOBODY)
    maps, reach = steadier.motion(*SIZE)
    seen = np.array([[[100.0 - x, 80.0 - y]] for x, y in path])
    assert apply_maps(maps, seen) == pytest.approx(np.broadcast_to([100.0, 80.0], seen.shape), abs=1.0)
    assert reach > 0.02


def test_maps_and_their_inverse_cancel():
    rng = np.random.default_rng(3)
    maps = np.eye(2, 3) + 0.1 * rng.standard_normal((4, 2, 3))
    points = rng.uniform(0, 300, (4, 5, 2))
    assert apply_maps(invert_maps(maps), apply_maps(maps, points)) == pytest.approx(points)


def test_another_take_is_counted_and_motion_is_not():
    steadier = Steadier()
    bright, dark = scene(4), scene(5) // 6
    for picture, x in ((bright, 0), (bright, 4), (bright, 8), (dark, 0), (dark, 3)):
        steadier.look(view(picture, x, 0), NOBODY)
    assert steadier.cuts == 1

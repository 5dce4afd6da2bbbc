import numpy as np
import pytest

from kneewise.conventions import Joint, Side
from kneewise.pose.clothing import knee_width
from kneewise.pose.landmarks import BODY_LANDMARKS, Landmarks, Region, Silhouette

SHANK = 60.0


def standing(bend=0.0):
    """Legs of two straight lines in a mask of 200 × 200, the shanks upright."""
    points = np.full((33, 2), 100.0)
    for side in Side:
        column = 60.0 + 80.0 * side
        knee = np.array([column, 110.0])
        thigh = SHANK * np.array([np.sin(bend), -np.cos(bend)])
        for joint, place in (
            (Joint.HIP, knee + thigh),
            (Joint.KNEE, knee),
            (Joint.ANKLE, knee + np.array([0, SHANK])),
        ):
            points[BODY_LANDMARKS[side, joint]] = place
    return Landmarks(
        points_px=points,
        world=np.zeros((33, 3)),
        visibility=np.ones(33),
        score=1.0,
        region=Region(centre_px=np.full(2, 100.0), size_px=200.0, angle=0.0),
    )


def silhouette(width, to_image=((1, 0, 0), (0, 1, 0))):
    mask = np.zeros((200, 200))
    for column in (60, 140):
        mask[:, column - width // 2 : column + width // 2] = 1
    return Silhouette(mask=mask, to_image=np.array(to_image, dtype=float))


@pytest.mark.parametrize("width", [12, 20, 30])
def test_a_knee_is_as_wide_as_the_silhouette_in_shank_lengths(width):
    # Counted in whole steps to either side.
    assert knee_width(silhouette(width), standing()) == pytest.approx(width / SHANK, abs=1.1 / SHANK)


def test_a_bent_knee_has_no_width():
    assert np.isnan(knee_width(silhouette(20), standing(bend=np.radians(60))))


def test_the_width_is_found_through_the_map_of_the_mask():
    # The mask at half the scale of the picture and 10 pixels aside.
    seen = standing()
    picture = Landmarks(
        points_px=2 * seen.points_px + 10,
        world=seen.world,
        visibility=seen.visibility,
        score=1.0,
        region=seen.region,
    )
    found = knee_width(silhouette(20, ((2, 0, 10), (0, 2, 10))), picture)
    assert found == pytest.approx(20 / SHANK, abs=1.1 / SHANK)

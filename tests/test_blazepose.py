"""The geometry around the networks, and the networks on pictures whose answer is known."""

import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kneewise.pose import ESTIMATORS
from kneewise.pose import blazepose as bp
from kneewise.pose.blazepose import BlazePose, check_weights
from kneewise.pose.landmarks import Region

ANGLES = st.floats(-np.pi, np.pi)
PLACES = st.tuples(st.floats(100, 500), st.floats(100, 500))


def dot(place, size=(600, 600), radius=6):
    """A black picture with one white dot; centres of pixels have whole numbers."""
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    cv2.circle(picture, (round(place[0]), round(place[1])), radius, (255, 255, 255), -1)
    return picture


def centre_of_light(picture):
    light = picture.sum(-1)
    row, column = np.indices(light.shape)
    return np.array([(column * light).sum(), (row * light).sum()]) / light.sum()


def test_the_detector_has_an_anchor_for_every_box():
    # Two per cell of 8 px, two per cell of 16 px and six per cell of 32 px, in a square of 224 px.
    assert bp._anchors().shape == (2 * 28**2 + 2 * 14**2 + 6 * 7**2, 2) == (2254, 2)


def test_anchors_lie_within_the_picture():
    assert ((bp._anchors() > 0) & (bp._anchors() < 1)).all()


def test_anchors_are_even_about_the_middle():
    assert bp._anchors().mean(0) == pytest.approx([0.5, 0.5])


def test_anchors_run_along_rows_first():
    # The second cell lies to the right of the first: x moves before y.
    assert bp._anchors()[2] == pytest.approx([1.5 / 28, 0.5 / 28])


def test_a_box_without_offsets_lies_at_its_anchor():
    decoded = bp._decode_boxes(np.zeros((1, 12)), np.array([[0.25, 0.75]]))
    assert decoded[0, [0, 2, 3, 4, 5]] == pytest.approx(np.tile([0.25, 0.75], (5, 1)))


def test_offsets_of_a_box_are_in_pixels_of_the_detectors_square():
    raw = np.zeros((1, 12))
    raw[0, :4] = (22.4, -44.8, 112.0, 56.0)
    decoded = bp._decode_boxes(raw, np.array([[0.5, 0.5]]))
    assert decoded[0, :2] == pytest.approx(np.array([[0.6, 0.3], [0.5, 0.25]]))


@pytest.mark.parametrize("size", [(720, 1280), (1280, 720), (640, 640)])
@pytest.mark.parametrize("share", [(0.5, 0.5), (0.2, 0.8), (0.9, 0.1)])
def test_a_point_of_the_letterbox_leads_back_to_the_picture(size, share):
    place = np.multiply(share, size)
    square, scale, offset = bp._letterbox(dot(place, size, radius=24))
    found = centre_of_light(square[0] + 1) / square.shape[1] * scale - offset
    # A pixel of the square is 3 to 6 of the picture; its centre of light is good to a fraction of one.
    assert found == pytest.approx(place, abs=max(size) / square.shape[1])


def test_the_bars_of_the_letterbox_are_black():
    square, _, _ = bp._letterbox(np.full((1280, 720, 3), 255, np.uint8))
    assert square[0, :, :40].max() == -1


@settings(max_examples=30, deadline=None)
@given(
    centre=PLACES, size=st.floats(60, 500), angle=ANGLES, share=st.tuples(st.floats(0, 1), st.floats(0, 1))
)
def test_a_crop_maps_shares_of_the_square_into_the_picture(centre, size, angle, share):
    region = Region(centre_px=np.array(centre), size_px=size, angle=angle)
    _, to_image = bp._crop(np.zeros((600, 600, 3), np.uint8), region)
    found = to_image[:, :2] @ share + to_image[:, 2]
    ahead = (np.array(share) - 0.5) * size
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert found == pytest.approx(np.array(centre) + turn @ ahead, abs=1e-9)


@pytest.mark.parametrize("angle", np.radians([0, 30, 90, 180, -45]))
@pytest.mark.parametrize("place", [(300, 300), (340, 250), (270, 380)])
def test_a_dot_is_found_again_through_the_crop(angle, place):
    region = Region(centre_px=np.array([300.0, 300.0]), size_px=320.0, angle=angle)
    crop, to_image = bp._crop(dot(place), region)
    found = to_image[:, :2] @ (centre_of_light(crop[0]) / crop.shape[1]) + to_image[:, 2]
    # The network counts pixels from their corner, the picture from their centre: half a crop pixel of 1.25.
    assert found == pytest.approx(place, abs=1.0)


@pytest.mark.parametrize(("towards", "angle"), [((0, -1), 0), ((1, 0), 90), ((0, 1), 180), ((-1, 0), -90)])
def test_a_region_turns_with_the_person(towards, angle):
    region = bp._region_round(np.array([300.0, 300.0]), np.array([300.0, 300.0]) + 100 * np.array(towards))
    assert np.exp(1j * region.angle) == pytest.approx(np.exp(1j * np.radians(angle)), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(centre=PLACES, reach=st.floats(20, 400), angle=ANGLES)
def test_a_region_holds_the_whole_circle_of_the_person(centre, reach, angle):
    region = bp._region_round(
        np.array(centre), np.array(centre) + reach * np.array([np.sin(angle), -np.cos(angle)])
    )
    assert region.size_px >= 2 * reach


def test_a_person_found_twice_is_one_person():
    box = np.zeros((2, 6, 2))
    box[:, 0], box[:, 1] = [[0.50, 0.5], [0.52, 0.5]], 0.4
    people = bp._merge_overlapping(box, np.array([0.9, 0.6]))
    assert len(people) == 1


def test_a_person_found_twice_lies_between_weighted_by_how_sure_each_is():
    box = np.zeros((2, 6, 2))
    box[:, 0], box[:, 1] = [[0.50, 0.5], [0.53, 0.5]], 0.4
    ((merged, score),) = bp._merge_overlapping(box, np.array([0.9, 0.6]))
    assert merged[0, 0] == pytest.approx((0.50 * 0.9 + 0.53 * 0.6) / 1.5)
    assert score == 0.9


def test_two_people_apart_are_two_people_the_surer_first():
    box = np.zeros((2, 6, 2))
    box[:, 0], box[:, 1] = [[0.2, 0.5], [0.8, 0.5]], 0.3
    people = bp._merge_overlapping(box, np.array([0.6, 0.9]))
    assert [score for _, score in people] == [0.9, 0.6]


def test_two_boxes_overlap_by_their_shared_area_over_their_common_area():
    one = np.array([[0.5, 0.5], [0.4, 0.4]])
    other = np.array([[0.6, 0.5], [0.4, 0.4]])
    assert bp._overlap(one, other) == pytest.approx(0.3 * 0.4 / (2 * 0.16 - 0.3 * 0.4))


def test_a_landmark_moves_to_the_centre_of_its_heat():
    heat = np.full((64, 64, 1), -20.0)
    heat[30:33, 34:37] = 5.0
    refined = bp._refine(np.array([[34.5 / 64, 31.5 / 64]]) * 256, heat)
    assert refined[0] == pytest.approx([35 / 64, 31 / 64], abs=1e-6)


def test_a_landmark_without_heat_stays_where_it_is():
    place = np.array([[100.0, 150.0]])
    assert bp._refine(place, np.full((64, 64, 1), -20.0)) == pytest.approx(place / 256)


def test_a_landmark_outside_of_the_crop_stays_where_it_is():
    place = np.array([[300.0, -20.0]])
    assert bp._refine(place, np.full((64, 64, 1), 5.0)) == pytest.approx(place / 256)


@pytest.mark.parametrize("name", check_weights())
def test_every_weight_file_is_the_one_the_table_names(name):
    assert check_weights()[name]["ok"]


def test_every_estimator_has_a_network():
    assert set(ESTIMATORS) == set(bp.MODELS)


def test_an_unknown_model_is_a_mistake_of_the_programmer():
    with pytest.raises(ValueError, match="huge"):
        BlazePose("huge")


@pytest.fixture(scope="module")
def network():
    return BlazePose("lite")


@pytest.fixture(scope="module")
def picture():
    """One upright person: the first picture of the sample film."""
    from importlib.resources import as_file, files

    from kneewise.video import open_video

    with as_file(files("kneewise.samples") / "squat_oblique.mp4") as path:
        return next(open_video(path).frames(0.0)).image


@pytest.mark.parametrize("kind", ["noise", "black", "white"])
def test_a_picture_of_nobody_has_nobody_in_it(network, kind, rng):
    pictures = {
        "noise": rng.integers(0, 255, (480, 360, 3), dtype=np.uint8),
        "black": np.zeros((480, 360, 3), np.uint8),
        "white": np.full((480, 360, 3), 255, np.uint8),
    }
    assert network.find_people(pictures[kind]) == ()


def test_a_person_is_found(network, picture):
    assert len(network.find_people(picture)) == 1


def test_an_upright_person_is_found_upright(network, picture):
    (person,) = network.find_people(picture)
    assert abs(person.region.angle) < np.radians(15)


def test_feet_are_below_hips_and_hips_below_shoulders(network, picture):
    (person,) = network.find_people(picture)
    rows = network.read_landmarks(picture, person.region, 0).points_px[:, 1]
    assert rows[[11, 12]].max() < rows[[23, 24]].min() < rows[[27, 28]].min()


def test_the_region_for_the_next_picture_is_where_the_person_is(network, picture):
    (person,) = network.find_people(picture)
    again = network.read_landmarks(picture, person.region, 0).region
    assert np.linalg.norm(again.centre_px - person.region.centre_px) < 0.1 * person.region.size_px


@pytest.mark.parametrize("angle", np.radians([-20, 20]))
def test_a_person_in_a_turned_picture_has_the_same_guess_in_the_turned_world(network, picture, angle):
    # The picture turned about its middle; the crop turns back, so the network sees the same pixels.
    height, width = picture.shape[:2]
    middle = np.array([width / 2, height / 2])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.column_stack([turn, middle - turn @ middle])
    turned = cv2.warpAffine(picture, matrix, (width, height))
    (person,) = network.find_people(picture)
    region = person.region
    other = Region(
        centre_px=matrix[:, :2] @ region.centre_px + matrix[:, 2],
        size_px=region.size_px,
        angle=region.angle + angle,
    )
    upright, tilted = network.read_landmarks(picture, region, 0), network.read_landmarks(turned, other, 0)
    expected = upright.world.copy()
    expected[:, :2] = expected[:, :2] @ turn.T
    # Resampling twice blurs a little: the network's own scatter is about a centimetre.
    assert tilted.world == pytest.approx(expected, abs=0.04)


def test_the_same_picture_is_read_alike_again(network, picture):
    (person,) = network.find_people(picture)
    one, other = (network.read_landmarks(picture, person.region, 0).points_px for _ in range(2))
    assert np.array_equal(one, other)


def test_provenance_names_every_weight_by_its_hash(network):
    state = check_weights()
    assert network.provenance["pose_landmark_lite"] == state["pose_landmark_lite.tflite"]["sha256"]
    assert network.provenance["pose_detection"] == state["pose_detection.tflite"]["sha256"]


def test_no_package_tells_anybody_that_it_is_used(tmp_path):
    code = "import sys; import kneewise.pose.blazepose; print(sys.modules['openvino_telemetry'])"
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout.strip(), list(tmp_path.iterdir())) == ("None", [])

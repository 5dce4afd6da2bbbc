"""The learned error of landmarks: what it must not depend on, and that it helps where the truth is known."""

import json

import numpy as np
import pytest

from kneewise import load_estimator, open_video
from kneewise.conventions import Joint, Side
from kneewise.pose.landmark_error import LandmarkError, describe, expand, load_landmark_error, mirror
from kneewise.pose.landmarks import BODY_LANDMARKS
from kneewise.samples import sample_film

NETWORKS = ("heavy", "full", "lite")


@pytest.fixture(params=NETWORKS)
def learned(request: pytest.FixtureRequest) -> LandmarkError:
    return load_landmark_error(request.param)


def readings(count: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points and guesses in space of a standing figure, shaken."""
    rng = np.random.default_rng(seed)
    guess = np.zeros((count, len(Side), len(Joint), 3))
    for joint, down in zip(Joint, (-0.5, 0.0, 0.42, 0.84, 0.90, 0.92), strict=True):
        guess[:, :, joint, 1] = down
        guess[:, Side.LEFT, joint, 0], guess[:, Side.RIGHT, joint, 0] = 0.12, -0.12
    guess += 0.05 * rng.standard_normal(guess.shape)
    return 0.2 * guess[..., :2] + 0.003 * rng.standard_normal(guess[..., :2].shape), guess


def test_place_and_size_in_the_picture_do_not_matter(learned: LandmarkError) -> None:
    points, guess = readings()
    here, there = learned.judge(points, guess), learned.judge(70 * points + [300.0, -20.0], guess)
    np.testing.assert_allclose(there.points, 70 * here.points + [300.0, -20.0], atol=1e-6)
    np.testing.assert_allclose(there.depth, here.depth, atol=1e-9)
    np.testing.assert_allclose(there.sd, here.sd, rtol=1e-9)


def test_a_mirror_image_has_the_mirrored_error(learned: LandmarkError) -> None:
    points, guess = readings()
    plain, mirrored = learned.judge(points, guess), learned.judge(*mirror(points, guess))
    np.testing.assert_allclose(mirrored.points, plain.points[:, ::-1] * [-1, 1], atol=1e-9)
    np.testing.assert_allclose(mirrored.depth, plain.depth[:, ::-1], atol=1e-9)
    np.testing.assert_allclose(mirrored.sd, plain.sd[:, ::-1], atol=1e-9)


def test_absurd_readings_stay_within_the_body(learned: LandmarkError) -> None:
    points, guess = readings()
    judged = learned.judge(points, 1000 * guess)
    assert np.isfinite(judged.points).all()
    assert np.isfinite(judged.sd).all()
    nothing = learned.judge(np.zeros_like(points), np.zeros_like(guess))
    assert np.isfinite(nothing.points).all()


def test_what_is_left_is_centimetres(learned: LandmarkError) -> None:
    judged = learned.judge(*readings())
    assert judged.sd.min() >= 0.004
    assert judged.sd.max() <= 0.10


def test_a_constant_error_is_taken_away_exactly() -> None:
    points, guess = readings()
    features, size = describe(points, guess)
    count = features.shape[1]
    error = np.tile([0.01, 0.02], 12)
    plain = LandmarkError(
        centre=np.zeros(count),
        scale=np.ones(count),
        frequency=np.zeros((count, 3)),
        phase=np.zeros(3),
        mean=np.r_[error, np.full(12, 0.03)],
        slope=np.zeros((count + 3, 36)),
        rest_mean=np.full(12, 2 * np.log(0.01)),
        rest_slope=np.zeros((count + 3, 12)),
    )
    judged = plain.judge(points, guess)
    down = points[..., 1] - 0.02 * size[:, None, None]
    np.testing.assert_allclose(judged.points[..., 1], down)
    np.testing.assert_allclose(judged.points[..., 0], points[..., 0])  # a mirrored pair has opposite errors
    hips = guess[:, :, Joint.HIP, 2].mean(1)[:, None, None]
    np.testing.assert_allclose(judged.depth, guess[..., 2] - hips - 0.03)


def test_networks_that_take_turns_share_their_mean() -> None:
    one, other, both = (load_landmark_error(*names) for names in (("heavy",), ("full",), ("heavy", "full")))
    np.testing.assert_allclose(both.slope, (one.slope + other.slope) / 2)


def test_expansion_is_the_features_and_their_waves() -> None:
    features = np.array([[1.0, 9.0]])
    terms = expand(features, np.zeros(2), np.ones(2), np.array([[1.0], [0.0]]), np.zeros(1))
    np.testing.assert_allclose(terms, [[1.0, 4.0, np.cos(1.0)]])


@pytest.mark.parametrize("name", ["squat_oblique", "squat_side"])
def test_landmarks_come_nearer_to_the_true_joints(name: str) -> None:
    with sample_film(name) as film:
        truth = np.load(film.with_name(f"{name}.truth.npz"))
        size = json.loads(film.with_name(f"{name}.truth.json").read_text(encoding="utf-8"))["camera"][
            "size_px"
        ]
        estimator = load_estimator("heavy")
        frames = list(open_video(film).frames(0.25))
        region = estimator.find_people(frames[0].image)[0].region
        points, guess = [], []
        for frame in frames:
            read = estimator.read_landmarks(frame.image, region, 0)
            region = read.region
            points.append(read.points_px[BODY_LANDMARKS])
            guess.append(read.world[BODY_LANDMARKS])
    rows = [int(np.abs(truth["time_s"] - frame.time).argmin()) for frame in frames]
    exact = truth["joints_px"][rows]
    raw = np.array(points)
    better = load_landmark_error("heavy").judge(raw, np.array(guess)).points
    before, after = (np.sqrt(((seen - exact) ** 2).mean()) / max(size) for seen in (raw, better))
    assert after < 0.75 * before

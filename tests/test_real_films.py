"""Real films with known views, repetitions and, for one, motion capture. Nothing is tuned to them."""

import json
from pathlib import Path

import numpy as np
import pytest
from test_end_to_end import read_joints

from kneewise import Burden, Joint, Person, load_estimator
from kneewise.conventions import Sex
from kneewise.results import Job, analyse_films

pytestmark = pytest.mark.data

VIDEO = Path(__file__).parents[2] / "shared" / "data" / "video"
SIT_TO_STAND = VIDEO / "sit_to_stand_45deg"
FILMS = {
    "side": VIDEO / "squat_side_barbell.mp4",
    "front": VIDEO / "squat_front_bodyweight.mp4",
    "sit_to_stand": SIT_TO_STAND / "video.mp4",
    "walking": VIDEO / "walking_not_a_squat.mp4",
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    estimator = load_estimator("heavy")
    person = Person(height=1.83, mass=78, sex=Sex.MALE)
    done = {}

    def result(name):
        if name not in done:
            out = tmp_path_factory.mktemp(name) / "out"
            job = Job(films=(FILMS[name],), person=person, burden=Burden(), estimator=estimator)
            done[name] = analyse_films(job, out), out
        return done[name]

    return result


@pytest.mark.parametrize(
    ("name", "view"), [("side", "side"), ("front", "front"), ("sit_to_stand", "oblique")]
)
def test_the_view_is_named(name, view, results):
    assert results(name)[0]["films"][0]["view"] == view


def test_the_side_film_shows_the_right_side(results):
    assert results("side")[0]["films"][0]["azimuth_deg"] < 0


@pytest.mark.parametrize(("name", "bottoms"), [("side", [10.4, 17.2]), ("front", [2.3])])
def test_squats_and_their_bottoms_are_found(name, bottoms, results):
    repetitions = results(name)[0]["repetitions"]
    assert [row["task"] for row in repetitions] == ["squat"] * len(bottoms)
    np.testing.assert_allclose([row["bottom_s"] for row in repetitions], bottoms, atol=0.15)


def test_five_sit_to_stands_are_found(results):
    assert [row["task"] for row in results("sit_to_stand")[0]["repetitions"]] == ["sit-to-stand"] * 5


def test_no_squat_is_invented_in_the_walking_film(results):
    summary, _ = results("walking")
    assert summary["repetitions"] == []
    assert "no_squat" in [refusal["id"] for refusal in summary["films"][0]["refusals"]]


def test_what_the_front_cannot_show_is_said(results):
    missing = {row["what"] for row in results("front")[0]["unmeasured"]}
    assert {"knee_flexion", "trunk_inclination", "loads"} <= missing


def test_what_the_side_cannot_show_is_said(results):
    missing = {row["what"] for row in results("side")[0]["unmeasured"]}
    assert {"knee_frontal_projection", "pelvis_shift"} <= missing


def test_sit_to_stand_agrees_with_motion_capture(results):
    _, out = results("sit_to_stand")
    errors = errors_against_motion_capture(read_joints(out / "joints.csv"))
    sizes = [np.abs(error).mean() for error in errors.values()]
    assert np.mean(sizes) < 3.5
    assert max(sizes) < 5.0


def test_stated_error_covers_motion_capture(results):
    """Inside ±2 sd of the joint's height, the coordinate that needs no alignment, most of the time."""
    _, out = results("sit_to_stand")
    measured = read_joints(out / "joints.csv")
    time, truth = motion_capture()
    inside = [
        np.abs(
            measured["joints"][:, side, joint, 2]
            - np.interp(measured["time"], time + 0.07, truth[:, side, i, 2])
        )
        < 2 * measured["sd"][:, side, joint, 2]
        for side in range(2)
        for i, joint in enumerate((Joint.SHOULDER, Joint.HIP, Joint.KNEE))
    ]
    assert np.mean(inside) > 0.6


def motion_capture() -> tuple[np.ndarray, np.ndarray]:
    """Time (n,) and (n, side, [shoulder, hip, knee, ankle], xyz) with z up."""
    content = json.loads((SIT_TO_STAND / "mocap_bodies.json").read_text(encoding="utf-8"))
    names = ("humerus", "femur", "tibia", "talus")
    points = np.stack(
        [[content["bodies"][f"{name}_{side}"]["translation"] for name in names] for side in "lr"], axis=0
    )
    points = points.transpose(2, 0, 1, 3)
    return np.array(content["time"]), np.stack([points[..., 0], -points[..., 2], points[..., 1]], axis=-1)


def angles(joints: np.ndarray) -> dict[str, np.ndarray]:
    """Knee, hip, thigh and shank of both sides and the trunk, from joint centres. [deg]"""
    shoulder, hip, knee, ankle = (joints[:, :, i] for i in range(4))
    up = np.array([0.0, 0.0, 1.0])
    found = {"trunk": between(shoulder.mean(1) - hip.mean(1), up)}
    for i, side in enumerate("lr"):
        found[f"knee_{side}"] = between(hip[:, i] - knee[:, i], knee[:, i] - ankle[:, i])
        found[f"hip_{side}"] = between(shoulder[:, i] - hip[:, i], hip[:, i] - knee[:, i])
        found[f"thigh_{side}"] = between(hip[:, i] - knee[:, i], up)
        found[f"shank_{side}"] = between(knee[:, i] - ankle[:, i], up)
    return found


def between(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    cosine = (one * other).sum(-1) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def errors_against_motion_capture(measured: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Errors of all nine angles at the time offset that suits the film best. [deg]"""
    time, truth = motion_capture()
    order = [Joint.SHOULDER, Joint.HIP, Joint.KNEE, Joint.ANKLE]
    found, true = angles(measured["joints"][:, :, order]), angles(truth)

    def at(offset: float) -> dict[str, np.ndarray]:
        wanted = measured["time"] + offset
        inside = (wanted >= time[0]) & (wanted <= time[-1])
        return {name: (found[name] - np.interp(wanted, time, true[name]))[inside] for name in found}

    return min((at(offset) for offset in np.arange(-0.2, 0.21, 0.01)), key=total_error)


def total_error(errors: dict[str, np.ndarray]) -> float:
    return float(np.mean([np.abs(error).mean() for error in errors.values()]))

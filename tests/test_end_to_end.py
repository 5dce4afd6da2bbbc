"""The whole way on the sample films, whose joint centres are known exactly."""

import csv
import json
from pathlib import Path

import av
import numpy as np
import pytest

from kneewise import Burden, Joint, Person, View, load_estimator
from kneewise.casefile import build_person
from kneewise.results import Job, analyse_films
from kneewise.samples import sample_film, sample_person

FILES = {
    "summary.json",
    "joints.csv",
    "angles.csv",
    "loads.csv",
    "motion.trc",
    "motion.mot",
    "overlay.mp4",
    "film.mp4",
    "viewer.json",
    "report.html",
}
SAGITTAL_LIMIT = 6.0
"""Mean absolute error that this version promises against exact joint centres. [deg]"""


class Sample:
    """A sample film, its truth, and what kneewise made of it."""

    def __init__(self, name: str, out: Path) -> None:
        self.out = out
        with sample_film(name) as film:
            self.truth = np.load(film.with_name(f"{name}.truth.npz"))
            person = build_person(sample_person(name))
            job = Job(films=(film,), person=person, burden=Burden(), estimator=load_estimator("heavy"))
            self.summary = analyse_films(job, out)
        self.joints = read_joints(out / "joints.csv")

    def true_joints(self) -> np.ndarray:
        rows = np.abs(self.truth["time_s"][:, None] - self.joints["time"]).argmin(0)
        return self.truth["joints"][rows].astype(float)


def read_joints(path: Path) -> dict[str, np.ndarray]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    shape = [(side, joint, axis) for side in ("left", "right") for joint in Joint for axis in "xyz"]
    names = [f"{joint.name.lower()}_{side}_{axis}" for side, joint, axis in shape]
    table = {
        kind: np.array([[float(r[f"{n}{kind}_m"] or "nan") for n in names] for r in rows])
        for kind in ("", "_sd")
    }
    return {
        "time": np.array([float(row["time_s"]) for row in rows]),
        "joints": table[""].reshape(-1, 2, len(Joint), 3),
        "sd": table["_sd"].reshape(-1, 2, len(Joint), 3),
    }


@pytest.fixture(scope="module")
def oblique(tmp_path_factory) -> Sample:
    return Sample("squat_oblique", tmp_path_factory.mktemp("oblique") / "out")


@pytest.fixture(scope="module")
def side(tmp_path_factory) -> Sample:
    return Sample("squat_side", tmp_path_factory.mktemp("side") / "out")


def inclination(joints: np.ndarray, upper: Joint, lower: Joint) -> np.ndarray:
    line = joints[:, :, upper] - joints[:, :, lower]
    return np.degrees(np.arctan2(line[..., 0], line[..., 2]))


def bend(joints: np.ndarray, first: Joint, corner: Joint, last: Joint) -> np.ndarray:
    one, other = joints[:, :, first] - joints[:, :, corner], joints[:, :, corner] - joints[:, :, last]
    cosine = (one * other).sum(-1) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def sagittal(joints: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "knee": bend(joints, Joint.HIP, Joint.KNEE, Joint.ANKLE),
        "hip": bend(joints, Joint.SHOULDER, Joint.HIP, Joint.KNEE),
        "thigh": inclination(joints, Joint.HIP, Joint.KNEE),
        "shank": inclination(joints, Joint.KNEE, Joint.ANKLE),
        "trunk": inclination(joints, Joint.SHOULDER, Joint.HIP),
    }


@pytest.mark.parametrize("name", ["oblique", "side"])
def test_every_file_of_the_contract_is_written(name, request):
    assert {path.name for path in request.getfixturevalue(name).out.iterdir()} == FILES


@pytest.mark.parametrize(("name", "view", "count"), [("oblique", View.OBLIQUE, 3), ("side", View.SIDE, 2)])
def test_view_and_repetitions_are_those_of_the_film(name, view, count, request):
    sample = request.getfixturevalue(name)
    assert sample.summary["films"][0]["view"] == view.value
    assert [row["complete"] for row in sample.summary["repetitions"]] == [True] * count
    found = [row["bottom_s"] for row in sample.summary["repetitions"]]
    np.testing.assert_allclose(found, sample.truth["repetitions_s"][:, 1], atol=0.15)


@pytest.mark.parametrize("name", ["oblique", "side"])
@pytest.mark.parametrize("angle", ["knee", "hip", "thigh", "shank", "trunk"])
def test_angles_are_those_of_the_joint_centres(name, angle, request):
    sample = request.getfixturevalue(name)
    error = sagittal(sample.joints["joints"])[angle] - sagittal(sample.true_joints())[angle]
    assert np.abs(error).mean() < SAGITTAL_LIMIT


@pytest.mark.parametrize("name", ["oblique", "side"])
def test_left_is_left_and_forward_is_forward(name, request):
    joints = request.getfixturevalue(name).joints["joints"]
    assert (joints[:, 0, Joint.ANKLE, 1] > joints[:, 1, Joint.ANKLE, 1]).all()
    assert (joints[:, :, Joint.TOE, 0] > joints[:, :, Joint.HEEL, 0]).all()


@pytest.mark.parametrize("name", ["oblique", "side"])
def test_feet_on_the_floor_do_not_slide(name, request):
    toes = request.getfixturevalue(name).joints["joints"][:, :, Joint.TOE]
    assert np.ptp(toes, axis=0).max() < 0.01


@pytest.mark.parametrize("name", ["oblique", "side"])
def test_limbs_keep_their_length(name, request):
    joints = request.getfixturevalue(name).joints["joints"]
    for upper, lower in ((Joint.HIP, Joint.KNEE), (Joint.KNEE, Joint.ANKLE)):
        lengths = np.linalg.norm(joints[:, :, upper] - joints[:, :, lower], axis=-1)
        assert np.ptp(lengths) < 1e-4


@pytest.mark.parametrize("name", ["oblique", "side"])
def test_every_coordinate_carries_its_error(name, request):
    sample = request.getfixturevalue(name)
    assert np.isfinite(sample.joints["sd"]).all()
    assert (sample.joints["sd"][:, :, Joint.HIP] > 0.002).all()


def test_the_picture_of_joints_lies_on_the_person(oblique):
    """The skeleton that is drawn lies where the true joints appear."""
    from kneewise.pose import estimate_pose
    from kneewise.video import open_video

    with sample_film("squat_oblique") as film:
        sight = estimate_pose(open_video(film), Person(height=1.785), load_estimator("lite"))
    rows = np.abs(oblique.truth["time_s"][:, None] - sight.image_pose.time).argmin(0)
    error = np.linalg.norm(sight.image_pose.points_px - oblique.truth["joints_px"][rows], axis=-1)
    tall = np.ptp(oblique.truth["joints_px"][0, ..., 1])
    assert error.mean() < 0.05 * tall


def test_overlay_is_a_film_that_browsers_play(oblique):
    with av.open(str(oblique.out / "overlay.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        times = [float(frame.time) for frame in container.decode(stream)]
    np.testing.assert_allclose(times, oblique.joints["time"], atol=0.02)


def test_the_plain_film_shows_the_pictures_that_are_described(oblique):
    viewer = json.loads((oblique.out / "viewer.json").read_text(encoding="utf-8"))
    with av.open(str(oblique.out / viewer["film"])) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    np.testing.assert_allclose(times, np.array(viewer["times"]) - viewer["times"][0], atol=1e-4)


def test_described_joints_lie_where_the_picture_shows_them(oblique):
    viewer = json.loads((oblique.out / "viewer.json").read_text(encoding="utf-8"))
    shape = (len(viewer["times"]), 2, len(viewer["joints"]), 2)
    found = np.array(viewer["picture"], float).reshape(shape)[:, :, : len(Joint)]
    rows = np.abs(oblique.truth["time_s"][:, None] - viewer["times"]).argmin(0)
    error = np.linalg.norm(found - oblique.truth["joints_px"][rows], axis=-1)
    assert error.mean() < 0.03 * np.ptp(oblique.truth["joints_px"][0, ..., 1])


def test_summary_file_is_the_summary(oblique):
    assert json.loads((oblique.out / "summary.json").read_text(encoding="utf-8")) == oblique.summary


def test_the_same_film_gives_the_same_numbers(oblique, tmp_path):
    again = Sample("squat_oblique", tmp_path / "again")
    for file in ("joints.csv", "angles.csv", "loads.csv"):
        assert (again.out / file).read_bytes() == (oblique.out / file).read_bytes()


def test_loads_balance_body_weight_while_standing(oblique):
    with (oblique.out / "loads.csv").open(encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    total = float(first["ground_reaction_left_n"]) + float(first["ground_reaction_right_n"])
    assert total == pytest.approx(oblique.summary["person"]["mass_kg"] * 9.81, rel=0.05)

"""`kneewise bench accuracy` as people and programs meet it: given clips, baselines, pages, refusals."""

import json
import math
import shutil
from importlib.util import find_spec

import pytest
from test_bench import bodies, leaned
from test_cli import refuse, run

from kneewise.bench.clips import read_truth
from kneewise.samples import sample_film

LITE = ("--model", "lite")


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Both sample films measured once, with everything written."""
    folder = tmp_path_factory.mktemp("samples")
    with sample_film("squat_side") as side, sample_film("squat_oblique") as oblique:
        words = (
            str(side),
            str(oblique),
            *LITE,
            "--out",
            str(folder / "out"),
            "--page",
            str(folder / "page.md"),
        )
        result = run("bench", "accuracy", *words, "--json")
    assert result.returncode == 0, result.stderr
    return folder, result, json.loads(result.stdout)


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory):
    """The oblique sample as a clip with motion capture, and a baseline whose trunk leans 6° more."""
    folder = tmp_path_factory.mktemp("clip")
    with sample_film("squat_oblique") as film:
        shutil.copy(film, folder / "video.mp4")
        truth = read_truth(film.with_name("squat_oblique.truth.npz"))
    (folder / "mocap_bodies.json").write_text(json.dumps(bodies(truth)))
    wrong = bodies(truth, leaned(truth.joints, math.radians(6)))
    (folder / "baseline_leaning_system_bodies.json").write_text(json.dumps(wrong))
    return folder


def test_the_samples_are_measured_in_their_views(samples):
    _, result, summary = samples
    assert summary["schema"] == "kneewise.accuracy/1"
    assert [(c["name"], c["view"], c["view_measured"]) for c in summary["clips"]] == [
        ("squat_side", "side", "side"),
        ("squat_oblique", "oblique", "oblique"),
    ]
    assert [c["repetitions_found"] for c in summary["clips"]] == [2, 3]
    assert "measuring clip 1 of 2" in result.stderr


def test_the_samples_are_read_with_errors_of_a_few_degrees(samples):
    rows = [row for row in samples[2]["by_view"] if row["unit"] == "°"]
    assert {row["view"] for row in rows} == {"side", "oblique"}
    assert all(row["mean_absolute"] < 8 for row in rows)
    assert all(abs(row["bias"]) <= row["mean_absolute"] for row in rows)
    assert all(0 <= row["inside_1"] <= row["inside_2"] <= 1 for row in rows)


def test_data_drawings_and_page_are_written(samples):
    folder, _, summary = samples
    assert json.loads((folder / "out" / "accuracy.json").read_text(encoding="utf-8")) == summary
    page = (folder / "page.md").read_text(encoding="utf-8")
    drawings = sorted(path.name for path in (folder / "page").iterdir())
    assert drawings == sorted(path.name for path in (folder / "out").glob("*.svg"))
    assert all(f"(page/{name})" in page for name in drawings)
    assert "kneewise bench accuracy" in page
    assert "2–4.5" in page


def test_other_systems_are_scored_beside_with_the_same_rule(clip_folder):
    result = run("bench", "accuracy", str(clip_folder / "video.mp4"), *LITE, "--height", "178", "--json")
    assert result.returncode == 0, result.stderr
    rows = {(row["system"], row["measure"]): row for row in json.loads(result.stdout)["by_view"]}
    assert {row["rule"] for row in rows.values()} == {"space"}
    assert rows["leaning system", "trunk_inclination"]["bias"] == pytest.approx(6, abs=0.6)
    assert rows["leaning system", "knee_flexion"]["mean_absolute"] < 0.01
    assert rows["leaning system", "knee_flexion"]["inside_1"] is None
    assert rows["kneewise", "knee_flexion"]["mean_absolute"] < 8
    assert rows["kneewise", "knee_flexion"]["inside_2"] > 0.5


def test_an_assumed_height_is_said(clip_folder):
    result = run("bench", "accuracy", str(clip_folder / "video.mp4"), *LITE)
    assert "height assumed" in result.stdout
    assert "leaning system: trunk lean" in result.stdout


def test_clips_that_cannot_be_used_are_refused(tmp_path):
    refuse(run("bench", "accuracy", "nowhere.mp4", *LITE), "nowhere.mp4", "no file")
    (tmp_path / "squat.mp4").write_bytes(b"not a film")
    refuse(run("bench", "accuracy", str(tmp_path / "squat.mp4"), *LITE), "no truth")
    with sample_film("squat_side") as film:
        shutil.copy(film.with_name("squat_side.truth.npz"), tmp_path / "squat.truth.npz")
    refuse(run("bench", "accuracy", str(tmp_path / "squat.mp4"), *LITE), "cannot be read")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--model", "huge"), "huge"),
        (("--height", "1.78"), "height"),
        (("--page", "nowhere/page.md"), "page.md"),
        (("--out", "taken"), "not a folder"),
        (("--quick",), "--quick"),
        (("--films", "kept"), "--films"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_impossible_wishes_are_refused_before_anything_is_measured(words, said, tmp_path):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    with sample_film("squat_side") as film:
        result = run("bench", "accuracy", str(film), *words, cwd=tmp_path)
    refuse(result, said)
    assert "measuring" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.data
def test_a_real_film_is_scored_beside_the_published_systems(data):
    clip = data / "video" / "sit_to_stand_45deg" / "video.mp4"
    result = run("bench", "accuracy", str(clip), "--height", "183", "--json")
    assert result.returncode == 0, result.stderr
    errors = {}
    for row in json.loads(result.stdout)["by_view"]:
        errors.setdefault(row["system"], []).append(row["mean_absolute"])
    assert set(errors) == {"kneewise", "opencap monocular", "wham"}
    assert sum(errors["kneewise"]) < min(sum(errors["opencap monocular"]), sum(errors["wham"]))


@pytest.mark.skipif(
    all(find_spec(name) for name in ("anny", "moderngl", "torch")), reason="the renderer is installed"
)
def test_without_the_renderer_the_extra_is_named(tmp_path):
    refuse(run("bench", "accuracy", "--quick", "--films", str(tmp_path / "films")), "kneewise[bench]")
    assert not (tmp_path / "films").exists()

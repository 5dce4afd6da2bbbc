"""The command line as people and programs meet it, each in a process of its own."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from people import down_and_up, frame_times, pose_of, squatter

from kneewise.cli import main
from kneewise.doctor import examine, render_state
from kneewise.formats import write_trc
from kneewise.samples import sample_film
from kneewise.store import open_store
from kneewise.store.tables import HEAD


def run(*words: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kneewise", *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | environment,
        check=False,
        timeout=300,
    )


def refuse(result: subprocess.CompletedProcess[str], *said: str) -> None:
    """Exit 2, nothing on stdout, one message that says what and what to try, no traceback."""
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert "Try" in result.stderr
    for words in said:
        assert words in result.stderr


@pytest.fixture
def film():
    with sample_film("squat_side") as path:
        yield path


def test_analyse_writes_a_folder_and_prints_where_the_report_lies(film, tmp_path):
    result = run("analyse", str(film), "--height", "166", "--model", "lite", "--out", str(tmp_path / "out"))
    assert result.returncode == 0, result.stderr
    assert "2 repetitions" in result.stdout
    assert str(tmp_path / "out" / "report.html") in result.stdout
    assert "measuring" in result.stderr
    assert "left" in result.stderr


def test_json_on_stdout_is_the_summary(film, tmp_path):
    result = run("analyse", str(film), "--model", "lite", "--out", str(tmp_path / "out"), "--json")
    summary = json.loads(result.stdout)
    assert summary == json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["schema"] == "kneewise.summary/1"
    assert summary["loads"]["peaks"] is None
    assert any("height" in assumption for assumption in summary["person"]["assumed"])


def test_several_films_share_one_report(film, tmp_path):
    with sample_film("squat_oblique") as other:
        result = run(
            "analyse", str(film), str(other), "--model", "lite", "--out", str(tmp_path / "out"), "--json"
        )
    summary = json.loads(result.stdout)
    assert [entry["name"] for entry in summary["films"]] == ["squat_side.mp4", "squat_oblique.mp4"]
    assert {row["film"] for row in summary["repetitions"]} == {0, 1}
    folders = sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_dir())
    assert folders == ["01_squat_side", "02_squat_oblique"]
    assert (tmp_path / "out" / "01_squat_side" / "joints.csv").is_file()


def test_demo_says_where_its_report_lies(tmp_path):
    result = run("demo", "--model", "lite", "--out", str(tmp_path / "demo"))
    assert result.returncode == 0, result.stderr
    assert "3 repetitions" in result.stdout
    assert (tmp_path / "demo" / "report.html").is_file()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.mp4", b"", "empty"),
        ("text.mp4", b"not a film at all", "cannot be read"),
        ("missing.mp4", None, "no file"),
    ],
)
def test_bad_files_are_refused_and_nothing_is_written(name, content, said, tmp_path):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run("analyse", str(tmp_path / name), "--out", str(tmp_path / "out"))
    refuse(result, said, name)
    assert not (tmp_path / "out").exists()
    assert [path.name for path in tmp_path.iterdir()] == ([name] if content is not None else [])


@pytest.mark.parametrize(
    "words",
    [
        ("--height", "1.80"),
        ("--height", "-3"),
        ("--mass", "8000"),
        ("--mass", "nan"),
        ("--load", "20"),
        ("--load", "-20", "--bar", "front"),
        ("--model", "huge"),
        ("--person", "nowhere.toml"),
        ("--sex", "x"),
        ("--height", "tall"),
    ],
    ids=" ".join,
)
def test_impossible_values_are_refused(words, film, tmp_path):
    refuse(run("analyse", str(film), *words, "--out", str(tmp_path / "out")))
    assert not (tmp_path / "out").exists()


def test_person_file_and_single_values_do_not_mix(film, tmp_path):
    person = tmp_path / "person.toml"
    person.write_text("[person]\nheight_cm = 166\n", encoding="utf-8")
    refuse(run("analyse", str(film), "--person", str(person), "--mass", "60", "--out", str(tmp_path / "out")))


def test_an_output_folder_that_is_a_file_is_refused(film, tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    refuse(run("analyse", str(film), "--model", "lite", "--out", str(tmp_path / "out")), "not a folder")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_results_of_others_in_the_folder_stay(film, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    assert run("analyse", str(film), "--model", "lite", "--out", str(tmp_path / "out")).returncode == 0
    assert (tmp_path / "out" / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name != "posix", reason="sends an interrupt as terminals do")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupting_leaves_nothing_behind(sent, film, tmp_path):
    words = [sys.executable, "-m", "kneewise", "analyse", str(film), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.iterdir()):
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(sent)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Nothing was written" in said
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_clear_message(film):
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs a device that is always full")
    refuse(run("analyse", str(film), "--model", "lite", "--out", "/proc/kneewise"), "cannot be written")


def test_a_list_of_commands_ends_each_sentence():
    for group in ("", "token", "webhook", "account", "bench"):
        told = run(*group.split(), "--help", NO_COLOR="1", COLUMNS="60").stdout
        assert "..." not in told.replace("[ARGS]...", "")


@pytest.mark.parametrize(
    "words",
    [
        ("batch", "LONG", "--out", "x"),
        ("whatif", "LONG"),
        ("feet", "left-foot=LONG", "--paper", "a4"),
        ("backup", "LONG"),
        ("questions", "LONG"),
        ("explain", "LONG"),
    ],
    ids=lambda words: words[0],
)
def test_a_name_that_the_system_does_not_take_is_one_clear_message(words, tmp_path):
    refuse(run(*(word.replace("LONG", "a" * 300) for word in words), cwd=tmp_path), "too long")


def test_what_the_system_says_is_told_without_its_number_and_our_drafts(tmp_path):
    refused = run("explain", "gone.toml", cwd=tmp_path)
    refuse(refused, "gone.toml cannot be read as a case: No such file or directory.")
    assert "Errno" not in refused.stderr


def test_doctor_knows_weights_and_versions():
    result = run("doctor", "--json")
    assert result.returncode == 0, result.stderr
    state = json.loads(result.stdout)
    assert all(weight["ok"] for weight in state["weights"].values())
    assert state["versions"]["kneewise"]
    assert state["cores"] >= 1


def doctor(home, *arguments):
    return run("doctor", *arguments, KNEEWISE_HOME=str(home))


def test_doctor_says_where_the_memory_lies_and_makes_none(tmp_path):
    home = tmp_path / "of" / "mine"
    state = json.loads(doctor(home, "--json").stdout)["memory"]
    assert (state["folder"], state["set_by"], state["there"]) == (str(home), "KNEEWISE_HOME", False)
    assert (state["writable"], state["schema"], state["sound"]) == (True, None, True)
    assert abs(state["free"] - shutil.disk_usage(tmp_path).free) < 1 << 30
    assert list(tmp_path.iterdir()) == []
    open_store(home).close()
    state = json.loads(doctor(home, "--json").stdout)["memory"]
    assert (state["there"], state["schema"], state["schema"]) == (True, state["known"], HEAD)
    said = doctor(home).stdout
    assert f"{home}  can be written" in said
    assert f"schema {HEAD}" in said
    assert "named by KNEEWISE_HOME" in said


@pytest.mark.parametrize("harm", ["newer", "noise"])
def test_doctor_finds_a_memory_that_this_version_cannot_read(tmp_path, harm):
    open_store(tmp_path).close()
    database = tmp_path / "kneewise.db"
    if harm == "newer":
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            connection.commit()
    else:
        database.write_bytes(b"noise" * 1000)
    result = doctor(tmp_path)
    assert result.returncode == 1
    assert "THE DATABASE CANNOT BE READ" in result.stdout
    assert "Try: pip install --upgrade kneewise" in result.stdout


@pytest.mark.parametrize(
    ("version", "says"), [(7, "reaches no other file"), (0, "has nothing that keeps it")]
)
def test_doctor_says_what_keeps_a_film_from_other_files(monkeypatch, version, says):
    monkeypatch.setattr("kneewise.measuring.landlock_version", lambda: version)
    assert says in render_state(examine(Path.cwd()))


def test_bench_speed_reports_each_stage(film):
    result = run("bench", "speed", str(film), "--model", "lite", "--json")
    row = json.loads(result.stdout)[0]
    assert set(row["stages_s"]) == {"observe", "understand", "whatif", "draw", "tables", "report"}
    assert row["ratio"] == pytest.approx(row["total_s"] / row["film_s"])
    assert sum(row["stages_s"].values()) <= row["total_s"]


def test_wrong_words_are_refused():
    refuse(run("analise"))
    refuse(run("analyse", "film.mp4"))


def test_an_older_analysis_of_more_films_is_replaced(film, tmp_path):
    out = tmp_path / "out"
    with sample_film("squat_oblique") as other:
        assert run("analyse", str(film), str(other), "--model", "lite", "--out", str(out)).returncode == 0
    assert run("analyse", str(film), "--model", "lite", "--out", str(out)).returncode == 0
    assert not [path for path in out.iterdir() if path.is_dir()]


@pytest.fixture
def analyse(monkeypatch, capsys):
    """`kneewise analyse` in this process."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            monkeypatch.setattr(signal, name, signal.SIGINT)
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["kneewise", "analyse", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, int(ended.value.code or 0), said.out, said.err)

    return call


@pytest.fixture
def markers(tmp_path):
    """A file that is measured in a second."""
    time_s = frame_times(5)
    path = tmp_path / "squat.trc"
    write_trc(path, pose_of(squatter(time_s, down_and_up(time_s, 0.8), lean=0.05)))
    return path


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["summary.json", "motion.mot", "overlay.mp4"])
def test_a_folder_in_the_place_of_a_result_is_refused_and_all_stays(name, analyse, markers, tmp_path):
    out = tmp_path / "out"
    assert analyse(markers, "--out", out).returncode == 0
    (out / name).unlink()
    (out / name).mkdir()
    before = contents(out)
    refuse(analyse(markers, "--out", out), name, "in the way")
    assert contents(out) == before
    assert not list(tmp_path.glob(".kneewise*"))


def test_results_that_cannot_be_moved_leave_the_old_ones(analyse, markers, tmp_path, monkeypatch):
    out = tmp_path / "out"
    assert analyse(markers, "--out", out).returncode == 0
    before, replace = contents(out), Path.replace

    def full(self, target):
        if self.name == "report.html" and Path(target) == out / "report.html" and "old" not in str(self):
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    refuse(analyse(markers, "--out", out), "No space left")
    assert contents(out) == before
    assert not list(tmp_path.glob(".kneewise*"))


def test_a_copy_under_another_name_is_the_same_film(analyse, markers, tmp_path):
    copy = tmp_path / "other.trc"
    copy.write_bytes(markers.read_bytes())
    refuse(analyse(markers, copy, "--out", tmp_path / "out"), "given twice", "squat.trc", "other.trc")
    assert not (tmp_path / "out").exists()


def test_names_that_are_too_long_are_refused(analyse, markers, tmp_path):
    refuse(analyse(markers, "--out", tmp_path / ("x" * 300)), "--out", "too long")
    result = analyse(tmp_path / ("x" * 300 + ".mp4"), "--out", tmp_path / "out")
    refuse(result, "too long", "name of the file")
    assert "--out" not in result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are Unicode")
def test_a_name_that_is_no_text_is_measured_and_shown(analyse, markers, tmp_path):
    bad = markers.rename(tmp_path / b"bad\xff.trc".decode("utf-8", "surrogateescape"))
    result = analyse(bad, "--out", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    shown = "bad\N{REPLACEMENT CHARACTER}.trc"
    assert shown in result.stdout
    assert shown in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert (
        json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["films"][0]["name"]
        == shown
    )


def test_a_file_that_may_not_be_read_is_one_message(analyse, markers, tmp_path, monkeypatch):
    markers.chmod(0)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    kept = Path.open

    def forbidden(self, *words, **named):
        if self == markers:
            raise PermissionError(13, "Permission denied")
        return kept(self, *words, **named)

    monkeypatch.setattr(Path, "open", forbidden)
    result = analyse(markers, "--out", tmp_path / "out")
    refuse(result, "squat.trc", "Permission denied", "allow yourself to read")
    assert "Usage" not in result.stderr

"""`kneewise export`: a folder of results → files for other programs."""

import json
import shutil
import signal
import sys
from dataclasses import dataclass

import ezc3d
import numpy as np
import pytest
from folders import TIME, squat, write_results
from pyarrow import parquet

from kneewise.cli import main
from kneewise.conventions import Joint, LegMeasure, Side
from kneewise.errors import FormatError, InputError, OutputError
from kneewise.export import FORMATS, describe_export, export_results


@dataclass
class Said:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch, capsys):
    """The command line in this process, where it starts a hundred times faster."""
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    kept = {end: signal.getsignal(end) for end in ends}

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["kneewise", "export", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Said(int(ended.value.code or 0), *capsys.readouterr())

    yield call
    for end, handler in kept.items():
        signal.signal(end, handler)


def refuse(result, *said):
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert "Try: " in result.stderr
    for words in said:
        assert words in result.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    one = write_results(folder / "anna", {"squat": squat()})
    write_results(folder / "ben", {"first": squat(0.8), "second": squat(1.6)})
    write_results(folder / "cleo", {"first": None, "second": squat(1.6)})
    write_results(folder / "dora", {"first": None})
    return folder, one.studies[0]


@pytest.fixture
def results(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "results")
    return tmp_path / "results"


@pytest.fixture
def study(made):
    return made[1]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_suffix_of_the_file_says_the_format(run, results, tmp_path, study):
    result = run(results / "anna", "--out", tmp_path / "new" / "knee.c3d")
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(tmp_path / "new" / "knee.c3d")
    assert names(tmp_path / "new") == ["knee.c3d"]
    file = ezc3d.c3d(str(tmp_path / "new" / "knee.c3d"))
    expected = 1000 * study.trial.pose.joints[:, Side.LEFT, Joint.KNEE]
    place = file["parameters"]["POINT"]["LABELS"]["value"].index("LKnee")
    # joints.csv has five decimals of a metre.
    found = file["data"]["points"][:3, place].T
    assert found == pytest.approx(expected, abs=0.006)
    times = file["parameters"]["EVENT"]["TIMES"]["value"][1]
    repetition = study.repetitions[0]
    assert times == pytest.approx([repetition.start, repetition.bottom, repetition.end], abs=0.0051)


def test_several_formats_go_into_a_folder_under_the_name_of_the_results(run, results, tmp_path):
    result = run(results / "anna", "--as", "TRC, .parquet", "--out", tmp_path / "new", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert [path.rsplit("/", 1)[1] for path in told["files"]] == ["anna.trc", "anna.parquet"]
    assert told["notes"] == []
    assert names(tmp_path / "new") == ["anna.parquet", "anna.trc"]


def test_a_folder_without_a_choice_takes_every_format(results, tmp_path):
    export_results(results / "anna", tmp_path / "new")
    assert names(tmp_path / "new") == sorted(f"anna.{suffix}" for suffix in FORMATS)


@pytest.mark.parametrize("kind", ["trc", "mot"])
def test_what_is_exported_for_opensim_is_what_analyse_wrote(results, tmp_path, kind):
    export_results(results / "anna", tmp_path / f"motion.{kind}")
    found, first = (
        [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        for path in (tmp_path / f"motion.{kind}", results / "anna" / f"motion.{kind}")
    )
    assert found[:6] == first[:6]
    rows, expected = (np.array(lines[7:], dtype=float) for lines in (found, first))
    assert rows == pytest.approx(expected, abs=0.006)


def test_the_parquet_of_a_film_holds_what_was_understood(results, tmp_path, study):
    export_results(results / "anna", tmp_path / "anna.parquet")
    table = parquet.read_table(tmp_path / "anna.parquet")
    told = json.loads(table.schema.metadata[b"kneewise"])
    assert told["film"]["load_kg"] == 20
    assert told["film"]["sha256"] == study.trial.digest
    assert told["person"]["mass_kg"] == 72
    assert told["versions"] == {"kneewise": "0.0"}
    bend = [row for row in table.to_pylist() if (row["quantity"], row["side"]) == ("knee_flexion", "right")]
    expected = np.degrees(study.motion.leg[:, Side.RIGHT, LegMeasure.KNEE_FLEXION])
    assert [row["value"] for row in bend] == pytest.approx(expected, abs=5.1e-6)
    deepest = max(bend, key=lambda row: row["value"])
    assert deepest["repetition"] == 1
    assert 40 < deepest["percent"] < 60
    moments = [row["value"] for row in table.to_pylist() if row["quantity"] == "knee_moment"]
    assert max(moments) > 50


def test_several_films_are_a_file_each(results, tmp_path):
    exported = export_results(results / "ben", tmp_path / "new", "csv,parquet")
    stems = ["ben_01_first", "ben_02_second"]
    assert [path.name for path in exported.files] == [
        f"{stem}.{suffix}" for stem in stems for suffix in ("csv", "parquet")
    ]
    films = {
        stem: parquet.read_table(tmp_path / "new" / f"{stem}.parquet")["film"][0].as_py() for stem in stems
    }
    assert films == {"ben_01_first": "first.mp4", "ben_02_second": "second.mp4"}


def test_tables_of_many_films_read_as_one(results, tmp_path):
    for name in ("anna", "ben"):
        export_results(results / name, tmp_path / "tables", "parquet")
    table = parquet.read_table(tmp_path / "tables")
    assert set(table["film"].to_pylist()) == {"squat.mp4", "first.mp4", "second.mp4"}


def test_one_film_of_several_is_exported_from_its_own_folder(results, tmp_path):
    export_results(results / "ben" / "02_second", tmp_path / "second.parquet")
    table = parquet.read_table(tmp_path / "second.parquet")
    assert set(table["film"].to_pylist()) == {"second.mp4"}
    rows = [row for row in table.to_pylist() if row["repetition"] == 1]
    assert 1.6 <= min(row["time_s"] for row in rows) < 2.2


def test_the_folder_may_be_the_one_we_are_in(results, tmp_path, monkeypatch):
    monkeypatch.chdir(results / "ben" / "02_second")
    exported = export_results(results.__class__("."), tmp_path / "new", "trc")
    assert exported.files[0].name == "ben_02_second.trc"


def test_a_film_that_was_refused_is_left_out_and_said(run, results, tmp_path):
    result = run(results / "cleo", "--as", "trc", "--out", tmp_path / "new")
    assert result.returncode == 0, result.stderr
    assert names(tmp_path / "new") == ["cleo_02_second.trc"]
    assert "first.mp4 was left out" in result.stdout


def test_an_uneven_rate_is_said(tmp_path):
    time = np.delete(TIME, [40, 41])
    write_results(tmp_path / "uneven", {"squat": squat(time=time)})
    exported = export_results(tmp_path / "uneven", tmp_path / "new")
    assert "squat.mp4 has no constant frame rate, or frames are missing" in exported.notes[0]
    assert ".trc and .c3d resampled to 30 frames a second" in describe_export(exported)
    assert export_results(tmp_path / "uneven", tmp_path / "new", "mot,csv").notes == ()


def test_an_older_file_of_the_same_name_is_replaced(results, tmp_path):
    (tmp_path / "knee.trc").write_text("old", encoding="utf-8")
    export_results(results / "anna", tmp_path / "knee.trc")
    assert "PathFileType" in (tmp_path / "knee.trc").read_text(encoding="utf-8")


def no_summary(folder):
    (folder / "anna" / "summary.json").unlink()


def edit(change):
    def spoil(folder):
        path = folder / "anna" / "summary.json"
        summary = json.loads(path.read_text(encoding="utf-8"))
        change(summary)
        path.write_text(json.dumps(summary), encoding="utf-8")

    return spoil


def rewrite(name, content):
    return lambda folder: (folder / "anna" / name).write_text(content, encoding="utf-8")


def other_times(folder):
    path = folder / "anna" / "angles.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]), encoding="utf-8")


def no_column(folder):
    path = folder / "anna" / "angles.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("knee_flexion_left_deg", "x"), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_summary, ("holds no results", "summary.json")),
        (rewrite("summary.json", "{"), ("summary.json is not a summary",)),
        (rewrite("summary.json", "[]"), ("summary.json is not a summary",)),
        (edit(lambda summary: summary.update(schema="kneewise.summary/99")), ("kneewise.summary/99",)),
        (edit(lambda summary: summary.pop("films")), ("films", "not a summary")),
        (edit(lambda summary: summary["films"].clear()), ("films", "not a summary")),
        (edit(lambda summary: summary["repetitions"][0].pop("bottom_s")), ("repetitions.0.bottom_s",)),
        (edit(lambda summary: summary["repetitions"][0].update(end_s=0.0)), ("has a repetition from",)),
        (lambda folder: (folder / "anna" / "loads.csv").unlink(), ("There is no file", "loads.csv")),
        (rewrite("joints.csv", ""), ("joints.csv",)),
        (no_column, ("angles.csv has no column knee_flexion_left_deg",)),
        (other_times, ("angles.csv has other times",)),
    ],
)
def test_results_that_cannot_be_read_are_refused(run, results, tmp_path, spoil, said):
    spoil(results)
    refuse(run(results / "anna", "--out", tmp_path / "new"), *said)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere", "--out", "new"), "There is no folder nowhere"),
        (("anna/summary.json", "--out", "new"), "There is no folder"),
        (("anna", "--out", "new.xlsx"), "ends in .xlsx"),
        (("anna", "--out", "new", "--as", "trc,xlsx"), "no format 'xlsx'"),
        (("anna", "--out", "new", "--as", ""), "no format ''"),
        (("anna", "--out", "new.trc", "--as", "c3d"), "--as asks for c3d"),
        (("anna", "--out", "new.trc", "--as", "trc,c3d"), "--as asks for trc, c3d"),
        (("ben", "--out", "new.trc"), "holds 2 films, and new.trc is one file"),
        (("dora", "--out", "new"), "Nothing was measured"),
        ((".", "--out", "new"), "holds no results"),
        (("anna", "--out", "anna/joints.csv"), "one of the results themselves"),
        (("anna", "--out", "dora/summary.json/new"), "cannot be written"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(run, results, monkeypatch, words, said):
    monkeypatch.chdir(results)
    before = sorted(results.rglob("*"))
    refuse(run(*words), said)
    assert sorted(results.rglob("*")) == before


def test_a_file_in_the_place_of_the_folder_is_refused(results, tmp_path):
    (tmp_path / "new").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError):
        export_results(results / "anna", tmp_path / "new")
    assert (tmp_path / "new").read_text(encoding="utf-8") == "mine"


def test_a_folder_in_the_place_of_a_file_is_refused(results, tmp_path):
    (tmp_path / "new" / "anna.trc").mkdir(parents=True)
    with pytest.raises(OutputError, match="is a folder"):
        export_results(results / "anna", tmp_path / "new", "mot,trc")
    assert names(tmp_path / "new") == ["anna.trc"]


def test_a_film_folder_that_the_summary_does_not_know_is_refused(results, tmp_path):
    shutil.copytree(results / "ben" / "02_second", results / "ben" / "03_third")
    with pytest.raises(FormatError, match="no film 3"):
        export_results(results / "ben" / "03_third", tmp_path / "new")


def test_a_film_folder_that_is_missing_is_refused(results, tmp_path):
    shutil.rmtree(results / "ben" / "01_first")
    with pytest.raises(InputError, match="01_"):
        export_results(results / "ben", tmp_path / "new")


@pytest.mark.parametrize("name", ["fused_angles.csv", "fused_joints.csv", "joints.csv"])
def test_no_file_of_any_results_is_replaced(run, results, name):
    (results / "ben" / "fused_angles.csv").write_text("mine", encoding="utf-8")
    refuse(run(results / "anna", "--out", results / "ben" / name), "one of the results themselves")
    assert (results / "ben" / "fused_angles.csv").read_text(encoding="utf-8") == "mine"


def test_what_several_films_tell_together_is_said_to_stay_behind(results, tmp_path):
    assert export_results(results / "ben", tmp_path / "new", "trc").notes == ()
    (results / "ben" / "fused_joints.csv").write_text("mine", encoding="utf-8")
    (note,) = export_results(results / "ben", tmp_path / "new", "trc").notes
    assert "fused_joints.csv" in note
    assert "not exported" in note


@pytest.mark.parametrize("count", [85, 86, 300])
def test_more_repetitions_than_c3d_holds_are_left_out_and_said(results, tmp_path, count):
    def repeat(summary):
        summary["repetitions"] = summary["repetitions"][:1] * count
        summary["films"][0]["name"] = "ü" * 140 + ".mp4"

    edit(repeat)(results)
    exported = export_results(results / "anna", tmp_path / "knee.c3d")
    read = ezc3d.c3d(str(tmp_path / "knee.c3d"))["parameters"]
    assert read["EVENT"]["USED"]["value"] == [255]
    assert read["EVENT"]["LABELS"]["value"] == ["start", "bottom", "end"] * 85
    assert read["EVENT"]["TIMES"]["value"].shape == (2, 255)
    assert read["KNEEWISE"]["FILM"]["value"] == ["ü" * 63]
    assert [f"{count} repetitions" in note for note in exported.notes] == [True] * (count > 85)


def test_a_row_that_was_cut_off_is_told_by_its_number(run, results, tmp_path):
    path = results / "anna" / "angles.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    count = lines[0].count(",") + 1
    cut = [*lines[:11], ",".join(lines[11].split(",")[:30])]
    path.write_text("\n".join(cut), encoding="utf-8")
    refuse(run(results / "anna", "--out", tmp_path / "new"), f"row 12 has 30 cells instead of {count}")


def test_a_name_that_is_too_long_is_refused(run, results, tmp_path):
    refuse(run(results / "anna", "--out", tmp_path / ("x" * 300 + ".trc")), "--out")
    refuse(run(results / "anna", "--out", tmp_path / ("x" * 300)), "--out")
    refuse(run(tmp_path / ("x" * 300), "--out", tmp_path / "new"), "cannot be read")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are Unicode")
def test_a_name_that_is_no_text_is_written_and_shown(run, results, tmp_path):
    name = b"bad\xff".decode("utf-8", "surrogateescape")
    (results / "anna").rename(results / name)
    result = run(results / name, "--out", tmp_path / "new")
    assert result.returncode == 0, result.stderr
    assert "bad\N{REPLACEMENT CHARACTER}.trc" in result.stdout
    assert len(names(tmp_path / "new")) == len(FORMATS)
    refuse(run(results / name, "--out", tmp_path / name / ".." / f"{name}.xlsx"), "ends in")

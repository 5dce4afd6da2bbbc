"""Many films without a scheduler: who is in which film, what names results, rows and tables."""

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet
import pytest
from folders import squat, write_results
from typer.testing import CliRunner

from kneewise import model
from kneewise.batch import (
    COLUMNS,
    FAILURES,
    FILMS,
    REPETITIONS,
    Entry,
    ForAll,
    Order,
    Outcome,
    Reason,
    Tally,
    measure_entry,
    read_entries,
)
from kneewise.batch.dataset import writing
from kneewise.batch.listing import _refuse_folder
from kneewise.batch.measuring import REFUSED, _keep, _look, _settle, name_results
from kneewise.batch.rows import FILM_COLUMNS, KEYS, REPETITION_COLUMNS, checked, film_row, repetition_rows
from kneewise.batch.running import _describe_state
from kneewise.casefile import build_burden, build_person
from kneewise.cli import app
from kneewise.cluster.local_worker import share_of
from kneewise.conventions import Bar, Sex
from kneewise.errors import InputError, OutputError
from kneewise.files import digest_of
from kneewise.formats import write_trc
from kneewise.measuring.order import ENDING
from kneewise.model import Burden, Person
from kneewise.progress_bar import show_progress

SOMEBODY = Person(height=1.75, mass=70, sex=Sex.MALE)
ENTRY = Entry(film=Path("/films/a.mp4"), label="A", person=SOMEBODY, burden=Burden())


def touch(*paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"film")


def order_of(film, home):
    home.mkdir(exist_ok=True)
    return Order(entry=replace(ENTRY, film=film), model="lite", home=home)


def test_a_folder_gives_its_films_by_name_wherever_they_lie(tmp_path):
    touch(tmp_path / "b.MOV", tmp_path / "a" / "z.mp4", tmp_path / "c.trc", tmp_path / "notes.txt")
    entries = read_entries(tmp_path, ForAll(person=SOMEBODY))
    assert [entry.film.relative_to(tmp_path).as_posix() for entry in entries] == ["a/z.mp4", "b.MOV", "c.trc"]
    assert {entry.person for entry in entries} == {SOMEBODY}


def test_a_number_of_workers_is_for_this_computer_only(tmp_path):
    touch(tmp_path / "a.mp4")
    words = ["batch", str(tmp_path), "--out", "out", "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"]
    with pytest.raises(InputError, match="where they are started"):
        CliRunner().invoke(app, words, catch_exceptions=False)


@pytest.mark.parametrize("name", ["gone", "gone.csv", "gone.toml"])
def test_a_list_that_is_not_there_is_said_so(tmp_path, name):
    with pytest.raises(InputError, match=f"no folder or list .*{name}"):
        read_entries(tmp_path / name, ForAll())


def test_what_kneewise_made_of_films_is_not_measured(tmp_path):
    touch(tmp_path / "a.mp4", tmp_path / ".kneewise-x" / "b.mp4")
    for name in ("joints.csv", "overlay.mp4", "film.mp4", "motion.trc"):
        touch(tmp_path / "out" / name)
    assert [entry.film.name for entry in read_entries(tmp_path, ForAll())] == ["a.mp4"]


def test_a_film_that_is_only_named_like_a_result_is_measured(tmp_path):
    touch(tmp_path / "film.mp4")
    assert [entry.film.name for entry in read_entries(tmp_path, ForAll())] == ["film.mp4"]


def test_a_link_that_leads_nowhere_is_told_and_not_left_out(tmp_path):
    (tmp_path / "a.mp4").symlink_to("not-fetched-yet")
    (tmp_path / "b.mp4").symlink_to("b.mp4")
    (tmp_path / "around").symlink_to(tmp_path)
    (tmp_path / "folder.mp4").mkdir()
    entries = read_entries(tmp_path, ForAll())
    assert [entry.film.name for entry in entries] == ["a.mp4", "b.mp4"]
    assert (
        "There is no file" in measure_entry(order_of(entries[0].film, tmp_path / "home")).reasons[0].because
    )


def test_a_folder_that_cannot_be_read_is_told_and_not_left_out(tmp_path):
    touch(tmp_path / "a.mp4")
    refuse = PermissionError(13, "Permission denied", str(tmp_path / "closed"))
    with pytest.raises(InputError, match=r"closed cannot be read: Permission denied[\s\S]*Try: "):
        _refuse_folder(refuse)


TOLD = (
    "film,person,height_cm,mass_kg,sex,load_kg,bar\nx/a.mp4,Ann,166,60,f,40,front\nb.mp4,,,,,,\n",
    '[[film]]\nfilm = "x/a.mp4"\nperson = "Ann"\nheight_cm = 166\nmass_kg = 60\nsex = "f"\nload_kg = 40\n'
    'bar = "front"\n[[film]]\nfilm = "b.mp4"\n',
)


@pytest.mark.parametrize(("name", "text"), [("list.csv", TOLD[0]), ("list.toml", TOLD[1])])
def test_a_list_tells_of_each_film_what_analyse_is_told(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    one, other = read_entries(tmp_path / name, ForAll())
    assert one == Entry(
        film=tmp_path / "x" / "a.mp4",
        label="Ann",
        person=build_person({"height_cm": 166, "mass_kg": 60, "sex": "f"}),
        burden=build_burden(40, Bar.FRONT),
    )
    assert other == Entry(
        film=tmp_path / "b.mp4", label=None, person=build_person({}), burden=build_burden(0, Bar.NONE)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("film,height\na.mp4,178\n", "height, which nobody reads"),
        ("person,height_cm\nAnn,178\n", "film 1 names no film"),
        ("film,height_cm\na.mp4,tall\n", "height_cm = 'tall' is no number"),
        ("film,height_cm\na.mp4,17\n", "film 1: height_cm = 17.0 is not possible"),
        ("film,load_kg\na.mp4,60\n", "not where it sits"),
        ("film,height_cm\na.mp4\n", "line 2 has not as many cells"),
        ("film\n", "holds no film"),
        ("film,height_cm,height_cm\na.mp4,170,190\n", "more than one column height_cm"),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_its_place(tmp_path, text, said):
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="Try: ") as refused:
        read_entries(tmp_path / "list.csv", ForAll())
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('height_cm = 190\n[[film]]\nfilm = "a.mp4"\n', "tells height_cm outside of"),
        ('film = "a.mp4"\n', "no tables"),
        ("film = [\n", "it is no TOML"),
    ],
)
def test_a_toml_list_that_is_wrong_is_refused_as_a_list(tmp_path, text, said):
    (tmp_path / "list.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"Try: .*\[\[film\]\]") as refused:
        read_entries(tmp_path / "list.toml", ForAll())
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("column", "for_all"),
    [("height_cm", ForAll(person=SOMEBODY)), ("load_kg", ForAll(burden=build_burden(20, Bar.FRONT)))],
)
def test_nothing_is_told_of_one_film_and_of_all(tmp_path, column, for_all):
    (tmp_path / "list.csv").write_text(f"film,{column}\na.mp4,150\n", encoding="utf-8")
    with pytest.raises(InputError, match="so do the options"):
        read_entries(tmp_path / "list.csv", for_all)


@pytest.mark.parametrize("name", ["nothing.csv", "nothing", "film.mp4", 300 * "x"])
def test_what_is_neither_folder_nor_list_is_refused(tmp_path, name):
    touch(tmp_path / "film.mp4")
    with pytest.raises(InputError, match="Try: "):
        read_entries(tmp_path / name, ForAll())


CHANGES = {
    "height": replace(ENTRY, person=replace(SOMEBODY, height=1.76)),
    "mass": replace(ENTRY, person=replace(SOMEBODY, mass=71)),
    "sex": replace(ENTRY, person=replace(SOMEBODY, sex=Sex.FEMALE)),
    "assumed": replace(ENTRY, person=replace(SOMEBODY, assumed=("the height",))),
    "load": replace(ENTRY, burden=Burden(mass=20, bar=Bar.FRONT)),
    "bar": replace(ENTRY, burden=Burden(mass=20, bar=Bar.BACK_HIGH)),
    "test": replace(ENTRY, tests=(model.Tested(id="knee_to_wall_cm", value=9.0),)),
}


def test_all_that_determines_results_names_them():
    names = {name_results("0" * 64, entry, {"estimator": "lite"}) for entry in CHANGES.values()}
    names.add(name_results("0" * 64, ENTRY, {"estimator": "lite"}))
    names.add(name_results("0" * 64, ENTRY, {"estimator": "heavy"}))
    names.add(name_results("1" * 64, ENTRY, {"estimator": "lite"}))
    assert len(names) == len(CHANGES) + 3


def test_where_a_film_lies_and_whose_it_is_called_does_not_name_its_results():
    other = replace(ENTRY, film=Path("/elsewhere/b.mp4"), label="B")
    assert name_results("0" * 64, ENTRY, {}) == name_results("0" * 64, other, {})


def test_a_film_is_measured_once(tmp_path):
    film = tmp_path / "squat.trc"
    write_trc(film, squat())
    first = measure_entry(order_of(film, tmp_path / "films"))
    copy = film.rename(tmp_path / "copy.trc")
    again = measure_entry(order_of(copy, tmp_path / "films"))
    assert (first.anew, again.anew) == (True, False)
    assert replace(first, anew=False) == again
    assert [place.name for place in (tmp_path / "films").iterdir()] == [first.key]
    assert len(first.repetitions) == 1
    assert first.reasons == ()


def test_a_film_that_cannot_be_measured_is_refused_once_and_says_why(tmp_path):
    film = tmp_path / "notes.mp4"
    film.write_text("no film", encoding="utf-8")
    first, again = (measure_entry(order_of(film, tmp_path / "films")) for _ in range(2))
    assert (first.anew, again.anew) == (True, False)
    assert first.reasons == again.reasons
    assert "no video" in first.reasons[0].because
    assert [path.name for path in (tmp_path / "films" / str(first.key)).iterdir()] == [REFUSED]


def test_a_film_that_is_missing_is_looked_for_again(tmp_path):
    film = tmp_path / "squat.trc"
    missing = measure_entry(order_of(film, tmp_path / "films"))
    assert missing.key is None
    assert "There is no file" in missing.reasons[0].because
    write_trc(film, squat())
    assert measure_entry(order_of(film, tmp_path / "films")).reasons == ()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_is_no_text_stops_no_table(tmp_path):
    film = tmp_path / os.fsdecode(b"squat-\xff.mp4")
    film.touch()
    (entry,) = read_entries(tmp_path, ForAll())
    outcome = measure_entry(order_of(entry.film, tmp_path / "home"))
    out = tmp_path / "out"
    out.mkdir()
    with writing(out) as tables:
        tables.add(0, entry, outcome)
    (row,) = pyarrow.parquet.read_table(out / FILMS).to_pylist()
    assert row["because"] == "squat-\N{REPLACEMENT CHARACTER}.mp4 is empty (0 bytes)."


def test_a_name_that_no_disk_takes_is_told(tmp_path):
    outcome = measure_entry(order_of(tmp_path / (300 * "x" + ".mp4"), tmp_path / "films"))
    assert "cannot be read" in outcome.reasons[0].because
    assert not outcome.stops


def test_a_film_that_goes_away_while_it_is_measured_does_not_stop_the_others(tmp_path):
    made, film = tmp_path / "made", tmp_path / "gone.mp4"
    made.mkdir()
    issue = {
        "id": "film_refused",
        "severity": "REFUSED",
        "because": "it cannot be opened",
        "remedy": "copy it",
    }
    (made / ENDING).write_text(json.dumps({"estimator": {}, "issue": issue}), encoding="utf-8")
    with pytest.raises(InputError, match="There is no file"):
        _settle(made, film, "0" * 64)


@pytest.mark.parametrize("damage", ["", "{}", '{"films": []}', "[" * 100_000])
def test_results_that_are_damaged_are_made_anew(tmp_path, damage):
    film = tmp_path / "squat.trc"
    write_trc(film, squat())
    order = order_of(film, tmp_path / "films")
    place = order.home / name_results(digest_of(film), order.entry, {})
    place.mkdir()
    (place / "summary.json").write_text(damage, encoding="utf-8")
    assert _look(place) is None
    write_results(tmp_path / "whole", {"squat": squat()})
    _keep(tmp_path / "whole", place)
    assert len(_look(place).repetitions) == 1


def test_whole_results_of_somebody_faster_stay(tmp_path):
    place = tmp_path / "place"
    for where, start in ((place, 0.8), (tmp_path / "late", 0.3)):
        write_results(where, {"squat": squat(start=start)})
    before = (place / "summary.json").read_bytes()
    _keep(tmp_path / "late", place)
    assert (place / "summary.json").read_bytes() == before


def test_a_worker_that_does_not_see_the_folder_stops_everything(tmp_path):
    order = order_of(tmp_path / "a.mp4", tmp_path / "films")
    (tmp_path / "films").rmdir()
    outcome = measure_entry(order)
    assert outcome.stops
    assert "does not see" in outcome.reasons[0].because


@pytest.fixture
def summary(tmp_path):
    write_results(tmp_path / "results", {"squat": squat()})
    return json.loads((tmp_path / "results" / "summary.json").read_text(encoding="utf-8"))


def test_rows_hold_every_number_of_the_summary_in_the_units_of_the_tables(summary):
    (row,) = repetition_rows(summary)
    (told,) = summary["repetitions"]
    bottom = told["values"]["bottom"]
    assert row["bottom_knee_flexion_left_deg"] == bottom["knee_flexion"]["left"]["value"]
    assert row["bottom_knee_flexion_right_sd_deg"] == bottom["knee_flexion"]["right"]["sd"]
    assert row["bottom_heel_rise_left_m"] == pytest.approx(bottom["heel_rise"]["left"]["value"] / 100)
    assert row["bottom_depth_ratio"] == pytest.approx(bottom["depth"]["value"] / 100)
    assert row["repetition_down_s"] == told["values"]["repetition"]["down"]["value"]
    (peaks,) = summary["loads"]["peaks"]
    assert row["peak_knee_moment_left_nm"] == peaks["left"]["knee_moment_nm"]["value"]
    assert row["peak_lumbar_moment_high_nm"] == peaks["lumbar_moment_nm"]["high"]
    assert count_numbers(told["values"], ("value", "sd")) + count_numbers(
        peaks, ("value", "sd", "low", "high")
    ) == sum(name in REPETITION_COLUMNS and name not in KEYS for name in row) - len(
        ("repetition", "task", "complete", "start_s", "bottom_s", "end_s")
    )


def count_numbers(tree, names):
    if not isinstance(tree, dict):
        return 0
    return sum((name in names) + count_numbers(below, names) for name, below in tree.items())


def test_loads_without_body_mass_have_columns_of_their_own(tmp_path):
    write_results(tmp_path / "out", {"squat": squat()}, person=Person(height=1.75), burden=Burden())
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    (row,) = repetition_rows(summary)
    (peaks,) = summary["loads"]["relative_peaks"]
    assert row["peak_knee_moment_left_nm_per_kg"] == peaks["left"]["knee_moment_nm_per_kg"]["value"]
    assert "peak_knee_moment_left_nm" not in row


def test_a_number_without_a_column_is_not_lost_in_silence(summary):
    values = summary["repetitions"][0]["values"]
    values["bottom"]["guess"] = values["bottom"]["depth"]
    with pytest.raises(ValueError, match="bottom_guess"):
        repetition_rows(summary)


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("mass_kg", "70"),
        ("mass_kg", float("nan")),
        ("repetitions", 2**40),
        ("measured", 1),
        ("view", "\udcff"),
    ],
)
def test_a_cell_that_no_table_takes_is_found_by_the_worker(name, cell):
    with pytest.raises(ValueError, match=name):
        checked({name: cell}, FILM_COLUMNS)


def test_a_film_that_was_refused_has_a_row_with_its_reason(tmp_path):
    write_results(tmp_path / "out", {"nobody": None})
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert set(film_row(summary)) <= set(FILM_COLUMNS)
    assert film_row(summary)["repetitions"] == 0


def outcomes_of(summary):
    done = Outcome(key="k1", film=film_row(summary), repetitions=repetition_rows(summary))
    refused = Outcome(key="k2", film={}, reasons=(Reason(because="nobody is seen", remedy="film somebody"),))
    return [
        (replace(ENTRY, film=Path(f"/films/{name}.mp4"), label=name), outcome)
        for name, outcome in zip("abc", (done, refused, done), strict=True)
    ]


def fill(out, outcomes, order):
    out.mkdir()
    with writing(out) as tables:
        for place in order:
            tables.add(place, *outcomes[place])
    return {name: (out / name).read_bytes() for name in (FILMS, REPETITIONS, FAILURES)}


def test_tables_do_not_hang_on_who_was_faster(tmp_path, summary):
    outcomes = outcomes_of(summary)
    first = fill(tmp_path / "one", outcomes, (0, 1, 2))
    assert first == fill(tmp_path / "other", outcomes, (2, 0, 1))
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(first)


@pytest.mark.parametrize("name", [FILMS, REPETITIONS, FAILURES])
@pytest.mark.parametrize("what", ["file", "folder", "link"])
def test_what_others_put_where_the_tables_go_stays_and_is_told_at_once(tmp_path, name, what):
    place = tmp_path / name
    {
        "file": lambda: place.write_bytes(b"of others"),
        "folder": place.mkdir,
        "link": lambda: place.symlink_to("x"),
    }[what]()
    with pytest.raises(OutputError, match="is in the way"), writing(tmp_path):
        raise AssertionError
    assert os.path.lexists(place)


def test_a_table_that_was_cut_short_is_written_again(tmp_path):
    for name in (FILMS, REPETITIONS):
        (tmp_path / name).write_bytes(b"PAR1 and then the power failed")
    (tmp_path / FAILURES).touch()
    with writing(tmp_path):
        pass
    assert pyarrow.parquet.read_table(tmp_path / FILMS).num_rows == 0


def test_every_film_that_is_listed_has_a_row_and_every_repetition_one(tmp_path, summary):
    fill(tmp_path / "out", outcomes_of(summary), (0, 1, 2))
    films = pyarrow.parquet.read_table(tmp_path / "out" / FILMS).to_pylist()
    assert [(row["person"], row["measured"], row["because"]) for row in films] == [
        ("a", True, None),
        ("b", False, "nobody is seen"),
        ("c", True, None),
    ]
    (row,) = pyarrow.parquet.read_table(tmp_path / "out" / REPETITIONS).to_pylist()
    assert (row["result"], row["repetition"]) == ("k1", 1)
    with (tmp_path / "out" / FAILURES).open(encoding="utf-8", newline="") as file:
        failures = list(csv.DictReader(file))
    assert failures == [
        {"film": str(Path("/films/b.mp4")), "reason": "nobody is seen", "remedy": "film somebody"}
    ]


def test_tables_of_before_stay_when_a_run_is_stopped(tmp_path, summary):
    before = fill(tmp_path / "out", outcomes_of(summary), (0, 1, 2))
    with pytest.raises(KeyboardInterrupt):
        begin_and_stop(tmp_path / "out", outcomes_of(summary)[0])
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def begin_and_stop(out, outcome):
    with writing(out) as tables:
        tables.add(0, *outcome)
        raise KeyboardInterrupt


def test_where_there_is_no_terminal_a_thousand_films_are_no_thousand_lines(capsys):
    tally = Tally(films=1000)
    with show_progress() as report:
        report("starting", 0.0)
        for tally.measured in range(1001):
            report(_describe_state(tally), tally.done / tally.films)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) < 100
    assert (lines[0], lines[-1][:26]) == ("starting 0 %", "1000 of 1000 films measure")


def test_columns_of_a_list_are_those_that_are_documented():
    page = Path(__file__).parents[1] / "docs" / "how-to" / "many-films.md"
    assert [name for name in COLUMNS if f"`{name}`" not in page.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(("cores", "workers"), [(2, 2), (16, 3), (5, 4), (1, 1)])
def test_workers_share_all_cores_and_none_twice(cores, workers):
    shares = [share_of(range(cores), worker, workers) for worker in range(workers)]
    assert sorted(core for share in shares for core in share) == list(range(cores))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_more_workers_than_cores_have_one_core_each():
    assert [share_of((3, 7), worker, 3) for worker in range(3)] == [(3,), (7,), (3,)]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to cores")
def test_a_network_uses_no_more_cores_than_its_worker_may():
    from kneewise.pose.blazepose import BlazePose

    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        compiled = BlazePose("lite")._detector.compiled
        assert compiled.get_property("INFERENCE_NUM_THREADS") == 1
    finally:
        os.sched_setaffinity(0, allowed)

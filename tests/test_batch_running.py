"""Many films by a scheduler: whoever is killed or stopped, nothing is lost and nothing is there twice."""

import json
import os
import signal
import time
from collections import Counter
from contextlib import ExitStack, suppress

import pyarrow.parquet
import pytest
from folders import squat
from people import frame_times
from scheduled import PATIENCE, children_of, running, scheduler, wait_until, worker_of

from kneewise.batch import FILMS, REPETITIONS, Batch, Entry, Outcome, Reason, Tally, measure_many
from kneewise.batch.dataset import writing
from kneewise.casefile import build_person
from kneewise.errors import DependencyError
from kneewise.formats import write_trc
from kneewise.measuring import walls
from kneewise.model import Burden

COUNT = 2
SHORT = frame_times(3)


@pytest.fixture
def films(tmp_path):
    """A folder of films that differ, of one squat each."""
    folder = tmp_path / "films"
    folder.mkdir()
    for i in range(COUNT):
        write_trc(folder / f"{i}.trc", squat(start=0.3 + 0.1 * i, time=SHORT))
    return folder


def words_of(films, out, *words):
    told = ("--mass", "70", "--model", "lite", "--out", str(out))
    return ("-m", "kneewise", "batch", str(films), *told, *words)


def finished(out):
    """Folders of results, and of what is being made."""
    names = [path.name for path in (out / "films").iterdir()] if (out / "films").is_dir() else []
    begun = [name for name in names if name.startswith(".")]
    return sorted(set(names) - set(begun)), begun


def rows(out, name):
    return pyarrow.parquet.read_table(out / name).to_pylist()


def check_each_once(out):
    films, repetitions = rows(out, FILMS), rows(out, REPETITIONS)
    assert [row["because"] for row in films] == [None] * COUNT
    assert len({row["result"] for row in films}) == COUNT
    assert finished(out)[0] == sorted(row["result"] for row in films)
    assert set(Counter((row["result"], row["repetition"]) for row in repetitions).values()) == {1}
    assert Counter(row["result"] for row in repetitions) == {
        row["result"]: row["repetitions"] for row in films
    }


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_nothing_and_another_run_changes_nothing(films, tmp_path):
    out = tmp_path / "out"
    with ExitStack() as processes:
        _, address = processes.enter_context(scheduler(tmp_path))
        workers = [processes.enter_context(worker_of(address, tmp_path / name)) for name in "ab"]
        batch = processes.enter_context(running(*words_of(films, out, "--scheduler", address, "--json")))
        wait_until(lambda: all(map(children_of, workers)), "both workers have a film in the middle")
        begun = len(finished(out)[0])
        (child,) = children_of(workers[0])
        assert walls.__file__ in child.cmdline()
        os.kill(workers[0].pid, signal.SIGKILL)
        wait_until(lambda: not child.is_running() or child.status() == "zombie", "its child has ended, too")
        said, complained = batch.communicate(timeout=PATIENCE)
        assert batch.returncode == 0, complained
    assert begun < COUNT
    told = json.loads(said)
    assert (told["films"], told["measured"] + told["measured_before"], told["failures"]) == (COUNT, COUNT, [])
    check_each_once(out)
    before = [(out / name).read_bytes() for name in (FILMS, REPETITIONS)]
    again = tally_of(films, out)
    assert (again.before, again.measured) == (COUNT, 0)
    assert [(out / name).read_bytes() for name in (FILMS, REPETITIONS)] == before
    assert f"{COUNT} of {COUNT} films measured" in complained


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_goes_on_where_it_was(films, tmp_path, how):
    out = tmp_path / "out"
    with running(*words_of(films, out, "--workers", "1")) as batch:
        wait_until(lambda: len(finished(out)[0]) == 1 and finished(out)[1], "a second film is begun")
        os.killpg(batch.pid, how) if how is signal.SIGINT else batch.kill()
        said, complained = batch.communicate(timeout=PATIENCE)
    if how is signal.SIGINT:
        assert (batch.returncode, said) == (130, ""), complained
        assert "the same command goes on from here" in complained
        assert "Traceback" not in complained
    done = finished(out)[0]
    assert 1 <= len(done) < COUNT
    assert not (out / FILMS).exists()

    tally = tally_of(films, out)
    assert (tally.before, tally.measured) == (len(done), COUNT - len(done))
    check_each_once(out)


def tally_of(films, out):
    entries = tuple(entry_of(film) for film in sorted(films.iterdir()))
    tally = Tally(films=len(entries))
    measure_many(Batch(entries=entries, out=out, model="lite", workers=1), tally)
    return tally


def entry_of(film):
    return Entry(film=film, label=None, person=build_person({"mass_kg": 70}), burden=Burden())


def test_what_killed_runs_left_is_removed_and_what_is_worked_on_is_not(films, tmp_path):
    home = tmp_path / "out" / "films"
    tables = home.parent / ".kneewise-tables"
    ages = {home / ".kneewise-left": 3600, home / ".kneewise-at-work": 5, tables: 3600}
    for place, age in ages.items():
        place.mkdir(parents=True)
        os.utime(place, (time.time() - age,) * 2)
    with suppress(DependencyError):
        batch = Batch(entries=(entry_of(films / "0.trc"),), out=home.parent, model="lite", workers=1)
        measure_many(batch, Tally(films=1), work=fill_the_disk)
    assert [place.name for place in ages if place.exists()] == [".kneewise-at-work", ".kneewise-tables"]


def fill_the_disk(_order):
    return Outcome(film={}, reasons=(Reason(because="The disk is full.", remedy="free it."),), stops=True)


def test_what_is_wrong_with_every_film_stops_the_run_and_leaves_the_tables(films, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with writing(out):
        pass
    before = (out / FILMS).read_bytes()
    batch = Batch(entries=(entry_of(films / "0.trc"),), out=out, model="lite", workers=1)
    with pytest.raises(DependencyError, match="The disk is full"):
        measure_many(batch, Tally(films=1), work=fill_the_disk)
    assert (out / FILMS).read_bytes() == before


def test_who_stops_it_while_it_begins_reads_nothing_of_dask(films, tmp_path):
    out = tmp_path / "out"
    with running(*words_of(films, out)) as batch:
        wait_until(lambda: (out / "films").is_dir(), "it begins")
        time.sleep(0.5)  # somewhere in the seconds that workers take to start
        batch.send_signal(signal.SIGINT)
        said, complained = batch.communicate(timeout=PATIENCE)
    assert (batch.returncode, said) == (130, ""), complained
    assert "the same command goes on from here" in complained
    assert "Traceback" not in complained


def test_who_stops_it_twice_does_not_wait(films, tmp_path):
    out = tmp_path / "out"
    with running(*words_of(films, out, "--workers", "1")) as batch:
        wait_until(lambda: list(out.glob("films/.kneewise-*/said.txt")), "a film is begun")
        for _ in range(2):
            os.killpg(batch.pid, signal.SIGINT)
            time.sleep(0.1)
        said, complained = batch.communicate(timeout=PATIENCE)
    assert (batch.returncode, said) == (130, ""), complained
    assert "goes on from here" in complained
    assert "Traceback" not in complained

"""Many films by a scheduler: whoever is killed or stopped, nothing is lost and nothing is there twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pyarrow.parquet
import pytest
from folders import squat

from kneewise.batch import FILMS, REPETITIONS, Batch, Entry, Order, Outcome, Tally, measure_many
from kneewise.casefile import build_person
from kneewise.conventions import Sex
from kneewise.errors import InputError
from kneewise.formats import write_trc
from kneewise.model import Burden, Person
from kneewise.samples import sample_film

SOMEBODY = Person(height=1.75, mass=70, sex=Sex.MALE)
PATIENCE = 240.0


def wait_until(holds, what):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.02)


@contextmanager
def running(*words):
    """A program in a session of its own, ended at the end of the block with all that it started."""
    process = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def scheduler_at(folder):
    file = folder / "scheduler.json"
    words = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    return file, running(*words, "--scheduler-file", str(file))


def worker_of(file, folder):
    words = ("-m", "distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1")
    return running(*words, "--no-nanny", "--no-dashboard", "--local-directory", str(folder))


def write_films(folder, count):
    """Films that differ, of one squat each."""
    folder.mkdir()
    for i in range(count):
        write_trc(folder / f"{i}.trc", squat(start=0.5 + 0.1 * i))
    return folder


def finished(out):
    """Folders of results, and of what is being made."""
    names = [path.name for path in (out / "films").iterdir()] if (out / "films").is_dir() else []
    begun = [name for name in names if name.startswith(".")]
    return sorted(set(names) - set(begun)), begun


def rows(out, name):
    return pyarrow.parquet.read_table(out / name).to_pylist()


def check_each_once(out, count):
    films, repetitions = rows(out, FILMS), rows(out, REPETITIONS)
    assert [row["because"] for row in films] == [None] * count
    assert len({row["result"] for row in films}) == count
    assert finished(out)[0] == sorted(row["result"] for row in films)
    assert set(Counter((row["result"], row["repetition"]) for row in repetitions).values()) == {1}
    assert Counter(row["result"] for row in repetitions) == {
        row["result"]: row["repetitions"] for row in films
    }


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(tmp_path):
    folder, out = write_films(tmp_path / "films", 4), tmp_path / "out"
    with sample_film("squat_side") as film:
        (folder / "film.mp4").write_bytes(film.read_bytes())
    file, scheduler = scheduler_at(tmp_path)
    with ExitStack() as processes:
        processes.enter_context(scheduler)
        wait_until(file.exists, "the scheduler is there")
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        first = processes.enter_context(worker_of(file, tmp_path / "one"))
        words = ("batch", str(folder), "--mass", "70", "--model", "lite", "--scheduler", address)
        batch = processes.enter_context(running("-m", "kneewise", *words, "--out", str(out), "--json"))
        wait_until(lambda: len(finished(out)[0]) >= 1 and finished(out)[1], "a second film is begun")
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        done, begun = finished(out)
        assert len(done) < 5
        assert begun, "nothing was in the middle"
        processes.enter_context(worker_of(file, tmp_path / "other"))
        said, complained = batch.communicate(timeout=PATIENCE)
        assert batch.returncode == 0, complained
    told = json.loads(said)
    assert (told["films"], told["measured"] + told["measured_before"], told["failures"]) == (5, 5, [])
    check_each_once(out, 5)
    assert set(done) <= set(finished(out)[0])


def test_a_run_that_is_stopped_goes_on_where_it_was_and_a_third_one_changes_nothing(tmp_path):
    folder, out = write_films(tmp_path / "films", 4), tmp_path / "out"
    words = ("-m", "kneewise", "batch", str(folder), "--mass", "70", "--model", "lite", "--out", str(out))
    with running(*words) as batch:
        wait_until(lambda: finished(out)[0], "a film is measured")
        os.killpg(batch.pid, signal.SIGINT)
        said, complained = batch.communicate(timeout=PATIENCE)
    assert (batch.returncode, said) == (130, ""), complained
    assert "the same command goes on from here" in complained
    assert "Traceback" not in complained
    done, begun = finished(out)
    assert begun == [] or len(done) < 4
    assert not (out / FILMS).exists()

    told = [tally_of(folder, out) for _ in range(2)]
    assert told[0].before >= len(done) >= 1
    assert (told[1].measured, told[1].before) == (0, 4)
    check_each_once(out, 4)


def tally_of(folder, out):
    entries = entries_of(sorted(folder.iterdir()))
    tally = Tally(films=len(entries))
    measure_many(Batch(entries=entries, out=out, model="lite", workers=2), tally)
    return tally


def entries_of(films):
    person = build_person({"mass_kg": 70})
    return tuple(Entry(film=film, label=None, person=person, burden=Burden()) for film in films)


def end_the_worker_at_film_1(order: Order) -> Outcome:
    if order.entry.film.stem == "1":
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(film={})


def test_a_film_that_ends_its_workers_is_given_up_and_the_others_are_not(tmp_path):
    entries = tuple(
        Entry(film=tmp_path / f"{i}.mp4", label=None, person=SOMEBODY, burden=Burden()) for i in range(3)
    )
    tally = Tally(films=3)
    batch = Batch(entries=entries, out=tmp_path / "out", model="lite", workers=1)
    measure_many(batch, tally, work=end_the_worker_at_film_1)
    assert [Path(film).stem for film, _ in tally.failures] == ["1"]
    assert "took the worker with it" in tally.failures[0][1].because
    assert tally.done == 3


def test_a_scheduler_that_is_not_there_is_told(tmp_path):
    batch = Batch(
        entries=entries_of([tmp_path / "a.mp4"]),
        out=tmp_path / "out",
        model="lite",
        scheduler="tcp://127.0.0.1:1",
    )
    with pytest.raises(InputError, match="No scheduler answers"):
        measure_many(batch, Tally(films=1))
    assert not (tmp_path / "out" / FILMS).exists()

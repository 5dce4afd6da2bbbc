"""kill -9 at any moment: nothing is lost that was acknowledged, and nothing is half there."""

import hashlib
import io
import os
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from kept import FILM, KEY, NOW, fill, refilmed, trial_of

import kneewise.store
from kneewise.store import DiaryDay, FilmState, Label, Measured, open_store

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed in the middle of it")
ROOM = str(Path(kneewise.store.__file__).parent)
STEPS = 10
"""So many moments of each work."""


def forked(work):
    """Start a work in a process of its own."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    finally:
        traceback.print_exc()
        os._exit(1)


def ended(child):
    """How a process ended: its exit status, or less the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def lines_of(work, last=None):
    """Run a work; its number of lines in the room of the store. With `last` given, die at that line."""
    count = 0

    def step(frame, event, _argument):
        nonlocal count
        if not frame.f_code.co_filename.startswith(ROOM):
            return None
        if event == "line":
            count += 1
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)
        return step

    sys.settrace(step)
    try:
        work()
    finally:
        sys.settrace(None)
    return count


def only_case(store):
    return store.cases()[0].id


def film_in(store, state):
    return next(film.id for film in store.films(only_case(store)) if film.state is state)


def add_film(store):
    store.add_film(only_case(store), io.BytesIO(b"new film" * 50_000), "new.mp4", Label(), NOW)


def add_same_film(store):
    store.add_film(only_case(store), io.BytesIO(FILM), "same.mp4", Label(), NOW)


def take_film(store):
    store.take_film("new worker", NOW)


def finish(store):
    store.finish(film_in(store, FilmState.MEASURING), "slow worker", Measured(key=KEY))


def keep_other_trial(store):
    store.keep_trial("cd" * 32, trial_of("f" * 64))


def replace_trial(store):
    store.keep_trial(KEY, trial_of(hashlib.sha256(FILM).hexdigest(), frames=7))


def let_go_of_film(store):
    store.keep_film(film_in(store, FilmState.MEASURED), keep=False)


def save_case(store):
    case = store.cases()[0]
    store.save_case(case.id, {"answers": {"weeks": 9}}, case.revision, NOW)


def write_diary(store):
    store.add_entry(
        only_case(store), DiaryDay(day=NOW.date(), worst_pain=1, adherence={"a": True, "b": False})
    )


def keep_scores(store):
    store.keep_scores(only_case(store), [refilmed(1.0), refilmed(2.0), refilmed(3.0)])


def erase_film(store):
    store.erase_film(film_in(store, FilmState.MEASURED))


def erase_case(store):
    store.erase_case(only_case(store))


def import_case(store):
    store.import_case(store.home.parent / "other.zip", check=lambda _content: None)


WORKS = [
    add_film, add_same_film, take_film, finish, keep_other_trial, replace_trial, let_go_of_film, save_case,
    write_diary, keep_scores, erase_film, erase_case, import_case,
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A folder with a case that has everything, and two films on their way; and a parcel beside it."""
    folder = tmp_path_factory.mktemp("filled")
    with open_store(folder / "elsewhere") as other:
        case = fill(other, name="Other", film=b"other's film" * 9000, key="ef" * 32)
        other.export_case(case, folder / "other.zip")
    with open_store(folder / "home") as store:
        case = fill(store)
        later = NOW + timedelta(seconds=1)
        store.add_film(case, io.BytesIO(b"measuring" * 9000), "m.mp4", Label(), NOW)
        store.take_film("slow worker", NOW)
        store.add_film(case, io.BytesIO(b"waiting" * 9000), "w.mp4", Label(), later)
    return folder


@pytest.fixture
def folder(filled, tmp_path):
    return shutil.copytree(filled, tmp_path / "copy")


def seen(home):
    """What is kept, comparable; without the ids that are new each time."""
    with open_store(home) as store:
        check_sound(store)
        return [
            (
                case.name,
                case.content,
                case.revision,
                sorted(
                    (f.name, f.state, f.present, f.kept, f.worker, f.attempts) for f in store.films(case.id)
                ),
                [(m.summary, m.keys) for m in store.meanings(case.id)],
                store.entries(case.id),
                [s.summary for s in store.sessions(case.id)],
                repr(store.scores(case.id)),
            )
            for case in store.cases()
        ], sorted((key, repr(store.trial(key))) for key in store_keys(store))


def store_keys(store):
    return [place.stem for place in (store.home / "measurements").iterdir()]


def check_sound(store):
    """Every row has its file, whole; every file has its row; nothing else lies about."""
    wanted = set()
    for case in store.cases():
        for film in store.films(case.id):
            if film.present:
                path = store.path_of(film)
                assert hashlib.sha256(path.read_bytes()).hexdigest() == film.digest
                wanted.add(path.name)
            if film.ending and isinstance(film.ending, Measured):
                assert store.trial(film.ending.key) is not None
            wanted.add(film.id)
    assert {place.name for place in (store.home / "films").iterdir()} <= wanted
    with sqlite3.connect(store.home / "kneewise.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        kept = {key for (key,) in database.execute("SELECT key FROM measurements")}
    database.close()
    assert {*store_keys(store)} == kept
    assert all(store.trial(key) is not None for key in kept)


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_a_work_that_is_killed_was_done_whole_or_not_at_all(folder, tmp_path, work):
    def count():
        with open_store(folder / "counted") as store:
            (tmp_path / "lines").write_text(str(lines_of(lambda: work(store))))

    before = seen(folder / "home")
    shutil.copytree(folder / "home", folder / "counted")
    assert ended(forked(count)) == 0
    lines, after = int((tmp_path / "lines").read_text()), seen(folder / "counted")
    assert before != after
    found = []
    for last in np.unique(np.linspace(1, lines, STEPS).astype(int)):
        shutil.rmtree(folder / "killed", ignore_errors=True)
        shutil.copytree(folder / "home", folder / "killed")

        def die(last=int(last)):
            with open_store(folder / "killed") as store:
                lines_of(lambda: work(store), last)

        assert ended(forked(die)) == -signal.SIGKILL
        found.append(seen(folder / "killed"))
        assert found[-1] in (before, after), f"killed at line {last} of {lines}"
    assert found[0] == before


def test_everything_acknowledged_before_a_kill_at_a_random_time_is_there(tmp_path, rng):
    """The killed one says what is done as soon as it is; a case is done when all of it is."""
    for attempt in range(10):
        home, said = tmp_path / str(attempt), tmp_path / f"{attempt}.said"
        said.touch()

        def write(home=home, said=said):
            with open_store(home) as store, said.open("a", buffering=1) as file:
                for i in range(10_000):
                    case = store.add_case(f"case {i}", NOW, {"answers": {"note": "x" * 5000}})
                    film = store.add_film(
                        case.id, io.BytesIO(f"film {i}".encode() * 999), "a.mp4", Label(), NOW
                    )
                    store.take_film("w", NOW)
                    key = hashlib.sha256(film.id.encode()).hexdigest()
                    store.keep_trial(key, trial_of(film.digest))
                    store.finish(film.id, "w", Measured(key=key))
                    file.write(f"{case.id} {key}\n")

        child = forked(write)
        while not said.stat().st_size:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.5))
        os.kill(child, signal.SIGKILL)
        assert ended(child) == -signal.SIGKILL
        with open_store(home) as store:
            check_sound(store)
            done = [line.split() for line in said.read_text().splitlines()]
            assert done
            for case, key in done:
                assert len(store.case(case).content["answers"]["note"]) == 5000
                assert [film.state for film in store.films(case)] == [FilmState.MEASURED]
                assert store.trial(key) is not None


def test_two_processes_that_write_at_once_lose_nothing(tmp_path):
    with open_store(tmp_path / "home") as store:
        case = store.add_case("Ada", NOW).id
        store.keep_trial(KEY, trial_of("f" * 64))

    def write(name):
        with open_store(tmp_path / "home") as store:
            for i in range(15):
                film = store.add_film(case, io.BytesIO(f"{name} {i}".encode()), f"{name}{i}", Label(), NOW)
                store.tick(case, NOW.date(), f"{name} {i}", True)
                store.cancel(film.id)

    assert [ended(child) for child in [forked(lambda name=name: write(name)) for name in "abc"]] == [0, 0, 0]
    with open_store(tmp_path / "home") as store:
        assert len(store.films(case)) == len(store.entries(case)[0].adherence) == 45
        check_sound(store)


def test_each_film_is_measured_by_one_of_several_processes(tmp_path):
    with open_store(tmp_path / "home") as store:
        case = store.add_case("Ada", NOW).id
        store.keep_trial(KEY, trial_of("f" * 64))
        for i in range(20):
            store.add_film(case, io.BytesIO(str(i).encode()), f"{i}", Label(), NOW)

    def measure(name):
        with open_store(tmp_path / "home") as store, (tmp_path / name).open("w") as file:
            while film := store.take_film(name, NOW):
                file.write(f"{film.id}\n")
                assert store.finish(film.id, name, Measured(key=KEY))

    children = [forked(lambda name=name: measure(name)) for name in "abc"]
    assert [ended(child) for child in children] == [0, 0, 0]
    taken = [film for name in "abc" for film in (tmp_path / name).read_text().split()]
    assert len(taken) == len(set(taken)) == 20

"""Films of the memory measured by the workers of a scheduler, whoever is killed."""

import io
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from shutil import rmtree

import pytest
from folders import squat
from people import frame_times
from scheduled import children_of, scheduler, wait_until, worker_of

from kneewise.casefile import build_person
from kneewise.formats import write_trc
from kneewise.measuring import Ended, Limits, Order, Places, Task, Workshop, results_of
from kneewise.measuring.elsewhere import run_there
from kneewise.samples import sample_person
from kneewise.store import FilmState, Label, Measured, open_store
from kneewise.store.packing import pack


def now():
    return datetime.now(UTC)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "home") as store:
        yield store


@pytest.fixture
def film(store, tmp_path):
    case = store.add_case("Ada", now(), {"version": 1, "person": sample_person()}).id
    write_trc(tmp_path / "squat.trc", squat(start=0.3, time=frame_times(3)))
    content = io.BytesIO((tmp_path / "squat.trc").read_bytes())
    return store.add_film(case, content, "squat.trc", Label(condition="heels_raised"), now()).id


@pytest.fixture
def processes():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def address(processes, tmp_path):
    return processes.enter_context(scheduler(tmp_path))[1]


@pytest.mark.slow
def test_a_film_whose_worker_was_killed_in_the_middle_is_measured_once_by_another(
    processes, address, store, film, tmp_path
):
    workers = [processes.enter_context(worker_of(address, tmp_path / name)) for name in "ab"]
    with Workshop(store.home, scheduler=address):
        wait_until(lambda: store.film(film).share > 0, "the film is in the middle")
        busy = next(worker for worker in workers if children_of(worker))
        busy.kill()
        wait_until(lambda: store.film(film).ending is not None, "the film is measured")
    measured = store.film(film)
    assert isinstance(measured.ending, Measured), measured.ending
    assert measured.attempts == 1
    assert store.trial(measured.ending.key).condition == "heels_raised"
    assert {"summary.json", "report.html"} <= {path.name for path in results_of(store, measured).iterdir()}
    assert [path.name for path in store.folder_of(measured).iterdir()] == ["results"]


def test_who_cancels_ends_the_child_of_the_worker_and_not_the_worker(
    processes, address, store, film, tmp_path
):
    worker = processes.enter_context(worker_of(address, tmp_path / "a"))
    with Workshop(store.home, scheduler=address):
        wait_until(lambda: children_of(worker), "the worker has begun")
        store.cancel(film)
        wait_until(lambda: not children_of(worker), "its child has ended")
        assert worker.poll() is None
    assert store.film(film).state is FilmState.CANCELLED


def test_a_workshop_waits_for_its_scheduler_and_takes_no_film_before(store, film):
    with Workshop(store.home, scheduler="tcp://127.0.0.1:1") as workshop:
        first = wait_until(lambda: workshop.worker, "a worker has begun")
        wait_until(lambda: workshop.worker not in (None, first), "it has given up, and another one begun")
    assert store.film(film).state is FilmState.WAITING
    assert store.film(film).attempts == 0


@pytest.fixture
def task(tmp_path):
    for name in ("film", "made"):
        (tmp_path / "work" / name).mkdir(parents=True)
    film, made = tmp_path / "work" / "film" / "squat.trc", tmp_path / "work" / "made"
    write_trc(film, squat())
    person = pack(build_person(sample_person()), {})
    return Task(
        order=Order(film=str(film), out=str(made), person=person, load=0.0, bar="none", model="lite"),
        places=Places(reads=film.parent, writes=made, says=tmp_path / "work" / "said.txt"),
        limits=Limits(),
    )


def test_attempts_at_one_film_do_not_meet_and_end_when_its_folder_is_gone(task):
    done = []
    attempts = [threading.Thread(target=lambda: done.append(run_there(task))) for _ in range(2)]
    for attempt in attempts:
        attempt.start()
    wait_until(lambda: len(list(task.places.writes.glob("attempt-*/made"))) == 2, "both have begun")
    rmtree(task.places.writes.parent)
    for attempt in attempts:
        attempt.join(60)
    assert [one.ended for one in done] == [Ended.UNWANTED] * 2


def test_a_worker_that_does_not_see_the_folder_says_so(task):
    rmtree(task.places.writes)
    assert run_there(task).ended is Ended.UNSEEN

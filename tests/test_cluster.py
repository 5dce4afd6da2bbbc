"""Tasks by a scheduler: whoever is killed, stopped or of another version, every wait ends and says why."""

import os
import signal
import socket
import threading
import time
from contextlib import ExitStack, suppress
from urllib.error import HTTPError
from urllib.request import urlopen

import dask
import psutil
import pytest
from dask.utils import parse_timedelta
from distributed import Client
from scheduled import (
    double,
    end_the_worker,
    finish_and_take_the_result_along,
    refuse,
    scheduler,
    sleep,
    worker_of,
)

from kneewise.cluster import Lost, Waiting, connected, do_task, work_through
from kneewise.errors import DependencyError, InputError
from kneewise.pipeline import analysing_version

MINUTE = 60.0


@pytest.fixture
def processes():
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def elsewhere(processes, tmp_path):
    """A scheduler with one worker, both programs of their own, and a client."""
    process, address = processes.enter_context(scheduler(tmp_path))
    worker = processes.enter_context(worker_of(address, tmp_path / "one"))
    client = processes.enter_context(connected(address, 0))
    return process, worker, client


@pytest.fixture(scope="module")
def here():
    """Two processes of this machine."""
    with connected(None, 2) as client:
        yield client


def results(client, tasks, work, **options):
    return dict(work_through(client, tasks, work, Waiting(**{"longest": MINUTE, **options})))


def test_tasks_find_their_way_back_to_their_places(here):
    assert results(here, range(20), double) == {place: 2 * place for place in range(20)}
    assert results(here, [], double) == {}


@pytest.mark.usefixtures("here")
def test_processes_of_this_machine_listen_to_it_alone():
    me = psutil.Process()
    listening = {
        at.laddr.ip
        for process in (me, *me.children(recursive=True))
        for at in process.net_connections(kind="inet")
        if at.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


@pytest.mark.parametrize("page", ["status", "health", "info/main/workers.html", "json/counts.json"])
def test_processes_of_this_machine_show_nothing_by_http(here, page):
    port = here.scheduler_info()["services"]["dashboard"]
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"http://127.0.0.1:{port}/{page}", timeout=10)


def test_processes_of_this_machine_obey_nobody_without_their_certificate(here):
    address = here.scheduler.address
    assert address.startswith("tls://127.0.0.1:")
    with pytest.raises((OSError, TypeError)):
        Client(address, timeout=0.5, set_as_default=False)
    with pytest.raises(InputError), connected(address.replace("tls://", "tcp://"), 0, patience=0.5):
        pass


def test_a_task_that_ends_its_workers_is_given_up_and_the_others_are_not(here):
    done = results(here, ["a", "deadly", "b"], end_the_worker)
    assert (done[0], done[2]) == ("a", "b")
    assert isinstance(done[1], Lost)
    assert "took the worker with it" in done[1].because


def test_a_result_that_was_lost_with_its_worker_is_made_anew(here, tmp_path):
    folder = tmp_path / "attempts"
    folder.mkdir()
    done = results(here, [folder], finish_and_take_the_result_along)
    assert len(done[0]) == 50_000_000
    assert len(list(folder.iterdir())) == 2


@pytest.mark.usefixtures("here")
def test_a_worker_that_comes_back_late_is_waited_for():
    # On a busy machine a worker takes longer than the 15 s after which Dask would have none in its place.
    assert parse_timedelta(dask.config.get("distributed.deploy.lost-worker-timeout")) > 24 * 3600


def test_an_error_that_nobody_foresaw_is_told(here):
    done = results(here, [1], refuse)
    assert "RuntimeError: nobody foresaw this" in done[0].because


def test_workers_that_lack_the_code_are_told(here, tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def work(task):\n    return task\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    from only_here import work

    with pytest.raises(DependencyError, match=r"cannot measure: .*only_here"):
        results(here, [1], work)


def test_somebody_who_waits_does_not_wait_for_a_batch_of_others(elsewhere):
    """A film of the pages is next, however many films of a batch wait at the same scheduler."""
    _, _, client = elsewhere
    done, begun = [], threading.Event()

    def batch():
        for place, _ in work_through(client, [0.2] * 40, sleep, Waiting(longest=MINUTE)):
            done.append(place)
            begun.set()

    thread = threading.Thread(target=batch)
    thread.start()
    assert begun.wait(MINUTE)
    assert results(client, [0.0], sleep, priority=1) == {0: 0.0}
    before = len(done)
    thread.join()
    assert before < 10
    assert sorted(done) == list(range(40))


def begin(client, **options):
    """Have the worker busy for longer than any test, and wait for it."""
    return results(client, [600.0] * 3, sleep, **options)


def after(seconds, does):
    """Whether to go on, as `work_through` asks; after a while something happens."""
    begun, happened = time.monotonic(), []

    def wanted():
        if not happened and time.monotonic() - begun > seconds:
            happened.append(True)
            does()
        return True

    return wanted


def test_the_wait_ends_when_all_workers_are_gone(elsewhere):
    _, worker, client = elsewhere
    with pytest.raises(DependencyError, match="All workers are gone"):
        begin(client, patience=3.0, wanted=after(1.0, worker.kill))


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_the_wait_ends_when_the_scheduler_is_gone_or_does_not_answer(elsewhere, end):
    process, _, client = elsewhere
    with pytest.raises(DependencyError, match="The scheduler is gone"):
        begin(client, patience=3.0, wanted=after(1.0, lambda: os.kill(process.pid, end)))


def test_the_wait_ends_when_a_worker_hangs(elsewhere):
    _, _, client = elsewhere
    with pytest.raises(DependencyError, match="finished nothing"):
        begin(client, longest=1.0)


def test_the_wait_ends_when_nobody_wants_the_result_any_more(elsewhere):
    _, _, client = elsewhere
    begun = time.monotonic()
    assert results(client, [600.0], sleep, wanted=lambda: time.monotonic() < begun + 0.5) == {}
    assert time.monotonic() - begun < MINUTE


def test_another_worker_takes_over_what_a_killed_one_had(elsewhere, processes, tmp_path):
    _, worker, client = elsewhere
    other = []

    def replace_worker():
        other.append(processes.enter_context(worker_of(client.scheduler.address, tmp_path / "other")))
        worker.kill()

    done = results(client, [0.5] * 8, sleep, wanted=after(1.0, replace_worker))
    assert done == dict.fromkeys(range(8), 0.5)
    assert other


OTHER_VERSION = "import kneewise.cluster.scheduling as one\none.analysing_version = lambda: 'other'\n"


def test_a_worker_of_another_version_does_nothing_and_is_told(processes, tmp_path):
    _, address = processes.enter_context(scheduler(tmp_path))
    (tmp_path / "other.py").write_text(OTHER_VERSION, encoding="utf-8")
    processes.enter_context(worker_of(address, tmp_path / "one", "--preload", str(tmp_path / "other.py")))
    with connected(address, 0) as client, pytest.raises(DependencyError, match="another kneewise"):
        results(client, [1], double)


def test_what_another_version_asks_is_not_even_read():
    answer = do_task(b"no pickle", "older")
    assert (answer.version, answer.packed) == (analysing_version(), b"")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "other://here"])
def test_a_scheduler_that_is_not_there_is_told(address):
    with pytest.raises(InputError, match="No scheduler answers"), connected(address, 0, patience=0.5):
        pass


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(4096)])
def test_who_listens_and_is_no_scheduler_is_told_and_holds_nobody_up(processes, says):
    listener = processes.enter_context(socket.create_server(("127.0.0.1", 0)))
    talking = threading.Thread(target=answer_all, args=(listener, says), daemon=True)
    talking.start()
    address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(InputError, match="No scheduler answers"), connected(address, 0, patience=2.0):
        pass


def answer_all(listener, says):
    """Say the same to everybody, and hang up on nobody."""
    heard = []
    with suppress(OSError):
        while True:
            heard.append(listener.accept()[0])
            heard[-1].sendall(says)


def test_a_scheduler_that_asks_for_certificates_nobody_has_is_told():
    with pytest.raises(InputError, match="asks for a certificate"), connected("tls://127.0.0.1:1", 0):
        pass


def test_certificates_that_cannot_be_read_are_told(tmp_path):
    names = ("ca-file", "client.cert", "client.key")
    told = {f"distributed.comm.tls.{name}": str(tmp_path / "nothing.pem") for name in names}
    with (
        dask.config.set(told),
        pytest.raises(InputError, match="certificates cannot be read"),
        connected("tls://127.0.0.1:1", 0),
    ):
        pass


def test_a_scheduler_without_workers_is_told(processes, tmp_path):
    _, address = processes.enter_context(scheduler(tmp_path))
    with pytest.raises(InputError, match="has no worker"), connected(address, 0, patience=0.5):
        pass

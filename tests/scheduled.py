"""Schedulers and workers as programs of their own, and what they are asked to do."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

TESTS = Path(__file__).parent
PATIENCE = 240.0


def wait_until(holds, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while not (found := holds()):
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.05)
    return found


@contextmanager
def running(*words):
    """A program in a session of its own, ended at the end of the block with all that it started."""
    path = os.pathsep.join([*sys.path[1:], str(TESTS)])
    process = subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@contextmanager
def scheduler(folder):
    """A scheduler and its address."""
    file = folder / "scheduler.json"
    words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    program = ("-m", "distributed.cli.dask_scheduler")
    with running(*program, *words, "--scheduler-file", str(file)) as process:
        wait_until(lambda: file.exists() and file.read_text(encoding="utf-8"), "the scheduler is there")
        yield process, json.loads(file.read_text(encoding="utf-8"))["address"]


def worker_of(address, folder, *words):
    """A worker; one that is killed stays away."""
    program = ("-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")
    return running(*program, "--no-dashboard", "--local-directory", str(folder), *words)


def children_of(process):
    """Programs that a worker has started: who reads films."""
    with suppress(psutil.NoSuchProcess):
        return [child for child in psutil.Process(process.pid).children() if child.is_running()]
    return []


def double(number):
    return 2 * number


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def end_the_worker(task):
    if task == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def finish_and_take_the_result_along(folder):
    """A result that takes a while to travel; the first worker that has it ends before it has arrived."""
    count = len(list(folder.iterdir()))
    (folder / str(count)).touch()
    if count == 0:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return bytes(50_000_000)


def refuse(_task):
    raise RuntimeError("nobody foresaw this")

"""Tasks → what came of them, by processes of this machine or a scheduler; only this file knows Dask.

A task whose worker is lost is given to another one; one that ends several workers is given up, and said so.
A result lies with its worker until it has arrived here, and is lost with that worker although its task was
finished; Dask has it made anew. Therefore nobody here asks for a result: what has arrived is taken, and every
wait ends, at the latest when nobody is left who could end it.
"""

import asyncio
import atexit
import itertools
import logging
import pickle
import platform
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import dask
from dask.system import CPU_COUNT
from distributed import CancelledError, Client, KilledWorker, LocalCluster, Security, as_completed, rpc
from distributed.deploy.spec import close_clusters

from ..errors import DependencyError, InputError
from ..pipeline import analysing_version
from .local_worker import WORKERS

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_AHEAD = 5000
"""Tasks that the scheduler knows at a time: more than any cluster works on, few enough for its memory."""
_ALONE = {
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.allowed-failures": 1,
    "distributed.deploy.lost-worker-timeout": "30 days",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""Of processes of this machine: a worker has the task it works on and no other that would be blamed, too; a
task may end one, not two. Nothing is shown by HTTP. A worker that was killed is started anew however long
that takes: Dask looks once, 15 s later, and closes for good whichever is not back just then."""
_ANSWER, _PATIENCE = 10.0, 60.0
"""For a scheduler to be reached; for it to have a worker, and to answer while it works. [s]"""
_NO_ANSWER = (OSError, ValueError, TypeError, LookupError, AttributeError, MemoryError, struct.error)
"""What Dask raises where nobody listens, or somebody who does not speak its language."""
_NAP, _GLANCE = 0.1, 2.0
"""Between looks for what is done, and between looks for whether anybody is there. [s]"""
_TRIES = 3
"""Nothing is finished for as long as so many tasks may take one after the other: something hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A task that nobody brings to an end: why, and what to do."""

    because: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """For how long results are waited for.

    Attributes
    ----------
    longest : what a task takes at the most. [s]
    patience : for the scheduler to answer, and for it to have a worker again. [s]
    wanted : asked now and then whether to go on.
    priority : what has more of it is begun first, whoever else has tasks at the same scheduler.
    """

    longest: float
    patience: float = _PATIENCE
    wanted: Callable[[], bool] = lambda: True
    priority: int = 0


class _Answer(NamedTuple):
    """What a worker sends: who it is, and what came of the task if it has the version that was asked for."""

    version: str
    node: str
    packed: bytes


@contextmanager
def connected(scheduler: str | None, workers: int, *, patience: float = _PATIENCE) -> Iterator[Client]:
    """A scheduler with workers, for as long as the block lasts.

    Parameters
    ----------
    scheduler
        Address of one that runs; None starts one with processes of this machine. Those listen on this
        machine alone, and obey nobody but their parent: they ask for its certificate.
    workers
        How many processes; a scheduler that runs has its own.
    patience
        For a scheduler that runs to be reached, and to have a worker. [s]

    Raises
    ------
    InputError
        When no scheduler answers at the address, or it has no worker.
    """
    if scheduler is None:
        try:
            with dask.config.set(_ALONE), _local(workers) as cluster, _closing(Client(cluster)) as client:
                yield client
        except KeyboardInterrupt:
            # Dask would wind up once more at the very end, and complain of what was stopped while it began.
            # Its processes end with this one.
            atexit.unregister(close_clusters)
            raise
        return
    answer = min(_ANSWER, patience)
    _greet(scheduler, answer)
    try:
        connection = Client(scheduler, timeout=answer, set_as_default=False)
    except _NO_ANSWER as error:
        raise _silent(scheduler) from error
    with _closing(connection) as client:
        try:
            client.wait_for_workers(1, timeout=patience)
        except TimeoutError as error:
            raise InputError(
                f"The scheduler at {scheduler} has no worker.",
                remedy=f"start one on each machine with: dask worker {scheduler} --nthreads 1",
            ) from error
        yield client


def work_through(
    client: Client,
    tasks: Iterable[_Task],
    work: Callable[[_Task], _Result],
    waiting: Waiting,
) -> Iterator[tuple[int, _Result | Lost]]:
    """Place of a task and what came of it, as they are done; what is left is called off at the end.

    Parameters
    ----------
    client
        Of `connected`.
    tasks
        What is to be done.
    work
        What is done with each; by the name of its module, which workers import.
    waiting
        For how long, and for what.

    Raises
    ------
    DependencyError
        When the scheduler is gone, or all workers are, or they have no kneewise, or another one.
    """
    places: dict[Any, int] = {}
    rest = iter(enumerate(tasks))

    def submit(count: int) -> list[Any]:
        taken = list(itertools.islice(rest, count))
        packed = [pickle.dumps((work, task)) for _, task in taken]
        if not packed:
            return []
        futures = client.map(
            do_task, packed, version=analysing_version(), pure=False, priority=waiting.priority
        )
        places.update((future.key, place) for future, (place, _) in zip(futures, taken, strict=True))
        return list(futures)

    done = as_completed(submit(_AHEAD), loop=client.loop, with_results=True)
    try:
        for arrived in _batches(done, client, waiting) if places else ():
            done.update(submit(len(arrived)))
            for future, answer in arrived:
                yield places.pop(future.key), _read(future, answer)
    finally:
        client.cancel(list(done.futures))


def do_task(packed: bytes, version: str) -> _Answer:
    """Done by a worker: nothing of what is asked is even read where it asks for another version than this.

    Parameters
    ----------
    packed
        What is to be done, and with what.
    version
        Of the code that is to do it.
    """
    mine, node = analysing_version(), platform.node()
    if version != mine:
        return _Answer(mine, node, b"")
    work, task = pickle.loads(packed)
    return _Answer(mine, node, pickle.dumps(work(task)))


def count_threads(client: Client, patience: float = _PATIENCE) -> int:
    """Tasks that the workers of a scheduler do at a time.

    Parameters
    ----------
    client
        Of `connected`.
    patience
        For the scheduler to answer. [s]

    Raises
    ------
    DependencyError
        When the scheduler is gone.
    """
    if client.status != "running":
        raise _gone()
    try:
        return sum(client.nthreads(callback_timeout=patience).values())
    except OSError as error:
        raise _gone() from error


def cores() -> int:
    """Cores of this machine that Dask would use: those this process may."""
    return int(CPU_COUNT)


def _batches(done: Any, client: Client, waiting: Waiting) -> Iterator[list[Any]]:
    """Results as they arrive; an end of waiting where nobody wants them, or can make them, any more."""
    moved = staffed = looked = time.monotonic()
    while done.count() and waiting.wanted():
        arrived = done.next_batch(block=False)
        if arrived:
            yield arrived
            moved = staffed = time.monotonic()
            continue
        time.sleep(_NAP)
        if (now := time.monotonic()) - looked < _GLANCE:
            continue
        looked = now
        if count_threads(client, waiting.patience):
            staffed = now
        elif now - staffed > waiting.patience:
            raise DependencyError(
                "All workers are gone.", remedy="start others, and the same command, which goes on from here."
            )
        if now - moved > _TRIES * waiting.longest:
            raise DependencyError(
                f"The workers have finished nothing for {(now - moved) / 60:.0f} minutes.",
                remedy="start them again, and the same command, which goes on from here.",
            )


def _read(future: Any, answer: Any) -> Any:
    """What has arrived: a result, or why there is none."""
    if isinstance(answer, _Answer):
        if answer.version != analysing_version():
            raise DependencyError(
                f"The worker on {answer.node} has another kneewise than the one that asks.",
                remedy="install the same version on all machines, and start the workers again.",
            )
        return pickle.loads(answer.packed)
    if isinstance(answer, CancelledError) or future.status != "error":
        raise _gone()
    _, error, _ = answer
    if isinstance(error, ImportError):
        raise DependencyError(
            f"The workers cannot measure: {error}.", remedy="install kneewise on all machines."
        )
    return _why(error)


def _gone() -> DependencyError:
    return DependencyError(
        "The scheduler is gone.",
        remedy="start it and its workers again, and then the same command, which goes on from here.",
    )


def _why(error: BaseException) -> Lost:
    """Why a task was given up, of which nobody foresaw it."""
    if isinstance(error, KilledWorker):
        return Lost(
            because="Measuring this film broke off more than once, and took the worker with it.",
            remedy="export it as MP4, shorter or with 1080p, and start the same command again.",
        )
    return Lost(
        because=f"Measuring broke off unforeseen ({type(error).__name__}: {error}).",
        remedy="send the film and these words to the makers of kneewise.",
    )


def _greet(address: str, patience: float) -> None:
    """Find out whether a scheduler answers there; Dask's client waits for ever where one listens in silence.

    Raises
    ------
    InputError
        When none does.
    """

    async def ask() -> None:
        async with rpc(address, timeout=patience, connection_args=_certificates(address)) as scheduler:
            await scheduler.identity()

    try:
        asyncio.run(asyncio.wait_for(ask(), patience))
    except _NO_ANSWER as error:
        raise _silent(address) from error


def _certificates(address: str) -> dict[str, Any]:
    """What a scheduler that asks for certificates is shown, as Dask's own settings tell."""
    try:
        shown: dict[str, Any] = Security().get_connection_args("client")
    except OSError as error:  # SSLError is one
        raise InputError(
            f"Dask's certificates cannot be read: {error}.",
            remedy="check distributed.comm.tls in its settings.",
        ) from error
    if address.startswith("tls://") and shown.get("ssl_context") is None:
        raise InputError(
            f"The scheduler at {address} asks for a certificate, and Dask knows none.",
            remedy="name it in Dask's settings: distributed.comm.tls.ca-file, .client.cert and .client.key.",
        )
    return shown


def _silent(address: str) -> InputError:
    return InputError(
        f"No scheduler answers at {address}.",
        remedy="start one with: dask scheduler; and give the address that it prints.",
    )


@contextmanager
def _closing(client: Client) -> Iterator[Client]:
    """A client, closed at the end of the block; a scheduler that does not answer holds nobody up."""
    try:
        yield client
    finally:
        with suppress(OSError):  # TimeoutError is one
            client.close(timeout=_ANSWER)


def _local(workers: int) -> Any:
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        security=Security.temporary(),
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # of its HTTP server, which Dask always starts
        silence_logs=logging.CRITICAL,
        death_timeout=_PATIENCE,
        env={WORKERS: str(workers)},
        preload=["kneewise.cluster.local_worker"],
    )

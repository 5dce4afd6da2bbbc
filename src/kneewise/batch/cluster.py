"""Orders → outcomes, by processes of this machine or a scheduler elsewhere; the only file that knows Dask.

A task whose worker is lost is given to another one; a film that ends several is given up, and said so.
"""

import itertools
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import dask
from dask.system import CPU_COUNT
from distributed import Client, Future, KilledWorker, LocalCluster, as_completed

from ..errors import DependencyError, InputError
from .local_worker import WORKERS
from .order import Order, Outcome, Reason

_AHEAD = 5000
"""Orders that the scheduler knows at a time: more than any cluster works on, few enough for its memory."""
_BLAME = {"distributed.scheduler.worker-saturation": 1.0, "distributed.scheduler.allowed-failures": 1}
"""A worker has the film it measures and no other that would be blamed, too; a film may end one, not two."""
_ANSWER, _PATIENCE = 10.0, 60.0
"""For a scheduler to answer, and for it to have a worker. [s]"""
_NAP = 0.1
"""Between looks for what is done; workers have their next films meanwhile. [s]"""


@contextmanager
def connected(scheduler: str | None, workers: int) -> Iterator[Client]:
    """A scheduler with workers, for as long as the block lasts.

    Parameters
    ----------
    scheduler
        Address of one that runs; None starts one with processes of this machine.
    workers
        How many processes; a scheduler that runs has its own.

    Raises
    ------
    InputError
        When no scheduler answers at the address, or it has no worker.
    """
    if scheduler is None:
        with dask.config.set(_BLAME), _local(workers) as cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(scheduler, timeout=_ANSWER)
    except (OSError, ValueError) as error:
        raise InputError(
            f"No scheduler answers at {scheduler}.",
            remedy="start one with: dask scheduler; and give the address that it prints.",
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise InputError(
                f"The scheduler at {scheduler} has no worker.",
                remedy=f"start one on each machine with: dask worker {scheduler} --nthreads 1",
            ) from error
        yield client


def work_through(
    client: Client, orders: Sequence[Order], work: Callable[[Order], Outcome]
) -> Iterator[tuple[int, Outcome]]:
    """Place of an order and what came of it, as they are done; what is left is called off at the end.

    Raises
    ------
    DependencyError
        When the scheduler is gone, or its workers have no kneewise.
    """
    places: dict[str, int] = {}
    rest = iter(enumerate(orders))

    def submit(count: int) -> list[Future]:
        taken = list(itertools.islice(rest, count))
        futures = client.map(work, [order for _, order in taken], pure=False) if taken else []
        places.update((future.key, place) for future, (place, _) in zip(futures, taken, strict=True))
        return list(futures)

    done = as_completed(submit(_AHEAD))
    try:
        for finished in _batches(done, client) if places else ():
            done.update(submit(len(finished)))
            for future in finished:
                yield places.pop(future.key), _outcome_of(future)
    finally:
        client.cancel(list(done.futures))


def _batches(done: Any, client: Client) -> Iterator[list[Future]]:
    """Futures as they are done; an end of waiting where nobody is left who could do them."""
    seen = time.monotonic()
    while done.count():
        finished = done.next_batch(block=False)
        if finished:
            yield finished
            continue
        time.sleep(_NAP)
        if _has_workers(client):
            seen = time.monotonic()
        elif time.monotonic() - seen > _PATIENCE:
            raise DependencyError(
                "All workers are gone.", remedy="start others, and the same command, which goes on from here."
            )


def _has_workers(client: Client) -> bool:
    try:
        return bool(client.nthreads())
    except OSError as error:
        raise _gone() from error


def _outcome_of(future: Future) -> Outcome:
    if future.status == "finished":
        outcome: Outcome = future.result()
        return outcome
    if future.status != "error":
        raise _gone()
    error = future.exception()
    if isinstance(error, ImportError):
        raise DependencyError(
            f"The workers cannot measure: {error}.", remedy="install kneewise on all machines."
        )
    return Outcome(film={}, reasons=(_why(error),))


def _gone() -> DependencyError:
    return DependencyError(
        "The scheduler is gone.",
        remedy="start it and its workers again, and then the same command, which goes on from here.",
    )


def _why(error: BaseException) -> Reason:
    """Why a film was given up, of which nobody foresaw it."""
    if isinstance(error, KilledWorker):
        return Reason(
            because="Measuring this film broke off more than once, and took the worker with it.",
            remedy="export it as MP4, shorter or with 1080p, and start the same command again.",
        )
    return Reason(
        because=f"Measuring broke off unforeseen ({type(error).__name__}: {error}).",
        remedy="send the film and these words to the makers of kneewise.",
    )


def cores() -> int:
    """Cores of this machine that Dask would use: those this process may."""
    return int(CPU_COUNT)


def _local(workers: int) -> Any:
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
        env={WORKERS: str(workers)},
        preload=["kneewise.batch.local_worker"],
    )

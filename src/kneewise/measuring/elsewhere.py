"""Films of the memory measured by the workers of a scheduler, which see its folder at the same place.

What travels is the task and how it ended. Film, results and progress lie in the folder of the film, which is
also how a worker learns that nobody waits any more: the folder is gone then. Each attempt has a folder of its
own, so that a worker that was taken for dead, and is not, cannot meddle with what another one makes.
"""

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from ..cluster import Lost, Waiting, count_threads, work_through
from .running import BEAT, Done, Ended, Task, Tell, run_child

_PROGRESS, _MADE = "progress.json", "made"
_WAITING = "waiting for a worker"
_SOMEBODY_WAITS = 1
"""Priority over films of a batch, whose scheduler it may be, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A runner that hands its films to a scheduler.

    Attributes
    ----------
    client : of `cluster.connected`.
    """

    client: Any

    def __call__(self, task: Task, tell: Tell) -> Done:
        """Have a worker of the scheduler measure the film.

        Raises
        ------
        DependencyError
            When the scheduler or all its workers are gone, or they have another kneewise.
        """
        made = task.places.writes
        waiting = Waiting(longest=task.limits.wall, wanted=_telling(made, tell), priority=_SOMEBODY_WAITS)
        for _, done in work_through(self.client, [task], run_there, waiting):
            return Done(ended=Ended.BROKEN, made=made) if isinstance(done, Lost) else done
        return Done(ended=Ended.UNWANTED, made=made)

    def room(self) -> int:
        """Films that the scheduler's workers measure at a time."""
        return count_threads(self.client)


def run_there(task: Task) -> Done:
    """Done by a worker of the scheduler: measure a film in an attempt of its own."""
    shared = task.places.writes
    try:
        attempt = Path(mkdtemp(prefix="attempt-", dir=shared))
        made = attempt / _MADE
        made.mkdir()
    except FileNotFoundError:
        return Done(ended=Ended.UNSEEN, made=shared)
    places = replace(task.places, writes=made, says=attempt / task.places.says.name)
    here = replace(task, order=replace(task.order, out=str(made)), places=places)

    def tell(stage: str, share: float) -> bool:
        with contextlib.suppress(OSError):
            aside = attempt / _PROGRESS  # beside what the child may write
            aside.write_text(json.dumps([stage, share]), encoding="utf-8")
            aside.replace(shared / _PROGRESS)
        return attempt.is_dir()

    return run_child(here, tell)


def _telling(shared: Path, tell: Tell) -> Callable[[], bool]:
    """Hands on, once a beat, how far the workers say they are; whether to go on."""
    last, going = 0.0, True

    def wanted() -> bool:
        nonlocal last, going
        if (now := time.monotonic()) - last >= BEAT:
            last, going = now, tell(*_read_progress(shared / _PROGRESS))
        return going

    return wanted


def _read_progress(place: Path) -> tuple[str, float]:
    try:
        stage, share = json.loads(place.read_text(encoding="utf-8"))
        return str(stage), float(share)
    except (OSError, ValueError, TypeError):
        return _WAITING, 0.0

"""Task → what a child left of it: the one place where a film is measured by a process that nobody trusts.

Who calls it does not matter to the film: the worker of the pages, or one of a scheduler (`elsewhere`).
"""

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import Enum, auto
from pathlib import Path
from typing import IO, Protocol

from .child import FULL
from .guarded import Places, at_work, behind_walls
from .limits import Limits
from .order import Order

CHILD = behind_walls("kneewise.measuring.child")
BEAT = 1.0
"""Between signs of life. [s]"""
_LONGEST_LINE = 2000

Tell = Callable[[str, float], bool]
"""(what is being done, share of the whole done, 0 to 1) → whether to go on."""


class Ended(Enum):
    """How the measuring of a film ended."""

    WELL = auto()
    BROKEN = auto()
    LATE = auto()
    FULL = auto()
    UNSEEN = auto()
    UNWANTED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A film to be measured.

    Attributes
    ----------
    order : what the child is asked.
    places : what it may touch.
    limits : what it may cost.
    """

    order: Order
    places: Places
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a task.

    Attributes
    ----------
    ended : how it ended.
    made : folder of what the child left.
    """

    ended: Ended
    made: Path


class Runner(Protocol):
    """Whoever has a film measured."""

    def __call__(self, task: Task, tell: Tell) -> Done:
        """Measure the film of a task, and say how far it is until it ends or nobody waits."""


def run_child(task: Task, tell: Tell, *, child: tuple[str, ...] = CHILD) -> Done:
    """Have a child of this process measure a film.

    Parameters
    ----------
    task
        What is asked, where, within which limits.
    tell
        Told how far it is, again and again; the child is ended where nobody waits.
    child
        Command that reads a film.
    """
    return Done(ended=_run(task, tell, child), made=task.places.writes)


@dataclass(slots=True)
class _Progress:
    """What the child said last; a thread listens to it."""

    stage: str = ""
    share: float = 0.0

    def listen(self, said: IO[bytes]) -> None:
        """Take in lines until there are no more; what is no progress is passed over."""
        with said:
            while line := said.readline(_LONGEST_LINE):
                with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
                    told = json.loads(line)
                    share, stage = float(told["share"]), str(told["stage"])
                    if 0 <= share <= 1:
                        self.share, self.stage = share, stage


def _run(task: Task, tell: Tell, command: tuple[str, ...]) -> Ended:
    progress, begun = _Progress(), time.monotonic()
    with at_work(command, task.limits, asdict(task.order), task.places) as child:
        # Whoever listens closes: from elsewhere, that would wait for whoever else still holds the other end.
        said, child.stdout = child.stdout, None
        threading.Thread(target=progress.listen, args=(said,), daemon=True).start()
        while (code := _wait(child)) is None:
            if time.monotonic() - begun > task.limits.wall:
                return Ended.LATE
            if not tell(progress.stage, progress.share):
                return Ended.UNWANTED
        return {0: Ended.WELL, FULL: Ended.FULL}.get(code, Ended.BROKEN)


def _wait(child: subprocess.Popen[bytes]) -> int | None:
    try:
        return child.wait(BEAT)
    except subprocess.TimeoutExpired:
        return None

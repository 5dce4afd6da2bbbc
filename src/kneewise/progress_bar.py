"""Progress on stderr with the time left: a bar in a terminal, a line now and then elsewhere."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

Report = Callable[[str, float], None]
"""(what is being done, share of the whole done, 0 to 1)"""

_LINE_EVERY = 5.0
_COUNT = re.compile(r"\b\d+ ")


@contextmanager
def show_progress() -> Iterator[Report]:
    """Say on stderr what is being done and how long it will take."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield _Lines().report
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=1.0)

        def report(what: str, share: float) -> None:
            bar.update(task, description=what, completed=share)

        yield report


class _Lines:
    """A line when something new begins, every few seconds, and at the end; a higher count is nothing new."""

    def __init__(self) -> None:
        self._started = self._last = time.monotonic()
        self._kind = ""

    def report(self, what: str, share: float) -> None:
        now = time.monotonic()
        kind = _COUNT.sub("", what)
        if kind == self._kind and share < 1 and now - self._last < _LINE_EVERY:
            return
        self._kind, self._last = kind, now
        left = (now - self._started) * (1 - share) / share if share > 0.02 else float("nan")
        rest = f", {left:.0f} s left" if left == left else ""
        sys.stderr.write(f"{what} {100 * share:.0f} %{rest}\n")

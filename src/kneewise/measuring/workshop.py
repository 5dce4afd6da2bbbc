"""A worker that is always there: started, watched, and started again when it dies."""

import contextlib
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

_COMMAND = (sys.executable, "-P", "-m", "kneewise.measuring")
_FIRST_REST, _LONGEST_REST = 0.5, 30.0
"""Before a worker that died is replaced; longer each time, so that one that cannot live does no harm. [s]"""
_PATIENCE = 3.0
"""A worker may take so long to leave. [s]"""


class Workshop:
    """A worker for the memory of a folder, for as long as the block lasts.

    Parameters
    ----------
    home
        The folder.
    command
        That starts the worker; the folder is added to it.
    scheduler
        Address of the scheduler that the worker hands its films to; None for one that measures them itself.
    """

    def __init__(self, home: Path, command: tuple[str, ...] = _COMMAND, scheduler: str | None = None) -> None:
        self._command = [*command, str(home), *([] if scheduler is None else [scheduler])]
        self._closing = threading.Event()
        self._worker: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    @property
    def worker(self) -> int | None:
        """Process id of the worker; None between two."""
        return self._worker.pid if self._worker is not None and self._worker.poll() is None else None

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._dismiss()
        self._watcher.join(_PATIENCE)

    def _watch(self) -> None:
        rest = _FIRST_REST
        while not self._closing.is_set():
            self._worker = subprocess.Popen(self._command, stdin=subprocess.PIPE)
            if self._closing.is_set():
                self._dismiss()
            self._worker.wait()
            self._let_go()
            if self._closing.wait(rest):
                return
            rest = min(2 * rest, _LONGEST_REST)

    def _let_go(self) -> None:
        """Close its stdin."""
        if self._worker is not None and self._worker.stdin is not None:
            with contextlib.suppress(OSError):
                self._worker.stdin.close()

    def _dismiss(self) -> None:
        """Close its stdin, at which it leaves; end it where it does not."""
        worker = self._worker
        if worker is None:
            return
        self._let_go()
        try:
            worker.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            worker.kill()

"""A child at work on what nobody trusts: begun with its limits, walls and order, ended with the block."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import walls
from .limits import Limits

_OURS = "KNEEWISE_"
"""Variables that begin so say where the memory is, and how its backups are opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What a child may touch.

    Attributes
    ----------
    reads, writes : folders; within walls it sees no others of the person's.
    says : file for what it says to stderr.
    """

    reads: Path
    writes: Path
    says: Path


def behind_walls(module: str) -> tuple[str, ...]:
    """The command for a child that runs this module within walls."""
    return (sys.executable, "-P", walls.__file__, module)


@contextlib.contextmanager
def at_work(
    command: tuple[str, ...], limits: Limits, order: Mapping[str, Any], places: Places
) -> Iterator[subprocess.Popen[bytes]]:
    """A child at work, whatever becomes of it ended at the end of the block; not told anything of the memory.

    Parameters
    ----------
    command
        That starts it; limits and both folders are added as its last arguments.
    limits
        That it imposes on itself before it reads anything.
    order
        What it is asked, in plain JSON types; the first line of its stdin, which stays open.
    places
        What it may touch.
    """
    told = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    with places.says.open("wb") as log:
        child = subprocess.Popen(
            [*command, json.dumps(asdict(limits)), str(places.reads), str(places.writes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=told | {"TMPDIR": str(places.writes)},
            start_new_session=True,  # Ctrl-C is for whoever began it; a film is not to blame for one
        )
    try:
        with contextlib.suppress(BrokenPipeError):
            assert child.stdin is not None
            child.stdin.write(json.dumps(order).encode() + b"\n")
            child.stdin.flush()
        yield child
    finally:
        _end(child)
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child, and what it may have begun."""
    if sys.platform != "win32":
        # Though it has ended by itself: what it began would go on in the folder that is looked at next.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()

"""A child at work on what nobody trusts: begun with its limits and its order, ended with the block."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .limits import Limits

SAID = "said.txt"
"""What the child says to stderr, in its folder."""


@contextlib.contextmanager
def at_work(
    command: tuple[str, ...], limits: Limits, order: Mapping[str, Any], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A child at work, whatever becomes of it ended at the end of the block.

    Parameters
    ----------
    command
        That starts it; its limits are added as the last argument.
    limits
        That it imposes on itself before it reads anything.
    order
        What it is asked, in plain JSON types; the first line of its stdin, which stays open.
    folder
        Where it may write.
    """
    environment = {**os.environ, "TMPDIR": str(folder)}
    with (folder / SAID).open("wb") as log:
        child = subprocess.Popen(
            [*command, json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
        )
    try:
        with contextlib.suppress(BrokenPipeError):
            assert child.stdin is not None
            child.stdin.write(json.dumps(order).encode() + b"\n")
            child.stdin.flush()
        yield child
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()

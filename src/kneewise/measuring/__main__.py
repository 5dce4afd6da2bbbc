"""The process of the worker, `python -m kneewise.measuring FOLDER [SCHEDULER]`; it leaves with its stdin."""

import os
import signal
import sys
import threading
from pathlib import Path

from ..errors import Error
from .worker import work


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pages, which close its stdin
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        work(Path(sys.argv[1]), *sys.argv[2:])
    except Error as error:
        sys.exit(str(error))

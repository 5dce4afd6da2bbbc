"""The process of the worker: `python -m kneewise.measuring FOLDER`; it leaves when its stdin closes."""

import os
import sys
import threading
from pathlib import Path

from .worker import work


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work(Path(sys.argv[1]))

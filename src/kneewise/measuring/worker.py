"""The worker: takes film after film from the memory, has a child read it, and keeps what came of it."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import IO

from ..errors import StoreError
from ..store import WORK, Ending, Failed, KeptFilm, Measured, Refused, Store, open_store
from .guarded import Places, at_work, behind_walls
from .limits import Limits
from .order import RESULTS, Order, name_in_folder, read_left, results_of

CHILD = behind_walls("kneewise.measuring.child")
_MODEL = "heavy"
_PAUSE, _BEAT = 0.3, 1.0
"""Between looks for a film, and between signs of life. [s]"""
_LONGEST_LINE, _MOST_SAID = 2000, 4000
_FILM, _MADE, _LOG = "film", "made", "said.txt"
_OUT_OF_TIME = (
    "Measuring took too long and was stopped. Try: film two or three squats only, half a minute, with 1080p."
)
_BROKE_OFF = (
    "Measuring this film broke off: it needs more memory or time than a film should, or it was cut off. "
    "Try: export it from the phone as MP4, shorter or with 1080p, and add it once more."
)
_GONE = "The film itself is gone. Try: add it once more."


class _Ended(Enum):
    """How a child ended."""

    WELL = auto()
    BROKEN = auto()
    LATE = auto()
    UNWANTED = auto()


_SAID: dict[_Ended, Failed | None] = {
    _Ended.BROKEN: Failed(words=_BROKE_OFF),
    _Ended.LATE: Failed(words=_OUT_OF_TIME),
    _Ended.UNWANTED: None,
}


@dataclass(slots=True)
class _Progress:
    """What the child said last; a thread listens to it."""

    stage: str = ""
    share: float = 0.0

    def listen(self, said: IO[bytes]) -> None:
        """Take in lines until there are no more; what is no progress is passed over."""
        while line := said.readline(_LONGEST_LINE):
            with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
                told = json.loads(line)
                share, stage = float(told["share"]), str(told["stage"])
                if 0 <= share <= 1:
                    self.share, self.stage = share, stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One that measures.

    Attributes
    ----------
    store : the memory.
    limits : of one film.
    child : command that reads a film.
    now : the clock.
    name : that no other worker has.
    """

    store: Store
    limits: Limits = field(default_factory=Limits)
    child: tuple[str, ...] = CHILD
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    name: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(4)}")

    def measure_next(self) -> bool:
        """Measure the film that waits longest; False where none waits."""
        film = self.store.take_film(self.name, self.now())
        if film is None:
            return False
        ending = self._measure(film)
        if ending is not None:
            self.store.finish(film.id, self.name, ending)
        return True

    def _measure(self, film: KeptFilm) -> Ending | None:
        """How it ended; None where nobody waits for it any more."""
        if not (film.present and self.store.path_of(film).exists()):
            return Failed(words=_GONE)
        with _work_folder(self.store.folder_of(film)) as folder:
            order = self._order(film, folder)
            _place(self.store.path_of(film), Path(order.film))
            ended = self._run(film, order, folder)
            if ended is _Ended.BROKEN:
                sys.stderr.write((folder / _LOG).read_text(errors="replace")[-_MOST_SAID:])
            return self._keep(film, folder / _MADE) if ended is _Ended.WELL else _SAID[ended]

    def _order(self, film: KeptFilm, folder: Path) -> Order:
        burden = film.label.burden
        return Order(
            film=str(folder / _FILM / name_in_folder(film)),
            out=str(folder / _MADE),
            person=self.store.case(film.case).content.get("person", {}),
            load=burden.mass,
            bar=burden.bar.value,
            condition=film.label.condition,
            model=_MODEL,
        )

    def _run(self, film: KeptFilm, order: Order, folder: Path) -> "_Ended":
        """Let a child read the film, and say how far it is until it ends or nobody waits."""
        progress, begun = _Progress(), time.monotonic()
        places = Places(reads=folder / _FILM, writes=Path(order.out), says=folder / _LOG)
        with at_work(self.child, self.limits, asdict(order), places) as child:
            listener = threading.Thread(target=progress.listen, args=(child.stdout,), daemon=True)
            listener.start()
            while (code := _wait(child)) is None:
                if time.monotonic() - begun > self.limits.wall:
                    return _Ended.LATE
                if not self._tell(film, progress):
                    return _Ended.UNWANTED
            return _Ended.WELL if code == 0 else _Ended.BROKEN

    def _tell(self, film: KeptFilm, progress: _Progress) -> bool:
        """Say how far it is; False where nobody waits. A memory that is busy is told the next time."""
        try:
            return self.store.tell_progress(film.id, self.name, progress.share, progress.stage, self.now())
        except StoreError:
            return True

    def _keep(self, film: KeptFilm, folder: Path) -> Ending:
        left = read_left(folder)
        if left is None:
            return Failed(words=_BROKE_OFF)
        try:
            if left.trial is not None:
                self.store.keep_trial(left.key, left.trial)
            results = results_of(self.store, film)
            shutil.rmtree(results, ignore_errors=True)
            if (folder / RESULTS).is_dir():
                (folder / RESULTS).rename(results)
        except (StoreError, OSError, ValueError) as error:
            return Failed(words=str(error))
        return Refused(issue=left.issue) if left.issue is not None else Measured(key=left.key)


def work(home: Path, pause: float = _PAUSE) -> None:
    """Measure what waits in the memory of a folder, for ever."""
    with open_store(home) as store:
        worker = Worker(store=store)
        while True:
            try:
                found = worker.measure_next()
            except (StoreError, OSError):  # full or busy for a while, or erased under our hands
                found = False
            if not found:
                time.sleep(pause)


@contextlib.contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    place = folder / WORK
    shutil.rmtree(place, ignore_errors=True)
    for name in (_FILM, _MADE):
        (place / name).mkdir(parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _place(source: Path, place: Path) -> None:
    """The film under its own name, without copying it where the disk can do that."""
    try:
        place.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, place)


def _wait(child: subprocess.Popen[bytes]) -> int | None:
    try:
        return child.wait(_BEAT)
    except subprocess.TimeoutExpired:
        return None

"""The worker: takes film after film from the memory, has a runner measure it, and keeps what came of it."""

import contextlib
import os
import secrets
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NoReturn

from ..casefile import build_person
from ..errors import InputError, StoreError
from ..model import Person, Study, Trial
from ..pipeline import Knowledge, key_of, read_measuring, study_film, what_decides
from ..reopening import told_of
from ..store import WORK, Ending, Failed, KeptFilm, Measured, Refused, Store, open_store
from ..store.folder import clear
from ..store.packing import DAMAGED, pack, unpack
from .guarded import Places
from .limits import Limits
from .order import RESULTS, Order, name_in_folder, read_left, results_of
from .running import BEAT, Ended, Runner, Task, run_child
from .taking import read_end, take_in

_MODEL = "heavy"
_PAUSE = 0.3
"""Between looks for a film. [s]"""
_MOST = 100
"""Films that one memory has measured at a time."""
_MOST_SAID = 4000
_FILM, _MADE, _TAKEN, _LOG = "film", "made", "taken", "said.txt"
_WORKING_OUT = "drawing loads"
"""Told as the drawing that it follows: it takes a second or two."""
_ONE_AT_A_TIME = threading.Lock()
"""Of a whole cluster's films many may end together; threads of one process would only hinder each other."""
_OUT_OF_TIME = (
    "Measuring took too long and was stopped. Try: film two or three squats only, half a minute, with 1080p."
)
_BROKE_OFF = (
    "Measuring this film broke off: it needs more memory or time than a film should, or it was cut off. "
    "Try: export it from the phone as MP4, shorter or with 1080p, and add it once more."
)
_NO_ROOM = "There is no room left on the disk. Try: free some, and let the film be measured once more."
_UNSEEN = (
    "The machine that was to measure this film does not see the folder of what is kept. "
    "Try: put that folder on a disk that all machines of the scheduler have at the same place."
)
_GONE = "The film itself is gone. Try: add it once more."

_SAID: dict[Ended, Failed | None] = {
    Ended.BROKEN: Failed(words=_BROKE_OFF),
    Ended.LATE: Failed(words=_OUT_OF_TIME),
    Ended.FULL: Failed(words=_NO_ROOM),
    Ended.UNSEEN: Failed(words=_UNSEEN),
    Ended.UNWANTED: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One that measures.

    Attributes
    ----------
    store : the memory.
    limits : of one film.
    run : has a film measured.
    now : the clock.
    name : that no other worker has.
    """

    store: Store
    limits: Limits = field(default_factory=Limits)
    run: Runner = run_child
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    name: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(4)}")

    def measure_next(self) -> bool:
        """Measure the film that waits longest; False where none waits."""
        film = self.take()
        if film is None:
            return False
        self.measure(film)
        return True

    def take(self) -> KeptFilm | None:
        """The film that waits longest, for this worker alone; None where none waits."""
        return self.store.take_film(self.name, self.now())

    def measure(self, film: KeptFilm) -> None:
        """Measure a film that was taken, and keep what came of it."""
        ending = self._measure(film)
        if ending is not None:
            self.store.finish(film.id, self.name, ending)

    def _measure(self, film: KeptFilm) -> Ending | None:
        """How it ended; None where nobody waits for it any more."""
        if not (film.present and self.store.path_of(film).exists()):
            return Failed(words=_GONE)
        with _work_folder(self.store.folder_of(film), self.name) as folder:
            try:
                order = self._order(film, folder)
            except InputError as error:
                return Failed(words=str(error))
            _place(self.store.path_of(film), Path(order.film))
            places = Places(reads=folder / _FILM, writes=folder / _MADE, says=folder / _LOG)
            done = self.run(
                Task(order=order, places=places, limits=self.limits),
                lambda stage, share: self._tell(film, stage, share),
            )
            if done.ended is Ended.BROKEN:
                sys.stderr.write(read_end(places.says, _MOST_SAID))
            person = unpack(Person, order.person, {})
            return self._keep(film, person, done.made) if done.ended is Ended.WELL else _SAID[done.ended]

    def _order(self, film: KeptFilm, folder: Path) -> Order:
        burden = film.label.burden
        person = build_person(dict(self.store.case(film.case).content.get("person", {})))
        return Order(
            film=str(folder / _FILM / name_in_folder(film)),
            out=str(folder / _MADE),
            person=pack(person, {}),
            load=burden.mass,
            bar=burden.bar.value,
            condition=film.label.condition,
            model=_MODEL,
        )

    def _tell(self, film: KeptFilm, stage: str, share: float) -> bool:
        """Say how far it is; False where nobody waits. A memory that is busy is told the next time."""
        try:
            return self.store.tell_progress(film.id, self.name, share, stage, self.now())
        except StoreError:
            return True

    def _keep(self, film: KeptFilm, person: Person, folder: Path) -> Ending:
        left = read_left(folder)
        if left is None or (left.trial is not None and left.trial.digest != film.digest):
            return Failed(words=_BROKE_OFF)
        try:
            taken = take_in(folder / RESULTS, folder.with_name(_TAKEN))
            # Not of the child's own choice: it could put what it made up in the place of somebody else's.
            key = key_of(film.digest, person, left.estimator)
            if left.trial is not None and left.issue is None:
                study = self._work_out(film, left.trial, person)
                if study is None:
                    return Failed(words=_BROKE_OFF)
                self._keep_measured(key, left.trial, study, person)
            results = results_of(self.store, film)
            shutil.rmtree(results, ignore_errors=True)
            if taken is not None:
                taken.rename(results)
        except (InputError, StoreError, OSError, ValueError) as error:
            return Failed(words=str(error))
        return Refused(issue=left.issue) if left.issue is not None else Measured(key=key)

    def _work_out(self, film: KeptFilm, trial: Trial, person: Person) -> Study | None:
        """What the film shows, so that no page has to; None where what the child left fits nothing."""
        with self._saying_so(film), _ONE_AT_A_TIME:
            try:
                return study_film(told_of(trial, film), person, _tables())
            except DAMAGED:
                traceback.print_exc()  # it may be our mistake as well
                return None

    def _keep_measured(self, key: str, trial: Trial, study: Study, person: Person) -> None:
        self.store.keep_trial(key, trial)
        with contextlib.suppress(StoreError):  # a page works it out
            self.store.keep_study(key, trial, what_decides(study.trial, person), study)

    @contextlib.contextmanager
    def _saying_so(self, film: KeptFilm) -> Iterator[None]:
        """Signs of life: a film of which nobody hears is given to another worker."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(BEAT):
                self._tell(film, _WORKING_OUT, 1.0)

        beating = threading.Thread(target=beat, daemon=True)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()


@cache
def _tables() -> Knowledge:
    return read_measuring()


def work(home: Path, scheduler: str | None = None) -> None:
    """Measure what waits in the memory of a folder, for ever.

    Parameters
    ----------
    home
        The folder.
    scheduler
        Address of the scheduler whose workers measure; None for a child of this process, a film at a time.

    Raises
    ------
    Error
        When there is no scheduler, or not any more. What it was measuring waits again after a while.
    """
    with open_store(home) as store:
        if scheduler is None:
            _keep_busy(lambda: Worker(store=store), lambda: 1)
        # Imported late: without a scheduler nobody waits for Dask to load.
        from ..cluster import connected
        from .elsewhere import Elsewhere

        with connected(scheduler, workers=0) as client:
            elsewhere = Elsewhere(client=client)
            _keep_busy(lambda: Worker(store=store, run=elsewhere), elsewhere.room)


def _keep_busy(begin: Callable[[], Worker], room: Callable[[], int]) -> NoReturn:
    """Have as many films measured at a time as there is room for."""
    busy: set[Future[None]] = set()
    with ThreadPoolExecutor(_MOST) as threads:
        while True:
            for ended in {one for one in busy if one.done()}:
                busy.remove(ended)
                with contextlib.suppress(StoreError, OSError):  # full or busy for a while, or erased
                    ended.result()
            worker, film = begin(), None
            if len(busy) < min(room(), _MOST):
                with contextlib.suppress(StoreError, OSError):
                    film = worker.take()
            if film is None:
                time.sleep(_PAUSE)
            else:
                busy.add(threads.submit(worker.measure, film))


@contextlib.contextmanager
def _work_folder(folder: Path, worker: str) -> Iterator[Path]:
    """A folder that no other worker has; when it is gone, whoever works in it knows that he may stop."""
    with contextlib.suppress(OSError):
        clear(folder / WORK)
    place = folder / WORK / worker
    for name in (_FILM, _MADE):
        (place / name).mkdir(parents=True)
    try:
        yield place
    finally:
        with contextlib.suppress(OSError):
            clear(place)
        with contextlib.suppress(OSError):  # another worker's is in it
            (folder / WORK).rmdir()


def _place(source: Path, place: Path) -> None:
    """The film under its own name, without copying it where the disk can do that."""
    try:
        place.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, place)

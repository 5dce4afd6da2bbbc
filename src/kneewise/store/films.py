"""Films: added whole, measured by one worker at a time, and removed when they have been."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import IO, Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from ..conventions import Bar
from ..errors import FilmError, StoreError
from ..files import check_file
from ..model import Burden, Issue
from .arrivals import copy
from .drawer import Drawer, check_case, forget_measurements, new_id
from .folder import clean_suffix, remove
from .kept import Ending, Failed, FilmState, KeptFilm, Label, Measured, Refused
from .packing import pack, unpack
from .tables import FILMS, MEASUREMENTS

SILENCE = timedelta(seconds=60)
"""A worker that has not said anything for so long is taken for dead."""
MOST_ATTEMPTS = 3
"""So often a film may end its worker before it is given up."""
_IDLE = {"stage": "", "worker": ""}
_GIVEN_UP = (
    f"The measuring of this film broke off {MOST_ATTEMPTS} times. Try: export it from the phone as MP4, "
    "shorter or smaller, and add it once more."
)


class Films(Drawer):
    """Films of cases, and how far their measuring is."""

    def add_film(
        self,
        case: str,
        source: Path | IO[bytes],
        name: str,
        label: Label,
        now: datetime,
    ) -> KeptFilm:
        """Copy a film into the folder; from then on it waits to be measured.

        Parameters
        ----------
        case
            Whose.
        source
            The film, or what its bytes can be read from.
        name
            Of the file; folders in it do not count.
        label
            What it shows.
        now
            When.

        Raises
        ------
        FilmError
            When it is missing or empty.
        StoreError
            When there is no such case, or no room; nothing of the film is kept then.
        """
        name = PurePath(name.replace("\\", "/")).name
        film, suffix = new_id(), clean_suffix(name)
        with self._folder.draft_film() as draft:
            with _opened(source) as file:
                digest = copy(file.read, draft.write)
            if (size := draft.file.tell()) == 0:
                raise FilmError(f"{name} is empty (0 bytes).", remedy="copy the film again.")
            draft.finish()
            row = {
                "id": film,
                "case_id": case,
                "name": name,
                **_label_row(label),
                "digest": digest,
                "suffix": suffix,
                "size": size,
                "state": FilmState.WAITING,
                "kept": False,
                "present": True,
                "added": now,
            }
            with self._writing() as connection:
                check_case(connection, case)
                draft.settle(self._folder.film(digest, suffix))
                connection.execute(insert(FILMS).values(row))
        return self.film(film)

    def films(self, case: str) -> tuple[KeptFilm, ...]:
        """Films of a case, in the order they were added."""
        with self._reading() as connection:
            found = select(FILMS).where(FILMS.c.case_id == case).order_by(FILMS.c.added, FILMS.c.id)
            return tuple(read_film(row) for row in connection.execute(found))

    def film(self, film: str) -> KeptFilm:
        """One film.

        Raises
        ------
        StoreError
            When there is none.
        """
        with self._reading() as connection:
            return read_film(_row(connection, film))

    def path_of(self, film: KeptFilm) -> Path:
        """Where the film itself lies, while it is present."""
        return self._folder.film(film.digest, film.suffix)

    def folder_of(self, film: KeptFilm) -> Path:
        """Folder for what is made of a film; it goes when the film is erased."""
        return self._folder.make_of_film(film.id)

    def label_film(self, film: str, label: Label) -> KeptFilm:
        """Say otherwise what a film shows; a measurement stays as it is."""
        with self._writing() as connection:
            _row(connection, film)
            _set(connection, film, **_label_row(label))
        return self.film(film)

    def take_film(self, worker: str, now: datetime) -> KeptFilm | None:
        """The film that waits longest, for this worker alone; None where none waits.

        Parameters
        ----------
        worker
            Who measures it: a name that no other worker has.
        now
            When.

        Notes
        -----
        A film whose worker fell silent waits again; one that ended its worker too often is given up.
        """
        with self._writing() as connection:
            _bury_dead(connection, now)
            oldest = (
                select(FILMS.c.id)
                .where(FILMS.c.state == FilmState.WAITING)
                .order_by(FILMS.c.added, FILMS.c.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            film = connection.scalar(oldest)
            if film is None:
                return None
            begun = {
                "state": FilmState.MEASURING,
                "worker": worker,
                "started": now,
                "told": now,
                "share": 0.0,
            }
            _set(connection, film, **begun, attempts=FILMS.c.attempts + 1)
            return read_film(_row(connection, film))

    def tell_progress(self, film: str, worker: str, share: float, stage: str, now: datetime) -> bool:
        """Say how far the measuring is; also the sign of life of the worker.

        Returns
        -------
        bool
            Whether to go on: not where it was cancelled, erased, or given to another worker.
        """
        told = update(FILMS).where(*_mine(film, worker)).values(share=share, stage=stage, told=now)
        with self._writing() as connection:
            return connection.execute(told).rowcount > 0

    def finish(self, film: str, worker: str, ending: Ending) -> bool:
        """Say how the measuring ended; the film itself is removed, unless the person keeps it or it failed.

        Returns
        -------
        bool
            Whether anybody still waited for it.

        Raises
        ------
        ValueError
            When it was measured and the trial is not kept yet: that comes first.
        """
        with self._writing() as connection:
            before = connection.execute(select(FILMS).where(*_mine(film, worker))).one_or_none()
            if before is not None:
                stays = before.kept or isinstance(ending, Failed)
                _set(connection, film, **_IDLE, **_end_row(connection, ending), share=1.0, present=stays)
            elif isinstance(ending, Measured):
                # The film may have been erased while it was measured: its measurement goes, too.
                forget_measurements(connection, MEASUREMENTS.c.key == ending.key)
        if before is None:
            self.sweep()
            self.empty_log()
            return False
        if not stays:
            self._remove_unneeded(before.digest, before.suffix)
        return True

    def cancel(self, film: str) -> KeptFilm:
        """Stop waiting for the measuring; one that has ended stays as it is."""
        with self._writing() as connection:
            before = read_film(_row(connection, film)).state
            if before in (FilmState.WAITING, FilmState.MEASURING):
                _set(connection, film, state=FilmState.CANCELLED, **_IDLE)
        return self.film(film)

    def retry(self, film: str) -> KeptFilm:
        """Let a film wait once more.

        Raises
        ------
        StoreError
            When the film itself is gone.
        """
        with self._writing() as connection:
            before = read_film(_row(connection, film))
            if not before.present:
                raise StoreError(f"{before.name} itself is gone.", remedy="add the film once more.")
            fresh = {"share": 0.0, "attempts": 0, "key": None, "issue": None, "words": None}
            _set(connection, film, state=FilmState.WAITING, started=None, told=None, **_IDLE, **fresh)
        return self.film(film)

    def keep_film(self, film: str, keep: bool) -> KeptFilm:
        """Keep the film itself after it was measured, or do not; then one that was measured is removed."""
        with self._writing() as connection:
            before = read_film(_row(connection, film))
            goes = not keep and before.state in (FilmState.MEASURED, FilmState.REFUSED)
            _set(connection, film, kept=keep, present=before.present and not goes)
        if goes:
            self._remove_unneeded(before.digest, before.suffix)
        return self.film(film)

    def erase_film(self, film: str) -> None:
        """Remove a film, its measurements, and everything that was made of them."""
        with self._writing() as connection:
            digest = _row(connection, film).digest
            connection.execute(delete(FILMS).where(FILMS.c.id == film))
            forget_measurements(connection, MEASUREMENTS.c.digest == digest)
        self.sweep()
        self.empty_log()

    def _remove_unneeded(self, digest: str, suffix: str) -> None:
        """Remove a film itself, once no row says any more that it is present."""
        same = FILMS.c.digest == digest, FILMS.c.suffix == suffix
        with self._writing() as connection:
            if connection.scalar(select(FILMS.c.id).where(*same, FILMS.c.present).limit(1)) is None:
                remove(self._folder.film(digest, suffix))


def _mine(film: str, worker: str) -> tuple[ColumnElement[bool], ...]:
    """Of a film, where this worker is the one who measures it."""
    return FILMS.c.id == film, FILMS.c.worker == worker, FILMS.c.state == FilmState.MEASURING


def _end_row(connection: Connection, ending: Ending) -> dict[str, Any]:
    if isinstance(ending, Refused):
        return {"state": FilmState.REFUSED, "issue": pack(ending.issue, {})}
    if isinstance(ending, Failed):
        return {"state": FilmState.FAILED, "words": ending.words}
    known = select(MEASUREMENTS.c.key).where(MEASUREMENTS.c.key == ending.key)
    if connection.scalar(known) is None:
        raise ValueError(f"There is no trial '{ending.key}'; keep it before the film is finished.")
    return {"state": FilmState.MEASURED, "key": ending.key}


def _bury_dead(connection: Connection, now: datetime) -> None:
    silent = FILMS.c.state == FilmState.MEASURING, FILMS.c.told < now - SILENCE
    hopeless = {"state": FilmState.FAILED, "words": _GIVEN_UP}
    connection.execute(
        update(FILMS).where(*silent, FILMS.c.attempts >= MOST_ATTEMPTS).values(**_IDLE, **hopeless)
    )
    connection.execute(update(FILMS).where(*silent).values(state=FilmState.WAITING, share=0.0, **_IDLE))


def _label_row(label: Label) -> dict[str, Any]:
    burden = label.burden
    return {"condition": label.condition, "burden_mass": burden.mass, "burden_bar": burden.bar.value}


@contextmanager
def _opened(source: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    if not isinstance(source, Path):
        yield source
        return
    check_file(source, "film", FilmError)
    with source.open("rb") as file:
        yield file


def _row(connection: Connection, film: str) -> Row[Any]:
    row = connection.execute(select(FILMS).where(FILMS.c.id == film)).one_or_none()
    if row is None:
        raise StoreError(
            f"There is no film '{film}'.", remedy="load the page again; it may have been erased."
        )
    return row


def _set(connection: Connection, film: str, **values: Any) -> None:
    connection.execute(update(FILMS).where(FILMS.c.id == film).values(**values))


def read_film(row: Row[Any]) -> KeptFilm:
    """The film in a row."""
    told = dict(row._mapping)
    burden = Burden(mass=told.pop("burden_mass"), bar=Bar(told.pop("burden_bar")))
    label = Label(condition=told.pop("condition"), burden=burden)
    ending = _ending(told.pop("key"), told.pop("issue"), told.pop("words"))
    state = FilmState(told.pop("state"))
    return KeptFilm(case=told.pop("case_id"), label=label, state=state, ending=ending, **told)


def _ending(key: str | None, issue: dict[str, Any] | None, words: str | None) -> Ending | None:
    if key is not None:
        return Measured(key=key)
    if issue is not None:
        return Refused(issue=unpack(Issue, issue, {}))
    return None if words is None else Failed(words=words)

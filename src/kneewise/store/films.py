"""Films: added whole, measured by one worker at a time, and removed when they have been."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePath
from typing import IO, Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, delete, func, insert, select, update

from ..conventions import Bar
from ..errors import FilmError, StoreError
from ..files import check_file
from ..model import Burden, Issue
from .arrivals import copy
from .drawer import Drawer, check_case, forget_measurements, new_id
from .folder import clean_suffix, remove
from .hooks import write_down
from .kept import Ending, Failed, FilmState, KeptFilm, Label, Measured, Refused, Room
from .packing import pack, unpack
from .tables import FILMS, MEASUREMENTS

SILENCE = timedelta(seconds=60)
"""A worker that has not said anything for so long is taken for dead."""
MOST_ATTEMPTS = 3
"""So often a film may end its worker before it is given up."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_BUSY = (FilmState.WAITING, FilmState.MEASURING)
_GIVEN_UP_STATES = (FilmState.REFUSED, FilmState.FAILED, FilmState.CANCELLED)
_IDLE = {"stage": "", "worker": ""}
_GIVEN_UP = (
    f"The measuring of this film broke off {MOST_ATTEMPTS} times. Try: export it from the phone as MP4, "
    "shorter or smaller, and add it once more."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A film that comes.

    Attributes
    ----------
    source : the film, or what its bytes can be read from.
    name : of the file; folders in it do not count.
    label : what it shows.
    """

    source: Path | IO[bytes]
    name: str
    label: Label


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
        return self._add(case, Sent(source=source, name=name, label=label), now, lambda *_: None)

    def add_sent_film(self, case: str, sent: Sent, room: Room | None, now: datetime) -> KeptFilm:
        """The same of a film that somebody sent, and only where the case has it not yet, and has room.

        Parameters
        ----------
        case, sent
            Whose, and the film.
        room
            What the case may have; no end to it if None.
        now
            When.

        Raises
        ------
        FilmError
            Also when the case has that film, unless it was given up: it would count twice; or as many as it
            may have.
        """

        def check(connection: Connection, row: Mapping[str, Any]) -> None:
            _check_once(connection, row)
            if room is not None:
                _check_room(connection, case, room, row["size"])

        return self._add(case, sent, now, check)

    def _add(
        self, case: str, sent: Sent, now: datetime, check: Callable[[Connection, Mapping[str, Any]], None]
    ) -> KeptFilm:
        name = PurePath(sent.name.replace("\\", "/")).name
        film, suffix = new_id(), clean_suffix(name)
        with self._folder.draft_film() as draft:
            with _opened(sent.source) as file:
                digest = copy(file.read, draft.write)
            if (size := draft.file.tell()) == 0:
                raise FilmError(f"{name} is empty (0 bytes).", remedy="copy the film again.")
            draft.finish()
            row = {
                "id": film,
                "case_id": case,
                "name": name,
                **_label_row(sent.label),
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
                check(connection, row)
                draft.settle(self._folder.film(digest, suffix))
                connection.execute(insert(FILMS).values(row))
        return self.film(film)

    def check_room(self, case: str, room: Room) -> None:
        """Complain where a case has as many films as it may, before another one is sent.

        Raises
        ------
        FilmError
            When it has.
        """
        with self._reading() as connection:
            _check_room(connection, case, room, 0)

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
        """The film whose turn it is, for this worker alone; None where none waits.

        Cases take turns: the one whose films were measured longest ago is next, with the film of it that
        waits longest. Whoever sends many, or the same one again and again, keeps nobody else waiting for it.

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
                .order_by(func.coalesce(_last_turn(), _NEVER), FILMS.c.added, FILMS.c.id)
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
                ended = _end_row(connection, ending)
                _set(connection, film, **_IDLE, **ended, share=1.0, present=stays)
                write_down(connection, before, ended["state"], before.told)
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
            _set(connection, film, state=FilmState.WAITING, told=None, **_IDLE, **fresh)
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


def _last_turn() -> ScalarSelect[Any]:
    """When a film of the same case was begun last."""
    other = FILMS.alias()
    return select(func.max(other.c.started)).where(other.c.case_id == FILMS.c.case_id).scalar_subquery()


def _check_once(connection: Connection, row: Mapping[str, Any]) -> None:
    same = FILMS.c.case_id == row["case_id"], FILMS.c.digest == row["digest"]
    held = select(FILMS.c.id).where(*same, FILMS.c.state.not_in(_GIVEN_UP_STATES)).limit(1)
    if connection.scalar(held) is not None:
        raise FilmError(
            f"{row['name']} is here already.",
            remedy="film once more; or erase the other one first, if this one shows something else.",
        )


def _check_room(connection: Connection, case: str, room: Room, size: int) -> None:
    mine = FILMS.c.case_id == case
    rows = connection.execute(select(FILMS.c.state, FILMS.c.size, FILMS.c.present).where(mine)).all()
    if sum(row.state in _BUSY for row in rows) >= room.waiting:
        raise FilmError(f"{room.waiting} films wait already.", remedy="wait until some are measured.")
    if len(rows) >= room.films:
        raise FilmError(f"There are {room.films} films here already.", remedy="erase some first.")
    if sum(row.size for row in rows if row.present) + size > room.size:
        raise FilmError(
            f"There are {room.size / (1 << 30):.2g} GB of films here already.", remedy="erase some first."
        )


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
    for row in connection.execute(select(FILMS).where(*silent, FILMS.c.attempts >= MOST_ATTEMPTS)).all():
        _set(connection, row.id, **_IDLE, **hopeless)
        write_down(connection, row, FilmState.FAILED, now)
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

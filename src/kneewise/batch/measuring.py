"""Order → results in a folder of their own, and what they say in rows: the work of one worker on one film.

The film itself is read by the child that reads those of the pages, too: with limits, and within walls.
"""

import hashlib
import json
import os
import platform
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Error, FilmError, InputError, OutputError
from ..files import check_file, digest_of
from ..formats import legible
from ..markers import is_measured
from ..pipeline import analysing_version, key_of
from ..pose import load_estimator
from ..results import cannot_read
from ..results_folder import bring_to_disk, scratch
from ..results_reading import SUMMARY
from .order import Entry, Order, Outcome, Reason
from .rows import FILM_COLUMNS, REPETITION_COLUMNS, checked, film_row, repetition_rows

if TYPE_CHECKING:
    from ..measuring import Order as Asked

REFUSED = "refused.json"
"""What is kept of a film that cannot be measured, in place of results."""
_MADE, _TAKEN, _LOG, _DAMAGED = "made", "taken", "said.txt", "damaged"
_BROKE_OFF = "Measuring this film broke off: it needs more memory or time than a film should."
_OUT_OF_TIME = "Measuring this film took too long and was stopped."
_AGAIN = "start the same command again; send the film to the makers of kneewise where it comes back."
_SHORTER = "export it as MP4, shorter or with 1080p, and start the same command again."


def measure_entry(order: Order) -> Outcome:
    """Measure one film, unless that was done before, and say what came of it.

    Notes
    -----
    The folder of the results is made aside and moved to its place whole. A worker that is killed leaves
    nothing there; of two that measure the same film, one result stays.
    """
    try:
        _check_folder(order.home)
        return _measure(order)
    except InputError as error:
        return Outcome(film={}, reasons=(_reason(error),))
    except Error as error:
        return Outcome(film={}, reasons=(_reason(error),), stops=True)


def name_results(digest: str, entry: Entry, provenance: dict[str, str]) -> str:
    """Name of the results of a film: the same where everything that determines them is the same.

    Parameters
    ----------
    digest
        SHA-256 of the film.
    entry
        Who was filmed, carrying what.
    provenance
        Of the estimator.
    """
    made_of = {
        "measurement": key_of(digest, entry.person, provenance),
        "mass": entry.person.mass,
        "sex": entry.person.sex,
        "assumed": entry.person.assumed,
        "load": entry.burden.mass,
        "bar": entry.burden.bar,
        "tests": [[test.id, test.side, test.value, test.sd] for test in entry.tests],
        "analysing": analysing_version(),
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def _check_folder(home: Path) -> None:
    if not home.is_dir():
        raise OutputError(
            f"The worker on {platform.node()} does not see the folder {home}.",
            remedy="choose --out, and films, on a disk that all machines have at the same place.",
        )


def _measure(order: Order) -> Outcome:
    film = order.entry.film
    digest = _digest(film)
    key = name_results(digest, order.entry, {} if _is_measured(film) else _provenance(order.model))
    place = order.home / key
    before = _look(place)
    if before is not None:
        return before
    _make(order, digest, place)
    return _read(place, anew=True)


def _digest(film: Path) -> str:
    """SHA-256 of a film; what the disk refuses holds for this film, and not for all."""
    try:
        check_file(film, "film", FilmError)
        return digest_of(film)
    except OSError as error:
        raise cannot_read(film, error) from error


def _is_measured(film: Path) -> bool:
    try:
        return is_measured(film)
    except OSError as error:
        raise cannot_read(film, error) from error


@cache
def _provenance(model: str) -> dict[str, str]:
    """Of the networks, which are loaded once by each worker to know it."""
    return load_estimator(model).provenance


def _make(order: Order, digest: str, place: Path) -> None:
    """Have a child measure the film, and keep what it leaves, whole.

    Raises
    ------
    InputError
        When the film cannot be measured this time; what holds for every time is kept.
    OutputError
        When nothing can be written.
    """
    # Imported late: the command line would wait for the memory to load, which the same child serves.
    from ..measuring import Ended, Limits, Places, Task, run_child

    with scratch(place) as folder:
        made = folder / _MADE
        made.mkdir()
        task = Task(
            order=_ask(order, made),
            places=Places(reads=order.entry.film, writes=made, says=folder / _LOG),
            limits=Limits(),
        )
        done = run_child(task, lambda _what, _share: _touch(folder))
        if done.ended is Ended.FULL:
            raise OutputError(
                f"The disk of {order.home} is full.",
                remedy="free some room, and start the same command again.",
            )
        if done.ended is not Ended.WELL:
            raise InputError(_OUT_OF_TIME if done.ended is Ended.LATE else _BROKE_OFF, remedy=_SHORTER)
        _keep(_settle(made, order.entry.film, digest), place)


def _touch(folder: Path) -> bool:
    """Say that somebody works here; true, because a film that was begun is measured to its end."""
    os.utime(folder)
    return True


def _ask(order: Order, made: Path) -> "Asked":
    """What the child is asked."""
    from ..measuring import Order as Asked
    from ..store.packing import pack

    entry = order.entry
    return Asked(
        film=str(entry.film),
        out=str(made),
        person=pack(entry.person, {}),
        load=entry.burden.mass,
        bar=entry.burden.bar.value,
        model=order.model,
        tests=tuple(pack(test, {}) for test in entry.tests),
    )


def _settle(made: Path, film: Path, digest: str) -> Path:
    """Folder of what the child left: results, or why there are none, of the film that has this digest."""
    from ..measuring import RESULTS, read_left, take_in

    left, results = read_left(made), made.with_name(_TAKEN)
    if left is None:
        raise InputError(_BROKE_OFF, remedy=_SHORTER)
    if take_in(made / RESULTS, results) is not None:
        seen = _digest_in(results)
    elif left.issue is None:
        raise InputError(_BROKE_OFF, remedy=_SHORTER)
    else:
        results.mkdir()
        told = {"because": f"{left.issue.because}.", "remedy": f"{left.issue.remedy}."}
        (results / REFUSED).write_text(json.dumps(told), encoding="utf-8")
        seen = _digest(film)  # a disk that was away for a moment condemns no film
    if seen != digest:
        raise InputError(
            "The film changed while it was measured.",
            remedy="start the same command again when it is all there.",
        )
    return results


def _digest_in(results: Path) -> str | None:
    """Of the film that results are of; None where they do not say."""
    try:
        return str((_read_json(results / SUMMARY) or {})["films"][0]["sha256"])
    except (LookupError, TypeError):
        return None


def _keep(results: Path, place: Path) -> None:
    """Results at their place; where somebody else was faster, theirs stay, and what is damaged gives way."""
    bring_to_disk(results)
    try:
        results.rename(place)
    except OSError:
        if not os.path.lexists(place):
            raise
        if _look(place) is None:
            place.rename(results.with_name(_DAMAGED))  # removed with the scratch folder
            results.rename(place)


def _look(place: Path) -> Outcome | None:
    """What lies at the place of the results from before; None where that is nothing whole."""
    try:
        return _read(place, anew=False)
    except (InputError, LookupError, TypeError, ValueError):
        return None


def _read(place: Path, *, anew: bool) -> Outcome:
    """What lies at the place of the results.

    Raises
    ------
    InputError
        When there are none.
    """
    refused = _read_json(place / REFUSED)
    if refused is not None:
        reason = Reason(because=legible(refused["because"]), remedy=legible(refused["remedy"]))
        return Outcome(key=place.name, film={}, reasons=(reason,), anew=anew)
    summary = _read_json(place / SUMMARY)
    if summary is None:
        raise InputError(f"The folder {place} holds no results that can be read.", remedy=_AGAIN)
    return Outcome(
        key=place.name,
        film=checked(film_row(summary), FILM_COLUMNS),
        repetitions=tuple(checked(row, REPETITION_COLUMNS) for row in repetition_rows(summary)),
        reasons=tuple(
            Reason(because=legible(row["because"]), remedy=legible(row["remedy"]))
            for row in summary["unmeasured"]
            if row["what"] == "repetitions"
        ),
        anew=anew,
    )


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _reason(error: Error) -> Reason:
    return Reason(because=legible(error.what), remedy=legible(error.remedy))

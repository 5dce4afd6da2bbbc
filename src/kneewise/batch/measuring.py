"""Order → results in a folder of their own, and what they say in rows: the work of one worker on one film."""

import hashlib
import json
import platform
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import DependencyError, Error, FilmError, FormatError, InputError, OutputError
from ..files import check_file, digest_of
from ..markers import is_measured
from ..pipeline import analysing_version, key_of
from ..pose import Estimator, load_estimator
from ..results import Job, analyse_films, cannot_read
from ..results_folder import scratch
from ..results_reading import SUMMARY
from .order import Entry, Order, Outcome, Reason
from .rows import film_row, repetition_rows

REFUSED = "refused.json"
"""What is kept of a film that cannot be measured, in place of results."""


def measure_entry(order: Order) -> Outcome:
    """Measure one film, unless that was done before, and say what came of it.

    Notes
    -----
    The folder of the results is made aside and moved to its place whole. A worker that is killed leaves
    nothing there; of two that measure the same film, one result stays.
    """
    try:
        _check_worker(order)
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


def _check_worker(order: Order) -> None:
    if order.version != analysing_version():
        raise DependencyError(
            f"The worker on {platform.node()} has another kneewise than the one that asks.",
            remedy="install the same version on all machines, and start the workers again.",
        )
    if not order.home.is_dir():
        raise OutputError(
            f"The worker on {platform.node()} does not see the folder {order.home}.",
            remedy="choose --out, and films, on a disk that all machines have at the same place.",
        )


def _measure(order: Order) -> Outcome:
    film = order.entry.film
    check_file(film, "film", FilmError)
    try:
        digest = digest_of(film)
    except OSError as error:
        raise cannot_read(film, error) from error
    estimator = _estimator(order.model)
    key = name_results(digest, order.entry, {} if is_measured(film) else estimator.provenance)
    place = order.home / key
    anew = not place.exists()
    if anew:
        _make(order.entry, estimator, place)
    return _read(place, anew=anew)


@cache
def _estimator(model: str) -> Estimator:
    """Loaded once by each worker."""
    return load_estimator(model)


def _make(entry: Entry, estimator: Estimator, place: Path) -> None:
    """Results at their place, whole; where somebody else was faster, theirs stay."""
    job = Job(
        films=(entry.film,), person=entry.person, burden=entry.burden, estimator=estimator, tests=entry.tests
    )
    with scratch(place) as folder:
        results = folder / "results"
        try:
            analyse_films(job, results)
        except (FilmError, FormatError) as error:
            results.mkdir(exist_ok=True)
            told = {"because": error.what, "remedy": error.remedy}
            (results / REFUSED).write_text(json.dumps(told), encoding="utf-8")
        try:
            results.rename(place)
        except OSError:
            if not place.exists():
                raise


def _read(place: Path, *, anew: bool) -> Outcome:
    """What lies at the place of the results."""
    refused = _read_json(place / REFUSED)
    if refused is not None:
        return Outcome(key=place.name, film={}, reasons=(Reason(**refused),), anew=anew)
    summary = _read_json(place / SUMMARY)
    if summary is None:
        raise InputError(
            f"The folder {place} holds no results that can be read.",
            remedy="remove it, and start the same command again.",
        )
    return Outcome(
        key=place.name,
        film=film_row(summary),
        repetitions=repetition_rows(summary),
        reasons=tuple(
            Reason(because=row["because"], remedy=row["remedy"])
            for row in summary["unmeasured"]
            if row["what"] == "repetitions"
        ),
        anew=anew,
    )


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, json.JSONDecodeError):
        return None
    return content if isinstance(content, dict) else None


def _reason(error: Error) -> Reason:
    return Reason(because=error.what, remedy=error.remedy)

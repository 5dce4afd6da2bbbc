"""Entries → everything: films measured, tables written, and what to say about it."""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DependencyError, OutputError
from ..formats import legible
from .dataset import FAILURES, FILMS, REPETITIONS, SCHEMA, writing
from .measuring import measure_entry
from .order import Batch, Entry, Order, Outcome, Reason

if TYPE_CHECKING:
    from ..cluster import Lost

RESULTS = "films"
"""Folder of the folders of results."""
_LONGEST = 2 * 3600
"""A film takes the hour that its child has at the most, waits for a busy disk, and is read; estimate. [s]"""
_SILENT, _ABANDONED = 600.0, 30 * 24 * 3600.0
"""Nobody works any more on a film that was not touched for so long, and on tables begun so long ago. [s]"""
_SHOWN = 10
"""Failures that the terminal tells; the table has all."""


@dataclass(slots=True)
class Tally:
    """What came of all films so far.

    Attributes
    ----------
    films : in the list.
    measured, before : films measured now, and in earlier runs.
    repetitions : of all films, each film counted once for every time that it is listed.
    failures : films that were not measured, and why.
    """

    films: int
    measured: int = 0
    before: int = 0
    repetitions: int = 0
    failures: list[tuple[str, Reason]] = field(default_factory=list)
    refused: int = 0

    @property
    def done(self) -> int:
        """Films of which it is known what came of them."""
        return self.measured + self.before + self.refused

    def count(self, entry: Entry, outcome: Outcome) -> None:
        """Count a film."""
        self.failures += [(legible(str(entry.film)), reason) for reason in outcome.reasons]
        self.repetitions += len(outcome.repetitions)
        if outcome.reasons:
            self.refused += 1
        elif outcome.anew:
            self.measured += 1
        else:
            self.before += 1

    def as_json(self, out: Path) -> dict[str, Any]:
        """The same in plain types, with where the tables lie."""
        return {
            "schema": SCHEMA,
            "films": self.films,
            "measured": self.measured,
            "measured_before": self.before,
            "not_measured": self.refused,
            "repetitions": self.repetitions,
            "failures": [{"film": film, **asdict(reason)} for film, reason in self.failures],
            "tables": {name.partition(".")[0]: str(out / name) for name in (FILMS, REPETITIONS, FAILURES)},
        }


def measure_many(
    batch: Batch,
    tally: Tally,
    report: Callable[[str, float], None] = lambda _what, _share: None,
    work: Callable[[Order], Outcome] = measure_entry,
) -> None:
    """Measure every film that was not measured before, and write the tables of all.

    Parameters
    ----------
    batch
        What is to be measured.
    tally
        Takes what came of each film.
    report
        Called with what is being done and the share of the whole done.
    work
        What is done with a film; that of the module it is in, which workers import.

    Raises
    ------
    Error
        When no film can be measured at all, such as without scheduler or disk. What was measured stays.
    """
    from ..cluster import Lost, Waiting, connected, cores, work_through  # late: Dask takes long to load

    home = (batch.out / RESULTS).absolute()
    with writing(batch.out) as tables:
        _make_home(home)
        _remove_left(home, _SILENT)
        _remove_left(batch.out, _ABANDONED)
        orders = [Order(entry=entry, model=batch.model, home=home) for entry in batch.entries]
        report("starting", 0.0)
        with connected(batch.scheduler, min(batch.workers or cores(), len(orders))) as client:
            report(_describe_state(tally), 0.0)
            for place, done in work_through(client, orders, work, Waiting(longest=_LONGEST)):
                outcome = _given_up(done) if isinstance(done, Lost) else _checked(done)
                tables.add(place, batch.entries[place], outcome)
                tally.count(batch.entries[place], outcome)
                report(_describe_state(tally), tally.done / tally.films)


def describe_tally(tally: Tally, out: Path) -> str:
    """A few lines for the terminal: what was measured, what was not and why, and where everything lies."""
    before = f", {tally.before} of them before" if tally.before else ""
    lines = [
        f"{tally.measured + tally.before} of {tally.films} films measured{before}: "
        f"{tally.repetitions} repetition{'s' * (tally.repetitions != 1)}"
    ]
    for film, reason in tally.failures[:_SHOWN]:
        lines += [f"  not measured: {film}: {reason.because}", f"    Try: {reason.remedy}"]
    if len(tally.failures) > _SHOWN:
        lines.append(f"  and {len(tally.failures) - _SHOWN} more reasons in {FAILURES}")
    lines.append(f"Tables: {', '.join(legible(str(out / name)) for name in (FILMS, REPETITIONS, FAILURES))}")
    return "\n".join(lines)


def _make_home(home: Path) -> None:
    try:
        home.mkdir(exist_ok=True)
    except FileExistsError as error:
        raise OutputError(
            f"{legible(str(home))} is a file, and the folder of all results is called so.",
            remedy="move it elsewhere, or choose another folder with --out.",
        ) from error


def _describe_state(tally: Tally) -> str:
    refused = f", {tally.refused} cannot be" if tally.refused else ""
    return f"{tally.measured + tally.before} of {tally.films} films measured{refused}"


def _checked(outcome: Outcome) -> Outcome:
    """An outcome, where what is wrong with one film is not wrong with all; else an end."""
    if outcome.stops:
        (reason,) = outcome.reasons
        raise DependencyError(reason.because, remedy=reason.remedy)
    return outcome


def _given_up(lost: "Lost") -> Outcome:
    return Outcome(film={}, reasons=(Reason(because=lost.because, remedy=lost.remedy),))


def _remove_left(folder: Path, age: float) -> None:
    """Remove what runs and workers that were killed so long ago left half done."""
    for place in folder.glob(".kneewise-*"):
        with suppress(FileNotFoundError):  # another run has just done with it
            if time.time() - place.stat().st_mtime > age:
                shutil.rmtree(place, ignore_errors=True)

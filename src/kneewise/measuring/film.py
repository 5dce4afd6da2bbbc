"""Order → results in a folder, by way of `analyse_films`."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..casefile import build_burden
from ..conventions import Side
from ..errors import InputError
from ..markers import is_measured
from ..model import Issue, Person, Severity, Study, Tested
from ..pose import load_estimator
from ..results import Job, analyse_films
from ..store.packing import pack, pack_trial, unpack
from .order import ENDING, RESULTS, TRIAL, Order


def measure_film(order: Order, report: Callable[[str, float], None]) -> None:
    """Measure a film and leave everything that came of it in the folder of the order.

    Parameters
    ----------
    order
        What is asked.
    report
        Called with what is being done and the share of the whole done.
    """
    out = Path(order.out)
    job = Job(
        films=(Path(order.film),),
        person=unpack(Person, order.person, {}),
        burden=build_burden(order.load, order.bar),
        estimator=load_estimator(order.model),
        tests=tuple(_tested(row) for row in order.tests),
    )
    studies: list[Study] = []
    try:
        analyse_films(job, out / RESULTS, report=report, keep=studies.append)
    except InputError as error:
        _leave(out, {}, _issue_of(error))
        return
    trial = replace(studies[0].trial, condition=order.condition)
    (out / TRIAL).write_bytes(pack_trial(trial))
    read_by = trial.provenance if is_measured(job.films[0]) else job.estimator.provenance
    _leave(out, read_by, _refusal(studies[0]))


def _tested(row: Mapping[str, Any]) -> Tested:
    side = row["side"]
    return Tested(id=row["id"], value=row["value"], side=None if side is None else Side[side], sd=row["sd"])


def _issue_of(error: InputError) -> Issue:
    because, remedy = error.what.rstrip("."), error.remedy.rstrip(".")
    return Issue(id="film_refused", severity=Severity.REFUSED, because=because, remedy=remedy)


def _refusal(study: Study) -> Issue | None:
    """Why nothing is said of a film; None where something is."""
    if study.repetitions:
        return None
    issues = (one for one in study.trial.capture.issues if one.severity is Severity.REFUSED)
    return next(issues, None)


def _leave(out: Path, estimator: Mapping[str, str], issue: Issue | None) -> None:
    told = {"estimator": dict(estimator), "issue": None if issue is None else pack(issue, {})}
    (out / ENDING).write_text(json.dumps(told), encoding="utf-8")

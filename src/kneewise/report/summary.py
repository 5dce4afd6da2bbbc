"""Analysis → summary: plain JSON types in display units, also the content of `summary.json`."""

import math
from collections.abc import Mapping, Sequence
from statistics import median

from ..conventions import (
    BODY_CONVENTIONS,
    DERIVED_MEASURES,
    DISPLAY_FACTOR,
    LEG_CONVENTIONS,
    Convention,
    Task,
    Unit,
    View,
)
from ..knowledge import EverydayLoad
from ..model import (
    Analysis,
    Finding,
    Fusion,
    Issue,
    Person,
    Severity,
    Study,
    Take,
    Trial,
    Unmeasured,
    Value,
)
from ..model.supposed import Prospect
from .departures import departure_rows
from .loads import summarise_fused_loads, summarise_loads
from .numbers import Summary, name_of, plain, show
from .whatif import summarise_prospect

SCHEMA = "kneewise.summary/1"
PURPOSE = (
    "technique and load coaching for people who train, with discomfort check-ins "
    "and a stop-and-see-a-clinician screen."
)

_TIMES = ("down", "hold", "up")
_CONVENTIONS: dict[str, Convention] = {
    **{measure.name.lower(): convention for measure, convention in LEG_CONVENTIONS.items()},
    **{measure.name.lower(): convention for measure, convention in BODY_CONVENTIONS.items()},
}
_MORE_UNITS = {name: unit for name, (_, unit) in DERIVED_MEASURES.items()}
_MORE_LABELS = {
    **{name: label for name, (label, _) in DERIVED_MEASURES.items()},
    "repetitions": "repetitions",
    "loads": "loads",
    "loads_in_newtons": "loads in newtons",
}


def summarise(
    analysis: Analysis,
    versions: Mapping[str, str | None],
    made_at: str | None = None,
    everyday: Sequence[EverydayLoad] = (),
    prospect: Prospect | Unmeasured | None = None,
) -> Summary:
    """What an analysis says, in plain JSON types and display units.

    Parameters
    ----------
    analysis
        What was understood.
    versions
        Name → version of kneewise and of what it rests on; None where it is not installed.
    made_at
        Date and time as the door knows it; None leaves it out.
    everyday
        Loads that people know, for comparison.
    prospect
        What changes would do; None where no film shows enough.

    Returns
    -------
    dict
        The contract of `summary.json`; no NaN, missing is None.
    """
    studies = analysis.studies
    person = analysis.case.person
    summary: Summary = {
        "schema": SCHEMA,
        "made_at": made_at,
        "versions": dict(versions),
        "person": _person(person),
        "tests": [
            {"id": one.id, "side": None if one.side is None else one.side.name.lower(), "value": one.value}
            for one in analysis.case.tests
        ],
        "films": [_film(study.trial, bool(study.repetitions)) for study in studies],
        "repetitions": [row for i, study in enumerate(studies) for row in _repetitions(i, study)],
        "findings": [_finding(i, finding) for i, study in enumerate(studies) for finding in study.findings],
        "unmeasured": [
            {
                "film": i,
                "what": missing.what,
                "label": label_of(missing.what),
                "because": missing.because,
                "remedy": missing.remedy,
            }
            for i, study in enumerate(studies)
            for missing in study.unmeasured
        ],
        "loads": summarise_loads(studies, person, everyday),
        "fused": _fused(analysis.fusions[0], studies) if analysis.fusions else None,
        "whatif": summarise_prospect(prospect),
    }
    for i, film in enumerate(summary["films"]):
        film["story"] = _story(film, [row for row in summary["repetitions"] if row["film"] == i])
    return summary


def _person(person: Person) -> Summary:
    return {
        "height_cm": plain(person.height * 100, 1),
        "height_sd_cm": plain(person.height_sd * 100, 1),
        "mass_kg": None if person.mass is None else plain(person.mass, 1),
        "sex": None if person.sex is None else person.sex.value,
        "assumed": list(person.assumed),
    }


def _film(trial: Trial, measured: bool) -> Summary:
    capture = trial.capture
    return {
        "name": trial.name,
        "sha256": trial.digest,
        "condition": trial.condition,
        "load_kg": plain(trial.burden.mass, 1),
        "bar": trial.burden.bar.value,
        "measured": measured,
        "view": capture.view.value,
        "azimuth_deg": plain(math.degrees(capture.azimuth), 0),
        "azimuth_sd_deg": plain(math.degrees(capture.azimuth_sd), 1),
        "camera": {
            "pitch_deg": plain(math.degrees(capture.pitch), 0),
            "pitch_sd_deg": plain(math.degrees(capture.pitch_sd), 1),
            "height_m": plain(capture.camera_height, 1),
            "distance_m": plain(capture.camera_distance, 1),
            "residual_percent_of_height": plain(100 * capture.residual, 1),
        },
        "refusals": _issues(capture.issues, Severity.REFUSED),
        "warnings": _issues(capture.issues, Severity.WARNING),
        "notes": _issues(capture.issues, Severity.NOTE),
        "provenance": dict(trial.provenance),
    }


def _issues(issues: Sequence[Issue], severity: Severity) -> list[Summary]:
    return [
        {"id": issue.id, "because": issue.because, "remedy": issue.remedy}
        for issue in issues
        if issue.severity is severity
    ]


def _repetitions(film: int, study: Study) -> list[Summary]:
    return [
        {
            "film": film,
            "number": number + 1,
            "task": repetition.task.value,
            "start_s": plain(repetition.start, 2),
            "bottom_s": plain(repetition.bottom, 2),
            "end_s": plain(repetition.end, 2),
            "complete": repetition.complete,
            "down_s": plain(repetition.down, 2),
            "hold_s": plain(repetition.hold, 2),
            "up_s": plain(repetition.up, 2),
            "values": _values(values),
        }
        for number, (repetition, values) in enumerate(zip(study.repetitions, study.values, strict=True))
    ]


def _values(values: Sequence[Value]) -> Summary:
    """At → measure → the number, or left and right with a number each."""
    told: Summary = {}
    for value in values:
        number = number_of(value)
        place = told.setdefault(value.at, {})
        if value.side is None:
            place[value.measure] = number
        else:
            place.setdefault(value.measure, {"left": None, "right": None})[name_of(value.side)] = number
    return told


def number_of(value: Value) -> Summary:
    """A value with its error, in display units."""
    return _measured(value.value, value.sd, *_display(value.measure))


def _measured(value: float, sd: float, unit: str, factor: float) -> Summary:
    digits = 2 if unit in ("s", "") else 1
    return {"value": plain(value * factor, digits), "sd": plain(sd * factor, digits), "unit": unit}


def _finding(film: int, finding: Finding) -> Summary:
    return {
        "film": film,
        "id": finding.id,
        "statement": finding.statement,
        "side": None if finding.side is None else name_of(finding.side),
        **number_behind(finding),
        "sure": finding.sure,
        "because": finding.because,
    }


def number_behind(finding: Finding) -> Summary:
    """The number behind a finding, with its sd, in its display unit."""
    return _measured(finding.value, finding.sd, finding.unit, _factor(finding.unit))


def _fused(fusion: Fusion, studies: Sequence[Study]) -> Summary:
    """The mean repetition in space of several films."""
    return {
        "task": fusion.repetition.task.value,
        "condition": studies[fusion.takes[0].film].trial.condition,
        "synchronised": fusion.synchronised,
        "phases": len(fusion.mean.phase),
        "takes": [_take(take, studies[take.film].trial) for take in fusion.takes],
        "values": _values(fusion.mean.values),
        "loads": summarise_fused_loads(fusion.mean.loads),
        "repetitions": [
            {"numbers": [take.numbers[i] + 1 for take in fusion.takes], "values": _values(one.values)}
            for i, one in enumerate(fusion.each)
        ],
        "departures": [
            {**row, "values": _values(values).get("bottom", {})}
            for row, values in departure_rows(fusion.departures)
        ],
        "warnings": _issues(fusion.issues, Severity.WARNING),
    }


def _take(take: Take, trial: Trial) -> Summary:
    return {
        "film": take.film,
        "name": trial.name,
        "view": take.view.value,
        "azimuth_deg": plain(math.degrees(take.azimuth), 0),
        "repetitions": [number + 1 for number in take.numbers],
        "offset_s": None if take.offset is None else plain(take.offset, 3),
    }


def _display(measure: str) -> tuple[str, float]:
    """Display unit of a measure, and the factor that leads there."""
    if measure in _TIMES:
        return "s", 1.0
    unit = _MORE_UNITS[measure] if measure in _MORE_UNITS else _CONVENTIONS[measure].unit
    return unit.value, DISPLAY_FACTOR[unit]


def _factor(unit: str) -> float:
    return 1.0 if unit == "s" else DISPLAY_FACTOR[Unit(unit)]


def label_of(what: str) -> str:
    """Plain-language name of a measure, or of another thing that a film may not show."""
    return (
        _CONVENTIONS[what].label if what in _CONVENTIONS else _MORE_LABELS.get(what, what.replace("_", " "))
    )


def _story(film: Summary, repetitions: Sequence[Summary]) -> list[str]:
    """The film in three or four plain sentences; empty where nothing was measured."""
    if not repetitions:
        return []
    whole = [row for row in repetitions if row["complete"]]
    told = [_count(repetitions), *([_lowest(whole), _tempo(whole)] if whole else []), _camera(film)]
    return [sentence for sentence in told if sentence]


def _count(repetitions: Sequence[Summary]) -> str:
    name = repetitions[0]["task"]
    complete = sum(row["complete"] for row in repetitions)
    cut = len(repetitions) - complete
    words = f"{complete} {name}{'' if complete == 1 else 's'} measured"
    return f"{words}, and {cut} more that the film cuts off." if cut else f"{words}."


def _lowest(repetitions: Sequence[Summary]) -> str:
    bend = typical(repetitions, "bottom", "knee_flexion")
    depth = typical(repetitions, "bottom", "depth")
    if bend is not None:
        first = f"At the lowest point the knees bend to about {show(bend)}"
        lean = typical(repetitions, "bottom", "trunk_inclination")
        return f"{first}, and the trunk leans forward {show(lean)}." if lean is not None else f"{first}."
    return "" if depth is None else f"The hips come down by {show(depth)} of the leg's length."


def _tempo(repetitions: Sequence[Summary]) -> str:
    if repetitions[0]["task"] == Task.SIT_TO_STAND.value:
        return f"Getting up takes about {median(row['up_s'] for row in repetitions):.1f} s."
    down, up = (median(row[key] for row in repetitions) for key in ("down_s", "up_s"))
    return f"Going down takes about {down:.1f}\N{NO-BREAK SPACE}s, coming up {up:.1f}\N{NO-BREAK SPACE}s."


def _camera(film: Summary) -> str:
    if film["view"] == View.SPACE.value:
        return "Measured in space, not from a film."
    azimuth = film["azimuth_deg"] or 0.0
    hand = "left" if azimuth > 0 else "right"
    where = {
        View.FRONT.value: "from the front",
        View.REAR.value: "from behind",
        View.SIDE.value: f"from the {hand} side",
        View.OBLIQUE.value: f"from the front and the {hand}, {abs(azimuth):.0f}° off straight ahead",
        View.REAR_OBLIQUE.value: f"from behind and the {hand}, {180 - abs(azimuth):.0f}° off behind",
    }.get(film["view"])
    height, distance = film["camera"]["height_m"], film["camera"]["distance_m"]
    if where is None:
        return ""
    if not (height and distance):
        return f"Filmed {where}."
    up, away = (f"{length:.1f}\N{NO-BREAK SPACE}m" for length in (height, distance))
    return f"Filmed {where}, the phone about {up} up and {away} away."


def typical(repetitions: Sequence[Summary], at: str, measure: str, side: str | None = None) -> Summary | None:
    """Median over repetitions, and over both sides unless one is named; None where nothing was measured."""
    found = []
    for row in repetitions:
        entry = row["values"].get(at, {}).get(measure)
        if entry is None:
            continue
        numbers = [entry] if "value" in entry else [entry[s] for s in ("left", "right") if side in (None, s)]
        found += [number for number in numbers if number is not None]
    if not found:
        return None
    middle = {key: median(number[key] for number in found) for key in ("value", "sd")}
    return {**middle, "unit": found[0]["unit"]}

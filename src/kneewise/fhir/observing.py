"""What was measured, tested, tried and noted → Observations: a value, its unit, its error, how it was got.

Errors stand in the quantity itself (extension `iso21090-uncertainty`, one standard deviation). What was told
without a day has none here either: when it was true is not known.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from ..conventions import (
    BODY_CONVENTIONS,
    DISPLAY_FACTOR,
    LEG_CONVENTIONS,
    Bar,
    BodyMeasure,
    Convention,
    LegMeasure,
    Side,
)
from ..gathering import middle_of
from ..model import (
    Asking,
    Burden,
    Case,
    Person,
    SelfTest,
    Study,
    Tested,
    Tier,
    Trial,
    Value,
)
from ..model.planned import DiaryNumbers
from ..model.told import Screening
from ..report import LOAD_LABELS, summarise_loads
from .elements import (
    HEIGHT,
    MASS,
    PAIN,
    Entries,
    Names,
    Resource,
    category,
    concept,
    quantity,
    side_of,
)

_UNKNOWN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
_MEASURED = category("exam", "Exam")
_TOLD = category("survey", "Survey")
_BODY = category("vital-signs", "Vital Signs")
_PLACES = {"bottom": "at the lowest point", "peak": "largest"}
_LUMBAR = "moment that straightens the low back"
_BANDS = {
    "low": "lower end of the band that holds the true value nine times in ten",
    "high": "upper end of the band that holds the true value nine times in ten",
}
_TIERS = {
    Tier.EMERGENCY: "somebody should look now",
    Tier.URGENT: "somebody should look today or tomorrow",
    Tier.REFER: "somebody should look within one to two weeks, before loading",
    Tier.CARE: "no warning sign that asks for somebody to look first; the plan heeds what is noted",
    Tier.GO: "no warning sign among the answers, which rules nothing out",
}


def tell_screening(screening: Screening, names: Names) -> Entries:
    """What the warning signs come to; preliminary while some were not asked."""
    notes = [{"text": reason.says} for reason in screening.reasons]
    tier = f"tier-{screening.tier.value}"
    yield (
        "screening",
        {
            **_observation(names, concept("screening", "warning-signs", "warning signs"), _TOLD),
            "status": "preliminary" if screening.unasked else "final",
            "valueCodeableConcept": concept("tier", tier, _TIERS[screening.tier]),
            **({"note": notes} if notes else {}),
        },
    )


def tell_body(person: Person, names: Names) -> Entries:
    """Height and mass as they were given; nothing that was assumed."""
    given = []
    if not any(words.startswith("height") for words in person.assumed):
        height = quantity(100 * person.height, "cm", 100 * person.height_sd)
        given.append(("height", HEIGHT, height))
    if person.mass is not None:
        given.append(("mass", MASS, quantity(person.mass, "kg")))
    for word, loinc, value in given:
        label = f"body {word}"
        yield (
            word,
            {
                **_observation(names, concept("measure", word, label, loinc), _BODY),
                "valueQuantity": value,
                "_effectiveDateTime": _UNKNOWN,
            },
        )


def tell_tests(case: Case, asking: Asking, names: Names) -> Entries:
    """Self-tests, with the error of the table where none was given."""
    rows = {row.id: row for row in asking.tests}
    for test in case.tests:
        row = rows[test.id]
        yield (
            f"test {test.id} {_leg(test.side)}",
            {
                **_observation(names, concept("test", row.id, row.name), _MEASURED),
                **_tested(test, row),
                **side_of(test.side),
                "method": {"text": f"self-test: {row.text}"},
            },
        )


def tell_tried(case: Case, asking: Asking, names: Names) -> Entries:
    """Numbers that were typed in for a trial, with the error of the table where none was given."""
    rows = {row.id: row for row in asking.values}
    for number, probe in enumerate(case.probes, start=1):
        for id, value in probe.values.items():
            row = rows[id]
            pain = PAIN if id.startswith("pain_") else None
            yield (
                f"trial {number} {id}",
                {
                    **_observation(names, concept("trial-value", id, row.text, pain), _TOLD),
                    "valueQuantity": quantity(value, row.unit, probe.sds.get(id, row.sd)),
                    **side_of(probe.side if row.sided else None),
                    "method": {"text": "noted by hand"},
                    "component": _circumstances(probe.condition, probe.burden, asking),
                },
            )


def tell_films(studies: Sequence[Study], person: Person, asking: Asking, names: Names) -> Entries:
    """What each film shows: angles and ways in its middle repetition, and the largest loads."""
    loads = {row["film"]: row for row in summarise_loads(studies, person)["mean_peaks"]}
    for number, study in enumerate(studies):
        told = [*(_angle(value) for value in middle_of(study)), *_loads(loads.get(number, {}))]
        for place, observed in told:
            parts = [*observed.get("component", ()), *_circumstances_of(study.trial, asking)]
            yield (
                f"film {number} {place}",
                {
                    **_observation(names, observed["code"], _MEASURED),
                    **observed,
                    "method": {"text": _method(study.trial)},
                    "device": names.refer("kneewise"),
                    "component": parts,
                },
            )


def tell_diary(days: Sequence[DiaryNumbers], names: Names) -> Entries:
    """Pain day by day."""
    for day in days:
        for word, label, value, on in (
            ("worst-of-day", "worst pain of the day", day.pain, day.on),
            ("after-24-hours", "pain 24 hours after the session", day.pain_after, day.on + timedelta(days=1)),
        ):
            if value is not None:
                yield (
                    f"{word} {day.on.isoformat()}",
                    {
                        **_observation(names, concept("diary", word, label, PAIN), _TOLD),
                        "effectiveDateTime": on.isoformat(),
                        "valueQuantity": quantity(value, "0-10"),
                    },
                )


def _observation(names: Names, what: Resource, kind: list[Resource]) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": kind,
        "code": what,
        "subject": names.refer("person"),
    }


def _tested(test: Tested, row: SelfTest) -> Resource:
    match test.value:
        case bool():
            return {"valueBoolean": test.value}
        case str():
            label = row.choices[test.value]
            return {"valueCodeableConcept": concept("answer", f"{row.id}.{test.value}", label)}
        case _:
            return {"valueQuantity": quantity(test.value, row.unit, row.sem if test.sd is None else test.sd)}


def _angle(value: Value) -> tuple[str, Resource]:
    convention = _convention(value.measure)
    factor = DISPLAY_FACTOR[convention.unit]
    label = f"{convention.label}, {_PLACES[value.at]}"
    return f"{value.measure} {value.at} {_leg(value.side)}", {
        "code": concept("measure", f"{value.measure}.{value.at}", label),
        "note": [{"text": f"{convention.meaning}. Positive: {convention.positive}."}],
        "valueQuantity": quantity(value.value * factor, convention.unit.value, value.sd * factor),
        **side_of(value.side),
    }


def _leg(side: Side | None) -> str:
    return "both" if side is None else side.name.lower()


def _convention(measure: str) -> Convention:
    name = measure.upper()
    if name in LegMeasure.__members__:
        return LEG_CONVENTIONS[LegMeasure[name]]
    return BODY_CONVENTIONS[BodyMeasure[name]]


def _loads(peaks: dict[str, Any]) -> Iterator[tuple[str, Resource]]:
    """The largest loads of a repetition, mean over whole ones, of each leg and of the low back."""
    for side in Side:
        for key, told in peaks.get(side.name.lower(), {}).items():
            load = next(load for load in LOAD_LABELS if key.startswith(f"{load.name.lower()}_"))
            word = load.name.lower()
            if told is not None:
                yield _load(word, LOAD_LABELS[load].removesuffix(" *"), key, told, side)
    for key, told in peaks.items():
        if key.startswith("lumbar_moment_") and told is not None:
            yield _load("lumbar_moment", _LUMBAR, key, told, None)


def _load(word: str, label: str, key: str, told: dict[str, float], side: Side | None) -> tuple[str, Resource]:
    unit = key.removeprefix(f"{word}_")
    return f"{key} {_leg(side)}", {
        "code": concept("load", word, f"{label}, largest"),
        "valueQuantity": quantity(told["value"], unit, told["sd"]),
        **side_of(side),
        "component": [
            {"code": concept("band", end, words), "valueQuantity": quantity(told[end], unit)}
            for end, words in _BANDS.items()
        ],
    }


def _method(trial: Trial) -> str:
    how = trial.provenance.get("method", f"film without markers, {trial.provenance.get('estimator', '')}")
    return f"{how.removesuffix(', ')}; seen from: {trial.capture.view.value}"


def _circumstances_of(trial: Trial, asking: Asking) -> list[Resource]:
    return _circumstances(trial.condition, trial.burden, asking)


def _circumstances(condition: str, burden: Burden, asking: Asking) -> list[Resource]:
    """What was done and carried while it was measured."""
    name = next((row.name for row in asking.conditions if row.id == condition), condition)
    parts: list[Resource] = [
        {
            "code": concept("circumstance", "condition", "what was done"),
            "valueCodeableConcept": concept("condition", condition, name),
        },
        {
            "code": concept("circumstance", "carried", "mass carried"),
            "valueQuantity": quantity(burden.mass, "kg"),
        },
    ]
    if burden.bar is not Bar.NONE:
        where = concept("bar", burden.bar.value, burden.bar.value)
        parts.append({"code": concept("circumstance", "bar", "where it sits"), "valueCodeableConcept": where})
    return parts

"""One case → one bundle, and the file it is written to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .. import __version__
from ..conventions import Sex
from ..knowledge.versions import hash_of_tables
from ..model import Analysis, Guidance, Person, Study
from ..model.planned import DiaryNumbers
from ..pipeline import Reasoning
from ..plan import next_training_day
from ..screening import screen
from .answering import tell_questions, tell_responses
from .elements import Entries, Names, Resource, system_of
from .observing import tell_body, tell_diary, tell_films, tell_screening, tell_tests, tell_tried
from .planning import tell_plan

_GENDERS = {Sex.FEMALE: "female", Sex.MALE: "male", None: "unknown"}
_PSEUDONYMOUS = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "PSEUDED",
    "display": "pseudonymized",
}
_ASSEMBLER = {
    "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
    "code": "assembler",
    "display": "Assembler",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that is told of one case.

    Attributes
    ----------
    of : whose, in a word that stays the same; only a hash of it is written.
    analysis : what the case means.
    reasoning : the tables that it was concluded with.
    diary : days with numbers, oldest first.
    """

    of: str
    analysis: Analysis
    reasoning: Reasoning
    diary: tuple[DiaryNumbers, ...] = ()


def build_bundle(account: Account, now: datetime) -> Resource:
    """Everything of a case that FHIR has a word for.

    Parameters
    ----------
    account
        The case.
    now
        When it is written, with its zone.

    Returns
    -------
    dict
        A Bundle as FHIR R4 has it in JSON; with a CarePlan only where nothing holds the plan back.
    """
    names = Names.of(account.of)
    told = [*_tell(account, names, now)]
    source = _provenance(account, names, [place for place, _ in told], now)
    return {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": names.name("bundle")},
        "type": "collection",
        "timestamp": now.isoformat(),
        "entry": [
            {"fullUrl": names.name(place), "resource": resource}
            for place, resource in (*told, ("provenance", source))
        ],
    }


def write_bundle(account: Account, now: datetime) -> bytes:
    """The same as a file."""
    return json.dumps(build_bundle(account, now), indent=1, ensure_ascii=False, allow_nan=False).encode()


def _tell(account: Account, names: Names, now: datetime) -> Entries:
    analysis, asking = account.analysis, account.reasoning.asking
    case = analysis.case
    screening = screen(case, asking)
    yield "person", _person(case.person, names)
    yield "kneewise", _software()
    yield from tell_questions(asking)
    yield from tell_responses(case, asking, names, is_open=bool(screening.unasked))
    yield from tell_screening(screening, names)
    yield from tell_body(case.person, names)
    yield from tell_tests(case, asking, names)
    yield from tell_tried(case, asking, names)
    yield from tell_films(analysis.studies, case.person, asking, names)
    yield from tell_diary(account.diary, names)
    match analysis.conclusion:
        case Guidance(waits_for=(), plan=plan):
            start = case.begun or next_training_day(plan, now.date())
            yield from tell_plan(plan, start, names, begun=case.begun is not None)


def _person(person: Person, names: Names) -> Resource:
    """Who, without a name: whoever has the case knows whose it is."""
    return {
        "resourceType": "Patient",
        "meta": {"security": [_PSEUDONYMOUS]},
        "identifier": [{"system": system_of("case"), "value": str(names.root)}],
        "gender": _GENDERS[person.sex],
    }


def _software() -> Resource:
    return {
        "resourceType": "Device",
        "status": "active",
        "deviceName": [{"name": "kneewise", "type": "user-friendly-name"}],
        "type": {"text": "software that measures movement in films"},
        "version": [
            {"type": {"text": "software"}, "value": __version__},
            {"type": {"text": "tables of knowledge, SHA-256"}, "value": hash_of_tables()},
        ],
    }


def _provenance(account: Account, names: Names, places: list[str], now: datetime) -> Resource:
    """Which version made it, and from which films."""
    resource: Resource = {
        "resourceType": "Provenance",
        "target": [names.refer(place) for place in places],
        "recorded": now.isoformat(),
        "agent": [{"type": {"coding": [_ASSEMBLER]}, "who": names.refer("kneewise")}],
    }
    films = [*_films(account.analysis.studies)]
    return resource | ({"entity": films} if films else {})


def _films(studies: tuple[Study, ...]) -> Iterator[Resource]:
    """Films by their hash: their names may be those of people."""
    for number, study in enumerate(studies, start=1):
        film = {"system": system_of("sha256"), "value": study.trial.digest}
        yield {"role": "source", "what": {"identifier": film, "display": f"film {number}"}}

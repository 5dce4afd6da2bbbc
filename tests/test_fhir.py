"""A case as a FHIR bundle: read by another library, held against the case itself."""

import copy
import json
import math
import re
from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from fhir.resources.R4B.bundle import Bundle
from pydantic import BaseModel
from served import NOON, client_of, housed
from trained import ANSWERS, DAY, TODAY, added, content, filmed, write
from typer.testing import CliRunner
from wording import BANNED

from kneewise import InputError
from kneewise.casefile import build_case, write_content
from kneewise.cli import app
from kneewise.fhir import Account, build_bundle, write_bundle
from kneewise.fhir.elements import UNITS
from kneewise.knowledge.asking import read_asking
from kneewise.model import Kind
from kneewise.pipeline import read_reasoning, understand
from kneewise.plan import date_plan
from kneewise.reopening import read_days
from kneewise.store import open_store

ASKING = read_asking()
UNCERTAINTY = "http://hl7.org/fhir/StructureDefinition/iso21090-uncertainty"
NAME = "Wilhelmina-Zacharias"
EVERYTHING = {
    "answers": {
        **ANSWERS,
        "knee_map": {"left": ["kneecap", "inner_front"], "right": ["kneecap"]},
        "ankle_sprains": {"left": 2, "right": 0},
        "knee_sets_8_weeks": [4, 4, 4, 6, 6, 6, 8, 8],
    },
    "test": [
        {"id": "knee_to_wall_cm", "side": "left", "value": 8.0},
        {"id": "knee_to_wall_cm", "side": "right", "value": 11.5, "sd": 0.9},
        {"id": "adductor_short", "side": "left", "value": True},
        {"id": "shoe_fit", "value": next(iter(dict((t.id, t) for t in ASKING.tests)["shoe_fit"].choices))},
    ],
    "trial": [
        {
            "condition": "heels_raised",
            "load_kg": 20,
            "bar": "front",
            "side": "left",
            "pain_before": 4,
            "pain_after": 2,
            "valgus_deg": 9.0,
            "heel_rise_mm": 12,
        }
    ],
    "checkin": [{"date": "2026-05-02", "answers": {"worst_pain": 3}}],
}


def account_of(case, of="somebody", diary=()):
    return Account(of=of, analysis=understand(case), reasoning=read_reasoning(), diary=diary)


def told(**changes):
    return build_bundle(account_of(build_case(content(**changes), ASKING)), NOON)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A case with one of everything: as it is kept, what it means, and its bundle."""
    with housed(tmp_path_factory.mktemp("fhir") / "home") as house:
        case = added(house, NAME, start=TODAY, **EVERYTHING)
        filmed(house, case)
        write(house, case, 1, 4, 2, "squat")
        write(house, case, 0, 5)
        days = read_days(house.store.entries(case), TODAY)
        analysis = house.analyse(house.open(case))
        account = Account(of=case, analysis=analysis, reasoning=house.reasoning, diary=days)
    return SimpleNamespace(id=case, account=account, bundle=build_bundle(account, NOON))


@pytest.fixture(scope="module")
def bundle(whole):
    return whole.bundle


def resources(bundle, kind):
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def by_code(bundle, word):
    """Observations with this code of our own, by leg."""
    return {
        one.get("bodySite", {}).get("text", "").removesuffix(" leg"): one
        for one in resources(bundle, "Observation")
        if any(c["code"] == word and c["system"].startswith("urn:kneewise:") for c in one["code"]["coding"])
    }


def error_of(number):
    return next(e["valueDecimal"] for e in number["extension"] if e["url"] == UNCERTAINTY)


def strings_in(part, names=("text", "display", "title", "description", "unit", "name")):
    """Words that somebody reads."""
    if isinstance(part, dict):
        for key, below in part.items():
            if isinstance(below, str) and key in names:
                yield below
            else:
                yield from strings_in(below, names)
    elif isinstance(part, list):
        for below in part:
            yield from strings_in(below, names)


# ------------------------------------------------------------------------------- what another library says


CUT_SHORT = {
    ("Observation", "status"): ("corrected", "cancelled", "entered-in-error", "unknown"),
    ("QuestionnaireItem", "type"): (
        "time",
        "string",
        "text",
        "url",
        "choice",
        "open-choice",
        "attachment",
        "reference",
        "quantity",
    ),
}
"""Closed lists of FHIR R4 of which the library tells the beginning only → the rest."""


def wrong_codes(model):
    """Codes outside of the list that FHIR closes for their place; the library knows it and does not look."""
    if isinstance(model, list):
        for one in model:
            yield from wrong_codes(one)
    elif isinstance(model, BaseModel):
        for name, field in type(model).model_fields.items():
            value = getattr(model, name, None)
            listed = (field.json_schema_extra or {}).get("enum_values", [])
            closed = [*listed, *(CUT_SHORT[type(model).__name__, name] if "+" in listed else ())]
            given = value if isinstance(value, list) else [value]
            # The library lists what open sets are for, too: those are words, and no codes.
            if closed and all(re.fullmatch(r"[a-zA-Z0-9-]+|\+", word) for word in closed):
                yield from (one for one in given if isinstance(one, str) and one not in closed)
            yield from wrong_codes(value)


def check(bundle):
    """Complain about what is no bundle of FHIR R4."""
    wrong = [*wrong_codes(Bundle.model_validate(bundle))]
    if wrong:
        raise ValueError(f"Codes that FHIR does not know: {wrong}")


@pytest.mark.parametrize(
    "answers",
    [
        ANSWERS,
        {**ANSWERS, "straight_leg": "no"},
        {**ANSWERS, "emergency_leg": ["cold_foot"]},
        {name: one for name, one in ANSWERS.items() if name != "medicines"},
        {},
    ],
    ids=["plan", "referral", "emergency", "open question", "nothing answered"],
)
def test_another_library_accepts_it_wherever_the_way_ends(answers):
    choices = next(q for q in ASKING.questions if q.id == "emergency_leg").choices
    if "emergency_leg" in answers and answers["emergency_leg"] != ["none"]:
        answers = {**answers, "emergency_leg": [next(word for word in choices if word != "none")]}
    check(told(answers=answers))


def test_another_library_reads_and_writes_it_without_loss(whole):
    file = write_bundle(whole.account, NOON)
    assert json.loads(file) == whole.bundle
    check(whole.bundle)
    again = Bundle.model_validate_json(file).model_dump_json().replace(':00Z"', ':00+00:00"')
    assert json.loads(again) == whole.bundle


def first(bundle, kind):
    return resources(bundle, kind)[0]


def quantity_in(bundle):
    return by_code(bundle, "knee_to_wall_cm")["left"]


REFUSED = (ValueError, KeyError)
"""A kind of resource that the library does not know is a KeyError."""
SPOILED = {
    "an observation without a state": lambda b: first(b, "Observation").pop("status"),
    "an observation of nothing": lambda b: first(b, "Observation").pop("code"),
    "a state that there is not": lambda b: first(b, "Observation").update(status="done"),
    "two values in one": lambda b: quantity_in(b).update(valueBoolean=True),
    "a number as a word": lambda b: quantity_in(b)["valueQuantity"].update(value="eight"),
    "an error without a number": lambda b: quantity_in(b)["valueQuantity"]["extension"][0].update(
        valueDecimal="small"
    ),
    "a field that there is not": lambda b: first(b, "CarePlan").update(diagnosis="x"),
    "a plan of nobody": lambda b: first(b, "CarePlan").pop("subject"),
    "a plan without an intent": lambda b: first(b, "CarePlan").pop("intent"),
    "a day that there is not": lambda b: first(b, "CarePlan")["activity"][0]["detail"]["scheduledTiming"][
        "repeat"
    ].update(dayOfWeek=["monday"]),
    "a date that there is not": lambda b: first(b, "Goal").update(startDate="2026-02-30"),
    "an answer to nothing": lambda b: first(b, "QuestionnaireResponse")["item"][0].pop("linkId"),
    "a question without a kind": lambda b: first(b, "Questionnaire")["item"][0].pop("type"),
    "a kind of question that there is not": lambda b: first(b, "Questionnaire")["item"][0].update(
        type="scale"
    ),
    "a source of nothing": lambda b: first(b, "Provenance").pop("target"),
    "a time without a zone": lambda b: first(b, "Provenance").update(recorded="2026-05-04T12:00:00"),
    "a resource that there is not": lambda b: first(b, "Device").update(resourceType="Software"),
    "a bundle without a kind": lambda b: b.pop("type"),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_is_spoiled_is_refused(bundle, spoil):
    spoiled = copy.deepcopy(bundle)
    spoil(spoiled)
    assert spoiled != bundle
    with pytest.raises(REFUSED):
        check(spoiled)


def test_every_reference_leads_to_a_resource_in_it(bundle):
    names = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name) for name in names)
    led = re.findall(r'"reference": "([^"]+)"', json.dumps(bundle))
    assert set(led) <= set(names)
    assert set(names) - set(led) == {names[-1]}  # all but what tells where the rest is from


# -------------------------------------------------------------------------------- who, and who not by name


def test_nobody_can_be_known_from_it(whole):
    file = write_bundle(whole.account, NOON).decode()
    for private in (NAME, whole.id, "squat0.8.mp4"):
        assert private not in file
    (person,) = resources(whole.bundle, "Patient")
    assert person["gender"] == "female"
    assert not {"name", "birthDate", "address", "telecom"} & person.keys()


def test_it_names_no_disease(bundle):
    assert {e["resource"]["resourceType"] for e in bundle["entry"]} == {
        "Patient",
        "Device",
        "Questionnaire",
        "QuestionnaireResponse",
        "Observation",
        "CarePlan",
        "Goal",
        "Provenance",
    }
    assert BANNED.findall(" | ".join(strings_in(bundle))) == []


def test_the_same_case_has_the_same_names_again(whole):
    later = build_bundle(whole.account, NOON + DAY)
    assert [e["fullUrl"] for e in later["entry"]] == [e["fullUrl"] for e in whole.bundle["entry"]]
    assert {e["fullUrl"] for e in told()["entry"]} & {e["fullUrl"] for e in whole.bundle["entry"]} == set()


# ------------------------------------------------------------------------------------------- what was told


def read_back(response):
    """Answers as a case has them, from items."""
    questions = {question.id: question for question in ASKING.questions}
    answers = {}
    for item in response.get("item", ()):
        id, _, side = item["linkId"].partition(".")
        values = [read_value(one, id) for one in item["answer"]]
        one = tuple(values) if questions[id].type in (Kind.MANY, Kind.WEEKS) else values[0]
        if side:
            answers.setdefault(id, {})[side] = one
        else:
            answers[id] = one
    return answers


def read_value(answer, id):
    ((kind, value),) = answer.items()
    match kind:
        case "valueCoding":
            return value["code"].removeprefix(f"{id}.")
        case "valueQuantity":
            return value["value"]
        case _:
            return value


def test_every_answer_can_be_read_back(whole):
    case = whole.account.analysis.case
    begin, checkin = resources(whole.bundle, "QuestionnaireResponse")
    assert read_back(begin) == case.answers
    assert "authored" not in begin
    assert read_back(checkin) == case.checkins[0].answers
    assert checkin["authored"] == "2026-05-02"


def test_every_answer_fits_its_question(bundle):
    (questions,) = resources(bundle, "Questionnaire")
    items = {item["linkId"]: item for item in questions["item"]}
    assert len(items) == len(questions["item"])
    for response in resources(bundle, "QuestionnaireResponse"):
        assert response["questionnaire"] == f"{questions['url']}|{questions['version']}"
        for answered in response["item"]:
            item = items[answered["linkId"]]
            assert answered["text"] == item["text"]
            assert len(answered["answer"]) == 1 or item["repeats"]
            for one in answered["answer"]:
                ((kind, value),) = one.items()
                assert kind == {"choice": "valueCoding", "quantity": "valueQuantity"}[item["type"]]
                assert kind != "valueCoding" or {kind: value} in item["answerOption"]


def test_a_code_never_means_two_things(bundle):
    meanings = {}

    def note(part):
        if isinstance(part, dict):
            if {"system", "code", "display"} <= part.keys():
                meanings.setdefault((part["system"], part["code"]), set()).add(part["display"])
            for below in part.values():
                note(below)
        elif isinstance(part, list):
            for below in part:
                note(below)

    note(bundle)
    assert {name: words for name, words in meanings.items() if len(words) > 1} == {}


def test_answers_are_still_going_on_while_warning_signs_are_open():
    unasked = {name: one for name, one in ANSWERS.items() if name != "medicines"}
    states = {
        name: (first(of, "QuestionnaireResponse")["status"], by_code(of, "warning-signs")[""]["status"])
        for name, of in (("open", told(answers=unasked)), ("asked", told()))
    }
    assert states == {"open": ("in-progress", "preliminary"), "asked": ("completed", "final")}


def test_a_referral_says_how_soon_somebody_should_look_and_why():
    said = by_code(told(answers={**ANSWERS, "straight_leg": "no"}), "warning-signs")[""]
    assert said["valueCodeableConcept"]["coding"][0]["code"] in ("tier-1", "tier-2")
    assert "somebody should look" in said["valueCodeableConcept"]["text"]
    assert said["note"]


# --------------------------------------------------------------------------------------- what was measured


def test_every_unit_that_is_asked_for_has_a_code():
    asked = (*ASKING.questions, *ASKING.person, *ASKING.tests, *ASKING.values)
    assert {row.unit for row in asked} - UNITS.keys() == set()


def test_a_test_has_its_own_error_or_that_of_the_table(bundle):
    wall = by_code(bundle, "knee_to_wall_cm")
    row = next(test for test in ASKING.tests if test.id == "knee_to_wall_cm")
    got = {side: one["valueQuantity"] for side, one in wall.items()}
    assert {side: (one["value"], one["code"]) for side, one in got.items()} == {
        "left": (8.0, "cm"),
        "right": (11.5, "cm"),
    }
    assert {side: error_of(one) for side, one in got.items()} == {"left": row.sem, "right": 0.9}
    assert by_code(bundle, "adductor_short")["left"]["valueBoolean"] is True


def test_a_trial_says_what_was_done_carried_and_felt(bundle):
    (lean,) = by_code(bundle, "valgus_deg").values()
    assert (lean["valueQuantity"]["value"], lean["valueQuantity"]["code"]) == (9.0, "deg")
    assert lean["bodySite"]["text"] == "left leg"
    around = {part["code"]["coding"][0]["code"]: part for part in lean["component"]}
    assert around["condition"]["valueCodeableConcept"]["coding"][0]["code"] == "heels_raised"
    assert around["carried"]["valueQuantity"]["value"] == 20
    assert around["bar"]["valueCodeableConcept"]["coding"][0]["code"] == "front"
    (heel,) = by_code(bundle, "heel_rise_mm").values()
    assert heel["valueQuantity"]["code"] == "mm"
    (pain,) = by_code(bundle, "pain_after").values()
    assert [code["code"] for code in pain["code"]["coding"]] == ["72514-3", "pain_after"]


def test_what_a_film_shows_is_what_was_measured_with_its_error(whole):
    (study,) = whole.account.analysis.studies
    measured = {(v.measure, v.at, v.side): v for v in study.values[0]}
    for measure, at, unit, factor in (
        ("knee_flexion", "bottom", "deg", 180 / math.pi),
        ("knee_frontal_projection", "peak", "deg", 180 / math.pi),
        ("heel_rise", "peak", "cm", 100),
        ("trunk_inclination", "bottom", "deg", 180 / math.pi),
        ("depth", "bottom", "%", 100),
    ):
        found = by_code(whole.bundle, f"{measure}.{at}")
        for (name, when, side), value in measured.items():
            if (name, when) == (measure, at):
                got = found["" if side is None else side.name.lower()]["valueQuantity"]
                assert got["value"] == pytest.approx(value.value * factor, abs=6e-4)
                assert error_of(got) == pytest.approx(value.sd * factor, abs=6e-4)
                assert got["code"] == unit


def test_no_number_of_a_film_is_without_its_error_its_method_and_its_device(bundle):
    (device,) = [e["fullUrl"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Device"]
    shown = [one for one in resources(bundle, "Observation") if "device" in one]
    assert len(shown) > 20
    for one in shown:
        assert error_of(one["valueQuantity"]) > 0
        assert "film without markers" in one["method"]["text"]
        assert one["device"]["reference"] == device


def test_a_load_has_the_band_that_holds_it_nine_times_in_ten(bundle):
    loads = by_code(bundle, "patellofemoral_force")
    assert loads.keys() == {"left", "right"}
    for one in loads.values():
        ends = {part["code"]["coding"][0]["code"]: part.get("valueQuantity") for part in one["component"]}
        assert ends["low"]["value"] < one["valueQuantity"]["value"] < ends["high"]["value"]
        assert {ends["low"]["code"], ends["high"]["code"], one["valueQuantity"]["code"]} == {"N"}


def test_height_and_mass_are_told_as_vital_signs_where_they_were_given(bundle):
    given = {
        code["code"]: one["valueQuantity"]
        for one in resources(bundle, "Observation")
        for code in one["code"]["coding"]
        if code["system"] == "http://loinc.org" and code["code"] != "72514-3"
    }
    assert {code: (one["value"], one["code"]) for code, one in given.items()} == {
        "8302-2": (172.0, "cm"),
        "29463-7": (68.0, "kg"),
    }


def test_what_was_assumed_of_the_body_is_not_told():
    assert by_code(told(person={"sex": "f"}), "height") == {}


def test_pain_stands_on_the_day_it_was_felt(bundle):
    worst = [
        (one["effectiveDateTime"], one["valueQuantity"]["value"])
        for one in resources(bundle, "Observation")
        if one["code"]["text"] == "worst pain of the day"
    ]
    (after,) = by_code(bundle, "after-24-hours").values()
    assert worst == [((TODAY - DAY).isoformat(), 4.0), (TODAY.isoformat(), 5.0)]
    assert (after["effectiveDateTime"], after["valueQuantity"]["value"]) == (TODAY.isoformat(), 2.0)


def test_where_it_is_from_is_told_with_version_and_films(whole):
    from kneewise import __version__
    from kneewise.knowledge.versions import hash_of_tables

    (device,) = resources(whole.bundle, "Device")
    assert [one["value"] for one in device["version"]] == [__version__, hash_of_tables()]
    (source,) = resources(whole.bundle, "Provenance")
    (study,) = whole.account.analysis.studies
    assert [one["what"]["identifier"]["value"] for one in source["entity"]] == [study.trial.digest]


# ---------------------------------------------------------------------------------------------- what to do


def days_of(detail):
    """The days that a timing comes to, by the rules of FHIR."""
    repeat = detail["scheduledTiming"]["repeat"]
    assert (repeat["period"], repeat["periodUnit"], repeat["frequency"]) == (
        1,
        "wk",
        len(repeat["dayOfWeek"]),
    )
    first, last = (date.fromisoformat(repeat["boundsPeriod"][end]) for end in ("start", "end"))
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if week[day.weekday()] in repeat["dayOfWeek"]]


def test_the_plan_trains_the_same_exercises_on_the_same_days(whole):
    (plan,) = resources(whole.bundle, "CarePlan")
    found = Counter(
        (day, activity["detail"]["code"]["coding"][0]["code"])
        for activity in plan["activity"]
        for day in days_of(activity["detail"])
    )
    dates = date_plan(whole.account.analysis.conclusion.plan, TODAY)
    assert found == Counter((one.on, row.exercise.id) for one in dates.sessions for row in one.exercises)
    assert plan["period"] == {"start": TODAY.isoformat(), "end": dates.last.isoformat()}


def test_every_activity_says_how_much_until_when_and_when_to_stop(whole):
    plan = whole.account.analysis.conclusion.plan
    goals = {e["fullUrl"]: e["resource"] for e in whole.bundle["entry"] if "lifecycleStatus" in e["resource"]}
    details = [a["detail"] for a in resources(whole.bundle, "CarePlan")[0]["activity"]]
    rows = [(phase, row) for phase in plan.phases for row in phase.exercises]
    for detail, (phase, row) in zip(details, rows, strict=True):
        assert f"{row.exercise.dose.sets[0]}" in detail["description"].split("×")[0]
        assert all(line in detail["description"] for line in (*row.exercise.stop, *phase.phase.exit))
        (goal,) = detail["goal"]
        assert goals[goal["reference"]]["description"]["text"] == " ".join(phase.phase.exit)


def test_a_plan_that_nobody_began_is_a_proposal():
    states = [(p["status"], p["intent"]) for p in resources(told(), "CarePlan")]
    assert states == [("draft", "proposal")]
    assert [p["status"] for p in resources(told(start=TODAY), "CarePlan")] == ["active"]


@pytest.mark.parametrize(
    "answers",
    [{**ANSWERS, "straight_leg": "no"}, {k: v for k, v in ANSWERS.items() if k != "medicines"}],
    ids=["referral", "open question"],
)
def test_there_is_no_plan_while_somebody_should_look_or_questions_are_open(answers):
    bundle = told(answers=answers, start=TODAY)
    assert resources(bundle, "CarePlan") + resources(bundle, "Goal") == []
    assert resources(bundle, "QuestionnaireResponse")


# --------------------------------------------------------------------------------------------------- doors


def run(*words):
    return CliRunner().invoke(app, ["export", *map(str, words)])


@pytest.fixture
def kept():
    with open_store() as store:
        return store.add_case(NAME, NOON, content(start=TODAY, **EVERYTHING)).id


def test_a_case_that_is_kept_leaves_as_a_bundle(kept, tmp_path):
    (tmp_path / "out").mkdir()
    assert run(kept, "--out", tmp_path / "case.json").stdout == f"{tmp_path / 'case.json'}\n"
    assert run(kept, "--out", tmp_path / "out", "--as", "fhir").exit_code == 0
    for file in (tmp_path / "case.json", tmp_path / "out" / f"{kept}.json"):
        check(json.loads(file.read_bytes()))
        assert NAME not in file.read_text()


def test_a_case_file_leaves_as_a_bundle(tmp_path):
    write_content(tmp_path / "anna.toml", content(start=TODAY, **EVERYTHING))
    assert run(tmp_path / "anna.toml", "--out", tmp_path / "case.json").exit_code == 0
    bundle = json.loads((tmp_path / "case.json").read_bytes())
    check(bundle)
    assert "anna" not in json.dumps(bundle)


@pytest.mark.parametrize("words", [["case.zip"], ["case.csv"], ["case.json", "--as", "csv"], ["."]], ids=str)
def test_a_case_file_leaves_as_nothing_else(tmp_path, words, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_content(tmp_path / "anna.toml", content())
    before = sorted(tmp_path.iterdir())
    done = run("anna.toml", "--out", *words)
    assert words == ["."] or isinstance(done.exception, InputError)
    assert sorted(tmp_path.glob("*.[czj]*")) == ([tmp_path / "anna.json"] if words == ["."] else [])
    assert set(before) <= set(tmp_path.iterdir())


def test_the_page_of_what_is_kept_leads_to_it(tmp_path):
    with housed(tmp_path / "home") as house:
        client, case = client_of(house), added(house, NAME, start=TODAY, **EVERYTHING)
        write(house, case, 1, 4)
        assert f'href="/cases/{case}/fhir"' in client.get(f"/cases/{case}/keep").text
        answer = client.get(f"/cases/{case}/fhir")
    assert answer.headers["content-type"] == "application/fhir+json"
    assert NAME not in answer.text + str(answer.headers)
    check(answer.json())
    assert by_code(answer.json(), "worst-of-day")

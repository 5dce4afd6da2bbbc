"""Tables of what is asked: every id of the contract is there, every row says where it is from."""

from dataclasses import replace

import pytest
from told import ASKING

from kneewise.casefile import build_case
from kneewise.explaining import catalogue
from kneewise.interview import next_question
from kneewise.knowledge.asking import _prepared, check_asking
from kneewise.knowledge.claims import read_claims
from kneewise.model import Clause, Kind, Question, Tier
from kneewise.screening import screen

TESTS = [
    "knee_to_wall_cm",
    "sit_to_stand_reps",
    "abduction_reps",
    "step_down",
    "bridge_s",
    "heel_raise_reps",
    "foot_score",
    "knee_gap_cm",
    "adductor_short",
    "heel_tap_lost",
    "hip_ir_deg",
    "damage_belief",
    "sit_pain",
    "shoe_fit",
]
CONDITIONS = [
    "baseline",
    "heels_raised",
    "vertical_shin_box",
    "depth_60",
    "cue_mirror",
    "hold_support",
    "arch_support",
    "wide_stance",
    "narrow_stance",
    "toes_out",
    "load_minus_40",
    "tempo_slow",
    "shoe_swap",
    "barefoot",
    "insert_out",
    "rock_back",
    "single_leg_squat",
    "step_down",
]
VALUES = ["pain_before", "pain_after", "pain_back", "valgus_deg", "depth_deg", "lean_deg", "heel_rise_mm"]
FACTORS = [
    "ankle_range",
    "foot",
    "hip_capacity",
    "quadriceps_capacity",
    "technique",
    "lumbopelvic_control",
    "adductors",
    "bow_leg_insert",
    "footwear",
    "training_load",
    "sitting",
    "fear",
]
CONCERNS = [
    "infection",
    "clot",
    "fracture",
    "stress_fracture",
    "tendon_rupture",
    "dislocation",
    "ligament",
    "locking",
    "vessel",
    "spine",
    "nerve",
    "hip",
    "young_hip",
    "growth",
    "tumour",
    "inflammation",
    "bleeding",
    "muscle",
    "medicine",
    "surgery",
    "pregnancy",
    "heart",
    "effusion",
]
EVERY = [
    *ASKING.questions,
    *ASKING.person,
    *ASKING.tests,
    *ASKING.conditions,
    *ASKING.values,
    *ASKING.triggers,
    *ASKING.contradictions,
]


@pytest.mark.parametrize(
    ("rows", "ids"),
    [(ASKING.tests, TESTS), (ASKING.conditions, CONDITIONS), (ASKING.values, VALUES)],
    ids=["tests", "conditions", "values"],
)
def test_every_id_of_the_contract_is_there(rows, ids):
    assert [name for name in ids if name not in {row.id for row in rows}] == []


@pytest.mark.parametrize("row", EVERY, ids=lambda row: row.id)
def test_every_row_says_where_it_is_from(row):
    assert row.source
    assert set(row.source) <= {source.key for source in ASKING.sources}
    assert row.checked in {"verified", "memory", "estimate", "derived"}
    assert row.grade in set("ABCD")
    assert row.version >= 1


@pytest.mark.parametrize("row", [r for r in EVERY if r.source == ("design",)], ids=lambda row: row.id)
def test_what_rests_on_no_paper_is_not_called_verified_or_well_supported(row):
    assert row.checked in {"memory", "estimate"}
    assert row.grade in {"C", "D"}


def test_every_source_is_used_and_has_an_address():
    used = {key for row in EVERY for key in row.source}
    used |= {key for claim in read_claims() for key in claim.cites}
    assert {source.key for source in ASKING.sources} == used
    assert [s.key for s in ASKING.sources if not s.address.startswith("http") and s.key != "design"] == []


@pytest.mark.parametrize("concern", CONCERNS)
def test_everything_that_can_hurt_at_a_knee_and_must_be_seen_has_a_trigger(concern):
    assert concern in {trigger.concern for trigger in ASKING.triggers}


def test_self_tests_speak_only_of_known_factors():
    assert {factor for test in ASKING.tests for factor in test.informs} <= set(FACTORS)


@pytest.mark.parametrize(
    "question", [q for q in ASKING.questions if "screening" in q.serves], ids=lambda q: q.id
)
def test_every_screening_question_can_change_the_tier(question):
    used = {c.of for trigger in ASKING.triggers for alternative in trigger.when for c in alternative}
    assert question.id in used


def test_nine_zones_are_on_the_map():
    assert len(ASKING.asked["knee_map"].choices) == 9


def test_load_is_asked_for_eight_weeks():
    assert ASKING.asked["knee_sets_8_weeks"].type is Kind.WEEKS


@pytest.mark.parametrize("text", ["age>=45", "age => 45", "age", "", "ill has fever and chills", "ill has"])
def test_what_is_no_clause_is_refused(text):
    with pytest.raises(ValueError, match="no clause"):
        Clause.parse(text)


@pytest.mark.parametrize(
    ("text", "answer", "holds"),
    [
        ("age >= 45", 45.0, True),
        ("age > 45", 45.0, False),
        ("age < 18", 17.0, True),
        ("age <= 18", 18.0, True),
        ("age = 45", 45, True),
        ("ill has fever", ("fever", "chills"), True),
        ("ill has any", ("none",), False),
        ("ill has any", ("chills",), True),
        ("sex = m", "m", True),
        ("sex != m", "f", True),
        ("ok = true", True, True),
        ("ok = false", True, False),
        ("age >= 45", True, False),
    ],
)
def test_a_clause_compares_as_it_reads(text, answer, holds):
    clause = Clause.parse(text)
    assert clause.holds({clause.of: answer}) is holds
    assert clause.holds({}) is False


def test_a_column_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="colour"):
        _prepared({"id": "x", "colour": "red"}, {"id"})


@pytest.mark.parametrize(("question", "short"), [("swelling", ""), ("experience", "years of training")])
def test_warning_questions_and_no_others_have_a_short_form_for_the_page(question, short):
    questions = tuple(replace(q, short=short) if q.id == question else q for q in ASKING.questions)
    with pytest.raises(ValueError, match=f"Row {question} needs a short form"):
        check_asking(replace(ASKING, questions=questions))


@pytest.mark.parametrize(("column", "word"), [("unit", "furlong"), ("measure", "knee_twist")])
def test_a_change_is_of_a_measure_in_a_unit_that_is_known(column, word):
    values = tuple(replace(v, **{column: word}) if v.change else v for v in ASKING.values)
    with pytest.raises(ValueError, match=word):
        check_asking(replace(ASKING, values=values))


def test_the_catalogue_holds_all_that_a_program_needs_to_write_a_case():
    told = catalogue(ASKING)
    assert {row["id"] for row in told["tests"]} >= set(TESTS)
    assert {row["id"] for row in told["trial_conditions"]} == {c.id for c in ASKING.conditions}
    for row in (*told["questions"], *told["tests"], *told["person"]):
        assert row["type"] in told["answer_types"]
        assert set(row["source"]) <= {source["key"] for source in told["sources"]}
        assert ("choices" in row) == (row["type"] in ("one", "many"))
        if row["type"] in ("number", "scale", "weeks"):
            assert row["low"] < row["high"]
            assert row["unit"]


def test_every_choice_of_the_catalogue_is_accepted_in_a_case():
    for row in catalogue(ASKING)["questions"]:
        for choice in row.get("choices", {}):
            build_case({"answers": {row["id"]: choice}}, ASKING)


def test_ordinary_questions_take_less_than_nine_minutes():
    """Somebody without a warning sign answers everything that is worth asking."""
    answers, seconds = {"age": 30.0, "painful_side": "left", "worst_pain": 3.0}, 4 + 3 + 5
    while (question := next_question(answers, Tier.GO, ASKING)) is not None:
        answers[question.id] = ordinary_answer(question)
        seconds += question.seconds
    assert screen(build_case({}, ASKING), ASKING).tier is Tier.GO
    assert seconds <= 9 * 60


def ordinary_answer(question: Question):
    if question.type is Kind.MANY:
        return ("none",) if "none" in question.choices else (next(iter(question.choices)),)
    if question.choices:
        return next((c for c in ("none", "no", "free", "yes", "gradual") if c in question.choices), "left")
    return 2.0

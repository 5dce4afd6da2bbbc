"""Tables of the field: a row that hides where it is from is not read."""

from dataclasses import fields, replace

import pytest
from told import ASKING

from kneewise.knowledge import (
    read_anthropometry,
    read_contact_areas,
    read_everyday_loads,
    read_marker_landmarks,
    read_marker_names,
    read_moment_arms,
    read_repeatability,
    read_strengths,
    read_thresholds,
)
from kneewise.knowledge.causes import read_causes
from kneewise.knowledge.claims import read_claims
from kneewise.knowledge.moves import read_moves
from kneewise.knowledge.rows import ToldRow
from kneewise.knowledge.training import read_programme
from kneewise.knowledge.validation import read_validation
from kneewise.model import GRADES, Provenance, Row, Sourced

PROGRAMME, CAUSES = read_programme(), read_causes()
UNGRADED = [*read_anthropometry(), *read_marker_names(), *read_marker_landmarks()]
NUMBERS = [*read_moment_arms(), *read_strengths(), *read_repeatability()]
OTHERS = [
    *read_contact_areas(), *read_everyday_loads(), *read_thresholds(),
    *PROGRAMME.exercises.values(), *PROGRAMME.options, *PROGRAMME.add_ons, *PROGRAMME.phases,
    *PROGRAMME.variants.values(), *PROGRAMME.supports,
    *ASKING.questions, *ASKING.person, *ASKING.tests, *ASKING.conditions, *ASKING.values, *ASKING.triggers,
    *ASKING.contradictions,
]  # fmt: skip
GRADED = [*NUMBERS, *OTHERS]
READ_BY_PYDANTIC = [
    *CAUSES.factors, *CAUSES.patterns, *CAUSES.influences, *CAUSES.reliefs, *CAUSES.findings,
    *read_claims(), *read_validation().row, *read_moves().values(),
]  # fmt: skip


def one_of_each(rows):
    return list({type(row): row for row in rows}.values())


def kind_of(value):
    return str(value) if isinstance(value, dict | str) else type(value).__name__


@pytest.mark.parametrize("row", one_of_each([*GRADED, *UNGRADED]), ids=kind_of)
@pytest.mark.parametrize("change", [{"source": ""}, {"source": " "}, {"checked": ""}, {"checked": "surely"}])
def test_a_row_without_a_source_or_a_check_does_not_exist(row, change):
    keys = {"source": (change["source"],)} if isinstance(row, Row) and "source" in change else {}
    with pytest.raises(ValueError, match="must state its source"):
        replace(row, **{**change, **keys})


@pytest.mark.parametrize("row", one_of_each(GRADED), ids=kind_of)
@pytest.mark.parametrize("grade", ["", "E", "AB", "a"])
def test_a_row_without_a_grade_does_not_exist(row, grade):
    with pytest.raises(ValueError, match="must state its source, its grade"):
        replace(row, grade=grade)


@pytest.mark.parametrize("row", one_of_each(READ_BY_PYDANTIC), ids=kind_of)
@pytest.mark.parametrize("change", [{"source": ""}, {"checked": "surely"}, {"grade": "E"}], ids=str)
def test_a_row_that_pydantic_reads_is_held_to_the_same(row, change):
    with pytest.raises(ValueError, match="must state its source, its grade"):
        type(row).model_validate({**row.model_dump(), **change})


def test_every_row_stands_on_one_of_the_bases():
    assert [row for row in GRADED if not isinstance(row, Provenance)] == []
    assert [row for row in UNGRADED if not isinstance(row, Sourced)] == []
    assert [row for row in READ_BY_PYDANTIC if not isinstance(row, ToldRow)] == []
    assert set(ToldRow.model_fields) == {field.name for field in fields(Provenance)}


def test_only_numbers_of_an_engine_or_of_made_up_films_are_graded_so():
    assert {row.grade for row in NUMBERS} == GRADES - set("ABCD")
    assert {row.grade for row in (*OTHERS, *READ_BY_PYDANTIC)} <= set("ABCD")


@pytest.mark.parametrize("sd", [0.0, -0.01, 0.2, float("nan")])
def test_a_marker_that_measures_has_a_possible_error(sd):
    row = next(row for row in read_marker_landmarks() if row.part)
    with pytest.raises(ValueError, match="out of range"):
        replace(row, sd=sd)

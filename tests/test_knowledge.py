"""Tables of the field: a row that hides where it is from is not read."""

from dataclasses import replace

import pytest

from kneewise.knowledge import (
    read_anthropometry,
    read_marker_landmarks,
    read_marker_names,
    read_repeatability,
)

TABLES = [read_anthropometry, read_repeatability, read_marker_names, read_marker_landmarks]


@pytest.mark.parametrize("read", TABLES, ids=lambda read: read.__name__)
@pytest.mark.parametrize("change", [{"source": ""}, {"checked": ""}, {"checked": "surely"}], ids=str)
def test_a_row_without_a_source_or_a_check_does_not_exist(read, change):
    with pytest.raises(ValueError, match="must state its source"):
        replace(read()[0], **change)


def test_an_error_without_a_grade_does_not_exist():
    with pytest.raises(ValueError, match="grade"):
        replace(read_repeatability()[0], grade="")


@pytest.mark.parametrize("sd", [0.0, -0.01, 0.2, float("nan")])
def test_a_marker_that_measures_has_a_possible_error(sd):
    row = next(row for row in read_marker_landmarks() if row.part)
    with pytest.raises(ValueError, match="out of range"):
        replace(row, sd=sd)

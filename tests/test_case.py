"""A case file: what is accepted, what is refused, and that the refusal says what would be right."""

import contextlib
import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import ASKING, NOTHING

from kneewise.casefile import VERSION, build_case, read_case, render_content, write_content, write_whole
from kneewise.conventions import Bar, Side
from kneewise.errors import InputError, OutputError

WHOLE = """
version = 1

[person]
height_cm = 178
mass_kg = 72
sex = "m"

[answers]
age = 28
ill = ["none"]
injury = "none"
knee_map = { left = ["kneecap", "inner_front"] }
ankle_sprains = { left = 2, right = 0 }
knee_sets_8_weeks = [10, 10, 12, 12, 18, 24, 24, 26]

[[trial]]
condition = "baseline"
film = "squat.mp4"
load_kg = 60
bar = "back-high"
pain_after = 4

[[trial]]
condition = "heels_raised"
pain_before = 4
pain_after = 3
pain_back = 4
valgus_change_deg = -9.5
valgus_change_deg_sd = 3

[[trial]]
condition = "single_leg_squat"
side = "left"
valgus_deg = 12

[[test]]
id = "knee_to_wall_cm"
side = "left"
value = 7

[[test]]
id = "knee_to_wall_cm"
side = "right"
value = 11.5

[[test]]
id = "damage_belief"
value = 8

[[checkin]]
date = 2026-05-31
answers = { swelling = "none" }
"""


def refused(content, *said):
    with pytest.raises(InputError) as caught:
        build_case(content, ASKING)
    for words in said:
        assert words in str(caught.value)


def test_a_whole_case_is_read(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(WHOLE, encoding="utf-8")
    case = read_case(path, ASKING)
    assert case.person.height == pytest.approx(1.78)
    assert case.answers["knee_map"] == {"left": ("kneecap", "inner_front")}
    assert case.answers["knee_sets_8_weeks"] == (10, 10, 12, 12, 18, 24, 24, 26)
    assert [probe.condition for probe in case.probes] == ["baseline", "heels_raised", "single_leg_squat"]
    assert (case.probes[0].films, case.probes[0].burden.bar) == (("squat.mp4",), Bar.BACK_HIGH)
    assert (case.probes[1].values["valgus_change_deg"], case.probes[1].sds) == (
        -9.5,
        {"valgus_change_deg": 3.0},
    )
    assert case.probes[2].side is Side.LEFT
    assert case.moments[0]["knee_to_wall_cm"] == {"left": 7.0, "right": 11.5}
    assert case.checkins[0].date == "2026-05-31"


def test_a_case_may_be_empty():
    assert build_case({}, ASKING).answers == {}


def test_what_is_written_is_read_again(tmp_path):
    content = tomllib.loads(WHOLE)
    write_content(tmp_path / "again.toml", content)
    assert tomllib.loads((tmp_path / "again.toml").read_text(encoding="utf-8")) == content


SIMPLE = st.one_of(
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8")),
)


@settings(deadline=None)
@given(value=st.one_of(SIMPLE, st.lists(SIMPLE, max_size=3)))
def test_any_value_survives_writing(value):
    content = {"version": 1, "answers": {"a": value}, "test": [{"id": "x", "value": value}]}
    assert tomllib.loads(render_content(content)) == content


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    with pytest.raises(OutputError, match="absent"):
        write_content(tmp_path / "absent" / "case.toml", {"version": 1})


@pytest.mark.parametrize("version", [0, -1, 1.5, "1", True])
def test_a_version_that_never_was_is_refused(version):
    refused({"version": version}, "version", "Try")


def test_a_newer_version_is_refused_with_the_reason():
    refused({"version": VERSION + 1}, f"reads up to {VERSION}", "newer kneewise")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"swellings": "none"}, "'swelling'"),
        ({"knee_to_wall_cm": 7}, '[[test]], id = "knee_to_wall_cm"'),
        ({"height_cm": 178}, "move height_cm to [person]"),
        ({"fever": True}, 'ill = ["fever"]'),
        ({"zzz": 1}, "questions --json"),
        ({"swelling": "new"}, "'none'"),
        ({"ill": ["feever"]}, "'fever'"),
        ({"age": "28 years"}, "number in years"),
        ({"age": 280}, "from 1 to 110"),
        ({"age": True}, "number in years"),
        ({"age": float("nan")}, "number in years"),
        ({"worst_pain": 40}, "from 0 to 10"),
        ({"knee_sets_8_weeks": [1, 2, 3]}, "8 numbers"),
        ({"age": {"left": 3}}, "no sides"),
        ({"ankle_sprains": {"both": 3}}, "left and right"),
        ({"age": 10**400}, "from 1 to 110"),
        ({"valgus_deg": 9}, 'condition = "baseline", valgus_deg = 9'),
    ],
)
def test_a_wrong_answer_is_refused_with_what_would_be_right(answers, said):
    refused({"answers": answers}, said, "Try")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"answer": {}}, "'answers'"),
        ({"answers": 3}, "[answers]"),
        ({"trial": {"condition": "baseline"}}, "[[trial]]"),
        ({"person": {"age": 28}}, "move age to [answers]"),
        ({"trial": [{"condition": "heel_raised", "pain_after": 2}]}, "'heels_raised'"),
        ({"trial": [{"pain_after": 2}]}, "condition"),
        ({"trial": [{"condition": "baseline"}]}, "neither a film nor a value"),
        ({"trial": [{"condition": "baseline", "valgus_rad": 0.2}]}, "'valgus_deg'"),
        ({"trial": [{"condition": "baseline", "valgus_deg": 300}]}, "-60 to 60 in degrees"),
        ({"trial": [{"condition": "baseline", "pain_after": "4"}]}, "0 to 10"),
        ({"trial": [{"condition": "baseline", "pain_after": 4, "pain_after_sd": 0}]}, "above 0"),
        ({"trial": [{"condition": "baseline", "film": 3}]}, "squat.mp4"),
        ({"trial": [{"condition": "baseline", "pain_after": 4, "side": "l"}]}, '"left"'),
        ({"trial": [{"condition": "baseline", "pain_after": 4, "load_kg": 60}]}, "bar"),
        ({"test": [{"id": "knee_to_wall", "value": 7}]}, "'knee_to_wall_cm'"),
        ({"test": [{"id": "knee_to_wall_cm", "side": "left", "value": 70}]}, "0 to 25 in cm"),
        ({"test": [{"id": "knee_to_wall_cm", "side": "left", "value": "7 cm"}]}, "without the unit"),
        ({"test": [{"id": "knee_gap_cm", "side": "left", "value": 3}]}, "no sides"),
        ({"test": [{"id": "knee_to_wall_cm", "side": "left"}]}, "no value"),
        ({"test": [{"id": "heel_raise_reps", "side": "left", "value": 7.5}]}, "whole number"),
        ({"test": [{"id": "adductor_short", "side": "left", "value": "yes"}]}, "true or false"),
        ({"test": [{"id": "shoe_fit", "value": "tight"}]}, "fits"),
        ({"test": [{"id": "sit_pain", "value": 3}, {"id": "sit_pain", "value": 5}]}, "given twice"),
        (
            {"test": [{"id": "bridge_s", "value": 3}, {"id": "bridge_s", "side": "left", "value": 5}]},
            "given twice",
        ),
        ({"checkin": [{"date": "soon", "answers": {}}]}, "no date"),
        ({"checkin": [{"date": "2026-05-02"}, {"date": "2026-05-01"}]}, "oldest first"),
    ],
)
def test_a_wrong_table_is_refused_with_what_would_be_right(content, said):
    refused(content, said, "Try")


ANYTHING = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
)
ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(
            ["id", "side", "value", "condition", "film", "load_kg", "bar", "pain_after", "date", "answers"]
        ),
        ANYTHING | st.sampled_from(["left", "baseline", "knee_to_wall_cm", "2026-05-01"]),
    ),
    max_size=2,
)


@settings(max_examples=300, deadline=None)
@given(
    content=st.fixed_dictionaries(
        {},
        optional={
            "version": ANYTHING,
            "answers": st.dictionaries(st.sampled_from([q.id for q in ASKING.questions]), ANYTHING)
            | ANYTHING,
            "trial": ROWS | ANYTHING,
            "test": ROWS | ANYTHING,
            "checkin": ROWS | ANYTHING,
            "person": ANYTHING,
        },
    )
)
def test_whatever_stands_in_a_file_is_read_or_refused_on_purpose(content):
    with contextlib.suppress(InputError):
        build_case(content, ASKING)


def test_one_choice_may_be_written_without_a_list():
    assert build_case({"answers": {"ill": "fever"}}, ASKING).answers["ill"] == ("fever",)


def test_a_check_in_overlays_what_was_said_before():
    case = build_case(
        {"answers": NOTHING, "checkin": [{"date": date(2026, 5, 1), "answers": {"worst_pain": 2}}]}, ASKING
    )
    assert [moment["worst_pain"] for moment in case.moments] == [4, 2]
    assert case.moments[1]["age"] == 30


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[answers]\nage = " + "9" * 5000, id="a number of thousands of digits"),
        pytest.param("answers = " + "[" * 100_000, id="lists within lists"),
        pytest.param("[answers]\nage = 30,5", id="a decimal comma"),
        pytest.param("\0\1\2", id="no text"),
    ],
)
def test_a_file_that_is_no_case_is_refused_with_how_one_looks(tmp_path, text):
    (tmp_path / "case.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        read_case(tmp_path / "case.toml", ASKING)
    assert "age = 30" in caught.value.remedy


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_case_may_begin_with_the_mark_that_windows_writes(tmp_path, encoding):
    (tmp_path / "case.toml").write_text("[answers]\r\nage = 30\r\n", encoding=encoding, newline="")
    assert read_case(tmp_path / "case.toml", ASKING).answers == {"age": 30}


@pytest.mark.parametrize("sd", [0, -1, 10**400, float("inf"), float("nan")])
def test_an_impossible_error_of_a_value_is_refused(sd):
    with pytest.raises(InputError, match="pain_after_sd"):
        build_case(
            {"trial": [{"condition": "baseline", "pain_after": 3, "pain_after_sd": sd}]},
            ASKING,
        )


@pytest.mark.parametrize("nothing", [[], {}])
def test_an_empty_answer_is_none_and_not_a_no(nothing):
    case = build_case({"answers": {"knee_map": nothing, "emergency_leg": []}}, ASKING)
    assert not case.answers


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    file = tmp_path / "plan.html"
    file.write_text("old")

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(OutputError):
        write_whole(file, b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["plan.html"]
    assert file.read_text() == "old"

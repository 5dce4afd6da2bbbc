"""What the check of feet writes into a case: it moves the factors by the tables, and chooses exercises."""

import pytest
from test_cases import add_ons, bands, content_of, exercises, filled, run
from typer.testing import CliRunner

from kneewise.casefile import read_content, write_content
from kneewise.cli import app
from kneewise.conventions import Band, Factor

BANDS = list(Band)
FOOT = {"short_foot", "toe_spread", "tripod_balance", "foot_sense"}


@pytest.fixture
def checked(tmp_path):
    """A case without its own tests of feet, after `kneewise feet --case` with options."""

    def check(name, *options, without=("foot_score", "shoe_fit", "knee_gap_cm"), **answers):
        content = filled(content_of(name))
        content["answers"] |= answers
        content["test"] = [row for row in content.get("test", []) if row["id"] not in without]
        path = tmp_path / "case.toml"
        write_content(path, content)
        done = CliRunner().invoke(app, ["feet", "--case", str(path), *options], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return run(read_content(path)), done.output

    return check


def rank(told, factor):
    return BANDS.index(bands(told)[factor])


def odds(told, factor):
    return next(row["probability"] for row in told["factors"] if row["id"] == factor)


def test_a_foot_rated_inwards_speaks_for_the_foot_and_brings_foot_exercises(checked):
    inward, _ = checked("alone_foot", "--left-rating", "2,2,2,2,2", "--right-rating", "2,2,2,2,2")
    usual, _ = checked("alone_foot", "--left-rating", "1,1,1,1,0", "--right-rating", "1,1,1,1,0")
    assert odds(inward, Factor.FOOT) > odds(usual, Factor.FOOT)
    assert rank(inward, Factor.FOOT) > rank(usual, Factor.FOOT)
    assert Factor.FOOT in add_ons(inward)
    chosen = {row["id"] for rows in exercises(inward).values() for row in rows}
    assert FOOT & chosen
    assert any(row["id"] == "foot_rolled_in" for row in inward["findings"])


def test_a_score_near_the_limit_moves_the_foot_less_than_a_clear_one(checked):
    near, _ = checked("alone_foot", "--right-rating", "2,2,2,2,0")
    clear, _ = checked("alone_foot", "--right-rating", "2,2,2,2,2")
    assert odds(near, Factor.FOOT) < odds(clear, Factor.FOOT)


def test_a_shoe_that_is_too_small_hardly_moves_anything(checked):
    small, _ = checked("article_001_shoe_too_small", "--left-on-shoe", "both-over")
    before, _ = checked("article_001_shoe_too_small")
    assert bands(small)[Factor.FOOTWEAR] <= Band.POSSIBLE
    assert Factor.FOOTWEAR not in add_ons(small)
    others = set(bands(small)) - {Factor.FOOTWEAR}
    assert all(bands(small)[name] == bands(before)[name] for name in others)


@pytest.mark.parametrize(
    ("name", "answers", "doing"),
    [
        ("alone_bow_leg_insert", {}, "two weeks without it"),
        ("a09_bow_legs_insert_50", {}, "try the squat without it"),
        ("article_001_insert_prescribed", {}, "leave it as it is"),
        ("article_001_straight_legs_insert", {}, "leave it as it is"),
        ("a09_bow_legs_insert_50", {"insert": "none"}, "leave it as it is"),
    ],
)
def test_the_advice_on_an_insert_agrees_with_the_plan(checked, name, answers, doing):
    told, said = checked(name, without=(), **answers)
    assert doing in said
    if "leave" in doing:
        assert Factor.BOW_LEG_INSERT not in add_ons(told)
    else:
        assert Factor.BOW_LEG_INSERT in add_ons(told)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kneewise.casefile import build_burden, build_person, read_person
from kneewise.conventions import Bar, Sex
from kneewise.errors import InputError
from kneewise.model import Burden

WHOLE = {"height_cm": 178, "mass_kg": 72, "sex": "m"}


def write(tmp_path, text):
    path = tmp_path / "person.toml"
    path.write_text(text, encoding="utf-8")
    return path


@given(height=st.floats(120, 230), mass=st.floats(30, 300), sex=st.sampled_from(Sex))
def test_what_was_given_comes_out_in_si(height, mass, sex):
    person = build_person({"height_cm": height, "mass_kg": mass, "sex": sex.value})
    assert (person.height, person.mass, person.sex) == (pytest.approx(height / 100), mass, sex)


def test_where_all_was_given_nothing_is_assumed():
    assert build_person(WHOLE).assumed == ()


def test_a_given_height_is_known_to_a_centimetre():
    assert build_person(WHOLE).height_sd == 0.01


@pytest.mark.parametrize("height", [1.80, 0, -178, 119, 231, 1780, float("nan"), float("inf"), "tall"])
def test_an_impossible_height_is_refused_with_its_value(height):
    with pytest.raises(InputError, match="height_cm") as caught:
        build_person({**WHOLE, "height_cm": height})
    assert repr(height) in caught.value.what


@pytest.mark.parametrize("mass", [0, -72, 8000, 29, 301, float("nan"), float("inf"), "heavy"])
def test_an_impossible_mass_is_refused_with_its_value(mass):
    with pytest.raises(InputError, match="mass_kg") as caught:
        build_person({**WHOLE, "mass_kg": mass})
    assert repr(mass) in caught.value.what


def test_metres_typed_for_centimetres_are_answered_with_an_example_in_centimetres():
    with pytest.raises(InputError) as caught:
        build_person({**WHOLE, "height_cm": 1.80})
    assert "centimetres" in caught.value.remedy


@pytest.mark.parametrize("sex", ["x", "male", ""])
def test_an_unknown_sex_is_refused_with_the_choices(sex):
    with pytest.raises(InputError) as caught:
        build_person({**WHOLE, "sex": sex})
    assert "f or m" in caught.value.remedy


def test_a_missing_height_is_assumed_and_said():
    (assumed,) = build_person({"mass_kg": 72, "sex": "f"}).assumed
    assert "height" in assumed


def test_an_assumed_height_is_unsure():
    assert build_person({"mass_kg": 72, "sex": "f"}).height_sd == 0.10


def test_a_missing_sex_is_assumed_and_said_where_masses_are_needed():
    (assumed,) = build_person({"height_cm": 178, "mass_kg": 72}).assumed
    assert "sex" in assumed


def test_a_missing_sex_is_no_assumption_where_nothing_rests_on_it():
    assert build_person({"height_cm": 178}).assumed == ()


def test_a_missing_mass_stays_missing():
    assert build_person({"height_cm": 178}).mass is None


def test_a_missing_mass_is_no_assumption():
    assert not any("mass" in assumed for assumed in build_person({"height_cm": 178}).assumed)


def test_a_load_with_its_place_is_a_burden():
    assert build_burden(60.0, "back-high") == Burden(mass=60.0, bar=Bar.BACK_HIGH)


def test_a_load_without_its_place_is_refused():
    with pytest.raises(InputError, match="where it sits") as caught:
        build_burden(60.0, "none")
    assert "back-high" in caught.value.remedy


@pytest.mark.parametrize("load", [-1, 601, 8000, float("nan"), float("inf")])
def test_an_impossible_load_is_refused(load):
    with pytest.raises(InputError, match="load_kg"):
        build_burden(load, "back-high")


def test_an_unknown_place_of_the_bar_is_refused_with_the_choices():
    with pytest.raises(InputError) as caught:
        build_burden(60.0, "on-the-head")
    assert all(bar.value in caught.value.remedy for bar in Bar)


def test_no_load_needs_no_place():
    assert build_burden(0.0, "none") == Burden(mass=0.0, bar=Bar.NONE)


def test_a_person_is_read_from_a_file(tmp_path):
    path = write(tmp_path, '[person]\nheight_cm = 178\nmass_kg = 72\nsex = "m"\n')
    assert read_person(path) == build_person(WHOLE)


def test_a_whole_case_file_gives_its_person(tmp_path):
    path = write(tmp_path, '[person]\nheight_cm = 178\n[answers]\nlocks = false\n[[trial]]\nfilm = "a.mp4"\n')
    assert read_person(path).height == pytest.approx(1.78)


@pytest.mark.parametrize(
    "text",
    ["[person\nheight_cm = 178", "height_cm = ", "[person]\nheight_cm = 178\nheight_cm = 180\n"],
    ids=["bracket", "value", "twice"],
)
def test_a_file_that_is_no_toml_is_named(tmp_path, text):
    with pytest.raises(InputError, match=r"person\.toml"):
        read_person(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.toml"):
        read_person(tmp_path / "absent.toml")


def test_a_folder_is_no_person_file(tmp_path):
    with pytest.raises(InputError):
        read_person(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "person.toml"
    path.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InputError, match=r"person\.toml"):
        read_person(path)


@pytest.mark.parametrize("text", ["height_cm = 178\n", "person = 178\n", ""])
def test_a_file_without_its_table_is_answered_with_the_table(tmp_path, text):
    with pytest.raises(InputError) as caught:
        read_person(write(tmp_path, text))
    assert "[person]" in caught.value.remedy


def test_a_wrong_value_in_a_file_is_refused_like_one_on_the_command_line(tmp_path):
    with pytest.raises(InputError, match="height_cm"):
        read_person(write(tmp_path, "[person]\nheight_cm = 1.78\n"))


def test_a_misspelt_key_is_not_silently_left_out(tmp_path):
    with pytest.raises(InputError, match="hight_cm"):
        read_person(write(tmp_path, "[person]\nhight_cm = 178\n"))


@pytest.mark.parametrize("bar", [bar for bar in Bar if bar is not Bar.NONE])
def test_a_place_without_a_load_is_asked_for_the_load(bar):
    with pytest.raises(InputError, match="how heavy") as caught:
        build_burden(0, bar.value)
    assert "in kg" in caught.value.remedy

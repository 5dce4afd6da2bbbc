"""`kneewise cases`, `erase`, `import`, `backup`, `restore`, and `export` of a case."""

import json

import pytest
from kept import MARK, NOW, fill
from typer.testing import CliRunner

from kneewise import InputError, StoreError
from kneewise.cli import app
from kneewise.store import open_store


def run(*words, typed=None):
    return CliRunner().invoke(app, words, input=typed)


@pytest.fixture
def case():
    """A case in the folder that commands use."""
    with open_store() as store:
        case = fill(store)
        store.save_case(case, {"answers": {"age": 30}}, 1, NOW)
        return case


def test_no_case_is_said_so():
    assert run("cases").stdout == "No case is kept.\n"


def test_cases_are_listed_with_their_ids(case):
    assert run("cases").stdout == f"{case}  {MARK}  changed 2026-03-01, 2 films\n"
    told = json.loads(run("cases", "--json").stdout)
    assert [(one["id"], one["name"], one["films"]) for one in told] == [(case, MARK, 2)]


def test_a_case_leaves_and_comes_back(case, tmp_path):
    done = run("export", case, "--out", str(tmp_path / "case.zip"))
    assert done.stdout.splitlines() == [str(tmp_path / "case.zip")]
    assert run("erase", case, "--yes").stdout == f"Erased {MARK} ({case}).\n"
    assert run("cases").stdout == "No case is kept.\n"
    assert run("import", str(tmp_path / "case.zip")).stdout == f"{case}  {MARK}\n"


def test_a_case_is_exported_into_a_folder_under_its_id(case, tmp_path):
    (tmp_path / "out").mkdir()
    run("export", case, "--out", str(tmp_path / "out"))
    assert (tmp_path / "out" / f"{case}.zip").exists()


def test_a_case_is_not_exported_as_anything_else(case, tmp_path):
    for words in (["--out", "case.csv"], ["--out", "case.zip", "--as", "csv"]):
        assert isinstance(run("export", case, *words).exception, InputError)
    assert list(tmp_path.glob("case.*")) == []


def test_where_nothing_was_measured_there_are_no_tables(case, tmp_path):
    (tmp_path / "out").mkdir()
    for place in ("out", "a.zip"):
        error = run("export", case, "--out", str(tmp_path / place), "--as", "tables").exception
        assert "no numbers to hand on" in str(error)
    assert [*tmp_path.glob("**/*.zip")] == []


def test_erasing_asks_first(case):
    assert run("erase", case, typed="n\n").exit_code == 1
    assert run("erase", case).exit_code == 1
    assert MARK in run("cases").stdout
    assert run("erase", case, typed="y\n").exit_code == 0
    assert run("cases").stdout == "No case is kept.\n"


def test_where_nobody_can_answer_the_command_says_what_to_give_instead(case, tmp_path):
    file = str(tmp_path / "all.backup")
    run("backup", file)
    for words, remedy in [
        (("erase", case), "--yes"),
        (("restore", file), "--yes"),
        (("backup", file, "--encrypt"), "KNEEWISE_PASSPHRASE"),
        (("account", "add", "Anna"), "--link"),
    ]:
        error = run(*words).exception
        assert isinstance(error, InputError), words
        assert remedy in error.remedy
    assert MARK in run("cases").stdout


def test_nothing_is_asked_about_a_file_that_is_no_backup(tmp_path):
    (tmp_path / "notes.md").write_text("notes", encoding="utf-8")
    done = run("restore", str(tmp_path / "notes.md"))
    assert "notes.md is no backup" in str(done.exception)
    assert done.stdout == ""


def test_a_place_that_is_not_there_is_told_by_the_name_it_was_given(case, tmp_path):
    for words in (("backup",), ("export", case, "--out")):
        error = run(*words, str(tmp_path / "gone" / "a.zip")).exception
        assert isinstance(error, StoreError)
        assert error.what == f"{tmp_path / 'gone' / 'a.zip'} cannot be written: No such file or directory."


def test_every_command_of_the_memory_takes_another_folder(case, tmp_path):
    here, there = ("--home", str(tmp_path / "there")), str(tmp_path / "a.zip")
    assert run("export", case, "--out", there).exit_code == 0
    assert run("cases", *here).stdout == "No case is kept.\n"
    run("import", there, *here)
    assert MARK in run("cases", *here).stdout
    backup = str(tmp_path / "all.backup")
    assert run("backup", backup, *here).exit_code == 0
    assert run("export", case, "--out", str(tmp_path / "b.zip"), *here).exit_code == 0
    run("erase", case, "--yes", *here)
    assert run("cases", *here).stdout == "No case is kept.\n"
    assert MARK in run("cases").stdout
    run("restore", backup, "--yes", *here)
    assert MARK in run("cases", *here).stdout


def test_neither_a_folder_nor_a_case_is_said_so():
    assert "no folder nowhere, and no case" in str(run("export", "nowhere", "--out", "a.zip").exception)


def test_measurements_of_films_without_a_case_are_erased_apart(case):
    assert run("erase", "--measured").stdout == "Erased 0 measurements of films that no case has.\n"
    assert isinstance(run("erase", case, "--measured").exception, InputError)
    assert isinstance(run("erase").exception, InputError)


def test_a_case_that_is_not_there_is_said_so():
    assert isinstance(run("erase", "a" * 16, "--yes").exception, StoreError)
    assert isinstance(run("export", "a" * 16, "--out", "a.zip").exception, StoreError)
    assert isinstance(run("import", "absent.zip").exception, InputError)

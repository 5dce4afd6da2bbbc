"""The documentation says what the code does."""

import ast
import functools
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import typer
from tools.docs import REFERENCE, pages

from kneewise.casefile import build_case
from kneewise.cli import app
from kneewise.knowledge.asking import read_asking

ROOT = Path(__file__).parents[1]

FOLDERS = ("docs", "src", "tools")
MARKDOWN = sorted([*ROOT.glob("*.md"), *(page for name in FOLDERS for page in (ROOT / name).rglob("*.md"))])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)")


def test_generated_pages_are_in_step_with_the_code():
    made = pages()
    written = {name: (REFERENCE / name).read_text(encoding="utf-8") for name in made}
    assert written == made, "run: python -m tools.docs"


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


CASES = [
    pytest.param(text, id=f"{page.name}-{number}")
    for page in MARKDOWN
    for number, text in enumerate(
        re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    )
    if re.search(r"^\[(answers|\[(test|trial)\])\]", text, re.MULTILINE)
]


@pytest.mark.parametrize("text", CASES)
def test_cases_that_are_shown_can_be_read(text):
    build_case(tomllib.loads(text), read_asking())


def test_every_command_is_described():
    commands = {("kneewise", *path) for path in commands_of(typer.main.get_command(app))}
    described = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
    assert [path for path in commands if f"## {' '.join(path)}\n" not in described] == []


def commands_of(command, path=()):
    """Words of every command below this one."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands_of(below, (*path, name))


def test_changelog_names_the_version():
    import kneewise

    assert f"[{kneewise.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_file_that_is_written_is_described():
    described = (REFERENCE / "files.md").read_text(encoding="utf-8")
    from test_end_to_end import FILES

    assert [name for name in FILES if f"`{name}`" not in described] == []


NAMED = re.compile(r"`(tests/\w+\.py)::(\w+)`")


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_tests_that_are_named_are_there(page):
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert [f"{file}::{name}" for file, name in named if name not in names_of_tests(file)] == []


@functools.cache
def names_of_tests(file):
    """Names of the tests in a file; none where there is no such file."""
    place = ROOT / file
    if not place.is_file():
        return set()
    rows = ast.parse(place.read_text(encoding="utf-8")).body
    return {row.name for row in rows if isinstance(row, ast.FunctionDef) and row.name.startswith("test_")}


def test_every_attack_says_where_it_is_tried():
    page = (ROOT / "docs/explanation/security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.*) \|$", page.split("\n## Attacks\n")[1], re.MULTILINE)[1:]
    assert len(rows) > 40
    assert [row for row in rows if not NAMED.search(row)] == []


def test_every_point_of_the_standard_is_answered_once_and_counted():
    page = (ROOT / "docs/reference/asvs.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([\d., ]+) \| [^|]+ \| (met|not met|does not apply) \| [^|]+ \|$", page, re.MULTILINE
    )
    answers = [(point, answer) for points, answer in rows for point in points.split(", ")]
    assert len(dict(answers)) == len(answers) == 253
    told = dict(re.findall(r"^\| \*\*([a-z ]+)\*\* \| (\d+) \|$", page, re.MULTILINE))
    assert told == {name: str(number) for name, number in Counter(answer for _, answer in answers).items()}

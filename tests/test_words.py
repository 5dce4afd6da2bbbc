"""What kneewise says: plain words, no name for a disease, no promise, no clearance."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from test_plan_sheet import MADE, START, words_of
from test_screening import ACCEPTANCE, MORE
from told import ASKING, NOTHING, case_of, explained
from wording import BANNED

import kneewise
from kneewise.explaining import render_explanation, render_page, render_page_text
from kneewise.explaining.words import statements_of
from kneewise.knowledge import read_thresholds
from kneewise.report.plan import lay_out, print_plan, render_plan, tell_plan
from kneewise.screening import screen

ROOT = Path(kneewise.__file__).parent

PERCENT_OF_BELIEF = re.compile(r"\d[.,]\d+ ?%|probability of \d", re.IGNORECASE)


def words_of_the_tables():
    for row in (*ASKING.questions, *ASKING.person):
        yield from ((row.id, text) for text in (row.text, row.why, row.short, *row.choices.values()))
    for test in ASKING.tests:
        yield from ((test.id, text) for text in (test.name, test.text, test.why, *test.steps))
        yield from ((test.id, text) for text in test.choices.values())
    for condition in ASKING.conditions:
        yield from ((condition.id, text) for text in (condition.name, condition.text, condition.changes))
    yield from ((value.id, text) for value in ASKING.values for text in (value.text, value.label))
    yield from ((row.id, row.says) for row in (*ASKING.triggers, *ASKING.contradictions))
    yield from ((row.id, f"{row.statement} {row.because}") for row in read_thresholds())


def words_of_the_code():
    """Text constants of the rooms that speak, docstrings left out."""
    for file in [
        *(ROOT / "explaining").glob("*.py"),
        *(ROOT / "whatif").glob("*.py"),
        *(ROOT / "feet").glob("*.py"),
        *(ROOT / "store").glob("*.py"),
        ROOT / "memory_commands.py",
        ROOT / "dialogue.py",
        *(ROOT / "casefile").glob("*.py"),
        *(ROOT / "report" / "plan").glob("*.py"),
    ]:
        yield from strings_of(file)


def strings_of(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield file.name, node.value


def words_of_the_plan():
    """Text of the tables that plans are made from, and of the templates that tell them."""
    for name in ("exercises.toml", "programme.toml"):
        yield from ((name, text) for text in texts_in(tomllib.loads((ROOT / "knowledge" / name).read_text())))
    page = (ROOT / "templates" / "plan.html.j2").read_text(encoding="utf-8")
    yield "plan.html.j2", re.sub(r"{[%#].*?[%#]}|<[^>]*>", " ", page)
    paper = (ROOT / "templates" / "plan.typ").read_text(encoding="utf-8")
    yield "plan.typ", " ".join(re.findall(r"\[([^\[\]]*)\]", paper))


def texts_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


WORDS = [*words_of_the_tables(), *words_of_the_code(), *words_of_the_plan()]


@pytest.mark.parametrize(("where", "text"), WORDS, ids=[f"{i}-{where}" for i, (where, _) in enumerate(WORDS)])
def test_no_string_names_a_disease_or_promises_anything(where, text):
    assert BANNED.search(text) is None, where
    assert PERCENT_OF_BELIEF.search(text) is None, where


@pytest.mark.parametrize(
    "answers", [*(row[0] for row in ACCEPTANCE.values()), *({**NOTHING, **row[0]} for row in MORE.values())]
)
def test_no_output_names_a_disease_or_promises_anything(answers):
    case = case_of(answers)
    explanation = explained(case)
    for text in (
        render_explanation(explanation),
        render_page_text(case, ASKING, "2026-05-31"),
        render_page(case, ASKING, "2026-05-31"),
    ):
        assert BANNED.search(text) is None


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_no_plan_in_the_hand_names_a_disease_or_promises_anything(made):
    page = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", render_plan(made, START), flags=re.DOTALL)
    for text in (tell_plan(made, START), page, words_of(print_plan(made, START))):
        assert BANNED.search(text) is None
        assert PERCENT_OF_BELIEF.search(text) is None


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_a_plan_is_read_at_eleven_to_thirteen(made):
    """Names of sources are for those who look them up, and stand apart."""
    page = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", render_plan(made, START), flags=re.DOTALL)
    page = re.sub(r'<p class="note">.*?</p>|<[^>]+>', ". ", page, flags=re.DOTALL)
    assert grade_of(page) <= 6
    assert grade_of(tell_plan(made, START)) <= 6


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_sentences_of_a_plan_are_short(made):
    sheet = lay_out(made, START)
    told = [*sheet["programme"]["stop"], *(row["then"] for row in sheet["changes"])]
    told += [row["why"] for row in sheet["reasons"]] + [row["because"] for row in sheet["withheld"]]
    assert max(len(one.split()) for text in told for one in re.split(r"(?<=[.?!:;])\s", text)) <= 26


@pytest.mark.parametrize("phrase", ["we treat", "the root cause", "patellofemoral pain", "it is caused by"])
def test_the_ban_catches_what_it_is_for(phrase):
    assert BANNED.search(phrase)


NAMED = [row for row in ASKING.questions if row.id != "medicines"]  # names of drugs have many syllables


@pytest.mark.parametrize("row", [*NAMED, *ASKING.tests], ids=lambda row: row.id)
def test_a_question_is_read_at_eleven_to_thirteen(row):
    """Flesch-Kincaid grade of question, reason and choices; a grade is an age minus five or six."""
    text = " ".join([row.text, row.why, *row.choices.values(), *getattr(row, "steps", ())])
    assert grade_of(text) <= 7.5


def test_questions_are_read_at_eleven_in_the_mean():
    text = " ".join(f"{row.text} {row.why} {' '.join(row.choices.values())}" for row in ASKING.questions)
    assert grade_of(text) <= 6


@pytest.mark.parametrize(("where", "text"), [row for row in words_of_the_tables() if " " in row[1]])
def test_sentences_are_short(where, text):
    assert max(len(one.split()) for one in re.split(r"(?<=[.?!:])\s", text)) <= 34, where


def grade_of(text):
    sentences = [one for one in re.split(r"[.?!:;]", text) if one.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(syllables_of(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def syllables_of(word):
    word = word.lower().rstrip("'s")
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def test_an_emergency_is_told_in_three_lines_and_nothing_else():
    explanation = explained(case_of({**NOTHING, "emergency_leg": ["out_of_place"], "ill": ["fever"]}))
    assert explanation["screening"].keys() == {"tier", "reasons", "statements"}
    assert [row["tier"] for row in explanation["screening"]["reasons"]] == ["0"]
    assert "plan" in explanation
    assert explanation["plan"] is None
    assert "train" not in " ".join(explanation["statements"]).replace("Do not train", "")


@pytest.mark.parametrize("answers", [NOTHING, {"age": 30}])
def test_going_on_is_no_clearance(answers):
    told = " ".join(explained(case_of(answers))["statements"])
    assert "cannot rule out a serious problem" in told


def test_warning_signs_that_were_not_asked_are_said():
    told = explained(case_of({"age": 30}))
    assert "questions about warning signs are still open" in " ".join(told["statements"])
    assert "emergency_leg" in render_explanation(told)


@pytest.mark.parametrize(
    ("answers", "headline"),
    [
        (NOTHING, "You can go on."),
        ({"age": 30}, "Nothing that you answered so far stops you, but the questions are not finished."),
        ({**NOTHING, "onset": "injury"}, "Nothing that you answered so far stops you"),
        ({"emergency_leg": ["dark_urine"]}, "Get help now"),
    ],
)
def test_nobody_is_sent_on_while_questions_are_open(answers, headline):
    assert render_explanation(explained(case_of(answers))).startswith(headline)


def test_every_reason_says_how_sure_its_rule_is():
    for answers, _ in MORE.values():
        for reason in explained(case_of({**NOTHING, **answers}))["screening"]["reasons"]:
            assert reason["source"]
            assert reason["checked"] in {"verified", "memory", "estimate", "derived"}
            assert reason["grade"] in set("ABCD")


def test_the_page_says_what_was_said_and_since_when():
    answers = {**NOTHING, "weeks": 12, "hip_pain": ["groin"]}
    page = render_page_text(case_of(answers), ASKING, "2026-05-31")
    assert "12 weeks" in page
    assert "It hurts in the groin." in page
    assert "2026-05-31" in page
    assert "None of these" not in page


def test_the_page_has_no_plan_and_no_script():
    page = render_page(case_of({**NOTHING, "hip_pain": ["groin"]}), ASKING, "2026-05-31")
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "no training plan" in page.replace("\n", " ") or "no\ntraining plan" in page


def test_open_questions_are_no_sign_that_nothing_showed():
    statements = " ".join(explained(case_of({"age": 34}))["statements"])
    assert "did not show" not in statements
    assert "still open" in statements


def test_the_page_says_what_was_denied_and_what_was_not_asked():
    """A clinician reads what is absent as closely as what is there."""
    answers = {**NOTHING, "hip_pain": ["groin"], "swelling": "unknown"}
    del answers["nerve"]
    page = render_page_text(case_of(answers), ASKING, "2026-05-31")
    denied = page.split("Asked, and answered with no")[1].split("Not asked yet")[0]
    assert "fever, chills" in denied
    assert "groin" not in denied
    assert "swelling;" not in denied
    assert "I am not sure" in page
    assert ASKING.asked["emergency_leg"].short[1:] in denied


def test_the_page_of_a_warning_says_what_was_not_asked():
    page = render_page_text(case_of({"age": 40, "leg_swelling": ["calf_sore"]}), ASKING, "2026-05-31")
    assert "chest pain or breathlessness" in page.split("Not asked yet")[1]


def test_the_page_takes_nothing_unasked_for_a_no():
    """Once a sign sends somebody on, milder ones are not asked; the clinician reads that they were not."""
    page = render_page_text(case_of({"age": 40, "hip_pain": ["groin"]}), ASKING, "2026-05-31")
    assert "weight loss" in page.split("Not asked yet")[1]
    assert "Asked, and answered with no" not in page


def test_the_page_of_an_emergency_does_not_ask_for_more():
    page = render_page_text(case_of({"emergency_leg": ["out_of_place"]}), ASKING, "2026-05-31")
    assert "Not asked yet" not in page
    assert "Please look at this knee now." in page


def test_the_page_of_somebody_who_goes_on_holds_their_answers_and_no_stop():
    page = render_page_text(case_of(NOTHING), ASKING, "2026-05-31")
    assert "On, under or around the kneecap." in page
    assert "no training plan" not in page


@pytest.mark.parametrize(
    "answers", [{"hip_pain": ["groin"]}, {"leg_swelling": ["calf_sore"]}, {}, {"age": 50}]
)
def test_whoever_is_not_in_an_emergency_is_told_what_to_watch(answers):
    told = " ".join(statements_of(screen(case_of({**NOTHING, **answers}), ASKING)))
    assert "get a fever" in told


def test_an_emergency_says_not_to_drive():
    told = " ".join(statements_of(screen(case_of({"emergency_leg": ["out_of_place"]}), ASKING)))
    assert "do not drive yourself" in told


COMMAND = re.compile(
    r"(?<!pip install )(?<![\w-])--[a-z]"
    r"|\bkneewise (analyse|cases|doctor|erase|explain|export|feet|plan|questions|whatif)\b"
)
ON_PAGES = (
    "casefile/answers.py", "casefile/person.py", "explaining/words.py", "findings.py", "gathering.py",
    "markers", "measuring", "pipeline", "plan", "pose", "report/whatif", "screening.py", "sitting.py",
    "store", "templates/web", "trying.py", "video.py", "web",
)  # fmt: skip
"""Rooms whose words are read on pages, too, where nobody can type a command."""


@pytest.mark.parametrize("room", ON_PAGES)
def test_no_page_asks_for_a_command(room):
    place = ROOT / room
    files = [file for file in [place, *place.rglob("*")] if file.suffix in (".py", ".j2")]
    files = [file for file in files if file.name != "serving.py"]  # talks to who began the server
    texts = [text for file in files if file.suffix == ".py" for _, text in strings_of(file)]
    texts += [file.read_text(encoding="utf-8") for file in files if file.suffix == ".j2"]
    assert texts
    assert [text for text in texts if COMMAND.search(text)] == []


@pytest.mark.parametrize(
    ("answers", "command"),
    [
        (NOTHING | {"knee_skin": ["hot"]}, "kneewise explain CASE --page FILE"),
        ({"age": 30}, "kneewise questions CASE"),
    ],
)
def test_the_terminal_says_with_which_command(answers, command):
    told = explained(case_of(answers))
    assert command in render_explanation(told)
    assert not [text for text in texts_in(told) if COMMAND.search(text)]

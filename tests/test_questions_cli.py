"""`kneewise questions` and `kneewise explain` as people and programs meet them."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
import tomllib
from datetime import date

import pytest
from told import ASKING, NOTHING

from kneewise.casefile import write_content
from kneewise.interview import next_question
from kneewise.model import Kind, Tier


def run(*words, typed="", cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "kneewise", *words],
        input=typed,
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=120,
    )


def typed_for(question, answer):
    """What somebody types to give this answer."""
    if question.choices:
        chosen = answer if isinstance(answer, list) else [answer]
        return " ".join(str(list(question.choices).index(one) + 1) for one in chosen)
    return str(answer)


def everything(answers):
    """All that is typed, in the order of the questions, until nothing is left to ask."""
    lines, facts = [], {}
    while (question := next_question(facts, Tier.GO, ASKING)) is not None:
        answer = answers.get(question.id, default_for(question))
        facts[question.id] = tuple(answer) if isinstance(answer, list) else answer
        repeats = 2 if question.sided and question.type is Kind.NUMBER else 1
        lines += [typed_for(question, answer)] * repeats
    return lines


def default_for(question):
    if question.type is Kind.WEEKS:
        return "10 10 10 12 12 12 14 14"
    if question.choices:
        first = "none" if "none" in question.choices else next(iter(question.choices))
        return [first] if question.type is Kind.MANY else first
    return max(3, question.low)


STABLE_CONDITIONS = {
    "baseline", "heels_raised", "vertical_shin_box", "depth_60", "cue_mirror", "hold_support", "arch_support",
    "wide_stance", "narrow_stance", "toes_out", "load_minus_40", "tempo_slow", "shoe_swap", "barefoot",
    "insert_out", "rock_back", "single_leg_squat", "step_down",
}  # fmt: skip
"""Ids that files and programs rely on; more may be added, none renamed."""


def case_file(tmp_path, **content):
    path = tmp_path / "case.toml"
    write_content(path, {"version": 1, **content})
    return path


def test_json_lists_all_that_can_be_asked():
    told = json.loads(run("questions", "--json").stdout)
    assert told["schema"] == "kneewise.questions/1"
    assert len(told["questions"]) == len(ASKING.questions)
    assert {row["id"] for row in told["trial_conditions"]} >= STABLE_CONDITIONS


def test_a_whole_conversation_ends_with_what_it_means(tmp_path):
    lines = [*everything(NOTHING), "1", "166", "60", "2", "1", "3"]
    done = run("questions", "case.toml", typed="\n".join(lines) + "\n", cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("You can go on.")
    kept = tomllib.loads((tmp_path / "case.toml").read_text(encoding="utf-8"))
    assert kept["person"] == {"sex": "f", "height_cm": 166, "mass_kg": 60}
    assert kept["answers"]["knee_map"] == ["kneecap"]
    assert {row["id"] for row in kept["test"]} == {"damage_belief", "sit_pain", "stairs_pain"}


def test_an_emergency_ends_the_conversation_at_once(tmp_path):
    done = run("questions", "case.toml", typed="40\n3\n", cwd=tmp_path)
    assert done.returncode == 0
    assert "emergency number" in done.stdout
    assert "How do you walk" not in done.stderr
    assert len(done.stdout.strip().splitlines()) <= 6


def test_stopping_keeps_every_answer_and_going_on_asks_only_the_rest(tmp_path):
    first = run("questions", "case.toml", typed="40\n9\nq\n", cwd=tmp_path)
    assert first.returncode == 0
    assert "Go on with: kneewise questions case.toml" in first.stdout
    again = run("questions", "case.toml", typed="q\n", cwd=tmp_path)
    assert "How old are you" not in again.stderr
    assert "Is any of this new?" in again.stderr


def test_input_that_ends_loses_nothing(tmp_path):
    done = run("questions", "case.toml", typed="40\n9\n", cwd=tmp_path)
    assert done.returncode == 130
    assert tomllib.loads((tmp_path / "case.toml").read_text(encoding="utf-8"))["answers"] == {
        "age": 40,
        "emergency_leg": ["none"],
    }


def test_ctrl_c_loses_nothing(tmp_path):
    ours, theirs = pty.openpty()
    asking = subprocess.Popen(
        [sys.executable, "-m", "kneewise", "questions", "case.toml"],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path,
    )  # fmt: skip
    os.write(ours, b"33\n")
    deadline = time.monotonic() + 60
    while not (tmp_path / "case.toml").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    asking.send_signal(signal.SIGINT)
    assert asking.wait(timeout=30) == 130
    os.close(ours)
    os.close(theirs)
    assert tomllib.loads((tmp_path / "case.toml").read_text(encoding="utf-8"))["answers"] == {"age": 33}


def test_what_was_typed_wrongly_is_asked_again(tmp_path):
    done = run("questions", "case.toml", typed="old\n400\n40\nq\n", cwd=tmp_path)
    assert "Please give 1 to 110 years." in done.stderr
    assert "from 1 to 110" in done.stderr
    assert "age = 40" in (tmp_path / "case.toml").read_text(encoding="utf-8")


def test_a_question_mark_tells_what_a_question_is_for_and_n_is_none(tmp_path):
    done = run("questions", "case.toml", typed="?\n40\nn\nq\n", cwd=tmp_path)
    assert ASKING.asked["age"].why in " ".join(done.stderr.split())
    kept = tomllib.loads((tmp_path / "case.toml").read_text(encoding="utf-8"))["answers"]
    assert kept == {"age": 40, "emergency_leg": ["none"]}


def test_n_is_no_answer_where_there_is_no_none(tmp_path):
    case_file(tmp_path, answers={name: one for name, one in NOTHING.items() if name != "painful_side"})
    done = run("questions", "case.toml", typed="x\nq\n", cwd=tmp_path)
    assert "Please give number of the answer" in " ".join(done.stderr.split())


def test_answers_that_do_not_fit_together_are_asked_again(tmp_path):
    answers = {name: answer for name, answer in NOTHING.items() if name not in ("injury", "onset")}
    case_file(tmp_path, answers={**answers, "swelling": "later_after_injury"})
    done = run("questions", "case.toml", typed="1\n3\nq\n", cwd=tmp_path)
    assert "Please answer again" in " ".join(done.stderr.split())
    assert 'injury = "last_6_weeks"' in (tmp_path / "case.toml").read_text(encoding="utf-8")


def test_a_pose_model_that_is_none_is_refused_also_where_there_is_no_film(tmp_path):
    case_file(tmp_path, answers=NOTHING)
    done = run("explain", "case.toml", "--model", "giant", cwd=tmp_path)
    assert done.returncode == 2
    assert "There is no pose model 'giant'." in done.stderr


def test_a_check_in_asks_again_with_a_date(tmp_path):
    case_file(tmp_path, answers=NOTHING)
    before = date.today()
    done = run("questions", "case.toml", "--checkin", typed="3\n", cwd=tmp_path)
    assert "emergency number" in done.stdout
    kept = tomllib.loads((tmp_path / "case.toml").read_text(encoding="utf-8"))
    (checkin,) = kept["checkin"]
    assert before <= checkin["date"] <= date.today()
    assert checkin["answers"] == {"emergency_leg": ["foot_cold_numb"]}
    assert kept["answers"]["emergency_leg"] == ["none"]


def test_explain_gives_the_contract_as_json(tmp_path):
    path = case_file(tmp_path, answers={**NOTHING, "hip_pain": ["groin"]})
    told = json.loads(run("explain", str(path), "--json").stdout)
    assert told["schema"] == "kneewise.explain/2"
    assert told["screening"]["tier"] == "2"
    assert told["screening"]["reasons"][0]["id"] == "hip_signs"
    assert told["plan"] is None
    assert told["statements"]


@pytest.mark.parametrize("ending", [".html", ".txt"])
def test_explain_writes_the_page_for_the_clinician(tmp_path, ending):
    path = case_file(tmp_path, answers={**NOTHING, "hip_pain": ["groin"]})
    done = run("explain", str(path), "--page", str(tmp_path / f"page{ending}"))
    assert done.returncode == 0, done.stderr
    assert "It hurts in the groin." in (tmp_path / f"page{ending}").read_text(encoding="utf-8")


def test_a_page_of_another_kind_is_refused(tmp_path):
    path = case_file(tmp_path, answers=NOTHING)
    done = run("explain", str(path), "--page", str(tmp_path / "page.docx"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Try" in done.stderr


def test_an_unknown_id_is_refused_with_the_nearest(tmp_path):
    path = case_file(tmp_path, answers={"swelings": "none"})
    done = run("explain", str(path), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'swelling'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_case_is_named(tmp_path):
    done = run("explain", str(tmp_path / "absent.toml"))
    assert done.returncode == 2
    assert "absent.toml" in done.stderr

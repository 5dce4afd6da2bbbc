"""A terminal conversation that fills a case file; each answer is written before the next question comes."""

from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from .casefile import SIDES, VERSION, check_answer, read_content, write_content
from .errors import InputError
from .explaining import explain, render_explanation
from .model import NOTHING, Asking, Kind, Question, SelfTest, Tier
from .pipeline import read_reasoning, understand
from .screening import find_contradictions, screen
from .sitting import Sitting

STOP = "q"
"""Typed in place of an answer, ends the conversation; what was answered is kept."""

NONE = "n"
"""Typed in place of a number, takes the choice that says that nothing is the matter."""

WHY = "?"
"""Typed in place of an answer, tells what the question is for."""

_HELP = {
    Kind.YES_NO: "y or n",
    Kind.ONE: "number of the answer",
    Kind.MANY: "numbers of all that fit, such as 1 3",
    Kind.WEEKS: "eight numbers, such as 10 10 12 12 16 20 24 24",
}


class _Stopped(Exception):
    """The person wants to go on another time."""


def converse(path: Path, asking: Asking, console: Console, today: date | None = None) -> str:
    """Ask what is still worth asking, write it into the file, and say what it means.

    Parameters
    ----------
    path
        Case file; made where there is none, gone on with where there is one.
    asking
        The tables.
    console
        Where to ask.
    today
        Of a check-in; None asks what was never asked.

    Returns
    -------
    str
        What the answers mean, or how to go on where the person stopped before.
    """
    talk = _Conversation(path, asking, console, today)
    console.print(
        f"The urgent questions come first. Where you are not sure about a sign, answer as if it were there. "
        f"{WHY} tells why something is asked, {STOP} stops. Your answers are kept in {path}.",
        markup=False,
    )
    try:
        talk.ask_all()
    except _Stopped:
        return f"Stopped. Go on with: kneewise questions {path}"
    analysis = understand(talk.sitting.case)
    return render_explanation(explain(analysis, read_reasoning()))


class _Conversation:
    """One sitting at the terminal; the file is the only memory that outlives it."""

    def __init__(self, path: Path, asking: Asking, console: Console, today: date | None) -> None:
        self.path, self.asking, self.console, self.today = path, asking, console, today
        content = read_content(path) if path.exists() else {"version": VERSION}
        self.sitting = Sitting.of(content, asking, path.name, today)
        self.cleared: set[str] = set()

    def ask_all(self) -> None:
        """Everything whose answer can still change the result."""
        while (asked := self.sitting.next()) is not None:
            self._answer(asked)
            if screen(self.sitting.case, self.asking).tier is not Tier.EMERGENCY:
                self._clear_up()

    def _clear_up(self) -> None:
        """Ask again what does not fit together; once in a sitting, so that nobody is caught in it."""
        for one in tuple(find_contradictions(self.sitting.case.moments[-1], self.asking)):
            if one.id not in self.cleared:
                self.cleared.add(one.id)
                self.console.print(f"\n{one.says} Please answer again.", style="bold", markup=False)
                for name in one.questions:
                    if name in self.sitting.answers:
                        self._answer(self.asking.asked[name])

    def _answer(self, asked: Question | SelfTest) -> None:
        content = self.sitting.with_answer(asked, self._ask(asked))
        write_content(self.path, content)
        self.sitting = Sitting.of(content, self.asking, self.path.name, self.today)

    def _ask(self, asked: Question | SelfTest) -> Any:
        """An answer that fits, as it is written into the file."""
        self.console.print(f"\n{asked.text}", style="bold", markup=False)
        for number, label in enumerate(asked.choices.values(), 1):
            self.console.print(f"  {number}  {label}", markup=False)
        if not asked.sided or asked.type is not Kind.NUMBER:
            return self._ask_one(asked, "")
        return {side: self._ask_one(asked, f"{side} ") for side in SIDES}

    def _ask_one(self, asked: Question | SelfTest, side: str) -> Any:
        while True:
            typed = self.console.input(f"{side}({_hint(asked)}) > ", markup=False).strip()
            if typed.lower() == STOP:
                raise _Stopped
            if typed == WHY:
                self.console.print(asked.why, markup=False)
                continue
            try:
                given = _understand(asked, typed)
                check_answer(asked, given)
            except (ValueError, IndexError):
                self.console.print(f"Please give {_hint(asked)}.", markup=False)
            except InputError as error:
                self.console.print(str(error), markup=False)
            else:
                return given


def _hint(asked: Question | SelfTest) -> str:
    if asked.type is Kind.MANY and not NOTHING.isdisjoint(asked.choices):
        return f"{_HELP[asked.type]}, or {NONE} for none"
    if asked.type in _HELP:
        return _HELP[asked.type]
    return f"{asked.low:g} to {asked.high:g} {'' if asked.type is Kind.SCALE else asked.unit}".strip()


def _understand(asked: Question | SelfTest, typed: str) -> Any:
    words = typed.replace(",", " ").split()
    if asked.type is Kind.YES_NO:
        return {"y": True, "yes": True, "n": False, "no": False}.get(typed.lower(), typed)
    if asked.type is Kind.ONE:
        return _choice(asked, typed)
    if asked.type is Kind.MANY:
        return [_choice(asked, word) for word in words or [typed]]
    if asked.type is Kind.WEEKS:
        return [float(word) for word in words]
    return float(typed.replace(",", "."))


def _choice(asked: Question | SelfTest, typed: str) -> str:
    """The choice with this number, the id itself, or the one that says that nothing is the matter."""
    if typed in asked.choices:
        return typed
    if typed.lower() == NONE:
        typed = next((str(n) for n, name in enumerate(asked.choices, 1) if name in NOTHING), typed)
    number = int(typed)
    if number < 1:
        raise IndexError
    return list(asked.choices)[number - 1]

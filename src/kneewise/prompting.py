"""What a command asks of who sits at the terminal; where nobody does, it says what to give instead."""

import sys
import warnings
from collections.abc import Callable
from getpass import GetPassWarning
from typing import TypeVar

import typer

from .errors import InputError
from .understanding import INTERRUPTED, complain

_Answer = TypeVar("_Answer")


def confirm(question: str, otherwise: str) -> None:
    """Ask before something is done for good; the command ends where the answer is no.

    Parameters
    ----------
    question
        What to ask.
    otherwise
        What to try where nobody can answer.

    Raises
    ------
    InputError
        When nobody is there to answer.
    """
    if not _asked(lambda: typer.confirm(question), otherwise):
        raise typer.Exit(1)


def ask(question: str, otherwise: str) -> str:
    """A line that is typed.

    Parameters
    ----------
    question
        What to ask.
    otherwise
        What to try where nobody can answer.

    Raises
    ------
    InputError
        When nobody is there to answer.
    """
    return _asked(lambda: str(typer.prompt(question, err=True)), otherwise)


def ask_secret(question: str, otherwise: str, *, again: bool) -> str:
    """A line that is typed and that nobody sees.

    Parameters
    ----------
    question
        What to ask.
    otherwise
        What to try where nobody can answer.
    again
        Whether it has to be typed twice.

    Raises
    ------
    InputError
        When nobody is there to answer.
    """
    with warnings.catch_warnings():
        if not sys.stdin.isatty():  # what comes from a pipe is not echoed, and needs no warning
            warnings.simplefilter("ignore", GetPassWarning)
        return _asked(
            lambda: str(typer.prompt(question, hide_input=True, confirmation_prompt=again, err=True)),
            otherwise,
        )


def _asked(question: Callable[[], _Answer], otherwise: str) -> _Answer:
    try:
        return question()
    except typer.Abort:
        typer.echo(err=True)  # the question stands in a line of its own
        if not sys.stdin.isatty():
            raise InputError("Nobody is there to answer.", remedy=otherwise) from None
        complain("Stopped. Nothing was changed.")
        raise typer.Exit(INTERRUPTED) from None

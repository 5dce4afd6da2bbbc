"""The parts that pages of results are made of, as lines of Markdown. Pure."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any


def head(title: str, made: dict[str, Any], found: str) -> list[str]:
    """Title, how the page was made, and what was found in one sentence.

    Parameters
    ----------
    title
        Of the page.
    made
        As `describe_run` gives it.
    found
        The result in short.
    """
    return [
        f"# {title}",
        "",
        "Made by",
        "",
        *fenced(made["command"]),
        f"on {made['date']} with {tell_run(made)}. Do not edit: run the command again.",
        "",
        f"**{found}**",
        "",
    ]


def tell_run(made: dict[str, Any]) -> str:
    """Version, model if there was one, machine, and how long it took."""
    seconds = made["seconds"]
    parts = [
        f"kneewise {made['version']}",
        *([f"model {made['model']}"] if "model" in made else []),
        made["processor"],
        f"{made['cores']} cores",
        f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} s",
    ]
    return ", ".join(parts)


def paragraphs(*texts: str) -> list[str]:
    """Texts with an empty line after each."""
    return [line for words in texts for line in (words, "")]


def fenced(words: str) -> list[str]:
    """Words as they were typed or printed."""
    return ["```", words, "```", ""]


def pictures(drawings: Iterable[tuple[str, str]]) -> list[str]:
    """Drawings by title and place, as seen from the page."""
    return paragraphs(*(f"![{title}]({place})" for title, place in drawings))


def table(names: Sequence[str], rows: Iterable[Sequence[str]], numbers: Collection[str] = ()) -> list[str]:
    """Rows under the names of their columns; columns of numbers stand on the right."""
    rule = "|".join("--:" if name in numbers else "---" for name in names)
    return [_row(names), f"|{rule}|", *(_row(row) for row in rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

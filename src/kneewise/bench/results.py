"""The summary → files: a table of plain data, drawings, and the page that shows them."""

import json
import os
import shlex
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import OutputError, reason_of
from .feet_page import render_feet_page
from .load_page import render_load_page
from .load_plots import draw_loads
from .page import render_page
from .plots import draw_all
from .speed import describe_processor
from .ways_page import draw_ways, render_ways_page
from .whatif_page import draw_changes, render_changes_page


def describe_run(command: list[str], version: str, seconds: float, **more: Any) -> dict[str, Any]:
    """By which command, version and machine numbers were made, and when.

    Parameters
    ----------
    command
        Words that were typed after the program's name.
    version
        Of kneewise.
    seconds
        How long it took. [s]
    more
        What else made them, for example the pose model.
    """
    return {
        "command": shlex.join(["kneewise", *command]),
        "version": version,
        "date": time.strftime("%Y-%m-%d"),
        "seconds": seconds,
        "processor": describe_processor(),
        "cores": os.cpu_count(),
        **more,
    }


def check_places(out: Path | None, page: Path | None) -> None:
    """Complain about places for results before the work begins.

    Raises
    ------
    OutputError
        When `out` is no folder, or the folder of `page` does not exist.
    """
    if out is not None and out.exists() and not out.is_dir():
        raise OutputError(f"{out} is not a folder.", remedy="give another --out.")
    if page is not None and (page.is_dir() or not page.parent.is_dir()):
        raise OutputError(f"{page} cannot be a file.", remedy="give --page a file in a folder that exists.")


@dataclass(frozen=True, slots=True)
class Results:
    """A summary with the name of its file, its drawings, and how its page is made.

    Attributes
    ----------
    summary : plain data.
    name : of the file that holds it.
    drawings : file name → title and drawing.
    render : from the summary, and title and place of every drawing, to a page of Markdown.
    """

    summary: dict[str, Any]
    name: str
    drawings: dict[str, tuple[str, str]]
    render: Callable[[dict[str, Any], Iterable[tuple[str, str]]], str]


def accuracy_results(summary: dict[str, Any]) -> Results:
    """What belongs to a summary that `summarise` made."""
    return Results(summary, "accuracy.json", draw_all(summary), render_page)


def load_results(summary: dict[str, Any]) -> Results:
    """What belongs to a summary that `summarise_loads` made."""
    return Results(summary, "loads.json", draw_loads(summary), render_load_page)


def change_results(summary: dict[str, Any]) -> Results:
    """What belongs to a summary that `summarise_changes` made."""
    return Results(summary, "whatif.json", draw_changes(summary), render_changes_page)


def feet_results(summary: dict[str, Any]) -> Results:
    """What belongs to a summary that `measure_feet` made."""
    return Results(summary, "feet.json", {}, render_feet_page)


def way_results(summary: dict[str, Any]) -> Results:
    """What belongs to a summary that `summarise_ways` made."""
    return Results(summary, "tempo.json", draw_ways(summary), render_ways_page)


def write_results(results: Results, out: Path | None, page: Path | None) -> None:
    """Plain data and drawings into a folder; a page with its drawings in a folder of the page's name.

    Parameters
    ----------
    results
        What is written.
    out
        Receives the summary and the drawings, None for none.
    page
        Markdown file, None for none.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    files: dict[Path, str] = {}
    if out is not None:
        files |= _place_drawings(results.drawings, out)
        files[out / results.name] = json.dumps(results.summary, indent=1, ensure_ascii=False) + "\n"
    if page is not None:
        files |= _place_drawings(results.drawings, page.with_suffix(""))
        places = [(title, f"{page.stem}/{file}") for file, (title, _) in results.drawings.items()]
        files[page] = results.render(results.summary, places)
    try:
        _replace_whole(files)
    except OSError as error:
        raise OutputError(
            f"The results cannot be written: {reason_of(error)}.", remedy="give another --out or --page."
        ) from error


def _place_drawings(drawings: dict[str, tuple[str, str]], folder: Path) -> dict[Path, str]:
    return {folder / name: drawing for name, (_, drawing) in drawings.items()}


def _replace_whole(files: dict[Path, str]) -> None:
    """Write all files beside their places, then move them there: a full disk spoils nothing older."""
    fresh = {path: path.with_name(f".{path.name}.new") for path in files}
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh[path].write_text(text, encoding="utf-8")
        for path, new in fresh.items():
            new.replace(path)
    finally:
        for new in fresh.values():
            new.unlink(missing_ok=True)

"""The summary → files: a table of plain data, drawings, and the page that shows them."""

import json
import os
import shlex
import time
from pathlib import Path
from typing import Any

from ..errors import OutputError
from .page import render_page
from .plots import draw_all
from .speed import describe_processor


def describe_run(
    command: list[str], version: str, model: str, seconds: float, provenance: dict[str, str]
) -> dict[str, Any]:
    """By which command, version, model and machine numbers were made, and when.

    Parameters
    ----------
    command
        Words that were typed after the program's name.
    version
        Of kneewise.
    model
        Name of the pose model.
    seconds
        How long it took. [s]
    provenance
        Estimator, weights and settings.
    """
    return {
        "command": shlex.join(["kneewise", *command]),
        "version": version,
        "model": model,
        "date": time.strftime("%Y-%m-%d"),
        "seconds": seconds,
        "processor": describe_processor(),
        "cores": os.cpu_count(),
        "provenance": provenance,
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


def write_results(summary: dict[str, Any], out: Path | None, page: Path | None) -> None:
    """Plain data and drawings into a folder; a page with its drawings in a folder of the page's name.

    Parameters
    ----------
    summary
        As `summarise` makes it.
    out
        Receives `accuracy.json` and the drawings, None for none.
    page
        Markdown file, None for none.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    drawings = draw_all(summary)
    try:
        if out is not None:
            _write_drawings(drawings, out)
            text = json.dumps(summary, indent=1, ensure_ascii=False) + "\n"
            (out / "accuracy.json").write_text(text, encoding="utf-8")
        if page is not None:
            _write_drawings(drawings, page.with_suffix(""))
            places = [(title, f"{page.stem}/{name}") for name, (title, _) in drawings.items()]
            page.write_text(render_page(summary, places), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The results cannot be written: {error}.", remedy="give another --out or --page."
        ) from error


def _write_drawings(drawings: dict[str, tuple[str, str]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (_, drawing) in drawings.items():
        (folder / name).write_text(drawing, encoding="utf-8")

"""A template and what it tells → PDF, by typst.

Typst carries its fonts with it, so that every machine makes the same paper offline. Only for what they do not
hold, such as a name in Chinese, the fonts of the computer are looked at; and what these do not hold either is
printed as empty boxes: better than no paper.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any, Literal

import typst

_Standards = tuple[Literal["ua-1"], ...]
_WAYS: tuple[tuple[bool, _Standards], ...] = ((False, ("ua-1",)), (True, ("ua-1",)), (True, ()))
"""Whether fonts of the computer are looked at, and the standards that are kept, the best first.

With PDF/UA, which screen readers need, a letter that cannot be shown is an error.
"""
_UNSHOWN = "could not be displayed"


def typeset(template: str, sheet: Mapping[str, Any], on: date) -> bytes:
    """A sheet as a PDF that screen readers can read.

    Parameters
    ----------
    template
        File in templates.
    sheet
        What it tells, in plain JSON types.
    on
        The day that is written into the file, so that the same sheet is the same file.
    """
    source = files("kneewise").joinpath("templates", template).read_bytes()
    made_on = datetime(on.year, on.month, on.day, tzinfo=UTC)
    for with_system, standards in _WAYS:
        compiler = typst.Compiler(
            source,
            font_paths=typst.Fonts(include_system_fonts=with_system),
            sys_inputs={"sheet": json.dumps(sheet)},
        )
        try:
            pdf = compiler.compile(format="pdf", pdf_standards=list(standards), timestamp=made_on)
        except typst.TypstError as error:
            if _UNSHOWN in str(error):
                continue
            raise
        if not isinstance(pdf, bytes):
            raise TypeError(f"Typst gave {type(pdf).__name__} instead of one document.")
        return pdf
    raise RuntimeError(f"No way to print {template} is left.")

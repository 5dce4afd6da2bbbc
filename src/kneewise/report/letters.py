"""A sheet in words, with the letterhead of a practice → PDF.

Typst carries its fonts with it and is told of no others, so that every machine makes the same sheet offline.
"""

import base64
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import typst


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands on top of every page.

    Attributes
    ----------
    name, contact : of the practice; may be empty.
    logo : PNG; None where there is none.
    """

    name: str = ""
    contact: str = ""
    logo: bytes | None = None

    @property
    def drawn(self) -> str | None:
        """The logo inside of a drawing, which can be handed on as text."""
        if self.logo is None:
            return None
        width, height = struct.unpack(">II", self.logo[16:24])
        pixels = base64.b64encode(self.logo).decode()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
            f' height="{height}"><image width="{width}" height="{height}"'
            f' href="data:image/png;base64,{pixels}"/></svg>'
        )


def print_sheet(sheet: Mapping[str, Any], letterhead: Letterhead, on: date) -> bytes:
    """The sheet as a PDF of A4 that screen readers can read.

    Parameters
    ----------
    sheet
        As `explaining.sheet_for_client` makes it.
    letterhead
        Whose paper it is on.
    on
        The day it is made.
    """
    told = {
        **sheet,
        "practice": {"name": letterhead.name, "contact": letterhead.contact, "logo": letterhead.drawn},
    }
    made_on = datetime(on.year, on.month, on.day, tzinfo=UTC)
    try:
        return _compile(told, made_on, strict=True)
    except typst.TypstError:
        # People have names in letters that its fonts do not have, which the standard does not allow: a page
        # that has boxes in their place, and is a little harder to read out, is better than none.
        return _compile(told, made_on, strict=False)


def _compile(told: Mapping[str, Any], made_on: datetime, *, strict: bool) -> bytes:
    compiler = typst.Compiler(
        files("kneewise").joinpath("templates/letter.typ").read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs={"sheet": json.dumps(told)},
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"] if strict else [], timestamp=made_on)
    if not isinstance(pdf, bytes):
        raise TypeError(f"Typst gave {type(pdf).__name__} instead of one document.")
    return pdf

"""A sheet in words, with the letterhead of a practice → PDF."""

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .typesetting import typeset


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

    @property
    def told(self) -> dict[str, str | None]:
        """The same as a template reads it."""
        return {"name": self.name, "contact": self.contact, "logo": self.drawn}


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
    told = {**sheet, "practice": letterhead.told}
    return typeset("letter.typ", told, on)

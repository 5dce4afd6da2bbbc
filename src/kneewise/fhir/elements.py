"""What resources are made of: names, codes, quantities with their error.

LOINC is used where one of its codes means just what we measured. All other codes are our own; their systems
are names, `urn:kneewise:…`, that lead nowhere, and each code has its words beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from ..conventions import Side

Resource = dict[str, Any]
Entries = Iterator[tuple[str, Resource]]
"""Resources with their places in the case."""

_CASES = UUID("5d1f3c86-2f0e-4b57-8f0c-8a1d1f6f7b94")
"""Names of cases are drawn from it."""
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_UNCERTAINTY = "http://hl7.org/fhir/StructureDefinition/iso21090-uncertainty"
"""One standard deviation of a quantity, in its unit; an extension of FHIR R4 itself."""
_DIGITS = 3

UNITS = {
    "years": ("years", "a"),
    "weeks": ("weeks", "wk"),
    "days": ("days", "d"),
    "hours": ("hours", "h"),
    "minutes": ("minutes", "min"),
    "s": ("s", "s"),
    "cm": ("cm", "cm"),
    "mm": ("mm", "mm"),
    "kg": ("kg", "kg"),
    "degrees": ("°", "deg"),
    "°": ("°", "deg"),
    "%": ("%", "%"),
    "": ("", "1"),
    "0-10": ("of 10", "{score}"),
    "0 or 1": ("of 1", "{score}"),
    "of 5": ("of 5", "{repetitions}"),
    "times": ("times", "{times}"),
    "repetitions": ("repetitions", "{repetitions}"),
    "points": ("points", "{points}"),
    "sets per week": ("sets per week", "{sets}/wk"),
    "nm": ("N·m", "N.m"),
    "n": ("N", "N"),
    "mpa": ("MPa", "MPa"),
    "N·m/kg": ("N·m/kg", "N.m/kg"),
    "nm_per_kg": ("N·m/kg", "N.m/kg"),
    "bw": ("body weights", "{body_weight}"),
    "mpa_per_kg": ("MPa/kg", "MPa/kg"),
}
"""Our word for a unit → how people read it, and its code in UCUM."""

PAIN = ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")
HEIGHT = ("8302-2", "Body height")
MASS = ("29463-7", "Body weight")
"""Codes of LOINC with their names."""


@dataclass(frozen=True, slots=True)
class Names:
    """How the resources of one case are called.

    Attributes
    ----------
    root : of the case.
    """

    root: UUID

    @classmethod
    def of(cls, case: str) -> "Names":
        """Names of a case that is known by a word that stays the same; the word cannot be read from them."""
        return cls(uuid5(_CASES, case))

    def name(self, place: str) -> str:
        """Of the resource at a place in the case, as a URI."""
        return uuid5(self.root, place).urn

    def refer(self, place: str) -> Resource:
        """A reference to it."""
        return {"reference": self.name(place)}


def system_of(kind: str) -> str:
    """URI of a list of codes of our own."""
    return f"urn:kneewise:{kind}"


def code(kind: str, word: str, label: str) -> Resource:
    """A code of our own."""
    return {"system": system_of(kind), "code": word, "display": label}


def concept(kind: str, word: str, label: str, loinc: tuple[str, str] | None = None) -> Resource:
    """A thing by a code of our own, and by that of LOINC where there is one."""
    standard = [] if loinc is None else [{"system": _LOINC, "code": loinc[0], "display": loinc[1]}]
    return {"coding": [*standard, code(kind, word, label)], "text": label}


def category(word: str, label: str) -> list[Resource]:
    """What kind of observation it is."""
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return [{"coding": [{"system": system, "code": word, "display": label}]}]


def side_of(side: Side | None) -> Resource:
    """The leg it is about, as a part of an observation; nothing of what exists once."""
    if side is None:
        return {}
    word = side.name.lower()
    return {"bodySite": concept("side", word, f"{word} leg")}


def quantity(value: float, unit: str, sd: float | None = None) -> Resource:
    """A number with its unit and its error.

    Parameters
    ----------
    value, sd
        In the unit; without an `sd` how sure it is is not known.
    unit
        Our word for it.
    """
    label, ucum = UNITS[unit]
    told: Resource = {"value": round(value, _DIGITS) + 0.0, "system": _UCUM, "code": ucum}
    if label:
        told["unit"] = label
    if sd is not None:
        told["extension"] = [{"url": _UNCERTAINTY, "valueDecimal": round(sd, _DIGITS)}]
    return told

"""Every table of knowledge, read once: what measuring takes, and what reasoning takes besides."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from ..gathering import errors_of_change
from ..kinetics import TissueTables, build_tissue_tables
from ..knowledge import (
    SegmentRow,
    read_anthropometry,
    read_contact_areas,
    read_moment_arms,
    read_repeatability,
    read_strengths,
    read_thresholds,
)
from ..model import (
    Asking,
    Threshold,
)

if TYPE_CHECKING:
    from ..causes import Network
    from ..model.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reasoning:
    """What it takes to say why a knee may hurt, and what to do.

    Attributes
    ----------
    asking : what can be asked, tested and tried, and what stops the way.
    network : of factors and findings.
    change_errors : measure → error of a difference of two films of one person. [rad, m or 1]
    programme : exercises, phases, add-ons.
    """

    asking: Asking
    network: "Network"
    change_errors: Mapping[str, float]
    programme: "Programme"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """The tables that judgements rest on.

    Attributes
    ----------
    anthropometry, thresholds, tissue : of bodies and movement.
    reasoning : None where films are measured and nothing is concluded.
    """

    anthropometry: tuple[SegmentRow, ...]
    thresholds: tuple[Threshold, ...]
    tissue: TissueTables
    reasoning: Reasoning | None = None


@cache
def read_knowledge() -> Knowledge:
    """All tables, validated; the second call is free."""
    return replace(read_measuring(), reasoning=read_reasoning())


@cache
def read_measuring() -> Knowledge:
    """The tables for films and markers alone, with which nothing is concluded."""
    return Knowledge(
        anthropometry=read_anthropometry(),
        thresholds=read_thresholds(),
        tissue=build_tissue_tables(read_moment_arms(), read_strengths(), read_contact_areas()),
    )


@cache
def read_reasoning() -> Reasoning:
    """The tables of questions, factors and exercises, and the network of them."""
    # Imported late: pyAgrum and pydantic take half a second, and measuring does without them.
    from ..causes import build_network
    from ..knowledge.asking import read_asking
    from ..knowledge.causes import read_causes
    from ..knowledge.training import read_programme

    errors: dict[str, list[float]] = defaultdict(list)
    for row in read_repeatability():
        errors[row.measure].append(row.sem)
    return Reasoning(
        asking=read_asking(),
        network=build_network(read_causes()),
        change_errors=errors_of_change(errors),
        programme=read_programme(),
    )

"""Person + anthropometry → Segments: masses and centres of mass, shares counted from the proximal end."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .conventions import Sex
from .model import Person, Segments

if TYPE_CHECKING:
    from .knowledge import SegmentRow


def build_body(person: Person, anthropometry: tuple["SegmentRow", ...]) -> Segments:
    """Masses and centres of mass of a person's segments.

    Parameters
    ----------
    person
        Needs a mass; sex chooses the table, unknown takes the mean of both.
    anthropometry
        Rows as `read_anthropometry` gives them.

    Returns
    -------
    Segments
        Both legs and the upper body together weigh exactly `person.mass`. [kg]

    Raises
    ------
    ValueError
        If the mass is unknown, or not positive.

    Notes
    -----
    Head, trunk and arms are one body (`upper`). The arms are placed with the upper arm along the trunk and
    the forearm at the height of the elbow; how far they reach forward is left to `compute_loads`.

    Assumes: proportions of young adults [1]_; a straight trunk.
    Error: a segment's mass about 4 %, its centre about 3 % of its length; arms raised to shoulder height lift
    `upper_centre` by 0.07, arms hanging straight lower it by 0.02.

    References
    ----------
    .. [1] de Leva 1996, J Biomech 29(9):1223, table 4.
    """
    if person.mass is None or not person.mass > 0:
        raise ValueError(f"Person.mass is {person.mass}; segments need a mass above zero.")
    sexes = tuple(Sex) if person.sex is None else (person.sex,)
    tables = [{row.segment: row for row in anthropometry if row.sex is sex} for sex in sexes]

    def mean(segment: str, column: str) -> float:
        return sum(float(getattr(table[segment], column)) for table in tables) / len(tables)

    leg = {name: person.mass * mean(name, "mass_share") for name in ("thigh", "shank", "foot")}
    return Segments(
        mass=person.mass,
        thigh=leg["thigh"],
        shank=leg["shank"],
        foot=leg["foot"],
        upper=person.mass - 2 * sum(leg.values()),
        thigh_centre=mean("thigh", "centre_share"),
        shank_centre=mean("shank", "centre_share"),
        foot_centre=mean("foot", "centre_share"),
        upper_centre=sum(_upper_centre(table) for table in tables) / len(tables),
    )


def _upper_centre(table: Mapping[str, "SegmentRow"]) -> float:
    """Centre of head, trunk and arms, as a share of the way from mid-hip to mid-shoulder."""
    trunk, head, arm = table["trunk"], table["head"], table["upper_arm"]
    elbow = trunk.length - arm.length
    parts = (
        (trunk.mass_share, trunk.centre_share * trunk.length),
        (head.mass_share, trunk.length + table["neck"].length + head.centre_share * head.length),
        (2 * arm.mass_share, trunk.length - arm.centre_share * arm.length),
        (2 * (table["forearm"].mass_share + table["hand"].mass_share), elbow),
    )
    moment = sum(mass * height for mass, height in parts)
    return moment / sum(mass for mass, _ in parts) / trunk.length

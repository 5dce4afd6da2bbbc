"""Person + anthropometry → Segments: masses, centres of mass and radii of gyration, of one table only.

Tables of different authors cut the body in different places (de Leva's thigh is 40 % heavier than Winter's,
his upper body lighter); they must never be mixed.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .conventions import Sex
from .model import Person, Segment, Segments

if TYPE_CHECKING:
    from .knowledge import SegmentRow

_WHOLE = 1.0


def build_body(person: Person, anthropometry: tuple["SegmentRow", ...]) -> Segments:
    """Masses, centres of mass and radii of gyration of a person's segments.

    Parameters
    ----------
    person
        Sex chooses the table, unknown takes the mean of both; without a mass the body weighs 1 kg, so that
        every load is one of each kilogram.
    anthropometry
        Rows as `read_anthropometry` gives them.

    Returns
    -------
    Segments
        All segments together weigh exactly `person.mass`: the trunk takes what the rounding of the table
        leaves.

    Raises
    ------
    ValueError
        If the mass is not positive.

    Notes
    -----
    Lines of limbs and trunk are measured; head, neck and arms are as long as in the table, scaled by stature.

    Assumes: proportions of young adults [1]_, who lay while they were measured.
    Error: a segment's mass about 4 %, its centre about 3 % of its length.

    References
    ----------
    .. [1] de Leva 1996, J Biomech 29(9):1223, table 4.
    """
    mass = _WHOLE if person.mass is None else person.mass
    if not mass > 0:
        raise ValueError(f"Person.mass is {person.mass}; segments need a mass above zero.")
    sexes = tuple(Sex) if person.sex is None else (person.sex,)
    bodies = [_body_of(sex, mass, person.height, anthropometry) for sex in sexes]
    names = ("thigh", "shank", "foot", "trunk", "head", "upper_arm", "forearm")
    return Segments(
        mass=mass,
        neck=sum(neck for neck, _ in bodies) / len(bodies),
        **{name: _mean([parts[name] for _, parts in bodies]) for name in names},
    )


def _body_of(
    sex: Sex, mass: float, stature: float, anthropometry: tuple["SegmentRow", ...]
) -> tuple[float, dict[str, Segment]]:
    """Length of the neck [m], and every segment, of a person of one sex."""
    rows = {row.segment: row for row in anthropometry if row.sex is sex}
    size = stature / rows["trunk"].stature
    parts = {name: _segment(rows[name], mass, size) for name in rows if name != "neck"}
    parts["forearm"] = _join(parts["forearm"], parts.pop("hand"))
    return rows["neck"].length * size, {**parts, "trunk": _trunk(parts, mass)}


def _segment(row: "SegmentRow", mass: float, size: float) -> Segment:
    return Segment(
        mass=mass * row.mass_share,
        centre=row.centre_share,
        gyration=(row.gyration_sagittal, row.gyration_transverse, row.gyration_longitudinal),
        length=size * row.length,
    )


def _join(forearm: Segment, hand: Segment) -> Segment:
    """Forearm and hand in one line, as one segment with the length of the forearm."""
    hands = hand.length / forearm.length
    mass = forearm.mass + hand.mass
    places = ((forearm, forearm.centre, 1.0), (hand, 1 + hand.centre * hands, hands))
    centre = sum(part.mass * place for part, place, _ in places) / mass
    squares = [
        sum(
            part.mass * ((part.gyration[axis] * size) ** 2 + ((place - centre) ** 2 if axis < 2 else 0))
            for part, place, size in places
        )
        / mass
        for axis in range(3)
    ]
    sagittal, transverse, longitudinal = (math.sqrt(square) for square in squares)
    return Segment(
        mass=mass, centre=centre, gyration=(sagittal, transverse, longitudinal), length=forearm.length
    )


def _trunk(parts: Mapping[str, Segment], mass: float) -> Segment:
    """The trunk, with what is left of the body's mass."""
    others = parts["head"].mass + 2 * sum(
        parts[name].mass for name in ("thigh", "shank", "foot", "upper_arm", "forearm")
    )
    trunk = parts["trunk"]
    return Segment(mass=mass - others, centre=trunk.centre, gyration=trunk.gyration, length=trunk.length)


def _mean(parts: list[Segment]) -> Segment:
    count = len(parts)
    sagittal, transverse, longitudinal = (sum(p.gyration[axis] for p in parts) / count for axis in range(3))
    return Segment(
        mass=sum(p.mass for p in parts) / count,
        centre=sum(p.centre for p in parts) / count,
        gyration=(sagittal, transverse, longitudinal),
        length=sum(p.length for p in parts) / count,
    )

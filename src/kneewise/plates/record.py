"""The nouns of this room: a file of forces as it was read, and its plates on the pose's clock."""

from dataclasses import dataclass

import numpy as np

from ..conventions import Side
from ..model import Array, Noted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plate:
    """One column of forces, in the file's own axes and units.

    Attributes
    ----------
    name : as the file tells it from others; empty where it has only one without a name.
    side : the foot that the name claims; None where it claims none.
    force : (n, xyz)
    point : (n, xyz) where the force acts; None where the file says nothing: then it is at its origin.
    moment : (n, xyz) about that point; all 0 where the file has none.
    """

    name: str
    side: Side | None
    force: Array
    point: Array | None
    moment: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Record(Noted):
    """A file of forces.

    Attributes
    ----------
    name, digest : of the file; SHA-256, hexadecimal.
    time : (n,) [s]
    plates : what it holds.
    """

    name: str
    digest: str
    time: Array
    plates: tuple[Plate, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wrenches(Noted):
    """Forces of plates at the times of the pose, with their moments about one origin.

    Attributes
    ----------
    names, sides : of the plates, as of `Plate`.
    force : (n, plate, xyz) of the floor on the person, once signs are settled. [N]
    moment : (n, plate, xyz) about the origin of the axes. [N·m]
    height : (plate,) of each plate's surface. [m]
    """

    names: tuple[str, ...]
    sides: tuple[Side | None, ...]
    force: Array
    moment: Array
    height: Array

    def words(self, plate: int) -> str:
        """How a plate is called in a message."""
        return f"plate {self.names[plate]}" if self.names[plate] else "the plate"


def centre_of_pressure(force: Array, moment: Array, height: Array | float) -> Array:
    """Where a force acts on a level surface, so that only a moment about the vertical is left.

    Parameters
    ----------
    force, moment
        (..., xyz) about the origin; z is up. [N, N·m]
    height
        (...) of the surface above the origin. [m]

    Returns
    -------
    Array
        (..., xyz); NaN or infinite without a vertical force. [m]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (height * force[..., 0] - moment[..., 1]) / force[..., 2]
        y = (height * force[..., 1] + moment[..., 0]) / force[..., 2]
    return np.stack([x, y, np.broadcast_to(height, x.shape)], axis=-1)


def free_moment(force: Array, moment: Array, pressure: Array) -> Array:
    """What is left of a moment about the vertical at the centre of pressure. [N·m]"""
    about = pressure[..., 0] * force[..., 1] - pressure[..., 1] * force[..., 0]
    return np.asarray(moment[..., 2] - about)

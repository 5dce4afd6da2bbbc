"""Kinds of squats, each in its own posture, for one body: which loads what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..conventions import Bar, Contact
from ..kinetics.carrying import CARRIES
from ..kinetics.constants import Lifter
from ..model import Burden
from ..model.supposed import Limits, Squat, Wish
from .asking import Asked, bound
from .habits import STRAY_PRESSURE
from .loads import Carried, compute_net
from .responding import Scene, Taken
from .sampling import Someone, weigh
from .standing import Feet

_NOTES = {
    Contact.STRAP: "The strap pulls straight forward, just below the knees.",
    Contact.WALL: "The wall is smooth, and presses at two thirds of the back.",
    Contact.SPLIT: "How much the leg behind carries, and how hard the feet push apart, are estimates.",
    Contact.ONE_LEG: "The other leg hangs free and touches nothing.",
}
_POSTURE = "The posture is the usual one of this squat, not found from the person's own."
_LOADED = (
    "How the posture answers another load is an estimate: with more of it, or with a bar low on the back, "
    "lifters are reported to sit back and lean more than is told here."
)
_BOX = (
    "The box is only touched. Sitting on it takes weight off while it lasts; standing up from it asks for "
    "what is told here."
)
_WIDE = (
    "How hard the feet push apart in another stance is an estimate, and what the hip holds sideways is not "
    "counted. The hips come forward in a wider stance, and the trunk comes up to balance that: who sits back "
    "further instead spares the back less than is told here."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One option, ready to be worked out.

    Attributes
    ----------
    name : in plain words.
    burden : what is carried.
    wish : what is different from today's squat.
    row : posture of the table, where the option does not grow out of today's squat; else None.
    """

    name: str
    burden: Burden
    wish: Wish
    row: Squat | None = None


def kinds(rows: Sequence[Squat], lifter: Lifter) -> list[Kind]:
    """Kinds of squats, each with as much of today's load as it is done with.

    Parameters
    ----------
    rows
        Of the table; one for a bar is no kind where nothing is carried, and one that needs a weight none
        where the body's mass is not known.
    lifter
        With what is carried today.
    """
    today = lifter.burden
    return [_kind(row, today) for row in rows if _is_done(row, lifter)]


def _is_done(row: Squat, lifter: Lifter) -> bool:
    if row.mass is not None:
        return lifter.person.mass is not None
    return lifter.burden.mass > 0 or row.bar is None


def _kind(row: Squat, today: Burden) -> Kind:
    mass = min(row.load * today.mass, row.most) if row.mass is None else row.mass
    bar = today.bar if row.bar is None else row.bar
    burden = Burden(mass=mass, bar=bar if mass > 0 else Bar.NONE)
    return Kind(
        name=row.name,
        burden=burden,
        wish=row.wish if burden == today else row.wish.joined(Wish(burden=burden)),
        row=None if row.contact is Contact.FREE else row,
    )


def assumptions_of(kind: Kind) -> tuple[str, ...]:
    """What is taken for granted in one option only."""
    if kind.row is not None:
        return _NOTES[kind.row.contact], _POSTURE
    wish = kind.wish
    told = {
        _WIDE: wish.ankles_apart is not None or wish.turn_out is not None,
        _LOADED: wish.burden is not None,
        _BOX: wish.box,
    }
    return tuple(text for text, holds in told.items() if holds)


def hold_posture(someone: Someone, kind: Kind, limits: Limits) -> Asked:
    """A posture of the table, with its error, and its net loads.

    Parameters
    ----------
    someone
        The person.
    kind
        One with a row.
    limits
        What holds.
    """
    if kind.row is None:
        raise ValueError(f"{kind.name} has no posture of its own.")
    row, numbers = kind.row, someone.numbers
    constants = someone.constants(kind.burden)
    feet = Feet(
        length=someone.feet.length,
        apart=np.array([[someone.build.hips]]),
        turn_out=np.zeros((1, 1)),
        heel=np.zeros((1, 1)),
    )
    scene = Scene(
        build=someone.build,
        feet=feet,
        depth=(row.thigh + row.posture_sd * numbers["thigh posture"])[None],
        balance=weigh(someone.carrying(kind.burden), constants, someone.build),
    )
    taken = Taken(
        shin=(row.shin + row.posture_sd * numbers["shin posture"])[None],
        trunk=(row.trunk + row.posture_sd * numbers["trunk posture"])[None],
        share=(row.pressure + STRAY_PRESSURE * numbers["share stray"])[None],
    )
    share = np.clip(row.share + row.share_sd * numbers["leg share"], 0, 1)
    carried = Carried(
        constants=constants,
        hangs=CARRIES[kind.burden.bar].hangs,
        contact=row.contact,
        share=share,
        brake=row.brake + row.brake_sd * numbers["brake"],
    )
    return Asked(
        scene=scene,
        taken=taken,
        net=compute_net(scene, taken, carried),
        bounds=bound(someone, scene, limits),
    )

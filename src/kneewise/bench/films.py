"""The table of films → rows: every film of the benchmark, and what would change if its row did."""

import csv
import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from ..synthetic import EDITION

LEAST_SEED = 5000
"""Seeds from here on are for measuring only."""
SETS = ("standard", "retest")
FAULTS = ("none", "valgus", "heel_rise", "lean", "shift", "shallow")
BOTTOMS = ("shorts", "leggings", "trousers")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmRow:
    """Everything that decides one film.

    Attributes
    ----------
    set : ``standard`` for accuracy, ``retest`` for the same person on several days.
    quick : whether it is in the short set too.
    seed, session : the person, and the day.
    azimuth_deg : where the camera stands; 0 in front, 90 on the person's left.
    distance_m, height_m, pitch_deg, roll_deg : how it stands; positive pitch looks down.
    focal_share : focal length as a share of the picture's long side.
    width_px, height_px : size of the picture.
    fault, severity, peak_deg, arms, repetitions : what is performed.
    sex, bottom : who, and in which bottoms.
    handheld_px, noise : sway of the picture, and grain in grey levels.
    """

    set: str
    quick: bool
    seed: int
    session: int
    azimuth_deg: float
    distance_m: float
    height_m: float
    pitch_deg: float
    roll_deg: float
    focal_share: float
    width_px: int
    height_px: int
    fault: str
    severity: float
    peak_deg: float
    arms: str
    repetitions: int
    sex: str
    bottom: str
    handheld_px: float
    noise: float

    def __post_init__(self) -> None:
        words = self.set in SETS and self.fault in FAULTS and self.bottom in BOTTOMS and self.sex in "fm"
        if not words:
            raise ValueError(f"Film {self.name} has a set, fault, sex or bottom that does not exist.")
        if self.seed < LEAST_SEED:
            raise ValueError(
                f"Film {self.name} has a seed that others may tune on; use {LEAST_SEED} or more."
            )
        numbers = 1 <= self.distance_m <= 8 and 0.1 <= self.height_m <= 2 and abs(self.azimuth_deg) <= 110
        if not numbers or self.width_px % 2 or self.height_px % 2:
            raise ValueError(f"Film {self.name} has a camera or a picture size out of range.")

    @property
    def name(self) -> str:
        """File name without ending."""
        return f"{self.set}-{self.seed}-{self.session}{self.azimuth_deg:+04.0f}"

    @property
    def view(self) -> str:
        """Where the camera stands, in a word: what the row wants, not what is measured."""
        return view_at(self.azimuth_deg)

    @property
    def digest(self) -> str:
        """Changes with everything that changes the film or its truth."""
        decisive = asdict(self)
        del decisive["quick"]
        text = json.dumps([EDITION, decisive], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def view_at(azimuth_deg: float) -> str:
    """Name of the view that a camera in this direction truly has: the nearest of 0, 45, 90, 135 and 180°."""
    turned = abs((azimuth_deg + 180) % 360 - 180)
    return ("front", "oblique", "side", "rear-oblique", "rear")[round(turned / 45)]


def read_films(*, quick: bool = False) -> tuple[FilmRow, ...]:
    """The films of the benchmark, in the order of the table.

    Parameters
    ----------
    quick
        Only the short set.
    """
    text = files(__package__).joinpath("films.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = tuple(_row(cells) for cells in csv.DictReader(lines, strict=True))
    return tuple(row for row in rows if row.quick or not quick)


def _row(cells: dict[str, str]) -> FilmRow:
    kinds = FilmRow.__annotations__
    return FilmRow(**{name: _value(kinds[name], text) for name, text in cells.items()})


def _value(kind: Any, text: str) -> Any:
    return text == "yes" if kind is bool else kind(text)

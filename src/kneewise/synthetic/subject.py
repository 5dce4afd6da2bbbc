"""Who is filmed and how that person looks; everything is drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]
SEXES = ("male", "female")
BOTTOMS = ("shorts", "leggings", "trousers")


@dataclass(frozen=True)
class Subject:
    """A person's build.

    Attributes
    ----------
    sex : "male" or "female"
    age : years
    origin : "african", "asian" or "caucasian" (a shape family of the body model)
    height_cm : stature without shoes
    weight, muscle : 0 to 1 on the body model's own scale (0.5 is average)
    thigh_to_shank : ratio of the segment lengths
    """

    sex: str
    age: float
    origin: str
    height_cm: float
    weight: float
    muscle: float
    thigh_to_shank: float


@dataclass(frozen=True)
class Look:
    """Clothes, hair and skin; colours are linear red, green, blue from 0 to 1, lengths in metres.

    `shorts_end` is the hem along the thigh and `sleeve_end` along the upper arm (0 proximal, 1 distal);
    `sock_start` is along the shank.
    """

    skin: Colour
    hair: Colour
    hair_style: str
    hair_length: float
    beard: float
    iris: Colour
    top: Colour
    sleeve_end: float
    loose: float
    hem: float
    bottom: Colour
    bottom_kind: str
    shorts_end: float
    flare: float
    sock: Colour
    sock_start: float
    shoe: Colour
    outsole: Colour
    sole_m: float = 0.022


SKINS: dict[str, tuple[Colour, ...]] = {
    "african": ((0.16, 0.085, 0.055), (0.24, 0.13, 0.085), (0.11, 0.06, 0.04)),
    "asian": ((0.55, 0.36, 0.24), (0.48, 0.31, 0.20), (0.60, 0.41, 0.29)),
    "caucasian": ((0.62, 0.40, 0.30), (0.55, 0.34, 0.25), (0.66, 0.45, 0.35)),
}
FAIR_HAIR: tuple[Colour, ...] = (
    (0.012, 0.01, 0.009),
    (0.05, 0.03, 0.018),
    (0.12, 0.07, 0.035),
    (0.30, 0.22, 0.12),
)
DARK_HAIR: tuple[Colour, ...] = ((0.01, 0.009, 0.008), (0.02, 0.014, 0.01))
GREY_HAIR: Colour = (0.35, 0.34, 0.33)


def draw_subject(
    rng: np.random.Generator, sex: str | None, height_cm: float | None, age: float | None
) -> Subject:
    """Draw a build; a given sex, height (cm) or age (years) replaces the drawn one."""
    drawn_sex = str(rng.choice(SEXES))
    drawn_age = float(rng.uniform(20, 70))
    origin = str(rng.choice(tuple(SKINS)))
    weight = float(np.clip(rng.normal(0.52, 0.16), 0.2, 0.95))
    muscle = float(np.clip(rng.normal(0.5, 0.15), 0.15, 0.9))
    ratio = float(rng.normal(0.98, 0.03))
    sex = sex or drawn_sex
    mean, spread = (176.0, 7.0) if sex == "male" else (163.0, 6.5)
    drawn_height = float(np.clip(mean + spread * rng.normal(), 148, 198))
    return Subject(sex, age or drawn_age, origin, height_cm or drawn_height, weight, muscle, ratio)


def _cloth(rng: np.random.Generator) -> Colour:
    raw = rng.random(3) ** 1.5 * 0.6 + 0.02
    return _colour(0.9 * (0.7 * raw + 0.3 * raw.mean()))


def _dark(rng: np.random.Generator) -> Colour:
    return _colour(np.array([0.02, 0.02, 0.025]) + rng.random() * 0.05)


def _colour(values: np.ndarray) -> Colour:
    r, g, b = (float(v) for v in values)
    return r, g, b


def _draw_hair(rng: np.random.Generator, subject: Subject) -> tuple[Colour, str]:
    palette = FAIR_HAIR if subject.origin == "caucasian" else DARK_HAIR
    colour = palette[int(rng.integers(len(palette)))]
    if rng.random() < 0.7 and subject.age > 55:
        colour = GREY_HAIR
    styles = ("bun", "ponytail") if subject.sex == "female" else ("short", "short", "short", "bald")
    return colour, str(rng.choice(styles))


def draw_look(rng: np.random.Generator, subject: Subject, bottom_kind: str | None = None) -> Look:
    """Draw clothes, hair and skin for a subject; a given kind of bottoms replaces the drawn one."""
    female = subject.sex == "female"
    hair, style = _draw_hair(rng, subject)
    skins = SKINS[subject.origin]
    kinds = ("leggings", "shorts", "leggings") if female else ("shorts", "shorts", "trousers")
    drawn_kind = str(rng.choice(kinds))
    short_sleeve = female and rng.random() < 0.5
    white_socks = rng.random() < 0.7
    plain_shoe: Colour = (0.05, 0.05, 0.06) if white_socks else (0.6, 0.6, 0.6)
    return Look(
        skin=skins[int(rng.integers(len(skins)))],
        hair=hair,
        hair_style=style,
        hair_length=float(rng.uniform(0.010, 0.020)),
        beard=0.0 if female else float(rng.choice([0.0, 0.2, 0.5])),
        iris=(0.12, 0.07, 0.04),
        top=_cloth(rng) if rng.random() < 0.75 else (0.75, 0.75, 0.74),
        sleeve_end=float(rng.uniform(0.38, 0.45) if short_sleeve else rng.uniform(0.5, 0.7)),
        loose=float(rng.uniform(0.004, 0.009) if female else rng.uniform(0.009, 0.016)),
        hem=0.03,
        bottom=_dark(rng) if rng.random() < 0.7 else _cloth(rng),
        bottom_kind=bottom_kind or drawn_kind,
        shorts_end=float(rng.uniform(0.6, 0.8)),
        flare=0.022,
        sock=(0.75, 0.75, 0.75) if white_socks else (0.03, 0.03, 0.03),
        sock_start=0.72,
        shoe=_cloth(rng) if rng.random() < 0.6 else plain_shoe,
        outsole=(0.75, 0.75, 0.75) if rng.random() < 0.7 else (0.05, 0.05, 0.05),
    )

"""Check → plain JSON types, text, and the tests that go into a case."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..conventions import Band, Side
from ..model import Known
from .check import Check, Pictured
from .fit import MOST_OVERHANG, TOE_ROOM, Fit, OnShoe
from .inserts import CONDITION, Doing, InsertAdvice, advise_insert
from .marks import Marks
from .standing import Told

SCHEMA = "kneewise.feet/1"

_PRONE_SCORE, _OUTER_SCORE = 7.5, -0.5
"""Scores beyond which a foot stands clearly inwards, as in the table of self-tests, and outwards. [points]"""

_WIDE_GAP = 0.03
"""Knee gap that is worth a thought, as the table of self-tests has it. [m]"""

WEIGHT = (
    "How a shoe fits says little about a knee: two of three people wear shoes that do not fit. Take it as "
    "advice for comfort. What would say more is a squat with and without the shoe, on one day."
)
"""What the fit of a shoe weighs for the knee."""
_NO_INSERT = (
    "An insert is not cut or taken out for good because of a photo; the squat without it is the test."
)


def summarise(check: Check, known: Known | None = None) -> dict[str, Any]:
    """The check as plain JSON types; lengths in millimetres, angles in degrees, each with its error.

    Parameters
    ----------
    check
        What was measured, rated and seen.
    known
        Of the person, for what to do about an insert; None where there is no case.
    """
    return {
        "schema": SCHEMA,
        "photos": [describe_picture(one) for one in check.pictures],
        "shoes": {side.name.lower(): _fit(fit) for side, fit in check.fits.items()},
        "on_shoes": {side.name.lower(): seen.value for side, seen in check.on_shoes.items()},
        "standing": _standing(check),
        "insert": None if known is None else describe_insert(advise_insert(known)),
        "tests": tests_of(check),
        "statements": statements_of(check),
    }


def describe_picture(one: Pictured) -> dict[str, Any]:
    """One photo and its sizes as plain JSON types. [mm, degrees]"""
    row: dict[str, Any] = {"name": one.photo.name, "shows": one.shows.value}
    if one.side is not None:
        row |= {"side": one.side.name.lower(), "side_from": "name" if one.shows.side else "shape"}
    if one.sheet is not None:
        row |= {
            "paper": one.sheet.paper.value,
            "phone_height_mm": round(1e3 * float(one.sheet.view.eye[2])),
            "tilt_deg": round(float(np.rad2deg(one.sheet.view.tilt))),
            "focal_from_file": one.photo.focal_told,
        }
    if one.shape is not None:
        row["length_mm"] = _number(one.shape.length, one.shape.length_sd, 1e3)
        row["width_mm"] = _number(one.shape.width, one.shape.width_sd, 1e3)
    return row


def _number(value: float, sd: float, factor: float) -> dict[str, float]:
    return {"value": round(factor * value, 1), "sd": round(factor * sd, 1)}


def _told(told: Told | None, factor: float) -> dict[str, float] | None:
    return None if told is None else _number(told.value, told.sd, factor)


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        "toe_room_mm": _number(fit.toe_room, fit.toe_room_sd, 1e3),
        "overhang_mm": _number(fit.overhang, fit.overhang_sd, 1e3),
        "choice": fit.choice,
        "short": band_of(fit.short_chance).value,
        "narrow": band_of(fit.narrow_chance).value,
    }


def describe_insert(advice: InsertAdvice) -> dict[str, Any]:
    """What to do about an insert, as plain JSON types."""
    return {
        "doing": advice.doing.value,
        "says": f"{_DOING[advice.doing]} {advice.because}",
        "steps": list(advice.steps),
        "asks": list(advice.asks),
    }


_WRITE_TRIAL = (
    f'Write the three into the case: [[trial]] condition = "{CONDITION}", pain_before, pain_after, pain_back.'
)
_DOING = {
    Doing.ASK: "Insert: not known yet.",
    Doing.LEAVE: "Insert: leave it as it is.",
    Doing.TRY: "Insert: try the squat without it.",
    Doing.TWO_WEEKS: "Insert: two weeks without it.",
}


def band_of(chance: float) -> Band:
    """How likely something is, in words."""
    bands = ((0.25, Band.UNLIKELY), (0.5, Band.POSSIBLE), (0.9, Band.LIKELY))
    return next((band for limit, band in bands if chance < limit), Band.STRONG)


def _standing(check: Check) -> dict[str, Any]:
    degrees = 180 / np.pi
    stance = check.stance
    return {
        "toe_out_deg": {side.name.lower(): _told(one, degrees) for side, one in stance.toe_out.items()},
        "toe_out_left_minus_right_deg": _told(stance.toe_out_difference, degrees),
        "rearfoot_deg": {side.name.lower(): _told(one, degrees) for side, one in stance.rearfoot.items()},
        "knee_gap_cm": _told(stance.knee_gap, 1e2),
        "foot_posture_photo_score": {
            side.name.lower(): _told(one, 1.0) for side, one in stance.score.items()
        },
    }


def tests_of(check: Check) -> list[dict[str, Any]]:
    """Rows of ``[[test]]`` for a case: foot_score, knee_gap_cm and shoe_fit, where they were measured.

    Returns
    -------
    list of dict
        ``id``, ``value``, with ``side`` where a side makes sense and ``sd`` of a number, in the unit of the
        test. The shoe that fits worse counts.
    """
    rows: list[dict[str, Any]] = [
        {"id": "foot_score", "side": side.name.lower(), "value": int(one.value), "sd": round(one.sd, 2)}
        for side, one in check.stance.score.items()
    ]
    gap = check.stance.knee_gap
    if gap is not None:
        rows.append({"id": "knee_gap_cm", "value": round(1e2 * gap.value, 1), "sd": round(1e2 * gap.sd, 2)})
    choices = [fit.choice for fit in check.fits.values()]
    # What was measured counts before what was seen on the shoe.
    choices = choices or [seen.choice for seen in check.on_shoes.values() if seen.choice is not None]
    if choices:
        rows.append({"id": "shoe_fit", "value": _worst(choices)})
    return rows


def _worst(choices: list[str]) -> str:
    short, narrow = (any(word in choice for choice in choices) for word in ("short", "narrow"))
    return {(0, 0): "fits", (1, 0): "short", (0, 1): "narrow", (1, 1): "short_and_narrow"}[short, narrow]


def statements_of(check: Check) -> list[str]:
    """Sentences for the person."""
    said = [sentence for side, fit in check.fits.items() for sentence in say_fit(side, fit)]
    said += [_on_shoe_says(side, seen) for side, seen in check.on_shoes.items()]
    if check.fits or check.on_shoes:
        said.append(WEIGHT)
    said += _stance_says(check)
    return said


def _on_shoe_says(side: Side, seen: OnShoe) -> str:
    shoe = f"{side.name.capitalize()} foot on its shoe"
    said = {
        OnShoe.INSIDE: "nothing sticks out. A sole is longer and wider than the inside of its shoe, so that "
        "does not yet say that it fits: hold the foot against the insole.",
        OnShoe.TOES_OVER: "toes stick out at the front. It is too short.",
        OnShoe.SIDES_OVER: "the foot sticks out at a side. It is too narrow.",
        OnShoe.BOTH_OVER: "the foot sticks out at the front and at a side. It is too short and too narrow.",
    }
    return f"{shoe}: {said[seen]}"


def say_fit(side: Side, fit: Fit) -> list[str]:
    """How long and how wide a shoe is for its foot, in two sentences."""
    shoe = f"{side.name.capitalize()} shoe"
    low, high = (1e3 * limit for limit in TOE_ROOM)
    room = f"{shoe}: {_mm(fit.toe_room, fit.toe_room_sd)} in front of the longest toe"
    wanted = f"{low:.0f} to {high:.0f} mm is comfortable"
    if fit.short_chance > 0.9:
        length = f"{room}; {wanted}. It is too short."
    elif fit.short_chance > 0.1 and fit.toe_room < TOE_ROOM[1]:
        length = f"{room}; {wanted}. That is near the limit: measure again, or try half a size more."
    elif fit.toe_room > TOE_ROOM[1] + fit.toe_room_sd:
        length = f"{room}; {wanted}. There is more room than needed; fine if the heel does not slip."
    else:
        length = f"{room}; {wanted}. The length fits."
    side_room = (
        f"{shoe}: the foot reaches {_mm(fit.overhang, fit.overhang_sd)} beyond the insole at the side"
        if fit.overhang > 0
        else f"{shoe}: {_mm(-fit.overhang, fit.overhang_sd)} are free at the narrower side"
    )
    limit = f"up to {1e3 * MOST_OVERHANG:.0f} mm over the edge is usual"
    if fit.narrow_chance > 0.9:
        width = f"{side_room}; {limit}. It is too narrow: look for a wider model, not a longer one."
    elif fit.narrow_chance > 0.1:
        width = f"{side_room}; {limit}. That is near the limit: go by how it feels."
    else:
        width = f"{side_room}; {limit}. The width fits."
    return [length, width]


def _mm(value: float, sd: float) -> str:
    return f"{1e3 * value:.0f} ± {1e3 * sd:.0f} mm"


def _stance_says(check: Check) -> list[str]:
    stance = check.stance
    said: list[str] = []
    said += [say_score(side, score) for side, score in stance.score.items()]
    if stance.score:
        said.append("The score leaves out the one part that needs fingers on the foot.")
    if stance.knee_gap is not None:
        said.append(say_gap(stance.knee_gap))
    said += [
        f"{side.name.capitalize()} foot: turned out by {_degrees(told)}."
        for side, told in stance.toe_out.items()
    ]
    difference = stance.toe_out_difference
    if difference is not None:
        clear = abs(difference.value) > 2 * difference.sd
        wider = replace(difference, value=abs(difference.value))
        more = "left" if difference.value > 0 else "right"
        said.append(
            f"The {more} foot turns out {_degrees(wider)} more than the other. Few people stand evenly."
            if clear
            else "Both feet turn out about the same, as far as this can tell."
        )
    return said


def say_score(side: Side, score: Told) -> str:
    """How a foot stands."""
    foot = f"{side.name.capitalize()} foot: foot posture photo score {score.value:+.0f} ± {score.sd:.1f}"
    if score.value > _PRONE_SCORE:
        return f"{foot}. It stands clearly on its inner edge. Many such feet never trouble a knee."
    if score.value < _OUTER_SCORE:
        return f"{foot}. It stands rather on its outer edge."
    return f"{foot}. That is usual; about +4 is the middle of people."


def _degrees(told: Told) -> str:
    return f"{np.rad2deg(told.value):.0f} ± {np.rad2deg(told.sd):.0f}°"


def say_gap(gap: Told) -> str:
    """How wide the gap between the knees is, and what it is good for."""
    text = f"Gap between the knees: {1e2 * gap.value:.1f} ± {1e2 * gap.sd:.1f} cm with the ankles together"
    if gap.value <= _WIDE_GAP:
        return f"{text}. That is no reason to change anything about inserts."
    return f"{text}. It is how you are built, not a target. {_NO_INSERT}"


def marks_of(check: Check, given: Mapping[str, Marks]) -> dict[str, Marks]:
    """Name of a photo → corners and outline as they were used, for correction by hand."""
    marks = {}
    for one in check.pictures:
        told = given.get(one.photo.name, Marks())
        outline = told.outline_px
        if one.shape is not None and one.sheet is not None and outline is None:
            outline = one.sheet.view.to_pixels(one.shape.seen[::6])
        marks[one.photo.name] = Marks(
            corners_px=told.corners_px if one.sheet is None else one.sheet.corners_px,
            outline_px=outline,
            points_px=told.points_px,
            scale_m=told.scale_m,
        )
    return marks


def render_text(summary: Mapping[str, Any]) -> str:
    """The check for the terminal."""
    lines = [_photo_line(row) for row in summary["photos"]]
    lines += ["", *summary["statements"]] if summary["statements"] else []
    if summary["insert"] is not None:
        lines += ["", *_insert_lines(summary["insert"])]
    if summary["tests"]:
        lines += ["", "For a case:"]
        for row in summary["tests"]:
            lines += ["[[test]]", *(f"{key} = {_toml(value)}" for key, value in row.items())]
    return "\n".join(lines).strip()


def _insert_lines(row: Mapping[str, Any]) -> list[str]:
    asks = [f"Answer {', '.join(row['asks'])} in the case to know more."] if row["asks"] else []
    trial = [_WRITE_TRIAL] if row["doing"] == Doing.TRY else []
    return [row["says"], *(f"{number}. {step}" for number, step in enumerate(row["steps"], 1)), *trial, *asks]


def _photo_line(row: Mapping[str, Any]) -> str:
    text = f"{row['name']}: {row['shows']}"
    if "length_mm" not in row:
        return text
    guessed = f", a {row['side']} one by its shape" if row["side_from"] == "shape" else ""
    length, width = row["length_mm"], row["width_mm"]
    return (
        f"{text}{guessed}, length {length['value']:.0f} ± {length['sd']:.0f} mm, "
        f"width {width['value']:.0f} ± {width['sd']:.0f} mm (phone {row['tilt_deg']}° off straight down)"
    )


def _toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"

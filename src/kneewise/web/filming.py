"""A film of the memory → what its card says: how far it is, how good it is, what to do. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..conventions import Bar
from ..model import Asking
from ..store import Failed, FilmState, KeptFilm, Label, Refused

Told = dict[str, Any]

BUSY = (FilmState.WAITING, FilmState.MEASURING)
_ENDED = (FilmState.REFUSED, FilmState.FAILED, FilmState.CANCELLED)
_SURE_FROM = 0.05
"""Share from which on the time left is worth telling."""
_FOUND = 0.1
"""Share up to which the film is searched for a person."""
_BARS = {
    Bar.NONE: "no bar",
    Bar.BACK_HIGH: "bar high on the back",
    Bar.BACK_LOW: "bar low on the back",
    Bar.FRONT: "bar in front",
    Bar.GOBLET: "before the chest",
    Bar.OVERHEAD: "overhead",
    Bar.DUMBBELLS: "dumbbells in the hands",
    Bar.VEST: "weight vest",
    Bar.COUNTERBALANCE: "held out in front",
}
STATES = {
    FilmState.WAITING: "Waiting for its turn",
    FilmState.MEASURING: "Being measured",
    FilmState.MEASURED: "Measured",
    FilmState.REFUSED: "This film does not work",
    FilmState.FAILED: "Measuring broke off",
    FilmState.CANCELLED: "Stopped",
}


def bars() -> Mapping[str, str]:
    """How a load can be carried: id → words."""
    return {bar.value: _BARS[bar] for bar in Bar if bar is not Bar.NONE}


def tell_film(film: KeptFilm, summary: Mapping[str, Any] | None, asking: Asking, now: datetime) -> Told:
    """What the card of a film says.

    Parameters
    ----------
    film
        As it is kept.
    summary
        Of its results; None where there are none.
    asking
        Names of ways to squat.
    now
        When.
    """
    names = {row.id: row.name for row in asking.conditions}
    busy = film.state in BUSY
    return {
        "id": film.id,
        "name": film.name,
        "condition": film.label.condition,
        "shows": names.get(film.label.condition, film.label.condition),
        "carried": say_burden(film.label),
        "state": film.state.value,
        "says": STATES[film.state],
        "busy": busy,
        "share": film.share if busy else None,
        "stage": say_stage(film) if busy else "",
        "left": say_time(film, now) if busy else "",
        "seen": [] if summary is None else say_seen(summary),
        "issues": _issues(film, summary),
        "may_retry": film.state in _ENDED and film.present,
        "present": film.present,
        "kept": film.kept,
        "measured": film.state is FilmState.MEASURED,
        "added": film.added.astimezone().strftime("%-d %B, %H:%M"),
    }


def say_burden(label: Label) -> str:
    """What was carried, in words; nothing where nothing was."""
    if not label.burden.mass:
        return ""
    return f"{label.burden.mass:g} kg, {_BARS[label.burden.bar]}"


def say_stage(film: KeptFilm) -> str:
    """What is being done."""
    if film.state is FilmState.WAITING:
        return "It is measured as soon as the one before is done. You can close this page."
    if not film.stage:
        return "Getting ready"
    if film.stage.startswith("drawing"):
        return "Drawing the skeleton into the film"
    return "Looking for you in the film" if film.share < _FOUND else "Following your joints, frame by frame"


def say_time(film: KeptFilm, now: datetime) -> str:
    """How long it will take, where that can be told."""
    if film.started is None or film.share < _SURE_FROM:
        return ""
    left = (now - film.started).total_seconds() * (1 - film.share) / film.share
    if left < 10:
        return "a few seconds left"
    if left < 55:
        return f"about {10 * round(left / 10)} seconds left"
    minutes = max(1, round(left / 60))
    return f"about {minutes} minute{'s' * (minutes > 1)} left"


def say_seen(summary: Mapping[str, Any]) -> list[str]:
    """What was seen, in two sentences at most."""
    told = summary["films"][0]
    return list(told["story"][:2]) if told["measured"] else []


def _issues(film: KeptFilm, summary: Mapping[str, Any] | None) -> list[Told]:
    """What is wrong with it, and the remedy."""
    match film.ending:
        case Refused(issue=issue):
            return [{"because": _sentence(issue.because), "remedy": _sentence(issue.remedy)}]
        case Failed(words=words):
            because, _, remedy = words.partition("Try: ")
            return [{"because": _sentence(because.strip()), "remedy": _sentence(remedy.strip())}]
        case _ if summary is not None:
            return say_warnings(summary)
        case _:
            return []


def say_warnings(summary: Mapping[str, Any]) -> list[Told]:
    """What makes the film worse than it could be, and the remedy."""
    rows = summary["films"][0]["warnings"]
    return [{"because": _sentence(one["because"]), "remedy": _sentence(one["remedy"])} for one in rows]


def _sentence(words: str) -> str:
    """With a large first letter and a full stop."""
    return words[:1].upper() + words[1:].rstrip(".") + "." if words else ""

"""Then and now: pain and training over weeks, tests, films, and what a newer kneewise says differently."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from fastapi import APIRouter
from markupsafe import Markup

from ... import __version__
from ...explaining import compare_pain, compare_tests, tell_otherwise
from ...figures import Words, draw_amounts, draw_weeks
from ...foretelling import say_tally
from ...knowledge.versions import hash_of_tables
from ...measuring import results_of
from ...model import Guidance
from ...model.planned import Diary
from ...plan import Week, read_weeks, worst_of_week
from ...report import show_refilmed, tell_date, tell_day
from ...store import KeptFilm, KeptMeaning
from ..admitting import Admitting
from ..house import CaseHere, House, HouseHere, Meaning, MeaningHere, Opened, tell_tests
from ..remembering import recall_meanings
from ..rendering import Told, add_page
from ..training import training_of
from .start import name_case

router = APIRouter(prefix="/cases/{id}", route_class=Admitting)

_WORST = 10.0


def tell_progress(opened: CaseHere, house: HouseHere, meaning: MeaningHere) -> Told:
    """Everything that can be held against an earlier time."""
    today = house.now().date()
    training = training_of(opened, meaning, house, today)
    programme = house.reasoning.programme
    weeks = () if training is None else read_weeks(programme.exercises, training.dates, training.diary)
    meanings = recall_meanings(house.store, opened.kept.id)
    return {
        "case": name_case(opened.kept),
        "here": "/progress",
        "refers": meaning.told["plan"] is None,
        "weeks": [_tell_week(week) for week in weeks],
        "curves": _draw(weeks) if any(week.done or week.pain is not None for week in weeks) else None,
        "pain": None if training is None or len(weeks) < 2 else _compare_pain(weeks, training.diary),
        "done": sum(week.done for week in weeks),
        "planned": sum(week.planned for week in weeks),
        "tests": compare_tests(_first_tests(meanings), tell_tests(opened.case), house.asking),
        "films": tell_films(opened, house),
        "checkins": _checkins(opened, house),
        "otherwise": _otherwise(opened, meaning, meanings, house),
        **_foretold(meaning, house),
    }


def _foretold(meaning: Meaning, house: House) -> Told:
    """What was foretold and then filmed; with the tally of everybody here, where that is more."""
    conclusion = meaning.conclusion
    own = conclusion.scores if isinstance(conclusion, Guidance) else ()
    everybody = house.store.tally()
    others = everybody.count > sum(len(one.scores) for one in own)
    return {**show_refilmed(own), "everybody": say_tally(everybody) if own and others else None}


def _tell_week(week: Week) -> dict[str, Any]:
    return {
        "first": week.first.isoformat(),
        "label": tell_day(week.first),
        "pain": week.pain,
        "planned": week.planned,
        "done": week.done,
        "sets": week.sets,
    }


def _draw(weeks: Sequence[Week]) -> dict[str, Markup]:
    labels = [str(number) for number in range(1, len(weeks) + 1)]
    pain = Words(title="Worst pain of each week", description="From 0 to 10, by week of the plan.", unit="")
    sets = Words(title="Sets done in each week", description="By week of the plan.", unit="")
    known = np.array([np.nan if week.pain is None else week.pain for week in weeks])
    amounts = np.array([float(week.sets) for week in weeks])
    return {
        "pain": Markup(draw_weeks(pain, labels, known, _WORST)),
        "sets": Markup(draw_amounts(sets, labels, amounts)),
    }


def _compare_pain(weeks: Sequence[Week], diary: Diary) -> dict[str, Any] | None:
    """The first week that was told against the last seven days, whatever week of the plan they lie in."""
    told = (week.pain for week in weeks[:-1] if week.pain is not None)
    return compare_pain(next(told, None), worst_of_week(diary.days, diary.today))


def _first_tests(meanings: Sequence[KeptMeaning]) -> list[Mapping[str, Any]]:
    """Each self-test as it was when it was first kept."""
    first: dict[tuple[str, str | None], Mapping[str, Any]] = {}
    for kept in reversed(meanings):
        for row in kept.summary.get("tests", ()):
            first.setdefault((row["id"], row["side"]), row)
    return [*first.values()]


def tell_films(opened: Opened, house: House, earlier: int = 0) -> Told | None:
    """Two films of the usual squat side by side: an earlier one, the first if none is said, and the last."""
    compared = house.compare(opened, earlier)
    if compared is None:
        return None
    then, now = _tell_film(compared.then, house), _tell_film(compared.now, house)
    return {"told": compared.told, "then": then, "now": now}


def _tell_film(film: KeptFilm, house: House) -> Told:
    place, at = results_of(house.store, film), f"/cases/{film.case}/films/{film.id}"
    day = house.local(film.added).date()
    return {
        "name": tell_date(day),
        "data": f"{at}/viewer.json" if (place / "viewer.json").is_file() else None,
        "video": f"{at}/film.mp4" if (place / "film.mp4").is_file() else None,
    }


def _checkins(opened: Opened, house: House) -> list[dict[str, str]]:
    """Days on which questions were answered again, with what was said."""
    return [
        {
            "on": tell_date(date.fromisoformat(one.date)),
            "says": "; ".join(
                f"{house.asking.asked[name].text} {house.asking.label(name, given)}"
                for name, given in one.answers.items()
            ),
        }
        for one in opened.case.checkins
        if one.answers
    ]


def _otherwise(
    opened: Opened, meaning: Meaning, meanings: Sequence[KeptMeaning], house: House
) -> Told | None:
    """What another kneewise said of the same, where it differs."""
    now = __version__, hash_of_tables()
    same = opened.kept.revision, opened.keys
    others = (
        kept
        for kept in meanings
        if (kept.version, kept.knowledge) != now and (kept.revision, kept.keys) == same
    )
    older = next(others, None)
    differences = () if older is None else tell_otherwise(older.summary, meaning.told)
    if older is None or not differences:
        return None
    made = house.local(older.made).date()
    return {"version": older.version, "made": tell_date(made), "says": differences}


add_page(router, "/progress", "progress.html.j2", tell_progress)

"""Cases that train: answers without a warning sign, a plan that began, films of a body that is known."""

import io
from datetime import timedelta

from folders import squat
from served import NOON
from told import NOTHING

from kneewise.conventions import View
from kneewise.model import Burden, Capture, Trial
from kneewise.store import DiaryDay, Label, Measured

TODAY = NOON.date()
DAY = timedelta(days=1)
ANSWERS = {
    **NOTHING,
    "equipment": ["chair", "band"],
    "training_days": ["monday", "wednesday", "friday"],
    "minutes_per_session": 30,
}


def content(*, start=None, **changes):
    """A case file's tables; with a first day the plan was begun."""
    told = {"version": 1, "person": {"height_cm": 172, "mass_kg": 68, "sex": "f"}, "answers": ANSWERS}
    begun = {} if start is None else {"plan": {"start": start.isoformat()}}
    return {**told, **begun, **changes}


def added(house, name="Anna", **changes):
    return house.store.add_case(name, NOON, content(**changes)).id


def write(house, case, ago, pain, after=None, *done):
    entry = DiaryDay(
        day=TODAY - ago * DAY, worst_pain=pain, pain_after=after, adherence=dict.fromkeys(done, True)
    )
    house.store.add_entry(case, entry)


def filmed(house, case, start=0.8, ago=0):
    """A film of a squat from the side and in front, as if it had been measured `ago` days ago."""
    name = f"squat{start:g}.mp4"
    film = house.store.add_film(case, io.BytesIO(name.encode()), name, Label(), NOON - ago * DAY)
    house.store.take_film("worker", NOON)
    trial = Trial(
        name=name,
        digest=film.digest,
        condition="baseline",
        burden=Burden(),
        capture=Capture(view=View.OBLIQUE, issues=()),
        pose=squat(start),
    )
    house.store.keep_trial(film.digest, trial)
    house.store.finish(film.id, "worker", Measured(key=film.digest))
    return film.id

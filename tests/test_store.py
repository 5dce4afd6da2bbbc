"""The memory keeps what it was given, and one window does not overwrite another."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from kept import KEY, trial_of

from kneewise import StoreConflict, StoreError
from kneewise.model import Issue, Severity
from kneewise.store import (
    MOST_ATTEMPTS,
    SILENCE,
    DiaryDay,
    Failed,
    FilmState,
    Label,
    Measured,
    Refused,
    open_store,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def store(tmp_path, database):
    with open_store(tmp_path / "home", database) as store:
        store.keep_trial(KEY, trial_of("f" * 64))
        yield store


@pytest.fixture
def case(store):
    return store.add_case("Ada", NOW).id


@pytest.fixture
def film(store, case):
    return store.add_film(case, io.BytesIO(b"film" * 1000), "squat.mp4", Label(), NOW).id


def test_a_case_is_kept_as_it_was_told(store):
    content = {"person": {"height_cm": 170.5}, "checkin": [{"date": "2026-01-01", "answers": {"weeks": 8}}]}
    kept = store.add_case("Ada", NOW, content)
    assert store.case(kept.id) == kept
    assert (kept.content, kept.revision, kept.created) == (content, 1, NOW)


def test_days_of_a_case_file_become_text(store, case):
    assert store.save_case(case, {"checkin": [{"date": date(2026, 1, 1)}]}, 1, NOW).content == {
        "checkin": [{"date": "2026-01-01"}]
    }


def test_a_change_made_from_an_older_revision_is_refused_and_changes_nothing(store, case):
    store.save_case(case, {"answers": {"weeks": 8}}, 1, NOW)
    with pytest.raises(StoreConflict, match="changed in another window"):
        store.save_case(case, {"answers": {"weeks": 9}}, 1, LATER)
    assert store.case(case).content == {"answers": {"weeks": 8}}


def test_a_case_that_is_not_there_is_said_so(store):
    with pytest.raises(StoreError, match="no case"):
        store.case("nobody")


def test_of_two_workers_one_gets_the_film(store, film):
    assert store.take_film("one", NOW).id == film
    assert store.take_film("two", NOW) is None


def test_a_film_whose_worker_fell_silent_waits_again(store, film):
    store.take_film("one", NOW)
    assert store.take_film("two", NOW + SILENCE) is None
    assert store.take_film("two", NOW + 2 * SILENCE).worker == "two"
    assert not store.tell_progress(film, "one", 0.5, "pose", NOW + 2 * SILENCE)


def test_a_film_that_ends_its_workers_is_given_up(store, film):
    for i in range(MOST_ATTEMPTS):
        assert store.take_film(f"worker {i}", NOW + 2 * i * SILENCE).attempts == i + 1
    assert store.take_film("last", NOW + 2 * MOST_ATTEMPTS * SILENCE) is None
    assert store.film(film).state is FilmState.FAILED


@pytest.mark.parametrize(
    ("ending", "state", "present"),
    [
        (Measured(key=KEY), FilmState.MEASURED, False),
        (
            Refused(issue=Issue(id="dark", severity=Severity.REFUSED, because="b", remedy="r")),
            FilmState.REFUSED,
            False,
        ),
        (Failed(words="out of memory"), FilmState.FAILED, True),
    ],
)
def test_a_film_goes_when_it_was_measured_or_refused_and_stays_when_measuring_failed(
    store, film, ending, state, present
):
    store.take_film("one", NOW)
    assert store.finish(film, "one", ending)
    ended = store.film(film)
    assert (ended.ending, ended.state, ended.present) == (ending, state, present)
    assert store.path_of(ended).exists() is present


def test_a_film_is_not_measured_before_its_trial_is_kept(store, film):
    store.take_film("one", NOW)
    with pytest.raises(ValueError, match="keep it before"):
        store.finish(film, "one", Measured(key="cd" * 32))
    assert store.film(film).state is FilmState.MEASURING


def test_a_film_that_is_wanted_stays(store, film):
    store.take_film("one", NOW)
    store.keep_film(film, keep=True)
    store.finish(film, "one", Measured(key=KEY))
    assert store.path_of(store.film(film)).exists()


def test_nobody_goes_on_with_a_film_that_was_cancelled(store, film):
    store.take_film("one", NOW)
    store.cancel(film)
    assert not store.tell_progress(film, "one", 0.5, "pose", NOW)
    assert not store.finish(film, "one", Measured(key=KEY))
    assert store.film(film).state is FilmState.CANCELLED


def test_a_day_of_the_diary_is_replaced_and_its_ticks_stay(store, case):
    day = date(2026, 3, 1)
    store.tick(case, day, "bridge", True)
    store.add_entry(case, DiaryDay(day=day, worst_pain=5))
    store.add_entry(case, DiaryDay(day=day, worst_pain=3, adherence={"clamshell": False}, note="better"))
    assert store.entries(case) == (
        DiaryDay(day=day, worst_pain=3, adherence={"bridge": True, "clamshell": False}, note="better"),
    )

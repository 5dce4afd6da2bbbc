"""What an older kneewise kept is there after the newer one opened it; what a newer one kept is left alone."""

import hashlib
import shutil
import signal
import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from kept import trial_of
from sqlalchemy import create_engine
from test_store_crashes import ended, forked, lines_of

import kneewise.store
from kneewise import StoreError
from kneewise.store import DiaryDay, Failed, FilmState, Measured, open_store
from kneewise.store.migrating import migrations, revisions, upgrade
from kneewise.store.packing import pack_trial
from kneewise.store.tables import HEAD, META, OF_THE_PLACE

REVISIONS = revisions()
OLDER = REVISIONS[:-1]
MOMENT = "2026-03-01 12:00:00.000000"
ADA, BEN = "a" * 16, "b" * 16
MEASURED, LOST, GONE, WAITING = "c" * 16, "d" * 16, "e" * 16, "f" * 16
GROUP = "g" * 16
KEY, NO_KEY = "ab" * 32, "cd" * 32
FILM = b"a film"
DIGEST = hashlib.sha256(FILM).hexdigest()

CASES = f"""
INSERT INTO cases (id, name, revision, content, created, changed) VALUES
    ('{ADA}', 'Ada', 3, '{{"answers": {{"weeks": 8}}}}', '{MOMENT}', '{MOMENT}'),
    ('{BEN}', 'Ben', 1, '{{}}', '{MOMENT}', '{MOMENT}');
INSERT INTO diary VALUES ('{ADA}', '2026-03-01', 4.0, 3.0, 7.0, 'better');
INSERT INTO ticks VALUES ('{ADA}', '2026-03-01', 'bridge', 1);
INSERT INTO meanings (case_id, version, knowledge, revision, made_of, summary, made)
    VALUES ('{ADA}', '0.1.0', 'k', 3, '["{KEY}"]', '{{"says": "so"}}', '{MOMENT}');
INSERT INTO sessions (case_id, summary, made) VALUES ('{ADA}', '{{"cues": 3}}', '{MOMENT}');
"""
FILMS = "".join(
    f"""
INSERT INTO films
    (id, case_id, name, condition, burden_mass, burden_bar, digest, suffix, size, state, attempts, key, kept,
     present, added)
    VALUES ('{film}', '{case}', 'a.mp4', 'baseline', 20.0, 'front', '{DIGEST}', '.mp4', 6, '{state}', 1,
     {key}, 1, {present}, '{MOMENT}');
"""
    for film, case, state, key, present in (
        (MEASURED, ADA, "measured", f"'{KEY}'", 1),
        (LOST, ADA, "measured", f"'{NO_KEY}'", 1),
        (GONE, BEN, "measured", f"'{NO_KEY}'", 0),
        (WAITING, BEN, "waiting", "NULL", 1),
    )
)
MEASURED_FILMS = FILMS.replace(f"'{NO_KEY}'", f"'{KEY}'")
"""As they were once a film could name kept measurements only."""
FILLED = {
    "0001": CASES + f"INSERT INTO measurements (key, digest) VALUES ('{KEY}', '{DIGEST}');" + FILMS,
    **dict.fromkeys(
        ["0002", "0003", "0004"],
        CASES
        + f"INSERT INTO measurements (key, digest, size) VALUES ('{KEY}', '{DIGEST}', 1);"
        + MEASURED_FILMS,
    ),
}
FILLED["0005"] = f"""{FILLED["0004"]}
INSERT INTO groups (id, name, made) VALUES ('{GROUP}', 'Tuesday', '{MOMENT}');
INSERT INTO members (case_id, group_id, place) VALUES ('{ADA}', '{GROUP}', 1);
INSERT INTO records (at, what, case_id, address)
    VALUES ('{MOMENT}', 'opened a case', '{ADA}', '198.51.100.7');
"""
"""Schema → what a kneewise of then could have kept, one of everything."""


def make(home, revision, rows=""):
    """A folder as the kneewise of that schema left it."""
    for place in ("films", "measurements"):
        (home / place).mkdir(parents=True)
    (home / "films" / f"{DIGEST}.mp4").write_bytes(FILM)
    (home / "measurements" / f"{KEY}.npz").write_bytes(pack_trial(trial_of(DIGEST)))
    engine = create_engine(f"sqlite:///{home / 'kneewise.db'}")
    with engine.begin() as connection:
        upgrade(connection, revision)
    engine.dispose()
    with closing(sqlite3.connect(home / "kneewise.db")) as database:
        database.executescript("PRAGMA foreign_keys = ON;" + rows)


def dump(home):
    with closing(sqlite3.connect(home / "kneewise.db")) as database:
        return sorted(database.iterdump())  # indexes are made in any order


def test_every_older_schema_is_tried_with_something_in_every_table():
    assert list(FILLED) == OLDER
    later = {"scores", "consents", "notes", *OF_THE_PLACE}
    for rows in FILLED.values():
        assert all(f"INTO {table}" in rows for table in META.tables if table not in later)


def test_the_tables_are_those_that_the_migrations_make(tmp_path):
    make(tmp_path / "home", HEAD)
    engine = create_engine(f"sqlite:///{tmp_path / 'home' / 'kneewise.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), META) == []
    engine.dispose()
    assert REVISIONS[-1] == HEAD


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_empty_folder_of_any_schema_can_be_used(tmp_path, revision):
    make(tmp_path / "home", revision)
    with open_store(tmp_path / "home") as store:
        assert store.cases() == ()


@pytest.mark.parametrize("revision", OLDER)
def test_everything_an_older_kneewise_kept_is_there(tmp_path, revision):
    make(tmp_path / "home", revision, FILLED[revision])
    with open_store(tmp_path / "home") as store:
        check(store)


def check(store):
    ada, ben = sorted(store.cases(), key=lambda case: case.name)
    assert (ada.id, ada.revision, ada.content, ben.content) == (ADA, 3, {"answers": {"weeks": 8}}, {})
    day = store.entries(ADA)[0]
    assert (day.worst_pain, day.note, day.adherence) == (4, "better", {"bridge": True})
    assert isinstance(day, DiaryDay)
    assert [meaning.summary for meaning in store.meanings(ADA)] == [{"says": "so"}]
    assert [session.summary for session in store.sessions(ADA)] == [{"cues": 3}]
    assert store.film(MEASURED).ending == Measured(key=KEY)
    assert store.path_of(store.film(MEASURED)).read_bytes() == FILM
    assert store.trial(KEY).digest == DIGEST
    assert store.film(WAITING).state is FilmState.WAITING


def test_of_groups_and_records_of_before_nobody_knows_who_made_them_and_by_which_program(tmp_path):
    make(tmp_path / "home", "0005", FILLED["0005"])
    with open_store(tmp_path / "home") as store:
        assert [(one.name, one.cases, one.maker) for one in store.groups()] == [("Tuesday", (ADA,), None)]
        assert [(one.done.case, one.done.token) for one in store.records(9)] == [(ADA, None)]


def test_films_whose_measurement_was_lost_wait_again_or_have_failed(tmp_path):
    make(tmp_path / "home", "0001", FILLED["0001"])
    with open_store(tmp_path / "home") as store:
        assert (store.film(LOST).state, store.film(LOST).ending) == (FilmState.WAITING, None)
        assert store.film(GONE).ending == Failed(words="Its measurement was lost.")


def test_a_migration_that_is_killed_was_done_whole_or_not_at_all(tmp_path):
    make(tmp_path / "home", OLDER[0], FILLED[OLDER[0]])
    before = dump(tmp_path / "home")
    shutil.copytree(tmp_path / "home", tmp_path / "counted")

    def count():
        (tmp_path / "lines").write_text(str(lines_of(lambda: open_store(tmp_path / "counted"))))

    assert ended(forked(count)) == 0
    lines, after = int((tmp_path / "lines").read_text()), dump(tmp_path / "counted")
    found = []
    for last in range(1, lines, max(1, lines // 12)):
        shutil.copytree(tmp_path / "home", tmp_path / f"killed {last}")

        def die(last=last):
            lines_of(lambda: open_store(tmp_path / f"killed {last}"), last)

        assert ended(forked(die)) == -signal.SIGKILL
        found.append(dump(tmp_path / f"killed {last}"))
        with open_store(tmp_path / f"killed {last}") as store:
            check(store)
    assert all(state in (before, after) for state in found)
    assert before in found
    assert after in found


def test_two_that_open_an_old_folder_at_once_both_find_it_new(tmp_path):
    make(tmp_path / "home", OLDER[0], FILLED[OLDER[0]])

    def use():
        with open_store(tmp_path / "home") as store:
            check(store)

    assert [ended(child) for child in [forked(use) for _ in range(4)]] == [0] * 4


def test_what_a_newer_kneewise_kept_is_refused_and_left_as_it_is(tmp_path):
    make(tmp_path / "home", HEAD, "UPDATE alembic_version SET version_num = '9999';")
    before = dump(tmp_path / "home")
    with pytest.raises(StoreError, match="newer kneewise") as told:
        open_store(tmp_path / "home")
    assert "upgrade" in told.value.remedy
    assert dump(tmp_path / "home") == before


def test_a_migration_that_would_leave_a_contradiction_is_taken_back(tmp_path):
    make(tmp_path / "home", OLDER[0], FILLED[OLDER[0]])
    with closing(sqlite3.connect(tmp_path / "home" / "kneewise.db")) as database:
        database.executescript(f"DELETE FROM cases WHERE id = '{ADA}';")
    before = dump(tmp_path / "home")
    with pytest.raises(StoreError, match="contradicts itself"):
        open_store(tmp_path / "home")
    assert dump(tmp_path / "home") == before


def test_migrations_come_with_the_package():
    folder = kneewise.store.__path__[0]
    assert isinstance(migrations(), Config)
    assert migrations().get_main_option("script_location") == f"{folder}/migrations"

"""PostgreSQL keeps what SQLite keeps: from the first schema on, whoever is killed, whoever works beside."""

import io
import os
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from joined import settle, sign_in
from kept import FILM, MARK, NOW, everything, fill
from postgres import BIN, needs_postgres, running
from served import housed
from sqlalchemy import MetaData, create_engine, insert, select, text
from test_store_crashes import WORKS, ended, forked, lines_of
from test_store_migrations import FILLED, OLDER
from test_store_migrations import check as check_older
from test_store_migrations import make as make_older

from kneewise import StoreAway, StoreConflict, StoreError
from kneewise.store import DiaryDay, FilmState, Label, open_store
from kneewise.store.migrating import revisions, upgrade
from kneewise.store.tables import HEAD, META

WITH_FILES = {"add_film", "finish", "replace_trial", "erase_film", "erase_case", "import_case"}
STEPS = 3
HARD = [work for work in WORKS if work.__name__ in WITH_FILES]
"""So many moments of each work that changes rows and files; on SQLite all are tried, at more."""


@pytest.fixture
def url(postgres):
    made = postgres.fresh()
    yield made
    postgres.drop(made)


@pytest.fixture
def bare(postgres):
    """Address of a database without a table."""
    made = postgres.fresh("template0")
    yield made
    postgres.drop(made)


@pytest.fixture
def store(tmp_path, url):
    with open_store(tmp_path / "home", url) as store:
        yield store


def run(url, *statements):
    """The last one's rows."""
    engine = create_engine(url)
    with engine.begin() as connection:
        done = [connection.execute(text(statement)) for statement in statements][-1]
        rows = done.all() if done.returns_rows else None
    engine.dispose()
    return rows


# ---------------------------------------------------------------------------------------------- migrations


def test_the_tables_are_those_that_the_migrations_make(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), META) == []
    engine.dispose()


@pytest.mark.parametrize("revision", OLDER)
def test_everything_an_older_kneewise_kept_is_there(tmp_path, bare, revision):
    make_older(tmp_path / "home", revision, FILLED[revision])
    source, target = create_engine(f"sqlite:///{tmp_path / 'home' / 'kneewise.db'}"), create_engine(bare)
    with source.connect() as there, target.begin() as here:
        upgrade(here, revision)
        tables = MetaData()
        tables.reflect(here)
        for table in tables.sorted_tables:
            rows = [dict(row._mapping) for row in there.execute(select(table))]
            if rows and table.name != "alembic_version":
                here.execute(insert(table), rows)
    source.dispose()
    target.dispose()
    (tmp_path / "home" / "kneewise.db").unlink()
    with open_store(tmp_path / "home", bare) as store:
        check_older(store)


@pytest.mark.parametrize("revision", [None, *OLDER])
def test_several_that_open_an_old_database_at_once_all_find_it_new(tmp_path, bare, revision):
    if revision is not None:
        engine = create_engine(bare)
        with engine.begin() as connection:
            upgrade(connection, revision)
        engine.dispose()

    def use(number):
        with open_store(tmp_path / f"home {number}", bare) as store:
            return store.cases()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(use, range(4))) == [()] * 4
    assert run(bare, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_a_migration_that_fails_changes_nothing(tmp_path, bare):
    engine = create_engine(bare)
    with engine.begin() as connection:
        upgrade(connection, "0002")
        connection.exec_driver_sql("CREATE TABLE visits (id integer)")  # the next makes it after the accounts
    engine.dispose()
    with pytest.raises(StoreError):
        open_store(tmp_path / "home", bare)
    assert run(bare, "SELECT version_num FROM alembic_version") == [("0002",)]
    assert run(bare, "SELECT count(*) FROM pg_tables WHERE tablename = 'accounts'") == [(0,)]


def test_what_a_newer_kneewise_kept_is_refused(tmp_path, url):
    run(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer kneewise"):
        open_store(tmp_path / "home", url)
    assert revisions()[-1] == HEAD


# ------------------------------------------------------------------------------------- what differs inside


def test_who_looks_for_a_name_that_cannot_be_finds_nobody(store):
    assert store.account_called("carl\0") is None
    for look in (store.case, store.film, store.account):
        with pytest.raises(StoreError, match="There is no"):
            look("a\0b")


def test_what_only_one_database_could_keep_is_kept_readably_by_both(tmp_path, database):
    with open_store(tmp_path / "home", database) as store:
        case = store.add_case("Ada", NOW).id
        store.add_entry(case, DiaryDay(day=NOW.date(), note="a\0b"))
        store.keep_session(case, {"cue": "a\0b", "mouth": "👄", "much": 1e300}, NOW)
        assert store.entries(case)[0].note == "a\N{REPLACEMENT CHARACTER}b"
        assert store.sessions(case)[0].summary == {"cue": "a\0b", "mouth": "👄", "much": 1e300}


def test_numbers_beyond_what_a_column_holds_do_not_end_it(tmp_path, database):
    with open_store(tmp_path / "home", database) as store:
        case = store.add_case("Ada", NOW).id
        film = store.add_film(case, io.BytesIO(FILM), "x" * 5000 + ".mp4", Label(), NOW)
        assert store.film(film.id).name == "x" * 5000 + ".mp4"


def test_a_case_goes_from_one_database_to_the_other_and_back(store, tmp_path):
    case = fill(store)
    before = everything(store, case)
    store.export_case(case, tmp_path / "one.zip")
    with open_store(tmp_path / "elsewhere") as other:
        other.import_case(tmp_path / "one.zip", check=lambda _: None)
        assert everything(other, case) == before
        other.export_case(case, tmp_path / "two.zip")
    store.erase_case(case)
    store.import_case(tmp_path / "two.zip", check=lambda _: None)
    assert everything(store, case) == before


def test_a_backup_of_the_folder_alone_is_refused_with_what_to_use_instead(store, tmp_path):
    with pytest.raises(StoreError, match="not in the folder") as told:
        store.back_up(tmp_path / "backup", NOW)
    assert "pg_dump" in told.value.remedy
    assert not (tmp_path / "backup").exists()


def test_a_dump_and_a_copy_of_the_folder_bring_everything_back(store, tmp_path, postgres, url, bare):
    case = fill(store)
    before = everything(store, case)
    where = ["-h", "127.0.0.1", "-p", str(postgres.port), "-U", "tester"]
    secret = {**os.environ, "PGPASSWORD": "only for tests"}
    dump = [BIN / "pg_dump", *where, "-Fc", "-f", tmp_path / "dump", url.rpartition("/")[2]]
    subprocess.run(dump, env=secret, check=True)
    shutil.copytree(tmp_path / "home", tmp_path / "copy")
    restore = [BIN / "pg_restore", *where, "-d", bare.rpartition("/")[2], tmp_path / "dump"]
    subprocess.run(restore, env=secret, check=True)
    with open_store(tmp_path / "copy", bare) as restored:
        assert everything(restored, case) == before


# -------------------------------------------------------------------------------------------- many at once


def test_each_film_is_taken_by_one_of_many_workers(store):
    case = store.add_case("Ada", NOW).id
    wanted = {store.add_film(case, io.BytesIO(b"%d" % i), f"{i}.mp4", Label(), NOW).id for i in range(24)}

    def work(number):
        taken = []
        while film := store.take_film(f"worker {number}", NOW):
            taken.append(film.id)
        return taken

    with ThreadPoolExecutor(6) as threads:
        taken = [film for some in threads.map(work, range(6)) for film in some]
    assert sorted(taken) == sorted(wanted)
    assert {store.film(film).state for film in wanted} == {FilmState.MEASURING}


def test_workers_in_processes_of_their_own_take_each_film_once(store, tmp_path, url):
    case = store.add_case("Ada", NOW).id
    wanted = {store.add_film(case, io.BytesIO(b"%d" % i), f"{i}.mp4", Label(), NOW).id for i in range(12)}

    def work(number):
        def take():
            with open_store(tmp_path / "home", url) as own:
                taken = []
                while film := own.take_film(f"worker {number}", NOW):
                    taken.append(film.id)
                (tmp_path / f"taken {number}").write_text("\n".join(taken))

        return take

    assert [ended(child) for child in [forked(work(number)) for number in range(3)]] == [0] * 3
    taken = [film for number in range(3) for film in (tmp_path / f"taken {number}").read_text().split()]
    assert sorted(taken) == sorted(wanted)


def test_of_changes_from_one_revision_one_is_kept(store):
    case = store.add_case("Ada", NOW).id

    def change(number):
        try:
            store.save_case(case, {"answers": {"weeks": number}}, 1, NOW)
        except StoreConflict:
            return None
        return number

    with ThreadPoolExecutor(8) as threads:
        kept = [number for number in threads.map(change, range(8)) if number is not None]
    assert len(kept) == 1
    assert store.case(case).content == {"answers": {"weeks": kept[0]}}


def test_who_writes_does_not_wait_for_ever_for_another_and_who_reads_does_not_wait(store, tmp_path, url):
    case = store.add_case("Ada", NOW).id
    with open_store(tmp_path / "home", url, patience=0.2) as other, store._writing():
        assert other.case(case).name == "Ada"
        with pytest.raises(StoreError, match="in use by another program"):
            other.save_case(case, {"version": 1}, 1, NOW)
    assert store.save_case(case, {"version": 1}, 1, NOW).revision == 2


# ------------------------------------------------------------------------------------------------- killed


@pytest.mark.parametrize("work", HARD, ids=lambda work: work.__name__)
def test_a_work_that_is_killed_was_done_whole_or_not_at_all(tmp_path, postgres, work):
    source = postgres.fresh()
    with open_store(tmp_path / "elsewhere") as other:
        case = fill(other, name="Other", film=b"other's film" * 9000, key="ef" * 32)
        other.export_case(case, tmp_path / "other.zip")
    with open_store(tmp_path / "home", source) as store:
        case = fill(store)
        store.add_film(case, io.BytesIO(b"measuring" * 9000), "m.mp4", Label(), NOW)
        store.take_film("slow worker", NOW)
        store.add_film(case, io.BytesIO(b"waiting" * 9000), "w.mp4", Label(), NOW)
    before = seen(tmp_path / "home", source)

    def copy(name):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        shutil.copytree(tmp_path / "home", tmp_path / name)
        return postgres.fresh(source.rpartition("/")[2])

    def doing(name, url, last=None):
        def do():
            with open_store(tmp_path / name, url) as store:
                (tmp_path / "lines").write_text(str(lines_of(lambda: work(store), last)))

        return do

    counted = copy("counted")
    assert ended(forked(doing("counted", counted))) == 0
    lines, after = int((tmp_path / "lines").read_text()), seen(tmp_path / "counted", counted)
    assert before != after
    for last in np.unique(np.linspace(1, lines, STEPS).astype(int)):
        killed = copy("killed")
        assert ended(forked(doing("killed", killed, int(last)))) == -signal.SIGKILL
        assert seen(tmp_path / "killed", killed) in (before, after), f"killed at line {last} of {lines}"
        postgres.drop(killed)
    for one in (source, counted):
        postgres.drop(one)


def seen(home, url):
    """What is kept, comparable, without ids that are new each time; every row has its file, whole."""
    with open_store(home, url) as store:
        told = []
        for case in store.cases():
            films = store.films(case.id)
            assert all(store.path_of(film).exists() for film in films if film.present)
            told.append(
                (
                    case.name,
                    case.content,
                    case.revision,
                    sorted((f.name, f.state, f.present, f.kept, f.worker, f.attempts) for f in films),
                    [(m.summary, m.keys) for m in store.meanings(case.id)],
                    store.entries(case.id),
                    repr(store.scores(case.id)),
                )
            )
        keys = sorted(place.stem for place in (home / "measurements").iterdir())
        return told, [(key, repr(store.trial(key))) for key in keys]


# --------------------------------------------------------------------------------------------------- away


@pytest.fixture
def own():
    """A server that a test may stop."""
    needs_postgres()
    with running() as server:
        yield server


def test_a_server_that_is_stopped_is_told_clearly_and_taken_up_again(tmp_path, own):
    with open_store(tmp_path / "home", own.fresh()) as store:
        case = store.add_case("Ada", NOW).id
        own.stop()
        for attempt in (lambda: store.case(case), lambda: store.save_case(case, {}, 1, NOW)):
            with pytest.raises(StoreAway, match="does not answer") as told:
                attempt()
            assert "only for tests" not in str(told.value)
        own.start()
        assert store.case(case).revision == 1
        assert store.save_case(case, {"version": 1}, 1, NOW).revision == 2


def test_a_connection_that_is_lost_in_the_middle_changes_nothing(store, url, postgres):
    case = store.add_case("Ada", NOW).id
    name = url.rpartition("/")[2]

    def change():
        with store._writing() as connection:
            connection.exec_driver_sql(f"UPDATE cases SET name = '{MARK}'")
            postgres.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            )
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(StoreAway):
        change()
    assert store.case(case).name == "Ada"


def test_a_film_whose_rows_cannot_be_written_leaves_no_file(tmp_path, own):
    with open_store(tmp_path / "home", own.fresh()) as store:
        case = store.add_case("Ada", NOW).id

        class Stopping(io.BytesIO):
            def read(self, size=-1):
                block = super().read(size)
                if not block:
                    own.stop()
                return block

        with pytest.raises(StoreAway):
            store.add_film(case, Stopping(FILM), "a.mp4", Label(), NOW)
        assert list((tmp_path / "home" / "films").iterdir()) == []
        own.start()
        assert store.films(case) == ()


def test_pages_say_that_the_database_is_away_and_work_again_when_it_is_back(tmp_path, own):
    with housed(tmp_path / "home") as local, open_store(tmp_path / "shared", own.fresh()) as store:
        place = settle(replace(local, store=store))
        carl = place.browser_of("carl")
        own.stop()
        answers = carl.get("/"), sign_in(place.stranger(), "carl")
        assert [one.status_code for one in answers] == [503, 503]
        assert all("does not answer" in one.text for one in answers)
        own.start()
        assert carl.get("/").status_code == 200


def test_no_address_that_cannot_be_used_repeats_its_password(tmp_path, postgres):
    url = postgres.url("postgres").replace("only for tests", "quite-wrong")
    with pytest.raises(StoreError) as told:
        open_store(tmp_path / "home", url)
    assert "quite-wrong" not in str(told.value)

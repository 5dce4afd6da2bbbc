"""A full disk, a database that others hold, a damaged file: a clear message, and nothing lost."""

import errno
import importlib.util
import io
import os
import resource
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from kept import KEY, NOW, everything, fill, trial_of

from kneewise import FilmError, StoreError
from kneewise.store import Label, default_home, open_store
from kneewise.store.folder import Folder


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "home", patience=0.2) as store:
        yield store


@contextmanager
def no_file_longer_than(size):
    """A disk that takes no more, as far as that goes without one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_film_that_finds_no_room_is_refused_and_nothing_of_it_stays(store):
    case = fill(store)
    before, files = everything(store, case), sorted(store.home.rglob("*"))
    with no_file_longer_than(1 << 20), pytest.raises(StoreError, match="disk is full") as told:
        store.add_film(case, io.BytesIO(bytes(2 << 20)), "a.mp4", Label(), NOW)
    assert "make room" in told.value.remedy
    assert everything(store, case) == before
    assert sorted(store.home.rglob("*")) == files


def test_a_measurement_that_finds_no_room_is_refused_and_the_one_before_stays(store):
    case = fill(store)
    before = everything(store, case)
    with no_file_longer_than(4096), pytest.raises(StoreError, match="disk is full"):
        store.keep_trial(KEY, trial_of("d", frames=500))
    assert everything(store, case) == before


def test_an_export_that_finds_no_room_leaves_the_one_before(store, tmp_path):
    case = fill(store)
    store.export_case(case, tmp_path / "case.zip")
    before = (tmp_path / "case.zip").read_bytes()
    with no_file_longer_than(1 << 16), pytest.raises(StoreError, match="disk is full"):
        store.export_case(case, tmp_path / "case.zip")
    assert (tmp_path / "case.zip").read_bytes() == before
    assert [place.name for place in tmp_path.iterdir() if place.name.startswith(".draft")] == []


def test_on_a_small_disk_everything_acknowledged_stays_and_room_helps(small_disk):
    with open_store(small_disk / "home") as store:
        case = store.add_case("Ada", NOW).id
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(200_000))
        films = until_full(
            lambda i: store.add_film(case, io.BytesIO(os.urandom(60_000)), f"{i}.mp4", Label(), NOW)
        )
        sessions = until_full(lambda i: store.keep_session(case, {"says": "x" * 9000, "i": i}, NOW))
        assert sorted(film.name for film in store.films(case)) == sorted(f"{i}.mp4" for i in range(films))
        assert sorted(one.summary["i"] for one in store.sessions(case)) == [*range(sessions)]
        ballast.unlink()
        store.keep_session(case, {"i": -1}, NOW)
        store.erase_case(case)
    with open_store(small_disk / "home") as store:
        assert store.cases() == ()
        assert list((store.home / "films").iterdir()) == []


def until_full(add):
    """How often something could be added before there was no room."""
    for i in range(10_000):
        try:
            add(i)
        except StoreError as error:
            if "disk is full" in str(error):
                return i
            raise
    raise AssertionError("It never got full.")


HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(store):
    """The database in the hands of another program."""
    program = [sys.executable, "-c", HOLD, str(store.home / "kneewise.db")]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        yield
        other.stdin.close()


def test_while_another_program_holds_the_database_one_can_read_and_is_told_why_not_to_write(store):
    case = fill(store)
    before = everything(store, case)
    with held(store):
        assert everything(store, case) == before
        for write in (
            lambda: store.save_case(case, {}, 1, NOW),
            lambda: store.add_film(case, io.BytesIO(b"film"), "a.mp4", Label(), NOW),
            lambda: store.keep_trial("cd" * 32, trial_of("d")),
            lambda: store.erase_case(case),
            lambda: store.take_film("worker", NOW),
        ):
            with pytest.raises(StoreError, match="in use by another program"):
                write()
        with open_store(store.home, patience=0.2) as another:
            assert another.case(case) == before["case"]
    assert everything(store, case) == before
    assert store.save_case(case, {}, 1, NOW).revision == 2


def test_threads_share_a_store(tmp_path):
    with open_store(tmp_path / "home") as store, ThreadPoolExecutor(40) as threads:
        case = store.add_case("Ada", NOW).id

        def use(i):
            store.tick(case, NOW.date(), str(i), True)
            return len(store.entries(case)[0].adherence)

        assert max(threads.map(use, range(80))) == 80


@pytest.mark.parametrize(
    "damage", [b"no database at all" * 500, b"SQLite format 3\x00" + bytes(5000)], ids=["other", "zeros"]
)
def test_a_database_that_is_none_is_said_so_and_left_as_it_is(tmp_path, damage):
    home = tmp_path / "home"
    home.mkdir()
    (home / "kneewise.db").write_bytes(damage)
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(home)
    assert (home / "kneewise.db").read_bytes() == damage


def test_a_folder_that_is_a_file_is_said_so(tmp_path):
    (tmp_path / "home").write_text("x")
    with pytest.raises(StoreError, match="cannot be used") as told:
        open_store(tmp_path / "home")
    assert "KNEEWISE_HOME" in told.value.remedy


@pytest.mark.parametrize("url", ["secret nonsense", "nosuch://user:secret@host/name"])
def test_an_address_that_is_none_is_said_so_without_repeating_its_password(tmp_path, url):
    with pytest.raises(StoreError, match="no address") as told:
        open_store(tmp_path, url=url)
    assert "secret" not in str(told.value)


@pytest.mark.skipif(importlib.util.find_spec("oracledb") is not None, reason="it is installed")
def test_a_database_whose_package_is_missing_is_said_so(tmp_path):
    with pytest.raises(StoreError, match="oracledb") as told:
        open_store(tmp_path, url="oracle+oracledb://user:secret@host/name")
    assert "pip install" in told.value.remedy
    assert "secret" not in str(told.value)


def test_a_film_that_is_not_there_or_empty_is_refused(store, tmp_path):
    case = store.add_case("Ada", NOW).id
    with pytest.raises(FilmError, match="no file"):
        store.add_film(case, tmp_path / "none.mp4", "none.mp4", Label(), NOW)
    with pytest.raises(FilmError, match="0 bytes"):
        store.add_film(case, io.BytesIO(), "a.mp4", Label(), NOW)
    assert list((store.home / "films").iterdir()) == []


@pytest.mark.parametrize(
    ("given", "name", "suffix"),
    [
        ("../../etc/passwd", "passwd", ""),
        (r"C:\films\squat.MOV", "squat.MOV", ".mov"),
        ("squat.mp4; rm -rf", "squat.mp4; rm -rf", ""),
        ("x.💥", "x.💥", ""),
    ],
)
def test_a_name_leads_nowhere(store, given, name, suffix):
    case = store.add_case("Ada", NOW).id
    film = store.add_film(case, io.BytesIO(b"film"), given, Label(), NOW)
    assert (film.name, film.suffix) == (name, suffix)
    assert store.path_of(film).parent == store.home / "films"


def test_only_the_owner_can_read_what_is_kept(store):
    fill(store)
    for place in (store.home, store.home / "films", store.home / "measurements", store.home / "kneewise.db"):
        assert place.stat().st_mode & 0o077 == 0, place


def test_the_folder_is_where_the_system_keeps_data_unless_somebody_says_otherwise(tmp_path):
    assert default_home({"KNEEWISE_HOME": str(tmp_path)}) == tmp_path
    if sys.platform == "linux":
        assert default_home({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "kneewise"
        assert default_home({}).parts[-3:] == (".local", "share", "kneewise")


def test_rows_of_a_case_that_is_gone_are_gone(store):
    """Foreign keys are checked on every connection of the pool."""
    store.erase_case(fill(store))
    with closing(sqlite3.connect(store.home / "kneewise.db")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    assert {name for name, count in rows.items() if count} == {"alembic_version"}


def test_a_disk_that_knows_no_holding_is_used_without(tmp_path, monkeypatch):
    """As some in a network; what nobody is known to hold there is left alone."""

    def refuse(_handle, _how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with open_store(tmp_path / "home") as store:
        case = fill(store)
        with Folder(store.home).draft_film() as draft:
            store.sweep()
            assert draft.place.exists()
        assert store.case(case).id == case

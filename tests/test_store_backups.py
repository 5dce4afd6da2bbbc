"""The whole memory into one file and back: nothing half, nothing unverified, nothing slipped in."""

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from kept import MARK, NOW, everything, fill
from test_store_crashes import check_sound, ended, forked, lines_of, seen
from test_store_migrations import FILLED, OLDER, make
from test_store_migrations import check as check_older
from typer.testing import CliRunner

from kneewise import InputError, StoreError
from kneewise.cli import app
from kneewise.store import WORK, is_sealed_backup, open_store, restore
from kneewise.store.backups import LEFT_OUT
from kneewise.store.sealing import MAGIC, Sealer, unseal

SECRET = "five words are good enough"
STEPS = 12
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed in the middle of it")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A memory with one of everything, its backups, and another memory that is to be replaced."""
    folder = tmp_path_factory.mktemp("made")
    with open_store(folder / "home") as store:
        fill(store, name="Ada", film=b"film of Ada" * 200_000)
        store.back_up(folder / "plain", NOW)
        store.back_up(folder / "sealed", NOW, SECRET)
    with open_store(folder / "other") as store:
        fill(store, name="Ben", film=b"film of Ben" * 9000, key="ef" * 32)
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "copy")


def all_of(home):
    with open_store(home) as store:
        check_sound(store)
        return [everything(store, case.id) for case in store.cases()]


def nothing_lies_about(home):
    return sorted(place.name for place in home.iterdir()) == ["films", "kneewise.db", "measurements"]


# ------------------------------------------------------------------------------------------ there and back


@pytest.mark.parametrize("file", ["plain", "sealed"])
@pytest.mark.parametrize("home", ["new", "other", "home"])
def test_everything_comes_back_wherever_it_is_restored(folder, file, home):
    kept = all_of(folder / "home")
    made = restore(folder / file, folder / home, SECRET)
    assert made == NOW
    assert all_of(folder / home) == kept
    assert nothing_lies_about(folder / home)


def test_what_came_after_is_gone_to_the_last_byte(folder):
    restore(folder / "plain", folder / "other")
    found = [place for place in (folder / "other").rglob("*") if place.is_file()]
    assert found
    assert not any(b"Ben" in place.read_bytes() for place in found)


def test_a_backup_of_what_was_restored_holds_the_same(folder):
    restore(folder / "plain", folder / "new")
    with open_store(folder / "new") as store:
        store.back_up(folder / "again", NOW)
    with zipfile.ZipFile(folder / "plain") as first, zipfile.ZipFile(folder / "again") as second:
        once, again = (
            {info.filename: parcel.read(info) for info in parcel.infolist()} for parcel in (first, second)
        )
    assert once.keys() == again.keys()
    ours = {"kneewise.db", "backup.json"}  # pages may lie otherwise, and so their hash
    assert {name: once[name] for name in once.keys() - ours} == {
        name: again[name] for name in again.keys() - ours
    }


def test_the_list_tells_the_hash_of_every_file(folder):
    with zipfile.ZipFile(folder / "plain") as parcel:
        listed = json.loads(parcel.read("backup.json"))["files"]
        assert listed == {
            info.filename: hashlib.sha256(parcel.read(info)).hexdigest()
            for info in parcel.infolist()
            if info.filename != "backup.json"
        }


def test_a_memory_from_before_comes_back_as_today_would_have_brought_it_up(tmp_path):
    old = tmp_path / "old"
    make(old, OLDER[0], FILLED[OLDER[0]])
    with zipfile.ZipFile(tmp_path / "backup", "w") as parcel:
        files = {str(p.relative_to(old)): p.read_bytes() for p in sorted(old.rglob("*")) if p.is_file()}
        listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        for name, content in files.items():
            parcel.writestr(zipfile.ZipInfo(name), content)
        about = {"format": 1, "made": NOW.isoformat(), "files": listed}
        parcel.writestr(zipfile.ZipInfo("backup.json"), json.dumps(about))
    restore(tmp_path / "backup", tmp_path / "new")
    with open_store(tmp_path / "new") as store:
        check_older(store)


@needs_fork
def test_a_backup_that_is_written_while_others_write_is_of_one_moment(tmp_path):
    with open_store(tmp_path / "home") as store:
        fill(store)

    def write():
        with open_store(tmp_path / "home") as store:
            for number in range(40):
                case = fill(
                    store, name=f"case {number}", film=f"{number}".encode() * 5000, key=f"{number:064x}"
                )
                if number % 2:
                    store.erase_case(case)

    child = forked(write)
    with open_store(tmp_path / "home") as store:
        for number in range(6):
            store.back_up(tmp_path / f"{number}", NOW)
    os.kill(child, signal.SIGKILL)
    ended(child)
    for number in range(6):
        restore(tmp_path / f"{number}", tmp_path / f"home {number}")
        with open_store(tmp_path / f"home {number}") as store:
            check_sound(store)
            assert store.cases()


# --------------------------------------------------------------------------------- what is no whole backup


def spoiled(file, changed, tmp_path, *, listed=None, packed=zipfile.ZIP_STORED):
    """The backup with other contents under some names, the list made to fit unless another one is given."""
    with zipfile.ZipFile(file) as parcel:
        files = {i.filename: parcel.read(i) for i in parcel.infolist() if i.filename != "backup.json"}
        about = json.loads(parcel.read("backup.json"))
    files = {name: content for name, content in {**files, **changed}.items() if content is not None}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    about["files"] = hashes if listed is None else {**hashes, **listed}
    with zipfile.ZipFile(tmp_path / "spoiled", "w") as parcel:
        for name, content in {**files, "backup.json": json.dumps(about).encode()}.items():
            parcel.writestr(zipfile.ZipInfo(name), content, packed)
    return tmp_path / "spoiled"


def with_database(file, change, tmp_path):
    """The backup with its database changed by a script."""
    with zipfile.ZipFile(file) as parcel:
        (tmp_path / "db").write_bytes(parcel.read("kneewise.db"))
    with closing(sqlite3.connect(tmp_path / "db")) as database:
        database.executescript(change)
    return spoiled(file, {"kneewise.db": (tmp_path / "db").read_bytes()}, tmp_path)


def refused(file, home, secret=""):
    """Whether a restore is refused, and leaves everything as it was."""
    before = {place: place.read_bytes() for place in home.rglob("*") if place.is_file()}
    with pytest.raises(InputError):
        restore(file, home, secret)
    after = {place: place.read_bytes() for place in home.rglob("*") if place.is_file()}
    return after == before


@pytest.mark.parametrize("seed", range(40))
def test_a_backup_that_was_damaged_is_refused_or_was_damaged_where_nothing_is(folder, seed):
    """Of a plain one a few bytes mean nothing, such as the hour of a file in it."""
    kept, other = all_of(folder / "home"), all_of(folder / "other")
    rng = np.random.default_rng(seed)
    content = bytearray((folder / "plain").read_bytes())
    # Half of the times near the end, where the lists are.
    place = rng.integers(0, len(content)) if seed % 2 else len(content) - 1 - rng.integers(0, 2000)
    content[place] ^= 1 << rng.integers(0, 8)
    (folder / "plain").write_bytes(content)
    try:
        restore(folder / "plain", folder / "other")
    except InputError:
        assert all_of(folder / "other") == other
    else:
        assert all_of(folder / "other") == kept
    assert nothing_lies_about(folder / "other")


@pytest.mark.parametrize("seed", range(15))
def test_a_sealed_backup_that_was_changed_anywhere_is_refused(folder, seed):
    rng = np.random.default_rng(seed)
    content = bytearray((folder / "sealed").read_bytes())
    place = rng.integers(len(MAGIC), 60) if seed % 3 == 0 else rng.integers(len(MAGIC), len(content))
    content[place] ^= 1 << rng.integers(0, 8)
    (folder / "sealed").write_bytes(content)
    assert refused(folder / "sealed", folder / "other", SECRET)


@pytest.mark.parametrize("file", ["plain", "sealed"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99, 1.0])
def test_a_backup_that_was_cut_off_is_refused(folder, file, share):
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[: min(int(share * len(content)), len(content) - 1)])
    assert refused(folder / file, folder / "other", SECRET)


FILM = "films/" + hashlib.sha256(b"film of Ada" * 200_000).hexdigest() + ".mp4"
CHANGES = {
    "a file that is not listed": ({"measurements/" + "0" * 64 + ".npz": b"x"}, {"measurements/none": ""}),
    "a film that is missing": ({FILM: None}, None),
    "a film that is listed and missing": ({FILM: None}, {FILM: "0" * 64}),
    "a film with another hash": ({}, {FILM: "0" * 64}),
    "a way out of the folder": ({"films/../../out": b"x"}, None),
    "a way out by the root": ({"/out": b"x"}, None),
    "a way out of what was made of a film": ({"films/" + "a" * 16 + "/../../../out": b"x"}, None),
    "a way out by a backslash": ({"films/" + "a" * 16 + "\\..\\out": b"x"}, None),
    "a file in the folder itself": ({"kneewise.db-wal": b"x"}, None),
    "a hidden one": ({".restored/kneewise.db": b"x"}, None),
    "no database": ({"kneewise.db": None}, None),
    "a database that is none": ({"kneewise.db": b"SQLite format 3\0" + b"x" * 5000}, None),
    "an empty database": ({"kneewise.db": b""}, {}),
}


@pytest.mark.parametrize(("changed", "listed"), CHANGES.values(), ids=CHANGES)
def test_what_is_not_the_memory_as_it_was_is_refused(folder, changed, listed, tmp_path):
    file = spoiled(folder / "plain", changed, tmp_path, listed=listed)
    assert refused(file, folder / "other")
    assert not list(tmp_path.rglob("out"))


def test_what_would_swell_is_refused(folder, tmp_path):
    bomb = {"films/" + "b" * 16 + "/zeros": bytes(50 << 20)}
    file = spoiled(folder / "plain", bomb, tmp_path, packed=zipfile.ZIP_DEFLATED)
    assert file.stat().st_size < 8 << 20
    assert refused(file, folder / "other")


def test_one_content_under_many_names_is_refused(folder, tmp_path):
    """Files that overlap in the parcel: small ones that become as many large ones as there are names."""
    file = spoiled(folder / "plain", {}, tmp_path)
    with zipfile.ZipFile(file) as parcel:
        (info,) = [one for one in parcel.infolist() if one.filename == FILM]
        end = parcel.start_dir
    content = file.read_bytes()
    entries = b""
    for number in range(300):
        name = f"films/{'c' * 16}/{number}".encode()
        sizes = info.CRC, info.file_size, info.file_size
        told = 20, 20, 0, 0, 0, 33, *sizes, len(name), 0, 0, 0, 0, 0, info.header_offset
        head = struct.pack("<4s6H3L5H2L", b"PK\1\2", *told)
        entries += head + name
    directory = content[end : content.rindex(b"PK\5\6")] + entries
    with zipfile.ZipFile(file) as parcel:
        count = len(parcel.infolist()) + 300
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), end, 0)
    file.write_bytes(content[:end] + directory + tail)
    with zipfile.ZipFile(file) as parcel:
        assert len(parcel.infolist()) == count
    assert refused(file, folder / "other")


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TRIGGER t AFTER INSERT ON cases BEGIN DELETE FROM diary; END",
        "CREATE VIEW v AS SELECT * FROM cases",
        "PRAGMA foreign_keys = OFF; DELETE FROM cases",
        "DELETE FROM alembic_version",
        "DROP TABLE diary",
        "UPDATE films SET digest = '../../../' || digest",
        "UPDATE films SET suffix = '/../../x'",
        "PRAGMA foreign_keys = OFF; UPDATE films SET id = '../' || id",
        "CREATE TABLE more (id INTEGER)",
        "CREATE VIRTUAL TABLE more USING fts5(words)",
        "CREATE INDEX more ON cases (upper(name))",
        "DROP INDEX films_of_case",
        "ALTER TABLE cases ADD COLUMN more AS (upper(name)) VIRTUAL",
        "ALTER TABLE cases ADD COLUMN more TEXT",
        "DROP TABLE ticks; CREATE VIEW ticks AS SELECT id AS case_id, created AS day, name AS exercise,"
        " 1 AS done FROM cases",
        "DROP TABLE ticks; CREATE TABLE ticks (case_id VARCHAR(32) NOT NULL, day DATE NOT NULL,"
        " exercise VARCHAR(64) NOT NULL, done BOOLEAN NOT NULL CHECK (upper(exercise) > ''))",
        "DROP TABLE ticks; CREATE TABLE ticks (case_id VARCHAR(32) NOT NULL, day DATE NOT NULL,"
        " exercise AS (upper(case_id)), done BOOLEAN NOT NULL)",
        "DROP TABLE ticks; CREATE VIRTUAL TABLE ticks USING fts5(case_id, day, exercise, done)",
        "DROP TABLE alembic_version; CREATE VIEW alembic_version AS SELECT '0002' AS version_num",
        "DROP TABLE alembic_version; CREATE VIRTUAL TABLE alembic_version USING fts5(version_num);"
        " INSERT INTO alembic_version VALUES ('0002')",
        "INSERT INTO alembic_version VALUES ('0001')",
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE alembic_version SET version_num = x'30303032'",
    ],
)
def test_a_database_that_no_kneewise_made_is_refused(folder, tmp_path, change):
    file = with_database(folder / "plain", change, tmp_path)
    before = all_of(folder / "other")
    with pytest.raises((InputError, StoreError)):
        restore(file, folder / "other")
    assert all_of(folder / "other") == before
    assert nothing_lies_about(folder / "other")


def test_what_was_gone_when_it_was_backed_up_is_not_missed_when_it_is_restored(folder, tmp_path):
    home = folder / "home"
    (gone, *_) = sorted(place for place in (home / "films").iterdir() if place.is_file())
    gone.unlink()
    with open_store(home) as store:
        store.back_up(tmp_path / "less", NOW)
    restore(tmp_path / "less", folder / "new")
    there = {place.relative_to(home) for place in (home / "films").rglob("*") if place.is_file()}
    assert there == {
        place.relative_to(folder / "new")
        for place in (folder / "new" / "films").rglob("*")
        if place.is_file()
    }


def test_what_is_being_worked_on_is_not_backed_up(folder, tmp_path):
    home = folder / "home"
    (film, *_) = sorted(place for place in (home / "films").iterdir() if place.is_dir())
    before = {place.name for place in film.rglob("*") if place.is_file()}
    (film / WORK / "film").mkdir(parents=True)
    (film / WORK / "film" / "half.mp4").write_bytes(b"half")
    with open_store(home) as store:
        store.back_up(tmp_path / "still", NOW)
    with zipfile.ZipFile(tmp_path / "still") as parcel:
        kept = {Path(name).name for name in parcel.namelist() if film.name in name}
    assert kept == before != set()


def test_what_sqlite_adds_by_itself_is_no_reason_to_refuse(folder, tmp_path):
    kept = all_of(folder / "home")
    restore(with_database(folder / "plain", "ANALYZE; VACUUM", tmp_path), folder / "other")
    assert all_of(folder / "other") == kept


def test_a_backup_of_a_newer_kneewise_is_left_alone(folder, tmp_path):
    change = "UPDATE alembic_version SET version_num = '9999'; CREATE TABLE newer (id INTEGER)"
    file = with_database(folder / "plain", change, tmp_path)
    with pytest.raises(StoreError, match="newer kneewise"):
        restore(file, folder / "other")
    assert nothing_lies_about(folder / "other")


# --------------------------------------------------------------------------------------------- sealed ones


def sealed(content, secret=SECRET):
    pieces = bytearray()
    sealer = Sealer(pieces.extend, secret)
    for start in range(0, len(content), 300_000):
        sealer.write(content[start : start + 300_000])
    sealer.close()
    return bytes(pieces)


def opened(content, secret=SECRET):
    import io

    found = bytearray()
    unseal(io.BytesIO(content), found.extend, secret)
    return bytes(found)


PIECE = (1 << 20) + 16
HEAD = len(MAGIC) + 16 + 7 + 1


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (2 << 20), 2_500_000])
def test_what_was_sealed_is_opened_whole(size):
    content = np.random.default_rng(7).bytes(size)
    assert opened(sealed(content)) == content


def test_pieces_cannot_be_moved_left_out_repeated_or_cut_off():
    content = sealed(np.random.default_rng(7).bytes(3 << 20))
    head, rest = content[:HEAD], content[HEAD:]
    first, second, third = (rest[i * PIECE : (i + 1) * PIECE] for i in range(3))
    assert opened(head + first + second + third)
    for wrong in (
        second + first + third,
        first + third,
        first + first + second + third,
        first + second,
        first + second + third + third,
        b"",
    ):
        with pytest.raises(InputError):
            opened(head + wrong)


def test_nothing_can_be_read_of_a_sealed_backup(folder):
    content = (folder / "sealed").read_bytes()
    assert is_sealed_backup(folder / "sealed")
    assert not is_sealed_backup(folder / "plain")
    words = (MARK.encode(), b"film of Ada", b"kneewise.db", b"SQLite")
    assert not any(word in content for word in words)
    assert all(word in (folder / "plain").read_bytes() for word in words)


def test_the_same_is_sealed_otherwise_each_time():
    assert sealed(b"the same") != sealed(b"the same")


def test_another_passphrase_opens_nothing(folder):
    assert refused(folder / "sealed", folder / "other", "another one, as long")


def test_the_same_letters_are_the_same_passphrase_on_every_keyboard():
    assert opened(sealed(b"x", "cafe\u0301 cafe\u0301"), "caf\u00e9 caf\u00e9") == b"x"


@pytest.mark.parametrize("work", [0, 13, 21, 255])
def test_a_passphrase_that_would_take_all_memory_to_try_is_not_tried(work):
    content = bytearray(sealed(b"x"))
    content[HEAD - 1] = work
    with pytest.raises(InputError):
        opened(bytes(content))


# -------------------------------------------------------------------------------------- in use, and killed


def test_a_memory_that_is_in_use_is_not_replaced(folder):
    before = all_of(folder / "other")
    with open_store(folder / "other") as store:
        with pytest.raises(StoreError, match="in use"):
            restore(folder / "plain", folder / "other")
        store.tick(store.cases()[0].id, NOW.date(), "bridge", False)
    assert len(all_of(folder / "other")) == len(before)
    restore(folder / "plain", folder / "other")


@needs_fork
def test_a_memory_that_another_program_uses_is_not_replaced(folder):
    ready, done = os.pipe(), os.pipe()

    def use():
        with open_store(folder / "other"):
            os.write(ready[1], b"x")
            os.read(done[0], 1)

    child = forked(use)
    os.read(ready[0], 1)
    with pytest.raises(StoreError, match="in use"):
        restore(folder / "plain", folder / "other")
    os.write(done[1], b"x")
    assert ended(child) == 0
    restore(folder / "plain", folder / "other")


@pytest.mark.parametrize("damage", ["the database", "its log", "both", "the folders"])
def test_a_memory_that_is_damaged_is_replaced(folder, damage):
    """What a backup is for; not a byte of what was there may get into what comes."""
    other, kept = folder / "other", all_of(folder / "home")
    if damage in ("the database", "both"):
        (other / "kneewise.db").write_bytes(b"x" * 50_000)
    if damage in ("its log", "both"):
        log = bytearray((folder / "home" / "kneewise.db").read_bytes())
        (other / "kneewise.db-wal").write_bytes(log)
        (other / "kneewise.db-shm").write_bytes(b"x" * 32768)
    if damage == "the folders":
        shutil.rmtree(other / "films")
        (other / "films").write_bytes(b"no folder")
    restore(folder / "plain", other)
    assert all_of(other) == kept
    assert nothing_lies_about(other)


def killed_at(work, tmp_path):
    """Run a work that is killed at moments all along it, each time in a fresh copy; where it left off."""
    (tmp_path / "counted").mkdir()

    def count():
        (tmp_path / "lines").write_text(str(lines_of(lambda: work(tmp_path / "counted"))))

    assert ended(forked(count)) == 0
    lines = int((tmp_path / "lines").read_text())
    for last in np.unique(np.linspace(1, lines, STEPS).astype(int)):
        place = tmp_path / f"at {last}"
        place.mkdir()
        assert ended(forked(lambda last=int(last), place=place: lines_of(lambda: work(place), last))) == (
            -signal.SIGKILL
        )
        yield place


@needs_fork
@pytest.mark.parametrize("file", ["plain", "sealed"])
def test_a_restore_that_is_killed_was_done_whole_or_not_at_all(made, tmp_path, file):
    before, after = seen(made / "other"), seen(made / "home")
    copies = shutil.copytree(made, tmp_path / "made")

    def work(place):
        shutil.copytree(copies / "other", place / "home")
        restore(copies / file, place / "home", SECRET)

    found = []
    for place in killed_at(work, tmp_path):
        if (place / "home").exists():
            found.append(seen(place / "home"))
            assert found[-1] in (before, after)
            assert nothing_lies_about(place / "home")
    assert found[0] == before


@needs_fork
def test_a_restore_that_is_killed_while_it_replaces_is_finished_by_whoever_comes_next(made, tmp_path):
    """Every line from the decision on, one by one."""
    after = seen(made / "home")
    copies = shutil.copytree(made, tmp_path / "made")

    def work(place, last=None):
        import kneewise.store.staging as staging

        decide = staging.replace_by
        count = [0]

        def counted(room, home):
            count[0] = lines_of(lambda: decide(room, home), last)

        import kneewise.store.restoring as restoring

        restoring.replace_by = counted
        restore(copies / "plain", place)
        return count[0]

    def measure():
        shutil.copytree(copies / "other", tmp_path / "measured")
        (tmp_path / "lines").write_text(str(work(tmp_path / "measured")))

    assert ended(forked(measure)) == 0
    before, states = seen(made / "other"), []
    for last in range(1, int((tmp_path / "lines").read_text()) + 1, 3):
        place = shutil.copytree(copies / "other", tmp_path / f"at {last}")
        assert ended(forked(lambda place=place, last=last: work(place, last))) == -signal.SIGKILL
        states.append(seen(place) == after)
        assert states[-1] or seen(place) == before
        assert nothing_lies_about(place)
    assert states == sorted(states)  # once it is decided, it is decided
    assert set(states) == {False, True}


@needs_fork
def test_a_backup_that_is_killed_leaves_the_one_before_and_the_memory_as_it_was(made, tmp_path):
    whole = seen(made / "home")
    copies = shutil.copytree(made, tmp_path / "made")

    def work(place):
        shutil.copytree(copies / "home", place / "home")
        shutil.copy(copies / "sealed", place / "backup")
        with open_store(place / "home") as store:
            store.back_up(place / "backup", NOW)

    for place in killed_at(work, tmp_path):
        if (place / "backup").exists():
            restore(place / "backup", place / "new", SECRET)
            assert seen(place / "new") == whole
        if (place / "home" / "measurements").exists():
            assert seen(place / "home") == whole
            assert nothing_lies_about(place / "home")


# ----------------------------------------------------------------------------------------- where it is not


def test_a_database_that_lies_elsewhere_is_left_alone(tmp_path, monkeypatch):
    with (
        open_store(tmp_path / "home", f"sqlite:///{tmp_path / 'elsewhere.db'}") as store,
        pytest.raises(StoreError, match="elsewhere"),
    ):
        store.back_up(tmp_path / "backup", NOW)
    monkeypatch.setenv("KNEEWISE_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    with pytest.raises(StoreError, match="elsewhere"):
        restore(tmp_path / "backup", tmp_path / "home")


def test_a_backup_does_not_go_where_it_would_be_lost_with_the_rest(folder):
    with open_store(folder / "home") as store:
        for place in (folder / "home" / "backup", folder / "home" / "films" / "backup"):
            with pytest.raises(StoreError, match="inside"):
                store.back_up(place, NOW)
        with pytest.raises(StoreError):
            store.back_up(folder / "absent" / "backup", NOW)
    assert nothing_lies_about(folder / "home")


# ----------------------------------------------------------------------------------------- at the terminal


def run(*words, typed=None, **environment):
    return CliRunner().invoke(app, [*map(str, words)], input=typed, env=environment)


@pytest.fixture
def case():
    with open_store() as store:
        return fill(store)


def test_everything_goes_and_comes_back_by_two_commands(case, tmp_path):
    assert run("backup", tmp_path / "b").stdout == f"{tmp_path / 'b'}  6 files\n"
    run("erase", case, "--yes")
    assert run("restore", tmp_path / "b", typed="n\n").exit_code == 1
    assert run("cases").stdout == "No case is kept.\n"
    assert "Restored what was kept on 20" in run("restore", tmp_path / "b", "--yes").stdout
    assert MARK in run("cases").stdout


@pytest.mark.usefixtures("case")
def test_a_passphrase_is_asked_for_twice_and_never_shown(tmp_path):
    done = run("backup", tmp_path / "b", "--encrypt", typed=f"{SECRET}\n{SECRET}\n")
    assert done.exit_code == 0
    assert SECRET not in done.output
    assert isinstance(run("restore", tmp_path / "b", "--yes", typed="another one\n").exception, InputError)
    assert run("restore", tmp_path / "b", "--yes", typed=f"{SECRET}\n").exit_code == 0
    assert run("restore", tmp_path / "b", "--yes", KNEEWISE_PASSPHRASE=SECRET).exit_code == 0


@pytest.mark.usefixtures("case")
def test_a_passphrase_that_can_be_guessed_is_refused(tmp_path):
    done = run("backup", tmp_path / "b", "--encrypt", KNEEWISE_PASSPHRASE="knee")
    assert isinstance(done.exception, InputError)
    assert not (tmp_path / "b").exists()


def test_what_is_no_backup_is_said_so(tmp_path):
    (tmp_path / "b").write_text("no backup")
    for place in (tmp_path / "b", tmp_path / "absent", tmp_path):
        assert isinstance(run("restore", place, "--yes").exception, InputError)
    assert isinstance(run("backup", tmp_path).exception, InputError)


def test_a_dump_of_postgresql_is_rid_of_what_a_backup_leaves_out():
    page = Path(__file__).parents[1] / "docs/how-to/shared-server.md"
    removed = re.findall(r"DELETE FROM (\w+);", page.read_text(encoding="utf-8"))
    assert removed == [table.name for table in LEFT_OUT]

"""What a restore leaves where it went well, and where the disk refused to go on."""

import errno
import hashlib
import json
import os
import shutil
import signal
import stat
import sys
import zipfile
from pathlib import Path

import pytest
from kept import NOW, fill
from test_store_crashes import ended, forked, seen
from test_store_migrations import FILLED, OLDER, make
from test_store_trouble import no_file_longer_than, small_disk

from kneewise import StoreError
from kneewise.store import folder, open_store, restore

__all__ = ["small_disk"]

SECRET = "five words are good enough"
needs_modes = pytest.mark.skipif(sys.platform == "win32", reason="its files have no modes")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A memory with one of everything, and its backup; and another memory that is to be replaced."""
    folder = tmp_path_factory.mktemp("made")
    with open_store(folder / "home") as store:
        fill(store, name="Ada", film=b"film of Ada" * 20_000)
        store.back_up(folder / "backup", NOW)
    with open_store(folder / "other") as store:
        fill(store, name="Ben", film=b"film of Ben" * 9000, key="ef" * 32)
    return folder


def for_all(file, target):
    """The backup as a parcel that says of each file that everybody may do everything with it."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as parcel:
        for info in source.infolist():
            open_to_all = zipfile.ZipInfo(info.filename)
            open_to_all.external_attr = (stat.S_IFREG | 0o7777) << 16
            parcel.writestr(open_to_all, source.read(info))
    return target


@needs_modes
@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
@pytest.mark.parametrize("way", ["restored", "imported"])
def test_what_comes_back_is_for_its_owner_alone(made, tmp_path, umask, way):
    before = os.umask(umask)
    try:
        if way == "restored":
            restore(for_all(made / "backup", tmp_path / "backup"), tmp_path / "new")
        else:
            with open_store(made / "home") as store:
                store.export_case(store.cases()[0].id, tmp_path / "case.zip")
            with open_store(tmp_path / "new") as store:
                store.import_case(for_all(tmp_path / "case.zip", tmp_path / "c"), check=lambda _content: None)
    finally:
        os.umask(before)
    found = {place: stat.S_IMODE(place.stat().st_mode) for place in (tmp_path / "new").rglob("*")}
    assert any(place.parent.name == "more" for place in found)
    assert {
        place: mode for place, mode in found.items() if mode != (0o700 if place.is_dir() else 0o600)
    } == {}


# ----------------------------------------------------------------------------- where the disk refuses to move

MOVES = 7
"""The decision; and for each of three parts, what was there away, and what comes in its place."""
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed in the middle of it")


class Moves:
    """Moves from the decision on, counted from 1: the disk refuses some, the process dies at the last."""

    def __init__(self, refused=(), last=None, number=errno.EACCES):
        self.refused, self.last, self.number, self.count = refused, last, number, 0
        self.move = os.replace

    def __call__(self, source, target):
        if {".restored", ".replaced"} & {*Path(source).parts, *Path(target).parts}:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            if self.count in self.refused:
                raise OSError(self.number, os.strerror(self.number), str(source))
        self.move(source, target)


@pytest.fixture(scope="module")
def states(made):
    """What is kept before and after."""
    return seen(made / "other"), seen(made / "home")


@pytest.fixture
def home(made, tmp_path):
    return shutil.copytree(made / "other", tmp_path / "home")


def nothing_lies_about(home):
    return sorted(place.name for place in home.iterdir()) == ["films", "kneewise.db", "measurements"]


def test_a_restore_moves_as_often_as_is_tried_here(made, home, monkeypatch):
    moves = Moves()
    monkeypatch.setattr(os, "replace", moves)
    restore(made / "backup", home)
    assert moves.count == MOVES


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
@pytest.mark.parametrize("step", range(1, MOVES + 1))
def test_a_move_that_is_refused_leaves_everything_as_it_was(made, home, states, monkeypatch, step, number):
    with monkeypatch.context() as disk:
        disk.setattr(os, "replace", Moves({step}, number=number))
        with pytest.raises(StoreError, match="Nothing was replaced") as told:
            restore(made / "backup", home)
    assert ("make room" if number == errno.ENOSPC else "may write") in told.value.remedy
    assert nothing_lies_about(home)
    assert seen(home) == states[0]
    restore(made / "backup", home)
    assert seen(home) == states[1]


@pytest.mark.parametrize("step", range(2, MOVES + 1))
def test_where_there_is_no_way_back_it_goes_on_as_soon_as_the_disk_allows(
    made, home, states, monkeypatch, step
):
    with monkeypatch.context() as disk:
        disk.setattr(os, "replace", Moves(range(step, 99)))
        with pytest.raises(StoreError, match="is not there yet") as told:
            restore(made / "backup", home)
        assert "start kneewise once more" in told.value.remedy
        for use in (open_store, lambda home: restore(made / "backup", home)):
            with pytest.raises(StoreError, match="is not there yet"):
                use(home)
    assert seen(home) == states[1]
    assert nothing_lies_about(home)


@pytest.mark.parametrize("step", range(2, MOVES + 1))
def test_a_way_back_that_is_refused_half_way_loses_nothing(made, home, states, monkeypatch, tmp_path, step):
    for back in range(step + 1, 2 * step):
        place = shutil.copytree(home, tmp_path / f"back {back}")
        with monkeypatch.context() as disk:
            disk.setattr(os, "replace", Moves({step, back}))
            with pytest.raises(StoreError) as told:
                restore(made / "backup", place)
        assert "is not there yet" in told.value.what
        assert seen(place) == states[1]
        assert nothing_lies_about(place)


@needs_fork
@pytest.mark.parametrize("step", range(2, MOVES + 1))
def test_a_way_back_that_is_killed_is_all_old_or_all_new(made, home, states, tmp_path, step):
    for last in range(step + 1, 2 * step):
        place = shutil.copytree(home, tmp_path / f"last {last}")

        def die(place=place, last=last):
            os.replace = Moves({step}, last)
            restore(made / "backup", place)

        assert ended(forked(die)) == -signal.SIGKILL
        assert seen(place) == states[1]  # it was decided, and the decision is the last thing to be undone
        assert nothing_lies_about(place)


@needs_fork
@pytest.mark.parametrize("step", range(1, MOVES + 1))
def test_a_restore_that_is_killed_before_a_move_is_all_old_or_all_new(made, home, states, step):
    def die():
        os.replace = Moves(last=step)
        restore(made / "backup", home)

    assert ended(forked(die)) == -signal.SIGKILL
    assert seen(home) == states[step > 1]
    assert nothing_lies_about(home)


def test_what_cannot_be_removed_keeps_nobody_from_what_is_in_place(made, home, states, monkeypatch):
    """And nothing else is put in place before it is gone: there would be no way back."""
    removed = folder.clear

    def refuse(place):
        if place.name == ".replaced":
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(place))
        removed(place)

    with monkeypatch.context() as disk:
        disk.setattr(folder, "clear", refuse)
        with pytest.raises(StoreError, match="is in place, all of it") as told:
            restore(made / "backup", home)
        assert ".replaced" in told.value.what
        assert seen(home) == states[1]
        with pytest.raises(StoreError, match="Nothing was replaced"):
            restore(made / "backup", home)
    assert seen(home) == states[1]
    assert nothing_lies_about(home)


# ---------------------------------------------------------------------------------------------- a full disk


@pytest.fixture(scope="module")
def backups(made):
    """A plain one, a sealed one and one of an older schema, which grows when it is brought up."""
    with open_store(made / "home") as store:
        store.back_up(made / "sealed", NOW, SECRET)
    make(made / "old home", OLDER[0], FILLED[OLDER[0]])
    put_together(made / "old home", made / "old")
    return {"plain": made / "backup", "sealed": made / "sealed", "old": made / "old"}


def put_together(home, file):
    """A backup as a kneewise of then would have written it."""
    contents = {str(p.relative_to(home)): p.read_bytes() for p in sorted(home.rglob("*")) if p.is_file()}
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    about = {"format": 1, "made": NOW.isoformat(), "files": listed}
    with zipfile.ZipFile(file, "w") as parcel:
        for name, content in {**contents, "backup.json": json.dumps(about).encode()}.items():
            parcel.writestr(zipfile.ZipInfo(name), content)


def refusal(file, home):
    """What a restore complains about; None where it is done. Nothing may have changed then."""
    before = contents(home)
    try:
        restore(file, home, SECRET)
    except StoreError as error:
        told = error
    else:
        return None
    assert contents(home) == before
    assert told.what.endswith("Nothing was replaced.")
    assert "make room on the disk" in told.remedy
    return told.what


def contents(home):
    return {place: place.read_bytes() for place in home.rglob("*") if place.is_file()}


@pytest.mark.parametrize("kind", ["plain", "sealed", "old"])
def test_a_restore_that_finds_no_room_says_so_and_leaves_everything_as_it_was(backups, home, states, kind):
    """Wherever the room ends: files of the backup, of the database or of its log get only so long.

    SQLite does not say of its own files why they got no longer.
    """
    told = []
    for size in (0, 1, 1 << 12, 1 << 16, *range(90_000, 108_000, 6000), 1 << 20):
        with no_file_longer_than(size):
            told.append(refusal(backups[kind], home))
    assert all("disk is full" in what for what in told[:4])
    assert any("disk I/O error" in (what or "") for what in told) is (kind == "old")
    assert told[-1] is None
    assert seen(home) != states[0]


@pytest.mark.parametrize("kind", ["plain", "old"])
def test_a_restore_on_a_small_disk_needs_no_more_than_room(backups, made, small_disk, states, kind):
    """The real thing: more and more room, until it is enough."""
    home, ballast = shutil.copytree(made / "other", small_disk / "home"), small_disk / "ballast"
    told = []
    while None not in told:
        free = shutil.disk_usage(small_disk).free
        ballast.write_bytes(bytes(max(0, free - len(told) * (1 << 15))))
        told.append(refusal(backups[kind], home))
        ballast.unlink()
    assert "disk is full" in told[0]
    assert len(told) > 4
    assert nothing_lies_about(home)
    assert seen(home) != states[0]

"""What a restore leaves where it went well, and where the disk refused to go on."""

import os
import stat
import sys
import zipfile

import pytest
from kept import NOW, fill

from kneewise.store import open_store, restore

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

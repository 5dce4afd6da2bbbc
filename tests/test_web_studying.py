"""What was worked out of a film is there after the server's next start, exactly, and goes with the film."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest
from folders import squat
from served import NOON
from trained import added, filmed

from kneewise.conventions import Bar
from kneewise.errors import StoreError
from kneewise.model import Burden
from kneewise.pipeline import measuring, read_reasoning
from kneewise.store import open_store
from kneewise.store.packing import pack
from kneewise.web import studying
from kneewise.web.house import House


@pytest.fixture
def computed(monkeypatch):
    """A list that grows whenever loads are computed."""
    times, true = [], measuring.compute_loads
    monkeypatch.setattr(measuring, "compute_loads", lambda *a, **k: times.append(1) or true(*a, **k))
    return times


@pytest.fixture
def case(house):
    """A case with one measured film."""
    case = added(house)
    filmed(house, case)
    return case


def next_start(house):
    """The same place with nothing in mind."""
    return House(
        store=house.store, knowledge=house.knowledge, reasoning=read_reasoning(), now=house.now, key=house.key
    )


def understood(house, case):
    return house.understand(house.open(case))


def studies_in(house):
    return sorted((house.store.home / "studies").glob("*"))


def test_what_was_worked_out_is_read_again_exactly(house, case, computed):
    first, again = understood(house, case), understood(next_start(house), case)
    assert len(computed) == 1
    assert again.told == first.told
    (one,), (other,) = first.analysis.studies, again.analysis.studies
    assert other.loads is not one.loads
    arrays, others = {}, {}
    assert pack(one, arrays) == pack(other, others)
    assert arrays.keys() == others.keys()
    for name, array in arrays.items():
        assert others[name].dtype == array.dtype
        assert np.array_equal(others[name], array, equal_nan=True), name


@pytest.mark.parametrize("what", ["mass", "load", "measurement", "version", "damaged", "cut"])
def test_what_would_come_out_otherwise_is_worked_out_anew(house, case, computed, monkeypatch, what):
    understood(house, case)
    kept, (film,) = house.store.case(case), house.store.films(case)
    (place,) = studies_in(house)
    if what == "mass":
        person = {**kept.content["person"], "mass_kg": 100}
        house.store.save_case(case, {**kept.content, "person": person}, kept.revision, NOON)
    elif what == "load":
        burden = Burden(mass=20.0, bar=Bar.FRONT)
        house.store.label_film(film.id, replace(film.label, burden=burden))
    elif what == "measurement":  # made anew, under the key of the one before
        trial = house.store.trial(film.ending.key)
        house.store.keep_trial(film.ending.key, replace(trial, pose=squat(0.9)))
    elif what == "version":
        monkeypatch.setattr(studying, "_version", lambda: "another")
    else:
        content = place.read_bytes()
        place.write_bytes(content[: len(content) // 2] if what == "cut" else b"no file of ours")
    understood(next_start(house), case)
    assert len(computed) == 2
    understood(next_start(house), case)
    assert (len(computed), len(studies_in(house))) == (2, 1)


def test_a_page_does_not_fail_because_there_is_no_room(house, case, monkeypatch):
    def refuse(*_):
        raise StoreError("The disk is full.", remedy="make room.")

    monkeypatch.setattr(type(house.store), "keep_study", refuse)
    assert understood(house, case).analysis.studies[0].loads is not None
    assert studies_in(house) == []


def test_nothing_of_a_case_comes_back_that_is_erased_while_it_is_worked_out(house, case, monkeypatch):
    true = measuring.compute_loads

    def meanwhile(*told, **more):
        house.store.erase_case(case)
        return true(*told, **more)

    opened = house.open(case)
    monkeypatch.setattr(measuring, "compute_loads", meanwhile)
    house.understand(opened)
    assert studies_in(house) == []


def test_what_cannot_be_read_is_worked_out_anew(house, case, computed):
    understood(house, case)
    (place,) = studies_in(house)
    place.unlink()
    place.mkdir()
    understood(next_start(house), case)
    assert len(computed) == 2


def test_a_self_test_changes_what_changes_would_do(house, case):
    before = house.foresee(house.open(case))
    kept = house.store.case(case)
    wall = [{"id": "knee_to_wall_cm", "side": side, "value": 3.0} for side in ("left", "right")]
    house.store.save_case(case, {**kept.content, "test": wall}, kept.revision, NOON)
    opened = house.open(case)
    assert not house.has_foreseen(opened)
    assert house.foresee(opened).limits != before.limits
    assert house.has_foreseen(opened)


def test_it_is_for_its_owner_alone_and_goes_with_the_case(house, case):
    understood(house, case)
    (place,) = studies_in(house)
    assert [place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777] == [0o600, 0o700]
    house.store.erase_case(case)
    assert studies_in(house) == []


def test_no_export_and_no_backup_has_it_and_who_comes_back_is_worked_out_anew(
    house, case, tmp_path, computed
):
    """A file from elsewhere is not taken for what we worked out."""
    understood(house, case)
    house.store.export_case(case, tmp_path / "case.zip")
    house.store.back_up(tmp_path / "all.zip", NOON)
    for parcel in ("case.zip", "all.zip"):
        with zipfile.ZipFile(tmp_path / parcel) as file:
            assert [name for name in file.namelist() if "stud" in name] == []
    with open_store(tmp_path / "elsewhere") as store:
        store.import_case(tmp_path / "case.zip", check=lambda _content: None)
        there = replace(next_start(house), store=store)
        assert understood(there, case).told == understood(house, case).told
    assert len(computed) == 2

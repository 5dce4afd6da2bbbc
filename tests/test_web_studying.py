"""What was worked out of a film is there after the server's next start, exactly, and goes with the film."""

import io
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from folders import squat
from served import NOON
from trained import added, filmed

from kneewise.conventions import USUAL, Bar
from kneewise.errors import StoreError
from kneewise.measuring import Worker
from kneewise.model import Burden
from kneewise.pipeline import measuring, observing, read_reasoning, remembering
from kneewise.samples import sample_film
from kneewise.store import Label, Measured, open_store, studies
from kneewise.store.packing import pack
from kneewise.web.house import House
from kneewise.web.mind import weigh


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


def shown(house, case):
    return house.analyse(house.open(case))


def studies_in(house):
    return sorted((house.store.home / "studies").glob("*"))


def test_what_was_worked_out_is_read_again_exactly(house, case, computed):
    first, again = shown(house, case), shown(next_start(house), case)
    assert len(computed) == 1
    (one,), (other,) = first.studies, again.studies
    assert other.loads is not one.loads
    assert_same(one, other)


def assert_same(one, other):
    """Two studies, to the bit."""
    arrays, others = {}, {}
    assert pack(one, arrays) == pack(other, others)
    assert arrays.keys() == others.keys()
    for name, array in arrays.items():
        assert others[name].dtype == array.dtype
        assert np.array_equal(others[name], array, equal_nan=True), name


@pytest.mark.slow
def test_no_page_works_out_what_the_worker_has_worked_out(house, computed):
    case = added(house)
    with sample_film("squat_side") as film:
        burden = Burden(mass=20.0, bar=Bar.BACK_HIGH)
        house.store.add_film(case, film, "squat.mp4", Label(condition=USUAL, burden=burden), NOON)
    assert Worker(store=house.store).measure_next()
    assert computed == [1]
    (left,) = shown(house, case).studies
    assert computed == [1]
    for place in studies_in(house):
        place.unlink()
    (anew,) = shown(next_start(house), case).studies
    assert len(computed) == 2
    assert_same(left, anew)


@pytest.mark.slow
def test_a_film_is_put_to_another_stature_once(house, monkeypatch):
    case = added(house)
    with sample_film("squat_side") as film:
        house.store.add_film(case, film, "squat.mp4", Label(), NOON)
    assert Worker(store=house.store).measure_next()
    kept = house.store.case(case)
    person = {**kept.content["person"], "height_cm": 190}
    house.store.save_case(case, {**kept.content, "person": person}, kept.revision, NOON)
    times, true = [], observing.refit
    monkeypatch.setattr(observing, "refit", lambda *a: times.append(1) or true(*a))
    (one,), (other,) = shown(house, case).studies, shown(next_start(house), case).studies
    assert len(times) == 1
    assert one.trial.readings is not None
    assert_same(one, other)


def test_two_films_with_one_measurement_keep_what_was_said_of_each(house):
    """The same film added twice: it was measured once."""
    case = added(house)
    filmed(house, case)
    filmed(house, case)
    films = house.store.films(case)
    house.store.label_film(films[1].id, replace(films[1].label, burden=Burden(mass=20.0, bar=Bar.FRONT)))
    assert films[0].ending == films[1].ending
    for there in (house, next_start(house), next_start(house)):
        studies = shown(there, case).studies
        assert [study.trial.burden.mass for study in studies] == [0.0, 20.0]
        assert peak_of(studies[1]) > peak_of(studies[0])


def peak_of(study):
    return float(np.median([np.median(peaks.lumbar) for peaks in study.loads.peaks]))


def test_the_same_film_with_and_without_a_load_is_compared_as_it_was_told(house):
    case = added(house)
    filmed(house, case, ago=3)
    filmed(house, case)
    films = house.store.films(case)
    house.store.label_film(films[1].id, replace(films[1].label, burden=Burden(mass=40.0, bar=Bar.FRONT)))
    compared = house.compare(house.open(case))
    assert (compared.then.id, compared.now.id) == (films[0].id, films[1].id)
    loads = [row for row in compared.told["rows"] if "moment" in row["label"] or "force" in row["label"]]
    assert any(row["then"] != row["now"] for row in loads)


def test_a_film_is_called_as_in_its_own_case(house):
    """The same film in two cases is measured once."""
    names = {added(house): "anna meier.mp4", added(house): "berta.mp4"}
    for case, name in names.items():
        content = io.BytesIO(b"the same")
        film = house.store.add_film(case, content, name, Label(), NOON)
        house.store.take_film("worker", NOON)
        house.store.keep_trial(film.digest, replace(trial_of(house, film.digest), name="anna meier.mp4"))
        house.store.finish(film.id, "worker", Measured(key=film.digest))
    for there in (house, next_start(house)):
        for case, name in names.items():
            assert [study.trial.name for study in shown(there, case).studies] == [name]


def trial_of(house, digest):
    """A trial of some film, as one of this digest."""
    other = added(house)
    film = house.store.film(filmed(house, other))
    trial = house.store.trial(film.ending.key)
    house.store.erase_case(other)
    return replace(trial, digest=digest)


def test_what_was_not_there_is_there_when_it_comes_back(house, case):
    """A page that begins while the film is erased remembers nothing of that, nor one that cannot read."""
    (film,) = house.store.films(case)
    opened = house.open(case)
    house.store.erase_film(film.id)
    assert shown(house, case).studies == house.analyse(opened).studies == ()
    filmed(house, case)
    assert len(shown(house, case).studies) == 1
    place = house.store.home / "measurements" / f"{film.ending.key}.npz"
    good = place.read_bytes()
    place.write_bytes(b"damaged")
    assert shown(house, case).studies == ()
    place.write_bytes(good)
    assert len(shown(house, case).studies) == 1


def test_a_case_that_was_erased_and_came_back_means_what_it_says_now(house, case, tmp_path):
    def answer(**more):
        kept = house.store.case(case)
        told = {**kept.content, "answers": {**kept.content["answers"], **more}}
        return house.store.save_case(case, told, kept.revision, NOON)

    house.store.export_case(case, tmp_path / "case.zip")
    kept = answer(bend_straighten="gets_stuck")
    assert understood(house, case).told["plan"] is None
    assert house.screen(case, kept.content).tier.refers
    house.store.erase_case(case)
    house.store.import_case(tmp_path / "case.zip", check=lambda _content: None)
    again = answer(painful_side="left")
    assert again.revision == kept.revision
    assert understood(house, case).told["plan"] is not None
    assert not house.screen(case, again.content).tier.refers


def test_pages_keep_no_number_of_any_frame(house, case):
    """What films show is left when a page is made, however many people look at theirs."""
    assert weigh(understood(house, case)) == 0
    assert weigh(shown(house, case)) > 1_000_000


def test_a_page_is_there_though_no_film_is_in_mind(house, case, monkeypatch):
    first = understood(house, case)
    monkeypatch.setattr(type(house), "analyse", None)
    assert understood(house, case) is first


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
        monkeypatch.setattr(remembering, "analysing_version", lambda: "another")
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
    assert shown(house, case).studies[0].loads is not None
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


def test_what_nobody_used_lately_gives_way_to_others(house, monkeypatch):
    cases = [added(house) for _ in range(3)]
    for number, case in enumerate(cases):
        filmed(house, case, 0.8 + number / 20)
    for case in cases[:2]:
        understood(house, case)
    first, second = (house.store.films(case)[0].ending.key for case in cases[:2])
    for ago, key in enumerate((second, first)):
        os.utime(house.store.home / "studies" / f"{key}.npz", (1000 - ago, 1000 - ago))
    understood(next_start(house), cases[0])  # used once more
    room = sum(place.stat().st_size for place in studies_in(house))
    monkeypatch.setattr(studies, "_ROOM", room * 5 // 4)  # two, and not three
    understood(house, cases[2])
    third = house.store.films(cases[2])[0].ending.key
    assert {place.stem for place in studies_in(house)} == {first, third}


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
    assert house.foresee(opened).prospect.limits != before.prospect.limits
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

"""Consents are only added to, notes keep how they stood; both are the client's, and groups are nobody's."""

import re
import zipfile
from datetime import timedelta

import pytest
from kept import DAY, MARK, NOW, fill
from sqlalchemy import event
from test_store_parcels import accept, marked

from kneewise import StoreError
from kneewise.store import Consent, Practice, Purpose, Store, open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "home") as store:
        yield store


@pytest.fixture
def anna(store):
    return store.add_case("Anna", NOW).id


def consent(**changes):
    told = {"purpose": Purpose.CARE, "given": True, "day": DAY, "told_by": "Anna", "written": NOW}
    return Consent(**{**told, **changes})


def test_consents_are_told_as_they_were_written_down_and_nothing_changes_them(store, anna):
    said = [consent(), consent(given=False, words="No more."), consent(purpose=Purpose.FILMS)]
    for one in said:
        store.add_consent(anna, one)
    assert store.consents(anna) == tuple(said)
    assert [name for name in dir(Store) if re.search("consent", name)] == ["add_consent", "consents"]


@pytest.mark.parametrize("name", ["told_by", "words"])
def test_a_consent_is_a_line_and_not_a_book(name):
    with pytest.raises(ValueError, match="longer"):
        consent(**{name: "x" * 5000})


def test_a_note_is_corrected_and_says_how_it_stood(store, anna):
    note = store.write_note(anna, "left", NOW)
    store.write_note(anna, "other", NOW)
    assert store.write_note(anna, "right", NOW, note) == note
    first, second = store.notes(anna)
    assert ({first.words, second.words}) == {"right", "other"}
    (corrected,) = (one for one in store.notes(anna) if one.id == note)
    assert [version.words for version in corrected.versions] == ["left", "right"]


def test_a_note_that_is_removed_leaves_no_byte(store):
    case = fill(store, film=b"x", name="Anna")
    note = store.write_note(case, "Zimtstern-Zitronella", NOW)
    store.write_note(case, "Zimtstern-Zitronella again", NOW, note)
    store.remove_note(case, note)
    left = [file for file in store.home.rglob("*") if file.is_file() and b"Zimtstern" in file.read_bytes()]
    assert left == []
    assert all(one.id != note for one in store.notes(case))


def test_the_note_of_somebody_else_is_not_there(store, anna):
    ben = store.add_case("Ben", NOW).id
    note = store.write_note(anna, "hers", NOW)
    with pytest.raises(StoreError, match="no such note"):
        store.write_note(ben, "his", NOW, note)
    store.remove_note(ben, note)
    assert store.notes(anna)[0].words == "hers"
    assert store.notes(ben) == ()


def test_the_practice_is_one_and_is_said_otherwise(store):
    assert store.practice() == Practice()
    for name in ("Linden", "Linde"):
        store.keep_practice(Practice(name=name, contact="1", logo=b"png"))
    assert store.practice() == Practice(name="Linde", contact="1", logo=b"png")


def test_a_consent_that_is_sent_twice_is_one(store, anna):
    """And is one more where it was taken back in between, or another day has come."""
    later = consent(day=consent().day + timedelta(days=1))
    for one in (consent(), consent(written=NOW + timedelta(seconds=1)), consent(purpose=Purpose.FILMS)):
        store.add_consent(anna, one)
    assert [one.purpose for one in store.consents(anna)] == [consent().purpose, Purpose.FILMS]
    for one in (consent(given=False), consent(), later, later):
        store.add_consent(anna, one)
    assert [one.given for one in store.consents(anna)] == [True, True, False, True, True]


def test_people_of_a_group_come_in_their_order_and_once(store):
    people = [store.add_case(name, NOW).id for name in "ABC"]
    group = store.add_group("Tuesday", NOW)
    for case in (*people, people[0]):
        store.join_group(group.id, case)
    assert store.group(group.id).cases == tuple(people)
    store.leave_group(group.id, people[0])
    store.join_group(group.id, people[0])
    assert store.group(group.id).cases == (*people[1:], people[0])
    store.erase_case(people[1])
    assert store.group(group.id).cases == (people[2], people[0])
    store.remove_group(group.id)
    assert store.groups() == ()
    assert len(store.cases()) == 2


def test_a_group_that_is_not_there_is_told(store, anna):
    store.remove_group("nobody")
    with pytest.raises(StoreError, match="There is no group"):
        store.group("nobody")
    with pytest.raises(StoreError, match="There is no group"):
        store.join_group("nobody", anna)


def test_groups_and_the_practice_stay_when_a_client_leaves(store, tmp_path):
    case = fill(store)
    group = store.add_group("Tuesday", NOW)
    store.join_group(group.id, case)
    store.keep_practice(Practice(name="Linden"))
    store.export_case(case, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as parcel:
        assert not [
            one
            for one in parcel.namelist()
            if b"Linden" in parcel.read(one) or b"Tuesday" in parcel.read(one)
        ]
    with open_store(tmp_path / "elsewhere") as other:
        other.import_case(tmp_path / "case.zip", check=accept)
        assert other.notes(case) == store.notes(case) != ()
        assert other.consents(case) == store.consents(case) != ()
        assert other.groups() == ()
    store.erase_case(case)
    assert marked(store.home) == []
    assert MARK not in str(store.group(group.id))


def test_how_everybody_stands_takes_as_many_questions_for_two_as_for_twenty(store):
    def asked():
        statements = []
        listening = store._engine, "before_cursor_execute", lambda *told: statements.append(told[2])
        event.listen(*listening)
        store.standings(DAY)
        event.remove(*listening)
        return len(statements)

    for number in range(2):
        store.add_case(f"Client {number}", NOW)
    few = asked()
    for number in range(18):
        store.write_note(store.add_case(f"Client {number}", NOW).id, "x", NOW)
    assert len(store.standings(DAY)) == 20
    assert asked() == few <= 10

"""A case leaves whole and comes back the same; it is erased whole, and nothing of it stays."""

import csv
import io
import json
import re
import tomllib
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from kept import DAY, FILM, KEY, MARK, NOW, everything, fill, trial_of

from kneewise import InputError, StoreError
from kneewise.store import DiaryDay, Label, Measured, open_store
from kneewise.store.tables import HEAD, META, OF_THE_PLACE

DATABASE = {"kneewise.db", "kneewise.db-wal", "kneewise.db-shm"}


@pytest.fixture
def store(tmp_path, database):
    with open_store(tmp_path / "home", database) as store:
        yield store


def accept(_content):
    """Takes any content for one that is understood."""


def bytes_in(folder):
    return {place: place.read_bytes() for place in folder.rglob("*") if place.is_file()}


def marked(folder):
    """Files that hold the mark, in any encoding a database or a file has, or are named after it."""
    marks = [MARK.encode(), MARK.encode("utf-16-le"), KEY.encode(), b"film of "]
    return [p for p, content in bytes_in(folder).items() if any(m in content for m in marks) or KEY in p.name]


def test_a_case_that_was_exported_comes_back_the_same(store, tmp_path):
    case = fill(store)
    before = everything(store, case)
    store.export_case(case, tmp_path / "case.zip")
    with open_store(tmp_path / "elsewhere") as other:
        assert other.import_case(tmp_path / "case.zip", check=accept) == before["case"]
        assert everything(other, case) == before


def test_exported_again_it_is_the_same_file(store, tmp_path):
    case = fill(store)
    store.export_case(case, tmp_path / "one.zip")
    with open_store(tmp_path / "elsewhere") as other:
        fill(other, film=b"somebody else's", key="cd" * 32)
        other.import_case(tmp_path / "one.zip", check=accept)
        other.export_case(case, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_every_table_of_a_case_is_in_the_parcel(store, tmp_path):
    store.export_case(fill(store), tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as parcel:
        tables = META.tables.keys() - OF_THE_PLACE
        rows = {table: json.loads(parcel.read(f"{table}.json")) for table in tables}
        assert {name for name in parcel.namelist() if name.removesuffix(".json") in OF_THE_PLACE} == set()
    assert [table for table, found in rows.items() if not found] == []


def test_people_can_read_the_parcel(store, tmp_path):
    case = fill(store)
    store.add_entry(case, DiaryDay(day=DAY, note='=HYPERLINK("x")'))
    store.export_case(case, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as parcel:
        assert tomllib.loads(parcel.read("case.toml").decode()) == store.case(case).content
        days = list(csv.DictReader(io.StringIO(parcel.read("diary.csv").decode())))
    assert [day["day"] for day in days] == ["2026-03-01", "2026-03-02"]
    assert days[0]["exercises_done"] == "bridge"
    assert days[0]["note"] == '\'=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("=1+1", "'=1+1"),
        ("worse;=1+1", "worse;'=1+1"),
        ("worse; @SUM(A1)", "worse; '@SUM(A1)"),
        ("worse\n-1", "worse\n'-1"),
        ("\t=1", "'\t'=1"),
        ("3-4 steps; then e=mc2, and +1", "3-4 steps; then e=mc2, and +1"),
        ("down,+2 up", "down,'+2 up"),
        ('worse;"=1+1', "worse;\"'=1+1"),
        (" =1+1", " '=1+1"),
        ("worse;\N{NO-BREAK SPACE}=1", "worse;\N{NO-BREAK SPACE}'=1"),
        ("\N{FULLWIDTH EQUALS SIGN}1", "'\N{FULLWIDTH EQUALS SIGN}1"),
    ],
)
def test_no_note_is_a_formula_wherever_a_spreadsheet_splits_the_line(store, tmp_path, note, told):
    case = fill(store)
    store.add_entry(case, DiaryDay(day=DAY, note=note))
    store.tick(case, DAY + timedelta(days=30), note, True)
    store.export_case(case, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as parcel:
        days = list(csv.DictReader(io.StringIO(parcel.read("diary.csv").decode(), newline="")))
    assert days[0]["note"] == told
    assert days[-1]["exercises_done"] == told


def test_a_case_that_is_here_is_not_taken_in_again(store, tmp_path):
    case = fill(store)
    store.export_case(case, tmp_path / "case.zip")
    before = everything(store, case)
    with pytest.raises(StoreError, match="here already"):
        store.import_case(tmp_path / "case.zip", check=accept)
    assert everything(store, case) == before


def test_erasing_leaves_no_byte_of_the_person(store):
    case = fill(store)
    for i in range(30):  # enough to move rows from page to page
        store.save_case(case, {"answers": {"note": MARK * (i * 40)}}, i + 1, NOW)
    assert marked(store.home)
    store.erase_case(case)
    assert marked(store.home) == []
    assert {p.name for p in store.home.rglob("*")} - DATABASE == {"films", "measurements"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a server keeps its files elsewhere
def test_erasing_leaves_no_byte_while_another_window_is_open(store):
    case = fill(store)
    with open_store(store.home) as other:
        assert other.case(case)
        store.erase_case(case)
        assert marked(store.home) == []


@pytest.mark.parametrize("kept_before", [True, False])
def test_erasing_while_a_film_is_measured_leaves_no_byte_when_the_worker_is_done(store, kept_before):
    case = store.add_case(MARK, NOW).id
    film = store.add_film(case, io.BytesIO(FILM), "a.mp4", Label(), NOW)
    store.take_film("worker", NOW)
    if not kept_before:
        store.erase_case(case)
    store.keep_trial(KEY, trial_of(film.digest))
    (store.folder_of(film) / "overlay.mp4").write_bytes(FILM)
    if kept_before:
        store.erase_case(case)
    assert not store.finish(film.id, "worker", Measured(key=KEY))
    assert marked(store.home) == []


def test_erasing_one_leaves_the_other_whole(store):
    """Both have the same film, and so the same measurement."""
    one, two = fill(store), fill(store, name="Ben")
    before = everything(store, two)
    store.erase_case(one)
    after = everything(store, two)
    assert {**after, "tally": None} == {**before, "tally": None}
    assert after["tally"].count == 1


def test_erasing_one_film_takes_its_measurement_along(store):
    case = fill(store)
    measured, other = sorted(store.films(case), key=lambda film: film.ending is None)
    folder = store.folder_of(measured)
    store.erase_film(measured.id)
    assert store.films(case) == (other,)
    assert not folder.exists()
    assert store.trial(KEY) is None


def test_measurements_without_a_case_are_forgotten_on_demand(store):
    case = fill(store)
    store.keep_trial("cd" * 32, trial_of("f" * 64))
    assert store.forget_unused() == 1
    assert (store.trial("cd" * 32), store.trial(KEY) is None) == (None, False)
    assert store.films(case)


def changed(parcel, name, change):
    """The parcel with one of its files changed, or left out where nothing comes back."""
    target = parcel.with_name("changed.zip")
    with zipfile.ZipFile(parcel) as source, zipfile.ZipFile(target, "w") as made:
        for info in source.infolist():
            content = source.read(info)
            content = change(content) if info.filename.startswith(name) else content
            if content is not None:
                made.writestr(info, content, info.compress_type)
    return target


def renamed(old, new):
    return lambda content: content.replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("films.json", lambda _: None),
        ("films.json", lambda content: content[: len(content) // 2]),
        ("films.json", renamed(".mp4", "/../../x")),
        ("films.json", renamed('"id": "', '"id": "../')),
        ("films.json", renamed('"measured"', '"eaten"')),
        ("cases.json", lambda _: b"[]"),
        ("cases.json", lambda _: b"7"),
        ("diary.json", renamed('"case_id": "', '"case_id": "a')),
        ("measurements/", lambda _: None),
        ("films/", lambda content: content + b"more"),
        ("measurements.json", renamed('"digest": "', '"digest": "0')),
        ("scores.json", renamed("KNEE_MOMENT", "PRIDE")),
        ("kneewise.json", renamed(f'"{HEAD}"', f'["{HEAD}"]')),
        ("films.json", renamed('"kept": true', '"kept": 7')),
        ("films.json", renamed('"size": ', '"size": null, "other": ')),
        ("cases.json", renamed(MARK, "x" * 81)),
        ("cases.json", renamed('"name": "', '"name": "\\u0000')),
        ("cases.json", renamed('"content": {', '"content": "abc", "x": {')),
        ("cases.json", renamed('"content": {', '"content": null, "x": {')),
        ("cases.json", renamed('"name": ', '"name": ["a"], "x": ')),
        ("diary.json", renamed('"worst_pain": 4.0', '"worst_pain": 99')),
        ("diary.json", renamed('"worst_pain": 4.0', '"worst_pain": NaN')),
        ("meanings.json", renamed('"summary": ', '"summary": [], "x": ')),
        ("consents.json", renamed('"purpose": "films"', '"purpose": "all"')),
        ("consents.json", renamed('"told_by": "', f'"told_by": "{"x" * 121}')),
        ("sessions.json", renamed('"summary": ', '"summary": [], "x": ')),
        ("sessions.json", renamed('"cues": ', '"cues": 1e999, "x": ')),
        ("sessions.json", renamed(MARK, "\\ud800")),
        ("films.json", renamed('"added": "2026', '"added": "0001')),
        ("films.json", renamed('"name": ', '"name": ["a"], "x": ')),
        ("ticks.json", lambda content: b"[" + b", ".join([content.strip()[1:-1]] * 2) + b"]"),
    ],
)
def test_a_parcel_that_was_changed_is_refused_and_nothing_of_it_stays(store, tmp_path, name, change):
    case = fill(store)
    store.export_case(case, tmp_path / "case.zip")
    with open_store(tmp_path / "elsewhere") as other:
        with pytest.raises(InputError) as refused:
            other.import_case(changed(tmp_path / "case.zip", name, change), check=accept)
        assert not re.search(r"[Ss]ql|Error|object|KeyError|\bNone\b|type '", refused.value.what)
        assert other.cases() == ()
        assert list(other.home.glob("*/*")) == []


def test_a_file_that_leads_out_of_the_folder_is_not_unpacked(store, tmp_path):
    case = fill(store)
    store.export_case(case, tmp_path / "case.zip")
    film = store.films(case)[0].id
    with zipfile.ZipFile(tmp_path / "case.zip", "a") as parcel:
        parcel.writestr(f"films/{film}/../../../evil", "x")
        parcel.writestr("/evil", "x")
        parcel.writestr("evil", "x")
    with open_store(tmp_path / "elsewhere") as other:
        other.import_case(tmp_path / "case.zip", check=accept)
    assert list(tmp_path.rglob("evil")) == []


def test_a_file_that_would_swell_is_refused(store, tmp_path):
    case = fill(store)
    film = store.films(case)[0].id
    store.export_case(case, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip", "a") as parcel:
        parcel.writestr(f"films/{film}/bomb", bytes(1 << 20), zipfile.ZIP_DEFLATED)
    store.erase_case(case)
    with pytest.raises(InputError, match="packed by somebody else"):
        store.import_case(tmp_path / "case.zip", check=accept)


def older(content):
    """Rows of measurements as schema 0001 had them."""
    rows = [{name: row[name] for name in ("key", "digest")} for row in json.loads(content)]
    return json.dumps(rows).encode()


def test_a_case_that_an_older_kneewise_exported_comes_back_the_same(store, tmp_path):
    case = fill(store)
    before = everything(store, case)
    store.export_case(case, tmp_path / "case.zip")
    parcel = changed(tmp_path / "case.zip", "measurements.json", older)
    parcel = changed(parcel.rename(tmp_path / "old.zip"), "kneewise.json", renamed(f'"{HEAD}"', '"0001"'))
    with open_store(tmp_path / "elsewhere") as other:
        other.import_case(parcel, check=accept)
        assert everything(other, case) == before | {"consents": (), "notes": ()}  # nobody kept these then


def test_a_case_that_a_newer_kneewise_exported_is_said_so(store, tmp_path):
    store.export_case(fill(store), tmp_path / "case.zip")
    parcel = changed(tmp_path / "case.zip", "kneewise.json", renamed(f'"{HEAD}"', '"9999"'))
    with pytest.raises(InputError, match="newer kneewise"):
        store.import_case(parcel, check=accept)


def test_a_measurement_that_is_here_is_not_replaced_by_one_that_is_brought(store, tmp_path):
    case = fill(store)
    store.export_case(case, tmp_path / "case.zip")
    with open_store(tmp_path / "elsewhere") as other:
        fill(other, name="Ben")
        other.keep_trial(KEY, trial_of(other.films(other.cases()[0].id)[0].digest, frames=9))
        other.import_case(tmp_path / "case.zip", check=accept)
        assert len(other.trial(KEY).pose.time) == 9


@pytest.mark.parametrize("content", [b"", b"no parcel", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_parcel_is_said_so(store, tmp_path, content):
    (tmp_path / "case.zip").write_bytes(content)
    with pytest.raises(InputError, match="no case that kneewise exported"):
        store.import_case(tmp_path / "case.zip", check=accept)


def test_a_folder_is_no_parcel(store, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        store.import_case(tmp_path, check=accept)


def test_a_film_that_two_cases_have_is_kept_until_both_let_go(store):
    one, two = (store.add_case(name, NOW).id for name in ("Ada", "Ben"))
    films = [store.add_film(case, io.BytesIO(b"same"), "a.mp4", Label(), NOW) for case in (one, two)]
    assert store.path_of(films[0]) == store.path_of(films[1])
    store.erase_case(one)
    assert store.path_of(films[1]).read_bytes() == b"same"
    store.erase_case(two)
    assert not store.path_of(films[1]).exists()


def test_a_case_that_nobody_could_open_is_not_taken_in(store, tmp_path):
    case = fill(store)
    store.export_case(case, tmp_path / "case.zip")
    asked = []

    def refuse(content):
        asked.append(content)
        raise InputError("age is no number.", remedy="write a number.")

    with open_store(tmp_path / "elsewhere") as other:
        with pytest.raises(InputError, match="age is no number"):
            other.import_case(tmp_path / "case.zip", check=refuse)
        assert other.cases() == ()
        assert list(other.home.glob("*/*")) == []
    assert asked == [store.case(case).content]


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_tables_that_swell_are_refused_and_those_that_are_none_are_not_read(store, tmp_path, kind):
    """A megabyte of lists is sixty times that once it is read."""
    case = fill(store)
    store.export_case(case, tmp_path / "case.zip")
    bomb = b"[" + b"[]," * 5_000_000 + b"[]]"
    with zipfile.ZipFile(tmp_path / "case.zip", "a") as parcel:
        parcel.writestr("spare.json", bomb, kind)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", kind) as made:
        with zipfile.ZipFile(tmp_path / "case.zip") as parcel:
            for name in ("kneewise.json", "cases.json"):
                made.writestr(name, parcel.read(name), zipfile.ZIP_DEFLATED)
        made.writestr("films.json", bomb)
        made.writestr("measurements.json", bomb)
    with open_store(tmp_path / "elsewhere") as other:
        tracemalloc.start()
        other.import_case(tmp_path / "case.zip", check=accept)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
        tracemalloc.stop()
        with pytest.raises(InputError, match=r"larger than|packed by somebody else"):
            other.import_case(tmp_path / "bomb.zip", check=accept)


def test_what_no_program_could_read_does_not_keep_a_case_from_leaving(store, tmp_path):
    case = fill(store)
    store.keep_session(case, {"cue": "\ud800", "low": float("nan"), "high": float("inf")}, NOW)
    store.export_case(case, tmp_path / "case.zip")
    with open_store(tmp_path / "elsewhere") as other:
        other.import_case(tmp_path / "case.zip", check=accept)
        told = [session.summary for session in other.sessions(case)]
    assert {"cue": "?", "low": None, "high": None} in told
